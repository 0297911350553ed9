use crate::{
    actor::Author,
    clock::Timestamp,
    ids::{ArticleId, MemberId, PromptId, ReflectionId},
    moderation::Standing,
    page::{Cursor, Page},
    refusal::Fault,
    store::Stored,
};
use async_trait::async_trait;

/// A reflection as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reflection {
    pub id: ReflectionId,
    pub article: ArticleId,
    pub prompt: PromptId,
    pub author: Author,
    /// Markdown as it was typed.
    pub body: String,
    /// `body`, rendered and sanitised when it was written.
    pub html: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub standing: Standing,
}

/// A reflection to be added.
#[derive(Debug, Clone)]
pub struct ReflectionToInsert {
    pub id: ReflectionId,
    pub article: ArticleId,
    pub prompt: PromptId,
    pub member: MemberId,
    pub anonymous: bool,
    pub body: String,
    pub html: String,
    pub created_at: Timestamp,
}

/// A prompt of a published article, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptPlace {
    pub article: ArticleId,
    /// From 1 on.
    pub position: u32,
    pub question: String,
    /// The article's title.
    pub title: String,
    /// The article's address.
    pub address: String,
}

/// Reads reflections.
#[async_trait]
pub trait ReflectionReads: Send {
    /// One reflection, however it stands.
    async fn reflection(&mut self, id: ReflectionId) -> Stored<Option<Reflection>>;

    /// The prompt, if its article can be seen at `now`.
    async fn prompt_place(
        &mut self,
        prompt: PromptId,
        now: Timestamp,
    ) -> Stored<Option<PromptPlace>>;

    /// The newest reflections on each of `prompts` that everyone sees, at most
    /// `each` of them, newest first.
    async fn newest_reflections(
        &mut self,
        prompts: &[PromptId],
        each: u32,
    ) -> Stored<Vec<Reflection>>;

    /// A page of the reflections on a prompt that everyone sees, newest first.
    /// `NotFound` for a cursor that is not one.
    async fn reflections(
        &mut self,
        prompt: PromptId,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Reflection>, Fault>;
}

/// Writes reflections.
#[async_trait]
pub trait ReflectionWrites: Send {
    /// Adds a reflection.
    async fn insert_reflection(&mut self, reflection: &ReflectionToInsert) -> Stored<()>;

    /// Changes what a reflection says and how it is signed, and marks it as
    /// edited.
    async fn edit_reflection(
        &mut self,
        id: ReflectionId,
        body: &str,
        html: &str,
        anonymous: bool,
        now: Timestamp,
    ) -> Stored<()>;

    /// Takes a reflection out, with its thread and the support for it.
    async fn remove_reflection(&mut self, id: ReflectionId) -> Stored<()>;
}
