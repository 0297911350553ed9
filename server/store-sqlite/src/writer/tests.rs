use super::*;
use crate::{SqliteStore, Synchronous};
use sqlx::{Executor, Row};
use std::{path::Path, time::Duration};
use tempfile::TempDir;

async fn fresh() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path()).await;
    (store, folder)
}

async fn open(folder: &Path) -> SqliteStore {
    let url = format!("sqlite:{}", folder.join("chorus.db").display());
    SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("a database")
}

async fn write(turn: &mut Turn, guest: &str) {
    sqlx::query("INSERT INTO guests (id, pseudonym, created_at) VALUES (?, ?, 0)")
        .bind(guest)
        .bind(guest)
        .execute(&mut **turn)
        .await
        .expect("written");
}

async fn guests(store: &SqliteStore) -> Vec<String> {
    let rows = sqlx::query("SELECT id FROM guests ORDER BY id")
        .fetch_all(&store.readers)
        .await
        .expect("read");
    rows.iter().map(|row| row.get(0)).collect()
}

async fn keep(store: &SqliteStore, guest: &str) {
    let mut turn = store.writer.begin().await.expect("a turn");
    write(&mut turn, guest).await;
    turn.commit().await.expect("kept");
}

/// Lets every other task go as far as it can.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_gathers_while_another_writes_is_kept_in_one_commit() {
    let (store, _folder) = fresh().await;
    let mut first = store.writer.begin().await.expect("a turn");
    write(&mut first, "guest-0").await;
    let others: Vec<_> = (1..20)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { keep(&store, &format!("guest-{number}")).await })
        })
        .collect();
    settle().await;
    assert_eq!(store.waiting(), 20);
    first.commit().await.expect("kept");
    for other in others {
        other.await.expect("kept");
    }
    assert_eq!(guests(&store).await.len(), 20);
    let figures = store.figures();
    assert_eq!(figures.units(), 20);
    // The last may come after the flusher stood in line.
    assert!(figures.commits() <= 3, "{figures:?}");
    assert_eq!(store.waiting(), 0);
}

#[tokio::test]
async fn a_unit_that_goes_away_leaves_nothing_and_harms_nobody() {
    let (store, folder) = fresh().await;
    let mut first = store.writer.begin().await.expect("a turn");
    write(&mut first, "kept").await;
    let gone = tokio::spawn({
        let store = store.clone();
        async move {
            let mut turn = store.writer.begin().await.expect("a turn");
            write(&mut turn, "gone").await;
            drop(turn);
        }
    });
    settle().await;
    first.commit().await.expect("kept");
    gone.await.expect("gone");
    keep(&store, "later").await;
    assert_eq!(guests(&store).await, ["kept", "later"]);
    store.close().await;
    assert_eq!(guests(&open(folder.path()).await).await, ["kept", "later"]);
}

#[tokio::test]
async fn a_unit_that_goes_away_does_not_keep_others_from_the_file() {
    let (store, folder) = fresh().await;
    let mut turn = store.writer.begin().await.expect("a turn");
    write(&mut turn, "gone").await;
    drop(turn);
    // Another program, such as an import, opens the same file.
    keep(&open(folder.path()).await, "from elsewhere").await;
    keep(&store, "from here").await;
    assert_eq!(guests(&store).await, ["from elsewhere", "from here"]);
}

#[tokio::test]
async fn a_failed_statement_takes_back_its_own_unit_only() {
    let (store, _folder) = fresh().await;
    let mut first = store.writer.begin().await.expect("a turn");
    write(&mut first, "kept").await;
    let failing = tokio::spawn({
        let store = store.clone();
        async move {
            let mut turn = store.writer.begin().await.expect("a turn");
            write(&mut turn, "half").await;
            assert!(
                turn.execute("INSERT INTO guests (id) VALUES (NULL)")
                    .await
                    .is_err()
            );
        }
    });
    settle().await;
    first.commit().await.expect("kept");
    failing.await.expect("failed as it should");
    keep(&store, "later").await;
    assert_eq!(guests(&store).await, ["kept", "later"]);
}

#[tokio::test]
async fn a_full_disk_is_said_to_all_who_wait_and_is_over_when_there_is_room() {
    let (store, _folder) = fresh().await;
    let mut turn = store.writer.begin().await.expect("a turn");
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
        .fetch_one(&mut *turn)
        .await
        .expect("read");
    // A file that may not grow is a full disk to SQLite.
    let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 2));
    turn.execute(sqlx::query(limit)).await.expect("limited");
    drop(turn);

    let mut small = store.writer.begin().await.expect("a turn");
    write(&mut small, "small").await;
    let large = tokio::spawn({
        let store = store.clone();
        async move {
            let mut turn = store.writer.begin().await.expect("a turn");
            let written = sqlx::query(
                "INSERT INTO guests (id, pseudonym, created_at) VALUES ('large', ?, 0)",
            )
            .bind("x".repeat(200_000))
            .execute(&mut *turn)
            .await
            .map_err(failed);
            assert!(matches!(written, Err(StoreError::Full)), "{written:?}");
            drop(turn);
        }
    });
    settle().await;
    let answered = small.commit().await;
    large.await.expect("refused");
    // Kept and answered, or lost and said so: never one without the other.
    assert_eq!(
        guests(&store).await.contains(&"small".to_owned()),
        answered.is_ok(),
        "{answered:?}"
    );

    let mut turn = store.writer.begin().await.expect("a turn");
    turn.execute("PRAGMA max_page_count = 1000000")
        .await
        .expect("room");
    drop(turn);
    keep(&store, "later").await;
    assert!(guests(&store).await.contains(&"later".to_owned()));
}

#[tokio::test]
async fn a_transaction_that_ends_by_itself_fails_all_that_gathered_in_it() {
    let (store, _folder) = fresh().await;
    let mut first = store.writer.begin().await.expect("a turn");
    write(&mut first, "gathered").await;
    let breaking = tokio::spawn({
        let store = store.clone();
        async move {
            let mut turn = store.writer.begin().await.expect("a turn");
            // What SQLite does by itself when the disk fails.
            turn.execute("ROLLBACK").await.expect("rolled back");
            drop(turn);
        }
    });
    settle().await;
    assert!(first.commit().await.is_err());
    breaking.await.expect("broken");
    assert!(guests(&store).await.is_empty());
    keep(&store, "later").await;
    assert_eq!(guests(&store).await, ["later"]);
}

#[tokio::test]
async fn a_full_line_is_busy_at_once() {
    let (store, _folder) = fresh().await;
    let turn = store.writer.begin().await.expect("a turn");
    let waiting: Vec<_> = (1..LINE)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.writer.begin().await.map(drop) })
        })
        .collect();
    settle().await;
    let refused = tokio::time::timeout(Duration::from_secs(10), store.writer.begin())
        .await
        .expect("at once");
    assert!(matches!(refused, Err(StoreError::Busy)));
    drop(turn);
    for other in waiting {
        other.await.expect("its turn").expect("begun");
    }
    keep(&store, "later").await;
}

#[tokio::test]
async fn in_a_full_line_there_are_places_for_calls_for_help() {
    let (store, _folder) = fresh().await;
    let turn = store.writer.begin().await.expect("a turn");
    let stand = |reserved: bool| {
        let store = store.clone();
        tokio::spawn(async move {
            let turn = match reserved {
                true => store.writer.begin_reserved().await,
                false => store.writer.begin().await,
            };
            turn.map(drop)
        })
    };
    let mut waiting: Vec<_> = (1..LINE).map(|_| stand(false)).collect();
    settle().await;
    waiting.extend((0..RESERVE).map(|_| stand(true)));
    settle().await;
    assert_eq!(store.waiting(), LINE + RESERVE);
    for refused in [stand(false), stand(true)] {
        let refused = refused.await.expect("an answer");
        assert!(matches!(refused, Err(StoreError::Busy)));
    }
    drop(turn);
    for other in waiting {
        other.await.expect("its turn").expect("begun");
    }
    assert_eq!(store.waiting(), 0);
}

#[tokio::test]
async fn whoever_stops_waiting_is_passed_over() {
    let (store, _folder) = fresh().await;
    let turn = store.writer.begin().await.expect("a turn");
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.writer.begin().await.map(drop) }
    });
    settle().await;
    waiting.abort();
    drop(turn);
    keep(&store, "later").await;
    assert_eq!(guests(&store).await, ["later"]);
    assert_eq!(store.waiting(), 0);
}
