use super::{
    KeptThanked, NewShoutOut, ShoutOut, Thanked,
    post::{comes_through, ready, tell_thanked},
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

/// Changes what a shout-out says, and to whom. Only its author may. What `waits`
/// now is held.
pub async fn edit(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ShoutOutId,
    changed: NewShoutOut,
    waits: bool,
) -> Result<ShoutOut, Fault> {
    act.actor.signed_in()?;
    let shout_out = unit.shout_out(id).await?.ok_or(Refusal::NotFound)?;
    shout_out
        .standing
        .changed_by(&shout_out.author, act.actor)?;
    let text = ready(unit, changed).await?;
    let thanked_before = matches!(
        (&shout_out.to, &text.to),
        (Thanked::Member { id: before, .. }, KeptThanked::Member(now)) if before == now
    );
    let comes_through = thanked_before || comes_through(unit, act, &text).await?;
    unit.edit_shout_out(id, &text, act.now).await?;
    if waits || !comes_through {
        unit.set_standing(id.into(), Standing::Held).await?;
    } else if !thanked_before && shout_out.standing.is_published() {
        // What waits is told of once it can be seen.
        tell_thanked(unit, act, id).await?;
    }
    care::notice(unit, act, id, &text.body).await?;
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
