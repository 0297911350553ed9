#[cfg(feature = "ssr")]
use super::{
    Answerable, ApartView, EntryView, HeldReplyView, LineView, NoticedLineView, PostView, What,
    hours::hours,
};
use super::{DeskCallView, DeskView, Sheet};
#[cfg(feature = "ssr")]
use crate::{
    care::asking::api::{entries, first_words, kept_here},
    ctx::{self, Landing, Look},
};
use crate::{care::forms::form, error::AppError};
use domain::care::Queue;
#[cfg(feature = "ssr")]
use domain::{
    care::{
        self, Audience, Call, CallBody, CallNote, Closing, Entry, EntryKind, EntryState, Figures,
        PostSeen, Seen,
    },
    clock::Timestamp,
    comments::CommentState,
    ids::{CallId, EntryId, MemberId},
    moderation::Standing,
    page::{Cursor, Mark, Page},
    refusal::{Faults, Field, Reason, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

form! {
    /// An answer from the desk.
    AnswerForm, "care.answer" { seen, body }
}

form! {
    /// Someone looks after a call.
    ClaimForm, "care.claim" {}
}

form! {
    /// Someone leaves a call to others.
    LetGoForm, "care.let-go" {}
}

form! {
    /// Someone gives a call to somebody else.
    HandOverForm, "care.hand-over" { to, body }
}

form! {
    /// Someone asks the moderators to look.
    EscalateForm, "care.escalate" { body }
}

form! {
    /// Someone closes a call.
    CloseForm, "care.close" { seen, kind, body }
}

form! {
    /// What was only noticed is no call.
    NoCallForm, "care.no-call" { seen }
}

form! {
    /// Someone opens a call again.
    ReopenForm, "care.reopen" {}
}

form! {
    /// Someone passes a member's reply on.
    ConfirmForm, "care.confirm" { seen }
}

form! {
    /// Someone does not pass a member's reply on.
    DeclineForm, "care.decline" {}
}

/// It is done, in this call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub id: String,
}

/// It is closed, as no call for help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoCall {
    pub id: String,
    /// Where it stood.
    pub queue: Queue,
}

/// Characters that are read at a glance, in a list.
#[cfg(feature = "ssr")]
const AT_A_GLANCE: usize = 600;

/// Replies that are listed for reading.
#[cfg(feature = "ssr")]
const REPLIES: u32 = 20;

/// Answers a call.
#[server(prefix = "/api", endpoint = "/care/answer")]
pub async fn answer_call(#[server(flatten)] form: AnswerForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let id = call_id(&form.id)?;
            let body = CallBody::parse(&form.body)
                .map_err(|reason| Refusal::field(Field::Body, reason))?;
            care::answer(unit, act, id, &body, seen(&form.seen)?).await?;
            Ok(Done { id: form.id })
        })
    })
    .await
}

/// Looks after a call.
#[server(prefix = "/api", endpoint = "/care/claim")]
pub async fn claim_call(#[server(flatten)] form: ClaimForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            care::claim(unit, act, call_id(&form.id)?).await?;
            Ok(Done { id: form.id })
        })
    })
    .await
}

/// Leaves a call to others.
#[server(prefix = "/api", endpoint = "/care/let-go")]
pub async fn let_call_go(#[server(flatten)] form: LetGoForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            care::let_go(unit, act, call_id(&form.id)?).await?;
            Ok(Done { id: form.id })
        })
    })
    .await
}

/// Gives a call to somebody else of the desk.
#[server(prefix = "/api", endpoint = "/care/hand-over")]
pub async fn hand_call_over(#[server(flatten)] form: HandOverForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let id = call_id(&form.id)?;
            let mut faults = Faults::default();
            let to = match form.to.trim() {
                "" => Err(Reason::Empty),
                to => Ok(to),
            };
            let to = faults.take(Field::To, to);
            let note = faults.take(Field::Body, CallNote::parse(&form.body));
            let (to, note) = faults.build(to.zip(note))?;
            care::hand_over(unit, act, id, to, &note).await?;
            Ok(Done {
                id: form.id.clone(),
            })
        })
    })
    .await
}

/// Asks the moderators to look at a call.
#[server(prefix = "/api", endpoint = "/care/escalate")]
pub async fn escalate_call(#[server(flatten)] form: EscalateForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let id = call_id(&form.id)?;
            let note = CallNote::parse(&form.body)
                .map_err(|reason| Refusal::field(Field::Body, reason))?;
            care::escalate(unit, act, id, &note).await?;
            Ok(Done { id: form.id })
        })
    })
    .await
}

/// Closes a call.
#[server(prefix = "/api", endpoint = "/care/close")]
pub async fn close_call(#[server(flatten)] form: CloseForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let id = call_id(&form.id)?;
            let mut faults = Faults::default();
            let closing: Result<Closing, Reason> =
                form.kind.parse().map_err(|()| Reason::NotAChoice);
            let closing = faults.take(Field::Kind, closing);
            let note = match form.body.trim() {
                "" => Ok(None),
                _ => CallNote::parse(&form.body).map(Some),
            };
            let note = faults.take(Field::Body, note);
            let (closing, note) = faults.build(closing.zip(note))?;
            let seen = seen(&form.seen)?;
            care::close(unit, act, id, closing, note.as_ref(), seen).await?;
            Ok(Done { id: form.id })
        })
    })
    .await
}

/// Closes what was only noticed: it is no call for help.
#[server(prefix = "/api", endpoint = "/care/no-call")]
pub async fn close_as_no_call(#[server(flatten)] form: NoCallForm) -> Result<NoCall, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let (id, seen) = (call_id(&form.id)?, seen(&form.seen)?);
            care::close(unit, act, id, Closing::NoCall, None, seen).await?;
            let call = unit.call(id).await?.ok_or(Refusal::NotFound)?;
            Ok(NoCall {
                id: form.id,
                queue: call.queue,
            })
        })
    })
    .await
}

/// Opens a closed call again.
#[server(prefix = "/api", endpoint = "/care/reopen")]
pub async fn reopen_call(#[server(flatten)] form: ReopenForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            care::reopen(unit, act, call_id(&form.id)?).await?;
            Ok(Done { id: form.id })
        })
    })
    .await
}

/// Passes a member's reply on.
#[server(prefix = "/api", endpoint = "/care/confirm")]
pub async fn confirm_reply(#[server(flatten)] form: ConfirmForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let id: EntryId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let version = match form.seen.as_str() {
                "" => None,
                at => Some(Timestamp(at.parse().map_err(|_| Refusal::NotFound)?)),
            };
            let call = care::confirm(unit, act, id, version).await?;
            Ok(Done {
                id: call.to_string(),
            })
        })
    })
    .await
}

/// Does not pass a member's reply on.
#[server(prefix = "/api", endpoint = "/care/decline")]
pub async fn decline_reply(#[server(flatten)] form: DeclineForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let id: EntryId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let call = care::decline(unit, act, id).await?;
            Ok(Done {
                id: call.to_string(),
            })
        })
    })
    .await
}

/// The desk.
#[server(prefix = "/api", endpoint = "/care/desk", protocol = crate::wire::Reads)]
pub async fn load_desk(sheet: Sheet, after: String, kept: String) -> Result<DeskView, AppError> {
    let mut look = ctx::look().await?;
    care::on_desk(&look.actor)?;
    let after = match after.as_str() {
        "" => None,
        after => Some(Mark::read(&Cursor(after.to_owned()))?),
    };
    let figures = care::figures(&mut *look.reader, look.now).await?;
    let shown: &[Queue] = match (sheet, &after) {
        (Sheet::Asked, None) => &[Queue::Danger, Queue::Noticed],
        (Sheet::Danger, _) => &[Queue::Danger],
        (Sheet::Noticed, _) => &[Queue::Noticed],
        (Sheet::Asked | Sheet::Past, _) => &[],
    };
    let mut apart = Vec::new();
    for queue in shown {
        apart.push(set_apart(&mut look, *queue, &figures, after).await?);
    }
    let reader = &mut look.reader;
    let page = match sheet {
        Sheet::Asked => {
            reader
                .waiting_calls(Queue::Asked, after, care::PAGE)
                .await?
        }
        Sheet::Past => reader.settled_calls(after, care::PAGE).await?,
        Sheet::Danger | Sheet::Noticed => Page {
            items: Vec::new(),
            next: None,
        },
    };
    let mut calls = Vec::new();
    for call in &page.items {
        let post = post_of(&mut look, call).await?;
        calls.push(line(&mut look, call, post.as_ref()).await?);
    }
    let waits = figures.first_answers;
    Ok(DeskView {
        sheet,
        waiting: figures.waiting,
        waits: waits.map(|waits| (ago(waits.median), ago(waits.most))),
        replies: held_replies(&mut look).await?,
        calls,
        next: page.next.map(|next| next.0),
        apart,
        hours: match sheet {
            Sheet::Asked => Some(hours(&mut look).await?),
            Sheet::Danger | Sheet::Noticed | Sheet::Past => None,
        },
        kept: kept_here(&mut look, kept).await?,
    })
}

/// A call as the desk sees it. Whoever asked sees it elsewhere.
#[server(prefix = "/api", endpoint = "/care/read", protocol = crate::wire::Reads)]
pub async fn read_desk_call(
    id: String,
    before: String,
    kept: String,
) -> Result<DeskCallView, AppError> {
    let mut look = ctx::look().await?;
    let member = care::on_desk(&look.actor)?.id;
    let id = call_id(&id)?;
    let call = look.reader.call(id).await?.ok_or(Refusal::NotFound)?;
    if call.is_own(&look.actor) {
        return Err(Refusal::NotAllowed.into());
    }
    let post = post_of(&mut look, &call).await?;
    let (entries, before) = entries(&mut look, id, before.parse().ok()).await?;
    let seen = Seen {
        number: entries.last().map_or(0, |entry| entry.number),
        edited_at: post.as_ref().and_then(|post| post.edited_at),
    };
    let mut views = Vec::new();
    for entry in &entries {
        views.push(entry_view(&mut look, &call, entry).await?);
    }
    Ok(DeskCallView {
        line: line(&mut look, &call, post.as_ref()).await?,
        waits: call.waiting_since.is_some(),
        answerable: answerable(&call, post.as_ref()),
        post: post.map(|post| PostView {
            byline: post.author.byline(),
            day: post.created_at.day(),
            title: post.title,
            html: post.html,
            address: post.address,
        }),
        entries: views,
        before,
        seen: seen.to_string(),
        looks_after: call.looked_after(look.now) == Some(member),
        kept: kept_here(&mut look, kept).await?,
    })
}

#[cfg(feature = "ssr")]
fn call_id(text: &str) -> Result<CallId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

#[cfg(feature = "ssr")]
fn seen(text: &str) -> Result<Seen, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

#[cfg(feature = "ssr")]
async fn post_of(look: &mut Look, call: &Call) -> Result<Option<PostSeen>, AppError> {
    Ok(match call.post {
        Some(post) => care::post_seen(&mut *look.reader, post).await?,
        None => None,
    })
}

#[cfg(feature = "ssr")]
fn answerable(call: &Call, post: Option<&PostSeen>) -> Answerable {
    match (call.post, post.map(|post| post.standing)) {
        (None, _) if call.audience == Audience::Everyone => Answerable::Publicly,
        (None, _) => Answerable::Privately,
        (Some(_), Some(Standing::Published)) => Answerable::UnderPost,
        (Some(_), Some(Standing::Held)) => Answerable::Publishing,
        (Some(_), Some(Standing::Hidden)) => Answerable::OutOfSight,
        (Some(_), None) => Answerable::Gone,
    }
}

#[cfg(feature = "ssr")]
async fn line(look: &mut Look, call: &Call, post: Option<&PostSeen>) -> Result<LineView, AppError> {
    let latest = look.reader.entries(call.id, None, REPLIES).await?;
    let words = match post {
        Some(post) => domain::markdown::excerpt(&post.body, 160),
        None => first_words(&latest),
    };
    let looked_after = call.looked_after(look.now);
    let is = |kind: EntryKind, state: EntryState| {
        latest
            .iter()
            .filter(move |entry| (entry.kind, entry.state) == (kind, state))
    };
    let asked = is(EntryKind::Asked, EntryState::Shown).count();
    let replied = is(EntryKind::Reply, EntryState::Held).next().is_some();
    Ok(LineView {
        id: call.id.to_string(),
        words: if words.is_empty() {
            "Their words are gone.".to_owned()
        } else {
            words
        },
        origin: call.origin,
        severity: call.severity,
        ago: ago(look.now.since(call.waiting_since.unwrap_or(call.moved_at))),
        closing: call.closed.map(|(_, why)| why),
        looked_after: handle(look, looked_after).await?,
        handed_to: handle(look, call.handed_to).await?,
        escalated: call.escalated_at.is_some(),
        level: call.level.filter(|_| call.waiting_since.is_some()),
        noticed: call.queue != Queue::Asked && call.waiting_since.is_some(),
        wrote_more: call.post.is_some() && asked > 1,
        replied,
        mine: call.is_own(&look.actor),
    })
}

/// A page of what was only noticed.
#[cfg(feature = "ssr")]
async fn set_apart(
    look: &mut Look,
    queue: Queue,
    figures: &Figures,
    after: Option<Mark>,
) -> Result<ApartView, AppError> {
    let page = look.reader.waiting_calls(queue, after, care::PAGE).await?;
    let mut lines = Vec::new();
    for call in &page.items {
        lines.push(noticed_line(look, call).await?);
    }
    Ok(ApartView {
        queue,
        count: match queue {
            Queue::Asked => figures.waiting,
            Queue::Danger => figures.danger,
            Queue::Noticed => figures.noticed,
        },
        lines,
        next: page.next.map(|next| next.0),
    })
}

#[cfg(feature = "ssr")]
async fn noticed_line(look: &mut Look, call: &Call) -> Result<NoticedLineView, AppError> {
    let post = post_of(look, call).await?;
    let mut line = line(look, call, post.as_ref()).await?;
    let Some(post) = post.filter(|_| !line.mine) else {
        return Ok(NoticedLineView {
            call: line,
            text: None,
            seen: None,
        });
    };
    let words = domain::markdown::excerpt(&post.body, post.body.len());
    let is_all = words.chars().count() <= AT_A_GLANCE && !line.wrote_more;
    let seen = Seen {
        number: call.last,
        edited_at: post.edited_at,
    };
    let is_longer = words != line.words;
    match post.title {
        Some(title) => line.words = title,
        None if is_longer => line.words = domain::markdown::excerpt(&post.body, 60),
        None => {}
    }
    let text = domain::markdown::excerpt(&post.body, AT_A_GLANCE);
    Ok(NoticedLineView {
        text: (text != line.words).then_some(text),
        seen: is_all.then(|| seen.to_string()),
        call: line,
    })
}

#[cfg(feature = "ssr")]
async fn handle(look: &mut Look, id: Option<MemberId>) -> Result<Option<String>, AppError> {
    Ok(match id {
        Some(id) => look.reader.member(id).await?.map(|member| member.handle),
        None => None,
    })
}

#[cfg(feature = "ssr")]
async fn held_replies(look: &mut Look) -> Result<Vec<HeldReplyView>, AppError> {
    let held = look.reader.held_replies(REPLIES).await?;
    Ok(held
        .into_iter()
        .map(|entry| HeldReplyView {
            call: entry.call.to_string(),
            words: domain::markdown::excerpt(&entry.body, 160),
            byline: entry.author.byline(),
            ago: ago(look.now.since(entry.at)),
        })
        .collect())
}

#[cfg(feature = "ssr")]
async fn entry_view(look: &mut Look, call: &Call, entry: &Entry) -> Result<EntryView, AppError> {
    let comment = match entry.comment {
        Some(id) => look.reader.comment(id).await?,
        None => None,
    };
    let comment = comment.filter(|comment| comment.state != CommentState::Gap);
    let byline = match &comment {
        Some(comment) => Some(comment.author.byline()),
        None => Some(entry.author.byline()),
    };
    let names = comment.is_some()
        || !matches!(
            entry.kind,
            EntryKind::Asked | EntryKind::Still | EntryKind::Worry
        );
    // The post stands over the conversation.
    let is_post = entry.number == 1 && call.post.is_some();
    let version = comment.as_ref().and_then(|comment| comment.edited_at);
    Ok(EntryView {
        id: entry.id.to_string(),
        number: entry.number,
        what: what(entry),
        by: byline.filter(|_| names),
        ago: ago(look.now.since(entry.at)),
        html: match &comment {
            _ if is_post => String::new(),
            Some(comment) => comment.html.clone(),
            None => entry.html.clone(),
        },
        address: comment
            .as_ref()
            .map(|comment| format!("/comments/{}", comment.id)),
        decides: care::may_decide(entry, &look.actor),
        version: version.map_or_else(String::new, |at| at.0.to_string()),
    })
}

#[cfg(feature = "ssr")]
fn what(entry: &Entry) -> What {
    match (entry.kind, entry.state) {
        (_, EntryState::Gone) => What::Gone,
        (EntryKind::Asked, _) => What::Asked,
        (EntryKind::Still, _) => What::Still,
        (EntryKind::Worry, _) => What::Worry,
        (EntryKind::Answer, _) => What::Answer,
        (EntryKind::Reply, EntryState::Held) => What::HeldReply,
        (EntryKind::Reply, EntryState::Declined) => What::DeclinedReply,
        (EntryKind::Reply, _) => What::Reply,
        (EntryKind::HandedOver, _) => What::HandedOver,
        (EntryKind::Escalated, _) => What::Escalated,
        (EntryKind::Closed, _) => What::Closed(entry.closing.unwrap_or(Closing::Settled)),
        (EntryKind::Reopened, _) => What::Reopened,
    }
}

/// A length of time in words. Less than a minute is a minute.
#[cfg(feature = "ssr")]
pub(in crate::care) fn ago(millis: i64) -> String {
    let words = |count: i64, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    let minutes = (millis / Timestamp::MINUTE).max(1);
    if minutes < 60 {
        words(minutes, "minute")
    } else if minutes < 48 * 60 {
        words(minutes / 60, "hour")
    } else {
        words(minutes / (24 * 60), "day")
    }
}

#[cfg(feature = "ssr")]
impl Landing for Done {
    fn landing(&self) -> String {
        format!("/care/{}#said", self.id)
    }
}

#[cfg(feature = "ssr")]
impl Landing for NoCall {
    fn landing(&self) -> String {
        match self.queue {
            Queue::Asked => "/care".to_owned(),
            queue => format!("/care?{0}=true#{0}", queue.name()),
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_as_people_say_it() {
        for (minutes, words) in [
            (0, "1 minute"),
            (1, "1 minute"),
            (59, "59 minutes"),
            (60, "1 hour"),
            (47 * 60 + 59, "47 hours"),
            (48 * 60, "2 days"),
        ] {
            assert_eq!(ago(minutes * Timestamp::MINUTE), words);
        }
    }
}
