//! `chorus backup`, `chorus restore` and the server's own schedule: a whole
//! community in one file, for SQLite. PostgreSQL has `pg_dump`.
//!
//! A backup gets its name when it is whole, checked and on the disk. Before
//! that it is called `….part`.

mod part;
mod restore;
mod schedule;

pub(crate) use part::sync_folder;
pub use restore::{RestoreError, RestoreOptions, Restored, restore};
pub use schedule::{Schedule, ScheduleError, Turn, keep};

use crate::database::{Engine, OpenError};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use part::Part;
use std::{
    error::Error,
    fmt, io,
    path::{Path, PathBuf},
    time::Duration,
};
use store_sqlite::backup::{Source, faults_of};

/// How often it is looked how far a copy has come.
const LOOK: Duration = Duration::from_millis(100);

/// The options of `chorus backup`.
#[derive(Debug, Clone, Args)]
pub struct BackupOptions {
    /// The file that is made.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Take the place of a file that is there already.
    #[arg(long)]
    pub overwrite: bool,
}

/// Why there is no backup. Each reads as a sentence for the host.
#[derive(Debug)]
pub enum BackupError {
    /// The database is PostgreSQL's.
    Postgres,
    /// The database cannot be opened.
    Open(OpenError),
    /// There is a file of that name.
    Taken(PathBuf),
    /// Another backup is writing that file.
    Busy(PathBuf),
    /// The file cannot be written.
    File(PathBuf, io::Error),
    /// The database could not be read to its end, or not be written down.
    Copy(store_sqlite::OpenError),
    /// What was written is not sound.
    Unsound(String),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres => write!(
                f,
                "chorus makes backups of SQLite only: on PostgreSQL use pg_dump, as \
                 docs/backups.md shows"
            ),
            Self::Open(error) => write!(f, "{error}"),
            Self::Taken(file) => write!(
                f,
                "{} is there already: give another name, or --overwrite",
                file.display()
            ),
            Self::Busy(file) => write!(f, "another backup is writing {}", file.display()),
            Self::File(file, error) => {
                write!(f, "{} cannot be written: {error}", file.display())
            }
            Self::Copy(store_sqlite::OpenError::Sqlite(error)) => {
                write!(f, "the database could not be copied: {error}")
            }
            Self::Copy(error) => write!(f, "{error}"),
            Self::Unsound(fault) => write!(
                f,
                "the copy is not sound, so it was not kept: {fault}. Ask chorus check about the \
                 database"
            ),
        }
    }
}

impl Error for BackupError {}

impl From<OpenError> for BackupError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

/// What a backup or a restore is at, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It copies about so many bytes.
    Copying(u64),
    /// So many of them are done.
    Copied(u64),
    /// It reads through a file, to see whether it is sound.
    Checking,
}

/// Draws the steps on a terminal's standard error; nowhere else.
#[derive(Default)]
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// The next step.
    pub fn show(&mut self, step: Step) {
        match step {
            Step::Copying(bytes) => self.replace(
                ProgressBar::new(bytes),
                "copying   {bar:40} {bytes} of {total_bytes}, {eta} left",
            ),
            Step::Copied(bytes) => {
                if let Some(bar) = &self.0 {
                    // What is written while it copies makes it longer.
                    bar.set_position(bytes.min(bar.length().unwrap_or(bytes)));
                }
            }
            Step::Checking => {
                self.replace(ProgressBar::new_spinner(), "checking  {spinner} {elapsed}");
                if let Some(bar) = &self.0 {
                    bar.enable_steady_tick(LOOK);
                }
            }
        }
    }

    fn replace(&mut self, bar: ProgressBar, template: &str) {
        self.clear();
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        self.0 = Some(bar);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Copies the community of `url` as it is at this moment into `file`, whoever
/// reads and writes meanwhile. Answers with the file's size in bytes.
///
/// # Errors
///
/// A sentence for the host. There is then no file, or the one that was there.
pub async fn back_up(
    url: &str,
    file: &Path,
    overwrite: bool,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<u64, BackupError> {
    if Engine::of(url)? == Engine::Postgres {
        return Err(BackupError::Postgres);
    }
    let mut source = match Source::open(url).await.map_err(OpenError::from)? {
        Some(source) => source,
        None => return Err(OpenError::Nothing(crate::database::file_of(url)?).into()),
    };
    let taken = || !overwrite && file.symlink_metadata().is_ok();
    if taken() {
        return Err(BackupError::Taken(file.to_owned()));
    }
    let part = Part::begin(file)?;
    told(Step::Copying(
        source.size().await.map_err(BackupError::Copy)?,
    ));
    copy(source, &part, told).await?;
    told(Step::Checking);
    if let Some(fault) = faults_of(part.path())
        .await
        .map_err(BackupError::Copy)?
        .into_iter()
        .next()
    {
        return Err(BackupError::Unsound(fault));
    }
    if taken() {
        return Err(BackupError::Taken(file.to_owned()));
    }
    let size = part.size();
    part.finish()?;
    Ok(size)
}

async fn copy(
    source: Source,
    part: &Part,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<(), BackupError> {
    let copying = source.copy_into(part.path());
    tokio::pin!(copying);
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            done = &mut copying => return done.map_err(BackupError::Copy),
            _ = look.tick() => told(Step::Copied(part.size())),
        }
    }
}
