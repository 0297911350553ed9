use super::{encoding::Encoding, is_page};
use crate::headers::{ON_EVERYTHING, content_policy};
use axum::{
    body::{Body, Bytes},
    extract::MatchedPath,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose};
use http_body_util::{BodyExt, Limited};
use sha2::{Digest, Sha256};
use std::io;

/// The longest page, in bytes; the longest thread is far below it.
const LONGEST: usize = 8 * 1024 * 1024;

/// What is kept beside the bytes of a page, about, in bytes.
const BESIDE: usize = 2048;

/// Headers that a page brings along itself. No other leaves with it: whatever
/// else its render said was said to nobody.
const ITS_OWN: [HeaderName; 3] = [
    header::CONTENT_TYPE,
    header::STRICT_TRANSPORT_SECURITY,
    HeaderName::from_static("x-robots-tag"),
];

/// Headers that say of a page what they said before, without the page.
const ON_NOT_MODIFIED: [HeaderName; 5] = [
    header::ETAG,
    header::VARY,
    header::CACHE_CONTROL,
    // A browser puts the headers of this answer on the copy that it has: the
    // policy must stay the one that lets the page's data run.
    header::CONTENT_SECURITY_POLICY,
    HeaderName::from_static("x-robots-tag"),
];

/// A page as it leaves: the same for everyone.
#[derive(Debug, Clone)]
pub struct Finished {
    status: StatusCode,
    headers: HeaderMap,
    /// What is said to a browser that has these very bytes.
    unchanged: HeaderMap,
    body: Bytes,
    route: Option<MatchedPath>,
}

impl Finished {
    /// Finishes what was rendered for nobody; none if it is no page.
    pub async fn from(rendered: Response) -> Option<Self> {
        let (parts, body) = rendered.into_parts();
        if !is_page(&parts.headers) || parts.status.is_redirection() {
            return None;
        }
        let body = Limited::new(body, LONGEST).collect().await.ok()?.to_bytes();
        let inline = inline_scripts(std::str::from_utf8(&body).ok()?)?;
        let policy = content_policy(&inline.into_iter().map(source_of).collect::<Vec<_>>());
        let mut headers = HeaderMap::new();
        let everything = ON_EVERYTHING.map(|(name, _)| name);
        for name in ITS_OWN.into_iter().chain(everything) {
            if let Some(value) = parts.headers.get(&name) {
                headers.insert(name, value.clone());
            }
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.parse().ok()?);
        for (name, value) in [
            // A browser keeps it and asks each time whether it is still good. A
            // proxy keeps nothing: the same address is another page for a member.
            (header::CACHE_CONTROL, "private, no-cache"),
            (header::VARY, "Accept-Encoding, Cookie"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let mut page = Self {
            status: parts.status,
            headers,
            unchanged: HeaderMap::new(),
            body,
            route: parts.extensions.get().cloned(),
        };
        page.describe_body()?;
        Some(page)
    }

    /// Is it the page, and not a word about why there is none?
    pub fn is_good(&self) -> bool {
        self.status == StatusCode::OK
    }

    /// The same page, packed.
    pub fn packed(&self, encoding: Encoding) -> io::Result<Self> {
        let mut page = self.clone();
        page.body = encoding.pack(&self.body)?.into();
        if let Some(name) = encoding.name() {
            let name = HeaderValue::from_static(name);
            page.headers.insert(header::CONTENT_ENCODING, name);
        }
        page.describe_body()
            .ok_or_else(|| io::Error::other("a page has no description"))?;
        Ok(page)
    }

    /// Its length, and its tag: strong, so another one for other bytes.
    fn describe_body(&mut self) -> Option<()> {
        let length = HeaderValue::from(self.body.len());
        self.headers.insert(header::CONTENT_LENGTH, length);
        if self.is_good() {
            let digest = Sha256::digest(&self.body);
            let tag = general_purpose::URL_SAFE_NO_PAD.encode(&digest[..16]);
            let tag = format!("\"{tag}\"").parse().ok()?;
            self.headers.insert(header::ETAG, tag);
        }
        self.unchanged = ON_NOT_MODIFIED
            .into_iter()
            .filter_map(|name| Some((name.clone(), self.headers.get(name)?.clone())))
            .collect();
        Some(())
    }

    /// The route that it was rendered by; none if there is nothing at its
    /// address.
    pub fn route(&self) -> Option<&MatchedPath> {
        self.route.as_ref()
    }

    /// What it takes up, in bytes.
    pub fn size(&self) -> usize {
        self.body.len() + BESIDE
    }

    /// The answer to a request for it.
    pub fn answer(&self, method: &Method, asked: &HeaderMap) -> Response {
        if self.is_known(asked) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = self.unchanged.clone();
            return response;
        }
        let body = match *method {
            Method::HEAD => Body::empty(),
            _ => Body::from(self.body.clone()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }

    /// Does the browser have these very bytes?
    fn is_known(&self, asked: &HeaderMap) -> bool {
        let Some(tag) = self.headers.get(header::ETAG) else {
            return false;
        };
        asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|known| known.trim().trim_start_matches("W/"))
            .any(|known| known == "*" || known.as_bytes() == tag.as_bytes())
    }
}

/// The scripts that hold the page's data: the framework writes them after the
/// document, and nothing else stands there. None if something else does; then
/// the page is not kept, so that no script that came in by another way is ever
/// allowed to run.
fn inline_scripts(html: &str) -> Option<Vec<&str>> {
    let end = "</html>";
    let mut rest = &html[html.rfind(end)? + end.len()..];
    let mut scripts = Vec::new();
    loop {
        rest = rest.trim_start_matches("<!>").trim_start();
        if rest.is_empty() {
            return Some(scripts);
        }
        let (script, after) = rest.strip_prefix("<script>")?.split_once("</script>")?;
        scripts.push(script);
        rest = after;
    }
}

/// A script's source in the content policy.
fn source_of(script: &str) -> String {
    let digest = Sha256::digest(script);
    format!("sha256-{}", general_purpose::STANDARD.encode(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_after_the_document_is_data() {
        let page = "<html><p title=\"<script>x</script>\"></p></html>";
        assert_eq!(inline_scripts(page), Some(vec![]));
        let data = format!("{page}<!><script>a=1;</script><script>b=2;</script>");
        assert_eq!(inline_scripts(&data), Some(vec!["a=1;", "b=2;"]));
        for other in ["<p>", "<script src=x></script>", "<script>", "text"] {
            assert_eq!(inline_scripts(&format!("{data}{other}")), None, "{other}");
        }
        assert_eq!(inline_scripts("<p>no document</p>"), None);
    }

    #[test]
    fn a_script_is_named_as_browsers_name_it() {
        // The example of the standard (CSP Level 3).
        assert_eq!(
            source_of("alert('Hello, world.');"),
            "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
        );
    }
}
