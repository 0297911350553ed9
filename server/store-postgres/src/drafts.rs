use crate::{
    Work,
    row::{get, time, unreadable},
    work::kept as keepable,
};
use async_trait::async_trait;
use domain::{
    actor::Writer,
    clock::Timestamp,
    drafts::{DraftReads, DraftWrites, FormName, Kept},
    store::{StoreError, Stored},
};
use sqlx::postgres::PgRow;

fn draft(row: &PgRow) -> Stored<Kept> {
    let fields: &str = get(row, "fields")?;
    let refusal: Option<&str> = get(row, "refusal")?;
    Ok(Kept {
        fields: serde_json::from_str(fields).map_err(StoreError::new)?,
        // A refusal that an older version wrote may not be known any more.
        refusal: refusal.and_then(|text| serde_json::from_str(text).ok()),
    })
}

fn form_and_time(row: &PgRow) -> Stored<(FormName, Timestamp)> {
    let form: &str = get(row, "form")?;
    let form = FormName::parse(form).ok_or_else(|| unreadable("form", form))?;
    Ok((form, time(row, "updated_at")?))
}

#[async_trait]
impl DraftReads for Work {
    async fn draft(&mut self, owner: Writer, form: &FormName) -> Stored<Option<Kept>> {
        let statement =
            sqlx::query("SELECT fields, refusal FROM drafts WHERE owner = $1 AND form = $2")
                .bind(owner.key())
                .bind(form.as_str());
        self.one(statement, draft).await
    }

    async fn drafts(&mut self, owner: Writer) -> Stored<Vec<(FormName, Timestamp)>> {
        let statement = sqlx::query(
            "SELECT form, updated_at FROM drafts WHERE owner = $1 \
             ORDER BY updated_at DESC LIMIT 50",
        )
        .bind(owner.key());
        self.many(statement, form_and_time).await
    }
}

#[async_trait]
impl DraftWrites for Work {
    async fn keep_draft(
        &mut self,
        owner: Writer,
        form: &FormName,
        kept: &Kept,
        now: Timestamp,
    ) -> Stored<()> {
        let fields = serde_json::to_string(&kept.fields).map_err(StoreError::new)?;
        let refusal = kept
            .refusal
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(StoreError::new)?;
        let statement = sqlx::query(
            "INSERT INTO drafts (owner, form, fields, refusal, updated_at) \
             VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (owner, form) DO UPDATE SET fields = excluded.fields, \
             refusal = excluded.refusal, updated_at = excluded.updated_at",
        )
        .bind(owner.key())
        .bind(form.as_str())
        .bind(keepable(&fields))
        .bind(refusal)
        .bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn drop_draft(&mut self, owner: Writer, form: &FormName) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM drafts WHERE owner = $1 AND form = $2")
            .bind(owner.key())
            .bind(form.as_str());
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_drafts(&mut self, before: Timestamp) -> Stored<u64> {
        self.run(sqlx::query("DELETE FROM drafts WHERE updated_at < $1").bind(before.0))
            .await
    }
}
