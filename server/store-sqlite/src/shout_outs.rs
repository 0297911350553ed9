use crate::{
    Work,
    keyset::posts,
    row::{get, member_author, parsed, parsed_maybe, time, time_maybe},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{MemberId, ShoutOutId, Subject},
    page::{Page, Postmark},
    shout_outs::{KeptThanked, ShoutOut, ShoutOutReads, ShoutOutText, ShoutOutWrites, Thanked},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

/// What [`shout_out`] reads.
pub(crate) const SELECT: &str = "SELECT s.*, m.handle, t.handle AS to_handle FROM shout_outs s \
     LEFT JOIN members m ON m.id = s.member_id LEFT JOIN members t ON t.id = s.to_member_id ";

pub(crate) fn shout_out(row: &SqliteRow) -> Stored<ShoutOut> {
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
fn thanked(to: &KeptThanked) -> (Option<String>, Option<&str>) {
    match to {
        KeptThanked::Member(id) => (Some(id.to_string()), None),
        KeptThanked::Name(name) => (None, Some(name)),
    }
}

#[async_trait]
impl ShoutOutReads for Work {
    async fn shout_out(&mut self, id: ShoutOutId) -> Stored<Option<ShoutOut>> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE s.id = ?")))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(shout_out)
            .transpose()
    }

    async fn shout_outs(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<ShoutOut>> {
        let (at, id) = self.newest_posts("shout_outs", after).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE s.state = 'published' AND (s.created_at, s.id) < (?, ?) \
             ORDER BY s.created_at DESC, s.id DESC LIMIT ?"
        )))
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
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
        sqlx::query(
            "INSERT INTO shout_outs (id, member_id, anonymous, to_member_id, to_name, body, html, \
             created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(author.to_string())
        .bind(text.anonymous)
        .bind(member)
        .bind(name)
        .bind(&text.body)
        .bind(&text.html)
        .bind(now.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn edit_shout_out(
        &mut self,
        id: ShoutOutId,
        text: &ShoutOutText,
        now: Timestamp,
    ) -> Stored<()> {
        let (member, name) = thanked(&text.to);
        sqlx::query(
            "UPDATE shout_outs SET anonymous = ?, to_member_id = ?, to_name = ?, body = ?, \
             html = ?, edited_at = ? WHERE id = ?",
        )
        .bind(text.anonymous)
        .bind(member)
        .bind(name)
        .bind(&text.body)
        .bind(&text.html)
        .bind(now.0)
        .bind(id.to_string())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn remove_shout_out(&mut self, id: ShoutOutId) -> Stored<()> {
        self.remove_thread(Subject::from(id)).await?;
        self.remove_support(Subject::from(id)).await?;
        sqlx::query("DELETE FROM shout_outs WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
