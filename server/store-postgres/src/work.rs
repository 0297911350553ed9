//! What runs statements, and what a unit of work holds.
//!
//! Units run side by side at READ COMMITTED: each statement sees what was kept
//! before it began. A use case reads, decides and writes, and nobody may come
//! between. So a unit that reads a thing by its name first holds it, and reads
//! with a second statement, which sees what the last holder left:
//!
//! - a row that is there, by a lock on it ([`Work::hold`]);
//! - what may not be there yet, such as a handle or the answer to a key, by a
//!   turn that carries its name ([`Work::take_turn`]).
//!
//! They are taken in one order, so that two units never wait for each other:
//! the key of the mutation, the share or article, its thread, its comments.
//! A comment is held by holding its whole thread.

use async_trait::async_trait;
use domain::store::{Reader, StoreError, Stored, Unit};
use futures_util::TryStreamExt;
use sqlx::{
    PgConnection, Postgres, Transaction,
    pool::PoolConnection,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// A statement with its values.
pub(crate) type Statement<'q> = Query<'q, Postgres, PgArguments>;

enum Connection {
    Reading(PoolConnection<Postgres>),
    /// With the count of what was kept.
    Writing(Transaction<'static, Postgres>, Arc<AtomicU64>),
}

/// A reader or a unit of work.
pub(crate) struct Work {
    connection: Connection,
    /// PostgreSQL gives a unit up at its first fault, and then answers a
    /// commit as if all were well.
    failed: bool,
}

/// What others may do with a row while a unit holds it.
#[derive(Clone, Copy)]
pub(crate) enum Hold {
    /// Change it and hang things under it, but not take it out.
    Standing,
    /// Hang things under it.
    Changing,
    /// Nothing.
    Removing,
}

impl Hold {
    const fn strength(self) -> &'static str {
        match self {
            Self::Standing => "KEY SHARE",
            Self::Changing => "NO KEY UPDATE",
            Self::Removing => "UPDATE",
        }
    }
}

/// Text as PostgreSQL can keep it: it knows no NUL.
pub(crate) fn kept(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

impl Work {
    pub(crate) fn reading(connection: PoolConnection<Postgres>) -> Self {
        Self {
            connection: Connection::Reading(connection),
            failed: false,
        }
    }

    pub(crate) fn writing(
        transaction: Transaction<'static, Postgres>,
        kept: Arc<AtomicU64>,
    ) -> Self {
        Self {
            connection: Connection::Writing(transaction, kept),
            failed: false,
        }
    }

    fn connection(&mut self) -> &mut PgConnection {
        match &mut self.connection {
            Connection::Reading(connection) => connection,
            Connection::Writing(transaction, _) => transaction,
        }
    }

    fn answered<T>(&mut self, answer: Result<T, sqlx::Error>) -> Stored<T> {
        self.failed |= answer.is_err();
        answer.map_err(StoreError::new)
    }

    /// The row that a statement finds, if there is one.
    pub(crate) async fn one<T>(
        &mut self,
        statement: Statement<'_>,
        read: impl FnOnce(&PgRow) -> Stored<T>,
    ) -> Stored<Option<T>> {
        let found = statement.fetch_optional(self.connection()).await;
        self.answered(found)?.as_ref().map(read).transpose()
    }

    /// The row that a statement always answers with.
    pub(crate) async fn sole<T>(
        &mut self,
        statement: Statement<'_>,
        read: impl FnOnce(&PgRow) -> Stored<T>,
    ) -> Stored<T> {
        let found = statement.fetch_one(self.connection()).await;
        read(&self.answered(found)?)
    }

    /// The rows that a statement finds, as they come.
    pub(crate) async fn rows(&mut self, statement: Statement<'_>) -> Stored<Vec<PgRow>> {
        let found = statement.fetch_all(self.connection()).await;
        self.answered(found)
    }

    /// The rows that a statement finds.
    pub(crate) async fn many<T>(
        &mut self,
        statement: Statement<'_>,
        read: impl FnMut(&PgRow) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        self.rows(statement).await?.iter().map(read).collect()
    }

    /// Hands over the rows that a statement finds, one at a time.
    pub(crate) async fn each(
        &mut self,
        statement: Statement<'_>,
        mut take: impl FnMut(&PgRow) -> Stored<()>,
    ) -> Stored<()> {
        let mut rows = statement.fetch(self.connection());
        let mut told = Ok(());
        while let Some(row) = rows.try_next().await.transpose() {
            told = row.map_err(StoreError::new).and_then(|row| take(&row));
            if told.is_err() {
                break;
            }
        }
        drop(rows);
        self.failed |= told.is_err();
        told
    }

    /// Runs a statement; says how many rows it touched.
    pub(crate) async fn run(&mut self, statement: Statement<'_>) -> Stored<u64> {
        let done = statement.execute(self.connection()).await;
        Ok(self.answered(done)?.rows_affected())
    }

    pub(crate) const fn is_unit(&self) -> bool {
        matches!(self.connection, Connection::Writing(..))
    }

    /// Holds the row of `table` whose `column` is `key` until the unit ends;
    /// waits for whoever holds it. Holds nothing for a reader.
    pub(crate) async fn hold(
        &mut self,
        table: &str,
        column: &str,
        key: &str,
        hold: Hold,
    ) -> Stored<()> {
        if !self.is_unit() {
            return Ok(());
        }
        let strength = hold.strength();
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT 1 FROM {table} WHERE {column} = $1 FOR {strength}"
        )))
        .bind(kept(key));
        self.run(statement).await?;
        Ok(())
    }

    /// Waits until no other unit, on any node, has the turn of this name, and
    /// has it until the unit ends. A reader waits for nobody.
    pub(crate) async fn take_turn(&mut self, name: &str) -> Stored<()> {
        if !self.is_unit() {
            return Ok(());
        }
        let statement = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))");
        self.run(statement.bind(kept(name))).await?;
        Ok(())
    }
}

impl Reader for Work {}

#[async_trait]
impl Unit for Work {
    async fn commit(self: Box<Self>) -> Stored<()> {
        match self.connection {
            Connection::Writing(..) if self.failed => Err(StoreError::new(
                "a statement of the unit of work failed, so nothing of it is kept",
            )),
            Connection::Writing(transaction, kept) => {
                let answer = transaction.commit().await.map_err(StoreError::new);
                // Also when it failed: the line may have broken after the fact.
                kept.fetch_add(1, Ordering::AcqRel);
                answer
            }
            Connection::Reading(_) => Ok(()),
        }
    }
}
