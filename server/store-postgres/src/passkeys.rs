use crate::{
    Work,
    row::{get, parsed, parsed_maybe, time, time_maybe, unreadable},
    work::kept,
};
use async_trait::async_trait;
use domain::{
    accounts::{Passkey, PasskeyAsk, PasskeyReads, PasskeyWrites, Purpose},
    clock::Timestamp,
    ids::{AskId, GuestId, MemberId, PasskeyId},
    store::Stored,
};
use sqlx::postgres::PgRow;

fn passkey(row: &PgRow) -> Stored<Passkey> {
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

fn ask(row: &PgRow) -> Stored<PasskeyAsk> {
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
        let statement = sqlx::query(
            "SELECT id, member_id, credential_id, credential, name, created_at, last_used_at \
             FROM passkeys WHERE member_id = $1 ORDER BY created_at, id",
        );
        self.many(statement.bind(owner.to_string()), passkey).await
    }

    async fn passkey_by_credential(&mut self, credential_id: &str) -> Stored<Option<Passkey>> {
        let statement = sqlx::query(
            "SELECT id, member_id, credential_id, credential, name, created_at, last_used_at \
             FROM passkeys WHERE credential_id = $1",
        );
        self.one(statement.bind(kept(credential_id)), passkey).await
    }

    async fn passkey_ask(
        &mut self,
        id: AskId,
        browser: GuestId,
        now: Timestamp,
    ) -> Stored<Option<PasskeyAsk>> {
        let statement = sqlx::query(
            "SELECT id, browser, purpose, member_id, state, expires_at FROM passkey_asks \
             WHERE id = $1 AND browser = $2 AND expires_at > $3",
        )
        .bind(id.to_string())
        .bind(browser.to_string())
        .bind(now.0);
        self.one(statement, ask).await
    }
}

#[async_trait]
impl PasskeyWrites for Work {
    async fn keep_passkey_ask(&mut self, ask: &PasskeyAsk) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO passkey_asks (id, browser, purpose, member_id, state, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(ask.id.to_string())
        .bind(ask.browser.to_string())
        .bind(ask.purpose.name())
        .bind(ask.purpose.member().map(|id| id.to_string()))
        .bind(kept(&ask.state))
        .bind(ask.expires_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn use_passkey_ask(&mut self, id: AskId, now: Timestamp) -> Stored<bool> {
        let statement = sqlx::query("DELETE FROM passkey_asks WHERE id = $1 AND expires_at > $2")
            .bind(id.to_string())
            .bind(now.0);
        Ok(self.run(statement).await? == 1)
    }

    async fn forget_passkey_asks(&mut self, now: Timestamp) -> Stored<u64> {
        self.run(sqlx::query("DELETE FROM passkey_asks WHERE expires_at <= $1").bind(now.0))
            .await
    }

    async fn insert_passkey(&mut self, passkey: &Passkey) -> Stored<bool> {
        let statement = sqlx::query(
            "INSERT INTO passkeys (id, member_id, credential_id, credential, name, created_at, \
             last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (credential_id) DO NOTHING",
        )
        .bind(passkey.id.to_string())
        .bind(passkey.owner.to_string())
        .bind(kept(&passkey.credential_id))
        .bind(kept(&passkey.credential))
        .bind(kept(&passkey.name))
        .bind(passkey.created_at.0)
        .bind(passkey.last_used_at.map(|at| at.0));
        Ok(self.run(statement).await? == 1)
    }

    async fn use_passkey(&mut self, read: &Passkey, used: &Passkey) -> Stored<bool> {
        let statement = sqlx::query(
            "UPDATE passkeys SET credential = $1, last_used_at = $2 \
             WHERE id = $3 AND credential = $4",
        )
        .bind(kept(&used.credential))
        .bind(used.last_used_at.map(|at| at.0))
        .bind(read.id.to_string())
        .bind(kept(&read.credential));
        Ok(self.run(statement).await? == 1)
    }

    async fn remove_passkey(&mut self, id: PasskeyId) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM passkeys WHERE id = $1");
        self.run(statement.bind(id.to_string())).await?;
        Ok(())
    }
}
