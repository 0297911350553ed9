//! How often something may be done.
//!
//! A limit counts by the virtual scheduling of the generic cell rate algorithm:
//! so many in a while, all at once if somebody likes, and then one for each
//! that has been made up for by waiting. It keeps one moment for each key, and
//! nothing of what was done.

use crate::store::Stored;
use async_trait::async_trait;
use std::{num::NonZeroU32, sync::Arc, time::Duration};

/// How long it is since a moment that stays the same for everyone who counts
/// together.
pub type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Under what an address is counted in place of itself: a key of a hash.
pub type Secret = [u8; 16];

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What is counted. Each has its counts for itself.
    pub name: &'static str,
    /// How many.
    pub count: NonZeroU32,
    /// In what time; at most a day, since addresses have another name then.
    pub per: Duration,
}

impl Rate {
    /// How long it takes to make up for one.
    pub fn interval(&self) -> Duration {
        (self.per / self.count.get()).max(Duration::from_micros(1))
    }
}

/// Counts, for one program or for all nodes on one database.
#[async_trait]
pub trait Limits: Send + Sync + 'static {
    /// The secret of the present counts, the same for all who count together.
    /// With another one the counts begin anew.
    async fn secret(&self) -> Stored<Secret>;

    /// Counts one more for `key`, if that is not too often. Otherwise it counts
    /// nothing and says how long to wait; whoever waits that long is admitted,
    /// if nobody else came first.
    async fn admit(&self, rate: Rate, key: &str) -> Stored<Result<(), Duration>>;

    /// Forgets the counts that bind nobody any more.
    async fn tidy(&self) -> Stored<()>;
}
