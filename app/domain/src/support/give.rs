use super::SupportKind;
use crate::{
    ids::Subject,
    notifications::{self, Address, Kind},
    people,
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
    let seen = match share.author {
        Some(author) => people::is_seen(unit, author, member).await?,
        None => true,
    };
    let is_new = unit
        .give_support(subject, kind, member, seen, act.now)
        .await?;
    if let (true, true, Some(author), Some(address)) =
        (is_new, seen, share.author, Address::share(subject))
    {
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
