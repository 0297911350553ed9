//! Rituals, as browsers and scripts find them.

use crate::support::{Answer, TestApp, TestMember};
use domain::clock::Timestamp;

const POST: &str = "/api/rituals/post";
const EDIT: &str = "/api/rituals/edit";
const REMOVE: &str = "/api/rituals/remove";
const LINK: &str = "https://meet.example.org/soup-secret";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

/// A whole form, with some fields changed.
fn soup<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("page", "/rituals/new"),
        ("kind", "shared_meal"),
        ("title", "Thursday soup"),
        ("body", "Bring a *bowl* if you have one."),
        ("when", "2026-09-24T18:30"),
        ("zone", "Europe/London"),
        ("place", "The hall in Leith"),
        ("link", LINK),
        ("voice", "handle"),
    ];
    for (name, value) in changes {
        fields.retain(|(field, _)| field != name);
        fields.push((name, value));
    }
    fields
}

async fn share(by: &mut TestMember, changes: &[(&str, &str)]) -> String {
    let answer = by.send(POST, &soup(changes)).await;
    answer.is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[tokio::test]
async fn a_ritual_is_shared_without_script() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let page = ana.post_form(POST, &soup(&[])).await;
    page.is(200)
        .says("Shared meal")
        .says("Thursday soup")
        .says("Thursday 24 September 2026, 18:30 (Europe/London)")
        .says("The hall in Leith")
        .says(LINK)
        .says("ana");
    // Sent again: the same one.
    let again = ana.post_form(POST, &soup(&[])).await;
    assert_eq!(again.address, page.address);
    let list = ana.get("/rituals").await;
    assert_eq!(list.is(200).count("Thursday soup"), 1);
}

/// Every page and every answer that has to do with the ritual.
async fn all_answers(app: &TestApp, id: &str) -> Vec<Answer> {
    let mut guest = app.guest();
    let query = "query[after]=&query[reply]=&query[edit]=&query[delete]=&query[kept]=";
    let mut answers = Vec::new();
    for address in [
        "/".to_owned(),
        "/rituals".to_owned(),
        "/rituals?past=1".to_owned(),
        format!("/rituals/{id}"),
        format!("/rituals/{id}?edit=1&delete=1"),
        format!("/rituals/{id}/edit"),
        "/rituals/new".to_owned(),
    ] {
        answers.push(guest.get(&address).await);
    }
    for address in [
        "/api/rituals/list?past=false&after=".to_owned(),
        "/api/rituals/list?past=true&after=".to_owned(),
        format!("/api/rituals/read?id={id}&{query}"),
        format!("/api/rituals/sheet?id={id}"),
    ] {
        answers.push(guest.fetch(&address).await);
    }
    answers
}

#[tokio::test]
async fn the_link_never_reaches_a_guest() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let id = share(&mut ana, &[]).await;
    for _ in 0..2 {
        for answer in all_answers(&app, &id).await {
            answer
                .keeps_silent_about("meet.example.org")
                .keeps_silent_about("soup-secret");
        }
        // And once it is past.
        app.pass(3 * 365 * Timestamp::DAY);
    }
    let page = app.guest().get(&format!("/rituals/{id}")).await;
    page.is(200)
        .says("Members see the link.")
        .says("The hall in Leith");
    let read = format!(
        "/api/rituals/read?id={id}&query[after]=&query[reply]=&query[edit]=&query[delete]=&query[kept]="
    );
    // The same question, asked by a member, shows that the test looks in the
    // right place.
    let mut ben = app.member("ben").await;
    let answer = ben.fetch(&read).await;
    assert!(
        answer.is(200).body.contains("soup-secret"),
        "{}",
        answer.body
    );
    assert!(
        app.guest()
            .fetch(&read)
            .await
            .is(200)
            .body
            .contains("for_members")
    );
}

#[tokio::test]
async fn coming_ones_come_first_and_past_ones_have_a_page() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for (title, when) in [
        ("The later one", "2026-10-01T10:00"),
        ("The sooner one", "2026-09-01T10:00"),
        ("The old one", "2020-09-01T10:00"),
        ("The older one", "2019-09-01T10:00"),
    ] {
        share(&mut ana, &[("title", title), ("when", when)]).await;
    }
    let position = |page: &Answer, words: &str| page.words().find(words).expect("it is there");
    let coming = app.guest().get("/rituals").await;
    coming.is(200).keeps_silent_about("The old");
    assert!(position(&coming, "The sooner one") < position(&coming, "The later one"));
    let past = app.guest().get("/rituals?past=1").await;
    past.is(200)
        .says("Past rituals")
        .keeps_silent_about("The sooner one");
    assert!(position(&past, "The old one") < position(&past, "The older one"));
}

#[tokio::test]
async fn an_hour_that_the_clocks_leave_out_is_no_time() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let gap = [("when", "2026-03-29T01:30")];
    let page = ana.post_form(POST, &soup(&gap)).await;
    page.is(200)
        .says("Enter a date and a time that exist in that time zone.");
    for (name, value) in [
        ("when", "2026-03-29T01:30"),
        ("title", "Thursday soup"),
        ("link", LINK),
    ] {
        assert_eq!(
            page.field("rituals.new", name).as_deref(),
            Some(value),
            "{name}"
        );
    }
    // The hour that comes twice is one that exists: the first of the two.
    let id = share(&mut ana, &[("when", "2026-10-25T01:30")]).await;
    let page = ana.get(&format!("/rituals/{id}")).await;
    page.says("Sunday 25 October 2026, 01:30 (Europe/London)");
    assert!(page.body.contains("2026-10-25T00:30:00Z"));
}

#[tokio::test]
async fn bad_fields_are_named_all_at_once() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let page = ana
        .post_form(
            POST,
            &soup(&[
                ("kind", "party"),
                ("title", ""),
                ("body", " "),
                ("when", ""),
                ("zone", "Europe/Atlantis"),
                ("place", ""),
                ("link", "javascript:alert(1)"),
            ]),
        )
        .await;
    page.is(200)
        .says("Choose one of these.")
        .says("Give it a title.")
        .says("Write a few words first.")
        .says("Say when it takes place.")
        .says("Choose a time zone from the list")
        .says("A link begins with https:// or http://.");
    let nowhere = ana
        .post_form(POST, &soup(&[("place", ""), ("link", "")]))
        .await;
    nowhere.says("Say where, or give a link.");
    app.guest()
        .get("/rituals")
        .await
        .says("Nothing is planned at the moment.");
}

#[tokio::test]
async fn a_missing_field_is_an_empty_one() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    ana.send(POST, &[("title", "Soup")]).await.is(422);
    ana.send(POST, &[]).await.is(422);
}

#[tokio::test]
async fn guests_and_others_do_not_change_it() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let id = share(&mut ana, &[]).await;
    let changed = soup(&[("id", &id), ("title", "Not mine")]);
    app.guest().send(POST, &soup(&[])).await.is(401);
    app.guest().send(EDIT, &changed).await.is(401);
    app.guest().send(REMOVE, &[("id", &id)]).await.is(401);
    ben.send(EDIT, &changed).await.is(403);
    ben.send(REMOVE, &[("id", &id)]).await.is(403);
    ben.get(&format!("/rituals/{id}/edit")).await.is(403);
    app.guest()
        .get(&format!("/rituals/{id}/edit"))
        .await
        .is(401);
    ben.get(&format!("/rituals/{id}"))
        .await
        .is(200)
        .keeps_silent_about("Not mine");
}

#[tokio::test]
async fn its_author_edits_and_deletes_it() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let id = share(&mut ana, &[]).await;
    let (page, form) = (format!("/rituals/{id}"), format!("rituals.edit.{id}"));
    let sheet = ana.get(&format!("{page}/edit")).await;
    for (name, value) in [
        ("when", "2026-09-24T18:30"),
        ("zone", "Europe/London"),
        ("link", LINK),
    ] {
        assert_eq!(
            sheet.is(200).field(&form, name).as_deref(),
            Some(value),
            "{name}"
        );
    }
    let changed = soup(&[("id", &id), ("title", "Friday soup"), ("link", "")]);
    let done = ana.post_form(EDIT, &changed).await;
    done.is(200)
        .says("Friday soup")
        .says("edited")
        .keeps_silent_about(LINK);
    ana.get(&format!("{page}?delete=1"))
        .await
        .says("Delete this ritual?");
    let list = ana.post_form(REMOVE, &[("page", &page), ("id", &id)]).await;
    list.is(200).keeps_silent_about("Friday soup");
    ana.get(&page).await.is(404);
}

#[tokio::test]
async fn an_unknown_one_is_not_there() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for id in [NOBODY, "1"] {
        ana.get(&format!("/rituals/{id}")).await.is(404);
        ana.get(&format!("/rituals/{id}/edit")).await.is(404);
        ana.send(EDIT, &soup(&[("id", id)])).await.is(404);
        ana.send(REMOVE, &[("id", id)]).await.is(404);
    }
    ana.get("/rituals?after=nonsense").await.is(404);
}
