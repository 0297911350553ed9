use super::{Kind, NotificationToKeep};
use crate::{
    actor::{Author, Writer},
    comments::Comment,
    ids::{CommentId, MemberId, NotificationId, Subject, SubjectKind},
    people,
    push::{self, What},
    refusal::{Fault, Refusal},
    store::{Act, Stored, Unit},
};
use std::fmt::Display;

/// Where a notification leads: a path in this house. It is kept as it is, so
/// it never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// A page that is there once.
    pub fn page(path: &'static str) -> Self {
        Self(path.to_owned())
    }

    /// Something in a room: `/stories` and the story's id.
    pub fn of(room: &'static str, id: impl Display) -> Self {
        Self(format!("{room}/{id}"))
    }

    /// A share; none for an article, which is nobody's share.
    pub fn share(subject: Subject) -> Option<Self> {
        let room = match subject.kind {
            SubjectKind::Article => return None,
            SubjectKind::Reflection => "/reflections",
            SubjectKind::Story => "/stories",
            SubjectKind::ShoutOut => "/shout-outs",
            SubjectKind::Ritual => "/rituals",
        };
        Some(Self::of(room, subject.id.simple()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<CommentId> for Address {
    fn from(id: CommentId) -> Self {
        Self::of("/comments", id)
    }
}

/// Tells a member, if they want to hear of this kind. Nobody is told of what
/// they do themselves. Whoever tells several tells them in the order of their
/// ids, so that two units never wait for each other.
pub async fn tell(
    unit: &mut dyn Unit,
    act: Act<'_>,
    member: MemberId,
    kind: Kind,
    address: Address,
) -> Stored<()> {
    if act.actor.writer() == Writer::Member(member)
        || unit.unwanted_notifications(member).await?.contains(&kind)
    {
        return Ok(());
    }
    unit.keep_notification(&NotificationToKeep {
        id: NotificationId::random(act.chance),
        member,
        kind,
        address,
        day: act.now.day_began(),
    })
    .await?;
    let due = act.now.plus(push::PATIENCE);
    unit.owe_pushes(member, What::Of(kind), due).await
}

/// Tells those whom a published comment answers: the writer of the comment
/// above it and the share's author, once if they are one, and not its own
/// writer, nor whoever keeps away from it. Where a call for help stands, a mute
/// or a block keeps no answer from anyone.
pub async fn tell_of_answer(
    unit: &mut dyn Unit,
    act: Act<'_>,
    subject: Subject,
    parent: Option<&Comment>,
    by: &Author,
) -> Stored<()> {
    let above = parent.and_then(|parent| match parent.author.writer {
        Some(Writer::Member(id)) => Some((id, Address::from(parent.id))),
        _ => None,
    });
    let share = match (unit.share_author(subject).await?, Address::share(subject)) {
        (Some(author), Some(address)) => Some((author.member, address)),
        _ => None,
    };
    let told = above.as_ref().map(|(member, _)| *member);
    let share = share.filter(|(author, _)| Some(*author) != told);
    for (member, address) in above.into_iter().chain(share) {
        let is_own = by.writer == Some(Writer::Member(member));
        if is_own {
            continue;
        }
        if people::hears(unit, member, by).await? || unit.has_calls(subject).await? {
            tell(unit, act, member, Kind::Answer, address).await?;
        }
    }
    Ok(())
}

/// Marks one of one's own lines as read, unless it came again after `seen`.
/// Someone else's is unknown. Doing it again changes nothing.
pub async fn mark_read(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: NotificationId,
    seen: i64,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    if unit.read_notification(member, id, seen).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// Marks as read what had come up to `seen`.
pub async fn mark_all_read(unit: &mut dyn Unit, act: Act<'_>, seen: i64) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    Ok(unit.read_notifications(member, seen).await?)
}

/// Chooses which kinds one wants to be told of. What comes only to those who
/// answer calls stays as it is for everyone else.
pub async fn want_only(unit: &mut dyn Unit, act: Act<'_>, wanted: &[Kind]) -> Result<(), Fault> {
    let member = act.actor.signed_in()?;
    let before = unit.unwanted_notifications(member.id).await?;
    let unwanted: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| match kind.comes_to(member.roles) {
            true => !wanted.contains(kind),
            false => before.contains(kind),
        })
        .collect();
    Ok(unit
        .keep_unwanted_notifications(member.id, &unwanted)
        .await?)
}
