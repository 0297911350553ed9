use super::NewRitual;
use crate::{
    ids::RitualId,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// Changes a ritual. Only its author may.
pub async fn edit(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: RitualId,
    changed: &NewRitual,
) -> Result<(), Fault> {
    own(unit, act, id).await?;
    Ok(unit
        .edit_ritual(id, changed.anonymous, &changed.text(), act.now)
        .await?)
}

/// Takes a ritual back. Only its author may.
pub async fn remove(unit: &mut dyn Unit, act: Act<'_>, id: RitualId) -> Result<(), Fault> {
    own(unit, act, id).await?;
    Ok(unit.remove_ritual(id).await?)
}

async fn own(unit: &mut dyn Unit, act: Act<'_>, id: RitualId) -> Result<(), Fault> {
    act.actor.signed_in()?;
    let ritual = unit.ritual(id).await?.ok_or(Refusal::NotFound)?;
    if ritual.author.is(act.actor) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}
