use crate::{Work, writer::failed};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    once::{OnceKey, OnceWrites},
    store::Stored,
};

#[async_trait]
impl OnceWrites for Work {
    async fn earlier_answer(&mut self, key: &OnceKey) -> Stored<Option<String>> {
        sqlx::query_scalar(
            "SELECT answer FROM once WHERE author = ? AND digest = ? AND kept_at >= ?",
        )
        .bind(&key.author)
        .bind(&key.digest)
        .bind(key.since.0)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)
    }

    async fn keep_answer(&mut self, key: &OnceKey, answer: &str, now: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO once (author, digest, answer, kept_at) VALUES (?, ?, ?, ?) \
             ON CONFLICT (author, digest) DO UPDATE \
             SET answer = excluded.answer, kept_at = excluded.kept_at",
        )
        .bind(&key.author)
        .bind(&key.digest)
        .bind(answer)
        .bind(now.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn forget_answers(&mut self, before: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM once WHERE kept_at < ?")
            .bind(before.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected())
    }
}
