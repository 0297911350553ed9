//! Asking for help while the store is away, full, busy or hangs: the words are
//! kept, the way back is the same, and they come to the desk once.

use crate::support::{
    Answer, TestApp,
    program::{self, Program},
    trouble::{Trouble, TroubledStore},
    urlencoded,
};
use domain::{care::Queue, clock::Timestamp, journal::Journal, watch::Steps};
use server::watch::Watcher;
use sqlx::postgres::PgConnectOptions;
use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

const ASK: &str = "/api/care/ask";
const WRITE: &str = "/api/care/write-back";
const KEPT: &str = "Your words are kept.";

/// How long a test waits for what must come. It comes within seconds.
const PATIENCE: Duration = Duration::from_secs(60);

const TROUBLES: [Trouble; 4] = [Trouble::Away, Trouble::Full, Trouble::Busy, Trouble::Hangs];

fn ask<'a>(body: &'a str, key: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("page", "/help/ask"),
        ("key", key),
        ("body", body),
        ("audience", "supporters"),
    ]
}

fn write<'a>(secret: &'a str, body: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("page", "/help/ask"),
        ("key", ""),
        ("id", ""),
        ("secret", secret),
        ("body", body),
    ]
}

/// A community whose store can have troubles.
async fn troubled() -> (TestApp, Arc<TroubledStore>) {
    let app = TestApp::new().await;
    let store = TroubledStore::before(app.house.store.clone());
    (app.on_store(store.clone()), store)
}

async fn looks_after(app: &TestApp) {
    let watch = Watcher {
        house: app.house.clone(),
        journal: app.journal.clone(),
        alert: None,
        steps: Steps::default(),
        alerts: Arc::default(),
    };
    watch.look().await;
}

async fn on_the_desk(app: &TestApp) -> u64 {
    let mut reader = app.house.store.read().await.expect("a reader");
    let mut count = 0;
    for queue in Queue::ALL {
        count += reader.waiting_count(*queue).await.expect("counted");
    }
    count
}

/// Where a form led.
fn way(answer: &Answer) -> String {
    let way = answer.is(303).header("location").to_owned();
    assert!(way.starts_with("/help/"), "{way}");
    way
}

fn code(way: &str) -> String {
    let code = way.trim_start_matches("/help/");
    code.trim_end_matches("#said").to_owned()
}

#[tokio::test]
async fn whatever_the_store_suffers_from_who_asks_is_heard() {
    for trouble in TROUBLES {
        let (app, store) = troubled().await;
        store.has(trouble);
        let mut guest = app.guest();
        let answer = guest
            .post_without_following(ASK, &ask("I need help. <b>Now</b>", ""))
            .await;
        let asked_at = app.now();
        let place = way(&answer);
        let page = guest.get(&place).await;
        page.is(200)
            .says(KEPT)
            .says("I need help. <b>Now</b>")
            .says("988 Suicide & Crisis Lifeline")
            .says(&code(&place));
        assert_eq!(page.header("cache-control"), "no-store");
        // Once more, as an impatient thumb does.
        let again = guest
            .post_without_following(ASK, &ask("I need help. <b>Now</b>", ""))
            .await;
        assert_eq!(way(&again), place, "{trouble:?}");
        let secret = code(&place);
        let more = guest.post_form(WRITE, &write(&secret, "Still here.")).await;
        more.is(200).says("Still here.").says(KEPT);
        assert_eq!(app.journal.waiting().0, 2, "{trouble:?}");

        app.pass(10 * Timestamp::MINUTE);
        looks_after(&app).await;
        assert_eq!(app.journal.waiting().0, 2, "it is still away");
        store.is_well();
        // Until the next look, the page still says what is so.
        guest.get(&place).await.is(200).says(KEPT);
        looks_after(&app).await;
        looks_after(&app).await;
        assert_eq!(app.journal.waiting().0, 0);
        assert_eq!(on_the_desk(&app).await, 1, "{trouble:?}");
        let page = guest.get(&place).await;
        page.is(200)
            .says("It is with the peer supporters.")
            .says("Still here.")
            .keeps_silent_about(KEPT);
        let mut reader = app.house.store.read().await.expect("a reader");
        let waiting = reader
            .waiting_calls(Queue::Asked, None, 5)
            .await
            .expect("calls")
            .items;
        assert_eq!(waiting[0].waiting_since, Some(asked_at), "its own time");
    }
}

#[tokio::test]
async fn the_hydrated_page_is_answered_the_same() {
    let (app, store) = troubled().await;
    store.has(Trouble::Away);
    let mut guest = app.guest();
    guest.get("/help").await.is(200);
    let key = "0123456789abcdef0123456789abcdef";
    let answer = guest.send(ASK, &ask("Help me.", key)).await;
    let to = answer.is(200).json()["to"]
        .as_str()
        .expect("a way")
        .to_owned();
    let again = guest.send(ASK, &ask("Help me.", key)).await;
    assert_eq!(again.is(200).json()["to"], to.as_str());
    assert_eq!(app.journal.waiting().0, 1);
    let view = guest
        .fetch(&format!(
            "/api/care/call?secret={}&before=&kept=",
            code(&to)
        ))
        .await;
    assert_eq!(view.is(200).json()["Away"]["kept"][0], "Help me.");
    // Somebody else sees nothing by guessing.
    let guessed = guest
        .fetch("/api/care/call?secret=0000-0000-0000&before=&kept=")
        .await;
    assert_eq!(
        guessed.is(200).json()["Away"]["kept"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn what_was_asked_before_can_be_written_to_meanwhile() {
    let (app, store) = troubled().await;
    let mut guest = app.guest();
    let place = way(&guest.post_without_following(ASK, &ask("Before.", "")).await);
    assert_eq!(on_the_desk(&app).await, 1);
    store.has(Trouble::Hangs);
    guest
        .get(&place)
        .await
        .is(200)
        .says("What you asked before is still there.");
    let secret = code(&place);
    let page = guest.post_form(WRITE, &write(&secret, "Meanwhile.")).await;
    page.is(200).says(KEPT).says("Meanwhile.");
    store.is_well();
    looks_after(&app).await;
    assert_eq!(on_the_desk(&app).await, 1);
    guest
        .get(&place)
        .await
        .is(200)
        .says("Before.")
        .says("Meanwhile.");
}

#[tokio::test]
async fn a_member_who_asks_meanwhile_has_asked_as_a_member() {
    let (app, store) = troubled().await;
    let mut ana = app.member("ana").await;
    store.has(Trouble::Away);
    let answer = ana.post_without_following(ASK, &ask("It is me.", "")).await;
    way(&answer);
    store.is_well();
    looks_after(&app).await;
    ana.get("/me").await.is(200).says("It is me.");
}

#[tokio::test]
async fn nothing_is_said_to_be_kept_that_is_not() {
    let (app, store) = troubled().await;
    store.has(Trouble::Away);
    // A file where the folder should be: nothing can be written there.
    let folder = app.journal_folder().to_owned();
    app.journal.close().await;
    fs::remove_dir_all(&folder).expect("gone");
    fs::write(&folder, "a file").expect("in its place");
    let mut guest = app.guest();
    let answer = guest
        .post_without_following(ASK, &ask("Please, anyone at all.", ""))
        .await;
    answer
        .is(503)
        .says("Your words could not be kept here, and nobody has read them.")
        .says("Please, anyone at all.")
        .says("988 Suicide & Crisis Lifeline")
        .keeps_silent_about("/help/ask</textarea>");
    assert!(answer.body.contains("href=\"tel:911\""));
    let sent = guest.send(ASK, &ask("Please, anyone at all.", "")).await;
    assert_eq!(sent.is(503).json(), serde_json::json!("not_kept"));
    fs::remove_file(&folder).expect("gone");
    let answer = guest
        .post_without_following(ASK, &ask("Please, anyone at all.", ""))
        .await;
    way(&answer);
    assert_eq!(app.journal.waiting().0, 1);
}

#[tokio::test]
async fn what_a_form_would_not_take_is_not_kept_either() {
    let (app, store) = troubled().await;
    for trouble in TROUBLES {
        store.has(trouble);
        let mut guest = app.guest();
        let long = "a".repeat(4001);
        for body in ["", " \u{200B} ", &long] {
            let sent = guest.send(ASK, &ask(body, "")).await;
            sent.is(422);
            let answer = guest.post_without_following(ASK, &ask(body, "")).await;
            if trouble == Trouble::Hangs || trouble == Trouble::Away {
                answer.is(422);
            }
        }
        assert_eq!(app.journal.waiting().0, 0);
    }
}

#[tokio::test]
async fn a_secret_is_in_no_journal() {
    let (app, store) = troubled().await;
    store.has(Trouble::Away);
    let mut guest = app.guest();
    let place = way(&guest.post_without_following(ASK, &ask("Hello?", "")).await);
    let secret = code(&place);
    let mut seen = 0;
    for file in fs::read_dir(app.journal_folder()).expect("a list") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("text");
        assert!(!text.contains(&secret));
        assert!(!text.contains(&secret.replace('-', "")));
        seen += text.matches("Hello?").count();
    }
    assert_eq!(seen, 1);
    assert!(
        !guest
            .cookies
            .values()
            .any(|cookie| cookie.contains(&secret))
    );
}

/// A program that was started while its database was down.
#[tokio::test]
async fn who_asks_before_the_database_is_there_is_heard() {
    let (url, _database) = test_postgres::fresh_database().await;
    let options: PgConnectOptions = url.parse().expect("an address");
    let Some(folder) = options.get_socket() else {
        // Somebody else's server: it is not ours to hide.
        assert!(std::env::var_os(test_postgres::GIVEN).is_some(), "{url}");
        return;
    };
    // Where its socket will be.
    let place = tempfile::tempdir().expect("a folder");
    let database = url.split('?').next().expect("an address");
    let hidden = format!("{database}?host={}&sslmode=disable", place.path().display());
    let journal = place.path().join("journal");
    let journal = journal.to_str().expect("plain text");
    let program = Program::start(&hidden, &[("CHORUS_CARE_JOURNAL", journal)]);
    let page = |path: &str| {
        let headers = [("Accept", "text/html")];
        program::ask(program.address, "GET", path, &headers, "")
    };
    assert!(page("/help").contains("988 Suicide"));
    assert!(page("/readyz").starts_with("HTTP/1.1 503"));
    assert!(page("/help/ask").contains("What do you need?"));
    let headers = [
        ("Accept", "text/html"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Origin", "http://chorus.test"),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    let body = urlencoded(&ask("Is anybody there?", ""));
    let asked = program::ask(program.address, "POST", ASK, &headers, &body);
    let way = asked
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
        .expect("a way back");
    assert!(page(way).contains(KEPT), "{}", program.log());

    let socket = ".s.PGSQL.5432";
    let real = folder.join(socket);
    std::os::unix::fs::symlink(real, place.path().join(socket)).expect("it is there");
    let begun = Instant::now();
    while !page(way).contains("It is with the peer supporters.") {
        assert!(begun.elapsed() < PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(page("/readyz").starts_with("HTTP/1.1 200"));
    program.stop();
}

/// What a call can look like: short, full of links, like an advertisement, long,
/// and with characters that hide.
fn any_call(number: usize) -> String {
    match number % 5 {
        0 => "I need help".to_owned(),
        1 => format!("https://a.example https://b.example https://c.example {number}"),
        2 => "Call our admissions team, we accept most insurance".to_owned(),
        3 => format!("{number} ").repeat(500),
        _ => "\u{202E}help\u{0}".to_owned(),
    }
}

/// Sends it as often as it takes: who is told to wait comes back then.
async fn sends(app: &TestApp, address: &str, fields: &[(&str, &str)]) {
    let mut guest = app.guest();
    loop {
        let sent = guest.send(address, fields).await;
        if sent.status != 429 {
            sent.is(200);
            return;
        }
        let seconds = sent.json()["refused"]["too_often"]["seconds"]
            .as_i64()
            .expect("seconds to wait");
        app.pass(seconds * 1000);
    }
}

/// QUALITY: no call for help is dropped. Each comes from another guest behind
/// one address, under a host's real limits, in another trouble; two nodes take
/// them. Every tenth is no call by its form but a comment that reads like one,
/// and waits for review.
#[tokio::test]
async fn of_a_thousand_calls_a_thousand_are_on_the_desk() {
    let first = TestApp::new().await;
    let ana = first.member("ana").await;
    let story = first.story(&ana).await;
    let subject = story.subject.to_string();
    let second = TestApp::beside(&first).await.at_pace(1);
    let store = TroubledStore::before(first.house.store.clone());
    let nodes = [first.on_store(store.clone()).at_pace(1), second];
    let troubles = [
        None,
        Some(Trouble::Away),
        Some(Trouble::Full),
        Some(Trouble::Busy),
    ];
    for number in 0..1000 {
        let node = &nodes[number % nodes.len()];
        if number % 10 == 0 {
            store.is_well();
            let body = format!("I can\u{2019}t stop drinking and I need help. {number}");
            let comment = [
                ("page", story.page.as_str()),
                ("key", ""),
                ("subject", &subject),
                ("parent", ""),
                ("body", &body),
            ];
            sends(node, "/api/comments/post", &comment).await;
            continue;
        }
        match troubles[number % troubles.len()] {
            Some(trouble) => store.has(trouble),
            None => store.is_well(),
        }
        sends(node, ASK, &ask(&any_call(number), "")).await;
        if number % 250 == 1 {
            looks_after(node).await;
        }
    }
    store.is_well();
    for node in &nodes {
        looks_after(node).await;
        assert_eq!(node.journal.waiting().0, 0);
    }
    assert_eq!(on_the_desk(&nodes[0]).await, 1000);
}
