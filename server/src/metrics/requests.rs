use super::{FUNCTIONS, Metrics};
use crate::pages::ForEveryone;
use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use std::{sync::Arc, time::Instant};

/// Counts a request once it is answered, by the route's template. A render for
/// everyone is nobody's request: its answer says by which route it came, for
/// those who get it.
pub async fn measure(
    State(metrics): State<Option<Arc<Metrics>>>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let template = request.extensions().get::<MatchedPath>().cloned();
    if request.extensions().get::<ForEveryone>().is_some() {
        let mut response = next.run(request).await;
        if let Some(template) = template {
            response.extensions_mut().insert(template);
        }
        return response;
    }
    let method = request.method().clone();
    let address = request.uri().clone();
    let response = next.run(request).await;
    answered(
        metrics.as_deref(),
        template.as_ref(),
        address.path(),
        &method,
        &response,
        begun,
    );
    response
}

/// Counts an answer, and says so at the level `debug`. What was asked for, and
/// by whom, is not said.
pub fn answered(
    metrics: Option<&Metrics>,
    template: Option<&MatchedPath>,
    path: &str,
    method: &Method,
    response: &Response,
    begun: Instant,
) {
    let (status, took) = (response.status(), begun.elapsed());
    let route = template.map(|template| {
        // One template leads to all functions. Only those that exist get their
        // own name.
        match template.as_str() {
            many if many.starts_with(FUNCTIONS) => path,
            one => one,
        }
    });
    if let Some(metrics) = metrics {
        metrics.count(route, method, status, took);
    }
    tracing::debug!(
        %method,
        route = template.map_or("unknown", MatchedPath::as_str),
        status = status.as_u16(),
        microseconds = took.as_micros(),
        "answered"
    );
}
