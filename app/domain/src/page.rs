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

/// The place in a list that is ordered by time and id, of things whose time
/// everyone may know. For what people post there is [`Postmark`].
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
        sealed(self.at.0, self.id)
    }

    /// From a cursor. `NotFound` if it is not one of these.
    pub fn read(cursor: &Cursor) -> Result<Self, crate::refusal::Refusal> {
        let (at, id) = opened(cursor)?;
        Ok(Self {
            at: crate::clock::Timestamp(at),
            id,
        })
    }
}

/// The place of something that a person posted in a list that is ordered by
/// time and id. It stands in links that anyone can read, so it tells the day,
/// as the page does, and not the minute; the store looks up the rest.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Postmark {
    day: i64,
    /// What was posted.
    pub id: uuid::Uuid,
}

#[cfg(feature = "ssr")]
impl Postmark {
    /// Of what was posted at this moment.
    pub const fn of(at: crate::clock::Timestamp, id: uuid::Uuid) -> Self {
        Self {
            day: at.0.div_euclid(crate::clock::Timestamp::DAY),
            id,
        }
    }

    /// As a cursor.
    pub fn cursor(self) -> Cursor {
        sealed(self.day, self.id)
    }

    /// From a cursor. `NotFound` if it is not one of these.
    pub fn read(cursor: &Cursor) -> Result<Self, crate::refusal::Refusal> {
        let (day, id) = opened(cursor)?;
        Ok(Self { day, id })
    }

    /// The beginning of the day, where a list that reads oldest first goes on
    /// when what was posted is there no more.
    pub const fn day_begins(self) -> crate::clock::Timestamp {
        crate::clock::Timestamp(self.day.saturating_mul(crate::clock::Timestamp::DAY))
    }

    /// The end of the day, for a list that reads newest first.
    pub const fn day_ends(self) -> crate::clock::Timestamp {
        self.day_begins().plus(crate::clock::Timestamp::DAY)
    }
}

#[cfg(feature = "ssr")]
fn sealed(time: i64, id: uuid::Uuid) -> Cursor {
    use base64::Engine;
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&time.to_be_bytes());
    bytes[8..].copy_from_slice(id.as_bytes());
    Cursor(base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(feature = "ssr")]
fn opened(cursor: &Cursor) -> Result<(i64, uuid::Uuid), crate::refusal::Refusal> {
    use base64::Engine;
    let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD
        .decode(&cursor.0)
        .map_err(|_| crate::refusal::Refusal::NotFound)?;
    let bytes: [u8; 24] = bytes
        .try_into()
        .map_err(|_| crate::refusal::Refusal::NotFound)?;
    let (time, id) = bytes.split_at(8);
    Ok((
        i64::from_be_bytes(time.try_into().unwrap_or_default()),
        uuid::Uuid::from_slice(id).unwrap_or_default(),
    ))
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
            let post = Postmark::read(&Cursor(made_up.into()));
            assert_eq!(post, Err(Refusal::NotFound));
        }
    }

    #[test]
    fn a_postmark_shows_the_day_and_not_the_minute() {
        let id = uuid::Uuid::from_u128(9);
        let morning = crate::clock::Timestamp(1_795_305_600_000);
        let first = Postmark::of(morning, id);
        let last = Postmark::of(morning.plus(crate::clock::Timestamp::DAY - 1), id);
        assert_eq!(first.cursor(), last.cursor());
        assert_eq!(Postmark::read(&last.cursor()), Ok(last));
        assert_eq!(last.day_begins(), morning);
        assert_eq!(last.day_ends(), morning.plus(crate::clock::Timestamp::DAY));
        let before = Postmark::of(crate::clock::Timestamp(-1), id);
        assert_eq!(before.day_ends(), crate::clock::Timestamp(0));
    }

    #[test]
    fn a_made_up_day_does_not_panic() {
        let far = sealed(i64::MAX, uuid::Uuid::nil());
        let far = Postmark::read(&far).expect("a postmark");
        assert!(far.day_begins() <= far.day_ends());
    }
}
