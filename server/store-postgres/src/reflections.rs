use crate::{
    Work,
    keyset::{asked, posts},
    row::{get, member_author, number, parsed, time, time_maybe},
    work::{Hold, kept},
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{PromptId, ReflectionId},
    page::{Cursor, Page, Postmark},
    reflections::{PromptPlace, Reflection, ReflectionReads, ReflectionToInsert, ReflectionWrites},
    refusal::Fault,
    store::Stored,
};
use sqlx::postgres::PgRow;
use std::cmp::Reverse;

/// What [`reflection`] reads.
const SELECT: &str = "SELECT r.id, r.article_id, r.prompt_id, r.member_id, r.anonymous, r.body, \
     r.html, r.created_at, r.edited_at, r.state, m.handle ";

fn reflection(row: &PgRow) -> Stored<Reflection> {
    Ok(Reflection {
        id: parsed(row, "id")?,
        article: parsed(row, "article_id")?,
        prompt: parsed(row, "prompt_id")?,
        author: member_author(row)?,
        body: get(row, "body")?,
        html: get(row, "html")?,
        created_at: time(row, "created_at")?,
        edited_at: time_maybe(row, "edited_at")?,
        standing: parsed(row, "state")?,
    })
}

fn prompt_place(row: &PgRow) -> Stored<PromptPlace> {
    Ok(PromptPlace {
        article: parsed(row, "article_id")?,
        position: number(row, "position")?,
        question: get(row, "text")?,
        title: get(row, "title")?,
        address: get(row, "address")?,
    })
}

#[async_trait]
impl ReflectionReads for Work {
    async fn reflection(&mut self, id: ReflectionId) -> Stored<Option<Reflection>> {
        self.hold_subject(id.into(), Hold::Changing).await?;
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} FROM reflections r LEFT JOIN members m ON m.id = r.member_id \
             WHERE r.id = $1"
        )));
        self.one(statement.bind(id.to_string()), reflection).await
    }

    /// In a unit the prompt stands until the unit ends.
    async fn prompt_place(
        &mut self,
        prompt: PromptId,
        now: Timestamp,
    ) -> Stored<Option<PromptPlace>> {
        let prompt = prompt.to_string();
        self.hold("prompts", "id", &prompt, Hold::Standing).await?;
        let statement = sqlx::query(
            "SELECT p.article_id, p.position, p.text, a.title, \
             '/series/' || s.slug || '/' || a.slug AS address FROM prompts p \
             JOIN articles a ON a.id = p.article_id JOIN series s ON s.id = a.series_id \
             WHERE p.id = $1 AND a.published_at <= $2",
        )
        .bind(prompt)
        .bind(now.0);
        self.one(statement, prompt_place).await
    }

    async fn newest_reflections(
        &mut self,
        prompts: &[PromptId],
        each: u32,
    ) -> Stored<Vec<Reflection>> {
        if prompts.is_empty() {
            return Ok(Vec::new());
        }
        let prompts: Vec<String> = prompts.iter().map(PromptId::to_string).collect();
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} FROM unnest($1::text[]) AS j (prompt_id) CROSS JOIN LATERAL \
             (SELECT n.* FROM reflections n WHERE n.prompt_id = j.prompt_id AND n.state = 'published' \
             ORDER BY n.created_at DESC, n.id DESC LIMIT $2) AS r \
             LEFT JOIN members m ON m.id = r.member_id"
        )))
        .bind(prompts)
        .bind(i64::from(each));
        let mut found = self.many(statement, reflection).await?;
        found.sort_by_key(|found| Reverse((found.created_at, found.id)));
        Ok(found)
    }

    async fn reflections(
        &mut self,
        prompt: PromptId,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Reflection>, Fault> {
        let after = after.map(Postmark::read).transpose()?;
        let (at, id) = self.newest_posts("reflections", after).await?;
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} FROM reflections r LEFT JOIN members m ON m.id = r.member_id \
             WHERE r.prompt_id = $1 AND r.state = 'published' \
             AND (r.created_at, r.id) < ($2, $3) \
             ORDER BY r.created_at DESC, r.id DESC LIMIT $4"
        )))
        .bind(prompt.to_string())
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        Ok(posts(&rows, limit, reflection)?)
    }
}

#[async_trait]
impl ReflectionWrites for Work {
    async fn insert_reflection(&mut self, new: &ReflectionToInsert) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO reflections (id, article_id, prompt_id, member_id, anonymous, body, \
             html, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new.id.to_string())
        .bind(new.article.to_string())
        .bind(new.prompt.to_string())
        .bind(new.member.to_string())
        .bind(i64::from(new.anonymous))
        .bind(kept(&new.body))
        .bind(kept(&new.html))
        .bind(new.created_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn edit_reflection(
        &mut self,
        id: ReflectionId,
        body: &str,
        html: &str,
        anonymous: bool,
        now: Timestamp,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE reflections SET body = $1, html = $2, anonymous = $3, edited_at = $4 \
             WHERE id = $5",
        )
        .bind(kept(body))
        .bind(kept(html))
        .bind(i64::from(anonymous))
        .bind(now.0)
        .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn remove_reflection(&mut self, id: ReflectionId) -> Stored<()> {
        self.remove_subject(id.into()).await
    }
}
