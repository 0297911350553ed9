//! Comments: threads under everything that people share.
//!
//! A page that shows a thread loads it with [`api::load_thread`] as a part of
//! its own data and gives it to [`Thread`].

pub mod api;
mod arrivals;
mod composer;
mod permalink;
mod thread;

pub use thread::Thread;

use crate::care::near::Near;
use domain::{actor::Byline, clock::Day, ids::CommentId, moderation::Why, people::Distance};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

crate::room::room!(comments_room in week::Comments {
    PermalinkPage => permalink::permalink_page,
});

/// What the address of a page says about the thread on it. Without script
/// these open the forms; they are plain links then.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ThreadQuery {
    /// The comment whose branch alone is shown.
    pub under: String,
    /// Where the page of the thread begins.
    pub after: String,
    /// The comment to reply to.
    pub reply: String,
    /// The comment to edit.
    pub edit: String,
    /// The comment to take back.
    pub delete: String,
    /// The form whose text was kept.
    pub kept: String,
}

/// The query of the present page.
pub fn use_thread_query() -> Memo<ThreadQuery> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let field = |name| query.get_str(name).unwrap_or_default().to_owned();
            ThreadQuery {
                under: field("under"),
                after: field("after"),
                reply: field("reply"),
                edit: field("edit"),
                delete: field("delete"),
                kept: field("kept"),
            }
        })
    })
}

/// How a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Published,
    Held,
    Hidden,
    Gap,
}

/// A comment as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentView {
    pub id: CommentId,
    pub parent: Option<CommentId>,
    pub depth: u16,
    pub byline: Byline,
    pub day: Day,
    pub edited: bool,
    pub standing: Standing,
    /// Sanitised.
    pub html: String,
    /// The viewer wrote it.
    pub mine: bool,
    /// More replies of its branch are on a page of their own: below this one.
    pub more_under: Option<CommentId>,
    /// Why it is held or hidden, if the viewer wrote it.
    pub why: Option<Why>,
    /// What was typed, while the viewer may still change it.
    pub source: Option<String>,
    /// Where help is, if the viewer wrote it lately and it reads like a call.
    pub near: Option<Near>,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
}

/// A page of a thread as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadView {
    /// `kind-id`.
    pub subject: String,
    pub comments: Vec<CommentView>,
    pub next: Option<String>,
    /// It takes comments.
    pub is_open: bool,
    /// Only one branch is shown.
    pub is_branch: bool,
    /// It does not begin at the start.
    pub continued: bool,
    /// The viewer's handle; none for a guest.
    pub handle: Option<String>,
    pub query: ThreadQuery,
    pub kept: Option<domain::drafts::Kept>,
}
