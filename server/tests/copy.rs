//! `chorus copy`: a community moves between engines and stays itself.

use crate::{
    push::{AUTH, KEY, TELL},
    support::{TestApp, TestDatabase},
};
use domain::{
    accounts,
    actor::{Role, Roles},
    articles::SeriesTitle,
    care::{self, Ask, Audience, CallBody, CallCode},
    ids::{Chance, ShiftId},
    moderation::Reveal,
    push::What,
    rituals::Zone,
    store::Unit,
    tables::{Row, Table},
    watch::{Days, KeptShift, Minute, Shift},
};
use server::{
    copy::{Copied, CopyError, Step, copy},
    database::{Database, Engine},
    import::{ImportOptions, bring_in},
    push::Pusher,
    sample,
    services::{SystemChance, SystemClock},
};
use std::process::Command;
use tokio::sync::Notify;

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// A community with something in every table. Answers with the secret of a
/// session as well.
pub async fn community(engine: Engine) -> (TestDatabase, String) {
    let app = TestApp::at(TestDatabase::on(engine).await, |_| {}).await;
    let folder = tempfile::tempdir().expect("a folder");
    sample::fill(&app.house, &folder.path().join("accounts.json"))
        .await
        .expect("filled");
    let mut ana = app.guest();
    let joining = [
        ("page", "/join"),
        ("handle", "anahí"),
        ("password", "harbour lantern 7"),
        ("adult", "on"),
    ];
    ana.post_form("/api/accounts/join", &joining).await.is(200);
    let told = [
        ("title", "The 'bench' — \u{1f33f}"),
        ("body", "First line.\r\n\r\nSecond \"line\"; 'quoted'\\."),
        ("voice", "handle"),
    ];
    let story = ana.send("/api/stories/share", &told).await;
    let id = story.is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let page = format!("/stories/{id}");
    let subject = format!("story-{id}");
    let draft = [
        ("form", "stories.new"),
        ("fields", "title=Later&body=%F0%9F%8C%BF"),
    ];
    ana.send("/api/drafts/keep", &draft).await.is(200);

    let mut guest = app.guest();
    guest.get(&page).await.is(200);
    let comment = [
        ("page", page.as_str()),
        ("subject", &subject),
        ("body", "I know that bench."),
    ];
    let held = guest.send("/api/comments/post", &comment).await;
    let held = held.is(200).json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let mut moderator = app
        .member_with("mod", Roles::default().with(Role::Moderator))
        .await;
    let held = format!("comment-{held}");
    let seen = app.seen(&held).await;
    let hiding = [
        ("page", "/moderation"),
        ("thing", held.as_str()),
        ("seen", &seen),
        ("kind", "hide"),
        ("reason", "Not kind."),
    ];
    moderator
        .send("/api/moderation/decide", &hiding)
        .await
        .is(200);
    let told = app.last_decision(&held).await;
    let appeal = [
        ("page", "/me"),
        ("id", told.as_str()),
        ("body", "I am kind."),
    ];
    guest.send("/api/moderation/appeal", &appeal).await.is(200);
    let report = [
        ("page", "/"),
        ("thing", subject.as_str()),
        ("kind", "spam"),
        ("body", "It came twice."),
    ];
    guest.send("/api/moderation/report", &report).await.is(200);
    let invited = [("page", "/moderation")];
    moderator
        .send("/api/moderation/invite", &invited)
        .await
        .is(200);
    let support = [
        ("page", page.as_str()),
        ("subject", &subject),
        ("kind", "with_you"),
    ];
    moderator.send("/api/support/give", &support).await.is(200);
    let muted = [
        ("page", "/me/people"),
        ("thing", subject.as_str()),
        ("distance", "mute"),
    ];
    moderator
        .send("/api/people/keep-away", &muted)
        .await
        .is(200);
    let mut host = app
        .member_with("hanna", Roles::default().with(Role::Host))
        .await;
    let rules = [("name", "rules"), ("seen", "0"), ("body", "Be kind.")];
    host.send("/api/house/revise", &rules).await.is(200);

    let chosen = [("page", "/me/notifications"), ("answer", "on")];
    ana.send("/api/notifications/choose", &chosen).await.is(200);

    // One is gone and one is going.
    for (handle, when) in [("gone", "now"), ("going", "later")] {
        let mut leaving = app.member(handle).await;
        let told = [
            ("title", "Hush"),
            ("body", "Words."),
            ("voice", "anonymous"),
        ];
        leaving.send("/api/stories/share", &told).await.is(200);
        leaving.confirms().await;
        let erase = [("page", "/me/erase"), ("when", when)];
        leaving.send("/api/privacy/erase", &erase).await.is(200);
    }
    app.passkey(moderator.member.id).await;
    // The house has a key, and a device is to be told of something.
    let pusher = Pusher::new(app.house.clone());
    assert_eq!(pusher.tell_due().await.expect("a key"), 0);
    let secret = format!("https://web.push.apple.com/0a {KEY} {AUTH}");
    let device = [("page", "/me/notifications"), ("secret", secret.as_str())];
    moderator.send(TELL, &device).await.is(200);
    let times = [
        ("page", "/me/notifications"),
        ("from", "22:00"),
        ("until", "06:00"),
        ("when", "08:30"),
        ("zone", "Europe/London"),
    ];
    moderator
        .send("/api/notifications/times", &times)
        .await
        .is(200);
    let mut unit = app.begin().await;
    unit.owe_pushes(moderator.member.id, What::Digest(2), app.now())
        .await
        .expect("owed");
    let asker = moderator.actor();
    let ask = Ask {
        code: CallCode::from_bytes(&app.chance().bytes()).hash(),
        body: CallBody::parse("I need help.").expect("words"),
        audience: Audience::Everyone,
    };
    care::ask(&mut *unit, app.act(&asker), ask)
        .await
        .expect("a call");
    unit.keep_reveal(&Reveal {
        thing: subject.parse().expect("a thing"),
        reason: "In danger.".to_owned(),
        asked_by: host.member.id,
        asked_at: app.now(),
        agreed: None,
    })
    .await
    .expect("asked");
    unit.insert_shift(&KeptShift {
        id: ShiftId::random(app.chance()),
        member: moderator.member.id,
        shift: Shift {
            days: Days::parse("weekend").expect("days"),
            from: Minute::parse("22:00").expect("a time"),
            until: Minute::parse("06:00").expect("a time"),
            zone: Zone::parse("Europe/London").expect("a zone"),
        },
    })
    .await
    .expect("hours");
    accounts::make_reset_link(&mut *unit, app.chance(), app.now(), "mod")
        .await
        .expect("a link");
    unit.commit().await.expect("kept");
    app.database.close().await;
    imports(&app).await;
    (app.place, ana.cookies["chorus"].clone())
}

async fn imports(app: &TestApp) {
    let export = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/harbour.xml");
    let import = ImportOptions {
        file: export.into(),
        series: SeriesTitle::parse("Harbour evenings").expect("a title"),
        dry_run: false,
        pages: true,
    };
    bring_in(app.place.url(), &import, &SystemClock, &SystemChance)
        .await
        .expect("imported");
}

async fn copies(from: &TestDatabase, to: &TestDatabase) -> Result<Vec<Copied>, CopyError> {
    copy(from.url(), to.url(), 7, &mut |_| {}).await
}

/// Every row of every table.
pub async fn all_rows(place: &TestDatabase) -> Vec<(Table, Vec<Row>)> {
    let database = place.open().await;
    let mut snapshot = database.tables().snapshot().await.expect("a snapshot");
    let mut all = Vec::new();
    for table in snapshot.tables().await.expect("tables") {
        let rows = snapshot.rows(&table, None, 100_000).await.expect("rows");
        assert_eq!(
            snapshot.count(&table).await.expect("a count"),
            rows.len() as u64
        );
        all.push((table, rows));
    }
    drop(snapshot);
    database.close().await;
    all
}

fn is_the_same(left: &[Copied], right: &[Copied]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(left, right)| {
            (&left.table, left.rows, left.digest) == (&right.table, right.rows, right.digest)
        })
}

/// The session is good, and its pages are there.
pub async fn is_alive(place: TestDatabase, session: &str) {
    let app = TestApp::at(place, |_| {}).await;
    let mut ana = app.guest();
    ana.cookies.insert("chorus".to_owned(), session.to_owned());
    ana.get("/me").await.is(200).says("anahí");
    ana.get("/stories")
        .await
        .is(200)
        .says("The 'bench' — \u{1f33f}");
    app.database.close().await;
}

#[tokio::test]
async fn a_community_goes_there_and_back_and_is_equal_to_itself() {
    let (home, session) = community(Engine::Sqlite).await;
    let away = TestDatabase::untouched_on(Engine::Postgres).await;
    let back = TestDatabase::untouched_on(Engine::Sqlite).await;
    let there = copies(&home, &away).await.expect("copied there");
    let again = copies(&away, &back).await.expect("copied back");
    let empty: Vec<&str> = there
        .iter()
        .filter(|copied| copied.rows == 0)
        .map(|copied| copied.table.as_str())
        .collect();
    assert!(empty.is_empty(), "nothing was in {empty:?}");
    assert!(there.iter().all(|copied| copied.were_there == 0));
    assert!(is_the_same(&there, &again), "{there:?} {again:?}");
    let at_home = all_rows(&home).await;
    assert!(at_home == all_rows(&away).await);
    assert!(at_home == all_rows(&back).await);
    is_alive(away, &session).await;
    is_alive(back, &session).await;
}

#[tokio::test]
async fn a_copy_that_was_interrupted_goes_on() {
    for (from, to) in ENGINES.into_iter().zip(ENGINES.into_iter().rev()) {
        let (home, session) = community(from).await;
        let away = TestDatabase::untouched_on(to).await;
        let enough = Notify::new();
        let mut batches = 0;
        let mut watch = |step| {
            batches += u32::from(matches!(step, Step::Rows(_)));
            if batches == 20 {
                enough.notify_one();
            }
        };
        tokio::select! {
            biased;
            () = enough.notified() => {}
            ended = copy(home.url(), away.url(), 3, &mut watch) => {
                panic!("it was to be interrupted: {ended:?}")
            }
        }
        let copied = copies(&home, &away).await.expect("copied the rest");
        let were_there: u64 = copied.iter().map(|copied| copied.were_there).sum();
        let rows: u64 = copied.iter().map(|copied| copied.rows).sum();
        assert!(were_there >= 20, "{were_there} of {rows}");
        assert!(were_there < rows, "{were_there} of {rows}");
        assert!(all_rows(&home).await == all_rows(&away).await);
        is_alive(away, &session).await;
    }
}

#[tokio::test]
async fn a_copy_that_is_whole_is_only_compared() {
    let (home, _) = community(Engine::Sqlite).await;
    let away = TestDatabase::untouched_on(Engine::Postgres).await;
    let first = copies(&home, &away).await.expect("copied");
    let second = copies(&home, &away).await.expect("compared");
    assert!(is_the_same(&first, &second));
    assert!(second.iter().all(|copied| copied.were_there == copied.rows));
}

async fn one_more_member(database: &Database) {
    let handle = accounts::Handle::parse("zoe").expect("a handle");
    let member = accounts::Member {
        id: domain::ids::MemberId::random(&SystemChance),
        handle: "zoe".to_owned(),
        password: Some("none".to_owned()),
        roles: Roles::default(),
        state: accounts::MemberState::Active,
        barred_until: None,
        opaque: domain::ids::OpaqueId::random(&SystemChance),
        created_at: store_contract::support::START,
    };
    let mut unit: Box<dyn Unit> = database.store().begin().await.expect("a unit");
    assert!(unit.insert_member(&member, &handle).await.expect("kept"));
    unit.commit().await.expect("kept");
}

#[tokio::test]
async fn another_community_is_left_as_it_is() {
    let (home, _) = community(Engine::Sqlite).await;
    for engine in ENGINES {
        let strangers = TestDatabase::on(engine).await;
        let copied = TestDatabase::untouched_on(engine).await;
        copies(&home, &copied).await.expect("copied");
        for taken in [&strangers, &copied] {
            let database = taken.open().await;
            one_more_member(&database).await;
            database.close().await;
            let before = all_rows(taken).await;
            let refused = copies(&home, taken).await.expect_err("it is taken");
            assert!(matches!(refused, CopyError::Taken(_)), "{refused}");
            assert!(refused.to_string().contains("members"), "{refused}");
            assert!(all_rows(taken).await == before, "something was changed");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_copied_is_said_and_begins_nothing() {
    let (home, _) = community(Engine::Sqlite).await;
    let empty = TestDatabase::untouched_on(Engine::Sqlite).await;
    let nothing = copies(&empty, &home).await.expect_err("there is nothing");
    assert!(matches!(nothing, CopyError::From(_)), "{nothing}");
    let same = copies(&home, &home).await.expect_err("they are the same");
    assert!(matches!(same, CopyError::Same), "{same}");
    let file = empty.url().strip_prefix("sqlite:").expect("a file");
    assert!(!std::path::Path::new(file).exists());
    for (from, to, said) in [
        (empty.url(), home.url(), "there is no database at"),
        (
            home.url(),
            "postgres://ana:secret@127.0.0.1:1/chorus",
            "127.0.0.1:1",
        ),
        (
            "mysql://ana:secret@127.0.0.1/chorus",
            home.url(),
            "not a database address",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_chorus"))
            .args(["copy", "--from", from, "--to", to])
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let words = String::from_utf8(output.stderr).expect("plain text");
        assert!(words.contains(said), "{words}");
        assert!(!words.contains("secret"), "{words}");
    }
}

#[tokio::test]
async fn the_program_says_what_it_copied() {
    let (home, _) = community(Engine::Sqlite).await;
    let away = TestDatabase::untouched_on(Engine::Postgres).await;
    let output = Command::new(env!("CARGO_BIN_EXE_chorus"))
        .args(["copy", "--from", home.url(), "--to", away.url()])
        .output()
        .expect("it runs");
    let said = String::from_utf8(output.stdout).expect("plain text");
    assert!(output.status.success(), "{said}");
    assert!(output.stderr.is_empty(), "no bar where nobody watches");
    assert!(
        said.lines().any(|line| line.starts_with("sessions ")),
        "{said}"
    );
    assert!(said.contains("0 were there already"), "{said}");
    assert!(all_rows(&home).await == all_rows(&away).await);
}
