use super::*;
use crate::{SqliteStore, Synchronous};
use sqlx::{Executor, sqlite::SqliteConnectOptions};

/// A thread with two comments, one below the other, changed by `statement`.
async fn after(statement: &'static str) -> Vec<Look> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chorus.db");
    let url = format!("sqlite:{}", path.display());
    let store = SqliteStore::open(&url, Synchronous::Off)
        .await
        .expect("opened");
    store.close().await;
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .foreign_keys(false);
    let mut database = SqliteConnection::connect_with(&options)
        .await
        .expect("the database");
    for statement in [
        "INSERT INTO threads (subject_kind, subject_id, next, published) VALUES ('story', 's', 3, 2)",
        "INSERT INTO comments (id, subject_kind, subject_id, path, depth, state, body, html, \
         created_at) VALUES ('a', 'story', 's', '000001', 0, 'published', '', '', 0)",
        "INSERT INTO comments (id, subject_kind, subject_id, parent_id, path, depth, state, \
         body, html, created_at) \
         VALUES ('b', 'story', 's', 'a', '000001000002', 1, 'published', '', '', 0)",
        statement,
    ] {
        database.execute(statement).await.expect("it runs");
    }
    database.close().await.expect("closed");
    check(&url).await.expect("looked").expect("a community")
}

#[tokio::test]
async fn a_sound_database_has_no_faults() {
    let looks = after("SELECT 1").await;
    assert!(looks.len() >= 6);
    assert!(looks.iter().all(|look| look.faults.is_empty()), "{looks:?}");
}

#[tokio::test]
async fn each_fault_is_found_and_named() {
    for (statement, said) in [
        ("UPDATE threads SET published = 3", "says 3 and has 2"),
        (
            "UPDATE comments SET state = 'held' WHERE id = 'b'",
            "says 2 and has 1",
        ),
        ("DELETE FROM threads", "have no thread"),
        (
            "UPDATE comments SET depth = 2 WHERE id = 'b'",
            "comment b stands",
        ),
        (
            "UPDATE comments SET path = '000009000002' WHERE id = 'b'",
            "comment b stands",
        ),
        (
            "UPDATE comments SET member_id = 'nobody' WHERE id = 'b'",
            "rows of comments point",
        ),
        (
            "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2",
            "migration 2 is not whole",
        ),
    ] {
        let looks = after(statement).await;
        let faults: Vec<&String> = looks.iter().flat_map(|look| &look.faults).collect();
        assert_eq!(faults.len(), 1, "{statement}: {faults:?}");
        assert!(faults[0].contains(said), "{statement}: {faults:?}");
    }
}

#[tokio::test]
async fn where_there_is_nothing_there_is_nothing_to_look_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chorus.db");
    let url = format!("sqlite:{}", path.display());
    assert_eq!(check(&url).await.expect("looked"), None);
    assert!(!path.exists());
}
