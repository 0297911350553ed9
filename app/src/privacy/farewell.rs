use crate::ui::Heading;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/farewell`: what happens after someone asked to be erased. It shows nothing
/// of anybody.
pub(super) fn farewell_page() -> AnyView {
    let query = use_query_map();
    let at_once = move || query.with(|query| query.get_str("at") == Some("once"));
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Goodbye, and go well" />
                <p class="sentence">"You are signed out on every device."</p>
            </header>
            <div>
                {move || match at_once() {
                    true => view! { <p>"Your account is erased."</p> }.into_any(),
                    false => view! {
                        <p>
                            "In 14 days your account is erased. If you change your mind, sign in before that, and everything stays as it is."
                        </p>
                    }
                        .into_any(),
                }}
                <p>
                    "What you had posted anonymously, and wanted to go, goes by itself within four weeks, so that nobody learns from the moment who wrote it. Backups that were made before are thrown away in time; the privacy notice says when."
                </p>
                <p>"You can come back at any time, as somebody new. And you can always ask for help here without an account."</p>
                <div class="row">
                    <a class="button" href="/">
                        "Go to this week"
                    </a>
                    <a class="button second" href="/help">
                        "Get help now"
                    </a>
                </div>
            </div>
        </div>
    }
    .into_any()
}
