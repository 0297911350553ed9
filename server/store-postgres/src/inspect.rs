//! A look at a database that changes nothing in it.

use crate::open::{OpenError, connect, follows, newest, options_of, version_of};
use sqlx::{Connection, PgConnection};

/// How a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The version of its tables.
    pub version: i64,
    /// The version that this program brings it to.
    pub newest: i64,
    /// The server's own version, such as `15.8`.
    pub server: String,
    /// What is wrong with it, one line each.
    pub faults: Vec<String>,
}

/// Settings that only a whole server has, and without which a crash of the
/// machine can lose what was acknowledged.
const NEEDED: [&str; 2] = ["fsync", "full_page_writes"];

/// The version of the tables; none if there is no table yet. Changes nothing.
///
/// # Errors
///
/// As [`inspect`].
pub async fn version(url: &str) -> Result<Option<i64>, OpenError> {
    let mut connection = connect(&options_of(url)?).await?;
    let version = version_of(&mut connection).await?;
    connection.close().await?;
    Ok(version)
}

/// Looks at a database; `None` if it has no table yet.
///
/// # Errors
///
/// As [`crate::PostgresStore::open`], but for migrations, which it does not
/// run.
pub async fn inspect(url: &str) -> Result<Option<Inspection>, OpenError> {
    let mut connection = connect(&options_of(url)?).await?;
    if follows(&mut connection).await? {
        return Err(OpenError::Standby);
    }
    let Some(version) = version_of(&mut connection).await? else {
        connection.close().await?;
        return Ok(None);
    };
    let mut faults = settings(&mut connection).await?;
    faults.extend(broken(&mut connection).await?);
    let server = setting(&mut connection, "server_version").await?;
    connection.close().await?;
    Ok(Some(Inspection {
        version,
        newest: newest(),
        server,
        faults,
    }))
}

async fn setting(connection: &mut PgConnection, name: &str) -> Result<String, OpenError> {
    Ok(sqlx::query_scalar("SELECT current_setting($1)")
        .bind(name)
        .fetch_one(connection)
        .await?)
}

async fn settings(connection: &mut PgConnection) -> Result<Vec<String>, OpenError> {
    let mut faults = Vec::new();
    for name in NEEDED {
        if setting(connection, name).await? != "on" {
            faults.push(format!(
                "the server runs with {name} off: a crash of the machine can lose posts"
            ));
        }
    }
    Ok(faults)
}

/// Indexes and rules that PostgreSQL itself does not rely on.
pub(crate) async fn broken(connection: &mut PgConnection) -> Result<Vec<String>, OpenError> {
    let indexes: Vec<String> = sqlx::query_scalar(
        "SELECT i.indexrelid::regclass::text FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indexrelid \
         WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid",
    )
    .fetch_all(&mut *connection)
    .await?;
    let rules: Vec<String> = sqlx::query_scalar(
        "SELECT conname::text FROM pg_constraint \
         WHERE connamespace = current_schema()::regnamespace AND NOT convalidated",
    )
    .fetch_all(connection)
    .await?;
    let indexes = indexes
        .iter()
        .map(|name| format!("the index {name} is not whole: REINDEX INDEX {name}"));
    let rules = rules
        .iter()
        .map(|name| format!("the rule {name} was never checked on what is there"));
    Ok(indexes.chain(rules).collect())
}
