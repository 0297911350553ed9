//! Does a database hold together? Changes nothing in it.

use crate::{
    inspect::broken,
    open::{MIGRATIONS, OpenError, connect, newest, options_of, version_of},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

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

/// Reads a whole database and says what was looked at; `None` if it has no
/// table yet. It may be in use, and may be one that only follows another.
///
/// # Errors
///
/// As [`crate::PostgresStore::open`], but for migrations, which it does not
/// run.
pub async fn check(url: &str) -> Result<Option<Vec<Look>>, OpenError> {
    let mut connection = connect(&options_of(url)?).await?;
    let looks = look(&mut connection).await;
    connection.close().await?;
    looks
}

async fn look(connection: &mut PgConnection) -> Result<Option<Vec<Look>>, OpenError> {
    let Some(version) = version_of(connection).await? else {
        return Ok(None);
    };
    let newest = newest();
    let mut looks = vec![
        Look::at(
            format!("it is a database of Chorus, at version {version} of {newest}"),
            migrations(connection).await?,
        ),
        Look::at("indexes and rules", broken(connection).await?),
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

async fn migrations(connection: &mut PgConnection) -> Result<Vec<String>, OpenError> {
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

/// Tables with rows that point at what is not there: a server that lost writes,
/// or a restore that turned the rules off.
async fn dangling(connection: &mut PgConnection) -> Result<Vec<String>, OpenError> {
    let keys: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT k.conrelid::regclass::text, quote_ident(a.attname), \
         k.confrelid::regclass::text, quote_ident(b.attname) FROM pg_constraint k \
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] \
         JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1] \
         WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 \
         AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 2",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut faults = Vec::new();
    for (child, field, parent, target) in keys {
        let statement = format!(
            "SELECT EXISTS (SELECT 1 FROM {child} c WHERE c.{field} IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM {parent} p WHERE p.{target} = c.{field})) AS fault"
        );
        if sqlx::query_scalar(AssertSqlSafe(statement))
            .fetch_one(&mut *connection)
            .await?
        {
            faults.push(format!("rows of {child} point at what is not in {parent}"));
        }
    }
    Ok(faults)
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
    connection: &mut PgConnection,
    statement: &'static str,
) -> Result<Vec<String>, OpenError> {
    Ok(first_few(
        sqlx::query_scalar(statement).fetch_all(connection).await?,
    ))
}
