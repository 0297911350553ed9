use crate::{
    Work,
    row::{get, parsed, time_maybe, unreadable},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    actor::Roles,
    care::Queue,
    clock::Timestamp,
    ids::{MemberId, ShiftId},
    rituals::Zone,
    store::Stored,
    watch::{
        Days, KeptShift, Level, Minute, Rank, Shift, Telling, Waiting, WatchReads, WatchWrites,
    },
};
use sqlx::sqlite::SqliteRow;

fn minute(row: &SqliteRow, column: &str) -> Stored<Minute> {
    let count: u16 = get(row, column)?;
    Minute::from_count(count).ok_or_else(|| unreadable(column, &count.to_string()))
}

fn shift(row: &SqliteRow) -> Stored<KeptShift> {
    Ok(KeptShift {
        id: parsed(row, "id")?,
        member: parsed(row, "member_id")?,
        shift: Shift {
            days: Days::from_bits(get(row, "days")?),
            from: minute(row, "from_minute")?,
            until: minute(row, "until_minute")?,
            zone: Zone::kept(get(row, "zone")?),
        },
    })
}

#[async_trait]
impl WatchReads for Work {
    async fn shifts_of(&mut self, member: MemberId) -> Stored<Vec<KeptShift>> {
        sqlx::query("SELECT * FROM shifts WHERE member_id = ? ORDER BY id")
            .bind(member.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(failed)?
            .iter()
            .map(shift)
            .collect()
    }

    async fn shifts(&mut self, roles: Roles, limit: u32) -> Stored<Vec<KeptShift>> {
        sqlx::query(
            "SELECT s.* FROM shifts s JOIN members m ON m.id = s.member_id \
             WHERE m.state = 'active' AND m.roles & ? <> 0 \
             ORDER BY s.member_id, s.id LIMIT ?",
        )
        .bind(roles.bits())
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(shift)
        .collect()
    }

    async fn members_with(&mut self, roles: Roles, limit: u32) -> Stored<Vec<(MemberId, Roles)>> {
        sqlx::query(
            "SELECT id, roles FROM members WHERE roles <> 0 AND state = 'active' \
             AND roles & ? <> 0 ORDER BY id LIMIT ?",
        )
        .bind(roles.bits())
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(|row| Ok((parsed(row, "id")?, Roles::from_bits(get(row, "roles")?))))
        .collect()
    }

    async fn waiting(&mut self, queue: Queue) -> Stored<Waiting> {
        let mut waiting = Waiting::default();
        for (level, rank) in (0_i64..).zip(&mut waiting.0) {
            let row = sqlx::query(
                "SELECT count(*) AS count, min(waiting_since) AS first FROM calls \
                 WHERE queue = ? AND level = ? AND waiting_since IS NOT NULL \
                 AND origin <> 'imported'",
            )
            .bind(queue.name())
            .bind(level)
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
            *rank = Rank {
                count: get::<i64>(&row, "count")?.unsigned_abs(),
                first: time_maybe(&row, "first")?,
            };
        }
        Ok(waiting)
    }

    async fn telling(&mut self) -> Stored<Telling> {
        let row = sqlx::query("SELECT * FROM telling WHERE id = 0")
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        row.map_or(Ok(Telling::default()), |row| {
            Ok(Telling {
                owed_since: time_maybe(&row, "owed_since")?,
                told_at: time_maybe(&row, "told_at")?,
                failures: get(&row, "failures")?,
            })
        })
    }
}

#[async_trait]
impl WatchWrites for Work {
    async fn insert_shift(&mut self, kept: &KeptShift) -> Stored<()> {
        let shift = &kept.shift;
        sqlx::query(
            "INSERT INTO shifts (id, member_id, days, from_minute, until_minute, zone) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(kept.id.to_string())
        .bind(kept.member.to_string())
        .bind(shift.days.bits())
        .bind(shift.from.count())
        .bind(shift.until.count())
        .bind(shift.zone.as_str())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn drop_shift(&mut self, member: MemberId, id: ShiftId) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM shifts WHERE id = ? AND member_id = ?")
            .bind(id.to_string())
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn rise_to(&mut self, queue: Queue, level: Level, since: Timestamp) -> Stored<u64> {
        let done = sqlx::query(
            "UPDATE calls SET level = ?1 WHERE queue = ?2 AND level < ?1 AND waiting_since <= ?3 \
             AND waiting_since IS NOT NULL AND origin <> 'imported'",
        )
        .bind(level.number())
        .bind(queue.name())
        .bind(since.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(done.rows_affected())
    }

    async fn keep_telling(&mut self, telling: &Telling) -> Stored<()> {
        sqlx::query(
            "INSERT INTO telling (id, owed_since, told_at, failures) VALUES (0, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET owed_since = excluded.owed_since, \
             told_at = excluded.told_at, failures = excluded.failures",
        )
        .bind(telling.owed_since.map(|at| at.0))
        .bind(telling.told_at.map(|at| at.0))
        .bind(telling.failures)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }
}
