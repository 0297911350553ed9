//! Passkeys: keys that a device or a password manager keeps, in place of a
//! password that somebody remembers.
//!
//! It takes two requests: a browser is asked, and it answers. What was asked is
//! kept in between, for some minutes, for that browser alone, and for one good
//! answer. The mathematics is behind the port [`Passkeys`].

mod port;

pub use port::*;

use super::{
    JoinRequest, Joined, Joining, Member, PasskeyName, Question, RecoveryCodes,
    join::{settle, wish},
    sign_in::may_come_in,
};
use crate::{
    actor::Actor,
    clock::Timestamp,
    ids::{AskId, DeviceId, GuestId, MemberId, PasskeyId},
    refusal::{Fault, Field, Reason, Refusal},
    store::{Act, Reader, Store, Unit},
};

/// How long an answer may take, in milliseconds.
pub const ASK_FOR: i64 = 5 * Timestamp::MINUTE;

/// Passkeys that one member may have.
pub const MAX_PASSKEYS: usize = 20;

/// The longest answer of a browser, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What came back.
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    pub ask: &'a str,
    /// The credential, JSON.
    pub answer: &'a str,
    /// The browser that it came from.
    pub browser: GuestId,
}

impl Reply<'_> {
    /// What this browser was asked.
    async fn asked(&self, reader: &mut dyn Reader, now: Timestamp) -> Result<PasskeyAsk, Fault> {
        let id = self.ask.parse().map_err(|_| Refusal::WrongPasskey)?;
        let ask = reader.passkey_ask(id, self.browser, now).await?;
        ask.filter(|_| self.answer.len() <= LONGEST_ANSWER)
            .ok_or(Refusal::WrongPasskey.into())
    }
}

/// Asks a browser for a passkey of whoever wants to join. Their form is checked
/// first, so that no passkey is made for a handle that is taken.
pub async fn ask_to_join(
    unit: &mut dyn Unit,
    act: Act<'_>,
    passkeys: &dyn Passkeys,
    joining: Joining,
    request: JoinRequest<'_>,
    browser: GuestId,
) -> Result<Question, Fault> {
    let wish = wish(unit, joining, request).await?;
    let member = MemberId::random(act.chance);
    let asked = passkeys.ask_for_new(member, wish.handle.as_str(), &[])?;
    keep(unit, act, asked, Purpose::Join(member), browser).await
}

/// Asks a browser for one more passkey of whoever has stepped up.
pub async fn ask_to_add(
    unit: &mut dyn Unit,
    act: Act<'_>,
    passkeys: &dyn Passkeys,
    browser: GuestId,
) -> Result<Question, Fault> {
    let member = act.actor.signed_in()?;
    let has = unit.passkeys(member.id).await?;
    has_room(&has)?;
    let asked = passkeys.ask_for_new(member.id, &member.handle, &has)?;
    keep(unit, act, asked, Purpose::Add(member.id), browser).await
}

/// Asks a browser to show a passkey: of whoever is signed in, to confirm that it
/// is still they, and otherwise anybody's, to sign in.
pub async fn ask_for_passkey(
    unit: &mut dyn Unit,
    act: Act<'_>,
    passkeys: &dyn Passkeys,
    browser: GuestId,
) -> Result<Question, Fault> {
    let (purpose, of) = match act.actor {
        Actor::Member(member) => (Purpose::Confirm(member.id), unit.passkeys(member.id).await?),
        Actor::Guest(_) => (Purpose::SignIn, Vec::new()),
    };
    let asked = passkeys.ask_for_one(&of)?;
    keep(unit, act, asked, purpose, browser).await
}

async fn keep(
    unit: &mut dyn Unit,
    act: Act<'_>,
    asked: Asked,
    purpose: Purpose,
    browser: GuestId,
) -> Result<Question, Fault> {
    let ask = PasskeyAsk {
        id: AskId::random(act.chance),
        browser,
        purpose,
        state: asked.state,
        expires_at: act.now.plus(ASK_FOR),
    };
    unit.keep_passkey_ask(&ask).await?;
    Ok(Question {
        ask: ask.id,
        options: asked.options,
    })
}

fn has_room(has: &[Passkey]) -> Result<(), Refusal> {
    if has.len() < MAX_PASSKEYS {
        Ok(())
    } else {
        let reason = Reason::TooMany { max: MAX_PASSKEYS };
        Err(Refusal::field(Field::Name, reason))
    }
}

/// A passkey that was made: checked, and not yet kept.
pub struct NewPasskey {
    ask: PasskeyAsk,
    made: Made,
    name: PasskeyName,
}

/// Checks a passkey that a browser has made, before the unit of work is begun.
pub async fn made(
    store: &dyn Store,
    passkeys: &dyn Passkeys,
    reply: Reply<'_>,
    name: &str,
    now: Timestamp,
) -> Result<NewPasskey, Fault> {
    let ask = reply.asked(&mut *store.read().await?, now).await?;
    let made = passkeys
        .made(&ask.state, reply.answer)
        .ok_or(Refusal::WrongPasskey)?;
    let name = name_for_passkey(name)?;
    Ok(NewPasskey { ask, made, name })
}

/// The name that somebody gives to a passkey.
pub fn name_for_passkey(name: &str) -> Result<PasskeyName, Refusal> {
    PasskeyName::parse(name).map_err(|reason| Refusal::field(Field::Name, reason))
}

/// Lets someone in who has made a passkey, with these recovery codes.
pub async fn join_by_passkey(
    unit: &mut dyn Unit,
    act: Act<'_>,
    joining: Joining,
    request: JoinRequest<'_>,
    new: NewPasskey,
    codes: &RecoveryCodes,
) -> Result<Joined, Fault> {
    let Purpose::Join(member) = new.ask.purpose else {
        return Err(Refusal::WrongPasskey.into());
    };
    use_up(unit, &new.ask, act.now).await?;
    let wish = wish(unit, joining, request).await?;
    let joined = settle(unit, act, joining, wish, (member, None), codes).await?;
    insert(unit, act, member, new).await?;
    Ok(joined)
}

/// Keeps one more passkey of whoever has stepped up.
pub async fn add_passkey(unit: &mut dyn Unit, act: Act<'_>, new: NewPasskey) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    if new.ask.purpose != Purpose::Add(member) {
        return Err(Refusal::WrongPasskey.into());
    }
    use_up(unit, &new.ask, act.now).await?;
    has_room(&unit.passkeys(member).await?)?;
    insert(unit, act, member, new).await
}

async fn use_up(unit: &mut dyn Unit, ask: &PasskeyAsk, now: Timestamp) -> Result<(), Fault> {
    if unit.use_passkey_ask(ask.id, now).await? {
        Ok(())
    } else {
        Err(Refusal::WrongPasskey.into())
    }
}

async fn insert(
    unit: &mut dyn Unit,
    act: Act<'_>,
    owner: MemberId,
    new: NewPasskey,
) -> Result<(), Fault> {
    let passkey = Passkey {
        id: PasskeyId::random(act.chance),
        owner,
        credential_id: new.made.credential_id,
        credential: new.made.credential,
        name: new.name.as_str().to_owned(),
        created_at: act.now,
        last_used_at: None,
    };
    if unit.insert_passkey(&passkey).await? {
        Ok(())
    } else {
        Err(Refusal::PasskeyIsThere.into())
    }
}

/// Someone who has shown a passkey. It counts as long as the passkey is there,
/// and once.
pub struct Shown {
    ask: PasskeyAsk,
    passkey: Passkey,
    /// The passkey's key with the counter and flags it has from now on.
    credential: String,
}

/// Checks a passkey that a browser shows, before the unit of work is begun. One
/// that is not known, was taken away, or does not fit: one answer.
pub async fn shown(
    store: &dyn Store,
    passkeys: &dyn Passkeys,
    reply: Reply<'_>,
    now: Timestamp,
) -> Result<Shown, Fault> {
    let mut reader = store.read().await?;
    let ask = reply.asked(&mut *reader, now).await?;
    let named = passkeys.named(reply.answer).ok_or(Refusal::WrongPasskey)?;
    let passkey = reader
        .passkey_by_credential(&named.credential_id)
        .await?
        .ok_or(Refusal::WrongPasskey)?;
    // Whose it is has to be said by what was asked, or else by the answer.
    let owner = match ask.purpose {
        Purpose::Confirm(member) => Some(member),
        Purpose::SignIn => named.owner,
        Purpose::Join(_) | Purpose::Add(_) => None,
    };
    if owner != Some(passkey.owner) {
        return Err(Refusal::WrongPasskey.into());
    }
    let credential = passkeys
        .shown(&ask.state, reply.answer, &passkey.credential)
        .ok_or(Refusal::WrongPasskey)?;
    Ok(Shown {
        ask,
        passkey,
        credential,
    })
}

/// The member who may be signed in by this passkey.
pub async fn sign_in_by_passkey(
    unit: &mut dyn Unit,
    act: Act<'_>,
    shown: Shown,
) -> Result<MemberId, Fault> {
    if shown.ask.purpose != Purpose::SignIn {
        return Err(Refusal::WrongPasskey.into());
    }
    may_come_in(&accept(unit, act, shown).await?)
}

/// Lets a passkey count as proof of the member who is signed in.
pub async fn confirm_by_passkey(
    unit: &mut dyn Unit,
    act: Act<'_>,
    shown: Shown,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    if shown.ask.purpose != Purpose::Confirm(member) {
        return Err(Refusal::WrongPasskey.into());
    }
    accept(unit, act, shown).await.map(|_| ())
}

async fn accept(unit: &mut dyn Unit, act: Act<'_>, shown: Shown) -> Result<Member, Fault> {
    let member = unit.member(shown.passkey.owner).await?;
    use_up(unit, &shown.ask, act.now).await?;
    let used = Passkey {
        credential: shown.credential,
        last_used_at: Some(act.now.day_began()),
        ..shown.passkey.clone()
    };
    let is_there = unit.use_passkey(&shown.passkey, &used).await?;
    member
        .filter(|_| is_there)
        .ok_or(Refusal::WrongPasskey.into())
}

/// Takes away a passkey of whoever has stepped up, unless it is their last way
/// in, and signs out all their devices but this one: whoever has the passkey may
/// have one of them. Someone else's passkey is unknown.
pub async fn remove_passkey(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: PasskeyId,
    this: Option<DeviceId>,
) -> Result<(), Fault> {
    let owner = act.actor.signed_in()?.id;
    let member = unit.member(owner).await?.ok_or(Refusal::SignInFirst)?;
    let has = unit.passkeys(member.id).await?;
    if !has.iter().any(|passkey| passkey.id == id) {
        return Err(Refusal::NotFound.into());
    }
    if member.password.is_none() && has.len() == 1 {
        return Err(Refusal::LastWayIn.into());
    }
    unit.remove_passkey(id).await?;
    Ok(unit.drop_devices(member.id, this).await?)
}
