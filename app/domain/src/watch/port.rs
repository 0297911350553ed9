use super::{Level, Shift};
use crate::{
    actor::Roles,
    care::Queue,
    clock::Timestamp,
    ids::{MemberId, ShiftId},
    store::Stored,
};
use async_trait::async_trait;

/// Hours of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptShift {
    pub id: ShiftId,
    pub member: MemberId,
    pub shift: Shift,
}

/// Calls that wait and have come equally far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rank {
    pub count: u64,
    /// Since when the first of them waits.
    pub first: Option<Timestamp>,
}

/// All calls of a queue that wait and can rise: those that have not risen, and
/// those that have come to each level. Imported ones are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting(pub [Rank; 4]);

impl Waiting {
    /// These and those.
    #[must_use]
    pub fn with(mut self, those: Self) -> Self {
        for (rank, other) in self.0.iter_mut().zip(those.0) {
            rank.count += other.count;
            rank.first = [rank.first, other.first].into_iter().flatten().min();
        }
        self
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|rank| rank.count).sum()
    }

    /// Since when the first of them waits.
    pub fn first(&self) -> Option<Timestamp> {
        self.0.iter().filter_map(|rank| rank.first).min()
    }

    /// The highest level that one of them has come to.
    pub fn highest(&self) -> Option<Level> {
        let risen = |level: &Level| self.0[usize::from(level.number())].count > 0;
        Level::ALL.into_iter().rev().find(risen)
    }
}

/// How it stands with telling people away from their browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Telling {
    /// Since when they are to be told, if they are.
    pub owed_since: Option<Timestamp>,
    /// When they were told last.
    pub told_at: Option<Timestamp>,
    /// How often it has failed since then.
    pub failures: u32,
}

/// Reads who is here, and what waits.
#[async_trait]
pub trait WatchReads: Send {
    /// A member's hours, in a fixed order.
    async fn shifts_of(&mut self, member: MemberId) -> Stored<Vec<KeptShift>>;

    /// The hours of members who are let in and have one of these roles: at most
    /// `limit`, the same member's one after another.
    async fn shifts(&mut self, roles: Roles, limit: u32) -> Stored<Vec<KeptShift>>;

    /// Members who are let in and have one of these roles, by their ids, each
    /// with all their roles.
    async fn members_with(&mut self, roles: Roles, limit: u32) -> Stored<Vec<(MemberId, Roles)>>;

    /// What waits in a queue and can rise, counted whole.
    async fn waiting(&mut self, queue: Queue) -> Stored<Waiting>;

    /// How it stands with telling.
    async fn telling(&mut self) -> Stored<Telling>;
}

/// Writes hours and levels.
#[async_trait]
pub trait WatchWrites: Send {
    /// Adds hours.
    async fn insert_shift(&mut self, shift: &KeptShift) -> Stored<()>;

    /// Takes hours of this member away. False if there are none of that name.
    async fn drop_shift(&mut self, member: MemberId, id: ShiftId) -> Stored<bool>;

    /// Lets every call of a queue rise to a level that waits since `since` or
    /// longer, has not come so far and can rise; says how many. A call that
    /// waits anew begins below the lowest level.
    async fn rise_to(&mut self, queue: Queue, level: Level, since: Timestamp) -> Stored<u64>;

    /// Keeps how it stands with telling.
    async fn keep_telling(&mut self, telling: &Telling) -> Stored<()>;
}
