//! A copy of a database as it is at one moment, and what has to be true of a
//! file before another takes its place.

use crate::{
    check::{dangling, pages},
    inspect::{in_words, read_only},
    open::{OpenError, beside, known, path_of, primary_code, version_of},
};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions,
};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

/// A database that is about to be copied while others use it.
pub struct Source {
    connection: SqliteConnection,
    path: PathBuf,
}

impl Source {
    /// Opens it; `None` if there is no community yet. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`crate::inspect()`].
    pub async fn open(url: &str) -> Result<Option<Self>, OpenError> {
        let path = path_of(url)?;
        if !path.exists() {
            return Ok(None);
        }
        let mut connection = read_only(&path).await?;
        let version = version_of(&mut connection).await;
        Ok(version
            .map_err(|error| in_words(error, &path))?
            .map(|_| Self { connection, path }))
    }

    /// About how large a copy becomes, in bytes.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub async fn size(&mut self) -> Result<u64, OpenError> {
        let mut sum = [0_i64; 3];
        for (number, ask) in sum
            .iter_mut()
            .zip(["page_size", "page_count", "freelist_count"])
        {
            *number = sqlx::query_scalar(AssertSqlSafe(format!("PRAGMA {ask}")))
                .fetch_one(&mut self.connection)
                .await
                .map_err(|error| known(error, &self.path))?;
        }
        let [page, pages, free] = sum;
        Ok((page * (pages - free)).unsigned_abs())
    }

    /// Copies everything that was committed before into `to`, which has to be
    /// an empty file. Others go on reading and writing.
    ///
    /// # Errors
    ///
    /// What SQLite says, such as that the disk is full.
    pub async fn copy_into(mut self, to: &Path) -> Result<(), OpenError> {
        let to = std::path::absolute(to).map_err(sqlx::Error::from)?;
        let name = to
            .to_str()
            .ok_or_else(|| sqlx::Error::from(io::Error::other("a file's name has to be UTF-8")))?;
        sqlx::query("VACUUM INTO ?")
            .bind(name.to_owned())
            .execute(&mut self.connection)
            .await?;
        self.connection.close().await?;
        Ok(())
    }
}

/// What is wrong with a file that is to be, or to become, a database of Chorus;
/// nothing if it is whole. It must not be in use: what is in a log beside it
/// does not count.
///
/// # Errors
///
/// If it is no database, or one of another program or of a newer Chorus.
pub async fn faults_of(file: &Path) -> Result<Vec<String>, OpenError> {
    let length = fault_of_length(file).map_err(sqlx::Error::from)?;
    if length.is_some() {
        return Ok(length.into_iter().collect());
    }
    match look(file).await {
        // Damage can keep SQLite from telling how much there is.
        Err(OpenError::Sqlite(error)) if primary_code(&error).as_deref() == Some(CORRUPT) => {
            Ok(vec![error.to_string()])
        }
        other => other.map_err(|error| in_words(error, file)),
    }
}

/// Is the file as long as its own header says? SQLite itself fills up with
/// zeros what is missing of the last page.
fn fault_of_length(file: &Path) -> io::Result<Option<String>> {
    let mut header = [0; 32];
    let mut opened = File::open(file)?;
    let length = opened.metadata()?.len();
    if length < 32 {
        return Ok(Some("there is no community in it".to_owned()));
    }
    opened.read_exact(&mut header)?;
    if !header.starts_with(b"SQLite format 3\0") {
        return Ok(None);
    }
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        page => u64::from(page),
    };
    let pages = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    let whole = page * u64::from(pages);
    Ok((length != whole).then(|| format!("it has {length} bytes and should have {whole}")))
}

const CORRUPT: &str = "11";

async fn look(file: &Path) -> Result<Vec<String>, OpenError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .immutable(true)
        .disable_statement_logging()
        .connect()
        .await?;
    let faults = look_through(&mut connection).await;
    // Nothing was written that could fail to be closed.
    let _ = connection.close().await;
    faults
}

async fn look_through(connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    if version_of(connection).await?.is_none() {
        return Ok(vec!["there is no community in it".to_owned()]);
    }
    let mut faults = pages(connection).await?;
    faults.extend(dangling(connection).await?);
    Ok(faults)
}

/// How a file was left by [`fold_log`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// All is in the file itself, and nothing is beside it.
    Whole,
    /// It is damaged: what was beside it still is.
    Damaged,
}

/// Writes the log of a file that is to be put aside back into it, if nobody
/// has it open.
///
/// # Errors
///
/// [`OpenError::InUse`] if another program has it open.
pub async fn fold_log(file: &Path) -> Result<Folded, OpenError> {
    match without_log(file).await {
        Ok(mode) if mode == "delete" => Ok(Folded::Whole),
        Err(error) if !is_busy(&error) => Ok(Folded::Damaged),
        _ => Err(OpenError::InUse(file.to_owned())),
    }
}

/// Only who is alone may take the log away.
async fn without_log(file: &Path) -> Result<String, sqlx::Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(Duration::from_secs(1))
        .disable_statement_logging()
        .connect()
        .await?;
    let mode = sqlx::query_scalar("PRAGMA journal_mode = DELETE")
        .fetch_one(&mut connection)
        .await;
    let closed = connection.close().await;
    let mode = mode?;
    closed.map(|()| mode)
}

fn is_busy(error: &sqlx::Error) -> bool {
    matches!(primary_code(error).as_deref(), Some("5" | "6"))
}

/// Who was erased from a community, so that an older backup of it does not bring
/// them back.
#[derive(Debug, Default)]
pub struct Erased(Vec<(String, i64, i64)>);

/// Who was erased from a database that is about to be replaced. Nobody, if it is
/// older than that.
///
/// # Errors
///
/// As [`crate::inspect()`].
pub async fn erased_from(file: &Path) -> Result<Erased, OpenError> {
    let mut connection = read_only(file).await?;
    let found = match knows_erased(&mut connection).await {
        Ok(true) => {
            sqlx::query_as("SELECT member_id, stays, erased_at FROM erased")
                .fetch_all(&mut connection)
                .await
        }
        Ok(false) => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    connection.close().await?;
    found.map(Erased).map_err(|error| known(error, file))
}

/// Tells a file that takes the place of another who was erased since; says how
/// many of them are in it. They are erased again when Chorus starts.
///
/// # Errors
///
/// What SQLite says.
pub async fn tell_erased(file: &Path, erased: &Erased) -> Result<u64, OpenError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|error| known(error, file))?;
    let told = told_erased(&mut connection, erased).await;
    connection.close().await?;
    told.map_err(|error| known(error, file))
}

async fn told_erased(
    connection: &mut SqliteConnection,
    Erased(erased): &Erased,
) -> Result<u64, sqlx::Error> {
    if erased.is_empty() || !knows_erased(connection).await? {
        return Ok(0);
    }
    let mut transaction = connection.begin().await?;
    for (member, stays, at) in erased {
        sqlx::query("INSERT OR IGNORE INTO erased (member_id, stays, erased_at) VALUES (?, ?, ?)")
            .bind(member)
            .bind(stays)
            .bind(at)
            .execute(&mut *transaction)
            .await?;
    }
    let back: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM erased e WHERE EXISTS (SELECT 1 FROM members WHERE id = e.member_id)",
    )
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(back.unsigned_abs())
}

async fn knows_erased(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'erased')")
        .fetch_one(connection)
        .await
}

/// The files that SQLite may keep beside a database.
pub fn companions(file: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|ending| beside(file, ending))
}
