//! Notifications: what a member is told, as browsers and scripts find it.

use crate::support::{Answer, Browser, Place, TestApp, TestMember};
use domain::actor::{Role, Roles};

const LIST: &str = "/me/notifications";
const READ: &str = "/api/notifications/read";
const READ_ALL: &str = "/api/notifications/read-all";
const CHOOSE: &str = "/api/notifications/choose";
const TIMES: &str = "/api/notifications/times";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

/// Ana has told a story, and Ben has come by.
struct Scene {
    app: TestApp,
    ana: TestMember,
    ben: TestMember,
    story: Place,
}

async fn scene() -> Scene {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let ben = app.member("ben").await;
    let story = app.story(&ana).await;
    Scene {
        app,
        ana,
        ben,
        story,
    }
}

async fn says(who: &mut Browser, place: &Place, parent: &str, body: &str) -> String {
    let subject = place.subject.to_string();
    let fields = [
        ("page", place.page.as_str()),
        ("subject", &subject),
        ("parent", parent),
        ("body", body),
    ];
    let answer = who.send("/api/comments/post", &fields).await;
    answer.is(200).json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// The fields of the form that marks the first line as read.
fn read_form(page: &Answer) -> (String, String) {
    let start = page.body.find("notifications.read.").expect("a form");
    let form = page.body[start..].split('"').next().expect("its name");
    let field = |name| page.field(form, name).expect("a field");
    (field("id"), field("seen"))
}

fn choice<'a>(wanted: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("page", LIST)];
    fields.extend(wanted.iter().map(|kind| (*kind, "on")));
    fields
}

#[tokio::test]
async fn three_answers_to_one_story_are_one_line_without_a_name() {
    let Scene {
        app: _app,
        mut ana,
        mut ben,
        story,
    } = scene().await;
    ana.get(LIST).await.is(200).says("Nothing yet.");
    for number in 1..=3 {
        says(
            &mut ben,
            &story,
            "",
            &format!("I know that bench, {number}."),
        )
        .await;
    }
    let list = ana.get(LIST).await;
    list.is(200)
        .says("3 new answers to your story")
        .keeps_silent_about("ben")
        .keeps_silent_about("bench");
    assert!(list.body.contains(&format!("href=\"{}\"", story.page)));
    assert_eq!(list.header("cache-control"), "no-store");
    ben.get(LIST).await.says("Nothing yet.");
    ben.get(&story.page).await.keeps_silent_about("1 new");
}

#[tokio::test]
async fn every_page_of_a_member_says_how_much_is_new() {
    let Scene {
        app,
        mut ana,
        mut ben,
        story,
    } = scene().await;
    let bens = says(&mut ben, &story, "", "I know that bench.").await;
    says(&mut ana, &story, &bens, "Do you?").await;
    for page in ["/", "/stories", "/me", LIST, "/nowhere"] {
        ana.get(page).await.says("You 1 new");
    }
    ana.get("/help").await.is(200).keeps_silent_about("1 new");
    for (who, answer) in [(&mut ana.browser, "1"), (&mut app.guest().browser, "null")] {
        let counted = who.fetch("/api/notifications/unread").await;
        assert_eq!(counted.is(200).body, answer);
    }
    let mut guest = app.guest();
    guest.get("/stories").await.keeps_silent_about("1 new");
}

#[tokio::test]
async fn a_line_is_marked_as_read_without_script() {
    let Scene {
        app: _app,
        mut ana,
        mut ben,
        story,
    } = scene().await;
    says(&mut ben, &story, "", "One.").await;
    let (id, seen) = read_form(&ana.get(LIST).await);
    let fields = [("page", LIST), ("id", id.as_str()), ("seen", seen.as_str())];
    for _ in 0..2 {
        let after = ana.post_form(READ, &fields).await;
        assert_eq!(after.address, LIST);
        after
            .is(200)
            .says("A new answer to your story")
            .keeps_silent_about("1 new")
            .keeps_silent_about("Mark as read");
    }
    // It came again: the old page does not read it away.
    says(&mut ben, &story, "", "Two.").await;
    let after = ana.post_form(READ, &fields).await;
    after
        .says("You 1 new")
        .says("A new answer")
        .says("Mark as read");
}

#[tokio::test]
async fn all_that_was_seen_is_marked_as_read() {
    let Scene {
        app,
        mut ana,
        mut ben,
        story,
    } = scene().await;
    let other = app.story(&ana).await;
    says(&mut ben, &story, "", "One.").await;
    let page = ana.get(LIST).await;
    let seen = page
        .field("notifications.read-all", "seen")
        .expect("a field");
    says(&mut ben, &other, "", "Two.").await;
    let fields = [("page", LIST), ("seen", seen.as_str())];
    let after = ana.post_form(READ_ALL, &fields).await;
    after.is(200).says("You 1 new");
    let hydrated = ana.send(READ_ALL, &fields).await;
    assert_eq!(hydrated.is(200).json()["unread"], 1);
}

#[tokio::test]
async fn nobody_reads_or_marks_what_is_somebody_elses() {
    let Scene {
        app,
        mut ana,
        mut ben,
        story,
    } = scene().await;
    says(&mut ben, &story, "", "One.").await;
    let (id, seen) = read_form(&ana.get(LIST).await);
    let mut guest = app.guest();
    guest.get(LIST).await.is(401);
    guest.fetch("/api/notifications/list").await.is(400);
    let listed = "/api/notifications/list?after=&kept=";
    guest.fetch(listed).await.is(401);
    ben.fetch(listed).await.is(200).keeps_silent_about(&id);
    for (id, status) in [(id.as_str(), 404), (NOBODY, 404), ("made-up", 404)] {
        let fields = [("page", LIST), ("id", id), ("seen", seen.as_str())];
        ben.send(READ, &fields).await.is(status);
        guest
            .send(READ, &fields)
            .await
            .is(if id == "made-up" { 404 } else { 401 });
    }
    let fields = [("page", LIST), ("seen", "9")];
    ben.send(READ_ALL, &fields).await.is(200);
    guest.send(READ_ALL, &fields).await.is(401);
    guest.send(CHOOSE, &choice(&[])).await.is(401);
    ana.send(READ_ALL, &[("page", LIST), ("seen", "soon")])
        .await
        .is(404);
    ana.get("/me/notifications?after=made-up").await.is(404);
    ana.get(LIST).await.says("You 1 new");
}

#[tokio::test]
async fn an_anonymous_author_is_told_and_nobody_else_learns_of_it() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let fields = [
        ("title", "The bench"),
        ("body", "Words."),
        ("voice", "anonymous"),
    ];
    let shared = ana.send("/api/stories/share", &fields).await;
    let id = shared.json()["id"].as_str().expect("an id").to_owned();
    let subject = format!("story-{id}");
    let support = [("subject", subject.as_str()), ("kind", "strength")];
    let given = ben.send("/api/support/give", &support).await;
    given.is(200).keeps_silent_about("ana");
    ana.get(LIST).await.says("New support for your story");
    let place = Place {
        subject: subject.parse().expect("a subject"),
        page: format!("/stories/{id}"),
    };
    says(&mut ben, &place, "", "With you.").await;
    ana.get(LIST).await.says("A new answer to your story");
    for who in [&mut ben.browser, &mut app.guest().browser] {
        who.get(&place.page)
            .await
            .is(200)
            .keeps_silent_about("ana\"");
    }
}

#[tokio::test]
async fn who_is_thanked_is_told() {
    let Scene {
        app: _app,
        mut ana,
        mut ben,
        ..
    } = scene().await;
    let fields = [
        ("to", "@ben"),
        ("body", "For the lift."),
        ("voice", "handle"),
    ];
    ana.send("/api/shout-outs/post", &fields).await.is(200);
    ben.get(LIST)
        .await
        .says("Someone thanks you in a shout-out")
        .keeps_silent_about("lift")
        .keeps_silent_about("ana");
}

#[tokio::test]
async fn a_guests_answer_is_told_once_it_is_approved() {
    let Scene {
        app,
        mut ana,
        story,
        ..
    } = scene().await;
    let mut guest = app.guest();
    guest.get(&story.page).await;
    let id = says(&mut guest, &story, "", "I know that bench.").await;
    ana.get(LIST).await.says("Nothing yet.");
    let mut moderator = app
        .member_with("mod", Roles::default().with(Role::Moderator))
        .await;
    let thing = format!("comment-{id}");
    let seen = app.seen(&thing).await;
    let fields = [
        ("page", "/moderation"),
        ("thing", thing.as_str()),
        ("seen", &seen),
        ("kind", "publish"),
    ];
    moderator
        .send("/api/moderation/decide", &fields)
        .await
        .is(200);
    ana.get(LIST).await.says("A new answer to your story");
    moderator.get(LIST).await.says("Nothing yet.");
}

#[tokio::test]
async fn one_chooses_what_one_is_told() {
    let Scene {
        app,
        mut ana,
        mut ben,
        story,
    } = scene().await;
    let ticked = |page: &Answer, kind: &str| {
        let at = page
            .body
            .find(&format!("name=\"{kind}\""))
            .expect("a choice");
        let tag = page.body[at..].split('>').next().expect("a tag");
        tag.contains("checked")
    };
    let before = ana.get(LIST).await;
    assert!(ticked(&before, "answer") && ticked(&before, "thanks"));
    before.keeps_silent_about("call_waits");
    for _ in 0..2 {
        let after = ana.post_form(CHOOSE, &choice(&["thanks", "made-up"])).await;
        assert!(!ticked(&after, "answer") && ticked(&after, "thanks"));
    }
    says(&mut ben, &story, "", "One.").await;
    ana.get(LIST).await.says("Nothing yet.");
    ana.send(CHOOSE, &choice(&["answer"])).await.is(200);
    says(&mut ben, &story, "", "Two.").await;
    ana.get(LIST).await.says("A new answer to your story");
    let mut supporter = app
        .member_with("sue", Roles::default().with(Role::PeerSupporter))
        .await;
    supporter
        .get(LIST)
        .await
        .says("a call for help waits while I am on duty");
}

#[tokio::test]
async fn a_long_list_comes_in_pages_newest_first() {
    let Scene {
        app,
        mut ana,
        mut ben,
        ..
    } = scene().await;
    let mut stories = Vec::new();
    for _ in 0..31 {
        let story = app.story(&ana).await;
        says(&mut ben, &story, "", "One.").await;
        stories.push(story.page);
    }
    let first = ana.get(LIST).await;
    first.says("You 31 new").keeps_silent_about(&stories[0]);
    assert!(first.body.find(&stories[30]) < first.body.find(&stories[29]));
    let start = first
        .body
        .find("/me/notifications?after=")
        .expect("a next page");
    let link = first.body[start..].split('"').next().expect("an end");
    let second = ana.get(link).await;
    second
        .says("Newest")
        .keeps_silent_about(&stories[1])
        .keeps_silent_about("Mark all as read");
    assert!(second.body.contains(&stories[0]));
}

fn times<'a>(
    from: &'a str,
    until: &'a str,
    when: &'a str,
    zone: &'a str,
) -> Vec<(&'a str, &'a str)> {
    vec![
        ("page", LIST),
        ("from", from),
        ("until", until),
        ("when", when),
        ("zone", zone),
    ]
}

#[tokio::test]
async fn a_member_chooses_when_they_are_told_without_script() {
    let Scene {
        app,
        mut ana,
        mut ben,
        ..
    } = scene().await;
    let page = ana.get(LIST).await;
    page.says("Each time something comes.")
        .keeps_silent_about("Calls for help reach me");
    let back = ana.post_form(TIMES, &times("22:00", "", "", "")).await;
    back.is(200)
        .says("Enter a time.")
        .says("Say in which time zone.");
    assert_eq!(
        back.field("notifications.times", "from").as_deref(),
        Some("22:00")
    );
    for odd in [
        times("22:00", "25:00", "", "Europe/London"),
        times("", "", "noon", "Europe/London"),
        times("", "", "12:00", "Europe/Atlantis"),
    ] {
        ana.send(TIMES, &odd).await.is(422);
    }
    ana.get(LIST).await.says("Each time something comes.");
    let good = times("22:00", "07:00", "12:00", "Europe/London");
    for _ in 0..2 {
        let kept = ana.post_form(TIMES, &good).await;
        assert_eq!(kept.address, LIST);
        kept.is(200).says(
            "Once a day at 12:00. Quiet from 22:00 to 07:00; what comes then is told afterwards.",
        );
    }
    ben.get(LIST).await.says("Each time something comes.");
    ana.send(TIMES, &times("", "", "", "")).await.is(200);
    ana.get(LIST).await.says("Each time something comes.");
    app.guest().send(TIMES, &good).await.is(401);
}

#[tokio::test]
async fn whoever_answers_calls_may_hear_of_them_while_it_is_quiet() {
    let app = TestApp::new().await;
    let roles = Roles::default().with(Role::PeerSupporter);
    let mut mara = app.member_with("mara", roles).await;
    let mut night = times("22:00", "07:00", "", "Europe/London");
    night.push(("calls", "on"));
    let page = mara.post_form(TIMES, &night).await;
    page.is(200)
        .says("Calls for help reach me all the same while I am on duty");
    let list = mara.fetch("/api/notifications/list?after=&kept=").await;
    assert_eq!(list.json()["times"]["calls"], true);
}

#[tokio::test]
async fn once_a_day_a_member_is_told_how_much_came() {
    let Scene {
        app,
        mut ana,
        mut ben,
        story,
    } = scene().await;
    let other = app.story(&ana).await;
    // It is noon.
    ana.send(TIMES, &times("", "", "12:00", "UTC"))
        .await
        .is(200);
    let say_both = async |ben: &mut TestMember, words: &str| {
        for place in [&story, &other] {
            says(ben, place, "", words).await;
        }
    };
    say_both(&mut ben, "One.").await;
    let list = ana.get(LIST).await;
    list.says("A new answer to your story")
        .says("Mark all as read")
        .keeps_silent_about("You 2 new")
        .keeps_silent_about("since yesterday");
    let housekeeping = async || {
        server::housekeeping::do_what_is_due(&app.house, &app.app.pace).await;
    };
    housekeeping().await;
    ana.get("/stories").await.keeps_silent_about("You 2 new");
    app.pass(domain::clock::Timestamp::DAY);
    housekeeping().await;
    ana.get(LIST)
        .await
        .says("2 new things since yesterday.")
        .says("You 2 new");
    // What comes after that is told tomorrow.
    say_both(&mut ben, "Two.").await;
    let third = app.story(&ana).await;
    says(&mut ben, &third, "", "Three.").await;
    ana.get("/stories").await.keeps_silent_about("You 3 new");
    let seen = ana
        .fetch("/api/notifications/list?after=&kept=")
        .await
        .json()["seen"]
        .to_string();
    let read = [("page", LIST), ("seen", seen.as_str())];
    ana.send(READ_ALL, &read).await.is(200);
    ana.get(LIST).await.keeps_silent_about("since yesterday");
    app.pass(domain::clock::Timestamp::DAY);
    housekeeping().await;
    ana.get(LIST).await.keeps_silent_about("since yesterday");
}
