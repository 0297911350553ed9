use super::{Facts, RitualView, RitualsView, api};
use crate::{
    people::Veil,
    ui::{Empty, ErrorPage, Heading, Icon, Loading},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/rituals`: coming ones, and past ones under `?past=1`.
pub(super) fn rituals_page() -> AnyView {
    let query = use_query_map();
    let key = move || {
        query.with(|query| {
            let after = query.get_str("after").unwrap_or_default().to_owned();
            (query.get_str("past") == Some("1"), after)
        })
    };
    let rituals = Resource::new(key, |(past, after)| api::list_rituals(past, after));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match rituals.await {
                    Ok(rituals) => view! { <Rituals rituals /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Rituals(rituals: RitualsView) -> impl IntoView {
    let RitualsView {
        rituals,
        past,
        next,
        continued,
    } = rituals;
    let (heading, start, more) = match past {
        true => ("Past rituals", "/rituals?past=1", "Earlier rituals"),
        false => ("Rituals", "/rituals", "Later rituals"),
    };
    let mark = if past { '&' } else { '?' };
    let other = match past {
        true => view! { <a href="/rituals">"Coming rituals"</a> },
        false => view! { <a href="/rituals?past=1">"Past rituals"</a> },
    };
    let list = if rituals.is_empty() {
        let text = match (continued, past) {
            (true, _) => "There is nothing more here.",
            (false, true) => "Nothing has taken place yet.",
            (false, false) => {
                "Nothing is planned at the moment. A pot of soup and a time are enough to begin."
            }
        };
        view! { <Empty text /> }.into_any()
    } else {
        let items = rituals
            .into_iter()
            .map(|ritual| view! { <Card ritual /> })
            .collect_view();
        view! { <ul class="shares">{items}</ul> }.into_any()
    };
    let pager = (continued || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {continued.then(|| view! { <a href=start rel="first">"Back to the first"</a> })}
                {next
                    .map(|next| {
                        view! {
                            <a href=format!("{start}{mark}after={next}") rel="next">
                                {more}
                            </a>
                        }
                    })}
            </nav>
        }
    });
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text=heading />
                <p class="sentence">"Shared meals, check-ins and things made together."</p>
                <a class="button" href="/rituals/new">
                    "Share a ritual"
                </a>
                <p>{other}</p>
            </header>
            <div>{list} {pager}</div>
        </div>
    }
}

#[component]
fn Card(ritual: RitualView) -> impl IntoView {
    let href = format!("/rituals/{}", ritual.id);
    let (title, excerpt) = (ritual.title.clone(), ritual.excerpt.clone());
    view! {
        <li>
            <article class="share ritual">
                <p class="kind">
                    <Icon name="ritual" />
                    {ritual.kind.label()}
                </p>
                <Veil away=ritual.away>
                    <h2 class="title" dir="auto">
                        <a href=href>{title}</a>
                    </h2>
                    <div class="prose" dir="auto">
                        <p>{excerpt}</p>
                    </div>
                </Veil>
                <Facts ritual />
            </article>
        </li>
    }
}
