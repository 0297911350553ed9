//! Style, scripts and icons: kept for ever under the id of their build.

use crate::support::{Answer, Browser, TestApp};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use memory_serve::{Asset, MemoryServe};
use server::files::Files;
use std::collections::BTreeSet;

const ID: &str = "0a1b2c3d4e5f6071";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What a build leaves, in small.
const SITE: [(&str, &str); 8] = [
    ("/pkg/chorus.css", "text/css"),
    ("/pkg/chorus.js", "text/javascript"),
    ("/pkg/chorus.wasm", "application/wasm"),
    ("/pkg/chunk_1.wasm", "application/wasm"),
    ("/start.js", "text/javascript"),
    ("/register-sw.js", "text/javascript"),
    ("/icons.svg", "image/svg+xml"),
    ("/leave.js", "text/javascript"),
];

fn site() -> MemoryServe {
    let asset = |(route, content_type): (&'static str, &'static str)| Asset {
        route,
        path: "",
        etag: route,
        content_type,
        bytes: Some(Box::leak(route.repeat(40).into_bytes().into_boxed_slice())),
        is_compressed: false,
        should_compress: true,
    };
    let assets: Vec<Asset> = SITE.into_iter().map(asset).collect();
    MemoryServe::new(assets.leak())
        .enable_brotli(true)
        .enable_gzip(true)
}

/// A house as it is after a release build.
async fn released() -> TestApp {
    let mut app = TestApp::new().await;
    app.app.files = Files::new(Some(ID), site());
    app.router = server::router(app.app.clone());
    app
}

async fn ask(browser: &mut Browser, address: &str, headers: &[(&str, &str)]) -> Answer {
    browser
        .ask(Method::GET, address, headers, Body::empty())
        .await
}

/// Every file that a page names, whoever it belongs to.
fn files_on(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in [" href=\"", " src=\""] {
        for rest in page.split(name).skip(1) {
            let address = rest.split(['"', '#']).next().unwrap_or_default();
            let file = address.rsplit('/').next().unwrap_or_default();
            if address.starts_with('/') && file.contains('.') && !file.ends_with(".atom") {
                found.insert(address.to_owned());
            }
        }
    }
    found
}

/// Files that are looked for at fixed places, by whatever installs the house or
/// shows its icon.
const FIXED: [&str; 3] = [
    "/favicon.svg",
    "/apple-touch-icon.png",
    "/manifest.webmanifest",
];

#[tokio::test]
async fn every_file_that_a_page_names_is_of_this_build_and_kept_for_ever() {
    let app = released().await;
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let mut guest = app.guest();
    let mut pages = Vec::new();
    for path in [
        "/",
        "/help",
        "/stories",
        &story.page,
        "/sign-in",
        "/nowhere",
    ] {
        pages.push(guest.get(path).await);
        pages.push(ana.get(path).await);
    }
    // A page that is made without the app.
    let odd = guest.post_without_following("/api/nothing/here", &[]).await;
    assert!(odd.status.is_client_error(), "{}", odd.status);
    pages.push(odd);
    let mut named = BTreeSet::new();
    for page in &pages {
        let files = files_on(&page.body);
        assert!(
            files.contains(&format!("/site/{ID}/pkg/chorus.css")),
            "{}",
            page.address
        );
        named.extend(files);
    }
    for fixed in FIXED {
        assert!(named.remove(fixed), "{named:?}");
    }
    let expected = [
        "pkg/chorus.css",
        "leave.js",
        "start.js",
        "register-sw.js",
        "icons.svg",
    ];
    let expected: BTreeSet<String> = expected.map(|file| format!("/site/{ID}/{file}")).into();
    assert_eq!(named, expected);
    for address in &named {
        let answer = ask(&mut guest, address, &[("accept-encoding", "gzip, br")]).await;
        answer.is(200);
        assert_eq!(answer.header("cache-control"), FOR_EVER, "{address}");
        assert_eq!(answer.header("content-encoding"), "br", "{address}");
        assert!(
            answer.header("vary").contains("accept-encoding"),
            "{address}"
        );
        assert!(answer.set_cookies().is_empty(), "{address}");
        let tag = answer.header("etag").to_owned();
        let again = ask(&mut guest, address, &[("if-none-match", &tag)]).await;
        again.is(304);
        assert_eq!(again.header("cache-control"), FOR_EVER, "{address}");
        let old = ask(&mut guest, address, &[("accept-encoding", "gzip")]).await;
        assert_eq!(old.header("content-encoding"), "gzip", "{address}");
        let plain = ask(&mut guest, address, &[]).await;
        assert_eq!(plain.header("content-encoding"), "", "{address}");
    }
    // The browser's part learns the same place from the page.
    let told = format!("/site/{ID}\\\"");
    assert!(pages[0].body.contains(&told), "{}", pages[0].body);
}

#[tokio::test]
async fn what_a_script_loads_lies_beside_it() {
    let app = released().await;
    let mut guest = app.guest();
    // start.js loads pkg/chorus.js, which loads the chunks beside itself.
    for file in ["pkg/chorus.js", "pkg/chorus.wasm", "pkg/chunk_1.wasm"] {
        let kept = ask(&mut guest, &format!("/site/{ID}/{file}"), &[]).await;
        assert_eq!(kept.is(200).header("cache-control"), FOR_EVER);
        let plain = ask(&mut guest, &format!("/{file}"), &[]).await;
        assert_eq!(plain.is(200).header("cache-control"), "no-cache");
        assert_eq!(plain.body, kept.body);
        assert_eq!(plain.header("content-type"), kept.header("content-type"));
    }
}

#[tokio::test]
async fn another_build_and_an_unknown_file_are_not_there_and_not_kept() {
    let app = released().await;
    let mut guest = app.guest();
    for address in [
        "/site/0a1b2c3d4e5f6072/pkg/chorus.css".to_owned(),
        "/site/0A1B2C3D4E5F6071/pkg/chorus.css".to_owned(),
        "/site/x/start.js".to_owned(),
        format!("/site/{ID}/pkg/chunk_2.wasm"),
        format!("/site/{ID}/pkg/"),
        format!("/site/{ID}/help"),
        format!("/site/{ID}/site/{ID}/start.js"),
        format!("/site/{ID}/../../start.js"),
        format!("/site/{ID}/%2Fstart.js"),
        format!("/site/{ID}/%20"),
        format!("/site/{ID}/a%0Ab"),
    ] {
        let answer = ask(&mut guest, &address, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(answer.header("cache-control"), "no-store", "{address}");
    }
}

#[tokio::test]
async fn while_files_may_change_nothing_is_kept() {
    let mut app = TestApp::new().await;
    app.app.files = Files::new(None, site());
    app.router = server::router(app.app.clone());
    let mut guest = app.guest();
    let files = files_on(&guest.get("/").await.body);
    assert!(
        files.contains("/pkg/chorus.css") && files.contains("/start.js"),
        "{files:?}"
    );
    let style = ask(&mut guest, "/pkg/chorus.css", &[]).await;
    assert_eq!(style.is(200).header("cache-control"), "no-cache");
    ask(&mut guest, &format!("/site/{ID}/pkg/chorus.css"), &[])
        .await
        .is(404);
}
