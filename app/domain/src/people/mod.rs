//! Room: people. A member keeps away from another, by muting or blocking them.
//!
//! What a mute or a block changes is bound to the mask by which the other was
//! met: their handle, or one anonymous post. Nobody is told, and nothing that
//! anyone can see or try tells who wrote an anonymous post; the decision record
//! 0029 goes through it. Calls for help pass: the desk knows no blocks.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How far someone keeps away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// What the other writes is folded, with a way to open it.
    Mute,
    /// As muted; and neither can answer, thank or support the other.
    Block,
}

impl Distance {
    /// Both, in a fixed order.
    pub const ALL: [Self; 2] = [Self::Mute, Self::Block];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mute => "mute",
            Self::Block => "block",
        }
    }
}

impl FromStr for Distance {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|distance| distance.name() == text)
            .ok_or(())
    }
}

/// People on one page of the list.
pub const PAGE: u32 = 30;

#[cfg(feature = "ssr")]
mod keep_away;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use keep_away::{Met, distance, keep_away, lift, met};
#[cfg(feature = "ssr")]
pub(crate) use keep_away::{hears, is_seen, may_join, may_thank};
#[cfg(feature = "ssr")]
pub use port::*;
