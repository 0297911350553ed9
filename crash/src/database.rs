//! Reads the database beside the programs that have it open: a file, or one on a server.

use std::path::Path;

use bench::Result;
use bench::chorus::DATABASE;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ColumnIndex, Connection, Decode, PgConnection, Row, SqliteConnection, Type};

use crate::check::Comment;

const COMMENTS: &str = "SELECT c.id, coalesce(m.handle, '') AS handle, c.body FROM comments c \
     LEFT JOIN members m ON m.id = c.member_id \
     ORDER BY c.subject_kind, c.subject_id, c.path";

/// What is in a database.
pub struct Reading {
    /// All comments; each thread in the order in which it is read.
    pub comments: Vec<Comment>,
    /// What SQLite's own checks complain of.
    pub damage: Vec<String>,
}

/// Reads the database of a folder, and lets SQLite check it.
///
/// # Errors
/// When it cannot be read at all.
pub async fn read(folder: &Path) -> Result<Reading> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join(DATABASE))
        .read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let damage = damage(&mut connection).await?;
    let comments = comments(&mut connection).await?;
    connection.close().await?;
    Ok(Reading { comments, damage })
}

async fn damage(connection: &mut SqliteConnection) -> Result<Vec<String>> {
    let mut damage: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(&mut *connection)
        .await?;
    damage.retain(|line| line != "ok");
    let astray = sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(connection)
        .await?;
    for row in astray {
        let table: String = row.try_get(0)?;
        damage.push(format!("a row of {table} refers to nothing"));
    }
    Ok(damage)
}

/// All comments on a PostgreSQL server; each thread in the order in which it is read.
///
/// # Errors
/// When they cannot be read.
pub async fn comments_on_server(url: &str) -> Result<Vec<Comment>> {
    let mut connection = PgConnection::connect(url).await?;
    let rows = sqlx::query(COMMENTS).fetch_all(&mut connection).await?;
    connection.close().await?;
    rows.iter().map(comment).collect()
}

async fn comments(connection: &mut SqliteConnection) -> Result<Vec<Comment>> {
    let rows = sqlx::query(COMMENTS).fetch_all(connection).await?;
    rows.iter().map(comment).collect()
}

fn comment<'r, R: Row>(row: &'r R) -> Result<Comment>
where
    &'static str: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(Comment {
        id: row.try_get("id")?,
        handle: row.try_get("handle")?,
        body: row.try_get("body")?,
    })
}
