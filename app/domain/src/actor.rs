//! Who is acting, and who wrote something.

use crate::ids::{GuestId, MemberId};
use serde::{Deserialize, Serialize};

/// What someone may do beyond writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers calls for help.
    PeerSupporter,
    /// Keeps the house safe.
    Moderator,
    /// Writes the series.
    Editor,
    /// Runs the server.
    Host,
}

impl Role {
    /// Every role, in a fixed order.
    pub const ALL: [Self; 4] = [
        Self::PeerSupporter,
        Self::Moderator,
        Self::Editor,
        Self::Host,
    ];

    /// The name on the command line and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PeerSupporter => "peer_supporter",
            Self::Moderator => "moderator",
            Self::Editor => "editor",
            Self::Host => "host",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::PeerSupporter => 1,
            Self::Moderator => 2,
            Self::Editor => 4,
            Self::Host => 8,
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or(())
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(u8);

impl Roles {
    /// From the form kept in the database; unknown bits are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b1111)
    }

    /// The form kept in the database.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Is the role in the set?
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// The set with the role.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// The set without the role.
    #[must_use]
    pub const fn without(self, role: Role) -> Self {
        Self(self.0 & !role.bit())
    }
}

/// A member who is acting now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingMember {
    pub id: MemberId,
    pub handle: String,
    pub roles: Roles,
}

/// Whoever is acting now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Guest(GuestId),
    Member(ActingMember),
}

impl Actor {
    /// The member, if it is one.
    pub fn member(&self) -> Option<&ActingMember> {
        match self {
            Self::Guest(_) => None,
            Self::Member(member) => Some(member),
        }
    }

    /// The member, or a request to sign in.
    pub fn signed_in(&self) -> Result<&ActingMember, crate::refusal::Refusal> {
        self.member().ok_or(crate::refusal::Refusal::SignInFirst)
    }

    /// The member if it has the role. A guest is asked to sign in.
    pub fn with_role(&self, role: Role) -> Result<&ActingMember, crate::refusal::Refusal> {
        let member = self.signed_in()?;
        if member.roles.has(role) {
            Ok(member)
        } else {
            Err(crate::refusal::Refusal::NotAllowed)
        }
    }

    /// Has it the role?
    pub fn has(&self, role: Role) -> bool {
        self.member().is_some_and(|member| member.roles.has(role))
    }

    /// As a writer.
    pub fn writer(&self) -> Writer {
        match self {
            Self::Guest(id) => Writer::Guest(*id),
            Self::Member(member) => Writer::Member(member.id),
        }
    }
}

/// Whoever wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Writer {
    Member(MemberId),
    Guest(GuestId),
}

impl Writer {
    /// `m:id` or `g:id`: the owner of drafts and of idempotency keys.
    pub fn key(&self) -> String {
        match self {
            Self::Member(id) => format!("m:{id}"),
            Self::Guest(id) => format!("g:{id}"),
        }
    }
}

/// A writer together with the name that the store knows. It stays on the
/// server: what others may see of it is its [`Byline`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// None once the account is gone.
    pub writer: Option<Writer>,
    /// The member's handle or the guest's pseudonym.
    pub name: Option<String>,
    /// The writer asked not to be named.
    pub anonymous: bool,
}

impl Author {
    /// What others see.
    pub fn byline(&self) -> Byline {
        match (self.anonymous, self.writer, &self.name) {
            (true, _, _) => Byline::Anonymous,
            (false, Some(Writer::Member(_)), Some(name)) => Byline::Member(name.clone()),
            (false, Some(Writer::Guest(_)), Some(name)) => Byline::Guest(name.clone()),
            (false, _, _) => Byline::Former,
        }
    }

    /// Did this actor write it?
    pub fn is(&self, actor: &Actor) -> bool {
        self.writer == Some(actor.writer())
    }
}

/// What others see of an author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Byline {
    /// A member, by handle.
    Member(String),
    /// A guest, by pseudonym.
    Guest(String),
    /// Someone who asked not to be named.
    Anonymous,
    /// Someone who is no longer here.
    Former,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_anonymous_author_leaves_no_name() {
        let author = Author {
            writer: Some(Writer::Member(MemberId::from_uuid(Uuid::from_u128(1)))),
            name: Some("river-stone".into()),
            anonymous: true,
        };
        assert_eq!(author.byline(), Byline::Anonymous);
    }

    #[test]
    fn roles_come_and_go_one_by_one() {
        let roles = Roles::default().with(Role::Editor).with(Role::Host);
        assert!(roles.has(Role::Editor) && roles.has(Role::Host));
        assert!(!roles.has(Role::Moderator));
        assert!(!roles.without(Role::Host).has(Role::Host));
        assert_eq!("peer-supporter".parse(), Ok(Role::PeerSupporter));
        assert_eq!("king".parse::<Role>(), Err(()));
    }
}
