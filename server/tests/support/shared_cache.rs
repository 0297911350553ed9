//! A shared cache in front of the house, as a proxy or a company's gateway may
//! be: it keeps whatever RFC 9111 lets it keep, for as long as it can.
//!
//! It leans to the careless side wherever the standard leaves a choice: what is
//! fresh once is fresh for ever, an answer that says nothing may be kept, and a
//! cookie in an answer is kept with it.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::Response,
};
use http_body_util::BodyExt;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// What the cache did, and what it holds.
#[derive(Default)]
pub struct SharedCache {
    kept: Mutex<HashMap<String, Vec<Kept>>>,
    /// Answers that came from here.
    pub hits: Mutex<usize>,
    careless: bool,
}

#[derive(Clone)]
struct Kept {
    /// The request's fields by which answers differ, as they were.
    varied: Vec<(HeaderName, Option<HeaderValue>)>,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The house behind the cache.
pub fn behind(cache: Arc<SharedCache>, house: Router) -> Router {
    house.layer(middleware::from_fn_with_state(cache, pass))
}

async fn pass(State(cache): State<Arc<SharedCache>>, mut request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let address = request.uri().to_string();
    let asked = request.headers().clone();
    let kept = cache.find(&address, &asked);
    if let Some(kept) = &kept {
        if cache.careless || is_fresh(&kept.headers) {
            return cache.hit(kept);
        }
        if let Some(tag) = kept.headers.get(header::ETAG) {
            let tags = request.headers_mut();
            tags.append(header::IF_NONE_MATCH, tag.clone());
        }
    }
    let answer = next.run(request).await;
    if let Some(kept) = &kept
        && answer.status() == StatusCode::NOT_MODIFIED
        && answer.headers().get(header::ETAG) == kept.headers.get(header::ETAG)
    {
        return cache.hit(kept);
    }
    cache.keep(address, &asked, answer).await
}

impl SharedCache {
    /// One that takes no notice of `no-store`, `private` and `Vary`: to prove that
    /// a leak would be found.
    pub fn careless() -> Self {
        Self {
            careless: true,
            ..Self::default()
        }
    }

    fn find(&self, address: &str, asked: &HeaderMap) -> Option<Kept> {
        let kept = self.kept.lock().expect("the cache");
        let fits = |kept: &&Kept| {
            let mut varied = kept.varied.iter();
            self.careless || varied.all(|(name, value)| asked.get(name) == value.as_ref())
        };
        kept.get(address)?.iter().rev().find(fits).cloned()
    }

    fn hit(&self, kept: &Kept) -> Response {
        *self.hits.lock().expect("the count") += 1;
        let mut answer = Response::new(Body::from(kept.body.clone()));
        *answer.status_mut() = kept.status;
        *answer.headers_mut() = kept.headers.clone();
        answer
    }

    async fn keep(&self, address: String, asked: &HeaderMap, answer: Response) -> Response {
        if !(self.careless || may_keep(answer.status(), answer.headers())) {
            return answer;
        }
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        let varied = words(&parts.headers, header::VARY)
            .filter_map(|name| name.parse::<HeaderName>().ok())
            .map(|name| (name.clone(), asked.get(&name).cloned()))
            .collect();
        let kept = Kept {
            varied,
            status: parts.status,
            headers: parts.headers.clone(),
            body: body.clone(),
        };
        let mut all = self.kept.lock().expect("the cache");
        all.entry(address).or_default().push(kept);
        Response::from_parts(parts, Body::from(body))
    }
}

/// The words of a list in a header, in lower case.
fn words(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|word| word.trim().to_ascii_lowercase())
        .collect::<Vec<_>>()
        .into_iter()
}

fn says(headers: &HeaderMap, what: &str) -> bool {
    words(headers, header::CACHE_CONTROL).any(|word| word.split('=').next() == Some(what))
}

/// May a shared cache keep it (RFC 9111, section 3)?
fn may_keep(status: StatusCode, headers: &HeaderMap) -> bool {
    let known = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];
    known.contains(&status.as_u16())
        && !says(headers, "no-store")
        && !says(headers, "private")
        && !words(headers, header::VARY).any(|word| word == "*")
}

/// May it be given without asking (section 4.2)?
fn is_fresh(headers: &HeaderMap) -> bool {
    let lives = |what: &str| {
        let mut words = words(headers, header::CACHE_CONTROL);
        words.find_map(|word| word.strip_prefix(what)?.parse::<u64>().ok())
    };
    !says(headers, "no-cache") && lives("s-maxage=").or(lives("max-age=")) != Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{response::IntoResponse, routing::get};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::ServiceExt;

    /// Asks twice with these cookies, of a house that counts and answers with
    /// these headers; the two bodies.
    async fn twice(headers: &[(&'static str, &'static str)], cookies: [&str; 2]) -> [String; 2] {
        let count = Arc::new(AtomicUsize::new(0));
        let headers: Vec<_> = headers.to_vec();
        let answer = move |asked: HeaderMap| {
            let number = count.fetch_add(1, Ordering::SeqCst);
            let headers = headers.clone();
            async move {
                let tag = asked.get("if-none-match").cloned();
                let mut answer = match tag {
                    Some(_) => StatusCode::NOT_MODIFIED.into_response(),
                    None => format!("answer {number}").into_response(),
                };
                for (name, value) in headers {
                    answer
                        .headers_mut()
                        .append(name, HeaderValue::from_static(value));
                }
                answer
            }
        };
        let house = behind(Arc::default(), Router::new().route("/", get(answer)));
        let mut seen = [String::new(), String::new()];
        for (seen, cookie) in seen.iter_mut().zip(cookies) {
            let request = Request::get("/").header("cookie", cookie);
            let request = request.body(Body::empty()).expect("a request");
            let answer = house.clone().oneshot(request).await.expect("an answer");
            let body = answer.into_body().collect().await.expect("a body");
            *seen = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        }
        seen
    }

    #[tokio::test]
    async fn it_keeps_what_it_may_and_nothing_else() {
        let (same, other) = (["a=1", "a=1"], ["a=1", "a=2"]);
        let kept = ["answer 0".to_owned(), "answer 0".to_owned()];
        let asked = ["answer 0".to_owned(), "answer 1".to_owned()];
        for headers in [
            &[][..],
            &[("cache-control", "max-age=60")],
            &[("cache-control", "public, max-age=31536000, immutable")],
            &[("cache-control", "no-cache"), ("etag", "\"a\"")],
            &[("cache-control", "max-age=0"), ("etag", "\"a\"")],
            &[("set-cookie", "a=3")],
        ] {
            assert_eq!(twice(headers, other).await, kept, "{headers:?}");
        }
        for headers in [
            &[("cache-control", "no-store")][..],
            &[("cache-control", "private, max-age=60")],
            &[("cache-control", "private, no-cache"), ("etag", "\"a\"")],
            &[("cache-control", "no-cache")],
            &[("vary", "*")],
        ] {
            assert_eq!(twice(headers, same).await, asked, "{headers:?}");
        }
        let varied = [("vary", "Accept-Encoding, Cookie")];
        assert_eq!(twice(&varied, same).await, kept);
        assert_eq!(twice(&varied, other).await, asked);
    }
}
