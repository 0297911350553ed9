//! More people than there is room for: those who ask for help are answered.

use crate::support::{
    TestApp, TestDatabase,
    program::{Program, ask},
    trouble::{Trouble, TroubledStore},
};
use server::{database::Engine, lane::Turns};
use std::{
    io::{ErrorKind, Read},
    net::TcpStream,
    time::Duration,
};

const BOUND: Duration = Duration::from_secs(60);

#[tokio::test]
async fn whoever_asks_for_help_does_not_stand_behind_others() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let store = TroubledStore::before(app.house.store.clone());
    let app = app
        .on_store(store.clone())
        .with_turns(Turns::new(2, Duration::from_millis(200)));
    let mut ana = ana.browser.on(&app);
    store.has(Trouble::Hangs);
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let mut guest = app.guest();
            tokio::spawn(async move { guest.get("/stories?kept=x").await })
        })
        .collect();
    while app.app.turns.free() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let page = ana.get("/shout-outs?kept=x").await;
    page.is(503);
    page.says("More is going on here than we can keep up with");
    ana.get("/help")
        .await
        .is(200)
        .says("988 Suicide & Crisis Lifeline");
    app.guest()
        .get("/help?country=gb&kept=x")
        .await
        .is(200)
        .says("Samaritans");
    ana.fetch("/api/care/contacts?country=ie").await.is(200);

    let words = [
        ("page", "/stories/new"),
        ("title", "A day"),
        ("body", "It is mine."),
        ("password", "x"),
    ];
    let back = ana.post_form("/api/stories/share", &words).await;
    back.is(503)
        .says("It is mine.")
        .keeps_silent_about("password");
    let sent = ana.send("/api/stories/share", &words).await;
    assert_eq!(sent.is(503).json(), serde_json::json!("busy"));

    for waiting in &waiting {
        waiting.abort();
    }
}

/// Says nothing for ever, or until the other side has had enough.
fn silent(program: &Program) -> TcpStream {
    let stream = TcpStream::connect(program.address).expect("a connection");
    stream.set_read_timeout(Some(BOUND)).expect("a bound");
    stream
}

#[tokio::test]
async fn when_every_place_is_taken_there_are_some_for_help() {
    let place = TestDatabase::on(Engine::Sqlite).await;
    let program = Program::start_with_files(place.url(), 256);
    let get = |path: &str| ask(program.address, "GET", path, &[("accept", "text/html")], "");
    assert!(get("/stories?kept=x").starts_with("HTTP/1.1 200"));
    // 128 places, of which 32 are kept free.
    let mut crowd: Vec<TcpStream> = (0..120).map(|_| silent(&program)).collect();
    for path in [
        "/help",
        "/help?country=gb&kept=x",
        "/healthz",
        "/robots.txt",
    ] {
        let answer = get(path);
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.contains("connection: close"), "{path}: {answer}");
    }
    let answer = get("/stories?kept=x");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("/help"), "{answer}");
    // Those who came last and say nothing have to go first.
    let mut said = Vec::new();
    let last = crowd.last_mut().expect("somebody");
    match last.read_to_end(&mut said) {
        Ok(_) => assert!(said.is_empty()),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    drop(crowd);
    let begun = std::time::Instant::now();
    while !get("/stories?kept=x").starts_with("HTTP/1.1 200") {
        assert!(begun.elapsed() < BOUND, "the crowd has left");
    }
}
