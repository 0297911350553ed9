use crate::{
    Work,
    comments::{SELECT, comment},
    keyset::posts,
    row::{get, parsed, time, unreadable},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    comments::Comment,
    ids::{CommentId, Subject, SubjectKind},
    moderation::{Decision, ModerationReads, ModerationWrites, Ruling, Standing},
    page::{Page, Postmark},
    store::Stored,
};

const fn ruling_name(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Approved => "approved",
        Ruling::Refused => "refused",
    }
}

#[async_trait]
impl ModerationReads for Work {
    async fn held_comments(
        &mut self,
        after: Option<Postmark>,
        limit: u32,
    ) -> Stored<Page<Comment>> {
        let (at, id) = self.oldest_posts("comments", after).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE c.state = 'held' AND (c.created_at, c.id) > (?, ?) \
             ORDER BY c.created_at, c.id LIMIT ?"
        )))
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        posts(&rows, limit, comment)
    }

    async fn decision(&mut self, comment: CommentId) -> Stored<Option<Decision>> {
        let row = sqlx::query("SELECT * FROM decisions WHERE comment_id = ?")
            .bind(comment.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        row.map(|row| {
            let ruling: &str = get(&row, "ruling")?;
            Ok(Decision {
                comment,
                at: time(&row, "at")?,
                by: parsed(&row, "by_id")?,
                ruling: match ruling {
                    "approved" => Ruling::Approved,
                    "refused" => Ruling::Refused,
                    other => return Err(unreadable("ruling", other)),
                },
                reason: get(&row, "reason")?,
            })
        })
        .transpose()
    }
}

#[async_trait]
impl ModerationWrites for Work {
    async fn keep_decision(&mut self, decision: &Decision) -> Stored<()> {
        let Timestamp(at) = decision.at;
        sqlx::query(
            "INSERT INTO decisions (comment_id, at, by_id, ruling, reason) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(decision.comment.to_string())
        .bind(at)
        .bind(decision.by.to_string())
        .bind(ruling_name(decision.ruling))
        .bind(&decision.reason)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn set_standing(&mut self, share: Subject, standing: Standing) -> Stored<()> {
        let statement = match share.kind {
            SubjectKind::Article => return Ok(()),
            SubjectKind::Reflection => "UPDATE reflections SET state = ? WHERE id = ?",
            SubjectKind::Story => "UPDATE stories SET state = ? WHERE id = ?",
            SubjectKind::ShoutOut => "UPDATE shout_outs SET state = ? WHERE id = ?",
            SubjectKind::Ritual => "UPDATE rituals SET state = ? WHERE id = ?",
        };
        sqlx::query(statement)
            .bind(standing.name())
            .bind(share.id.simple().to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn lock_thread(&mut self, subject: Subject, locked: bool) -> Stored<()> {
        sqlx::query(
            "INSERT INTO threads (subject_kind, subject_id, locked) VALUES (?, ?, ?) \
             ON CONFLICT (subject_kind, subject_id) DO UPDATE SET locked = excluded.locked",
        )
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .bind(locked)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }
}
