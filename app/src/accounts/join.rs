use super::{
    DoorView, address,
    api::{self, Goes, JoinHouse},
    passkeys::JoinWithPasskey,
    use_door_query,
};
use crate::{
    ui::{Check, ErrorPage, Heading, Hidden, Icon, Loading, PostForm, Submit, TextField},
    wire::{Resource, ServerAction},
};
use domain::{
    accounts::{Handle, Joining, PASSWORD},
    refusal::Field,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// `/join`.
pub(super) fn join_page() -> AnyView {
    let query = use_door_query();
    let door = Resource::new(move || query.get().kept, api::load_door);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match door.await {
                    Ok(door) => view! { <Join door /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Join(door: DoorView) -> impl IntoView {
    let content = match (&door.handle, door.joining) {
        (Some(handle), _) => view! { <Already handle=handle.clone() /> }.into_any(),
        (None, Joining::Closed) => view! {
            <div class="notice">
                <Icon name="info" />
                <p>
                    "Nobody can join at present. You can read everything that is public, and comment as a guest."
                </p>
            </div>
        }
        .into_any(),
        (None, _) => view! { <JoinSheet door /> }.into_any(),
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Come in" />
                <p class="sentence">
                    "A name of your choosing is all that is asked. No e-mail, no real name."
                </p>
            </header>
            <div>{content}</div>
        </div>
    }
}

/// Says who is signed in already.
#[component]
pub(super) fn Already(handle: String) -> impl IntoView {
    view! {
        <div class="notice">
            <Icon name="info" />
            <div>
                <p>"You are signed in as " <b dir="auto">{handle}</b> "."</p>
                <p>
                    <a href="/me">"Go to your page"</a>
                </p>
            </div>
        </div>
    }
}

#[component]
fn JoinSheet(door: DoorView) -> impl IntoView {
    let query = use_door_query().get_untracked();
    let page = address(
        "/join",
        &[("invitation", &query.invitation), ("next", &query.next)],
    );
    let sign_in = address("/sign-in", &[("next", &query.next)]);
    let action = ServerAction::<JoinHouse>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    let invited = !query.invitation.is_empty();
    let with_passkey = door.passkeys.then(|| {
        view! {
            <JoinWithPasskey
                page=page.clone()
                next=query.next.clone()
                invitation=query.invitation.clone()
                asks_invitation=door.joining == Joining::Invitation && !invited
            />
        }
    });
    let brought = query.invitation.clone();
    // Made inside the form, where the field finds it.
    let invitation = move || match door.joining {
        Joining::Invitation if !invited => view! {
            <TextField
                field=Field::Invitation
                label="Invitation"
                hint="Joining is by invitation. Copy the last part of the link that you were given."
                autocomplete="off"
            />
        }
        .into_any(),
        _ => view! { <Hidden name="invitation" value=brought /> }.into_any(),
    };
    let approval = (door.joining == Joining::Approval && !invited).then(|| {
        view! {
            <p class="hint">
                "Someone who keeps the house lets new members in. Until then you can read, and comment as a guest."
            </p>
        }
    });
    view! {
        <PostForm action name="accounts.join" class="sheet short" page kept=door.kept on_done>
            <TextField
                field=Field::Handle
                label="Handle"
                hint="The name that others see. Letters, digits and hyphens."
                max=Handle::MAX + 1
                autocomplete="username"
            />
            <TextField
                field=Field::Password
                label="Password"
                hint=format!("At least {} characters. A few words in a row are good.", PASSWORD.start())
                kind="password"
                autocomplete="new-password"
            />
            {invitation()}
            <Check field=Field::Adult label="I am 18 or over" />
            <p class="hint">
                "Read first, if you like, what the " <a href="/rules">"house rules"</a>
                " are and " <a href="/privacy">"what is kept about you"</a> "."
            </p>
            <Hidden name="next" value=query.next.clone() />
            {approval}
            <div class="row">
                <Submit label="Join" />
                <a href=sign_in.clone()>"I have an account"</a>
            </div>
        </PostForm>
        {with_passkey}
    }
}
