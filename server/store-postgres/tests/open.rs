//! Opening a database, and looking at one.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use store_postgres::{OpenError, PostgresStore, check, inspect};
use test_postgres::{Database, fresh_database};

async fn run(url: &str, statement: &str) {
    let mut database = PgConnection::connect(url).await.expect("a connection");
    database
        .execute(AssertSqlSafe(statement.to_owned()))
        .await
        .expect("it runs");
    database.close().await.expect("closed");
}

async fn number(url: &str, question: &str) -> i64 {
    let mut database = PgConnection::connect(url).await.expect("a connection");
    sqlx::query_scalar(AssertSqlSafe(question.to_owned()))
        .fetch_one(&mut database)
        .await
        .expect("a number")
}

async fn refused(url: &str) -> OpenError {
    match PostgresStore::open(url).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    }
}

async fn opened() -> (String, Database) {
    let (url, database) = fresh_database().await;
    let store = PostgresStore::open(&url).await.expect("opened");
    store.close().await;
    (url, database)
}

#[tokio::test]
async fn several_nodes_can_start_at_once() {
    let (url, _database) = fresh_database().await;
    let (first, second, third) = tokio::join!(
        PostgresStore::open(&url),
        PostgresStore::open(&url),
        PostgresStore::open(&url),
    );
    for store in [first, second, third] {
        store.expect("opened").close().await;
    }
    let again = PostgresStore::open(&url).await.expect("opened again");
    again.close().await;
}

#[tokio::test]
async fn what_is_in_the_log_is_not_changed() {
    let (url, _database) = opened().await;
    let entry =
        "INSERT INTO audit (id, at, action, about) VALUES ('a', 1, 'house.revise', 'rules')";
    run(&url, entry).await;
    let mut database = PgConnection::connect(&url).await.expect("a connection");
    for change in [
        "UPDATE audit SET action = 'house.restore' WHERE id = 'a'",
        "DELETE FROM audit WHERE id = 'a'",
        "TRUNCATE audit",
        "INSERT INTO audit (id, at, action, about) VALUES ('a', 2, 'x', 'y') \
         ON CONFLICT (id) DO UPDATE SET at = 2",
    ] {
        let refused = database.execute(change).await.expect_err(change);
        assert!(
            refused.to_string().contains("the log is not changed"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_and_not_repeated() {
    for url in [
        "",
        "chorus",
        "sqlite:data/chorus.db",
        "postgres:secret",
        "postgres://ana:secret@host:port/chorus",
    ] {
        let error = refused(url).await;
        assert!(matches!(error, OpenError::Address), "{url}: {error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named() {
    for (url, place) in [
        ("postgres://ana:secret@127.0.0.1:1/chorus", "127.0.0.1:1"),
        (
            "postgres://ana:secret@localhost/chorus?host=/nowhere",
            "/nowhere",
        ),
    ] {
        let error = refused(url).await;
        assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
        let words = error.to_string();
        assert!(
            words.contains(place) && !words.contains("secret"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let (url, database) = fresh_database().await;
    drop(database);
    let error = refused(&url).await;
    assert!(matches!(error, OpenError::Missing(_)), "{error:?}");
    assert!(error.to_string().contains("chorus_test_"), "{error}");
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    for theirs in [
        "CREATE TABLE recipes (name TEXT)",
        "CREATE TABLE _sqlx_migrations (version BIGINT); CREATE TABLE recipes (name TEXT)",
    ] {
        let (url, _database) = fresh_database().await;
        run(&url, theirs).await;
        let question = "SELECT count(*) FROM pg_class \
             WHERE relnamespace = current_schema()::regnamespace";
        let before = number(&url, question).await;
        let error = refused(&url).await;
        assert!(matches!(error, OpenError::Foreign), "{error:?}");
        let error = inspect(&url).await.expect_err("it is foreign");
        assert!(matches!(error, OpenError::Foreign), "{error:?}");
        assert_eq!(number(&url, question).await, before);
    }
}

#[tokio::test]
async fn the_database_of_a_newer_chorus_is_left_alone() {
    let (url, _database) = opened().await;
    run(
        &url,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (99999, 'from the future', true, '', 0)",
    )
    .await;
    let error = refused(&url).await;
    assert!(matches!(error, OpenError::Newer(99999)), "{error:?}");
    let error = inspect(&url).await.expect_err("it is newer");
    assert!(matches!(error, OpenError::Newer(99999)), "{error:?}");
}

#[tokio::test]
async fn a_database_that_does_not_keep_every_letter_is_refused() {
    let (url, _database) = fresh_database().await;
    let narrow = "CREATE DATABASE chorus_test_narrow TEMPLATE template0 \
         ENCODING 'SQL_ASCII' LOCALE 'C'";
    run(&url, "DROP DATABASE IF EXISTS chorus_test_narrow").await;
    run(&url, narrow).await;
    let (server, _) = url.split_once("/chorus_test_").expect("an address");
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let error = refused(&format!("{server}/chorus_test_narrow?{parameters}")).await;
    assert!(matches!(error, OpenError::Encoding(_)), "{error:?}");
    run(&url, "DROP DATABASE chorus_test_narrow").await;
}

/// A host's own setting cannot make a commit answer before the disk has it.
#[tokio::test]
async fn a_commit_answers_when_the_disk_has_it() {
    let (url, _database) = opened().await;
    run(
        &url,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', \
         current_database()); END $$",
    )
    .await;
    let store = PostgresStore::open(&format!("{url}&options=-csynchronous_commit%3Doff"))
        .await
        .expect("opened");
    assert_eq!(store.synchronous_commit().await.expect("asked"), "on");
    store.close().await;
}

#[tokio::test]
async fn a_database_is_looked_at_without_changing_it() {
    let (url, _database) = fresh_database().await;
    assert_eq!(inspect(&url).await.expect("looked"), None);
    let (url, _database) = opened().await;
    let found = inspect(&url).await.expect("looked").expect("a database");
    assert_eq!(found.version, found.newest);
    assert!(found.newest >= 10);
    assert!(!found.server.is_empty());
    let unsafe_settings = found.faults.iter().filter(|fault| fault.contains(" off:"));
    assert_eq!(unsafe_settings.count(), found.faults.len(), "{found:?}");
}

#[tokio::test]
async fn a_sound_database_has_no_faults_and_each_fault_is_named() {
    let (url, _database) = fresh_database().await;
    assert_eq!(check(&url).await.expect("looked"), None);
    let (url, _database) = opened().await;
    for statement in [
        "INSERT INTO threads (subject_kind, subject_id, next, published) VALUES ('story', 's', 3, 2)",
        "INSERT INTO comments (id, subject_kind, subject_id, path, depth, state, body, html, \
         created_at) VALUES ('a', 'story', 's', '000001', 0, 'published', '', '', 0)",
        "INSERT INTO comments (id, subject_kind, subject_id, parent_id, path, depth, state, \
         body, html, created_at) \
         VALUES ('b', 'story', 's', 'a', '000001000002', 1, 'published', '', '', 0)",
    ] {
        run(&url, statement).await;
    }
    let looks = check(&url).await.expect("looked").expect("a community");
    assert!(looks.len() >= 6, "{looks:?}");
    assert!(looks.iter().all(|look| look.faults.is_empty()), "{looks:?}");
    for (statement, said) in [
        (
            "UPDATE threads SET published = published + 1",
            "says 3 and has 2",
        ),
        (
            "UPDATE comments SET depth = 2 WHERE id = 'b'",
            "comment b stands",
        ),
        (
            "SET session_replication_role = replica; \
             UPDATE comments SET member_id = 'nobody' WHERE id = 'b'",
            "rows of comments point",
        ),
        ("DELETE FROM threads", "have no thread"),
        (
            "UPDATE _sqlx_migrations SET checksum = '' WHERE version = 2",
            "migration 2 is not whole",
        ),
    ] {
        run(&url, statement).await;
        let looks = check(&url).await.expect("looked").expect("a community");
        let faults: Vec<String> = looks.into_iter().flat_map(|look| look.faults).collect();
        assert!(
            faults.iter().any(|fault| fault.contains(said)),
            "{statement}: {faults:?}"
        );
    }
}
