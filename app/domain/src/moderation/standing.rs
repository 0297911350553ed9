use crate::ids::DecisionId;
#[cfg(feature = "ssr")]
use crate::{
    accounts::keeper,
    actor::{Actor, Author},
    refusal::Refusal,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Why something is held or hidden, for its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// What was decided.
    pub decision: DecisionId,
    pub reason: String,
}

/// How a share stands. (Comments have [`CommentState`](crate::comments), which
/// also knows gaps.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Everyone sees it.
    Published,
    /// It waits for review; only its author and those who keep the house see
    /// it.
    Held,
    /// Someone who keeps the house took it out of sight; only its author and
    /// those who keep the house see it.
    Hidden,
}

impl Standing {
    /// Every standing, in a fixed order.
    pub const ALL: [Self; 3] = [Self::Published, Self::Held, Self::Hidden];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Held => "held",
            Self::Hidden => "hidden",
        }
    }

    /// Does everyone see it?
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Published)
    }

    /// May this actor see what stands so? For everyone else it is not there.
    #[cfg(feature = "ssr")]
    pub fn is_seen_by(self, author: &Author, actor: &Actor) -> bool {
        self.is_published() || author.is(actor) || keeper(actor).is_ok()
    }

    /// Only its author may take it back. To others it is unknown unless
    /// everyone sees it.
    #[cfg(feature = "ssr")]
    pub fn taken_back_by(self, author: &Author, actor: &Actor) -> Result<(), Refusal> {
        match author.is(actor) {
            true => Ok(()),
            false if self.is_published() => Err(Refusal::NotAllowed),
            false => Err(Refusal::NotFound),
        }
    }

    /// As [`Standing::taken_back_by`], for changing what it says: not once it
    /// was taken out of sight.
    #[cfg(feature = "ssr")]
    pub fn changed_by(self, author: &Author, actor: &Actor) -> Result<(), Refusal> {
        self.taken_back_by(author, actor)?;
        match self {
            Self::Hidden => Err(Refusal::TooLate),
            Self::Published | Self::Held => Ok(()),
        }
    }
}

impl FromStr for Standing {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|standing| standing.name() == text)
            .ok_or(())
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::{
        actor::{ActingMember, Role, Roles, Writer},
        ids::{GuestId, MemberId},
    };
    use uuid::Uuid;

    fn member(number: u128, roles: Roles) -> Actor {
        Actor::Member(ActingMember {
            id: MemberId::from_uuid(Uuid::from_u128(number)),
            handle: "ana".into(),
            roles,
        })
    }

    /// The member with the number 1 wrote it.
    fn author() -> Author {
        Author {
            writer: Some(Writer::Member(MemberId::from_uuid(Uuid::from_u128(1)))),
            name: None,
            anonymous: true,
        }
    }

    #[test]
    fn what_is_held_or_hidden_is_there_for_its_author_and_keepers_only() {
        let none = Roles::default();
        let guest = Actor::Guest(GuestId::from_uuid(Uuid::from_u128(1)));
        for standing in Standing::ALL {
            let everyone = standing.is_published();
            for (actor, sees) in [
                (member(1, none), true),
                (member(2, none.with(Role::Moderator)), true),
                (member(2, none.with(Role::Host)), true),
                (member(2, none.with(Role::Editor)), everyone),
                (member(2, none.with(Role::PeerSupporter)), everyone),
                (member(2, none), everyone),
                (guest.clone(), everyone),
            ] {
                let seen = standing.is_seen_by(&author(), &actor);
                assert_eq!(seen, sees, "{standing:?} {actor:?}");
            }
        }
    }

    #[test]
    fn its_author_changes_it_while_it_is_in_sight_and_takes_it_back_at_any_time() {
        let none = Roles::default();
        let (mine, other) = (member(1, none), member(2, none.with(Role::Host)));
        for (standing, change, to_others) in [
            (Standing::Published, Ok(()), Refusal::NotAllowed),
            (Standing::Held, Ok(()), Refusal::NotFound),
            (Standing::Hidden, Err(Refusal::TooLate), Refusal::NotFound),
        ] {
            assert_eq!(standing.changed_by(&author(), &mine), change);
            assert_eq!(standing.taken_back_by(&author(), &mine), Ok(()));
            let refused = Err(to_others);
            assert_eq!(standing.changed_by(&author(), &other), refused);
            assert_eq!(standing.taken_back_by(&author(), &other), refused);
        }
    }

    #[test]
    fn a_standing_reads_back_as_itself() {
        for standing in Standing::ALL {
            assert_eq!(standing.name().parse(), Ok(standing));
        }
        assert_eq!("gap".parse::<Standing>(), Err(()));
    }
}
