use super::{ArticleView, EditorNote, PromptView, UnderArticle, WeekView, api, week_label};
use crate::{
    comments::{Thread, use_thread_query},
    reflections::PromptReflections,
    ui::{ErrorPage, Heading, Icon, Loading, Prose},
    wire::Resource,
};
use domain::{actor::Byline, articles::Standing};
use leptos::prelude::*;
use leptos_meta::{Link, Meta};
use leptos_router::hooks::use_params_map;

/// `/series/{series}/{article}`: the article, its prompts and its thread.
pub(super) fn article_page() -> AnyView {
    let params = use_params_map();
    let query = use_thread_query();
    let key = move || {
        let param = |name| params.with(|params| params.get(name).unwrap_or_default());
        (param("series"), param("article"), query.get())
    };
    let article = Resource::new(key, |(series, article, query)| {
        api::read_article(series, article, query)
    });
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match article.await {
                    Ok(article) => view! { <Piece article /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Piece(article: ArticleView) -> impl IntoView {
    let margin = (!article.prompts.is_empty()).then(|| asks(&article.prompts));
    let feed = format!("{}/feed.atom", article.series.address);
    let by = article.by.map(|by| {
        let name = match by {
            Byline::Member(handle) => handle,
            Byline::Guest(_) | Byline::Anonymous | Byline::Former => "A former member".into(),
        };
        view! {
            <span class="by" dir="auto">
                {name}
            </span>
        }
    });
    let day = article
        .day
        .map(|day| view! { <time datetime=day.iso>{day.text}</time> });
    let categories = (!article.categories.is_empty()).then(|| {
        let names = article
            .categories
            .into_iter()
            .map(|name| view! { <span dir="auto">{name}</span> })
            .collect_view();
        view! { <p class="byline">{names}</p> }
    });
    let under = match article.under {
        Some(under) => view! { <Under prompts=article.prompts under /> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <Link
            rel="alternate"
            type_="application/atom+xml"
            href=feed
            title=article.series.title.clone()
        />
        {(!article.lead.is_empty())
            .then(|| view! { <Meta name="description" content=article.lead /> })}
        <div class="spread">
            {margin}
            <div>
                {article.note.map(|note| view! { <Note note /> })}
                <article class="piece">
                    <header class="piece-head">
                        <p class="kicker">
                            <a href=article.series.address>{article.series.title}</a>
                            {article.week.map(|week| view! { <span>{week_label(week)}</span> })}
                        </p>
                        <Heading text=article.title typed=true />
                        <p class="byline">{by} {day}</p>
                        {categories}
                    </header>
                    <Prose html=article.html lead=true />
                </article>
                {under}
                <Neighbours before=article.before after=article.after />
            </div>
        </div>
    }
}

/// The questions in the margin.
fn asks(prompts: &[PromptView]) -> impl IntoView + use<> {
    let items = prompts
        .iter()
        .map(|prompt| {
            let href = format!("#prompt-{}", prompt.number);
            view! {
                <li class="ask">
                    <p class="question" dir="auto">
                        <a href=href rel="external">
                            {prompt.text.clone()}
                        </a>
                    </p>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="margin only-wide" aria-labelledby="asks">
            <h2 id="asks">"Questions this week"</h2>
            <ol class="prompts">{items}</ol>
        </nav>
    }
}

/// What editors are told.
#[component]
fn Note(note: EditorNote) -> impl IntoView {
    let text = match (note.standing, note.appears) {
        (Standing::Draft, _) => "This is a draft. Only editors see it. ".to_owned(),
        (Standing::Scheduled, Some(appears)) => {
            format!("Only editors see this until it appears: {appears}. ")
        }
        (Standing::Scheduled, None) => "Only editors see this until it appears. ".to_owned(),
        (Standing::Published, _) => "You can edit this article. ".to_owned(),
    };
    view! {
        <div class="notice">
            <Icon name="info" />
            <p>{text} <a href=note.edit>"Edit"</a></p>
        </div>
    }
}

#[component]
fn Under(prompts: Vec<PromptView>, under: UnderArticle) -> impl IntoView {
    let UnderArticle { answers, thread } = under;
    let sections = prompts
        .into_iter()
        .zip(answers)
        .map(|(prompt, answers)| {
            view! { <PromptReflections number=prompt.number question=prompt.text answers /> }
        })
        .collect_view();
    let questions = (!sections.is_empty()).then(|| {
        view! {
            <section aria-labelledby="questions">
                <div class="section-head">
                    <h2 id="questions">"Questions this week"</h2>
                </div>
                {sections}
            </section>
        }
    });
    view! {
        {questions}
        <Thread thread />
    }
}

/// The weeks before and after this one.
#[component]
fn Neighbours(before: Option<WeekView>, after: Option<WeekView>) -> impl IntoView {
    let link = |week: WeekView, rel: &'static str, label: &'static str| {
        view! {
            <a rel=rel href=week.address>
                {label} ": " <span dir="auto">{week.title}</span>
            </a>
        }
    };
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Other weeks">
                {before.map(|week| link(week, "prev", "Before"))}
                {after.map(|week| link(week, "next", "After"))}
            </nav>
        }
    })
}
