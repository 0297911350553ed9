//! Notifications: a member is told that something came, in neutral words.
//!
//! What is kept of it is a kind, a count, an address of this house and a day:
//! no name, no content, no minute. What comes again before it was read is one
//! line with a higher count.

use crate::actor::Roles;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a member is told of. Each kind can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Someone answered a share or a comment.
    Answer,
    /// Someone thanked them in a shout-out.
    Thanks,
    /// Someone gave support to a share.
    Support,
    /// Someone answered their call for help.
    CallAnswered,
    /// Something of theirs was decided on.
    Decision,
    /// A call for help waits. For those who answer calls.
    CallWaits,
    /// Whoever asked for help wrote back. For those who answer calls.
    CallerWrote,
    /// The house has something to say.
    House,
}

impl Kind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Answer,
        Self::Thanks,
        Self::Support,
        Self::CallAnswered,
        Self::Decision,
        Self::CallWaits,
        Self::CallerWrote,
        Self::House,
    ];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Thanks => "thanks",
            Self::Support => "support",
            Self::CallAnswered => "call_answered",
            Self::Decision => "decision",
            Self::CallWaits => "call_waits",
            Self::CallerWrote => "caller_wrote",
            Self::House => "house",
        }
    }

    /// Can it come to someone with these roles?
    pub fn comes_to(self, roles: Roles) -> bool {
        match self {
            Self::CallWaits | Self::CallerWrote => roles != Roles::default(),
            _ => true,
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or(())
    }
}

/// Lines on one page of the list.
pub const PAGE: u32 = 30;

/// The most that is counted of what is unread; more is "many".
pub const COUNTED: u32 = 99;

/// How much came: `3 new things since yesterday`.
pub fn since_yesterday(count: u32) -> String {
    match count {
        1 => "1 new thing since yesterday".to_owned(),
        many if many >= COUNTED => "Many new things since yesterday".to_owned(),
        some => format!("{some} new things since yesterday"),
    }
}

/// How long a line is kept after it last changed, in milliseconds.
#[cfg(feature = "ssr")]
pub const KEPT_FOR: i64 = 90 * crate::clock::Timestamp::DAY;

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod tell;
#[cfg(feature = "ssr")]
mod times;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use tell::{Address, mark_all_read, mark_read, tell, tell_of_answer, want_only};
#[cfg(feature = "ssr")]
pub use times::{choose_times, tell_digests};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Role;

    #[test]
    fn a_kind_reads_back_as_itself() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!("gossip".parse::<Kind>(), Err(()));
    }

    #[test]
    fn a_day_is_summed_up_in_a_few_words() {
        for (count, words) in [
            (1, "1 new thing since yesterday"),
            (3, "3 new things since yesterday"),
            (COUNTED, "Many new things since yesterday"),
        ] {
            assert_eq!(since_yesterday(count), words);
        }
    }

    #[test]
    fn only_those_who_answer_calls_are_offered_to_hear_of_them() {
        let nobody = Roles::default();
        let supporter = nobody.with(Role::PeerSupporter);
        assert!(!Kind::CallWaits.comes_to(nobody));
        assert!(Kind::CallWaits.comes_to(supporter));
        assert!(Kind::Answer.comes_to(nobody));
    }
}
