//! What waits on this device to be sent. The service worker has it; the server
//! knows nothing of it, and so the page is the same for everyone.

use crate::ui::Heading;
use leptos::prelude::*;

/// `/me/outbox`. Not a lazy route: it opens without a connection too.
#[component]
pub fn OutboxPage() -> impl IntoView {
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Waiting to be sent" />
                <p class="sentence">
                    "What you send without a connection waits on this device and goes by itself. It is shown to you alone."
                </p>
            </header>
            <div>
                <noscript>
                    <p>"Only a browser that runs scripts keeps anything here."</p>
                </noscript>
                // Filled by `public/offline.js`.
                <outbox-list></outbox-list>
            </div>
        </div>
    }
}
