//! Moderation: what waits for someone who keeps the house.

pub mod api;
mod notice;
mod queue;

pub use notice::StandingNotice;

use domain::{actor::Byline, clock::Day, drafts::Kept};
use serde::{Deserialize, Serialize};

crate::room::room!(moderation_room {
    ModerationPage => queue::moderation_page,
});

/// `/moderation` as someone who keeps the house sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueView {
    pub held: Vec<HeldView>,
    /// Where the next page of held comments begins.
    pub next: Option<String>,
    pub waiting: Vec<WaitingView>,
    /// The address of an invitation that was just made. It is shown once.
    pub invitation: Option<String>,
    /// What was kept for a form of this page, by the form's name.
    pub kept: Option<(String, Kept)>,
}

/// A comment that waits for review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldView {
    pub id: String,
    pub byline: Byline,
    pub day: Day,
    /// Where it stands: a local path.
    pub place: String,
    /// `on a story`.
    pub about: String,
    /// Sanitised.
    pub html: String,
    /// Which version of the words this is.
    pub seen: String,
}

/// Someone who waits to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingView {
    pub id: String,
    pub handle: String,
    pub day: Day,
}
