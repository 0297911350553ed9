use crate::{
    Work,
    row::{get, parsed, parsed_maybe},
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{DeviceId, MemberId, PushId},
    notifications::Kind,
    push::{
        DeviceKeys, Endpoint, NewSubscription, Owed, PushKey, PushReads, PushWrites, Subscription,
        What,
    },
    store::{StoreError, Stored},
};
use sqlx::sqlite::SqliteRow;

fn owed(row: &SqliteRow) -> Stored<Owed> {
    let unreadable = || StoreError::new("a subscription cannot be read");
    Ok(Owed {
        to: Subscription {
            id: parsed(row, "id")?,
            member: parsed(row, "member_id")?,
            endpoint: Endpoint::parse(get(row, "endpoint")?).ok_or_else(unreadable)?,
            keys: DeviceKeys::parse(get(row, "device_key")?, get(row, "auth")?)
                .ok_or_else(unreadable)?,
        },
        what: What::from_parts(parsed_maybe(row, "kind")?, get(row, "count")?),
        tries: get(row, "tries")?,
    })
}

#[async_trait]
impl PushReads for Work {
    async fn is_device_told(&mut self, member: MemberId, device: DeviceId) -> Stored<bool> {
        let statement =
            sqlx::query("SELECT 1 FROM push_subscriptions WHERE device_id = ? AND member_id = ?")
                .bind(device.to_string())
                .bind(member.to_string());
        Ok(!self.rows(statement).await?.is_empty())
    }

    async fn is_push_due(&mut self, now: Timestamp) -> Stored<bool> {
        let statement = sqlx::query("SELECT 1 FROM pushes WHERE due_at <= ? LIMIT 1");
        Ok(!self.rows(statement.bind(now.0)).await?.is_empty())
    }

    async fn push_key(&mut self) -> Stored<Option<PushKey>> {
        let statement = sqlx::query("SELECT secret, public_key FROM push_keys WHERE id = 0");
        self.one(statement, |row| {
            Ok(PushKey {
                secret: get(row, "secret")?,
                public: get(row, "public_key")?,
            })
        })
        .await
    }
}

#[async_trait]
impl PushWrites for Work {
    async fn keep_subscription(
        &mut self,
        id: PushId,
        member: MemberId,
        device: DeviceId,
        new: &NewSubscription,
        now: Timestamp,
    ) -> Stored<()> {
        let statement =
            sqlx::query("DELETE FROM push_subscriptions WHERE endpoint = ? OR device_id = ?")
                .bind(new.endpoint.as_str())
                .bind(device.to_string());
        self.run(statement).await?;
        let statement = sqlx::query(
            "INSERT INTO push_subscriptions \
             (id, member_id, device_id, endpoint, device_key, auth, day) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(member.to_string())
        .bind(device.to_string())
        .bind(new.endpoint.as_str())
        .bind(new.keys.key_text())
        .bind(new.keys.auth_text())
        .bind(now.day_began().0);
        self.run(statement).await?;
        Ok(())
    }

    async fn drop_subscription_of(&mut self, member: MemberId, device: DeviceId) -> Stored<()> {
        let statement =
            sqlx::query("DELETE FROM push_subscriptions WHERE device_id = ? AND member_id = ?")
                .bind(device.to_string())
                .bind(member.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn drop_subscriptions(&mut self, member: MemberId) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM push_subscriptions WHERE member_id = ?");
        self.run(statement.bind(member.to_string())).await?;
        Ok(())
    }

    async fn drop_subscription(&mut self, id: PushId) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM push_subscriptions WHERE id = ?");
        self.run(statement.bind(id.to_string())).await?;
        Ok(())
    }

    async fn owe_pushes(&mut self, member: MemberId, what: What, due: Timestamp) -> Stored<()> {
        let (kind, count) = what.parts();
        let statement = sqlx::query(
            "INSERT INTO pushes AS known (subscription_id, urgent, kind, count, due_at) \
             SELECT id, ?2, ?3, ?4, ?5 FROM push_subscriptions WHERE member_id = ?1 \
             ON CONFLICT (subscription_id, urgent) DO UPDATE SET \
             kind = CASE WHEN known.kind = excluded.kind THEN known.kind END, \
             count = coalesce(excluded.count, known.count), \
             due_at = min(known.due_at, excluded.due_at)",
        )
        .bind(member.to_string())
        .bind(what.is_urgent())
        .bind(kind.map(Kind::name))
        .bind(count)
        .bind(due.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn owe_again(&mut self, owed: &Owed, due: Timestamp) -> Stored<()> {
        let (kind, count) = owed.what.parts();
        let statement = sqlx::query(
            "INSERT INTO pushes (subscription_id, urgent, kind, count, due_at, tries) \
             SELECT id, ?2, ?3, ?4, ?5, ?6 FROM push_subscriptions WHERE id = ?1 \
             ON CONFLICT (subscription_id, urgent) DO NOTHING",
        )
        .bind(owed.to.id.to_string())
        .bind(owed.what.is_urgent())
        .bind(kind.map(Kind::name))
        .bind(count)
        .bind(due.0)
        .bind(owed.tries);
        self.run(statement).await?;
        Ok(())
    }

    async fn take_due_pushes(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<Owed>> {
        let statement = sqlx::query(
            "SELECT s.id, s.member_id, s.endpoint, s.device_key, s.auth, p.kind, p.count, p.tries \
             FROM pushes p JOIN push_subscriptions s ON s.id = p.subscription_id \
             WHERE p.due_at <= ? ORDER BY p.due_at LIMIT ?",
        )
        .bind(now.0)
        .bind(limit);
        let due = self.many(statement, owed).await?;
        for owed in &due {
            let statement =
                sqlx::query("DELETE FROM pushes WHERE subscription_id = ? AND urgent = ?")
                    .bind(owed.to.id.to_string())
                    .bind(owed.what.is_urgent());
            self.run(statement).await?;
        }
        Ok(due)
    }

    async fn keep_push_key(&mut self, key: &PushKey) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO push_keys (id, secret, public_key) VALUES (0, ?, ?) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&key.secret)
        .bind(&key.public);
        self.run(statement).await?;
        Ok(())
    }
}
