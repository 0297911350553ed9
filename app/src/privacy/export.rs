use super::{
    ExportView,
    api::{EXPORT, ExportMine, open_export},
};
use crate::{
    accounts::api::Goes,
    ui::{ErrorPage, Heading, Loading, PostForm, Submit, announce},
    wire::{Resource, ServerAction},
};
use leptos::prelude::*;

/// `/me/export`: takes everything along.
pub(super) fn export_page() -> AnyView {
    let view = Resource::new(|| (), |()| open_export());
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => view! { <Export view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Export(view: ExportView) -> impl IntoView {
    let action = ServerAction::<ExportMine>::new();
    let on_done = Callback::new(move |goes: Goes| {
        announce("Your file comes now.");
        fetch(&goes.to);
    });
    view! {
        <div class="spread">
            <header class="page-head">
                <p class="kicker">
                    <a href="/me">"You"</a>
                </p>
                <Heading text="Export my data" />
                <p class="sentence">"Everything that is kept about you, in one file."</p>
            </header>
            <div>
                <p>
                    "It is a zip file. Open the page in it, index.html, in any browser, also without a network; beside it is the same as data for another program. What others wrote is not in it."
                </p>
                <p>
                    "The file says who you are here, also where you posted anonymously. Keep it where nobody finds it who should not read it."
                </p>
                <PostForm
                    action
                    name=EXPORT
                    class="sheet short"
                    page="/me/export"
                    kept=view.kept
                    on_done
                >
                    <div class="row">
                        <Submit label="Export my data" />
                    </div>
                </PostForm>
            </div>
        </div>
    }
}

/// Lets the browser fetch the file; the page stays.
fn fetch(file: &str) {
    #[cfg(feature = "hydrate")]
    let _ = window().location().assign(file);
    #[cfg(not(feature = "hydrate"))]
    let _ = file;
}
