//! Every statement that the store runs finds its rows by an index.
//!
//! All stories are told while the database library's own log of statements is
//! read; SQLite is then asked how it answers each of them. A statement that is
//! written in the sources and that no story runs fails the test as well, so
//! that none can be missed.

use sqlx::{Connection, Row, SqliteConnection};
use std::path::Path;
use store_contract::statements::{Heard, holds, in_the_sources};
use store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;
use tracing_subscriber::prelude::*;

/// Scans that are right, by a piece of their statement, each with its reason.
const ALLOWED: &[(&str, &str)] = &[
    (
        "AND roles & ? <> 0 ORDER BY created_at",
        "asked once by a command of the host, never by a page",
    ),
    (
        "FROM erased e JOIN members m",
        "the table holds those who were erased in the last weeks",
    ),
    (
        "call_entries WHERE decided_by",
        "once, when somebody takes everything along",
    ),
    (
        "call_entries SET decided_by",
        "once, when somebody is erased",
    ),
    (
        "JOIN audit l ON l.by_id",
        "once, when somebody takes everything along",
    ),
    (
        "JOIN audit l ON l.about",
        "once, when somebody takes everything along",
    ),
    (
        "FROM decisions WHERE by_id",
        "once, when somebody takes everything along",
    ),
];

/// Statements that no story runs, by a piece of their text, each with its
/// reason.
const UNTOLD: &[(&str, &str)] = &[
    (
        "SELECT sqlite_version()",
        "asked once when a database is opened",
    ),
    (
        "FROM pragma_foreign_key_check",
        "chorus doctor asks it of a whole file",
    ),
    (
        "PRAGMA wal_checkpoint",
        "asked once when a database is opened",
    ),
    ("AS fault", "chorus check asks it of a whole database"),
    ("INTO trial", "chorus doctor tries a folder by it"),
    ("FROM sqlite_schema", "asked once when a database is opened"),
    ("FROM pragma_table_list", "chorus copy asks it"),
    ("erased_at FROM erased", "chorus restore asks it"),
    ("OR IGNORE INTO erased", "chorus restore tells it"),
    ("count(*) FROM erased", "chorus restore asks it"),
    (
        "FROM _sqlx_migrations",
        "asked once when a database is opened",
    ),
];

async fn fresh() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("chorus.db").display());
    let store = SqliteStore::open(&url, Synchronous::Off)
        .await
        .expect("a database");
    (store, folder)
}

fn is_planned(statement: &str) -> bool {
    ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "]
        .iter()
        .any(|verb| statement.starts_with(verb))
        && !statement.contains("sqlite_")
        && !statement.contains("_sqlx_migrations")
}

/// What is wrong with a plan.
fn faults(statement: &str, plan: &[String]) -> Vec<String> {
    // Who asks for the first few rows in the order of an index reads no more.
    let stops_early = statement.contains(" LIMIT ") || statement.contains("EXISTS (");
    plan.iter()
        .filter(|step| {
            if step.contains("USE TEMP B-TREE") {
                return true;
            }
            let Some(what) = step.strip_prefix("SCAN ") else {
                return false;
            };
            let by_index =
                what.contains(" USING INDEX ") || what.contains(" USING COVERING INDEX ");
            // The statement's own steps, as many as it may take.
            let own_steps = statement.starts_with("WITH RECURSIVE shown ") && what == "shown";
            let no_table = what == "CONSTANT ROW" || what.contains("VIRTUAL TABLE") || own_steps;
            !(no_table || by_index && stops_early)
        })
        .filter(|_| !ALLOWED.iter().any(|(piece, _)| statement.contains(piece)))
        .cloned()
        .collect()
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let heard = Heard::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(heard.clone()))
        .expect("the only listener");
    for story in store_contract::STORIES {
        let (store, _folder) = fresh().await;
        (story.tell)(&store).await;
        store.close().await;
    }
    let statements: Vec<String> = heard
        .all()
        .into_iter()
        .filter(|statement| is_planned(statement))
        .collect();
    assert!(
        statements.len() > 50,
        "only {} statements were heard",
        statements.len()
    );

    let (store, _folder) = fresh().await;
    let mut wrong = Vec::new();
    for statement in &statements {
        let plan = store.plan(statement).await.expect("a plan");
        for step in faults(statement, &plan) {
            wrong.push(format!("{step}\n    in {statement}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "these read more than they answer:\n{}",
        wrong.join("\n")
    );

    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let untold: Vec<String> = in_the_sources(&sources)
        .into_iter()
        .filter(|pieces| {
            !UNTOLD
                .iter()
                .any(|(known, _)| pieces.join(" ").contains(known))
        })
        .filter(|pieces| !statements.iter().any(|statement| holds(statement, pieces)))
        .map(|pieces| pieces.join(" … "))
        .collect();
    assert!(
        untold.is_empty(),
        "no story runs these:\n{}",
        untold.join("\n")
    );
    for (piece, reason) in ALLOWED {
        let known = statements.iter().any(|statement| statement.contains(piece));
        assert!(
            known,
            "{piece:?} is allowed ({reason}), but no statement has it"
        );
    }
}

#[tokio::test]
async fn a_statement_without_an_index_is_noticed() {
    let (store, _folder) = fresh().await;
    for slow in [
        "SELECT id FROM comments WHERE body = ?",
        "SELECT count(*) FROM members",
        "SELECT id FROM comments WHERE subject_kind = ? AND subject_id = ? ORDER BY body LIMIT 5",
        "DELETE FROM sessions WHERE name = ?",
    ] {
        let plan = store.plan(slow).await.expect("a plan");
        assert!(!faults(slow, &plan).is_empty(), "{slow}: {plan:?}");
    }
    let quick = "SELECT id FROM comments WHERE parent_id = ?";
    let plan = store.plan(quick).await.expect("a plan");
    assert!(faults(quick, &plan).is_empty(), "{plan:?}");
}

/// Deleting a row asks for those that point to it: without an index each such
/// question reads a whole table, and no plan shows it.
#[tokio::test]
async fn every_foreign_key_has_an_index() {
    let (store, _folder) = fresh().await;
    let address = format!("sqlite:{}", store.path().display());
    let mut database = SqliteConnection::connect(&address)
        .await
        .expect("the database");
    let keys = sqlx::query(
        "SELECT t.name AS child, k.\"from\" AS field FROM sqlite_schema t \
         JOIN pragma_foreign_key_list(t.name) k WHERE t.type = 'table'",
    )
    .fetch_all(&mut database)
    .await
    .expect("the keys");
    assert!(keys.len() > 5);
    for key in keys {
        let (child, field): (String, String) = (key.get("child"), key.get("field"));
        let plan = store
            .plan(&format!("SELECT 1 FROM {child} WHERE {field} = ?"))
            .await
            .expect("a plan");
        assert!(
            plan.iter().all(|step| step.starts_with("SEARCH ")),
            "{child}.{field}: {plan:?}"
        );
    }
}
