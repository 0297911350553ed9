use super::{FUNCTIONS, Metrics};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use std::{sync::Arc, time::Instant};

/// Counts a request once it is answered, and says so at the level `debug`: by
/// the route's template. What was asked for, and by whom, is not said.
pub async fn measure(
    State(metrics): State<Option<Arc<Metrics>>>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let template = request.extensions().get::<MatchedPath>().cloned();
    let function = request.uri().clone();
    let response = next.run(request).await;
    let (status, took) = (response.status(), begun.elapsed());
    let route = template.as_ref().map(|template| {
        // One template leads to all functions. Only those that exist get their
        // own name.
        match template.as_str() {
            many if many.starts_with(FUNCTIONS) => function.path(),
            one => one,
        }
    });
    if let Some(metrics) = metrics {
        metrics.count(route, &method, status, took);
    }
    tracing::debug!(
        %method,
        route = template.as_ref().map_or("unknown", MatchedPath::as_str),
        status = status.as_u16(),
        microseconds = took.as_micros(),
        "answered"
    );
    response
}
