//! Requests that are under way: each is answered to its end, whether or not
//! somebody still waits for the answer.

use crate::{App, pages::is_page};
use axum::{
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;

/// Answers in a task of its own. When a visitor leaves, only the waiting ends:
/// a page given up half made takes its reactive values away from the tasks that
/// still read them, and a post given up half kept is one nobody is sure of.
pub async fn to_the_end(State(app): State<App>, request: Request, next: Next) -> Response {
    let answering = app
        .under_way
        .spawn(async move { whole(next.run(request).await).await });
    answering.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a request was given up");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

/// A page with its body: what comes in pieces is still being made.
async fn whole(response: Response) -> Response {
    if !is_page(response.headers()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, Body::from(body.to_bytes())),
        Err(error) => {
            tracing::error!(%error, "a page ended early");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
