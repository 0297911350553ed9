//! Connections, and what becomes of them when the server stops: whoever was let
//! in is answered, and nobody waits for those who have nothing to ask.

use axum::{Extension, Router, extract::ConnectInfo};
use axum_server::accept::Accept;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{error::Error, future::Future, io, pin::Pin, time::Duration};
use tokio::{net::TcpStream, sync::watch};

/// How long someone who was let in before the server was told to stop may take
/// to say the first word. Browsers open connections for later use.
const FIRST_WORD_WITHIN: Duration = Duration::from_secs(3);

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
}

impl Door {
    /// `stopping` turns true when the server is told to stop, [`HANDOVER`]
    /// before the web server is.
    pub fn new(stopping: watch::Receiver<bool>, router: Router) -> Self {
        Self { stopping, router }
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
        } = self.clone();
        Box::pin(async move {
            // Streamed pages on kept-alive connections would wait for delayed
            // acknowledgements without TCP_NODELAY.
            stream.set_nodelay(true)?;
            let mut told = stopping.clone();
            let patience = async {
                // An error means that whoever would say so is gone, too.
                let _ = told.wait_for(|stopping| *stopping).await;
                tokio::time::sleep(FIRST_WORD_WITHIN).await;
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

/// Answers one request and closes the connection.
async fn answer_one(stream: TcpStream, router: Router) -> Result<(), Box<dyn Error + Send + Sync>> {
    let router = router.layer(Extension(ConnectInfo(stream.peer_addr()?)));
    Builder::new(TokioExecutor::new())
        .http1()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await
}
