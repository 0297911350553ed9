//! Stories: lived experience, in long form.

pub mod api;
mod edit_page;
mod form;
mod list_page;
mod new_page;
mod page;

use crate::{care::near::Near, comments::ThreadView, support::SupportView};
use domain::{
    actor::Byline,
    clock::Day,
    drafts::Kept,
    ids::StoryId,
    moderation::{Standing, Why},
    people::Distance,
};
use serde::{Deserialize, Serialize};

crate::room::room!(stories_room in shares::Stories {
    StoriesPage => list_page::stories_page,
    NewStoryPage => new_page::new_story_page,
    StoryPage => page::story_page,
    EditStoryPage => edit_page::edit_story_page,
});

/// What a list shows of a story's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// Its first words, as plain text.
    Excerpt(String),
    /// What its writer wants readers to know beforehand.
    ContentNote(String),
}

/// A story in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryCard {
    pub id: StoryId,
    pub title: String,
    pub opening: Opening,
    pub byline: Byline,
    pub day: Day,
    pub edited: bool,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryList {
    pub stories: Vec<StoryCard>,
    pub next: Option<String>,
    /// It does not begin with the newest.
    pub continued: bool,
}

/// The page of one story, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryView {
    pub id: StoryId,
    pub title: String,
    pub content_note: Option<String>,
    /// Sanitised.
    pub html: String,
    pub byline: Byline,
    pub day: Day,
    pub edited: bool,
    /// The viewer wrote it.
    pub mine: bool,
    /// Where help is, if the viewer wrote it lately and it reads like a call.
    pub near: Option<Near>,
    pub standing: Standing,
    /// Why it is held or hidden, if the viewer wrote it.
    pub why: Option<Why>,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
    pub support: SupportView,
    pub thread: ThreadView,
}

/// What the page of a new story needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStory {
    /// The viewer's handle; none for a guest.
    pub handle: Option<String>,
    pub kept: Option<Kept>,
    /// What was kept, rendered and sanitised, if it was asked for.
    pub preview: Option<String>,
}

/// What the page that changes a story needs. For its author only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryToEdit {
    pub id: StoryId,
    pub handle: String,
    pub title: String,
    pub content_note: String,
    pub body: String,
    pub anonymous: bool,
    pub kept: Option<Kept>,
    /// What was kept, rendered and sanitised, if it was asked for.
    pub preview: Option<String>,
}
