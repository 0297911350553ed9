//! Articles: series and their weeks, the article with its prompts, and the
//! desk where editors write them.

pub mod api;
mod article_page;
mod desk_page;
mod editor;
mod series_pages;

use crate::{comments::ThreadView, reflections::PromptAnswers};
use domain::{actor::Byline, articles::Standing, clock::Day, drafts::Kept};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

crate::room::room!(articles_room in week::Articles {
    ArticlePage => article_page::article_page,
    SeriesListPage => series_pages::series_list_page,
    SeriesPage => series_pages::series_page,
});

crate::room::room!(editor_room in keeping::Editor {
    DeskPage => desk_page::desk_page,
    EditorPage => editor::editor_page,
});

/// A series in a list and at the head of its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesView {
    pub address: String,
    pub title: String,
    pub summary: String,
    /// It stands on the first page.
    pub current: bool,
}

/// An article in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekView {
    pub address: String,
    pub title: String,
    pub week: Option<u16>,
    /// Plain text.
    pub lead: String,
    /// None while it is a draft.
    pub day: Option<Day>,
}

/// A page of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesPageView {
    pub series: SeriesView,
    pub weeks: Vec<WeekView>,
    pub next: Option<String>,
    /// It does not begin at the start.
    pub continued: bool,
}

/// A question at the end of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptView {
    /// From 1 on: it stands at `#prompt-{number}`.
    pub number: u32,
    pub text: String,
}

/// What only editors are told of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditorNote {
    /// The address at which it is edited.
    pub edit: String,
    pub standing: Standing,
    /// When it is to appear.
    pub appears: Option<String>,
}

/// What people do under a published article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderArticle {
    /// In the order of the prompts.
    pub answers: Vec<PromptAnswers>,
    pub thread: ThreadView,
}

/// An article as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleView {
    pub series: SeriesView,
    pub title: String,
    pub week: Option<u16>,
    /// Plain text.
    pub lead: String,
    /// Sanitised.
    pub html: String,
    /// None for an imported one.
    pub by: Option<Byline>,
    pub day: Option<Day>,
    pub categories: Vec<String>,
    pub prompts: Vec<PromptView>,
    pub before: Option<WeekView>,
    pub after: Option<WeekView>,
    /// For editors.
    pub note: Option<EditorNote>,
    /// Once it is published.
    pub under: Option<UnderArticle>,
}

/// An article on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskLine {
    pub edit: String,
    pub title: String,
    pub series: String,
    pub week: Option<u16>,
    pub standing: Standing,
    /// The day it appeared or will appear.
    pub day: Option<Day>,
}

/// A series on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskSeries {
    pub id: String,
    pub address: String,
    pub title: String,
    pub summary: String,
    pub current: bool,
}

/// The desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskView {
    pub articles: Vec<DeskLine>,
    pub next: Option<String>,
    /// It does not begin at the start.
    pub continued: bool,
    pub series: Vec<DeskSeries>,
    /// The form whose text was kept, and its text.
    pub kept: Option<(String, Kept)>,
}

/// An article to be edited, or a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditorView {
    /// Empty for a new one.
    pub id: String,
    /// The version that was opened.
    pub seen: String,
    /// The address of its page; empty for a new one.
    pub address: String,
    pub standing: Standing,
    pub series: String,
    pub slug: String,
    pub week: String,
    pub title: String,
    pub summary: String,
    pub body: String,
    /// One a line.
    pub prompts: String,
    /// In UTC, for a field.
    pub when: String,
    /// Since when it can be read.
    pub since: Option<Day>,
    /// How the body reads, sanitised.
    pub preview: String,
    /// Titles to choose from.
    pub all_series: Vec<String>,
    /// Zones to choose from.
    pub zones: Vec<String>,
    pub deletable: bool,
    pub kept: Option<Kept>,
}

/// `Week 3`.
pub fn week_label(week: u16) -> String {
    format!("Week {week}")
}

/// Articles one under the other.
#[component]
pub fn Weeks(weeks: Vec<WeekView>) -> impl IntoView {
    let items = weeks
        .into_iter()
        .map(|week| {
            view! {
                <li>
                    {week.week.map(|week| view! { <span class="tag">{week_label(week)}</span> })}
                    <h2 class="title" dir="auto">
                        <a href=week.address>{week.title}</a>
                    </h2>
                    {(!week.lead.is_empty())
                        .then(|| {
                            view! {
                                <div class="prose" dir="auto">
                                    <p>{week.lead}</p>
                                </div>
                            }
                        })}
                    {week
                        .day
                        .map(|day| {
                            view! {
                                <p class="byline">
                                    <time datetime=day.iso>{day.text}</time>
                                </p>
                            }
                        })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="lines weeks">{items}</ol> }
}

/// Earlier and later parts of a list.
#[component]
pub fn Pager(
    path: String,
    next: Option<String>,
    continued: bool,
    start_label: &'static str,
    next_label: &'static str,
) -> impl IntoView {
    (continued || next.is_some()).then(|| {
        let more = next.map(|next| format!("{path}?after={next}"));
        view! {
            <nav class="pager" aria-label="Pages">
                {continued
                    .then(|| {
                        view! {
                            <a rel="first" href=path>
                                {start_label}
                            </a>
                        }
                    })}
                {more
                    .map(|href| {
                        view! {
                            <a rel="next" href=href>
                                {next_label}
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
