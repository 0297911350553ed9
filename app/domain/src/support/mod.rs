//! Support: answering a share with one of a few kind reactions.
//!
//! A member gives each kind once to a share, and not to an own one. Only the
//! share's author sees how many there are; nothing is ranked by them.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A kind reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupportKind {
    WithYou,
    ThankYou,
    ThisHelped,
    Strength,
}

impl SupportKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::WithYou,
        Self::ThankYou,
        Self::ThisHelped,
        Self::Strength,
    ];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WithYou => "with_you",
            Self::ThankYou => "thank_you",
            Self::ThisHelped => "this_helped",
            Self::Strength => "strength",
        }
    }
}

impl FromStr for SupportKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or(())
    }
}

#[cfg(feature = "ssr")]
mod give;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use give::{give, take_back};
#[cfg(feature = "ssr")]
pub use port::*;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back_as_itself() {
        for kind in SupportKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!("dislike".parse::<SupportKind>(), Err(()));
    }
}
