use super::{
    KeptThanked, NewShoutOut, ShoutOut, Thanked,
    post::{ready, tell_thanked},
};
use crate::{
    actor::Actor,
    care,
    ids::ShoutOutId,
    moderation::Standing,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// May this actor take it down? Its author may, and so may a member who is
/// thanked in it, as long as others see it.
pub fn may_take_down(shout_out: &ShoutOut, actor: &Actor) -> bool {
    shout_out.author.is(actor) || shout_out.standing.is_published() && shout_out.to.is(actor)
}

/// Changes what a shout-out says, and to whom. Only its author may.
pub async fn edit(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ShoutOutId,
    changed: NewShoutOut,
) -> Result<ShoutOut, Fault> {
    change(unit, act, id, changed, false).await
}

/// As [`edit`]; it waits until the changed words were read.
pub async fn edit_held(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ShoutOutId,
    changed: NewShoutOut,
) -> Result<ShoutOut, Fault> {
    change(unit, act, id, changed, true).await
}

async fn change(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ShoutOutId,
    changed: NewShoutOut,
    held: bool,
) -> Result<ShoutOut, Fault> {
    act.actor.signed_in()?;
    let shout_out = unit.shout_out(id).await?.ok_or(Refusal::NotFound)?;
    shout_out
        .standing
        .changed_by(&shout_out.author, act.actor)?;
    let text = ready(unit, act, changed).await?;
    unit.edit_shout_out(id, &text, act.now).await?;
    let thanked_before = matches!(
        (&shout_out.to, &text.to),
        (Thanked::Member { id: before, .. }, KeptThanked::Member(now)) if before == now
    );
    if held {
        unit.set_standing(id.into(), Standing::Held).await?;
    } else if shout_out.standing.is_published() && !thanked_before {
        tell_thanked(unit, act, id, &text).await?;
    }
    unit.shout_out(id).await?.ok_or(Refusal::NotFound.into())
}

/// Takes a shout-out down.
pub async fn take_down(unit: &mut dyn Unit, act: Act<'_>, id: ShoutOutId) -> Result<(), Fault> {
    act.actor.signed_in()?;
    let shout_out = unit.shout_out(id).await?.ok_or(Refusal::NotFound)?;
    if !may_take_down(&shout_out, act.actor) {
        shout_out
            .standing
            .taken_back_by(&shout_out.author, act.actor)?;
    }
    let calls = care::leaving(unit, id.into()).await?;
    unit.remove_shout_out(id).await?;
    Ok(calls.gone(unit, act).await?)
}
