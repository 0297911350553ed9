//! Time. Nothing in `domain` asks a clock on its own.

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// One minute, in milliseconds.
    pub const MINUTE: i64 = 60_000;
    /// One hour, in milliseconds.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// One day, in milliseconds.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This moment and so many milliseconds more.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The beginning of its day, in UTC.
    #[must_use]
    pub const fn day_began(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(Self::DAY)))
    }

    /// Milliseconds from `earlier` to this moment.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Tells the time.
#[cfg(feature = "ssr")]
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// A day as people read it, made on the server so that both renders agree.
///
/// Others' posts show days and not minutes: nobody learns when someone is
/// awake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// For `<time datetime>`: `2026-11-22`.
    pub iso: String,
    /// For reading: `22 November 2026`.
    pub text: String,
}

#[cfg(feature = "ssr")]
impl Day {
    /// From `2026-11-22`.
    pub fn parse(iso: &str) -> Option<Self> {
        let date: jiff::civil::Date = iso.parse().ok()?;
        Some(Self {
            iso: date.strftime("%Y-%m-%d").to_string(),
            text: date.strftime("%-d %B %Y").to_string(),
        })
    }
}

#[cfg(feature = "ssr")]
impl Timestamp {
    fn zoned(self, zone: jiff::tz::TimeZone) -> jiff::Zoned {
        jiff::Timestamp::from_millisecond(self.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(zone)
    }

    /// The day, in UTC.
    pub fn day(self) -> Day {
        let at = self.zoned(jiff::tz::TimeZone::UTC);
        Day {
            iso: at.strftime("%Y-%m-%d").to_string(),
            text: at.strftime("%-d %B %Y").to_string(),
        }
    }

    /// `2026-11-22T14:00:00Z`, for feeds and machines.
    pub fn rfc3339(self) -> String {
        self.zoned(jiff::tz::TimeZone::UTC)
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_the_same_everywhere() {
        let day = Timestamp(1_795_356_000_000).day();
        assert_eq!(day.iso, "2026-11-22");
        assert_eq!(day.text, "22 November 2026");
        assert_eq!(Timestamp(0).rfc3339(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_day_is_read_from_its_date() {
        assert_eq!(
            Day::parse("2026-11-22").map(|day| day.text).as_deref(),
            Some("22 November 2026")
        );
        assert_eq!(Day::parse("soon"), None);
    }

    #[test]
    fn a_day_begins_at_midnight() {
        let noon = Timestamp(1_795_356_000_000);
        assert_eq!(noon.day_began().rfc3339(), "2026-11-22T00:00:00Z");
        assert_eq!(noon.day_began().day_began(), noon.day_began());
        assert_eq!(Timestamp(-1).day_began(), Timestamp(-Timestamp::DAY));
    }

    #[test]
    fn a_moment_out_of_range_does_not_panic() {
        assert_eq!(Timestamp(i64::MAX).day().iso, "1970-01-01");
    }
}
