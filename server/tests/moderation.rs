//! Moderation: what guests write is read before others see it.

use crate::support::{Answer, Place, TestApp, TestGuest, TestMember};
use domain::actor::{Role, Roles};

const POST: &str = "/api/comments/post";
const EDIT: &str = "/api/comments/edit";
const APPROVE: &str = "/api/moderation/approve";
const REFUSE: &str = "/api/moderation/refuse";

struct Scene {
    app: TestApp,
    story: Place,
    guest: TestGuest,
    moderator: TestMember,
    comment: String,
}

/// A guest has commented on a story.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let mut guest = app.guest();
    guest.get(&story.page).await;
    let comment = comments(&mut guest, &story, "I know that bench.").await;
    let moderator = app
        .member_with("mod", Roles::default().with(Role::Moderator))
        .await;
    Scene {
        app,
        story,
        guest,
        moderator,
        comment,
    }
}

async fn comments(guest: &mut TestGuest, story: &Place, body: &str) -> String {
    let subject = story.subject.to_string();
    let fields = [
        ("page", story.page.as_str()),
        ("subject", subject.as_str()),
        ("body", body),
    ];
    let answer = guest.send(POST, &fields).await;
    answer.is(200);
    answer.json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

async fn decide(who: &mut TestMember, address: &str, id: &str, reason: &str) -> Answer {
    let fields = [
        ("page", "/moderation"),
        ("id", id),
        ("seen", ""),
        ("reason", reason),
    ];
    who.send(address, &fields).await
}

#[tokio::test]
async fn a_guests_comment_waits_and_is_approved() {
    let Scene {
        app,
        story,
        mut guest,
        mut moderator,
        comment,
    } = scene().await;
    guest
        .get(&story.page)
        .await
        .says("I know that bench.")
        .says("Waiting for review");
    app.member("ben")
        .await
        .get(&story.page)
        .await
        .keeps_silent_about("I know that bench.");
    let queue = moderator.get("/moderation").await;
    queue
        .says("I know that bench.")
        .says("on a story")
        .says("Approve")
        .says("Refuse");
    let fields = [
        ("page", "/moderation"),
        ("id", comment.as_str()),
        ("seen", ""),
    ];
    let after = moderator.post_form(APPROVE, &fields).await;
    assert_eq!(after.address, "/moderation");
    after
        .says("Nothing waits")
        .keeps_silent_about("I know that bench.");
    app.guest()
        .get(&story.page)
        .await
        .says("I know that bench.");
    guest
        .get(&story.page)
        .await
        .keeps_silent_about("Waiting for review");
}

#[tokio::test]
async fn a_refused_comment_is_seen_by_its_guest_with_the_reason() {
    let Scene {
        app,
        story,
        mut guest,
        mut moderator,
        comment,
    } = scene().await;
    decide(&mut moderator, REFUSE, &comment, "").await.is(422);
    let done = decide(&mut moderator, REFUSE, &comment, "It names someone.").await;
    done.is(200);
    guest
        .get(&story.page)
        .await
        .says("Only you can see it now. The reason: It names someone.")
        .says("I know that bench.");
    for others in [
        &mut app.guest().browser,
        &mut app.member("ben").await.browser,
    ] {
        others
            .get(&story.page)
            .await
            .keeps_silent_about("I know that bench.")
            .keeps_silent_about("It names someone.");
    }
    let gone = app.guest().get(&format!("/comments/{comment}")).await;
    gone.is(404);
    // Its guest can take it back, and cannot change it into something else.
    let edit = [
        ("page", "/"),
        ("id", comment.as_str()),
        ("body", "Something else."),
    ];
    guest.send(EDIT, &edit).await.is(409);
}

#[tokio::test]
async fn only_those_who_keep_the_house_decide() {
    let Scene {
        app,
        mut guest,
        comment,
        ..
    } = scene().await;
    let mut ben = app.member("ben").await;
    let mut editor = app
        .member_with("edith", Roles::default().with(Role::Editor))
        .await;
    for address in [APPROVE, REFUSE] {
        for member in [&mut ben, &mut editor] {
            decide(member, address, &comment, "No.").await.is(403);
            decide(member, address, "made-up", "").await.is(403);
        }
        let fields = [("page", "/moderation"), ("id", comment.as_str())];
        guest.send(address, &fields).await.is(401);
    }
    ben.get("/moderation")
        .await
        .is(403)
        .keeps_silent_about("I know that bench.");
    guest
        .get("/moderation")
        .await
        .is(401)
        .keeps_silent_about("I know that bench.");
    let mut host = app
        .member_with("hanna", Roles::default().with(Role::Host))
        .await;
    decide(&mut host, APPROVE, &comment, "").await.is(200);
}

#[tokio::test]
async fn a_second_decision_is_harmless_or_told() {
    let Scene {
        app,
        mut moderator,
        comment,
        ..
    } = scene().await;
    let mut other = app
        .member_with("mona", Roles::default().with(Role::Moderator))
        .await;
    decide(&mut moderator, APPROVE, &comment, "").await.is(200);
    decide(&mut moderator, APPROVE, &comment, "").await.is(200);
    decide(&mut other, APPROVE, &comment, "").await.is(200);
    decide(&mut other, REFUSE, &comment, "Too late.")
        .await
        .is(409);
    decide(&mut other, APPROVE, "0123456789abcdef0123456789abcdef", "")
        .await
        .is(404);
    let mut reader = app.house.store.read().await.expect("a reader");
    let noted = reader.audit_entries(10).await.expect("the log");
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].action, "moderation.approve");
    assert_eq!(noted[0].by, Some(moderator.member.id));
}

#[tokio::test]
async fn nothing_is_published_unread() {
    let Scene {
        app,
        story,
        mut guest,
        mut moderator,
        comment,
    } = scene().await;
    // The guest changes the words after the moderator read them.
    app.pass(1_000);
    let edit = [
        ("page", "/"),
        ("id", comment.as_str()),
        ("body", "Other words."),
    ];
    guest.send(EDIT, &edit).await.is(200);
    decide(&mut moderator, APPROVE, &comment, "").await.is(409);
    let queue = moderator.get("/moderation").await;
    queue.says("Other words.");
    let seen = queue
        .field(&format!("moderation.approve.{comment}"), "seen")
        .expect("a version");
    let fields = [
        ("page", "/moderation"),
        ("id", comment.as_str()),
        ("seen", seen.as_str()),
    ];
    moderator.send(APPROVE, &fields).await.is(200);
    app.guest().get(&story.page).await.says("Other words.");
    // Nor can it be changed once it was read.
    let edit = [
        ("page", "/"),
        ("id", comment.as_str()),
        ("body", "Yet others."),
    ];
    guest.send(EDIT, &edit).await.is(409);
}

#[tokio::test]
async fn a_long_queue_comes_in_pages_oldest_first() {
    let Scene {
        app,
        story,
        mut guest,
        mut moderator,
        ..
    } = scene().await;
    for number in 0..25 {
        app.pass(1_000);
        comments(&mut guest, &story, &format!("word number {number}.")).await;
    }
    let first = moderator.get("/moderation").await;
    first
        .says("I know that bench.")
        .says("word number 0.")
        .says("word number 18.");
    first.keeps_silent_about("word number 19.");
    let start = first.body.find("/moderation?after=").expect("a next page");
    let link = &first.body[start..];
    let link = &link[..link.find('"').expect("an end")];
    let second = moderator.get(link).await;
    second.says("word number 19.").says("word number 24.");
    second.keeps_silent_about("word number 18.");
    moderator.get("/moderation?after=made-up").await.is(404);
}
