//! What a host can get wrong: each is a clear sentence and an exit that is not
//! zero, and changes nothing.

use crate::support::{
    TestDatabase,
    command::{Serving, chorus},
};
use server::database::Engine;
use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Every command that opens the database.
const COMMANDS: [&[&str]; 6] = [
    &["serve", "--listen", "127.0.0.1:0"],
    &["backup", "{folder}/backup.db"],
    &["check"],
    &["grant", "ana", "host"],
    &["invite"],
    &["copy", "--from", "{url}", "--to", "sqlite:{folder}/copy.db"],
];

/// All files of a folder, but for those that SQLite makes while it reads.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a list") {
        let path = entry.expect("a file").path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !(name.ends_with("-shm") || name.ends_with("-wal") && is_empty(&path)) {
            let content = fs::read(&path).expect("a file");
            found.insert(path, content);
        }
    }
    found
}

fn is_empty(path: &Path) -> bool {
    path.metadata().expect("a file").len() == 0
}

/// Every command refuses this address with these words, says no password, and
/// leaves the folder as it is.
fn is_refused(url: &str, folder: &Path, words: &str) {
    is_refused_by(|_| true, url, folder, words);
}

fn is_refused_by(who: impl Fn(&str) -> bool, url: &str, folder: &Path, words: &str) {
    let before = files(folder);
    let on_postgres = url.starts_with("postgres");
    // A backup there is refused whatever the address, in a test of its own.
    let commands = COMMANDS
        .iter()
        .filter(|command| who(command[0]) && !(on_postgres && command[0] == "backup"));
    for command in commands {
        let filled: Vec<String> = command
            .iter()
            .map(|word| {
                word.replace("{folder}", &folder.display().to_string())
                    .replace("{url}", url)
            })
            .collect();
        let filled: Vec<&str> = filled.iter().map(String::as_str).collect();
        let said = chorus(url, &filled);
        said.refuses(words);
        assert!(!said.stderr.contains("secret"), "{said:?}");
        assert!(files(folder) == before, "{filled:?} changed something");
    }
}

fn somewhere() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    (folder, path)
}

fn sqlite(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

#[test]
fn an_address_that_is_none() {
    let (_kept, folder) = somewhere();
    for url in [
        "chorus.db",
        "mysql://ana:secret@localhost/chorus",
        "sqlite:",
        "postgres://ana:secret@host:port/chorus",
    ] {
        is_refused(url, &folder, "is not a database address");
    }
}

#[test]
fn a_folder_that_cannot_be() {
    let (_kept, folder) = somewhere();
    let file = folder.join("file");
    fs::write(&file, "not a folder").expect("a file");
    let before = files(&folder);
    for place in [file.join("chorus.db"), "/proc/chorus/chorus.db".into()] {
        let said = chorus(&sqlite(&place), &["serve", "--listen", "127.0.0.1:0"]);
        said.refuses("cannot be made");
        assert!(files(&folder) == before);
    }
}

#[test]
fn a_folder_in_which_nothing_can_be_written() {
    let (_kept, folder) = somewhere();
    let mut places = Vec::new();
    if cfg!(target_os = "linux") {
        places.push(PathBuf::from("/proc/chorus.db"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).expect("a mode");
        // Permissions do not bind root.
        if fs::File::create(folder.join("trial")).is_err() {
            places.push(folder.join("chorus.db"));
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    assert!(!places.is_empty());
    for place in places {
        let said = chorus(&sqlite(&place), &["serve", "--listen", "127.0.0.1:0"]);
        said.refuses("cannot be opened and written");
    }
}

#[test]
fn a_file_that_is_no_database() {
    let (_kept, folder) = somewhere();
    let file = folder.join("chorus.db");
    let noise: Vec<u8> = (0..20_000_u32).map(|n| ((n * n) >> 7) as u8).collect();
    fs::write(&file, noise).expect("a file");
    is_refused(&sqlite(&file), &folder, "is no SQLite database");
}

/// A community, and something that Chorus itself would not do to it.
async fn changed(engine: Engine, statement: &str) -> TestDatabase {
    let place = TestDatabase::on(engine).await;
    place.open().await.close().await;
    place.tell(statement).await;
    place
}

const NEWER: [(Engine, &str); 2] = [
    (
        Engine::Sqlite,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (99999, 'from the future', 1, x'00', 0)",
    ),
    (
        Engine::Postgres,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (99999, 'from the future', true, '', 0)",
    ),
];

#[tokio::test]
async fn a_database_of_a_newer_chorus() {
    for (engine, statement) in NEWER {
        let place = changed(engine, statement).await;
        let (_kept, other) = somewhere();
        let folder = place.folder().unwrap_or(other);
        is_refused(place.url(), &folder, "start the newer Chorus");
    }
}

#[tokio::test]
async fn a_database_of_another_program() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let place = TestDatabase::untouched_on(engine).await;
        place.tell("CREATE TABLE recipes (name TEXT)").await;
        let (_kept, other) = somewhere();
        let folder = place.folder().unwrap_or(other);
        is_refused(place.url(), &folder, "another program");
    }
}

/// Serving waits for it, so that help is there meanwhile: `asking_apart`.
fn is_not_serving(command: &str) -> bool {
    command != "serve"
}

#[test]
fn a_server_that_is_not_there() {
    let (_kept, folder) = somewhere();
    is_refused_by(
        is_not_serving,
        "postgres://ana:secret@127.0.0.1:1/chorus",
        &folder,
        "no database server answers at 127.0.0.1:1",
    );
}

#[test]
fn a_server_that_never_says_a_word() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = silent.local_addr().expect("an address");
    let url = format!("postgres://ana:secret@{place}/chorus?sslmode=disable");
    let said = chorus(&url, &["check"]);
    said.refuses(&format!("no database server answers at {place}"));
    assert!(!said.stderr.contains("secret"), "{said:?}");
}

#[tokio::test]
async fn a_database_that_its_server_does_not_have() {
    let place = TestDatabase::untouched_on(Engine::Postgres).await;
    let url = place.url().replacen("chorus_test_", "chorus_tset_", 1);
    let said = chorus(&url, &["serve", "--listen", "127.0.0.1:0"]);
    said.refuses("createdb");
}

#[test]
fn two_servers_on_one_file() {
    let (_kept, folder) = somewhere();
    let url = sqlite(&folder.join("chorus.db"));
    let first = Serving::start(&url, &[]);
    let second = chorus(&url, &["serve", "--listen", "127.0.0.1:0"]);
    second.refuses("another chorus serve has");
    // The first one writes by itself, so that the file is not always the same.
    assert!(first.answers("/readyz"));
    // What only visits is let in.
    chorus(&url, &["invite"]).is_done();
    chorus(&url, &["check"]).is_done();
    first.kill();
    let again = Serving::start(&url, &[]);
    assert!(again.answers("/healthz"), "the lock went with its owner");
}

#[test]
fn a_schedule_of_backups_on_postgres() {
    let (_kept, folder) = somewhere();
    let backups = folder.join("backups").display().to_string();
    let said = chorus(
        "postgres://ana:secret@127.0.0.1:1/chorus",
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--backup-folder",
            &backups,
        ],
    );
    said.refuses("pg_dump");
    assert!(files(&folder).is_empty());
}

#[test]
fn backups_by_chorus_on_postgres() {
    let (_kept, folder) = somewhere();
    let file = folder.join("backup.db").display().to_string();
    let url = "postgres://ana:secret@127.0.0.1:1/chorus";
    chorus(url, &["backup", &file]).refuses("pg_dump");
    chorus(url, &["restore", &file]).refuses("pg_restore");
    assert!(files(&folder).is_empty());
}
