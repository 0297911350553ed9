use super::{AwayToKeep, Distance};
use crate::{
    actor::{Actor, Author, Writer},
    ids::{AwayId, MemberId, Subject},
    moderation::{self, Thing},
    refusal::{Fault, Refusal},
    store::{Act, Reader, Stored, Unit},
};

/// Whoever wrote something, as others may know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// A member, by the handle.
    Named { id: MemberId, handle: String },
    /// Someone who posted anonymously.
    Anonymous,
}

/// The mask of whoever wrote a thing that this actor sees. Guests have none
/// that lasts.
pub async fn met(reader: &mut dyn Reader, actor: &Actor, thing: Thing) -> Result<Met, Fault> {
    actor.signed_in()?;
    let author = author(reader, actor, thing).await?;
    match (author.anonymous, author.writer, author.name) {
        (true, ..) => Ok(Met::Anonymous),
        (false, Some(Writer::Member(id)), Some(handle)) => Ok(Met::Named { id, handle }),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// How far a member keeps away already from whoever wrote a thing, by the mask
/// it was met under.
pub async fn distance(
    reader: &mut dyn Reader,
    member: MemberId,
    thing: Thing,
    met: &Met,
) -> Stored<Option<Distance>> {
    let found = match met {
        Met::Named { id, .. } => {
            let found = reader.away_from_named(member, &[*id]).await?;
            found.first().map(|(_, distance)| *distance)
        }
        Met::Anonymous => {
            let found = reader.away_from_things(member, &[thing]).await?;
            found.first().map(|(_, distance)| *distance)
        }
    };
    Ok(found)
}

async fn author(reader: &mut dyn Reader, actor: &Actor, thing: Thing) -> Result<Author, Fault> {
    let found = moderation::find(reader, thing)
        .await?
        .filter(|found| found.standing.is_seen_by(&found.author, actor))
        .ok_or(Refusal::NotFound)?;
    match found.author.is(actor) {
        true => Err(Refusal::NotAllowed.into()),
        false => Ok(found.author),
    }
}

/// Keeps away from whoever wrote a thing. Doing it again changes nothing; doing
/// it by an anonymous post says nothing of the handle, and the other way round.
pub async fn keep_away(
    unit: &mut dyn Unit,
    act: Act<'_>,
    thing: Thing,
    distance: Distance,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    let author = author(unit, act.actor, thing).await?;
    let other = match author.writer {
        Some(Writer::Member(other)) => Some(other),
        _ => None,
    };
    if other.is_none() && !author.anonymous {
        return Err(Refusal::NotFound.into());
    }
    unit.keep_away(&AwayToKeep {
        id: AwayId::random(act.chance),
        member,
        other,
        through: author.anonymous.then_some(thing),
        distance,
        since: act.now,
    })
    .await?;
    Ok(())
}

/// Comes closer again.
pub async fn lift(unit: &mut dyn Unit, act: Act<'_>, id: AwayId) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    match unit.lift_away(member, id).await? {
        true => Ok(()),
        false => Err(Refusal::NotFound.into()),
    }
}

/// May this actor join a thread under `subject`, below a comment of `above`?
/// Not where it would come to someone who blocked them. Under what is anonymous
/// everyone may, or the refusal would tell who wrote it.
pub(crate) async fn may_join(
    unit: &mut dyn Unit,
    act: Act<'_>,
    subject: Subject,
    above: Option<&Author>,
    anonymous: bool,
) -> Stored<Result<(), Refusal>> {
    let Some(me) = act.actor.member() else {
        return Ok(Ok(()));
    };
    let share = unit.share_author(subject).await?;
    let share = share.filter(|author| !author.anonymous);
    let above = match above {
        Some(author) if !author.anonymous => author.writer,
        _ => None,
    };
    let above = above.and_then(|writer| match writer {
        Writer::Member(member) => Some(member),
        Writer::Guest(_) => None,
    });
    let others = share.map(|author| author.member).into_iter().chain(above);
    let others: Vec<MemberId> = others.filter(|them| *them != me.id).collect();
    // Who blocked somebody does not speak to them either. They hear it first:
    // what they hear does not depend on whether they are blocked in turn.
    for them in &others {
        if unit.blocks(me.id, *them, true).await? {
            return Ok(Err(Refusal::YouBlocked));
        }
    }
    for them in others {
        if blocked(unit, them, me.id, anonymous).await? {
            return Ok(Err(Refusal::ThreadClosed));
        }
    }
    Ok(Ok(()))
}

/// May this actor thank a member by name?
pub(crate) async fn may_thank(
    unit: &mut dyn Unit,
    act: Act<'_>,
    member: MemberId,
    anonymous: bool,
) -> Stored<bool> {
    match act.actor.member() {
        Some(me) if me.id != member => Ok(!blocked(unit, member, me.id, anonymous).await?),
        _ => Ok(true),
    }
}

/// A block by the handle binds all that the other does; one by an anonymous
/// post binds what they do anonymously. Were it to bind more, whoever suspects
/// someone could try it.
async fn blocked(unit: &mut dyn Unit, by: MemberId, me: MemberId, anonymous: bool) -> Stored<bool> {
    Ok(unit.blocks(by, me, true).await? || anonymous && unit.blocks(by, me, false).await?)
}

/// Does a member hear of what someone does under their name? Of what is done
/// anonymously everyone hears alike.
pub(crate) async fn hears(unit: &mut dyn Unit, member: MemberId, of: &Author) -> Stored<bool> {
    match of.writer {
        Some(Writer::Member(other)) if !of.anonymous => {
            Ok(unit.away_from_named(member, &[other]).await?.is_empty())
        }
        _ => Ok(true),
    }
}

/// Does a member see the support that another gives? Not if they blocked the
/// giver by the handle.
pub(crate) async fn is_seen(
    unit: &mut dyn Unit,
    member: MemberId,
    giver: MemberId,
) -> Stored<bool> {
    Ok(!unit.blocks(member, giver, true).await?)
}
