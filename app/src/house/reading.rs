use super::{HouseView, api::read_house};
use crate::{
    ui::{ErrorPage, Heading, Loading, Prose},
    wire::Resource,
};
use domain::house::HousePage;
use leptos::prelude::*;

/// `/privacy`: what is kept about people.
pub(super) fn privacy_page() -> AnyView {
    house_page(HousePage::Privacy)
}

/// `/rules`: how people are with each other here.
pub(super) fn rules_page() -> AnyView {
    house_page(HousePage::Rules)
}

/// `/guide`: what whoever hosts a community has to do.
pub(super) fn guide_page() -> AnyView {
    house_page(HousePage::Guide)
}

fn house_page(page: HousePage) -> AnyView {
    let view = Resource::new(|| (), move |()| read_house(page.name().to_owned()));
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => view! { <Reading page view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Reading(page: HousePage, view: HouseView) -> impl IntoView {
    let edit = view.editable.then(|| {
        view! {
            <p class="byline">
                <a href=format!("/house/{}", page.name())>"Edit this page"</a>
            </p>
        }
    });
    let changed = view.changed.map(|day| {
        view! {
            <p class="byline">
                <span>"Changed on " <time datetime=day.iso>{day.text}</time></span>
            </p>
        }
    });
    view! {
        <article>
            <header class="page-head">
                <Heading text=page.title() />
                {edit}
            </header>
            <Prose html=view.html />
            {changed}
        </article>
    }
}
