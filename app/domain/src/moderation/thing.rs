use crate::ids::{CommentId, NotAnId, Subject, SubjectKind};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Something that people wrote here, which others can report and those who
/// keep the house decide about. Its text form is `kind-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// Never an article.
    Share(Subject),
    Comment(CommentId),
}

impl Thing {
    /// The kind's name in addresses, forms and the database.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Share(subject) => subject.kind.name(),
            Self::Comment(_) => "comment",
        }
    }

    /// The identifier without its kind.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Share(subject) => subject.id,
            Self::Comment(id) => id.uuid(),
        }
    }

    /// From the two columns that name it.
    pub fn named(kind: &str, id: CommentId) -> Result<Self, NotAnId> {
        match kind {
            "comment" => Ok(Self::Comment(id)),
            kind => match kind.parse()? {
                SubjectKind::Article => Err(NotAnId),
                kind => Ok(Self::Share(Subject {
                    kind,
                    id: id.uuid(),
                })),
            },
        }
    }

    /// Where it stands: a local path.
    pub fn address(self) -> String {
        let id = self.uuid().simple();
        let room = match self {
            Self::Comment(_) => "comments",
            Self::Share(subject) => match subject.kind {
                SubjectKind::Story => "stories",
                SubjectKind::ShoutOut => "shout-outs",
                SubjectKind::Ritual => "rituals",
                SubjectKind::Reflection | SubjectKind::Article => "reflections",
            },
        };
        format!("/{room}/{id}")
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind(), self.uuid().simple())
    }
}

impl FromStr for Thing {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (kind, id) = text.split_once('-').ok_or(NotAnId)?;
        Self::named(kind, id.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_reads_back_as_itself_and_an_article_is_none() {
        let id = "0123456789abcdef0123456789abcdef";
        for kind in ["reflection", "story", "shout_out", "ritual", "comment"] {
            let text = format!("{kind}-{id}");
            let thing: Thing = text.parse().expect("a thing");
            assert_eq!((thing.to_string(), thing.kind()), (text, kind));
            assert!(thing.address().ends_with(id));
        }
        for other in ["article", "member", "call", ""] {
            assert_eq!(format!("{other}-{id}").parse::<Thing>(), Err(NotAnId));
        }
        assert_eq!("comment".parse::<Thing>(), Err(NotAnId));
        assert_eq!("story-1".parse::<Thing>(), Err(NotAnId));
    }
}
