//! Calls about posts: how they come to the desk, and what happens in the rooms
//! that concerns them.

use super::{
    Audience, Call, CallNote, CallToInsert, Closing, EntryKind, EntryState, EntryToInsert, Origin,
    Post, Queue, Severity, ask, post_seen, settle, tell,
};
use crate::{
    actor::Writer,
    comments::{Comment, CommentState},
    ids::{CallId, CommentId, EntryId, Subject},
    store::{Act, Stored, Unit},
};

/// A post that is to come to the desk.
#[derive(Debug, Clone)]
pub struct Raise {
    pub origin: Origin,
    pub post: Post,
    /// Whoever wrote the post, if they are known here.
    pub writer: Option<Writer>,
    pub severity: Severity,
    /// What someone who is worried says. The desk does not learn who it is.
    pub words: Option<CallNote>,
}

/// Puts a post on the desk, once: a post that is there already stays one call.
/// It waits again if someone is worried, and then with those who asked, or if it
/// presses more than before.
pub async fn raise(unit: &mut dyn Unit, act: Act<'_>, raise: Raise) -> Stored<CallId> {
    let Some(mut call) = held_about(unit, raise.post).await? else {
        return begin(unit, act, raise).await;
    };
    let presses_more = raise.severity > call.severity;
    let is_worry = raise.origin == Origin::Worried;
    if call
        .closed
        .is_some_and(|(_, why)| why == Closing::TakenBack)
        || !(is_worry || presses_more)
    {
        return Ok(call.id);
    }
    call.severity = call.severity.max(raise.severity);
    call.queue = match (is_worry, call.queue) {
        (true, _) | (_, Queue::Asked) => Queue::Asked,
        (false, _) => Queue::Danger,
    };
    call.closed = None;
    let entry = worry(act, call.id, raise.words.as_ref());
    settle::add(unit, &mut call, act.now, entry).await?;
    Ok(call.id)
}

async fn held_about(unit: &mut dyn Unit, post: Post) -> Stored<Option<Call>> {
    match unit.call_about(post).await? {
        Some(call) => unit.hold_call(call.id).await,
        None => Ok(None),
    }
}

async fn begin(unit: &mut dyn Unit, act: Act<'_>, raise: Raise) -> Stored<CallId> {
    let id = CallId::random(act.chance);
    unit.insert_call(&CallToInsert {
        id,
        code: None,
        origin: raise.origin,
        severity: raise.severity,
        audience: Audience::Supporters,
        post: Some(raise.post),
        writer: raise.writer,
        created_at: act.now,
    })
    .await?;
    let first = EntryId::random(act.chance);
    unit.insert_entry(&EntryToInsert {
        comment: raise.post.comment,
        ..EntryToInsert::new(first, id, act.now, EntryKind::Asked)
    })
    .await?;
    if raise.words.is_some() {
        unit.insert_entry(&worry(act, id, raise.words.as_ref()))
            .await?;
    }
    Ok(id)
}

fn worry(act: Act<'_>, call: CallId, words: Option<&CallNote>) -> EntryToInsert {
    let id = EntryId::random(act.chance);
    let entry = EntryToInsert::new(id, call, act.now, EntryKind::Worry);
    match words {
        Some(words) => entry.saying(words.as_str()),
        None => entry,
    }
}

/// How much of a call somebody of the desk had read who answers in a thread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    pub(crate) call: CallId,
    pub(crate) number: u32,
}

/// A comment was posted: it may answer calls that it stands under, or be more
/// of what was asked. `answers` says whether it comes from the desk. An answer
/// settles what stands above it, or what was read at the desk.
pub async fn commented(
    unit: &mut dyn Unit,
    act: Act<'_>,
    subject: Subject,
    comment: CommentId,
    answers: bool,
) -> Stored<()> {
    hear(unit, act, (subject, comment), answers, None).await
}

pub(crate) async fn hear(
    unit: &mut dyn Unit,
    act: Act<'_>,
    (subject, comment): (Subject, CommentId),
    answers: bool,
    read: Option<Read>,
) -> Stored<()> {
    if !unit.has_calls(subject).await? {
        return Ok(());
    }
    let Some(comment) = unit.comment(comment).await? else {
        return Ok(());
    };
    let comment = &comment;
    let above = above(unit, comment).await?;
    let posts = above.iter().copied().map(Some).chain([None]);
    for on in posts {
        let post = Post {
            subject: comment.subject,
            comment: on,
        };
        if let Some(call) = held_about(unit, post).await? {
            hear_in(unit, act, call, comment, &above, answers, read).await?;
        }
    }
    // Beside what cannot nest deeper.
    if let Some(read) = read
        && let Some(call) = unit.hold_call(read.call).await?
        && call
            .post
            .and_then(|post| post.comment)
            .is_some_and(|on| !above.contains(&on))
    {
        hear_in(unit, act, call, comment, &above, answers, Some(read)).await?;
    }
    Ok(())
}

/// The comments that a comment stands under, the nearest first.
async fn above(unit: &mut dyn Unit, comment: &Comment) -> Stored<Vec<CommentId>> {
    let mut above = Vec::new();
    let mut next = comment.parent;
    while let Some(id) = next {
        above.push(id);
        next = unit.comment(id).await?.and_then(|comment| comment.parent);
    }
    Ok(above)
}

async fn hear_in(
    unit: &mut dyn Unit,
    act: Act<'_>,
    mut call: Call,
    comment: &Comment,
    above: &[CommentId],
    answers: bool,
    read: Option<Read>,
) -> Stored<()> {
    let is_shown = comment.state == CommentState::Published;
    let is_own = call.writer.is_some() && call.writer == comment.author.writer;
    let closing = call.closed.map(|(_, why)| why);
    let kind = if is_own {
        // Also while it waits for review: nothing that is held is lost here.
        if matches!(closing, Some(Closing::NoCall | Closing::TakenBack)) {
            return Ok(());
        }
        call.closed = None;
        EntryKind::Asked
    } else if answers && is_shown && !comment.author.anonymous {
        EntryKind::Answer
    } else if is_shown
        && call.waiting_since.is_some()
        && matches!(comment.author.writer, Some(Writer::Member(_)))
    {
        EntryKind::Reply
    } else {
        return Ok(());
    };
    let settles = match (kind, read) {
        (EntryKind::Asked, _) => 0,
        (_, Some(read)) if read.call == call.id => read.number.min(call.last),
        _ => settled_above(unit, &call, above).await?,
    };
    let entry = EntryToInsert {
        state: match kind {
            EntryKind::Reply => EntryState::Held,
            _ => EntryState::Shown,
        },
        member: match (kind, comment.author.writer) {
            (EntryKind::Answer | EntryKind::Reply, Some(Writer::Member(member))) => Some(member),
            _ => None,
        },
        anonymous: comment.author.anonymous,
        comment: Some(comment.id),
        settles,
        ..EntryToInsert::new(EntryId::random(act.chance), call.id, act.now, kind)
    };
    settle::add(unit, &mut call, act.now, entry).await?;
    if is_own {
        tell::those_who_answer(unit, act, &call).await?;
    }
    Ok(())
}

/// What was asked in the comments above, and in the post itself.
async fn settled_above(unit: &mut dyn Unit, call: &Call, above: &[CommentId]) -> Stored<u32> {
    let mut settled = 1;
    for comment in above {
        let entries = unit.entries_in(*comment).await?;
        let numbers = entries
            .iter()
            .filter(|entry| entry.call == call.id && entry.kind == EntryKind::Asked)
            .map(|entry| entry.number);
        settled = settled.max(numbers.max().unwrap_or(0));
    }
    Ok(settled)
}

/// A comment is about to be taken back by whoever wrote it. A call about it
/// closes; what it answered waits again.
pub async fn taken_back(unit: &mut dyn Unit, act: Act<'_>, comment: &Comment) -> Stored<()> {
    if !unit.has_calls(comment.subject).await? {
        return Ok(());
    }
    for entry in unit.entries_in(comment.id).await? {
        unit.set_entry_state(entry.id, EntryState::Gone, None)
            .await?;
        if let Some(mut call) = unit.hold_call(entry.call).await? {
            let is_the_post = call.post.and_then(|post| post.comment) == Some(comment.id);
            if is_the_post && call.closed.is_none() {
                ask::close_as(unit, act, &mut call, Closing::TakenBack).await?;
            } else {
                settle::refresh(unit, &mut call, act.now).await?;
            }
        }
    }
    Ok(())
}

/// The calls about a share that is about to go, and about the comments that go
/// with it.
#[derive(Debug)]
pub struct Leaving(Vec<(Call, Option<String>)>);

/// See [`Leaving`]. Asked before the share goes, while its words are there.
pub async fn leaving(unit: &mut dyn Unit, subject: Subject) -> Stored<Leaving> {
    let mut leaving = Vec::new();
    if unit.has_calls(subject).await? {
        for call in unit.calls_under(subject).await? {
            let words = match call.post {
                Some(post) => post_seen(unit, post).await?.map(|post| post.body),
                None => None,
            };
            leaving.push((call, words));
        }
    }
    Ok(Leaving(leaving))
}

impl Leaving {
    /// The share has gone. What whoever took it out had asked is closed. Of
    /// others, who may still need an answer, the words stay on the desk.
    pub async fn gone(self, unit: &mut dyn Unit, act: Act<'_>) -> Stored<()> {
        for (call, words) in self.0 {
            let Some(mut call) = unit.hold_call(call.id).await? else {
                continue;
            };
            if call.closed.is_some() {
                continue;
            }
            // Whose account is gone too: nobody would read an answer.
            if call.is_own(act.actor) || call.writer.is_none() {
                ask::close_as(unit, act, &mut call, Closing::TakenBack).await?;
            } else if let Some(words) = words.filter(|_| call.waiting_since.is_some()) {
                let id = EntryId::random(act.chance);
                let entry = EntryToInsert::new(id, call.id, act.now, EntryKind::Asked);
                settle::add(unit, &mut call, act.now, entry.saying(&words)).await?;
            }
        }
        Ok(())
    }
}
