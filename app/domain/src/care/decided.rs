//! What follows for calls when those who keep the house decide about a comment.

use super::{Call, EntryKind, EntryState, EntryToInsert, hear, settle};
use crate::{
    comments::Comment,
    ids::{CommentId, EntryId},
    store::{Act, Stored, Unit},
};

/// A comment is seen by everyone from now on, or no longer. What nobody sees
/// answers nothing; a member's reply that is seen again is read again.
pub(crate) async fn shown(
    unit: &mut dyn Unit,
    act: Act<'_>,
    comment: CommentId,
    is_shown: bool,
) -> Stored<()> {
    let Some(comment) = in_calls(unit, comment).await? else {
        return Ok(());
    };
    let entries = unit.entries_in(comment.id).await?;
    if entries.is_empty() && is_shown {
        return hear(unit, act, (comment.subject, comment.id), false, None).await;
    }
    for entry in entries {
        let state = match (entry.kind, entry.state, is_shown) {
            (EntryKind::Answer, EntryState::Gone, true) => EntryState::Shown,
            (EntryKind::Reply, EntryState::Gone, true) => EntryState::Held,
            (EntryKind::Answer | EntryKind::Reply, EntryState::Shown | EntryState::Held, false) => {
                EntryState::Gone
            }
            _ => continue,
        };
        unit.set_entry_state(entry.id, state, None).await?;
        if let Some(mut call) = unit.hold_call(entry.call).await? {
            settle::refresh(unit, &mut call, act.now).await?;
        }
    }
    Ok(())
}

/// A comment is about to be taken out by somebody else than its writer. What it
/// answered waits again. Whoever asked in it still waits, and their words stay
/// on the desk.
pub(crate) async fn removed(unit: &mut dyn Unit, act: Act<'_>, comment: CommentId) -> Stored<()> {
    let Some(comment) = in_calls(unit, comment).await? else {
        return Ok(());
    };
    for entry in unit.entries_in(comment.id).await? {
        let Some(mut call) = unit.hold_call(entry.call).await? else {
            continue;
        };
        match entry.kind {
            EntryKind::Asked => keep_words(unit, act, &mut call, &comment).await?,
            _ => {
                unit.set_entry_state(entry.id, EntryState::Gone, None)
                    .await?;
                settle::refresh(unit, &mut call, act.now).await?;
            }
        }
    }
    Ok(())
}

/// The comment, if calls can be concerned.
async fn in_calls(unit: &mut dyn Unit, comment: CommentId) -> Stored<Option<Comment>> {
    let comment = unit.comment(comment).await?;
    Ok(match comment {
        Some(comment) if unit.has_calls(comment.subject).await? => Some(comment),
        _ => None,
    })
}

async fn keep_words(
    unit: &mut dyn Unit,
    act: Act<'_>,
    call: &mut Call,
    comment: &Comment,
) -> Stored<()> {
    if call.waiting_since.is_none() {
        return Ok(());
    }
    let id = EntryId::random(act.chance);
    let entry = EntryToInsert::new(id, call.id, act.now, EntryKind::Asked);
    settle::add(unit, call, act.now, entry.saying(&comment.body)).await
}
