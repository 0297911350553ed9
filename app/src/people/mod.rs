//! People: whom a member keeps away from, and what that folds on the pages.
//!
//! A page that shows what others wrote asks [`Shield`] once for all of it and
//! gives each its [`Distance`]; [`Veil`] folds what is kept away.

mod about_page;
pub mod api;
mod list_page;
#[cfg(feature = "ssr")]
mod shield;
mod veil;

#[cfg(feature = "ssr")]
pub use shield::Shield;
pub use veil::{AwayLink, Veil};

use domain::{clock::Day, drafts::Kept, people::Distance};
use serde::{Deserialize, Serialize};

crate::room::room!(people_room in own::People {
    AboutPersonPage => about_page::about_page,
    PeoplePage => list_page::list_page,
});

/// `/me/people` as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleView {
    pub people: Vec<PersonView>,
    pub next: Option<String>,
    /// It does not begin with the newest.
    pub continued: bool,
}

/// Someone whom the viewer keeps away from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    pub id: String,
    /// A handle, or what they were met by.
    pub whom: String,
    /// Somebody chose it: a handle.
    pub is_handle: bool,
    pub distance: Distance,
    pub since: Day,
}

/// `/people/{thing}`: before keeping away from whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutView {
    /// `kind-id`.
    pub thing: String,
    /// None: the thing is anonymous.
    pub handle: Option<String>,
    /// What kind of thing it is, as in `story`.
    pub kind: String,
    /// What is kept already.
    pub distance: Option<Distance>,
    /// Where the thing stands: a local path.
    pub address: String,
    /// What was kept for a form of this page, by the form's name.
    pub kept: Option<(String, Kept)>,
}
