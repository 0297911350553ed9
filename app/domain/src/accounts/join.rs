use super::{Handle, Joining, Member, MemberState, Password, Passwords, RecoveryCodes, secrets};
use crate::{
    actor::Roles,
    clock::Timestamp,
    ids::{MemberId, OpaqueId},
    once,
    refusal::{Fault, Faults, Field, Reason, Refusal},
    store::{Act, Store, Unit},
};

/// What someone who wants to join has typed.
#[derive(Clone, Copy)]
pub struct JoinRequest<'a> {
    pub handle: &'a str,
    pub password: &'a str,
    /// They say that they are 18 or over.
    pub adult: bool,
    /// The secret of an invitation; empty without one.
    pub invitation: &'a str,
}

/// Someone whose wish to join was checked.
pub struct Newcomer {
    handle: Handle,
    password: Password,
    phc: String,
    invitation: Option<String>,
}

/// Someone who has joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    pub member: MemberId,
    pub state: MemberState,
}

/// Checks a wish to join and hashes the password: slow, so before the unit of
/// work is begun.
pub async fn greet(
    store: &dyn Store,
    passwords: &dyn Passwords,
    joining: Joining,
    request: JoinRequest<'_>,
    now: Timestamp,
) -> Result<Newcomer, Fault> {
    if joining == Joining::Closed {
        return Err(Refusal::JoiningClosed.into());
    }
    let handle = match Handle::parse(request.handle) {
        Ok(handle) if handle.is_reserved() => Err(Reason::HandleReserved),
        other => other,
    };
    let password = Password::parse(request.password, handle.as_ref().ok());
    let handle = match (handle, &password) {
        (Ok(handle), Ok(typed)) => free(store, passwords, handle, typed, now).await?,
        (Ok(handle), Err(_)) => {
            let taken = store
                .read()
                .await?
                .member_by_skeleton(&handle.skeleton())
                .await?;
            if taken.is_some() {
                Err(Reason::HandleTaken)
            } else {
                Ok(handle)
            }
        }
        (refused, _) => refused,
    };
    let invitation = match request.invitation.trim() {
        "" if joining == Joining::Invitation => Err(Reason::Empty),
        "" => Ok(None),
        secret => Ok(Some(secrets::hash(secret))),
    };
    let adult = if request.adult {
        Ok(())
    } else {
        Err(Reason::NotAdult)
    };
    let mut faults = Faults::default();
    let handle = faults.take(Field::Handle, handle);
    let password = faults.take(Field::Password, password);
    let invitation = faults.take(Field::Invitation, invitation);
    let adult = faults.take(Field::Adult, adult);
    let all = handle.zip(password).zip(invitation).zip(adult);
    let (((handle, password), invitation), ()) = faults.build(all)?;
    let phc = passwords.hash(password.reveal()).await?;
    Ok(Newcomer {
        handle,
        password,
        phc,
        invitation,
    })
}

/// The handle if nobody has it, or if the same person sends the form again.
async fn free(
    store: &dyn Store,
    passwords: &dyn Passwords,
    handle: Handle,
    password: &Password,
    now: Timestamp,
) -> Result<Result<Handle, Reason>, Fault> {
    let taken = store
        .read()
        .await?
        .member_by_skeleton(&handle.skeleton())
        .await?;
    Ok(match taken {
        Some(member) if !is_again(passwords, &member, &handle, password, now).await? => {
            Err(Reason::HandleTaken)
        }
        _ => Ok(handle),
    })
}

/// Did this member join a moment ago, with the same words? Their form was sent
/// twice, or the first answer never arrived.
async fn is_again(
    passwords: &dyn Passwords,
    member: &Member,
    handle: &Handle,
    password: &Password,
    now: Timestamp,
) -> Result<bool, Fault> {
    Ok(member.handle == handle.as_str()
        && now.since(member.created_at) < once::DERIVED_FOR
        && passwords
            .verify(password.reveal(), Some(member.password.clone()))
            .await?)
}

/// Lets someone in, with these recovery codes. Sent again within a few
/// minutes it finds the account that was made, and changes its codes.
pub async fn join(
    unit: &mut dyn Unit,
    act: Act<'_>,
    passwords: &dyn Passwords,
    joining: Joining,
    newcomer: Newcomer,
    codes: &RecoveryCodes,
) -> Result<Joined, Fault> {
    let skeleton = newcomer.handle.skeleton();
    if let Some(member) = unit.member_by_skeleton(&skeleton).await? {
        let again = is_again(
            passwords,
            &member,
            &newcomer.handle,
            &newcomer.password,
            act.now,
        )
        .await?;
        if !again {
            return Err(Refusal::field(Field::Handle, Reason::HandleTaken).into());
        }
        unit.replace_codes(member.id, &codes.hashes(member.id))
            .await?;
        return Ok(Joined {
            member: member.id,
            state: member.state,
        });
    }
    let invited = match &newcomer.invitation {
        Some(hash) if joining != Joining::Open => unit.use_invitation(hash, act.now).await?,
        _ => false,
    };
    let state = match joining {
        Joining::Open => MemberState::Active,
        Joining::Approval if invited => MemberState::Active,
        Joining::Approval => MemberState::Waiting,
        Joining::Invitation if invited => MemberState::Active,
        Joining::Invitation => {
            return Err(Refusal::field(Field::Invitation, Reason::WrongCode).into());
        }
        Joining::Closed => return Err(Refusal::JoiningClosed.into()),
    };
    let member = Member {
        id: MemberId::random(act.chance),
        handle: newcomer.handle.as_str().to_owned(),
        password: newcomer.phc,
        roles: Roles::default(),
        state,
        barred_until: None,
        opaque: OpaqueId::random(act.chance),
        created_at: act.now,
    };
    if !unit.insert_member(&member, &newcomer.handle).await? {
        return Err(Refusal::field(Field::Handle, Reason::HandleTaken).into());
    }
    unit.replace_codes(member.id, &codes.hashes(member.id))
        .await?;
    Ok(Joined {
        member: member.id,
        state,
    })
}
