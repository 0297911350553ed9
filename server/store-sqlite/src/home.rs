use crate::{
    Work,
    row::{get, member_author, parsed, time},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    home::{HomeReads, NewestShare},
    ids::CommentId,
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

/// Each kind is read in the order of its own index, and no further than the
/// newest of all go.
const NEWEST: &str = "\
    SELECT 'story' AS kind, x.id AS id, x.title AS title, x.content_note AS content_note, \
        substr(x.excerpt, 1, 1000) AS opening, x.member_id AS member_id, \
        x.anonymous AS anonymous, x.created_at AS created_at, m.handle AS handle \
      FROM stories x LEFT JOIN members m ON m.id = x.member_id \
      WHERE x.state = 'published' \
    UNION ALL \
    SELECT 'shout_out', x.id, coalesce(x.to_name, t.handle, ''), NULL, \
        substr(x.body, 1, 1000), x.member_id, x.anonymous, x.created_at, m.handle \
      FROM shout_outs x LEFT JOIN members m ON m.id = x.member_id \
      LEFT JOIN members t ON t.id = x.to_member_id \
      WHERE x.state = 'published' \
    UNION ALL \
    SELECT 'ritual', x.id, x.title, NULL, \
        substr(x.body, 1, 1000), x.member_id, x.anonymous, x.created_at, m.handle \
      FROM rituals x LEFT JOIN members m ON m.id = x.member_id \
      WHERE x.state = 'published' \
    UNION ALL \
    SELECT 'reflection', x.id, coalesce(p.text, ''), NULL, \
        substr(x.body, 1, 1000), x.member_id, x.anonymous, x.created_at, m.handle \
      FROM reflections x CROSS JOIN articles a ON a.id = x.article_id \
      LEFT JOIN prompts p ON p.id = x.prompt_id \
      LEFT JOIN members m ON m.id = x.member_id \
      WHERE x.state = 'published' AND a.published_at <= ? \
    ORDER BY created_at DESC, id DESC LIMIT ?";

fn share(row: &SqliteRow) -> Stored<NewestShare> {
    let id: CommentId = parsed(row, "id")?;
    Ok(NewestShare {
        kind: parsed(row, "kind")?,
        id: id.uuid(),
        title: get(row, "title")?,
        content_note: get::<Option<String>>(row, "content_note")?.unwrap_or_default(),
        opening: get(row, "opening")?,
        author: member_author(row)?,
        created_at: time(row, "created_at")?,
    })
}

#[async_trait]
impl HomeReads for Work {
    async fn newest_shares(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<NewestShare>> {
        sqlx::query(NEWEST)
            .bind(now.0)
            .bind(limit)
            .fetch_all(self.connection())
            .await
            .map_err(failed)?
            .iter()
            .map(share)
            .collect()
    }
}
