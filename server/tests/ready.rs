//! Who asks whether Chorus runs, and whether people may be sent there.

use crate::support::{
    TestApp, TestDatabase,
    program::{Program, ask},
};

#[tokio::test]
async fn a_house_that_is_open_says_so() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    for path in ["/healthz", "/readyz"] {
        let answer = guest.get(path).await;
        assert_eq!(answer.is(200).header("cache-control"), "no-store");
        assert!(answer.set_cookies().is_empty());
    }
    assert_eq!(guest.get("/readyz").await.body, "ready\n");
}

#[tokio::test]
async fn without_its_database_it_is_up_but_not_ready() {
    let app = TestApp::new().await;
    app.database.close().await;
    let mut guest = app.guest();
    assert_eq!(guest.get("/readyz").await.is(503).body, "no database\n");
    guest.get("/healthz").await.is(200);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_not_waited_for() {
    let app = TestApp::new().await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(app.house.store.read().await.expect("a reader"));
    }
    let mut guest = app.guest();
    assert_eq!(guest.get("/readyz").await.is(503).body, "no database\n");
    guest.get("/healthz").await.is(200);
    drop(held);
    guest.get("/readyz").await.is(200);
}

#[tokio::test]
async fn while_it_stops_nobody_new_is_sent_there_and_pages_are_answered() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    guest.get("/readyz").await.is(200);
    app.app.stopping.begin();
    for _ in 0..2 {
        assert_eq!(guest.get("/readyz").await.is(503).body, "stopping\n");
    }
    guest.get("/healthz").await.is(200);
    guest.get("/help").await.is(200);
    guest.get("/").await.is(200);
}

#[tokio::test]
async fn nobody_has_to_listen_to_its_greeting() {
    let place = TestDatabase::new().await;
    // Its standard output is closed from the beginning.
    let program = Program::start(place.url(), &[]);
    assert!(ask(program.address, "GET", "/help", &[], "").starts_with("HTTP/1.1 200"));
    let log = program.stop();
    assert!(!log.contains("panicked"), "{log}");
}
