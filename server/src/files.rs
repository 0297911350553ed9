//! Style, scripts and icons: what a browser may keep for ever, and the same at
//! plain addresses.
//!
//! A page names them under the id of its build, `/site/ID/…`. The id is a
//! digest of all of them together, since split WASM names its parts itself: one
//! byte in one part, and every address is another one. An address under an id
//! that is not the present one leads nowhere, so that nothing new is ever taken
//! for something old.
//!
//! At their plain addresses they are asked for anew each time: for the service
//! worker, for what looks for icons at fixed places, and for pages of a release
//! that named them so.

#[cfg(test)]
#[path = "build_id.rs"]
mod build_id;

use app::ui::SiteFiles;
use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use memory_serve::{CacheControl, MemoryServe};
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NOT_AT_ALL: HeaderValue = HeaderValue::from_static("no-store");

/// The files of the site.
#[derive(Clone)]
pub struct Files {
    plain: Router,
    /// None while they may change under the program's feet.
    id: Option<Arc<str>>,
}

impl Files {
    /// Those that the program was built with. A debug build reads them from
    /// their folder, where the next build changes them: they have no id.
    pub fn embedded() -> Self {
        let id = (!cfg!(debug_assertions)).then_some(env!("CHORUS_SITE_ID"));
        Self::new(id, memory_serve::load!())
    }

    /// Any files, and the id of them all.
    pub fn new(id: Option<&str>, files: MemoryServe) -> Self {
        let plain = files
            .index_file(None)
            // It would pack all of them at the start, before anybody asks. Few
            // browsers take gzip and no brotli: for them it is done each time.
            .enable_gzip(false)
            .cache_control(CacheControl::NoCache)
            .html_cache_control(CacheControl::NoCache)
            .into_router()
            .layer(CompressionLayer::new());
        Self {
            plain,
            id: id.map(Arc::from),
        }
    }

    /// What they are all together, whether or not pages name it.
    pub fn digest(&self) -> &str {
        self.id.as_deref().unwrap_or(env!("CHORUS_SITE_ID"))
    }

    /// Where pages find them.
    pub fn place(&self) -> SiteFiles {
        self.id
            .as_deref()
            .map(|id| SiteFiles::under(format!("/site/{id}")))
            .unwrap_or_default()
    }

    /// Answers at both kinds of address.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/site/{id}/{*path}", get(of_a_build))
            .with_state(self.clone())
            .merge(self.plain.clone())
    }
}

async fn of_a_build(
    State(files): State<Files>,
    Path((id, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    if files.id.as_deref() != Some(&id) {
        return gone();
    }
    // A request of its own: what the first router found out about this one is
    // not true there.
    let mut plain = Request::new(Body::empty());
    let Ok(address) = format!("/{path}").parse::<Uri>() else {
        return gone();
    };
    *plain.uri_mut() = address;
    *plain.method_mut() = request.method().clone();
    *plain.headers_mut() = request.headers().clone();
    let Ok(mut answer) = files.plain.clone().oneshot(plain).await;
    if !matches!(answer.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        return gone();
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, FOR_EVER);
    answer
}

fn gone() -> Response {
    let headers = [(header::CACHE_CONTROL, NOT_AT_ALL)];
    (StatusCode::NOT_FOUND, headers, "no such file\n").into_response()
}

#[cfg(test)]
mod tests {
    use super::build_id::of_folder;
    use std::fs;

    #[test]
    fn one_byte_of_one_chunk_changes_the_id() {
        let folder = tempfile::tempdir().expect("a folder");
        let site = folder.path();
        let put = |name: &str, text: &str| fs::write(site.join(name), text).expect("written");
        let id = || of_folder(site).expect("an id");
        let empty = id();
        fs::create_dir(site.join("pkg")).expect("a folder");
        put("start.js", "import");
        put("pkg/chorus.js", "chunk_1.wasm");
        put("pkg/chunk_1.wasm", "abc");
        let first = id();
        assert_ne!(first, empty);
        assert_eq!(id(), first, "the same again");
        assert!(first.len() == 16 && first.bytes().all(|b| b.is_ascii_hexdigit()));
        put("pkg/chunk_1.wasm", "abd");
        let second = id();
        assert_ne!(second, first);
        put("pkg/chunk_1.wasm", "abc");
        assert_eq!(id(), first, "as before");
        fs::rename(site.join("pkg/chunk_1.wasm"), site.join("pkg/chunk_2.wasm")).expect("renamed");
        assert_ne!(id(), first, "by another name");
        fs::rename(site.join("pkg/chunk_2.wasm"), site.join("chunk_1.wasm")).expect("moved");
        assert_ne!(id(), first, "in another place");
        assert!(of_folder(&site.join("nowhere")).is_err());
    }

    #[test]
    fn what_leaves_one_file_does_not_pass_into_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let id = |one: &str, two: &str| {
            fs::write(folder.path().join("a"), one).expect("written");
            fs::write(folder.path().join("b"), two).expect("written");
            of_folder(folder.path()).expect("an id")
        };
        assert_ne!(id("xy", ""), id("x", "y"));
    }
}
