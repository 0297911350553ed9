//! Support under a share, as browsers and scripts find it.

use crate::support::{Answer, TestApp, TestMember};

const GIVE: &str = "/api/support/give";
const TAKE_BACK: &str = "/api/support/take-back";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

/// A story; answers with its subject and its page.
async fn story(by: &mut TestMember) -> (String, String) {
    let fields = [
        ("title", "The bench"),
        ("body", "Words."),
        ("voice", "anonymous"),
    ];
    let answer = by.send("/api/stories/share", &fields).await;
    answer.is(200);
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    (format!("story-{id}"), format!("/stories/{id}"))
}

fn pressed(page: &Answer) -> usize {
    page.body.matches("aria-pressed=\"true\"").count()
}

#[tokio::test]
async fn support_is_given_and_taken_back_without_script() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let (subject, page) = story(&mut ana).await;
    let fields = [
        ("page", page.as_str()),
        ("subject", &subject),
        ("kind", "with_you"),
    ];
    assert_eq!(pressed(ben.get(&page).await.is(200)), 0);
    for _ in 0..2 {
        let answer = ben.post_without_following(GIVE, &fields).await;
        let back = format!("{page}#support.{subject}");
        assert_eq!(answer.is(303).header("location"), back);
        assert_eq!(pressed(&ben.get(&page).await), 1);
        ana.get(&page).await.says("1 person is with you.");
    }
    for _ in 0..2 {
        assert_eq!(pressed(ben.post_form(TAKE_BACK, &fields).await.is(200)), 0);
    }
    ana.get(&page).await.keeps_silent_about("with you.");
    assert_eq!(pressed(ben.post_form(GIVE, &fields).await.is(200)), 1);
}

#[tokio::test]
async fn only_the_author_sees_how_many() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let (subject, page) = story(&mut ana).await;
    let mut ben = app.member("ben").await;
    let mut carla = app.member("carla").await;
    for who in [&mut ben, &mut carla] {
        for kind in ["with_you", "this_helped"] {
            let answer = who
                .send(GIVE, &[("subject", &subject), ("kind", kind)])
                .await;
            answer.is(200).keeps_silent_about("count");
        }
    }
    ana.get(&page)
        .await
        .says("2 people are with you. It helped 2 people.")
        .keeps_silent_about("aria-pressed");
    for address in [
        page.clone(),
        format!("/api{}", page.replace("/stories/", "/stories/read?id=")),
    ] {
        for who in [&mut ben.browser, &mut app.guest().browser] {
            let seen = who.get(&address).await;
            seen.is(200)
                .keeps_silent_about("2 people")
                .keeps_silent_about("carla");
            seen.keeps_silent_about("\"counts\":[[");
        }
    }
}

#[tokio::test]
async fn support_has_its_bounds() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let (subject, page) = story(&mut ana).await;
    let unknown = format!("story-{NOBODY}");
    let article = format!("article-{NOBODY}");
    ana.send(GIVE, &[("subject", &subject), ("kind", "strength")])
        .await
        .is(403);
    for subject in [unknown.as_str(), article.as_str(), "", "story", "meeting-1"] {
        for verb in [GIVE, TAKE_BACK] {
            ben.send(verb, &[("subject", subject), ("kind", "strength")])
                .await
                .is(404);
        }
    }
    ben.send(GIVE, &[("subject", &subject), ("kind", "dislike")])
        .await
        .is(422);
    ben.send(GIVE, &[("subject", &subject)]).await.is(422);
    ana.get(&page).await.is(200).keeps_silent_about("strength.");
}

#[tokio::test]
async fn a_guest_is_led_to_the_door() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let (subject, page) = story(&mut ana).await;
    let mut guest = app.guest();
    let seen = guest.get(&page).await;
    seen.is(200).says("With you");
    assert!(seen.body.contains("action=\"/sign-in\""), "{}", seen.body);
    assert!(!seen.body.contains(GIVE), "{}", seen.body);
    let fields = [
        ("page", page.as_str()),
        ("subject", &subject),
        ("kind", "thank_you"),
    ];
    guest.send(GIVE, &fields).await.is(401);
    let answer = guest.post_without_following(GIVE, &fields).await;
    let door = format!("/sign-in?next={page}");
    assert!(answer.is(303).header("location").starts_with(&door));
    ana.get(&page).await.keeps_silent_about("thanks you.");
}

#[tokio::test]
async fn nobody_is_sent_out_of_the_house() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let (subject, _) = story(&mut ana).await;
    for page in ["https://example.org/", "//example.org", "/\\example.org"] {
        let fields = [("page", page), ("subject", &subject), ("kind", "thank_you")];
        let answer = ben.post_without_following(GIVE, &fields).await;
        let back = format!("/#support.{subject}");
        assert_eq!(answer.is(303).header("location"), back);
    }
}
