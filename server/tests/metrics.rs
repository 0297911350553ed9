//! What the program counts of itself, for whoever runs it.

use crate::support::{
    TestApp, TestDatabase,
    program::{Program, ask, free_address},
};
use axum_server::Handle;
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    ids::StoryId,
};
use server::{database::Database, metrics::Metrics};
use std::{collections::BTreeSet, sync::Arc};

const POST: &str = "/api/comments/post";

/// A house that counts.
async fn counting() -> (TestApp, Arc<Metrics>) {
    let mut app = TestApp::new().await;
    let metrics = Arc::new(Metrics::new(&app.app, app.database.clone(), Handle::new()));
    app.app.metrics = Some(metrics.clone());
    app.router = server::router(app.app.clone());
    (app, metrics)
}

async fn lines(metrics: &Metrics) -> Vec<String> {
    let text = metrics.text().await.expect("metrics");
    text.lines().map(str::to_owned).collect()
}

/// The value of one line; none if there is no such line.
fn value(lines: &[String], name: &str) -> Option<f64> {
    let line = lines
        .iter()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    Some(line.parse().expect("a number"))
}

#[tokio::test]
async fn requests_are_counted_by_their_route_and_never_by_their_address() {
    let (app, metrics) = counting().await;
    let mut ana = app.member("ana").await;
    let story = app.story(&ana).await;
    let mut guest = app.guest();
    ana.get(&story.page).await.is(200);
    guest.get(&story.page).await.is(200);
    guest.get(&story.page).await.is(200);
    let unknown = format!("/stories/{}", StoryId::random(app.chance()));
    guest.get(&unknown).await.is(404);
    let fields = [
        ("subject", story.subject.to_string()),
        ("body", "Hello".to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    ana.send(POST, &fields).await.is(200);
    ana.send(POST, &[("subject", "nothing")]).await;
    guest.get("/healthz").await.is(200);
    let lines = lines(&metrics).await;
    let count = |labels: &str| value(&lines, &format!("chorus_requests_total{{{labels}}}"));
    let page = r#"route="/stories/{id}",method="GET""#;
    assert_eq!(count(&format!(r#"{page},status="200""#)), Some(3.0));
    assert_eq!(count(&format!(r#"{page},status="404""#)), Some(1.0));
    let post = format!(r#"route="{POST}",method="POST""#);
    assert_eq!(count(&format!(r#"{post},status="200""#)), Some(1.0));
    let health = r#"route="/healthz",method="GET",status="200""#;
    assert_eq!(count(health), Some(1.0));
    let took = r#"chorus_request_duration_seconds_count{route="/stories/{id}"}"#;
    assert_eq!(value(&lines, took), Some(4.0));
    let text = lines.join("\n");
    let id = story.page.trim_start_matches("/stories/");
    assert!(!text.contains(id), "{text}");
    assert!(!text.contains("ana"), "{text}");
}

#[tokio::test]
async fn how_the_desk_is_doing_is_told_in_numbers() {
    let (app, metrics) = counting().await;
    let told = lines(&metrics).await;
    assert_eq!(value(&told, "chorus_calls_waiting"), Some(0.0));
    assert_eq!(value(&told, "chorus_noticed_waiting"), Some(0.0));
    assert_eq!(value(&told, "chorus_care_journal_entries"), Some(0.0));
    let wait = |told: &[String], quantile: &str| {
        let name = format!("chorus_first_answer_seconds{{quantile=\"{quantile}\"}}");
        value(told, &name)
    };
    assert_eq!(wait(&told, "0.5"), None, "nobody was answered");

    let roles = Roles::default().with(Role::PeerSupporter);
    let mut mara = app.member_with("mara", roles).await;
    for body in ["Is anybody there?", "And here?"] {
        let fields = [("page", "/help/ask"), ("body", body)];
        app.guest().send("/api/care/ask", &fields).await.is(200);
    }
    let mut ana = app.member("ana").await;
    let story = [
        ("page", "/stories/new"),
        ("title", "A day"),
        (
            "body",
            "I can't stop drinking and I need help. Is anyone there?",
        ),
        ("voice", "handle"),
    ];
    ana.send("/api/stories/share", &story).await.is(200);
    app.pass(7 * Timestamp::MINUTE);
    let desk = mara
        .fetch("/api/care/desk?sheet=asked&after=&kept=")
        .await
        .is(200)
        .json();
    let call = desk["calls"][0]["id"].as_str().expect("a call");
    let answer = [
        ("page", "/care"),
        ("id", call),
        ("seen", "1"),
        ("body", "I am here."),
    ];
    mara.send("/api/care/answer", &answer).await.is(200);
    let told = lines(&metrics).await;
    assert_eq!(value(&told, "chorus_calls_waiting"), Some(1.0));
    assert_eq!(value(&told, "chorus_noticed_waiting"), Some(1.0));
    assert_eq!(value(&told, "chorus_danger_waiting"), Some(0.0));
    assert_eq!(wait(&told, "0.5"), Some(420.0));
    assert_eq!(wait(&told, "0.95"), Some(420.0));

    // The database does not say; the program itself still does.
    app.database.close().await;
    let told = lines(&metrics).await;
    assert_eq!(value(&told, "chorus_calls_waiting"), None);
    assert_eq!(value(&told, "chorus_care_journal_entries"), Some(0.0));
}

#[tokio::test]
async fn who_asks_for_what_does_not_exist_makes_no_new_line() {
    let (app, metrics) = counting().await;
    let mut guest = app.guest();
    let all = async |guest: &mut crate::support::TestGuest, mark: &str| {
        for path in [
            format!("/{mark}"),
            format!("/stories/{mark}/{mark}/{mark}"),
            format!("/api/{mark}/{mark}"),
            format!("/api/comments/{mark}"),
            format!("/pkg/{mark}.wasm"),
            format!("/series/{mark}"),
            format!("/series/{mark}/feed.atom"),
        ] {
            guest.get(&path).await;
        }
        let method = axum::http::Method::from_bytes(mark.to_uppercase().as_bytes());
        let body = axum::body::Body::empty();
        guest.ask(method.expect("a method"), "/", &[], body).await;
    };
    let names = |lines: Vec<String>| -> BTreeSet<String> {
        let first = |line: &String| line.rsplit_once(' ').map(|(name, _)| name.to_owned());
        lines.iter().filter_map(first).collect()
    };
    all(&mut guest, "canary").await;
    let before = names(lines(&metrics).await);
    for number in 0..20 {
        all(&mut guest, &format!("canary{number}")).await;
    }
    let after = names(lines(&metrics).await);
    assert_eq!(before, after);
    assert!(
        !after.iter().any(|name| name.contains("canary")),
        "{after:?}"
    );
    assert!(
        after.iter().any(|name| name.contains("unknown")),
        "{after:?}"
    );
}

#[tokio::test]
async fn the_finished_pages_are_counted() {
    let (app, metrics) = counting().await;
    for _ in 0..3 {
        app.guest().get("/help").await.is(200);
    }
    let lines = lines(&metrics).await;
    for (name, expected) in [
        ("chorus_page_hits_total", 2.0),
        ("chorus_page_misses_total", 1.0),
        ("chorus_page_renders_total", 1.0),
        ("chorus_pages", 1.0),
    ] {
        assert_eq!(value(&lines, name), Some(expected), "{name}");
    }
    assert!(value(&lines, "chorus_pages_size_bytes").is_some_and(|size| size > 2048.0));
}

#[tokio::test]
async fn the_database_is_looked_after() {
    let (app, metrics) = counting().await;
    let idle = r#"chorus_database_connections{pool="readers",state="idle"}"#;
    let busy = r#"chorus_database_connections{pool="readers",state="busy"}"#;
    let reader = app.house.store.read().await.expect("a reader");
    assert_eq!(value(&lines(&metrics).await, busy), Some(1.0));
    drop(reader);
    assert!(value(&lines(&metrics).await, idle).is_some());
    let kept = async || value(&lines(&metrics).await, "chorus_commit_units_count");
    match app.database {
        Database::Sqlite(_) => {
            let before = kept().await.expect("a count");
            let unit = app.begin().await;
            let waiting = value(&lines(&metrics).await, "chorus_writes_waiting");
            assert_eq!(waiting, Some(1.0));
            unit.commit().await.expect("kept");
            assert_eq!(kept().await, Some(before + 1.0));
            let lines = lines(&metrics).await;
            let took = "chorus_commit_duration_seconds_bucket{le=\"+Inf\"}";
            assert_eq!(value(&lines, took), Some(before + 1.0));
        }
        Database::Postgres(_) => {
            let unit = app.begin().await;
            let busy = r#"chorus_database_connections{pool="writers",state="busy"}"#;
            assert_eq!(value(&lines(&metrics).await, busy), Some(1.0));
            drop(unit);
            assert_eq!(kept().await, None);
        }
    }
}

#[tokio::test]
async fn every_line_is_one_that_prometheus_reads() {
    let (app, metrics) = counting().await;
    app.guest().get("/").await.is(200);
    let lines = lines(&metrics).await;
    assert_eq!(lines.last().map(String::as_str), Some("# EOF"));
    let version = format!(
        r#"chorus_build_info{{version="{}"}}"#,
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(value(&lines, &version), Some(1.0));
    let mut described = BTreeSet::new();
    for line in &lines[..lines.len() - 1] {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let kind = words.next().expect("a kind");
            assert!(["HELP", "TYPE", "UNIT"].contains(&kind), "{line}");
            let name = words.next().expect("a name").to_owned();
            assert!(name.starts_with("chorus_"), "{line}");
            // Described once, in one place.
            assert!(described.insert((kind.to_owned(), name)), "{line}");
            continue;
        }
        let (name, number) = line.rsplit_once(' ').expect("a name and a number");
        assert!(number.parse::<f64>().is_ok(), "{line}");
        let name = name.split('{').next().unwrap_or_default();
        assert!(
            name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
            "{line}"
        );
    }
}

#[tokio::test]
async fn metrics_have_a_port_of_their_own_and_none_if_nobody_asks() {
    let place = TestDatabase::new().await;
    let metrics = free_address();
    let listen = metrics.to_string();
    let program = Program::start(place.url(), &[("CHORUS_METRICS_LISTEN", &listen)]);
    let answer = ask(metrics, "GET", "/metrics", &[], "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("openmetrics-text"), "{answer}");
    assert!(
        answer.contains(r#"route="/healthz",method="GET",status="200""#),
        "{answer}"
    );
    assert!(answer.contains("\nchorus_connections "), "{answer}");
    assert!(answer.trim_end().ends_with("# EOF"), "{answer}");
    assert!(ask(metrics, "GET", "/", &[], "").starts_with("HTTP/1.1 404"));
    let page = ask(program.address, "GET", "/metrics", &[], "");
    assert!(page.starts_with("HTTP/1.1 404"), "{page}");
    // An address that is taken is said before anything is opened.
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_chorus"))
        .args([
            "serve",
            "--metrics-listen",
            &listen,
            "--listen",
            "127.0.0.1:0",
        ])
        .env("CHORUS_DATABASE_URL", "sqlite:nowhere/at-all.db")
        .output()
        .expect("it ends");
    assert!(!second.status.success());
    let words = String::from_utf8_lossy(&second.stderr);
    assert!(
        words.contains("cannot listen on") && words.contains("for metrics"),
        "{words}"
    );
    program.stop();
    let place = TestDatabase::new().await;
    let program = Program::start(place.url(), &[]);
    assert!(std::net::TcpStream::connect(metrics).is_err());
    program.stop();
}
