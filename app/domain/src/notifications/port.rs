use super::{Address, Kind};
use crate::{
    clock::Timestamp,
    ids::{MemberId, NotificationId, Subject},
    page::{Cursor, Page},
    refusal::Refusal,
    store::Stored,
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

    /// How many lines a member has not read; counts up to `most`.
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

    /// Forgets lines that last changed before this day; says how many.
    async fn forget_notifications(&mut self, before: Timestamp) -> Stored<u64>;
}

#[cfg(test)]
mod tests {
    use super::*;

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
