//! The one writer. Units of work take turns on one connection; what has
//! gathered is committed together, with one write to the disk, and every unit
//! is answered after that.
//!
//! A unit works inside a savepoint of the open transaction. When it commits, the
//! savepoint is released and the flusher is woken, which stands in line behind
//! the units that are waiting already: they are what has gathered. A unit that
//! goes away without a commit leaves its savepoint behind, and whoever comes next
//! rolls it back.

use crate::spread::Spread;
use domain::store::StoreError;
use sqlx::{Connection, SqliteConnection};
use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{
    Mutex, Notify, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, TryAcquireError, oneshot,
};

/// How many units may wait or work at once. At a few hundred a second, the last
/// in line waits for about a second; more would wait longer than people do.
const LINE: usize = 512;

/// How many more may stand there for calls for help.
const RESERVE: usize = 64;

/// How long a statement waits for another program, as in `open`.
const WAITING: &str = "PRAGMA busy_timeout = 5000";

/// The writer of an open database.
pub(crate) struct Writer {
    desk: Arc<Mutex<Desk>>,
    line: Arc<Semaphore>,
    reserve: Arc<Semaphore>,
    woken: Arc<Notify>,
    figures: Arc<Figures>,
}

/// What the writer has done since the database was opened.
#[derive(Debug)]
pub struct Figures {
    units: AtomicU64,
    commits: AtomicU64,
    nanoseconds: AtomicU64,
    batches: Spread,
    times: Spread,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            units: AtomicU64::default(),
            commits: AtomicU64::default(),
            nanoseconds: AtomicU64::default(),
            batches: Spread::new([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]),
            times: Spread::new([
                100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000,
            ]),
        }
    }
}

impl Figures {
    /// Units that were kept.
    pub fn units(&self) -> u64 {
        self.units.load(Ordering::Relaxed)
    }

    /// Transactions that they were kept in.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// How long the commits took, in nanoseconds: nearly all of it is the disk.
    pub fn nanoseconds(&self) -> u64 {
        self.nanoseconds.load(Ordering::Relaxed)
    }

    /// How many units a commit kept.
    pub fn batches(&self) -> &Spread {
        &self.batches
    }

    /// How long a commit took, in microseconds.
    pub fn times(&self) -> &Spread {
        &self.times
    }

    fn count(&self, units: usize, took: Duration) {
        let units = units as u64;
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.units.fetch_add(units, Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        self.batches.add(units);
        self.times.add(nanoseconds / 1_000);
    }
}

/// The connection, and what has gathered on it.
struct Desk {
    /// Until the database is closed.
    connection: Option<SqliteConnection>,
    /// A transaction is open.
    open: bool,
    /// A savepoint is open in it.
    unit: bool,
    /// Who waits for the commit.
    gathered: Vec<oneshot::Sender<Result<(), StoreError>>>,
    figures: Arc<Figures>,
}

impl Desk {
    async fn say(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        let connection = self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        sqlx::query(statement).execute(connection).await.map(|_| ())
    }

    /// Opens a savepoint, in a transaction that is opened when there is none.
    async fn begin_unit(&mut self) -> Result<(), sqlx::Error> {
        self.leave_unit().await;
        if !self.open {
            self.say("BEGIN IMMEDIATE").await?;
            self.open = true;
        }
        self.unit = true;
        self.say("SAVEPOINT unit").await
    }

    /// Takes back what a unit wrote that went away.
    async fn leave_unit(&mut self) {
        if !std::mem::take(&mut self.unit) {
            return;
        }
        let taken_back = match self.say("ROLLBACK TO unit").await {
            Ok(()) => self.say("RELEASE unit").await,
            Err(error) => Err(error),
        };
        if let Err(error) = taken_back {
            // SQLite ends a whole transaction when the disk is full or fails.
            self.lose(&error).await;
        }
    }

    /// The transaction is gone, with all that had gathered in it.
    async fn lose(&mut self, error: &sqlx::Error) {
        tracing::error!(%error, units = self.gathered.len(), "a transaction was lost");
        if self.open {
            // It may be over already: then there is nothing to roll back.
            let _ = self.say("ROLLBACK").await;
            self.open = false;
        }
        for unit in self.gathered.drain(..) {
            let _ = unit.send(Err(failed_with(error)));
        }
    }

    async fn end_unit(&mut self, answer: oneshot::Sender<Result<(), StoreError>>) {
        match self.say("RELEASE unit").await {
            Ok(()) => {
                self.unit = false;
                self.gathered.push(answer);
            }
            Err(error) => {
                let _ = answer.send(Err(failed_with(&error)));
                self.leave_unit().await;
            }
        }
    }

    /// Commits what has gathered, and answers.
    async fn flush(&mut self) {
        self.leave_unit().await;
        if !self.open {
            return;
        }
        let begun = Instant::now();
        let units = self.gathered.len();
        if let Err(error) = self.say("COMMIT").await {
            return self.lose(&error).await;
        }
        self.open = false;
        if units > 0 {
            self.figures.count(units, begun.elapsed());
        }
        // Whoever is answered finds the figures advanced.
        for unit in self.gathered.drain(..) {
            let _ = unit.send(Ok(()));
        }
    }
}

impl Writer {
    /// Takes over the connection. Must be called where tasks can be started.
    pub(crate) fn new(connection: SqliteConnection) -> Self {
        let figures = Arc::new(Figures::default());
        let desk = Arc::new(Mutex::new(Desk {
            connection: Some(connection),
            open: false,
            unit: false,
            gathered: Vec::new(),
            figures: figures.clone(),
        }));
        let woken = Arc::new(Notify::new());
        // It ends with the writer: nobody else can wake it.
        tokio::spawn({
            let (desk, woken) = (Arc::downgrade(&desk), woken.clone());
            async move {
                loop {
                    woken.notified().await;
                    let Some(desk) = desk.upgrade() else { return };
                    desk.lock_owned().await.flush().await;
                }
            }
        });
        Self {
            desk,
            line: Arc::new(Semaphore::new(LINE)),
            reserve: Arc::new(Semaphore::new(RESERVE)),
            woken,
            figures,
        }
    }

    pub(crate) fn figures(&self) -> Arc<Figures> {
        self.figures.clone()
    }

    /// How many units wait or work.
    pub(crate) fn waiting(&self) -> usize {
        LINE + RESERVE - self.line.available_permits() - self.reserve.available_permits()
    }

    /// Stands in line and begins a unit.
    pub(crate) async fn begin(&self) -> Result<Turn, StoreError> {
        self.begin_at(self.line.clone().try_acquire_owned()).await
    }

    /// As [`Writer::begin`], with a place that others cannot take.
    pub(crate) async fn begin_reserved(&self) -> Result<Turn, StoreError> {
        let free = self.line.clone().try_acquire_owned();
        self.begin_at(free.or_else(|_| self.reserve.clone().try_acquire_owned()))
            .await
    }

    async fn begin_at(
        &self,
        place: Result<OwnedSemaphorePermit, TryAcquireError>,
    ) -> Result<Turn, StoreError> {
        let place = place.map_err(|_| StoreError::Busy)?;
        let desk = self.desk.clone().lock_owned().await;
        let mut turn = Turn {
            desk: Some(desk),
            woken: self.woken.clone(),
            _place: place,
        };
        // A task of its own: it is finished even if nobody waits for it any more.
        tokio::spawn(async move {
            turn.begin_unit().await.map_err(failed)?;
            Ok(turn)
        })
        .await
        .map_err(StoreError::new)?
    }

    /// Commits what is left, writes the log back into the file and cuts it off:
    /// what was overwritten in the file stands nowhere else then. If somebody
    /// reads what the log still holds, as a backup does, it stays for now.
    pub(crate) async fn empty_log(&self) -> Result<(), StoreError> {
        let mut desk = self.desk.lock().await;
        desk.flush().await;
        // Whoever posts does not wait for whoever reads.
        desk.say("PRAGMA busy_timeout = 100")
            .await
            .map_err(failed)?;
        let emptied = desk.say("PRAGMA wal_checkpoint(TRUNCATE)").await;
        let waiting = desk.say(WAITING).await;
        emptied.and(waiting).map_err(failed)
    }

    /// Commits what is left and writes the log back into the file.
    pub(crate) async fn close(&self) {
        let mut desk = self.desk.lock().await;
        desk.flush().await;
        if let Some(connection) = desk.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the log could not be written back into the file");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.woken.notify_one();
    }
}

/// One unit's turn at the desk.
pub(crate) struct Turn {
    desk: Option<OwnedMutexGuard<Desk>>,
    woken: Arc<Notify>,
    _place: OwnedSemaphorePermit,
}

impl Turn {
    async fn begin_unit(&mut self) -> Result<(), sqlx::Error> {
        match &mut self.desk {
            Some(desk) => desk.begin_unit().await,
            None => Err(sqlx::Error::WorkerCrashed),
        }
    }

    /// Ends the unit, and waits until the disk has it.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        if let Some(mut desk) = self.desk.take() {
            let woken = self.woken.clone();
            tokio::spawn(async move {
                desk.end_unit(answer).await;
                drop(desk);
                woken.notify_one();
            });
        }
        answered.await.map_err(StoreError::new)?
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.desk.take().is_some() {
            self.woken.notify_one();
        }
    }
}

const PRESENT: &str = "a turn has a desk, and the desk its connection, until it ends";

impl Deref for Turn {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        let desk = self.desk.as_ref().expect(PRESENT);
        desk.connection.as_ref().expect(PRESENT)
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        let desk = self.desk.as_mut().expect(PRESENT);
        desk.connection.as_mut().expect(PRESENT)
    }
}

/// What SQLite says when the disk is full.
const SQLITE_FULL: &str = "13";

/// A statement failed.
pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    if is_full(&error) {
        StoreError::Full
    } else {
        StoreError::new(error)
    }
}

/// The same failure, told to one of many.
fn failed_with(error: &sqlx::Error) -> StoreError {
    if is_full(error) {
        StoreError::Full
    } else {
        StoreError::new(error.to_string())
    }
}

fn is_full(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.code())
        .is_some_and(|code| code == SQLITE_FULL)
}

#[cfg(test)]
mod tests;
