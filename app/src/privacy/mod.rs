//! Privacy: taking everything along, and being erased.

pub mod api;
mod erase;
mod export;
mod farewell;

use domain::{clock::Day, drafts::Kept};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

crate::room::room!(privacy_room in own::Privacy {
    ErasePage => erase::erase_page,
    ExportPage => export::export_page,
    FarewellPage => farewell::farewell_page,
});

/// What the page on which someone asks to be erased shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseView {
    pub handle: String,
    /// When they had asked for it before and then signed in again.
    pub called_off: Option<Day>,
    pub kept: Option<Kept>,
}

/// What the page on which someone takes everything along shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportView {
    pub kept: Option<Kept>,
}

/// On one's own page: the ways to what is kept about one, and out.
#[component]
pub fn YourData() -> impl IntoView {
    view! {
        <section aria-labelledby="data">
            <div class="section-head">
                <h2 id="data">"Your data"</h2>
            </div>
            <p>
                "What is kept about you, and what not, is said under "
                <a href="/privacy">"Privacy"</a> "."
            </p>
            <div class="row">
                <a class="button second" href="/me/export">
                    "Export my data"
                </a>
                <a class="button danger" href="/me/erase">
                    "Erase me"
                </a>
            </div>
        </section>
    }
}
