//! Every statement that the store runs finds its rows by an index.
//!
//! All stories are told while the database library's own log of statements is
//! read; PostgreSQL is then asked how it would answer each of them, with all
//! ways but indexes made dear, so that another way is taken only where no
//! index leads. A statement that is written in the sources and that no story
//! runs fails the test as well, so that none can be missed.

mod support;

use domain::pace::{Limits, Rate};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::{num::NonZeroU32, path::Path, sync::Arc, time::Duration};
use store_contract::{
    statements::{Heard, holds, in_the_sources},
    support::FixedChance,
};
use support::{address, open};
use test_postgres::Database;
use tracing_subscriber::prelude::*;

/// Plans that are right, by a piece of their statement, each with its reason.
const ALLOWED: &[(&str, &str)] = &[
    (
        "AND roles & $1 <> 0 ORDER BY created_at",
        "asked once by a command of the host, never by a page",
    ),
    ("WHERE m.roles & 8 <> 0", "its index holds the hosts only"),
    (
        "WHERE roles <> 0 AND state = 'active' AND roles & $1",
        "its index holds those who keep something of the house, who are few",
    ),
    (
        "FROM shifts s JOIN members m",
        "the hours of those who answer calls, who are few",
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
    ("WHERE s.current = 1", "its index holds one row at most"),
    (
        "sum(number), 0)::bigint AS number FROM changes",
        "one row for each open connection",
    ),
    (
        "DELETE FROM limits WHERE used_up_to <=",
        "a job of the house; the table holds the last minutes only",
    ),
    (
        ") AS shares ORDER BY created_at DESC",
        "sorts what four lists of a page's length hold",
    ),
];

/// Statements that no story runs, by a piece of their text, each with its
/// reason.
const UNTOLD: &[(&str, &str)] = &[
    ("server_version_num", "asked once when a database is opened"),
    ("pg_is_in_recovery", "asked once when a database is opened"),
    ("FROM pg_class", "asked once when a database is opened"),
    (
        "FROM _sqlx_migrations",
        "asked once when a database is opened",
    ),
    (
        "current_setting('synchronous_commit')",
        "asked by a test of its own",
    ),
    ("current_setting($1)", "asked by chorus doctor"),
    ("FROM pg_index", "asked by chorus doctor"),
    ("FROM pg_constraint", "asked by chorus doctor"),
    ("AS fault", "chorus check asks it of a whole database"),
    ("SELECT * FROM unnest(", "chorus copy fills tables by it"),
];

fn is_planned(statement: &str) -> bool {
    ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "]
        .iter()
        .any(|verb| statement.starts_with(verb))
        && !statement.contains("_sqlx_migrations")
        && !UNTOLD.iter().any(|(piece, _)| statement.contains(piece))
}

async fn database() -> (PgConnection, Database) {
    let (url, kept) = address().await;
    let mut database = PgConnection::connect(&url).await.expect("the database");
    for way in [
        "seqscan",
        "bitmapscan",
        "sort",
        "incremental_sort",
        "hashjoin",
        "mergejoin",
    ] {
        ask(&mut database, format!("SET enable_{way} = off")).await;
    }
    ask(
        &mut database,
        "SET plan_cache_mode = force_generic_plan".into(),
    )
    .await;
    (database, kept)
}

async fn ask(database: &mut PgConnection, statement: String) {
    database
        .execute(AssertSqlSafe(statement.clone()))
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// Takes out what a story left: quicker than another database.
async fn empty(url: &str) {
    let mut database = PgConnection::connect(url).await.expect("the database");
    let tables: String = sqlx::query_scalar(
        "SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c \
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' \
         AND c.relname <> '_sqlx_migrations'",
    )
    .fetch_one(&mut database)
    .await
    .expect("the tables");
    // The log refuses to be emptied.
    ask(
        &mut database,
        "SET session_replication_role = replica".into(),
    )
    .await;
    ask(&mut database, format!("TRUNCATE {tables}")).await;
    database.close().await.expect("closed");
}

/// Limits are no part of the port that the stories are about.
async fn count_someone(url: &str) {
    let store = open(url).await;
    let limits = store.limits(Arc::new(FixedChance::default()), None);
    limits.secret().await.expect("a secret");
    let rate = Rate {
        name: "posting",
        count: NonZeroU32::MIN,
        per: Duration::from_secs(60),
    };
    let answer = limits.admit(rate, "someone").await.expect("an answer");
    assert!(answer.is_ok());
    limits.tidy().await.expect("tidied");
    store.close().await;
}

/// How PostgreSQL would answer a statement, whatever its values.
async fn plan(database: &mut PgConnection, statement: &str) -> Value {
    ask(database, format!("PREPARE asked AS {statement}")).await;
    let values: i32 = sqlx::query_scalar(
        "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'asked'",
    )
    .fetch_one(&mut *database)
    .await
    .expect("a count");
    let nulls = vec!["NULL"; values.unsigned_abs() as usize].join(", ");
    let list = if nulls.is_empty() {
        String::new()
    } else {
        format!("({nulls})")
    };
    let row = sqlx::query(AssertSqlSafe(format!(
        "EXPLAIN (FORMAT JSON) EXECUTE asked{list}"
    )))
    .fetch_one(&mut *database)
    .await
    .unwrap_or_else(|error| panic!("{statement}: {error}"));
    let text: String = row.try_get_unchecked(0).expect("a plan");
    ask(database, "DEALLOCATE asked".into()).await;
    let plan: Value = serde_json::from_str(&text).expect("a plan");
    plan[0]["Plan"].clone()
}

/// What is wrong with a plan.
fn faults(statement: &str, plan: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if !ALLOWED.iter().any(|(piece, _)| statement.contains(piece)) {
        look(plan, statement.contains("EXISTS ("), false, &mut found);
    }
    found
}

/// `stops_early`: whoever reads this step asks for its first rows only.
fn look(step: &Value, asks_whether: bool, stops_early: bool, found: &mut Vec<String>) {
    let name = step["Node Type"].as_str().unwrap_or_default();
    let table = step["Relation Name"].as_str().unwrap_or_default();
    let relation = step["Parent Relationship"].as_str().unwrap_or_default();
    let stops_early = match name {
        "Limit" => true,
        "Aggregate" | "Sort" | "Hash" => false,
        _ => stops_early || asks_whether && ["InitPlan", "SubPlan"].contains(&relation),
    };
    let has = |field: &str| !step[field].is_null();
    let reads_all = match name {
        "Seq Scan" | "Sort" | "Incremental Sort" => true,
        "Index Scan" | "Index Only Scan" => !has("Index Cond") && (has("Filter") || !stops_early),
        _ => false,
    };
    if reads_all {
        found.push(format!("{name} {table}"));
    }
    for below in step["Plans"].as_array().into_iter().flatten() {
        look(below, asks_whether, stops_early, found);
    }
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let heard = Heard::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(heard.clone()))
        .expect("the only listener");
    let (url, _kept) = address().await;
    for story in store_contract::STORIES {
        let store = open(&url).await;
        (story.tell)(&store).await;
        store.close().await;
        empty(&url).await;
    }
    count_someone(&url).await;
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

    let (mut database, _kept) = database().await;
    let mut wrong = Vec::new();
    for statement in &statements {
        let plan = plan(&mut database, statement).await;
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
    let (mut database, _kept) = database().await;
    for slow in [
        "SELECT id FROM comments WHERE body = $1",
        "SELECT count(*) FROM members",
        "SELECT id FROM comments WHERE subject_kind = $1 AND subject_id = $2 ORDER BY body LIMIT 5",
        "SELECT id FROM stories WHERE body = $1 ORDER BY created_at, id LIMIT 5",
        "DELETE FROM sessions WHERE name = $1",
        "UPDATE stories SET title = $1 WHERE title = $2",
    ] {
        let plan = plan(&mut database, slow).await;
        assert!(!faults(slow, &plan).is_empty(), "{slow}: {plan:#}");
    }
    for quick in [
        "SELECT id FROM comments WHERE parent_id = $1",
        "SELECT id FROM articles ORDER BY published_at DESC, id DESC LIMIT 5",
    ] {
        let plan = plan(&mut database, quick).await;
        assert!(faults(quick, &plan).is_empty(), "{quick}: {plan:#}");
    }
}

/// Deleting a row asks for those that point to it: without an index each such
/// question reads a whole table, and no plan shows it.
#[tokio::test]
async fn every_foreign_key_has_an_index() {
    let (mut database, _kept) = database().await;
    let keys = sqlx::query(
        "SELECT c.conrelid::regclass::text AS child, c.conname::text AS key, \
         EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid \
         AND i.indpred IS NULL AND i.indkey[0] = c.conkey[1]) AS found \
         FROM pg_constraint c WHERE c.contype = 'f'",
    )
    .fetch_all(&mut database)
    .await
    .expect("the keys");
    assert!(keys.len() > 5);
    for key in keys {
        let (child, name): (String, String) = (key.get("child"), key.get("key"));
        assert!(key.get::<bool, _>("found"), "{child}: {name}");
    }
}

/// Else the order of a page would be that of the server's language, and not
/// the same as in SQLite.
#[tokio::test]
async fn text_in_an_index_is_in_the_order_of_its_bytes() {
    let (mut database, _kept) = database().await;
    let wrong: Vec<String> = sqlx::query_scalar(
        "SELECT i.indexrelid::regclass::text FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indexrelid \
         CROSS JOIN unnest(i.indcollation::oid[]) AS used (oid) \
         WHERE c.relnamespace = current_schema()::regnamespace AND used.oid <> 0 \
         AND used.oid <> '\"C\"'::regcollation",
    )
    .fetch_all(&mut database)
    .await
    .expect("the indexes");
    assert!(wrong.is_empty(), "{wrong:?}");
}
