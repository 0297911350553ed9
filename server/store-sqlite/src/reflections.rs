use crate::{
    Work,
    keyset::posts,
    row::{get, member_author, parsed, time, time_maybe},
    writer::failed,
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
use sqlx::sqlite::SqliteRow;
use std::cmp::Reverse;

fn reflection(row: &SqliteRow) -> Stored<Reflection> {
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

#[async_trait]
impl ReflectionReads for Work {
    async fn reflection(&mut self, id: ReflectionId) -> Stored<Option<Reflection>> {
        sqlx::query(
            "SELECT r.*, m.handle FROM reflections r LEFT JOIN members m ON m.id = r.member_id \
             WHERE r.id = ?",
        )
        .bind(id.to_string())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?
        .as_ref()
        .map(reflection)
        .transpose()
    }

    async fn prompt_place(
        &mut self,
        prompt: PromptId,
        now: Timestamp,
    ) -> Stored<Option<PromptPlace>> {
        sqlx::query(
            "SELECT p.article_id, p.position, p.text, a.title, \
             '/series/' || s.slug || '/' || a.slug AS address FROM prompts p \
             JOIN articles a ON a.id = p.article_id JOIN series s ON s.id = a.series_id \
             WHERE p.id = ? AND a.published_at <= ?",
        )
        .bind(prompt.to_string())
        .bind(now.0)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?
        .as_ref()
        .map(|row| {
            Ok(PromptPlace {
                article: parsed(row, "article_id")?,
                position: get(row, "position")?,
                question: get(row, "text")?,
                title: get(row, "title")?,
                address: get(row, "address")?,
            })
        })
        .transpose()
    }

    async fn newest_reflections(
        &mut self,
        prompts: &[PromptId],
        each: u32,
    ) -> Stored<Vec<Reflection>> {
        if prompts.is_empty() {
            return Ok(Vec::new());
        }
        let quoted: Vec<String> = prompts.iter().map(|id| format!("\"{id}\"")).collect();
        let mut found: Vec<Reflection> = sqlx::query(
            "SELECT r.*, m.handle FROM json_each(?) j CROSS JOIN reflections r ON r.id IN \
             (SELECT n.id FROM reflections n WHERE n.prompt_id = j.value AND n.state = 'published' \
             ORDER BY n.created_at DESC, n.id DESC LIMIT ?) \
             LEFT JOIN members m ON m.id = r.member_id",
        )
        .bind(format!("[{}]", quoted.join(",")))
        .bind(each)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(reflection)
        .collect::<Stored<_>>()?;
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
        let rows = sqlx::query(
            "SELECT r.*, m.handle FROM reflections r LEFT JOIN members m ON m.id = r.member_id \
             WHERE r.prompt_id = ? AND r.state = 'published' AND (r.created_at, r.id) < (?, ?) \
             ORDER BY r.created_at DESC, r.id DESC LIMIT ?",
        )
        .bind(prompt.to_string())
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        Ok(posts(&rows, limit, reflection)?)
    }
}

#[async_trait]
impl ReflectionWrites for Work {
    async fn insert_reflection(&mut self, new: &ReflectionToInsert) -> Stored<()> {
        sqlx::query(
            "INSERT INTO reflections (id, article_id, prompt_id, member_id, anonymous, body, \
             html, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.to_string())
        .bind(new.article.to_string())
        .bind(new.prompt.to_string())
        .bind(new.member.to_string())
        .bind(new.anonymous)
        .bind(&new.body)
        .bind(&new.html)
        .bind(new.created_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
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
        sqlx::query(
            "UPDATE reflections SET body = ?, html = ?, anonymous = ?, edited_at = ? WHERE id = ?",
        )
        .bind(body)
        .bind(html)
        .bind(anonymous)
        .bind(now.0)
        .bind(id.to_string())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn remove_reflection(&mut self, id: ReflectionId) -> Stored<()> {
        self.remove_thread(id.into()).await?;
        self.remove_support(id.into()).await?;
        sqlx::query("DELETE FROM reflections WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
