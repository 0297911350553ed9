use super::{CodesView, api, use_door_query};
use crate::{
    ui::{ErrorPage, Heading, Icon, Loading},
    wire::Resource,
};
use leptos::prelude::*;

/// `/me/codes`: recovery codes, shown once.
pub(super) fn codes_page() -> AnyView {
    let query = use_door_query();
    let codes = Resource::new(move || query.get().next, api::load_codes);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match codes.await {
                    Ok(view) => view! { <Codes view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Codes(view: CodesView) -> impl IntoView {
    if view.codes.is_empty() {
        return view! {
            <div class="spread">
                <header class="page-head">
                    <Heading text="Recovery codes" />
                    <p class="sentence">"They are shown once, right after they are made."</p>
                </header>
                <div>
                    <p>"If you did not write them down, make new ones on your page."</p>
                    <div class="row">
                        <a class="button" href="/me">
                            "Go to your page"
                        </a>
                    </div>
                </div>
            </div>
        }
        .into_any();
    }
    let waiting = (!view.signed_in).then(|| {
        view! {
            <div class="notice">
                <Icon name="info" />
                <p>
                    "Your account is made. Someone who keeps the house lets you in; then you can sign in."
                </p>
            </div>
        }
    });
    let codes = view
        .codes
        .into_iter()
        .map(|code| view! { <li>{code}</li> })
        .collect_view();
    let go_on = if view.signed_in {
        "I have written them down"
    } else {
        "Go to this week"
    };
    let next = if view.signed_in {
        view.next
    } else {
        "/".to_owned()
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Recovery codes" />
                <p class="sentence">
                    "Your way back in if you lose your password. No one can send it to you."
                </p>
            </header>
            <div>
                {waiting}
                <div class="notice">
                    <Icon name="info" />
                    <p>
                        "Each code works once. This is the only time they are shown. Write them down, or print this page, and keep them where only you find them."
                    </p>
                </div>
                <ul class="codes" role="list" aria-label="Recovery codes">
                    {codes}
                </ul>
                <div class="row no-print">
                    <a class="button" href=next>
                        {go_on}
                    </a>
                </div>
            </div>
        </div>
    }
    .into_any()
}
