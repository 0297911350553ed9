//! Two nodes on one PostgreSQL database are one house: whatever is done through
//! one of them holds on the other, and a browser may come to either at any time.

use crate::support::{Answer, Browser, Place, TestApp, TestDatabase, TestMember};
use domain::{
    accounts::{MemberState, PROOF_COUNTS_FOR},
    actor::Roles,
    clock::Timestamp,
};
use server::{database::Engine, housekeeping};
use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, Instant},
};
use tokio::join;

const POST: &str = "/api/comments/post";
const KEEP: &str = "/api/drafts/keep";
const SIGN_IN: &str = "/api/accounts/sign-in";
const SIGN_OUT: &str = "/api/accounts/sign-out";
const PASSWORD: &str = "/api/accounts/change-password";
const CODES: &str = "/api/accounts/renew-codes";
const GOOD: &str = "harbour lantern 7";

/// How long a test waits for what must come. It comes within a second.
const PATIENCE: Duration = Duration::from_secs(30);

async fn two() -> (TestApp, TestApp) {
    let here = TestApp::at(TestDatabase::on(Engine::Postgres).await, |_| {}).await;
    let there = TestApp::beside(&here).await;
    (here, there)
}

/// Two nodes, and something that Ana wrote.
async fn scene() -> (TestApp, TestApp, TestMember, Place) {
    let (here, there) = two().await;
    let ana = here.member("ana").await;
    let story = here.story(&ana).await;
    (here, there, ana, story)
}

/// Posts a comment as the hydrated page does.
async fn sends(browser: &mut Browser, place: &Place, body: &str, key: &str) -> Answer {
    let subject = place.subject.to_string();
    let fields = [
        ("page", place.page.as_str()),
        ("key", key),
        ("subject", &subject),
        ("parent", ""),
        ("body", body),
    ];
    browser.send(POST, &fields).await
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    let me = browser.get("/me").await;
    !me.is(200).words().contains("You are here as a guest")
}

async fn comments_under(node: &TestApp, place: &Place) -> u64 {
    let mut reader = node.house.store.read().await.expect("a reader");
    reader.comment_count(place.subject).await.expect("a count")
}

#[tokio::test]
async fn what_one_node_keeps_shows_on_the_others_finished_page() {
    let (here, there, ana, story) = scene().await;
    let mut reader = there.guest();
    reader.get(&story.page).await.is(200);
    let hits = || there.app.finished.figures().hits();
    let before = hits();
    reader.get(&story.page).await.keeps_silent_about("Across");
    assert_eq!(hits(), before + 1, "the page is a finished one");

    let said = sends(&mut ana.browser.on(&here), &story, "Across the water", "").await;
    said.is(200);
    let sent = Instant::now();
    loop {
        let page = reader.get(&story.page).await;
        if page.is(200).words().contains("Across the water") {
            break;
        }
        assert!(sent.elapsed() < PATIENCE, "it does not show");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn who_signs_out_on_one_node_is_out_on_the_other() {
    let (here, there, ana, _) = scene().await;
    let (mut at_first, mut then) = (ana.browser.on(&here), ana.browser.on(&there));
    assert!(is_signed_in(&mut then).await);
    at_first.post_form(SIGN_OUT, &[("page", "/me")]).await;
    assert!(
        !is_signed_in(&mut then).await,
        "the cookie is worth nothing"
    );
}

#[tokio::test]
async fn who_changes_the_password_on_one_node_signs_out_devices_on_all() {
    let (here, there) = two().await;
    here.account("ana", GOOD, Roles::default()).await;
    let sign_in = [("page", "/sign-in"), ("handle", "ana"), ("password", GOOD)];
    let (mut desk, mut phone) = (here.guest().browser, there.guest().browser);
    for browser in [&mut desk, &mut phone] {
        browser.post_form(SIGN_IN, &sign_in).await;
        assert!(is_signed_in(browser).await);
    }
    let change = [("page", "/me"), ("new_password", "another harbour 8")];
    desk.post_form(PASSWORD, &change).await.is(200);
    assert!(is_signed_in(&mut desk.on(&there)).await);
    assert!(!is_signed_in(&mut phone).await);
    let old = there.guest().browser.send(SIGN_IN, &sign_in).await;
    assert!(old.status.is_client_error(), "{}", old.status);
}

#[tokio::test]
async fn who_has_confirmed_on_one_node_is_not_asked_on_the_other() {
    let (here, there, mut ana, _) = scene().await;
    let codes = [("page", "/me")];
    let mut other = ana.browser.on(&there);
    other.send(CODES, &codes).await.is(401);
    ana.confirms().await;
    other.send(CODES, &codes).await.is(200);
    here.pass(PROOF_COUNTS_FOR);
    other.send(CODES, &codes).await.is(401);
}

#[tokio::test]
async fn who_is_shut_out_on_one_node_writes_on_none() {
    let (here, there, ana, story) = scene().await;
    let mut browser = ana.browser.on(&there);
    assert!(is_signed_in(&mut browser).await);
    let mut unit = here.begin().await;
    unit.set_member_state(ana.member.id, MemberState::Waiting)
        .await
        .expect("set");
    unit.commit().await.expect("kept");
    assert!(!is_signed_in(&mut browser).await);
    sends(&mut browser, &story, "Still here?", "").await;
    assert_eq!(
        comments_under(&there, &story).await,
        0,
        "it waits, as a guest's"
    );
}

#[tokio::test]
async fn one_form_sent_to_both_at_the_same_time_is_one_post() {
    let (here, there, ana, story) = scene().await;
    for round in 1..=8 {
        let (mut first, mut second) = (ana.browser.on(&here), ana.browser.on(&there));
        let (body, key) = (format!("Words {round}"), format!("0123456789abcde{round}"));
        let (first, second) = join!(
            sends(&mut first, &story, &body, &key),
            sends(&mut second, &story, &body, &key)
        );
        let id = |answer: &Answer| answer.is(200).json()["comment"]["id"].clone();
        assert_eq!(id(&first), id(&second), "both are told of the same one");
        assert_eq!(comments_under(&here, &story).await, round);
    }
    // Without script, too: the key is made of the words.
    let guest = here.guest();
    let mut guest = guest.browser;
    guest.get(&story.page).await.is(200);
    let (mut first, mut second) = (guest.on(&here), guest.on(&there));
    let (first, second) = join!(
        sends(&mut first, &story, "May I ask?", ""),
        sends(&mut second, &story, "May I ask?", "")
    );
    assert_eq!(
        first.is(200).json()["comment"]["id"],
        second.is(200).json()["comment"]["id"]
    );
}

#[tokio::test]
async fn a_draft_that_one_node_keeps_is_on_the_others_page() {
    let (here, there, ana, _) = scene().await;
    let draft = [
        ("form", "stories.new"),
        ("fields", "title=A+day&body=Half+a+sentence"),
    ];
    ana.browser.on(&here).send(KEEP, &draft).await.is(200);
    let page = ana.browser.on(&there).get("/stories/new").await;
    let field = page.is(200).field("stories.new", "body");
    assert_eq!(field.as_deref(), Some("Half a sentence"));
}

#[tokio::test]
async fn two_nodes_together_allow_no_more_than_one() {
    let (here, there, ana, story) = scene().await;
    let (here, there) = (here.at_pace(1), there.at_pace(1));
    let mut answers = Vec::new();
    for number in 0..30 {
        let node = if number % 2 == 0 { &here } else { &there };
        let body = format!("Number {number}");
        answers.push(sends(&mut ana.browser.on(node), &story, &body, "").await);
    }
    let taken = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(taken.count(), 20, "as many as one node takes in a minute");
    let refused = answers.last().expect("answers").is(429).json();
    let seconds = refused["refused"]["too_often"]["seconds"].as_i64();
    here.pass(seconds.expect("seconds") * 1000);
    for node in [&there, &here] {
        let answer = sends(&mut ana.browser.on(node), &story, "Once more", "").await;
        let expected = if std::ptr::eq(node, &there) { 200 } else { 429 };
        answer.is(expected);
    }
    // Guests are told apart by their address alone, on both nodes alike.
    let mut guests_taken = 0;
    for number in 0..30 {
        let node = if number % 2 == 0 { &here } else { &there };
        let mut guest = node.guest();
        guest.get(&story.page).await;
        let answer = sends(&mut guest, &story, &format!("Guest {number}"), "").await;
        guests_taken += u32::from(answer.status == 200);
    }
    assert_eq!(guests_taken, 20);
    there.guest().get("/help").await.is(200);
}

#[tokio::test]
async fn of_two_nodes_one_keeps_house() {
    let (here, there) = two().await;
    let both = async || {
        let (first, second) = join!(
            housekeeping::do_what_is_due(&here.house, &here.app.pace),
            housekeeping::do_what_is_due(&there.house, &there.app.pace)
        );
        first.into_iter().chain(second).collect::<Vec<_>>()
    };
    let all_jobs = [
        housekeeping::FORGETTING,
        housekeeping::FORGETTING_NEWS,
        housekeeping::ERASING,
        housekeeping::TIDYING_LIMITS,
        housekeeping::SETTLING_BANS,
    ];
    let done = both().await;
    assert_eq!(done.len(), 5, "{done:?}");
    assert!(all_jobs.iter().all(|job| done.contains(job)), "{done:?}");
    assert_eq!(both().await, []);
    here.pass(housekeeping::TIDYING_LIMITS.every);
    let done = both().await;
    assert_eq!(done.len(), 4, "{done:?}");
    assert!(!done.contains(&housekeeping::FORGETTING), "{done:?}");
    here.pass(housekeeping::FORGETTING.every);
    assert_eq!(both().await.len(), 5);
}

/// What nginx may not send to another node when the first one did not answer.
const SENT_ONCE: [&str; 9] = [
    // A second time they are refused, since the first time was good: what was
    // proven is used up.
    "accounts/recover",
    "accounts/reset",
    "accounts/change-password",
    "accounts/sign-out-device",
    "accounts/join-by-passkey",
    "accounts/show-passkey",
    "accounts/add-passkey",
    "privacy/erase",
    // Makes a second invitation.
    "moderation/invite",
];

/// What may be sent again though its answer is not kept.
const HARMLESS: [&str; 21] = [
    // Whoever joined a moment ago with the same words is let in again.
    "accounts/join",
    // Another session; the first is a device too many on the list.
    "accounts/sign-in",
    // It is true a moment longer.
    "accounts/confirm",
    // There is nobody any more to sign out.
    "accounts/sign-out",
    // The second codes replace the first, which nobody has seen.
    "accounts/renew-codes",
    // Leads to what is there.
    "privacy/export",
    // Opens what is there.
    "care/open",
    // The same words in place of the same words.
    "drafts/keep",
    // The same distance in place of the same distance.
    "people/keep-away",
    // Keep at most a draft.
    "articles/preview",
    "house/preview",
    "stories/preview",
    // Each says how it is to be, not what is to change.
    "moderation/lock",
    "support/give",
    "support/take-back",
    "notifications/choose",
    "notifications/leave-device",
    "notifications/read",
    "notifications/read-all",
    "notifications/tell-device",
    "notifications/times",
];

/// What is left has a key: the second time it answers as the first, and a test
/// in its room says so. A new address has to be put somewhere.
const KEYED: [&str; 51] = [
    "accounts/remove-passkey",
    "articles/delete",
    "articles/make-current",
    "articles/revise-series",
    "articles/write",
    "care/answer",
    "care/ask",
    "care/claim",
    "care/close",
    "care/confirm",
    "care/decline",
    "care/escalate",
    "care/hand-over",
    "care/helped",
    "care/hide",
    "care/let-go",
    "care/no-call",
    "care/off-duty",
    "care/on-duty",
    "care/reopen",
    "care/reply",
    "care/still-waiting",
    "care/write-back",
    "comments/edit",
    "comments/post",
    "comments/take-back",
    "house/restore",
    "house/revise",
    "moderation/agree-who",
    "moderation/answer",
    "moderation/appeal",
    "moderation/ask-who",
    "moderation/confirm",
    "moderation/decide",
    "moderation/let-in",
    "moderation/lift",
    "moderation/report",
    "moderation/turn-away",
    "people/lift",
    "reflections/answer",
    "reflections/delete",
    "reflections/edit",
    "rituals/edit",
    "rituals/post",
    "rituals/remove",
    "shout-outs/edit",
    "shout-outs/post",
    "shout-outs/take-down",
    "stories/delete",
    "stories/edit",
    "stories/share",
];

fn file(path: &str) -> String {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_address_that_writes_is_known_to_the_proxy() {
    let listed = file("server/tests/addresses.txt");
    let written: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("POST /api/"))
        .collect();
    let known = [&SENT_ONCE[..], &HARMLESS, &KEYED].concat();
    assert_eq!(known.len(), written.len());
    assert_eq!(known.into_iter().collect::<BTreeSet<_>>(), written);

    let proxy = file("docs/deployment/nginx-nodes.conf");
    let expected = format!("location ~ ^/api/({})$ {{", SENT_ONCE.join("|"));
    assert!(proxy.contains(&expected), "it does not say {expected:?}");
}

#[test]
fn what_a_device_keeps_and_sends_again_has_a_key() {
    let outbox = file("server/src/offline/worker/outbox.js");
    let kinds = outbox.split_once("const KINDS = {").expect("the kinds").1;
    let kinds = kinds.split_once("};").expect("their end").0;
    let carried: Vec<&str> = kinds
        .lines()
        .filter_map(|line| line.split('"').nth(1)?.strip_prefix("/api/"))
        .collect();
    assert!(carried.contains(&"comments/post"), "{carried:?}");
    for address in carried {
        assert!(KEYED.contains(&address), "{address} is not answered once");
    }
}

#[tokio::test]
async fn what_has_no_key_may_still_be_sent_to_both() {
    let (here, there) = two().await;
    let joining = [
        ("page", "/join"),
        ("handle", "ana"),
        ("password", GOOD),
        ("adult", "on"),
    ];
    let sign_in = [("page", "/sign-in"), ("handle", "ana"), ("password", GOOD)];
    let proof = [("page", "/me/confirm"), ("password", GOOD)];
    let codes = [("page", "/me")];
    let draft = [("form", "stories.new"), ("fields", "body=Half")];
    // The first answer is lost each time: its cookies never arrive.
    let mut ana = here.guest().browser;
    ana.get("/join").await.is(200);
    for (address, fields) in [
        ("/api/accounts/join", &joining[..]),
        (SIGN_IN, &sign_in[..]),
        ("/api/accounts/confirm", &proof[..]),
        ("/api/accounts/renew-codes", &codes[..]),
        (KEEP, &draft[..]),
    ] {
        ana.on(&here).send(address, fields).await.is(200);
        let mut again = ana.on(&there);
        again.send(address, fields).await.is(200);
        ana = again;
        assert!(is_signed_in(&mut ana).await, "after {address}");
    }
    let out = [("page", "/me")];
    ana.on(&here).send(SIGN_OUT, &out).await.is(200);
    ana.on(&there).send(SIGN_OUT, &out).await.is(200);
    here.pass(Timestamp::MINUTE);
    assert!(!is_signed_in(&mut ana).await);
}
