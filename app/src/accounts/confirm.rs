use super::{
    ConfirmView,
    api::{self, ConfirmMember, Goes},
    passkeys::ByPasskey,
    use_door_query,
};
use crate::{
    error::AppError,
    query::{confirm_first, with_query},
    ui::{ErrorPage, Heading, Hidden, Loading, PostForm, Submit, TextField},
    wire::{Resource, ServerAction},
};
use domain::{
    drafts::Kept,
    refusal::{Field, Refusal},
};
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
    let ConfirmView {
        handle,
        has_password,
        has_passkeys,
        next,
        kept,
    } = view;
    let page = confirm_first(&next);
    let by_passkey = has_passkeys.then(|| {
        view! { <ByPasskey label="Use a passkey" page=page.clone() next=next.clone() /> }
    });
    let by_password = if has_password {
        view! { <ByPassword page next kept /> }.into_any()
    } else {
        view! {
            <p>
                "You have no password. If your passkey cannot be used here, "
                <a href="/recover">"come back with a recovery code"</a>
                " and choose one."
            </p>
        }
        .into_any()
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Is it you?" />
                <p class="sentence">
                    "You are signed in as " <b dir="auto">{handle}</b>
                    ". Some things ask once more, in case someone else has your device."
                </p>
            </header>
            <div>{by_password} {by_passkey}</div>
        </div>
    }
}

#[component]
fn ByPassword(page: String, next: String, kept: Option<Kept>) -> impl IntoView {
    let action = ServerAction::<ConfirmMember>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    view! {
        <PostForm action name="accounts.confirm" class="sheet short" page kept on_done>
            <TextField
                field=Field::Password
                label="Your password"
                kind="password"
                autocomplete="current-password"
            />
            <Hidden name="next" value=next.clone() />
            <p class="hint">"This counts for ten minutes, on this device."</p>
            <div class="row">
                <Submit label="Confirm" />
                <a href=next.clone()>"Go back"</a>
            </div>
        </PostForm>
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
