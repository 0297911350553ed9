use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A word of a closed list, with its name in forms and the database.
macro_rules! names {
    ($type:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// All of them, in a fixed order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in forms and the database.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl FromStr for $type {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|word| word.name() == text).ok_or(())
            }
        }
    };
}
#[cfg(feature = "ssr")]
pub(super) use names;

/// How a call came to the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Someone asked at `/help/ask`.
    Asked,
    /// A post reads like a call.
    Noticed,
    /// Someone is worried about whoever wrote a post.
    Worried,
    /// A comment that was brought in from elsewhere reads like a call. It never
    /// escalates.
    Imported,
}

names!(Origin {
    Asked => "asked",
    Noticed => "noticed",
    Worried => "worried",
    Imported => "imported",
});

/// How much it presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Someone asks for help.
    Call,
    /// Someone may be in danger.
    Crisis,
}

names!(Severity {
    Call => "call",
    Crisis => "crisis",
});

/// Where a call stands on the desk while it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// With those who asked: somebody did, or is worried, or somebody of the desk
    /// took it for a call.
    Asked,
    /// Apart from them: words that read like danger to life, of which no person
    /// has said so.
    Danger,
    /// Last: words that read like a call, of which no person has said so.
    Noticed,
}

names!(Queue {
    Asked => "asked",
    Danger => "danger",
    Noticed => "noticed",
});

impl Queue {
    /// Where a call begins.
    pub const fn of(origin: Origin, severity: Severity) -> Self {
        match (origin, severity) {
            (Origin::Asked | Origin::Worried, _) => Self::Asked,
            (Origin::Noticed, Severity::Crisis) => Self::Danger,
            (Origin::Noticed, Severity::Call) | (Origin::Imported, _) => Self::Noticed,
        }
    }
}

/// Who may see what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The people at the desk.
    #[default]
    Supporters,
    /// Everyone; members may reply.
    Everyone,
}

names!(Audience {
    Supporters => "supporters",
    Everyone => "everyone",
});

/// Why a call was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// They have an answer, and nothing is open.
    Settled,
    /// They were answered, and have not come back.
    NoReply,
    /// Others are with them now: a doctor, a helpline, an emergency service.
    Elsewhere,
    /// It is no call for help.
    NoCall,
    /// An answer cannot reach them.
    Unreachable,
    /// Whoever asked says that it helped.
    Helped,
    /// Whoever asked needs no answer any more.
    Withdrawn,
    /// The post was taken back by whoever wrote it.
    TakenBack,
}

names!(Closing {
    Settled => "settled",
    NoReply => "no_reply",
    Elsewhere => "elsewhere",
    NoCall => "no_call",
    Unreachable => "unreachable",
    Helped => "helped",
    Withdrawn => "withdrawn",
    TakenBack => "taken_back",
});

impl Closing {
    /// What the desk can choose.
    pub const CHOICES: [Self; 5] = [
        Self::Settled,
        Self::NoReply,
        Self::Elsewhere,
        Self::NoCall,
        Self::Unreachable,
    ];

    /// Is it a reason only once somebody has answered?
    pub const fn needs_answer(self) -> bool {
        matches!(self, Self::Settled | Self::NoReply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_themselves() {
        for closing in Closing::ALL {
            assert_eq!(closing.name().parse(), Ok(*closing));
        }
        for origin in Origin::ALL {
            assert_eq!(origin.name().parse(), Ok(*origin));
        }
        for queue in Queue::ALL {
            assert_eq!(queue.name().parse(), Ok(*queue));
        }
        assert_eq!("punish".parse::<Closing>(), Err(()));
    }

    #[test]
    fn what_was_only_noticed_stands_apart_and_danger_before_the_rest() {
        for origin in [Origin::Asked, Origin::Worried] {
            for severity in Severity::ALL {
                assert_eq!(Queue::of(origin, *severity), Queue::Asked, "{origin:?}");
            }
        }
        let noticed = |severity| Queue::of(Origin::Noticed, severity);
        assert_eq!(noticed(Severity::Call), Queue::Noticed);
        assert_eq!(noticed(Severity::Crisis), Queue::Danger);
        // An archive may be full of what was said years ago.
        for severity in Severity::ALL {
            assert_eq!(Queue::of(Origin::Imported, *severity), Queue::Noticed);
        }
    }

    #[test]
    fn the_desk_does_not_speak_for_whoever_asked() {
        for own in [Closing::Helped, Closing::Withdrawn, Closing::TakenBack] {
            assert!(!Closing::CHOICES.contains(&own), "{own:?}");
        }
    }
}
