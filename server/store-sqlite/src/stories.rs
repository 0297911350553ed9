use crate::{
    Work,
    keyset::posts,
    row::{get, member_author, parsed, time, time_maybe},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{MemberId, StoryId},
    page::{Cursor, Page, Postmark},
    refusal::Fault,
    store::Stored,
    stories::{Story, StoryInList, StoryReads, StoryText, StoryWrites},
};
use sqlx::sqlite::SqliteRow;

fn story(row: &SqliteRow) -> Stored<Story> {
    Ok(Story {
        id: parsed(row, "id")?,
        author: member_author(row)?,
        title: get(row, "title")?,
        content_note: get(row, "content_note")?,
        body: get(row, "body")?,
        html: get(row, "html")?,
        created_at: time(row, "created_at")?,
        edited_at: time_maybe(row, "edited_at")?,
        standing: parsed(row, "state")?,
    })
}

fn story_in_list(row: &SqliteRow) -> Stored<StoryInList> {
    Ok(StoryInList {
        id: parsed(row, "id")?,
        author: member_author(row)?,
        title: get(row, "title")?,
        content_note: get(row, "content_note")?,
        excerpt: get(row, "excerpt")?,
        created_at: time(row, "created_at")?,
        edited_at: time_maybe(row, "edited_at")?,
    })
}

#[async_trait]
impl StoryReads for Work {
    async fn story(&mut self, id: StoryId) -> Stored<Option<Story>> {
        sqlx::query(
            "SELECT s.*, m.handle FROM stories s LEFT JOIN members m ON m.id = s.member_id \
             WHERE s.id = ?",
        )
        .bind(id.to_string())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?
        .as_ref()
        .map(story)
        .transpose()
    }

    async fn stories(
        &mut self,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<StoryInList>, Fault> {
        let after = after.map(Postmark::read).transpose()?;
        let (at, id) = self.newest_posts("stories", after).await?;
        let rows = sqlx::query(
            "SELECT s.id, s.member_id, s.anonymous, s.title, s.content_note, s.excerpt, \
             s.created_at, s.edited_at, m.handle FROM stories s \
             LEFT JOIN members m ON m.id = s.member_id \
             WHERE s.state = 'published' AND (s.created_at, s.id) < (?, ?) \
             ORDER BY s.created_at DESC, s.id DESC LIMIT ?",
        )
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        Ok(posts(&rows, limit, story_in_list)?)
    }
}

#[async_trait]
impl StoryWrites for Work {
    async fn insert_story(
        &mut self,
        id: StoryId,
        member: MemberId,
        text: &StoryText,
        now: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO stories (id, member_id, anonymous, title, content_note, excerpt, body, \
             html, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(member.to_string())
        .bind(text.anonymous)
        .bind(&text.title)
        .bind(&text.content_note)
        .bind(&text.excerpt)
        .bind(&text.body)
        .bind(&text.html)
        .bind(now.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn edit_story(&mut self, id: StoryId, text: &StoryText, now: Timestamp) -> Stored<()> {
        sqlx::query(
            "UPDATE stories SET anonymous = ?, title = ?, content_note = ?, excerpt = ?, \
             body = ?, html = ?, edited_at = ? WHERE id = ?",
        )
        .bind(text.anonymous)
        .bind(&text.title)
        .bind(&text.content_note)
        .bind(&text.excerpt)
        .bind(&text.body)
        .bind(&text.html)
        .bind(now.0)
        .bind(id.to_string())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn remove_story(&mut self, id: StoryId) -> Stored<()> {
        self.remove_thread(id.into()).await?;
        self.remove_support(id.into()).await?;
        sqlx::query("DELETE FROM stories WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
