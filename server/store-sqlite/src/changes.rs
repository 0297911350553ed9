use crate::{Work, row::get, writer::failed};
use async_trait::async_trait;
use domain::{changes::ChangeReads, clock::Timestamp, store::Stored};

#[async_trait]
impl ChangeReads for Work {
    async fn version(&mut self) -> Stored<u64> {
        let row = sqlx::query("SELECT number FROM changes WHERE id = 0")
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(get::<i64>(&row, "number")?.unsigned_abs())
    }

    async fn next_appearance(&mut self, now: Timestamp) -> Stored<Option<Timestamp>> {
        let row = sqlx::query(
            "SELECT published_at FROM articles WHERE published_at > ? \
             ORDER BY published_at LIMIT 1",
        )
        .bind(now.0)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.map(|row| get(&row, "published_at").map(Timestamp))
            .transpose()
    }
}
