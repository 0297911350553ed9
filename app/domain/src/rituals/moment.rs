use crate::{clock::Timestamp, refusal::Reason};
use jiff::{
    Timestamp as Instant, Zoned,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use std::str::FromStr;

/// Zones to suggest; any other that exists is taken too.
pub const COMMON_ZONES: [&str; 30] = [
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Halifax",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Phoenix",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Toronto",
    "America/Vancouver",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Perth",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Madrid",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "UTC",
];

/// A time zone by its name in the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(String);

impl Zone {
    /// Checks that there is such a zone.
    pub fn parse(input: &str) -> Result<Self, Reason> {
        let name = crate::text::bounded_line(input, 1, 64)?;
        let zone = TimeZone::get(&name).map_err(|_| Reason::NoSuchZone)?;
        zone.iana_name()
            .map(|name| Self(name.to_owned()))
            .ok_or(Reason::NoSuchZone)
    }

    /// One that was checked when it was kept.
    pub const fn kept(name: String) -> Self {
        Self(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A moment in the zone where it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub zone: String,
}

impl Moment {
    /// From what a clock on the wall shows there: `2026-09-24T18:30`, as a
    /// field of type `datetime-local` sends it. An hour that comes twice when
    /// the clocks go back means the first; one that is left out when they go
    /// forward does not exist.
    pub fn parse(wall: &str, zone: &Zone) -> Result<Self, Reason> {
        let wall = wall.trim();
        if wall.is_empty() {
            return Err(Reason::Empty);
        }
        let shaped = matches!(wall.len(), 16 | 19)
            && wall.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                10 => byte == b'T',
                13 | 16 => byte == b':',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(Reason::NotATime);
        }
        let wall = DateTime::from_str(wall).map_err(|_| Reason::NotATime)?;
        let there = TimeZone::get(zone.as_str()).map_err(|_| Reason::NotATime)?;
        let times = there.to_ambiguous_timestamp(wall);
        if matches!(times.offset(), AmbiguousOffset::Gap { .. }) {
            return Err(Reason::NotATime);
        }
        let at = times.compatible().map_err(|_| Reason::NotATime)?;
        Ok(Self {
            at: Timestamp(at.as_millisecond()),
            zone: zone.as_str().to_owned(),
        })
    }

    /// As the clock on the wall shows it there. A zone that is no longer known
    /// counts as UTC, and says so.
    fn there(&self) -> (Zoned, &str) {
        let at = Instant::from_millisecond(self.at.0).unwrap_or(Instant::UNIX_EPOCH);
        match TimeZone::get(&self.zone) {
            Ok(zone) => (at.to_zoned(zone), &self.zone),
            Err(_) => (at.to_zoned(TimeZone::UTC), "UTC"),
        }
    }

    /// `Thursday 24 September 2026, 18:30 (Europe/London)`.
    pub fn text(&self) -> String {
        let (there, zone) = self.there();
        format!("{} ({zone})", there.strftime("%A %-d %B %Y, %H:%M"))
    }

    /// `2026-09-24T18:30`, for the field.
    pub fn wall(&self) -> String {
        self.there().0.strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(wall: &str, zone: &str) -> Result<Moment, Reason> {
        Moment::parse(wall, &Zone::parse(zone).expect("a zone"))
    }

    #[test]
    fn a_time_reads_back_in_its_own_zone() {
        let soup = moment("2026-09-24T18:30", "Europe/London").expect("a time");
        assert_eq!(soup.at.rfc3339(), "2026-09-24T17:30:00Z");
        assert_eq!(
            soup.text(),
            "Thursday 24 September 2026, 18:30 (Europe/London)"
        );
        assert_eq!(soup.wall(), "2026-09-24T18:30");
    }

    #[test]
    fn the_hour_that_is_left_out_does_not_exist() {
        assert_eq!(
            moment("2026-03-29T01:30", "Europe/London"),
            Err(Reason::NotATime)
        );
        assert_eq!(
            moment("2026-03-08T02:30", "America/New_York"),
            Err(Reason::NotATime)
        );
        assert!(moment("2026-03-29T01:30", "UTC").is_ok());
    }

    #[test]
    fn the_hour_that_comes_twice_means_the_first() {
        let first = moment("2026-10-25T01:30", "Europe/London").expect("a time");
        assert_eq!(first.at.rfc3339(), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for odd in [
            "2026-02-30T10:00",
            "2026-09-24",
            "2026-09-24 18:30",
            "2026-09-24T18:30Z",
            "2026-09-24T25:00",
            "-026-09-24T18:30",
            "tomorrow, at six",
        ] {
            assert_eq!(moment(odd, "UTC"), Err(Reason::NotATime), "{odd}");
        }
        assert_eq!(moment(" ", "UTC"), Err(Reason::Empty));
    }

    #[test]
    fn every_suggested_zone_exists_and_others_do_not() {
        for zone in COMMON_ZONES {
            assert_eq!(Zone::parse(zone).map(|zone| zone.0), Ok(zone.to_owned()));
        }
        for odd in ["Europe/Atlantis", "../../etc/passwd", "+02:00"] {
            assert_eq!(Zone::parse(odd), Err(Reason::NoSuchZone), "{odd}");
        }
        assert_eq!(Zone::parse(""), Err(Reason::Empty));
    }

    #[test]
    fn a_zone_that_is_gone_does_not_panic() {
        let lost = Moment {
            at: Timestamp(0),
            zone: "Europe/Atlantis".into(),
        };
        assert_eq!(lost.text(), "Thursday 1 January 1970, 00:00 (UTC)");
    }
}
