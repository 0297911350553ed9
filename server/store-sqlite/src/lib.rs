//! Chorus's store on SQLite.
//!
//! One connection writes, for one unit after another, and commits together what
//! has gathered; a pool of others reads and cannot write. The file is in WAL mode
//! with `synchronous=FULL`: what [`domain::store::Unit::commit`] answered survives a
//! crash of the program and of the machine.

mod accounts;
mod articles;
pub mod backup;
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
mod live;
mod lock;
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
mod spread;
mod stories;
mod support;
mod tables;
mod watch;
mod writer;

pub use check::{Look, check};
pub use inspect::{Inspection, file_of, inspect, try_folder, version};
pub use lock::Lock;
pub use open::{OpenError, Synchronous, newest};
pub use spread::Spread;
pub use writer::Figures;

use async_trait::async_trait;
use domain::store::{Reader, Store, Stored, Unit};
use sqlx::{
    Sqlite, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use writer::{Turn, Writer, failed};

/// An open database.
#[derive(Clone)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: SqlitePool,
    path: PathBuf,
}

impl SqliteStore {
    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Is the file sound? Lists what is not.
    pub async fn integrity(&self) -> Stored<Vec<String>> {
        let lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }

    /// How SQLite would answer a statement: one line a step.
    #[doc(hidden)]
    pub async fn plan(&self, statement: &str) -> Stored<Vec<String>> {
        use sqlx::Row;
        let statement = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let rows = sqlx::query(statement)
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        rows.iter()
            .map(|row| row.try_get("detail").map_err(failed))
            .collect()
    }

    /// From now on the file may not grow, or may again: for tests of what
    /// happens when the disk is full.
    #[doc(hidden)]
    pub async fn may_grow(&self, may: bool) -> Stored<()> {
        // Less than there is means as much as there is.
        let most = if may { u32::MAX - 1 } else { 1 };
        let mut turn = self.writer.begin().await?;
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "PRAGMA max_page_count = {most}"
        )))
        .fetch_all(&mut *turn)
        .await
        .map_err(failed)?;
        turn.commit().await
    }

    /// What the writer has done so far.
    pub fn figures(&self) -> Arc<Figures> {
        self.writer.figures()
    }

    /// How many units of work wait for the writer or work.
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// How many connections read, and how many of them have nothing to do.
    pub fn readers(&self) -> (u32, usize) {
        (self.readers.size(), self.readers.num_idle())
    }

    /// Closes the database and writes its log back into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A statement with its values.
type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

enum Connection {
    Reading(PoolConnection<Sqlite>),
    Writing(Turn),
}

/// A reader or a unit of work.
pub(crate) struct Work(Connection);

impl Work {
    fn connection(&mut self) -> &mut SqliteConnection {
        match &mut self.0 {
            Connection::Reading(connection) => connection,
            Connection::Writing(turn) => turn,
        }
    }

    /// The row that a statement finds, if there is one.
    async fn one<T>(
        &mut self,
        statement: Statement<'_>,
        read: impl FnOnce(&SqliteRow) -> Stored<T>,
    ) -> Stored<Option<T>> {
        let found = statement.fetch_optional(self.connection()).await;
        found.map_err(failed)?.as_ref().map(read).transpose()
    }

    /// The rows that a statement finds, as they come.
    async fn rows(&mut self, statement: Statement<'_>) -> Stored<Vec<SqliteRow>> {
        statement.fetch_all(self.connection()).await.map_err(failed)
    }

    /// The rows that a statement finds.
    async fn many<T>(
        &mut self,
        statement: Statement<'_>,
        read: impl FnMut(&SqliteRow) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        self.rows(statement).await?.iter().map(read).collect()
    }

    /// Runs a statement; says how many rows it touched.
    async fn run(&mut self, statement: Statement<'_>) -> Stored<u64> {
        let done = statement.execute(self.connection()).await;
        Ok(done.map_err(failed)?.rows_affected())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> Stored<Box<dyn Reader>> {
        let connection = self.readers.acquire().await.map_err(failed)?;
        Ok(Box::new(Work(Connection::Reading(connection))))
    }

    async fn begin(&self) -> Stored<Box<dyn Unit>> {
        let turn = self.writer.begin().await?;
        Ok(Box::new(Work(Connection::Writing(turn))))
    }

    async fn begin_for_care(&self) -> Stored<Box<dyn Unit>> {
        let turn = self.writer.begin_reserved().await?;
        Ok(Box::new(Work(Connection::Writing(turn))))
    }

    fn kept_units(&self) -> u64 {
        self.writer.figures().units()
    }

    async fn wipe(&self) -> Stored<()> {
        self.writer.empty_log().await
    }
}

impl Reader for Work {}

#[async_trait]
impl Unit for Work {
    async fn commit(self: Box<Self>) -> Stored<()> {
        match self.0 {
            Connection::Writing(turn) => turn.commit().await,
            Connection::Reading(_) => Ok(()),
        }
    }
}
