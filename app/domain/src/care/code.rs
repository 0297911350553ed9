use crate::accounts::secrets::{ALPHABET, LENGTH, code, hash, plain};
use std::fmt;

/// The secret by which someone comes back to their call, as
/// `abcd-efgh-jkmn`: sixty bits.
#[derive(Clone, PartialEq, Eq)]
pub struct CallCode(String);

impl CallCode {
    /// Made of bytes that nobody can guess.
    pub fn from_bytes(bytes: &[u8; 16]) -> Self {
        Self(code(bytes))
    }

    /// However it was written down. None if it is no code at all.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain = plain(typed);
        let is_code = plain.len() == LENGTH && plain.bytes().all(|byte| ALPHABET.contains(&byte));
        let groups = (plain.get(..4)?, plain.get(4..8)?, plain.get(8..)?);
        is_code.then(|| Self(format!("{}-{}-{}", groups.0, groups.1, groups.2)))
    }

    /// The code itself, for whoever asked and nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> CodeHash {
        CodeHash(hash(&format!("call {}", plain(&self.0))))
    }
}

impl fmt::Debug for CallCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallCode")
    }
}

/// What is kept of a code: SHA-256, hex.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct CodeHash(String);

impl CodeHash {
    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_written() {
        let code = CallCode::from_bytes(&[7, 10, 31, 0, 1, 2, 3, 4, 5, 6, 8, 9, 0, 0, 0, 0]);
        assert_eq!(code.reveal(), "7az0-1234-5689");
        for typed in [
            "7AZ0 1234 5689",
            " 7azO-i234-5689 ",
            "7az012345689",
            "7a z0l2 3456 89",
        ] {
            assert_eq!(CallCode::parse(typed), Some(code.clone()), "{typed}");
        }
        for wrong in ["", "7az0-1234-568", "7az0-1234-5689-1", "7uz0-1234-5689"] {
            assert_eq!(CallCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn neither_the_log_nor_the_hash_tells_it() {
        let code = CallCode::from_bytes(&[9; 16]);
        assert_eq!(format!("{code:?}"), "CallCode");
        assert!(!code.hash().as_str().contains("999"));
        assert_eq!(code.hash().as_str().len(), 64);
    }
}
