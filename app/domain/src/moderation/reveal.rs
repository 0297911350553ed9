//! Who wrote something anonymous: two hosts can learn it together, for a
//! reason. One alone cannot. Both steps are in the log, and the author is told.

use super::{
    Decision, DecisionReason, Found, Ruling, Thing,
    decide::{note, ruled, tell_author},
    find,
};
use crate::{
    actor::{Actor, Role},
    clock::Timestamp,
    ids::MemberId,
    notifications::{self, Address, Kind},
    refusal::{Fault, Refusal},
    store::{Act, Reader, Stored, Unit},
};

/// How long a host who asked waits for another one, in milliseconds.
const WAITS: i64 = 7 * Timestamp::DAY;

/// How long the two see what they asked for, in milliseconds.
const SHOWN: i64 = Timestamp::DAY;

/// How long a question is kept, in milliseconds. The log keeps it for good.
pub const REVEALS_KEPT_FOR: i64 = WAITS + SHOWN;

/// A host's question who wrote something, and the other host's consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reveal {
    pub thing: Thing,
    pub reason: String,
    pub asked_by: MemberId,
    pub asked_at: Timestamp,
    pub agreed: Option<Agreed>,
}

/// That a second host agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    /// None once the account is gone.
    pub by: Option<MemberId>,
    pub at: Timestamp,
}

impl Reveal {
    /// Does it still wait, or is it still answered?
    pub fn is_open(&self, now: Timestamp) -> bool {
        match self.agreed {
            None => now.since(self.asked_at) < WAITS,
            Some(agreed) => now.since(agreed.at) < SHOWN,
        }
    }

    /// Is this actor one of the two who learn it?
    pub fn is_answered_for(&self, actor: &Actor) -> bool {
        let me = actor.member().map(|member| member.id);
        self.agreed
            .is_some_and(|agreed| me == Some(self.asked_by) || me.is_some() && me == agreed.by)
    }
}

/// May this actor ask who wrote it? Hosts may, of what has no name under it and
/// is not their own.
pub fn may_ask_who(found: &Found, actor: &Actor) -> bool {
    actor.with_role(Role::Host).is_ok() && found.author.anonymous && !found.author.is(actor)
}

/// Is there another host? An anonymous author counts like anyone else: who is
/// missing from the count would be known.
pub async fn is_another_host(reader: &mut dyn Reader, than: &Actor) -> Stored<bool> {
    let me = than.member().map(|member| member.id);
    let hosts = reader.lasting_hosts().await?;
    Ok(hosts.into_iter().any(|host| Some(host) != me))
}

/// Asks the other hosts to agree to learn who wrote something. Asking again
/// changes nothing.
pub async fn ask_who(
    unit: &mut dyn Unit,
    act: Act<'_>,
    thing: Thing,
    reason: &DecisionReason,
) -> Result<(), Fault> {
    let (_, by) = concerned(unit, act, thing).await?;
    if !is_another_host(unit, act.actor).await? {
        return Err(Refusal::NeedsTwoHosts.into());
    }
    if let Some(open) = open(unit, act, thing).await? {
        return match open.asked_by == by {
            true => Ok(()),
            false => Err(Refusal::Changed.into()),
        };
    }
    let reveal = Reveal {
        thing,
        reason: reason.as_str().to_owned(),
        asked_by: by,
        asked_at: act.now,
        agreed: None,
    };
    unit.keep_reveal(&reveal).await?;
    for host in unit.lasting_hosts().await? {
        let address = Address::of("/moderation", thing);
        notifications::tell(unit, act, host, Kind::House, address).await?;
    }
    note(unit, act, "moderation.ask-who", thing, Some(reveal.reason)).await
}

/// Agrees to what another host asked: for a day both see who wrote it. Agreeing
/// again changes nothing.
pub async fn agree_who(unit: &mut dyn Unit, act: Act<'_>, thing: Thing) -> Result<(), Fault> {
    let (found, by) = concerned(unit, act, thing).await?;
    let reveal = open(unit, act, thing).await?.ok_or(Refusal::NotFound)?;
    if reveal.asked_by == by {
        return Err(Refusal::AnotherPerson.into());
    }
    match reveal.agreed {
        Some(agreed) if agreed.by == Some(by) => return Ok(()),
        Some(_) => return Err(Refusal::Changed.into()),
        None => {}
    }
    // Whoever asked may be no host any more.
    if !unit.lasting_hosts().await?.contains(&reveal.asked_by) {
        return Err(Refusal::NeedsTwoHosts.into());
    }
    if !unit.agree_to_reveal(thing, by, act.now).await? {
        return Err(Refusal::Changed.into());
    }
    let decision = Decision {
        reason: Some(reveal.reason.clone()),
        ..ruled(act, by, &found, Ruling::Reveal)
    };
    unit.keep_decision(&decision).await?;
    tell_author(unit, act, &decision).await?;
    note(unit, act, "moderation.reveal", thing, Some(reveal.reason)).await
}

/// Something anonymous that somebody else wrote, and the host who acts.
async fn concerned(
    unit: &mut dyn Unit,
    act: Act<'_>,
    thing: Thing,
) -> Result<(Found, MemberId), Fault> {
    let by = act.actor.with_role(Role::Host)?.id;
    let found = find(unit, thing)
        .await?
        .filter(|found| found.author.anonymous)
        .ok_or(Refusal::NotFound)?;
    match found.author.is(act.actor) {
        true => Err(Refusal::Yours.into()),
        false => Ok((found, by)),
    }
}

async fn open(unit: &mut dyn Unit, act: Act<'_>, thing: Thing) -> Stored<Option<Reveal>> {
    let reveal = unit.reveal(thing).await?;
    Ok(reveal.filter(|reveal| reveal.is_open(act.now)))
}
