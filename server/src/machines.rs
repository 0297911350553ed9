//! Addresses that machines ask for.

use crate::App;
use app::ctx::Settings;
use atom_syndication::{Category, Entry, Feed, FixedDateTime, Link, Person, Text};
use axum::{
    extract::{Path, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    articles::{ArticleListed, Series},
    clock::Timestamp,
    page::Cursor,
    store::{Reader, Stored},
};
use std::{fmt::Write, time::Duration};

/// Articles in a feed.
const FEED: u32 = 20;

/// The most addresses that a sitemap may list.
const SITEMAP: usize = 50_000;

/// Articles that are read at a time for the sitemap.
const BATCH: u32 = 500;

/// The longest that the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// The templates of all of them.
pub const ROUTES: [&str; 8] = [
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/sitemap.xml",
    "/feed.atom",
    "/offline",
    "/sw.js",
    "/series/{series}/feed.atom",
];

/// Does the program answer? Nothing else is asked: whoever starts it anew when
/// it does not would gain nothing while the database is away.
pub async fn healthz() -> impl IntoResponse {
    (NEVER_KEPT, "ok\n")
}

/// May people be sent here? Only while the database can be asked, and until the
/// program is told to stop.
pub async fn readyz(State(app): State<App>) -> impl IntoResponse {
    let (status, word) = if app.stopping.has_begun() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if reads(&app).await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no database\n")
    };
    (status, NEVER_KEPT, format!("{word}{}", of_care(&app)))
}

/// What somebody should look at, though people may be sent here.
fn of_care(app: &App) -> String {
    let mut lines = String::new();
    let (waiting, _) = app.house.journal.waiting();
    if waiting > 0 {
        let _ = writeln!(lines, "care journal: {waiting} not on the desk");
    }
    let failures = app.alerts.failures();
    if failures > 0 {
        let _ = writeln!(lines, "alert command: failed {failures} times");
    }
    lines
}

const NEVER_KEPT: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

async fn reads(app: &App) -> bool {
    let asking = async {
        let mut reader = app.house.store.read().await?;
        reader.any_member().await
    };
    tokio::time::timeout(PATIENCE, asking)
        .await
        .is_ok_and(|answer| answer.is_ok())
}

/// What search engines may visit.
pub async fn robots(State(app): State<App>) -> impl IntoResponse {
    let base = &app.house.settings.base_url;
    let text =
        format!("User-agent: *\nDisallow: /api/\nDisallow: /me\nSitemap: {base}/sitemap.xml\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}

/// The series and published articles, for search engines.
pub async fn sitemap(State(app): State<App>) -> Response {
    match sitemap_text(&app).await {
        Ok(text) => xml("application/xml; charset=utf-8", text),
        Err(error) => trouble(&error),
    }
}

/// The newest articles.
pub async fn feed(State(app): State<App>) -> Response {
    match articles_of(&app, None).await {
        Ok(articles) => atom(&house_feed(&app.house.settings, &articles)),
        Err(error) => trouble(&error),
    }
}

/// The newest articles of one series.
pub async fn series_feed(State(app): State<App>, Path(slug): Path<String>) -> Response {
    let series = match series(&app, &slug).await {
        Ok(series) => series,
        Err(error) => return trouble(&error),
    };
    let Some(series) = series else {
        return unknown();
    };
    match articles_of(&app, Some(&series)).await {
        // A series in which nothing can be read is not there yet.
        Ok(articles) if articles.is_empty() => unknown(),
        Ok(articles) => atom(&feed_of_series(&app.house.settings, &series, &articles)),
        Err(error) => trouble(&error),
    }
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response()
}

fn trouble(error: &dyn std::error::Error) -> Response {
    tracing::error!(error = %error, "an address for machines failed");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something broke on our side.\n",
    )
        .into_response()
}

fn xml(kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, text).into_response()
}

fn atom(feed: &Feed) -> Response {
    xml("application/atom+xml; charset=utf-8", feed.to_string())
}

async fn series(app: &App, slug: &str) -> Stored<Option<Series>> {
    app.house.store.read().await?.series_by_slug(slug).await
}

async fn articles_of(app: &App, series: Option<&Series>) -> Stored<Vec<ArticleListed>> {
    let now = app.house.clock.now();
    let mut reader = app.house.store.read().await?;
    let series = series.map(|series| series.id);
    Ok(reader
        .published_articles(series, now, None, FEED)
        .await?
        .items)
}

async fn sitemap_text(app: &App) -> Stored<String> {
    let now = app.house.clock.now();
    let base = &app.house.settings.base_url;
    let mut reader = app.house.store.read().await?;
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut room = SITEMAP;
    for path in ["/", "/series"] {
        put_address(&mut text, base, path, None);
        room -= 1;
    }
    for series in reader.published_series(now).await? {
        put_address(&mut text, base, &series.address(), None);
        room -= 1;
    }
    put_articles(&mut text, base, &mut *reader, now, room).await?;
    text.push_str("</urlset>\n");
    Ok(text)
}

async fn put_articles(
    text: &mut String,
    base: &str,
    reader: &mut dyn Reader,
    now: Timestamp,
    mut room: usize,
) -> Stored<()> {
    let mut after: Option<Cursor> = None;
    loop {
        let page = reader
            .published_articles(None, now, after.as_ref(), BATCH)
            .await?;
        for article in page.items.iter().take(room) {
            put_address(text, base, &article.address(), Some(article.updated_at));
        }
        room = room.saturating_sub(page.items.len());
        match page.next {
            Some(next) if room > 0 => after = Some(next),
            _ => return Ok(()),
        }
    }
}

fn put_address(text: &mut String, base: &str, path: &str, changed: Option<Timestamp>) {
    let address = escaped(&format!("{base}{path}"));
    let changed = changed
        .map(|at| format!("<lastmod>{}</lastmod>", at.rfc3339()))
        .unwrap_or_default();
    let _ = writeln!(text, "  <url><loc>{address}</loc>{changed}</url>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

/// Without the characters that XML cannot hold in any form.
fn holdable(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..))
        .collect()
}

fn moment(at: Timestamp) -> FixedDateTime {
    at.rfc3339().parse().unwrap_or_default()
}

fn house_feed(settings: &Settings, articles: &[ArticleListed]) -> Feed {
    feed_of(
        settings,
        &settings.site_name,
        "",
        "/",
        "/feed.atom",
        articles,
    )
}

fn feed_of_series(settings: &Settings, series: &Series, articles: &[ArticleListed]) -> Feed {
    let address = series.address();
    let own = format!("{address}/feed.atom");
    feed_of(
        settings,
        &series.title,
        &series.summary,
        &address,
        &own,
        articles,
    )
}

/// A feed at `own` of what stands at `about`.
fn feed_of(
    settings: &Settings,
    title: &str,
    subtitle: &str,
    about: &str,
    own: &str,
    articles: &[ArticleListed],
) -> Feed {
    let base = &settings.base_url;
    let link = |rel: &str, path: &str, kind: &str| Link {
        href: format!("{base}{path}"),
        rel: rel.to_owned(),
        mime_type: Some(kind.to_owned()),
        ..Default::default()
    };
    let updated = articles.iter().map(changed_at).max().unwrap_or_default();
    Feed {
        title: Text::plain(holdable(title)),
        id: format!("{base}{own}"),
        updated: moment(updated),
        subtitle: (!subtitle.is_empty()).then(|| Text::plain(holdable(subtitle))),
        authors: vec![Person {
            name: holdable(&settings.site_name),
            ..Default::default()
        }],
        links: vec![
            link("self", own, "application/atom+xml"),
            link("alternate", about, "text/html"),
        ],
        entries: articles
            .iter()
            .map(|article| entry(base, article))
            .collect(),
        ..Default::default()
    }
}

/// When what a feed shows of an article last changed: when it was written, or
/// when it appeared.
fn changed_at(article: &ArticleListed) -> Timestamp {
    article
        .published_at
        .map_or(article.updated_at, |at| at.max(article.updated_at))
}

fn entry(base: &str, article: &ArticleListed) -> Entry {
    Entry {
        title: Text::plain(holdable(&article.title)),
        id: format!("urn:uuid:{}", article.id.uuid()),
        updated: moment(changed_at(article)),
        published: article.published_at.map(moment),
        summary: Some(Text::plain(holdable(&article.lead()))),
        categories: vec![Category {
            term: article.series_slug.clone(),
            label: Some(holdable(&article.series_title)),
            ..Default::default()
        }],
        links: vec![Link {
            href: format!("{base}{}", article.address()),
            rel: "alternate".to_owned(),
            mime_type: Some("text/html".to_owned()),
            ..Default::default()
        }],
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out_and_the_rest_is_escaped() {
        assert_eq!(holdable("a\u{0}b\u{8}c\u{FFFE}d\te 🙂"), "abcd\te 🙂");
        let mut text = String::new();
        put_address(&mut text, "https://a.example/?x=1&y=<'\">", "/series", None);
        assert_eq!(
            text,
            "  <url><loc>https://a.example/?x=1&amp;y=&lt;&apos;&quot;&gt;/series</loc></url>\n"
        );
    }
}
