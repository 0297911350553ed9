//! Connections on which nothing is said for long: what they cost beside a bare event stream of
//! axum's, and how soon all of them hear of a comment.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use bench::Result;
use bench::chorus::{Chorus, Durability, Running};
use bench::http::{self, Connection};
use bench::posting::{Member, key, newest_article, posted};
use bench::process;
use futures_util::stream::{self, Stream};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::sync::broadcast;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::ReportArguments;
use crate::report::{Report, mebibytes};

/// Opened at once; the server's queue of those who come is not endless.
const AT_ONCE: usize = 64;
/// Until memory is what it stays.
const QUIET: Duration = Duration::from_secs(3);
const WITHIN: Duration = Duration::from_secs(30);

type Wire = broadcast::Sender<&'static str>;

/// The reference: prints its address, and tells everyone on `/live` of each request to `/say`.
///
/// # Errors
/// When no port is free.
pub async fn bare() -> Result<()> {
    let wire: Wire = broadcast::channel(16).0;
    let router = Router::new()
        .route("/live", get(told))
        .route("/say", post(say))
        .with_state(wire);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("TCP_NODELAY could not be set: {error}");
        }
    });
    axum::serve(listener, router).await?;
    Ok(())
}

async fn told(
    State(wire): State<Wire>,
) -> Sse<impl Stream<Item = std::result::Result<Event, Infallible>>> {
    let hello = stream::iter([Ok(Event::default().comment("hello"))]);
    let told = stream::unfold(wire.subscribe(), |mut wire| async move {
        let line = wire.recv().await.ok()?;
        Some((Ok(Event::default().data(line)), wire))
    });
    let both = futures_util::StreamExt::chain(hello, told);
    Sse::new(both).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}

async fn say(State(wire): State<Wire>) {
    let _ = wire.send("comment");
}

async fn start_bare() -> Result<Running> {
    let started = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .arg("bare-events")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    let address = line.ok_or("the reference did not start")?.parse()?;
    Ok(Running::since(started, child, address))
}

/// Measures both, one after the other.
///
/// # Errors
/// When a connection is refused, or a comment does not reach all.
pub async fn idle_connections(report: &mut Report, arguments: &ReportArguments) -> Result<()> {
    let many = arguments.listeners;
    report.part(&format!("{many} open pages that listen"));
    let bare = start_bare().await?;
    let theirs = listened(&bare, "/live", many, async |address| {
        let request = http::post_form(address, "/say", &[], &[]);
        let answer = Connection::to(address).exchange(&request).await?;
        Ok(answer.status == 200)
    })
    .await?;
    bare.stop().await?;

    let chorus = Chorus::new(
        &arguments.program,
        &arguments.folder,
        "live",
        Durability::Full,
    )?;
    let running = chorus.start().await?;
    let article = newest_article(running.address).await?;
    let member = Member::join(running.address, "bench-live").await?;
    let composer = member.composer(running.address, &article).await?;
    let place = format!("/live?at={}", composer.subject().ok_or("no subject")?);
    let ours = listened(&running, &place, many, async |address| {
        let comment = composer.comment(address, "I am glad that you are here.", &key(1, 1));
        Ok(posted(&Connection::to(address).exchange(&comment).await?))
    })
    .await?;
    running.stop().await?;

    let ratio = ours.memory as f64 / theirs.memory as f64;
    report.judged(
        "memory, resident, beside a bare axum event stream",
        &format!(
            "{} beside {}, {ratio:.2} times",
            mebibytes(ours.memory),
            mebibytes(theirs.memory)
        ),
        "<= 1.3",
        ratio <= 1.3,
    );
    report.line(
        "of which each connection",
        &format!("{} B beside {} B", ours.each, theirs.each),
    );
    report.judged(
        "from posting a comment until all have heard of it: p99",
        &format!(
            "{:.0} ms (half {:.0} ms, last {:.0} ms); the bare one {:.0} ms",
            ours.heard[1], ours.heard[0], ours.heard[2], theirs.heard[1]
        ),
        "<= 250 ms",
        ours.heard[1] <= 250.0,
    );
    report.note("From before the form is sent: it holds the posting itself, its write to the disk included.");
    Ok(())
}

struct Listened {
    /// All that is resident, with all connected.
    memory: u64,
    /// What each connection has added.
    each: u64,
    /// Milliseconds until half, 99 of 100 and all had heard.
    heard: [f64; 3],
}

async fn listened(
    server: &Running,
    path: &str,
    many: usize,
    say: impl AsyncFn(SocketAddr) -> Result<bool>,
) -> Result<Listened> {
    let pid = server.pid()?;
    // The first one wakes what sleeps.
    let first = open(server.address, path).await?;
    tokio::time::sleep(QUIET).await;
    let before = process::memory(pid)?.resident;
    let mut streams = vec![first];
    while streams.len() < many {
        let mut opening = JoinSet::new();
        for _ in 0..AT_ONCE.min(many - streams.len()) {
            let (address, path) = (server.address, path.to_owned());
            opening.spawn(async move {
                open(address, &path)
                    .await
                    .map_err(|error| error.to_string())
            });
        }
        while let Some(opened) = opening.join_next().await {
            streams.push(opened??);
        }
    }
    tokio::time::sleep(QUIET).await;
    let memory = process::memory(pid)?.resident;
    let mut hearing = JoinSet::new();
    for stream in streams {
        hearing.spawn(async move { hears(stream).await.map_err(|error| error.to_string()) });
    }
    let said = Instant::now();
    if !say(server.address).await? {
        return Err("it could not be said".into());
    }
    let mut heard = Vec::new();
    while let Some(at) = hearing.join_next().await {
        heard.push(at??.duration_since(said).as_secs_f64() * 1e3);
    }
    heard.sort_by(f64::total_cmp);
    let of = |share: f64| heard[((heard.len() - 1) as f64 * share) as usize];
    Ok(Listened {
        memory,
        each: memory.saturating_sub(before) / many as u64,
        heard: [of(0.5), of(0.99), of(1.0)],
    })
}

/// Opens a stream and reads its greeting.
async fn open(address: SocketAddr, path: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let headers = [("accept", "text/event-stream")];
    stream
        .write_all(&http::get(address, path, &headers))
        .await?;
    let greeted = until(&mut stream, "hello").await?;
    match greeted.starts_with("HTTP/1.1 200") {
        true => Ok(stream),
        false => Err(format!("it answers {greeted}").into()),
    }
}

/// When a stream says that there is a comment.
async fn hears(mut stream: TcpStream) -> Result<Instant> {
    until(&mut stream, "data: comment").await?;
    Ok(Instant::now())
}

async fn until(stream: &mut TcpStream, word: &str) -> Result<String> {
    let mut text = String::new();
    let mut bytes = [0; 512];
    while !text.contains(word) {
        let read = timeout(WITHIN, stream.read(&mut bytes)).await??;
        if read == 0 {
            return Err(format!("it ended after {text}").into());
        }
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    Ok(text)
}
