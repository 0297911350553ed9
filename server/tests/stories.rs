//! Stories, as browsers and scripts find them.

use crate::support::{TestApp, TestMember};

const SHARE: &str = "/api/stories/share";
const EDIT: &str = "/api/stories/edit";
const DELETE: &str = "/api/stories/delete";
const PREVIEW: &str = "/api/stories/preview";
const NEW: &str = "/stories/new";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

/// Shares a story as the hydrated page does; answers with the id.
async fn share(by: &mut TestMember, fields: &[(&str, &str)]) -> String {
    let answer = by.send(SHARE, fields).await;
    answer.is(200);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_story_is_shared_without_script_and_once() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let fields = [
        ("page", NEW),
        ("title", "The bench"),
        ("body", "It was *raining* all night."),
        ("voice", "handle"),
    ];
    let story = ana.post_form(SHARE, &fields).await;
    story.is(200).says("The bench").says("ana").says("Edit");
    assert!(story.body.contains("<em>raining</em>"), "{}", story.body);
    ana.post_form(SHARE, &fields).await.is(200);
    let list = app.guest().get("/stories").await;
    assert_eq!(list.is(200).count("It was raining all night."), 1);
}

#[tokio::test]
async fn an_empty_room_invites() {
    let app = TestApp::new().await;
    let list = app.guest().get("/stories").await;
    list.is(200)
        .says("No one has told a story here yet.")
        .says("Share your story");
    app.guest().get("/stories?after=made-up").await.is(404);
}

#[tokio::test]
async fn a_content_note_stands_before_the_words() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let id = share(
        &mut ana,
        &[
            ("title", "Winter"),
            ("content_note", "relapse, hospital"),
            ("body", "The hard words."),
        ],
    )
    .await;
    let mut guest = app.guest();
    let list = guest.get("/stories").await;
    list.is(200)
        .says("Content note: relapse, hospital")
        .keeps_silent_about("The hard words.");
    let page = guest.get(&format!("/stories/{id}")).await;
    let folded = page.is(200).body.find("<details class=\"note\"");
    let words = page.body.find("The hard words.");
    assert!(folded.is_some() && folded < words, "{}", page.body);
}

#[tokio::test]
async fn nobody_learns_who_told_an_anonymous_story() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana-lucia").await;
    let id = share(
        &mut ana,
        &[
            ("title", "Quiet"),
            ("body", "Hush."),
            ("voice", "anonymous"),
        ],
    )
    .await;
    let page = format!("/stories/{id}");
    let mut others = [app.guest().browser, app.member("ben").await.browser];
    for other in &mut others {
        for address in ["/stories", &page] {
            let seen = other.get(address).await;
            seen.is(200)
                .says("Anonymously")
                .keeps_silent_about("ana-lucia");
            seen.keeps_silent_about(&ana.member.id.to_string());
            seen.keeps_silent_about(&format!("{page}/edit"));
        }
        for address in [
            "/api/stories/list?after=".to_owned(),
            format!("/api/stories/read?id={id}"),
        ] {
            let data = other.fetch(&address).await;
            data.is(200).keeps_silent_about("ana-lucia");
            data.keeps_silent_about(&ana.member.id.to_string());
        }
    }
    ana.get(&page).await.is(200).says("Edit").says("Delete");
}

#[tokio::test]
async fn a_guest_is_asked_to_sign_in_and_the_words_are_kept() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    let page = guest.get(NEW).await;
    page.is(200).says("Sign in first");
    assert!(page.body.contains("/sign-in?next=/stories/new"));
    assert!(!page.body.contains("<textarea"), "{}", page.body);

    let fields = [
        ("page", NEW),
        ("title", "The bench"),
        ("body", "Words that stay."),
    ];
    let answer = guest.post_without_following(SHARE, &fields).await;
    answer.is(303);
    assert!(
        answer
            .header("location")
            .starts_with("/sign-in?next=/stories/new")
    );
    guest.send(SHARE, &fields).await.is(401);
    guest
        .get("/stories")
        .await
        .says("No one has told a story here yet.");

    let ana = app
        .account("ana", "correct horse battery", Default::default())
        .await;
    let session = app.session(ana.id).await;
    guest
        .browser
        .cookies
        .insert(app.session_cookie().to_owned(), session);
    let page = guest.get(NEW).await;
    page.is(200).says("Your words are kept.");
    assert_eq!(
        page.field("stories.new", "body").as_deref(),
        Some("Words that stay.")
    );
    assert_eq!(
        page.field("stories.new", "title").as_deref(),
        Some("The bench")
    );
}

#[tokio::test]
async fn bad_fields_are_named_all_at_once_and_the_words_are_kept() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let note = "n".repeat(121);
    let hostile = "</textarea><script>alert(1)</script>";
    let fields = [
        ("page", NEW),
        ("title", " \u{202e} "),
        ("content_note", &note),
        ("body", hostile),
    ];
    let page = ana.post_form(SHARE, &fields).await;
    page.is(200)
        .says("Give it a title.")
        .says("This has 121 characters. There is room for 120.");
    page.keeps_silent_about(hostile);
    assert_eq!(page.field("stories.new", "body").as_deref(), Some(hostile));
    assert_eq!(
        page.field("stories.new", "content_note").as_deref(),
        Some(note.as_str())
    );
    ana.send(SHARE, &fields).await.is(422);
    ana.send(SHARE, &[]).await.is(422);
    ana.get("/stories")
        .await
        .says("No one has told a story here yet.");
}

#[tokio::test]
async fn markup_in_a_story_stays_text() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let id = share(
        &mut ana,
        &[
            ("title", "<script>alert(1)</script>"),
            ("content_note", "<img src=x onerror=alert(2)>"),
            ("body", "<script>alert(3)</script> [x](javascript:alert(4))"),
        ],
    )
    .await;
    for address in ["/stories".to_owned(), format!("/stories/{id}")] {
        let page = app.guest().get(&address).await;
        page.is(200)
            .says("<script>alert(1)</script>")
            .keeps_silent_about("<script>alert")
            .keeps_silent_about("<img src=x")
            .keeps_silent_about("href=\"javascript");
    }
}

#[tokio::test]
async fn a_draft_waits_on_the_page_and_goes_with_the_story() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let fields = crate::support::urlencoded(&[("title", "Half"), ("body", "Half a story")]);
    let kept = ana
        .send(
            "/api/drafts/keep",
            &[("form", "stories.new"), ("fields", &fields)],
        )
        .await;
    kept.is(200);
    let page = ana.get(NEW).await;
    page.is(200).says("Your words are kept.");
    assert_eq!(
        page.field("stories.new", "body").as_deref(),
        Some("Half a story")
    );
    let mut ben = app.member("ben").await;
    ben.get(NEW)
        .await
        .is(200)
        .keeps_silent_about("Half a story");
    share(&mut ana, &[("title", "Whole"), ("body", "A whole story")]).await;
    ana.get(NEW)
        .await
        .is(200)
        .keeps_silent_about("Half a story");
}

#[tokio::test]
async fn a_preview_shows_how_it_will_read() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let answer = ana.send(PREVIEW, &[("body", "A *soft* word <b>")]).await;
    let html = answer.is(200).json();
    assert_eq!(
        html.as_str(),
        Some("<p>A <em>soft</em> word &lt;b&gt;</p>\n")
    );
    app.guest()
        .send(PREVIEW, &[("body", "words")])
        .await
        .is(401);

    let fields = [("page", NEW), ("title", "Half"), ("body", "A *soft* word")];
    let page = ana.post_form(PREVIEW, &fields).await;
    page.is(200);
    assert!(page.body.contains("<em>soft</em>"), "{}", page.body);
    assert_eq!(
        page.field("stories.new", "body").as_deref(),
        Some("A *soft* word")
    );
    ana.get("/stories")
        .await
        .says("No one has told a story here yet.");

    let mut guest = app.guest();
    let answer = guest.post_without_following(PREVIEW, &fields).await;
    assert!(
        answer
            .is(303)
            .header("location")
            .starts_with("/sign-in?next=/stories/new")
    );
}

#[tokio::test]
async fn only_its_author_changes_a_story() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let id = share(&mut ana, &[("title", "Before"), ("body", "Old words.")]).await;
    let page = format!("/stories/{id}/edit");
    let fields = [
        ("page", page.as_str()),
        ("id", &id),
        ("title", "After"),
        ("body", "New words."),
    ];
    ben.get(&page)
        .await
        .is(403)
        .keeps_silent_about("Old words.");
    ben.send(EDIT, &fields).await.is(403);
    app.guest().get(&page).await.is(401);
    app.guest().send(EDIT, &fields).await.is(401);
    for unknown in [NOBODY, "", "../../etc/passwd"] {
        let fields = [("id", unknown), ("title", "After"), ("body", "New words.")];
        ana.send(EDIT, &fields).await.is(404);
        ana.send(DELETE, &[("id", unknown)]).await.is(404);
    }
    ana.get(&format!("/stories/{NOBODY}")).await.is(404);
    ana.get(&format!("/stories/{NOBODY}/edit")).await.is(404);

    app.pass(domain::clock::Timestamp::DAY * 400);
    let session = app.session(ana.member.id).await;
    ana.browser
        .cookies
        .insert(app.session_cookie().to_owned(), session);
    let open = ana.get(&page).await;
    let form = format!("stories.edit.{id}");
    assert_eq!(
        open.is(200).field(&form, "body").as_deref(),
        Some("Old words.")
    );
    let bad = [
        ("page", page.as_str()),
        ("id", &id),
        ("title", ""),
        ("body", "Kept words."),
    ];
    let open = ana.post_form(EDIT, &bad).await;
    open.is(200).says("Give it a title.");
    assert_eq!(open.field(&form, "body").as_deref(), Some("Kept words."));
    let fresh = ana.get(&format!("{page}?fresh=true")).await;
    assert_eq!(fresh.field(&form, "body").as_deref(), Some("Old words."));
    let story = ana.post_form(EDIT, &fields).await;
    story
        .is(200)
        .says("After")
        .says("New words.")
        .says("edited");
}

#[tokio::test]
async fn a_story_is_deleted_after_one_question() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    let id = share(&mut ana, &[("title", "The bench"), ("body", "Words.")]).await;
    let page = format!("/stories/{id}");
    let subject = format!("story-{id}");
    ben.send(
        "/api/comments/post",
        &[("subject", &subject), ("body", "With you.")],
    )
    .await
    .is(200);
    ben.send(DELETE, &[("id", &id)]).await.is(403);
    app.guest().send(DELETE, &[("id", &id)]).await.is(401);
    ben.get(&format!("{page}?remove=true"))
        .await
        .keeps_silent_about("Delete this story?");
    ana.get(&format!("{page}?remove=true"))
        .await
        .says("Delete this story?");
    let list = ana.post_form(DELETE, &[("page", &page), ("id", &id)]).await;
    list.is(200).says("No one has told a story here yet.");
    ana.get(&page).await.is(404);
    ana.send(DELETE, &[("id", &id), ("key", "another-key-of-its-own")])
        .await
        .is(404);
}

#[tokio::test]
async fn stories_come_in_pages() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for number in 1..=23 {
        app.pass(1_000);
        let title = format!("Story number {number}.");
        share(&mut ana, &[("title", &title), ("body", "Words.")]).await;
    }
    let mut guest = app.guest();
    let first = guest.get("/stories").await;
    first
        .is(200)
        .says("Story number 23.")
        .says("Story number 4.")
        .says("Older stories");
    first.keeps_silent_about("Story number 3.");
    let start = first.body.find("/stories?after=").expect("a way on");
    let next = first.body[start..].split('"').next().expect("an address");
    let second = guest.get(next).await;
    second
        .is(200)
        .says("Story number 3.")
        .says("Story number 1.")
        .says("Newest stories");
    second
        .keeps_silent_about("Story number 4.")
        .keeps_silent_about("Older stories");
}
