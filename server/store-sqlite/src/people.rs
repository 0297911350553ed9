use crate::{
    Work,
    keyset::{columns, page},
    row::{get, parsed, time},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    ids::{AwayId, CommentId, MemberId},
    moderation::Thing,
    page::{Mark, Page},
    people::{Away, AwayToKeep, Distance, PeopleReads, PeopleWrites, Whom},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

fn away(row: &SqliteRow) -> Stored<Away> {
    let through: Option<String> = get(row, "through_kind")?;
    let handle: Option<String> = get(row, "handle")?;
    Ok(Away {
        id: parsed(row, "id")?,
        whom: match (through, handle) {
            (Some(kind), _) => Whom::Anonymous(kind),
            (None, Some(handle)) => Whom::Named(handle),
            (None, None) => Whom::Former,
        },
        distance: parsed(row, "distance")?,
        since: time(row, "since")?,
    })
}

/// A list that one statement can read.
fn listed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

#[async_trait]
impl PeopleReads for Work {
    async fn aways(
        &mut self,
        member: MemberId,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Away>> {
        let (since, id) = after.map_or((i64::MAX, String::new()), columns);
        let rows = sqlx::query(
            "SELECT a.id, a.through_kind, a.distance, a.since, m.handle FROM aways a \
             LEFT JOIN members m ON m.id = a.other_id AND a.through_kind IS NULL \
             WHERE a.member_id = ? AND (a.since, a.id) < (?, ?) \
             ORDER BY a.since DESC, a.id DESC LIMIT ?",
        )
        .bind(member.to_string())
        .bind(since)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        page(&rows, limit, "since", away)
    }

    async fn away_from_named(
        &mut self,
        member: MemberId,
        others: &[MemberId],
    ) -> Stored<Vec<(MemberId, Distance)>> {
        sqlx::query(
            "SELECT a.other_id, a.distance FROM json_each(?) j CROSS JOIN aways a \
             ON a.member_id = ? AND a.other_id = j.value AND a.through_id IS NULL",
        )
        .bind(listed(others.iter().map(|id| format!("\"{id}\""))))
        .bind(member.to_string())
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(|row| Ok((parsed(row, "other_id")?, parsed(row, "distance")?)))
        .collect()
    }

    async fn away_from_things(
        &mut self,
        member: MemberId,
        things: &[Thing],
    ) -> Stored<Vec<(Thing, Distance)>> {
        let pairs = things
            .iter()
            .map(|thing| format!(r#"["{}","{}"]"#, thing.kind(), thing.uuid().simple()));
        sqlx::query(
            "SELECT a.through_kind, a.through_id, a.distance FROM json_each(?) j \
             CROSS JOIN aways a ON a.member_id = ? AND a.through_kind = j.value ->> 0 \
             AND a.through_id = j.value ->> 1",
        )
        .bind(listed(pairs))
        .bind(member.to_string())
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(|row| {
            let kind: &str = get(row, "through_kind")?;
            let id: CommentId = parsed(row, "through_id")?;
            let thing =
                Thing::named(kind, id).map_err(|_| crate::row::unreadable("through_kind", kind))?;
            Ok((thing, parsed(row, "distance")?))
        })
        .collect()
    }

    async fn blocks(&mut self, member: MemberId, other: MemberId, named: bool) -> Stored<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM aways WHERE other_id = ? AND member_id = ? \
             AND distance = 'block' AND (through_id IS NULL) = ?)",
        )
        .bind(other.to_string())
        .bind(member.to_string())
        .bind(named)
        .fetch_one(self.connection())
        .await
        .map_err(failed)
    }
}

#[async_trait]
impl PeopleWrites for Work {
    async fn keep_away(&mut self, away: &AwayToKeep) -> Stored<()> {
        let (kind, id) = away
            .through
            .map(|thing| (thing.kind(), thing.uuid().simple().to_string()))
            .unzip();
        let statement = match away.through {
            Some(_) => {
                "INSERT INTO aways (id, member_id, other_id, through_kind, through_id, distance, \
                 since) VALUES (?, ?, ?, ?, ?, ?, ?) \
                 ON CONFLICT (member_id, through_kind, through_id) WHERE through_id IS NOT NULL \
                 DO UPDATE SET distance = excluded.distance"
            }
            None => {
                "INSERT INTO aways (id, member_id, other_id, through_kind, through_id, distance, \
                 since) VALUES (?, ?, ?, ?, ?, ?, ?) \
                 ON CONFLICT (member_id, other_id) WHERE through_id IS NULL \
                 DO UPDATE SET distance = excluded.distance"
            }
        };
        sqlx::query(statement)
            .bind(away.id.to_string())
            .bind(away.member.to_string())
            .bind(away.other.map(|id| id.to_string()))
            .bind(kind)
            .bind(id)
            .bind(away.distance.name())
            .bind(away.since.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn lift_away(&mut self, member: MemberId, id: AwayId) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM aways WHERE id = ? AND member_id = ?")
            .bind(id.to_string())
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }
}
