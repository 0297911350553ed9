//! Holds: what looks like an advertisement is read first, and its author is told
//! kindly.

use crate::support::{Answer, Place, TestApp, TestMember};
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    comments::CommentState,
    holds::Holds,
    ids::CommentId,
};
use std::sync::atomic::{AtomicU32, Ordering};

const SHARE: &str = "/api/stories/share";
const EDIT: &str = "/api/stories/edit";
const POST: &str = "/api/comments/post";
const SOLD: &str = "Call our admissions team today.";
const LINKED: &str = "https://a.example https://b.example www.c.example";
const LONG: &str = "I walked home by the canal tonight and did not go in anywhere on the way.";
const WAITS: &str = "Someone reads this first. Until then only you can see it.";

/// Each is meant anew: none has the key of another.
async fn shares(who: &mut TestMember, body: &str) -> String {
    static MEANT: AtomicU32 = AtomicU32::new(0);
    let key = format!("{:032}", MEANT.fetch_add(1, Ordering::Relaxed));
    let fields = [
        ("key", key.as_str()),
        ("title", "Tonight"),
        ("body", body),
        ("voice", "anonymous"),
    ];
    let answer = who.send(SHARE, &fields).await;
    let id = answer.is(200).json()["id"].as_str().map(str::to_owned);
    id.expect("an id")
}

async fn says(who: &mut TestMember, place: &Place, body: &str) -> Answer {
    let subject = place.subject.to_string();
    let fields = [
        ("page", place.page.as_str()),
        ("subject", &subject),
        ("body", body),
    ];
    who.send(POST, &fields).await
}

async fn waits(app: &TestApp, author: &mut TestMember, page: &str) -> bool {
    let to_others = app.guest().get(page).await.status;
    let mine = author.get(page).await;
    let told = mine.is(200).words().contains(WAITS);
    assert_eq!(told, to_others == 404, "{page}");
    told
}

#[tokio::test]
async fn what_looks_like_an_advertisement_is_read_first() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for (body, held) in [
        ("The clinic helped me. Detox took nine days.", false),
        (SOLD, true),
        (LINKED, true),
        ("https://a.example is what I read.", false),
        (LONG, false),
        (LONG, true),
    ] {
        let page = format!("/stories/{}", shares(&mut ana, body).await);
        assert_eq!(waits(&app, &mut ana, &page).await, held, "{body}");
    }
    app.pass(Timestamp::DAY);
    let page = format!("/stories/{}", shares(&mut ana, LONG).await);
    assert!(!waits(&app, &mut ana, &page).await, "tomorrow");
}

#[tokio::test]
async fn every_kind_of_share_is_weighed() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let ben = app.member("ben").await;
    let thanks = [("to", "@ben"), ("body", SOLD), ("voice", "handle")];
    let done = ana.send("/api/shout-outs/post", &thanks).await;
    let id = done.is(200).json()["shout_out"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(waits(&app, &mut ana, &format!("/shout-outs/{id}")).await);
    let mut ben = ben;
    ben.get("/me/notifications").await.says("Nothing yet.");
    ben.get("/shout-outs").await.keeps_silent_about(SOLD);
    // Nor is anyone told when it is turned towards them.
    let mut carla = app.member("carla").await;
    let again = [
        ("id", id.as_str()),
        ("to", "@carla"),
        ("body", "For the lift."),
        ("voice", "handle"),
    ];
    ana.send("/api/shout-outs/edit", &again).await.is(200);
    carla.get("/me/notifications").await.says("Nothing yet.");

    let ritual = [
        ("kind", "group_check_in"),
        ("title", "Tuesdays"),
        ("body", LINKED),
        ("when", "2099-09-24T18:30"),
        ("zone", "Europe/London"),
        ("place", "The hall"),
        ("voice", "handle"),
    ];
    let done = ana.send("/api/rituals/post", &ritual).await;
    let id = done.is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(waits(&app, &mut ana, &format!("/rituals/{id}")).await);
}

#[tokio::test]
async fn a_held_comment_is_its_writers_alone_until_it_was_read() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ana).await;
    let held = says(&mut ben, &story, SOLD).await;
    let id = held.is(200).json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(held.json()["comment"]["standing"], "held");
    ben.get(&story.page)
        .await
        .says(SOLD)
        .says("Waiting for review. Only you can see it.");
    for who in [&mut ana.browser, &mut app.guest().browser] {
        who.get(&story.page).await.keeps_silent_about(SOLD);
    }
    ana.get("/me/notifications").await.says("Nothing yet.");
    let mut moderator = app
        .member_with("mod", Roles::default().with(Role::Moderator))
        .await;
    moderator.get("/moderation").await.says(SOLD);
    let id: CommentId = id.parse().expect("an id");
    let mut unit = app.begin().await;
    unit.set_comment_state(id, CommentState::Published)
        .await
        .expect("published");
    unit.commit().await.expect("kept");
    ana.get(&story.page).await.says(SOLD);
}

#[tokio::test]
async fn a_change_is_weighed_too() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let id = shares(&mut ana, "Words.").await;
    let page = format!("/stories/{id}");
    assert!(!waits(&app, &mut ana, &page).await);
    let changed =
        |body: &'static str| [("title", "Tonight"), ("body", body), ("voice", "anonymous")];
    let edit = |body| [&[("id", id.as_str())][..], &changed(body)].concat();
    ana.send(EDIT, &edit(LONG)).await.is(200);
    ana.send(EDIT, &edit(LONG)).await.is(200);
    assert!(!waits(&app, &mut ana, &page).await, "one's own words again");
    ana.send(EDIT, &edit(SOLD)).await.is(200);
    assert!(waits(&app, &mut ana, &page).await);
    ben.send(EDIT, &edit(SOLD)).await.is(404);

    let story = app.story(&ana).await;
    let said = says(&mut ben, &story, "With you.").await;
    let id = said.json()["comment"]["id"].as_str().map(str::to_owned);
    let id = id.expect("an id");
    let fields = [("page", "/"), ("id", id.as_str()), ("body", LINKED)];
    let edited = ben.send("/api/comments/edit", &fields).await;
    assert_eq!(edited.is(200).json()["comment"]["standing"], "held");
    ana.get(&story.page).await.keeps_silent_about("a.example");
}

#[tokio::test]
async fn sent_twice_is_no_repetition() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let fields = [
        ("key", "0123456789abcdef"),
        ("title", "Tonight"),
        ("body", LONG),
        ("voice", "handle"),
    ];
    let first = ana.send(SHARE, &fields).await.is(200).json()["id"].clone();
    let second = ana.send(SHARE, &fields).await.is(200).json()["id"].clone();
    assert_eq!(first, second);
    let page = format!("/stories/{}", first.as_str().expect("an id"));
    assert!(!waits(&app, &mut ana, &page).await);
    // Without a title it was not posted, and so not said.
    let mut ben = app.member("ben").await;
    let other = format!("{LONG} And then I slept.");
    let failed = [("title", ""), ("body", &other), ("voice", "handle")];
    ben.send(SHARE, &failed).await.is(422);
    let page = format!("/stories/{}", shares(&mut ben, &other).await);
    assert!(!waits(&app, &mut ben, &page).await);
}

#[tokio::test]
async fn the_host_chooses_what_is_held() {
    let nothing = TestApp::with(|settings| settings.holds = "nothing".parse().expect("a choice"));
    let app = nothing.await;
    let mut ana = app.member("ana").await;
    for body in [SOLD, LINKED, LONG, LONG] {
        let page = format!("/stories/{}", shares(&mut ana, body).await);
        assert!(!waits(&app, &mut ana, &page).await, "{body}");
    }
    let first = TestApp::with(|settings| {
        settings.holds = Holds {
            first: 1,
            ..Holds::default()
        };
    });
    let app = first.await;
    let mut ana = app.member("ana").await;
    let page = format!("/stories/{}", shares(&mut ana, "Good evening.").await);
    assert!(waits(&app, &mut ana, &page).await);
    let mut helper = app
        .member_with("sue", Roles::default().with(Role::PeerSupporter))
        .await;
    let page = format!("/stories/{}", shares(&mut helper, SOLD).await);
    assert!(
        !waits(&app, &mut helper, &page).await,
        "the house knows her"
    );
}
