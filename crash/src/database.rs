//! Reads the database's file beside the program that has it open.

use std::path::Path;

use bench::Result;
use bench::chorus::DATABASE;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{Connection, Row, SqliteConnection};

use crate::check::Comment;

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

async fn comments(connection: &mut SqliteConnection) -> Result<Vec<Comment>> {
    let rows = sqlx::query(
        "SELECT c.id, coalesce(m.handle, '') AS handle, c.body FROM comments c \
         LEFT JOIN members m ON m.id = c.member_id \
         ORDER BY c.subject_kind, c.subject_id, c.path",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(comment).collect()
}

fn comment(row: &SqliteRow) -> Result<Comment> {
    Ok(Comment {
        id: row.try_get("id")?,
        handle: row.try_get("handle")?,
        body: row.try_get("body")?,
    })
}
