//! The reference: an axum server that answers with one page's bytes and headers from memory.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use bench::Result;
use bench::chorus::Running;
use bench::http::{Answer, Connection};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::visitor::{ask, ask_with};

/// Headers that the server sets for itself.
const OWN: [&str; 5] = [
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "transfer-encoding",
];

#[derive(Clone)]
struct Page {
    headers: HeaderMap,
    body: Bytes,
    /// The headers of the answer to who has the page already.
    unchanged: Option<HeaderMap>,
}

/// Copies the page once, prints the own address on a line, and answers until it is stopped.
///
/// # Errors
/// When the page cannot be read or no port is free.
pub async fn serve(from: &str, cookie: &str) -> Result<()> {
    let page = copy(from, cookie).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("TCP_NODELAY could not be set: {error}");
        }
    });
    let router = Router::new().fallback(answer).with_state(page);
    axum::serve(listener, router).await?;
    Ok(())
}

/// Starts this program as the reference for a page.
///
/// # Errors
/// When it does not say where it listens.
pub async fn start(page: &str, cookie: &str) -> Result<Running> {
    let started = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["reference", "--from", page, "--cookie", cookie])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    let address = line.ok_or("the reference did not start")?.parse()?;
    Ok(Running::since(started, child, address))
}

async fn copy(from: &str, cookie: &str) -> Result<Page> {
    let rest = from
        .strip_prefix("http://")
        .ok_or("the page's address begins with http://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address: SocketAddr = host.parse()?;
    let path = format!("/{path}");
    let original = Connection::to(address)
        .exchange(&ask(address, &path, cookie))
        .await?;
    if original.status != 200 {
        return Err(format!("{from} answers {}", original.status).into());
    }
    let unchanged = match original.header("etag") {
        Some(tag) => {
            let request = ask_with(address, &path, cookie, &[("if-none-match", &tag)]);
            let answer = Connection::to(address).exchange(&request).await?;
            (answer.status == 304).then_some(answer)
        }
        None => None,
    };
    Ok(Page {
        headers: headers(&original)?,
        unchanged: unchanged.as_ref().map(headers).transpose()?,
        body: original.body.into(),
    })
}

fn headers(answer: &Answer) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers() {
        if !OWN.contains(&name.as_str()) {
            headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
    }
    Ok(headers)
}

async fn answer(State(page): State<Page>, asked: HeaderMap) -> Response {
    let known = asked.get(header::IF_NONE_MATCH);
    match page.unchanged {
        Some(unchanged) if known.is_some() && known == page.headers.get(header::ETAG) => {
            (StatusCode::NOT_MODIFIED, unchanged).into_response()
        }
        _ => (page.headers, page.body).into_response(),
    }
}
