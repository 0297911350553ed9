//! Holds: what someone who keeps the house reads before others see it.
//!
//! What guests write always waits. What a member shares or comments waits when it
//! looks like an advertisement: many links, the same words again, treatment for
//! sale; and until a few posts can be read, if the host wants it. Whoever has a
//! role here is not weighed.
//! A hold is no judgement: the author is told that someone reads it first, and
//! it keeps no call for help from the desk.

mod selling;
mod weigh;

pub use weigh::{weigh_again, weigh_new};

use crate::{clock::Timestamp, ids::MemberId, pace::Secret, store::Stored};
use async_trait::async_trait;
use std::str::FromStr;

/// What is held, as the host has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    /// So many of a new member's first posts.
    pub first: u32,
    /// Texts with at least so many links; 0: however many.
    pub links: u32,
    /// Long texts that were posted before within a day.
    pub repeated: bool,
    /// Texts that offer treatment for sale.
    pub selling: bool,
}

impl Default for Holds {
    fn default() -> Self {
        Self {
            first: 0,
            links: 3,
            repeated: true,
            selling: true,
        }
    }
}

/// From `first=1,links=3,repeated,selling`; what is not named is not held.
/// `nothing` holds nothing.
impl FromStr for Holds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut holds = Self {
            first: 0,
            links: 0,
            repeated: false,
            selling: false,
        };
        for part in text.split(',').map(str::trim) {
            let (name, number) = part.split_once('=').unwrap_or((part, ""));
            let number = || {
                number
                    .parse()
                    .map_err(|_| format!("{part} has no whole number"))
            };
            match name {
                "first" => holds.first = number()?,
                "links" => holds.links = number()?,
                "repeated" if part == name => holds.repeated = true,
                "selling" if part == name => holds.selling = true,
                "nothing" if text.trim() == name => {}
                _ => {
                    return Err(format!(
                        "{part:?} is not first=N, links=N, repeated, selling or nothing"
                    ));
                }
            }
        }
        Ok(holds)
    }
}

/// What new words are weighed by.
pub struct Scales {
    pub holds: Holds,
    /// Under which it is remembered what was said today; another one tomorrow.
    pub key: Secret,
}

/// How long it is remembered that something was said, in milliseconds.
pub const REMEMBERED_FOR: i64 = Timestamp::DAY;

/// Reads what posts are weighed by.
#[async_trait]
pub trait HoldReads: Send {
    /// How many posts of this member everyone sees; counts up to `most`.
    async fn published_posts(&mut self, member: MemberId, most: u32) -> Stored<u32>;
}

/// Writes what was said.
#[async_trait]
pub trait HoldWrites: Send {
    /// Remembers the hash of what is said now; true if it was said since
    /// `since` already.
    async fn was_said(&mut self, hash: &str, since: Timestamp, now: Timestamp) -> Stored<bool>;

    /// Forgets what was said up to this moment; says how much.
    async fn forget_said(&mut self, until: Timestamp) -> Stored<u64>;
}

/// Lower case, without accents and punctuation, one space between words.
fn plain(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '\u{2019}') && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_says_what_is_held() {
        let all = Holds {
            first: 2,
            links: 5,
            repeated: true,
            selling: true,
        };
        assert_eq!(
            "first=2, links=5,repeated,selling".parse::<Holds>(),
            Ok(all)
        );
        let none = "nothing".parse::<Holds>().expect("nothing");
        assert_eq!((none.first, none.links), (0, 0));
        assert!(!none.repeated && !none.selling);
        assert_eq!("links=3,repeated,selling".parse(), Ok(Holds::default()));
        for wrong in [
            "",
            "first",
            "first=-1",
            "links=many",
            "repeated=2",
            "nothing,first=1",
            "spam",
        ] {
            assert!(wrong.parse::<Holds>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn spelling_makes_no_other_words() {
        assert_eq!(
            plain("  WE\u{2019}VE — opened:\n\nÑandú & Co. "),
            "weve opened nandu co"
        );
        assert_eq!(plain("..."), "");
    }
}
