use super::{ToldCard, ToldView, api, words};
use crate::{
    ui::{Empty, ErrorPage, Heading, Loading, Pager},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/me/decisions`: what was decided about one's own words.
pub(super) fn told_page() -> AnyView {
    let query = use_query_map();
    let after = move || query.with(|query| query.get_str("after").unwrap_or_default().to_owned());
    let told = Resource::new(after, api::load_told);
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match told.await {
                    Ok(view) => view! { <Told view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Told(view: ToldView) -> impl IntoView {
    let lines = if view.decisions.is_empty() {
        view! { <Empty text="Nothing was decided about anything of yours." /> }.into_any()
    } else {
        view! { <ToldLines decisions=view.decisions /> }.into_any()
    };
    let pager = view! {
        <Pager
            at="/me/decisions"
            next=view.next
            continued=view.continued
            newest="Newest decisions"
            older="Older decisions"
        />
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Decisions" />
                <p class="sentence">
                    "What was decided about your words, why, and what you can say to it."
                </p>
            </header>
            <div>{lines} {pager}</div>
        </div>
    }
}

/// Decisions, each with a link to read why.
#[component]
pub fn ToldLines(decisions: Vec<ToldCard>) -> impl IntoView {
    let lines = decisions
        .into_iter()
        .map(|told| view! { <li><Line told /></li> })
        .collect_view();
    view! { <ul class="lines">{lines}</ul> }
}

#[component]
fn Line(told: ToldCard) -> impl IntoView {
    let kind = words::thing(told.thing);
    let says = words::told(told.ruling, kind, told.until.as_ref(), told.waits);
    view! {
        <p>
            <a href=format!("/me/decisions/{}", told.decision)>{says}</a>
        </p>
        <p class="byline">
            <time datetime=told.day.iso>{told.day.text}</time>
            {told.lifted.then(|| view! { <span>"Taken back"</span> })}
        </p>
    }
}
