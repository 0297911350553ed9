//! Passkeys: joining and signing in without typing a password, and those on
//! one's own page.

use crate::support::{
    Answer, Browser, TestApp, TestDatabase, TestMember, authenticator::Authenticator,
};
use domain::{
    accounts::{ASK_FOR, Joining, MAX_PASSKEYS, MemberState, PROOF_COUNTS_FOR},
    actor::Roles,
    clock::Timestamp,
    ids::MemberId,
};
use server::database::Engine;

const HOME: &str = "http://localhost:3000";
const JOIN: &str = "/api/accounts/join-by-passkey";
const SHOW: &str = "/api/accounts/show-passkey";
const ADD: &str = "/api/accounts/add-passkey";
const REMOVE: &str = "/api/accounts/remove-passkey";
const CODES: &str = "/api/accounts/renew-codes";
const SIGN_IN: &str = "/api/accounts/sign-in";

/// A house whose address browsers know passkeys for.
async fn house() -> TestApp {
    TestApp::with(|settings| settings.base_url = HOME.to_owned()).await
}

fn device() -> Authenticator {
    Authenticator::on(HOME)
}

/// A question of the house, as it was answered to a form.
struct Question {
    ask: String,
    options: String,
}

fn question(answer: &Answer) -> Question {
    let asked = answer.is(200).json()["asked"].clone();
    let text = |name: &str| asked[name].as_str().expect("a text").to_owned();
    Question {
        ask: text("ask"),
        options: text("options"),
    }
}

/// Sends a form, lets `answer` say something to the question, and sends the form
/// again with it.
async fn in_two_steps(
    browser: &mut Browser,
    address: &str,
    fields: &[(&str, &str)],
    answer: impl FnOnce(&str) -> Option<String>,
) -> Answer {
    let question = question(&browser.send(address, fields).await);
    let credential = answer(&question.options).expect("an answer");
    answers(browser, address, fields, &question.ask, &credential).await
}

async fn answers(
    browser: &mut Browser,
    address: &str,
    fields: &[(&str, &str)],
    ask: &str,
    credential: &str,
) -> Answer {
    let mut fields = fields.to_vec();
    fields.extend([("ask", ask), ("credential", credential)]);
    browser.send(address, &fields).await
}

fn joining(handle: &str) -> [(&str, &str); 4] {
    [
        ("page", "/join"),
        ("handle", handle),
        ("adult", "on"),
        ("next", "/stories/new"),
    ]
}

async fn joins(browser: &mut Browser, device: &mut Authenticator, handle: &str) -> Answer {
    in_two_steps(browser, JOIN, &joining(handle), |asked| device.make(asked)).await
}

const SIGNING_IN: [(&str, &str); 2] = [("page", "/sign-in"), ("next", "/rituals")];

async fn signs_in(browser: &mut Browser, device: &mut Authenticator) -> Answer {
    in_two_steps(browser, SHOW, &SIGNING_IN, |asked| device.show(asked)).await
}

async fn adds(browser: &mut Browser, device: &mut Authenticator, name: &str) -> Answer {
    let fields = [("page", "/me"), ("name", name)];
    in_two_steps(browser, ADD, &fields, |asked| device.make(asked)).await
}

/// A member who has proven who they are and added a passkey.
async fn with_passkey(app: &TestApp, handle: &str, device: &mut Authenticator) -> TestMember {
    let mut member = app.member(handle).await;
    member.get("/me").await.is(200);
    member.confirms().await;
    adds(&mut member, device, "The blue key").await.is(200);
    member
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    !browser
        .get("/me")
        .await
        .words()
        .contains("You are here as a guest")
}

async fn ids_of(app: &TestApp, owner: MemberId) -> Vec<String> {
    let mut reader = app.house.store.read().await.expect("a reader");
    let passkeys = reader.passkeys(owner).await.expect("passkeys");
    passkeys
        .iter()
        .map(|passkey| passkey.id.to_string())
        .collect()
}

#[tokio::test]
async fn someone_joins_without_a_password_and_signs_in_without_a_handle() {
    let app = house().await;
    let (mut ana, mut key) = (app.guest(), device());
    ana.get("/join").await.is(200);
    let joined = joins(&mut ana, &mut key, "ana").await;
    assert_eq!(
        joined.is(200).json()["done"]["to"],
        "/me/codes?next=/stories/new"
    );
    ana.get("/me/codes?next=/stories/new")
        .await
        .says("Recovery codes")
        .says("only time they are shown");
    ana.get("/me")
        .await
        .says("ana")
        .says("Firefox on Linux")
        .says("Not used yet")
        .says("It is your only way to sign in")
        .says("You sign in without one")
        .says("10 recovery codes are left");
    let mut desk = app.guest();
    desk.get("/sign-in").await.is(200);
    let signed_in = signs_in(&mut desk, &mut key).await;
    assert_eq!(signed_in.is(200).json()["done"]["to"], "/rituals");
    assert!(is_signed_in(&mut desk).await);
    desk.get("/me")
        .await
        .says("Last used 6 January 2025")
        .keeps_silent_about("Not used yet");
    // Nobody signs in with a password that nobody has.
    for password in ["", "$fast$", "harbour lantern 7"] {
        let fields = [("handle", "ana"), ("password", password)];
        let refused = app.guest().send(SIGN_IN, &fields).await;
        assert!(refused.status.is_client_error(), "{password:?}");
    }
}

#[tokio::test]
async fn whoever_cannot_join_is_told_before_the_browser_is_asked() {
    let app = house().await;
    app.account("river-stone", "another passphrase", Roles::default())
        .await;
    let mut ana = app.guest();
    for (handle, reason) in [
        ("river-stone", "handle_taken"),
        ("r1ver-stone", "handle_taken"),
        ("moderator", "handle_reserved"),
        ("a b", "handle_shape"),
        ("", "empty"),
    ] {
        let refused = ana.send(JOIN, &joining(handle)).await;
        refused.is(422);
        assert!(refused.body.contains(reason), "{handle}: {}", refused.body);
    }
    let minor = [("page", "/join"), ("handle", "ana")];
    let refused = ana.send(JOIN, &minor).await;
    assert!(refused.is(422).body.contains("not_adult"));
    let closed = TestApp::with(|settings| {
        settings.base_url = HOME.to_owned();
        settings.joining = Joining::Closed;
    })
    .await;
    closed.guest().send(JOIN, &joining("ana")).await.is(403);
}

#[tokio::test]
async fn of_two_who_want_one_handle_the_first_has_it() {
    let app = house().await;
    let (mut ana, mut ben) = (app.guest(), app.guest());
    for browser in [&mut ana, &mut ben] {
        browser.get("/join").await.is(200);
    }
    let asked = question(&ben.send(JOIN, &joining("maria")).await);
    joins(&mut ana, &mut device(), "maria").await.is(200);
    let answer = device().make(&asked.options).expect("a passkey");
    let refused = answers(&mut ben, JOIN, &joining("maria"), &asked.ask, &answer).await;
    assert!(refused.is(422).body.contains("handle_taken"));
    assert!(!is_signed_in(&mut ben).await);
    // The question is still good: he chooses another handle.
    let done = answers(&mut ben, JOIN, &joining("mario"), &asked.ask, &answer).await;
    assert_eq!(
        done.is(200).json()["done"]["to"],
        "/me/codes?next=/stories/new"
    );
    ben.get("/me").await.says("mario");
}

#[tokio::test]
async fn an_invitation_counts_for_passkeys_too() {
    let app = TestApp::with(|settings| {
        settings.base_url = HOME.to_owned();
        settings.joining = Joining::Invitation;
    })
    .await;
    let secret = {
        let mut unit = app.begin().await;
        let secret = domain::accounts::invite_from_console(&mut *unit, app.chance(), app.now())
            .await
            .expect("an invitation");
        unit.commit().await.expect("kept");
        secret
    };
    let mut ana = app.guest();
    ana.get("/join").await.is(200);
    let mut key = device();
    let refused = ana.send(JOIN, &joining("ana")).await;
    assert!(refused.is(422).body.contains("invitation"));
    let with = |secret: &'static str| [&joining("ana")[..], &[("invitation", secret)]].concat();
    let wrong = in_two_steps(&mut ana, JOIN, &with("made up"), |asked| key.make(asked)).await;
    assert!(wrong.is(422).body.contains("wrong_code"));
    let secret: &'static str = secret.leak();
    let done = in_two_steps(&mut ana, JOIN, &with(secret), |asked| key.make(asked)).await;
    done.is(200);
    assert!(is_signed_in(&mut ana).await);
}

#[tokio::test]
async fn whoever_waits_is_not_let_in_by_a_passkey() {
    let app = TestApp::with(|settings| {
        settings.base_url = HOME.to_owned();
        settings.joining = Joining::Approval;
    })
    .await;
    let (mut ana, mut key) = (app.guest(), device());
    ana.get("/join").await.is(200);
    joins(&mut ana, &mut key, "ana").await.is(200);
    assert!(!is_signed_in(&mut ana).await);
    let refused = signs_in(&mut ana, &mut key).await;
    assert!(refused.is(403).body.contains("waiting_for_approval"));
    let mut unit = app.begin().await;
    let id = unit.waiting_members().await.expect("read")[0].id;
    unit.set_member_state(id, MemberState::Active)
        .await
        .expect("let in");
    unit.commit().await.expect("kept");
    signs_in(&mut ana, &mut key).await.is(200);
    assert!(is_signed_in(&mut ana).await);
}

#[tokio::test]
async fn a_member_adds_passkeys_and_knows_them_by_their_names() {
    let app = house().await;
    let mut key = device();
    let mut ana = with_passkey(&app, "ana", &mut key).await;
    // The same device has one for her already.
    let again = question(&ana.send(ADD, &[("page", "/me"), ("name", "Twice")]).await);
    assert_eq!(key.make(&again.options), None);
    let mut phone = device();
    phone.synchronised = true;
    phone.counts = false;
    adds(&mut ana, &mut phone, "Téléphone <b>").await.is(200);
    let page = ana.get("/me").await;
    page.says("The blue key").says("Téléphone <b>");
    assert!(!page.body.contains("<b>Téléphone"));
    assert!(page.body.contains("Remove Téléphone"));
    for device in [&mut key, &mut phone] {
        let mut other = app.guest();
        other.get("/sign-in").await.is(200);
        for _ in 0..2 {
            signs_in(&mut other, device).await.is(200);
            assert!(is_signed_in(&mut other).await);
            other
                .send("/api/accounts/sign-out", &[("page", "/me")])
                .await;
        }
    }
    for (name, reason) in [("", "empty"), (" \u{200b}", "empty")] {
        let refused = ana.send(ADD, &[("page", "/me"), ("name", name)]).await;
        assert!(refused.is(422).body.contains(reason), "{name:?}");
    }
    let long = "x".repeat(61);
    let refused = ana.send(ADD, &[("page", "/me"), ("name", &long)]).await;
    assert!(refused.is(422).body.contains("too_long"));
}

#[tokio::test]
async fn there_is_an_end_to_passkeys() {
    let app = house().await;
    let mut ana = app.member("ana").await;
    ana.get("/me").await.is(200);
    ana.confirms().await;
    for number in 0..MAX_PASSKEYS {
        let name = format!("Key {number}");
        adds(&mut ana, &mut device(), &name).await.is(200);
    }
    let refused = ana
        .send(ADD, &[("page", "/me"), ("name", "One more")])
        .await;
    assert!(refused.is(422).body.contains("too_many"));
}

#[tokio::test]
async fn a_passkey_is_added_and_removed_by_whoever_has_proven_it() {
    let app = house().await;
    let mut key = device();
    let mut ana = with_passkey(&app, "ana", &mut key).await;
    let id = ids_of(&app, ana.member.id).await.remove(0);
    app.pass(PROOF_COUNTS_FOR);
    let adding = [("page", "/me"), ("name", "Another")];
    let removing = [("page", "/me"), ("passkey", id.as_str())];
    for (address, fields) in [(ADD, &adding[..]), (REMOVE, &removing[..])] {
        let refused = ana.send(address, fields).await;
        assert!(refused.is(401).body.contains("confirm_first"));
        let refused = app.guest().send(address, fields).await;
        assert!(refused.is(401).body.contains("sign_in_first"));
    }
    let page = ana.get("/me").await;
    page.says("The blue key")
        .says("Add or remove a passkey")
        .keeps_silent_about("Remove The blue key");
    // Somebody else's is unknown, and so is one that never was.
    let mut ben = app.member("ben").await;
    ben.confirms().await;
    ben.send(REMOVE, &removing).await.is(404);
    for nonsense in ["", "../x", "0123456789abcdef0123456789abcdef"] {
        let fields = [("page", "/me"), ("passkey", nonsense)];
        ben.send(REMOVE, &fields).await.is(404);
    }
    ben.get("/me").await.keeps_silent_about("The blue key");
    assert_eq!(ids_of(&app, ana.member.id).await, [id]);
}

#[tokio::test]
async fn removing_a_passkey_signs_out_whoever_may_have_it() {
    let app = house().await;
    let mut key = device();
    let mut ana = with_passkey(&app, "ana", &mut key).await;
    let mut thief = app.guest();
    thief.get("/sign-in").await.is(200);
    signs_in(&mut thief, &mut key).await.is(200);
    // What the thief is being asked is of no use afterwards either.
    let mut later = app.guest();
    later.get("/sign-in").await.is(200);
    let asked = question(&later.send(SHOW, &SIGNING_IN).await);
    let answer = key.show(&asked.options).expect("the passkey");
    let id = ids_of(&app, ana.member.id).await.remove(0);
    let removing = [("page", "/me"), ("passkey", id.as_str())];
    let page = ana.post_form(REMOVE, &removing).await;
    assert_eq!(page.is(200).address, "/me#passkeys");
    page.keeps_silent_about("The blue key");
    assert!(is_signed_in(&mut ana).await);
    assert!(!is_signed_in(&mut thief).await);
    let refused = answers(&mut later, SHOW, &SIGNING_IN, &asked.ask, &answer).await;
    assert!(refused.is(401).body.contains("wrong_passkey"));
    let refused = signs_in(&mut later, &mut key).await;
    assert!(refused.is(401).body.contains("wrong_passkey"));
    // Sent again, it has been done.
    ana.send(REMOVE, &removing).await.is(200);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let app = house().await;
    let (mut ana, mut key) = (app.guest(), device());
    ana.get("/join").await.is(200);
    joins(&mut ana, &mut key, "ana").await.is(200);
    let id = {
        let mut reader = app.house.store.read().await.expect("a reader");
        let found = reader.member_by_skeleton("ana").await.expect("read");
        found.expect("ana").id
    };
    let only = ids_of(&app, id).await.remove(0);
    let removing = [("page", "/me"), ("passkey", only.as_str())];
    let refused = ana.send(REMOVE, &removing).await;
    assert!(refused.is(409).body.contains("last_way_in"));
    adds(&mut ana, &mut device(), "Another").await.is(200);
    ana.send(REMOVE, &removing).await.is(200);
    let left = ids_of(&app, id).await.remove(0);
    let removing = [("page", "/me"), ("passkey", left.as_str())];
    let refused = ana.send(REMOVE, &removing).await;
    assert!(refused.is(409).body.contains("last_way_in"));
    let choosing = [("page", "/me"), ("new_password", "a whole new evening")];
    ana.send("/api/accounts/change-password", &choosing)
        .await
        .is(200);
    ana.send(REMOVE, &removing).await.is(200);
    let mut desk = app.guest();
    let fields = [("handle", "ana"), ("password", "a whole new evening")];
    desk.send(SIGN_IN, &fields).await.is(200);
    assert!(is_signed_in(&mut desk).await);
}

#[tokio::test]
async fn a_question_is_for_one_browser_and_for_one_answer_in_time() {
    let app = house().await;
    let mut key = device();
    with_passkey(&app, "ana", &mut key).await;
    let (mut here, mut elsewhere) = (app.guest(), app.guest());
    for browser in [&mut here, &mut elsewhere] {
        browser.get("/sign-in").await.is(200);
    }
    let asked = question(&here.send(SHOW, &SIGNING_IN).await);
    let answer = key.show(&asked.options).expect("the passkey");
    let refused = answers(&mut elsewhere, SHOW, &SIGNING_IN, &asked.ask, &answer).await;
    assert!(refused.is(401).body.contains("wrong_passkey"));
    let mut copy = here.browser.clone();
    answers(&mut here, SHOW, &SIGNING_IN, &asked.ask, &answer)
        .await
        .is(200);
    assert!(is_signed_in(&mut here).await);
    answers(&mut copy, SHOW, &SIGNING_IN, &asked.ask, &answer)
        .await
        .is(401);
    assert!(!is_signed_in(&mut copy).await);
    let asked = question(&elsewhere.send(SHOW, &SIGNING_IN).await);
    let answer = key.show(&asked.options).expect("the passkey");
    app.pass(ASK_FOR);
    answers(&mut elsewhere, SHOW, &SIGNING_IN, &asked.ask, &answer)
        .await
        .is(401);
    // Nor is an answer good for another question, or for none.
    let other = question(&elsewhere.send(SHOW, &SIGNING_IN).await);
    for ask in [other.ask.as_str(), "", "0", &"0".repeat(32)] {
        answers(&mut elsewhere, SHOW, &SIGNING_IN, ask, &answer)
            .await
            .is(401);
    }
    assert!(!is_signed_in(&mut elsewhere).await);
}

#[tokio::test]
async fn an_answer_that_does_not_fit_lets_nobody_in() {
    let app = house().await;
    let mut key = device();
    with_passkey(&app, "ana", &mut key).await;
    let mut other = device();
    with_passkey(&app, "ben", &mut other).await;
    let mut eve = app.guest();
    eve.get("/sign-in").await.is(200);
    let wrongs: [fn(&mut Authenticator); 6] = [
        |key| key.origin = "http://localhost:3001".to_owned(),
        |key| key.origin = "https://example.org".to_owned(),
        |key| key.verifies = false,
        |key| key.names_owner = false,
        |key| key.synchronised = true,
        // It was copied, and the copy has counted on.
        |key| (key.counts, key.counter) = (false, 0),
    ];
    let mut bodies = Vec::new();
    for break_it in wrongs {
        signs_in(&mut app_guest(&app).await, &mut key).await.is(200);
        break_it(&mut key);
        let refused = signs_in(&mut eve, &mut key).await;
        bodies.push(refused.is(401).body.clone());
        (key.origin, key.verifies, key.names_owner) = (HOME.to_owned(), true, true);
        (key.synchronised, key.counts, key.counter) = (false, true, key.counter + 100);
    }
    // A passkey that the house has never seen, and what is no credential at all.
    let mut stranger = device();
    let made = question(&eve.send(JOIN, &joining("eve")).await);
    stranger.make(&made.options).expect("a passkey");
    bodies.push(signs_in(&mut eve, &mut stranger).await.is(401).body.clone());
    let asked = question(&eve.send(SHOW, &SIGNING_IN).await);
    let huge = format!("{{\"id\":\"{}\"}}", "x".repeat(70_000));
    for nonsense in ["{}", "null", "\u{0}", "<b>", &huge] {
        let refused = answers(&mut eve, SHOW, &SIGNING_IN, &asked.ask, nonsense).await;
        bodies.push(refused.is(401).body.clone());
    }
    assert!(bodies[0].contains("wrong_passkey"), "{}", bodies[0]);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    assert!(!is_signed_in(&mut eve).await);
}

async fn app_guest(app: &TestApp) -> Browser {
    let mut guest = app.guest();
    guest.get("/sign-in").await.is(200);
    guest.browser
}

#[tokio::test]
async fn what_was_asked_for_one_thing_is_no_answer_to_another() {
    let app = house().await;
    let mut key = device();
    let mut ana = with_passkey(&app, "ana", &mut key).await;
    // To confirm is not to sign in, and to sign in is not to confirm.
    let confirming = question(&ana.send(SHOW, &[("page", "/me/confirm")]).await);
    let answer = key.show(&confirming.options).expect("the passkey");
    let session = ana.cookies.remove("chorus").expect("a session");
    answers(&mut ana, SHOW, &SIGNING_IN, &confirming.ask, &answer)
        .await
        .is(401);
    let asked = question(&ana.send(SHOW, &SIGNING_IN).await);
    let answer = key.show(&asked.options).expect("the passkey");
    ana.cookies.insert("chorus".to_owned(), session);
    answers(&mut ana, SHOW, &SIGNING_IN, &asked.ask, &answer)
        .await
        .is(401);
    // What was made to be added makes no account, and the other way round.
    let mut another = device();
    let adding = [("page", "/me"), ("name", "Another")];
    let asked = question(&ana.send(ADD, &adding).await);
    let made = another.make(&asked.options).expect("a passkey");
    answers(&mut ana, JOIN, &joining("zoe"), &asked.ask, &made)
        .await
        .is(401);
    answers(&mut ana, SHOW, &SIGNING_IN, &asked.ask, &made)
        .await
        .is(401);
    let asked = question(&ana.send(JOIN, &joining("zoe")).await);
    let made = another.make(&asked.options).expect("a passkey");
    answers(&mut ana, ADD, &adding, &asked.ask, &made)
        .await
        .is(401);
    assert_eq!(ids_of(&app, ana.member.id).await.len(), 1);
}

#[tokio::test]
async fn a_passkey_proves_that_it_is_still_the_same_person() {
    let app = house().await;
    let mut key = device();
    let mut ana = with_passkey(&app, "ana", &mut key).await;
    let mut bens = device();
    let mut ben = with_passkey(&app, "ben", &mut bens).await;
    app.pass(PROOF_COUNTS_FOR);
    let codes = [("page", "/me")];
    ana.send(CODES, &codes).await.is(401);
    let confirming = [("page", "/me/confirm"), ("next", "/me#codes")];
    let done = in_two_steps(&mut ana, SHOW, &confirming, |asked| key.show(asked)).await;
    assert_eq!(done.is(200).json()["done"]["to"], "/me#codes");
    ana.send(CODES, &codes).await.is(200);
    // Only her own passkeys are asked for, and count.
    let asked = question(&ben.send(SHOW, &confirming).await);
    assert_eq!(key.show(&asked.options), None);
    let mut any: serde_json::Value = serde_json::from_str(&asked.options).expect("options");
    any["allowCredentials"] = serde_json::json!([]);
    let hers = key.show(&any.to_string()).expect("her passkey");
    answers(&mut ben, SHOW, &confirming, &asked.ask, &hers)
        .await
        .is(401);
    ben.send(CODES, &codes).await.is(401);
}

#[tokio::test]
async fn whoever_has_no_password_is_told_how_to_go_on_without_script() {
    let app = house().await;
    let (mut ana, mut key) = (app.guest(), device());
    ana.get("/join").await.is(200);
    joins(&mut ana, &mut key, "ana").await.is(200);
    ana.get("/me/confirm")
        .await
        .says("You have no password")
        .says("come back with a recovery code")
        .keeps_silent_about("Your password");
    // A form that is sent without script leads somewhere.
    let page = ana.post_form(SHOW, &[("page", "/me/confirm")]).await;
    assert_eq!(page.is(200).address, "/me");
}

#[tokio::test]
async fn where_no_browser_knows_passkeys_nothing_is_said_of_them() {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    ana.confirms().await;
    assert!(!ana.get("/me").await.is(200).words().contains("asskey"));
    for (address, fields) in [
        (JOIN, &joining("ben")[..]),
        (SHOW, &SIGNING_IN[..]),
        (ADD, &[("page", "/me"), ("name", "Key")]),
    ] {
        ana.send(address, fields).await.is(404);
    }
    for page in ["/sign-in", "/join"] {
        let door = app.guest().get(page).await;
        assert!(!door.is(200).words().contains("asskey"), "{page}");
    }
}

#[tokio::test]
async fn trying_passkeys_is_slowed_down() {
    let app = house().await.at_pace(1);
    let mut eve = app.guest();
    eve.get("/sign-in").await.is(200);
    let mut slowed = false;
    for _ in 0..15 {
        slowed |= eve.send(SHOW, &SIGNING_IN).await.status == 429;
    }
    assert!(slowed);
}

#[tokio::test]
async fn what_is_asked_is_forgotten_within_the_hour() {
    let app = house().await;
    let mut eve = app.guest();
    eve.get("/sign-in").await.is(200);
    question(&eve.send(SHOW, &SIGNING_IN).await);
    app.pass(Timestamp::HOUR);
    server::housekeeping::do_what_is_due(&app.house, &app.app.pace).await;
    let mut unit = app.begin().await;
    let left = unit.forget_passkey_asks(app.now()).await.expect("asked");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn one_node_asks_and_the_other_is_answered() {
    let choose = |settings: &mut app::ctx::Settings| settings.base_url = HOME.to_owned();
    let here = TestApp::at(TestDatabase::on(Engine::Postgres).await, choose).await;
    let there = TestApp::beside(&here).await;
    let mut key = device();
    let mut ana = with_passkey(&here, "ana", &mut key).await;
    let mut desk = app_guest(&here).await;
    let asked = question(&desk.send(SHOW, &SIGNING_IN).await);
    let answer = key.show(&asked.options).expect("the passkey");
    let mut desk = desk.on(&there);
    let (mut first, mut second) = (desk.clone(), desk.clone().on(&here));
    let (one, two) = tokio::join!(
        answers(&mut first, SHOW, &SIGNING_IN, &asked.ask, &answer),
        answers(&mut second, SHOW, &SIGNING_IN, &asked.ask, &answer)
    );
    let taken = [&one, &two].map(|answer| u16::from(answer.status));
    assert!(taken == [200, 401] || taken == [401, 200], "{taken:?}");
    signs_in(&mut desk, &mut key).await.is(200);
    assert!(is_signed_in(&mut desk.on(&here)).await);
    // Removed on one, it is worth nothing on the other, and nobody who came in
    // by it stays.
    let id = ids_of(&here, ana.member.id).await.remove(0);
    let removing = [("page", "/me"), ("passkey", id.as_str())];
    ana.send(REMOVE, &removing).await.is(200);
    assert!(!is_signed_in(&mut desk).await);
    let mut again = app_guest(&there).await;
    signs_in(&mut again, &mut key).await.is(401);
}
