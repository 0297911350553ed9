use crate::{Work, row::first, work::kept};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    once::{OnceKey, OnceWrites},
    store::Stored,
};

#[async_trait]
impl OnceWrites for Work {
    /// The same key asked for elsewhere meanwhile waits here, so that two
    /// sends of one post at the same time are one.
    async fn earlier_answer(&mut self, key: &OnceKey) -> Stored<Option<String>> {
        let turn = format!("once {} {}", key.author, key.digest);
        self.take_turn(&turn).await?;
        let statement = sqlx::query(
            "SELECT answer FROM once WHERE author = $1 AND digest = $2 AND kept_at >= $3",
        )
        .bind(&key.author)
        .bind(&key.digest)
        .bind(key.since.0);
        self.one(statement, first).await
    }

    async fn keep_answer(&mut self, key: &OnceKey, answer: &str, now: Timestamp) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO once (author, digest, answer, kept_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (author, digest) DO UPDATE \
             SET answer = excluded.answer, kept_at = excluded.kept_at",
        )
        .bind(&key.author)
        .bind(&key.digest)
        .bind(kept(answer))
        .bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_answers(&mut self, before: Timestamp) -> Stored<u64> {
        self.run(sqlx::query("DELETE FROM once WHERE kept_at < $1").bind(before.0))
            .await
    }
}
