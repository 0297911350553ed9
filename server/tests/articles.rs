//! Articles, the desk of the editors, the first page and what machines read:
//! over HTTP, with script and without.

use crate::support::{Answer, TestApp, TestMember};
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
};

const WRITE: &str = "/api/articles/write";
const PREVIEW: &str = "/api/articles/preview";
const DELETE: &str = "/api/articles/delete";

async fn editor(app: &TestApp, handle: &str) -> TestMember {
    app.member_with(handle, Roles::default().with(Role::Editor))
        .await
}

/// The fields of the editor's form, with some of them changed.
fn fields<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("page", "/editor/new"),
        ("key", ""),
        ("id", ""),
        ("seen", ""),
        ("series", "Kitchen table"),
        ("slug", ""),
        ("week", "3"),
        ("title", "The hard hour"),
        ("summary", "About five in the afternoon."),
        ("body", "Nearly everyone has *one*."),
        ("prompts", "When is yours?\nWhat helps?"),
        ("publication", "now"),
        ("when", ""),
        ("zone", "UTC"),
    ];
    for (name, value) in changed {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    fields
}

/// The id in the address of the editor, from a link on the page.
fn id_on(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("\"/editor/").expect("a link to edit");
    rest.chars().take(32).collect()
}

const ADDRESS: &str = "/series/kitchen-table/the-hard-hour";

#[tokio::test]
async fn an_editor_publishes() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    let landed = edda.post_form(WRITE, &fields(&[])).await;
    landed.is(200).says("The hard hour").says("Week 3");
    assert_eq!(landed.address, ADDRESS);
    let mut guest = app.guest();
    let page = guest.get(ADDRESS).await;
    page.is(200)
        .says("Kitchen table")
        .says("When is yours?")
        .says("edda")
        .keeps_silent_about("/editor/");
    assert!(page.body.contains("<em>one</em>"));
    assert!(page.body.contains("id=\"prompt-2\""));
    assert!(page.body.contains("/series/kitchen-table/feed.atom"));
    let home = guest.get("/").await;
    home.is(200)
        .says("The hard hour")
        .says("About five in the afternoon.")
        .says("What helps?");
    assert!(home.body.contains(&format!("{ADDRESS}#prompt-2")));
    guest.get("/series").await.is(200).says("Kitchen table");
    guest
        .get("/series/kitchen-table")
        .await
        .is(200)
        .says("The hard hour");
}

#[tokio::test]
async fn an_empty_house_says_so_kindly() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    guest
        .get("/")
        .await
        .is(200)
        .says("This week’s article is not here yet.");
    guest
        .get("/series")
        .await
        .is(200)
        .says("No article is out yet.");
    guest.get("/series/none").await.is(404);
    guest.get("/series/none/at-all").await.is(404);
}

#[tokio::test]
async fn a_draft_is_unknown_to_others() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    let draft = fields(&[("publication", "draft")]);
    edda.post_form(WRITE, &draft)
        .await
        .is(200)
        .says("This is a draft. Only editors see it.");
    edda.get("/editor").await.is(200).says("Draft");
    let mut ana = app.member("ana").await;
    let mut guest = app.guest();
    for page in [
        ADDRESS,
        "/series/kitchen-table",
        "/series/kitchen-table/feed.atom",
    ] {
        ana.get(page).await.is(404);
        guest
            .get(page)
            .await
            .is(404)
            .keeps_silent_about("The hard hour");
    }
    for page in ["/", "/series", "/sitemap.xml", "/feed.atom"] {
        guest
            .get(page)
            .await
            .is(200)
            .keeps_silent_about("hard-hour");
    }
}

#[tokio::test]
async fn a_scheduled_article_appears_when_its_time_has_come() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    // The scene begins on 6 January 2025 at 12:00 UTC.
    let later = fields(&[
        ("publication", "later"),
        ("when", "2025-01-06T13:30"),
        ("zone", "Europe/Berlin"),
    ]);
    edda.post_form(WRITE, &later)
        .await
        .is(200)
        .says("Monday 6 January 2025, 12:30 (UTC)");
    let mut guest = app.guest();
    app.pass(30 * Timestamp::MINUTE - 1);
    guest.get(ADDRESS).await.is(404);
    guest.get("/").await.keeps_silent_about("The hard hour");
    app.pass(1);
    guest.get(ADDRESS).await.is(200).says("The hard hour");
    guest.get("/").await.says("The hard hour");
    guest.get("/feed.atom").await.says("The hard hour");
}

#[tokio::test]
async fn a_member_cannot_edit() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    for page in ["/editor", "/editor/new"] {
        ana.get(page).await.is(403);
        app.guest().get(page).await.is(401);
    }
    ana.send(WRITE, &fields(&[])).await.is(403);
    ana.send(PREVIEW, &fields(&[])).await.is(403);
    let id = "0123456789abcdef0123456789abcdef";
    ana.send(DELETE, &[("id", id)]).await.is(403);
    ana.send("/api/articles/make-current", &[("id", id)])
        .await
        .is(403);
    ana.send("/api/articles/revise-series", &[("id", id), ("title", "x")])
        .await
        .is(403);
    ana.get(ADDRESS).await.is(404);
}

#[tokio::test]
async fn two_editors_collide_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    let mut olga = editor(&app, "olga").await;
    let page = edda.post_form(WRITE, &fields(&[])).await;
    let id = id_on(&page);
    let id = id.as_str();
    let form = format!("articles.{id}");
    let address = format!("/editor/{id}");
    let seen = edda
        .get(&address)
        .await
        .is(200)
        .field(&form, "seen")
        .expect("the version");
    let by_edda = [
        ("page", &*address),
        ("id", id),
        ("seen", &seen),
        ("body", "By edda."),
    ];
    let by_olga = [
        ("page", &*address),
        ("id", id),
        ("seen", &seen),
        ("body", "By olga."),
    ];
    edda.post_form(WRITE, &fields(&by_edda))
        .await
        .is(200)
        .says("By edda.");
    let back = olga.post_form(WRITE, &fields(&by_olga)).await;
    back.is(200)
        .says("Somebody else changed this meanwhile.")
        .says("Save mine in place of it");
    assert_eq!(back.field(&form, "body").as_deref(), Some("By olga."));
    olga.get(ADDRESS).await.says("By edda.");
    let mut over = fields(&by_olga);
    over.push(("over", "on"));
    olga.post_form(WRITE, &over).await.is(200).says("By olga.");
    // What was kept is gone with it.
    let again = olga.get(&address).await;
    again.keeps_silent_about("Your words are kept.");
}

#[tokio::test]
async fn sent_twice_it_is_written_once() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    let keyed = fields(&[("key", "0123456789abcdef0123456789abcdef")]);
    let first = edda.send(WRITE, &keyed).await;
    let second = edda.send(WRITE, &keyed).await;
    assert_eq!(first.is(200).body, second.is(200).body);
    let desk = edda.get("/editor").await;
    assert_eq!(desk.count("The hard hour"), 1);
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    let back = edda
        .post_form(
            WRITE,
            &fields(&[
                ("title", " "),
                ("week", "soon"),
                ("slug", "Not A Slug"),
                ("publication", "later"),
                ("when", "tomorrow"),
            ]),
        )
        .await;
    back.is(200)
        .says("Give it a title.")
        .says("Use a whole number from 1 to 999.")
        .says("Use lower-case letters, digits and hyphens.")
        .says("Enter a date and a time that exist in that time zone.");
    assert_eq!(
        back.field("articles.new", "body").as_deref(),
        Some("Nearly everyone has *one*.")
    );
    assert_eq!(
        back.field("articles.new", "prompts").as_deref(),
        Some("When is yours?\nWhat helps?")
    );
    let past = fields(&[("publication", "later"), ("when", "2025-01-06T12:00")]);
    let refused = edda.send(WRITE, &past).await;
    assert!(refused.body.contains("time_passed"), "{}", refused.body);
}

#[tokio::test]
async fn a_preview_without_script_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    let shown = edda
        .post_form(
            PREVIEW,
            &fields(&[("body", "A *soft* word <script>alert(1)</script>")]),
        )
        .await;
    shown.is(200);
    assert!(shown.address.ends_with("#preview"), "{}", shown.address);
    assert!(shown.body.contains("A <em>soft</em> word &lt;script&gt;"));
    assert_eq!(
        shown.field("articles.new", "body").as_deref(),
        Some("A *soft* word <script>alert(1)</script>")
    );
    let live = edda.send(PREVIEW, &[("body", "**strong**")]).await;
    assert_eq!(
        live.is(200).json()["html"],
        "<p><strong>strong</strong></p>\n"
    );
    app.guest().get(ADDRESS).await.is(404);
}

#[tokio::test]
async fn a_draft_is_deleted_and_a_published_article_is_not() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    let draft = fields(&[("publication", "draft"), ("title", "Not this one")]);
    let id = id_on(&edda.post_form(WRITE, &draft).await);
    let page = format!("/editor/{id}");
    edda.get(&page).await.is(200).says("Delete it");
    let gone = edda
        .post_form(DELETE, &[("page", &page), ("id", &id)])
        .await;
    gone.is(200).keeps_silent_about("Not this one");
    assert_eq!(gone.address, "/editor");
    edda.get(&page).await.is(404);
    edda.post_form(DELETE, &[("page", &page), ("id", &id)])
        .await
        .is(200);
    let id = id_on(&edda.post_form(WRITE, &fields(&[])).await);
    edda.get(&format!("/editor/{id}"))
        .await
        .keeps_silent_about("Delete it");
    edda.send(DELETE, &[("id", &id)]).await.is(409);
    app.guest().get(ADDRESS).await.is(200);
}

#[tokio::test]
async fn a_series_is_put_on_the_first_page() {
    let app = TestApp::new().await;
    let mut edda = editor(&app, "edda").await;
    edda.post_form(WRITE, &fields(&[])).await.is(200);
    let other = fields(&[("series", "The long way"), ("title", "Slowly")]);
    edda.post_form(WRITE, &other).await.is(200);
    let mut guest = app.guest();
    guest
        .get("/")
        .await
        .says("The hard hour")
        .keeps_silent_about("Slowly");
    let desk = edda.get("/editor").await;
    let (_, rest) = desk
        .body
        .split_once("id=\"articles.current.")
        .expect("a series that is not current");
    let id: String = rest.chars().take(32).collect();
    edda.post_form(
        "/api/articles/make-current",
        &[("page", "/editor"), ("id", &id)],
    )
    .await
    .is(200);
    guest
        .get("/")
        .await
        .says("Slowly")
        .keeps_silent_about("The hard hour");
    edda.post_form(
        "/api/articles/revise-series",
        &[
            ("page", "/editor"),
            ("id", &id),
            ("title", "The slow way"),
            ("summary", "No hurry."),
        ],
    )
    .await
    .is(200)
    .says("The slow way");
    guest
        .get("/series/the-long-way")
        .await
        .is(200)
        .says("No hurry.");
}

#[tokio::test]
async fn machines_read_well_formed_xml() {
    let app = TestApp::with(|settings| settings.site_name = "Tea & <toast>".to_owned()).await;
    let mut edda = editor(&app, "edda").await;
    let odd = fields(&[
        ("title", "Bread & \"butter\" </title><script>"),
        ("slug", "bread"),
        ("summary", "1 < 2 && 3 > 2 \u{FFFE}]]>"),
        ("body", "A member’s words stay here."),
    ]);
    edda.post_form(WRITE, &odd).await.is(200);
    let mut guest = app.guest();
    for (address, kind) in [
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        (
            "/series/kitchen-table/feed.atom",
            "application/atom+xml; charset=utf-8",
        ),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
    ] {
        let answer = guest.get(address).await;
        assert_eq!(answer.is(200).header("content-type"), kind);
        assert!(
            answer
                .body
                .contains("http://chorus.test/series/kitchen-table/bread")
        );
        answer
            .keeps_silent_about("<script>")
            .keeps_silent_about("<toast>")
            .keeps_silent_about("\u{FFFE}")
            .keeps_silent_about("edda");
        assert!(!answer.body.contains(" & "), "{}", answer.body);
    }
    let feed: atom_syndication::Feed = guest.get("/feed.atom").await.body.parse().expect("a feed");
    assert_eq!(feed.title.value, "Tea & <toast>");
    assert_eq!(feed.entries.len(), 1);
    let entry = &feed.entries[0];
    assert_eq!(entry.title.value, "Bread & \"butter\" </title><script>");
    assert_eq!(
        entry.summary.as_ref().map(|text| text.value.as_str()),
        Some("1 < 2 && 3 > 2 ]]>")
    );
    guest.get("/series/none/feed.atom").await.is(404);
}
