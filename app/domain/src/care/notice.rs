use super::{EntryKind, Origin, Post, Raise, Severity, raise, recognise};
use crate::{
    clock::Timestamp,
    ids::{CommentId, Subject},
    refusal::Fault,
    store::{Act, Stored, Unit},
};

/// Whoever wrote what reads like a call is shown where help is for so long, in
/// milliseconds.
pub const BESIDE_FOR: i64 = Timestamp::DAY;

/// Puts a share on the desk if its words read like a call for help. Whoever acts
/// has just written them.
pub async fn notice(
    unit: &mut dyn Unit,
    act: Act<'_>,
    share: impl Into<Subject>,
    words: &str,
) -> Result<(), Fault> {
    let post = Post {
        subject: share.into(),
        comment: None,
    };
    match recognise(words) {
        Some(severity) => put_on_desk(unit, act, post, severity).await,
        None => Ok(()),
    }
}

/// Puts a comment on the desk if its words read like a call for help, and are
/// not a part of one already. Whoever acts has just written them.
pub async fn notice_comment(
    unit: &mut dyn Unit,
    act: Act<'_>,
    subject: Subject,
    comment: CommentId,
    words: &str,
) -> Result<(), Fault> {
    let Some(severity) = recognise(words) else {
        return Ok(());
    };
    if is_part_of_call(unit, comment, severity).await? {
        return Ok(());
    }
    let post = Post {
        subject,
        comment: Some(comment),
    };
    put_on_desk(unit, act, post, severity).await
}

/// The desk's own answers speak of what they answer. What whoever asked writes
/// under their call is read with it, unless it tells of danger.
async fn is_part_of_call(
    unit: &mut dyn Unit,
    comment: CommentId,
    severity: Severity,
) -> Stored<bool> {
    let entries = unit.entries_in(comment).await?;
    Ok(entries.iter().any(|entry| match entry.kind {
        EntryKind::Answer => true,
        EntryKind::Asked => severity == Severity::Call,
        _ => false,
    }))
}

async fn put_on_desk(
    unit: &mut dyn Unit,
    act: Act<'_>,
    post: Post,
    severity: Severity,
) -> Result<(), Fault> {
    let call = Raise {
        origin: Origin::Noticed,
        post,
        writer: Some(act.actor.writer()),
        severity,
        words: None,
    };
    raise(unit, act, call).await?;
    Ok(())
}
