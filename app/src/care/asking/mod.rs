//! Asking for help: where someone asks, and the page that they come back to.

pub mod api;
mod ask_page;
mod away;
mod call_page;
mod own;
mod public;

use super::{ContactView, NumberView, SaidView};
use domain::{care::Audience, clock::Day, drafts::Kept};
use serde::{Deserialize, Serialize};

crate::room::room!(asking_room in asking::Asking {
    AskPage => ask_page::ask_page,
    CallPage => call_page::call_page,
});

/// Whom to turn to at once: in danger, and a few who answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstContacts {
    /// The country.
    pub name: String,
    /// The sentence about emergencies.
    pub danger: String,
    pub emergency: Option<NumberView>,
    pub lines: Vec<ContactView>,
}

/// `/help/ask`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskView {
    pub contacts: FirstContacts,
    /// None while it is not known.
    pub watch: Option<WatchView>,
    /// What people ask everyone; none while it cannot be read.
    pub asking: Option<Vec<AskingView>>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// What was kept for a form of this page, by the form's name.
    pub kept: Option<(String, Kept)>,
}

/// Is somebody here to answer?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchView {
    Here,
    /// Nobody is; somebody will be, after a while, in words.
    In(String),
    /// Nobody is, and nobody has said when.
    Nobody,
}

/// What someone asks everyone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskingView {
    pub id: String,
    /// The first words.
    pub words: String,
    pub day: Day,
    pub waits: bool,
    pub closed: bool,
}

impl AskingView {
    /// How it stands, in words.
    pub const fn state(&self) -> &'static str {
        match (self.closed, self.waits) {
            (true, _) => "Closed",
            (false, true) => "Waits for an answer",
            (false, false) => "Answered",
        }
    }
}

/// `/help/{secret}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallView {
    /// For whoever asked.
    Own(Box<OwnCallView>),
    /// For everyone else, if everyone may see it.
    Public(Box<PublicCallView>),
    /// It cannot be read now.
    Away(Box<AwayView>),
}

/// What is known of a call while it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwayView {
    pub secret: String,
    pub code: Option<String>,
    /// What was said and is kept here until it can go to the desk.
    pub kept: Vec<String>,
    pub contacts: FirstContacts,
}

/// What someone asked, as they see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCallView {
    pub id: String,
    /// What stands in the address, to send back with each form.
    pub secret: String,
    /// The code to write down; none if it was opened by the account.
    pub code: Option<String>,
    pub standing: CallStanding,
    pub watch: WatchView,
    pub audience: Audience,
    pub said: Vec<SaidView>,
    /// Where the page before this one ends.
    pub before: Option<u32>,
    /// What was said and is not on the desk yet.
    pub apart: Vec<String>,
    pub contacts: FirstContacts,
    pub kept: Option<(String, Kept)>,
}

/// How a call stands, for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallStanding {
    Waiting,
    Answered,
    /// Closed by whoever asked.
    ClosedByAsker,
    /// Closed at the desk.
    Closed,
}

/// What someone asked everyone, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicCallView {
    pub id: String,
    pub said: Vec<SaidView>,
    pub before: Option<u32>,
    /// The number of the last entry on the page.
    pub seen: u32,
    /// The member's handle; none for a guest.
    pub handle: Option<String>,
    /// This account asked it.
    pub mine: bool,
    pub kept: Option<(String, Kept)>,
}
