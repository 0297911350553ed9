use super::{
    Answers, Decision, DecisionReason, Found, Ruling, Standing, Thing, find, remove, set_standing,
};
use crate::{
    accounts::{About, AuditEntry, keeper},
    actor::Writer,
    care,
    clock::Timestamp,
    ids::{AuditId, DecisionId, MemberId},
    notifications::{self, Address, Kind},
    refusal::{Fault, Field, Reason, Refusal},
    shout_outs,
    store::{Act, Reader, Stored, Unit},
};
use sha2::{Digest, Sha256};

/// Until when whoever is banned cannot write.
pub const FOR_EVER: Timestamp = Timestamp(i64::MAX);

/// What someone is told who cannot post until then.
pub fn barred(until: Timestamp) -> Refusal {
    Refusal::Barred {
        until: (until != FOR_EVER).then(|| until.day()),
    }
}

/// How long a ban waits when there is nobody else who could agree, in
/// milliseconds.
pub const ALONE: i64 = Timestamp::DAY;

/// What someone who keeps the house decides.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub thing: Thing,
    /// What was read, as [`version`] names it.
    pub seen: String,
    pub ruling: Ruling,
    pub reason: Option<DecisionReason>,
}

/// Names what someone reads when they decide: how the thing stands, its words,
/// and what was decided last. A decision about anything else than what is there
/// is not taken. It is a hash, and no moment is in it: those who keep the house
/// are not told either in which minute something was written.
pub async fn version(reader: &mut dyn Reader, found: &Found) -> Stored<String> {
    let last = reader.decisions_about(found.thing, 1).await?;
    let last = last.first().map(|last| last.id.to_string());
    let mut read = vec![
        found.thing.to_string(),
        found.standing.name().to_owned(),
        found.title.clone().unwrap_or_default(),
        found.content_note.clone().unwrap_or_default(),
        found.html.clone(),
        last.unwrap_or_default(),
    ];
    read.extend(found.facts.iter().cloned());
    let mut sha = Sha256::new();
    for part in &read {
        sha.update(part.len().to_be_bytes());
        sha.update(part.as_bytes());
    }
    Ok(sha
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Decides about a thing and its author, and settles what was reported. What
/// has been done already is no fault.
pub async fn decide(unit: &mut dyn Unit, act: Act<'_>, verdict: &Verdict) -> Result<(), Fault> {
    let by = keeper(act.actor)?.id;
    let Verdict { thing, ruling, .. } = *verdict;
    let found = find(unit, thing).await?.ok_or(Refusal::NotFound)?;
    if found.author.is(act.actor) {
        return Err(Refusal::Yours.into());
    }
    if version(unit, &found).await? != verdict.seen {
        return match is_so(unit, &found, ruling).await? {
            true => Ok(()),
            false => Err(Refusal::Changed.into()),
        };
    }
    if ruling.needs_a_reason() && verdict.reason.is_none() {
        return Err(Refusal::field(Field::Reason, Reason::Empty).into());
    }
    let is_choice =
        Ruling::CHOICES.contains(&ruling) && (found.by_member() || !ruling.is_about_the_author());
    if !is_choice {
        return Err(Refusal::field(Field::Kind, Reason::NotAChoice).into());
    }
    let reason = verdict.reason.as_ref();
    let decision = Decision {
        reason: reason.map(|reason| reason.as_str().to_owned()),
        ..ruled(act, by, &found, ruling)
    };
    carry_out(unit, act, &found, &decision).await
}

/// A decision without a reason.
pub(super) fn ruled(act: Act<'_>, by: MemberId, found: &Found, ruling: Ruling) -> Decision {
    Decision {
        id: DecisionId::random(act.chance),
        at: act.now,
        by: Some(by),
        thing: found.thing,
        about: found.author.writer,
        named: !found.author.anonymous,
        ruling,
        reason: None,
        until: ruling.bars_for().map(|millis| act.now.plus(millis)),
        confirmed_at: None,
        lifted_at: None,
        lifted_because: None,
        appeal: None,
    }
}

/// Lets everyone see what waits: someone who answers calls has read it. What was
/// reported stays on the desk.
pub(crate) async fn release(
    unit: &mut dyn Unit,
    act: Act<'_>,
    by: MemberId,
    thing: Thing,
) -> Stored<()> {
    let Some(found) = find(unit, thing).await? else {
        return Ok(());
    };
    stand(unit, act, &found, Standing::Published).await?;
    unit.keep_decision(&ruled(act, by, &found, Ruling::Publish))
        .await
}

/// Has someone else come to the same about the words?
async fn is_so(reader: &mut dyn Reader, found: &Found, ruling: Ruling) -> Stored<bool> {
    let last = reader.decisions_about(found.thing, 1).await?;
    let stands = match ruling {
        Ruling::Publish => found.standing == Standing::Published,
        Ruling::Hold => found.standing == Standing::Held,
        Ruling::Hide => found.standing == Standing::Hidden,
        _ => false,
    };
    Ok(stands && last.first().is_some_and(|last| last.ruling == ruling))
}

async fn carry_out(
    unit: &mut dyn Unit,
    act: Act<'_>,
    found: &Found,
    decision: &Decision,
) -> Result<(), Fault> {
    let thing = found.thing;
    match decision.ruling {
        Ruling::Publish => stand(unit, act, found, Standing::Published).await?,
        Ruling::Hold => stand(unit, act, found, Standing::Held).await?,
        Ruling::Hide => stand(unit, act, found, Standing::Hidden).await?,
        Ruling::Remove => remove(unit, act, thing).await?,
        Ruling::Warn
        | Ruling::Suspend1
        | Ruling::Suspend7
        | Ruling::Suspend30
        | Ruling::Ban
        | Ruling::Reveal => {}
    }
    unit.close_case(thing, act.now).await?;
    unit.keep_decision(decision).await?;
    if decision.until.is_some() {
        bar(unit, decision.about, act.now).await?;
    }
    if decision.ruling != Ruling::Publish {
        tell_author(unit, act, decision).await?;
    }
    note(
        unit,
        act,
        &format!("moderation.{}", decision.ruling.name()),
        thing,
        decision.reason.clone(),
    )
    .await
}

/// Lets a thing stand so from now on, in place of what was decided before.
async fn stand(unit: &mut dyn Unit, act: Act<'_>, found: &Found, standing: Standing) -> Stored<()> {
    let was_unread = unit.decisions_about(found.thing, 1).await?.is_empty();
    unit.lift_standings(found.thing, act.now).await?;
    set_standing(unit, found.thing, standing).await?;
    if let Thing::Comment(id) = found.thing {
        care::shown(unit, act, id, standing.is_published()).await?;
    }
    let waited = found.standing == Standing::Held && standing.is_published();
    match found.thing {
        // While it waited it may have come to thank somebody else.
        Thing::Share(share) if waited => shout_outs::published(unit, act, share).await,
        Thing::Comment(_) if waited && was_unread => tell_who_is_answered(unit, act, found).await,
        _ => Ok(()),
    }
}

/// Nobody was told of a comment as long as nobody saw it.
async fn tell_who_is_answered(unit: &mut dyn Unit, act: Act<'_>, found: &Found) -> Stored<()> {
    let above = match found.answers {
        Answers::Comment(parent) => unit.comment(parent).await?,
        _ => None,
    };
    notifications::tell_of_answer(unit, act, found.thread, above.as_ref(), &found.author).await
}

/// Tells the author, if it is a member, where to read about it. Nobody else
/// sees the line.
pub(super) async fn tell_author(
    unit: &mut dyn Unit,
    act: Act<'_>,
    decision: &Decision,
) -> Stored<()> {
    let Some(Writer::Member(author)) = decision.about else {
        return Ok(());
    };
    let address = Address::of("/me/decisions", decision.id);
    notifications::tell(unit, act, author, Kind::Decision, address).await
}

/// Takes a decision back, and with it what it does.
pub async fn lift(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: DecisionId,
    because: Option<&DecisionReason>,
) -> Result<(), Fault> {
    keeper(act.actor)?;
    let decision = unit.decision(id).await?.ok_or(Refusal::NotFound)?;
    if decision.about == Some(act.actor.writer()) {
        return Err(Refusal::Yours.into());
    }
    let because = because.map(|reason| reason.as_str().to_owned());
    if !unit.mark_lifted(id, act.now, because.as_deref()).await? {
        return Ok(());
    }
    let stood = match decision.ruling {
        Ruling::Hold => Some(Standing::Held),
        Ruling::Hide => Some(Standing::Hidden),
        _ => None,
    };
    if stood.is_some() {
        let found = find(unit, decision.thing).await?;
        if let Some(found) = found.filter(|found| Some(found.standing) == stood) {
            stand(unit, act, &found, Standing::Published).await?;
        }
    }
    bar(unit, decision.about, act.now).await?;
    tell_author(unit, act, &decision).await?;
    note(unit, act, "moderation.lift", decision.thing, because).await
}

/// Lets the thread of a thing take comments or not. Doing it again changes
/// nothing.
pub async fn lock(
    unit: &mut dyn Unit,
    act: Act<'_>,
    thing: Thing,
    locked: bool,
) -> Result<(), Fault> {
    keeper(act.actor)?;
    let found = find(unit, thing).await?.ok_or(Refusal::NotFound)?;
    if unit.is_locked(found.thread).await? == locked {
        return Ok(());
    }
    unit.lock_thread(found.thread, locked).await?;
    let action = match locked {
        true => "moderation.lock",
        false => "moderation.unlock",
    };
    note(unit, act, action, thing, None).await
}

/// Agrees to a ban that someone else asked for: from now on it lasts.
pub async fn confirm(unit: &mut dyn Unit, act: Act<'_>, id: DecisionId) -> Result<(), Fault> {
    let by = keeper(act.actor)?.id;
    let ban = unit
        .decision(id)
        .await?
        .filter(|decision| decision.ruling == Ruling::Ban)
        .ok_or(Refusal::NotFound)?;
    if ban.about == Some(act.actor.writer()) {
        return Err(Refusal::Yours.into());
    }
    if ban.by == Some(by) {
        return Err(Refusal::AnotherPerson.into());
    }
    if ban.confirmed_at.is_some() {
        return Ok(());
    }
    if ban.waits(act.now) && make_lasting(unit, &ban, act.now).await? {
        tell_author(unit, act, &ban).await?;
        return note(unit, act, "moderation.confirm", ban.thing, None).await;
    }
    Err(Refusal::TooLate.into())
}

/// False if somebody else was quicker.
async fn make_lasting(unit: &mut dyn Unit, ban: &Decision, now: Timestamp) -> Stored<bool> {
    let lasts = unit.confirm_ban(ban.id, now, FOR_EVER).await?;
    bar(unit, ban.about, now).await?;
    if let Some(Writer::Member(banned)) = ban.about {
        unit.drop_subscriptions(banned).await?;
    }
    Ok(lasts)
}

/// Lets the bans last that have waited for a day, and that nobody else could
/// have agreed to: whoever asked keeps the house alone.
pub async fn settle_bans(
    unit: &mut dyn Unit,
    now: Timestamp,
    chance: &dyn crate::ids::Chance,
) -> Stored<()> {
    for ban in unit.waiting_bans(now, 100).await? {
        let is_alone = others(unit, &ban, now).await?.is_empty();
        if is_alone && now.since(ban.at) >= ALONE && make_lasting(unit, &ban, now).await? {
            unit.audit(&AuditEntry {
                id: AuditId::random(chance),
                at: now,
                by: None,
                action: "moderation.confirm".to_owned(),
                about: About::Other(ban.thing.to_string()),
                reason: None,
            })
            .await?;
        }
    }
    Ok(())
}

/// Who keeps the house beside whoever decided, and is not concerned. An
/// anonymous author counts like anyone else: who is missing from the count
/// would be known.
pub(super) async fn others(
    reader: &mut dyn Reader,
    decision: &Decision,
    now: Timestamp,
) -> Stored<Vec<MemberId>> {
    let mut keepers = reader.keepers(now).await?;
    keepers.retain(|id| {
        let concerned = decision.named && decision.about == Some(Writer::Member(*id));
        Some(*id) != decision.by && !concerned
    });
    Ok(keepers)
}

/// Reckons anew until when someone cannot write.
async fn bar(unit: &mut dyn Unit, about: Option<Writer>, now: Timestamp) -> Stored<()> {
    match about {
        Some(Writer::Member(member)) => unit.bar(member, now).await,
        _ => Ok(()),
    }
}

pub(super) async fn note(
    unit: &mut dyn Unit,
    act: Act<'_>,
    action: &str,
    about: Thing,
    reason: Option<String>,
) -> Result<(), Fault> {
    unit.audit(&AuditEntry {
        id: AuditId::random(act.chance),
        at: act.now,
        by: act.actor.member().map(|member| member.id),
        action: action.to_owned(),
        about: About::Other(about.to_string()),
        reason,
    })
    .await?;
    Ok(())
}
