//! What every answer says about itself: who may show it, run it and keep it.

use crate::{App, cookies, exchange::Arrival, offline, pages::is_page, problem};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::percent_decode_str;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

/// The content policy. Only files of our own run, and the scripts in the page
/// that hold its data: `inline` are their sources, by nonce or by hash.
pub fn content_policy(inline: &[String]) -> String {
    let inline: String = inline.iter().map(|source| format!(" '{source}'")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{inline}; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Names the request, finds the guest, and puts the headers on the answer.
pub async fn arrive(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(clean) = without_forged_error(request.uri()) {
        return Redirect::to(&clean).into_response();
    }
    let known = app.cookies.guest_of(request.headers());
    let signed_in = app.cookies.has_session(request.headers());
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| *peer);
    let mut guest = known
        .clone()
        .unwrap_or_else(|| cookies::new_guest(&*app.house.chance));
    let arrival = Arrival {
        guest: guest.secret.clone(),
        origin: app.pace.origin(peer, request.headers()),
        id: cookies::secret(&*app.house.chance)[..12].to_owned(),
        hand_back: Arc::new(Mutex::new(None)),
    };
    request.extensions_mut().insert(arrival.clone());
    let asked_by_page = crate::exchange::wants_page(request.headers());
    let method = request.method().clone();
    let uri = request.uri().clone();
    let path = uri.path();
    let response = next.run(request).await;
    let mut response = problem::mend(response, &arrival, path, &method, asked_by_page, &app).await;
    offline::name_guest(&mut response, &app.cookies, &guest.secret);
    offline::let_keep(&mut response, &method, &uri);
    let headers = response.headers_mut();
    let is_page = is_page(headers);
    guest.has_written |= method == Method::POST;
    let is_news = known.as_ref() != Some(&guest);
    if is_news && (is_page || method == Method::POST) {
        let changed = app.cookies.guest_given(headers).is_some();
        if !changed && let Ok(cookie) = HeaderValue::from_str(&app.cookies.guest(&guest)) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    let is_secret = path.starts_with("/help/");
    let cache = if signed_in || is_secret || path.starts_with("/api/") {
        "no-store"
    } else {
        "private, no-cache"
    };
    put(headers, header::CACHE_CONTROL, cache);
    if is_secret || !app.house.settings.indexed && !is_public_writing(path) {
        put(headers, HeaderName::from_static("x-robots-tag"), "noindex");
    }
    response
}

/// Turns away who asks for another server, by `CONNECT` or by an address without
/// a path. No browser does, and the framework reads the path of whatever comes.
pub async fn only_this_server(request: Request, next: Next) -> Response {
    if request.method() == Method::CONNECT || request.uri().path_and_query().is_none() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(request).await
}

/// The framework shows an error that stands in an address as if it had just
/// happened. Chorus never writes one there, so whoever did was somebody else.
fn without_forged_error(address: &Uri) -> Option<String> {
    let query = address.query()?;
    let (forged, own): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_decode_str(name).decode_utf8_lossy() == "__err"
    });
    if forged.is_empty() {
        return None;
    }
    let path = format!("/{}", address.path().trim_start_matches('/'));
    Some(if own.is_empty() {
        path
    } else {
        format!("{path}?{}", own.join("&"))
    })
}

/// A page that is someone's own and may show what was typed is not compressed:
/// its length would tell (BREACH).
pub async fn keep_lengths_quiet(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    if app.cookies.has_session(request.headers()) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.run(request).await
}

/// Articles and what explains the house may be found by search engines.
fn is_public_writing(path: &str) -> bool {
    ["/", "/help", "/series", "/privacy", "/rules", "/guide"].contains(&path)
        || path.starts_with("/series/")
}

/// What even files and machines' answers say.
pub const ON_EVERYTHING: [(HeaderName, HeaderValue); 6] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Not `no-referrer`: browsers then send `Origin: null`.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        ),
    ),
];

/// Puts on each answer what all of them say.
pub async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_policy(&[]))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in ON_EVERYTHING {
        headers.insert(name, value);
    }
    if app.cookies.secure {
        put(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000",
        );
    }
    response
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
