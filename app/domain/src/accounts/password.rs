use super::{Handle, PASSWORD};
use crate::refusal::Reason;
use std::{fmt, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// A handle shorter than this may stand in a password by accident.
const TELLING: usize = 4;

/// A password that may be chosen. It shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Checks a new password: its length, that it is not among the well-known
    /// ones, and that it does not hold the handle.
    pub fn parse(input: &str, handle: Option<&Handle>) -> Result<Self, Reason> {
        let text = Self::typed(input);
        let length = text.chars().count();
        if length == 0 {
            return Err(Reason::Empty);
        }
        if length < *PASSWORD.start() {
            return Err(Reason::TooShort {
                min: *PASSWORD.start(),
            });
        }
        if length > *PASSWORD.end() {
            return Err(Reason::TooLong {
                max: *PASSWORD.end(),
                length,
            });
        }
        let folded = text.to_lowercase();
        if COMMON.binary_search(&folded.trim()).is_ok() || is_one_character(&folded) {
            return Err(Reason::PasswordCommon);
        }
        if handle.is_some_and(|handle| holds(&folded, handle)) {
            return Err(Reason::PasswordIsHandle);
        }
        Ok(Self(text))
    }

    /// What someone types, in the one form that is hashed: keyboards compose
    /// the same letters in different ways.
    pub(crate) fn typed(input: &str) -> String {
        input.nfc().collect()
    }

    /// The password, for hashing.
    pub(crate) fn reveal(&self) -> String {
        self.0.clone()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

fn is_one_character(text: &str) -> bool {
    text.chars()
        .next()
        .is_some_and(|first| text.chars().all(|c| c == first))
}

fn holds(password: &str, handle: &Handle) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('-', "");
    let handle = plain(handle.as_str());
    handle.chars().count() >= TELLING && plain(password).contains(&handle)
}

static COMMON: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/common-passwords.txt")
        .lines()
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> Option<Reason> {
        let handle = Handle::parse("river-stone").expect("a handle");
        Password::parse(password, Some(&handle)).err()
    }

    #[test]
    fn the_list_can_be_searched() {
        assert!(COMMON.is_sorted());
        assert!(COMMON.len() > 4_000);
    }

    #[test]
    fn a_password_is_long_and_not_well_known() {
        assert_eq!(refused("harbour lantern 7"), None);
        assert_eq!(refused("short"), Some(Reason::TooShort { min: 10 }));
        assert_eq!(refused(""), Some(Reason::Empty));
        assert_eq!(
            refused(&"é".repeat(201)),
            Some(Reason::TooLong {
                max: 200,
                length: 201
            })
        );
        assert_eq!(refused("OneDayAtATime"), Some(Reason::PasswordCommon));
        assert_eq!(refused("qqqqqqqqqqqq"), Some(Reason::PasswordCommon));
    }

    #[test]
    fn a_password_does_not_hold_the_handle() {
        assert_eq!(refused("RiverStone2026"), Some(Reason::PasswordIsHandle));
        let ana = Handle::parse("ana").expect("a handle");
        assert!(Password::parse("banana bread, warm", Some(&ana)).is_ok());
    }

    #[test]
    fn letters_that_look_the_same_are_the_same() {
        assert_eq!(Password::typed("cafe\u{301}"), Password::typed("caf\u{e9}"));
        assert_eq!(
            format!("{:?}", Password::parse("harbour lantern", None)),
            "Ok(Password)"
        );
    }
}
