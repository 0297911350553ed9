use crate::{clock::Timestamp, refusal::Reason, rituals::Zone};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};

/// The most hours that one member may list.
pub const MOST_SHIFTS: usize = 20;

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// All of them.
    pub const EVERY: Self = Self(0b111_1111);

    /// What can be chosen: its name in the form, its words, and its days with
    /// Monday as the lowest bit.
    pub const CHOICES: [(&str, &str, Self); 10] = [
        ("every-day", "Every day", Self::EVERY),
        ("weekdays", "Monday to Friday", Self(0b001_1111)),
        ("weekend", "Saturday and Sunday", Self(0b110_0000)),
        ("monday", "Monday", Self(1)),
        ("tuesday", "Tuesday", Self(1 << 1)),
        ("wednesday", "Wednesday", Self(1 << 2)),
        ("thursday", "Thursday", Self(1 << 3)),
        ("friday", "Friday", Self(1 << 4)),
        ("saturday", "Saturday", Self(1 << 5)),
        ("sunday", "Sunday", Self(1 << 6)),
    ];

    /// By the name in the form.
    pub fn parse(name: &str) -> Result<Self, Reason> {
        Self::CHOICES
            .into_iter()
            .find(|(known, _, _)| *known == name)
            .map(|(_, _, days)| days)
            .ok_or(Reason::NotAChoice)
    }

    /// From the form kept in the database.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b111_1111)
    }

    /// The form kept in the database.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        Self::CHOICES
            .into_iter()
            .find(|(_, _, days)| *days == self)
            .map_or("Some days", |(_, words, _)| words)
    }

    fn has(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }
}

/// A time of day, in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute(u16);

impl Minute {
    const DAY: u16 = 24 * 60;

    /// From `18:30`.
    pub fn parse(input: &str) -> Result<Self, Reason> {
        let input = input.trim();
        if input.is_empty() {
            return Err(Reason::Empty);
        }
        let two = |text: &str| {
            let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse::<u16>().ok()).flatten()
        };
        let (hours, rest) = input.split_once(':').ok_or(Reason::NotATime)?;
        // Some browsers send seconds.
        let minutes = rest.split(':').next().unwrap_or_default();
        match (two(hours), two(minutes)) {
            (Some(hours @ 0..24), Some(minutes @ 0..60)) => Ok(Self(hours * 60 + minutes)),
            _ => Err(Reason::NotATime),
        }
    }

    /// From the form kept in the database.
    pub const fn from_count(count: u16) -> Option<Self> {
        if count < Self::DAY {
            Some(Self(count))
        } else {
            None
        }
    }

    /// The form kept in the database.
    pub const fn count(self) -> u16 {
        self.0
    }

    /// `18:30`.
    pub fn words(self) -> String {
        format!("{:02}:{:02}", self.0 / 60, self.0 % 60)
    }

    fn on(self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let hours = i8::try_from(self.0 / 60).ok()?;
        let minutes = i8::try_from(self.0 % 60).ok()?;
        let at = date.at(hours, minutes, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(Timestamp(at.timestamp().as_millisecond()))
    }
}

/// Hours that come again every week, by the clock where someone lives. Those
/// that end before they begin go on past midnight; those that end when they
/// begin are a whole day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    pub days: Days,
    pub from: Minute,
    pub until: Minute,
    pub zone: Zone,
}

impl Shift {
    /// Is it now?
    pub fn covers(&self, now: Timestamp) -> bool {
        self.around(now)
            .is_some_and(|mut spans| spans.any(|(from, until)| from <= now && now < until))
    }

    /// When it ends, if it is now.
    pub fn ends(&self, now: Timestamp) -> Option<Timestamp> {
        self.around(now)?
            .find(|(from, until)| *from <= now && now < *until)
            .map(|(_, until)| until)
    }

    /// When it begins next, after `now`.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        self.around(now)?
            .map(|(from, _)| from)
            .find(|from| *from > now)
    }

    /// When it began and begins, from the day before to a week after.
    fn around(&self, now: Timestamp) -> Option<impl Iterator<Item = (Timestamp, Timestamp)>> {
        let zone = TimeZone::get(self.zone.as_str()).ok()?;
        let today = jiff::Timestamp::from_millisecond(now.0)
            .ok()?
            .to_zoned(zone.clone())
            .date();
        let first = today.yesterday().ok()?;
        let (days, from, until) = (self.days, self.from, self.until);
        let spans = first
            .series(1.day())
            .take(9)
            .filter(move |date| days.has(date.weekday()))
            .filter_map(move |date| {
                let ends_on = if until > from {
                    date
                } else {
                    date.tomorrow().ok()?
                };
                Some((from.on(date, &zone)?, until.on(ends_on, &zone)?))
            });
        Some(spans)
    }
}

/// Who is here, as far as it can be told to someone who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Somebody is on duty.
    Here,
    /// Nobody is; somebody will be, from then on.
    From(Timestamp),
    /// Nobody is, and nobody has said when.
    Nobody,
}

impl Watch {
    /// Of all hours that peer supporters have set.
    pub fn of<'s>(shifts: impl IntoIterator<Item = &'s Shift>, now: Timestamp) -> Self {
        let mut next: Option<Timestamp> = None;
        for shift in shifts {
            if shift.covers(now) {
                return Self::Here;
            }
            next = [next, shift.next(now)].into_iter().flatten().min();
        }
        next.map_or(Self::Nobody, Self::From)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rituals::Moment;

    fn shift(days: &str, from: &str, until: &str, zone: &str) -> Shift {
        Shift {
            days: Days::parse(days).expect("days"),
            from: Minute::parse(from).expect("a time"),
            until: Minute::parse(until).expect("a time"),
            zone: Zone::parse(zone).expect("a zone"),
        }
    }

    /// 2026-11-22 is a Sunday.
    fn at(wall: &str, zone: &str) -> Timestamp {
        Moment::parse(wall, &Zone::parse(zone).expect("a zone"))
            .expect("a moment")
            .at
    }

    #[test]
    fn hours_hold_by_the_clock_where_someone_lives() {
        let evening = shift("weekdays", "18:00", "22:00", "America/New_York");
        for (wall, on) in [
            ("2026-11-23T17:59", false),
            ("2026-11-23T18:00", true),
            ("2026-11-23T21:59", true),
            ("2026-11-23T22:00", false),
            ("2026-11-22T19:00", false),
            // After the clocks went back in New York, and before.
            ("2026-10-30T18:30", true),
            ("2026-11-02T18:30", true),
        ] {
            assert_eq!(evening.covers(at(wall, "America/New_York")), on, "{wall}");
        }
        assert!(!evening.covers(at("2026-11-23T18:30", "Europe/London")));
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let night = shift("saturday", "22:00", "06:00", "Europe/London");
        for (wall, on) in [
            ("2026-11-21T21:59", false),
            ("2026-11-21T22:00", true),
            ("2026-11-22T05:59", true),
            ("2026-11-22T06:00", false),
            ("2026-11-22T22:30", false),
        ] {
            assert_eq!(night.covers(at(wall, "Europe/London")), on, "{wall}");
        }
        let whole = shift("sunday", "00:00", "00:00", "UTC");
        assert!(whole.covers(at("2026-11-22T00:00", "UTC")));
        assert!(whole.covers(at("2026-11-22T23:59", "UTC")));
        assert!(!whole.covers(at("2026-11-23T00:00", "UTC")));
    }

    #[test]
    fn a_night_in_which_the_clocks_change_has_no_hole() {
        let nights = shift("every-day", "23:00", "02:30", "Europe/London");
        // 01:00 to 02:00 does not exist on this night.
        assert!(nights.covers(at("2026-03-29T00:59", "Europe/London")));
        assert!(nights.covers(at("2026-03-29T02:15", "Europe/London")));
        assert!(!nights.covers(at("2026-03-29T02:30", "Europe/London")));
    }

    #[test]
    fn whoever_asks_is_told_when_somebody_is_here_next() {
        let monday = shift("monday", "18:00", "20:00", "UTC");
        let sunday = shift("sunday", "09:00", "10:00", "UTC");
        let both = [monday, sunday];
        let watch = |wall: &str| Watch::of(&both, at(wall, "UTC"));
        assert_eq!(watch("2026-11-22T09:30"), Watch::Here);
        let evening = Watch::From(at("2026-11-23T18:00", "UTC"));
        assert_eq!(watch("2026-11-22T10:00"), evening);
        let next_week = Watch::From(at("2026-11-29T09:00", "UTC"));
        assert_eq!(watch("2026-11-23T20:00"), next_week);
        assert_eq!(Watch::of(&[], at("2026-11-22T10:00", "UTC")), Watch::Nobody);
        let only_now = [shift("sunday", "09:00", "10:00", "UTC")];
        assert_eq!(
            Watch::of(&only_now, at("2026-11-22T10:00", "UTC")),
            next_week
        );
    }

    #[test]
    fn what_is_no_time_of_day_is_refused() {
        for (text, minute) in [("00:00", 0), (" 23:59 ", 1439), ("07:05:00", 425)] {
            assert_eq!(Minute::parse(text).map(Minute::count), Ok(minute), "{text}");
        }
        assert_eq!(
            Minute::parse("07:05").map(Minute::words),
            Ok("07:05".into())
        );
        assert_eq!(Minute::parse(" "), Err(Reason::Empty));
        for odd in [
            "24:00", "7:00", "07:60", "0700", "-1:00", "+1:+1", "07:٠٥", "x",
        ] {
            assert_eq!(Minute::parse(odd), Err(Reason::NotATime), "{odd}");
        }
        assert_eq!(Minute::from_count(1440), None);
        assert_eq!(Days::parse("someday"), Err(Reason::NotAChoice));
    }

    #[test]
    fn every_choice_of_days_reads_back() {
        for (name, words, days) in Days::CHOICES {
            assert_eq!(Days::parse(name), Ok(days));
            assert_eq!(Days::from_bits(days.bits()), days);
            assert_eq!(days.words(), words);
        }
    }
}
