//! Chorus as the tests run it: the real router on a database of its own,
//! a clock that stands still, and browsers with their cookies.
//!
//! ```text
//! let app = TestApp::new().await;
//! let mut ana = app.member("ana").await;
//! let page = ana.get("/stories").await;          // as a browser
//! let done = ana.post_form("/api/…", &[…]).await; // without script, 303 followed
//! let sent = ana.send("/api/…", &[…]).await;      // hydrated, answers JSON
//! ```

#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod authenticator;
pub mod command;
mod database;
pub mod program;
pub mod shared_cache;
pub mod trouble;

pub use database::{TestDatabase, values};

use app::ctx::{House, Settings};
use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
    response::Response,
};
use domain::{
    accounts::{Handle, Joining, Member, MemberState, Passkey, Passwords, guests},
    actor::{ActingMember, Actor, Roles},
    clock::{Clock, Timestamp},
    holds::Holds,
    ids::{Chance, DeviceId, GuestId, MemberId, OpaqueId, PasskeyId, StoryId, Subject},
    leave::NeutralSite,
    moderation,
    push::PushHosts,
    store::{Act, Store, Stored, Unit},
    stories::StoryText,
};
use http_body_util::BodyExt;
use server::{
    App,
    database::Database,
    journal::FileJournal,
    lane::Turns,
    pace::{Elapsed, InMemory, Pace},
    passkeys::RelyingParty,
    sessions,
};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use store_contract::support::{FixedChance, START};
use tower::ServiceExt;
use tower_sessions::{SessionStore, session};

/// The name under which browsers know the house.
pub const HOST: &str = "chorus.test";

/// A clock that moves when it is told to.
pub struct FixedClock(AtomicI64);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// Passwords that cost nothing, so that a test can have many people.
pub struct FastPasswords;

#[async_trait]
impl Passwords for FastPasswords {
    async fn hash(&self, password: String) -> Stored<String> {
        Ok(format!("$fast${password}"))
    }

    async fn verify(&self, password: String, phc: Option<String>) -> Stored<bool> {
        Ok(phc.is_some_and(|phc| phc == format!("$fast${password}")))
    }
}

/// How often passwords were hashed and verified: what takes long, and so tells.
#[derive(Debug, Default)]
pub struct CountedPasswords {
    hashed: AtomicUsize,
    verified: AtomicUsize,
}

impl CountedPasswords {
    /// Both counts.
    pub fn work(&self) -> (usize, usize) {
        (
            self.hashed.load(Ordering::SeqCst),
            self.verified.load(Ordering::SeqCst),
        )
    }
}

#[async_trait]
impl Passwords for CountedPasswords {
    async fn hash(&self, password: String) -> Stored<String> {
        self.hashed.fetch_add(1, Ordering::SeqCst);
        FastPasswords.hash(password).await
    }

    async fn verify(&self, password: String, phc: Option<String>) -> Stored<bool> {
        self.verified.fetch_add(1, Ordering::SeqCst);
        FastPasswords.verify(password, phc).await
    }
}

/// A whole Chorus.
pub struct TestApp {
    pub router: Router,
    pub app: App,
    pub house: House,
    /// The database as it is, to close it.
    pub database: Database,
    /// Where it is, to look into it from outside.
    pub place: TestDatabase,
    /// Where calls for help are kept while the database is away.
    pub journal: Arc<FileJournal>,
    journal_folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
    chance: Arc<FixedChance>,
}

/// Limits that follow the community's own clock.
fn pace(
    factor: u32,
    database: &Database,
    clock: &Arc<FixedClock>,
    chance: &Arc<FixedChance>,
) -> Pace {
    let clock = clock.clone();
    let elapsed: Elapsed = Arc::new(move || {
        let millis = clock.now().0 - START.0;
        Duration::from_millis(u64::try_from(millis).unwrap_or_default())
    });
    let limits = database.limits(chance.clone(), Some(elapsed.clone()));
    let apart = InMemory::new(chance.clone(), elapsed);
    Pace::new(factor, limits, None).counting_apart(Arc::new(apart))
}

impl TestApp {
    /// An empty community.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// An empty community whose host has chosen something.
    pub async fn with(choose: impl FnOnce(&mut Settings)) -> Self {
        Self::at(TestDatabase::new().await, choose).await
    }

    /// A community in this database.
    pub async fn at(place: TestDatabase, choose: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            site_name: "Harbour".to_owned(),
            base_url: format!("http://{HOST}"),
            country: "us".to_owned(),
            joining: Joining::Open,
            edit_window: 15 * Timestamp::MINUTE,
            indexed: false,
            leave_to: NeutralSite::default(),
            holds: Holds::default(),
            push: PushHosts::default(),
        };
        choose(&mut settings);
        let clock = Arc::new(FixedClock(AtomicI64::new(START.0)));
        let chance = Arc::new(FixedChance::default());
        Self::on(place, settings, clock, chance).await
    }

    /// Another node of the same community: another program on its database, at
    /// the same time of day.
    pub async fn beside(other: &Self) -> Self {
        Self::on(
            other.place.clone(),
            (*other.house.settings).clone(),
            other.clock.clone(),
            other.chance.clone(),
        )
        .await
    }

    async fn on(
        place: TestDatabase,
        settings: Settings,
        clock: Arc<FixedClock>,
        chance: Arc<FixedChance>,
    ) -> Self {
        // What broke behind an answer of 500 stands beside the test that fails.
        let _ = tracing_subscriber::fmt()
            .with_test_writer()
            .with_max_level(tracing::Level::ERROR)
            .try_init();
        let database = place.open().await;
        let journal_folder = tempfile::tempdir().expect("a folder");
        let journal = FileJournal::open(journal_folder.path().to_owned(), chance.clone()).await;
        let journal = Arc::new(journal);
        let house = House {
            store: database.store(),
            journal: journal.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
            passwords: Arc::new(FastPasswords),
            passkeys: RelyingParty::of(&settings),
            settings: Arc::new(settings),
        };
        let secure = house.settings.base_url.starts_with("https://");
        let pace = pace(10_000, &database, &clock, &chance);
        let app = App::new(house.clone(), pace, secure);
        let router = server::router(app.clone());
        Self {
            router,
            app,
            house,
            database,
            place,
            journal,
            clock,
            chance,
            journal_folder,
        }
    }

    /// The same community under a host's real limits on how often something
    /// may be done, `factor` times the usual.
    pub fn at_pace(mut self, factor: u32) -> Self {
        let secure = self.house.settings.base_url.starts_with("https://");
        let pace = pace(factor, &self.database, &self.clock, &self.chance);
        self.app = App::new(self.house.clone(), pace, secure);
        self.router = server::router(self.app.clone());
        self
    }

    /// A passkey of this member, which opens nothing.
    pub async fn passkey(&self, owner: MemberId) -> Passkey {
        let id = PasskeyId::random(self.chance());
        let passkey = Passkey {
            id,
            owner,
            credential_id: id.to_string(),
            credential: "{}".to_owned(),
            name: "A key on a string".to_owned(),
            created_at: self.now(),
            last_used_at: None,
        };
        let mut unit = self.begin().await;
        unit.insert_passkey(&passkey).await.expect("a passkey");
        unit.commit().await.expect("kept");
        passkey
    }

    /// The same community, whose work on passwords is counted.
    pub fn counting_passwords(mut self) -> (Self, Arc<CountedPasswords>) {
        let counted = Arc::new(CountedPasswords::default());
        self.house.passwords = counted.clone();
        (self.at_pace(10_000), counted)
    }

    /// The same community through another store.
    pub fn on_store(mut self, store: Arc<dyn Store>) -> Self {
        let secure = self.house.settings.base_url.starts_with("https://");
        self.house.store = store;
        let pace = pace(10_000, &self.database, &self.clock, &self.chance);
        self.app = App::new(self.house.clone(), pace, secure);
        self.router = server::router(self.app.clone());
        self
    }

    /// The same community with other turns for those who do not ask for help.
    pub fn with_turns(mut self, turns: Turns) -> Self {
        self.app.turns = turns;
        self.router = server::router(self.app.clone());
        self
    }

    /// The folder of its journal.
    pub fn journal_folder(&self) -> &Path {
        self.journal_folder.path()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets so many milliseconds go by.
    pub fn pass(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// The chance of this community.
    pub fn chance(&self) -> &FixedChance {
        &self.chance
    }

    /// Begins a unit of work, to set a scene by the ports.
    pub async fn begin(&self) -> Box<dyn Unit> {
        self.house.store.begin().await.expect("a unit of work")
    }

    /// What a use case is told, for setting a scene.
    pub fn act<'a>(&'a self, actor: &'a Actor) -> Act<'a> {
        Act {
            actor,
            now: self.now(),
            chance: &*self.chance,
        }
    }

    /// A browser on which nobody is signed in. It has no cookie yet.
    pub fn guest(&self) -> TestGuest {
        TestGuest {
            browser: Browser::new(self),
        }
    }

    /// A member who is signed in. Made by the store, not by the pages.
    pub async fn member(&self, handle: &str) -> TestMember {
        self.member_with(handle, Roles::default()).await
    }

    /// A member with roles who is signed in.
    pub async fn member_with(&self, handle: &str, roles: Roles) -> TestMember {
        let member = self.account(handle, "correct horse battery", roles).await;
        let mut browser = Browser::new(self);
        browser.cookies.insert(
            self.session_cookie().to_owned(),
            self.session(member.id).await,
        );
        TestMember { browser, member }
    }

    /// The same member, who signs in anew.
    pub async fn member_again(&self, member: &TestMember) -> TestMember {
        let member = member.member.clone();
        let mut browser = Browser::new(self);
        let session = self.session(member.id).await;
        browser
            .cookies
            .insert(self.session_cookie().to_owned(), session);
        TestMember { browser, member }
    }

    /// An account on which nobody is signed in.
    pub async fn account(&self, handle: &str, password: &str, roles: Roles) -> ActingMember {
        let parsed = Handle::parse(handle).expect("a handle");
        let member = Member {
            id: MemberId::random(&*self.chance),
            handle: parsed.as_str().to_owned(),
            password: Some(
                self.house
                    .passwords
                    .hash(password.to_owned())
                    .await
                    .expect("a hash"),
            ),
            roles,
            state: MemberState::Active,
            barred_until: None,
            opaque: OpaqueId::random(&*self.chance),
            created_at: self.now(),
        };
        let mut unit = self.begin().await;
        assert!(
            unit.insert_member(&member, &parsed)
                .await
                .expect("a member"),
            "{handle} is free"
        );
        unit.commit().await.expect("kept");
        ActingMember {
            id: member.id,
            handle: member.handle,
            roles,
        }
    }

    /// A new session of a member; answers with the cookie's secret.
    pub async fn session(&self, member: MemberId) -> String {
        let now = self.now();
        let store = sessions::Sessions::new(
            self.house.store.clone(),
            self.house.clock.clone(),
            self.house.chance.clone(),
        );
        let text = |text: String| serde_json::Value::String(text);
        let mut record = session::Record {
            id: session::Id(i128::from_be_bytes(self.chance.bytes())),
            data: HashMap::from([
                (sessions::MEMBER.to_owned(), text(member.to_string())),
                (
                    sessions::DEVICE.to_owned(),
                    text(DeviceId::random(&*self.chance).to_string()),
                ),
                (
                    sessions::NAME.to_owned(),
                    text("Firefox on Linux".to_owned()),
                ),
                (sessions::DAY.to_owned(), text(now.day().iso)),
            ]),
            expiry_date: time::OffsetDateTime::from_unix_timestamp(
                now.plus(30 * Timestamp::DAY).0 / 1000,
            )
            .expect("a moment"),
        };
        store.create(&mut record).await.expect("a session");
        record.id.to_string()
    }

    /// A story to talk about, told by `member`.
    pub async fn story(&self, member: &TestMember) -> Place {
        let id = StoryId::random(&*self.chance);
        let text = StoryText {
            anonymous: false,
            title: "The first plain morning".to_owned(),
            content_note: None,
            excerpt: "I made the bed.".to_owned(),
            body: "I made the bed.".to_owned(),
            html: "<p>I made the bed.</p>".to_owned(),
        };
        let mut unit = self.begin().await;
        unit.insert_story(id, member.member.id, &text, self.now())
            .await
            .expect("a story");
        unit.commit().await.expect("kept");
        Place {
            subject: id.into(),
            page: format!("/stories/{id}"),
        }
    }

    /// What someone who decides about a thing, `kind-id`, has read.
    pub async fn seen(&self, thing: &str) -> String {
        let mut reader = self.house.store.read().await.expect("a reader");
        let thing = thing.parse().expect("a thing");
        let found = moderation::find(&mut *reader, thing).await.expect("read");
        let found = found.expect("it is there");
        let seen = moderation::version(&mut *reader, &found).await;
        seen.expect("a version")
    }

    /// The newest decision about a thing, `kind-id`.
    pub async fn last_decision(&self, thing: &str) -> String {
        let mut reader = self.house.store.read().await.expect("a reader");
        let thing = thing.parse().expect("a thing");
        let about = reader.decisions_about(thing, 1).await.expect("decisions");
        about.first().expect("a decision").id.to_string()
    }

    /// The name of the session's cookie.
    pub fn session_cookie(&self) -> &'static str {
        if self.house.settings.base_url.starts_with("https://") {
            "__Host-chorus"
        } else {
            "chorus"
        }
    }
}

/// Something that people talk about, and the page it is on.
#[derive(Debug, Clone)]
pub struct Place {
    pub subject: Subject,
    pub page: String,
}

/// Someone without an account.
pub struct TestGuest {
    pub browser: Browser,
}

impl TestGuest {
    /// The guest that the house takes this browser for; it has to have been
    /// to a page before.
    pub fn id(&self) -> GuestId {
        let secret = self
            .browser
            .cookies
            .get("chorus-guest")
            .expect("a guest's cookie");
        guests::from_secret(secret.trim_end_matches(".reads"))
    }
}

/// Someone with an account, signed in.
pub struct TestMember {
    pub browser: Browser,
    pub member: ActingMember,
}

impl TestMember {
    /// As the domain knows them.
    pub fn actor(&self) -> Actor {
        Actor::Member(self.member.clone())
    }

    /// Proves on this browser, by the password that all of them have, that it is
    /// still they: for what an unlocked device alone must not do.
    pub async fn confirms(&mut self) {
        let fields = [
            ("page", "/me/confirm"),
            ("password", "correct horse battery"),
        ];
        self.send("/api/accounts/confirm", &fields).await.is(200);
    }

    /// The session ends without the browser's knowledge: it was signed out
    /// elsewhere, or too old.
    pub async fn loses_session(&self, app: &TestApp) {
        let mut unit = app.begin().await;
        unit.drop_devices(self.member.id, None)
            .await
            .expect("signed out");
        unit.commit().await.expect("kept");
    }
}

impl std::ops::Deref for TestGuest {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl std::ops::DerefMut for TestGuest {
    fn deref_mut(&mut self) -> &mut Browser {
        &mut self.browser
    }
}

impl std::ops::Deref for TestMember {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl std::ops::DerefMut for TestMember {
    fn deref_mut(&mut self) -> &mut Browser {
        &mut self.browser
    }
}

/// A browser: it brings its cookies and says where a request comes from.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    /// It outlives a scene that a test takes apart: the database stays.
    _place: TestDatabase,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new(app: &TestApp) -> Self {
        Self {
            router: app.router.clone(),
            _place: app.place.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser, with a copy of its cookies, as another node meets it.
    pub fn on(&self, node: &TestApp) -> Self {
        Self {
            router: node.router.clone(),
            _place: node.place.clone(),
            cookies: self.cookies.clone(),
        }
    }

    /// Opens a page, and follows redirects as a browser does.
    pub async fn get(&mut self, address: &str) -> Answer {
        let answer = self.ask(Method::GET, address, &[], Body::empty()).await;
        self.follow(answer).await
    }

    /// Opens an address and stays there.
    pub async fn get_without_following(&mut self, address: &str) -> Answer {
        self.ask(Method::GET, address, &[], Body::empty()).await
    }

    /// Sends a form as a browser does without script, and goes where it is
    /// sent.
    pub async fn post_form(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post_without_following(address, fields).await;
        self.follow(answer).await
    }

    /// Sends a form as a browser does without script, and looks at the answer
    /// itself.
    pub async fn post_without_following(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.post_body(address, FORM, urlencoded(fields)).await
    }

    /// Sends any body as a browser does without script.
    pub async fn post_body(
        &mut self,
        address: &str,
        content_type: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let headers = [
            ("content-type", content_type),
            ("accept", PAGE),
            ("sec-fetch-mode", "navigate"),
        ];
        self.ask(Method::POST, address, &headers, body.into()).await
    }

    /// Sends a form as the hydrated page does. The answer is JSON.
    pub async fn send(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_body(address, FORM, urlencoded(fields)).await
    }

    /// Sends any body as the hydrated page does.
    pub async fn send_body(
        &mut self,
        address: &str,
        content_type: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let headers = [
            ("content-type", content_type),
            ("accept", "application/json"),
            ("sec-fetch-mode", "cors"),
        ];
        self.ask(Method::POST, address, &headers, body.into()).await
    }

    /// Asks for data as the hydrated page does.
    pub async fn fetch(&mut self, address: &str) -> Answer {
        let headers = [("accept", "application/json"), ("sec-fetch-mode", "cors")];
        self.ask(Method::GET, address, &headers, Body::empty())
            .await
    }

    /// One request and its answer. `headers` replace what a browser sends; an
    /// empty value takes one away.
    pub async fn ask(
        &mut self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let response = self.respond(method, address, headers, body).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        self.keep_cookies(&parts.headers);
        Answer {
            status: parts.status,
            headers: parts.headers,
            address: address.to_owned(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// As [`Self::ask`], for an answer that goes on: its end is not waited for,
    /// and it brings no cookies.
    pub async fn respond(
        &self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Response {
        let path = address.split('#').next().unwrap_or_default();
        let mut sent = BTreeMap::from([
            ("host".to_owned(), HOST.to_owned()),
            ("accept".to_owned(), PAGE.to_owned()),
            ("sec-fetch-site".to_owned(), "same-origin".to_owned()),
            ("sec-fetch-mode".to_owned(), "navigate".to_owned()),
            ("user-agent".to_owned(), AGENT.to_owned()),
        ]);
        if method == Method::POST {
            sent.insert("origin".to_owned(), format!("http://{HOST}"));
            sent.insert("referer".to_owned(), format!("http://{HOST}/"));
        }
        for (name, value) in headers {
            sent.insert((*name).to_owned(), (*value).to_owned());
        }
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in sent.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        let request = request.body(body).expect("a request");
        let answering = self.router.clone().oneshot(request);
        answering.await.expect("an answer")
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a plain cookie");
            let mut parts = cookie.split(';').map(str::trim);
            let (name, value) = parts
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a name and a value");
            if value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            if !answer.status.is_redirection() {
                return answer;
            }
            let to = answer.header("location").to_owned();
            assert!(to.starts_with('/'), "it leads out of the house: {to}");
            answer = self.ask(Method::GET, &to, &[], Body::empty()).await;
        }
        panic!("{} leads round in a circle", answer.address);
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// Fields as a form sends them.
pub fn urlencoded(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).expect("fields")
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Where it came from, with query and fragment.
    pub address: String,
    pub body: String,
    /// The body as it came.
    pub bytes: Bytes,
}

impl Answer {
    /// A header's text; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("plain text"))
            .unwrap_or_default()
    }

    /// All the answer's cookies, whole.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|cookie| cookie.to_str().expect("a plain cookie"))
            .collect()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.body))
    }

    /// The words of a page as a person reads them: no markup, no scripts, one
    /// space between words.
    pub fn words(&self) -> String {
        words_of(&self.body)
    }

    /// How often the page says something.
    pub fn count(&self, words: &str) -> usize {
        self.words().matches(words).count()
    }

    /// The answer has this status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}\n{}",
            self.address,
            self.body
        );
        self
    }

    /// The page says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        let page = self.words();
        assert!(
            page.contains(words),
            "{} does not say {words:?}:\n{page}",
            self.address
        );
        self
    }

    /// The page does not say this.
    #[track_caller]
    pub fn keeps_silent_about(&self, words: &str) -> &Self {
        assert!(
            !self.body.contains(words),
            "{} tells {words:?}:\n{}",
            self.address,
            self.words()
        );
        self
    }

    /// What a field of a form on the page holds: an `<input>`, or a
    /// `<textarea>`. `form` is the form's id.
    pub fn field(&self, form: &str, name: &str) -> Option<String> {
        let start = self.body.find(&format!("id=\"{form}\""))?;
        let rest = &self.body[start..];
        let rest = &rest[..rest.find("</form>")?];
        let at = rest.find(&format!("name=\"{name}\""))?;
        let open = rest[..at].rfind('<')?;
        let tag = &rest[open..];
        if tag.starts_with("<textarea") {
            let inside = &tag[tag.find('>')? + 1..tag.find("</textarea>")?];
            let inside = inside.strip_prefix('\n').unwrap_or(inside);
            return Some(unescaped(inside));
        }
        let tag = &tag[..tag.find('>')?];
        let value = &tag[tag.find("value=\"")? + 7..];
        Some(unescaped(&value[..value.find('"')?]))
    }
}

/// Reads a page the way a person does.
fn words_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        let close = ["script", "style", "template"]
            .into_iter()
            .find(|name| rest[1..].starts_with(name))
            .map(|name| format!("</{name}>"));
        let end = match close {
            Some(close) => rest.find(&close).map(|at| at + close.len()),
            None if rest.starts_with("<!--") => rest.find("-->").map(|at| at + 3),
            None => rest.find('>').map(|at| at + 1),
        };
        rest = &rest[end.unwrap_or(rest.len())..];
        text.push(' ');
    }
    text.push_str(rest);
    unescaped(&text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
