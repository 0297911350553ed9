//! Care: where to find help now, asking people here, and the desk where peer
//! supporters answer. `/help` touches neither the store nor the session, so that
//! it answers when everything else does not.

pub mod api;
pub mod asking;
pub mod desk;
mod forms;
mod help;
pub mod listening;
pub mod near;
mod said;

pub use asking::{AskPage, CallPage};
pub use desk::{CareCallPage, CarePage};
pub use help::HelpPage;
pub use said::{SaidView, Speaker};

use domain::clock::Day;
use serde::{Deserialize, Serialize};

/// The contacts of one country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpView {
    pub name: String,
    /// The sentence about emergencies.
    pub danger: String,
    pub emergency: Option<NumberView>,
    /// Who answers: crisis lines, then helplines.
    pub lines: Vec<ContactView>,
    pub fellowships: Vec<ContactView>,
    pub meetings: Vec<ContactView>,
    pub treatment: Vec<ContactView>,
    pub others: Vec<CountryView>,
}

/// A number to call or to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberView {
    /// As people read it.
    pub text: String,
    /// `tel:` or `sms:`.
    pub href: String,
}

/// A place to turn to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    pub name: String,
    pub what: String,
    pub call: Option<NumberView>,
    pub tty: Option<NumberView>,
    pub text: Option<NumberView>,
    pub chat: Option<String>,
    /// Hours and languages in one line; empty where they are not known.
    pub hours: String,
    pub url: String,
    pub source: String,
    /// The host of `source`.
    pub source_name: String,
    pub checked: Day,
}

/// Another country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryView {
    /// Two letters, or `international`.
    pub code: String,
    pub name: String,
    pub emergency: Option<NumberView>,
}
