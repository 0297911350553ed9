use crate::{
    Work,
    row::{get, time},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    house::{HostsWords, HousePage, HouseReads, HouseWrites, KeptPage},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

fn kept_page(row: &SqliteRow) -> Stored<KeptPage> {
    let body: Option<String> = get(row, "body")?;
    let html: Option<String> = get(row, "html")?;
    Ok(KeptPage {
        words: body.zip(html).map(|(body, html)| HostsWords { body, html }),
        version: get(row, "version")?,
        changed_at: time(row, "changed_at")?,
    })
}

#[async_trait]
impl HouseReads for Work {
    async fn house_page(&mut self, page: HousePage) -> Stored<Option<KeptPage>> {
        sqlx::query("SELECT body, html, version, changed_at FROM house_pages WHERE name = ?")
            .bind(page.name())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(kept_page)
            .transpose()
    }
}

#[async_trait]
impl HouseWrites for Work {
    async fn keep_house_page(&mut self, page: HousePage, kept: &KeptPage) -> Stored<()> {
        let words = kept.words.as_ref();
        sqlx::query(
            "INSERT INTO house_pages (name, body, html, version, changed_at) \
             VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body, \
             html = excluded.html, version = excluded.version, changed_at = excluded.changed_at",
        )
        .bind(page.name())
        .bind(words.map(|words| &words.body))
        .bind(words.map(|words| &words.html))
        .bind(kept.version)
        .bind(kept.changed_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }
}
