//! The wall of thanks, as browsers and scripts find it.

use crate::support::{Answer, TestApp, TestMember};

const POST: &str = "/api/shout-outs/post";
const EDIT: &str = "/api/shout-outs/edit";
const TAKE_DOWN: &str = "/api/shout-outs/take-down";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

/// The id of the shout-out in an answer, as addresses spell it.
fn id_in(answer: &Answer) -> String {
    let answer = answer.json();
    answer["shout_out"]["id"]
        .as_str()
        .expect("an id")
        .replace('-', "")
}

/// Thanks someone as the hydrated page does; answers with the id.
async fn thank(by: &mut TestMember, to: &str, body: &str) -> String {
    let answer = by
        .send(POST, &[("page", "/shout-outs"), ("to", to), ("body", body)])
        .await;
    id_in(answer.is(200))
}

#[tokio::test]
async fn thanks_are_on_the_wall_at_once_without_script() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    app.member("ben").await;
    let fields = [
        ("page", "/shout-outs"),
        ("to", "@ben"),
        ("body", "You *saved* me a chair."),
        ("voice", "handle"),
    ];
    let wall = ana.post_form(POST, &fields).await;
    wall.is(200)
        .says("ben")
        .says("You saved me a chair.")
        .says("ana");
    // Sent again by a reload: the same thanks, once.
    let again = ana.post_form(POST, &fields).await;
    assert_eq!(again.is(200).count("You saved me a chair."), 1);
}

#[tokio::test]
async fn nobody_learns_who_thanked_anonymously() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana-lucia").await;
    let fields = [
        ("to", "the night nurse"),
        ("body", "You turned the light off."),
        ("voice", "anonymous"),
    ];
    let answer = ana.send(POST, &fields).await;
    let id = id_in(answer.is(200));
    let mut others = [app.guest().browser, app.member("ben").await.browser];
    for other in &mut others {
        for address in ["/shout-outs".to_owned(), format!("/shout-outs/{id}")] {
            let page = other.get(&address).await;
            page.is(200)
                .says("Anonymously")
                .keeps_silent_about("ana-lucia");
            page.keeps_silent_about(&ana.member.id.to_string());
        }
    }
}

#[tokio::test]
async fn nobody_is_thanked_who_is_not_here_and_the_words_are_kept() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let fields = [
        ("page", "/shout-outs"),
        ("to", "@nobody"),
        ("body", "Words that stay."),
    ];
    let page = ana.post_form(POST, &fields).await;
    page.is(200).says("Nobody here has that handle.");
    assert_eq!(
        page.field("shout-outs.new", "to").as_deref(),
        Some("@nobody")
    );
    assert_eq!(
        page.field("shout-outs.new", "body").as_deref(),
        Some("Words that stay.")
    );
    ana.send(POST, &fields).await.is(422);
    let mut guest = app.guest();
    guest
        .get("/shout-outs")
        .await
        .is(200)
        .keeps_silent_about("Words that stay.");
}

#[tokio::test]
async fn bad_fields_are_named_all_at_once() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let long = "a".repeat(501);
    let page = ana
        .post_form(
            POST,
            &[("page", "/shout-outs"), ("to", " "), ("body", &long)],
        )
        .await;
    page.is(200)
        .says("Say whom you want to thank.")
        .says("This has 501 characters. There is room for 500.");
}

#[tokio::test]
async fn a_guest_is_asked_to_sign_in() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    let wall = guest.get("/shout-outs").await;
    wall.is(200)
        .says("Say thank you")
        .says("No one has been thanked here yet.");
    guest
        .send(POST, &[("to", "ben"), ("body", "Hello.")])
        .await
        .is(401);
    guest
        .get("/shout-outs")
        .await
        .says("No one has been thanked here yet.");
}

#[tokio::test]
async fn whoever_is_thanked_takes_it_down_after_one_question() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let mut carla = app.member("carla").await;
    let id = thank(&mut ana, "@ben", "For the key.").await;
    let page = format!("/shout-outs/{id}");

    carla
        .get(&page)
        .await
        .is(200)
        .keeps_silent_about("Take it down");
    carla
        .send(TAKE_DOWN, &[("page", &page), ("id", &id)])
        .await
        .is(403);
    app.guest()
        .send(TAKE_DOWN, &[("page", &page), ("id", &id)])
        .await
        .is(401);

    ben.get(&page)
        .await
        .says("Take it down")
        .keeps_silent_about("for everyone.");
    ben.get(&format!("{page}?delete=1"))
        .await
        .says("Take this shout-out down?");
    let wall = ben
        .post_form(TAKE_DOWN, &[("page", &page), ("id", &id)])
        .await;
    wall.is(200).keeps_silent_about("For the key.");
    ana.get(&page).await.is(404);
}

#[tokio::test]
async fn only_the_author_edits() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let id = thank(&mut ana, "@ben", "Before.").await;
    let page = format!("/shout-outs/{id}");
    let fields = [
        ("page", page.as_str()),
        ("id", &id),
        ("to", "my neighbour"),
        ("body", "After."),
    ];
    ben.send(EDIT, &fields).await.is(403);
    let open = ana.get(&format!("{page}?edit=1")).await;
    let form = format!("shout-outs.edit.{id}");
    assert_eq!(open.field(&form, "to").as_deref(), Some("@ben"));
    assert_eq!(open.field(&form, "body").as_deref(), Some("Before."));
    let done = ana.post_form(EDIT, &fields).await;
    done.is(200)
        .says("To my neighbour")
        .says("After.")
        .says("edited")
        .keeps_silent_about("Before.");
}

#[tokio::test]
async fn an_unknown_one_is_not_there() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for id in [NOBODY, "1", "..%2F..", "%00"] {
        ana.get(&format!("/shout-outs/{id}")).await.is(404);
    }
    for id in [NOBODY, "1", ""] {
        ana.send(TAKE_DOWN, &[("id", id)]).await.is(404);
        ana.send(EDIT, &[("id", id), ("to", "ben"), ("body", "Hello.")])
            .await
            .is(404);
    }
    ana.get("/shout-outs?after=nonsense").await.is(404);
}

#[tokio::test]
async fn a_full_wall_has_an_older_page() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for number in 0..31 {
        app.pass(1);
        thank(&mut ana, "ben", &format!("Thanks number {number}.")).await;
    }
    let wall = ana.get("/shout-outs").await;
    wall.is(200)
        .says("Thanks number 30.")
        .says("Thanks number 1.")
        .says("Older thanks");
    wall.keeps_silent_about("Thanks number 0.");
    let after = wall
        .body
        .split("/shout-outs?after=")
        .nth(1)
        .expect("a next page");
    let after = after.split('"').next().expect("an address");
    let older = ana.get(&format!("/shout-outs?after={after}")).await;
    older.is(200).says("Thanks number 0.").says("Newest thanks");
    older.keeps_silent_about("Thanks number 1.");
}

#[tokio::test]
async fn words_on_the_wall_do_not_run() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let id = thank(
        &mut ana,
        "</title><img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
    )
    .await;
    for address in ["/shout-outs".to_owned(), format!("/shout-outs/{id}?edit=1")] {
        let page = ana.get(&address).await;
        page.is(200);
        assert!(!page.body.contains("<img src=x"), "{}", page.body);
        assert!(!page.body.contains("<script>alert"), "{}", page.body);
    }
}
