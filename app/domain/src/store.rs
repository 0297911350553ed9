//! The port to storage: what a store must promise.
//!
//! A [`Reader`] sees committed things. A [`Unit`] is one unit of work: all
//! that is written in it is kept together at [`Unit::commit`], durably before
//! it answers, or not at all. A unit that is dropped leaves nothing behind.
//! Each room adds its own two traits, `…Reads` and `…Writes`.

use crate::{
    accounts::{AccountReads, AccountWrites, PasskeyReads, PasskeyWrites},
    articles::{ArticleReads, ArticleWrites},
    care::{CareReads, CareWrites},
    changes::ChangeReads,
    comments::{CommentReads, CommentWrites},
    drafts::{DraftReads, DraftWrites},
    holds::{HoldReads, HoldWrites},
    home::HomeReads,
    house::{HouseReads, HouseWrites},
    jobs::JobWrites,
    live::{LiveReads, LiveWrites},
    moderation::{ModerationReads, ModerationWrites},
    notifications::{NotificationReads, NotificationWrites},
    once::OnceWrites,
    people::{PeopleReads, PeopleWrites},
    privacy::{PrivacyReads, PrivacyWrites},
    push::{PushReads, PushWrites},
    reflections::{ReflectionReads, ReflectionWrites},
    rituals::{RitualReads, RitualWrites},
    shout_outs::{ShoutOutReads, ShoutOutWrites},
    stories::{StoryReads, StoryWrites},
    support::{SupportReads, SupportWrites},
    watch::{WatchReads, WatchWrites},
};
use async_trait::async_trait;

/// The store did not do it, and nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// More waits to be written than can be written soon.
    #[error("store: too much waits to be written")]
    Busy,
    /// There is no room on the disk.
    #[error("store: the disk is full")]
    Full,
    /// Anything else. Never shown to people: it is logged whole under an id.
    #[error("store: {0}")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// From any error.
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Broken(error.into())
    }
}

/// What a store answers.
pub type Stored<T> = Result<T, StoreError>;

/// A place to keep everything.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Begins to read.
    async fn read(&self) -> Stored<Box<dyn Reader>>;

    /// Begins a unit of work. Waits while another holds the writer.
    async fn begin(&self) -> Stored<Box<dyn Unit>>;

    /// As [`Store::begin`], for calls for help: there is a place for it where
    /// others would be told [`StoreError::Busy`].
    async fn begin_for_care(&self) -> Stored<Box<dyn Unit>> {
        self.begin().await
    }

    /// How many units of work were kept through this store since it was opened.
    /// It counts up before [`Unit::commit`] answers, and asks no database: as
    /// long as it stays, this program has written nothing.
    fn kept_units(&self) -> u64;

    /// Takes what was deleted out of logs of the store's own that may still hold
    /// it, where the engine leaves that to us.
    async fn wipe(&self) -> Stored<()> {
        Ok(())
    }
}

/// Reads from every room.
pub trait Reader:
    Send
    + AccountReads
    + ArticleReads
    + CareReads
    + ChangeReads
    + CommentReads
    + DraftReads
    + HoldReads
    + HomeReads
    + HouseReads
    + LiveReads
    + ModerationReads
    + NotificationReads
    + PasskeyReads
    + PeopleReads
    + PrivacyReads
    + PushReads
    + ReflectionReads
    + RitualReads
    + ShoutOutReads
    + StoryReads
    + SupportReads
    + WatchReads
{
}

/// Reads and writes in every room.
#[async_trait]
pub trait Unit:
    Reader
    + AccountWrites
    + ArticleWrites
    + CareWrites
    + CommentWrites
    + DraftWrites
    + HouseWrites
    + HoldWrites
    + JobWrites
    + LiveWrites
    + ModerationWrites
    + NotificationWrites
    + OnceWrites
    + PasskeyWrites
    + PeopleWrites
    + PrivacyWrites
    + PushWrites
    + ReflectionWrites
    + RitualWrites
    + ShoutOutWrites
    + StoryWrites
    + SupportWrites
    + WatchWrites
{
    /// Keeps what was written. When this answers, it survives a crash.
    async fn commit(self: Box<Self>) -> Stored<()>;
}

/// What every use case is told: who acts, when, and where chance comes from.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    pub actor: &'a crate::actor::Actor,
    pub now: crate::clock::Timestamp,
    pub chance: &'a dyn crate::ids::Chance,
}
