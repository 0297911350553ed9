//! Pages without the app: they are there when nothing else works.

use crate::App;
use axum::{
    extract::State,
    response::{Html, IntoResponse},
};

/// A document with the house's header around `main`, which is HTML.
pub fn document(app: &App, title: &str, main: &str) -> String {
    let files = app.files.place();
    let (style, leave, icons) = (
        files.address("/pkg/chorus.css"),
        files.address("/leave.js"),
        files.address("/icons.svg"),
    );
    let settings = &app.house.settings;
    let (name, neutral) = (
        escape(&settings.site_name),
        escape(settings.leave_to.as_str()),
    );
    format!(
        r##"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · {name}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{style}">
<script src="{leave}" async></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<a class="skip leave" href="{neutral}" rel="noreferrer">Leave this page</a>
<header class="site">
<a class="brand" href="/"><svg aria-hidden="true"><use href="{icons}#mark"></use></svg><span>{name}</span></a>
<a class="leave" href="{neutral}" rel="noreferrer">Leave this page</a>
<a class="help-now" href="/help">Get help now</a>
</header>
<div id="notes" role="status"></div>
<main id="main" tabindex="-1">
<div class="oops">
<svg aria-hidden="true"><use href="{icons}#arcs"></use></svg>
<h1 tabindex="-1">{title}</h1>
{main}
</div>
</main>
<footer class="site"><p>Chorus is peer support. It is no treatment and no crisis service.</p></footer>
<div id="status" role="status" class="visually-hidden"></div>
</body>
</html>
"##
    )
}

/// What the service worker keeps, to be shown when there is no connection.
pub async fn offline(State(app): State<App>) -> impl IntoResponse {
    Html(document(
        &app,
        "There is no connection",
        "<p class=\"sentence\">This page needs one. Help is kept on this device and opens without it.</p>\
         <div class=\"row\"><a class=\"button\" href=\"/help\">Get help now</a>\
         <a class=\"button second\" href=\"/\">Try this week again</a></div>",
    ))
}

/// Text as it may stand in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
