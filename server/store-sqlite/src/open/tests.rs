use super::*;
use domain::store::Store;
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool};
use tempfile::TempDir;

fn somewhere() -> (String, PathBuf, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chorus.db");
    (format!("sqlite:{}", path.display()), path, folder)
}

async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    SqliteConnection::connect_with(&options)
        .await
        .expect("a database")
}

async fn run(path: &Path, statement: &'static str) {
    let mut database = raw(path).await;
    database.execute(statement).await.expect("it runs");
    database.close().await.expect("closed");
}

async fn pragma<'c>(on: impl Executor<'c, Database = Sqlite>, statement: &'static str) -> String {
    let row = sqlx::query(statement)
        .fetch_one(on)
        .await
        .expect("an answer");
    use sqlx::Row;
    row.try_get::<String, _>(0)
        .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))
        .expect("a value")
}

#[tokio::test]
async fn a_commit_answers_when_the_disk_has_it() {
    let (url, _, _folder) = somewhere();
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let mut writer = store.writer.begin().await.expect("a turn");
    let mut reader = store.readers.acquire().await.expect("a reader");
    for connection in [&mut *writer, &mut *reader] {
        assert_eq!(pragma(&mut *connection, "PRAGMA journal_mode").await, "wal");
        assert_eq!(pragma(&mut *connection, "PRAGMA synchronous").await, "2");
        assert_eq!(pragma(&mut *connection, "PRAGMA foreign_keys").await, "1");
    }
    assert_eq!(pragma(&mut *writer, "PRAGMA secure_delete").await, "1");
    drop((writer, reader));
    store.close().await;
    let measured = SqliteStore::open(&url, Synchronous::Off)
        .await
        .expect("opened");
    let mut writer = measured.writer.begin().await.expect("a turn");
    assert_eq!(pragma(&mut *writer, "PRAGMA synchronous").await, "0");
}

#[tokio::test]
async fn readers_cannot_write() {
    let (url, _, _folder) = somewhere();
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let statement = "INSERT INTO guests (id, pseudonym, created_at) VALUES ('a', 'b', 0)";
    let refused = store
        .readers
        .execute(statement)
        .await
        .expect_err("a reader writes");
    assert!(refused.to_string().contains("readonly"), "{refused}");
    let mut writer = store.writer.begin().await.expect("a turn");
    writer.execute(statement).await.expect("the writer writes");
}

#[tokio::test]
async fn what_points_nowhere_is_refused() {
    let (url, _, _folder) = somewhere();
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let statement = "INSERT INTO recovery_codes (member_id, hash) VALUES ('nobody', 'x')";
    let mut writer = store.writer.begin().await.expect("a turn");
    assert!(writer.execute(statement).await.is_err());
}

#[tokio::test]
async fn what_is_in_the_log_is_not_changed() {
    let (url, _, _folder) = somewhere();
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let mut writer = store.writer.begin().await.expect("a turn");
    let entry =
        "INSERT INTO audit (id, at, action, about) VALUES ('a', 1, 'house.revise', 'rules')";
    writer.execute(entry).await.expect("it is added");
    for change in [
        "UPDATE audit SET action = 'house.restore' WHERE id = 'a'",
        "DELETE FROM audit WHERE id = 'a'",
        "REPLACE INTO audit (id, at, action, about) VALUES ('a', 2, 'house.restore', 'rules')",
    ] {
        let refused = writer.execute(change).await.expect_err(change);
        assert!(
            refused.to_string().contains("the log is not changed"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_database_is_made_where_there_is_none_and_opened_where_there_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/folder/chorus.db");
    for url in [
        format!("sqlite:{}", path.display()),
        format!("sqlite://{}", path.display()),
    ] {
        let store = SqliteStore::open(&url, Synchronous::Full)
            .await
            .expect("opened");
        assert_eq!(store.path(), path);
        assert_eq!(
            store.integrity().await.expect("checked"),
            Vec::<String>::new()
        );
        store.close().await;
    }
    let files = std::fs::read_dir(path.parent().expect("a folder"))
        .expect("a list")
        .count();
    assert_eq!(files, 1, "a database that is up to date is not copied");
}

#[tokio::test]
async fn two_programs_can_have_it_open() {
    let (url, _, _folder) = somewhere();
    let first = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let second = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened twice");
    let statement = "INSERT INTO guests (id, pseudonym, created_at) VALUES ('a', 'b', 0)";
    let mut turn = first.writer.begin().await.expect("a turn");
    turn.execute(statement).await.expect("written");
    turn.commit().await.expect("kept");
    assert_eq!(
        pragma(&second.readers, "SELECT count(*) FROM guests").await,
        "1"
    );
    let unit = second.begin().await.expect("a unit");
    unit.commit().await.expect("kept");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for url in [
        "",
        "chorus.db",
        "sqlite:",
        "sqlite://",
        "postgres://localhost/chorus",
        "sqlite:a?mode=ro",
    ] {
        let refused = SqliteStore::open(url, Synchronous::Full).await.err();
        assert!(
            matches!(refused, Some(OpenError::Address(_))),
            "{url}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").expect("a file");
    let url = format!("sqlite:{}", file.join("chorus.db").display());
    let refused = SqliteStore::open(&url, Synchronous::Full)
        .await
        .err()
        .expect("refused");
    assert!(
        refused.to_string().contains(&file.display().to_string()),
        "{refused}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let (url, path, _folder) = somewhere();
    std::fs::write(&path, "a shopping list, and not a short one: ".repeat(200)).expect("a file");
    let refused = SqliteStore::open(&url, Synchronous::Full).await.err();
    assert!(
        matches!(refused, Some(OpenError::NoDatabase(_))),
        "{refused:?}"
    );
    let left = std::fs::read_to_string(&path).expect("the file");
    assert!(left.starts_with("a shopping list"), "it was written over");
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    let (url, path, _folder) = somewhere();
    run(&path, "CREATE TABLE recipes (name TEXT)").await;
    let before = std::fs::read(&path).expect("the file");
    let refused = SqliteStore::open(&url, Synchronous::Full).await.err();
    assert!(matches!(refused, Some(OpenError::Foreign)), "{refused:?}");
    assert!(
        std::fs::read(&path).expect("the file") == before,
        "a byte of it was changed"
    );
}

#[tokio::test]
async fn the_database_of_another_program_is_known_by_its_tables_and_its_header() {
    for statement in [
        "CREATE TABLE _sqlx_migrations (version INTEGER); CREATE TABLE recipes (name TEXT)",
        "CREATE TABLE members (id TEXT); CREATE TABLE recipes (name TEXT)",
        "PRAGMA application_id = 7; CREATE TABLE _sqlx_migrations (version INTEGER)",
    ] {
        let (url, path, _folder) = somewhere();
        run(&path, statement).await;
        let refused = SqliteStore::open(&url, Synchronous::Full).await.err();
        assert!(matches!(refused, Some(OpenError::Foreign)), "{refused:?}");
    }
}

#[tokio::test]
async fn the_header_says_whose_file_it_is() {
    let (url, path, _folder) = somewhere();
    for _ in 0..2 {
        SqliteStore::open(&url, Synchronous::Full)
            .await
            .expect("opened")
            .close()
            .await;
        let mut database = raw(&path).await;
        assert_eq!(
            pragma(&mut database, "PRAGMA application_id").await,
            APPLICATION.to_string()
        );
    }
}

#[tokio::test]
async fn the_database_of_a_newer_chorus_is_left_alone() {
    let (url, path, _folder) = somewhere();
    SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened")
        .close()
        .await;
    run(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (99999, 'from the future', 1, x'00', 0)",
    )
    .await;
    let refused = SqliteStore::open(&url, Synchronous::Full).await.err();
    assert!(
        matches!(refused, Some(OpenError::Newer(99999))),
        "{refused:?}"
    );
}

/// A database as the first version left it, with someone in it.
async fn older(path: &Path) {
    let first = MIGRATIONS
        .iter()
        .filter(|migration| migration.version == 1)
        .cloned()
        .collect();
    let mut database = raw(path).await;
    Migrator::with_migrations(first)
        .run(&mut database)
        .await
        .expect("the first version");
    database
        .execute("INSERT INTO guests (id, pseudonym, created_at) VALUES ('a', 'quiet lake', 0)")
        .await
        .expect("a guest");
    database.close().await.expect("closed");
}

#[tokio::test]
async fn an_older_database_is_copied_before_it_is_brought_up_to_date() {
    let (url, path, folder) = somewhere();
    older(&path).await;
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    assert_eq!(
        pragma(&store.readers, "SELECT pseudonym FROM guests").await,
        "quiet lake"
    );
    let newest = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .expect("one");
    let version = "SELECT max(version) FROM _sqlx_migrations";
    assert_eq!(pragma(&store.readers, version).await, newest.to_string());
    store.close().await;

    let copy = folder.path().join("chorus.before-1.db");
    let copied = raw(&copy).await;
    copied.close().await.expect("closed");
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&copy))
        .await
        .expect("the copy");
    assert_eq!(pragma(&pool, version).await, "1");
    assert_eq!(
        pragma(&pool, "SELECT pseudonym FROM guests").await,
        "quiet lake"
    );
    assert_eq!(pragma(&pool, "PRAGMA integrity_check").await, "ok");
}

#[tokio::test]
async fn a_copy_that_is_there_is_never_written_over() {
    let (url, path, folder) = somewhere();
    older(&path).await;
    let copy = folder.path().join("chorus.before-1.db");
    std::fs::write(&copy, "kept by hand").expect("a file");
    SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened")
        .close()
        .await;
    assert_eq!(
        std::fs::read_to_string(&copy).expect("the file"),
        "kept by hand"
    );
}

#[test]
fn an_old_sqlite_is_refused_in_words() {
    let words = OpenError::OldSqlite("3.40.1".to_owned()).to_string();
    assert!(
        words.contains("3.40.1") && words.contains("3.51.3"),
        "{words}"
    );
}

const GUEST: &str = "INSERT INTO guests (id, pseudonym, created_at) VALUES ('a', 'b', 0)";

/// The files as a program that was killed leaves them: a guest is in the log
/// only.
async fn after_a_kill(to: &Path) {
    let (url, path, _folder) = somewhere();
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let mut turn = store.writer.begin().await.expect("a turn");
    turn.execute(GUEST).await.expect("written");
    turn.commit().await.expect("kept");
    for ending in ["", "-wal"] {
        std::fs::copy(beside(&path, ending), beside(to, ending)).expect("copied");
    }
    store.close().await;
}

/// The guests in the file itself, whatever its log says.
async fn guests_without_the_log(path: &Path) -> i64 {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(true);
    let mut file = SqliteConnection::connect_with(&options)
        .await
        .expect("the file");
    sqlx::query_scalar("SELECT count(*) FROM guests")
        .fetch_one(&mut file)
        .await
        .unwrap_or(0)
}

#[tokio::test]
async fn what_a_killed_program_left_in_the_log_is_on_the_disk_before_anybody_asks() {
    let (url, path, _folder) = somewhere();
    after_a_kill(&path).await;
    assert_eq!(guests_without_the_log(&path).await, 0);
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    assert_eq!(guests_without_the_log(&path).await, 1);
    store.close().await;
}

#[tokio::test]
async fn a_reader_of_another_program_does_not_keep_it_from_opening() {
    let (url, path, _folder) = somewhere();
    after_a_kill(&path).await;
    let mut reader = raw(&path).await;
    let mut reading = reader.begin().await.expect("begun");
    assert_eq!(
        pragma(&mut *reading, "SELECT count(*) FROM guests").await,
        "1"
    );
    let first = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let unit = first.begin().await.expect("a unit");
    unit.commit().await.expect("kept");
    let second = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened beside a reader that holds on");
    let unit = second.begin().await.expect("a unit");
    unit.commit().await.expect("kept");
}

#[test]
fn a_log_that_is_not_there_needs_no_sync() {
    let (_, path, _folder) = somewhere();
    sync(&beside(&path, "-wal")).expect("nothing to do");
    std::fs::write(beside(&path, "-wal"), "frames").expect("a log");
    sync(&beside(&path, "-wal")).expect("synced");
}
