use super::{Comment, CommentBody, CommentState};
use crate::{
    actor::Actor,
    care,
    clock::Timestamp,
    ids::CommentId,
    markdown,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// May this actor still change the comment? `window` is in milliseconds since
/// it was posted. What a guest wrote can change only until someone has read
/// it, so that nothing is published unread.
pub fn may_edit(comment: &Comment, actor: &Actor, now: Timestamp, window: i64) -> bool {
    let open = match comment.state {
        CommentState::Published => actor.member().is_some(),
        CommentState::Held => true,
        CommentState::Hidden | CommentState::Gap => false,
    };
    open && comment.author.is(actor) && now.since(comment.created_at) < window
}

/// Changes what a comment says.
pub async fn edit(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CommentId,
    body: &CommentBody,
    window: i64,
) -> Result<Comment, Fault> {
    let comment = own(unit, act, id).await?;
    if !may_edit(&comment, act.actor, act.now, window) {
        return Err(Refusal::TooLate.into());
    }
    let html = markdown::render(body.as_str());
    unit.edit_comment(id, body.as_str(), html.as_str(), act.now)
        .await?;
    care::notice_comment(unit, act, comment.subject, id, body.as_str()).await?;
    unit.comment(id).await?.ok_or(Refusal::NotFound.into())
}

/// Takes back one's own comment. Doing it again is no fault.
pub async fn take_back(unit: &mut dyn Unit, act: Act<'_>, id: CommentId) -> Result<Comment, Fault> {
    let comment = own(unit, act, id).await?;
    care::taken_back(unit, act, &comment).await?;
    unit.remove_comment(id).await?;
    Ok(comment)
}

/// The comment if this actor wrote it. Someone else's held comment is unknown
/// to them, as on the page.
async fn own(unit: &mut dyn Unit, act: Act<'_>, id: CommentId) -> Result<Comment, Fault> {
    let comment = unit.comment(id).await?.ok_or(Refusal::NotFound)?;
    if comment.author.is(act.actor) {
        Ok(comment)
    } else if comment.state == CommentState::Published {
        Err(Refusal::NotAllowed.into())
    } else {
        Err(Refusal::NotFound.into())
    }
}
