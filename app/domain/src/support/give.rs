use super::SupportKind;
use crate::{
    ids::Subject,
    notifications::{self, Address, Kind},
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// Answers someone else's share with support. Doing it again is no fault.
pub async fn give(
    unit: &mut dyn Unit,
    act: Act<'_>,
    subject: Subject,
    kind: SupportKind,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    let share = unit.supportable(subject).await?.ok_or(Refusal::NotFound)?;
    if share.author == Some(member) {
        return Err(Refusal::NotAllowed.into());
    }
    let is_new = unit.give_support(subject, kind, member, act.now).await?;
    if let (true, Some(author), Some(address)) = (is_new, share.author, Address::share(subject)) {
        notifications::tell(unit, act, author, Kind::Support, address).await?;
    }
    Ok(())
}

/// Takes one's support back. Doing it again is no fault.
pub async fn take_back(
    unit: &mut dyn Unit,
    act: Act<'_>,
    subject: Subject,
    kind: SupportKind,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    unit.supportable(subject).await?.ok_or(Refusal::NotFound)?;
    unit.take_back_support(subject, kind, member).await?;
    Ok(())
}
