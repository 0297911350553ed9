//! Help has a lane of its own: however many people ask for other pages at
//! once, those who ask for help do not stand behind them. What is finished
//! (files, pages that are kept for everyone) needs no lane.

use crate::{
    App, BODY_LIMIT,
    exchange::{Arrival, wants_page},
};
use app::error::AppError;
use axum::{
    Form,
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request, State},
    http::{Method, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::drafts::NEVER_KEPT;
use http_body_util::LengthLimitError;
use std::{error::Error, num::NonZero, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// How many requests for each core may be answered at once that are not for
/// help. More would only make all of them slower.
const FOR_EACH_CORE: usize = 32;

/// How long one of them waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The turns of all requests that are not for help.
#[derive(Debug, Clone)]
pub struct Turns {
    free: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self::new(FOR_EACH_CORE * cores, PATIENCE)
    }
}

impl Turns {
    /// So many at once, and others wait so long.
    pub fn new(at_once: usize, patience: Duration) -> Self {
        Self {
            free: Arc::new(Semaphore::new(at_once)),
            patience,
        }
    }

    /// How many could begin now.
    pub fn free(&self) -> usize {
        self.free.available_permits()
    }
}

/// Marks a request that comes while only help is answered.
#[derive(Debug, Clone, Copy)]
pub struct OnlyHelp;

/// Is it about help, or about calls for help?
pub fn is_for_help(path: &str) -> bool {
    ["/help", "/care", "/api/care"].iter().any(|room| {
        path.strip_prefix(room)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Lets a request wait for its turn, unless it is about help. Its body is read
/// before, so that nobody who sends slowly keeps others waiting.
pub async fn in_turn(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_for_help(request.uri().path()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return unread(&error).into_response(),
    };
    if parts.extensions.get::<OnlyHelp>().is_some() {
        return turned_away(parts, body).await;
    }
    match tokio::time::timeout(app.turns.patience, app.turns.free.acquire()).await {
        Ok(Ok(_turn)) => next.run(Request::from_parts(parts, body.into())).await,
        _ => turned_away(parts, body).await,
    }
}

fn unread(error: &axum::Error) -> StatusCode {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        cause = error.source();
    }
    StatusCode::BAD_REQUEST
}

/// Says that too much is going on. Who sent a form without script gets back
/// what they typed.
async fn turned_away(parts: Parts, body: Bytes) -> Response {
    let arrival = parts.extensions.get::<Arrival>().cloned();
    if parts.method == Method::POST && wants_page(&parts.headers) {
        let form = Form::from_request(Request::from_parts(parts, body.into()), &()).await;
        let Form(typed): Form<Vec<(String, String)>> = form.unwrap_or_default();
        let typed = typed.into_iter();
        let fields = typed.filter(|(name, _)| !NEVER_KEPT.contains(&name.as_str()));
        if let Some(mut slot) = arrival.as_ref().and_then(|to| to.hand_back.lock().ok()) {
            *slot = Some((fields.collect(), AppError::Busy));
        }
    }
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
