//! Finished pages for people who have written nothing here: one render, and
//! the same bytes for everyone until something changes.
//!
//! What is kept says nothing of anybody. It is rendered for nobody, without
//! cookies, and of all that the render says only the bytes and their kind are
//! taken. Who has a session, or has ever sent a form on this browser, gets pages
//! of their own: a guest's comment waits for review, and its guest sees it.

mod address;
mod edition;
mod encoding;
mod finished;

use crate::{App, cookies, metrics, offline};
pub(crate) use address::Address;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{clock::Clock, store::Store};
use edition::{Edition, Editions};
use encoding::Encoding;
use finished::Finished;
use http_body_util::BodyExt;
use moka::{future::Cache, policy::EvictionPolicy};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The most that all finished pages take up together, in bytes.
const ROOM: u64 = 32 * 1024 * 1024;

/// After this no page can be asked for any more: its edition has passed.
const DISCARDED_AFTER: Duration = Duration::from_millis(edition::LONGEST.unsigned_abs() * 2);

/// Marks a request that is rendered for everyone.
#[derive(Debug, Clone, Copy)]
pub struct ForEveryone;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    address: Address,
    edition: Edition,
    encoding: Encoding,
}

/// A render that is not kept: whoever waited for it gets it all the same, if
/// it is a page at all.
#[derive(Debug, Clone)]
struct NotKept(Option<Arc<Finished>>);

/// What the finished pages were asked for since the program began.
#[derive(Debug, Default)]
pub struct Figures {
    hits: AtomicU64,
    misses: AtomicU64,
    renders: AtomicU64,
}

impl Figures {
    /// Requests that found their page finished.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// Requests that had to wait for it.
    pub fn misses(&self) -> u64 {
        self.misses.load(Ordering::Relaxed)
    }

    /// Pages that were rendered for them.
    pub fn renders(&self) -> u64 {
        self.renders.load(Ordering::Relaxed)
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The finished pages.
pub struct Pages {
    kept: Cache<Key, Arc<Finished>>,
    editions: Editions,
    figures: Figures,
}

impl Pages {
    /// None yet.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let kept = Cache::builder()
            .max_capacity(ROOM)
            .weigher(|_, page: &Arc<Finished>| u32::try_from(page.size()).unwrap_or(u32::MAX))
            // Not by how often something was asked for: that would hold on to
            // pages whose edition has passed.
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(DISCARDED_AFTER)
            .build();
        Self {
            kept,
            editions: Editions::new(store, clock),
            figures: Figures::default(),
        }
    }

    /// What they were asked for.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The bytes that they take up now, about.
    pub async fn size(&self) -> u64 {
        self.kept.run_pending_tasks().await;
        self.kept.weighted_size()
    }

    /// The same, as it was counted last.
    pub fn weighed(&self) -> u64 {
        self.kept.weighted_size()
    }

    /// How many pages there were when they were counted last.
    pub fn counted(&self) -> u64 {
        self.kept.entry_count()
    }

    /// How many pages there are, each encoding for itself.
    pub async fn len(&self) -> u64 {
        self.kept.run_pending_tasks().await;
        self.kept.entry_count()
    }

    /// Is there none?
    pub async fn is_empty(&self) -> bool {
        self.len().await == 0
    }

    /// The page, kept or rendered by `next`; none if it cannot be made for
    /// everyone.
    async fn page(
        &self,
        address: Address,
        encoding: Encoding,
        next: &Next,
    ) -> Option<Arc<Finished>> {
        let edition = self.editions.present(&address).await;
        let edition = edition
            .inspect_err(|error| tracing::warn!(%error, "the version of pages is not known"))
            .ok()?;
        let key = Key {
            address,
            edition,
            encoding,
        };
        if let Some(page) = self.kept.get(&key).await {
            count(&self.figures.hits);
            return Some(page);
        }
        count(&self.figures.misses);
        let next = next.clone();
        let made = match encoding {
            Encoding::Identity => self.plain(key, next).await,
            _ => self.packed(key, next).await,
        };
        made.map_or_else(|not_kept| not_kept.0.clone(), Some)
    }

    /// The page in an encoding. Many who ask at once wait for one.
    async fn packed(&self, key: Key, next: Next) -> Result<Arc<Finished>, Arc<NotKept>> {
        let plain = Key {
            encoding: Encoding::Identity,
            ..key.clone()
        };
        let encoding = key.encoding;
        let packing = async {
            let plain = match self.plain(plain, next).await {
                Ok(page) => page,
                Err(not_kept) => return Err((*not_kept).clone()),
            };
            tokio::task::spawn_blocking(move || plain.packed(encoding).map(Arc::new))
                .await
                .map_err(|_| NotKept(None))?
                .map_err(|_| NotKept(None))
        };
        self.kept.try_get_with(key, packing).await
    }

    /// The page as plain bytes. Many who ask at once wait for one render.
    async fn plain(&self, key: Key, next: Next) -> Result<Arc<Finished>, Arc<NotKept>> {
        let address = key.address.clone();
        let rendering = async {
            count(&self.figures.renders);
            let page = Finished::from(next.run(for_everyone(&address)).await)
                .await
                .map(Arc::new);
            match page {
                Some(page) if page.is_good() => Ok(page),
                other => Err(NotKept(other)),
            }
        };
        self.kept.try_get_with(key, rendering).await
    }
}

/// Is the answer a page?
pub fn is_page(headers: &HeaderMap) -> bool {
    is_of_kind(headers, "text/html")
}

fn is_of_kind(headers: &HeaderMap, kind: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|found| found.as_bytes().starts_with(kind.as_bytes()))
}

/// A request by nobody.
fn for_everyone(address: &Address) -> Request {
    let mut request = Request::new(Body::empty());
    if let Ok(uri) = address.as_str().parse() {
        *request.uri_mut() = uri;
    }
    request
        .headers_mut()
        .insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    request.extensions_mut().insert(ForEveryone);
    request
}

/// What is packed: text, in one piece.
const PACKED: [&str; 5] = [
    "text/html",
    "text/javascript",
    "application/json",
    "application/atom+xml",
    "application/xml",
];

/// Shorter answers fit into one packet anyway, in bytes.
const WORTH_PACKING: usize = 512;

/// Packs an answer that is not kept. In one piece, and so smaller than one that
/// is packed while it comes.
pub async fn pack(request: Request, next: Next) -> Response {
    let encoding = Encoding::best(request.headers());
    let response = next.run(request).await;
    let is_packed = response.headers().contains_key(header::CONTENT_ENCODING);
    let is_text = PACKED
        .iter()
        .any(|kind| is_of_kind(response.headers(), kind));
    if is_packed || !is_text {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    parts
        .headers
        .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    let Some(name) = encoding.name() else {
        return Response::from_parts(parts, body);
    };
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            tracing::error!(%error, "an answer ended early");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    if body.len() < WORTH_PACKING {
        return Response::from_parts(parts, body.into());
    }
    let Ok(packed) = encoding.pack(&body) else {
        return Response::from_parts(parts, body.into());
    };
    let headers = &mut parts.headers;
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    headers.insert(header::CONTENT_LENGTH, packed.len().into());
    Response::from_parts(parts, packed.into())
}

/// Answers with a finished page whoever may have one; makes it, if there is
/// none yet. It stands before everything else: whoever finds a page finished
/// waits for nothing more.
pub async fn answer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let guest = app.cookies.guest_of(request.headers());
    let is_stranger = !app.cookies.has_session(request.headers())
        && !guest.as_ref().is_some_and(|guest| guest.has_written);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let address = (is_stranger && reads)
        .then(|| Address::of(request.uri()))
        .flatten();
    let Some(address) = address else {
        return next.run(request).await;
    };
    let begun = Instant::now();
    let encoding = Encoding::best(request.headers());
    let Some(page) = app.finished.page(address, encoding, &next).await else {
        return next.run(request).await;
    };
    let mut response = page.answer(request.method(), request.headers());
    // The cookie is this browser's own; it is no part of what is kept.
    let secret = match guest {
        Some(guest) => guest.secret,
        None => {
            let guest = cookies::new_guest(&*app.house.chance);
            if let Ok(cookie) = HeaderValue::from_str(&app.cookies.guest(&guest)) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            guest.secret
        }
    };
    offline::on_finished(response.headers_mut(), &secret, page.is_good());
    metrics::answered(
        app.metrics.as_deref(),
        page.route(),
        request.uri().path(),
        request.method(),
        &response,
        begun,
    );
    response
}
