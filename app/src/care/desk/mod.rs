//! The desk: who waits for an answer, and where peer supporters give it.
//!
//! It is open to peer supporters, moderators and editors. Nothing here names
//! whoever asked, or whoever wrote an anonymous post.

mod apart;
pub mod api;
mod call;
mod guidance;
mod hours;
mod list;
mod write;

use domain::{
    actor::Byline,
    care::{Closing, Origin, Queue, Severity},
    clock::Day,
    drafts::Kept,
    watch::Level,
};
use hours::HoursView;
use serde::{Deserialize, Serialize};

crate::room::room!(care_desk_room in keeping::Care {
    CareCallPage => call::call_page,
    CarePage => list::list_page,
});

/// What of the desk is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sheet {
    /// Calls that wait, and below them the first of what was only noticed.
    Asked,
    /// What was noticed as danger to life, and waits.
    Danger,
    /// What was noticed as a call, and waits.
    Noticed,
    /// Calls that do not wait.
    Past,
}

/// `/care`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskView {
    pub sheet: Sheet,
    /// Of all calls, not of this page.
    pub waiting: u64,
    /// Half of those who were first answered lately had waited no longer, and
    /// nineteen of twenty; none if nobody was.
    pub waits: Option<(String, String)>,
    /// Replies that nobody has read.
    pub replies: Vec<HeldReplyView>,
    pub calls: Vec<LineView>,
    pub next: Option<String>,
    pub apart: Vec<ApartView>,
    /// Where those are that wait.
    pub hours: Option<HoursView>,
    /// What was kept for a form of this page, by the form's name.
    pub kept: Option<(String, Kept)>,
}

/// A reply that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldReplyView {
    pub call: String,
    pub words: String,
    pub byline: Byline,
    pub ago: String,
}

/// Words that were only noticed, and wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApartView {
    pub queue: Queue,
    /// Of all, not of this page.
    pub count: u64,
    pub lines: Vec<NoticedLineView>,
    pub next: Option<String>,
}

/// One of them, with its title or first words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticedLineView {
    pub call: LineView,
    /// The words themselves, where the first ones are not all.
    pub text: Option<String>,
    /// How much of it is here, if that is all that there is to read: then it can
    /// be closed from here.
    pub seen: Option<String>,
}

/// A call in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    pub id: String,
    /// The first words.
    pub words: String,
    pub origin: Origin,
    pub severity: Severity,
    /// How long it has waited, or since when it has not.
    pub ago: String,
    pub closing: Option<Closing>,
    /// Who looks after it now.
    pub looked_after: Option<String>,
    pub handed_to: Option<String>,
    pub escalated: bool,
    /// How far it has risen by waiting.
    pub level: Option<Level>,
    /// It was only noticed, and waits.
    pub noticed: bool,
    /// Whoever wrote the post has written under it.
    pub wrote_more: bool,
    /// Members have replied, and nobody of the desk has passed it on.
    pub replied: bool,
    /// The viewer asked it, or wrote the post.
    pub mine: bool,
}

/// `/care/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskCallView {
    pub line: LineView,
    pub waits: bool,
    pub post: Option<PostView>,
    pub entries: Vec<EntryView>,
    /// Where the page before this one ends.
    pub before: Option<u32>,
    /// How much of the call is on this page.
    pub seen: String,
    /// The viewer looks after it.
    pub looks_after: bool,
    pub answerable: Answerable,
    pub kept: Option<(String, Kept)>,
}

/// Where an answer to a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answerable {
    /// To whoever asked.
    Privately,
    /// To whoever asked, and everyone.
    Publicly,
    /// Under the post.
    UnderPost,
    /// Under the post, which everyone sees from then on.
    Publishing,
    /// The post is not there any more.
    Gone,
    /// The post is out of sight.
    OutOfSight,
}

/// The post that a call is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostView {
    pub byline: Byline,
    pub day: Day,
    pub title: Option<String>,
    /// Sanitised.
    pub html: String,
    /// Where it stands: a local path.
    pub address: String,
}

/// Something said or done in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryView {
    pub id: String,
    pub number: u32,
    pub what: What,
    /// None for whoever asked.
    pub by: Option<Byline>,
    pub ago: String,
    /// Sanitised; empty where there are no words.
    pub html: String,
    /// Where it stands in a room: a local path.
    pub address: Option<String>,
    /// The viewer may pass it on, or not.
    pub decides: bool,
    /// Which version of the words this is.
    pub version: String,
}

/// What an entry is, for the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Asked,
    Still,
    Worry,
    Answer,
    /// A reply that was passed on.
    Reply,
    HeldReply,
    DeclinedReply,
    HandedOver,
    Escalated,
    Closed(Closing),
    Reopened,
    /// It was taken back.
    Gone,
}
