use super::{Decision, RefusalReason, Ruling};
use crate::{
    accounts::{AuditEntry, keeper},
    clock::Timestamp,
    comments::CommentState,
    ids::{AuditId, CommentId},
    notifications,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// Lets everyone see a held comment. `seen` is when the words that were read
/// had last been changed. Doing it again changes nothing.
pub async fn approve(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CommentId,
    seen: Option<Timestamp>,
) -> Result<(), Fault> {
    decide(unit, act, id, Ruling::Approved, None, seen).await
}

/// Does not let others see a held comment; its writer is told why. Doing it
/// again changes nothing.
pub async fn refuse(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CommentId,
    reason: &RefusalReason,
    seen: Option<Timestamp>,
) -> Result<(), Fault> {
    decide(
        unit,
        act,
        id,
        Ruling::Refused,
        Some(reason.as_str().to_owned()),
        seen,
    )
    .await
}

async fn decide(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CommentId,
    ruling: Ruling,
    reason: Option<String>,
    seen: Option<Timestamp>,
) -> Result<(), Fault> {
    let by = keeper(act.actor)?.id;
    let comment = unit.comment(id).await?.ok_or(Refusal::NotFound)?;
    if comment.state != CommentState::Held {
        let same = unit
            .decision(id)
            .await?
            .is_some_and(|earlier| earlier.ruling == ruling);
        return if same {
            Ok(())
        } else {
            Err(Refusal::Changed.into())
        };
    }
    if comment.edited_at != seen {
        return Err(Refusal::Changed.into());
    }
    let (state, action) = match ruling {
        Ruling::Approved => (CommentState::Published, "moderation.approve"),
        Ruling::Refused => (CommentState::Hidden, "moderation.refuse"),
    };
    unit.set_comment_state(id, state).await?;
    unit.keep_decision(&Decision {
        comment: id,
        at: act.now,
        by,
        ruling,
        reason: reason.clone(),
    })
    .await?;
    unit.audit(&AuditEntry {
        id: AuditId::random(act.chance),
        at: act.now,
        by: Some(by),
        action: action.to_owned(),
        about: id.to_string(),
        reason,
    })
    .await?;
    if state == CommentState::Published {
        let above = match comment.parent {
            Some(parent) => unit.comment(parent).await?,
            None => None,
        };
        let by = &comment.author;
        notifications::tell_of_answer(unit, act, comment.subject, above.as_ref(), by).await?;
    }
    Ok(())
}
