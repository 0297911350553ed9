use crate::{
    Work,
    comments::{SELECT, comment},
    keyset::{asked, posts},
    row::{get, parsed, time, unreadable},
    subject::key,
    work::kept,
};
use async_trait::async_trait;
use domain::{
    comments::Comment,
    ids::{CommentId, Subject, SubjectKind},
    moderation::{Decision, ModerationReads, ModerationWrites, Ruling, Standing},
    page::{Page, Postmark},
    store::Stored,
};
use sqlx::postgres::PgRow;

const fn ruling_name(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Approved => "approved",
        Ruling::Refused => "refused",
    }
}

fn decision(row: &PgRow) -> Stored<Decision> {
    let ruling: &str = get(row, "ruling")?;
    Ok(Decision {
        comment: parsed(row, "comment_id")?,
        at: time(row, "at")?,
        by: parsed(row, "by_id")?,
        ruling: match ruling {
            "approved" => Ruling::Approved,
            "refused" => Ruling::Refused,
            other => return Err(unreadable("ruling", other)),
        },
        reason: get(row, "reason")?,
    })
}

#[async_trait]
impl ModerationReads for Work {
    async fn held_comments(
        &mut self,
        after: Option<Postmark>,
        limit: u32,
    ) -> Stored<Page<Comment>> {
        let (at, id) = self.oldest_posts("comments", after).await?;
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE c.state = 'held' AND (c.created_at, c.id) > ($1, $2) \
             ORDER BY c.created_at, c.id LIMIT $3"
        )))
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        posts(&rows, limit, comment)
    }

    async fn decision(&mut self, comment: CommentId) -> Stored<Option<Decision>> {
        let statement = sqlx::query(
            "SELECT comment_id, at, by_id, ruling, reason FROM decisions WHERE comment_id = $1",
        );
        self.one(statement.bind(comment.to_string()), decision)
            .await
    }
}

#[async_trait]
impl ModerationWrites for Work {
    async fn keep_decision(&mut self, decision: &Decision) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO decisions (comment_id, at, by_id, ruling, reason) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(decision.comment.to_string())
        .bind(decision.at.0)
        .bind(decision.by.to_string())
        .bind(ruling_name(decision.ruling))
        .bind(decision.reason.as_deref().map(kept));
        self.run(statement).await?;
        Ok(())
    }

    async fn set_standing(&mut self, share: Subject, standing: Standing) -> Stored<()> {
        let statement = match share.kind {
            SubjectKind::Article => return Ok(()),
            SubjectKind::Reflection => "UPDATE reflections SET state = $1 WHERE id = $2",
            SubjectKind::Story => "UPDATE stories SET state = $1 WHERE id = $2",
            SubjectKind::ShoutOut => "UPDATE shout_outs SET state = $1 WHERE id = $2",
            SubjectKind::Ritual => "UPDATE rituals SET state = $1 WHERE id = $2",
        };
        let statement = sqlx::query(statement)
            .bind(standing.name())
            .bind(key(share));
        self.run(statement).await?;
        Ok(())
    }

    async fn lock_thread(&mut self, subject: Subject, locked: bool) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO threads (subject_kind, subject_id, locked) VALUES ($1, $2, $3) \
             ON CONFLICT (subject_kind, subject_id) DO UPDATE SET locked = excluded.locked",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(i64::from(locked));
        self.run(statement).await?;
        Ok(())
    }
}
