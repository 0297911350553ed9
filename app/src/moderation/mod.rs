//! Moderation: what people report, what waits for those who keep the house,
//! what they decide, and what its author can do about it.

pub mod api;
mod decision_page;
mod log_page;
mod notice;
mod queue;
mod report_page;
mod reveal;
mod thing_page;
mod told_page;
pub(crate) mod words;

pub use notice::{Reason, ReportLink, StandingNotice};
pub use told_page::ToldLines;

use domain::{
    actor::Byline,
    clock::Day,
    drafts::Kept,
    ids::DecisionId,
    moderation::{ReportReason, Ruling, Standing, Thing},
};
use serde::{Deserialize, Serialize};

crate::room::room!(moderation_room in keeping::Moderation {
    ModerationPage => queue::moderation_page,
    LogPage => log_page::log_page,
    ThingPage => thing_page::thing_page,
    ReportPage => report_page::report_page,
    ToldPage => told_page::told_page,
    DecisionPage => decision_page::decision_page,
});

/// `/moderation` as someone who keeps the house sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueView {
    pub reported: Vec<CaseView>,
    /// Where the next page of what was reported begins.
    pub more_reported: Option<String>,
    pub held: Vec<HeldView>,
    /// Where the next page of held things begins.
    pub next: Option<String>,
    pub appeals: Vec<AppealCard>,
    pub more_appeals: Option<String>,
    pub bans: Vec<BanView>,
    pub waiting: Vec<WaitingView>,
    /// The address of an invitation that was just made. It is shown once.
    pub invitation: Option<String>,
    /// What was kept for a form of this page, by the form's name.
    pub kept: Option<(String, Kept)>,
}

/// A thing as those who keep the house read it. Nothing in it tells who wrote
/// something anonymous.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThingCard {
    pub thing: Thing,
    pub byline: Byline,
    pub day: Day,
    pub standing: Standing,
    pub title: Option<String>,
    pub content_note: Option<String>,
    /// Sanitised.
    pub html: String,
    /// What else it says.
    pub facts: Vec<String>,
    /// What was read, for the decision about it.
    pub seen: String,
}

/// A thing that was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseView {
    pub card: ThingCard,
    pub reports: u32,
    /// Each once.
    pub reasons: Vec<ReportReason>,
}

/// A thing that waits for review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldView {
    pub card: ThingCard,
    /// Its reader wrote it, so somebody else decides.
    pub mine: bool,
}

/// An appeal that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealCard {
    pub decision: DecisionId,
    pub thing: Thing,
    pub ruling: Ruling,
    pub reason: String,
    pub words: String,
    pub day: Day,
    /// Somebody else has to answer.
    pub for_others: bool,
}

/// A ban that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanView {
    pub decision: DecisionId,
    pub thing: Thing,
    pub reason: String,
    pub day: Day,
    /// Somebody else has to agree.
    pub for_others: bool,
}

/// Someone who waits to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingView {
    pub id: String,
    pub handle: String,
    pub day: Day,
}

/// A thing with all that is needed to decide about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskView {
    pub card: ThingCard,
    pub context: Option<ContextView>,
    pub reports: Vec<ReportView>,
    pub decisions: Vec<EarlierView>,
    /// Its thread takes no more comments.
    pub locked: bool,
    /// Its reader wrote it, so somebody else decides.
    pub mine: bool,
    /// Its author can be told, suspended and banned.
    pub by_member: bool,
    /// For hosts, of something anonymous.
    pub reveal: Option<RevealView>,
    pub kept: Option<(String, Kept)>,
}

/// How far the hosts are with who wrote something anonymous.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealView {
    Unasked {
        /// There is no other host.
        alone: bool,
    },
    /// Its reader asked, and another host has to agree.
    Mine { day: Day },
    /// Another host asked.
    Asked { reason: String, day: Day },
    /// Its reader is one of the two.
    Known {
        /// None: the account is gone.
        handle: Option<String>,
    },
    /// Two others know.
    Others,
}

/// What a thing answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextView {
    /// Where it stands: a local path.
    pub address: String,
    /// A question or a title.
    pub title: Option<String>,
    /// The comment above it: who wrote it and what, sanitised.
    pub comment: Option<(Byline, String)>,
}

/// What one person reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportView {
    pub reason: ReportReason,
    pub words: String,
}

/// What was decided about this thing, or about others that its author signed
/// with the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierView {
    pub decision: DecisionId,
    pub ruling: Ruling,
    /// It was about this thing.
    pub here: bool,
    /// The kind of what it was about.
    pub kind: String,
    pub reason: String,
    pub day: Day,
    pub until: Option<Day>,
    /// It was taken back.
    pub lifted: bool,
    /// It keeps its author from posting, and can be taken back.
    pub lasts: bool,
}

/// What someone needs to report a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSheet {
    pub thing: Thing,
    pub byline: Byline,
    pub day: Day,
    pub title: Option<String>,
    /// Its reader has reported it.
    pub reported: Option<ReportReason>,
    pub kept: Option<Kept>,
}

/// A page of what its reader is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldView {
    pub decisions: Vec<ToldCard>,
    pub next: Option<String>,
    /// It does not begin with the newest.
    pub continued: bool,
}

/// A decision as its author reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldCard {
    pub decision: DecisionId,
    pub ruling: Ruling,
    pub thing: Thing,
    pub reason: String,
    pub day: Day,
    pub until: Option<Day>,
    /// A ban that waits for a second person.
    pub waits: bool,
    /// It was taken back.
    pub lifted: bool,
}

/// One decision, with what its author can do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionView {
    pub told: ToldCard,
    /// The thing is still there.
    pub there: bool,
    pub appeal: Option<AppealView>,
    pub kept: Option<Kept>,
}

/// What its author said to a decision, and what was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealView {
    pub words: String,
    pub day: Day,
    pub answer: Option<String>,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogView {
    pub lines: Vec<LogLine>,
    pub next: Option<String>,
    /// It does not begin with the newest.
    pub continued: bool,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    pub day: Day,
    pub by: LogWho,
    /// `moderation.hide`.
    pub action: String,
    pub about: LogAbout,
    pub reason: Option<String>,
}

/// Who did something, or whom it was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogWho {
    /// The command line, or the house by itself.
    House,
    /// By the handle.
    Member(String),
    /// The account is gone.
    Former,
}

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogAbout {
    Who(LogWho),
    Thing(Thing),
    /// What it was says enough.
    Other,
}
