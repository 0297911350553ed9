use super::{Address, Kind};
use crate::{
    clock::Timestamp,
    ids::{MemberId, NotificationId, Subject},
    page::{Cursor, Page},
    refusal::Refusal,
    rituals::Zone,
    store::Stored,
    watch::{Days, Minute, Shift},
};
use async_trait::async_trait;

/// A line of a member's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    pub kind: Kind,
    /// A local path.
    pub address: String,
    /// How often it came since it was last read.
    pub count: u32,
    pub unread: bool,
    /// Its number in the order in which the member's lines came or grew.
    pub number: i64,
    /// The day on which it last came or grew.
    pub day: Timestamp,
}

/// Who wrote a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareAuthor {
    pub member: MemberId,
    pub anonymous: bool,
}

/// Something to tell a member.
#[derive(Debug, Clone)]
pub struct NotificationToKeep {
    pub id: NotificationId,
    pub member: MemberId,
    pub kind: Kind,
    pub address: Address,
    /// The beginning of the day.
    pub day: Timestamp,
}

/// When a member is told, by the clock where they live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    pub zone: Zone,
    /// From and until when it is quiet: no device is told.
    pub quiet: Option<(Minute, Minute)>,
    /// Are they told all the same that a call for help waits, while they are on
    /// duty?
    pub calls: bool,
    /// When they are told once a day how much came, in place of each time.
    pub digest: Option<Minute>,
}

impl Times {
    fn every_day(&self, from: Minute, until: Minute) -> Shift {
        let zone = self.zone.clone();
        let days = Days::EVERY;
        Shift {
            days,
            from,
            until,
            zone,
        }
    }

    /// When the quiet ends, if it is quiet at this moment.
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        let (from, until) = self.quiet?;
        self.every_day(from, until).ends(now)
    }

    /// When they are told next how much came.
    pub fn next_digest(&self, now: Timestamp) -> Option<Timestamp> {
        let at = self.digest?;
        self.every_day(at, at).next(now)
    }
}

/// As it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTimes {
    pub times: Times,
    /// How many things they were told of last at once.
    pub told: u32,
}

/// Someone who is to be told how much came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDigest {
    pub member: MemberId,
    pub times: Times,
    /// The newest line that they were told of before.
    pub seen: i64,
}

/// Where a page of a member's list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub number: i64,
    pub id: NotificationId,
}

impl Place {
    /// As a cursor.
    pub fn cursor(self) -> Cursor {
        Cursor(format!("{}-{}", self.number, self.id))
    }

    /// From a cursor. `NotFound` if it is not one of these.
    pub fn read(cursor: &Cursor) -> Result<Self, Refusal> {
        let (number, id) = cursor.0.split_once('-').ok_or(Refusal::NotFound)?;
        Ok(Self {
            number: number.parse().map_err(|_| Refusal::NotFound)?,
            id: id.parse().map_err(|_| Refusal::NotFound)?,
        })
    }
}

/// Reads what members are told.
#[async_trait]
pub trait NotificationReads: Send {
    /// A page of a member's list, what came last first, of what stands after
    /// the place.
    async fn notifications(
        &mut self,
        member: MemberId,
        after: Option<Place>,
        limit: u32,
    ) -> Stored<Page<Notification>>;

    /// When a member wants to be told, if they have chosen.
    async fn notification_times(&mut self, member: MemberId) -> Stored<Option<KeptTimes>>;

    /// How many lines a member has not read; counts up to `most`. Whoever is told
    /// once a day has those that came after that still to come, but for calls for
    /// help that wait.
    async fn unread_notifications(&mut self, member: MemberId, most: u32) -> Stored<u32>;

    /// The kinds that a member does not want.
    async fn unwanted_notifications(&mut self, member: MemberId) -> Stored<Vec<Kind>>;

    /// The member who wrote a share, whatever its state; none for an article,
    /// and once the account is gone. In a unit of work it holds nothing. It
    /// stays on the server.
    async fn share_author(&mut self, subject: Subject) -> Stored<Option<ShareAuthor>>;
}

/// Writes what members are told.
#[async_trait]
pub trait NotificationWrites: Send {
    /// Adds a line before all others of the member. A line of the same kind
    /// and address is there only once: if it was not read yet its count grows,
    /// else it begins anew.
    async fn keep_notification(&mut self, notification: &NotificationToKeep) -> Stored<()>;

    /// Marks a line of this member as read, unless it came again after the
    /// number `seen`; false if it is not theirs.
    async fn read_notification(
        &mut self,
        member: MemberId,
        id: NotificationId,
        seen: i64,
    ) -> Stored<bool>;

    /// Marks as read what this member had been told up to the number `seen`.
    async fn read_notifications(&mut self, member: MemberId, seen: i64) -> Stored<()>;

    /// Keeps which kinds a member does not want.
    async fn keep_unwanted_notifications(&mut self, member: MemberId, kinds: &[Kind])
    -> Stored<()>;

    /// Keeps when a member wants to be told, and when they are told next how much
    /// came. Whoever has not been told so before is from now on.
    async fn keep_notification_times(
        &mut self,
        member: MemberId,
        times: &Times,
        next: Option<Timestamp>,
    ) -> Stored<()>;

    /// They are told each time something comes.
    async fn drop_notification_times(&mut self, member: MemberId) -> Stored<()>;

    /// Who is to be told by now how much came, at most `limit`, the longest due
    /// first. What another node looks after is left to it.
    async fn due_digests(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<DueDigest>>;

    /// How many lines after the number `seen` a member has not read, counted up to
    /// `most`, and the number of their newest line.
    async fn news_since(&mut self, member: MemberId, seen: i64, most: u32) -> Stored<(u32, i64)>;

    /// Keeps that a member was told of so many things, up to this line, and when
    /// they are told next.
    async fn keep_digest(
        &mut self,
        member: MemberId,
        next: Option<Timestamp>,
        seen: i64,
        count: u32,
    ) -> Stored<()>;

    /// Forgets lines that last changed before this day; says how many.
    async fn forget_notifications(&mut self, before: Timestamp) -> Stored<u64>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rituals::Moment;

    fn at(wall: &str) -> Timestamp {
        let zone = Zone::parse("Europe/Vienna").expect("a zone");
        Moment::parse(wall, &zone).expect("a moment").at
    }

    #[test]
    fn a_night_is_quiet_by_the_clock_where_someone_lives() {
        let minute = |text| Minute::parse(text).expect("a time");
        let times = Times {
            zone: Zone::parse("Europe/Vienna").expect("a zone"),
            quiet: Some((minute("22:00"), minute("07:00"))),
            calls: false,
            digest: Some(minute("08:30")),
        };
        for (now, until) in [
            ("2026-10-24T21:59", None),
            // The clocks go back in this night.
            ("2026-10-24T22:00", Some("2026-10-25T07:00")),
            ("2026-10-25T06:59", Some("2026-10-25T07:00")),
            ("2026-10-25T07:00", None),
        ] {
            assert_eq!(times.quiet_until(at(now)), until.map(at), "{now}");
        }
        for (now, next) in [
            ("2026-10-24T08:29", "2026-10-24T08:30"),
            ("2026-10-24T08:30", "2026-10-25T08:30"),
        ] {
            assert_eq!(times.next_digest(at(now)), Some(at(next)), "{now}");
        }
        let never = Times {
            quiet: None,
            digest: None,
            ..times
        };
        assert_eq!(never.quiet_until(at("2026-10-25T03:00")), None);
        assert_eq!(never.next_digest(at("2026-10-25T03:00")), None);
    }

    #[test]
    fn a_cursor_reads_back_and_a_made_up_one_is_unknown() {
        let id = "0123456789abcdef0123456789abcdef".parse().expect("an id");
        let place = Place { number: 7, id };
        assert_eq!(Place::read(&place.cursor()), Ok(place));
        for made_up in ["", "7", "7-", "x-0123456789abcdef0123456789abcdef", "7-12"] {
            assert_eq!(Place::read(&Cursor(made_up.into())), Err(Refusal::NotFound));
        }
    }
}
