//! Being asked again who one is, before something that an unlocked device alone
//! must not do.

use super::{Proof, sign_in::proven};
use crate::{
    actor::{ActingMember, Actor},
    clock::Timestamp,
    ids::DeviceId,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// How long a proof counts on the device that it was given on, in milliseconds.
pub const PROOF_COUNTS_FOR: i64 = 10 * Timestamp::MINUTE;

/// The member, if they have proven within the last minutes who they are.
/// `proven_at` is what their device's session remembers.
pub fn stepped_up(
    actor: &Actor,
    proven_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<&ActingMember, Refusal> {
    let member = actor.signed_in()?;
    // Two nodes' clocks are not quite the same, so it may seem to be to come.
    let counts = proven_at.is_some_and(|at| now.since(at).saturating_abs() < PROOF_COUNTS_FOR);
    if counts {
        Ok(member)
    } else {
        Err(Refusal::ConfirmFirst)
    }
}

/// Is the device still signed in? Asked in the unit of work: whoever changes
/// their password at this very moment shuts out whoever has their other device.
pub async fn still_signed_in(
    unit: &mut dyn Unit,
    act: Act<'_>,
    device: Option<DeviceId>,
) -> Result<(), Fault> {
    let id = act.actor.signed_in()?.id;
    // The member first: two such units of one member come one after the other.
    let member = unit.member(id).await?;
    let owner = match device {
        Some(device) => unit.device_owner(device, act.now).await?,
        None => None,
    };
    if member.is_some() && owner == Some(id) {
        Ok(())
    } else {
        Err(Refusal::SignInFirst.into())
    }
}

/// Lets a proof count for the member who is signed in.
pub async fn confirm(unit: &mut dyn Unit, proof: &Proof) -> Result<(), Fault> {
    proven(unit, proof).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actor::Roles,
        ids::{GuestId, MemberId},
    };
    use uuid::Uuid;

    #[test]
    fn a_proof_counts_for_some_minutes() {
        let ana = Actor::Member(ActingMember {
            id: MemberId::from_uuid(Uuid::from_u128(1)),
            handle: "ana".to_owned(),
            roles: Roles::default(),
        });
        let now = Timestamp(1_000_000_000);
        let after = |millis: i64| stepped_up(&ana, Some(now.plus(-millis)), now).map(|m| m.id);
        let id = ana.member().map(|member| member.id).ok_or(());
        assert_eq!(after(0).map_err(|_| ()), id);
        assert_eq!(after(PROOF_COUNTS_FOR - 1).map_err(|_| ()), id);
        assert_eq!(after(-1_000).map_err(|_| ()), id);
        assert_eq!(after(PROOF_COUNTS_FOR), Err(Refusal::ConfirmFirst));
        assert_eq!(after(-PROOF_COUNTS_FOR), Err(Refusal::ConfirmFirst));
        assert_eq!(stepped_up(&ana, None, now), Err(Refusal::ConfirmFirst));
    }

    #[test]
    fn a_guest_is_asked_to_sign_in() {
        let guest = Actor::Guest(GuestId::from_uuid(Uuid::from_u128(1)));
        let now = Timestamp(0);
        assert_eq!(
            stepped_up(&guest, Some(now), now),
            Err(Refusal::SignInFirst)
        );
    }
}
