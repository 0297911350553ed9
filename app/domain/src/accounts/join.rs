use super::{
    AccountReads, Handle, Joining, Member, MemberState, Password, Passwords, RecoveryCodes, secrets,
};
use crate::{
    actor::Roles,
    clock::Timestamp,
    ids::{MemberId, OpaqueId},
    once,
    refusal::{Fault, Faults, Field, Reason, Refusal},
    store::{Act, Store, Stored, Unit},
};

/// What someone who wants to join has typed, beside a password.
#[derive(Clone, Copy)]
pub struct JoinRequest<'a> {
    pub handle: &'a str,
    /// They say that they are 18 or over.
    pub adult: bool,
    /// The secret of an invitation; empty without one.
    pub invitation: &'a str,
}

impl JoinRequest<'_> {
    /// The handle, if it may be anybody's at all.
    fn handle(&self) -> Result<Handle, Reason> {
        match Handle::parse(self.handle) {
            Ok(handle) if handle.is_reserved() => Err(Reason::HandleReserved),
            other => other,
        }
    }

    /// All of it, with the hash of the invitation; or all that is wrong with it.
    fn checked<P>(
        &self,
        joining: Joining,
        handle: Result<Handle, Reason>,
        password: Result<P, Reason>,
    ) -> Result<(Wish, P), Refusal> {
        if joining == Joining::Closed {
            return Err(Refusal::JoiningClosed);
        }
        let invitation = match self.invitation.trim() {
            "" if joining == Joining::Invitation => Err(Reason::Empty),
            "" => Ok(None),
            secret => Ok(Some(secrets::hash(secret))),
        };
        let adult = if self.adult {
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
        Ok((Wish { handle, invitation }, password))
    }
}

/// A wish to join that was checked.
pub(super) struct Wish {
    pub(super) handle: Handle,
    invitation: Option<String>,
}

/// Someone whose wish to join was checked, with a password.
pub struct Newcomer {
    wish: Wish,
    password: Password,
    phc: String,
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
    password: &str,
    now: Timestamp,
) -> Result<Newcomer, Fault> {
    let handle = request.handle();
    let password = Password::parse(password, handle.as_ref().ok());
    let handle = match (handle, &password) {
        (Ok(handle), Ok(typed)) => free(store, passwords, handle, typed, now).await?,
        (Ok(handle), Err(_)) => unclaimed(&mut *store.read().await?, handle).await?,
        (refused, _) => refused,
    };
    let (wish, password) = request.checked(joining, handle, password)?;
    let phc = passwords.hash(password.reveal()).await?;
    Ok(Newcomer {
        wish,
        password,
        phc,
    })
}

/// Checks a wish to join without a password.
pub(super) async fn wish(
    unit: &mut dyn Unit,
    joining: Joining,
    request: JoinRequest<'_>,
) -> Result<Wish, Fault> {
    let handle = match request.handle() {
        Ok(handle) => unclaimed(unit, handle).await?,
        refused => refused,
    };
    Ok(request.checked(joining, handle, Ok(()))?.0)
}

/// The handle if nobody has it.
async fn unclaimed<R>(reader: &mut R, handle: Handle) -> Stored<Result<Handle, Reason>>
where
    R: AccountReads + ?Sized,
{
    let taken = reader.member_by_skeleton(&handle.skeleton()).await?;
    Ok(if taken.is_some() {
        Err(Reason::HandleTaken)
    } else {
        Ok(handle)
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
            .verify(password.reveal(), member.password.clone())
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
    let Newcomer {
        wish,
        password,
        phc,
    } = newcomer;
    let skeleton = wish.handle.skeleton();
    if let Some(member) = unit.member_by_skeleton(&skeleton).await? {
        if !is_again(passwords, &member, &wish.handle, &password, act.now).await? {
            return Err(Refusal::field(Field::Handle, Reason::HandleTaken).into());
        }
        unit.replace_codes(member.id, &codes.hashes(member.id))
            .await?;
        return Ok(Joined {
            member: member.id,
            state: member.state,
        });
    }
    let id = MemberId::random(act.chance);
    settle(unit, act, joining, wish, (id, Some(phc)), codes).await
}

/// Makes the account: its identifier and the hash of its password, if it has one.
pub(super) async fn settle(
    unit: &mut dyn Unit,
    act: Act<'_>,
    joining: Joining,
    wish: Wish,
    (id, password): (MemberId, Option<String>),
    codes: &RecoveryCodes,
) -> Result<Joined, Fault> {
    let invited = match &wish.invitation {
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
        id,
        handle: wish.handle.as_str().to_owned(),
        password,
        roles: Roles::default(),
        state,
        barred_until: None,
        opaque: OpaqueId::random(act.chance),
        created_at: act.now,
    };
    if !unit.insert_member(&member, &wish.handle).await? {
        return Err(Refusal::field(Field::Handle, Reason::HandleTaken).into());
    }
    unit.replace_codes(id, &codes.hashes(id)).await?;
    Ok(Joined { member: id, state })
}
