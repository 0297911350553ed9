//! Home: this week's article, its prompts and the newest shares.

pub mod api;
mod page;

use crate::articles::PromptView;
use domain::{actor::Byline, clock::Day, ids::SubjectKind, people::Distance};
use serde::{Deserialize, Serialize};

crate::room::room!(home_room in week::Home {
    HomePage => page::home_page,
});

/// The newest article of the current series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThisWeek {
    pub series_title: String,
    pub series_address: String,
    pub address: String,
    pub title: String,
    pub week: Option<u16>,
    /// Plain text.
    pub lead: String,
    pub prompts: Vec<PromptView>,
}

/// Something that a member shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareView {
    pub kind: SubjectKind,
    pub address: String,
    /// A story's or ritual's title, whom a shout-out thanks, the prompt that a
    /// reflection answers.
    pub title: String,
    /// Empty if there is none.
    pub content_note: String,
    /// The first words, as plain text.
    pub excerpt: String,
    pub byline: Byline,
    pub day: Day,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
}

/// The first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    pub this_week: Option<ThisWeek>,
    pub shares: Vec<ShareView>,
}
