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
        DueDigest, KeptTimes, Kind, Notification, NotificationReads, NotificationToKeep,
        NotificationWrites, Place, ShareAuthor, Times,
    },
    page::Page,
    rituals::Zone,
    store::Stored,
    watch::Minute,
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

fn minute(row: &SqliteRow, column: &str) -> Stored<Option<Minute>> {
    let count: Option<u16> = get(row, column)?;
    Ok(count.and_then(Minute::from_count))
}

fn times(row: &SqliteRow) -> Stored<Times> {
    let from = minute(row, "quiet_from")?;
    Ok(Times {
        zone: Zone::kept(get(row, "zone")?),
        quiet: from.zip(minute(row, "quiet_until")?),
        calls: get(row, "calls")?,
        digest: minute(row, "digest_at")?,
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

    async fn notification_times(&mut self, member: MemberId) -> Stored<Option<KeptTimes>> {
        let statement = sqlx::query(
            "SELECT zone, quiet_from, quiet_until, calls, digest_at, digest_count \
             FROM notification_times WHERE member_id = ?1",
        );
        self.one(statement.bind(member.to_string()), |row| {
            Ok(KeptTimes {
                times: times(row)?,
                told: get(row, "digest_count")?,
            })
        })
        .await
    }

    async fn unread_notifications(&mut self, member: MemberId, most: u32) -> Stored<u32> {
        let statement = sqlx::query(
            "SELECT 1 FROM notifications WHERE member_id = ?1 AND unread = 1 \
             AND number <= coalesce((SELECT digest_seen FROM notification_times \
             WHERE member_id = ?1 AND digest_at IS NOT NULL), ?2) \
             UNION ALL SELECT 1 FROM notifications WHERE member_id = ?1 AND kind = ?3 \
             AND unread = 1 AND number > coalesce((SELECT digest_seen FROM notification_times \
             WHERE member_id = ?1 AND digest_at IS NOT NULL), ?2) LIMIT ?4",
        )
        .bind(member.to_string())
        .bind(i64::MAX)
        .bind(Kind::CallWaits.name())
        .bind(most);
        let unread = self.rows(statement).await?;
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

    async fn keep_notification_times(
        &mut self,
        member: MemberId,
        times: &Times,
        next: Option<Timestamp>,
    ) -> Stored<()> {
        let quiet = times.quiet;
        let statement = sqlx::query(
            "INSERT INTO notification_times AS known (member_id, zone, quiet_from, quiet_until, \
             calls, digest_at, digest_due, digest_seen) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(max(number), 0) \
             FROM notifications WHERE member_id = ?1 \
             ON CONFLICT (member_id) DO UPDATE SET zone = excluded.zone, \
             quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, \
             calls = excluded.calls, digest_at = excluded.digest_at, \
             digest_due = excluded.digest_due, \
             digest_seen = CASE WHEN known.digest_at IS NULL THEN excluded.digest_seen \
             ELSE known.digest_seen END, \
             digest_count = CASE WHEN known.digest_at IS NULL THEN 0 \
             ELSE known.digest_count END",
        )
        .bind(member.to_string())
        .bind(times.zone.as_str())
        .bind(quiet.map(|(from, _)| from).map(Minute::count))
        .bind(quiet.map(|(_, until)| until).map(Minute::count))
        .bind(times.calls)
        .bind(times.digest.map(Minute::count))
        .bind(next.map(|next| next.0));
        self.run(statement).await?;
        Ok(())
    }

    async fn drop_notification_times(&mut self, member: MemberId) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM notification_times WHERE member_id = ?1");
        self.run(statement.bind(member.to_string())).await?;
        Ok(())
    }

    async fn due_digests(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<DueDigest>> {
        let statement = sqlx::query(
            "SELECT member_id, zone, quiet_from, quiet_until, calls, digest_at, digest_seen \
             FROM notification_times WHERE digest_due <= ?1 ORDER BY digest_due LIMIT ?2",
        )
        .bind(now.0)
        .bind(limit);
        self.many(statement, |row| {
            Ok(DueDigest {
                member: parsed(row, "member_id")?,
                times: times(row)?,
                seen: get(row, "digest_seen")?,
            })
        })
        .await
    }

    async fn news_since(&mut self, member: MemberId, seen: i64, most: u32) -> Stored<(u32, i64)> {
        let statement = sqlx::query(
            "SELECT 1 FROM notifications WHERE member_id = ?1 AND unread = 1 AND number > ?2 \
             LIMIT ?3",
        )
        .bind(member.to_string())
        .bind(seen)
        .bind(most);
        let count = self.rows(statement).await?.len();
        let statement = sqlx::query(
            "SELECT number FROM notifications WHERE member_id = ?1 ORDER BY number DESC LIMIT 1",
        );
        let newest = self
            .one(statement.bind(member.to_string()), |row| get(row, "number"))
            .await?;
        Ok((u32::try_from(count).unwrap_or(most), newest.unwrap_or(0)))
    }

    async fn keep_digest(
        &mut self,
        member: MemberId,
        next: Option<Timestamp>,
        seen: i64,
        count: u32,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE notification_times SET digest_due = ?2, digest_seen = ?3, \
             digest_count = ?4 WHERE member_id = ?1",
        )
        .bind(member.to_string())
        .bind(next.map(|next| next.0))
        .bind(seen)
        .bind(count);
        self.run(statement).await?;
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
