//! Room: privacy. What is kept about a person: taking it along, and taking it
//! back.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// How long someone can still change their mind, in milliseconds.
pub const GRACE: i64 = 14 * Timestamp::DAY;

/// Within this time what someone had posted anonymously goes, in milliseconds.
pub const SPREAD: i64 = 28 * Timestamp::DAY;

/// How long nobody else may have the handle of someone who was erased, in
/// milliseconds.
pub const HANDLE_RESTS: i64 = 365 * Timestamp::DAY;

/// How long it is remembered who was erased, in milliseconds: an older backup
/// would bring them back.
pub const REMEMBERED: i64 = 90 * Timestamp::DAY;

/// A kind of words that a person chooses about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    Stories,
    Reflections,
    ShoutOuts,
    Rituals,
    Comments,
    /// Calls for help. They name nobody, so they are treated as what was posted
    /// anonymously.
    Calls,
}

impl Words {
    /// Every kind, in a fixed order.
    pub const ALL: [Self; 6] = [
        Self::Stories,
        Self::Reflections,
        Self::ShoutOuts,
        Self::Rituals,
        Self::Comments,
        Self::Calls,
    ];

    /// The name in forms and in the database, where it is also the table's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stories => "stories",
            Self::Reflections => "reflections",
            Self::ShoutOuts => "shout_outs",
            Self::Rituals => "rituals",
            Self::Comments => "comments",
            Self::Calls => "calls",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl std::str::FromStr for Words {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|words| words.name() == text)
            .ok_or(())
    }
}

/// The kinds of words that stay, as those of a former member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stays(u8);

impl Stays {
    /// From the form kept in the database.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The form kept in the database.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Does this kind stay?
    pub const fn has(self, words: Words) -> bool {
        self.0 & words.bit() != 0
    }

    /// With this kind.
    #[must_use]
    pub const fn with(self, words: Words) -> Self {
        Self(self.0 | words.bit())
    }
}

#[cfg(feature = "ssr")]
mod erase;
#[cfg(feature = "ssr")]
mod mentions;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use erase::{ask, call_off, erase, erase_due};
#[cfg(feature = "ssr")]
pub use mentions::{Erased, MENTIONS, Mention, NAMELESS, Named, TakenAlong};
#[cfg(feature = "ssr")]
pub use port::*;
