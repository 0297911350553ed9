//! Push: devices are told through a push service, here one on this machine.
//! What it is told is read in `end2end/push.spec.ts`.

use crate::support::{Answer, Place, TestApp, TestMember};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{
    clock::Timestamp,
    push::{AGAIN_AFTER, PATIENCE, PushHosts, TRIES},
};
use server::push::{self, Pusher};
use std::sync::{Arc, Mutex};

const TELL: &str = "/api/notifications/tell-device";
const LEAVE: &str = "/api/notifications/leave-device";
const LIST: &str = "/me/notifications";
/// The device of the example in RFC 8291.
const KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// What a push service was asked, and what it says to the next.
#[derive(Clone, Default)]
struct Service {
    heard: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
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
            .route("/device", post(taken))
            .route("/elsewhere", post(taken))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        origin
    }

    fn says(&self, status: u16) {
        *self.says.lock().expect("told") = StatusCode::from_u16(status).ok();
    }

    fn heard(&self) -> Vec<(HeaderMap, Bytes)> {
        std::mem::take(&mut self.heard.lock().expect("told"))
    }
}

async fn taken(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Response {
    service.heard.lock().expect("told").push((headers, body));
    let status = service
        .says
        .lock()
        .expect("told")
        .unwrap_or(StatusCode::CREATED);
    let elsewhere = [(header::LOCATION, "/elsewhere")];
    (status, elsewhere).into_response()
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
    let service = Service::default();
    let origin = service.open().await;
    let hosts: PushHosts = origin.parse().expect("hosts");
    let app = TestApp::with(|settings| settings.push = hosts.clone()).await;
    push::key(&*app.house.store).await.expect("a key");
    let ana = app.member("ana").await;
    let story = app.story(&ana).await;
    Scene {
        pusher: Pusher::new(app.house.clone(), hosts),
        ben: app.member("ben").await,
        app,
        service,
        origin,
        ana,
        story,
    }
}

impl Scene {
    async fn tell_me(&mut self) -> Answer {
        let endpoint = format!("{}/device", self.origin);
        self.tell_me_at(&endpoint).await
    }

    async fn tell_me_at(&mut self, endpoint: &str) -> Answer {
        let fields = [
            ("page", LIST),
            ("endpoint", endpoint),
            ("device_key", KEY),
            ("secret", AUTH),
        ];
        self.ana.send(TELL, &fields).await
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
}

#[tokio::test]
async fn a_device_is_told_that_something_came() {
    let mut scene = scene().await;
    scene.ana.get(LIST).await.says("This device can be told");
    scene.tell_me().await.is(200);
    scene.ana.get(LIST).await.says("This device is told");
    scene.comes("I know that bench.").await;
    assert_eq!(scene.told().await, 1);
    let heard = scene.service.heard();
    let [(headers, body)] = &heard[..] else {
        panic!("{heard:?}");
    };
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-encoding"), "aes128gcm");
    assert_eq!(header("ttl"), "86400");
    let authorization = header("authorization");
    assert!(authorization.starts_with("vapid t="), "{authorization}");
    // Salt, size of a record, key, and one sealed sentence.
    assert_eq!(
        body.len(),
        16 + 4 + 1 + 65 + "You have an answer".len() + 1 + 16
    );
    let told = format!("{headers:?} {}", String::from_utf8_lossy(body));
    for secret in ["ana", "ben", "bench", &scene.ana.member.id.to_string()] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    assert_eq!(scene.told().await, 0, "once");
}

#[tokio::test]
async fn whoever_has_read_it_is_not_told() {
    let mut scene = scene().await;
    scene.tell_me().await.is(200);
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
    assert_eq!(scene.told().await, 0);
    assert!(scene.service.heard().is_empty());
}

#[tokio::test]
async fn signing_out_or_leaving_it_alone_ends_it() {
    let mut scene = scene().await;
    scene.tell_me().await.is(200);
    let page = scene.ana.post_form(LEAVE, &[("page", LIST)]).await;
    page.is(200).says("This device can be told");
    scene.comes("One.").await;
    assert_eq!(scene.told().await, 0);
    scene.tell_me().await.is(200);
    scene.comes("Two.").await;
    let out = [("page", "/me")];
    scene.ana.send("/api/accounts/sign-out", &out).await.is(200);
    assert_eq!(scene.told().await, 0);
    assert!(scene.service.heard().is_empty());
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_forgotten() {
    for status in [404, 410] {
        let mut scene = scene().await;
        scene.tell_me().await.is(200);
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
    scene.tell_me().await.is(200);
    scene.service.says(503);
    scene.comes("One.").await;
    for _ in 0..TRIES {
        assert_eq!(scene.told().await, 0);
        assert_eq!(scene.service.heard().len(), 1);
        assert_eq!(scene.told().await, 0, "not at once");
        assert!(scene.service.heard().is_empty());
        scene.app.pass(AGAIN_AFTER << TRIES);
    }
    assert_eq!(scene.told().await, 0);
    assert!(scene.service.heard().is_empty(), "then it is let be");
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_refusal_repeated() {
    for status in [302, 307, 403] {
        let mut scene = scene().await;
        scene.tell_me().await.is(200);
        scene.service.says(status);
        scene.comes("One.").await;
        assert_eq!(scene.told().await, 0);
        assert_eq!(scene.service.heard().len(), 1, "{status}");
        scene.app.pass(Timestamp::DAY);
        assert_eq!(scene.told().await, 0);
        assert!(scene.service.heard().is_empty(), "{status}");
    }
}

#[tokio::test]
async fn only_known_services_are_knocked_at() {
    let mut scene = scene().await;
    for unknown in [
        "http://127.0.0.1:1/device",
        "https://127.0.0.1/device",
        "https://example.org/device",
    ] {
        scene.tell_me_at(unknown).await.is(403);
    }
    scene.tell_me_at("file:///etc/passwd").await.is(404);
    scene.tell_me().await.is(200);
    scene.comes("One.").await;
    // The host has taken it from the list since.
    let others = Pusher::new(scene.app.house.clone(), PushHosts::default());
    assert_eq!(others.tell_due().await.expect("told"), 0);
    assert!(scene.service.heard().is_empty());
    scene.ana.get(LIST).await.says("This device can be told");
}

#[tokio::test]
async fn nobody_is_told_without_an_account_or_where_no_device_is() {
    let mut scene = scene().await;
    let fields = [
        ("page", LIST),
        ("endpoint", &*format!("{}/device", scene.origin)),
        ("device_key", KEY),
        ("secret", AUTH),
    ];
    scene.app.guest().send(TELL, &fields).await.is(401);
    scene
        .app
        .guest()
        .send(LEAVE, &[("page", LIST)])
        .await
        .is(401);
    let none = TestApp::with(|settings| settings.push = "".parse().expect("none")).await;
    let mut cleo = none.member("cleo").await;
    cleo.get(LIST)
        .await
        .is(200)
        .keeps_silent_about("On this device");
    scene.ana.get(LIST).await.says("On this device");
}
