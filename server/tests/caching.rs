//! Nothing private is kept by a cache on the way, or by the browser after
//! signing out: every page and every read, as everyone, one after the other,
//! through a cache that they share.

use crate::{
    authorisation::{PEOPLE, Row, Scene, house, letter, rows},
    support::{Browser, TestApp, shared_cache},
};
use shared_cache::SharedCache;
use std::sync::Arc;

/// What shows something: a form is never kept.
fn shown() -> Vec<Row> {
    let rows = rows().into_iter();
    rows.filter(|row| row.kind != "POST").collect()
}

/// What no answer to anybody else may hold: who they are, on this device.
fn secrets(browser: &Browser) -> Vec<String> {
    let values = browser.cookies.values();
    values
        .map(|value| value.trim_end_matches(".reads").to_owned())
        .filter(|value| value.len() > 10)
        .collect()
}

/// Everyone asks twice through one cache; what somebody got that is not theirs.
async fn leaks(row: &Row, cache: Arc<SharedCache>) -> Vec<String> {
    let mut app = house().await;
    app.router = shared_cache::behind(cache, app.router);
    let mut scene = Scene::new(&app).await;
    let address = scene.fill(&row.address).await;
    let fields = scene.fill(&row.fields).await;
    let mut people = Vec::new();
    for person in PEOPLE {
        people.push(scene.person(person).await);
    }
    let mut found = Vec::new();
    // The one whose it is comes first: their answer is what must not stay.
    for place in [1, 0, 2, 3, 4, 5, 6, 1, 0, 2, 3, 4, 5, 6] {
        let (expected, name) = (row.expected[place], PEOPLE[place]);
        let answer = match row.kind.as_str() {
            "PAGE" => people[place].get_without_following(&address).await,
            _ => people[place].fetch(&format!("{address}?{fields}")).await,
        };
        let tells = scene.private.iter().any(|text| answer.body.contains(text));
        let seen = letter(&answer, false, tells, true);
        if seen != Ok(expected) {
            found.push(format!("{name}: {expected}, but {seen:?}"));
        }
        let told = format!("{:?} {}", answer.headers, answer.body);
        for (other, browser) in people.iter().enumerate() {
            let mut theirs = secrets(browser).into_iter();
            if other != place && theirs.any(|secret| told.contains(&secret)) {
                found.push(format!("{name} got a cookie of {}", PEOPLE[other]));
            }
        }
    }
    found
}

#[tokio::test]
async fn nothing_private_comes_out_of_a_shared_cache() {
    let cache = Arc::new(SharedCache::default());
    let (rows, mut found) = (shown(), Vec::new());
    for row in &rows {
        for leak in leaks(row, Arc::default()).await {
            found.push(format!("{}: {leak}", row.text));
        }
    }
    println!("{} requests, {} leaks", rows.len() * 14, found.len());
    assert!(found.is_empty(), "{found:#?}");
    // What is for everyone is kept, so it is a cache at all.
    let mut app = TestApp::new().await;
    app.router = shared_cache::behind(cache.clone(), app.router);
    for _ in 0..3 {
        app.guest().get("/robots.txt").await.is(200);
    }
    assert_eq!(*cache.hits.lock().expect("the count"), 2);
}

#[tokio::test]
async fn a_careless_cache_is_found_out() {
    for line in [
        "y Y y y y y y  PAGE /stories/{anonymous_story}",
        "s y n n n n n  PAGE /stories/{story}/edit",
        "y Y y y y y y  GET /api/accounts/me kept=&{device}",
        "s s n n Y n Y  GET /api/moderation/queue after=&kept=&{held_comment}",
    ] {
        let cache = Arc::new(SharedCache::careless());
        let found = leaks(&Row::read(line), cache).await;
        assert!(!found.is_empty(), "{line}");
    }
}

/// A browser that keeps nothing of it has nothing to show when somebody else
/// presses Back; a proxy is told so too.
#[tokio::test]
async fn what_members_see_is_kept_by_nobody() {
    let app = TestApp::new().await;
    for row in shown() {
        let mut scene = Scene::new(&app).await;
        let address = scene.fill(&row.address).await;
        let fields = scene.fill(&row.fields).await;
        for person in PEOPLE {
            let mut browser = scene.person(person).await;
            let answer = match row.kind.as_str() {
                "PAGE" => browser.get_without_following(&address).await,
                _ => browser.fetch(&format!("{address}?{fields}")).await,
            };
            let is_member = browser.cookies.contains_key(app.session_cookie());
            // Where people ask for help nothing is kept of anybody.
            let asks = address.starts_with("/help/");
            let expected = match is_member || asks || row.kind == "GET" {
                true => "no-store",
                false => "private, no-cache",
            };
            let said = answer.header("cache-control");
            assert_eq!(said, expected, "{} as {person}", row.text);
        }
    }
}
