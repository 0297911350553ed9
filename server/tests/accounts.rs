//! Accounts: joining, signing in and out, coming back, devices.

use crate::support::{Answer, Browser, TestApp};
use domain::{
    accounts::{self, Joining, MemberState, PROOF_COUNTS_FOR, RESET_LINK_FOR},
    actor::{Actor, Role, Roles},
    clock::Timestamp,
    ids::{MemberId, OpaqueId},
};

const JOIN: &str = "/api/accounts/join";
const SIGN_IN: &str = "/api/accounts/sign-in";
const SIGN_OUT: &str = "/api/accounts/sign-out";
const RECOVER: &str = "/api/accounts/recover";
const RESET: &str = "/api/accounts/reset";
const CONFIRM: &str = "/api/accounts/confirm";
const PASSWORD: &str = "/api/accounts/change-password";
const CODES: &str = "/api/accounts/renew-codes";
const DEVICE: &str = "/api/accounts/sign-out-device";
const GOOD: &str = "harbour lantern 7";

fn joining<'a>(handle: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("page", "/join"),
        ("handle", handle),
        ("password", password),
        ("adult", "on"),
    ]
}

async fn joins(browser: &mut Browser, handle: &str, password: &str) -> Answer {
    browser.post_form(JOIN, &joining(handle, password)).await
}

async fn signs_in(browser: &mut Browser, handle: &str, password: &str) -> Answer {
    let fields = [
        ("page", "/sign-in"),
        ("handle", handle),
        ("password", password),
    ];
    browser.post_form(SIGN_IN, &fields).await
}

async fn signs_out(browser: &mut Browser) -> Answer {
    browser.post_form(SIGN_OUT, &[("page", "/me")]).await
}

/// The recovery codes on a page.
fn codes_on(page: &Answer) -> Vec<String> {
    let is_code = |word: &&str| {
        let groups: Vec<&str> = word.split('-').collect();
        groups.len() == 3 && groups.iter().all(|group| group.len() == 4)
    };
    page.words()
        .split(' ')
        .filter(is_code)
        .map(str::to_owned)
        .collect()
}

/// The answer to the same question, asked as the hydrated page asks it.
async fn refusal(browser: &mut Browser, address: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.send(address, fields).await;
    assert!(
        answer.status.is_client_error(),
        "{} {}",
        answer.status,
        answer.body
    );
    answer.body
}

async fn member_id(app: &TestApp, handle: &str) -> MemberId {
    let skeleton = accounts::Handle::parse(handle)
        .expect("a handle")
        .skeleton();
    let mut reader = app.house.store.read().await.expect("a reader");
    reader
        .member_by_skeleton(&skeleton)
        .await
        .expect("read")
        .expect("a member")
        .id
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    !browser
        .get("/me")
        .await
        .words()
        .contains("You are here as a guest")
}

#[tokio::test]
async fn someone_joins_and_gets_codes_once() {
    let app = TestApp::new().await;
    let mut ana = app.guest();
    ana.get("/join")
        .await
        .is(200)
        .says("Handle")
        .says("I am 18 or over");
    let mut fields = joining("ana", GOOD);
    fields.push(("next", "/stories/new"));
    let page = ana.post_form(JOIN, &fields).await;
    page.is(200)
        .says("Recovery codes")
        .says("only time they are shown");
    assert_eq!(page.address, "/me/codes?next=/stories/new");
    assert_eq!(codes_on(&page).len(), 10);
    assert!(page.body.contains("href=\"/stories/new\""));
    let again = ana.get("/me/codes").await;
    assert!(codes_on(&again).is_empty(), "codes are shown once");
    ana.get("/me")
        .await
        .says("ana")
        .says("10 recovery codes are left")
        .says("This device");
}

#[tokio::test]
async fn joining_sent_twice_makes_one_account_that_works() {
    let app = TestApp::new().await;
    let mut ana = app.guest();
    let first = joins(&mut ana, "ana", GOOD).await;
    let mut lost = app.guest();
    let second = joins(&mut lost, "ana", GOOD).await;
    assert_eq!(codes_on(&second).len(), 10);
    assert_ne!(codes_on(&first), codes_on(&second));
    assert!(is_signed_in(&mut lost).await);
    // Much later it is a stranger's try, whatever they know.
    app.pass(Timestamp::HOUR);
    let refused = refusal(&mut app.guest(), JOIN, &joining("ana", GOOD)).await;
    assert!(refused.contains("handle_taken"), "{refused}");
}

#[tokio::test]
async fn a_poor_password_or_handle_is_refused_and_the_rest_is_kept() {
    let app = TestApp::new().await;
    app.account("river-stone", "another passphrase", Roles::default())
        .await;
    let mut ana = app.guest();
    for (handle, password, reason) in [
        ("ana", "onedayatatime", "password_common"),
        ("ana", "short", "too_short"),
        ("ana-maria", "AnaMaria 2026", "password_is_handle"),
        ("moderator", GOOD, "handle_reserved"),
        ("river-stone", GOOD, "handle_taken"),
        ("r1ver-stone", GOOD, "handle_taken"),
        ("a b", GOOD, "handle_shape"),
        ("", GOOD, "empty"),
    ] {
        let refused = refusal(&mut ana, JOIN, &joining(handle, password)).await;
        assert!(refused.contains(reason), "{handle} {password}: {refused}");
    }
    let minor = [("page", "/join"), ("handle", "ana"), ("password", GOOD)];
    assert!(refusal(&mut ana, JOIN, &minor).await.contains("not_adult"));
    // Without script the handle stays, and the password is nowhere.
    let page = joins(&mut ana, "ana", "onedayatatime").await;
    page.says("Many people use this password")
        .keeps_silent_about("onedayatatime");
    assert_eq!(
        page.field("accounts.join", "handle").as_deref(),
        Some("ana")
    );
    assert!(
        page.address.starts_with("/join?kept=accounts.join"),
        "{}",
        page.address
    );
    assert!(!is_signed_in(&mut ana).await);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_handle_answer_alike() {
    let app = TestApp::new().await;
    app.account("ana", GOOD, Roles::default()).await;
    let mut ben = app.guest();
    let wrong = [
        ("page", "/sign-in"),
        ("handle", "ana"),
        ("password", "harbour lantern 8"),
    ];
    let unknown = [
        ("page", "/sign-in"),
        ("handle", "nobody"),
        ("password", GOOD),
    ];
    let odd = [
        ("page", "/sign-in"),
        ("handle", "<b> x"),
        ("password", GOOD),
    ];
    let first = ben.send(SIGN_IN, &wrong).await;
    first.is(401);
    for other in [&unknown, &odd] {
        let answer = ben.send(SIGN_IN, other).await;
        assert_eq!((answer.status, &answer.body), (first.status, &first.body));
    }
    let page = signs_in(&mut ben, "ana", "harbour lantern 8").await;
    page.says("Handle and password do not go together")
        .keeps_silent_about("lantern 8");
    assert_eq!(
        page.field("accounts.sign-in", "handle").as_deref(),
        Some("ana")
    );
    assert!(!is_signed_in(&mut ben).await);
}

#[tokio::test]
async fn signing_in_makes_a_new_secret() {
    let app = TestApp::new().await;
    app.account("ana", GOOD, Roles::default()).await;
    app.account("ben", GOOD, Roles::default()).await;
    // Somebody plants a session of their own in another's browser.
    let mut planted = app.guest();
    signs_in(&mut planted, "ben", GOOD).await;
    let secret = planted.cookies["chorus"].clone();
    let mut ana = app.guest();
    ana.cookies.insert("chorus".to_owned(), secret.clone());
    signs_in(&mut ana, "ana", GOOD).await;
    assert_ne!(ana.cookies["chorus"], secret);
    assert!(is_signed_in(&mut ana).await);
    assert!(
        !is_signed_in(&mut planted).await,
        "the old secret is worth nothing"
    );
    // Nor does one that was made up become real.
    let mut cleo = app.guest();
    let made_up = "AAAAAAAAAAAAAAAAAAAAAA";
    cleo.cookies.insert("chorus".to_owned(), made_up.to_owned());
    signs_in(&mut cleo, "ana", GOOD).await;
    assert_ne!(cleo.cookies["chorus"], made_up);
}

#[tokio::test]
async fn a_session_that_was_signed_out_is_dead_at_once() {
    let app = TestApp::new().await;
    app.account("ana", GOOD, Roles::default()).await;
    let mut ana = app.guest();
    for _ in 0..2 {
        signs_in(&mut ana, "ana", GOOD).await;
        assert!(is_signed_in(&mut ana).await);
        let mut copy = (*ana).clone();
        let page = signs_out(&mut ana).await;
        assert_eq!(page.address, "/me");
        page.says("Sign in");
        assert!(
            !is_signed_in(&mut copy).await,
            "a copy of the cookie is dead too"
        );
    }
    signs_out(&mut ana).await.is(200);
}

#[tokio::test]
async fn nobody_is_sent_out_of_the_house() {
    let app = TestApp::new().await;
    app.account("ana", GOOD, Roles::default()).await;
    for (next, to) in [
        ("/stories/new?a=b", "/stories/new?a=b"),
        ("https://example.org/", "/"),
        ("//example.org", "/"),
        ("/\\example.org", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let fields = [
            ("page", "/sign-in"),
            ("handle", "ana"),
            ("password", GOOD),
            ("next", next),
        ];
        let answer = app.guest().post_without_following(SIGN_IN, &fields).await;
        answer.is(303);
        assert_eq!(answer.header("location"), to, "{next}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_signs_out_everyone_else() {
    let app = TestApp::new().await;
    let mut ana = app.guest();
    let codes = codes_on(&joins(&mut ana, "ana", GOOD).await);
    let mut other = app.guest();
    let typed = codes[0].to_uppercase();
    let first = [
        ("page", "/recover"),
        ("handle", "ana"),
        ("code", typed.as_str()),
        ("new_password", "a whole new evening"),
    ];
    let page = other.post_form(RECOVER, &first).await;
    assert_eq!(page.address, "/me");
    page.says("9 recovery codes are left");
    assert!(
        !is_signed_in(&mut ana).await,
        "other devices are signed out"
    );
    // The same code again, a made-up one, and a handle nobody has: one answer.
    let mut answers = Vec::new();
    for (handle, code) in [
        ("ana", codes[0].as_str()),
        ("ana", "0000-0000-0000"),
        ("zoe", "1"),
    ] {
        let fields = [
            ("page", "/recover"),
            ("handle", handle),
            ("code", code),
            ("new_password", "another whole evening"),
        ];
        answers.push(refusal(&mut app.guest(), RECOVER, &fields).await);
    }
    assert!(answers[0].contains("wrong_code"), "{}", answers[0]);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    let page = signs_in(&mut ana, "ana", GOOD).await;
    page.says("do not go together");
    signs_in(&mut ana, "ana", "a whole new evening").await;
    assert!(is_signed_in(&mut ana).await);
}

#[tokio::test]
async fn a_code_of_one_member_is_none_of_another() {
    let app = TestApp::new().await;
    let codes = codes_on(&joins(&mut app.guest(), "ana", GOOD).await);
    app.account("ben", GOOD, Roles::default()).await;
    let fields = [
        ("page", "/recover"),
        ("handle", "ben"),
        ("code", codes[0].as_str()),
        ("new_password", "a whole new evening"),
    ];
    assert!(
        refusal(&mut app.guest(), RECOVER, &fields)
            .await
            .contains("wrong_code")
    );
}

#[tokio::test]
async fn a_reset_link_works_once_and_for_a_day() {
    let app = TestApp::new().await;
    app.account("ana", GOOD, Roles::default()).await;
    let make = async || {
        let mut unit = app.begin().await;
        let secret = accounts::make_reset_link(&mut *unit, app.chance(), app.now(), "Ana")
            .await
            .expect("a link");
        unit.commit().await.expect("kept");
        secret
    };
    let unused = make().await;
    let secret = make().await;
    let mut ana = app.guest();
    ana.get(&format!("/recover/{unused}"))
        .await
        .is(404)
        .says("does not work any more");
    ana.get(&format!("/recover/{secret}"))
        .await
        .is(200)
        .says("New password");
    let page = format!("/recover/{secret}");
    let fields = |new: &'static str| {
        [
            ("page", page.as_str()),
            ("secret", secret.as_str()),
            ("new_password", new),
        ]
    };
    let refused = ana.post_form(RESET, &fields("short")).await;
    refused.says("Use at least 10 characters");
    let landed = ana.post_form(RESET, &fields("a whole new evening")).await;
    assert_eq!(landed.address, "/me");
    assert!(is_signed_in(&mut ana).await);
    app.guest()
        .send(RESET, &fields("a whole other evening"))
        .await
        .is(404);
    let late = make().await;
    app.pass(RESET_LINK_FOR);
    app.guest().get(&format!("/recover/{late}")).await.is(404);
    let mut reader = app.house.store.read().await.expect("a reader");
    let noted = reader.log(None, 10).await.expect("the log").items;
    let made = noted
        .iter()
        .filter(|entry| entry.action == "accounts.reset-link")
        .count();
    assert_eq!(made, 3);
    assert!(noted.iter().any(|entry| entry.action == "accounts.reset"));
}

#[tokio::test]
async fn devices_are_ones_own() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut phone = app.guest();
    signs_in(&mut phone, "ana", "correct horse battery").await;
    let mut ben = app.member("ben").await;
    let devices = {
        let mut reader = app.house.store.read().await.expect("a reader");
        reader
            .devices(ana.member.id, app.now())
            .await
            .expect("devices")
    };
    assert_eq!(devices.len(), 2);
    let all: Vec<String> = devices.iter().map(|device| device.id.to_string()).collect();
    ana.confirms().await;
    ben.confirms().await;
    for device in &all {
        ben.send(DEVICE, &[("page", "/me"), ("device", device)])
            .await
            .is(404);
        app.guest()
            .send(DEVICE, &[("page", "/me"), ("device", device)])
            .await
            .is(401);
    }
    ben.send(DEVICE, &[("page", "/me"), ("device", "../x")])
        .await
        .is(404);
    ana.get("/me")
        .await
        .says("This device")
        .says("Sign out all others");
    ana.post_form(DEVICE, &[("page", "/me"), ("device", "")])
        .await
        .is(200);
    assert!(is_signed_in(&mut ana).await);
    assert!(!is_signed_in(&mut phone).await);
    // A device that came meanwhile goes too, within the same minutes.
    signs_in(&mut phone, "ana", "correct horse battery").await;
    ana.post_form(DEVICE, &[("page", "/me"), ("device", "")])
        .await
        .is(200);
    assert!(!is_signed_in(&mut phone).await);
}

#[tokio::test]
async fn a_new_password_ends_other_sessions() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut phone = app.guest();
    signs_in(&mut phone, "ana", "correct horse battery").await;
    ana.confirms().await;
    let poor = [("page", "/me"), ("new_password", "ana")];
    let page = ana.post_form(PASSWORD, &poor).await;
    page.says("Use at least 10 characters");
    assert!(is_signed_in(&mut phone).await);
    let right = [("page", "/me"), ("new_password", "a whole new evening")];
    let before = ana.cookies["chorus"].clone();
    ana.post_form(PASSWORD, &right).await.is(200);
    assert_ne!(ana.cookies["chorus"], before);
    assert!(is_signed_in(&mut ana).await);
    assert!(!is_signed_in(&mut phone).await);
    app.guest().send(PASSWORD, &right).await.is(401);
}

#[tokio::test]
async fn new_codes_replace_the_old() {
    let app = TestApp::new().await;
    let mut ana = app.guest();
    let old = codes_on(&joins(&mut ana, "ana", GOOD).await);
    let page = ana.post_form(CODES, &[("page", "/me")]).await;
    let new = codes_on(&page);
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !old.contains(code)));
    let fields = [
        ("page", "/recover"),
        ("handle", "ana"),
        ("code", old[0].as_str()),
        ("new_password", "a whole new evening"),
    ];
    assert!(
        refusal(&mut app.guest(), RECOVER, &fields)
            .await
            .contains("wrong_code")
    );
}

/// What asks again who one is, as the hydrated page sends it.
const ASKS_AGAIN: [(&str, &[(&str, &str)]); 3] = [
    (
        PASSWORD,
        &[("page", "/me"), ("new_password", "a whole new evening")],
    ),
    (CODES, &[("page", "/me")]),
    (DEVICE, &[("page", "/me"), ("device", "")]),
];

#[tokio::test]
async fn an_unlocked_device_alone_changes_nothing_of_the_account() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut phone = app.guest();
    signs_in(&mut phone, "ana", "correct horse battery").await;
    app.pass(PROOF_COUNTS_FOR);
    for browser in [&mut ana.browser, &mut phone.browser] {
        for (address, fields) in ASKS_AGAIN {
            let refused = browser.send(address, fields).await;
            refused.is(401);
            assert!(refused.body.contains("confirm_first"), "{}", refused.body);
        }
    }
    assert!(is_signed_in(&mut phone).await);
    signs_in(&mut app.guest(), "ana", "correct horse battery")
        .await
        .says("This week");
    // A guest is asked to sign in.
    for (address, fields) in ASKS_AGAIN {
        let refused = app.guest().send(address, fields).await;
        refused.is(401);
        assert!(refused.body.contains("sign_in_first"), "{}", refused.body);
    }
}

#[tokio::test]
async fn who_has_just_come_in_is_not_asked_again() {
    let app = TestApp::new().await;
    let mut ana = app.guest();
    joins(&mut ana, "ana", GOOD).await;
    ana.send(CODES, &[("page", "/me")]).await.is(200);
    app.pass(PROOF_COUNTS_FOR);
    ana.send(CODES, &[("page", "/me")]).await.is(401);
    signs_out(&mut ana).await;
    signs_in(&mut ana, "ana", GOOD).await;
    ana.send(CODES, &[("page", "/me")]).await.is(200);
}

#[tokio::test]
async fn a_proof_counts_on_its_own_device_for_some_minutes() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut phone = app.guest();
    let session = app.session(ana.member.id).await;
    phone.cookies.insert("chorus".to_owned(), session);
    let wrong = [
        ("page", "/me/confirm?next=/me%23codes"),
        ("password", "guess guess"),
        ("next", "/me#codes"),
    ];
    let page = ana.post_form(CONFIRM, &wrong).await;
    page.says("This is not your password")
        .keeps_silent_about("guess guess");
    assert_eq!(
        page.field("accounts.confirm", "next").as_deref(),
        Some("/me#codes")
    );
    ana.send(CODES, &[("page", "/me")]).await.is(401);
    ana.confirms().await;
    ana.get("/me").await.says("Keep this password");
    ana.send(CODES, &[("page", "/me")]).await.is(200);
    phone.send(CODES, &[("page", "/me")]).await.is(401);
    app.pass(PROOF_COUNTS_FOR - 1);
    ana.send(CODES, &[("page", "/me")]).await.is(200);
    app.pass(1);
    ana.send(CODES, &[("page", "/me")]).await.is(401);
    ana.get("/me")
        .await
        .keeps_silent_about("Keep this password");
    // Nobody confirms for someone else, and a guest for nobody.
    app.guest().send(CONFIRM, &wrong).await.is(401);
    app.guest().get("/me/confirm").await.is(401).says("Sign in");
}

#[tokio::test]
async fn without_script_the_way_leads_through_the_question_and_back() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let me = ana.get("/me").await;
    assert!(
        me.body.contains(
            "href=\"/me/confirm?next=/me%3Fkept%3Daccounts.password%23accounts.password\""
        )
    );
    let new = [("page", "/me"), ("new_password", "a whole new evening")];
    let asked = ana.post_form(PASSWORD, &new).await;
    let back = "/me?kept=accounts.password#accounts.password";
    asked.is(200).says("Is it you?").says("ana");
    assert_eq!(
        asked.field("accounts.confirm", "next").as_deref(),
        Some(back)
    );
    let fields = [
        ("page", asked.address.as_str()),
        ("password", "correct horse battery"),
        ("next", back),
    ];
    let returned = ana.post_form(CONFIRM, &fields).await;
    assert_eq!(returned.address, back);
    returned
        .is(200)
        .says("Keep this password")
        .keeps_silent_about("a whole new evening");
    ana.post_form(PASSWORD, &new).await.is(200);
    signs_in(&mut app.guest(), "ana", "correct horse battery")
        .await
        .says("do not go together");
    // Nobody is sent out of the house.
    let mut ben = app.member("ben").await;
    let out = [
        ("page", "/me/confirm"),
        ("password", "correct horse battery"),
        ("next", "https://example.org/"),
    ];
    let answer = ben.post_without_following(CONFIRM, &out).await;
    answer.is(303);
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn a_device_that_is_shut_out_at_this_moment_changes_nothing() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    ana.confirms().await;
    let act = ana.actor();
    let device = {
        let mut reader = app.house.store.read().await.expect("a reader");
        let devices = reader.devices(ana.member.id, app.now()).await;
        devices.expect("devices")[0].id
    };
    let still = async |device| {
        let mut unit = app.begin().await;
        accounts::still_signed_in(&mut *unit, app.act(&act), device).await
    };
    assert!(still(Some(device)).await.is_ok());
    assert!(still(None).await.is_err());
    let ben = app.member("ben").await;
    let of_ben = {
        let mut reader = app.house.store.read().await.expect("a reader");
        let devices = reader.devices(ben.member.id, app.now()).await;
        devices.expect("devices")[0].id
    };
    assert!(still(Some(of_ben)).await.is_err());
    ana.loses_session(&app).await;
    assert!(still(Some(device)).await.is_err());
}

#[tokio::test]
async fn the_question_is_not_guessed_at() {
    let app = TestApp::new().await.at_pace(1);
    let mut ana = app.member("ana").await;
    let fields = [("page", "/me/confirm"), ("password", "guess guess")];
    let mut slowed = false;
    for _ in 0..15 {
        slowed |= ana.send(CONFIRM, &fields).await.status == 429;
    }
    assert!(slowed);
}

#[tokio::test]
async fn no_secret_is_kept_in_the_open() {
    let app = TestApp::new().await;
    let mut ana = app.guest();
    let codes = codes_on(&joins(&mut ana, "ana", GOOD).await);
    signs_in(&mut app.guest(), "ana", "a wrong passphrase").await;
    let session = ana.cookies["chorus"].clone();
    app.database.close().await;
    let bytes = app.place.bytes().await;
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.contains("accounts.sign-in"),
        "the draft of the failed try is there"
    );
    assert!(!text.contains("a wrong passphrase"));
    assert!(!text.contains(&session));
    assert!(codes.iter().all(|code| !text.contains(code)));
}

#[tokio::test]
async fn whoever_waits_is_let_in_by_a_moderator() {
    let app = TestApp::with(|settings| settings.joining = Joining::Approval).await;
    let mut ana = app.guest();
    let page = joins(&mut ana, "ana", GOOD).await;
    page.says("Someone who keeps the house lets you in");
    assert_eq!(codes_on(&page).len(), 10);
    assert!(!is_signed_in(&mut ana).await);
    signs_in(&mut ana, "ana", GOOD)
        .await
        .says("waits to be let in");
    joins(&mut app.guest(), "ben", GOOD).await;
    let mut mod_ = app
        .member_with("mod", Roles::default().with(Role::Moderator))
        .await;
    let (ana_id, ben_id) = (member_id(&app, "ana").await, member_id(&app, "ben").await);
    let queue = mod_.get("/moderation").await;
    queue.says("ana").says("ben");
    let ana_field = ana_id.to_string();
    let fields = [("page", "/moderation"), ("id", ana_field.as_str())];
    ana.send("/api/moderation/let-in", &fields).await.is(401);
    mod_.post_form("/api/moderation/let-in", &fields)
        .await
        .is(200);
    mod_.send("/api/moderation/let-in", &fields).await.is(200);
    mod_.send("/api/moderation/turn-away", &fields)
        .await
        .is(409);
    let ben_field = ben_id.to_string();
    let fields = [("page", "/moderation"), ("id", ben_field.as_str())];
    mod_.send("/api/moderation/turn-away", &fields)
        .await
        .is(200);
    signs_in(&mut ana, "ana", GOOD).await;
    assert!(is_signed_in(&mut ana).await);
    signs_in(&mut app.guest(), "ben", GOOD)
        .await
        .says("do not go together");
    // The handle is free again.
    joins(&mut app.guest(), "ben", GOOD)
        .await
        .says("Recovery codes");
}

#[tokio::test]
async fn an_invitation_lets_one_person_in() {
    let app = TestApp::with(|settings| settings.joining = Joining::Invitation).await;
    let mut host = app
        .member_with("hanna", Roles::default().with(Role::Host))
        .await;
    let mut ben = app.member("ben").await;
    ben.send("/api/moderation/invite", &[("page", "/moderation")])
        .await
        .is(403);
    let page = host
        .post_form("/api/moderation/invite", &[("page", "/moderation")])
        .await;
    let words = page.words();
    let link = words
        .split(' ')
        .find(|word| word.contains("/join?invitation="))
        .expect("a link");
    let path = link
        .strip_prefix("http://chorus.test")
        .expect("an address of ours")
        .to_owned();
    host.get("/moderation")
        .await
        .keeps_silent_about("/join?invitation=");
    let mut ana = app.guest();
    let refused = refusal(&mut ana, JOIN, &joining("ana", GOOD)).await;
    assert!(refused.contains("invitation"), "{refused}");
    let form = ana.get(&path).await;
    let secret = form
        .field("accounts.join", "invitation")
        .expect("the secret is in the form");
    let with = |handle: &'static str| {
        let mut fields = joining(handle, GOOD);
        fields.push(("invitation", secret.as_str()));
        fields
    };
    // A failed try does not use it up.
    ana.send(JOIN, &with("moderator")).await.is(422);
    ana.post_form(JOIN, &with("ana"))
        .await
        .says("Recovery codes");
    assert!(is_signed_in(&mut ana).await);
    assert!(
        refusal(&mut app.guest(), JOIN, &with("cleo"))
            .await
            .contains("wrong_code")
    );
}

#[tokio::test]
async fn a_closed_house_lets_nobody_join() {
    let app = TestApp::with(|settings| settings.joining = Joining::Closed).await;
    let mut ana = app.guest();
    ana.get("/join")
        .await
        .is(200)
        .says("Nobody can join at present");
    ana.send(JOIN, &joining("ana", GOOD)).await.is(403);
}

#[tokio::test]
async fn what_was_typed_before_signing_in_is_there_after_it() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    ana.loses_session(&app).await;
    let typed = [
        ("page", "/stories/new"),
        ("title", "The bench by the canal"),
        ("body", "I sat there until the light went."),
        ("voice", "handle"),
    ];
    let asked = ana.post_form("/api/stories/share", &typed).await;
    assert!(
        asked.address.starts_with("/sign-in?next="),
        "{}",
        asked.address
    );
    let next = asked
        .field("accounts.sign-in", "next")
        .expect("where to go on");
    let fields = [
        ("page", "/sign-in"),
        ("handle", "ana"),
        ("password", "correct horse battery"),
        ("next", next.as_str()),
    ];
    let back = ana.post_form(SIGN_IN, &fields).await;
    assert!(
        back.address.starts_with("/stories/new?kept=stories."),
        "{}",
        back.address
    );
    assert!(back.body.contains("I sat there until the light went."));
}

#[tokio::test]
async fn something_unfinished_stands_on_ones_own_page() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let fields = "page=%2Fstories%2Fnew&key=k&title=The+long+evening&body=It+began";
    ana.send(
        "/api/drafts/keep",
        &[("form", "stories.new"), ("fields", fields)],
    )
    .await
    .is(200);
    let page = ana.get("/me").await;
    page.says("The long evening");
    assert!(
        page.body
            .contains("href=\"/stories/new?kept=stories.new#stories.new\"")
    );
    app.member("ben")
        .await
        .get("/me")
        .await
        .keeps_silent_about("The long evening");
}

#[tokio::test]
async fn a_role_comes_and_goes_by_the_command_line() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    ana.get("/moderation").await.is(403);
    let grant = async |revoke: bool| {
        let mut unit = app.begin().await;
        let now = app.now();
        accounts::grant(
            &mut *unit,
            app.chance(),
            now,
            "ana",
            Role::Moderator,
            revoke,
        )
        .await
        .expect("granted");
        unit.commit().await.expect("kept");
    };
    grant(false).await;
    grant(false).await;
    ana.get("/me").await.says("Keep the house");
    ana.get("/moderation").await.is(200);
    grant(true).await;
    ana.get("/moderation").await.is(403);
    let mut reader = app.house.store.read().await.expect("a reader");
    assert_eq!(reader.log(None, 10).await.expect("the log").items.len(), 2);
    drop(reader);
    let mut unit = app.begin().await;
    let unknown = accounts::grant(
        &mut *unit,
        app.chance(),
        app.now(),
        "nobody",
        Role::Host,
        false,
    )
    .await;
    assert!(unknown.is_err());
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app = TestApp::new().await.at_pace(1);
    app.account("ana", GOOD, Roles::default()).await;
    let mut eve = app.guest();
    let fields = [
        ("page", "/sign-in"),
        ("handle", "ana"),
        ("password", "guess guess"),
    ];
    let mut slowed = false;
    for _ in 0..15 {
        slowed |= eve.send(SIGN_IN, &fields).await.status == 429;
    }
    assert!(slowed);
}

#[tokio::test]
async fn whoever_guesses_keeps_no_member_out_who_was_here_before() {
    let app = TestApp::new().await.at_pace(1);
    app.account("ana", GOOD, Roles::default()).await;
    let sign_in = |password: &'static str| {
        [
            ("page", "/sign-in"),
            ("handle", "ana"),
            ("password", password),
        ]
    };
    let mut ana = app.guest();
    let first = ana.send(SIGN_IN, &sign_in(GOOD)).await;
    let mark = first
        .is(200)
        .set_cookies()
        .into_iter()
        .find(|cookie| cookie.starts_with("chorus-known="))
        .expect("a mark");
    assert!(mark.contains("HttpOnly") && mark.contains("SameSite=Lax"));
    assert!(!mark.contains("ana"));
    ana.send("/api/accounts/sign-out", &[("page", "/me")])
        .await
        .is(200);

    let (mut eve, mut anas_phone) = (app.guest(), app.guest());
    for _ in 0..15 {
        eve.send(SIGN_IN, &sign_in("guess guess")).await;
    }
    eve.send(SIGN_IN, &sign_in(GOOD)).await.is(429);
    anas_phone.send(SIGN_IN, &sign_in(GOOD)).await.is(429);
    ana.send(SIGN_IN, &sign_in("a slip of hers")).await.is(401);
    ana.send(SIGN_IN, &sign_in(GOOD)).await.is(200);
    // A mark that was made up, and that of another member, are none.
    for mark in ["0".repeat(64), "mark".to_owned()] {
        eve.browser.cookies.insert("chorus-known".to_owned(), mark);
        eve.send(SIGN_IN, &sign_in(GOOD)).await.is(429);
    }
    app.pass(Timestamp::MINUTE);
    app.account("eve", GOOD, Roles::default()).await;
    let own = [("page", "/sign-in"), ("handle", "eve"), ("password", GOOD)];
    eve.send(SIGN_IN, &own).await.is(200);
    for _ in 0..15 {
        eve.send(SIGN_IN, &sign_in("guess guess")).await;
    }
    eve.send(SIGN_IN, &sign_in(GOOD)).await.is(429);
    // Nobody is kept out for good.
    app.pass(Timestamp::HOUR);
    anas_phone.send(SIGN_IN, &sign_in(GOOD)).await.is(200);
}

#[tokio::test]
async fn a_new_password_makes_marks_void() {
    let app = TestApp::new().await.at_pace(1);
    app.account("ana", GOOD, Roles::default()).await;
    let fields = [("page", "/sign-in"), ("handle", "ana"), ("password", GOOD)];
    let (mut lost, mut ana) = (app.guest(), app.guest());
    lost.send(SIGN_IN, &fields).await.is(200);
    ana.send(SIGN_IN, &fields).await.is(200);
    let change = [
        ("page", "/me"),
        ("password", GOOD),
        ("new_password", "another harbour 8"),
    ];
    ana.send("/api/accounts/change-password", &change)
        .await
        .is(200);
    for _ in 0..15 {
        lost.send(SIGN_IN, &fields).await;
    }
    lost.send(SIGN_IN, &fields).await.is(429);
    let new = [
        ("page", "/sign-in"),
        ("handle", "ana"),
        ("password", "another harbour 8"),
    ];
    ana.send(SIGN_IN, &new).await.is(200);
}

#[tokio::test]
async fn a_member_who_waits_is_nobody_yet() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let mut unit = app.begin().await;
    unit.set_member_state(ana.member.id, MemberState::Waiting)
        .await
        .expect("set");
    unit.commit().await.expect("kept");
    let mut ana = ana;
    assert!(matches!(ana.actor(), Actor::Member(_)));
    assert!(!is_signed_in(&mut ana).await);
}

/// Who knows a handle costs the house as much as who knows none, and hears the
/// same: what was typed is compared with nobody's password, or looked for among
/// nobody's codes.
#[tokio::test]
async fn neither_answer_nor_work_tells_whether_a_handle_exists() {
    let (app, passwords) = TestApp::new().await.counting_passwords();
    app.account("ana", GOOD, Roles::default()).await;
    // Someone who has a passkey, and no password.
    let mut unit = app.begin().await;
    let ben = domain::accounts::Member {
        id: MemberId::random(app.chance()),
        handle: "ben".to_owned(),
        password: None,
        roles: Roles::default(),
        state: MemberState::Active,
        barred_until: None,
        opaque: OpaqueId::random(app.chance()),
        created_at: app.now(),
    };
    let handle = accounts::Handle::parse("ben").expect("a handle");
    unit.insert_member(&ben, &handle).await.expect("a member");
    unit.commit().await.expect("kept");
    let handles = ["ana", "ben", "nobody", "<b> x"];
    for (address, fields) in [
        (SIGN_IN, &[("password", "harbour lantern 8")][..]),
        (
            RECOVER,
            &[
                ("code", "0000-0000-0000"),
                ("new_password", "a whole new evening"),
            ],
        ),
    ] {
        let mut heard = Vec::new();
        for handle in handles {
            let fields = [&[("handle", handle)][..], fields].concat();
            let (before, kept) = (passwords.work(), app.house.store.kept_units());
            let answer = app.guest().send(address, &fields).await;
            assert!(answer.status.is_client_error(), "{handle}");
            let after = passwords.work();
            heard.push((
                after.0 - before.0,
                after.1 - before.1,
                app.house.store.kept_units() - kept,
                answer.status,
                answer.body,
            ));
        }
        assert_eq!(heard[0].0 + heard[0].1, 1, "one password is worked on");
        assert!(heard.iter().all(|one| *one == heard[0]), "{heard:?}");
    }
}

/// That a handle is taken has to be told to whoever wants it. They are told so
/// as rarely as anybody may guess.
#[tokio::test]
async fn asking_whether_a_handle_is_taken_is_slowed_down() {
    let app = TestApp::new().await.at_pace(1);
    let mut eve = app.guest();
    let mut slowed = false;
    for number in 0..15 {
        let handle = format!("handle-{number}");
        slowed |= eve.send(JOIN, &joining(&handle, "short")).await.status == 429;
    }
    assert!(slowed);
}
