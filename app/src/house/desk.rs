use super::{HouseLine, api::list_house};
use crate::{
    ui::{ErrorPage, Heading, Loading},
    wire::Resource,
};
use leptos::prelude::*;

/// `/house`: the pages that hosts write.
pub(super) fn desk_page() -> AnyView {
    let lines = Resource::new(|| (), |()| list_house());
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match lines.await {
                    Ok(lines) => view! { <Desk lines /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Desk(lines: Vec<HouseLine>) -> impl IntoView {
    let items = lines.into_iter().map(line).collect_view();
    view! {
        <header class="page-head">
            <Heading text="Pages of the house" />
            <p class="sentence">"They come with words of their own. Make them yours."</p>
        </header>
        <ul class="lines weeks">{items}</ul>
    }
}

fn line(line: HouseLine) -> impl IntoView {
    let state = match line.changed {
        Some(day) => view! {
            <span>"Changed on " <time datetime=day.iso>{day.text}</time></span>
        }
        .into_any(),
        None => view! { <span>"As it came with Chorus"</span> }.into_any(),
    };
    view! {
        <li>
            <h2 class="title">
                <a href=format!("/house/{}", line.page.name())>{line.page.title()}</a>
            </h2>
            <p class="byline">
                {state} <a href=line.page.address()>"Read it"</a>
            </p>
        </li>
    }
}
