use super::{
    DeskLine, DeskSeries, DeskView, Pager,
    api::{self, DeskChanged, MakeSeriesCurrent, ReviseSeries, current_name, series_name},
    week_label,
};
use crate::{
    error::AppError,
    ui::{
        Empty, ErrorPage, Heading, Hidden, Loading, PostForm, Submit, TextArea, TextField, announce,
    },
    wire::{Resource, ServerAction},
};
use domain::{
    articles::{SeriesSummary, SeriesTitle, Standing},
    drafts::Kept,
    refusal::Field,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/editor`: all articles and series, for editors.
pub(super) fn desk_page() -> AnyView {
    let query = use_query_map();
    let key = move || {
        let field = |name| query.with(|query| query.get(name).unwrap_or_default());
        (field("after"), field("kept"))
    };
    let desk = Resource::new(key, |(after, kept)| api::read_desk(after, kept));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match desk.await {
                    Ok(view) => view! { <Desk view desk /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Desk(view: DeskView, desk: Resource<Result<DeskView, AppError>>) -> impl IntoView {
    let on_done = Callback::new(move |_: DeskChanged| {
        desk.refetch();
        announce("Your change is kept.");
    });
    let articles = if view.articles.is_empty() {
        view! { <Empty text="No article is written yet." /> }.into_any()
    } else {
        let lines = view.articles.into_iter().map(desk_line).collect_view();
        view! { <ol class="lines weeks">{lines}</ol> }.into_any()
    };
    let kept = StoredValue::new(view.kept);
    let kept_for = move |name: &str| {
        kept.with_value(|kept| {
            kept.as_ref()
                .filter(|(form, _)| form == name)
                .map(|(_, kept)| kept.clone())
        })
    };
    let series = (!view.series.is_empty()).then(|| {
        let items = view
            .series
            .into_iter()
            .map(|series| {
                let words = kept_for(&series_name(&series.id));
                view! {
                    <li>
                        <SeriesOnDesk series kept=words on_done />
                    </li>
                }
            })
            .collect_view();
        view! {
            <section aria-labelledby="series">
                <div class="section-head">
                    <h2 id="series">"Series"</h2>
                </div>
                <ul class="lines">{items}</ul>
            </section>
        }
    });
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Editor" />
                <p class="sentence">"What is being written, what is waiting and what is out."</p>
                <a class="button" href="/editor/new">
                    "New article"
                </a>
            </header>
            <div>
                {articles}
                <Pager
                    path="/editor".to_owned()
                    next=view.next
                    continued=view.continued
                    start_label="Back to the last changed"
                    next_label="Older articles"
                /> {series}
            </div>
        </div>
    }
}

fn desk_line(line: DeskLine) -> impl IntoView {
    let tag = match line.standing {
        Standing::Draft => "Draft",
        Standing::Scheduled => "Scheduled",
        Standing::Published => "Published",
    };
    view! {
        <li>
            <span class="tag">{tag}</span>
            <h2 class="title" dir="auto">
                <a href=line.edit>{line.title}</a>
            </h2>
            <p class="byline">
                {line.week.map(|week| view! { <span>{week_label(week)}</span> })}
                <span dir="auto">{line.series}</span>
                {line.day.map(|day| view! { <time datetime=day.iso>{day.text}</time> })}
            </p>
        </li>
    }
}

#[component]
fn SeriesOnDesk(
    series: DeskSeries,
    kept: Option<Kept>,
    on_done: Callback<DeskChanged>,
) -> impl IntoView {
    let revise = ServerAction::<ReviseSeries>::new();
    let make_current = ServerAction::<MakeSeriesCurrent>::new();
    let DeskSeries {
        id,
        address,
        title,
        summary,
        current,
    } = series;
    let standing = if current {
        view! {
            <p class="byline">
                <span>"On the first page"</span>
            </p>
        }
        .into_any()
    } else {
        let (name, id) = (current_name(&id), id.clone());
        view! {
            <PostForm
                action=make_current
                name
                class="composer"
                page="/editor"
                label=format!("Put on the first page: {title}")
                on_done
            >
                <Hidden name="id" value=id />
                <Submit label="Put on the first page" class="second" />
            </PostForm>
        }
        .into_any()
    };
    let is_open = kept.is_some();
    let name = series_name(&id);
    let label = format!("Edit the series {title}");
    let (heading, of) = (title.clone(), title.clone());
    view! {
        <h3 class="title" dir="auto">
            <a href=address>{heading}</a>
        </h3>
        {standing}
        <details class="open-here" open=is_open>
            <summary class="quiet">
                "Edit" <span class="visually-hidden">" the series " {of}</span>
            </summary>
            <PostForm action=revise name class="composer" page="/editor" kept label on_done>
                <Hidden name="id" value=id />
                <TextField field=Field::Title label="Title" max=SeriesTitle::MAX value=title />
                <TextArea
                    field=Field::Summary
                    label="What it is about"
                    max=SeriesSummary::MAX
                    value=summary
                    optional=true
                />
                <div class="row">
                    <Submit label="Save the series" />
                </div>
            </PostForm>
        </details>
    }
}
