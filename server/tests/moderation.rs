//! Moderation: people report what harms, those who keep the house decide, and
//! the author is told and can say something to it.

use crate::support::{Answer, Browser, Place, TestApp, TestGuest, TestMember};
use domain::{
    accounts::LoggedBy,
    actor::{Role, Roles},
    clock::Timestamp,
};
use server::housekeeping;

const POST: &str = "/api/comments/post";
const EDIT: &str = "/api/comments/edit";
const DECIDE: &str = "/api/moderation/decide";
const REPORT: &str = "/api/moderation/report";
const APPEAL: &str = "/api/moderation/appeal";
const ANSWER: &str = "/api/moderation/answer";
const CONFIRM: &str = "/api/moderation/confirm";
const LIFT: &str = "/api/moderation/lift";
const LOCK: &str = "/api/moderation/lock";
const ASK_WHO: &str = "/api/moderation/ask-who";
const AGREE_WHO: &str = "/api/moderation/agree-who";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

struct Scene {
    app: TestApp,
    story: Place,
    ana: TestMember,
    guest: TestGuest,
    moderator: TestMember,
    comment: String,
}

/// A guest has commented on a story of Ana's.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let mut guest = app.guest();
    guest.get(&story.page).await;
    let comment = comments(&mut guest, &story, "I know that bench.").await;
    let moderator = keeper(&app, "moira").await;
    Scene {
        app,
        story,
        ana,
        guest,
        moderator,
        comment,
    }
}

async fn keeper(app: &TestApp, handle: &str) -> TestMember {
    app.member_with(handle, Roles::default().with(Role::Moderator))
        .await
}

/// Answers with `comment-id`.
async fn comments(who: &mut Browser, story: &Place, body: &str) -> String {
    let answer = says(who, story, body).await;
    let id = answer.is(200).json()["comment"]["id"].clone();
    format!("comment-{}", id.as_str().expect("an id"))
}

async fn says(who: &mut Browser, story: &Place, body: &str) -> Answer {
    let subject = story.subject.to_string();
    let fields = [
        ("page", story.page.as_str()),
        ("subject", subject.as_str()),
        ("body", body),
    ];
    who.send(POST, &fields).await
}

/// Tells a story anonymously; answers with `story-id` and its page.
async fn tells(who: &mut TestMember, title: &str) -> (String, Place) {
    let fields = [
        ("title", title),
        ("body", "It was raining."),
        ("voice", "anonymous"),
    ];
    let answer = who.send("/api/stories/share", &fields).await;
    let id = answer.is(200).json()["id"].clone();
    let id = id.as_str().expect("an id");
    let thing = format!("story-{id}");
    let place = Place {
        subject: thing.parse().expect("a subject"),
        page: format!("/stories/{id}"),
    };
    (thing, place)
}

/// Decides about a thing as it stands.
async fn decide(
    app: &TestApp,
    who: &mut Browser,
    thing: &str,
    ruling: &str,
    reason: &str,
) -> Answer {
    let seen = app.seen(thing).await;
    let page = format!("/moderation/{thing}");
    let fields = [
        ("page", page.as_str()),
        ("thing", thing),
        ("seen", &seen),
        ("kind", ruling),
        ("reason", reason),
    ];
    who.send(DECIDE, &fields).await
}

async fn report(who: &mut Browser, thing: &str, reason: &str, words: &str) -> Answer {
    let page = format!("/report/{thing}");
    let fields = [
        ("page", page.as_str()),
        ("thing", thing),
        ("kind", reason),
        ("body", words),
    ];
    who.send(REPORT, &fields).await
}

#[tokio::test]
async fn a_guests_comment_waits_and_is_approved() {
    let mut scene = scene().await;
    let page = scene.story.page.as_str();
    scene
        .guest
        .get(page)
        .await
        .says("I know that bench.")
        .says("Waiting for review");
    let mut ben = scene.app.member("ben").await;
    ben.get(page).await.keeps_silent_about("I know that bench.");
    let queue = scene.moderator.get("/moderation").await;
    queue.says("I know that bench.").says("Approve");
    let form = format!("moderation.publish.{}", scene.comment);
    let seen = queue.field(&form, "seen").expect("a version");
    let fields = [
        ("page", "/moderation"),
        ("thing", scene.comment.as_str()),
        ("seen", &seen),
        ("kind", "publish"),
    ];
    let after = scene.moderator.post_form(DECIDE, &fields).await;
    assert_eq!(after.address, "/moderation");
    after
        .says("Nothing waits")
        .keeps_silent_about("I know that bench.");
    scene.app.guest().get(page).await.says("I know that bench.");
    scene
        .guest
        .get(page)
        .await
        .keeps_silent_about("Waiting for review");
}

#[tokio::test]
async fn what_is_hidden_is_seen_by_its_writer_with_the_reason() {
    let mut scene = scene().await;
    let (app, page) = (&scene.app, scene.story.page.as_str());
    let hide = decide(app, &mut scene.moderator, &scene.comment, "hide", "").await;
    hide.is(422);
    let reason = "It names someone.";
    decide(app, &mut scene.moderator, &scene.comment, "hide", reason)
        .await
        .is(200);
    let decision = app.last_decision(&scene.comment).await;
    scene
        .guest
        .get(page)
        .await
        .says("I know that bench.")
        .says("Only you can see it now.")
        .says("The reason: It names someone.")
        .says("If you see it differently");
    for others in [
        &mut app.guest().browser,
        &mut app.member("ben").await.browser,
        &mut scene.moderator.browser,
    ] {
        others
            .get(page)
            .await
            .keeps_silent_about("I know that bench.")
            .keeps_silent_about("It names someone.");
        let told = format!("/me/decisions/{decision}");
        others.get(&told).await.is(404);
    }
    let id = scene.comment.trim_start_matches("comment-");
    app.guest().get(&format!("/comments/{id}")).await.is(404);
    // It cannot be changed into something else.
    let edit = [("page", "/"), ("id", id), ("body", "Something else.")];
    scene.guest.send(EDIT, &edit).await.is(409);
}

#[tokio::test]
async fn only_those_who_keep_the_house_decide() {
    let mut scene = scene().await;
    let app = &scene.app;
    let mut ben = app.member("ben").await;
    let edith = Roles::default()
        .with(Role::Editor)
        .with(Role::PeerSupporter);
    let mut edith = app.member_with("edith", edith).await;
    let story = scene.story.subject.to_string();
    for address in [DECIDE, LOCK, LIFT, CONFIRM, ANSWER] {
        for thing in [scene.comment.as_str(), "made-up"] {
            let fields = [
                ("page", "/moderation"),
                ("thing", thing),
                ("id", NOBODY),
                ("seen", ""),
                ("kind", "publish"),
                ("locked", "yes"),
                ("reason", "No."),
            ];
            for member in [&mut ben, &mut edith] {
                member.send(address, &fields).await.is(403);
            }
            scene.guest.send(address, &fields).await.is(401);
        }
    }
    for page in ["/moderation".to_owned(), format!("/moderation/{story}")] {
        for (browser, status) in [
            (&mut ben.browser, 403),
            (&mut edith.browser, 403),
            (&mut scene.guest.browser, 401),
        ] {
            browser
                .get(&page)
                .await
                .is(status)
                .keeps_silent_about("I know that bench.");
        }
    }
    let mut host = app
        .member_with("hanna", Roles::default().with(Role::Host))
        .await;
    host.get(&format!("/moderation/{}", scene.comment))
        .await
        .is(200)
        .says("I know that bench.");
    decide(app, &mut host, &scene.comment, "publish", "")
        .await
        .is(200);
    for unknown in [format!("comment-{NOBODY}"), format!("article-{NOBODY}")] {
        let page = format!("/moderation/{unknown}");
        host.get(&page).await.is(404);
        let fields = [
            ("page", page.as_str()),
            ("thing", &unknown),
            ("kind", "publish"),
        ];
        host.send(DECIDE, &fields).await.is(404);
    }
}

#[tokio::test]
async fn a_second_decision_is_harmless_or_told() {
    let mut scene = scene().await;
    let app = &scene.app;
    let mut other = keeper(app, "mona").await;
    let seen = app.seen(&scene.comment).await;
    let fields = |ruling: &'static str| {
        [
            ("page", "/moderation"),
            ("thing", scene.comment.as_str()),
            ("seen", seen.as_str()),
            ("kind", ruling),
            ("reason", "No."),
        ]
    };
    for _ in 0..2 {
        let published = scene.moderator.send(DECIDE, &fields("publish")).await;
        published.is(200);
    }
    other.send(DECIDE, &fields("publish")).await.is(200);
    other.send(DECIDE, &fields("hide")).await.is(409);
    let mut reader = app.house.store.read().await.expect("a reader");
    let noted = reader.log(None, 10).await.expect("the log").items;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].action, "moderation.publish");
    assert_eq!(noted[0].by, LoggedBy::Member("moira".into()));
}

#[tokio::test]
async fn nothing_is_published_unread() {
    let mut scene = scene().await;
    let app = &scene.app;
    let seen = app.seen(&scene.comment).await;
    // The guest changes the words after the moderator read them.
    app.pass(1_000);
    let id = scene.comment.trim_start_matches("comment-").to_owned();
    let edit = [("page", "/"), ("id", &id), ("body", "Other words.")];
    scene.guest.send(EDIT, &edit).await.is(200);
    let fields = [
        ("page", "/moderation"),
        ("thing", scene.comment.as_str()),
        ("seen", &seen),
        ("kind", "publish"),
    ];
    scene.moderator.send(DECIDE, &fields).await.is(409);
    scene
        .moderator
        .get("/moderation")
        .await
        .says("Other words.");
    decide(app, &mut scene.moderator, &scene.comment, "publish", "")
        .await
        .is(200);
    let page = app.guest().get(&scene.story.page).await;
    page.says("Other words.");
    // Nor can it be changed once it was read.
    let edit = [("page", "/"), ("id", &id), ("body", "Yet others.")];
    scene.guest.send(EDIT, &edit).await.is(409);
}

#[tokio::test]
async fn a_long_queue_comes_in_pages_oldest_first() {
    let mut scene = scene().await;
    for number in 0..25 {
        scene.app.pass(1_000);
        let body = format!("word number {number}.");
        comments(&mut scene.guest, &scene.story, &body).await;
    }
    let first = scene.moderator.get("/moderation").await;
    first
        .says("I know that bench.")
        .says("word number 0.")
        .says("word number 18.");
    first.keeps_silent_about("word number 19.");
    let start = first.body.find("/moderation?after=").expect("a next page");
    let link = &first.body[start..];
    let link = &link[..link.find('"').expect("an end")];
    let second = scene.moderator.get(link).await;
    second.says("word number 19.").says("word number 24.");
    second.keeps_silent_about("word number 18.");
    for list in ["after", "reported", "appeals"] {
        let made_up = format!("/moderation?{list}=made-up");
        scene.moderator.get(&made_up).await.is(404);
    }
}

#[tokio::test]
async fn anyone_reports_without_script_and_nobody_learns_who() {
    let mut scene = scene().await;
    let thing = scene.story.subject.to_string();
    let page = format!("/report/{thing}");
    let mut ben = scene.app.member("benedikt").await;
    ben.get(&scene.story.page).await.says("Report");
    ben.get(&page)
        .await
        .is(200)
        .says("Report this story")
        .says("I am worried about this person");
    // A field was left out: the words are kept.
    let fields = [
        ("page", page.as_str()),
        ("thing", &thing),
        ("body", "He means me."),
    ];
    let again = ben.post_form(REPORT, &fields).await;
    again.says("Choose one of these.");
    let form = format!("moderation.report.{thing}");
    let kept = again.field(&form, "body");
    assert_eq!(kept.as_deref(), Some("He means me."));
    let fields = [
        ("page", page.as_str()),
        ("thing", &thing),
        ("kind", "reveals"),
        ("body", "He means me."),
    ];
    let thanks = ben.post_form(REPORT, &fields).await;
    assert_eq!(thanks.address, page);
    thanks.is(200).says("Nobody is told who reported it.");
    ben.get(&page).await.says("Thank you.");
    report(&mut scene.guest, &thing, "spam", "").await.is(200);
    // Once a person, whatever they say.
    scene.app.pass(Timestamp::HOUR);
    report(&mut ben, &thing, "spam", "Again.").await.is(200);
    let desk = scene.moderator.get("/moderation").await;
    desk.says("Reported by 2 people")
        .says("It says who someone is")
        .says("It is spam")
        .keeps_silent_about("benedikt");
    let desk = scene.moderator.get(&format!("/moderation/{thing}")).await;
    desk.is(200)
        .says("He means me.")
        .keeps_silent_about("Again.")
        .keeps_silent_about("benedikt");
    // Its author sees nothing of it.
    let own = scene.ana.get(&scene.story.page).await;
    own.is(200)
        .keeps_silent_about("He means me.")
        .keeps_silent_about("Report this story");
    scene.ana.get("/me").await.keeps_silent_about("eported");
    // It is settled once it was decided on.
    decide(&scene.app, &mut scene.moderator, &thing, "publish", "")
        .await
        .is(200);
    let desk = scene.moderator.get("/moderation").await;
    desk.says("Nothing was reported.");
    scene
        .ana
        .get("/me/decisions")
        .await
        .says("Nothing was decided about anything of yours.");
}

#[tokio::test]
async fn what_cannot_be_seen_or_is_ones_own_is_not_reported() {
    let mut scene = scene().await;
    let own = scene.story.subject.to_string();
    let mut ben = scene.app.member("ben").await;
    report(&mut scene.ana, &own, "spam", "").await.is(403);
    let page = scene.ana.get(&format!("/report/{own}")).await;
    page.is(403).says("This is your own.");
    for unknown in [
        scene.comment.clone(),
        format!("story-{NOBODY}"),
        format!("article-{NOBODY}"),
        "made-up".to_owned(),
    ] {
        report(&mut ben, &unknown, "spam", "").await.is(404);
        ben.get(&format!("/report/{unknown}")).await.is(404);
    }
    report(&mut ben, &own, "because", "").await.is(422);
    let long = "a".repeat(1001);
    report(&mut ben, &own, "spam", &long).await.is(422);
}

/// Reports, hides, tells, hears and takes back, all without script.
#[tokio::test]
async fn an_author_is_told_why_and_is_heard_by_somebody_else() {
    let mut scene = scene().await;
    let app = &scene.app;
    let (thing, place) = tells(&mut scene.ana, "The pier").await;
    let page = place.page.as_str();
    report(&mut scene.guest, &thing, "reveals", "")
        .await
        .is(200);
    let mut other = keeper(app, "mona").await;
    let desk = format!("/moderation/{thing}");
    let at_desk = scene.moderator.get(&desk).await;
    at_desk
        .is(200)
        .says("The pier")
        .keeps_silent_about("ana")
        .keeps_silent_about(&scene.ana.member.id.to_string());
    let form = format!("moderation.decide.{thing}");
    let seen = at_desk.field(&form, "seen").expect("a version");
    let fields = [
        ("page", desk.as_str()),
        ("thing", &thing),
        ("seen", &seen),
        ("kind", "hide"),
        ("reason", "It says where someone works."),
    ];
    let after = scene.moderator.post_form(DECIDE, &fields).await;
    assert_eq!(after.address, desk);
    after.says("It is out of sight.").says("Taken out of sight");

    let own = scene.ana.get(page).await;
    own.is(200)
        .says("took this out of sight")
        .says("The reason: It says where someone works.");
    scene
        .ana
        .get("/me/notifications")
        .await
        .says("A decision about something of yours");
    scene
        .ana
        .get("/me")
        .await
        .says("Your story was taken out of sight.");
    let list = scene.ana.get("/me/decisions").await;
    list.says("Your story was taken out of sight.");
    let decision = app.last_decision(&thing).await;
    let told = format!("/me/decisions/{decision}");
    let read = scene.ana.get(&told).await;
    read.is(200)
        .says("It says where someone works.")
        .says("If you see it differently")
        .keeps_silent_about("moira");
    let fields = [
        ("page", told.as_str()),
        ("id", &decision),
        ("body", "It is the place where I work myself."),
    ];
    let said = scene.ana.post_form(APPEAL, &fields).await;
    assert_eq!(said.address, told);
    said.says("Somebody reads it.");
    let more = [
        ("page", told.as_str()),
        ("id", &decision),
        ("body", "And another thing."),
    ];
    scene.ana.send(APPEAL, &more).await.is(409);

    // Whoever decided does not answer.
    let reply = [
        ("page", "/moderation"),
        ("id", decision.as_str()),
        ("kind", "lift"),
        ("reason", "Thank you, we see."),
    ];
    let own_decision = scene.moderator.get("/moderation").await;
    own_decision
        .says("It is the place where I work myself.")
        .says("Somebody else answers this.")
        .keeps_silent_about("ana");
    scene.moderator.send(ANSWER, &reply).await.is(403);
    other
        .get("/moderation")
        .await
        .says("It is the place where I work myself.")
        .says("Take the decision back");
    let answered = other.post_form(ANSWER, &reply).await;
    answered
        .is(200)
        .keeps_silent_about("It is the place where I work myself.");
    scene
        .ana
        .get(&told)
        .await
        .says("Taken back")
        .says("Thank you, we see.");
    app.guest().get(page).await.is(200).says("The pier");
}

#[tokio::test]
async fn a_decision_is_its_authors_alone() {
    let mut scene = scene().await;
    let app = &scene.app;
    let story = scene.story.subject.to_string();
    decide(app, &mut scene.moderator, &story, "warn", "Mind the names.")
        .await
        .is(200);
    let decision = app.last_decision(&story).await;
    let told = format!("/me/decisions/{decision}");
    let appeal = [("page", told.as_str()), ("id", &decision), ("body", "No.")];
    let mut ben = app.member("ben").await;
    for other in [
        &mut ben.browser,
        &mut scene.guest.browser,
        &mut scene.moderator.browser,
    ] {
        other
            .get(&told)
            .await
            .is(404)
            .keeps_silent_about("Mind the names.");
        other
            .fetch(&format!("/api/moderation/decision?id={decision}&form="))
            .await
            .is(404);
        other.send(APPEAL, &appeal).await.is(404);
        other
            .get("/me/decisions")
            .await
            .keeps_silent_about(&decision);
    }
    scene.ana.get(&told).await.is(200).says("Mind the names.");
    let empty = [("page", told.as_str()), ("id", &decision), ("body", " ")];
    scene.ana.send(APPEAL, &empty).await.is(422);
    for unknown in [NOBODY, "made-up"] {
        let appeal = [("page", "/"), ("id", unknown), ("body", "No.")];
        scene.ana.send(APPEAL, &appeal).await.is(404);
        let told = format!("/me/decisions/{unknown}");
        scene.ana.get(&told).await.is(404);
    }
}

/// Suspended: reads, takes back, appeals, reports and looks after the account;
/// posts nothing, on no device.
#[tokio::test]
async fn whoever_is_suspended_reads_and_is_heard_and_posts_nothing() {
    let mut scene = scene().await;
    let app = &scene.app;
    let story = scene.story.subject.to_string();
    let ben = app.member("ben").await;
    let bens = app.story(&ben).await;
    let mut phone = scene.ana.browser.clone();
    let own = comments(&mut phone, &bens, "Thank you for this.").await;
    decide(
        app,
        &mut scene.moderator,
        &story,
        "suspend_7",
        "Rest a little.",
    )
    .await
    .is(200);
    let refused = says(&mut phone, &bens, "Another thing.").await;
    let refused = refused.is(403).json();
    assert_eq!(refused["refused"]["barred"]["until"]["iso"], "2025-01-13");
    let subject = bens.subject.to_string();
    for (address, fields) in [
        (
            "/api/stories/share",
            vec![("title", "A"), ("body", "B"), ("voice", "handle")],
        ),
        (
            "/api/shout-outs/post",
            vec![("to", "the harbour"), ("body", "B"), ("voice", "handle")],
        ),
        (
            "/api/support/give",
            vec![("subject", subject.as_str()), ("kind", "with_you")],
        ),
    ] {
        scene.ana.send(address, &fields).await.is(403);
    }
    // Without script the words are kept.
    let fields = [
        ("page", bens.page.as_str()),
        ("subject", &subject),
        ("body", "One more thing."),
    ];
    let page = scene.ana.post_form(POST, &fields).await;
    page.says("You cannot post here until 13 January 2025.");
    let form = format!("comments.{subject}.root");
    assert_eq!(
        page.field(&form, "body").as_deref(),
        Some("One more thing.")
    );
    scene
        .ana
        .get("/me")
        .await
        .says("You cannot post here until 13 January 2025.");

    let id = own.trim_start_matches("comment-");
    let back = [("page", "/"), ("id", id)];
    scene
        .ana
        .send("/api/comments/take-back", &back)
        .await
        .is(200);
    report(&mut scene.ana, &subject, "worried", "")
        .await
        .is(200);
    let decision = app.last_decision(&story).await;
    let appeal = [("page", "/me"), ("id", decision.as_str()), ("body", "No.")];
    scene.ana.send(APPEAL, &appeal).await.is(200);
    scene.ana.get(&bens.page).await.is(200);
    app.pass(7 * Timestamp::DAY);
    says(&mut phone, &bens, "Back again.").await.is(200);
}

#[tokio::test]
async fn who_keeps_the_house_and_is_suspended_keeps_it_no_more() {
    let mut scene = scene().await;
    let app = &scene.app;
    let mut mona = keeper(app, "mona").await;
    let place = app.story(&mona).await;
    let thing = place.subject.to_string();
    mona.get("/moderation").await.is(200);
    let own = decide(app, &mut mona, &thing, "publish", "").await;
    own.is(403);
    mona.get(&format!("/moderation/{thing}"))
        .await
        .says("This is your own.");
    decide(app, &mut scene.moderator, &thing, "suspend_1", "Rest.")
        .await
        .is(200);
    mona.get("/moderation").await.is(403);
    let other = decide(app, &mut mona, &scene.comment, "publish", "").await;
    other.is(403);
    let decision = app.last_decision(&thing).await;
    let fields = [("page", "/moderation"), ("id", decision.as_str())];
    scene.moderator.send(LIFT, &fields).await.is(200);
    mona.get("/moderation").await.is(200);
    mona.get("/me").await.keeps_silent_about("cannot post");
}

#[tokio::test]
async fn a_ban_needs_two_and_an_appeal_ends_it() {
    let mut scene = scene().await;
    let app = &scene.app;
    let story = scene.story.subject.to_string();
    let ben = app.member("ben").await;
    let bens = app.story(&ben).await;
    decide(app, &mut scene.moderator, &story, "ban", "It was often.")
        .await
        .is(200);
    let decision = app.last_decision(&story).await;
    says(&mut scene.ana, &bens, "Still?").await.is(403);
    let told = format!("/me/decisions/{decision}");
    let read = scene.ana.get(&told).await;
    read.says("A second person looks at this before it lasts.");
    let agree = [("page", "/moderation"), ("id", decision.as_str())];
    scene.moderator.send(CONFIRM, &agree).await.is(403);
    scene
        .moderator
        .get("/moderation")
        .await
        .says("Somebody else has to agree.");
    let mut mona = keeper(app, "mona").await;
    let desk = mona.get("/moderation").await;
    desk.says("Agree to the ban").says("It was often.");
    let after = mona.post_form(CONFIRM, &agree).await;
    after.is(200).keeps_silent_about("Agree to the ban");
    app.pass(400 * Timestamp::DAY);
    let mut ana = app.member_again(&scene.ana).await;
    let mut mona = app.member_again(&mona).await;
    says(&mut ana, &bens, "Still?").await.is(403);
    ana.get("/me").await.says("You cannot post here any more.");
    let appeal = [
        ("page", told.as_str()),
        ("id", &decision),
        ("body", "I am better now."),
    ];
    ana.send(APPEAL, &appeal).await.is(200);
    let reply = [
        ("page", "/moderation"),
        ("id", decision.as_str()),
        ("kind", "lift"),
        ("reason", "Welcome back."),
    ];
    mona.send(ANSWER, &reply).await.is(200);
    says(&mut ana, &bens, "Thank you.").await.is(200);
}

#[tokio::test]
async fn a_ban_by_the_only_keeper_lasts_after_a_day() {
    let mut scene = scene().await;
    let app = &scene.app;
    let story = scene.story.subject.to_string();
    decide(app, &mut scene.moderator, &story, "ban", "It was often.")
        .await
        .is(200);
    let decision = app.last_decision(&story).await;
    let told = format!("/me/decisions/{decision}");
    let lasts = async |mut ana: Browser| {
        housekeeping::do_what_is_due(&app.house, &app.app.pace).await;
        let read = ana.get(&told).await;
        read.is(200)
            .words()
            .contains("You cannot post here any more.")
    };
    assert!(!lasts(scene.ana.browser.clone()).await);
    app.pass(Timestamp::DAY);
    assert!(lasts(scene.ana.browser.clone()).await);
}

/// Whatever is decided by way of an anonymous story stands with that story
/// alone.
#[tokio::test]
async fn two_anonymous_stories_of_one_person_are_not_linked() {
    let mut scene = scene().await;
    let app = &scene.app;
    let named = scene.story.subject.to_string();
    let (first, _) = tells(&mut scene.ana, "The pier").await;
    let (second, _) = tells(&mut scene.ana, "The lamp").await;
    for (thing, reason) in [(&first, "reason-one"), (&named, "reason-two")] {
        decide(app, &mut scene.moderator, thing, "suspend_1", reason)
            .await
            .is(200);
    }
    let reasons = ["reason-one", "reason-two"];
    for (thing, shown) in [
        (&first, &reasons[..1]),
        (&second, &[][..]),
        (&named, &reasons[1..]),
    ] {
        let page = format!("/moderation/{thing}");
        let read = format!("/api/moderation/thing?thing={thing}&form=");
        for answer in [
            scene.moderator.get(&page).await,
            scene.moderator.fetch(&read).await,
        ] {
            answer.is(200);
            for reason in reasons {
                let there = answer.body.contains(reason);
                assert_eq!(there, shown.contains(&reason), "{reason} on {page}");
            }
            if thing != &named {
                answer
                    .keeps_silent_about("ana")
                    .keeps_silent_about(&scene.ana.member.id.to_string());
            }
        }
    }
}

#[tokio::test]
async fn a_thread_is_locked_and_unlocked_without_script() {
    let mut scene = scene().await;
    let thing = scene.story.subject.to_string();
    let desk = format!("/moderation/{thing}");
    let mut ben = scene.app.member("ben").await;
    for (change, says_now, status) in [
        ("yes", "It takes no more comments.", 409),
        ("no", "It takes comments.", 200),
        ("yes", "It takes no more comments.", 409),
    ] {
        let fields = [
            ("page", desk.as_str()),
            ("thing", &thing),
            ("locked", change),
        ];
        let after = scene.moderator.post_form(LOCK, &fields).await;
        assert_eq!(after.address, desk);
        after.says(says_now);
        scene.app.pass(Timestamp::HOUR);
        says(&mut ben, &scene.story, "With you.").await.is(status);
    }
}

#[tokio::test]
async fn what_is_removed_is_gone_and_its_author_knows_why() {
    let mut scene = scene().await;
    let app = &scene.app;
    let thing = scene.story.subject.to_string();
    let done = decide(app, &mut scene.moderator, &thing, "remove", "It sells.").await;
    assert_eq!(done.is(200).json()["to"], "/moderation");
    scene.ana.get(&scene.story.page).await.is(404);
    let me = scene.ana.get("/me").await;
    me.says("Your story was removed.");
    let decision = app.last_decision(&thing).await;
    let told = scene.ana.get(&format!("/me/decisions/{decision}")).await;
    told.says("It sells.")
        .keeps_silent_about("Look at your story");
}

/// Whoever cannot post can still ask for help, come back to it, say more, and
/// say that it helped.
#[tokio::test]
async fn whoever_is_banned_still_asks_for_help() {
    let mut scene = scene().await;
    let app = &scene.app;
    let story = scene.story.subject.to_string();
    decide(app, &mut scene.moderator, &story, "ban", "It was often.")
        .await
        .is(200);
    let ask = [
        ("page", "/help/ask"),
        ("body", "I cannot sleep and I want to drink."),
        ("audience", ""),
    ];
    scene.ana.get("/help/ask").await.is(200);
    let asked = scene.ana.post_form("/api/care/ask", &ask).await;
    asked.is(200).says("It is with the peer supporters.");
    let page = asked.address.as_str();
    let code = page.trim_start_matches("/help/");
    for (verb, words) in [
        ("write-back", "Still here."),
        ("still-waiting", ""),
        ("helped", ""),
    ] {
        let id = NOBODY.replace('0', &verb.len().to_string()[..1]);
        let fields = [
            ("page", page),
            ("secret", code),
            ("id", &id),
            ("body", words),
        ];
        let address = format!("/api/care/{verb}");
        scene.ana.send(&address, &fields).await.is(200);
    }
    let open = [("page", "/help/ask"), ("code", code)];
    scene.ana.send("/api/care/open", &open).await.is(200);
    says(&mut scene.ana, &scene.story, "And here?")
        .await
        .is(403);
}

/// Who has been thanked learns of it when they can see it.
#[tokio::test]
async fn whoever_is_thanked_is_told_once_it_is_in_sight() {
    let mut scene = scene().await;
    let app = &scene.app;
    let mut ben = app.member("ben").await;
    let thanks = [
        ("to", "the harbour"),
        ("body", "For the lift."),
        ("voice", "handle"),
    ];
    let posted = scene.ana.send("/api/shout-outs/post", &thanks).await;
    let id = posted.is(200).json()["shout_out"]["id"].clone();
    let id = id.as_str().expect("an id");
    let thing = format!("shout_out-{id}");
    decide(
        app,
        &mut scene.moderator,
        &thing,
        "hold",
        "We read it first.",
    )
    .await
    .is(200);
    let edit = [
        ("page", "/"),
        ("id", id),
        ("to", "@ben"),
        ("body", "For the lift."),
    ];
    scene.ana.send("/api/shout-outs/edit", &edit).await.is(200);
    let told = "/me/notifications";
    ben.get(told).await.keeps_silent_about("Someone thanks you");
    ben.get(&format!("/shout-outs/{id}")).await.is(404);
    decide(app, &mut scene.moderator, &thing, "publish", "")
        .await
        .is(200);
    ben.get(told).await.says("Someone thanks you");
}

#[tokio::test]
async fn those_who_keep_the_house_read_the_log() {
    let mut scene = scene().await;
    let app = &scene.app;
    let (thing, _) = tells(&mut scene.ana, "The pier").await;
    for number in 0..21 {
        app.pass(1_000);
        let lock = [
            ("page", "/moderation"),
            ("thing", thing.as_str()),
            ("locked", ["yes", "no"][number % 2]),
        ];
        scene.moderator.send(LOCK, &lock).await.is(200);
    }
    app.pass(1_000);
    decide(app, &mut scene.moderator, &thing, "warn", "Mind the names.")
        .await
        .is(200);
    scene
        .moderator
        .get("/moderation")
        .await
        .says("What was done so far");
    let log = scene.moderator.get("/moderation/log").await;
    log.is(200)
        .says("Author told")
        .says("Mind the names.")
        .says("Thread locked")
        .says("moira")
        .keeps_silent_about("Newest")
        .keeps_silent_about("ana")
        .keeps_silent_about(&scene.ana.member.id.to_string());
    let link = format!("href=\"/moderation/{thing}\"");
    assert!(log.body.contains(&link), "no way to what it was about");
    let start = log
        .body
        .find("/moderation/log?after=")
        .expect("a next page");
    let link = &log.body[start..];
    let link = &link[..link.find('"').expect("an end")];
    let older = scene.moderator.get(link).await;
    older
        .is(200)
        .says("Newest")
        .says("Thread locked")
        .keeps_silent_about("Mind the names.");
    let made_up = "/moderation/log?after=made-up";
    scene.moderator.get(made_up).await.is(404);
    let mut ben = app.member("ben").await;
    for (browser, status) in [
        (&mut ben.browser, 403),
        (&mut scene.ana.browser, 403),
        (&mut scene.guest.browser, 401),
    ] {
        browser
            .get("/moderation/log")
            .await
            .is(status)
            .keeps_silent_about("Mind the names.");
        let read = browser.fetch("/api/moderation/log?after=").await;
        read.is(status).keeps_silent_about("Mind the names.");
    }
}

async fn host(app: &TestApp, handle: &str) -> TestMember {
    let mut host = app
        .member_with(handle, Roles::default().with(Role::Host))
        .await;
    host.confirms().await;
    host
}

/// Two hosts learn who wrote something, for a day; the author is told, and
/// nobody else learns it.
#[tokio::test]
async fn two_hosts_together_learn_who_wrote_something() {
    let mut scene = scene().await;
    let app = &scene.app;
    let (thing, _) = tells(&mut scene.ana, "The pier").await;
    let desk = format!("/moderation/{thing}");
    let mut hanna = host(app, "hanna").await;
    let mut hugo = host(app, "hugo").await;
    let mut third = host(app, "hilde").await;
    let ask = [
        ("page", desk.as_str()),
        ("thing", &thing),
        ("reason", "Somebody may be in danger."),
    ];
    let agree = &ask[..2];
    // The field was left empty.
    let empty = [ask[0], ask[1]];
    hanna.get(&desk).await.says("Ask who wrote it");
    hanna.send(ASK_WHO, &empty).await.is(422);
    let nothing_asked = hugo.send(AGREE_WHO, agree).await;
    nothing_asked.is(404);
    let waits = hanna.post_form(ASK_WHO, &ask).await;
    assert_eq!(waits.address, desk);
    waits
        .says("Another host has to agree")
        .keeps_silent_about("ana");
    hanna.send(ASK_WHO, &ask).await.is(200);
    hanna.send(AGREE_WHO, agree).await.is(403);
    third.send(ASK_WHO, &ask).await.is(409);
    scene
        .ana
        .get("/me/decisions")
        .await
        .says("Nothing was decided");
    hugo.get("/me/notifications")
        .await
        .says("A word from the house");
    let asked = hugo.get(&desk).await;
    asked
        .says("Somebody may be in danger.")
        .says("Agree to learn it")
        .keeps_silent_about("ana");
    let known = hugo.post_form(AGREE_WHO, agree).await;
    assert_eq!(known.address, desk);
    known.says("ana").says("wrote it.");
    hugo.send(AGREE_WHO, agree).await.is(200);
    third.send(AGREE_WHO, agree).await.is(409);
    hanna.get(&desk).await.says("wrote it.");
    let read = format!("/api/moderation/thing?thing={thing}&form=");
    for other in [&mut third, &mut scene.moderator] {
        for answer in [other.get(&desk).await, other.fetch(&read).await] {
            answer
                .is(200)
                .keeps_silent_about("ana")
                .keeps_silent_about(&scene.ana.member.id.to_string());
        }
    }
    third
        .get(&desk)
        .await
        .says("Two other hosts have learned who wrote it.");
    let log = scene.moderator.get("/moderation/log").await;
    log.says("A host asked who wrote it")
        .says("Two hosts learned who wrote it")
        .says("hanna")
        .says("hugo")
        .says("Somebody may be in danger.")
        .keeps_silent_about("ana<");
    let decision = app.last_decision(&thing).await;
    scene
        .ana
        .get(&format!("/me/decisions/{decision}"))
        .await
        .says("Two people who host this place have learned that your story is yours.")
        .says("Somebody may be in danger.");
    app.pass(Timestamp::DAY);
    hanna
        .get(&desk)
        .await
        .says("Ask who wrote it")
        .keeps_silent_about("wrote it.");
}

#[tokio::test]
async fn one_host_alone_learns_nothing() {
    let mut scene = scene().await;
    let app = &scene.app;
    let named = scene.story.subject.to_string();
    let (thing, _) = tells(&mut scene.ana, "The pier").await;
    let desk = format!("/moderation/{thing}");
    let mut hanna = host(app, "hanna").await;
    let page = hanna.get(&desk).await;
    page.says("You are the only host, so nobody can.");
    let ask = [
        ("page", desk.as_str()),
        ("thing", &thing),
        ("reason", "Somebody may be in danger."),
    ];
    hanna.send(ASK_WHO, &ask).await.is(409);
    let mut hugo = host(app, "hugo").await;
    let (own, _) = tells(&mut hugo, "The lamp").await;
    for (unknown, status) in [
        (named.as_str(), 404),
        (own.as_str(), 403),
        ("made-up", 404),
        (&format!("story-{NOBODY}"), 404),
    ] {
        let ask = [ask[0], ("thing", unknown), ask[2]];
        hugo.send(ASK_WHO, &ask).await.is(status);
    }
    // Nobody else asks, and whoever has not just proven who they are does not.
    scene.moderator.confirms().await;
    scene.ana.confirms().await;
    for other in [&mut scene.moderator, &mut scene.ana] {
        other.send(ASK_WHO, &ask).await.is(403);
        other.send(AGREE_WHO, &ask[..2]).await.is(403);
    }
    scene
        .moderator
        .get(&desk)
        .await
        .keeps_silent_about("Who wrote it");
    hanna.send(ASK_WHO, &ask).await.is(200);
    app.pass(Timestamp::HOUR);
    hugo.send(AGREE_WHO, &ask[..2]).await.is(401);
    // After a week nobody answers it any more.
    app.pass(7 * Timestamp::DAY);
    let mut hugo = app.member_again(&hugo).await;
    hugo.confirms().await;
    hugo.send(AGREE_WHO, &ask[..2]).await.is(404);
    let page = hugo.get(&desk).await;
    page.is(200).keeps_silent_about("ana");
}
