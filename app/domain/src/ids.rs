//! Identifiers. All are random, so that none tells when a thing was made.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an identifier of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

/// A source of random bytes; the only one that `domain` knows.
#[cfg(feature = "ssr")]
pub trait Chance: Send + Sync {
    /// Sixteen bytes that nobody can guess.
    fn bytes(&self) -> [u8; 16];
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "uuid::serde::simple")] Uuid);

        impl $name {
            /// A new one.
            #[cfg(feature = "ssr")]
            pub fn random(chance: &dyn Chance) -> Self {
                Self(uuid::Builder::from_random_bytes(chance.bytes()).into_uuid())
            }

            /// From an identifier whose kind was checked elsewhere.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The identifier without its kind.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                // One spelling only, so that a thing has one address.
                if text.len() != 32 || text.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(NotAnId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// A member's account.
    MemberId,
    /// A browser that reads and asks without an account.
    GuestId,
    /// A series of articles.
    SeriesId,
    /// One weekly article.
    ArticleId,
    /// A question at the end of an article.
    PromptId,
    /// An answer to a prompt.
    ReflectionId,
    /// A story.
    StoryId,
    /// A shout-out.
    ShoutOutId,
    /// A ritual.
    RitualId,
    /// A comment.
    CommentId,
    /// Something that a member posted, of whatever kind.
    PostId,
    /// A signed-in device.
    DeviceId,
    /// An entry in the audit log.
    AuditId,
    /// By what the audit log speaks of a member.
    OpaqueId,
    /// A decision of someone who keeps the house.
    DecisionId,
    /// A report of something that harms.
    ReportId,
    /// An invitation to join.
    InvitationId,
    /// A line of those whom a member keeps away from.
    AwayId,
    /// A line of what a member is told.
    NotificationId,
    /// A call for help.
    CallId,
    /// Something said or done in a call.
    EntryId,
    /// Hours in which someone answers calls.
    ShiftId,
    /// A passkey.
    PasskeyId,
    /// A question to a browser about a passkey.
    AskId,
    /// A device that is told away from the page.
    PushId,
}

/// The kinds of things that people can comment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Article,
    Reflection,
    Story,
    ShoutOut,
    Ritual,
}

impl SubjectKind {
    /// Every kind, in a fixed order.
    pub const ALL: [Self; 5] = [
        Self::Article,
        Self::Reflection,
        Self::Story,
        Self::ShoutOut,
        Self::Ritual,
    ];

    /// The name in addresses, forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Reflection => "reflection",
            Self::Story => "story",
            Self::ShoutOut => "shout_out",
            Self::Ritual => "ritual",
        }
    }
}

impl FromStr for SubjectKind {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or(NotAnId)
    }
}

/// The thing that a comment or a reaction is about. Its text form is
/// `kind-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: Uuid,
}

impl From<ArticleId> for Subject {
    fn from(id: ArticleId) -> Self {
        Self {
            kind: SubjectKind::Article,
            id: id.uuid(),
        }
    }
}
impl From<ReflectionId> for Subject {
    fn from(id: ReflectionId) -> Self {
        Self {
            kind: SubjectKind::Reflection,
            id: id.uuid(),
        }
    }
}
impl From<StoryId> for Subject {
    fn from(id: StoryId) -> Self {
        Self {
            kind: SubjectKind::Story,
            id: id.uuid(),
        }
    }
}
impl From<ShoutOutId> for Subject {
    fn from(id: ShoutOutId) -> Self {
        Self {
            kind: SubjectKind::ShoutOut,
            id: id.uuid(),
        }
    }
}
impl From<RitualId> for Subject {
    fn from(id: RitualId) -> Self {
        Self {
            kind: SubjectKind::Ritual,
            id: id.uuid(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind.name(), self.id.simple())
    }
}

impl FromStr for Subject {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (kind, id) = text.split_once('-').ok_or(NotAnId)?;
        let id: CommentId = id.parse()?;
        Ok(Self {
            kind: kind.parse()?,
            id: id.uuid(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_has_one_address() {
        let id: StoryId = "0123456789abcdef0123456789abcdef".parse().expect("an id");
        assert_eq!(id.to_string(), "0123456789abcdef0123456789abcdef");
        for other in [
            "",
            "0123456789ABCDEF0123456789abcdef",
            "01234567-89ab-cdef-0123-456789abcdef",
            "0123456789abcdef0123456789abcdeg",
            "../../etc/passwd",
        ] {
            assert_eq!(other.parse::<StoryId>(), Err(NotAnId), "{other}");
        }
    }

    #[test]
    fn a_subject_reads_back_as_itself() {
        for kind in SubjectKind::ALL {
            let subject = Subject {
                kind,
                id: Uuid::from_u128(7),
            };
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert_eq!("story".parse::<Subject>(), Err(NotAnId));
        assert_eq!(
            "meeting-0123456789abcdef0123456789abcdef".parse::<Subject>(),
            Err(NotAnId)
        );
    }
}
