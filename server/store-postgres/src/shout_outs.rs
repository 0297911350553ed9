use crate::{
    Work,
    keyset::{asked, posts},
    row::{get, member_author, parsed, parsed_maybe, time, time_maybe},
    work::{Hold, kept},
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{MemberId, ShoutOutId},
    page::{Page, Postmark},
    shout_outs::{KeptThanked, ShoutOut, ShoutOutReads, ShoutOutText, ShoutOutWrites, Thanked},
    store::Stored,
};
use sqlx::postgres::PgRow;
use std::borrow::Cow;

/// What [`shout_out`] reads.
const SELECT: &str = "SELECT s.id, s.member_id, s.anonymous, s.to_member_id, s.to_name, s.body, \
     s.html, s.created_at, s.edited_at, s.state, m.handle, t.handle AS to_handle FROM shout_outs s \
     LEFT JOIN members m ON m.id = s.member_id LEFT JOIN members t ON t.id = s.to_member_id ";

fn shout_out(row: &PgRow) -> Stored<ShoutOut> {
    let member: Option<MemberId> = parsed_maybe(row, "to_member_id")?;
    let handle: Option<String> = get(row, "to_handle")?;
    let name: Option<String> = get(row, "to_name")?;
    Ok(ShoutOut {
        id: parsed(row, "id")?,
        author: member_author(row)?,
        to: match (member, handle, name) {
            (Some(id), Some(handle), _) => Thanked::Member { id, handle },
            (_, _, Some(name)) => Thanked::Name(name),
            (_, _, None) => Thanked::Former,
        },
        body: get(row, "body")?,
        html: get(row, "html")?,
        created_at: time(row, "created_at")?,
        edited_at: time_maybe(row, "edited_at")?,
        standing: parsed(row, "state")?,
    })
}

/// The two columns that say who is thanked.
fn thanked(to: &KeptThanked) -> (Option<String>, Option<Cow<'_, str>>) {
    match to {
        KeptThanked::Member(id) => (Some(id.to_string()), None),
        KeptThanked::Name(name) => (None, Some(kept(name))),
    }
}

#[async_trait]
impl ShoutOutReads for Work {
    async fn shout_out(&mut self, id: ShoutOutId) -> Stored<Option<ShoutOut>> {
        self.hold_subject(id.into(), Hold::Changing).await?;
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE s.id = $1")));
        self.one(statement.bind(id.to_string()), shout_out).await
    }

    async fn shout_outs(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<ShoutOut>> {
        let (at, id) = self.newest_posts("shout_outs", after).await?;
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE s.state = 'published' AND (s.created_at, s.id) < ($1, $2) \
             ORDER BY s.created_at DESC, s.id DESC LIMIT $3"
        )))
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        posts(&rows, limit, shout_out)
    }
}

#[async_trait]
impl ShoutOutWrites for Work {
    async fn insert_shout_out(
        &mut self,
        id: ShoutOutId,
        author: MemberId,
        text: &ShoutOutText,
        now: Timestamp,
    ) -> Stored<()> {
        let (member, name) = thanked(&text.to);
        let statement = sqlx::query(
            "INSERT INTO shout_outs (id, member_id, anonymous, to_member_id, to_name, body, html, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id.to_string())
        .bind(author.to_string())
        .bind(i64::from(text.anonymous))
        .bind(member)
        .bind(name)
        .bind(kept(&text.body))
        .bind(kept(&text.html))
        .bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn edit_shout_out(
        &mut self,
        id: ShoutOutId,
        text: &ShoutOutText,
        now: Timestamp,
    ) -> Stored<()> {
        let (member, name) = thanked(&text.to);
        let statement = sqlx::query(
            "UPDATE shout_outs SET anonymous = $1, to_member_id = $2, to_name = $3, body = $4, \
             html = $5, edited_at = $6 WHERE id = $7",
        )
        .bind(i64::from(text.anonymous))
        .bind(member)
        .bind(name)
        .bind(kept(&text.body))
        .bind(kept(&text.html))
        .bind(now.0)
        .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn remove_shout_out(&mut self, id: ShoutOutId) -> Stored<()> {
        self.remove_subject(id.into()).await
    }
}
