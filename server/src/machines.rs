//! Addresses that machines ask for.

use crate::App;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};

/// Is the server up, and does its database answer?
pub async fn healthz(State(app): State<App>) -> impl IntoResponse {
    let reads = match app.house.store.read().await {
        Ok(mut reader) => reader.any_member().await.is_ok(),
        Err(_) => false,
    };
    if reads { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "no database\n") }
}

/// What search engines may visit.
pub async fn robots(State(app): State<App>) -> impl IntoResponse {
    let base = &app.house.settings.base_url;
    let text = format!("User-agent: *\nDisallow: /api/\nDisallow: /me\nSitemap: {base}/sitemap.xml\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}
