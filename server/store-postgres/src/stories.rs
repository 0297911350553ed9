use crate::{
    Work,
    keyset::{asked, posts},
    row::{get, member_author, parsed, time, time_maybe},
    work::{Hold, kept},
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
use sqlx::postgres::PgRow;

fn story(row: &PgRow) -> Stored<Story> {
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

fn story_in_list(row: &PgRow) -> Stored<StoryInList> {
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
        self.hold_subject(id.into(), Hold::Changing).await?;
        let statement = sqlx::query(
            "SELECT s.id, s.member_id, s.anonymous, s.title, s.content_note, s.body, s.html, \
             s.created_at, s.edited_at, s.state, m.handle FROM stories s \
             LEFT JOIN members m ON m.id = s.member_id WHERE s.id = $1",
        );
        self.one(statement.bind(id.to_string()), story).await
    }

    async fn stories(
        &mut self,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<StoryInList>, Fault> {
        let after = after.map(Postmark::read).transpose()?;
        let (at, id) = self.newest_posts("stories", after).await?;
        let statement = sqlx::query(
            "SELECT s.id, s.member_id, s.anonymous, s.title, s.content_note, s.excerpt, \
             s.created_at, s.edited_at, m.handle FROM stories s \
             LEFT JOIN members m ON m.id = s.member_id \
             WHERE s.state = 'published' AND (s.created_at, s.id) < ($1, $2) \
             ORDER BY s.created_at DESC, s.id DESC LIMIT $3",
        )
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
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
        let statement = sqlx::query(
            "INSERT INTO stories (id, member_id, anonymous, title, content_note, excerpt, body, \
             html, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id.to_string())
        .bind(member.to_string())
        .bind(i64::from(text.anonymous))
        .bind(kept(&text.title))
        .bind(text.content_note.as_deref().map(kept))
        .bind(kept(&text.excerpt))
        .bind(kept(&text.body))
        .bind(kept(&text.html))
        .bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn edit_story(&mut self, id: StoryId, text: &StoryText, now: Timestamp) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE stories SET anonymous = $1, title = $2, content_note = $3, excerpt = $4, \
             body = $5, html = $6, edited_at = $7 WHERE id = $8",
        )
        .bind(i64::from(text.anonymous))
        .bind(kept(&text.title))
        .bind(text.content_note.as_deref().map(kept))
        .bind(kept(&text.excerpt))
        .bind(kept(&text.body))
        .bind(kept(&text.html))
        .bind(now.0)
        .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn remove_story(&mut self, id: StoryId) -> Stored<()> {
        self.remove_subject(id.into()).await
    }
}
