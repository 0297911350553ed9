//! Finished pages: rendered once for everyone who has written nothing here, and
//! never with anything of a person in them.

use crate::support::{Answer, HOST, Place, TestApp, TestMember};
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    ids::StoryId,
    stories::StoryText,
};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, io::Read, time::Duration};
use tower::ServiceExt;

const POST: &str = "/api/comments/post";
const ARTICLE: &str = "/series/kitchen-table/the-hard-hour";

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came back, byte for byte.
struct Raw {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Raw {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("plain text"))
            .unwrap_or_default()
    }
}

/// A request of a browser that has never been here.
async fn ask(router: Router, method: Method, address: &str, headers: &[(&str, &str)]) -> Raw {
    let mut request = Request::builder()
        .method(method)
        .uri(address)
        .header("host", HOST)
        .header("accept", "text/html");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    Raw {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.expect("a whole body").to_bytes(),
    }
}

async fn get(app: &TestApp, address: &str, headers: &[(&str, &str)]) -> Raw {
    ask(app.router.clone(), Method::GET, address, headers).await
}

fn renders(app: &TestApp) -> u64 {
    app.app.finished.figures().renders()
}

fn hits(app: &TestApp) -> u64 {
    app.app.finished.figures().hits()
}

async fn scene() -> (TestApp, TestMember, Place) {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    (app, ana, story)
}

async fn says(by: &mut crate::support::Browser, place: &Place, body: &str) -> Answer {
    let subject = place.subject.to_string();
    let fields = [
        ("page", place.page.as_str()),
        ("subject", subject.as_str()),
        ("parent", ""),
        ("body", body),
    ];
    by.post_form(POST, &fields).await
}

/// Something in every room.
async fn whole_house(app: &TestApp) {
    let mut edda = app
        .member_with("edda", Roles::default().with(Role::Editor))
        .await;
    let article = [
        ("page", "/editor/new"),
        ("series", "Kitchen table"),
        ("title", "The hard hour"),
        ("summary", "About five in the afternoon."),
        ("body", "Nearly everyone has *one*."),
        ("prompts", "When is yours?"),
        ("publication", "now"),
        ("zone", "UTC"),
    ];
    edda.send("/api/articles/write", &article).await.is(200);
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    says(&mut ana, &story, "I know that **morning**.")
        .await
        .is(200);
    let article = ana.get(ARTICLE).await;
    let prompt = article.field_anywhere("prompt");
    let answer = [
        ("page", ARTICLE),
        ("prompt", prompt.as_str()),
        ("body", "Between five and seven."),
        ("voice", "handle"),
    ];
    ana.send("/api/reflections/answer", &answer).await.is(200);
    let thanks = [
        ("page", "/shout-outs"),
        ("to", "edda"),
        ("body", "You saved me a chair."),
        ("voice", "handle"),
    ];
    ana.send("/api/shout-outs/post", &thanks).await.is(200);
    let ritual = [
        ("page", "/rituals/new"),
        ("kind", "shared_meal"),
        ("title", "Thursday soup"),
        ("body", "Bring a bowl."),
        ("when", "2026-09-24T18:30"),
        ("zone", "Europe/London"),
        ("place", "The hall"),
        ("link", ""),
        ("voice", "handle"),
    ];
    ana.send("/api/rituals/post", &ritual).await.is(200);
}

trait Fields {
    /// What the first field of this name on a page holds.
    fn field_anywhere(&self, name: &str) -> String;
}

impl Fields for Answer {
    fn field_anywhere(&self, name: &str) -> String {
        let (_, rest) = self
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("no field {name} in {}", self.address));
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

/// Pages that are never the same for everyone, or not worth keeping.
const NEVER_KEPT: &[&str] = &[
    "/care",
    "/care/{id}",
    "/comments/{id}",
    "/editor",
    "/editor/{id}",
    "/help/ask",
    "/help/{secret}",
    "/house",
    "/house/{page}",
    "/join",
    "/me",
    "/me/codes",
    "/me/confirm",
    "/me/decisions",
    "/me/decisions/{id}",
    "/me/notifications",
    "/me/outbox",
    "/me/people",
    "/farewell",
    "/me/erase",
    "/me/export",
    "/moderation",
    "/moderation/log",
    "/moderation/{thing}",
    "/people/{thing}",
    "/recover",
    "/recover/{secret}",
    "/report/{thing}",
    "/rituals/new",
    "/rituals/{id}/edit",
    "/sign-in",
    "/stories/new",
    "/stories/{id}/edit",
];

fn is_at(pattern: &str, address: &str) -> bool {
    let (mut pattern, mut address) = (pattern.split('/'), address.split('/'));
    loop {
        match (pattern.next(), address.next()) {
            (None, None) => return true,
            (Some(part), Some(found)) if part.starts_with('{') || part == found => {}
            _ => return false,
        }
    }
}

/// The addresses of public pages, found by following links as a stranger does;
/// at least one for each that the router knows.
async fn public_pages(app: &TestApp) -> Vec<String> {
    let public: Vec<String> = app
        .app
        .pages()
        .into_iter()
        .filter(|page| !NEVER_KEPT.contains(&page.as_str()))
        .collect();
    let mut found = BTreeSet::new();
    let mut open = vec!["/".to_owned()];
    while let Some(address) = open.pop() {
        let known = NEVER_KEPT.iter().any(|never| is_at(never, &address))
            || !public.iter().any(|page| is_at(page, &address));
        if known || !found.insert(address.clone()) {
            continue;
        }
        let page = get(app, &address, &[]).await;
        assert_eq!(page.status, 200, "{address}");
        let html = String::from_utf8(page.body.to_vec()).expect("text");
        for link in html.split("href=\"/").skip(1) {
            let path = link.split(['"', '#', '?']).next().unwrap_or_default();
            if !path.contains('.') {
                open.push(format!("/{path}"));
            }
        }
    }
    for page in &public {
        assert!(
            found.iter().any(|address| is_at(page, address)),
            "no link leads to {page}"
        );
    }
    found.into_iter().collect()
}

#[tokio::test]
async fn two_visitors_get_the_same_bytes_from_one_render() {
    let (app, _, story) = scene().await;
    let first = get(&app, &story.page, &[]).await;
    assert_eq!(
        (first.status, renders(&app), hits(&app)),
        (StatusCode::OK, 1, 0)
    );
    let second = get(&app, &story.page, &[]).await;
    assert_eq!(first.body, second.body);
    assert_eq!((renders(&app), hits(&app)), (1, 1));
    // One who comes again brings the cookie of the first visit.
    let mut guest = app.guest();
    guest.get(&story.page).await.is(200);
    let again = guest.get(&story.page).await;
    assert_eq!(again.body.as_bytes(), first.body);
    assert!(again.set_cookies().is_empty());
    assert_eq!((renders(&app), hits(&app)), (1, 3));
    assert!(app.app.finished.size().await > first.body.len() as u64);
}

#[tokio::test]
async fn every_public_page_is_kept_and_no_other() {
    let app = TestApp::new().await;
    whole_house(&app).await;
    for address in public_pages(&app).await {
        get(&app, &address, &[]).await;
        let before = renders(&app);
        get(&app, &address, &[]).await;
        assert_eq!(renders(&app), before, "{address} is rendered again");
    }
    let (before, kept) = (renders(&app), app.app.finished.len().await);
    assert!(kept > 10, "{kept}");
    for page in NEVER_KEPT {
        let address = page
            .replace("{id}", &StoryId::random(app.chance()).to_string())
            .replace("{secret}", "0123456789abcdef");
        get(&app, &address, &[]).await;
    }
    assert_eq!(
        (renders(&app), app.app.finished.len().await),
        (before, kept)
    );
}

#[tokio::test]
async fn a_new_comment_shows_at_once_for_everyone() {
    let (app, mut ana, story) = scene().await;
    let mut guest = app.guest();
    guest.get(&story.page).await.keeps_silent_about("Just now");
    for number in 0..5 {
        let words = format!("Just now, number {number}");
        says(&mut ana, &story, &words).await.is(200);
        guest.get(&story.page).await.says(&words);
        let page = get(&app, &story.page, &[]).await;
        assert!(String::from_utf8_lossy(&page.body).contains(&words));
    }
    // What nobody else sees leaves the pages as they are.
    let before = renders(&app);
    let draft = [("form", "stories.new"), ("fields", "body=a")];
    ana.send("/api/drafts/keep", &draft).await.is(200);
    guest.get(&story.page).await.is(200);
    assert_eq!(renders(&app), before);
}

#[tokio::test]
async fn a_held_comment_is_for_its_guest_only() {
    let (app, _, story) = scene().await;
    let before = get(&app, &story.page, &[]).await;
    let mut guest = app.guest();
    guest.get(&story.page).await.is(200);
    says(&mut guest, &story, "May I ask something?")
        .await
        .says("May I ask something?");
    for _ in 0..2 {
        let own = guest.get(&story.page).await;
        own.says("May I ask something?").says("Waiting for review");
        assert!(own.header("etag").is_empty());
        let other = get(&app, &story.page, &[]).await;
        assert_eq!(other.body, before.body);
        app.guest()
            .get(&story.page)
            .await
            .keeps_silent_about("May I ask something?");
    }
}

#[tokio::test]
async fn what_a_guest_typed_is_given_back_to_nobody_else() {
    let (app, _, story) = scene().await;
    let mut guest = app.guest();
    guest.get(&story.page).await.is(200);
    let long = "kept-words ".repeat(4_000);
    let back = says(&mut guest, &story, &long).await;
    assert!(back.address.contains("?kept="), "{}", back.address);
    back.says("kept-words");
    let (before, kept) = (renders(&app), app.app.finished.len().await);
    for address in [back.address.as_str(), story.page.as_str()] {
        let mut other = app.guest();
        other
            .get(address)
            .await
            .is(200)
            .keeps_silent_about("kept-words");
    }
    guest.get(&back.address).await.says("kept-words");
    // Only the page without `kept` is one for everyone.
    assert!(renders(&app) <= before + 1);
    assert!(app.app.finished.len().await <= kept + 1);
}

#[tokio::test]
async fn a_page_of_a_member_is_given_to_nobody_else() {
    let app = TestApp::new().await;
    whole_house(&app).await;
    let pages = public_pages(&app).await;
    let mut named = 0;
    // The member first, then the member after everyone.
    for round in 0..2 {
        let handle = format!("canary-{round}");
        let mut member = app.member(&handle).await;
        for address in &pages {
            if round == 1 {
                get(&app, address, &[]).await;
            }
            let own = member.get(address).await;
            assert_eq!(own.header("cache-control"), "no-store", "{address}");
            assert!(own.header("etag").is_empty(), "{address}");
            named += usize::from(own.body.contains(&handle));
            for encoding in ["identity", "gzip", "br"] {
                let page = get(&app, address, &[("accept-encoding", encoding)]).await;
                let text = unpacked(&page);
                assert!(!text.contains("canary"), "{address} tells of {handle}");
                let cookies = page.header("set-cookie");
                assert!(!cookies.starts_with("chorus="), "{cookies}");
            }
        }
    }
    assert!(named > 5, "only {named} pages named their member");
}

fn unpacked(page: &Raw) -> String {
    let mut text = String::new();
    match page.header("content-encoding") {
        "br" => brotli::Decompressor::new(&page.body[..], 4096).read_to_string(&mut text),
        "gzip" => flate2::read::GzDecoder::new(&page.body[..]).read_to_string(&mut text),
        other => {
            assert_eq!(other, "");
            (&page.body[..]).read_to_string(&mut text)
        }
    }
    .expect("whole text");
    text
}

#[tokio::test]
async fn packed_pages_are_the_plain_one() {
    let app = TestApp::new().await;
    whole_house(&app).await;
    let plain = get(&app, ARTICLE, &[]).await;
    let mut tags = BTreeSet::from([plain.header("etag").to_owned()]);
    for (accepted, encoding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
    ] {
        let page = get(&app, ARTICLE, &[("accept-encoding", accepted)]).await;
        assert_eq!(page.header("content-encoding"), encoding);
        assert_eq!(unpacked(&page).as_bytes(), plain.body);
        assert!(page.body.len() * 2 < plain.body.len());
        assert_eq!(page.header("content-length"), page.body.len().to_string());
        assert_eq!(page.header("vary"), "Accept-Encoding, Cookie");
        tags.insert(page.header("etag").to_owned());
    }
    assert_eq!(tags.len(), 3, "{tags:?}");
    assert_eq!(renders(&app), 1);
    assert_eq!(app.app.finished.len().await, 3);
}

#[tokio::test]
async fn a_page_for_one_guest_is_packed_too() {
    let (app, _, story) = scene().await;
    let mut guest = app.guest();
    says(&mut guest, &story, "It waits for review")
        .await
        .is(200);
    let cookie = format!("chorus-guest={}", guest.cookies["chorus-guest"]);
    let mine = |encoding| [("cookie", cookie.as_str()), ("accept-encoding", encoding)];
    for encoding in ["br", "gzip"] {
        let packed = get(&app, &story.page, &mine(encoding)).await;
        assert_eq!(packed.header("content-encoding"), encoding);
        assert_eq!(
            packed.header("content-length"),
            packed.body.len().to_string()
        );
        assert!(
            packed
                .header("vary")
                .to_lowercase()
                .contains("accept-encoding")
        );
        assert!(packed.header("etag").is_empty());
        let text = unpacked(&packed);
        assert!(
            text.contains("It waits for review") && text.contains("</html>"),
            "{text}"
        );
    }
    let plain = get(&app, &story.page, &mine("identity")).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(renders(&app), 0, "nothing of it is kept");
}

#[tokio::test]
async fn a_kept_page_is_as_protected_as_any() {
    let secure = TestApp::with(|settings| settings.base_url = "https://chorus.test".into()).await;
    let kept = get(&secure, "/help", &[]).await;
    let other = get(&secure, "/join", &[]).await;
    assert!(!kept.header("etag").is_empty() && other.header("etag").is_empty());
    for name in [
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "strict-transport-security",
    ] {
        assert!(!other.header(name).is_empty(), "{name}");
        assert_eq!(kept.header(name), other.header(name), "{name}");
    }
}

#[tokio::test]
async fn who_has_the_page_is_told_so() {
    let (app, mut ana, story) = scene().await;
    let page = get(&app, &story.page, &[]).await;
    let tag = page.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 20, "{tag}");
    let listed = format!("\"other\", W/{tag}");
    for known in [tag.as_str(), listed.as_str(), "*"] {
        let same = get(&app, &story.page, &[("if-none-match", known)]).await;
        assert_eq!(same.status, 304, "{known}");
        assert!(same.body.is_empty());
        for name in ["etag", "content-security-policy", "cache-control", "vary"] {
            assert_eq!(same.header(name), page.header(name), "{name}");
        }
    }
    let other = get(&app, &story.page, &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status, 200);
    // A packed page is another one.
    let headers = [("if-none-match", tag.as_str()), ("accept-encoding", "br")];
    assert_eq!(get(&app, &story.page, &headers).await.status, 200);
    says(&mut ana, &story, "Just now").await.is(200);
    let changed = get(&app, &story.page, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
    // A member never gets by with what a guest has.
    let headers = [("if-none-match", tag.as_str())];
    ana.ask(Method::GET, &story.page, &headers, Body::empty())
        .await
        .is(200);
}

#[tokio::test]
async fn a_head_has_everything_but_the_page() {
    let (app, _, story) = scene().await;
    let head = ask(app.router.clone(), Method::HEAD, &story.page, &[]).await;
    let page = get(&app, &story.page, &[]).await;
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    for name in ["etag", "content-length", "content-type", "vary"] {
        assert!(!page.header(name).is_empty(), "{name}");
        assert_eq!(head.header(name), page.header(name), "{name}");
    }
    assert_eq!(renders(&app), 1);
}

#[tokio::test]
async fn an_unknown_query_field_makes_no_other_page() {
    let (app, _, story) = scene().await;
    let plain = get(&app, &story.page, &[]).await;
    let kept = app.app.finished.len().await;
    for number in 0..50 {
        let address = format!("{}?utm_source={number}&x[]={number}", story.page);
        assert_eq!(get(&app, &address, &[]).await.body, plain.body);
    }
    assert_eq!((renders(&app), app.app.finished.len().await), (1, kept));
    // A known one does.
    let help = get(&app, "/help", &[]).await;
    let germany = get(&app, "/help?country=de", &[]).await;
    assert_ne!(help.body, germany.body);
    assert_eq!(renders(&app), 3);
}

#[tokio::test]
async fn a_kept_page_holds_no_nonce_no_key_and_no_cookie() {
    let app = TestApp::new().await;
    whole_house(&app).await;
    let mut scripts = 0;
    let mut guest = app.guest();
    for address in public_pages(&app).await {
        guest.get(&address).await.is(200);
        let before = renders(&app);
        let page = guest.get(&address).await;
        assert_eq!(renders(&app), before);
        let html = &page.body;
        assert!(!html.contains("nonce"), "{address}");
        assert!(page.set_cookies().is_empty(), "{address}");
        let secret = guest.cookies["chorus-guest"].trim_end_matches(".reads");
        assert!(!html.contains(secret), "{address}");
        for key in html.split("name=\"key\"").skip(1) {
            assert!(
                key.starts_with(" value=\"\"") || key.starts_with(" value "),
                "{key}"
            );
        }
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("nonce") && !policy.contains("unsafe-inline"));
        for script in html.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').expect("a tag");
            if tag.contains("src=\"/") {
                continue;
            }
            let inside = rest.split("</script>").next().unwrap_or_default();
            let hash = base64(&Sha256::digest(inside));
            assert!(
                policy.contains(&format!("'sha256-{hash}'")),
                "{address}: {policy}"
            );
            scripts += 1;
        }
        let allowed = policy.matches("'sha256-").count();
        assert_eq!(allowed, html.matches("<script>").count(), "{address}");
    }
    assert!(scripts > 10, "only {scripts} scripts were looked at");
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

async fn until(what: impl Fn() -> bool) {
    let met = async {
        while !what() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, met).await.expect("it comes");
}

/// Nobody can read from the store until they are dropped.
async fn all_readers(app: &TestApp) -> Vec<Box<dyn domain::store::Reader>> {
    let mut readers = Vec::new();
    for _ in 0..8 {
        readers.push(app.house.store.read().await.expect("a reader"));
    }
    readers
}

#[tokio::test]
async fn many_at_once_wait_for_one_render() {
    let (app, _, story) = scene().await;
    get(&app, "/stories", &[]).await;
    let held = all_readers(&app).await;
    let asking: Vec<_> = (0..30)
        .map(|number| {
            let (router, page) = (app.router.clone(), story.page.clone());
            let encoding = ["br", "gzip", "identity"][number % 3];
            tokio::spawn(async move {
                let headers = [("accept-encoding", encoding)];
                ask(router, Method::GET, &page, &headers).await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    drop(held);
    let mut bodies = BTreeSet::new();
    for answer in asking {
        let page = tokio::time::timeout(PATIENCE, answer).await;
        let page = page.expect("an end").expect("an answer");
        assert_eq!(page.status, 200);
        bodies.insert(unpacked(&page));
    }
    assert_eq!(bodies.len(), 1);
    assert_eq!(renders(&app), 2);
}

#[tokio::test]
async fn who_leaves_lets_the_others_have_the_page() {
    let (app, _, story) = scene().await;
    get(&app, "/stories", &[]).await;
    let held = all_readers(&app).await;
    let ask_for_it = || {
        let (router, page) = (app.router.clone(), story.page.clone());
        tokio::spawn(async move { ask(router, Method::GET, &page, &[]).await })
    };
    let misses = || app.app.finished.figures().misses();
    let leaves = ask_for_it();
    until(|| renders(&app) == 2).await;
    let stays = ask_for_it();
    until(|| misses() == 3).await;
    leaves.abort();
    assert!(leaves.await.is_err_and(|error| error.is_cancelled()));
    drop(held);
    let page = tokio::time::timeout(PATIENCE, stays).await;
    assert_eq!(page.expect("an end").expect("an answer").status, 200);
    assert_eq!(renders(&app), 3);
}

#[tokio::test]
async fn a_page_that_could_not_be_made_is_not_kept() {
    let (app, _, story) = scene().await;
    let unknown = format!("/stories/{}", StoryId::random(app.chance()));
    for count in 1..=2 {
        let page = get(&app, &unknown, &[]).await;
        assert_eq!(page.status, 404);
        assert!(page.header("etag").is_empty());
        assert!(page.header("content-security-policy").contains("'sha256-"));
        assert_eq!(renders(&app), count);
    }
    assert!(app.app.finished.is_empty().await);
    app.database.close().await;
    for _ in 0..2 {
        let page = get(&app, &story.page, &[]).await;
        assert!(page.status.is_server_error(), "{}", page.status);
        assert!(app.app.finished.is_empty().await);
    }
    // Help asks no store.
    assert_eq!(get(&app, "/help", &[]).await.status, 200);
    assert_eq!(app.app.finished.len().await, 1);
}

#[tokio::test]
async fn a_page_changes_with_the_clock() {
    let app = TestApp::new().await;
    let mut edda = app
        .member_with("edda", Roles::default().with(Role::Editor))
        .await;
    // The scene begins on 6 January 2025 at 12:00 UTC.
    let later = [
        ("page", "/editor/new"),
        ("series", "Kitchen table"),
        ("title", "The hard hour"),
        ("body", "Nearly everyone has one."),
        ("publication", "later"),
        ("when", "2025-01-06T12:30"),
        ("zone", "UTC"),
    ];
    edda.send("/api/articles/write", &later).await.is(200);
    app.pass(30 * Timestamp::MINUTE - 1);
    let home = async || String::from_utf8_lossy(&get(&app, "/", &[]).await.body).into_owned();
    assert!(!home().await.contains("The hard hour"));
    assert!(!home().await.contains("The hard hour"));
    app.pass(1);
    assert!(home().await.contains("The hard hour"));
    // And what the clock changes otherwise is seen soon.
    let before = renders(&app);
    app.pass(10_000);
    home().await;
    assert_eq!(renders(&app), before + 1);
}

#[tokio::test]
async fn what_another_program_writes_is_seen() {
    let (app, ana, _) = scene().await;
    let stories =
        async || String::from_utf8_lossy(&get(&app, "/stories", &[]).await.body).into_owned();
    assert!(!stories().await.contains("From elsewhere"));
    let other = app.place.open().await;
    let text = StoryText {
        anonymous: false,
        title: "From elsewhere".to_owned(),
        content_note: None,
        excerpt: "Words.".to_owned(),
        body: "Words.".to_owned(),
        html: "<p>Words.</p>".to_owned(),
    };
    let mut unit = other.store().begin().await.expect("a unit");
    unit.insert_story(
        StoryId::random(app.chance()),
        ana.member.id,
        &text,
        app.now(),
    )
    .await
    .expect("a story");
    unit.commit().await.expect("kept");
    let seen = async {
        while !stories().await.contains("From elsewhere") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, seen)
        .await
        .expect("it is seen");
    other.close().await;
}

#[tokio::test]
async fn an_error_in_the_address_is_still_taken_away() {
    let (app, _, story) = scene().await;
    get(&app, &story.page, &[]).await;
    let forged = get(&app, &format!("{}?__err=x&__path=y", story.page), &[]).await;
    assert_eq!(forged.status, 303);
}
