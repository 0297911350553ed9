use crate::{
    Work,
    row::{get, number, parsed, time_maybe, unreadable},
    work::kept,
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
use sqlx::postgres::PgRow;

fn minute(row: &PgRow, column: &str) -> Stored<Minute> {
    let count: u16 = number(row, column)?;
    Minute::from_count(count).ok_or_else(|| unreadable(column, &count.to_string()))
}

fn shift(row: &PgRow) -> Stored<KeptShift> {
    Ok(KeptShift {
        id: parsed(row, "id")?,
        member: parsed(row, "member_id")?,
        shift: Shift {
            days: Days::from_bits(number(row, "days")?),
            from: minute(row, "from_minute")?,
            until: minute(row, "until_minute")?,
            zone: Zone::kept(get(row, "zone")?),
        },
    })
}

#[async_trait]
impl WatchReads for Work {
    async fn shifts_of(&mut self, member: MemberId) -> Stored<Vec<KeptShift>> {
        let statement = sqlx::query(
            "SELECT id, member_id, days, from_minute, until_minute, zone FROM shifts \
             WHERE member_id = $1 ORDER BY id",
        );
        self.many(statement.bind(member.to_string()), shift).await
    }

    async fn shifts(&mut self, roles: Roles, limit: u32) -> Stored<Vec<KeptShift>> {
        let statement = sqlx::query(
            "SELECT s.id, s.member_id, s.days, s.from_minute, s.until_minute, s.zone \
             FROM shifts s JOIN members m ON m.id = s.member_id \
             WHERE m.state = 'active' AND m.roles & $1 <> 0 \
             ORDER BY s.member_id, s.id LIMIT $2",
        )
        .bind(i64::from(roles.bits()))
        .bind(i64::from(limit));
        self.many(statement, shift).await
    }

    async fn members_with(&mut self, roles: Roles, limit: u32) -> Stored<Vec<(MemberId, Roles)>> {
        let statement = sqlx::query(
            "SELECT id, roles FROM members WHERE roles <> 0 AND state = 'active' \
             AND roles & $1 <> 0 ORDER BY id LIMIT $2",
        )
        .bind(i64::from(roles.bits()))
        .bind(i64::from(limit));
        self.many(statement, |row| {
            Ok((parsed(row, "id")?, Roles::from_bits(number(row, "roles")?)))
        })
        .await
    }

    async fn waiting(&mut self, queue: Queue) -> Stored<Waiting> {
        let mut waiting = Waiting::default();
        for (level, rank) in (0_i64..).zip(&mut waiting.0) {
            let statement = sqlx::query(
                "SELECT count(*) AS count, min(waiting_since) AS first FROM calls \
                 WHERE queue = $1 AND level = $2 AND waiting_since IS NOT NULL \
                 AND origin <> 'imported'",
            )
            .bind(queue.name())
            .bind(level);
            *rank = self
                .sole(statement, |row| {
                    Ok(Rank {
                        count: number(row, "count")?,
                        first: time_maybe(row, "first")?,
                    })
                })
                .await?;
        }
        Ok(waiting)
    }

    /// In a unit nobody else changes it until the unit ends.
    async fn telling(&mut self) -> Stored<Telling> {
        self.take_turn("telling").await?;
        let statement =
            sqlx::query("SELECT owed_since, told_at, failures FROM telling WHERE id = 0");
        let telling = self
            .one(statement, |row| {
                Ok(Telling {
                    owed_since: time_maybe(row, "owed_since")?,
                    told_at: time_maybe(row, "told_at")?,
                    failures: number(row, "failures")?,
                })
            })
            .await?;
        Ok(telling.unwrap_or_default())
    }
}

#[async_trait]
impl WatchWrites for Work {
    async fn insert_shift(&mut self, new: &KeptShift) -> Stored<()> {
        let shift = &new.shift;
        let statement = sqlx::query(
            "INSERT INTO shifts (id, member_id, days, from_minute, until_minute, zone) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id.to_string())
        .bind(new.member.to_string())
        .bind(i64::from(shift.days.bits()))
        .bind(i64::from(shift.from.count()))
        .bind(i64::from(shift.until.count()))
        .bind(kept(shift.zone.as_str()));
        self.run(statement).await?;
        Ok(())
    }

    async fn drop_shift(&mut self, member: MemberId, id: ShiftId) -> Stored<bool> {
        let statement = sqlx::query("DELETE FROM shifts WHERE id = $1 AND member_id = $2")
            .bind(id.to_string())
            .bind(member.to_string());
        Ok(self.run(statement).await? == 1)
    }

    async fn rise_to(&mut self, queue: Queue, level: Level, since: Timestamp) -> Stored<u64> {
        let statement = sqlx::query(
            "UPDATE calls SET level = $1 WHERE queue = $2 AND level < $1 AND waiting_since <= $3 \
             AND waiting_since IS NOT NULL AND origin <> 'imported'",
        )
        .bind(i64::from(level.number()))
        .bind(queue.name())
        .bind(since.0);
        self.run(statement).await
    }

    async fn keep_telling(&mut self, telling: &Telling) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO telling (id, owed_since, told_at, failures) VALUES (0, $1, $2, $3) \
             ON CONFLICT (id) DO UPDATE SET owed_since = excluded.owed_since, \
             told_at = excluded.told_at, failures = excluded.failures",
        )
        .bind(telling.owed_since.map(|at| at.0))
        .bind(telling.told_at.map(|at| at.0))
        .bind(i64::from(telling.failures));
        self.run(statement).await?;
        Ok(())
    }
}
