use crate::{
    Work,
    row::{get, time, unreadable},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    actor::Writer,
    clock::Timestamp,
    drafts::{DraftReads, DraftWrites, FormName, Kept},
    store::{StoreError, Stored},
};

#[async_trait]
impl DraftReads for Work {
    async fn draft(&mut self, owner: Writer, form: &FormName) -> Stored<Option<Kept>> {
        let row = sqlx::query("SELECT fields, refusal FROM drafts WHERE owner = ? AND form = ?")
            .bind(owner.key())
            .bind(form.as_str())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        row.map(|row| {
            let fields: String = get(&row, "fields")?;
            let refusal: Option<String> = get(&row, "refusal")?;
            Ok(Kept {
                fields: serde_json::from_str(&fields).map_err(StoreError::new)?,
                // A refusal that an older version wrote may not be known any more.
                refusal: refusal.and_then(|text| serde_json::from_str(&text).ok()),
            })
        })
        .transpose()
    }

    async fn drafts(&mut self, owner: Writer) -> Stored<Vec<(FormName, Timestamp)>> {
        let rows = sqlx::query(
            "SELECT form, updated_at FROM drafts WHERE owner = ? ORDER BY updated_at DESC LIMIT 50",
        )
        .bind(owner.key())
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| {
                let form: &str = get(row, "form")?;
                let form = FormName::parse(form).ok_or_else(|| unreadable("form", form))?;
                Ok((form, time(row, "updated_at")?))
            })
            .collect()
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
        sqlx::query(
            "INSERT INTO drafts (owner, form, fields, refusal, updated_at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (owner, form) DO UPDATE SET fields = excluded.fields, \
             refusal = excluded.refusal, updated_at = excluded.updated_at",
        )
        .bind(owner.key())
        .bind(form.as_str())
        .bind(fields)
        .bind(refusal)
        .bind(now.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn drop_draft(&mut self, owner: Writer, form: &FormName) -> Stored<()> {
        sqlx::query("DELETE FROM drafts WHERE owner = ? AND form = ?")
            .bind(owner.key())
            .bind(form.as_str())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn forget_drafts(&mut self, before: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM drafts WHERE updated_at < ?")
            .bind(before.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected())
    }
}
