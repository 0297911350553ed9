//! What follows from the entries of a call: whether it waits, and since when.

use super::{Call, EntryKind, EntryState, EntryToInsert};
use crate::{
    clock::Timestamp,
    store::{Stored, Unit},
};

/// Adds an entry and keeps what follows from it.
pub(super) async fn add(
    unit: &mut dyn Unit,
    call: &mut Call,
    now: Timestamp,
    entry: EntryToInsert,
) -> Stored<()> {
    call.last = unit.insert_entry(&entry).await?;
    let answers = matches!(entry.kind, EntryKind::Answer | EntryKind::Reply)
        && entry.state == EntryState::Shown
        && entry.settles > 0;
    if answers && call.answered_at.is_none() {
        call.answered_at = Some(now);
    }
    refresh(unit, call, now).await
}

/// Keeps a call as its entries say. What nobody answers any more waits again.
pub(super) async fn refresh(unit: &mut dyn Unit, call: &mut Call, now: Timestamp) -> Stored<()> {
    let settled = unit.settled(call.id).await?;
    call.waiting_since = match call.closed {
        Some(_) => None,
        None => unit.asked_after(call.id, settled).await?,
    };
    if settled == 0 {
        call.answered_at = None;
    }
    call.moved_at = now;
    unit.keep_call(call).await
}
