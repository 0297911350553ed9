//! Does a database hold together? Changes nothing in it.

use crate::{
    inspect::{in_words, read_only},
    open::{MIGRATIONS, OpenError, newest, path_of, version_of},
};
use sqlx::{Connection, SqliteConnection};

/// One thing that was looked at in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What it is, for the host.
    pub what: String,
    /// What is wrong with it, one line each; none if it is as it should be.
    pub faults: Vec<String>,
}

impl Look {
    fn at(what: impl Into<String>, faults: Vec<String>) -> Self {
        Self {
            what: what.into(),
            faults,
        }
    }
}

/// So many faults of a kind are named; the rest is counted.
const FEW: usize = 10;

fn first_few(mut faults: Vec<String>) -> Vec<String> {
    let more = faults.len().saturating_sub(FEW);
    if more > 0 {
        faults.truncate(FEW);
        faults.push(format!("and {more} more"));
    }
    faults
}

/// Reads a whole database and says what was looked at; `None` if there is none
/// yet. It may be in use.
///
/// # Errors
///
/// As [`crate::SqliteStore::open`], but for migrations, which it does not run.
pub async fn check(url: &str) -> Result<Option<Vec<Look>>, OpenError> {
    let path = path_of(url)?;
    if !path.exists() {
        return Ok(None);
    }
    let mut connection = read_only(&path).await?;
    let looks = look(&mut connection).await;
    connection.close().await?;
    looks.map_err(|error| in_words(error, &path))
}

async fn look(connection: &mut SqliteConnection) -> Result<Option<Vec<Look>>, OpenError> {
    let Some(version) = version_of(connection).await? else {
        return Ok(None);
    };
    let newest = newest();
    let mut looks = vec![
        Look::at(
            format!("it is a database of Chorus, at version {version} of {newest}"),
            migrations(connection).await?,
        ),
        Look::at("every page of the file", pages(connection).await?),
        Look::at(
            "everything that points at something",
            dangling(connection).await?,
        ),
    ];
    if version == newest {
        for (what, statement) in COUNTS {
            looks.push(Look::at(*what, named(connection, statement).await?));
        }
    }
    Ok(Some(looks))
}

async fn migrations(connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    let applied: Vec<(i64, Vec<u8>, bool)> =
        sqlx::query_as("SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version")
            .fetch_all(connection)
            .await?;
    Ok(applied
        .iter()
        .zip(MIGRATIONS.iter())
        .filter(|((version, checksum, whole), known)| {
            !whole || *version != known.version || **checksum != *known.checksum
        })
        .map(|((version, _, _), _)| {
            format!("migration {version} is not whole, or not that of this program")
        })
        .collect())
}

/// What SQLite finds wrong with the file.
pub(crate) async fn pages(connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(connection)
        .await?;
    // Some rows begin with a line that only names the file.
    let lines = found.iter().flat_map(|row| row.lines());
    Ok(first_few(
        lines
            .filter(|line| *line != "ok" && !line.starts_with("***"))
            .map(str::to_owned)
            .collect(),
    ))
}

/// Tables with rows that point at what is not there.
pub(crate) async fn dangling(connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")
            .fetch_all(connection)
            .await?;
    Ok(tables
        .into_iter()
        .map(|table| format!("rows of {table} point at what is not there"))
        .collect())
}

/// What is kept twice, and how to find where the two do not agree.
const COUNTS: &[(&str, &str)] = &[
    (
        "how many comments each thread says it has",
        "SELECT 'the thread of ' || t.subject_kind || ' ' || t.subject_id || ' says ' \
         || t.published || ' and has ' || count(c.id) AS fault \
         FROM threads t LEFT JOIN comments c ON c.subject_kind = t.subject_kind \
         AND c.subject_id = t.subject_id AND c.state = 'published' \
         GROUP BY t.subject_kind, t.subject_id HAVING t.published <> count(c.id)",
    ),
    (
        "the thread of every comment",
        "SELECT 'comments on ' || c.subject_kind || ' ' || c.subject_id || ' have no thread' \
         AS fault FROM comments c WHERE NOT EXISTS (SELECT 1 FROM threads t \
         WHERE t.subject_kind = c.subject_kind AND t.subject_id = c.subject_id) \
         GROUP BY c.subject_kind, c.subject_id",
    ),
    (
        "the place of every comment in its thread",
        "SELECT 'the comment ' || c.id || ' stands in no right place' AS fault \
         FROM comments c LEFT JOIN comments p ON p.id = c.parent_id \
         WHERE length(c.path) <> 6 * (c.depth + 1) \
         OR (p.id IS NULL AND c.depth <> 0) OR (p.id IS NOT NULL AND (c.depth <> p.depth + 1 \
         OR substr(c.path, 1, length(c.path) - 6) <> p.path \
         OR c.subject_kind <> p.subject_kind OR c.subject_id <> p.subject_id))",
    ),
];

async fn named(
    connection: &mut SqliteConnection,
    statement: &'static str,
) -> Result<Vec<String>, OpenError> {
    Ok(first_few(
        sqlx::query_scalar(statement).fetch_all(connection).await?,
    ))
}

#[cfg(test)]
mod tests;
