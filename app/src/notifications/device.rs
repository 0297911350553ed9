//! Whether this device is told when something comes, and the page is closed.
//!
//! A browser is asked by `<tell-device>` of `public/offline.js`, which sends the
//! form when it has said where it is told.

use super::{
    PushView,
    api::{Done, LeaveDevice, TellDevice},
};
use crate::{
    ui::{Hidden, PostForm, Submit, announce, focus},
    wire::ServerAction,
};
use domain::drafts::Kept;
use leptos::prelude::*;

const HERE: &str = "/me/notifications";

/// What stands there until a browser can be asked.
const NEEDS: &str = "<p class=\"hint\">This needs JavaScript and HTTPS.</p>";

#[component]
pub(super) fn Device(
    push: PushView,
    /// Why it could not be told before.
    kept: Option<Kept>,
    /// Reads the page again.
    again: Callback<()>,
) -> impl IntoView {
    let settled = move |words: &'static str| {
        announce(words);
        again.run(());
        focus("device".to_owned());
    };
    let inside = if push.told {
        let action = ServerAction::<LeaveDevice>::new();
        let on_done = Callback::new(move |_: Done| settled("This device is left alone."));
        view! {
            <p>"This device is told when something comes for you, until you sign out here."</p>
            <PostForm action name="notifications.leave-device" class="row" page=HERE on_done>
                <Submit label="Leave this device alone" class="second" />
            </PostForm>
        }
        .into_any()
    } else {
        let action = ServerAction::<TellDevice>::new();
        let on_done = Callback::new(move |_: Done| settled("This device is told from now on."));
        view! {
            <p>
                "This device can be told when something comes, also when this page is closed: in few words, and without a name. Your browser’s maker carries it and cannot read it. Your device may show the address of this house beside it."
            </p>
            <PostForm
                action
                name="notifications.tell-device"
                class="row"
                page=HERE
                kept
                on_done
            >
                <Hidden name="secret" value="" />
                <tell-device house=push.key inner_html=NEEDS></tell-device>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="device">
            <div class="section-head">
                <h2 id="device">"On this device"</h2>
            </div>
            {inside}
        </section>
    }
}
