use crate::{
    Work,
    row::{get, parsed, parsed_maybe, time},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{MemberId, NotificationId, Subject, SubjectKind},
    notifications::{
        Kind, Notification, NotificationReads, NotificationToKeep, NotificationWrites, Place,
        ShareAuthor,
    },
    page::Page,
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

fn notification(row: &SqliteRow) -> Stored<Notification> {
    Ok(Notification {
        id: parsed(row, "id")?,
        kind: parsed(row, "kind")?,
        address: get(row, "address")?,
        count: get(row, "count")?,
        unread: get(row, "unread")?,
        number: get(row, "number")?,
        day: time(row, "day")?,
    })
}

#[async_trait]
impl NotificationReads for Work {
    async fn notifications(
        &mut self,
        member: MemberId,
        after: Option<Place>,
        limit: u32,
    ) -> Stored<Page<Notification>> {
        let (number, id) = after.map_or((i64::MAX, String::new()), |place| {
            (place.number, place.id.to_string())
        });
        let rows = sqlx::query(
            "SELECT id, kind, address, count, unread, number, day FROM notifications \
             WHERE member_id = ? AND (number, id) < (?, ?) \
             ORDER BY number DESC, id DESC LIMIT ?",
        )
        .bind(member.to_string())
        .bind(number)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        let mut items = rows.iter().map(notification).collect::<Stored<Vec<_>>>()?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(|last| {
            let (number, id) = (last.number, last.id);
            Place { number, id }.cursor()
        });
        Ok(Page { items, next })
    }

    async fn unread_notifications(&mut self, member: MemberId, most: u32) -> Stored<u32> {
        let unread =
            sqlx::query("SELECT 1 FROM notifications WHERE member_id = ? AND unread = 1 LIMIT ?")
                .bind(member.to_string())
                .bind(most)
                .fetch_all(self.connection())
                .await
                .map_err(failed)?;
        Ok(u32::try_from(unread.len()).unwrap_or(most))
    }

    async fn unwanted_notifications(&mut self, member: MemberId) -> Stored<Vec<Kind>> {
        sqlx::query("SELECT kind FROM unwanted_notifications WHERE member_id = ?")
            .bind(member.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(failed)?
            .iter()
            .map(|row| parsed(row, "kind"))
            .collect()
    }

    async fn share_author(&mut self, subject: Subject) -> Stored<Option<ShareAuthor>> {
        let table = match subject.kind {
            SubjectKind::Article => return Ok(None),
            SubjectKind::Reflection => "reflections",
            SubjectKind::Story => "stories",
            SubjectKind::ShoutOut => "shout_outs",
            SubjectKind::Ritual => "rituals",
        };
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT member_id, anonymous FROM {table} WHERE id = ?"
        )))
        .bind(subject.id.simple().to_string())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        let Some(row) = row else {
            return Ok(None);
        };
        let anonymous = get(&row, "anonymous")?;
        let member: Option<MemberId> = parsed_maybe(&row, "member_id")?;
        Ok(member.map(|member| ShareAuthor { member, anonymous }))
    }
}

#[async_trait]
impl NotificationWrites for Work {
    async fn keep_notification(&mut self, new: &NotificationToKeep) -> Stored<()> {
        sqlx::query(
            "INSERT INTO notifications AS known \
             (id, member_id, kind, address, count, unread, number, day) \
             SELECT ?1, ?2, ?3, ?4, 1, 1, coalesce(max(number), 0) + 1, ?5 \
             FROM notifications WHERE member_id = ?2 \
             ON CONFLICT (member_id, kind, address) DO UPDATE SET \
             count = CASE known.unread WHEN 1 THEN known.count + 1 ELSE 1 END, \
             unread = 1, number = excluded.number, day = excluded.day",
        )
        .bind(new.id.to_string())
        .bind(new.member.to_string())
        .bind(new.kind.name())
        .bind(new.address.as_str())
        .bind(new.day.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn read_notification(
        &mut self,
        member: MemberId,
        id: NotificationId,
        seen: i64,
    ) -> Stored<bool> {
        let done = sqlx::query(
            "UPDATE notifications SET unread = CASE WHEN number <= ? THEN 0 ELSE unread END \
             WHERE id = ? AND member_id = ?",
        )
        .bind(seen)
        .bind(id.to_string())
        .bind(member.to_string())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn read_notifications(&mut self, member: MemberId, seen: i64) -> Stored<()> {
        sqlx::query(
            "UPDATE notifications SET unread = 0 \
             WHERE member_id = ? AND unread = 1 AND number <= ?",
        )
        .bind(member.to_string())
        .bind(seen)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn keep_unwanted_notifications(
        &mut self,
        member: MemberId,
        kinds: &[Kind],
    ) -> Stored<()> {
        sqlx::query("DELETE FROM unwanted_notifications WHERE member_id = ?")
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        for kind in kinds {
            sqlx::query("INSERT INTO unwanted_notifications (member_id, kind) VALUES (?, ?)")
                .bind(member.to_string())
                .bind(kind.name())
                .execute(self.connection())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn forget_notifications(&mut self, before: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM notifications WHERE day < ?")
            .bind(before.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected())
    }
}
