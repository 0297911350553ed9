use crate::{clock::Timestamp, refusal::Reason};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What can be decided about a thing and its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// Everyone may see it.
    Publish,
    /// It waits until it has been read again.
    Hold,
    /// It is taken out of sight.
    Hide,
    /// It goes for good, with the replies to it.
    Remove,
    /// Its author is told, and nothing else.
    Warn,
    /// Its author cannot write here for so long.
    Suspend1,
    Suspend7,
    Suspend30,
    /// Its author cannot write here again, once a second person has agreed.
    Ban,
    /// Two hosts learn who wrote it. They do not choose it here.
    Reveal,
}

impl Ruling {
    /// What those who keep the house choose from, the mildest first.
    pub const CHOICES: [Self; 9] = [
        Self::Publish,
        Self::Hold,
        Self::Hide,
        Self::Remove,
        Self::Warn,
        Self::Suspend1,
        Self::Suspend7,
        Self::Suspend30,
        Self::Ban,
    ];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Hold => "hold",
            Self::Hide => "hide",
            Self::Remove => "remove",
            Self::Warn => "warn",
            Self::Suspend1 => "suspend_1",
            Self::Suspend7 => "suspend_7",
            Self::Suspend30 => "suspend_30",
            Self::Ban => "ban",
            Self::Reveal => "reveal",
        }
    }

    /// Is it about the author rather than the words? Only a member can be told
    /// such a thing: a guest is a browser, which can be another tomorrow.
    pub const fn is_about_the_author(self) -> bool {
        self.bars_for().is_some() || matches!(self, Self::Warn)
    }

    /// Does its author have to be told why?
    pub const fn needs_a_reason(self) -> bool {
        !matches!(self, Self::Publish)
    }

    /// How long the author cannot write at first, in milliseconds. A ban waits
    /// so long for a second person.
    pub const fn bars_for(self) -> Option<i64> {
        match self {
            Self::Suspend1 => Some(Timestamp::DAY),
            Self::Suspend7 | Self::Ban => Some(7 * Timestamp::DAY),
            Self::Suspend30 => Some(30 * Timestamp::DAY),
            Self::Publish | Self::Hold | Self::Hide | Self::Remove | Self::Warn | Self::Reveal => {
                None
            }
        }
    }
}

impl FromStr for Ruling {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Reason> {
        Self::CHOICES
            .into_iter()
            .chain([Self::Reveal])
            .find(|ruling| ruling.name() == text)
            .ok_or(Reason::NotAChoice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ruling_reads_back_as_itself() {
        for ruling in Ruling::CHOICES.into_iter().chain([Ruling::Reveal]) {
            assert_eq!(ruling.name().parse(), Ok(ruling));
        }
        assert_eq!("suspend".parse::<Ruling>(), Err(Reason::NotAChoice));
    }
}
