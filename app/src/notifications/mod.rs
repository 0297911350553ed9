//! Notifications: what a member is told, and of what.
//!
//! The pages of a member say beside "You" how much is new: the server counts
//! it for the page, and the browser asks again with each further one.

pub mod api;
mod device;
mod page;
mod times;

use crate::wire::Written;
use domain::{clock::Day, drafts::Kept, notifications::Kind};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

crate::room::room!(notifications_room in own::Notifications {
    NotificationsPage => page::notifications_page,
});

/// `/me/notifications` as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationsView {
    pub lines: Vec<LineView>,
    pub next: Option<String>,
    /// It does not begin with the newest.
    pub continued: bool,
    /// The newest line that this page knows of.
    pub seen: i64,
    pub unread: u32,
    /// Each kind that can come to this member, and whether it is wanted.
    pub choices: Vec<(Kind, bool)>,
    /// When they are told.
    pub times: TimesView,
    /// How this device is told; none if this house tells no device.
    pub push: Option<PushView>,
    /// What was kept for a form of this page, by the form's name.
    pub kept: Option<(String, Kept)>,
}

/// When a member is told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TimesView {
    /// From and until when it is quiet.
    pub quiet: Option<(String, String)>,
    /// Calls for help are told all the same.
    pub calls: bool,
    /// When they are told once a day.
    pub digest: Option<String>,
    /// Empty while nothing is chosen.
    pub zone: String,
    /// Of how many things they were told so last.
    pub told: u32,
    /// Zones to suggest.
    pub zones: Vec<String>,
    /// They answer calls for help.
    pub answers: bool,
}

/// How a device is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushView {
    /// The house's key, for the browser.
    pub key: String,
    /// This device is told already.
    pub told: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    pub id: String,
    pub kind: Kind,
    /// A local path.
    pub address: String,
    pub count: u32,
    pub unread: bool,
    /// Which state of the line this is.
    pub seen: i64,
    pub day: Day,
}

/// How much a member has not read yet. None: nobody is signed in, or the page
/// is one that asks nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unread(pub Option<u32>);

/// [`Unread`] as the present page knows it.
#[derive(Clone, Copy)]
pub struct UnreadNow(RwSignal<Unread>);

impl UnreadNow {
    /// Is someone signed in, as far as the page knows?
    pub fn is_known(self) -> bool {
        self.0.get_untracked().0.is_some()
    }

    /// As [`Self::is_known`], for what follows when that changes.
    pub fn knows(self) -> bool {
        self.0.get().0.is_some()
    }

    /// As the server counted it for the page; to be called by the layout.
    pub fn provide() -> Self {
        let counted = SharedValue::<_, Written>::new_with_encoding(|| {
            use_context::<Unread>().unwrap_or_default()
        });
        let now = Self(RwSignal::new(counted.into_inner()));
        provide_context(now);
        now
    }

    /// That of the page.
    pub fn here() -> Self {
        expect_context()
    }

    /// What it is from now on.
    pub fn set(self, unread: Option<u32>) {
        self.0.try_set(Unread(unread));
    }

    /// `3 new`, or nothing.
    pub fn words(self) -> Option<String> {
        match self.0.get().0? {
            0 => None,
            many if many >= domain::notifications::COUNTED => Some("many new".to_owned()),
            some => Some(format!("{some} new")),
        }
    }

    /// Asks for it again.
    pub fn refresh(self) {
        leptos::task::spawn_local(async move {
            if let Ok(unread) = api::count_unread().await {
                self.0.try_set(unread);
            }
        });
    }
}
