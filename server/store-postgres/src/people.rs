use crate::{
    Work,
    keyset::{asked, newest, page},
    row::{first, get, parsed, time, unreadable},
};
use async_trait::async_trait;
use domain::{
    ids::{AwayId, CommentId, MemberId},
    moderation::Thing,
    page::{Mark, Page},
    people::{Away, AwayToKeep, Distance, PeopleReads, PeopleWrites, Whom},
    store::Stored,
};
use sqlx::postgres::PgRow;

fn away(row: &PgRow) -> Stored<Away> {
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

fn thing(row: &PgRow) -> Stored<Thing> {
    let kind: &str = get(row, "through_kind")?;
    let id: CommentId = parsed(row, "through_id")?;
    Thing::named(kind, id).map_err(|_| unreadable("through_kind", kind))
}

#[async_trait]
impl PeopleReads for Work {
    async fn aways(
        &mut self,
        member: MemberId,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Away>> {
        let (since, id) = newest(after);
        let statement = sqlx::query(
            "SELECT a.id, a.through_kind, a.distance, a.since, m.handle FROM aways a \
             LEFT JOIN members m ON m.id = a.other_id AND a.through_kind IS NULL \
             WHERE a.member_id = $1 AND (a.since, a.id) < ($2, $3) \
             ORDER BY a.since DESC, a.id DESC LIMIT $4",
        )
        .bind(member.to_string())
        .bind(since)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        page(&rows, limit, "since", away)
    }

    async fn away_from_named(
        &mut self,
        member: MemberId,
        others: &[MemberId],
    ) -> Stored<Vec<(MemberId, Distance)>> {
        let others: Vec<String> = others.iter().map(MemberId::to_string).collect();
        let statement = sqlx::query(
            "SELECT other_id, distance FROM aways \
             WHERE member_id = $1 AND other_id = ANY ($2::text[]) AND through_id IS NULL",
        )
        .bind(member.to_string())
        .bind(others);
        self.many(statement, |row| {
            Ok((parsed(row, "other_id")?, parsed(row, "distance")?))
        })
        .await
    }

    async fn away_from_things(
        &mut self,
        member: MemberId,
        things: &[Thing],
    ) -> Stored<Vec<(Thing, Distance)>> {
        let (kinds, ids): (Vec<&str>, Vec<String>) = things
            .iter()
            .map(|thing| (thing.kind(), thing.uuid().simple().to_string()))
            .unzip();
        let statement = sqlx::query(
            "SELECT a.through_kind, a.through_id, a.distance \
             FROM unnest($2::text[], $3::text[]) AS j (kind, id) \
             JOIN aways a ON a.member_id = $1 AND a.through_kind = j.kind \
             AND a.through_id = j.id AND a.through_id IS NOT NULL",
        )
        .bind(member.to_string())
        .bind(kinds)
        .bind(ids);
        self.many(statement, |row| Ok((thing(row)?, parsed(row, "distance")?)))
            .await
    }

    async fn blocks(&mut self, member: MemberId, other: MemberId, named: bool) -> Stored<bool> {
        let statement = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM aways WHERE other_id = $1 AND member_id = $2 \
             AND distance = 'block' AND (through_id IS NULL) = $3)",
        )
        .bind(other.to_string())
        .bind(member.to_string())
        .bind(named);
        self.sole(statement, first).await
    }
}

#[async_trait]
impl PeopleWrites for Work {
    async fn keep_away(&mut self, away: &AwayToKeep) -> Stored<()> {
        let (kind, id) = away
            .through
            .map(|thing| (thing.kind(), thing.uuid().simple().to_string()))
            .unzip();
        let statement = sqlx::query(match away.through {
            Some(_) => {
                "INSERT INTO aways (id, member_id, other_id, through_kind, through_id, distance, \
                 since) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                 ON CONFLICT (member_id, through_kind, through_id) WHERE through_id IS NOT NULL \
                 DO UPDATE SET distance = excluded.distance"
            }
            None => {
                "INSERT INTO aways (id, member_id, other_id, through_kind, through_id, distance, \
                 since) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                 ON CONFLICT (member_id, other_id) WHERE through_id IS NULL \
                 DO UPDATE SET distance = excluded.distance"
            }
        })
        .bind(away.id.to_string())
        .bind(away.member.to_string())
        .bind(away.other.map(|id| id.to_string()))
        .bind(kind)
        .bind(id)
        .bind(away.distance.name())
        .bind(away.since.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn lift_away(&mut self, member: MemberId, id: AwayId) -> Stored<bool> {
        let statement = sqlx::query("DELETE FROM aways WHERE id = $1 AND member_id = $2");
        let statement = statement.bind(id.to_string()).bind(member.to_string());
        Ok(self.run(statement).await? == 1)
    }
}
