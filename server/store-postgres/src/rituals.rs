use crate::{
    Work,
    keyset::{asked, columns, page},
    row::{get, member_author, parsed, time, time_maybe},
    work::{Hold, kept},
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{MemberId, RitualId},
    page::{Mark, Page},
    rituals::{Moment, Ritual, RitualReads, RitualText, RitualWrites},
    store::Stored,
};
use sqlx::postgres::PgRow;

/// What [`ritual`] reads.
const SELECT: &str = "SELECT r.id, r.member_id, r.anonymous, r.kind, r.title, r.body, r.html, \
     r.starts_at, r.zone, r.place, r.link, r.created_at, r.edited_at, r.state, m.handle \
     FROM rituals r LEFT JOIN members m ON m.id = r.member_id ";

fn ritual(row: &PgRow) -> Stored<Ritual> {
    Ok(Ritual {
        id: parsed(row, "id")?,
        author: member_author(row)?,
        text: RitualText {
            kind: parsed(row, "kind")?,
            title: get(row, "title")?,
            body: get(row, "body")?,
            html: get(row, "html")?,
            when: Moment {
                at: time(row, "starts_at")?,
                zone: get(row, "zone")?,
            },
            place: get(row, "place")?,
            link: get(row, "link")?,
        },
        created_at: time(row, "created_at")?,
        edited_at: time_maybe(row, "edited_at")?,
        standing: parsed(row, "state")?,
    })
}

impl Work {
    async fn rituals(
        &mut self,
        condition: &str,
        bound: Timestamp,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Ritual>> {
        let (at, id) = after.map_or((bound.0, String::new()), columns);
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE r.state = 'published' AND {condition} LIMIT $4"
        )))
        .bind(at)
        .bind(id)
        .bind(bound.0)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        page(&rows, limit, "starts_at", ritual)
    }
}

#[async_trait]
impl RitualReads for Work {
    async fn ritual(&mut self, id: RitualId) -> Stored<Option<Ritual>> {
        self.hold_subject(id.into(), Hold::Changing).await?;
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE r.id = $1")));
        self.one(statement.bind(id.to_string()), ritual).await
    }

    async fn coming_rituals(
        &mut self,
        from: Timestamp,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Ritual>> {
        let condition = "(r.starts_at, r.id) > ($1, $2) AND r.starts_at >= $3 \
             ORDER BY r.starts_at, r.id";
        self.rituals(condition, from, after, limit).await
    }

    async fn past_rituals(
        &mut self,
        before: Timestamp,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Ritual>> {
        let condition = "(r.starts_at, r.id) < ($1, $2) AND r.starts_at < $3 \
             ORDER BY r.starts_at DESC, r.id DESC";
        self.rituals(condition, before, after, limit).await
    }
}

#[async_trait]
impl RitualWrites for Work {
    async fn insert_ritual(
        &mut self,
        id: RitualId,
        author: MemberId,
        anonymous: bool,
        text: &RitualText,
        now: Timestamp,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO rituals (id, member_id, anonymous, kind, title, body, html, starts_at, \
             zone, place, link, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(id.to_string())
        .bind(author.to_string())
        .bind(i64::from(anonymous))
        .bind(text.kind.name())
        .bind(kept(&text.title))
        .bind(kept(&text.body))
        .bind(kept(&text.html))
        .bind(text.when.at.0)
        .bind(kept(&text.when.zone))
        .bind(text.place.as_deref().map(kept))
        .bind(text.link.as_deref().map(kept))
        .bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn edit_ritual(
        &mut self,
        id: RitualId,
        anonymous: bool,
        text: &RitualText,
        now: Timestamp,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE rituals SET anonymous = $1, kind = $2, title = $3, body = $4, html = $5, \
             starts_at = $6, zone = $7, place = $8, link = $9, edited_at = $10 WHERE id = $11",
        )
        .bind(i64::from(anonymous))
        .bind(text.kind.name())
        .bind(kept(&text.title))
        .bind(kept(&text.body))
        .bind(kept(&text.html))
        .bind(text.when.at.0)
        .bind(kept(&text.when.zone))
        .bind(text.place.as_deref().map(kept))
        .bind(text.link.as_deref().map(kept))
        .bind(now.0)
        .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn remove_ritual(&mut self, id: RitualId) -> Stored<()> {
        self.remove_subject(id.into()).await
    }
}
