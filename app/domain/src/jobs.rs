//! Jobs that the house does by itself, now and then: of all programs on one
//! database, one does each.

use crate::{clock::Timestamp, store::Stored};
use async_trait::async_trait;

/// A job that comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// What is done. Two jobs of one name are one.
    pub name: &'static str,
    /// How long it is from one time to the next, in milliseconds.
    pub every: i64,
}

/// Who does what.
#[async_trait]
pub trait JobWrites: Send {
    /// Claims a job, if it is due: it is then due again after its interval,
    /// and of all who ask, one is told `true`.
    ///
    /// Keep the claim in a unit of its own before the job is begun. Whoever
    /// ends in the middle then delays it until it is due again, and no longer.
    /// Nor does a clock that was far ahead: what is due later than two intervals
    /// from now is due now.
    async fn claim_job(&mut self, job: Job, now: Timestamp) -> Stored<bool>;
}
