//! What a browser may keep for when there is no connection, and whose it is.

use crate::support::{Answer, Browser, Place, TestApp, TestMember, urlencoded};
use axum::{body::Body, http::Method};
use memory_serve::MemoryServe;
use server::files::Files;

const POST: &str = "/api/comments/post";
const KEY: &str = "0123456789abcdef0123456789abcdef";

async fn scene() -> (TestApp, TestMember, Place) {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    (app, ana, story)
}

/// By which mark an answer knows whoever asked.
fn mark(answer: &Answer) -> String {
    answer.header("chorus-writer").to_owned()
}

/// The service worker of a build with this id.
async fn worker_of(id: &'static str) -> Answer {
    let mut app = TestApp::new().await;
    app.app.files = Files::new(Some(id), MemoryServe::new(&[]));
    app.router = server::router(app.app.clone());
    let answer = app.guest().get("/sw.js").await;
    answer.is(200);
    answer
}

#[tokio::test]
async fn each_build_has_a_worker_of_its_own() {
    let old = worker_of("0a1b2c3d4e5f6071").await;
    let new = worker_of("0a1b2c3d4e5f6072").await;
    assert_eq!(old.header("content-type"), "text/javascript");
    assert_eq!(old.header("cache-control"), "no-cache");
    let build = "const BUILD = { id: \"0a1b2c3d4e5f6071\", base: \"/site/0a1b2c3d4e5f6071\"";
    assert!(old.body.starts_with(build), "{}", &old.body[..200]);
    assert_ne!(old.header("etag"), new.header("etag"));
    assert_ne!(old.body, new.body);
}

#[tokio::test]
async fn a_worker_that_a_browser_has_is_not_sent_again() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    let tag = guest.get("/sw.js").await.header("etag").to_owned();
    let ask = [("if-none-match", tag.as_str())];
    let again = guest.ask(Method::GET, "/sw.js", &ask, Body::empty()).await;
    assert!(again.is(304).body.is_empty());
}

#[tokio::test]
async fn the_worker_is_packed() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    let plain = guest.get("/sw.js").await;
    let ask = [("accept-encoding", "br")];
    let packed = guest.ask(Method::GET, "/sw.js", &ask, Body::empty()).await;
    assert_eq!(packed.is(200).header("content-encoding"), "br");
    assert!(packed.header("vary").contains("accept-encoding"));
    let length: usize = packed.header("content-length").parse().expect("a length");
    assert!(length * 3 < plain.body.len(), "{length} bytes");
}

#[tokio::test]
async fn a_host_can_take_the_worker_away() {
    let mut app = TestApp::new().await;
    app.app.keeps_offline = false;
    app.router = server::router(app.app.clone());
    let worker = app.guest().get("/sw.js").await;
    worker.is(200);
    assert!(worker.body.contains("unregister()"), "{}", worker.body);
    assert!(!worker.body.contains("respondWith"), "{}", worker.body);
    assert!(
        !worker.body.contains("indexedDB"),
        "words stay on the device"
    );
}

#[tokio::test]
async fn only_pages_to_read_and_to_write_on_are_kept_and_each_for_whom_it_was_made() {
    let (app, mut ana, story) = scene().await;
    for path in ["/", "/stories", "/series", &story.page] {
        let page = app.guest().get(path).await;
        assert_eq!(page.is(200).header("chorus-keep"), "public", "{path}");
        let page = ana.get(path).await;
        assert_eq!(page.is(200).header("chorus-keep"), "private", "{path}");
    }
    for path in ["/stories/new", "/rituals/new", "/help/ask"] {
        let page = ana.get(path).await;
        assert_eq!(page.is(200).header("chorus-keep"), "private", "{path}");
    }
    let with_reply = format!("{}?reply={}", story.page, "0".repeat(32));
    for path in [
        "/me",
        "/me/notifications",
        "/me/export",
        "/me/outbox",
        "/stories/new?kept=stories.new",
        "/help/ask?kept=care.ask",
        "/help",
        "/nowhere",
        "/stories/00000000000000000000000000000000",
        &with_reply,
        "/api/stories/list",
        "/feed.atom",
    ] {
        let page = ana.get_without_following(path).await;
        assert_eq!(page.header("chorus-keep"), "", "{path}");
    }
}

#[tokio::test]
async fn a_guest_who_has_written_gets_pages_of_their_own() {
    let (app, _, story) = scene().await;
    let mut guest = app.guest();
    guest
        .send(
            POST,
            &said(&story, &story.subject.to_string(), "I was here."),
        )
        .await
        .is(200);
    let page = guest.get(&story.page).await;
    page.is(200).says("I was here.");
    assert_eq!(page.header("chorus-keep"), "private");
}

#[tokio::test]
async fn a_mark_is_one_persons_and_leads_to_nobody() {
    let (app, mut ana, story) = scene().await;
    let mut ben = app.member("ben").await;
    let of_ana = mark(&ana.get("/stories").await);
    let of_ben = mark(&ben.get("/stories").await);
    assert!(of_ana.starts_with('m') && of_ana.len() == 33, "{of_ana}");
    assert_ne!(of_ana, of_ben);
    assert!(!of_ana.contains(&ana.member.id.to_string()));
    assert_eq!(mark(&ana.get("/me").await), of_ana, "on every page");

    let mut phone = app.guest();
    let session = app.session(ana.member.id).await;
    phone
        .cookies
        .insert(app.session_cookie().to_owned(), session);
    assert_eq!(mark(&phone.get("/").await), of_ana, "on every device");

    let (mut guest, mut other) = (app.guest(), app.guest());
    let of_guest = mark(&guest.get(&story.page).await);
    assert!(of_guest.starts_with('g'), "{of_guest}");
    assert_eq!(mark(&guest.get("/stories/new").await), of_guest);
    assert_ne!(mark(&other.get(&story.page).await), of_guest);
    // Help asks nobody, and says nothing of anybody.
    assert_eq!(mark(&ana.get("/help").await), "");
}

#[tokio::test]
async fn who_signs_in_or_out_is_another_at_once() {
    let app = TestApp::new().await;
    let ana = app
        .account("ana", "correct horse battery", Default::default())
        .await;
    let mut browser = app.guest();
    let as_guest = mark(&browser.get("/sign-in").await);
    let fields = [
        ("page", "/sign-in"),
        ("handle", "ana"),
        ("password", "correct horse battery"),
    ];
    let signed_in = browser.send("/api/accounts/sign-in", &fields).await;
    let as_ana = mark(signed_in.is(200));
    assert!(as_ana.starts_with('m'), "{as_ana}");
    assert_eq!(mark(&browser.get("/").await), as_ana);
    let signed_out = browser
        .send("/api/accounts/sign-out", &[("page", "/me")])
        .await;
    let as_another = mark(signed_out.is(200));
    assert!(as_another.starts_with('g'), "{as_another}");
    assert_ne!(
        as_another, as_guest,
        "whoever comes next is not the guest before"
    );
    assert_eq!(mark(&browser.get("/").await), as_another);

    // Signed out from elsewhere: the next page says so.
    let session = app.session(ana.id).await;
    browser
        .cookies
        .insert(app.session_cookie().to_owned(), session);
    assert_eq!(mark(&browser.get("/stories").await), as_ana);
    browser
        .cookies
        .insert(app.session_cookie().to_owned(), "0".repeat(32));
    assert_eq!(mark(&browser.get("/stories").await), as_another);
}

/// The fields of the composer under `place`, with a key that a browser made.
fn said<'a>(place: &'a Place, subject: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("page", place.page.as_str()),
        ("key", KEY),
        ("subject", subject),
        ("parent", ""),
        ("body", body),
    ]
}

/// Sends a comment that waited, as the words of whoever has this mark.
async fn brings(browser: &mut Browser, place: &Place, whose: &str) -> Answer {
    let subject = place.subject.to_string();
    let body = urlencoded(&said(place, &subject, "I wrote this on the train."));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
        ("chorus-writer", whose),
    ];
    browser.ask(Method::POST, POST, &headers, body.into()).await
}

#[tokio::test]
async fn words_that_waited_are_posted_once_and_only_as_their_writers() {
    let (app, mut ana, story) = scene().await;
    let mut ben = app.member("ben").await;
    let mut guest = app.guest();
    let of_ana = mark(&ana.get(&story.page).await);
    let words = "I wrote this on the train.";
    for browser in [&mut *ben, &mut *guest] {
        for whose in [of_ana.as_str(), "m", "nobody"] {
            let answer = brings(browser, &story, whose).await;
            assert_eq!(answer.is(409).json()["refused"], "other_writer");
        }
        let page = browser
            .get(&format!(
                "{}?kept=comments.{}.root",
                story.page, story.subject
            ))
            .await;
        assert_eq!(page.count(words), 0, "nor is it kept for somebody else");
    }
    let first = brings(&mut ana, &story, &of_ana).await;
    let again = brings(&mut ana, &story, &of_ana).await;
    assert_eq!(first.is(200).body, again.is(200).body);
    assert_eq!(app.guest().get(&story.page).await.count(words), 1);
}

#[tokio::test]
async fn a_guests_words_are_not_posted_by_whoever_signs_in_after() {
    let (app, ana, story) = scene().await;
    let mut browser = app.guest();
    let of_guest = mark(&browser.get(&story.page).await);
    let session = app.session(ana.member.id).await;
    browser
        .cookies
        .insert(app.session_cookie().to_owned(), session);
    brings(&mut browser, &story, &of_guest).await.is(409);
    browser.cookies.remove(app.session_cookie());
    brings(&mut browser, &story, &of_guest).await.is(200);
}

#[tokio::test]
async fn the_page_of_what_waits_is_the_same_for_everyone() {
    let (app, mut ana, _) = scene().await;
    let page = ana.get("/me/outbox").await;
    page.is(200).says("Waiting to be sent");
    assert!(
        page.body.contains("<outbox-list></outbox-list>"),
        "{}",
        page.body
    );
    app.guest()
        .get("/me/outbox")
        .await
        .is(200)
        .says("Waiting to be sent");
}
