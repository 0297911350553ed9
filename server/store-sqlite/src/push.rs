use crate::{
    Work,
    row::{get, parsed, parsed_maybe},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{DeviceId, MemberId, PushId},
    notifications::Kind,
    push::{
        DeviceKeys, Endpoint, NewSubscription, Owed, PushKey, PushReads, PushWrites, Subscription,
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
        kind: parsed_maybe(row, "kind")?,
        tries: get(row, "tries")?,
    })
}

#[async_trait]
impl PushReads for Work {
    async fn is_device_told(&mut self, member: MemberId, device: DeviceId) -> Stored<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM push_subscriptions WHERE device_id = ? AND member_id = ?)",
        )
        .bind(device.to_string())
        .bind(member.to_string())
        .fetch_one(self.connection())
        .await
        .map_err(failed)
    }

    async fn is_push_due(&mut self, now: Timestamp) -> Stored<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pushes WHERE due_at <= ?)")
            .bind(now.0)
            .fetch_one(self.connection())
            .await
            .map_err(failed)
    }

    async fn push_key(&mut self) -> Stored<Option<PushKey>> {
        sqlx::query("SELECT secret, public_key FROM push_keys WHERE id = 0")
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .map(|row| {
                Ok(PushKey {
                    secret: get(&row, "secret")?,
                    public: get(&row, "public_key")?,
                })
            })
            .transpose()
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
        sqlx::query("DELETE FROM push_subscriptions WHERE endpoint = ? OR device_id = ?")
            .bind(new.endpoint.as_str())
            .bind(device.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        sqlx::query(
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
        .bind(now.day_began().0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn drop_subscription_of(&mut self, member: MemberId, device: DeviceId) -> Stored<()> {
        sqlx::query("DELETE FROM push_subscriptions WHERE device_id = ? AND member_id = ?")
            .bind(device.to_string())
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn drop_subscription(&mut self, id: PushId) -> Stored<()> {
        sqlx::query("DELETE FROM push_subscriptions WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn owe_pushes(&mut self, member: MemberId, kind: Kind, due: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO pushes AS known (subscription_id, kind, due_at, tries) \
             SELECT id, ?2, ?3, 0 FROM push_subscriptions WHERE member_id = ?1 \
             ON CONFLICT (subscription_id) DO UPDATE SET \
             kind = CASE WHEN known.kind = excluded.kind THEN known.kind END",
        )
        .bind(member.to_string())
        .bind(kind.name())
        .bind(due.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn owe_again(&mut self, owed: &Owed, due: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO pushes (subscription_id, kind, due_at, tries) \
             SELECT id, ?2, ?3, ?4 FROM push_subscriptions WHERE id = ?1 \
             ON CONFLICT (subscription_id) DO NOTHING",
        )
        .bind(owed.to.id.to_string())
        .bind(owed.kind.map(Kind::name))
        .bind(due.0)
        .bind(owed.tries)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn take_due_pushes(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<Owed>> {
        let rows = sqlx::query(
            "SELECT s.id, s.member_id, s.endpoint, s.device_key, s.auth, p.kind, p.tries \
             FROM pushes p JOIN push_subscriptions s ON s.id = p.subscription_id \
             WHERE p.due_at <= ? ORDER BY p.due_at LIMIT ?",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        let due = rows.iter().map(owed).collect::<Stored<Vec<_>>>()?;
        for owed in &due {
            sqlx::query("DELETE FROM pushes WHERE subscription_id = ?")
                .bind(owed.to.id.to_string())
                .execute(self.connection())
                .await
                .map_err(failed)?;
        }
        Ok(due)
    }

    async fn keep_push_key(&mut self, key: &PushKey) -> Stored<()> {
        sqlx::query(
            "INSERT INTO push_keys (id, secret, public_key) VALUES (0, ?, ?) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&key.secret)
        .bind(&key.public)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }
}
