use crate::{
    Work,
    row::{get, time},
    work::kept,
};
use async_trait::async_trait;
use domain::{
    house::{HostsWords, HousePage, HouseReads, HouseWrites, KeptPage},
    store::Stored,
};
use sqlx::postgres::PgRow;

fn kept_page(row: &PgRow) -> Stored<KeptPage> {
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
    /// In a unit nobody else changes the page until it ends.
    async fn house_page(&mut self, page: HousePage) -> Stored<Option<KeptPage>> {
        self.take_turn(&format!("house page {}", page.name()))
            .await?;
        let statement =
            sqlx::query("SELECT body, html, version, changed_at FROM house_pages WHERE name = $1");
        self.one(statement.bind(page.name()), kept_page).await
    }
}

#[async_trait]
impl HouseWrites for Work {
    async fn keep_house_page(&mut self, page: HousePage, kept_page: &KeptPage) -> Stored<()> {
        let words = kept_page.words.as_ref();
        let statement = sqlx::query(
            "INSERT INTO house_pages (name, body, html, version, changed_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET body = excluded.body, \
             html = excluded.html, version = excluded.version, changed_at = excluded.changed_at",
        )
        .bind(page.name())
        .bind(words.map(|words| kept(&words.body)))
        .bind(words.map(|words| kept(&words.html)))
        .bind(kept_page.version)
        .bind(kept_page.changed_at.0);
        self.run(statement).await?;
        Ok(())
    }
}
