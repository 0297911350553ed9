//! The side of the desk.

use super::{
    Call, CallBody, CallNote, Claim, Closing, Entry, EntryKind, EntryState, EntryToInsert, Post,
    Queue, Read, Seen, post_seen, settle, tell,
};
use crate::{
    accounts::{About, AuditEntry, MemberState, by_handle},
    actor::{ActingMember, Actor, Role, Roles},
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, MAX_DEPTH, NewComment},
    ids::{AuditId, CallId, CommentId, EntryId, MemberId},
    moderation::{self, Standing, Thing},
    refusal::{Fault, Field, Reason, Refusal},
    store::{Act, Unit},
};

/// Do these roles answer calls for help?
const fn answers(roles: Roles) -> bool {
    roles.has(Role::PeerSupporter) || roles.has(Role::Moderator) || roles.has(Role::Editor)
}

/// The member if they are of the desk: peer supporters, moderators, editors. A
/// host is none by that alone.
pub fn on_desk(actor: &Actor) -> Result<&ActingMember, Refusal> {
    let member = actor.signed_in()?;
    if answers(member.roles) {
        Ok(member)
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// The call, for someone of the desk who did not ask it.
async fn held(unit: &mut dyn Unit, act: Act<'_>, id: CallId) -> Result<(Call, MemberId), Fault> {
    let by = on_desk(act.actor)?.id;
    let call = unit.hold_call(id).await?.ok_or(Refusal::NotFound)?;
    if call.is_own(act.actor) {
        return Err(Refusal::NotAllowed.into());
    }
    Ok((call, by))
}

/// As [`held`], for what says that it is a call: from now on it stands with those
/// who asked.
async fn taken_for_one(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CallId,
) -> Result<(Call, MemberId), Fault> {
    let (call, by) = held(unit, act, id).await?;
    let queue = Queue::Asked;
    Ok((Call { queue, ..call }, by))
}

/// Looks after a call, so that others see it. Doing it again goes on doing it.
pub async fn claim(unit: &mut dyn Unit, act: Act<'_>, id: CallId) -> Result<(), Fault> {
    let (mut call, by) = held(unit, act, id).await?;
    if call.looked_after(act.now).is_some_and(|other| other != by) {
        return Err(Refusal::LookedAfter.into());
    }
    call.claim = Some(Claim { by, at: act.now });
    unit.keep_call(&call).await?;
    Ok(())
}

/// Leaves a call to others. What one does not look after stays as it is.
pub async fn let_go(unit: &mut dyn Unit, act: Act<'_>, id: CallId) -> Result<(), Fault> {
    let (mut call, by) = held(unit, act, id).await?;
    release(&mut call, by);
    unit.keep_call(&call).await?;
    Ok(())
}

fn release(call: &mut Call, by: MemberId) {
    call.claim.take_if(|claim| claim.by == by);
}

/// Answers a call; what counts as answered is what had been read. Where the
/// call is about a post, the answer is a comment under it; one that waits for
/// review is published by it, in the version that was read.
pub async fn answer(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CallId,
    body: &CallBody,
    seen: Seen,
) -> Result<Option<CommentId>, Fault> {
    on_desk(act.actor)?;
    // Nothing is held before the thread is: comments take them in that order.
    let call = unit.call(id).await?.ok_or(Refusal::NotFound)?;
    if call.is_own(act.actor) {
        return Err(Refusal::NotAllowed.into());
    }
    let comment = match call.post {
        Some(post) => Some(answer_post(unit, act, id, post, body, seen).await?),
        None => None,
    };
    let (mut call, by) = taken_for_one(unit, act, id).await?;
    release(&mut call, by);
    if comment.is_some() {
        unit.keep_call(&call).await?;
    } else {
        let entry = EntryToInsert {
            member: Some(by),
            settles: seen.number.min(call.last),
            ..EntryToInsert::new(EntryId::random(act.chance), id, act.now, EntryKind::Answer)
        };
        let entry = entry.saying(body.as_str());
        settle::add(unit, &mut call, act.now, entry).await?;
        tell::whoever_asked(unit, act, &call).await?;
    }
    Ok(comment)
}

async fn answer_post(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CallId,
    post: Post,
    body: &CallBody,
    seen: Seen,
) -> Result<CommentId, Fault> {
    // Held before its thread, as comments do.
    unit.thread(post.subject, act.now).await?;
    let now = post_seen(unit, post).await?.ok_or(Refusal::NotFound)?;
    let as_read = now.edited_at == seen.edited_at;
    if now.standing == Standing::Held {
        if !as_read {
            return Err(Refusal::WrittenMeanwhile.into());
        }
        publish(unit, act, post).await?;
    }
    let parent = match post.comment {
        Some(comment) => place_under(unit, comment).await?,
        None => None,
    };
    let new = NewComment {
        subject: post.subject,
        parent,
        body: CommentBody::parse(body.as_str())
            .map_err(|reason| Refusal::field(Field::Body, reason))?,
        anonymous: false,
    };
    let read = Read {
        call: id,
        number: if as_read { seen.number } else { 0 },
    };
    comments::post_as_read(unit, act, new, Some(read)).await
}

/// Where a reply to a comment stands: below it, or beside it where the thread
/// cannot go deeper.
async fn place_under(unit: &mut dyn Unit, id: CommentId) -> Result<Option<CommentId>, Fault> {
    let comment = unit.comment(id).await?.ok_or(Refusal::NotFound)?;
    Ok(if comment.depth < MAX_DEPTH {
        Some(id)
    } else {
        comment.parent
    })
}

/// Lets everyone see a held post: someone of the desk has read it.
async fn publish(unit: &mut dyn Unit, act: Act<'_>, post: Post) -> Result<(), Fault> {
    let by = on_desk(act.actor)?.id;
    match post.comment {
        Some(comment) => moderation::release(unit, act, by, Thing::Comment(comment)).await?,
        None => moderation::release(unit, act, by, Thing::Share(post.subject)).await?,
    }
    unit.audit(&AuditEntry {
        id: AuditId::random(act.chance),
        at: act.now,
        by: Some(by),
        action: "care.publish".to_owned(),
        about: About::Other(post.to_string()),
        reason: None,
    })
    .await?;
    Ok(())
}

/// Gives a call to somebody else of the desk.
pub async fn hand_over(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CallId,
    to: &str,
    note: &CallNote,
) -> Result<(), Fault> {
    let (mut call, by) = taken_for_one(unit, act, id).await?;
    let to = match by_handle(unit, to.trim_start_matches('@')).await {
        Err(Fault::Refused(_)) => {
            return Err(Refusal::field(Field::To, Reason::NoSuchMember).into());
        }
        found => found?,
    };
    // Not refused for whoever asked: that would tell who it was.
    if !answers(to.roles) || to.state != MemberState::Active {
        return Err(Refusal::field(Field::To, Reason::NotOnTheDesk).into());
    }
    call.handed_to = Some(to.id);
    release(&mut call, by);
    let entry = desk_entry(act, &call, by, EntryKind::HandedOver);
    Ok(settle::add(unit, &mut call, act.now, entry.saying(note.as_str())).await?)
}

/// Asks the moderators to look at a call.
pub async fn escalate(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CallId,
    note: &CallNote,
) -> Result<(), Fault> {
    let (mut call, by) = taken_for_one(unit, act, id).await?;
    call.escalated_at = call.escalated_at.or(Some(act.now));
    let entry = desk_entry(act, &call, by, EntryKind::Escalated);
    Ok(settle::add(unit, &mut call, act.now, entry.saying(note.as_str())).await?)
}

fn desk_entry(act: Act<'_>, call: &Call, by: MemberId, kind: EntryKind) -> EntryToInsert {
    EntryToInsert {
        member: Some(by),
        ..EntryToInsert::new(EntryId::random(act.chance), call.id, act.now, kind)
    }
}

/// Closes a call. Refused when whoever asked has written since it was read.
/// Closing it again for the same reason changes nothing.
pub async fn close(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: CallId,
    closing: Closing,
    note: Option<&CallNote>,
    seen: Seen,
) -> Result<(), Fault> {
    let (mut call, by) = held(unit, act, id).await?;
    if !Closing::CHOICES.contains(&closing) {
        return Err(Refusal::field(Field::Kind, Reason::NotAChoice).into());
    }
    if let Some((_, earlier)) = call.closed {
        return if earlier == closing {
            Ok(())
        } else {
            Err(Refusal::Changed.into())
        };
    }
    if is_written_to_since(unit, &call, seen).await? {
        return Err(Refusal::WrittenMeanwhile.into());
    }
    if closing.needs_answer() && call.answered_at.is_none() {
        return Err(Refusal::field(Field::Kind, Reason::NotAnsweredYet).into());
    }
    call.closed = Some((act.now, closing));
    call.claim = None;
    let entry = EntryToInsert {
        settles: call.last,
        closing: Some(closing),
        ..desk_entry(act, &call, by, EntryKind::Closed)
    };
    let entry = match note {
        Some(note) => entry.saying(note.as_str()),
        None => entry,
    };
    Ok(settle::add(unit, &mut call, act.now, entry).await?)
}

async fn is_written_to_since(unit: &mut dyn Unit, call: &Call, seen: Seen) -> Result<bool, Fault> {
    if unit.asked_after(call.id, seen.number).await?.is_some() {
        return Ok(true);
    }
    Ok(match call.post {
        Some(post) => post_seen(unit, post)
            .await?
            .is_some_and(|post| post.edited_at != seen.edited_at),
        None => false,
    })
}

/// Opens a closed call again; it waits from now on.
pub async fn reopen(unit: &mut dyn Unit, act: Act<'_>, id: CallId) -> Result<(), Fault> {
    let (mut call, by) = taken_for_one(unit, act, id).await?;
    match call.closed.take() {
        None => Ok(()),
        Some((_, Closing::TakenBack)) => Err(Refusal::NotAllowed.into()),
        Some(_) => {
            let entry = desk_entry(act, &call, by, EntryKind::Reopened);
            Ok(settle::add(unit, &mut call, act.now, entry).await?)
        }
    }
}

/// Passes a member's reply on: from now on it is seen, and is an answer. `seen`
/// is when the words that were read had last been changed. Doing it again
/// changes nothing.
pub async fn confirm(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: EntryId,
    seen: Option<Timestamp>,
) -> Result<CallId, Fault> {
    decide(unit, act, id, EntryState::Shown, seen).await
}

/// Does not pass a member's reply on. Doing it again changes nothing.
pub async fn decline(unit: &mut dyn Unit, act: Act<'_>, id: EntryId) -> Result<CallId, Fault> {
    decide(unit, act, id, EntryState::Declined, None).await
}

async fn decide(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: EntryId,
    state: EntryState,
    seen: Option<Timestamp>,
) -> Result<CallId, Fault> {
    on_desk(act.actor)?;
    let reply = unit
        .entry(id)
        .await?
        .filter(|entry| entry.kind == EntryKind::Reply)
        .ok_or(Refusal::NotFound)?;
    // Comments take their thread before a call.
    let is_there = match reply.comment {
        Some(comment) => unit.comment(comment).await?.is_some_and(|comment| {
            comment.state == CommentState::Published && comment.edited_at == seen
        }),
        None => true,
    };
    let (mut call, by) = held(unit, act, reply.call).await?;
    let reply = unit.entry(id).await?.ok_or(Refusal::NotFound)?;
    if reply.author.is(act.actor) {
        return Err(Refusal::NotAllowed.into());
    }
    if reply.state != EntryState::Held {
        return if reply.state == state {
            Ok(call.id)
        } else {
            Err(Refusal::Changed.into())
        };
    }
    if state == EntryState::Shown {
        if !is_there {
            return Err(Refusal::Changed.into());
        }
        if reply.settles > 0 {
            call.answered_at = call.answered_at.or(Some(act.now));
        }
    }
    unit.set_entry_state(id, state, Some(by)).await?;
    settle::refresh(unit, &mut call, act.now).await?;
    if state == EntryState::Shown {
        tell::whoever_asked(unit, act, &call).await?;
    }
    Ok(call.id)
}

/// May this actor decide about a reply?
pub fn may_decide(reply: &Entry, actor: &Actor) -> bool {
    reply.kind == EntryKind::Reply
        && reply.state == EntryState::Held
        && on_desk(actor).is_ok()
        && !reply.author.is(actor)
}
