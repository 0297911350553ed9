//! Secrets that are handed out once. Only their hashes are kept.

use super::RECOVERY_CODES;
use crate::ids::{Chance, MemberId};
use sha2::{Digest, Sha256};
use std::fmt;

/// Crockford's base 32: without i, l, o and u.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Letters of a code, and how many stand together.
pub(crate) const LENGTH: usize = 12;
const GROUP: usize = 4;

/// A set of one-time recovery codes, each as `k3f9-x2mq-7hpd`.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    /// A new set.
    pub fn random(chance: &dyn Chance) -> Self {
        Self((0..RECOVERY_CODES).map(|_| code(&chance.bytes())).collect())
    }

    /// From [`RecoveryCodes::carried`]; `None` if it is anything else.
    pub fn read(carried: &str) -> Option<Self> {
        let codes: Vec<String> = carried
            .split('.')
            .filter(|code| plain(code).len() == LENGTH)
            .map(str::to_owned)
            .collect();
        (codes.len() == RECOVERY_CODES).then_some(Self(codes))
    }

    /// All codes in one word.
    pub fn carried(&self) -> String {
        self.0.join(".")
    }

    /// The codes, for showing them once.
    pub fn reveal(&self) -> &[String] {
        &self.0
    }

    /// What is kept of them.
    pub(crate) fn hashes(&self, member: MemberId) -> Vec<String> {
        self.0.iter().map(|code| code_hash(member, code)).collect()
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes")
    }
}

pub(crate) fn code(bytes: &[u8; 16]) -> String {
    let mut code = String::with_capacity(LENGTH + 2);
    for (place, byte) in bytes.iter().take(LENGTH).enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        code.push(ALPHABET[usize::from(byte % 32)] as char);
    }
    code
}

/// A code as it is meant, however it was written down.
pub(crate) fn plain(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect()
}

/// What is kept of a member's code.
pub(crate) fn code_hash(member: MemberId, typed: &str) -> String {
    hash(&format!("{member} {}", plain(typed)))
}

/// The secret of a link: 256 bits, hex.
pub fn link_secret(chance: &dyn Chance) -> String {
    [chance.bytes(), chance.bytes()]
        .iter()
        .flatten()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What is kept of the secret of a link.
pub(crate) fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};
    use uuid::Uuid;

    struct Counting(AtomicU8);

    impl Chance for Counting {
        fn bytes(&self) -> [u8; 16] {
            [0; 16].map(|_: u8| self.0.fetch_add(37, Ordering::Relaxed))
        }
    }

    #[test]
    fn a_code_can_be_read_from_paper() {
        let member = MemberId::from_uuid(Uuid::from_u128(1));
        let other = MemberId::from_uuid(Uuid::from_u128(2));
        assert_eq!(
            code_hash(member, "k3f0-x1mq-7hpd"),
            code_hash(member, " K3FO xlmq 7HPD")
        );
        assert_ne!(
            code_hash(member, "k3f0-x1mq-7hpd"),
            code_hash(other, "k3f0-x1mq-7hpd")
        );
    }

    #[test]
    fn codes_have_one_shape_and_travel_whole() {
        let codes = RecoveryCodes::random(&Counting(AtomicU8::new(1)));
        assert_eq!(codes.reveal().len(), 10);
        for code in codes.reveal() {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(
                groups.iter().map(|group| group.len()).collect::<Vec<_>>(),
                [4, 4, 4]
            );
        }
        assert_eq!(RecoveryCodes::read(&codes.carried()), Some(codes.clone()));
        assert_eq!(RecoveryCodes::read("k3f9-x2mq-7hpd"), None);
        assert_eq!(format!("{codes:?}"), "RecoveryCodes");
    }

    #[test]
    fn a_link_cannot_be_guessed() {
        assert_eq!(link_secret(&Counting(AtomicU8::new(0))).len(), 64);
    }
}
