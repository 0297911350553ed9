//! Answers that say what went wrong: the right status, a closed list of words,
//! and what was typed if it could not be kept.

use crate::{
    App,
    exchange::Arrival,
    pages::is_page,
    plain::{self, escape},
};
use app::{error::AppError, ui::words};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
    response::Response,
};
use domain::{care, drafts::Fields, refusal::Refusal};
use http_body_util::{BodyExt, Limited};

/// Mends an answer before it leaves.
///
/// Server functions answer 500 to every error, with the error itself in the
/// body: it gets its own status. Whatever else the framework says of its own
/// is replaced by our words. A plain form that failed gets a page.
pub async fn mend(
    response: Response,
    arrival: &Arrival,
    path: &str,
    method: &Method,
    asked_by_page: bool,
    app: &App,
) -> Response {
    let handed_back = arrival
        .hand_back
        .lock()
        .ok()
        .and_then(|mut slot| slot.take());
    if let Some((fields, error)) = handed_back {
        return keeping_cookies(response, page(&error, &fields, app));
    }
    let status = response.status();
    if !path.starts_with("/api/") {
        if !is_page(response.headers()) && (status.is_client_error() || status.is_server_error()) {
            return page(&known(status, arrival), &Fields::new(), app);
        }
        return response;
    }
    if status.is_redirection() {
        // The framework writes an error that it could not read into the
        // address of the page before. We say it on a page of its own.
        let forged = response
            .headers()
            .get(header::LOCATION)
            .is_some_and(|to| to.as_bytes().windows(6).any(|part| part == b"__err="));
        return if forged {
            page(&AppError::Unreadable, &Fields::new(), app)
        } else {
            response
        };
    }
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let bytes = Limited::new(body, 64 * 1024)
        .collect()
        .await
        .map(|body| body.to_bytes());
    let error = bytes
        .ok()
        .and_then(|bytes| serde_json::from_slice::<AppError>(&bytes).ok())
        .unwrap_or_else(|| match status {
            StatusCode::BAD_REQUEST => AppError::Refused(Refusal::NotFound),
            other => known(other, arrival),
        });
    if asked_by_page && method == Method::POST {
        return page(&error, &Fields::new(), app);
    }
    let mut mended = Response::new(Body::from(serde_json::to_vec(&error).unwrap_or_default()));
    *mended.headers_mut() = parts.headers;
    mended.headers_mut().remove(header::CONTENT_LENGTH);
    mended.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    *mended.status_mut() = status_of(&error);
    mended
}

fn known(status: StatusCode, arrival: &Arrival) -> AppError {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            AppError::Refused(Refusal::NotFound)
        }
        StatusCode::FORBIDDEN => AppError::Refused(Refusal::NotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => AppError::Busy,
        status if status.is_client_error() => AppError::Unreadable,
        _ => AppError::Trouble(arrival.id.clone()),
    }
}

fn status_of(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn keeping_cookies(from: Response, mut to: Response) -> Response {
    for cookie in from.headers().get_all(header::SET_COOKIE) {
        to.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    to
}

fn page(error: &AppError, fields: &Fields, app: &App) -> Response {
    let words = escape(&words::error(error));
    let typed: String = fields
        .iter()
        .filter(|(name, _)| !["page", "key", "secret"].contains(&name.as_str()))
        .filter(|(name, value)| value.len() > 12 || name.as_str() == "body")
        .map(|(name, value)| {
            format!(
                "<div class=\"field tall\"><label for=\"{name}\">What you wrote</label>\
                 <textarea id=\"{name}\" readonly rows=\"10\" dir=\"auto\">\n{}</textarea></div>",
                escape(value),
                name = escape(name),
            )
        })
        .collect();
    let contacts = match error {
        AppError::NotKept => contacts(app),
        _ => String::new(),
    };
    let html = plain::document(
        app,
        "That did not work",
        &format!(
            "<p class=\"sentence\">{words}</p>{contacts}{typed}\
             <div class=\"row\"><a class=\"button\" href=\"/\">Go to this week</a></div>"
        ),
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status_of(error);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}

/// Who answers now, on the page itself.
fn contacts(app: &App) -> String {
    let Some(contacts) = care::for_country(&app.house.settings.country) else {
        return String::new();
    };
    let emergency = contacts
        .emergency
        .call
        .iter()
        .map(|call| ("Emergency", call));
    let lines = contacts
        .crisis
        .iter()
        .filter_map(|contact| Some((contact.name.as_str(), contact.call.as_ref()?)));
    let items: String = emergency
        .chain(lines)
        .map(|(name, number)| {
            let digits: String = number
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect();
            format!(
                "<li><h2>{}</h2><a class=\"call\" href=\"tel:{digits}\">{}</a></li>",
                escape(name),
                escape(number)
            )
        })
        .collect();
    format!("<ul class=\"contacts\">{items}</ul>")
}
