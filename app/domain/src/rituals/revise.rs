use super::{NewRitual, Ritual};
use crate::{
    care,
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
    let ritual = known(unit, act, id).await?;
    ritual.standing.changed_by(&ritual.author, act.actor)?;
    unit.edit_ritual(id, changed.anonymous, &changed.text(), act.now)
        .await?;
    care::notice(unit, act, id, &changed.said()).await
}

/// Takes a ritual back. Only its author may.
pub async fn remove(unit: &mut dyn Unit, act: Act<'_>, id: RitualId) -> Result<(), Fault> {
    let ritual = known(unit, act, id).await?;
    ritual.standing.taken_back_by(&ritual.author, act.actor)?;
    let calls = care::leaving(unit, id.into()).await?;
    unit.remove_ritual(id).await?;
    Ok(calls.gone(unit, act).await?)
}

async fn known(unit: &mut dyn Unit, act: Act<'_>, id: RitualId) -> Result<Ritual, Fault> {
    act.actor.signed_in()?;
    unit.ritual(id).await?.ok_or(Refusal::NotFound.into())
}
