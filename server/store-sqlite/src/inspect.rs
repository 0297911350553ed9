//! A look at a database file that changes nothing in it.

use crate::check::{dangling, pages};
use crate::open::{OpenError, known, newest, path_of, version_of};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use std::path::{Path, PathBuf};

/// How a database file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The version of its tables.
    pub version: i64,
    /// The version that this program brings it to.
    pub newest: i64,
    /// `wal` once it was opened for writing.
    pub journal: String,
    /// What SQLite finds wrong with it, one line each.
    pub faults: Vec<String>,
}

/// The file of a database address.
///
/// # Errors
///
/// [`OpenError::Address`] if it is not one.
pub fn file_of(url: &str) -> Result<PathBuf, OpenError> {
    path_of(url)
}

/// The version of the tables; none if there is no database yet. Changes
/// nothing.
///
/// # Errors
///
/// As [`inspect`].
pub async fn version(url: &str) -> Result<Option<i64>, OpenError> {
    version_at(&path_of(url)?).await
}

/// As [`version`], of a file.
pub(crate) async fn version_at(path: &Path) -> Result<Option<i64>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    let mut connection = read_only(path).await?;
    let version = version_of(&mut connection).await;
    connection.close().await?;
    version.map_err(|error| in_words(error, path))
}

pub(crate) async fn read_only(path: &Path) -> Result<SqliteConnection, OpenError> {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        // Who looks at a whole file knows that it takes long.
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|error| known(error, path))
}

pub(crate) fn in_words(error: OpenError, path: &Path) -> OpenError {
    match error {
        OpenError::Sqlite(error) => known(error, path),
        other => other,
    }
}

/// Reads a database file through; `None` if there is none yet.
///
/// # Errors
///
/// As [`crate::SqliteStore::open`], but for migrations, which it does not run.
pub async fn inspect(url: &str) -> Result<Option<Inspection>, OpenError> {
    let path = path_of(url)?;
    if !path.exists() {
        return Ok(None);
    }
    let mut connection = read_only(&path).await?;
    let version = version_of(&mut connection).await;
    let Some(version) = version.map_err(|error| in_words(error, &path))? else {
        connection.close().await?;
        return Ok(None);
    };
    let journal = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut connection)
        .await?;
    let mut faults = pages(&mut connection).await?;
    faults.extend(dangling(&mut connection).await?);
    connection.close().await?;
    Ok(Some(Inspection {
        version,
        newest: newest(),
        journal,
        faults,
    }))
}

/// Tries in a folder whether files can be made there and SQLite's write-ahead
/// log works: it does not on some network file systems. Leaves nothing behind.
///
/// # Errors
///
/// What SQLite says if it cannot write there.
pub async fn try_folder(folder: &Path) -> Result<bool, OpenError> {
    let file = folder.join(format!(".chorus-doctor-{}.db", std::process::id()));
    let tried = try_file(&file).await;
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.clone().into_os_string();
        name.push(ending);
        // Most of these were never made, or went with the connection.
        let _ = std::fs::remove_file(name);
    }
    tried
}

async fn try_file(file: &Path) -> Result<bool, OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Delete);
    let mut connection: SqliteConnection = options.connect().await?;
    sqlx::query("CREATE TABLE trial (id INTEGER)")
        .execute(&mut connection)
        .await?;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = WAL")
        .fetch_one(&mut connection)
        .await?;
    sqlx::query("INSERT INTO trial VALUES (1)")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(mode == "wal")
}
