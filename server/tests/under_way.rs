//! Requests whose sender leaves before the answer: what was asked is done, and
//! the server is as well as before.

use crate::support::{TestApp, TestMember};
use axum::http::Method;
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Sends a request, and leaves at the first moment that it has to wait.
async fn sends_and_leaves<T>(sending: impl Future<Output = T>) {
    let mut sending = pin!(sending);
    poll_fn(|context| {
        assert!(
            sending.as_mut().poll(context).is_pending(),
            "it was answered before anybody could leave"
        );
        Poll::Ready(())
    })
    .await;
}

/// Waits for all that is under way, and says how much that was.
async fn everything_is_done(app: &TestApp) -> usize {
    let under_way = app.app.under_way.len();
    app.app.under_way.close();
    app.app.under_way.wait().await;
    under_way
}

async fn scene() -> (TestApp, TestMember) {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    (app, ana)
}

#[tokio::test]
async fn a_comment_is_kept_when_its_sender_leaves() {
    let (app, mut ana) = scene().await;
    let story = app.story(&ana).await;
    let subject = story.subject.to_string();
    let fields = [
        ("page", story.page.as_str()),
        ("key", ""),
        ("subject", subject.as_str()),
        ("parent", ""),
        ("body", "I had to run for the bus."),
    ];
    sends_and_leaves(ana.send("/api/comments/post", &fields)).await;
    assert_eq!(everything_is_done(&app).await, 1);
    app.guest()
        .get(&story.page)
        .await
        .is(200)
        .says("I had to run for the bus.");
}

#[tokio::test]
async fn pages_that_nobody_waits_for_are_made_to_their_end() {
    let (app, mut ana) = scene().await;
    let story = app.story(&ana).await;
    for _ in 0..20 {
        sends_and_leaves(ana.get(&story.page)).await;
    }
    assert_eq!(everything_is_done(&app).await, 20);
    ana.get(&story.page).await.is(200).says("ana");
}

#[tokio::test]
async fn who_asks_for_another_server_is_turned_away() {
    let (app, mut ana) = scene().await;
    for (method, address) in [
        (Method::GET, "kitchen"),
        (Method::POST, "kitchen.example:443"),
        (Method::CONNECT, "kitchen.example:443"),
        (Method::CONNECT, "/help"),
        (Method::CONNECT, "/nowhere"),
    ] {
        let body = axum::body::Body::empty();
        let answer = ana.ask(method, address, &[], body).await;
        answer.is(400);
        assert!(!answer.header("content-security-policy").is_empty());
    }
    drop(app);
}
