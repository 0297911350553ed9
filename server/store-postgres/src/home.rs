use crate::{
    Work,
    row::{get, member_author, parsed, time},
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    home::{HomeReads, NewestShare},
    ids::CommentId,
    store::Stored,
};
use sqlx::postgres::PgRow;

/// Each kind is read in the order of its own index, and no further than a
/// whole answer of it would go.
const NEWEST: &str = "\
    SELECT * FROM ( \
    (SELECT 'story' AS kind, x.id AS id, x.title AS title, x.content_note AS content_note, \
        substr(x.excerpt, 1, 1000) AS opening, x.member_id AS member_id, \
        x.anonymous AS anonymous, x.created_at AS created_at, m.handle AS handle \
      FROM stories x LEFT JOIN members m ON m.id = x.member_id \
      WHERE x.state = 'published' \
      ORDER BY x.created_at DESC, x.id DESC LIMIT $2) \
    UNION ALL \
    (SELECT 'shout_out', x.id, coalesce(x.to_name, t.handle, ''), NULL, \
        substr(x.body, 1, 1000), x.member_id, x.anonymous, x.created_at, m.handle \
      FROM shout_outs x LEFT JOIN members m ON m.id = x.member_id \
      LEFT JOIN members t ON t.id = x.to_member_id \
      WHERE x.state = 'published' \
      ORDER BY x.created_at DESC, x.id DESC LIMIT $2) \
    UNION ALL \
    (SELECT 'ritual', x.id, x.title, NULL, \
        substr(x.body, 1, 1000), x.member_id, x.anonymous, x.created_at, m.handle \
      FROM rituals x LEFT JOIN members m ON m.id = x.member_id \
      WHERE x.state = 'published' \
      ORDER BY x.created_at DESC, x.id DESC LIMIT $2) \
    UNION ALL \
    (SELECT 'reflection', x.id, coalesce(p.text, ''), NULL, \
        substr(x.body, 1, 1000), x.member_id, x.anonymous, x.created_at, m.handle \
      FROM reflections x JOIN articles a ON a.id = x.article_id \
      LEFT JOIN prompts p ON p.id = x.prompt_id \
      LEFT JOIN members m ON m.id = x.member_id \
      WHERE x.state = 'published' AND a.published_at <= $1 \
      ORDER BY x.created_at DESC, x.id DESC LIMIT $2) \
    ) AS shares ORDER BY created_at DESC, id DESC LIMIT $2";

fn share(row: &PgRow) -> Stored<NewestShare> {
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
        let statement = sqlx::query(NEWEST).bind(now.0).bind(i64::from(limit));
        self.many(statement, share).await
    }
}
