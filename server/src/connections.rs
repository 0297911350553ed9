//! Connections, and what becomes of them when the server stops: whoever was let
//! in is answered, and nobody waits for those who have nothing to ask.

use axum_server::accept::Accept;
use hyper_util::{rt::TokioExecutor, server::conn::auto::Builder};
use std::{future::Future, io, pin::Pin, time::Duration};
use tokio::{net::TcpStream, sync::watch};

/// How long someone who was let in before the server was told to stop may take
/// to say the first word. Browsers open connections for later use.
const FIRST_WORD_WITHIN: Duration = Duration::from_secs(3);

/// Lets the web server have a connection once something is said on it. Told to
/// stop, the web server drops connections on which it has read nothing yet,
/// though a request may be on its way.
#[derive(Clone)]
pub struct Door {
    stopping: watch::Receiver<bool>,
}

impl Door {
    /// `stopping` turns true when the server is told to stop.
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        Self { stopping }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Door {
    type Stream = TcpStream;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(TcpStream, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let mut stopping = self.stopping.clone();
        Box::pin(async move {
            // Streamed pages on kept-alive connections would wait for delayed
            // acknowledgements without TCP_NODELAY.
            stream.set_nodelay(true)?;
            let patience = async {
                // An error means that whoever would say so is gone, too.
                let _ = stopping.wait_for(|stopping| *stopping).await;
                tokio::time::sleep(FIRST_WORD_WITHIN).await;
            };
            tokio::select! {
                said = stream.readable() => said?,
                () = patience => return Err(io::ErrorKind::TimedOut.into()),
            }
            Ok((stream, service))
        })
    }
}

/// HTTP as it is spoken without TLS. It is known from the first byte on, so no
/// connection is dropped while it is still being found out.
pub fn plain() -> Builder<TokioExecutor> {
    Builder::new(TokioExecutor::new()).http1_only()
}
