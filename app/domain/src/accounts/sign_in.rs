use super::{Handle, Member, MemberState, PASSWORD, Password, Passwords};
use crate::{
    actor::Actor,
    ids::MemberId,
    refusal::{Fault, Faults, Field, Reason, Refusal},
    store::{Store, Unit},
};

/// Someone who has shown that they know a password. It counts as long as the
/// password is the same.
pub struct Proof {
    member: MemberId,
    phc: Option<String>,
}

/// Checks handle and password: slow, so before the unit of work is begun. It
/// takes as long and answers the same for a handle that nobody has, and for one
/// that has no password.
pub async fn prove(
    store: &dyn Store,
    passwords: &dyn Passwords,
    handle: &str,
    password: &str,
) -> Result<Proof, Fault> {
    let mut faults = Faults::default();
    faults.take(Field::Handle, given(handle));
    faults.take(Field::Password, given(password));
    faults.finish()?;
    let member = match Handle::parse(handle) {
        Ok(handle) => {
            store
                .read()
                .await?
                .member_by_skeleton(&handle.skeleton())
                .await?
        }
        Err(_) => None,
    };
    let phc = member.as_ref().and_then(|member| member.password.clone());
    let right = passwords.verify(bounded(password), phc).await?;
    match member {
        Some(member) if right => Ok(Proof {
            member: member.id,
            phc: member.password,
        }),
        _ => Err(Refusal::WrongSignIn.into()),
    }
}

/// Checks the password of whoever is signed in, before something that an
/// unlocked device alone must not do.
pub async fn prove_again(
    store: &dyn Store,
    passwords: &dyn Passwords,
    actor: &Actor,
    password: &str,
) -> Result<Proof, Fault> {
    let id = actor.signed_in()?.id;
    let member = store
        .read()
        .await?
        .member(id)
        .await?
        .ok_or(Refusal::SignInFirst)?;
    given(password).map_err(|reason| Refusal::field(Field::Password, reason))?;
    if passwords
        .verify(bounded(password), member.password.clone())
        .await?
    {
        Ok(Proof {
            member: id,
            phc: member.password,
        })
    } else {
        Err(Refusal::field(Field::Password, Reason::WrongPassword).into())
    }
}

/// The member who may be signed in by this proof.
pub async fn sign_in(unit: &mut dyn Unit, proof: &Proof) -> Result<MemberId, Fault> {
    may_come_in(&proven(unit, proof).await?)
}

/// The member, once someone has let them in.
pub(super) fn may_come_in(member: &Member) -> Result<MemberId, Fault> {
    match member.state {
        MemberState::Active => Ok(member.id),
        MemberState::Waiting => Err(Refusal::WaitingForApproval.into()),
    }
}

/// The member, if the password is still the one that was proven.
pub(super) async fn proven(unit: &mut dyn Unit, proof: &Proof) -> Result<Member, Fault> {
    unit.member(proof.member)
        .await?
        .filter(|member| member.password == proof.phc)
        .ok_or(Refusal::WrongSignIn.into())
}

fn given(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        Err(Reason::Empty)
    } else {
        Ok(())
    }
}

/// What was typed, cut where no password can be longer.
fn bounded(password: &str) -> String {
    Password::typed(password)
        .chars()
        .take(*PASSWORD.end() + 1)
        .collect()
}
