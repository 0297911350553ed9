//! How much a member has not read, counted for each of their pages.

use crate::{App, sessions};
use app::notifications::Unread;
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use domain::{ids::MemberId, notifications::COUNTED};
use tower_sessions::Session;

/// Counts before the page is made. A page is made without the count if it
/// cannot be had: it says why itself, if it asks the store. Help asks nobody.
pub async fn count(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_page = request.method() == Method::GET
        && !path.starts_with("/api/")
        && !path.starts_with("/help")
        && app.cookies.has_session(request.headers());
    if is_page && let Some(session) = request.extensions().get::<Session>().cloned() {
        let unread = unread(&app, &session).await;
        request.extensions_mut().insert(Unread(unread));
    }
    next.run(request).await
}

async fn unread(app: &App, session: &Session) -> Option<u32> {
    let member: String = session.get(sessions::MEMBER).await.ok()??;
    let member: MemberId = member.parse().ok()?;
    let mut reader = app.house.store.read().await.ok()?;
    reader.unread_notifications(member, COUNTED).await.ok()
}
