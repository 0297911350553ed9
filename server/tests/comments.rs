//! Comments, from the browser to the disk and back: with script and without.

use crate::support::{Answer, Browser, Place, TestApp, TestMember, urlencoded};
use axum::{body::Body, http::Method};
use domain::{clock::Timestamp, comments, ids::CommentId};

const POST: &str = "/api/comments/post";
const EDIT: &str = "/api/comments/edit";
const TAKE_BACK: &str = "/api/comments/take-back";

async fn scene() -> (TestApp, TestMember, Place) {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    (app, ana, story)
}

/// The fields of the composer under `place`.
fn said<'a>(place: &'a Place, subject: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("page", place.page.as_str()),
        ("key", ""),
        ("subject", subject),
        ("parent", ""),
        ("body", body),
    ]
}

/// Posts without script, and lands on the page.
async fn says(browser: &mut Browser, place: &Place, body: &str) -> Answer {
    let subject = place.subject.to_string();
    browser.post_form(POST, &said(place, &subject, body)).await
}

/// Posts as the hydrated page does.
async fn sends(browser: &mut Browser, place: &Place, body: &str) -> Answer {
    let subject = place.subject.to_string();
    browser.send(POST, &said(place, &subject, body)).await
}

/// Replies to a comment as the hydrated page does.
async fn replies(browser: &mut Browser, place: &Place, parent: &str, body: &str) -> Answer {
    let subject = place.subject.to_string();
    let mut fields = said(place, &subject, body);
    fields.retain(|(name, _)| *name != "parent");
    fields.push(("parent", parent));
    browser.send(POST, &fields).await
}

/// The comment that an answer to [`sends`] is about.
#[track_caller]
fn id_of(answer: &Answer) -> String {
    answer.is(200);
    answer.json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// The comment that a browser landed on.
#[track_caller]
fn landed_on(answer: &Answer) -> String {
    answer.is(200);
    let (_, id) = answer
        .address
        .split_once("#comment-")
        .expect("it leads to a comment");
    id.to_owned()
}

fn composer(place: &Place) -> String {
    format!("comments.{}.root", place.subject)
}

async fn count(app: &TestApp, place: &Place) -> u64 {
    let mut reader = app.house.store.read().await.expect("a reader");
    reader.comment_count(place.subject).await.expect("a count")
}

#[tokio::test]
async fn a_member_is_heard_at_once() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let landed = says(&mut ben, &story, "I know that *morning*.").await;
    landed.says("I know that morning .").says("ben");
    let id = landed_on(&landed);
    assert!(landed.body.contains(&format!("id=\"comment-{id}\"")));
    assert!(landed.body.contains("<em>morning</em>"));
    app.guest()
        .get(&story.page)
        .await
        .is(200)
        .says("I know that morning .");
    assert_eq!(count(&app, &story).await, 1);
}

#[tokio::test]
async fn the_hydrated_page_gets_the_comment_itself() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let answer = sends(&mut ben, &story, "I know that morning.").await;
    let comment = &answer.is(200).json()["comment"];
    assert_eq!(comment["standing"], "published");
    assert_eq!(comment["mine"], true);
    assert_eq!(comment["byline"]["member"], "ben");
    assert_eq!(comment["html"], "<p>I know that morning.</p>\n");
    answer.keeps_silent_about(&ben.member.id.to_string());
}

#[tokio::test]
async fn a_guests_comment_waits_and_only_that_browser_sees_it() {
    let (app, mut ana, story) = scene().await;
    let mut guest = app.guest();
    let landed = says(&mut guest, &story, "May I ask something?").await;
    landed
        .is(200)
        .says("May I ask something?")
        .says("Waiting for review");
    let id = landed_on(&landed);
    guest.get(&story.page).await.says("May I ask something?");
    let permalink = format!("/comments/{id}");
    for other in [&mut app.guest().browser, &mut ana.browser] {
        other
            .get(&story.page)
            .await
            .is(200)
            .keeps_silent_about("May I ask something?");
        other
            .get(&permalink)
            .await
            .is(404)
            .keeps_silent_about("May I ask something?");
    }
    assert_eq!(count(&app, &story).await, 0);
    // Without the cookie the same person is somebody else.
    guest.browser.cookies.clear();
    guest
        .get(&story.page)
        .await
        .keeps_silent_about("May I ask something?");
}

#[tokio::test]
async fn a_guest_has_a_name_that_is_made_up() {
    let (app, _, story) = scene().await;
    let mut guest = app.guest();
    let answer = sends(&mut guest, &story, "Hello").await;
    let name = answer.json()["comment"]["byline"]["guest"]
        .as_str()
        .expect("a name")
        .to_owned();
    assert_eq!(name.split(' ').count(), 3, "{name}");
    let again = sends(&mut guest, &story, "Hello again").await;
    assert_eq!(again.json()["comment"]["byline"]["guest"], name.as_str());
    answer.keeps_silent_about(&guest.id().to_string());
    answer.keeps_silent_about(&guest.cookies["chorus-guest"]);
}

#[tokio::test]
async fn two_guests_with_the_same_words_from_one_page_are_two() {
    let (app, _, story) = scene().await;
    let (mut first, mut second) = (app.guest(), app.guest());
    let one = landed_on(&says(&mut first, &story, "Thank you for this.").await);
    let two = landed_on(&says(&mut second, &story, "Thank you for this.").await);
    assert_ne!(one, two);
    for guest in [&mut first, &mut second] {
        assert_eq!(guest.get(&story.page).await.count("Thank you for this."), 1);
    }
}

#[tokio::test]
async fn one_guest_who_sends_twice_is_heard_once() {
    let (app, _, story) = scene().await;
    let mut guest = app.guest();
    guest.get(&story.page).await.is(200);
    let one = landed_on(&says(&mut guest, &story, "Thank you for this.").await);
    app.pass(9 * Timestamp::MINUTE);
    let two = landed_on(&says(&mut guest, &story, "Thank you for this.").await);
    assert_eq!(one, two);
    assert_eq!(guest.get(&story.page).await.count("Thank you for this."), 1);
    // Much later the same words are meant again.
    app.pass(2 * Timestamp::MINUTE);
    let three = landed_on(&says(&mut guest, &story, "Thank you for this.").await);
    assert_ne!(one, three);
    assert_eq!(guest.get(&story.page).await.count("Thank you for this."), 2);
}

#[tokio::test]
async fn the_first_post_of_a_browser_without_any_cookie_brings_one() {
    let (app, _, story) = scene().await;
    let mut guest = app.guest();
    let subject = story.subject.to_string();
    let answer = guest
        .post_without_following(POST, &said(&story, &subject, "Hello"))
        .await;
    answer.is(303);
    assert!(guest.cookies.contains_key("chorus-guest"));
    guest.get(&story.page).await.says("Hello");
}

#[tokio::test]
async fn a_retry_under_one_key_posts_once() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let subject = story.subject.to_string();
    let with_key = |key: &'static str, body: &'static str| {
        let mut fields = said(&story, &subject, body);
        fields[1] = ("key", key);
        fields
            .into_iter()
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect::<Vec<_>>()
    };
    let mut ids = Vec::new();
    for key in ["0123456789abcdef0123456789abcdef"; 3] {
        let fields = with_key(key, "I am here.");
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        ids.push(id_of(&ben.send(POST, &fields).await));
        // The answer may have been lost days ago.
        app.pass(Timestamp::DAY);
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(count(&app, &story).await, 1);
    // Another key is another comment, also with the same words.
    let fields = with_key("fedcba9876543210fedcba9876543210", "I am here.");
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_ne!(id_of(&ben.send(POST, &fields).await), ids[0]);
    assert_eq!(count(&app, &story).await, 2);
    // Somebody else's key is their own.
    let mut cleo = app.member("cleo").await;
    assert!(!ids.contains(&id_of(&cleo.send(POST, &fields).await)));
    assert_eq!(count(&app, &story).await, 3);
}

#[tokio::test]
async fn replies_nest_and_read_in_order() {
    let (app, mut ana, story) = scene().await;
    let mut ben = app.member("ben").await;
    let root = id_of(&sends(&mut ben, &story, "First level").await);
    let subject = story.subject.to_string();
    let reply = |parent: String, body: &'static str| {
        let page = story.page.clone();
        let subject = subject.clone();
        move || {
            urlencoded(&[
                ("page", page.as_str()),
                ("subject", subject.as_str()),
                ("parent", parent.as_str()),
                ("body", body),
                ("voice", "handle"),
            ])
        }
    };
    let form = "application/x-www-form-urlencoded";
    let second = ana
        .send_body(POST, form, reply(root.clone(), "Second level")())
        .await;
    let third = ben
        .send_body(POST, form, reply(id_of(&second), "Third level")())
        .await;
    assert_eq!(third.json()["comment"]["depth"], 2);
    sends(&mut ana, &story, "Afterwards").await.is(200);
    let words = app.guest().get(&story.page).await.words();
    let places: Vec<usize> = ["First level", "Second level", "Third level", "Afterwards"]
        .iter()
        .map(|body| {
            words
                .find(body)
                .unwrap_or_else(|| panic!("no {body} in {words}"))
        })
        .collect();
    assert!(places.is_sorted(), "{words}");
}

#[tokio::test]
async fn a_comment_can_be_edited_for_a_quarter_of_an_hour() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let id = id_of(&sends(&mut ben, &story, "Frist words").await);
    app.pass(15 * Timestamp::MINUTE - 1);
    let fields = [
        ("page", story.page.as_str()),
        ("id", id.as_str()),
        ("body", "First words"),
    ];
    let edited = ben.send(EDIT, &fields).await;
    assert_eq!(edited.is(200).json()["comment"]["edited"], true);
    app.guest()
        .get(&story.page)
        .await
        .says("First words")
        .keeps_silent_about("Frist");
    app.pass(1);
    let fields = [
        ("page", story.page.as_str()),
        ("id", id.as_str()),
        ("body", "Too late for this"),
    ];
    let refused = ben.send(EDIT, &fields).await;
    assert_eq!(refused.is(409).json()["refused"], "too_late");
    let landed = ben.post_form(EDIT, &fields).await;
    let editor = format!("comments.edit.{id}");
    assert_eq!(
        landed.is(200).field(&editor, "body").as_deref(),
        Some("Too late for this")
    );
    app.guest()
        .get(&story.page)
        .await
        .says("First words")
        .keeps_silent_about("Too late");
}

#[tokio::test]
async fn the_host_chooses_how_long_a_comment_can_be_edited() {
    let app = TestApp::with(|settings| settings.edit_window = Timestamp::MINUTE).await;
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let id = id_of(&sends(&mut ana, &story, "Words").await);
    app.pass(Timestamp::MINUTE);
    ana.send(EDIT, &[("id", id.as_str()), ("body", "Other words")])
        .await
        .is(409);
}

#[tokio::test]
async fn nobody_touches_the_comment_of_another() {
    let (app, mut ana, story) = scene().await;
    let mut ben = app.member("ben").await;
    let mut guest = app.guest();
    let shown = id_of(&sends(&mut ben, &story, "Mine and shown").await);
    let held = id_of(&sends(&mut guest, &story, "Mine and held").await);
    let mut other_guest = app.guest();
    for other in [&mut ana.browser, &mut other_guest.browser] {
        for address in [EDIT, TAKE_BACK] {
            let fields = |id| {
                [
                    ("page", story.page.as_str()),
                    ("id", id),
                    ("body", "Taken over"),
                ]
            };
            other.send(address, &fields(shown.as_str())).await.is(403);
            other.send(address, &fields(held.as_str())).await.is(404);
        }
    }
    app.guest().get(&story.page).await.says("Mine and shown");
    guest.get(&story.page).await.says("Mine and held");
}

#[tokio::test]
async fn a_comment_that_is_taken_back_leaves_a_gap_where_replies_remain() {
    let (app, mut ana, story) = scene().await;
    let mut ben = app.member("ben").await;
    let root = id_of(&sends(&mut ben, &story, "Said too much").await);
    let subject = story.subject.to_string();
    let reply = ana
        .send(
            POST,
            &[
                ("subject", subject.as_str()),
                ("parent", root.as_str()),
                ("body", "An answer"),
            ],
        )
        .await;
    let taken = ben
        .post_form(
            TAKE_BACK,
            &[("page", story.page.as_str()), ("id", root.as_str())],
        )
        .await;
    taken
        .is(200)
        .says("This comment is no longer here.")
        .says("An answer");
    taken.keeps_silent_about("Said too much");
    ben.send(TAKE_BACK, &[("id", root.as_str())]).await;
    let taken = ana.send(TAKE_BACK, &[("id", id_of(&reply).as_str())]).await;
    assert_eq!(taken.is(200).json()["gap"], false);
    app.guest()
        .get(&story.page)
        .await
        .keeps_silent_about("This comment is no longer here.");
}

#[tokio::test]
async fn an_anonymous_comment_names_nobody() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("heron-on-the-weir").await;
    let subject = story.subject.to_string();
    let mut fields = said(&story, &subject, "Nobody knows this about me.");
    fields.push(("voice", "anonymous"));
    let answer = ben.send(POST, &fields).await;
    assert_eq!(answer.is(200).json()["comment"]["byline"], "anonymous");
    let page = app.guest().get(&story.page).await;
    page.says("Nobody knows this about me.");
    page.keeps_silent_about("heron-on-the-weir")
        .keeps_silent_about(&ben.member.id.to_string());
    ben.get(&story.page).await.says("Delete");
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_the_words_are_kept() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let here = story.subject.to_string();
    let unknown = CommentId::random(app.chance()).to_string();
    let elsewhere = format!("story-{unknown}");
    for (subject, parent) in [
        (elsewhere.as_str(), ""),
        ("story", ""),
        ("", ""),
        ("meeting-0", ""),
        ("../../etc/passwd", ""),
        (here.as_str(), unknown.as_str()),
        (here.as_str(), "x"),
    ] {
        let fields = [
            ("page", story.page.as_str()),
            ("subject", subject),
            ("parent", parent),
            ("body", "Words that took me an hour"),
        ];
        let sent = ben.send(POST, &fields).await;
        assert_eq!(
            sent.is(404).json()["refused"],
            "not_found",
            "{subject} {parent}"
        );
        let landed = ben.post_form(POST, &fields).await;
        assert!(
            landed.body.contains("Words that took me an hour"),
            "lost: {subject:?} {parent:?} {} {}",
            landed.address,
            landed.words()
        );
    }
    assert_eq!(count(&app, &story).await, 0);
    for id in [unknown.as_str(), "", "x", "0123"] {
        ben.send(EDIT, &[("id", id), ("body", "Words")])
            .await
            .is(404);
        ben.send(TAKE_BACK, &[("id", id)]).await.is(404);
        ben.get(&format!("/comments/{id}x")).await.is(404);
    }
}

#[tokio::test]
async fn a_held_comment_cannot_be_answered_by_others() {
    let (app, _, story) = scene().await;
    let held = id_of(&sends(&mut app.guest(), &story, "Held").await);
    let mut ben = app.member("ben").await;
    let subject = story.subject.to_string();
    let fields = [
        ("subject", subject.as_str()),
        ("parent", held.as_str()),
        ("body", "Hi"),
    ];
    ben.send(POST, &fields).await.is(404);
}

#[tokio::test]
async fn text_that_cannot_be_taken_comes_back_with_the_reason() {
    let (app, _, story) = scene().await;
    let long = "ž".repeat(comments::CommentBody::MAX + 1);
    let escaping = format!("</textarea><script>alert(1)</script>\"'&{long}");
    for (body, reason, words) in [
        ("", "empty", "Write"),
        (" \n\u{200B}\u{202E} ", "empty", "Write"),
        (long.as_str(), "too_long", "4,000"),
        (escaping.as_str(), "too_long", "4,000"),
    ] {
        for browser in [
            &mut app.guest().browser,
            &mut app_member(&app).await.browser,
        ] {
            let sent = sends(browser, &story, body).await;
            let fault = &sent.is(422).json()["refused"]["invalid"][0];
            assert_eq!(fault["field"], "body");
            let said = &fault["reason"];
            assert!(*said == reason || said.get(reason).is_some(), "{said}");
            let landed = says(browser, &story, body).await;
            landed.is(200);
            assert!(
                landed.address.starts_with(&story.page),
                "{}",
                landed.address
            );
            let words_there = landed.words();
            assert!(
                words_there.contains(words) || words_there.contains("4000"),
                "no reason in {words_there}"
            );
            if body.len() > 100 {
                let field = landed.field(&composer(&story), "body");
                assert_eq!(field.as_deref(), Some(body));
            }
            assert!(
                !landed.body.contains("<script>alert(1)"),
                "it left its field"
            );
        }
    }
    assert_eq!(count(&app, &story).await, 0);
}

async fn app_member(app: &TestApp) -> TestMember {
    use domain::ids::Chance;
    let handle = format!(
        "m{:x}",
        u32::from_be_bytes(app.chance().bytes()[..4].try_into().expect("four"))
    );
    app.member(&handle).await
}

#[tokio::test]
async fn the_longest_comment_is_taken_whole() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let longest = "ž".repeat(comments::CommentBody::MAX);
    says(&mut ben, &story, &longest).await.is(200);
    assert!(app.guest().get(&story.page).await.body.contains(&longest));
}

#[tokio::test]
async fn what_cannot_be_seen_is_taken_out() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let answer = sends(&mut ben, &story, "a\u{0}b\u{7}c\u{202E}d\r\ne").await;
    assert_eq!(
        answer.is(200).json()["comment"]["html"],
        "<p>abcd<br>\ne</p>\n"
    );
}

#[tokio::test]
async fn nothing_that_is_posted_runs() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    for body in [
        "<script>alert(1)</script>hello",
        "<img src=x onerror=alert(1)>hello",
        "[hello](javascript:alert(1))",
        "![hello](https://example.org/track.png)",
        "<svg onload=alert(1)>hello",
    ] {
        let html = sends(&mut ben, &story, body).await.is(200).json()["comment"]["html"]
            .as_str()
            .expect("html")
            .to_owned();
        for harm in [
            "<script",
            "onerror=",
            "onload=",
            "javascript:",
            "<img",
            "<svg",
        ] {
            let as_markup = html.contains(harm) && !html.contains("&lt;");
            assert!(!as_markup, "{body} became {html}");
        }
        assert!(html.contains("hello"), "{body} became {html}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_gets_a_proper_answer() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let form = "application/x-www-form-urlencoded";
    let good = urlencoded(&said(&story, &story.subject.to_string(), "Hello"));
    let too_large = format!("{good}{}", "a".repeat(server::BODY_LIMIT));
    let doubled = format!("{good}&body=again");
    let with_raw_bytes = [good.as_bytes(), b"\xff\xfe"].concat();
    let with_bad_escapes = format!("{good}%FF%FE");
    let cases: Vec<(&str, &str, Vec<u8>, &[u16])> = vec![
        ("too large", form, too_large.into_bytes(), &[413]),
        ("doubled", form, doubled.into_bytes(), &[400]),
        ("raw bytes", form, with_raw_bytes, &[200, 400]),
        (
            "bad escapes",
            form,
            with_bad_escapes.into_bytes(),
            &[200, 400],
        ),
        ("empty", form, Vec::new(), &[404, 422]),
        (
            "JSON",
            "application/json",
            br#"{"body":"Hello"}"#.to_vec(),
            &[400, 404, 415, 422],
        ),
        (
            "text",
            "text/plain",
            b"Hello".to_vec(),
            &[400, 404, 415, 422],
        ),
        (
            "multipart",
            "multipart/form-data; boundary=x",
            b"--x--".to_vec(),
            &[400, 404, 415, 422],
        ),
        (
            "broken multipart",
            "multipart/form-data",
            b"--x--".to_vec(),
            &[400, 404, 415, 422],
        ),
        (
            "nothing said",
            "",
            good.clone().into_bytes(),
            &[200, 400, 415],
        ),
    ];
    for (what, kind, body, expected) in cases {
        let sent = ben.send_body(POST, kind, body.clone()).await;
        let status = sent.status.as_u16();
        assert!(expected.contains(&status), "{what}: {status} {}", sent.body);
        assert!(
            sent.header("content-type").starts_with("application/json"),
            "{what}"
        );
        sent.json();
        let page = ben.post_body(POST, kind, body).await;
        let status = page.status.as_u16();
        if page.status.is_redirection() {
            let landed = ben.get(page.header("location")).await;
            assert!(landed.status.as_u16() < 500, "{what}");
            continue;
        }
        assert!(
            (400..500).contains(&status),
            "{what}: {status} {}",
            page.body
        );
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{what}"
        );
        page.says("That did not work");
    }
    assert!(count(&app, &story).await <= 3);
}

#[tokio::test]
async fn a_missing_field_is_an_empty_one() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let subject = story.subject.to_string();
    let sent = ben.send(POST, &[("subject", subject.as_str())]).await;
    assert_eq!(
        sent.is(422).json()["refused"]["invalid"][0]["reason"],
        "empty"
    );
    ben.send(POST, &[("body", "Hello")]).await.is(404);
    // Nowhere to go back to: the first page of the house.
    let landed = ben.post_without_following(POST, &[("body", "Hello")]).await;
    assert!(
        landed.header("location").starts_with("/?kept="),
        "{}",
        landed.header("location")
    );
}

#[tokio::test]
async fn the_form_leads_nowhere_else() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let subject = story.subject.to_string();
    for outside in [
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "javascript:alert(1)",
    ] {
        for body in ["", "Hello"] {
            let fields = [
                ("page", outside),
                ("subject", subject.as_str()),
                ("body", body),
            ];
            let answer = ben.post_without_following(POST, &fields).await;
            let to = answer.is(303).header("location");
            assert!(to.starts_with('/') && !to.contains("example.org"), "{to}");
        }
    }
}

#[tokio::test]
async fn an_expired_session_keeps_what_was_typed() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    ben.get(&story.page).await.is(200);
    let subject = story.subject.to_string();
    let mut fields = said(&story, &subject, "An hour of my life in words");
    fields.push(("voice", "anonymous"));
    ben.loses_session(&app).await;
    let sent = ben.send(POST, &fields).await;
    assert_eq!(sent.is(401).json()["refused"], "sign_in_first");
    let answer = ben.post_without_following(POST, &fields).await;
    let to = answer.is(303).header("location").to_owned();
    assert!(to.starts_with("/sign-in?next="), "{to}");
    assert_eq!(count(&app, &story).await, 0);
    // Signed in again on the same browser, the words are there.
    let session = app.session(ben.member.id).await;
    ben.browser.cookies.insert("chorus".to_owned(), session);
    let name = composer(&story);
    let landed = ben.get(&format!("{}?kept={name}#{name}", story.page)).await;
    let field = landed.is(200).field(&name, "body");
    assert_eq!(field.as_deref(), Some("An hour of my life in words"));
    // Somebody else does not get them.
    for other in [
        &mut app.guest().browser,
        &mut app.member("cleo").await.browser,
    ] {
        let page = other.get(&format!("{}?kept={name}", story.page)).await;
        page.is(200).keeps_silent_about("An hour of my life");
    }
    // Posted, they are no longer kept.
    ben.post_form(POST, &fields)
        .await
        .is(200)
        .says("An hour of my life in words");
    let again = ben.get(&format!("{}?kept={name}", story.page)).await;
    assert_eq!(again.field(&name, "body").as_deref(), Some(""));
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_unused() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let subject = story.subject.to_string();
    let mut fields = said(&story, &subject, "Still here");
    fields.push(("voice", "handle"));
    app.pass(30 * Timestamp::DAY);
    ben.send(POST, &fields).await.is(401);
}

#[tokio::test]
async fn a_permalink_leads_to_the_page_that_holds_the_comment() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let mut ids = Vec::new();
    for number in 0..(comments::PAGE + 10) {
        ids.push(id_of(
            &sends(&mut ben, &story, &format!("Comment number {number}.")).await,
        ));
    }
    let mut guest = app.guest();
    for (number, id) in ids.iter().enumerate().step_by(7) {
        let answer = guest
            .get_without_following(&format!("/comments/{id}"))
            .await;
        let to = answer.is(303).header("location").to_owned();
        assert!(to.ends_with(&format!("#comment-{id}")), "{to}");
        guest
            .get(&to)
            .await
            .is(200)
            .says(&format!("Comment number {number}."));
    }
    let first = guest.get(&story.page).await;
    first.says("Comment number 0.").says("More comments");
    first.keeps_silent_about(&format!("Comment number {}.", comments::PAGE));
}

#[tokio::test]
async fn a_long_conversation_goes_on_on_a_page_of_its_own() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let first = id_of(&sends(&mut ben, &story, "Who walks on Sunday?").await);
    sends(&mut ben, &story, "Another matter.").await;
    let mut last = String::new();
    for number in 0..=comments::BRANCH {
        let words = format!("Walker number {number}.");
        last = id_of(&replies(&mut ben, &story, &first, &words).await);
    }
    let hidden = format!("Walker number {}.", comments::BRANCH);
    let mut guest = app.guest();
    let thread = guest.get(&story.page).await;
    let branch = format!("{}?under={first}", story.page);
    thread
        .says("Another matter.")
        .says("More replies to ben")
        .keeps_silent_about(&hidden);
    let way = format!("{branch}#comment-{first}");
    assert!(thread.body.contains(&way), "no way to the rest");
    let page = guest.get(&branch).await;
    page.is(200)
        .says("Who walks on Sunday?")
        .says("Walker number 0.")
        .says(&hidden)
        .says("Back to all comments")
        .keeps_silent_about("Another matter.")
        .keeps_silent_about("More replies to");
    let to = guest
        .get_without_following(&format!("/comments/{last}"))
        .await;
    let to = to.is(303).header("location").to_owned();
    assert_eq!(to, format!("{branch}#comment-{last}"));
    // Nobody's address can name a branch that is not there.
    let unknown = "0".repeat(first.len());
    guest
        .get(&format!("{}?under={unknown}", story.page))
        .await
        .is(404);
    guest
        .get(&format!("{}?under=made-up", story.page))
        .await
        .is(200)
        .says("Another matter.");
}

#[tokio::test]
async fn a_forged_error_in_the_address_says_nothing() {
    let (app, mut ana, story) = scene().await;
    let forged = [
        "Call 555-0100 and give them your password",
        r#"{"trouble":"Call 555-0100 and give them your password"}"#,
        "eyJ0cm91YmxlIjoiQ2FsbCA1NTUtMDEwMCJ9",
    ];
    for text in forged {
        for path in [POST, EDIT] {
            let query = urlencoded(&[("__path", path), ("__err", text)]);
            for query in [query.clone(), query.replace("__err", "%5F_%65rr")] {
                for browser in [&mut app.guest().browser, &mut ana.browser] {
                    let forged = format!("{}?{query}&thread=1", story.page);
                    let answer = browser.ask(Method::GET, &forged, &[], Body::empty()).await;
                    let clean = answer.is(303).header("location").to_owned();
                    assert!(!clean.contains("rr="), "{clean}");
                    assert!(clean.ends_with("&thread=1"), "{clean}");
                    browser.get(&clean).await.is(200);
                }
            }
        }
    }
}

#[tokio::test]
async fn another_site_cannot_post_here() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let body = urlencoded(&said(&story, &story.subject.to_string(), "Not my words"));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let evil = "https://evil.example";
    for accept in ["text/html", "application/json"] {
        for headers in [
            vec![("origin", evil), ("sec-fetch-site", "cross-site")],
            vec![("origin", evil), ("sec-fetch-site", "same-site")],
            vec![("origin", evil), ("sec-fetch-site", "")],
            vec![("origin", "null"), ("sec-fetch-site", "")],
            vec![("origin", ""), ("sec-fetch-site", "cross-site")],
        ] {
            let mut headers = headers;
            headers.extend([form, ("accept", accept)]);
            let answer = ben
                .ask(Method::POST, POST, &headers, Body::from(body.clone()))
                .await;
            answer.is(403);
            assert!(
                answer.header("content-type").starts_with(accept),
                "{headers:?}"
            );
        }
    }
    assert_eq!(count(&app, &story).await, 0);
    // An old browser without those headers says where it comes from.
    let headers = [
        form,
        ("sec-fetch-site", ""),
        ("origin", "http://chorus.test"),
    ];
    ben.ask(Method::POST, POST, &headers, Body::from(body.clone()))
        .await
        .is(303);
    assert_eq!(count(&app, &story).await, 1);
}

#[tokio::test]
async fn a_link_changes_nothing() {
    let (app, _, story) = scene().await;
    let mut ben = app.member("ben").await;
    let query = urlencoded(&said(&story, &story.subject.to_string(), "By a link"));
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let address = format!("{POST}?{query}");
        let answer = ben.ask(method.clone(), &address, &[], Body::empty()).await;
        let status = answer.status.as_u16();
        assert!((400..500).contains(&status), "{method}: {status}");
    }
    assert_eq!(count(&app, &story).await, 0);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let (app, mut ana, story) = scene().await;
    let unknown = CommentId::random(app.chance());
    let mut answers = Vec::new();
    for path in [
        story.page.as_str(),
        "/nowhere",
        "/healthz",
        "/robots.txt",
        "/help",
        "/api/nothing/here",
        &format!("/comments/{unknown}"),
        &format!("/api/comments/place?id={unknown}"),
    ] {
        answers.push(ana.get_without_following(path).await);
    }
    answers.push(sends(&mut ana, &story, "Hello").await);
    answers.push(sends(&mut ana, &story, "").await);
    answers.push(ana.post_body(POST, "text/plain", "x").await);
    let too_large = "a".repeat(server::BODY_LIMIT + 1);
    let form = "application/x-www-form-urlencoded";
    answers.push(ana.post_body(POST, form, too_large).await);
    for answer in &answers {
        let address = &answer.address;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {address}");
        }
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{address}: {policy}");
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert!(
            answer
                .header("permissions-policy")
                .contains("geolocation=()"),
            "{address}"
        );
        assert!(
            answer.header("strict-transport-security").is_empty(),
            "{address}"
        );
    }
    let secure = TestApp::with(|settings| settings.base_url = "https://chorus.test".into()).await;
    let answer = secure.guest().get("/help").await;
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age=")
    );
}

#[tokio::test]
async fn a_nonce_is_for_one_page_only() {
    let (_app, mut ana, story) = scene().await;
    let nonce = |answer: &Answer| {
        let policy = answer.header("content-security-policy");
        policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .map(str::to_owned)
    };
    let first = ana.get(&story.page).await;
    let second = ana.get(&story.page).await;
    let (one, two) = (
        nonce(&first).expect("a nonce"),
        nonce(&second).expect("a nonce"),
    );
    assert_ne!(one, two);
    assert!(one.len() >= 16, "{one}");
    for script in first.body.split("<script").skip(1) {
        let tag = script.split('>').next().expect("a tag");
        let ours = tag.contains("src=\"/") || tag.contains(&format!("nonce=\"{one}\""));
        assert!(ours, "a script without the nonce: {tag}");
    }
    assert!(!first.body.contains(" style=\""), "inline style");
    assert_eq!(nonce(&sends(&mut ana, &story, "Hello").await), None);
    assert_eq!(nonce(&ana.get("/healthz").await), None);
}

#[tokio::test]
async fn cookies_are_for_this_house_and_for_no_script() {
    for (base, prefix) in [
        ("http://chorus.test", ""),
        ("https://chorus.test", "__Host-"),
    ] {
        let app = TestApp::with(|settings| settings.base_url = base.to_owned()).await;
        let answer = app.guest().get("/help").await;
        let cookies = answer.set_cookies();
        assert!(!cookies.is_empty(), "a guest gets a cookie");
        for cookie in cookies {
            assert!(
                cookie.starts_with(&format!("{prefix}chorus-guest=")),
                "{cookie}"
            );
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(part), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
            assert_eq!(cookie.contains("Secure"), prefix == "__Host-", "{cookie}");
        }
    }
}

#[tokio::test]
async fn nothing_of_a_person_is_kept_by_a_cache() {
    let (app, mut ana, story) = scene().await;
    assert_eq!(
        ana.get(&story.page).await.header("cache-control"),
        "no-store"
    );
    assert_eq!(
        sends(&mut ana, &story, "Hello")
            .await
            .header("cache-control"),
        "no-store"
    );
    let mut guest = app.guest();
    says(&mut guest, &story, "Only mine").await;
    let page = guest.get(&story.page).await;
    page.says("Only mine");
    let cache = page.header("cache-control");
    assert!(
        cache.contains("private") || cache.contains("no-store"),
        "{cache}"
    );
    assert_eq!(page.header("x-robots-tag"), "noindex");
}

#[tokio::test]
async fn someone_who_posts_without_pause_waits_and_loses_nothing() {
    let app = TestApp::new().await.at_pace(1);
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let mut refused = None;
    for number in 0..60 {
        let answer = sends(&mut ana, &story, &format!("Number {number}")).await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("nobody posts sixty times in a minute");
    let seconds = &refused.is(429).json()["refused"]["too_often"]["seconds"];
    assert!(
        seconds.as_u64().is_some_and(|seconds| seconds <= 60),
        "{seconds}"
    );
    let landed = says(&mut ana, &story, "What I wanted to add").await;
    let field = landed.is(200).field(&composer(&story), "body");
    assert_eq!(field.as_deref(), Some("What I wanted to add"));
}

#[tokio::test]
async fn when_the_database_is_gone_help_is_there_and_words_come_back() {
    let (app, mut ana, story) = scene().await;
    ana.get(&story.page).await.is(200);
    app.database.close().await;
    for browser in [&mut app.guest().browser, &mut ana.browser] {
        let help = browser.get("/help").await;
        help.is(200).says("988").says("911");
        browser.get("/readyz").await.is(503);
        let page = browser.get(&story.page).await;
        assert!(page.status.is_server_error(), "{}", page.status);
        assert!(
            page.body.contains("href=\"/help\""),
            "no way to help:\n{}",
            page.body
        );
        let sent = sends(browser, &story, "An hour of my life in words").await;
        assert!(sent.is(500).json()["trouble"].is_string());
        let landed = says(browser, &story, "An hour of my life in words").await;
        landed.is(500).says("An hour of my life in words");
        for answer in [&page, &sent, &landed] {
            for inside in [
                "sqlx",
                "PoolClosed",
                "closed pool",
                "sqlite",
                "postgres",
                "store:",
            ] {
                answer.keeps_silent_about(inside);
            }
        }
    }
}
