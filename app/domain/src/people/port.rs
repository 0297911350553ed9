use super::Distance;
use crate::{
    clock::Timestamp,
    ids::{AwayId, MemberId},
    moderation::Thing,
    page::{Mark, Page},
    store::Stored,
};
use async_trait::async_trait;

/// Someone whom a member keeps away from, as the member sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    pub id: AwayId,
    pub whom: Whom,
    pub distance: Distance,
    pub since: Timestamp,
}

/// By which mask someone was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Under this handle.
    Named(String),
    /// Under a handle that is no longer here.
    Former,
    /// As the writer of an anonymous post of this kind, whoever that is.
    Anonymous(String),
}

/// A member begins to keep away.
#[derive(Debug, Clone)]
pub struct AwayToKeep {
    pub id: AwayId,
    pub member: MemberId,
    /// None: the account of an anonymous post's writer is gone.
    pub other: Option<MemberId>,
    /// The anonymous post; none if they were met by their handle.
    pub through: Option<Thing>,
    pub distance: Distance,
    pub since: Timestamp,
}

/// Reads who keeps away from whom.
#[async_trait]
pub trait PeopleReads: Send {
    /// Those whom a member keeps away from, newest first, of what stands after
    /// the mark.
    async fn aways(
        &mut self,
        member: MemberId,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Away>>;

    /// Of these members, those whom `member` keeps away from by their handles.
    async fn away_from_named(
        &mut self,
        member: MemberId,
        others: &[MemberId],
    ) -> Stored<Vec<(MemberId, Distance)>>;

    /// Of these anonymous posts, those whose writers `member` keeps away from.
    async fn away_from_things(
        &mut self,
        member: MemberId,
        things: &[Thing],
    ) -> Stored<Vec<(Thing, Distance)>>;

    /// Does `member` block `other`, met by the handle, or by an anonymous post?
    async fn blocks(&mut self, member: MemberId, other: MemberId, named: bool) -> Stored<bool>;
}

/// Writes who keeps away from whom.
#[async_trait]
pub trait PeopleWrites: Send {
    /// Keeps it, in place of another distance to the same mask.
    async fn keep_away(&mut self, away: &AwayToKeep) -> Stored<()>;

    /// Forgets one of a member's; false if it is not theirs.
    async fn lift_away(&mut self, member: MemberId, id: AwayId) -> Stored<bool>;
}
