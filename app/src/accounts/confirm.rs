use super::{
    ConfirmView,
    api::{self, ConfirmMember, Goes},
    use_door_query,
};
use crate::{
    error::AppError,
    query::{confirm_first, with_query},
    ui::{ErrorPage, Heading, Hidden, Loading, PostForm, Submit, TextField},
};
use domain::refusal::{Field, Refusal};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// `/me/confirm`: proves again who one is, and goes back.
pub(super) fn confirm_page() -> AnyView {
    let query = use_door_query();
    let view = Resource::new(
        move || query.get(),
        |query| api::load_confirming(query.next, query.kept),
    );
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(Some(view)) => view! { <Confirm view /> }.into_any(),
                    Ok(None) => {
                        view! { <ErrorPage error=AppError::Refused(Refusal::SignInFirst) /> }
                            .into_any()
                    }
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Confirm(view: ConfirmView) -> impl IntoView {
    let page = confirm_first(&view.next);
    let action = ServerAction::<ConfirmMember>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Is it you?" />
                <p class="sentence">
                    "You are signed in as " <b dir="auto">{view.handle}</b>
                    ". Some things ask once more, in case someone else has your device."
                </p>
            </header>
            <div>
                <PostForm
                    action
                    name="accounts.confirm"
                    class="sheet short"
                    page
                    kept=view.kept
                    on_done
                >
                    <TextField
                        field=Field::Password
                        label="Your password"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <Hidden name="next" value=view.next.clone() />
                    <p class="hint">"This counts for ten minutes, on this device."</p>
                    <div class="row">
                        <Submit label="Confirm" />
                        <a href=view.next.clone()>"Go back"</a>
                    </div>
                </PostForm>
            </div>
        </div>
    }
}

/// In place of a button on one's own page that asks first who one is.
#[component]
pub(super) fn ConfirmFirst(
    /// What the button would say.
    label: &'static str,
    /// The form to come back to, or a place on the page.
    to: &'static str,
) -> impl IntoView {
    let back = format!("{}#{to}", with_query("/me", "kept", to));
    view! {
        <p>
            <a class="button second" href=confirm_first(&back)>
                {label}
            </a>
        </p>
    }
}
