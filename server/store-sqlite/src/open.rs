use crate::{SqliteStore, inspect::version_at, writer::Writer};
use sqlx::{
    AssertSqlSafe, Connection, Executor, SqliteConnection,
    migrate::{Migrate, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    ffi::OsString,
    fmt,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The WAL-reset bug is mended from this version on.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// Says in the file's header that it is one of Chorus: "chrs".
pub(crate) const APPLICATION: i64 = 0x6368_7273;

/// When a commit answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// After the disk has it.
    #[default]
    Full,
    /// Before; a crash loses posts. For measurements only.
    Off,
}

/// Why a database cannot be opened. Each reads as a sentence for the host.
#[derive(Debug)]
pub enum OpenError {
    /// The address is not `sqlite:` and a path.
    Address(String),
    /// The folder of the file cannot be made.
    Folder(PathBuf, std::io::Error),
    /// SQLite is older than what is safe.
    OldSqlite(String),
    /// The file was written by a newer Chorus.
    Newer(i64),
    /// The file is a database of another program.
    Foreign,
    /// The file is no database at all, or its beginning is destroyed.
    NoDatabase(PathBuf),
    /// Another program serves the same file.
    Served(PathBuf),
    /// Another program has the file open.
    InUse(PathBuf),
    /// The folder or the file cannot be written.
    ReadOnly(PathBuf),
    /// The log cannot be brought to the disk.
    Log(io::Error),
    /// The file system knows no locks.
    Lock(io::Error),
    /// Anything that SQLite says.
    Sqlite(sqlx::Error),
    /// A migration failed.
    Migration(sqlx::migrate::MigrateError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(url) => write!(
                f,
                "{url:?} is not a database address: write sqlite: and a path, \
                 as in sqlite:data/chorus.db"
            ),
            Self::Folder(path, error) => {
                write!(f, "the folder {} cannot be made: {error}", path.display())
            }
            Self::OldSqlite(version) => {
                write!(
                    f,
                    "SQLite {version} is linked in; 3.51.3 or newer is needed"
                )
            }
            Self::Newer(version) => write!(
                f,
                "the database is at version {version}, which this program does not know: \
                 start the newer Chorus that wrote it"
            ),
            Self::Foreign => write!(f, "the file is a database of another program"),
            Self::NoDatabase(path) => write!(
                f,
                "{} is no SQLite database, or its beginning is destroyed",
                path.display()
            ),
            Self::Served(path) => write!(
                f,
                "another chorus serve has {} open: stop it first, or give another database",
                path.display()
            ),
            Self::InUse(path) => write!(
                f,
                "another program has {} open: stop it first",
                path.display()
            ),
            Self::ReadOnly(path) => write!(
                f,
                "{} cannot be opened and written: let the user who runs Chorus write there and \
                 make files beside it",
                path.display()
            ),
            Self::Lock(error) => write!(f, "files cannot be locked where the database is: {error}"),
            Self::Log(error) => write!(f, "the log cannot be brought to the disk: {error}"),
            Self::Sqlite(error) => write!(f, "the database cannot be opened: {error}"),
            Self::Migration(error) => {
                write!(f, "the database cannot be brought up to date: {error}")
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl SqliteStore {
    /// Is there a file at `sqlite:path` already?
    pub fn exists(url: &str) -> Result<bool, OpenError> {
        Ok(path_of(url)?.exists())
    }

    /// Opens `sqlite:path`, makes the file when it is missing, and brings it
    /// up to date. An older file is first copied to `path.before-N.db` beside
    /// it, where N is the version it comes from. What a program that was killed
    /// has left in the log is on the disk when this answers.
    ///
    /// # Errors
    ///
    /// A sentence for the host. Nothing has changed then, unless a migration
    /// failed.
    pub async fn open(url: &str, synchronous: Synchronous) -> Result<Self, OpenError> {
        let path = path_of(url)?;
        // Opening it to write already changes a file, even one of others.
        version_at(&path).await?;
        make_folder(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match synchronous {
                Synchronous::Full => SqliteSynchronous::Full,
                Synchronous::Off => SqliteSynchronous::Off,
            })
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("secure_delete", "ON")
            .statement_cache_capacity(256);
        let mut writer = SqliteConnection::connect_with(&options)
            .await
            .map_err(|error| known(error, &path))?;
        check_version(&mut writer).await?;
        settle(&mut writer, &path).await?;
        migrate(&mut writer, &path)
            .await
            .map_err(|error| match error {
                OpenError::Sqlite(error) => known(error, &path),
                other => other,
            })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(8)
            .idle_timeout(Duration::from_secs(300))
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self {
            writer: Arc::new(Writer::new(writer)),
            readers,
            path,
        })
    }
}

/// Makes the folder of a database's file when it is missing.
pub(crate) fn make_folder(path: &Path) -> Result<(), OpenError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder)
            .map_err(|error| OpenError::Folder(folder.to_owned(), error)),
        _ => Ok(()),
    }
}

/// What SQLite calls a file that is no database, one that it may not write, and
/// one that it may not open or make.
const NOT_A_DATABASE: &str = "26";
const READ_ONLY: &str = "8";
const CANNOT_OPEN: &str = "14";

/// The sentence for what a host can mend.
pub(crate) fn known(error: sqlx::Error, path: &Path) -> OpenError {
    match primary_code(&error).as_deref() {
        Some(NOT_A_DATABASE) => OpenError::NoDatabase(path.to_owned()),
        Some(READ_ONLY | CANNOT_OPEN) => OpenError::ReadOnly(path.to_owned()),
        _ => OpenError::Sqlite(error),
    }
}

/// SQLite's result code without what its higher bits add.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<String> {
    let code = error.as_database_error()?.code()?;
    let number: u32 = code.parse().ok()?;
    Some((number & 0xff).to_string())
}

/// A file of SQLite beside the database's, such as `-wal`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// Brings to the disk what is found in the log. A program that was killed may
/// have left there what it had written and not synced, and nobody may be
/// answered from it before.
async fn settle(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    // It syncs the log before it copies from it, and the file after that.
    let copied = sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)")
        .fetch_one(connection)
        .await;
    match copied {
        Ok((0, frames, copied)) if frames == copied => Ok(()),
        // A reader of another program holds some of it back, or there is no
        // room to copy it.
        Ok::<(i64, i64, i64), _>(_) => sync(&beside(path, "-wal")),
        Err(error) if primary_code(&error).as_deref() == Some("13") => sync(&beside(path, "-wal")),
        Err(error) => Err(known(error, path)),
    }
}

fn sync(file: &Path) -> Result<(), OpenError> {
    match File::open(file).and_then(|file| file.sync_all()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(OpenError::Log(error)),
        _ => Ok(()),
    }
}

pub(crate) fn path_of(url: &str) -> Result<PathBuf, OpenError> {
    let path = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))
        .filter(|path| !path.is_empty() && !path.contains('?'))
        .ok_or_else(|| OpenError::Address(url.to_owned()))?;
    Ok(PathBuf::from(path))
}

async fn check_version(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await?;
    let numbers: Vec<u32> = version
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    if numbers.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(OpenError::OldSqlite(version));
    }
    Ok(())
}

/// The version that this program brings a database to.
pub fn newest() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// The version of the tables; none if there is no table yet.
pub(crate) async fn version_of(
    connection: &mut SqliteConnection,
) -> Result<Option<i64>, OpenError> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    let (tables, ledgers, ours): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE name = '_sqlx_migrations'), \
         count(*) FILTER (WHERE name = 'members') \
         FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .fetch_one(&mut *connection)
    .await?;
    if ![0, APPLICATION].contains(&application) {
        return Err(OpenError::Foreign);
    }
    if tables == 0 {
        return Ok(None);
    }
    if ledgers == 0 || (tables > 1 && ours == 0) {
        return Err(OpenError::Foreign);
    }
    let version: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await?;
    if version > newest() {
        return Err(OpenError::Newer(version));
    }
    Ok(Some(version))
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    if let Some(applied) = version_of(connection).await?
        && applied > 0
        && applied < newest()
    {
        back_up(connection, path, applied).await?;
    }
    connection
        .ensure_migrations_table("_sqlx_migrations")
        .await
        .map_err(OpenError::Migration)?;
    MIGRATIONS
        .run(&mut *connection)
        .await
        .map_err(OpenError::Migration)?;
    sign(connection).await
}

/// Writes into the header whose file it is.
async fn sign(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    if application == 0 {
        let sign = AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION}"));
        sqlx::query(sign).execute(connection).await?;
    }
    Ok(())
}

async fn back_up(
    connection: &mut SqliteConnection,
    path: &Path,
    version: i64,
) -> Result<(), OpenError> {
    let copy = path.with_extension(format!("before-{version}.db"));
    if copy.exists() {
        return Ok(());
    }
    connection
        .execute(sqlx::query("VACUUM INTO ?").bind(copy.to_string_lossy().into_owned()))
        .await?;
    tracing::info!(copy = %copy.display(), "kept a copy of the database before bringing it up to date");
    Ok(())
}

#[cfg(test)]
mod tests;
