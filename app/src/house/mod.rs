//! House: the privacy notice, the house rules and the host's guide, and the
//! place where hosts write them.

pub mod api;
mod desk;
mod editor;
mod reading;

use domain::{clock::Day, drafts::Kept, house::HousePage};
use serde::{Deserialize, Serialize};

crate::room::room!(house_room in shares::House {
    GuidePage => reading::guide_page,
    PrivacyPage => reading::privacy_page,
    RulesPage => reading::rules_page,
});

crate::room::room!(house_desk_room in keeping::House {
    HouseDeskPage => desk::desk_page,
    HouseEditorPage => editor::editor_page,
});

/// A page of the house as everyone reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseView {
    /// Sanitised.
    pub html: String,
    /// The day it was changed; none while it says what comes with Chorus.
    pub changed: Option<Day>,
    /// For hosts.
    pub editable: bool,
}

/// A page of the house on the hosts' desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseLine {
    pub page: HousePage,
    /// The day it was changed; none while it says what comes with Chorus.
    pub changed: Option<Day>,
}

/// A page of the house to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseEditorView {
    pub page: HousePage,
    /// The version that was opened.
    pub seen: String,
    pub body: String,
    /// A host wrote it.
    pub own: bool,
    /// How the body reads, sanitised; none until it is asked for.
    pub preview: Option<String>,
    pub kept: Option<Kept>,
    /// What came back when the first text could not be put back.
    pub not_restored: Option<Kept>,
}
