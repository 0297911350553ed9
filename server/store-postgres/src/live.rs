use crate::{
    Work,
    row::{first, get, unreadable},
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    live::{KeptNews, LiveReads, LiveWrites, News, Position},
    store::Stored,
};
use sqlx::postgres::PgRow;

fn news(row: &PgRow) -> Stored<KeptNews> {
    let kind: &str = get(row, "kind")?;
    let thing: Option<&str> = get(row, "thing")?;
    Ok(KeptNews {
        id: get(row, "id")?,
        position: Position(get(row, "unit")?),
        news: News::read(kind, get(row, "place")?, thing).map_err(|_| unreadable("kind", kind))?,
    })
}

impl Work {
    /// Keeps news in this unit of work.
    pub(crate) async fn tell(&mut self, news: &News) -> Stored<()> {
        let (kind, place, thing) = news.parts();
        let statement = sqlx::query("INSERT INTO news (kind, place, thing) VALUES ($1, $2, $3)")
            .bind(kind)
            .bind(place)
            .bind(thing);
        self.run(statement).await?;
        Ok(())
    }
}

#[async_trait]
impl LiveReads for Work {
    /// The last unit of which all before it have ended.
    async fn news_position(&mut self) -> Stored<Position> {
        let statement =
            sqlx::query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1");
        self.sole(statement, first).await.map(Position)
    }

    async fn news_after(&mut self, after: Position, limit: u32) -> Stored<Vec<KeptNews>> {
        let statement = sqlx::query(
            "SELECT unit, id, kind, place, thing FROM news \
             WHERE unit > $1 AND unit < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
             ORDER BY unit, number LIMIT $2",
        )
        .bind(after.0)
        .bind(i64::from(limit));
        self.many(statement, news).await
    }
}

#[async_trait]
impl LiveWrites for Work {
    async fn forget_news(&mut self, before: Timestamp) -> Stored<u64> {
        let statement = sqlx::query("DELETE FROM news WHERE at < $1");
        self.run(statement.bind(before.0)).await
    }
}
