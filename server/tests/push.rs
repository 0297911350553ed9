//! Push: devices are told through a push service, here one on this machine.
//! What it is told is opened by another library than the one that sealed it.

use crate::support::{Answer, Browser, Place, TestApp, TestDatabase, TestMember, values};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{
    accounts::MemberState,
    actor::{Actor, Role, Roles},
    care::{Audience, CallToInsert, Origin, Severity},
    clock::Timestamp,
    ids::CallId,
    moderation::{self, DecisionReason, Ruling, Thing, Verdict},
    push::{AGAIN_AFTER, PATIENCE, PushHosts, TRIES},
    watch::Steps,
};
use server::{database::Engine, housekeeping, push::Pusher, watch::Watcher};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use web_push_native::{Auth, decrypt, p256::SecretKey};

pub const TELL: &str = "/api/notifications/tell-device";
const LEAVE: &str = "/api/notifications/leave-device";
const LIST: &str = "/me/notifications";

/// The device of the example in RFC 8291, appendix A: its secret key, its key, and
/// what it shares with the house.
const SECRET: [u8; 32] = [
    0xab, 0x57, 0x57, 0xa7, 0x0d, 0xd4, 0xa5, 0x3e, 0x55, 0x3a, 0x6b, 0xbf, 0x71, 0xff, 0xef, 0xea,
    0x28, 0x74, 0xec, 0x07, 0xa6, 0xb3, 0x79, 0xe3, 0xc4, 0x8f, 0x89, 0x5a, 0x02, 0xdc, 0x33, 0xde,
];
pub const KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
pub const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const SHARED: [u8; 16] = [
    0x05, 0x30, 0x59, 0x32, 0xa1, 0xc7, 0xea, 0xbe, 0x13, 0xb6, 0xce, 0xc9, 0xfd, 0xa4, 0x88, 0x82,
];

/// What a push service was asked: for which device, how, and what.
#[derive(Debug)]
struct Heard {
    device: String,
    headers: HeaderMap,
    sealed: Bytes,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }

    /// What the device makes of it.
    fn notice(&self) -> serde_json::Value {
        let secret = SecretKey::from_slice(&SECRET).expect("a key");
        let opened = decrypt(self.sealed.to_vec(), &secret, &Auth::from(SHARED));
        serde_json::from_slice(&opened.expect("it is for this device")).expect("JSON")
    }

    fn words(&self) -> String {
        self.notice()["words"].as_str().expect("words").to_owned()
    }
}

/// A push service, and what it says to whoever asks.
#[derive(Clone, Default)]
struct Service {
    heard: Arc<Mutex<Vec<Heard>>>,
    says: Arc<Mutex<Option<StatusCode>>>,
}

impl Service {
    /// Begins to listen; says where.
    async fn open(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new()
            .route("/{device}", post(taken))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        origin
    }

    fn says(&self, status: u16) {
        *self.says.lock().expect("told") = StatusCode::from_u16(status).ok();
    }

    fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().expect("told"))
    }

    fn words(&self) -> Vec<String> {
        self.heard().iter().map(Heard::words).collect()
    }
}

async fn taken(
    State(service): State<Service>,
    axum::extract::Path(device): axum::extract::Path<String>,
    headers: HeaderMap,
    sealed: Bytes,
) -> Response {
    service.heard.lock().expect("told").push(Heard {
        device,
        headers,
        sealed,
    });
    let says = service.says.lock().expect("told");
    let elsewhere = [(header::LOCATION, "/elsewhere")];
    (says.unwrap_or(StatusCode::CREATED), elsewhere).into_response()
}

/// Ana has told a story, and Ben has come by.
struct Scene {
    app: TestApp,
    service: Service,
    origin: String,
    pusher: Pusher,
    ana: TestMember,
    ben: TestMember,
    story: Place,
}

async fn scene() -> Scene {
    scene_on(TestDatabase::new().await).await
}

async fn scene_on(database: TestDatabase) -> Scene {
    let service = Service::default();
    let origin = service.open().await;
    let hosts: PushHosts = origin.parse().expect("hosts");
    let app = TestApp::at(database, |settings| settings.push = hosts).await;
    let pusher = Pusher::new(app.house.clone());
    // By now the house has a key.
    assert_eq!(pusher.tell_due().await.expect("told"), 0);
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    Scene {
        pusher,
        ben: app.member("ben").await,
        app,
        service,
        origin,
        ana,
        story,
    }
}

/// The form that `<tell-device>` sends.
async fn tell_at(browser: &mut Browser, endpoint: &str) -> Answer {
    let secret = format!("{endpoint} {KEY} {AUTH}");
    let fields = [("page", LIST), ("secret", secret.as_str())];
    browser.send(TELL, &fields).await
}

impl Scene {
    async fn tell_me(&mut self) {
        let endpoint = format!("{}/device", self.origin);
        tell_at(&mut self.ana, &endpoint).await.is(200);
    }

    /// Ben says something under Ana's story, and time goes by.
    async fn comes(&mut self, body: &str) {
        let subject = self.story.subject.to_string();
        let fields = [
            ("page", self.story.page.as_str()),
            ("subject", &subject),
            ("body", body),
        ];
        self.ben.send("/api/comments/post", &fields).await.is(200);
        self.app.pass(PATIENCE);
    }

    async fn told(&self) -> usize {
        self.pusher.tell_due().await.expect("told")
    }

    async fn nobody_is_told(&self) {
        assert_eq!(self.told().await, 0);
        assert_eq!(self.service.words(), [""; 0]);
    }
}

#[tokio::test]
async fn a_device_is_told_that_something_came_and_nothing_else() {
    let mut scene = scene().await;
    scene.ana.get(LIST).await.says("This device can be told");
    scene.tell_me().await;
    let page = scene.ana.get(LIST).await;
    page.says("This device is told")
        .keeps_silent_about("This device can be told");
    assert!(!page.body.contains(KEY) && !page.body.contains("/device"));
    scene.comes("I know that bench.").await;
    assert_eq!(scene.told().await, 1);
    let heard = scene.service.heard();
    let [told] = &heard[..] else {
        panic!("{heard:?}");
    };
    let notice = serde_json::json!({ "words": "You have an answer", "again": false });
    assert_eq!(told.notice(), notice);
    for (name, value) in [
        ("content-encoding", "aes128gcm"),
        ("ttl", "86400"),
        ("urgency", "high"),
    ] {
        assert_eq!(told.header(name), value);
    }
    assert!(told.header("authorization").starts_with("vapid t="));
    let on_the_way = format!("{told:?} {}", String::from_utf8_lossy(&told.sealed));
    for secret in ["ana", "ben", "bench", &scene.ana.member.id.to_string()] {
        assert!(!on_the_way.contains(secret), "{secret} in {on_the_way}");
    }
    scene.nobody_is_told().await;
}

#[tokio::test]
async fn all_that_is_told_looks_the_same_on_the_way() {
    let mut scene = scene().await;
    scene.tell_me().await;
    scene.comes("One.").await;
    assert_eq!(scene.told().await, 1);
    let answer = scene.service.heard().remove(0);
    scene.comes("Two.").await;
    let give = [
        ("page", scene.story.page.as_str()),
        ("subject", &scene.story.subject.to_string()),
        ("kind", "with_you"),
    ];
    scene.ben.send("/api/support/give", &give).await.is(200);
    scene.app.pass(PATIENCE);
    assert_eq!(scene.told().await, 1, "both at once");
    let several = scene.service.heard().remove(0);
    assert_eq!(several.words(), "There is something new for you");
    assert_eq!(answer.sealed.len(), several.sealed.len());
    let names = |heard: &Heard| -> BTreeMap<String, String> {
        let plain = heard
            .headers
            .iter()
            .filter(|(name, _)| *name != "authorization");
        plain
            .map(|(name, value)| (name.to_string(), format!("{value:?}")))
            .collect()
    };
    assert_eq!(names(&answer), names(&several));
}

#[tokio::test]
async fn whoever_has_read_it_is_not_told() {
    let mut scene = scene().await;
    scene.tell_me().await;
    scene.comes("I know that bench.").await;
    let list = scene
        .ana
        .fetch("/api/notifications/list?after=&kept=")
        .await;
    let seen = list.json()["seen"].to_string();
    let read = [("page", LIST), ("seen", &seen)];
    scene
        .ana
        .send("/api/notifications/read-all", &read)
        .await
        .is(200);
    scene.nobody_is_told().await;
}

#[tokio::test]
async fn what_a_member_does_not_want_to_hear_of_is_told_to_no_device() {
    let mut scene = scene().await;
    scene.tell_me().await;
    let only = [("page", LIST), ("thanks", "on")];
    scene
        .ana
        .send("/api/notifications/choose", &only)
        .await
        .is(200);
    scene.comes("One.").await;
    scene.nobody_is_told().await;
}

#[tokio::test]
async fn leaving_it_alone_or_signing_out_ends_it() {
    let mut scene = scene().await;
    scene.tell_me().await;
    scene.comes("Before.").await;
    let page = scene.ana.post_form(LEAVE, &[("page", LIST)]).await;
    assert_eq!(page.address, LIST);
    page.is(200).says("This device can be told");
    scene.nobody_is_told().await;
    scene.tell_me().await;
    scene.comes("Two.").await;
    let out = [("page", "/me")];
    scene.ana.send("/api/accounts/sign-out", &out).await.is(200);
    scene.nobody_is_told().await;
}

#[tokio::test]
async fn nobody_leaves_somebody_elses_device_alone() {
    let mut scene = scene().await;
    scene.tell_me().await;
    scene.ben.send(LEAVE, &[("page", LIST)]).await.is(200);
    let mut on_her_desk = scene.app.member_again(&scene.ana).await;
    on_her_desk.get(LIST).await.says("This device can be told");
    on_her_desk.send(LEAVE, &[("page", LIST)]).await.is(200);
    scene.comes("One.").await;
    assert_eq!(scene.told().await, 1, "her phone still is");
}

#[tokio::test]
async fn one_browser_is_told_for_whoever_asked_last_on_it() {
    let mut scene = scene().await;
    scene.tell_me().await;
    let endpoint = format!("{}/device", scene.origin);
    tell_at(&mut scene.ben, &endpoint).await.is(200);
    scene.ana.get(LIST).await.says("This device can be told");
    scene.comes("One.").await;
    scene.nobody_is_told().await;
}

/// A ban, a member who is no longer let in, and one who is erased.
#[tokio::test]
async fn whoever_is_shut_out_is_told_nothing_more() {
    let mut scene = scene().await;
    scene.tell_me().await;
    let keeper = Roles::default().with(Role::Moderator);
    let mut keepers = Vec::new();
    for handle in ["mara", "mona"] {
        keepers.push(scene.app.member_with(handle, keeper).await.actor());
    }
    let thing = Thing::Share(scene.story.subject);
    let seen = scene.app.seen(&scene.story.subject.to_string()).await;
    let verdict = Verdict {
        thing,
        seen,
        ruling: Ruling::Ban,
        reason: Some(DecisionReason::parse("It was often.").expect("a reason")),
    };
    decide(&scene.app, &keepers[0], verdict).await;
    scene.app.pass(PATIENCE);
    assert_eq!(scene.told().await, 1, "of the decision");
    assert_eq!(scene.service.words(), ["There is word for you"]);
    let decision = scene
        .app
        .last_decision(&scene.story.subject.to_string())
        .await;
    let mut unit = scene.app.begin().await;
    let id = decision.parse().expect("an id");
    moderation::confirm(&mut *unit, scene.app.act(&keepers[1]), id)
        .await
        .expect("agreed");
    unit.commit().await.expect("kept");
    scene.app.pass(PATIENCE);
    scene.nobody_is_told().await;
    scene.ana.get(LIST).await.says("This device can be told");

    // She may be told of an answer to a call; then she is shut out altogether.
    scene.tell_me().await;
    scene.comes("One.").await;
    let mut unit = scene.app.begin().await;
    unit.set_member_state(scene.ana.member.id, MemberState::Waiting)
        .await
        .expect("set");
    unit.commit().await.expect("kept");
    scene.nobody_is_told().await;
}

async fn decide(app: &TestApp, by: &Actor, verdict: Verdict) {
    let mut unit = app.begin().await;
    moderation::decide(&mut *unit, app.act(by), &verdict)
        .await
        .expect("decided");
    unit.commit().await.expect("kept");
}

#[tokio::test]
async fn whoever_goes_takes_their_devices_along() {
    let mut scene = scene().await;
    scene.tell_me().await;
    scene.comes("One.").await;
    assert!(keeps_the_device(&scene.app).await);
    scene.ana.confirms().await;
    let erase = [("page", "/me/erase"), ("when", "now")];
    scene.ana.send("/api/privacy/erase", &erase).await.is(200);
    scene.nobody_is_told().await;
    assert!(!keeps_the_device(&scene.app).await);
}

async fn keeps_the_device(app: &TestApp) -> bool {
    let values = values(&app.database, &[]).await;
    values
        .windows(AUTH.len())
        .any(|part| part == AUTH.as_bytes())
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_forgotten() {
    for status in [404, 410] {
        let mut scene = scene().await;
        scene.tell_me().await;
        scene.service.says(status);
        scene.comes("One.").await;
        assert_eq!(scene.told().await, 0);
        assert_eq!(scene.service.heard().len(), 1);
        scene.ana.get(LIST).await.says("This device can be told");
    }
}

#[tokio::test]
async fn a_service_that_is_busy_is_asked_again_for_a_while() {
    let mut scene = scene().await;
    scene.tell_me().await;
    scene.service.says(503);
    scene.comes("One.").await;
    for _ in 0..TRIES {
        assert_eq!(scene.told().await, 0);
        assert_eq!(scene.service.heard().len(), 1);
        scene.nobody_is_told().await;
        scene.app.pass(AGAIN_AFTER << TRIES);
    }
    // Then it is let be, until something else comes.
    scene.nobody_is_told().await;
    scene.service.says(201);
    scene.comes("Two.").await;
    assert_eq!(scene.told().await, 1);
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_refusal_repeated() {
    for status in [302, 307, 403] {
        let mut scene = scene().await;
        scene.tell_me().await;
        scene.service.says(status);
        scene.comes("One.").await;
        assert_eq!(scene.told().await, 0);
        let heard = scene.service.heard();
        assert_eq!(heard.len(), 1, "{status}");
        assert_eq!(heard[0].device, "device");
        scene.app.pass(Timestamp::DAY);
        scene.nobody_is_told().await;
    }
}

#[tokio::test]
async fn only_known_services_are_knocked_at() {
    let mut scene = scene().await;
    for unknown in [
        "http://127.0.0.1:1/device",
        "https://127.0.0.1/device",
        "https://example.org/device",
        "https://fcm.googleapis.com/device",
    ] {
        tell_at(&mut scene.ana, unknown).await.is(403);
    }
    tell_at(&mut scene.ana, "file:///etc/passwd").await.is(404);
    let without_script = [("page", LIST), ("secret", "")];
    let back = scene.ana.post_form(TELL, &without_script).await;
    back.is(200).says("This is no longer here.");
    scene.tell_me().await;
    scene.comes("One.").await;
    // The host has taken it from the list since.
    let mut house = scene.app.house.clone();
    Arc::make_mut(&mut house.settings).push = PushHosts::default();
    assert_eq!(Pusher::new(house).tell_due().await.expect("told"), 0);
    assert_eq!(scene.service.words(), [""; 0]);
    scene.ana.get(LIST).await.says("This device can be told");
}

#[tokio::test]
async fn a_device_with_a_key_that_is_none_is_forgotten() {
    let mut scene = scene().await;
    let odd = "B".to_owned() + &"A".repeat(86);
    let secret = format!("{}/device {odd} {AUTH}", scene.origin);
    let fields = [("page", LIST), ("secret", secret.as_str())];
    scene.ana.send(TELL, &fields).await.is(200);
    scene.comes("One.").await;
    scene.nobody_is_told().await;
    scene.ana.get(LIST).await.says("This device can be told");
}

#[tokio::test]
async fn nobody_is_told_without_an_account_or_where_no_device_is() {
    let scene = scene().await;
    let endpoint = format!("{}/device", scene.origin);
    let mut guest = scene.app.guest();
    tell_at(&mut guest, &endpoint).await.is(401);
    guest.send(LEAVE, &[("page", LIST)]).await.is(401);
    let none = TestApp::with(|settings| settings.push = "".parse().expect("none")).await;
    let mut cleo = none.member("cleo").await;
    cleo.get(LIST)
        .await
        .is(200)
        .keeps_silent_about("On this device");
    tell_at(&mut cleo, &endpoint).await.is(403);
}

/// A call rises: to whoever is on duty, to all who answer, to those who keep the
/// house. Each is told, each time.
#[tokio::test]
async fn those_who_answer_calls_are_told_each_time_one_rises() {
    let scene = scene().await;
    let app = &scene.app;
    let roles = |role| Roles::default().with(role);
    let people = [
        ("duty", roles(Role::PeerSupporter)),
        ("later", roles(Role::PeerSupporter)),
        ("keeper", roles(Role::Moderator)),
    ];
    for (handle, roles) in people {
        let mut member = app.member_with(handle, roles).await;
        let endpoint = format!("{}/{handle}", scene.origin);
        tell_at(&mut member, &endpoint).await.is(200);
        if handle == "duty" {
            let hours = [
                ("page", "/care"),
                ("kind", "every-day"),
                ("from", "00:00"),
                ("until", "00:00"),
                ("zone", "UTC"),
            ];
            member.send("/api/care/on-duty", &hours).await.is(200);
        }
    }
    let mut unit = app.begin().await;
    unit.insert_call(&CallToInsert {
        id: CallId::random(app.chance()),
        code: None,
        origin: Origin::Asked,
        severity: Severity::Call,
        audience: Audience::Supporters,
        post: None,
        writer: None,
        created_at: app.now(),
    })
    .await
    .expect("a call");
    unit.commit().await.expect("kept");
    let watcher = Watcher {
        house: app.house.clone(),
        journal: app.journal.clone(),
        alert: None,
        steps: Steps::default(),
        alerts: app.app.alerts.clone(),
    };
    let mut minutes = 0;
    for (until, expected) in [
        (4, vec![]),
        (5, vec!["duty"]),
        (6, vec![]),
        (15, vec!["duty", "later"]),
        (60, vec!["duty", "keeper", "later"]),
    ] {
        app.pass((until - minutes) * Timestamp::MINUTE);
        minutes = until;
        watcher.look().await;
        app.pass(PATIENCE);
        assert_eq!(scene.told().await, expected.len(), "after {until} minutes");
        let heard = scene.service.heard();
        let mut devices: Vec<_> = heard.iter().map(|told| &*told.device).collect();
        devices.sort_unstable();
        assert_eq!(devices, expected, "after {until} minutes");
        let notice = serde_json::json!({ "words": "Someone waits", "again": true });
        assert!(heard.iter().all(|told| told.notice() == notice));
    }
}

const HOUR: i64 = 60 * Timestamp::MINUTE;

/// It is noon.
async fn chooses(who: &mut TestMember, from: &str, until: &str, when: &str) {
    let fields = [
        ("page", LIST),
        ("from", from),
        ("until", until),
        ("when", when),
        ("zone", "UTC"),
    ];
    let times = "/api/notifications/times";
    who.send(times, &fields).await.is(200);
}

#[tokio::test]
async fn what_comes_while_it_is_quiet_is_told_once_afterwards() {
    let mut scene = scene().await;
    scene.tell_me().await;
    chooses(&mut scene.ana, "11:00", "13:00", "").await;
    for words in ["One.", "Two."] {
        scene.comes(words).await;
        scene.nobody_is_told().await;
    }
    scene.app.pass(HOUR);
    assert_eq!(scene.told().await, 1);
    assert_eq!(scene.service.words(), ["There is something new for you"]);
    scene.comes("Three.").await;
    assert_eq!(scene.told().await, 1);
    assert_eq!(scene.service.words(), ["You have an answer"]);
}

#[tokio::test]
async fn whoever_changes_their_mind_is_told_at_once() {
    let mut scene = scene().await;
    scene.tell_me().await;
    chooses(&mut scene.ana, "11:00", "13:00", "").await;
    scene.comes("One.").await;
    scene.nobody_is_told().await;
    chooses(&mut scene.ana, "", "", "").await;
    scene.comes("Two.").await;
    assert_eq!(scene.told().await, 1);
}

#[tokio::test]
async fn once_a_day_a_device_is_told_how_much_came() {
    let mut scene = scene().await;
    scene.tell_me().await;
    chooses(&mut scene.ana, "", "", "11:00").await;
    scene.comes("One.").await;
    scene.nobody_is_told().await;
    for words in [vec!["1 new thing since yesterday"], vec![]] {
        scene.app.pass(Timestamp::DAY - HOUR);
        housekeeping::do_what_is_due(&scene.app.house, &scene.app.app.pace).await;
        scene.told().await;
        assert_eq!(scene.service.words(), words);
        scene.app.pass(HOUR);
        housekeeping::do_what_is_due(&scene.app.house, &scene.app.app.pace).await;
        scene.nobody_is_told().await;
    }
}

#[tokio::test]
async fn of_two_nodes_one_tells_each_device() {
    let mut scene = scene_on(TestDatabase::on(Engine::Postgres).await).await;
    let there = TestApp::beside(&scene.app).await;
    let other = Pusher::new(there.house.clone());
    let mut devices = Vec::new();
    for number in 0..20 {
        let mut browser = scene.app.member_again(&scene.ana).await;
        let endpoint = format!("{}/device-{number}", scene.origin);
        tell_at(&mut browser, &endpoint).await.is(200);
        devices.push(format!("device-{number}"));
    }
    scene.comes("One.").await;
    let (here, there) = tokio::join!(scene.pusher.tell_due(), other.tell_due());
    assert_eq!(here.expect("told") + there.expect("told"), 20);
    let mut told: Vec<_> = scene
        .service
        .heard()
        .into_iter()
        .map(|h| h.device)
        .collect();
    told.sort_unstable();
    devices.sort_unstable();
    assert_eq!(told, devices);
}
