use crate::{SqliteStore, writer::Writer};
use sqlx::{
    Connection, Executor, SqliteConnection,
    migrate::{Migrate, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The WAL-reset bug is mended from this version on.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

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
    /// it, where N is the version it comes from.
    pub async fn open(url: &str, synchronous: Synchronous) -> Result<Self, OpenError> {
        let path = path_of(url)?;
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)
                .map_err(|error| OpenError::Folder(folder.to_owned(), error))?;
        }
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
        let mut writer = SqliteConnection::connect_with(&options).await?;
        check_version(&mut writer).await?;
        migrate(&mut writer, &path).await?;
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

/// How many tables the file has, and how many of them are our ledger of
/// migrations: one or none.
pub(crate) async fn tables(connection: &mut SqliteConnection) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE name = '_sqlx_migrations') \
         FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .fetch_one(connection)
    .await
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let (tables, ours) = tables(connection).await?;
    if tables > 0 && ours == 0 {
        return Err(OpenError::Foreign);
    }
    let newest = newest();
    let applied: i64 = if ours == 0 {
        0
    } else {
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(&mut *connection)
            .await?
    };
    if applied > newest {
        return Err(OpenError::Newer(applied));
    }
    if applied > 0 && applied < newest {
        back_up(connection, path, applied).await?;
    }
    connection
        .ensure_migrations_table("_sqlx_migrations")
        .await
        .map_err(OpenError::Migration)?;
    MIGRATIONS
        .run(&mut *connection)
        .await
        .map_err(OpenError::Migration)
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
