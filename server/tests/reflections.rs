//! Answers to prompts, as browsers and scripts find them.

use crate::support::{TestApp, TestMember};
use domain::{
    articles::{ArticleToInsert, PromptToPut, SeriesToInsert},
    clock::Timestamp,
    ids::{ArticleId, PromptId, SeriesId},
};

const ANSWER: &str = "/api/reflections/answer";
const EDIT: &str = "/api/reflections/edit";
const DELETE: &str = "/api/reflections/delete";
const ARTICLE: &str = "/series/ordinary-days/the-hard-hour";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

/// An article with two prompts, published at `published_at`.
pub async fn article(app: &TestApp, published_at: Timestamp) -> [String; 2] {
    let chance = app.chance();
    let prompts = [PromptId::random(chance), PromptId::random(chance)];
    let series = SeriesToInsert {
        id: SeriesId::random(chance),
        slug: "ordinary-days".into(),
        title: "Ordinary days".into(),
        summary: String::new(),
        created_at: app.now(),
    };
    let article = ArticleToInsert {
        id: ArticleId::random(chance),
        series: series.id,
        slug: "the-hard-hour".into(),
        week: Some(2),
        title: "The hard hour".into(),
        summary: String::new(),
        body: "Nearly everyone has one.".into(),
        html: "<p>Nearly everyone has one.</p>".into(),
        published_at: Some(published_at),
        created_at: app.now(),
        updated_at: app.now(),
        editor: None,
        source: None,
        categories: Vec::new(),
        prompts: prompts
            .into_iter()
            .zip(["When is yours?", "What helps?"])
            .map(|(id, text)| PromptToPut {
                id,
                text: text.into(),
            })
            .collect(),
    };
    let mut unit = app.begin().await;
    unit.insert_series(&series).await.expect("a series");
    unit.insert_article(&article).await.expect("an article");
    unit.commit().await.expect("kept");
    prompts.map(|prompt| prompt.to_string())
}

/// Answers as the hydrated page does; answers with the id.
async fn answer(by: &mut TestMember, prompt: &str, body: &str, voice: &str) -> String {
    let fields = [
        ("page", ARTICLE),
        ("prompt", prompt),
        ("body", body),
        ("voice", voice),
    ];
    let answer = by.send(ANSWER, &fields).await;
    answer.is(200);
    answer.json()["reflection"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[tokio::test]
async fn an_answer_stands_under_its_prompt_at_once_without_script() {
    let app = TestApp::new().await;
    let [first, second] = article(&app, app.now()).await;
    let mut ana = app.member("ana").await;
    let page = ana.get(ARTICLE).await;
    page.is(200).says("When is yours?").says("What helps?");
    assert!(
        page.body.contains(&format!("id=\"reflections.{second}\"")),
        "{}",
        page.body
    );
    let fields = [
        ("page", ARTICLE),
        ("prompt", second.as_str()),
        ("body", "A *walk* at six."),
        ("voice", "handle"),
    ];
    let sent = ana.post_without_following(ANSWER, &fields).await;
    assert!(
        sent.is(303)
            .header("location")
            .starts_with(&format!("{ARTICLE}#reflection-"))
    );
    let again = ana.post_form(ANSWER, &fields).await;
    assert_eq!(again.is(200).count("A walk at six."), 1);
    let at = |what: &str| again.body.find(what).expect("it is there");
    assert!(at("What helps?") < at("<em>walk</em>"));
    app.guest()
        .get(&format!("/prompts/{first}"))
        .await
        .is(200)
        .says("No one has answered yet.");
    app.guest()
        .get(&format!("/prompts/{second}"))
        .await
        .is(200)
        .says("A walk at six.");
}

#[tokio::test]
async fn an_article_shows_the_newest_and_leads_to_all() {
    let app = TestApp::new().await;
    let [first, _] = article(&app, app.now()).await;
    let mut ana = app.member("ana").await;
    for number in 1..=4 {
        app.pass(1_000);
        answer(
            &mut ana,
            &first,
            &format!("Answer number {number}."),
            "handle",
        )
        .await;
    }
    let mut guest = app.guest();
    let page = guest.get(ARTICLE).await;
    page.is(200)
        .says("Answer number 4.")
        .says("Answer number 2.")
        .says("All answers");
    page.keeps_silent_about("Answer number 1.");
    let all = guest.get(&format!("/prompts/{first}")).await;
    all.is(200)
        .says("When is yours?")
        .says("Answer number 4.")
        .says("Answer number 1.");
}

#[tokio::test]
async fn nobody_learns_who_answered_anonymously() {
    let app = TestApp::new().await;
    let [first, _] = article(&app, app.now()).await;
    let mut ana = app.member("ana-lucia").await;
    let id = answer(&mut ana, &first, "Hush.", "anonymous").await;
    let mut others = [app.guest().browser, app.member("ben").await.browser];
    for other in &mut others {
        for address in [
            ARTICLE.to_owned(),
            format!("/prompts/{first}"),
            format!("/reflections/{id}"),
            format!("/api/reflections/read?id={id}"),
            format!("/api/reflections/list?prompt={first}&after=&kept="),
        ] {
            let seen = other.get(&address).await;
            seen.is(200).says("Hush.").keeps_silent_about("ana-lucia");
            seen.keeps_silent_about(&ana.member.id.to_string());
            seen.keeps_silent_about("?change=1");
        }
    }
    ana.get(&format!("/reflections/{id}"))
        .await
        .says("Edit")
        .says("Delete");
}

#[tokio::test]
async fn a_guest_is_asked_to_sign_in_and_the_words_are_kept() {
    let app = TestApp::new().await;
    let [first, _] = article(&app, app.now()).await;
    let mut guest = app.guest();
    guest.get(ARTICLE).await.is(200).says("Members answer here");
    let fields = [
        ("page", ARTICLE),
        ("prompt", first.as_str()),
        ("body", "Words that stay."),
    ];
    guest.send(ANSWER, &fields).await.is(401);
    let sent = guest.post_without_following(ANSWER, &fields).await;
    assert!(
        sent.is(303)
            .header("location")
            .starts_with("/sign-in?next=")
    );
    guest
        .get(ARTICLE)
        .await
        .keeps_silent_about("Words that stay.");
    let ana = app
        .account("ana", "correct horse battery", Default::default())
        .await;
    let session = app.session(ana.id).await;
    guest
        .browser
        .cookies
        .insert(app.session_cookie().to_owned(), session);
    let form = format!("reflections.{first}");
    let page = guest.get(&format!("{ARTICLE}?kept={form}")).await;
    assert_eq!(
        page.is(200).field(&form, "body").as_deref(),
        Some("Words that stay.")
    );
}

#[tokio::test]
async fn bad_answers_are_told_and_kept() {
    let app = TestApp::new().await;
    let [first, _] = article(&app, app.now()).await;
    let mut ana = app.member("ana").await;
    let long = "a".repeat(4_001);
    let fields = [
        ("page", ARTICLE),
        ("prompt", first.as_str()),
        ("body", &long),
    ];
    let page = ana.post_form(ANSWER, &fields).await;
    page.is(200)
        .says("This has 4001 characters. There is room for 4000.");
    assert_eq!(
        page.field(&format!("reflections.{first}"), "body"),
        Some(long.clone())
    );
    ana.send(ANSWER, &[("prompt", &first), ("body", "\u{200b}")])
        .await
        .is(422);
    for unknown in [NOBODY, "", "1"] {
        ana.send(ANSWER, &[("prompt", unknown), ("body", "Words.")])
            .await
            .is(404);
        ana.get(&format!("/prompts/{unknown}x")).await.is(404);
    }
    ana.get(&format!("/prompts/{NOBODY}")).await.is(404);
    ana.get(&format!("/prompts/{first}?after=made-up"))
        .await
        .is(404);
}

#[tokio::test]
async fn what_is_not_out_yet_is_not_answered() {
    let app = TestApp::new().await;
    let [first, _] = article(&app, app.now().plus(Timestamp::HOUR)).await;
    let mut ana = app.member("ana").await;
    ana.send(ANSWER, &[("prompt", &first), ("body", "Early.")])
        .await
        .is(404);
    ana.get(&format!("/prompts/{first}"))
        .await
        .is(404)
        .keeps_silent_about("When is yours?");
    app.pass(2 * Timestamp::HOUR);
    answer(&mut ana, &first, "In time.", "handle").await;
}

#[tokio::test]
async fn only_its_author_changes_an_answer() {
    let app = TestApp::new().await;
    let [first, _] = article(&app, app.now()).await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let id = answer(&mut ana, &first, "Old words.", "handle").await;
    let page = format!("/reflections/{id}");
    let fields = [("page", page.as_str()), ("id", &id), ("body", "New words.")];
    ben.get(&page).await.is(200).keeps_silent_about("?change=1");
    ben.send(EDIT, &fields).await.is(403);
    ben.send(DELETE, &[("id", &id)]).await.is(403);
    app.guest().send(EDIT, &fields).await.is(401);
    ana.send(EDIT, &[("id", NOBODY), ("body", "New words.")])
        .await
        .is(404);
    let form = format!("reflections.edit.{id}");
    let open = ana.get(&format!("{page}?change=1")).await;
    assert_eq!(open.field(&form, "body").as_deref(), Some("Old words."));
    let bad = ana
        .post_form(EDIT, &[("page", &page), ("id", &id), ("body", " ")])
        .await;
    bad.is(200).says("Write a few words first.");
    let changed = ana.post_form(EDIT, &fields).await;
    changed.is(200).says("New words.").says("edited");
    ana.get(&format!("{page}?remove=1"))
        .await
        .says("Delete this answer?");
    let back = ana.post_form(DELETE, &[("page", &page), ("id", &id)]).await;
    back.is(200)
        .says("When is yours?")
        .keeps_silent_about("New words.");
    ana.get(&page).await.is(404);
}

#[tokio::test]
async fn an_answer_has_replies_and_support() {
    let app = TestApp::new().await;
    let [first, _] = article(&app, app.now()).await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let id = answer(&mut ana, &first, "At six.", "handle").await;
    let subject = format!("reflection-{id}");
    ben.send(
        "/api/support/give",
        &[("subject", &subject), ("kind", "with_you")],
    )
    .await
    .is(200);
    ben.send(
        "/api/comments/post",
        &[("subject", &subject), ("body", "Mine is at seven.")],
    )
    .await
    .is(200);
    let page = ana.get(&format!("/reflections/{id}")).await;
    page.is(200)
        .says("1 person is with you.")
        .says("Mine is at seven.");
    let article = ben.get(ARTICLE).await;
    assert_eq!(
        article
            .is(200)
            .body
            .matches("aria-pressed=\"true\"")
            .count(),
        1
    );
    ana.get(ARTICLE).await.says("1 person is with you.");
}
