//! The pages of the house: everyone reads them, and a host writes them.

use crate::support::{Answer, TestApp, TestMember};
use domain::{
    accounts::LoggedAbout,
    actor::{Role, Roles},
};

const REVISE: &str = "/api/house/revise";
const RESTORE: &str = "/api/house/restore";
const PREVIEW: &str = "/api/house/preview";
const PAGES: [&str; 3] = ["/privacy", "/rules", "/guide"];

#[track_caller]
fn links(page: &Answer, to: &str) {
    let link = format!("href=\"{to}\"");
    assert!(page.body.contains(&link), "{} has no {link}", page.address);
}

async fn host(app: &TestApp) -> TestMember {
    app.member_with("hanna", Roles::default().with(Role::Host))
        .await
}

fn fields<'a>(name: &'a str, seen: &'a str, body: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("page", "/house/rules"),
        ("name", name),
        ("seen", seen),
        ("body", body),
    ]
}

#[tokio::test]
async fn each_page_says_something_from_the_first_day_and_is_found_from_everywhere() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    let help = guest.get("/help").await;
    for (page, words) in PAGES.into_iter().zip([
        "Who is responsible",
        "Be here as you are",
        "It is not legal advice",
    ]) {
        links(&help, page);
        let said = guest.get(page).await;
        said.is(200).says(words);
        said.keeps_silent_about("Edit this page")
            .keeps_silent_about("Changed on");
        assert!(!said.headers.contains_key("x-robots-tag"), "{page}");
    }
    let join = guest.get("/join").await;
    join.says("I am 18 or over").says("what is kept about you");
}

#[tokio::test]
async fn a_host_changes_a_page_without_script() {
    let app = TestApp::new().await;
    let mut hanna = host(&app).await;
    // The page is finished and kept for everyone before it changes.
    let mut guest = app.guest();
    guest.get("/rules").await.says("Be here as you are");
    links(&hanna.get("/me").await, "/house");
    let desk = hanna.get("/house").await;
    desk.says("As it came with Chorus");
    links(&desk, "/house/rules");
    links(&hanna.get("/rules").await, "/house/rules");
    let open = hanna.get("/house/rules").await;
    let seen = open.field("house.rules", "seen").expect("a version");
    let body = open.field("house.rules", "body").expect("a text");
    assert!(body.contains("Be here as you are"), "{body}");
    let done = hanna
        .post_form(REVISE, &fields("rules", &seen, "Be *kind* <script>."))
        .await;
    assert_eq!(done.address, "/rules");
    done.says("Be kind <script>.").says("6 January 2025");
    guest
        .get("/rules")
        .await
        .says("Be kind <script>.")
        .says("Changed on")
        .keeps_silent_about("Be here as you are");
    hanna.get("/house").await.says("Changed on");
}

#[tokio::test]
async fn the_hydrated_page_gets_its_answer_once() {
    let app = TestApp::new().await;
    let mut hanna = host(&app).await;
    let mut sent = fields("guide", "0", "Two hosts are better than one.").to_vec();
    sent.push(("key", "0123456789abcdef"));
    sent.push(("reason", "Shorter."));
    for _ in 0..2 {
        let done = hanna.send(REVISE, &sent).await;
        assert_eq!(done.is(200).json()["address"], "/guide");
    }
    let mut reader = app.house.store.read().await.expect("a reader");
    let noted = reader.log(None, 9).await.expect("the log").items;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].action, "house.revise");
    assert_eq!(noted[0].about, LoggedAbout::Other("guide".into()));
    assert_eq!(noted[0].reason.as_deref(), Some("Shorter."));
}

#[tokio::test]
async fn a_preview_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let mut hanna = host(&app).await;
    let shown = hanna
        .post_form(PREVIEW, &fields("rules", "0", "Be **kind**."))
        .await;
    assert!(shown.address.starts_with("/house/rules?kept=house.rules"));
    shown.says("Be kind .");
    let typed = shown.field("house.rules", "body");
    assert_eq!(typed.as_deref(), Some("Be **kind**."));
    let sent = hanna.send(PREVIEW, &fields("rules", "0", "A *word*")).await;
    assert_eq!(sent.is(200).json(), "<p>A <em>word</em></p>\n");
    app.guest().get("/rules").await.says("Be here as you are");
}

#[tokio::test]
async fn of_two_hosts_the_second_is_told_and_may_write_over() {
    let app = TestApp::new().await;
    let mut hanna = host(&app).await;
    let mut hugo = app
        .member_with("hugo", Roles::default().with(Role::Host))
        .await;
    hanna
        .send(REVISE, &fields("rules", "0", "Hanna's."))
        .await
        .is(200);
    for seen in ["0", "", "first"] {
        let late = hugo.send(REVISE, &fields("rules", seen, "Hugo's.")).await;
        late.is(409);
    }
    let told = hugo
        .post_form(REVISE, &fields("rules", "0", "Hugo's."))
        .await;
    told.says("Somebody else changed this meanwhile.")
        .says("Save mine in place of it");
    let typed = told.field("house.rules", "body");
    assert_eq!(typed.as_deref(), Some("Hugo's."));
    let mut over = fields("rules", "0", "Hugo's.").to_vec();
    over.push(("over", "on"));
    hugo.send(REVISE, &over).await.is(200);
    app.guest().get("/rules").await.says("Hugo's.");
}

#[tokio::test]
async fn the_first_text_comes_back() {
    let app = TestApp::new().await;
    let mut hanna = host(&app).await;
    hanna
        .get("/house/rules")
        .await
        .keeps_silent_about("Put the first text back");
    hanna
        .send(REVISE, &fields("rules", "0", "Mine."))
        .await
        .is(200);
    let open = hanna.get("/house/rules").await;
    open.says("Put the first text back");
    let stale = [("page", "/house/rules"), ("name", "rules"), ("seen", "0")];
    hanna
        .post_form(RESTORE, &stale)
        .await
        .says("Somebody else changed this meanwhile.");
    hanna.get("/me").await.says("Nothing unfinished");
    let seen = open
        .field("house.restore.rules", "seen")
        .expect("a version");
    let good = [
        ("page", "/house/rules"),
        ("name", "rules"),
        ("seen", seen.as_str()),
    ];
    let done = hanna.post_form(RESTORE, &good).await;
    assert_eq!(done.address, "/rules");
    done.says("Be here as you are");
    app.guest()
        .get("/rules")
        .await
        .says("Be here as you are")
        .keeps_silent_about("Changed on");
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_beside_the_field() {
    let app = TestApp::new().await;
    let mut hanna = host(&app).await;
    let long = "a".repeat(40_001);
    for (body, words) in [
        ("  ", "Write a few words first."),
        (&long, "There is room for 40000."),
    ] {
        let back = hanna.post_form(REVISE, &fields("rules", "0", body)).await;
        back.says(words);
    }
    hanna
        .send(REVISE, &fields("imprint", "0", "Words."))
        .await
        .is(404);
    hanna.get("/house/imprint").await.is(404);
    app.guest()
        .fetch("/api/house/read?name=imprint")
        .await
        .is(404);
}

#[tokio::test]
async fn nobody_else_writes_them() {
    let app = TestApp::new().await;
    let others = Role::ALL.into_iter().fold(Roles::default(), Roles::with);
    let mut ben = app.member("ben").await;
    let mut busy = app.member_with("busy", others.without(Role::Host)).await;
    let mut guest = app.guest();
    let opens = ["/house", "/house/rules"];
    let reads = [
        "/api/house/list",
        "/api/house/open?name=rules&saved=false&kept=",
    ];
    for (who, status) in [
        (&mut ben.browser, 403),
        (&mut busy.browser, 403),
        (&mut guest.browser, 401),
    ] {
        for address in opens {
            let shown = who.get(address).await;
            shown.is(status).keeps_silent_about("Be here as you are");
        }
        for address in reads {
            let sent = who.fetch(address).await;
            sent.is(status).keeps_silent_about("Be here as you are");
        }
        for address in [REVISE, PREVIEW, RESTORE] {
            let sent = who.send(address, &fields("rules", "0", "Mine.")).await;
            sent.is(status);
        }
        let mut over = fields("rules", "", "Mine.").to_vec();
        over.push(("over", "on"));
        who.send(REVISE, &over).await.is(status);
        who.get("/rules").await.says("Be here as you are");
    }
}
