//! Leaving the page at once: from any page, also from those without the app.

use crate::support::{Answer, TestApp};
use axum::{body::Body, http::Method};

const NEUTRAL: &str = "https://weather.example.org/today?units=c&days=3";

async fn app() -> TestApp {
    TestApp::with(|settings| settings.leave_to = NEUTRAL.parse().expect("a neutral site")).await
}

/// Two links lead away, one before everything else and one beside the way to
/// help; neither says where from, and nothing is fetched from there.
#[track_caller]
fn can_be_left(page: &Answer) {
    let links: Vec<&str> = page
        .body
        .split("<a ")
        .skip(1)
        .filter_map(|rest| rest.split_once("</a>"))
        .map(|(link, _)| link)
        .filter(|link| link.contains("Leave this page"))
        .collect();
    assert_eq!(links.len(), 2, "{}\n{}", page.address, page.body);
    for link in links {
        let to = "href=\"https://weather.example.org/today?units=c&amp;days=3\"";
        assert!(link.contains(to), "{link}");
        assert!(link.contains("rel=\"noreferrer\""), "{link}");
        assert!(!link.contains("target="), "{link}");
    }
    let at = |words| page.body.find(words).expect("on the page");
    assert!(at("class=\"skip leave\"") < at("<header"), "{}", page.body);
    assert!(at("class=\"leave\"") < at("class=\"help-now\""));
    assert!(page.body.contains("/leave.js\" async"), "{}", page.body);
    assert!(page.body.contains("role=\"status\""), "{}", page.body);
    for tag in page.body.split('<') {
        let is_data = tag.starts_with("script") && !tag.contains(" src=");
        let names_it = tag.contains("weather.example.org");
        assert!(!names_it || is_data || tag.starts_with("a "), "<{tag}");
    }
}

#[tokio::test]
async fn every_kind_of_page_can_be_left() {
    let app = app().await;
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let mut guest = app.guest();
    for path in ["/", "/help", "/sign-in", story.page.as_str()] {
        can_be_left(guest.get(path).await.is(200));
    }
    can_be_left(ana.get("/me").await.is(200));
    can_be_left(guest.get("/nothing-lives-here").await.is(404));
    can_be_left(guest.get("/offline").await.is(200));
}

#[tokio::test]
async fn a_page_that_says_what_went_wrong_can_be_left() {
    let app = app().await;
    let mut guest = app.guest();
    let refused = guest
        .post_without_following(
            "/api/stories/no-such-verb",
            &[("body", "Some words of mine")],
        )
        .await;
    can_be_left(refused.is(404));
    let from_elsewhere = [
        ("origin", "https://elsewhere.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let refused = guest
        .ask(
            Method::POST,
            "/api/comments/post",
            &from_elsewhere,
            Body::empty(),
        )
        .await;
    can_be_left(refused.is(403));
}

/// The service worker keeps it: nothing in it is of one person, and it has its
/// style and its script.
#[tokio::test]
async fn the_page_without_a_connection_is_the_same_for_all() {
    let app = app().await;
    let mut ana = app.member("ana").await;
    let (hers, theirs) = (ana.get("/offline").await, app.guest().get("/offline").await);
    assert_eq!(hers.body, theirs.body);
    assert!(hers.set_cookies().is_empty() && theirs.set_cookies().is_empty());
    hers.says("There is no connection")
        .says("Harbour")
        .says("Get help now");
    assert!(hers.header("content-type").starts_with("text/html"));
}
