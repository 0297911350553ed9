//! What a browser may keep for when there is no connection, and for whom.
//!
//! The service worker (`worker/`) keeps no page of its own accord. An answer
//! says `Chorus-Keep: public` when it is the same for everyone, `private` when
//! it is one person's; and `Chorus-Writer` says by a mark who that person is, so
//! that what is one person's goes as soon as somebody else is there.

use crate::{
    App,
    cookies::Cookies,
    pages::{Address, is_page},
    sessions,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{accounts::guests, actor::Writer, ids::MemberId, once};
use sha2::{Digest, Sha256};
use tower_sessions::Session;

const KEEP: HeaderName = HeaderName::from_static("chorus-keep");

/// By which mark a browser knows whoever writes on it; on a request, whose words
/// it brings.
pub const WRITER: HeaderName = HeaderName::from_static("chorus-writer");

/// Pages that are no one else's, and are of use without a connection: people
/// write on them.
const TO_WRITE_ON: [&str; 3] = ["/stories/new", "/rituals/new", "/help/ask"];

/// What the app needs to run in a browser, as the build left it: JSON.
const PARTS: &str = include_str!(concat!(env!("OUT_DIR"), "/parts.json"));

const WORKER: &str = concat!(
    include_str!("worker/memory.js"),
    include_str!("worker/pages.js"),
    include_str!("worker/outbox.js"),
    include_str!("worker/push.js"),
    include_str!("worker/start.js"),
);

/// `/sw.js`: the service worker of this build, or the one that takes it away.
pub async fn worker(State(app): State<App>, headers: HeaderMap) -> Response {
    let text = if app.keeps_offline {
        let base = app.files.place().address("");
        // While files may change under one's feet, none is kept beforehand.
        let parts = if base.is_empty() { "[]" } else { PARTS };
        format!(
            "const BUILD = {{ id: \"{}\", base: \"{base}\", parts: {parts} }};\n{}",
            app.files.digest(),
            WORKER
        )
    } else {
        include_str!("gone.js").to_owned()
    };
    // Weak: the same text is sent packed and as it is.
    let tag = format!("W/\"{:x}\"", Sha256::digest(&text));
    let said = [
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::CONTENT_TYPE, "text/javascript".to_owned()),
        (header::ETAG, tag.clone()),
    ];
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes().ends_with(tag.as_bytes()));
    if is_known {
        (StatusCode::NOT_MODIFIED, said).into_response()
    } else {
        (said, text).into_response()
    }
}

/// The session was asked, and nobody is signed in by it.
#[derive(Clone, Copy)]
struct Nobody;

/// Says on pages and after every form who is signed in now. Help asks nobody.
pub async fn name_member(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_asked = match *request.method() {
        Method::GET => !path.starts_with("/api/") && path != "/help",
        Method::POST => true,
        _ => false,
    };
    let session = request.extensions().get::<Session>().cloned();
    let mut response = next.run(request).await;
    let Some(session) = session.filter(|_| is_asked) else {
        return response;
    };
    match session.get::<String>(sessions::MEMBER).await {
        Ok(Some(id)) => {
            if let Ok(id) = id.parse::<MemberId>() {
                write_mark(response.headers_mut(), Writer::Member(id));
            }
        }
        Ok(None) => {
            response.extensions_mut().insert(Nobody);
        }
        // Nobody knows: the browser goes on with what it knew.
        Err(_) => {}
    }
    response
}

/// Says on an answer to nobody's request which guest the browser is.
pub fn name_guest(response: &mut Response, cookies: &Cookies, secret: &str) {
    if response.extensions_mut().remove::<Nobody>().is_some() {
        let given = cookies.guest_given(response.headers());
        let secret = given.map_or_else(|| secret.to_owned(), |guest| guest.secret);
        let guest = guests::from_secret(&secret);
        write_mark(response.headers_mut(), Writer::Guest(guest));
    }
}

/// Lets a page that was made for one person be kept for that person.
pub fn let_keep(response: &mut Response, method: &Method, uri: &Uri) {
    let is_good = response.status() == StatusCode::OK && is_page(response.headers());
    if is_good && *method == Method::GET && is_worth_keeping(uri) {
        let headers = response.headers_mut();
        headers.insert(KEEP, HeaderValue::from_static("private"));
    }
}

fn is_worth_keeping(uri: &Uri) -> bool {
    Address::of(uri).is_some_and(|address| address.asks_store())
        || uri.query().is_none() && TO_WRITE_ON.contains(&uri.path())
}

/// What an answer with a finished page says, to the guest with this secret.
pub fn on_finished(headers: &mut HeaderMap, secret: &str, is_good: bool) {
    write_mark(headers, Writer::Guest(guests::from_secret(secret)));
    if is_good {
        headers.insert(KEEP, HeaderValue::from_static("public"));
    }
}

fn write_mark(headers: &mut HeaderMap, writer: Writer) {
    if let Ok(mark) = HeaderValue::from_str(&once::mark(writer)) {
        headers.insert(WRITER, mark);
    }
}
