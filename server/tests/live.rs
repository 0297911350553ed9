//! Live: an open page hears of what is new at its places, and of nothing that
//! its reader may not know.

use crate::support::{Browser, Place, TestApp, TestDatabase, TestGuest, TestMember};
use axum::{
    body::{Body, BodyDataStream},
    http::Method,
    response::Response,
};
use domain::{
    accounts::MemberState,
    actor::{Role, Roles},
};
use futures_util::StreamExt;
use server::{database::Engine, live::Hub};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// How long a test waits for what must come. It comes within a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// What someone hears who has a page open.
struct Listening {
    body: BodyDataStream,
    text: String,
}

/// A line with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    id: String,
    data: String,
}

async fn answer(browser: &Browser, places: &[&str], headers: &[(&str, &str)]) -> Response {
    let address = format!("/live?at={}", places.join("&at="));
    let answer = browser.respond(Method::GET, &address, headers, Body::empty());
    answer.await
}

impl Listening {
    /// Begins to listen, as a page does that has just been opened.
    async fn to(browser: &Browser, places: &[&str]) -> Self {
        Self::after(browser, places, &[]).await
    }

    async fn after(browser: &Browser, places: &[&str], headers: &[(&str, &str)]) -> Self {
        let answer = answer(browser, places, headers).await;
        assert_eq!(answer.status(), 200);
        Self {
            body: answer.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next line; none when it is over.
    async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.unwrap_or_default().trim().to_owned()
                };
                let line = Line {
                    id: field("id:"),
                    data: field("data:"),
                };
                if !line.data.is_empty() {
                    return Some(line);
                }
                continue;
            }
            let bytes = tokio::time::timeout(PATIENCE, self.body.next()).await;
            let bytes = bytes
                .expect("it comes in time")?
                .expect("it does not break");
            self.text
                .push_str(std::str::from_utf8(&bytes).expect("text"));
        }
    }

    async fn hears(&mut self) -> String {
        self.next().await.expect("it goes on").data
    }

    /// It is over, and nothing more was said.
    async fn is_over(&mut self) {
        assert_eq!(self.next().await, None);
    }
}

/// Ana has told a story, and Ben has come by.
struct Scene {
    app: TestApp,
    ana: TestMember,
    ben: TestMember,
    story: Place,
    at: String,
}

async fn scene() -> Scene {
    scene_on(TestApp::new().await).await
}

async fn scene_on(app: TestApp) -> Scene {
    let ana = app.member("ana").await;
    let ben = app.member("ben").await;
    let story = app.story(&ana).await;
    Scene {
        app,
        ana,
        ben,
        at: story.subject.to_string(),
        story,
    }
}

/// Says something, each time anew; answers with the comment's id.
async fn says(who: &mut Browser, place: &Place, more: &[(&str, &str)]) -> String {
    static MEANT: AtomicU32 = AtomicU32::new(0);
    let number = MEANT.fetch_add(1, Ordering::Relaxed);
    let (key, body) = (
        format!("{number:032}"),
        format!("I know that bench, {number}."),
    );
    let subject = place.subject.to_string();
    let fields = [
        ("page", place.page.as_str()),
        ("key", &key),
        ("subject", &subject),
        ("parent", ""),
        ("body", &body),
    ];
    let fields = [&fields[..], more].concat();
    let answer = who.send("/api/comments/post", &fields).await;
    answer.is(200).json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

fn line_of(place: &Place, comment: &str) -> String {
    format!("comment {} {comment}", place.subject)
}

async fn with_role(app: &TestApp, handle: &str, role: Role) -> TestMember {
    app.member_with(handle, Roles::default().with(role)).await
}

#[tokio::test]
async fn whoever_has_a_thread_open_hears_of_each_answer() {
    let mut scene = scene().await;
    let guest = scene.app.guest();
    let mut listening = Listening::to(&guest, &[&scene.at]).await;
    let mut elsewhere = Listening::to(&scene.ana, &["desk"]).await;
    for _ in 0..2 {
        let id = says(&mut scene.ben, &scene.story, &[]).await;
        assert_eq!(listening.hears().await, line_of(&scene.story, &id));
    }
    // The other page is about something else, and its reader does not answer
    // calls: it hears nothing until it is over.
    scene.ana.loses_session(&scene.app).await;
    elsewhere.is_over().await;
}

#[tokio::test]
async fn a_line_says_where_and_nothing_of_whom_or_what() {
    let mut scene = scene().await;
    let page = scene.app.guest();
    let answer = answer(&page, &[&scene.at], &[]).await;
    let header = |name| answer.headers().get(name).expect("a header").clone();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-accel-buffering"), "no");
    assert!(answer.headers().get("content-encoding").is_none());
    assert!(answer.headers().get("set-cookie").is_none());
    let mut listening = Listening {
        body: answer.into_body().into_data_stream(),
        text: String::new(),
    };
    let anonymous = says(&mut scene.ana, &scene.story, &[("voice", "anonymous")]).await;
    let named = says(&mut scene.ana, &scene.story, &[("voice", "handle")]).await;
    let mut ids = Vec::new();
    for id in [&anonymous, &named] {
        let line = listening.next().await.expect("a line");
        assert_eq!(line.data, line_of(&scene.story, id));
        assert_eq!(line.id.len(), 32, "a name without an order");
        ids.push(line.id);
    }
    assert_ne!(ids[0], ids[1]);
}

/// Decides on a comment as it is now.
async fn decides(app: &TestApp, who: &mut TestMember, comment: &str, ruling: &str) {
    let thing = format!("comment-{comment}");
    let (page, seen) = (format!("/moderation/{thing}"), app.seen(&thing).await);
    let fields = [
        ("page", page.as_str()),
        ("thing", &thing),
        ("seen", &seen),
        ("kind", ruling),
        ("reason", "Please rest for a while."),
    ];
    who.send("/api/moderation/decide", &fields).await.is(200);
}

#[tokio::test]
async fn what_is_held_says_nothing_until_it_is_published() {
    let mut scene = scene().await;
    let mut mona = with_role(&scene.app, "mona", Role::Moderator).await;
    let mut guest = scene.app.guest();
    guest.get(&scene.story.page).await.is(200);
    let mut listening = Listening::to(&scene.ana, &[&scene.at]).await;
    let held = says(&mut guest, &scene.story, &[]).await;
    let shown = says(&mut scene.ben, &scene.story, &[]).await;
    assert_eq!(listening.hears().await, line_of(&scene.story, &shown));
    decides(&scene.app, &mut mona, &held, "publish").await;
    assert_eq!(listening.hears().await, line_of(&scene.story, &held));
}

#[tokio::test]
async fn a_share_that_nobody_sees_is_not_spoken_of() {
    let mut scene = scene().await;
    let mut unit = scene.app.begin().await;
    unit.set_standing(scene.story.subject, domain::moderation::Standing::Hidden)
        .await
        .expect("hidden");
    unit.commit().await.expect("kept");
    let other = scene.app.story(&scene.ben).await;
    let nowhere = "story-0123456789abcdef0123456789abcdef";
    let places = [&*scene.at, nowhere, "nonsense", &other.subject.to_string()];
    let mut listening = Listening::to(&scene.ana, &places).await;
    let mut unit = scene.app.begin().await;
    unit.set_standing(scene.story.subject, domain::moderation::Standing::Published)
        .await
        .expect("shown");
    unit.commit().await.expect("kept");
    says(&mut scene.ben, &scene.story, &[]).await;
    let heard = says(&mut scene.ben, &other, &[]).await;
    assert_eq!(listening.hears().await, line_of(&other, &heard));
}

#[tokio::test]
async fn a_member_hears_of_their_own_and_nobody_else_does() {
    let mut scene = scene().await;
    let mut anas = Listening::to(&scene.ana, &["own"]).await;
    let mut bens = Listening::to(&scene.ben, &["own", &scene.at]).await;
    let mut guests = Listening::to(&scene.app.guest(), &["own", &scene.at]).await;
    let support = [
        ("page", scene.story.page.as_str()),
        ("subject", &scene.at),
        ("kind", "with_you"),
    ];
    scene.ben.send("/api/support/give", &support).await.is(200);
    let mut heard = [anas.hears().await, anas.hears().await];
    heard.sort();
    assert_eq!(
        heard,
        ["own own".to_owned(), format!("support {}", scene.at)]
    );
    let id = says(&mut scene.ben, &scene.story, &[]).await;
    assert_eq!(anas.hears().await, "own own");
    for others in [&mut bens, &mut guests] {
        assert_eq!(
            others.hears().await,
            line_of(&scene.story, &id),
            "nothing before"
        );
    }
}

async fn asks(guest: &mut TestGuest, audience: &str) -> (String, String) {
    guest.get("/help/ask").await.is(200);
    let fields = [
        ("page", "/help/ask"),
        ("body", "I cannot sleep and I want to drink."),
        ("audience", audience),
    ];
    let page = guest.post_form("/api/care/ask", &fields).await;
    let code = page
        .address
        .strip_prefix("/help/")
        .expect("a code")
        .to_owned();
    let call = guest
        .fetch(&format!("/api/care/call?secret={code}&before=&kept="))
        .await;
    let id = call.is(200).json()["Own"]["id"].as_str().map(str::to_owned);
    (id.expect("an id"), code)
}

#[tokio::test]
async fn whoever_asked_hears_of_an_answer_and_not_of_what_the_desk_does() {
    let mut scene = scene().await;
    let mut mara = with_role(&scene.app, "mara", Role::PeerSupporter).await;
    let mut guest = scene.app.guest();
    let mut desk = Listening::to(&mara, &["desk"]).await;
    let mut not_desk = Listening::to(&scene.ben, &["desk", &scene.at]).await;
    let (id, code) = asks(&mut guest, "supporters").await;
    assert_eq!(desk.hears().await, "desk desk");

    let mine = format!("call-{id}.{code}");
    let mut asker = Listening::to(&guest, &[&mine]).await;
    let by_id = format!("call-{id}");
    let wrong = format!("call-{id}.abcd-efgh-jkmn");
    let others = format!("call-0123456789abcdef0123456789abcdef.{code}");
    let places = [&*by_id, &wrong, &others, &scene.at];
    let mut stranger = Listening::to(&scene.ana, &places).await;
    let page = format!("/care/{id}");
    let about = [("page", page.as_str()), ("id", &id)];
    mara.send("/api/care/claim", &about).await.is(200);
    let note = [&about[..], &[("body", "Please look.")]].concat();
    mara.send("/api/care/escalate", &note).await.is(200);
    let words = [("seen", "1"), ("body", "I am here.")];
    let words = [&about[..], &words].concat();
    mara.send("/api/care/answer", &words).await.is(200);
    assert_eq!(asker.hears().await, format!("call call-{id}"));
    assert_eq!(desk.hears().await, "desk desk");

    let said = says(&mut scene.ben, &scene.story, &[]).await;
    let expected = line_of(&scene.story, &said);
    assert_eq!(stranger.hears().await, expected, "nothing of the call");
    assert_eq!(not_desk.hears().await, expected, "nothing of the desk");
}

#[tokio::test]
async fn those_who_keep_the_house_hear_of_what_waits_and_nobody_else_does() {
    let mut scene = scene().await;
    let mona = with_role(&scene.app, "mona", Role::Moderator).await;
    let mara = with_role(&scene.app, "mara", Role::PeerSupporter).await;
    let mut guest = scene.app.guest();
    guest.get(&scene.story.page).await.is(200);
    let mut keeper = Listening::to(&mona, &["moderation"]).await;
    let places = ["moderation", &scene.at];
    let mut others = [
        Listening::to(&mara, &places).await,
        Listening::to(&scene.ana, &places).await,
        Listening::to(&guest, &places).await,
    ];
    says(&mut guest, &scene.story, &[]).await;
    let heard = keeper.next().await.expect("a line");
    assert_eq!(heard.data, "moderation moderation");
    let report = [
        ("page", scene.story.page.as_str()),
        ("thing", &scene.at),
        ("kind", "spam"),
    ];
    scene
        .ben
        .send("/api/moderation/report", &report)
        .await
        .is(200);
    assert_eq!(keeper.hears().await, "moderation moderation");
    let shown = says(&mut scene.ben, &scene.story, &[]).await;
    for other in &mut others {
        assert_eq!(
            other.hears().await,
            line_of(&scene.story, &shown),
            "and nothing before"
        );
    }

    let mut unit = scene.app.begin().await;
    unit.set_roles(mona.member.id, Roles::default())
        .await
        .expect("no role");
    unit.commit().await.expect("kept");
    keeper.is_over().await;
    // Not what was missed either, to whoever is of the house no more.
    let again = [("last-event-id", heard.id.as_str())];
    let mut again = Listening::after(&mona, &places, &again).await;
    assert_eq!(again.hears().await, line_of(&scene.story, &shown));
}

#[tokio::test]
async fn whoever_has_open_what_people_ask_hears_what_everyone_can_see_of_it() {
    let mut scene = scene().await;
    let mut mara = with_role(&scene.app, "mara", Role::PeerSupporter).await;
    let mut listening = Listening::to(&scene.app.guest(), &["asking", &scene.at]).await;
    let (private, _) = asks(&mut scene.app.guest(), "supporters").await;
    let mut asker = scene.app.guest();
    let claim = async |mara: &mut TestMember, id: &str| {
        let page = format!("/care/{id}");
        let about = [("page", page.as_str()), ("id", id)];
        mara.send("/api/care/claim", &about).await.is(200);
    };
    claim(&mut mara, &private).await;
    let first = says(&mut scene.ben, &scene.story, &[]).await;
    assert_eq!(
        listening.hears().await,
        line_of(&scene.story, &first),
        "nothing of a call"
    );

    let (public, code) = asks(&mut asker, "everyone").await;
    assert_eq!(listening.hears().await, "asking asking");
    claim(&mut mara, &public).await;
    let second = says(&mut scene.ben, &scene.story, &[]).await;
    assert_eq!(
        listening.hears().await,
        line_of(&scene.story, &second),
        "nothing of the desk"
    );

    let page = format!("/help/{code}");
    let about = [("page", page.as_str()), ("id", &public), ("secret", &code)];
    asker.send("/api/care/hide", &about).await.is(200);
    assert_eq!(listening.hears().await, "asking asking");
    claim(&mut mara, &public).await;
    asker.send("/api/care/helped", &about).await.is(200);
    let third = says(&mut scene.ben, &scene.story, &[]).await;
    assert_eq!(
        listening.hears().await,
        line_of(&scene.story, &third),
        "it is theirs now"
    );
}

#[tokio::test]
async fn a_line_that_broke_goes_on_where_it_was() {
    let mut scene = scene().await;
    let guest = scene.app.guest();
    let places = [&*scene.at];
    let mut listening = Listening::to(&guest, &places).await;
    says(&mut scene.ben, &scene.story, &[]).await;
    let heard = listening.next().await.expect("a line");
    drop(listening);
    let missed = [
        says(&mut scene.ben, &scene.story, &[]).await,
        says(&mut scene.ben, &scene.story, &[]).await,
    ];
    let by_header = [("last-event-id", heard.id.as_str())];
    let by_address = format!("{}&last={}", scene.at, heard.id);
    for (places, headers) in [(&places, &by_header[..]), (&[&*by_address], &[])] {
        let mut again = Listening::after(&guest, places, headers).await;
        for id in &missed {
            assert_eq!(again.hears().await, line_of(&scene.story, id));
        }
    }
    // Somebody who has just come may have an old page.
    let mut anew = Listening::to(&guest, &places).await;
    for id in std::iter::once(heard.data.rsplit(' ').next().expect("an id"))
        .chain(missed.iter().map(String::as_str))
    {
        assert_eq!(anew.hears().await, line_of(&scene.story, id));
    }
    let unknown = [("last-event-id", "0123456789abcdef0123456789abcdef")];
    let mut lost = Listening::after(&guest, &places, &unknown).await;
    assert_eq!(lost.hears().await, "anew");
}

#[tokio::test]
async fn it_ends_when_the_session_does() {
    let scene = scene().await;
    let mut listening = Listening::to(&scene.ana, &["own"]).await;
    let mut others = Listening::to(&scene.ben, &["own"]).await;
    let mut elsewhere = scene.ana.browser.on(&scene.app);
    elsewhere
        .send("/api/accounts/sign-out", &[("page", "/me")])
        .await
        .is(200);
    listening.is_over().await;
    let mut again = Listening::to(&scene.ana, &["own", &scene.at]).await;
    let mut unit = scene.app.begin().await;
    unit.set_member_state(scene.ben.member.id, MemberState::Waiting)
        .await
        .expect("not let in");
    unit.commit().await.expect("kept");
    others.is_over().await;

    let mut mara = with_role(&scene.app, "mara", Role::PeerSupporter).await;
    let id = says(&mut mara, &scene.story, &[]).await;
    assert_eq!(
        again.hears().await,
        line_of(&scene.story, &id),
        "as a guest"
    );
    let mut desk = Listening::to(&mara, &["desk"]).await;
    let mut unit = scene.app.begin().await;
    unit.set_roles(mara.member.id, Roles::default())
        .await
        .expect("no role");
    unit.commit().await.expect("kept");
    desk.is_over().await;
}

#[tokio::test]
async fn whoever_is_barred_hears_nothing_of_the_desk() {
    let mut scene = scene().await;
    let mut mara = with_role(&scene.app, "mara", Role::PeerSupporter).await;
    let mut mona = with_role(&scene.app, "mona", Role::Moderator).await;
    let said = says(&mut mara, &scene.story, &[]).await;
    let mut desk = Listening::to(&mara, &["desk"]).await;
    decides(&scene.app, &mut mona, &said, "suspend_1").await;
    desk.is_over().await;

    let other = scene.app.story(&scene.ana).await;
    let places = ["desk", &other.subject.to_string()];
    let mut again = Listening::to(&mara, &places).await;
    asks(&mut scene.app.guest(), "supporters").await;
    let id = says(&mut scene.ben, &other, &[]).await;
    assert_eq!(
        again.hears().await,
        line_of(&other, &id),
        "nothing of the call"
    );
}

#[tokio::test]
async fn no_other_site_listens_and_a_server_that_stops_says_so() {
    let scene = scene().await;
    let cross_site = [("sec-fetch-site", "cross-site")];
    let refused = answer(&scene.ana, &[&scene.at], &cross_site).await;
    assert_eq!(refused.status(), 403);
    let mut listening = Listening::to(&scene.ana, &[&scene.at]).await;
    scene.app.app.stopping.begin();
    listening.is_over().await;
    let refused = answer(&scene.ana, &[&scene.at], &[]).await;
    assert_eq!(refused.status(), 503);
}

#[tokio::test]
async fn whoever_leaves_listens_no_longer() {
    let scene = scene().await;
    let hub = &scene.app.app.live;
    let one = Listening::to(&scene.ana, &[&scene.at]).await;
    let two = Listening::to(&scene.ben, &[&scene.at]).await;
    assert_eq!(hub.listeners(), 2);
    drop((one, two));
    assert_eq!(hub.listeners(), 0);
}

#[tokio::test]
async fn one_address_does_not_take_every_place() {
    let mut scene = scene().await;
    let house = &scene.app.house;
    let stopping = scene.app.app.stopping.clone();
    let hub = Hub::new(house.store.clone(), house.clock.clone(), stopping, 2);
    scene.app.app.live = Arc::new(hub);
    scene.app.router = server::router(scene.app.app.clone());
    let guest = scene.app.guest();
    let one = Listening::to(&guest, &[&scene.at]).await;
    let mut two = Listening::to(&guest, &[&scene.at]).await;
    let refused = answer(&guest, &[&scene.at], &[]).await;
    assert_eq!(refused.status(), 503);
    drop(one);
    let mut three = Listening::to(&guest, &[&scene.at]).await;
    let mut ben = scene.ben.browser.on(&scene.app);
    let id = says(&mut ben, &scene.story, &[]).await;
    for listening in [&mut two, &mut three] {
        assert_eq!(listening.hears().await, line_of(&scene.story, &id));
    }
}

#[tokio::test]
async fn two_nodes_hear_of_each_other_and_go_on_for_each_other() {
    let here = TestApp::at(TestDatabase::on(Engine::Postgres).await, |_| {}).await;
    let there = TestApp::beside(&here).await;
    let mut scene = scene_on(here).await;
    let guest = there.guest();
    let mut listening = Listening::to(&guest, &[&scene.at]).await;
    let mut anas = Listening::to(&scene.ana.browser.on(&there), &["own"]).await;
    let first = says(&mut scene.ben, &scene.story, &[]).await;
    let heard = listening.next().await.expect("a line");
    assert_eq!(heard.data, line_of(&scene.story, &first));
    assert_eq!(anas.hears().await, "own own");
    drop(listening);

    let second = says(&mut scene.ben, &scene.story, &[]).await;
    let last = [("last-event-id", heard.id.as_str())];
    let mut elsewhere = Listening::after(&guest.on(&scene.app), &[&scene.at], &last).await;
    assert_eq!(elsewhere.hears().await, line_of(&scene.story, &second));

    scene
        .ana
        .send("/api/accounts/sign-out", &[("page", "/me")])
        .await
        .is(200);
    // What came before that is told before.
    while anas.next().await.is_some() {}
}

#[tokio::test]
async fn what_is_new_of_a_thread_is_read_again() {
    let mut scene = scene().await;
    let id = says(&mut scene.ben, &scene.story, &[]).await;
    let address = format!("/api/comments/thread?subject={}&under=&after=", scene.at);
    let thread = scene.app.guest().fetch(&address).await;
    let comments = thread.is(200).json()["comments"].clone();
    assert_eq!(comments.as_array().map(Vec::len), Some(1));
    assert_eq!(comments[0]["id"], id.as_str());
    let support = format!("/api/support/read?subject={}", scene.at);
    let give = [
        ("page", scene.story.page.as_str()),
        ("subject", &scene.at),
        ("kind", "with_you"),
    ];
    scene.ben.send("/api/support/give", &give).await.is(200);
    let counts =
        async |browser: &mut Browser| browser.fetch(&support).await.json()["counts"].clone();
    assert_eq!(counts(&mut scene.ana).await[0][1], 1);
    for others in [&mut scene.ben.browser, &mut scene.app.guest().browser] {
        assert_eq!(counts(others).await.as_array().map(Vec::len), Some(0));
    }
}
