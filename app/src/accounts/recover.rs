use super::{
    api::{self, Goes, RecoverAccount, ResetAccount},
    use_door_query,
};
use crate::{
    error::AppError,
    ui::{ErrorPage, Heading, Hidden, Icon, Loading, Oops, PostForm, Submit, TextField},
    wire::{Resource, ServerAction},
};
use domain::{
    accounts::PASSWORD,
    drafts::Kept,
    refusal::{Field, Refusal},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

/// `/recover`: comes back with a recovery code.
pub(super) fn recover_page() -> AnyView {
    let query = use_door_query();
    let door = Resource::new(move || query.get().kept, api::load_door);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match door.await {
                    Ok(door) => view! { <Recover kept=door.kept /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Recover(kept: Option<Kept>) -> impl IntoView {
    let action = ServerAction::<RecoverAccount>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Come back" />
                <p class="sentence">
                    "Use one of the recovery codes that you wrote down, and choose a new password."
                </p>
            </header>
            <div>
                <PostForm
                    action
                    name="accounts.recover"
                    class="sheet short"
                    page="/recover"
                    kept
                    on_done
                >
                    <TextField field=Field::Handle label="Handle" autocomplete="username" />
                    <TextField
                        field=Field::Code
                        label="Recovery code"
                        hint="Each code works once. Hyphens and capitals do not matter."
                        autocomplete="off"
                    />
                    <NewPassword />
                    <p class="hint">"Other devices are signed out."</p>
                    <div class="row">
                        <Submit label="Come back in" />
                    </div>
                </PostForm>
                <div class="notice">
                    <Icon name="info" />
                    <p>
                        "No codes left? Ask someone who runs this community for a link. It works once, for a day."
                    </p>
                </div>
            </div>
        </div>
    }
}

#[component]
pub(super) fn NewPassword() -> impl IntoView {
    view! {
        <TextField
            field=Field::NewPassword
            label="New password"
            hint=format!("At least {} characters. A few words in a row are good.", PASSWORD.start())
            kind="password"
            autocomplete="new-password"
        />
    }
}

/// `/recover/{secret}`: comes back by a reset link.
pub(super) fn reset_page() -> AnyView {
    let params = use_params_map();
    let query = use_door_query();
    let secret = Memo::new(move |_| params.with(|params| params.get("secret").unwrap_or_default()));
    let link = Resource::new(
        move || (secret.get(), query.get().kept),
        |(secret, kept)| api::load_reset_link(secret, kept),
    );
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match link.await {
                    Ok(kept) => {
                        view! { <Reset secret=secret.get_untracked() kept /> }.into_any()
                    }
                    Err(AppError::Refused(Refusal::NotFound)) => {
                        view! {
                            <Oops
                                status=404
                                heading="This link does not work any more"
                                text="It works once, and for a day. Ask for a new one."
                                id=None
                            />
                        }
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
fn Reset(secret: String, kept: Option<Kept>) -> impl IntoView {
    let action = ServerAction::<ResetAccount>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Choose a new password" />
                <p class="sentence">"Then you are signed in here, and nowhere else."</p>
            </header>
            <div>
                <PostForm
                    action
                    name="accounts.reset"
                    class="sheet short"
                    page=format!("/recover/{secret}")
                    kept
                    on_done
                >
                    <Hidden name="secret" value=secret.clone() />
                    <NewPassword />
                    <div class="row">
                        <Submit label="Keep this password" />
                    </div>
                </PostForm>
            </div>
        </div>
    }
}
