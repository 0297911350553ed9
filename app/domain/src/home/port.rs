use crate::{actor::Author, clock::Timestamp, ids::SubjectKind, store::Stored};
use async_trait::async_trait;
use uuid::Uuid;

/// Something that a member shared, as the first page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestShare {
    /// Never an article.
    pub kind: SubjectKind,
    pub id: Uuid,
    /// A story's or ritual's title, whom a shout-out thanks, the prompt that a
    /// reflection answers.
    pub title: String,
    /// Empty if there is none.
    pub content_note: String,
    /// The first 1,000 characters, in Markdown.
    pub opening: String,
    pub author: Author,
    pub created_at: Timestamp,
}

/// Reads what stands on the first page.
#[async_trait]
pub trait HomeReads: Send {
    /// The newest shares that everyone can see, newest first.
    async fn newest_shares(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<NewestShare>>;
}
