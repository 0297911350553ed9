//! One request to a push service: to a machine out in the world and not to one
//! nearby, no redirect is followed, no answer is read, and it takes a bounded time.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use domain::push::{Endpoint, is_public};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use std::{
    error::Error,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// How long a push service may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a push service keeps what a device cannot be told now, in seconds.
const KEPT_FOR: &str = "86400";

/// What a push service says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Taken,
    /// The device is not there any more.
    Gone,
    /// Not now.
    Later(u16),
    /// Not this.
    Refused(u16),
}

impl From<StatusCode> for Answered {
    fn from(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Self::Gone,
            StatusCode::TOO_MANY_REQUESTS => Self::Later(status.as_u16()),
            status if status.is_success() => Self::Taken,
            status if status.is_server_error() => Self::Later(status.as_u16()),
            status => Self::Refused(status.as_u16()),
        }
    }
}

/// Ways to push services.
#[derive(Clone, Default)]
pub struct Doors {
    tls: Arc<OnceLock<TlsConnector>>,
}

type Knocked = Result<Answered, Box<dyn Error + Send + Sync>>;

impl Doors {
    /// Hands over a sealed message.
    pub async fn knock(&self, endpoint: &Endpoint, vouched: &str, body: Vec<u8>) -> Knocked {
        let request = Request::post(endpoint.path())
            .header(header::HOST, endpoint.host())
            .header(header::AUTHORIZATION, vouched)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_LENGTH, body.len())
            .header("ttl", KEPT_FOR)
            // For all alike: who is in need and who is thanked looks the same.
            .header("urgency", "high")
            .body(Body::from(body))?;
        timeout(PATIENCE, self.exchange(endpoint, request)).await?
    }

    async fn exchange(&self, endpoint: &Endpoint, request: Request<Body>) -> Knocked {
        if !endpoint.is_secure() {
            let stream = TcpStream::connect(endpoint.host()).await?;
            return ask(stream, request).await;
        }
        let found = tokio::net::lookup_host((endpoint.host(), 443)).await?;
        let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
        if public.is_empty() {
            return Err("its name leads to no public address".into());
        }
        let stream = TcpStream::connect(&public[..]).await?;
        let name = ServerName::try_from(endpoint.host().to_owned())?;
        let stream = self.tls().connect(name, stream).await?;
        ask(stream, request).await
    }

    fn tls(&self) -> &TlsConnector {
        self.tls.get_or_init(|| {
            let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .expect("the provider knows the usual versions")
                .with_root_certificates(roots)
                .with_no_client_auth();
            TlsConnector::from(Arc::new(config))
        })
    }
}

async fn ask<S>(stream: S, request: Request<Body>) -> Knocked
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let carrying = tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    carrying.abort();
    Ok(answer?.status().into())
}
