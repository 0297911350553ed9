//! What pages show changes by what people write, and by the clock. Whoever
//! keeps a finished page asks here whether it is still good.

use crate::{clock::Timestamp, store::Stored};
use async_trait::async_trait;

/// Reads how far the house has come.
#[async_trait]
pub trait ChangeReads: Send {
    /// The version of what pages show: a greater one after every unit of work
    /// in which anything was written that others can see, whichever program
    /// kept it. Sessions, drafts, keys of mutations, secrets, the audit log and
    /// support do not count. Read before a page, it is never newer than the page.
    async fn version(&mut self) -> Stored<u64>;

    /// The next moment after `now` at which an article appears by itself.
    async fn next_appearance(&mut self, now: Timestamp) -> Stored<Option<Timestamp>>;
}
