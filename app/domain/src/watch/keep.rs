use super::{KeptShift, MOST_SHIFTS, Shift, Watch};
use crate::{
    actor::{Role, Roles},
    care,
    clock::Timestamp,
    ids::{MemberId, ShiftId},
    refusal::{Fault, Field, Reason, Refusal},
    store::{Act, Reader, Stored, Unit},
};

/// More hours than a community sets.
const MOST: u32 = 10_000;

/// Who answers calls for help.
pub(super) const fn desk() -> Roles {
    Roles::from_bits(0)
        .with(Role::PeerSupporter)
        .with(Role::Moderator)
        .with(Role::Editor)
}

/// Is someone here to answer now, or when?
pub async fn watch(reader: &mut dyn Reader, now: Timestamp) -> Stored<Watch> {
    let shifts = reader.shifts(desk(), MOST).await?;
    Ok(Watch::of(shifts.iter().map(|kept| &kept.shift), now))
}

/// Those who are here now, each once.
pub async fn on_duty(reader: &mut dyn Reader, now: Timestamp) -> Stored<Vec<MemberId>> {
    let shifts = reader.shifts(desk(), MOST).await?;
    let here = shifts.iter().filter(|kept| kept.shift.covers(now));
    let mut here: Vec<MemberId> = here.map(|kept| kept.member).collect();
    // Those of one member stand one after another.
    here.dedup();
    Ok(here)
}

/// Someone of the desk says when they are here. Hours that are there already
/// stay as they are.
pub async fn add_shift(unit: &mut dyn Unit, act: Act<'_>, shift: Shift) -> Result<(), Fault> {
    let member = care::on_desk(act.actor)?.id;
    let shifts = unit.shifts_of(member).await?;
    if shifts.iter().any(|kept| kept.shift == shift) {
        return Ok(());
    }
    if shifts.len() >= MOST_SHIFTS {
        let max = MOST_SHIFTS;
        return Err(Refusal::field(Field::Kind, Reason::TooMany { max }).into());
    }
    let kept = KeptShift {
        id: ShiftId::random(act.chance),
        member,
        shift,
    };
    Ok(unit.insert_shift(&kept).await?)
}

/// They are not here any more at these hours.
pub async fn drop_shift(unit: &mut dyn Unit, act: Act<'_>, id: ShiftId) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    if unit.drop_shift(member, id).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound.into())
    }
}
