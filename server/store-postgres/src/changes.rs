use crate::{
    Work,
    row::{get, time},
};
use async_trait::async_trait;
use domain::{changes::ChangeReads, clock::Timestamp, store::Stored};

#[async_trait]
impl ChangeReads for Work {
    async fn version(&mut self) -> Stored<u64> {
        let statement =
            sqlx::query("SELECT coalesce(sum(number), 0)::bigint AS number FROM changes");
        self.sole(statement, |row| {
            Ok(get::<i64>(row, "number")?.unsigned_abs())
        })
        .await
    }

    async fn next_appearance(&mut self, now: Timestamp) -> Stored<Option<Timestamp>> {
        let statement = sqlx::query(
            "SELECT published_at FROM articles WHERE published_at > $1 \
             ORDER BY published_at LIMIT 1",
        );
        self.one(statement.bind(now.0), |row| time(row, "published_at"))
            .await
    }
}
