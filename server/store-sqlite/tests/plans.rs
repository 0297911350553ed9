//! Every statement that the store runs finds its rows by an index.
//!
//! All stories are told while the database library's own log of statements is
//! read; SQLite is then asked how it answers each of them. A statement that is
//! written in the sources and that no story runs fails the test as well, so
//! that none can be missed.

use sqlx::{Connection, Row, SqliteConnection};
use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};
use store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

/// Scans that are right, by a piece of their statement, each with its reason.
const ALLOWED: &[(&str, &str)] = &[(
    "AND roles & ? <> 0 ORDER BY created_at",
    "asked once by a command of the host, never by a page",
)];

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
    ("INTO trial", "chorus doctor tries a folder by it"),
    ("FROM sqlite_schema", "asked once when a database is opened"),
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

/// Hears every statement that sqlx runs.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<BTreeSet<String>>>);

impl<S: Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut statement = Statement::default();
        event.record(&mut statement);
        let text = if statement.whole.trim().is_empty() {
            statement.summary
        } else {
            statement.whole
        };
        self.0.lock().expect("the list").insert(one_line(&text));
    }
}

/// A statement of four words or fewer is logged as its own summary.
#[derive(Default)]
struct Statement {
    whole: String,
    summary: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "db.statement" => value.clone_into(&mut self.whole),
            "summary" => value.clone_into(&mut self.summary),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
            let no_table = what == "CONSTANT ROW" || what.contains("VIRTUAL TABLE");
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
        .0
        .lock()
        .expect("the list")
        .iter()
        .filter(|statement| is_planned(statement))
        .cloned()
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

    let untold: Vec<String> = statements_in_the_sources()
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

/// The statement is made of these pieces, in this order.
fn holds(statement: &str, pieces: &[String]) -> bool {
    let mut rest = statement;
    pieces.iter().all(|piece| match rest.find(piece.as_str()) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

/// The texts in the sources that are SQL, cut where something is filled in.
fn statements_in_the_sources() -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source");
        for text in literals(&source) {
            let is_sql = ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "]
                .iter()
                .any(|verb| text.starts_with(verb))
                || (text.starts_with('{') && text.contains(" WHERE "));
            if is_sql {
                found.push(pieces(&text));
            }
        }
    }
    assert!(
        found.len() > 50,
        "only {} statements were found",
        found.len()
    );
    found
}

/// Cuts a format string at `{…}`.
fn pieces(text: &str) -> Vec<String> {
    text.split('{')
        .enumerate()
        .map(|(number, part)| {
            if number == 0 {
                part
            } else {
                part.split_once('}').unwrap_or(("", part)).1
            }
        })
        .map(one_line)
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// The string literals of a Rust source.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A quotation mark as a character is no string's beginning.
            '\'' if chars.peek() == Some(&'"') => {
                chars.next();
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            Some('\n') => {
                                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                                    chars.next();
                                }
                            }
                            Some(other) => text.push(other),
                            None => break,
                        },
                        other => text.push(other),
                    }
                }
                found.push(text);
            }
            _ => {}
        }
    }
    found
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
