use super::{COUNTED, Times};
use crate::{
    clock::Timestamp,
    push::What,
    refusal::Fault,
    store::{Act, Stored, Unit},
};

/// How many are told in one unit of work of what came.
const AT_ONCE: u32 = 50;

/// Chooses when one is told; none: each time something comes.
pub async fn choose_times(
    unit: &mut dyn Unit,
    act: Act<'_>,
    times: Option<&Times>,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    match times {
        Some(times) => {
            let next = times.next_digest(act.now);
            unit.keep_notification_times(member, times, next).await?;
        }
        None => unit.drop_notification_times(member).await?,
    }
    Ok(())
}

/// Tells those whose time it is how much has come since the day before. True if
/// there may be more of them.
pub async fn tell_digests(unit: &mut dyn Unit, now: Timestamp) -> Stored<bool> {
    let mut due = unit.due_digests(now, AT_ONCE).await?;
    // In the order in which everybody tells several.
    due.sort_unstable_by_key(|digest| digest.member);
    for digest in &due {
        let member = digest.member;
        let (count, newest) = unit.news_since(member, digest.seen, COUNTED).await?;
        let next = digest.times.next_digest(now);
        unit.keep_digest(member, next, newest, count).await?;
        if count > 0 {
            unit.owe_pushes(member, What::Digest(count), now).await?;
        }
    }
    Ok(due.len() >= AT_ONCE as usize)
}
