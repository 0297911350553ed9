use crate::{
    Work,
    keyset::{columns, page},
    row::{get, member_author, parsed, time, time_maybe},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{MemberId, RitualId, Subject},
    page::{Mark, Page},
    rituals::{Moment, Ritual, RitualReads, RitualText, RitualWrites},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

/// What [`ritual`] reads.
pub(crate) const SELECT: &str =
    "SELECT r.*, m.handle FROM rituals r LEFT JOIN members m ON m.id = r.member_id ";

pub(crate) fn ritual(row: &SqliteRow) -> Stored<Ritual> {
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
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE r.state = 'published' AND {condition} LIMIT ?3"
        )))
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .bind(bound.0)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        page(&rows, limit, "starts_at", ritual)
    }
}

#[async_trait]
impl RitualReads for Work {
    async fn ritual(&mut self, id: RitualId) -> Stored<Option<Ritual>> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE r.id = ?")))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(ritual)
            .transpose()
    }

    async fn coming_rituals(
        &mut self,
        from: Timestamp,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Ritual>> {
        let condition = "(r.starts_at, r.id) > (?1, ?2) AND r.starts_at >= ?4 \
             ORDER BY r.starts_at, r.id";
        self.rituals(condition, from, after, limit).await
    }

    async fn past_rituals(
        &mut self,
        before: Timestamp,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Ritual>> {
        let condition = "(r.starts_at, r.id) < (?1, ?2) AND r.starts_at < ?4 \
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
        sqlx::query(
            "INSERT INTO rituals (id, member_id, anonymous, kind, title, body, html, starts_at, \
             zone, place, link, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(author.to_string())
        .bind(anonymous)
        .bind(text.kind.name())
        .bind(&text.title)
        .bind(&text.body)
        .bind(&text.html)
        .bind(text.when.at.0)
        .bind(&text.when.zone)
        .bind(&text.place)
        .bind(&text.link)
        .bind(now.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn edit_ritual(
        &mut self,
        id: RitualId,
        anonymous: bool,
        text: &RitualText,
        now: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "UPDATE rituals SET anonymous = ?, kind = ?, title = ?, body = ?, html = ?, \
             starts_at = ?, zone = ?, place = ?, link = ?, edited_at = ? WHERE id = ?",
        )
        .bind(anonymous)
        .bind(text.kind.name())
        .bind(&text.title)
        .bind(&text.body)
        .bind(&text.html)
        .bind(text.when.at.0)
        .bind(&text.when.zone)
        .bind(&text.place)
        .bind(&text.link)
        .bind(now.0)
        .bind(id.to_string())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn remove_ritual(&mut self, id: RitualId) -> Stored<()> {
        self.remove_thread(Subject::from(id)).await?;
        self.remove_support(Subject::from(id)).await?;
        sqlx::query("DELETE FROM rituals WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
