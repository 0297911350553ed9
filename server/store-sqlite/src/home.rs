use crate::{
    Work,
    row::{get, member_author, parsed, time},
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    home::{HomeReads, NewestShare},
    ids::CommentId,
    store::{StoreError, Stored},
};
use sqlx::sqlite::SqliteRow;

/// Each kind by its own index, at most `?2` of each, then the newest of all.
const NEWEST: &str = "\
    SELECT n.*, m.handle FROM ( \
      SELECT * FROM (SELECT 'story' AS kind, id, title, content_note, \
          substr(excerpt, 1, 1000) AS opening, member_id, anonymous, created_at \
        FROM stories ORDER BY created_at DESC, id DESC LIMIT ?2) \
      UNION ALL \
      SELECT * FROM (SELECT 'shout_out', s.id, coalesce(s.to_name, t.handle, ''), NULL, \
          substr(s.body, 1, 1000), s.member_id, s.anonymous, s.created_at \
        FROM shout_outs s LEFT JOIN members t ON t.id = s.to_member_id \
        ORDER BY s.created_at DESC, s.id DESC LIMIT ?2) \
      UNION ALL \
      SELECT * FROM (SELECT 'ritual', id, title, NULL, \
          substr(body, 1, 1000), member_id, anonymous, created_at \
        FROM rituals ORDER BY created_at DESC, id DESC LIMIT ?2) \
      UNION ALL \
      SELECT * FROM (SELECT 'reflection', r.id, coalesce(p.text, ''), NULL, \
          substr(r.body, 1, 1000), r.member_id, r.anonymous, r.created_at \
        FROM reflections r CROSS JOIN articles a ON a.id = r.article_id \
        LEFT JOIN prompts p ON p.id = r.prompt_id \
        WHERE a.published_at <= ?1 \
        ORDER BY r.created_at DESC, r.id DESC LIMIT ?2) \
    ) n LEFT JOIN members m ON m.id = n.member_id \
    ORDER BY n.created_at DESC, n.id DESC LIMIT ?2";

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
            .map_err(StoreError::new)?
            .iter()
            .map(share)
            .collect()
    }
}
