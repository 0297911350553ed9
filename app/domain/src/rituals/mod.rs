//! Rituals: things that people do together, at a time of their own place.

use serde::{Deserialize, Serialize};

crate::text! {
    /// What a ritual is called.
    RitualTitle: line 1..=120,
    /// What happens there, in Markdown.
    RitualBody: block 1..=2000,
    /// Where people meet.
    RitualPlace: line 1..=300,
}

/// Rituals on one page of a list.
pub const PAGE: u32 = 20;

/// What kind of thing is done together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RitualKind {
    SharedMeal,
    GroupCheckIn,
    CollaborativeProject,
}

impl RitualKind {
    /// Every kind, in the order in which people are asked.
    pub const ALL: [Self; 3] = [
        Self::SharedMeal,
        Self::GroupCheckIn,
        Self::CollaborativeProject,
    ];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SharedMeal => "shared_meal",
            Self::GroupCheckIn => "group_check_in",
            Self::CollaborativeProject => "collaborative_project",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SharedMeal => "Shared meal",
            Self::GroupCheckIn => "Group check-in",
            Self::CollaborativeProject => "Collaborative project",
        }
    }
}

impl std::str::FromStr for RitualKind {
    type Err = crate::refusal::Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or(crate::refusal::Reason::NotAChoice)
    }
}

#[cfg(feature = "ssr")]
mod moment;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod post;
#[cfg(feature = "ssr")]
mod revise;
#[cfg(feature = "ssr")]
mod venue;
#[cfg(feature = "ssr")]
pub use moment::{COMMON_ZONES, Moment, Zone};
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use post::{NewRitual, post};
#[cfg(feature = "ssr")]
pub use revise::{edit, remove};
#[cfg(feature = "ssr")]
pub use venue::{RitualLink, Venue};
