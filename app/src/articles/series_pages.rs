use super::{Pager, SeriesPageView, SeriesView, Weeks, api};
use crate::{
    ui::{Empty, ErrorPage, Heading, Loading},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_meta::{Link, Meta};
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/series`: every series.
pub(super) fn series_list_page() -> AnyView {
    let series = Resource::new(|| (), |()| api::read_all_series());
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match series.await {
                    Ok(series) => view! { <SeriesList series /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn SeriesList(series: Vec<SeriesView>) -> impl IntoView {
    let content = if series.is_empty() {
        view! { <Empty text="No article is out yet. Come by again." /> }.into_any()
    } else {
        let items = series
            .into_iter()
            .map(|series| {
                view! {
                    <li>
                        {series.current.then(|| view! { <span class="tag">"Current"</span> })}
                        <h2 class="title" dir="auto">
                            <a href=series.address>{series.title}</a>
                        </h2>
                        {(!series.summary.is_empty())
                            .then(|| {
                                view! {
                                    <div class="prose" dir="auto">
                                        <p>{series.summary}</p>
                                    </div>
                                }
                            })}
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="lines weeks">{items}</ul> }.into_any()
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Series" />
                <p class="sentence">"An article a week, and questions to answer together."</p>
            </header>
            <div>{content}</div>
        </div>
    }
}

/// `/series/{series}`: the weeks of one.
pub(super) fn series_page() -> AnyView {
    let params = use_params_map();
    let query = use_query_map();
    let key = move || {
        let series = params.with(|params| params.get("series").unwrap_or_default());
        let after = query.with(|query| query.get("after").unwrap_or_default());
        (series, after)
    };
    let page = Resource::new(key, |(series, after)| api::read_weeks(series, after));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <OneSeries page /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn OneSeries(page: SeriesPageView) -> impl IntoView {
    let SeriesPageView {
        series,
        weeks,
        next,
        continued,
    } = page;
    let path = series.address.clone();
    let feed = format!("{path}/feed.atom");
    let content = if weeks.is_empty() {
        view! { <Empty text="No week of this series is out yet." /> }.into_any()
    } else {
        view! { <Weeks weeks /> }.into_any()
    };
    view! {
        <Link
            rel="alternate"
            type_="application/atom+xml"
            href=feed.clone()
            title=series.title.clone()
        />
        {(!series.summary.is_empty())
            .then(|| view! { <Meta name="description" content=series.summary.clone() /> })}
        <div class="spread">
            <header class="page-head">
                <p class="kicker">
                    <a href="/series">"Series"</a>
                    {series.current.then(|| view! { <span>"Current"</span> })}
                </p>
                <Heading text=series.title typed=true />
                {(!series.summary.is_empty())
                    .then(|| {
                        view! {
                            <p class="sentence" dir="auto">
                                {series.summary}
                            </p>
                        }
                    })}
                <p>
                    <a href=feed rel="external">
                        "Feed of this series"
                    </a>
                </p>
                // Filled by `public/offline.js`, where pages can be kept.
                <keep-series series=path.clone()></keep-series>
            </header>
            <div>
                {content}
                <Pager
                    path
                    next
                    continued
                    start_label="Back to the first weeks"
                    next_label="More weeks"
                />
            </div>
        </div>
    }
}
