//! Posts that read like a call for help: whoever wrote one is shown where help
//! is, the desk sees it, and nobody else learns of it.

use crate::{
    reflections,
    support::{Answer, Browser, TestApp, TestMember},
};
use domain::care::{Call, Origin, Queue, Severity};

const CALL: &str = "I can't stop drinking and I need help. Is anyone there?";
const DANGER: &str = "I want to die. I can't do this anymore.";
const ORDINARY: &str = "We painted the hall on Sunday and had soup.";
/// What stands beside it, for whoever wrote it.
const BESIDE: &str = "The peer supporters here will read what you wrote.";

/// A place where people write.
struct Room {
    post: &'static str,
    edit: &'static str,
    fields: Vec<(&'static str, String)>,
}

fn room(post: &'static str, edit: &'static str, fields: &[(&'static str, &str)]) -> Room {
    let fields = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    Room {
        post,
        edit,
        fields: fields.collect(),
    }
}

/// Every room where people write, for a member.
async fn rooms(app: &TestApp, of: &TestMember) -> Vec<Room> {
    let [prompt, _] = reflections::article(app, app.now()).await;
    let subject = app.story(of).await.subject.to_string();
    vec![
        room(
            "/api/stories/share",
            "/api/stories/edit",
            &[("title", "A Tuesday")],
        ),
        room(
            "/api/reflections/answer",
            "/api/reflections/edit",
            &[("prompt", &prompt)],
        ),
        room(
            "/api/shout-outs/post",
            "/api/shout-outs/edit",
            &[("to", "the night nurse")],
        ),
        room(
            "/api/rituals/post",
            "/api/rituals/edit",
            &[
                ("kind", "shared_meal"),
                ("title", "Thursday"),
                ("when", "2026-09-24T18:30"),
                ("zone", "Europe/London"),
                ("place", "The hall"),
            ],
        ),
        room(
            "/api/comments/post",
            "/api/comments/edit",
            &[("subject", &subject), ("parent", "")],
        ),
    ]
}

impl Room {
    fn saying<'a>(&'a self, words: &'a str, voice: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut fields: Vec<_> = self
            .fields
            .iter()
            .map(|(name, value)| (*name, &**value))
            .collect();
        fields.extend([("page", "/"), ("body", words), ("voice", voice)]);
        fields
    }

    /// Posts without script; answers with the page where that leads.
    async fn says(&self, by: &mut Browser, words: &str) -> Answer {
        by.post_form(self.post, &self.saying(words, "handle")).await
    }

    /// Posts as the hydrated page does.
    async fn sends(&self, by: &mut Browser, words: &str) -> Answer {
        by.send(self.post, &self.saying(words, "handle")).await
    }

    /// Changes without script what a hydrated answer was about.
    async fn changes(&self, by: &mut Browser, sent: &Answer, words: &str) -> Answer {
        let id = id_in(sent);
        let mut fields = self.saying(words, "handle");
        fields.push(("id", &id));
        by.post_form(self.edit, &fields).await
    }
}

/// The id of what was posted, wherever it is in the answer.
fn id_in(answer: &Answer) -> String {
    let json = answer.is(200).json();
    let post = ["comment", "reflection", "shout_out"]
        .iter()
        .find_map(|name| json.get(name))
        .unwrap_or(&json);
    post["id"].as_str().expect("an id").to_owned()
}

/// The calls that wait.
async fn desk(app: &TestApp) -> Vec<Call> {
    let mut reader = app.house.store.read().await.expect("a reader");
    let mut waiting = Vec::new();
    for (queue, severity) in [
        (Queue::Danger, Severity::Crisis),
        (Queue::Noticed, Severity::Call),
    ] {
        let page = reader.waiting_calls(queue, None, 50).await;
        let items = page.expect("the desk").items;
        let count = reader.waiting_count(queue).await.expect("a count");
        assert_eq!(count, items.len() as u64);
        assert!(items.iter().all(|call| call.severity == severity));
        waiting.extend(items);
    }
    waiting
}

#[tokio::test]
async fn in_every_room_whoever_writes_a_call_is_shown_where_help_is_and_nobody_else() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    for room in rooms(&app, &ana).await {
        let landed = room.says(&mut ana, CALL).await;
        landed.is(200).says(BESIDE).says("In danger now:");
        assert!(landed.body.contains("href=\"tel:"), "{}", room.post);
        for other in [&mut ben.browser, &mut app.guest().browser] {
            let seen = other.get(&landed.address).await;
            seen.is(200).says("I need help.").keeps_silent_about(BESIDE);
            seen.keeps_silent_about("In danger now:");
        }
    }
}

#[tokio::test]
async fn in_every_room_a_call_is_on_the_desk_once() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for (before, room) in rooms(&app, &ana).await.iter().enumerate() {
        room.says(&mut ana, CALL).await.is(200);
        room.says(&mut ana, CALL).await.is(200);
        let desk = desk(&app).await;
        assert_eq!(desk.len(), before + 1, "{}", room.post);
        assert!(desk.iter().all(|call| call.origin == Origin::Noticed));
        assert!(desk.iter().all(|call| call.post.is_some()));
    }
}

#[tokio::test]
async fn the_hydrated_page_gets_the_contacts_with_what_was_posted() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for room in rooms(&app, &ana).await {
        let sent = room.sends(&mut ana, DANGER).await;
        let json = sent.is(200).json();
        // The others go to a page of their own.
        for name in ["comment", "reflection", "shout_out"] {
            if let Some(post) = json.get(name) {
                assert!(post["near"]["lines"][0]["name"].is_string(), "{json}");
            }
        }
    }
    assert!(
        desk(&app)
            .await
            .iter()
            .all(|call| call.severity == Severity::Crisis)
    );
}

#[tokio::test]
async fn ordinary_words_are_nobodys_concern() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for room in rooms(&app, &ana).await {
        let landed = room.says(&mut ana, ORDINARY).await;
        landed.is(200).says("had soup").keeps_silent_about(BESIDE);
        let sent = room.sends(&mut ana, "Thank you for the lovely soup.").await;
        sent.is(200).keeps_silent_about("tel:");
    }
    assert!(desk(&app).await.is_empty());
}

#[tokio::test]
async fn words_that_become_a_call_reach_the_desk_and_stay_there() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for (before, room) in rooms(&app, &ana).await.iter().enumerate() {
        let sent = room.sends(&mut ana, ORDINARY).await;
        assert_eq!(desk(&app).await.len(), before, "{}", room.post);
        room.changes(&mut ana, &sent, DANGER)
            .await
            .is(200)
            .says(BESIDE);
        assert_eq!(desk(&app).await.len(), before + 1, "{}", room.post);
        let landed = room.changes(&mut ana, &sent, "All is well again.").await;
        landed.is(200).keeps_silent_about(BESIDE);
        assert_eq!(desk(&app).await.len(), before + 1, "{}", room.post);
    }
}

#[tokio::test]
async fn somebody_else_cannot_put_my_words_on_the_desk() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    for room in rooms(&app, &ana).await {
        let sent = room.sends(&mut ana, ORDINARY).await;
        let refused = room.changes(&mut ben, &sent, DANGER).await;
        refused.keeps_silent_about(BESIDE);
    }
    assert!(desk(&app).await.is_empty());
}

#[tokio::test]
async fn a_guests_comment_that_waits_for_review_is_on_the_desk_at_once() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let mut guest = app.guest();
    let rooms = rooms(&app, &ana).await;
    let comments = rooms.last().expect("the comments");
    let mut fields = comments.saying(CALL, "");
    fields.retain(|(name, _)| *name != "voice");
    let landed = guest.post_form(comments.post, &fields).await;
    landed.is(200).says("Waiting for review").says(BESIDE);
    assert_eq!(desk(&app).await.len(), 1);
    let mut another = app.guest();
    another
        .get(&landed.address)
        .await
        .keeps_silent_about(BESIDE)
        .keeps_silent_about("I need help.");
}

#[tokio::test]
async fn an_anonymous_call_tells_no_name() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana-lucia").await;
    let mut ben = app.member("ben").await;
    for room in rooms(&app, &ana).await {
        let landed = ana
            .post_form(room.post, &room.saying(CALL, "anonymous"))
            .await;
        landed.is(200).says(BESIDE);
        let seen = ben.get(&landed.address).await;
        seen.is(200).says("Anonymously").keeps_silent_about(BESIDE);
    }
    assert_eq!(desk(&app).await.len(), 5);
}

#[tokio::test]
async fn after_a_day_the_contacts_stand_beside_it_no_more() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let rooms = rooms(&app, &ana).await;
    let landed = rooms[0].says(&mut ana, CALL).await;
    landed.says(BESIDE);
    app.pass(domain::care::BESIDE_FOR);
    let later = ana.get(&landed.address).await;
    later
        .is(200)
        .says("I need help.")
        .keeps_silent_about(BESIDE);
}

#[tokio::test]
async fn an_answer_from_the_desk_is_no_call_of_its_own() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let roles = domain::actor::Roles::default().with(domain::actor::Role::PeerSupporter);
    let mut mara = app.member_with("mara", roles).await;
    let rooms = rooms(&app, &ana).await;
    let comments = rooms.last().expect("the comments");
    let asked = id_in(&comments.sends(&mut ana, DANGER).await);
    let answers = "Are you thinking of killing yourself? I want to help you, please call me.";
    let mut fields = comments.saying(answers, "handle");
    fields.retain(|(name, _)| *name != "parent");
    fields.push(("parent", &asked));
    mara.send(comments.post, &fields).await.is(200);
    assert!(desk(&app).await.is_empty(), "answered, and nothing new");
}
