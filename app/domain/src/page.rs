//! Pages by keyset: a page says where the next one begins, never its number.

use serde::{Deserialize, Serialize};

/// Where a page begins. Opaque: only the store that made it reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Some of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins, if there is more.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}

/// The place in a list that is ordered by time and id.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub at: crate::clock::Timestamp,
    pub id: uuid::Uuid,
}

#[cfg(feature = "ssr")]
impl Mark {
    /// As a cursor.
    pub fn cursor(self) -> Cursor {
        use base64::Engine;
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.at.0.to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        Cursor(base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// From a cursor. `NotFound` if it is not one of these.
    pub fn read(cursor: &Cursor) -> Result<Self, crate::refusal::Refusal> {
        use base64::Engine;
        let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD
            .decode(&cursor.0)
            .map_err(|_| crate::refusal::Refusal::NotFound)?;
        let bytes: [u8; 24] = bytes
            .try_into()
            .map_err(|_| crate::refusal::Refusal::NotFound)?;
        let (at, id) = bytes.split_at(8);
        Ok(Self {
            at: crate::clock::Timestamp(i64::from_be_bytes(at.try_into().unwrap_or_default())),
            id: uuid::Uuid::from_slice(id).unwrap_or_default(),
        })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::refusal::Refusal;

    #[test]
    fn a_cursor_reads_back_and_a_made_up_one_is_unknown() {
        let mark = Mark {
            at: crate::clock::Timestamp(-5),
            id: uuid::Uuid::from_u128(9),
        };
        assert_eq!(Mark::read(&mark.cursor()), Ok(mark));
        for made_up in ["", "%%%", "AAAA", "12"] {
            assert_eq!(Mark::read(&Cursor(made_up.into())), Err(Refusal::NotFound));
        }
    }
}
