//! The addresses of the house, as they are on file: whoever changes one
//! changes the file too, and sees what it means for links and open pages.
//!
//! `CHORUS_WRITE_ADDRESSES=1 cargo test -p server --test addresses` writes
//! both files anew.

use crate::{authorisation, support::TestApp};
use domain::actor::{Role, Roles};
use leptos::server_fn::axum::server_fn_paths;
use std::{collections::BTreeSet, fs, path::PathBuf};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

#[track_caller]
fn is_on_file(name: &str, lines: &BTreeSet<String>) {
    let now: String = lines
        .iter()
        .flat_map(|line| [line.as_str(), "\n"])
        .collect();
    if std::env::var_os("CHORUS_WRITE_ADDRESSES").is_some() {
        fs::write(file(name), &now).expect("the file");
    }
    let then = fs::read_to_string(file(name)).expect("the file");
    assert_eq!(now, then, "{name} is not what the program has");
}

#[tokio::test]
async fn the_addresses_of_server_functions_are_on_file() {
    // The router is what brings them together.
    let _app = TestApp::new().await;
    let lines: BTreeSet<String> = server_fn_paths()
        .map(|(path, method)| format!("{method} {path}"))
        .collect();
    is_on_file("addresses.txt", &lines);
}

#[tokio::test]
async fn every_address_is_a_room_and_a_verb() {
    let _app = TestApp::new().await;
    for (path, _) in server_fn_paths() {
        let parts: Vec<&str> = path.split('/').collect();
        let plain = parts.iter().skip(1).all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        });
        assert!(
            parts.len() == 4 && parts[1] == "api" && plain,
            "{path} is no /api/room/verb"
        );
    }
}

#[tokio::test]
async fn a_page_is_on_file() {
    let app = TestApp::new().await;
    let pages: BTreeSet<String> = app.app.pages().into_iter().collect();
    assert!(pages.contains("/help"), "{pages:?}");
    is_on_file("pages.txt", &pages);
}

/// Who may: `authorisation.rs` sends each row as seven people.
#[test]
fn every_address_has_a_row_in_the_table_of_who_may() {
    let [without_row, without_address] = authorisation::strangers();
    assert!(
        without_row.is_empty(),
        "write rows in authorisation.txt, as CONTRIBUTING.md says, for {without_row:#?}"
    );
    assert!(
        without_address.is_empty(),
        "nothing is at {without_address:#?}"
    );
}

/// A link in a post, or an image, must never change anything: whatever can be
/// asked for by GET leaves the database as it is.
#[tokio::test]
async fn what_changes_something_is_a_post() {
    let app = TestApp::new().await;
    let mut host = app
        .member_with(
            "ana",
            Role::ALL.into_iter().fold(Roles::default(), Roles::with),
        )
        .await;
    let reads = server_fn_paths()
        .filter(|(_, method)| method == "GET")
        .map(|(path, _)| path);
    let pages = app.app.pages();
    let addresses: Vec<&str> = reads
        .chain(pages.iter().map(String::as_str))
        .filter(|path| !path.contains(['{', ':']))
        .collect();
    assert!(addresses.len() > 10, "{addresses:?}");
    for (_, method) in server_fn_paths() {
        assert!(method == "GET" || method == "POST", "{method}");
    }
    let before = app.place.bytes().await;
    for path in addresses {
        let answer = host.get_without_following(path).await;
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.body);
        assert!(app.place.bytes().await == before, "{path} wrote something");
    }
    let changed = host.send(
        "/api/drafts/keep",
        &[("form", "stories.new"), ("fields", "body=a")],
    );
    changed.await.is(200);
    assert!(app.place.bytes().await != before, "a write is noticed");
}
