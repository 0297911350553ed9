use crate::{Work, row::get, row::unreadable, writer::failed};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    live::{KeptNews, LiveReads, LiveWrites, News, Position},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

fn news(row: &SqliteRow) -> Stored<KeptNews> {
    let kind: &str = get(row, "kind")?;
    let thing: Option<&str> = get(row, "thing")?;
    Ok(KeptNews {
        id: get(row, "id")?,
        position: Position(get(row, "number")?),
        news: News::read(kind, get(row, "place")?, thing).map_err(|_| unreadable("kind", kind))?,
    })
}

impl Work {
    /// Keeps news in this unit of work.
    pub(crate) async fn tell(&mut self, news: &News) -> Stored<()> {
        let (kind, place, thing) = news.parts();
        sqlx::query("INSERT INTO news (kind, place, thing) VALUES (?, ?, ?)")
            .bind(kind)
            .bind(place)
            .bind(thing)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}

#[async_trait]
impl LiveReads for Work {
    /// Units are kept one after another, in the order of their news.
    async fn news_position(&mut self) -> Stored<Position> {
        let last: Option<i64> = sqlx::query_scalar("SELECT max(number) FROM news")
            .fetch_one(self.connection())
            .await
            .map_err(failed)?;
        Ok(last.map_or(Position::START, Position))
    }

    async fn news_after(&mut self, after: Position, limit: u32) -> Stored<Vec<KeptNews>> {
        sqlx::query(
            "SELECT number, id, kind, place, thing FROM news WHERE number > ? \
             ORDER BY number LIMIT ?",
        )
        .bind(after.0)
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(news)
        .collect()
    }
}

#[async_trait]
impl LiveWrites for Work {
    async fn forget_news(&mut self, before: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM news WHERE at < ?")
            .bind(before.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected())
    }
}
