//! Holds: what looks like an advertisement is read first, and its writer is told
//! kindly.

use crate::{
    reflections::article,
    support::{Answer, Place, TestApp, TestMember},
};
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    holds::Holds,
};
use std::sync::atomic::{AtomicU32, Ordering};

const POST: &str = "/api/comments/post";
const EDIT: &str = "/api/comments/edit";
const DECIDE: &str = "/api/moderation/decide";
const SOLD: &str = "Call our admissions team today.";
const LINKED: &str = "https://a.example https://b.example www.c.example";
const LONG: &str = "I walked home by the canal tonight and did not go in anywhere on the way.";
const WAITS: &str = "Waiting for review. Only you can see it.";

/// Each is meant anew: none has the key of another.
async fn says(who: &mut TestMember, place: &Place, body: &str) -> Answer {
    static MEANT: AtomicU32 = AtomicU32::new(0);
    let key = format!("{:032}", MEANT.fetch_add(1, Ordering::Relaxed));
    let subject = place.subject.to_string();
    let fields = [
        ("page", place.page.as_str()),
        ("key", &key),
        ("subject", &subject),
        ("body", body),
    ];
    let answer = who.send(POST, &fields).await;
    answer.is(200);
    answer
}

fn is_held(answer: &Answer) -> bool {
    answer.json()["comment"]["standing"] == "held"
}

fn id(answer: &Answer) -> String {
    let id = answer.json()["comment"]["id"].as_str().map(str::to_owned);
    id.expect("an id")
}

#[tokio::test]
async fn what_looks_like_an_advertisement_is_read_first() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ana).await;
    for (body, held) in [
        ("The clinic helped me. Detox took nine days.", false),
        (SOLD, true),
        (LINKED, true),
        ("https://a.example is what I read.", false),
        (LONG, false),
        (LONG, true),
    ] {
        assert_eq!(is_held(&says(&mut ben, &story, body).await), held, "{body}");
    }
    app.pass(Timestamp::DAY);
    assert!(!is_held(&says(&mut ben, &story, LONG).await), "tomorrow");
}

#[tokio::test]
async fn a_held_comment_is_its_writers_alone_until_it_was_read() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ana).await;
    let held = says(&mut ben, &story, SOLD).await;
    ben.get(&story.page).await.says(SOLD).says(WAITS);
    for who in [&mut ana.browser, &mut app.guest().browser] {
        who.get(&story.page).await.keeps_silent_about(SOLD);
    }
    ana.get("/me/notifications").await.says("Nothing yet.");
    let mut moderator = app
        .member_with("mod", Roles::default().with(Role::Moderator))
        .await;
    moderator.get("/moderation").await.says(SOLD);
    let id = id(&held);
    let thing = format!("comment-{id}");
    let seen = app.seen(&thing).await;
    let fields = [
        ("page", "/moderation"),
        ("thing", thing.as_str()),
        ("seen", &seen),
        ("kind", "publish"),
    ];
    moderator.send(DECIDE, &fields).await.is(200);
    ana.get(&story.page).await.says(SOLD);
    ana.get("/me/notifications")
        .await
        .says("A new answer to your story");
}

#[tokio::test]
async fn a_change_is_weighed_too() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ana).await;
    let said = id(&says(&mut ben, &story, LONG).await);
    for (body, held) in [(LONG, false), (LINKED, true)] {
        let fields = [("page", "/"), ("id", said.as_str()), ("body", body)];
        assert_eq!(is_held(ben.send(EDIT, &fields).await.is(200)), held);
    }
    ana.get(&story.page).await.keeps_silent_about("a.example");
}

#[tokio::test]
async fn sent_twice_is_no_repetition() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let subject = story.subject.to_string();
    let fields = [
        ("page", story.page.as_str()),
        ("key", "0123456789abcdef"),
        ("subject", &subject),
        ("body", LONG),
    ];
    let first = ana.send(POST, &fields).await;
    let second = ana.send(POST, &fields).await;
    assert_eq!(id(first.is(200)), id(second.is(200)));
    assert!(!is_held(&second));
    // What was refused was not said.
    let other = format!("{LONG} And then I slept.");
    let nowhere = [("subject", "story-made-up"), ("body", other.as_str())];
    ana.send(POST, &nowhere).await.is(404);
    assert!(!is_held(&says(&mut ana, &story, &other).await));
}

#[tokio::test]
async fn the_host_chooses_what_is_held() {
    let nothing = TestApp::with(|settings| settings.holds = "nothing".parse().expect("a choice"));
    let app = nothing.await;
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    for body in [SOLD, LINKED, LONG, LONG] {
        assert!(!is_held(&says(&mut ana, &story, body).await), "{body}");
    }
    let first = TestApp::with(|settings| {
        settings.holds = Holds {
            first: 1,
            ..Holds::default()
        };
    });
    let app = first.await;
    let ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ana).await;
    assert!(is_held(&says(&mut ben, &story, "Good evening.").await));
    let mut helper = app
        .member_with("sue", Roles::default().with(Role::PeerSupporter))
        .await;
    let said = says(&mut helper, &story, SOLD).await;
    assert!(!is_held(&said), "the house knows her");
}

/// Whatever people share is read first where it looks like an advertisement, and
/// its author sees it meanwhile, with the reason to wait.
#[tokio::test]
async fn a_share_of_any_kind_waits_until_it_was_read() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let [prompt, _] = article(&app, app.now()).await;
    let mut moderator = app
        .member_with("mod", Roles::default().with(Role::Moderator))
        .await;
    let ritual = [
        ("kind", "shared_meal"),
        ("title", "Soup"),
        ("when", "2026-09-24T18:30"),
        ("zone", "Europe/London"),
        ("place", "The hall"),
        ("link", ""),
    ];
    for (kind, room, verb, at, fields) in [
        (
            "story",
            "stories",
            "share",
            "/id",
            &[("title", "A day")][..],
        ),
        (
            "reflection",
            "reflections",
            "answer",
            "/reflection/id",
            &[("prompt", prompt.as_str())][..],
        ),
        (
            "shout_out",
            "shout-outs",
            "post",
            "/shout_out/id",
            &[("to", "@ana")][..],
        ),
        ("ritual", "rituals", "post", "/id", &ritual[..]),
    ] {
        let shares = async |ben: &mut TestMember, body: &str| {
            let said = [("page", "/"), ("body", body), ("voice", "handle")];
            let fields = [&said[..], fields].concat();
            let answer = ben.send(&format!("/api/{room}/{verb}"), &fields).await;
            let id = answer.is(200).json().pointer(at).cloned();
            let id = id.expect("an id").as_str().expect("an id").replace('-', "");
            (format!("/{room}/{id}"), format!("{kind}-{id}"))
        };
        let (plain, _) = shares(&mut ben, &format!("The {kind} is plain.")).await;
        ana.get(&plain).await.is(200);
        let told_before = ana.get("/me/notifications").await.words();
        let (page, thing) = shares(&mut ben, SOLD).await;
        ana.get(&page).await.is(404);
        app.guest().get(&page).await.is(404);
        let told = ana.get("/me/notifications").await.words();
        assert_eq!(
            told.matches("Someone thanks you").count(),
            told_before.matches("Someone thanks you").count(),
            "{kind}"
        );
        ben.get(&page)
            .await
            .says(SOLD)
            .says("Someone reads this first.");
        moderator.get("/moderation").await.says(SOLD);
        let seen = app.seen(&thing).await;
        let fields = [
            ("page", "/moderation"),
            ("thing", thing.as_str()),
            ("seen", &seen),
            ("kind", "publish"),
        ];
        moderator.send(DECIDE, &fields).await.is(200);
        ana.get(&page).await.is(200).says(SOLD);
        moderator.get("/moderation").await.keeps_silent_about(SOLD);
    }
    let told = ana.get("/me/notifications").await.words();
    assert_eq!(told.matches("Someone thanks you").count(), 2);
}

#[tokio::test]
async fn a_share_that_is_changed_is_weighed_too() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let id = story.page.trim_start_matches("/stories/").to_owned();
    for (body, status) in [(LONG, 200), (LINKED, 404)] {
        let fields = [
            ("page", "/"),
            ("id", id.as_str()),
            ("title", "A day"),
            ("body", body),
            ("voice", "handle"),
        ];
        ben.send("/api/stories/edit", &fields).await.is(200);
        ana.get(&story.page).await.is(status);
    }
    ben.get(&story.page).await.says("Someone reads this first.");
    let posted = [
        ("page", "/"),
        ("to", "the crew"),
        ("body", "Well done."),
        ("voice", "handle"),
    ];
    let posted = ben.send("/api/shout-outs/post", &posted).await;
    let id = posted.is(200).json()["shout_out"]["id"].clone();
    let id = id.as_str().expect("an id");
    let edit = [
        ("page", "/"),
        ("id", id),
        ("to", "@ana"),
        ("body", SOLD),
        ("voice", "handle"),
    ];
    ben.send("/api/shout-outs/edit", &edit).await.is(200);
    ana.get(&format!("/shout-outs/{id}")).await.is(404);
    ana.get("/me/notifications").await.says("Nothing yet.");
}
