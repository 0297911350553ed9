use super::{Moment, RitualKind};
use crate::{
    actor::Author,
    clock::Timestamp,
    ids::{MemberId, RitualId},
    moderation::Standing,
    page::{Mark, Page},
    store::Stored,
};
use async_trait::async_trait;

/// How long after its start a ritual still stands among the coming ones, in
/// milliseconds: whoever is late finds it.
pub const LINGER: i64 = 3 * Timestamp::HOUR;

/// A ritual as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ritual {
    pub id: RitualId,
    pub author: Author,
    pub text: RitualText,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub standing: Standing,
}

/// What a ritual is, when and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RitualText {
    pub kind: RitualKind,
    pub title: String,
    /// Markdown as it was typed.
    pub body: String,
    /// `body`, rendered and sanitised when it was written.
    pub html: String,
    pub when: Moment,
    pub place: Option<String>,
    /// For members only: it must not reach a guest.
    pub link: Option<String>,
}

/// Reads rituals.
#[async_trait]
pub trait RitualReads: Send {
    /// One ritual, however it stands.
    async fn ritual(&mut self, id: RitualId) -> Stored<Option<Ritual>>;

    /// Published rituals that start at `from` or later, soonest first, of what stands
    /// after the mark. The mark's time is the start.
    async fn coming_rituals(
        &mut self,
        from: Timestamp,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Ritual>>;

    /// Published rituals that started before `before`, latest first, of what stands
    /// after the mark. The mark's time is the start.
    async fn past_rituals(
        &mut self,
        before: Timestamp,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Ritual>>;
}

/// Writes rituals.
#[async_trait]
pub trait RitualWrites: Send {
    /// Adds a ritual.
    async fn insert_ritual(
        &mut self,
        id: RitualId,
        author: MemberId,
        anonymous: bool,
        text: &RitualText,
        now: Timestamp,
    ) -> Stored<()>;

    /// Changes it and marks it as edited.
    async fn edit_ritual(
        &mut self,
        id: RitualId,
        anonymous: bool,
        text: &RitualText,
        now: Timestamp,
    ) -> Stored<()>;

    /// Takes it out, with its replies and its support. One that is not there
    /// is no fault.
    async fn remove_ritual(&mut self, id: RitualId) -> Stored<()>;
}
