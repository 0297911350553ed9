use super::{
    About, AuditEntry, Handle, MemberState, Password, Passwords, RecoveryCodes,
    secrets::{self, code_hash, link_secret},
};
use crate::{
    clock::Timestamp,
    ids::{AuditId, Chance, MemberId},
    refusal::{Fault, Faults, Field, Reason, Refusal},
    store::{Act, Store, Unit},
};

/// How long a reset link works, in milliseconds.
pub const RESET_LINK_FOR: i64 = Timestamp::DAY;

/// What someone who comes back by a code has shown.
pub struct Return {
    member: Option<MemberId>,
    code: String,
    phc: String,
}

/// Checks a new password and hashes it: slow, so before the unit of work is
/// begun. A handle that nobody has takes as long.
pub async fn come_back(
    store: &dyn Store,
    passwords: &dyn Passwords,
    handle: &str,
    code: &str,
    password: &str,
) -> Result<Return, Fault> {
    let known = Handle::parse(handle).ok();
    let mut faults = Faults::default();
    let given = |text: &str| {
        if text.trim().is_empty() {
            Err(Reason::Empty)
        } else {
            Ok(())
        }
    };
    faults.take(Field::Handle, given(handle));
    faults.take(Field::Code, given(code));
    let password = faults.take(
        Field::NewPassword,
        Password::parse(password, known.as_ref()),
    );
    let password = faults.build(password)?;
    let phc = passwords.hash(password.reveal()).await?;
    let member = match known {
        Some(handle) => {
            store
                .read()
                .await?
                .member_by_skeleton(&handle.skeleton())
                .await?
        }
        None => None,
    };
    Ok(Return {
        member: member.map(|member| member.id),
        code: code.to_owned(),
        phc,
    })
}

/// Uses up a code, sets the new password and ends every session. For a handle
/// that nobody has, a code of nobody is looked for.
pub async fn recover(unit: &mut dyn Unit, act: Act<'_>, back: Return) -> Result<MemberId, Fault> {
    let wrong = || Refusal::field(Field::Code, Reason::WrongCode);
    let member = back.member.unwrap_or_else(|| MemberId::random(act.chance));
    if !unit
        .use_code(member, &code_hash(member, &back.code))
        .await?
    {
        return Err(wrong().into());
    }
    let member = unit.member(member).await?.ok_or_else(wrong)?;
    if member.state == MemberState::Waiting {
        return Err(Refusal::WaitingForApproval.into());
    }
    renew(unit, member.id, &back.phc).await?;
    Ok(member.id)
}

/// A new password for whoever has a reset link, hashed before the unit of
/// work is begun.
pub struct Reset {
    link: String,
    phc: String,
}

/// Checks a new password for a reset link. Does not use the link up.
pub async fn open_reset_link(
    store: &dyn Store,
    passwords: &dyn Passwords,
    secret: &str,
    password: &str,
    now: Timestamp,
) -> Result<Reset, Fault> {
    let link = secrets::hash(secret);
    let handle = {
        let mut reader = store.read().await?;
        let member = reader
            .reset_link(&link, now)
            .await?
            .ok_or(Refusal::NotFound)?;
        let member = reader.member(member).await?.ok_or(Refusal::NotFound)?;
        Handle::parse(&member.handle).ok()
    };
    let password = Password::parse(password, handle.as_ref())
        .map_err(|reason| Refusal::field(Field::NewPassword, reason))?;
    Ok(Reset {
        link,
        phc: passwords.hash(password.reveal()).await?,
    })
}

/// Does a reset link with this secret still work?
pub async fn reset_link_works(
    reader: &mut dyn crate::store::Reader,
    secret: &str,
    now: Timestamp,
) -> Result<bool, Fault> {
    Ok(reader
        .reset_link(&secrets::hash(secret), now)
        .await?
        .is_some())
}

/// Uses up a reset link, sets the new password and ends every session.
pub async fn reset(unit: &mut dyn Unit, act: Act<'_>, reset: Reset) -> Result<MemberId, Fault> {
    let member = unit
        .use_reset_link(&reset.link, act.now)
        .await?
        .ok_or(Refusal::NotFound)?;
    renew(unit, member, &reset.phc).await?;
    unit.audit(&AuditEntry {
        id: AuditId::random(act.chance),
        at: act.now,
        by: Some(member),
        action: "accounts.reset".to_owned(),
        about: About::Member(member),
        reason: None,
    })
    .await?;
    Ok(member)
}

/// Makes a one-time link by which a member who lost every code comes back in.
/// Earlier links of theirs stop working. Answers with the link's secret.
pub async fn make_reset_link(
    unit: &mut dyn Unit,
    chance: &dyn Chance,
    now: Timestamp,
    handle: &str,
) -> Result<String, Fault> {
    let member = super::by_handle(unit, handle).await?;
    let secret = link_secret(chance);
    unit.keep_reset_link(member.id, &secrets::hash(&secret), now.plus(RESET_LINK_FOR))
        .await?;
    unit.audit(&AuditEntry {
        id: AuditId::random(chance),
        at: now,
        by: None,
        action: "accounts.reset-link".to_owned(),
        about: About::Member(member.id),
        reason: None,
    })
    .await?;
    Ok(secret)
}

/// A new password, checked and hashed before the unit of work is begun.
pub struct NewPassword(String);

/// Checks and hashes a new password for the member with this handle.
pub async fn choose_password(
    passwords: &dyn Passwords,
    handle: &str,
    password: &str,
) -> Result<NewPassword, Fault> {
    let handle = Handle::parse(handle).ok();
    let password = Password::parse(password, handle.as_ref())
        .map_err(|reason| Refusal::field(Field::NewPassword, reason))?;
    Ok(NewPassword(passwords.hash(password.reveal()).await?))
}

/// Changes the password of whoever has stepped up, and ends every session; the
/// device that asked is signed in anew.
pub async fn change_password(
    unit: &mut dyn Unit,
    act: Act<'_>,
    password: NewPassword,
) -> Result<MemberId, Fault> {
    let member = act.actor.signed_in()?.id;
    renew(unit, member, &password.0).await?;
    Ok(member)
}

/// Replaces all recovery codes of whoever has stepped up.
pub async fn replace_codes(
    unit: &mut dyn Unit,
    act: Act<'_>,
    codes: &RecoveryCodes,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    Ok(unit.replace_codes(member, &codes.hashes(member)).await?)
}

async fn renew(unit: &mut dyn Unit, member: MemberId, phc: &str) -> Result<(), Fault> {
    unit.set_password(member, phc).await?;
    Ok(unit.drop_devices(member, None).await?)
}
