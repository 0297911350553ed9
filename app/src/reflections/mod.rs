//! Reflections: members' answers to the prompts of an article.
//!
//! The article's page loads them with [`api::load_for_article`] as a part of
//! its own data and gives each prompt's to [`PromptReflections`], which is the
//! whole section of that prompt: the question, the composer and the newest
//! answers.

pub mod api;
mod composer;
mod list;
mod page;
mod prompt_page;

pub use list::PromptReflections;

use crate::{care::near::Near, comments::ThreadView, support::SupportView};
use domain::{
    actor::Byline,
    clock::Day,
    drafts::Kept,
    ids::{PromptId, ReflectionId},
    moderation::{Standing, Why},
    people::Distance,
};
use serde::{Deserialize, Serialize};

crate::room::room!(reflections_room in week::Reflections {
    ReflectionPage => page::reflection_page,
    PromptPage => prompt_page::prompt_page,
});

/// What a list shows of a reflection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// All of it, sanitised.
    Whole(String),
    /// Its first words, as plain text.
    Beginning(String),
}

/// A reflection in a list, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReflectionView {
    pub id: ReflectionId,
    pub byline: Byline,
    pub day: Day,
    pub edited: bool,
    pub shown: Shown,
    /// The viewer wrote it.
    pub mine: bool,
    /// Where help is, if the viewer wrote it lately and it reads like a call.
    pub near: Option<Near>,
    pub standing: Standing,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
    pub support: SupportView,
}

/// What stands under one prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptAnswers {
    pub prompt: PromptId,
    /// Newest first.
    pub reflections: Vec<ReflectionView>,
    /// There are more than these.
    pub more: bool,
    /// The viewer's handle; none for a guest.
    pub handle: Option<String>,
    /// What was kept for the composer.
    pub kept: Option<Kept>,
}

/// A prompt, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceView {
    pub prompt: PromptId,
    pub question: String,
    /// The article's title.
    pub title: String,
    /// The prompt on its article.
    pub address: String,
}

/// The page of one reflection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReflectionPageView {
    pub id: ReflectionId,
    pub place: PlaceView,
    pub byline: Byline,
    pub day: Day,
    pub edited: bool,
    /// Sanitised.
    pub html: String,
    pub standing: Standing,
    /// Why it is held or hidden, if the viewer wrote it.
    pub why: Option<Why>,
    /// What its author needs to change it; none for everyone else.
    pub own: Option<OwnReflection>,
    /// Where help is, if the viewer wrote it lately and it reads like a call.
    pub near: Option<Near>,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
    pub support: SupportView,
    pub thread: ThreadView,
}

/// A reflection to its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnReflection {
    pub handle: String,
    pub anonymous: bool,
    /// What was typed.
    pub source: String,
    /// What was kept for the editor.
    pub kept: Option<Kept>,
}

/// A page of the answers to one prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptPageView {
    pub place: PlaceView,
    pub answers: PromptAnswers,
    pub next: Option<String>,
    /// It does not begin with the newest.
    pub continued: bool,
}
