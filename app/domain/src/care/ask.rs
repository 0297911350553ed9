//! The side of whoever asks, and of members who reply to what everyone sees.

use super::{
    Audience, Call, CallBody, CallToInsert, Closing, CodeHash, EntryKind, EntryState,
    EntryToInsert, Origin, Severity, on_desk, recognise, settle, tell,
};
use crate::{
    actor::{Actor, Writer},
    ids::{CallId, EntryId},
    refusal::{Fault, Refusal},
    store::{Act, Reader, Stored, Unit},
};
use serde::{Deserialize, Serialize};

/// What someone asks. All of it is made beforehand, so that it can be kept
/// elsewhere and put on the desk later.
#[derive(Debug, Clone)]
pub struct Ask {
    pub code: CodeHash,
    pub body: CallBody,
    pub audience: Audience,
}

/// More words of whoever asked, made beforehand as well.
#[derive(Debug, Clone)]
pub struct WriteBack {
    pub key: CallKey,
    pub id: EntryId,
    pub body: CallBody,
}

/// By what someone comes back to what they asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKey {
    /// By the code, whoever has it.
    Code(CodeHash),
    /// By the account that asked.
    Own(CallId),
}

/// Asks for help. A call of this code that is there already stays as it is.
pub async fn ask(unit: &mut dyn Unit, act: Act<'_>, ask: Ask) -> Result<CallId, Fault> {
    let first = EntryId::random(act.chance);
    ask_by(unit, act, ask, first).await
}

/// As [`ask`], where `first` names what is said first.
pub async fn ask_by(
    unit: &mut dyn Unit,
    act: Act<'_>,
    ask: Ask,
    first: EntryId,
) -> Result<CallId, Fault> {
    if let Some(call) = unit.call_by_code(&ask.code).await? {
        return Ok(call.id);
    }
    let id = CallId::random(act.chance);
    unit.insert_call(&CallToInsert {
        id,
        code: Some(ask.code),
        origin: Origin::Asked,
        severity: recognise(ask.body.as_str()).unwrap_or(Severity::Call),
        audience: ask.audience,
        post: None,
        writer: act.actor.member().map(|member| Writer::Member(member.id)),
        created_at: act.now,
    })
    .await?;
    let entry = EntryToInsert::new(first, id, act.now, EntryKind::Asked);
    unit.insert_entry(&entry.saying(ask.body.as_str())).await?;
    Ok(id)
}

/// What someone asked, if the key opens it. `NotFound` otherwise.
pub async fn own_call(
    reader: &mut dyn Reader,
    actor: &Actor,
    key: &CallKey,
) -> Result<Call, Fault> {
    let call = match key {
        CallKey::Code(code) => reader.call_by_code(code).await?,
        CallKey::Own(id) => reader.call(*id).await?.filter(|call| {
            call.origin == Origin::Asked && actor.member().is_some() && call.is_own(actor)
        }),
    };
    Ok(call.ok_or(Refusal::NotFound)?)
}

async fn hold_own(unit: &mut dyn Unit, act: Act<'_>, key: &CallKey) -> Result<Call, Fault> {
    let id = own_call(unit, act.actor, key).await?.id;
    Ok(unit.hold_call(id).await?.ok_or(Refusal::NotFound)?)
}

/// Says more. The call waits again from now on, also if it was closed. Words of
/// this id that are there already stay as they are.
pub async fn write_back(
    unit: &mut dyn Unit,
    act: Act<'_>,
    words: WriteBack,
) -> Result<CallId, Fault> {
    let mut call = hold_own(unit, act, &words.key).await?;
    if unit.entry(words.id).await?.is_none() {
        call.closed = None;
        let entry = EntryToInsert::new(words.id, call.id, act.now, EntryKind::Asked);
        let entry = entry.saying(words.body.as_str());
        settle::add(unit, &mut call, act.now, entry).await?;
        tell::those_who_answer(unit, act, &call).await?;
    }
    Ok(call.id)
}

/// Says without words that an answer is still needed. Saying it again adds
/// nothing until somebody else has done something.
pub async fn still_waiting(
    unit: &mut dyn Unit,
    act: Act<'_>,
    key: &CallKey,
) -> Result<CallId, Fault> {
    let mut call = hold_own(unit, act, key).await?;
    let last = unit.entries(call.id, None, 1).await?.pop();
    if last.is_none_or(|last| last.kind != EntryKind::Still) {
        call.closed = None;
        let id = EntryId::random(act.chance);
        let entry = EntryToInsert::new(id, call.id, act.now, EntryKind::Still);
        settle::add(unit, &mut call, act.now, entry).await?;
        tell::those_who_answer(unit, act, &call).await?;
    }
    Ok(call.id)
}

/// Closes what one asked: it helped, or no answer is needed any more.
pub async fn helped(unit: &mut dyn Unit, act: Act<'_>, key: &CallKey) -> Result<CallId, Fault> {
    let mut call = hold_own(unit, act, key).await?;
    if call.closed.is_none() {
        let closing = match call.answered_at {
            Some(_) => Closing::Helped,
            None => Closing::Withdrawn,
        };
        close_as(unit, act, &mut call, closing).await?;
    }
    Ok(call.id)
}

/// Closes a call for a reason that nobody at the desk gave.
pub(super) async fn close_as(
    unit: &mut dyn Unit,
    act: Act<'_>,
    call: &mut Call,
    closing: Closing,
) -> Stored<()> {
    call.closed = Some((act.now, closing));
    call.claim = None;
    let id = EntryId::random(act.chance);
    let entry = EntryToInsert {
        settles: call.last,
        closing: Some(closing),
        ..EntryToInsert::new(id, call.id, act.now, EntryKind::Closed)
    };
    settle::add(unit, call, act.now, entry).await
}

/// Lets only the desk see what one asked, from now on.
pub async fn only_supporters(
    unit: &mut dyn Unit,
    act: Act<'_>,
    key: &CallKey,
) -> Result<CallId, Fault> {
    let mut call = hold_own(unit, act, key).await?;
    call.audience = Audience::Supporters;
    unit.keep_call(&call).await?;
    Ok(call.id)
}

/// A member's words to someone who asked everyone.
#[derive(Debug, Clone)]
pub struct Reply {
    pub call: CallId,
    pub body: CallBody,
    pub anonymous: bool,
    /// The number of the last entry that the member has read.
    pub seen: u32,
}

/// Replies to what everyone sees. Someone of the desk answers by it; anybody
/// else's reply waits until one of them has read it.
pub async fn reply(unit: &mut dyn Unit, act: Act<'_>, reply: Reply) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    let mut call = unit
        .hold_call(reply.call)
        .await?
        .filter(|call| call.audience == Audience::Everyone && call.closed.is_none())
        .ok_or(Refusal::NotFound)?;
    let id = EntryId::random(act.chance);
    let entry = if call.is_own(act.actor) {
        EntryToInsert::new(id, call.id, act.now, EntryKind::Asked)
    } else {
        // Who signs as nobody does not speak for the desk.
        let answers = on_desk(act.actor).is_ok() && !reply.anonymous;
        let (kind, state) = if answers {
            (EntryKind::Answer, EntryState::Shown)
        } else {
            (EntryKind::Reply, EntryState::Held)
        };
        EntryToInsert {
            state,
            member: Some(member),
            anonymous: reply.anonymous,
            settles: reply.seen.min(call.last),
            ..EntryToInsert::new(id, call.id, act.now, kind)
        }
    };
    let entry = entry.saying(reply.body.as_str());
    let kind = entry.kind;
    settle::add(unit, &mut call, act.now, entry).await?;
    match kind {
        EntryKind::Asked => tell::those_who_answer(unit, act, &call).await?,
        EntryKind::Answer => tell::whoever_asked(unit, act, &call).await?,
        _ => {}
    }
    Ok(())
}
