//! Backups: made while people write, and put back whole.

use crate::{
    copy::{all_rows, community, is_alive},
    support::{
        TestDatabase,
        command::{Serving, chorus, run},
    },
};
use domain::{
    accounts::{Handle, Member, MemberState},
    actor::{Roles, Writer},
    clock::{Clock, Timestamp},
    comments::{CommentState, CommentToInsert},
    ids::{CommentId, MemberId, OpaqueId, StoryId, Subject},
    store::Store,
    stories::StoryText,
    tables::Value,
};
use server::{
    backup::{RestoreOptions, Step, back_up, restore},
    database::{Database, Engine},
    services::{SystemChance, SystemClock},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store_contract::support::START;
use store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;

fn somewhere() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    (folder, path)
}

fn sqlite(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("plain text")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a list")
        .map(|file| file.expect("a file").file_name().into_string())
        .map(|name| name.expect("plain text"))
        .collect();
    names.sort();
    names
}

/// A server that is started in the next minutes lets go of nothing, however
/// old: that was done just now. Nor does a call rise: it has come as far as it
/// can. Nor is anybody told of anything yet.
async fn nothing_is_due(home: &TestDatabase) {
    let soon = SystemClock.now().plus(Timestamp::MINUTE * 15).0;
    for job in ["forgetting", "erasing"] {
        let done = format!("INSERT INTO jobs (name, due_at) VALUES ('{job}', {soon})");
        home.tell(&done).await;
    }
    home.tell("UPDATE calls SET level = 3").await;
    let later = format!("UPDATE pushes SET due_at = {soon}");
    home.tell(&later).await;
    let later = format!("UPDATE notification_times SET digest_due = {soon}");
    home.tell(&later).await;
}

#[tokio::test]
async fn a_backup_is_made_while_the_server_runs_and_restores_to_the_same() {
    let (home, session) = community(Engine::Sqlite).await;
    let (_kept, folder) = somewhere();
    let backup = folder.join("harbour.db");
    nothing_is_due(&home).await;
    let before = all_rows(&home).await;
    let serving = Serving::start(home.url(), &[]);
    let made = chorus(home.url(), &["backup", text(&backup)]);
    assert!(made.is_done().stdout.contains("is whole"), "{made:?}");
    assert!(made.stderr.is_empty(), "no bar where nobody watches");
    assert!(serving.answers("/stories"));
    assert_eq!(names(&folder), ["harbour.db"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = backup.metadata().expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only its owner reads it");
    }

    let content = fs::read(&backup).expect("the file");
    let again = chorus(home.url(), &["backup", text(&backup)]);
    again.refuses("is there already");
    assert!(fs::read(&backup).expect("the file") == content);
    chorus(home.url(), &["backup", "--overwrite", text(&backup)]).is_done();
    serving.kill();

    let back = TestDatabase::untouched_on(Engine::Sqlite).await;
    chorus(back.url(), &["restore", text(&backup)]).is_done();
    assert!(all_rows(&back).await == before);
    chorus(back.url(), &["check"]).is_done();
    is_alive(back, &session).await;
}

#[tokio::test]
async fn a_community_is_replaced_only_when_that_is_said_and_kept_then() {
    let (home, _) = community(Engine::Sqlite).await;
    let (_kept, folder) = somewhere();
    let backup = folder.join("harbour.db");
    chorus(home.url(), &["backup", text(&backup)]).is_done();
    let was = all_rows(&home).await;
    let there = TestDatabase::on(Engine::Sqlite).await;
    let place = there.folder().expect("a folder");
    let serving = Serving::start(there.url(), &[]);
    for words in [&["restore"][..], &["restore", "--replace"]] {
        let mut words = words.to_vec();
        words.push(text(&backup));
        chorus(there.url(), &words).refuses("another chorus serve has");
    }
    assert!(serving.answers("/healthz"));
    // What it wrote last is in its log only.
    serving.kill();
    let old = all_rows(&there).await;
    let refused = chorus(there.url(), &["restore", text(&backup)]);
    refused.refuses("--replace");
    assert!(all_rows(&there).await == old, "something was changed");

    let done = chorus(there.url(), &["restore", "--replace", text(&backup)]);
    let kept = names(&place)
        .into_iter()
        .find(|name| name.starts_with("chorus.db.before-restore-"))
        .expect("the old one");
    assert!(done.is_done().stdout.contains(&kept), "{done:?}");
    assert!(all_rows(&there).await == was);
    chorus(&sqlite(&place.join(&kept)), &["check"]).is_done();
    // And back again, from what was kept.
    let kept = place.join(kept);
    chorus(there.url(), &["restore", "--replace", text(&kept)]).is_done();
    // Whom the other community had erased is remembered.
    let again = all_rows(&there).await.into_iter();
    assert!(
        again
            .zip(old)
            .all(|(again, old)| again == old || old.0.name == "erased")
    );
}

#[tokio::test]
async fn a_damaged_community_is_replaced_and_its_log_is_not_taken_for_the_new_ones() {
    let (home, _) = community(Engine::Sqlite).await;
    let (_kept, folder) = somewhere();
    let backup = folder.join("harbour.db");
    chorus(home.url(), &["backup", text(&backup)]).is_done();
    let was = all_rows(&home).await;
    let place = folder.join("server");
    fs::create_dir(&place).expect("a folder");
    for (ending, content) in [("", "noise "), ("-wal", "old log "), ("-shm", "index ")] {
        fs::write(
            place.join(format!("chorus.db{ending}")),
            content.repeat(2000),
        )
        .expect("kept");
    }
    let url = sqlite(&place.join("chorus.db"));
    chorus(&url, &["restore", "--replace", text(&backup)]).is_done();
    chorus(&url, &["check"]).is_done();
    let back = TestDatabase::untouched_on(Engine::Sqlite).await;
    chorus(back.url(), &["restore", text(&place.join("chorus.db"))]).is_done();
    assert!(all_rows(&back).await == was);
    let aside: Vec<String> = names(&place)
        .into_iter()
        .filter(|name| name.contains("before-restore"))
        .collect();
    assert!(aside.iter().any(|name| name.ends_with("-wal")), "{aside:?}");
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_and_changes_nothing() {
    let (home, _) = community(Engine::Sqlite).await;
    let (_kept, folder) = somewhere();
    let backup = folder.join("harbour.db");
    chorus(home.url(), &["backup", text(&backup)]).is_done();
    let whole = fs::read(&backup).expect("the file");
    let place = folder.join("server");
    fs::create_dir(&place).expect("a folder");
    let url = sqlite(&place.join("chorus.db"));
    let mut torn = whole.clone();
    let middle = torn.len() / 2;
    torn[middle..middle + 4096].fill(0xa5);
    let noise: Vec<u8> = (0..20_000_u32).map(|n| ((n * n) >> 7) as u8).collect();
    for (name, content, said) in [
        (
            "half.db",
            &whole[..whole.len() / 2],
            "is damaged or not whole",
        ),
        (
            "a-byte-short.db",
            &whole[..whole.len() - 1],
            "is damaged or not whole",
        ),
        ("torn.db", &torn[..], "is damaged or not whole"),
        ("noise.db", &noise[..], "is no SQLite database"),
        ("empty.db", &[], "is damaged or not whole"),
    ] {
        let file = folder.join(name);
        fs::write(&file, content).expect("a file");
        chorus(&url, &["restore", text(&file)]).refuses(said);
        assert!(!place.join("chorus.db").exists(), "{name} was restored");
    }
    let strangers = TestDatabase::untouched_on(Engine::Sqlite).await;
    strangers.tell("CREATE TABLE recipes (name TEXT)").await;
    let theirs = store_sqlite::file_of(strangers.url()).expect("a file");
    chorus(&url, &["restore", text(&theirs)]).refuses("another program");
    let before = fs::read(&theirs).expect("a file");
    for words in [&["restore"][..], &["restore", "--replace"]] {
        let mut words = words.to_vec();
        words.push(text(&backup));
        chorus(strangers.url(), &words).refuses("another program");
    }
    assert!(fs::read(&theirs).expect("a file") == before);
    let none = folder.join("none.db");
    chorus(&url, &["restore", text(&none)]).refuses("cannot be read");
    chorus(&url, &["restore", text(&folder)]).refuses("cannot be read");
    fs::write(folder.join("harbour.db-wal"), "frames").expect("a log");
    chorus(&url, &["restore", text(&backup)]).refuses("copied by hand");
    fs::remove_file(folder.join("harbour.db-wal")).expect("gone");
    chorus(&url, &["backup", text(&backup)]).refuses("there is no database");
    let nowhere = folder.join("nowhere/backup.db");
    chorus(home.url(), &["backup", text(&nowhere)]).refuses("cannot be written");
    let itself = store_sqlite::file_of(home.url()).expect("a file");
    chorus(home.url(), &["restore", text(&itself)]).refuses("the database itself");
}

#[tokio::test]
async fn the_server_makes_one_by_itself_when_it_starts() {
    let place = TestDatabase::on(Engine::Sqlite).await;
    let (_kept, folder) = somewhere();
    let backups = folder.join("backups");
    let serving = Serving::start(place.url(), &["--backup-folder", text(&backups)]);
    let mut made = Vec::new();
    for _ in 0..1200 {
        made = names(&backups);
        made.retain(|name| name.ends_with(".db"));
        if !made.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(made.len(), 1, "{made:?}");
    assert!(serving.answers("/healthz"));
    let back = TestDatabase::untouched_on(Engine::Sqlite).await;
    chorus(back.url(), &["restore", text(&backups.join(&made[0]))]).is_done();
}

/// How many backups are restored under load.
fn rounds() -> usize {
    match std::env::var("CHORUS_RESTORE_ROUNDS") {
        Ok(rounds) => rounds.parse().expect("a number of rounds"),
        Err(_) => 3,
    }
}

const WRITERS: usize = 4;

/// People who comment on one story without pause, and what was acknowledged.
struct Load {
    store: SqliteStore,
    subject: Subject,
    members: Vec<MemberId>,
    acknowledged: Mutex<Vec<Vec<String>>>,
    over: AtomicBool,
}

impl Load {
    async fn on(store: SqliteStore) -> Arc<Self> {
        let mut unit = store.begin().await.expect("a unit");
        let mut members = Vec::new();
        for number in 0..WRITERS {
            let handle = Handle::parse(&format!("writer{number}")).expect("a handle");
            let member = Member {
                id: MemberId::random(&SystemChance),
                handle: handle.as_str().to_owned(),
                password: Some("none".to_owned()),
                roles: Roles::default(),
                state: MemberState::Active,
                barred_until: None,
                opaque: OpaqueId::random(&SystemChance),
                created_at: START,
            };
            assert!(unit.insert_member(&member, &handle).await.expect("kept"));
            members.push(member.id);
        }
        let story = StoryId::random(&SystemChance);
        let words = StoryText {
            anonymous: false,
            title: "A busy evening".to_owned(),
            content_note: None,
            excerpt: "Everyone talks.".to_owned(),
            body: "Everyone talks.".to_owned(),
            html: "<p>Everyone talks.</p>".to_owned(),
        };
        unit.insert_story(story, members[0], &words, START)
            .await
            .expect("a story");
        unit.commit().await.expect("kept");
        Arc::new(Self {
            store,
            subject: story.into(),
            members,
            acknowledged: Mutex::new(vec![Vec::new(); WRITERS]),
            over: AtomicBool::new(false),
        })
    }

    async fn write(self: Arc<Self>, writer: usize) {
        for number in 0.. {
            if self.over.load(Ordering::SeqCst) {
                return;
            }
            let body = format!("{writer}-{number}");
            let comment = CommentToInsert {
                id: CommentId::random(&SystemChance),
                subject: self.subject,
                parent: None,
                writer: Writer::Member(self.members[writer]),
                anonymous: false,
                state: CommentState::Published,
                body: body.clone(),
                html: format!("<p>{body}</p>"),
                created_at: START,
            };
            let mut unit = self.store.begin().await.expect("a unit");
            unit.insert_comment(&comment).await.expect("written");
            unit.commit().await.expect("kept");
            self.acknowledged.lock().expect("the list")[writer].push(body);
        }
    }

    fn so_far(&self) -> Vec<Vec<String>> {
        self.acknowledged.lock().expect("the list").clone()
    }

    /// Waits until every writer has got further.
    async fn goes_on(&self) {
        let before: Vec<usize> = self.so_far().iter().map(Vec::len).collect();
        for _ in 0..6000 {
            let now = self.so_far();
            if now
                .iter()
                .zip(&before)
                .all(|(now, before)| now.len() > *before)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nobody writes any more");
    }
}

/// The comments of a database by writer, in the order of their thread.
async fn comments(url: &str) -> Vec<Vec<String>> {
    let database = Database::open_existing(url).await.expect("opened");
    let mut snapshot = database.tables().snapshot().await.expect("a snapshot");
    let tables = snapshot.tables().await.expect("tables");
    let table = tables.iter().find(|table| table.name == "comments");
    let table = table.expect("comments");
    let body = table
        .columns
        .iter()
        .position(|column| column.name == "body");
    let body = body.expect("a body");
    let rows = snapshot.rows(table, None, 1_000_000).await.expect("rows");
    let mut found = vec![Vec::new(); WRITERS];
    for row in rows {
        let Value::Text(body) = &row[body] else {
            panic!("{row:?}");
        };
        let (writer, _) = body.split_once('-').expect("a writer");
        found[writer.parse::<usize>().expect("a number")].push(body.clone());
    }
    drop(snapshot);
    database.close().await;
    found
}

fn numbered(writer: usize, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{writer}-{number}"))
        .collect()
}

/// One backup under load, restored elsewhere: it has everything that was
/// acknowledged before it began, nothing that is not whole, and no gap.
async fn is_restored_whole(load: &Load, folder: &Path, round: usize) {
    let url = sqlite(load.store.path());
    let (backup, back) = (
        folder.join(format!("{round}.db")),
        sqlite(&folder.join(format!("{round}/chorus.db"))),
    );
    load.goes_on().await;
    let before = load.so_far();
    let mut steps = Vec::new();
    back_up(&url, &backup, false, &mut |step| steps.push(step))
        .await
        .expect("a backup");
    assert!(matches!(steps[0], Step::Copying(_)), "{steps:?}");
    load.goes_on().await;
    let options = RestoreOptions {
        file: backup.clone(),
        replace: false,
    };
    restore(&back, &options, START, &mut |_| {})
        .await
        .expect("restored");
    let looks = store_sqlite::check(&back).await.expect("looked");
    for look in looks.expect("a community") {
        assert!(look.faults.is_empty(), "round {round}: {look:?}");
    }
    let found = comments(&back).await;
    for (writer, (found, before)) in found.iter().zip(&before).enumerate() {
        assert!(found.len() >= before.len(), "round {round}: {writer} lost");
        assert!(
            *found == numbered(writer, found.len()),
            "round {round}: there is a gap, or one is there twice"
        );
    }
    fs::remove_file(backup).expect("gone");
    fs::remove_dir_all(folder.join(round.to_string())).expect("gone");
}

/// A new community, with so many backups under load; tells how many comments
/// were written.
async fn are_restored_whole(rounds: usize) -> usize {
    let (_kept, folder) = somewhere();
    let url = sqlite(&folder.join("chorus.db"));
    let store = SqliteStore::open(&url, Synchronous::Full)
        .await
        .expect("opened");
    let load = Load::on(store).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(load.clone().write(writer)))
        .collect();
    for round in 1..=rounds {
        is_restored_whole(&load, &folder, round).await;
    }
    load.over.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.expect("it wrote to the end");
    }
    load.store.close().await;
    load.so_far().iter().map(Vec::len).sum()
}

/// With each round a community has more to back up, and the writers do not
/// pause: after so many, another one begins.
const ROUNDS_OF_ONE: usize = 5;

#[tokio::test]
async fn backups_made_under_load_restore_to_what_was_acknowledged() {
    let rounds = rounds();
    let mut written = 0;
    for begun in (0..rounds).step_by(ROUNDS_OF_ONE) {
        written += are_restored_whole(ROUNDS_OF_ONE.min(rounds - begun)).await;
    }
    println!("{rounds} of {rounds} backups restored under load, {written} comments were written");
}

/// The commands of `docs/backups.md` that begin with a program.
fn documented(program: &str) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/backups.md");
    let page = fs::read_to_string(page).expect("the page");
    let commands: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with(program))
        .collect();
    match commands[..] {
        [command] => command.to_owned(),
        _ => panic!("{program} is documented {} times", commands.len()),
    }
}

fn in_a_shell(command: &str, url: &str, folder: &Path) {
    let programs = test_postgres::programs().expect("PostgreSQL");
    let path = std::env::var("PATH").unwrap_or_default();
    let said = run(Command::new("sh")
        .args(["-euc", command])
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("CHORUS_DATABASE_URL", url)
        .current_dir(folder)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped()));
    said.is_done();
}

#[tokio::test]
async fn the_documented_commands_for_postgres_restore_to_the_same() {
    let (home, session) = community(Engine::Postgres).await;
    let (_kept, folder) = somewhere();
    let before = all_rows(&home).await;
    in_a_shell(&documented("pg_dump"), home.url(), &folder);
    let back = TestDatabase::untouched_on(Engine::Postgres).await;
    in_a_shell(&documented("pg_restore"), back.url(), &folder);
    assert!(all_rows(&back).await == before);
    chorus(back.url(), &["check"]).is_done();
    is_alive(back, &session).await;
}
