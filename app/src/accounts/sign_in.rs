use super::{
    DoorView, address,
    api::{self, Goes, SignInMember},
    join::Already,
    passkeys::ByPasskey,
    use_door_query,
};
use crate::{
    ui::{ErrorPage, Heading, Hidden, Loading, PostForm, Submit, TextField},
    wire::{Resource, ServerAction},
};
use domain::{accounts::Joining, refusal::Field};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// `/sign-in`.
pub(super) fn sign_in_page() -> AnyView {
    let query = use_door_query();
    let door = Resource::new(move || query.get().kept, api::load_door);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match door.await {
                    Ok(door) => view! { <SignIn door /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn SignIn(door: DoorView) -> impl IntoView {
    let content = match &door.handle {
        Some(handle) => view! { <Already handle=handle.clone() /> }.into_any(),
        None => view! { <SignInSheet door /> }.into_any(),
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Welcome back" />
                <p class="sentence">"What you had begun to write is kept."</p>
            </header>
            <div>{content}</div>
        </div>
    }
}

#[component]
fn SignInSheet(door: DoorView) -> impl IntoView {
    let query = use_door_query().get_untracked();
    let page = address("/sign-in", &[("next", &query.next)]);
    let join = address("/join", &[("next", &query.next)]);
    let action = ServerAction::<SignInMember>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    let by_passkey = door.passkeys.then(|| {
        view! {
            <ByPasskey label="Sign in with a passkey" page=page.clone() next=query.next.clone() />
        }
    });
    let joins = (door.joining != Joining::Closed).then(|| {
        view! {
            <li>
                <a href=join>"Join"</a>
            </li>
        }
    });
    view! {
        <PostForm action name="accounts.sign-in" class="sheet short" page kept=door.kept on_done>
            <TextField field=Field::Handle label="Handle" autocomplete="username" />
            <TextField
                field=Field::Password
                label="Password"
                kind="password"
                autocomplete="current-password"
            />
            <Hidden name="next" value=query.next.clone() />
            <div class="row">
                <Submit label="Sign in" />
            </div>
        </PostForm>
        {by_passkey}
        <ul class="row">
            {joins}
            <li>
                <a href="/recover">"I cannot sign in"</a>
            </li>
        </ul>
    }
}
