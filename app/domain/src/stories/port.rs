use crate::{
    actor::Author,
    clock::Timestamp,
    ids::{MemberId, StoryId},
    moderation::Standing,
    page::{Cursor, Page},
    refusal::Fault,
    store::Stored,
};
use async_trait::async_trait;

/// A story as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    pub id: StoryId,
    pub author: Author,
    pub title: String,
    pub content_note: Option<String>,
    /// Markdown as it was typed.
    pub body: String,
    /// `body`, rendered and sanitised when it was written.
    pub html: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub standing: Standing,
}

/// A story in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryInList {
    pub id: StoryId,
    pub author: Author,
    pub title: String,
    pub content_note: Option<String>,
    /// The first words of the body, as plain text.
    pub excerpt: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
}

/// What is kept of a story's words.
#[derive(Debug, Clone)]
pub struct StoryText {
    pub anonymous: bool,
    pub title: String,
    pub content_note: Option<String>,
    /// The first words of `body`, as plain text.
    pub excerpt: String,
    pub body: String,
    pub html: String,
}

/// Reads stories.
#[async_trait]
pub trait StoryReads: Send {
    /// One story, however it stands.
    async fn story(&mut self, id: StoryId) -> Stored<Option<Story>>;

    /// A page of the stories that everyone sees, newest first. `NotFound` for a cursor that is
    /// not one.
    async fn stories(
        &mut self,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<StoryInList>, Fault>;
}

/// Writes stories.
#[async_trait]
pub trait StoryWrites: Send {
    /// Adds a story.
    async fn insert_story(
        &mut self,
        id: StoryId,
        member: MemberId,
        text: &StoryText,
        now: Timestamp,
    ) -> Stored<()>;

    /// Changes a story's words and how it is signed, and marks it as edited.
    async fn edit_story(&mut self, id: StoryId, text: &StoryText, now: Timestamp) -> Stored<()>;

    /// Takes a story out, with its thread and the support for it.
    async fn remove_story(&mut self, id: StoryId) -> Stored<()>;
}
