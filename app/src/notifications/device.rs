//! Whether this device is told when something comes, and the page is closed.

use super::{
    PushView,
    api::{Done, LeaveDevice},
};
use crate::ui::{PostForm, SiteFiles, Submit, announce, focus};
use leptos::prelude::*;

const HERE: &str = "/me/notifications";

#[component]
pub(super) fn Device(
    push: PushView,
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
            <PostForm
                action
                name="notifications.leave-device"
                class="row"
                page=HERE
                on_done
            >
                <Submit label="Leave this device alone" class="second" />
            </PostForm>
        }
        .into_any()
    } else {
        let failed = RwSignal::new(None::<&'static str>);
        let key = StoredValue::new(push.key);
        let files = StoredValue::new(SiteFiles::present());
        let ask = move |_| {
            failed.set(None);
            in_browser::ask(
                files.get_value(),
                key.get_value(),
                move |asked| match asked {
                    Ok(()) => settled("This device is told from now on."),
                    Err(words) => {
                        failed.try_set(Some(words));
                    }
                },
            );
        };
        view! {
            <p>
                "This device can be told when something comes, also when this page is closed: in few words, and without a name. Your browser’s push service carries it, and cannot read it."
            </p>
            <p class="row scripted">
                <button type="button" class="second" on:click=ask>
                    "Tell this device"
                </button>
            </p>
            <p class="hint unscripted">"This needs JavaScript."</p>
            <p role="status">{move || failed.get()}</p>
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

#[cfg(not(feature = "hydrate"))]
mod in_browser {
    use crate::ui::SiteFiles;

    pub fn ask(_: SiteFiles, _: String, _: impl Fn(Result<(), &'static str>) + 'static) {}
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use crate::{
        notifications::api::{TellDeviceForm, tell_device},
        ui::SiteFiles,
    };
    use gloo::events::EventListener;
    use leptos::{prelude::*, task::spawn_local};
    use wasm_bindgen::JsCast;

    const REFUSED: &str =
        "Your browser was told not to show notices from here. You can change that in its settings.";
    const FAILED: &str = "Your browser could not do it. Try again later.";

    /// Asks the browser, and tells the server what it says.
    pub fn ask(
        files: SiteFiles,
        key: String,
        done: impl Fn(Result<(), &'static str>) + Clone + 'static,
    ) {
        EventListener::once(&document(), "push", move |event| {
            let said = event.dyn_ref::<web_sys::CustomEvent>();
            let said = said.and_then(|event| event.detail().as_string());
            let said = said.unwrap_or_default();
            let words: Vec<&str> = said.split(' ').collect();
            let form = match words[..] {
                ["given", endpoint, device_key, secret] => TellDeviceForm {
                    page: super::HERE.to_owned(),
                    endpoint: endpoint.to_owned(),
                    device_key: device_key.to_owned(),
                    secret: secret.to_owned(),
                    ..TellDeviceForm::default()
                },
                ["refused"] => return done(Err(REFUSED)),
                _ => return done(Err(FAILED)),
            };
            let done = done.clone();
            spawn_local(async move {
                let told = tell_device(form).await;
                done(told.map(|_| ()).map_err(|_| FAILED));
            });
        })
        .forget();
        begin(&files, &key);
    }

    fn begin(files: &SiteFiles, key: &str) {
        let (Ok(script), Some(head)) = (document().create_element("script"), document().head())
        else {
            return;
        };
        let _ = script.set_attribute("data-key", key);
        let _ = script.set_attribute("src", &files.address("/push.js"));
        let _ = head.append_child(&script);
    }
}
