//! Chorus's store on PostgreSQL, for several nodes on one database.
//!
//! A reader is a connection that cannot write; a unit of work is a transaction
//! that is durable before [`domain::store::Unit::commit`] answers.
//!
//! Units run side by side, on one node and on many, where SQLite lets one
//! write at a time. So what a unit reads in order to change it, it holds until
//! it ends: see the module `work`.

mod accounts;
mod articles;
mod care;
mod changes;
mod check;
mod comments;
mod drafts;
mod holds;
mod home;
mod house;
mod inspect;
mod jobs;
mod keyset;
mod limits;
mod live;
mod moderation;
mod notifications;
mod once;
mod open;
mod passkeys;
mod people;
mod privacy;
mod push;
mod reflections;
mod rituals;
mod row;
mod shout_outs;
mod stories;
mod subject;
mod support;
mod tables;
mod watch;
mod work;

pub use check::{Look, check};
pub use inspect::{Inspection, inspect, version};
pub use limits::PostgresLimits;
pub use open::{OpenError, newest};

pub(crate) use work::Work;

use async_trait::async_trait;
use domain::store::{Reader, Store, StoreError, Stored, Unit};
use sqlx::PgPool;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// An open database.
#[derive(Clone)]
pub struct PostgresStore {
    writers: PgPool,
    readers: PgPool,
    limits: PgPool,
    kept: Arc<AtomicU64>,
    /// Is the database there, with the tables that this program knows?
    is_open: Arc<AtomicBool>,
}

impl PostgresStore {
    fn opened(&self) -> Stored<()> {
        if self.is_open.load(Ordering::Acquire) {
            Ok(())
        } else {
            Err(StoreError::new("the database has not been there yet"))
        }
    }

    /// When a commit answers, in PostgreSQL's own words.
    #[doc(hidden)]
    pub async fn synchronous_commit(&self) -> Stored<String> {
        sqlx::query_scalar("SELECT current_setting('synchronous_commit')")
            .fetch_one(&self.writers)
            .await
            .map_err(StoreError::new)
    }

    /// How many connections read, and how many of them have nothing to do.
    pub fn readers(&self) -> (u32, usize) {
        (self.readers.size(), self.readers.num_idle())
    }

    /// How many connections write, and how many of them have nothing to do.
    pub fn writers(&self) -> (u32, usize) {
        (self.writers.size(), self.writers.num_idle())
    }

    /// Closes every connection, once what runs on it has ended.
    pub async fn close(&self) {
        self.limits.close().await;
        self.readers.close().await;
        self.writers.close().await;
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self) -> Stored<Box<dyn Reader>> {
        self.opened()?;
        let connection = self.readers.acquire().await.map_err(StoreError::new)?;
        Ok(Box::new(Work::reading(connection)))
    }

    async fn begin(&self) -> Stored<Box<dyn Unit>> {
        self.opened()?;
        let transaction = self.writers.begin().await.map_err(StoreError::new)?;
        Ok(Box::new(Work::writing(transaction, self.kept.clone())))
    }

    fn kept_units(&self) -> u64 {
        self.kept.load(Ordering::Acquire)
    }
}
