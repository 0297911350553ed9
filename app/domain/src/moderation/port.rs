use super::Standing;
use crate::{
    clock::Timestamp,
    comments::Comment,
    ids::{CommentId, MemberId, Subject},
    page::{Page, Postmark},
    store::Stored,
};
use async_trait::async_trait;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Everyone sees it.
    Approved,
    /// Only its writer sees it, with the reason.
    Refused,
}

/// A decision about a held comment. There is at most one for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub comment: CommentId,
    pub at: Timestamp,
    pub by: MemberId,
    pub ruling: Ruling,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// Reads what waits and what was decided.
#[async_trait]
pub trait ModerationReads: Send {
    /// Comments that wait for review, oldest first, those after `after`.
    async fn held_comments(&mut self, after: Option<Postmark>, limit: u32)
    -> Stored<Page<Comment>>;

    /// What was decided about a comment.
    async fn decision(&mut self, comment: CommentId) -> Stored<Option<Decision>>;
}

/// Writes decisions.
#[async_trait]
pub trait ModerationWrites: Send {
    /// Keeps a decision. It goes with the comment.
    async fn keep_decision(&mut self, decision: &Decision) -> Stored<()>;

    /// Lets a share be seen or not. An article stands by its own rules, and
    /// what is not there changes nothing.
    async fn set_standing(&mut self, share: Subject, standing: Standing) -> Stored<()>;

    /// Lets a thread take comments or not.
    async fn lock_thread(&mut self, subject: Subject, locked: bool) -> Stored<()>;
}
