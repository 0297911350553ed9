//! A disk without room: nothing new is kept, nothing typed is lost, and
//! everything can still be read.

use crate::support::{
    TestApp, TestDatabase, TestMember,
    trouble::{Trouble, TroubledStore},
};
use domain::clock::Timestamp;
use server::database::{Database, Engine};

const POST: &str = "/api/comments/post";
const NO_ROOM: &str = "There is no room left to keep anything new.";

/// Longer than what is free in the pages that are there.
fn long_words() -> String {
    "One day at a time. ".repeat(200)
}

fn said<'a>(page: &'a str, subject: &'a str, body: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("page", page),
        ("key", ""),
        ("subject", subject),
        ("parent", ""),
        ("body", body),
    ]
}

async fn pages_are_there(app: &TestApp, member: &mut TestMember, story: &str) {
    for page in ["/", "/help", "/stories", story, "/healthz"] {
        app.guest().get(page).await.is(200);
        member.get(page).await.is(200);
    }
}

async fn may_grow(app: &TestApp, may: bool) {
    let Database::Sqlite(store) = &app.database else {
        panic!("this is about SQLite's file");
    };
    store.may_grow(may).await.expect("told");
}

#[tokio::test]
async fn when_the_file_cannot_grow_words_are_kept_and_pages_go_on() {
    let app = TestApp::at(TestDatabase::on(Engine::Sqlite).await, |_| {}).await;
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let (subject, words) = (story.subject.to_string(), long_words());
    let form = said(&story.page, &subject, &words);
    may_grow(&app, false).await;

    let answer = ana.send(POST, &form).await;
    answer.is(507);
    assert_eq!(answer.json(), serde_json::json!("no_room"));
    let answer = ana.post_form(POST, &form).await;
    answer.is(507).says(NO_ROOM).says(words.trim());
    let answer = app.guest().post_form(POST, &form).await;
    answer.is(507).says(NO_ROOM).says(words.trim());
    pages_are_there(&app, &mut ana, &story.page).await;

    may_grow(&app, true).await;
    ana.send(POST, &form).await.is(200);
    ana.get(&story.page).await.is(200).says(words.trim());
}

/// On a disk without a single free byte not even the day is noted on which
/// someone came by.
#[tokio::test]
async fn when_nothing_at_all_can_be_written_pages_go_on() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let disk = TroubledStore::before(app.house.store.clone());
    let app = app.on_store(disk.clone());
    let mut ben = app.member("ben").await;
    ben.get(&story.page).await.is(200);
    disk.has(Trouble::Full);
    app.pass(2 * Timestamp::DAY);
    pages_are_there(&app, &mut ben, &story.page).await;
    let subject = story.subject.to_string();
    let form = said(&story.page, &subject, "I was here.");
    let answer = ben.post_form(POST, &form).await;
    answer.is(507).says(NO_ROOM).says("I was here.");
    disk.is_well();
    ben.post_form(POST, &form).await.is(200).says("I was here.");
}
