use crate::{
    clock::Timestamp,
    refusal::{Field, Reason, Refusal},
    rituals::{Moment, Zone},
};

/// When an article is to appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// Not yet.
    Draft,
    /// At once; where it stands already, it stays as it is.
    Now,
    /// At a moment to come.
    At(Timestamp),
}

impl Publication {
    /// The moment that is kept, for an article that had `before`.
    pub(super) fn moment(
        self,
        before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Refusal> {
        match self {
            Self::Draft => Ok(None),
            Self::Now => Ok(before.filter(|at| *at <= now).or(Some(now))),
            Self::At(at) if at > now => Ok(Some(at)),
            Self::At(_) => Err(Refusal::field(Field::When, Reason::TimePassed)),
        }
    }
}

/// The moment of a local date and time, `2026-11-22T18:30`, in a time zone by
/// its IANA name; UTC where none is named.
pub fn moment(when: &str, zone: &str) -> Result<Timestamp, (Field, Reason)> {
    let zone = if zone.trim().is_empty() { "UTC" } else { zone };
    let zone = Zone::parse(zone).map_err(|reason| (Field::Zone, reason))?;
    let moment = Moment::parse(when, &zone).map_err(|reason| (Field::When, reason))?;
    Ok(moment.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_is_one_moment() {
        let at = moment("2026-07-01T09:00", "Europe/London").expect("a moment");
        assert_eq!(at.rfc3339(), "2026-07-01T08:00:00Z");
        let at = moment("2026-07-01T09:00", "").expect("a moment");
        assert_eq!(at.rfc3339(), "2026-07-01T09:00:00Z");
    }

    #[test]
    fn what_is_no_time_or_no_zone_is_said_beside_its_field() {
        assert_eq!(moment(" ", "UTC"), Err((Field::When, Reason::Empty)));
        assert_eq!(
            moment("2026-02-30T10:00", "UTC"),
            Err((Field::When, Reason::NotATime))
        );
        assert_eq!(
            moment("2026-01-01T10:00", "Atlantis/Centre"),
            Err((Field::Zone, Reason::NoSuchZone))
        );
    }

    #[test]
    fn publishing_again_keeps_the_day() {
        let (then, now) = (Timestamp(10), Timestamp(20));
        assert_eq!(Publication::Now.moment(Some(then), now), Ok(Some(then)));
        assert_eq!(Publication::Now.moment(None, now), Ok(Some(now)));
        assert_eq!(
            Publication::Now.moment(Some(now.plus(1)), now),
            Ok(Some(now))
        );
        assert_eq!(Publication::Draft.moment(Some(then), now), Ok(None));
    }

    #[test]
    fn nothing_is_scheduled_in_the_past() {
        let now = Timestamp(20);
        assert_eq!(
            Publication::At(now.plus(1)).moment(None, now),
            Ok(Some(now.plus(1)))
        );
        assert_eq!(
            Publication::At(now).moment(None, now),
            Err(Refusal::field(Field::When, Reason::TimePassed))
        );
    }
}
