//! Room: house. The pages on which the house says how it is kept: the privacy
//! notice, the rules and the host's guide. They say what comes with Chorus
//! until a host writes something else.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

crate::text! {
    /// What a page of the house says, in Markdown.
    HouseText: block 1..=40_000,
    /// What was changed, for the audit log.
    ChangeNote: line 0..=200,
}

/// A page of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HousePage {
    Privacy,
    Rules,
    Guide,
}

/// No page of the house has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchPage;

impl HousePage {
    /// Every page, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Privacy, Self::Rules, Self::Guide];

    /// The name in addresses and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Privacy => "privacy",
            Self::Rules => "rules",
            Self::Guide => "guide",
        }
    }

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Privacy => "Privacy",
            Self::Rules => "House rules",
            Self::Guide => "For hosts",
        }
    }

    /// Where it is read.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Privacy => "/privacy",
            Self::Rules => "/rules",
            Self::Guide => "/guide",
        }
    }
}

impl FromStr for HousePage {
    type Err = NoSuchPage;

    fn from_str(text: &str) -> Result<Self, NoSuchPage> {
        Self::ALL
            .into_iter()
            .find(|page| page.name() == text)
            .ok_or(NoSuchPage)
    }
}

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod revise;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use revise::{default_text, read, revise};
