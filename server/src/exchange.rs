//! One request and its answer, as the app sees them.

use crate::{
    cookies::{self, Cookies},
    headers::content_policy,
    offline,
    pace::{Origin, Pace},
    sessions,
};
use app::{ctx::Exchange, error::AppError};
use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};
use domain::{
    actor::Actor,
    clock::{Clock, Timestamp},
    drafts::Fields,
    ids::{Chance, DeviceId, GuestId, MemberId},
    journal::Sender,
    pace::Secret,
    store::{StoreError, Stored},
};
use leptos_axum::ResponseOptions;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};
use tower_sessions::Session;

/// What the middleware learned of a request before the app sees it.
#[derive(Clone)]
pub struct Arrival {
    /// The browser's secret, when nobody is signed in on it.
    pub guest: String,
    pub origin: Origin,
    /// Names it in the log.
    pub id: String,
    /// Filled when typed text must be given back on a page of its own.
    pub hand_back: Arc<Mutex<Option<(Fields, AppError)>>>,
}

/// The app's exchange on axum and tower-sessions.
pub struct WebExchange {
    pub arrival: Arrival,
    pub headers: HeaderMap,
    pub is_post: bool,
    pub session: Session,
    pub response: ResponseOptions,
    pub pace: Arc<Pace>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub cookies: Cookies,
}

impl WebExchange {
    /// From the parts of a request that went through the middleware; `None`
    /// if it did not.
    pub fn new(
        parts: &Parts,
        response: ResponseOptions,
        pace: Arc<Pace>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        cookies: Cookies,
    ) -> Option<Self> {
        Some(Self {
            arrival: parts.extensions.get::<Arrival>()?.clone(),
            headers: parts.headers.clone(),
            is_post: parts.method == axum::http::Method::POST,
            session: parts.extensions.get::<Session>()?.clone(),
            response,
            pace,
            clock,
            chance,
            cookies,
        })
    }

    fn append(&self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.response.append_header(name, value);
        }
    }
}

/// Does the browser itself ask, for a page?
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Kind of browser and system in a few words. The agent's own text is never
/// kept: it tells too much.
fn device_name(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let first = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ])
    .unwrap_or("A browser");
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match system {
        Some(system) => format!("{browser} on {system}"),
        None => browser.to_owned(),
    }
}

fn broken(error: tower_sessions::session::Error) -> StoreError {
    StoreError::new(error)
}

#[async_trait]
impl Exchange for WebExchange {
    fn guest(&self) -> GuestId {
        domain::accounts::guests::from_secret(&self.arrival.guest)
    }

    fn is_plain_form(&self) -> bool {
        self.is_post && wants_page(&self.headers)
    }

    fn written_by(&self) -> Option<String> {
        let mark = self.headers.get(offline::WRITER)?;
        // Whatever else stands there is nobody's mark.
        Some(mark.to_str().unwrap_or_default().to_owned())
    }

    fn redirect(&self, to: &str) {
        if let Ok(to) = HeaderValue::from_str(to) {
            self.response.insert_header(header::LOCATION, to);
            self.response.set_status(StatusCode::SEE_OTHER);
        }
    }

    fn status(&self, code: u16) {
        if let Ok(status) = StatusCode::from_u16(code) {
            self.response.set_status(status);
        }
    }

    fn allow_scripts(&self, nonce: &str) {
        if let Ok(policy) = HeaderValue::from_str(&content_policy(&[format!("nonce-{nonce}")])) {
            self.response
                .insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }

    fn own_secret(&self, seed: &str) -> [u8; 16] {
        let mut sha = Sha256::new();
        for part in ["own secret", self.arrival.guest.as_str(), seed] {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part.as_bytes());
        }
        let mut half = [0; 16];
        half.copy_from_slice(&sha.finalize()[..16]);
        half
    }

    fn sender(&self) -> Sender {
        Sender {
            guest: self.guest(),
            session: self.session.id().as_ref().map(sessions::hash),
        }
    }

    async fn pace_apart(&self) -> Result<(), u64> {
        let actor = Actor::Guest(self.guest());
        self.pace.check_apart(&actor, self.arrival.origin).await
    }

    fn request_id(&self) -> String {
        self.arrival.id.clone()
    }

    async fn pace(&self, verb: &'static str, actor: &Actor) -> Stored<Result<(), u64>> {
        self.pace.check(verb, actor, self.arrival.origin).await
    }

    async fn pace_of_proof(&self, handle: &str, known: Option<&str>) -> Stored<Result<(), u64>> {
        let origin = self.arrival.origin;
        self.pace.check_proof(handle, known, origin).await
    }

    async fn key_of_the_day(&self) -> Stored<Secret> {
        self.pace.key_of_the_day().await
    }

    fn known_mark(&self) -> Option<String> {
        self.cookies.mark(&self.headers)
    }

    fn leave_mark(&self, mark: &str) {
        self.append(header::SET_COOKIE, &self.cookies.leave_mark(mark));
    }

    async fn member(&self) -> Stored<Option<MemberId>> {
        if !self.cookies.has_session(&self.headers) {
            return Ok(None);
        }
        let member: Option<String> = self.session.get(sessions::MEMBER).await.map_err(broken)?;
        let Some(member) = member.and_then(|id| id.parse().ok()) else {
            return Ok(None);
        };
        let today = self.clock.now().day().iso;
        let day: Option<String> = self.session.get(sessions::DAY).await.map_err(broken)?;
        if day.as_deref() != Some(&today) {
            self.session
                .insert(sessions::DAY, today)
                .await
                .map_err(broken)?;
        }
        Ok(Some(member))
    }

    async fn device(&self) -> Stored<Option<DeviceId>> {
        let device: Option<String> = self.session.get(sessions::DEVICE).await.map_err(broken)?;
        Ok(device.and_then(|id| id.parse().ok()))
    }

    fn browser_name(&self) -> String {
        device_name(&self.headers)
    }

    async fn proven_at(&self) -> Stored<Option<Timestamp>> {
        let proven: Option<i64> = self.session.get(sessions::PROVEN).await.map_err(broken)?;
        Ok(proven.map(Timestamp))
    }

    async fn confirm(&self) -> Stored<()> {
        let now = self.clock.now().0;
        self.session
            .insert(sessions::PROVEN, now)
            .await
            .map_err(broken)
    }

    async fn sign_in(&self, member: MemberId) -> Stored<()> {
        let session = &self.session;
        // A secret from before signing in is worth nothing afterwards. (To
        // flush would not do: the record keeps its old secret then.)
        session.clear().await;
        session.cycle_id().await.map_err(broken)?;
        let device = DeviceId::random(&*self.chance).to_string();
        let day = self.clock.now().day().iso;
        session
            .insert(sessions::MEMBER, member.to_string())
            .await
            .map_err(broken)?;
        session
            .insert(sessions::DEVICE, device)
            .await
            .map_err(broken)?;
        session
            .insert(sessions::NAME, device_name(&self.headers))
            .await
            .map_err(broken)?;
        session.insert(sessions::DAY, day).await.map_err(broken)?;
        self.confirm().await
    }

    async fn sign_out(&self) -> Stored<()> {
        let guest = self.cookies.guest(&cookies::new_guest(&*self.chance));
        self.append(header::SET_COOKIE, &guest);
        self.session.flush().await.map_err(broken)
    }

    fn pass_on(&self, secret: &str) {
        self.append(header::SET_COOKIE, &self.cookies.passing(secret, 300));
    }

    fn passed_on(&self) -> Option<String> {
        self.cookies.passed(&self.headers)
    }

    fn forget_passed_on(&self) {
        self.append(header::SET_COOKIE, &self.cookies.passing("", 0));
    }

    fn hand_back(&self, fields: &Fields, error: &AppError) {
        if let Ok(mut slot) = self.arrival.hand_back.lock() {
            *slot = Some((fields.clone(), error.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_kind_only() {
        let name = |agent: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().expect("a header"));
            device_name(&headers)
        };
        let phone = "Mozilla/5.0 (Linux; Android 13; SM-A136B Build/TP1A) AppleWebKit/537.36 \
                     (KHTML, like Gecko) Chrome/120.0.6099.43 Mobile Safari/537.36";
        assert_eq!(name(phone), "Chrome on Android");
        assert_eq!(name("canary <script>"), "A browser");
    }
}
