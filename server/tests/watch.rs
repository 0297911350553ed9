//! Calls for help that wait, and those who are told of them.

use crate::support::{
    TestApp, TestMember,
    trouble::{Trouble, TroubledStore},
};
use domain::{
    actor::{Role, Roles},
    care::{Audience, CallCode, CallToInsert, Origin, Queue, Severity},
    clock::Timestamp,
    ids::{CallId, Chance, EntryId, GuestId},
    journal::{Entry, Journal, Said, Sender},
    watch::Steps,
};
use server::{alert::Alert, watch::Watcher};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The host's command: it notes what it is told. While there is a file `fails`
/// beside it, it fails.
struct Bell {
    folder: tempfile::TempDir,
}

impl Bell {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = "#!/bin/sh\ncd \"${0%/*}\"\n\
             echo \"$CHORUS_WAITING $CHORUS_LONGEST_MINUTES $CHORUS_LEVEL $CHORUS_JOURNAL\" >> told\n\
             test ! -e fails\n";
        let bell = Self { folder };
        fs::write(bell.file("ring"), script).expect("written");
        let may_run = fs::Permissions::from_mode(0o700);
        fs::set_permissions(bell.file("ring"), may_run).expect("it may run");
        bell
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it was told since it was asked last: how many wait, how long the
    /// first, the level, and what is in the journal.
    fn told(&self) -> Vec<String> {
        let told = fs::read_to_string(self.file("told")).unwrap_or_default();
        let _ = fs::remove_file(self.file("told"));
        told.lines().map(str::to_owned).collect()
    }

    fn watch(&self, app: &TestApp) -> Watcher {
        Watcher {
            house: app.house.clone(),
            journal: app.journal.clone(),
            alert: Some(Alert::new(self.file("ring"))),
            steps: Steps::default(),
            alerts: app.app.alerts.clone(),
        }
    }
}

async fn calls(app: &TestApp, count: usize, origin: Origin) {
    let mut unit = app.begin().await;
    for _ in 0..count {
        let call = CallToInsert {
            id: CallId::random(app.chance()),
            code: None,
            origin,
            severity: Severity::Call,
            audience: Audience::Supporters,
            post: None,
            writer: None,
            created_at: app.now(),
        };
        unit.insert_call(&call).await.expect("a call");
    }
    unit.commit().await.expect("kept");
}

fn asked(app: &TestApp) -> Entry {
    let code = CallCode::from_bytes(&app.chance().bytes());
    Entry {
        at: app.now(),
        from: Sender {
            guest: GuestId::random(app.chance()),
            session: None,
        },
        said: Said::Asked {
            code: code.hash(),
            first: EntryId::random(app.chance()),
            audience: Audience::Supporters,
        },
        body: "I need help.".to_owned(),
    }
}

async fn on_the_desk(app: &TestApp) -> u64 {
    let mut reader = app.house.store.read().await.expect("a reader");
    reader.waiting_count(Queue::Asked).await.expect("counted")
}

#[tokio::test]
async fn the_host_is_told_at_each_level_and_then_every_hour() {
    let app = TestApp::new().await;
    let bell = Bell::new();
    let watch = bell.watch(&app);
    watch.look().await;
    calls(&app, 1, Origin::Asked).await;
    calls(&app, 3, Origin::Imported).await;
    for (minutes, told) in [
        (4, vec![]),
        (1, vec!["1 5 1 0"]),
        (1, vec![]),
        (9, vec!["1 15 2 0"]),
        (44, vec![]),
        (1, vec!["1 60 3 0"]),
        (59, vec![]),
        (1, vec!["1 120 3 0"]),
    ] {
        app.pass(minutes * Timestamp::MINUTE);
        watch.look().await;
        watch.look().await;
        assert_eq!(bell.told(), told, "{minutes} minutes later");
    }
}

#[tokio::test]
async fn more_than_a_page_of_calls_is_told_whole() {
    let app = TestApp::new().await;
    let bell = Bell::new();
    calls(&app, 1500, Origin::Asked).await;
    app.pass(16 * Timestamp::MINUTE);
    calls(&app, 1, Origin::Worried).await;
    bell.watch(&app).look().await;
    assert_eq!(bell.told(), ["1501 16 2 0"]);
}

#[tokio::test]
async fn for_what_was_only_noticed_the_host_is_told_after_a_day() {
    let app = TestApp::new().await;
    let bell = Bell::new();
    let watch = bell.watch(&app);
    calls(&app, 2, Origin::Noticed).await;
    let notes = async |handle: &TestMember| {
        let mut reader = app.house.store.read().await.expect("a reader");
        let page = reader.notifications(handle.member.id, None, 9).await;
        page.expect("a list")
            .items
            .iter()
            .map(|told| told.count)
            .sum::<u32>()
    };
    let roles = Roles::default().with(Role::PeerSupporter);
    let mara = app.member_with("mara", roles).await;
    for (hours, command, notified) in [
        (5, vec![], 0),
        (1, vec![], 1),
        (17, vec![], 1),
        (1, vec!["0 1440 3 0"], 2),
        (23, vec![], 2),
        (1, vec!["0 2880 3 0"], 2),
    ] {
        app.pass(hours * Timestamp::HOUR);
        watch.look().await;
        watch.look().await;
        assert_eq!(bell.told(), command, "{hours} hours later");
        assert_eq!(notes(&mara).await, notified, "{hours} hours later");
    }
    // Somebody who asks is told of as soon as ever.
    calls(&app, 1, Origin::Asked).await;
    app.pass(5 * Timestamp::MINUTE);
    watch.look().await;
    assert_eq!(bell.told(), ["1 5 1 0"]);
}

#[tokio::test]
async fn a_command_that_fails_is_run_again_until_it_works() {
    let app = TestApp::new().await;
    let bell = Bell::new();
    let watch = bell.watch(&app);
    fs::write(bell.file("fails"), "").expect("written");
    calls(&app, 1, Origin::Asked).await;
    app.pass(5 * Timestamp::MINUTE);
    let mut guest = app.guest();
    for failed in 1..=3 {
        watch.look().await;
        watch.look().await;
        assert_eq!(bell.told().len(), 1, "once a minute");
        let words = format!("ready\nalert command: failed {failed} times\n");
        assert_eq!(guest.get("/readyz").await.is(200).body, words);
        app.pass(Timestamp::MINUTE);
    }
    fs::remove_file(bell.file("fails")).expect("mended");
    watch.look().await;
    assert_eq!(bell.told(), ["1 8 1 0"]);
    assert_eq!(guest.get("/readyz").await.is(200).body, "ready\n");
    app.pass(2 * Timestamp::MINUTE);
    watch.look().await;
    assert!(bell.told().is_empty(), "it was told");
}

#[tokio::test]
async fn of_two_nodes_one_tells() {
    let first = TestApp::new().await;
    let second = TestApp::beside(&first).await;
    let bell = Bell::new();
    let watches = [bell.watch(&first), bell.watch(&second)];
    calls(&first, 2, Origin::Asked).await;
    first.pass(5 * Timestamp::MINUTE);
    tokio::join!(watches[0].look(), watches[1].look());
    watches[1].look().await;
    assert_eq!(bell.told(), ["2 5 1 0"]);
}

#[tokio::test]
async fn what_lies_in_the_journal_comes_to_the_desk_or_is_told_of() {
    for trouble in [Trouble::Away, Trouble::Full, Trouble::Busy] {
        let app = TestApp::new().await;
        let store = TroubledStore::before(app.house.store.clone());
        let app = app.on_store(store.clone());
        let bell = Bell::new();
        let watch = bell.watch(&app);
        store.has(trouble);
        app.journal.keep(asked(&app)).await.expect("kept");
        watch.look().await;
        assert!(bell.told().is_empty(), "it may be over soon");
        app.pass(Timestamp::MINUTE);
        watch.look().await;
        watch.look().await;
        assert_eq!(bell.told(), ["0 1 0 1"], "{trouble:?}");
        let page = app.guest().get("/readyz").await;
        assert!(
            page.body.ends_with("care journal: 1 not on the desk\n"),
            "{}",
            page.body
        );
        store.is_well();
        watch.look().await;
        assert_eq!(app.journal.waiting(), (0, None));
        assert_eq!(on_the_desk(&app).await, 1);
        assert_eq!(app.guest().get("/readyz").await.is(200).body, "ready\n");
    }
}

#[tokio::test]
async fn what_a_killed_program_left_is_put_on_the_desk_by_the_next() {
    let app = TestApp::new().await;
    let killed = TestApp::beside(&app).await;
    let left = asked(&killed);
    killed.journal.keep(left.clone()).await.expect("kept");
    // Its sheet, as it stands on the disk.
    let from = sheet(killed.journal_folder());
    fs::copy(&from, app.journal_folder().join("left.jsonl")).expect("left there");
    let watch = Watcher {
        alert: None,
        ..Bell::new().watch(&app)
    };
    watch.look().await;
    assert_eq!(on_the_desk(&app).await, 1);
    watch.look().await;
    fs::copy(&from, app.journal_folder().join("again.jsonl")).expect("left there again");
    watch.look().await;
    assert_eq!(on_the_desk(&app).await, 1, "once");
    let names = fs::read_dir(app.journal_folder()).expect("a list");
    assert_eq!(names.count(), 1, "only its own sheet is there");
}

fn sheet(folder: &Path) -> PathBuf {
    let mut files = fs::read_dir(folder).expect("a list");
    files.next().expect("a sheet").expect("a file").path()
}

/// A store that hangs keeps nobody from looking again.
#[tokio::test]
async fn a_watch_does_not_hang_with_its_store() {
    let app = TestApp::new().await;
    let store = TroubledStore::before(app.house.store.clone());
    let app = app.on_store(store.clone());
    let watch = Arc::new(Watcher {
        alert: None,
        ..Bell::new().watch(&app)
    });
    app.journal.keep(asked(&app)).await.expect("kept");
    store.has(Trouble::Hangs);
    let looking = tokio::spawn({
        let watch = watch.clone();
        async move { watch.look().await }
    });
    looking.await.expect("it came back");
    assert_eq!(app.journal.waiting().0, 1);
    store.is_well();
    watch.look().await;
    assert_eq!(on_the_desk(&app).await, 1);
}
