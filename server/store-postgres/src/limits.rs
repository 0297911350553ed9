//! Limits that count for all nodes together.
//!
//! They are counted on connections of their own, so that whoever asks never
//! waits for somebody who waits to ask. The time is the server's: the clocks of
//! nodes differ.

use crate::PostgresStore;
use async_trait::async_trait;
use domain::{
    ids::Chance,
    pace::{Elapsed, Limits, Rate, Secret},
    store::{StoreError, Stored},
};
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};

/// The counts of all nodes on one database.
pub struct PostgresLimits {
    connections: PgPool,
    chance: Arc<dyn Chance>,
    /// In place of the server's clock.
    told: Option<Elapsed>,
}

impl PostgresStore {
    /// The limits of this database. `chance` makes the day's secret; `told` is
    /// the time in place of the server's, for tests.
    pub fn limits(&self, chance: Arc<dyn Chance>, told: Option<Elapsed>) -> PostgresLimits {
        PostgresLimits {
            connections: self.limits.clone(),
            chance,
            told,
        }
    }
}

/// Whole microseconds.
fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl PostgresLimits {
    fn now(&self) -> Option<i64> {
        self.told.as_ref().map(|elapsed| micros(elapsed()))
    }

    /// Makes the day's secret, unless another node was quicker, and forgets
    /// those of other days.
    async fn new_secret(&self) -> Stored<Vec<u8>> {
        let statement = sqlx::query_scalar(
            "INSERT INTO limit_secrets AS known (day, secret) \
             VALUES (coalesce($1, (extract(epoch FROM statement_timestamp()) * 1000000)::bigint) \
             / 86400000000, $2) \
             ON CONFLICT (day) DO UPDATE SET secret = known.secret RETURNING secret",
        )
        .bind(self.now())
        .bind(self.chance.bytes().to_vec());
        let secret = statement
            .fetch_one(&self.connections)
            .await
            .map_err(StoreError::new)?;
        self.forget_secrets().await?;
        Ok(secret)
    }

    async fn forget_secrets(&self) -> Stored<()> {
        sqlx::query(
            "DELETE FROM limit_secrets WHERE day < \
             coalesce($1, (extract(epoch FROM statement_timestamp()) * 1000000)::bigint) / 86400000000",
        )
        .bind(self.now())
        .execute(&self.connections)
        .await
        .map_err(StoreError::new)?;
        Ok(())
    }
}

#[async_trait]
impl Limits for PostgresLimits {
    /// It is asked for each time: a node that remembered it would count apart
    /// from the others once the server has come back from a crash, which
    /// empties unlogged tables.
    async fn secret(&self) -> Stored<Secret> {
        let known: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT secret FROM limit_secrets WHERE day = \
             coalesce($1, (extract(epoch FROM statement_timestamp()) * 1000000)::bigint) / 86400000000",
        )
        .bind(self.now())
        .fetch_optional(&self.connections)
        .await
        .map_err(StoreError::new)?;
        let secret = match known {
            Some(secret) => secret,
            None => self.new_secret().await?,
        };
        Secret::try_from(secret).map_err(|_| StoreError::new("a secret of another length"))
    }

    /// One statement, so that of two who come at once each sees the other.
    ///
    /// `excluded.used_up_to - $3` is the present moment. Nobody can have made
    /// use of more than the whole of the limit's time from now on; what says so
    /// was written before the clock was set back, and counts as that much.
    async fn admit(&self, rate: Rate, key: &str) -> Stored<Result<(), Duration>> {
        let interval = micros(rate.interval());
        let statement = sqlx::query_scalar(
            "INSERT INTO limits AS known (name, key, used_up_to, wait) VALUES ($1, $2, \
             coalesce($5, (extract(epoch FROM statement_timestamp()) * 1000000)::bigint) + $3, 0) \
             ON CONFLICT (name, key) DO UPDATE SET \
             used_up_to = CASE WHEN known.used_up_to <= excluded.used_up_to - $3 + $4 \
             THEN greatest(known.used_up_to + $3, excluded.used_up_to) \
             ELSE least(known.used_up_to, excluded.used_up_to + $4) END, \
             wait = greatest(least(known.used_up_to, excluded.used_up_to + $4) \
             - (excluded.used_up_to - $3 + $4), 0) \
             RETURNING wait",
        )
        .bind(rate.name)
        .bind(key)
        .bind(interval)
        .bind(interval.saturating_mul(i64::from(rate.count.get()) - 1))
        .bind(self.now());
        let wait: i64 = statement
            .fetch_one(&self.connections)
            .await
            .map_err(StoreError::new)?;
        Ok(match u64::try_from(wait) {
            Ok(wait) if wait > 0 => Err(Duration::from_micros(wait)),
            _ => Ok(()),
        })
    }

    async fn tidy(&self) -> Stored<()> {
        self.forget_secrets().await?;
        sqlx::query(
            "DELETE FROM limits WHERE used_up_to <= \
             coalesce($1, (extract(epoch FROM statement_timestamp()) * 1000000)::bigint)",
        )
        .bind(self.now())
        .execute(&self.connections)
        .await
        .map_err(StoreError::new)?;
        Ok(())
    }
}
