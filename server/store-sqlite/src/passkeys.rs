use crate::{
    Work,
    row::{get, parsed, parsed_maybe, time, time_maybe, unreadable},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    accounts::{Passkey, PasskeyAsk, PasskeyReads, PasskeyWrites, Purpose},
    clock::Timestamp,
    ids::{AskId, GuestId, MemberId, PasskeyId},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

fn passkey(row: &SqliteRow) -> Stored<Passkey> {
    Ok(Passkey {
        id: parsed(row, "id")?,
        owner: parsed(row, "member_id")?,
        credential_id: get(row, "credential_id")?,
        credential: get(row, "credential")?,
        name: get(row, "name")?,
        created_at: time(row, "created_at")?,
        last_used_at: time_maybe(row, "last_used_at")?,
    })
}

fn ask(row: &SqliteRow) -> Stored<PasskeyAsk> {
    let name: &str = get(row, "purpose")?;
    let member = parsed_maybe(row, "member_id")?;
    Ok(PasskeyAsk {
        id: parsed(row, "id")?,
        browser: parsed(row, "browser")?,
        purpose: Purpose::named(name, member).ok_or_else(|| unreadable("purpose", name))?,
        state: get(row, "state")?,
        expires_at: time(row, "expires_at")?,
    })
}

#[async_trait]
impl PasskeyReads for Work {
    async fn passkeys(&mut self, owner: MemberId) -> Stored<Vec<Passkey>> {
        sqlx::query("SELECT * FROM passkeys WHERE member_id = ? ORDER BY created_at, id")
            .bind(owner.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(failed)?
            .iter()
            .map(passkey)
            .collect()
    }

    async fn passkey_by_credential(&mut self, credential_id: &str) -> Stored<Option<Passkey>> {
        sqlx::query("SELECT * FROM passkeys WHERE credential_id = ?")
            .bind(credential_id)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(passkey)
            .transpose()
    }

    async fn passkey_ask(
        &mut self,
        id: AskId,
        browser: GuestId,
        now: Timestamp,
    ) -> Stored<Option<PasskeyAsk>> {
        sqlx::query("SELECT * FROM passkey_asks WHERE id = ? AND browser = ? AND expires_at > ?")
            .bind(id.to_string())
            .bind(browser.to_string())
            .bind(now.0)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(ask)
            .transpose()
    }
}

#[async_trait]
impl PasskeyWrites for Work {
    async fn keep_passkey_ask(&mut self, ask: &PasskeyAsk) -> Stored<()> {
        sqlx::query(
            "INSERT INTO passkey_asks (id, browser, purpose, member_id, state, expires_at) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(ask.id.to_string())
        .bind(ask.browser.to_string())
        .bind(ask.purpose.name())
        .bind(ask.purpose.member().map(|id| id.to_string()))
        .bind(&ask.state)
        .bind(ask.expires_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn use_passkey_ask(&mut self, id: AskId, now: Timestamp) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM passkey_asks WHERE id = ? AND expires_at > ?")
            .bind(id.to_string())
            .bind(now.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn forget_passkey_asks(&mut self, now: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM passkey_asks WHERE expires_at <= ?")
            .bind(now.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected())
    }

    async fn insert_passkey(&mut self, passkey: &Passkey) -> Stored<bool> {
        let done = sqlx::query(
            "INSERT INTO passkeys (id, member_id, credential_id, credential, name, created_at, \
             last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (credential_id) DO NOTHING",
        )
        .bind(passkey.id.to_string())
        .bind(passkey.owner.to_string())
        .bind(&passkey.credential_id)
        .bind(&passkey.credential)
        .bind(&passkey.name)
        .bind(passkey.created_at.0)
        .bind(passkey.last_used_at.map(|at| at.0))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn use_passkey(&mut self, read: &Passkey, used: &Passkey) -> Stored<bool> {
        let done = sqlx::query(
            "UPDATE passkeys SET credential = ?, last_used_at = ? WHERE id = ? AND credential = ?",
        )
        .bind(&used.credential)
        .bind(used.last_used_at.map(|at| at.0))
        .bind(read.id.to_string())
        .bind(&read.credential)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn remove_passkey(&mut self, id: PasskeyId) -> Stored<()> {
        sqlx::query("DELETE FROM passkeys WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
