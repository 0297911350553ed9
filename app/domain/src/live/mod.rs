//! Live: that something is new, told to those whom it concerns while their page
//! is open.
//!
//! News say where something is new and nothing else. They are kept in the unit
//! of work of what they tell of, for some minutes, so that every program on the
//! database hears of them; whoever was away longer looks anew.

use crate::{
    care::CallCode,
    clock::Timestamp,
    ids::{CallId, CommentId, MemberId, NotAnId, Subject},
    store::Stored,
};
use async_trait::async_trait;
use std::str::FromStr;

/// How long news are kept, in milliseconds.
pub const KEPT_FOR: i64 = 10 * Timestamp::MINUTE;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum News {
    /// A comment can be seen now that could not be seen before.
    Comment { under: Subject, id: CommentId },
    /// Support was given for a share, or taken back.
    Support(Subject),
    /// Whoever asked has something new in their call.
    Call(CallId),
    /// The desk is not as it was.
    Desk,
    /// Something waits that did not wait before for those who keep the house.
    Moderation,
    /// What people ask everyone is not as it was.
    Asking,
    /// A member's notifications are not as they were.
    Notifications(MemberId),
    /// What a member may do is not as it was, or the account is gone.
    Standing(MemberId),
    /// A session has ended: the hash of its secret.
    SignedOut(String),
}

/// The names of the kinds in the database.
const COMMENT: &str = "comment";
const SUPPORT: &str = "support";
const CALL: &str = "call";
const DESK: &str = "desk";
const MODERATION: &str = "moderation";
const ASKING: &str = "asking";
const NOTIFICATIONS: &str = "notifications";
const STANDING: &str = "standing";
const SIGNED_OUT: &str = "signed_out";

impl News {
    /// The kind, the place and the thing, as they are kept.
    pub fn parts(&self) -> (&'static str, String, Option<String>) {
        match self {
            Self::Comment { under, id } => (COMMENT, under.to_string(), Some(id.to_string())),
            Self::Support(subject) => (SUPPORT, subject.to_string(), None),
            Self::Call(id) => (CALL, id.to_string(), None),
            Self::Desk => (DESK, String::new(), None),
            Self::Moderation => (MODERATION, String::new(), None),
            Self::Asking => (ASKING, String::new(), None),
            Self::Notifications(member) => (NOTIFICATIONS, member.to_string(), None),
            Self::Standing(member) => (STANDING, member.to_string(), None),
            Self::SignedOut(session) => (SIGNED_OUT, session.clone(), None),
        }
    }

    /// From what was kept.
    pub fn read(kind: &str, place: &str, thing: Option<&str>) -> Result<Self, NotAnId> {
        Ok(match kind {
            COMMENT => Self::Comment {
                under: place.parse()?,
                id: thing.ok_or(NotAnId)?.parse()?,
            },
            SUPPORT => Self::Support(place.parse()?),
            CALL => Self::Call(place.parse()?),
            DESK => Self::Desk,
            MODERATION => Self::Moderation,
            ASKING => Self::Asking,
            NOTIFICATIONS => Self::Notifications(place.parse()?),
            STANDING => Self::Standing(place.parse()?),
            SIGNED_OUT => Self::SignedOut(place.to_owned()),
            _ => return Err(NotAnId),
        })
    }
}

/// How far the news have come. Each database counts in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub i64);

impl Position {
    /// Before everything.
    pub const START: Self = Self(0);
}

/// News as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNews {
    /// A name without an order, the same for every program: nobody can tell
    /// from two of them how much happened in between.
    pub id: String,
    pub position: Position,
    pub news: News,
}

/// Reads news.
#[async_trait]
pub trait LiveReads: Send {
    /// How far the news have come: what is kept later has a later position.
    async fn news_position(&mut self) -> Stored<Position>;

    /// What came after a position, the oldest first, at most `limit`. Units that
    /// were kept before and are not told yet are told later, never left out. If
    /// there are as many as `limit`, one unit's news may be told in part.
    async fn news_after(&mut self, after: Position, limit: u32) -> Stored<Vec<KeptNews>>;
}

/// Lets go of news. They are kept where what they tell of is kept.
#[async_trait]
pub trait LiveWrites: Send {
    /// Lets go of news from before a moment on the database's own clock; says of
    /// how many.
    async fn forget_news(&mut self, before: Timestamp) -> Stored<u64>;
}

/// A place that somebody has open, as their page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// What is said under something.
    Thread(Subject),
    /// A call for help by whoever asked: with its code, or by their account.
    Call { id: CallId, code: Option<CallCode> },
    /// The desk.
    Desk,
    /// What waits for those who keep the house.
    Moderation,
    /// What people ask everyone.
    Asking,
    /// What is a member's own: notifications, and support for what they shared.
    Own,
}

impl FromStr for Place {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match text {
            "desk" => return Ok(Self::Desk),
            "moderation" => return Ok(Self::Moderation),
            "asking" => return Ok(Self::Asking),
            "own" => return Ok(Self::Own),
            _ => {}
        }
        let Some(call) = text.strip_prefix("call-") else {
            return text.parse().map(Self::Thread);
        };
        let (id, code) = match call.split_once('.') {
            Some((id, code)) => (id, Some(CallCode::parse(code).ok_or(NotAnId)?)),
            None => (call, None),
        };
        let id = id.parse()?;
        Ok(Self::Call { id, code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn news_read_back_as_themselves() {
        let member = MemberId::from_uuid(Uuid::from_u128(1));
        let subject: Subject = "story-0123456789abcdef0123456789abcdef"
            .parse()
            .expect("a subject");
        for news in [
            News::Comment {
                under: subject,
                id: CommentId::from_uuid(Uuid::from_u128(2)),
            },
            News::Support(subject),
            News::Call(CallId::from_uuid(Uuid::from_u128(3))),
            News::Desk,
            News::Moderation,
            News::Asking,
            News::Notifications(member),
            News::Standing(member),
            News::SignedOut("0a".into()),
        ] {
            let (kind, place, thing) = news.parts();
            assert_eq!(News::read(kind, &place, thing.as_deref()), Ok(news));
        }
        assert_eq!(News::read("weather", "", None), Err(NotAnId));
        assert_eq!(
            News::read("comment", &subject.to_string(), None),
            Err(NotAnId)
        );
    }

    #[test]
    fn a_place_is_named_by_its_page() {
        let id = "0123456789abcdef0123456789abcdef";
        let code = CallCode::from_bytes(&[7; 16]);
        let call = id.parse().expect("an id");
        for (text, place) in [
            ("desk".to_owned(), Place::Desk),
            ("moderation".to_owned(), Place::Moderation),
            ("asking".to_owned(), Place::Asking),
            ("own".to_owned(), Place::Own),
            (
                format!("story-{id}"),
                Place::Thread(format!("story-{id}").parse().expect("a subject")),
            ),
            (
                format!("call-{id}"),
                Place::Call {
                    id: call,
                    code: None,
                },
            ),
            (
                format!("call-{id}.{}", code.reveal()),
                Place::Call {
                    id: call,
                    code: Some(code),
                },
            ),
        ] {
            assert_eq!(text.parse(), Ok(place), "{text}");
        }
        for text in [
            "",
            "desk.",
            "story-1",
            "call-1",
            &format!("story-{id}.2"),
            &format!("call-{id}.no code"),
        ] {
            assert_eq!(text.parse::<Place>(), Err(NotAnId), "{text}");
        }
    }
}
