use super::{Audience, Closing, CodeHash, Origin, Queue, Severity, call::names};
use crate::{
    actor::{Actor, Author, Writer},
    clock::Timestamp,
    ids::{CallId, CommentId, EntryId, MemberId, Subject},
    markdown,
    page::{Mark, Page, Postmark},
    store::Stored,
    watch::Level,
};
use async_trait::async_trait;
use std::{fmt, str::FromStr};

/// Something that was posted in a room and that a call can be about: a share,
/// or a comment under one or under an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Post {
    /// What was shared, or what the comment stands under.
    pub subject: Subject,
    pub comment: Option<CommentId>,
}

/// `comment-…`, or the subject's text form.
impl fmt::Display for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.comment {
            Some(comment) => write!(f, "comment-{comment}"),
            None => self.subject.fmt(f),
        }
    }
}

/// Somebody at the desk looks after a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub by: MemberId,
    pub at: Timestamp,
}

/// How long somebody looks after a call without doing anything in it, in
/// milliseconds.
pub const CLAIMED_FOR: i64 = 10 * Timestamp::MINUTE;

/// A call for help as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub id: CallId,
    pub origin: Origin,
    pub severity: Severity,
    pub queue: Queue,
    pub audience: Audience,
    /// The post that it is about; none if someone asked.
    pub post: Option<Post>,
    /// Whoever asked, or wrote the post. It stays on the server, and the desk
    /// does not see it. None for a guest who asked, and when the account is gone.
    pub writer: Option<Writer>,
    pub created_at: Timestamp,
    /// When its state last changed.
    pub moved_at: Timestamp,
    /// The number of its last entry.
    pub last: u32,
    /// Since when something waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// When it was first answered.
    pub answered_at: Option<Timestamp>,
    pub closed: Option<(Timestamp, Closing)>,
    pub claim: Option<Claim>,
    /// Whom it was handed to.
    pub handed_to: Option<MemberId>,
    /// When the moderators were first asked to look.
    pub escalated_at: Option<Timestamp>,
    /// How far it has risen by waiting; only time changes it.
    pub level: Option<Level>,
}

impl Call {
    /// Did this actor ask, or write the post?
    pub fn is_own(&self, actor: &Actor) -> bool {
        self.writer == Some(actor.writer())
    }

    /// Whoever looks after it now.
    pub fn looked_after(&self, now: Timestamp) -> Option<MemberId> {
        let claim = self.claim.as_ref()?;
        (now.since(claim.at) < CLAIMED_FOR).then_some(claim.by)
    }
}

/// A call to be added. Its first entry is added after it.
#[derive(Debug, Clone)]
pub struct CallToInsert {
    pub id: CallId,
    /// None if it is about a post.
    pub code: Option<CodeHash>,
    pub origin: Origin,
    pub severity: Severity,
    pub audience: Audience,
    pub post: Option<Post>,
    pub writer: Option<Writer>,
    pub created_at: Timestamp,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Words of whoever asked, or of the post.
    Asked,
    /// Whoever asked still waits.
    Still,
    /// Someone is worried about whoever wrote the post.
    Worry,
    /// An answer from the desk.
    Answer,
    /// A member's reply. It is an answer once someone of the desk has
    /// confirmed it.
    Reply,
    HandedOver,
    Escalated,
    Closed,
    Reopened,
}

names!(EntryKind {
    Asked => "asked",
    Still => "still",
    Worry => "worry",
    Answer => "answer",
    Reply => "reply",
    HandedOver => "handed_over",
    Escalated => "escalated",
    Closed => "closed",
    Reopened => "reopened",
});

impl EntryKind {
    /// Is it said between whoever asked and those who answer? Everything else
    /// is for the desk alone.
    pub const fn is_said(self) -> bool {
        matches!(self, Self::Asked | Self::Still | Self::Answer | Self::Reply)
    }
}

/// How an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    Shown,
    /// A reply that nobody of the desk has read yet.
    Held,
    /// A reply that somebody of the desk did not pass on.
    Declined,
    /// It was taken back.
    Gone,
}

names!(EntryState {
    Shown => "shown",
    Held => "held",
    Declined => "declined",
    Gone => "gone",
});

/// Something said or done in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub call: CallId,
    /// From 1 on, in the order of the call.
    pub number: u32,
    pub at: Timestamp,
    pub kind: EntryKind,
    pub state: EntryState,
    /// Of the desk or a member. Nobody for words of whoever asked.
    pub author: Author,
    /// The comment that holds the words.
    pub comment: Option<CommentId>,
    pub body: String,
    pub html: String,
    /// While it is shown, what was asked up to this number is settled.
    pub settles: u32,
    /// Why it was closed.
    pub closing: Option<Closing>,
}

/// An entry to be added after all others of its call.
#[derive(Debug, Clone)]
pub struct EntryToInsert {
    pub id: EntryId,
    pub call: CallId,
    pub at: Timestamp,
    pub kind: EntryKind,
    pub state: EntryState,
    pub member: Option<MemberId>,
    pub anonymous: bool,
    pub comment: Option<CommentId>,
    pub body: String,
    pub html: String,
    pub settles: u32,
    pub closing: Option<Closing>,
}

impl EntryToInsert {
    /// An entry without words, of nobody.
    pub fn new(id: EntryId, call: CallId, at: Timestamp, kind: EntryKind) -> Self {
        Self {
            id,
            call,
            at,
            kind,
            state: EntryState::Shown,
            member: None,
            anonymous: false,
            comment: None,
            body: String::new(),
            html: String::new(),
            settles: 0,
            closing: None,
        }
    }

    /// With words, in Markdown.
    #[must_use]
    pub fn saying(self, body: &str) -> Self {
        Self {
            body: body.to_owned(),
            html: markdown::render(body).into_string(),
            ..self
        }
    }
}

/// How much of a call had been read when something was done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// The number of the last entry.
    pub number: u32,
    /// When the post's words had last been changed.
    pub edited_at: Option<Timestamp>,
}

/// `12`, or `12.1736164800000` where the post had been changed.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.edited_at {
            Some(Timestamp(at)) => write!(f, "{}.{at}", self.number),
            None => self.number.fmt(f),
        }
    }
}

impl FromStr for Seen {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, edited_at) = match text.split_once('.') {
            Some((number, at)) => (number, Some(Timestamp(at.parse()?))),
            None => (text, None),
        };
        Ok(Self {
            number: number.parse()?,
            edited_at,
        })
    }
}

/// Reads calls for help.
#[async_trait]
pub trait CareReads: Send {
    /// One call.
    async fn call(&mut self, id: CallId) -> Stored<Option<Call>>;

    /// The call that opens by a code.
    async fn call_by_code(&mut self, code: &CodeHash) -> Stored<Option<Call>>;

    /// The call about a post.
    async fn call_about(&mut self, post: Post) -> Stored<Option<Call>>;

    /// Is there a call about a share, or about a comment under it?
    async fn has_calls(&mut self, subject: Subject) -> Stored<bool>;

    /// Every call about a share or about a comment under it.
    async fn calls_under(&mut self, subject: Subject) -> Stored<Vec<Call>>;

    /// One entry.
    async fn entry(&mut self, id: EntryId) -> Stored<Option<Entry>>;

    /// The entries whose words stand in a comment: one of each call that the
    /// comment belongs to.
    async fn entries_in(&mut self, comment: CommentId) -> Stored<Vec<Entry>>;

    /// The last `limit` entries of a call before a number, or at its end, in
    /// their order.
    async fn entries(
        &mut self,
        call: CallId,
        before: Option<u32>,
        limit: u32,
    ) -> Stored<Vec<Entry>>;

    /// The first entry after a number that waits for an answer: when it was
    /// written. What is gone does not wait.
    async fn asked_after(&mut self, call: CallId, number: u32) -> Stored<Option<Timestamp>>;

    /// Up to which number the entries that are shown settle what was asked; 0
    /// for nothing.
    async fn settled(&mut self, call: CallId) -> Stored<u32>;

    /// Calls of a queue that wait, the longest first, those after the mark. Its
    /// time is [`Call::waiting_since`].
    async fn waiting_calls(
        &mut self,
        queue: Queue,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Call>>;

    /// How many of a queue wait.
    async fn waiting_count(&mut self, queue: Queue) -> Stored<u64>;

    /// Calls that do not wait, the last moved first, those after the mark. Its
    /// time is [`Call::moved_at`].
    async fn settled_calls(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Call>>;

    /// Calls for everyone that are not closed, newest first, those after the
    /// mark.
    async fn public_calls(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<Call>>;

    /// What a member asked, newest first.
    async fn calls_of(&mut self, member: MemberId, limit: u32) -> Stored<Vec<Call>>;

    /// Replies to what was asked that nobody of the desk has read, oldest first.
    async fn held_replies(&mut self, limit: u32) -> Stored<Vec<Entry>>;

    /// How long calls that were first answered since a moment had waited, in
    /// milliseconds; the latest `limit` of them, in no order. Imported ones do
    /// not count, nor do those that were only noticed.
    async fn first_waits(&mut self, since: Timestamp, limit: u32) -> Stored<Vec<i64>>;
}

/// Writes calls for help.
#[async_trait]
pub trait CareWrites: Send {
    /// Adds a call. It waits from its first entry on, in the queue where it
    /// begins.
    async fn insert_call(&mut self, call: &CallToInsert) -> Stored<()>;

    /// One call, which nobody else changes until the unit ends.
    async fn hold_call(&mut self, id: CallId) -> Stored<Option<Call>>;

    /// Keeps what can change of a call: all but where it comes from.
    async fn keep_call(&mut self, call: &Call) -> Stored<()>;

    /// Adds an entry; answers with its number.
    async fn insert_entry(&mut self, entry: &EntryToInsert) -> Stored<u32>;

    /// Changes how an entry stands, and who decided it.
    async fn set_entry_state(
        &mut self,
        id: EntryId,
        state: EntryState,
        by: Option<MemberId>,
    ) -> Stored<()>;
}
