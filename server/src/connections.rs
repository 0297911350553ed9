//! Connections. When more are open than there is room for, those who ask for
//! help are still answered. When the server stops, whoever was let in is
//! answered, and nobody waits for those who have nothing to ask.

use crate::lane::OnlyHelp;
use axum::{
    Extension, Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Version, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use axum_server::{Handle, accept::Accept};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{error::Error, future::Future, io, pin::Pin, time::Duration};
use tokio::{net::TcpStream, sync::watch};

/// How long someone who was let in before the server was told to stop may take
/// to say the first word. Browsers open connections for later use.
const FIRST_WORD_WITHIN: Duration = Duration::from_secs(3);

/// How long someone may say nothing at all, and how long a request's head may
/// take to come. It counts between two requests too: longer than nginx keeps a
/// connection that nobody uses.
const SILENCE: Duration = Duration::from_secs(75);

/// How long someone may say nothing while more are connected than there is
/// room for.
const SILENCE_IN_A_CROWD: Duration = Duration::from_secs(3);

/// Files that the program needs besides connections.
const OTHER_FILES: usize = 128;

/// The most connections that are kept for those who ask for help.
const RESERVE: usize = 512;

/// Room for connections.
#[derive(Clone)]
pub struct Room {
    connections: Handle,
    /// From here on only those who ask for help are answered.
    most: usize,
}

impl Room {
    /// As many as the system lets this program open files, which is asked for
    /// more first.
    pub fn new(connections: Handle) -> Self {
        Self {
            connections,
            most: room(),
        }
    }

    fn is_crowded(&self) -> bool {
        self.connections.connection_count() > self.most
    }

    /// How long someone may say nothing.
    fn silence(&self) -> Duration {
        if self.is_crowded() {
            SILENCE_IN_A_CROWD
        } else {
            SILENCE
        }
    }

    /// Puts the reserve before a router.
    pub fn before(self, router: Router) -> Router {
        router.layer(from_fn_with_state(self, keep_reserve))
    }
}

/// How many connections this program has room for, besides the reserve.
pub fn room() -> usize {
    room_for(most_files())
}

/// How many connections there is room for, besides the reserve.
fn room_for(files: usize) -> usize {
    let rest = files.saturating_sub(OTHER_FILES);
    rest - RESERVE.min(rest / 4)
}

/// How many files the program may open, after asking for as many as it can get.
fn most_files() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let raised = Rlimit {
            current: limit.maximum,
            ..limit
        };
        let current = match setrlimit(Resource::Nofile, raised) {
            Ok(()) => limit.maximum,
            Err(_) => limit.current,
        };
        current.map_or(MOST_FILES, |files| {
            usize::try_from(files).unwrap_or(MOST_FILES).min(MOST_FILES)
        })
    }
    #[cfg(not(unix))]
    MOST_FILES
}

/// What counts as no limit: more connections than that do not fit into memory.
const MOST_FILES: usize = 1 << 16;

/// While more are connected than there is room for, only help and what is
/// finished is answered, and each connection is closed after its answer.
async fn keep_reserve(State(room): State<Room>, mut request: Request, next: Next) -> Response {
    if !room.is_crowded() {
        return next.run(request).await;
    }
    request.extensions_mut().insert(OnlyHelp);
    let mut response = next.run(request).await;
    // HTTP/2 has other ways, and fewer connections.
    if response.version() < Version::HTTP_2 {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// How long it takes at most until the web server reads what it was given.
pub const HANDOVER: Duration = Duration::from_millis(100);

/// Lets the web server have a connection once something is said on it.
///
/// Told to stop, the web server closes connections on which it has read nothing
/// yet, though a request may be on its way. So who speaks late is answered here.
#[derive(Clone)]
pub struct Door {
    stopping: watch::Receiver<bool>,
    router: Router,
    room: Room,
}

impl Door {
    /// `stopping` turns true when the server is told to stop, [`HANDOVER`]
    /// before the web server is.
    pub fn new(stopping: watch::Receiver<bool>, router: Router, room: Room) -> Self {
        Self {
            stopping,
            router,
            room,
        }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Door {
    type Stream = TcpStream;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(TcpStream, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Self {
            mut stopping,
            router,
            room,
        } = self.clone();
        Box::pin(async move {
            // Streamed pages on kept-alive connections would wait for delayed
            // acknowledgements without TCP_NODELAY.
            stream.set_nodelay(true)?;
            let mut told = stopping.clone();
            let patience = async {
                // An error means that whoever would say so is gone, too.
                let stops = told.wait_for(|stopping| *stopping);
                if tokio::time::timeout(room.silence(), stops).await.is_ok() {
                    tokio::time::sleep(FIRST_WORD_WITHIN).await;
                }
            };
            let mut first = [0];
            tokio::select! {
                said = stream.peek(&mut first) => said?,
                () = patience => return Err(io::ErrorKind::TimedOut.into()),
            };
            if !*stopping.borrow_and_update() {
                return Ok((stream, service));
            }
            if let Err(error) = answer_one(stream, router).await {
                tracing::debug!(%error, "the last request of a connection");
            }
            Err(io::ErrorKind::ConnectionAborted.into())
        })
    }
}

/// Lets go of connections on which nothing comes. A connection that is kept alive
/// counts as silent between two requests.
pub fn bound_silence(builder: &mut Builder<TokioExecutor>) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(SILENCE);
}

/// Answers one request and closes the connection.
async fn answer_one(stream: TcpStream, router: Router) -> Result<(), Box<dyn Error + Send + Sync>> {
    let router = router.layer(Extension(ConnectInfo(stream.peer_addr()?)));
    Builder::new(TokioExecutor::new())
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(FIRST_WORD_WITHIN)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await
}
