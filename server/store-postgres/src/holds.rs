use crate::Work;
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    holds::{HoldReads, HoldWrites},
    ids::MemberId,
    store::Stored,
};

#[async_trait]
impl HoldReads for Work {
    async fn published_posts(&mut self, member: MemberId, most: u32) -> Stored<u32> {
        let statement = sqlx::query(
            "SELECT 1 FROM comments WHERE member_id = $1 AND state = 'published' \
             UNION ALL SELECT 1 FROM stories WHERE member_id = $1 AND state = 'published' \
             UNION ALL SELECT 1 FROM reflections WHERE member_id = $1 AND state = 'published' \
             UNION ALL SELECT 1 FROM shout_outs WHERE member_id = $1 AND state = 'published' \
             UNION ALL SELECT 1 FROM rituals WHERE member_id = $1 AND state = 'published' \
             LIMIT $2",
        )
        .bind(member.to_string())
        .bind(i64::from(most));
        let posts = self.rows(statement).await?;
        Ok(u32::try_from(posts.len()).unwrap_or(most))
    }
}

#[async_trait]
impl HoldWrites for Work {
    /// Of two units that say the same at once, the second waits for the first.
    async fn was_said(&mut self, hash: &str, since: Timestamp, now: Timestamp) -> Stored<bool> {
        let statement = sqlx::query(
            "INSERT INTO said AS known (hash, at) VALUES ($1, $3) \
             ON CONFLICT (hash) DO UPDATE SET at = excluded.at WHERE known.at <= $2",
        )
        .bind(hash)
        .bind(since.0)
        .bind(now.0);
        Ok(self.run(statement).await? == 0)
    }

    async fn forget_said(&mut self, until: Timestamp) -> Stored<u64> {
        let statement = sqlx::query("DELETE FROM said WHERE at <= $1");
        self.run(statement.bind(until.0)).await
    }
}
