//! Reading pages: those that are kept for everyone, and those that are made for one.

use std::sync::Arc;
use std::time::Duration;

use bench::Result;
use bench::chorus::Running;
use bench::http::{Answer, Connection};
use bench::load::{self, Plan};
use bench::posting::{self, Member, newest_article};

use crate::ReportArguments;
use crate::compare::{compare, cost, first_byte, is_page, is_unchanged};
use crate::engine::{Engine, Place};
use crate::reference;
use crate::report::{Report, bytes};
use crate::rounds::Pair;
use crate::visitor::{READER, WRITER, ask, ask_with};

/// Comments are put under an article on so many connections, within so long.
const DISCUSSING: (usize, Duration) = (16, Duration::from_secs(300));
/// What "flat" is taken to be.
const FLAT: f64 = 1.2;

/// Pages beside a server that has them in memory.
///
/// # Errors
/// When an answer is not the one hoped for.
pub async fn beside_reference(
    report: &mut Report,
    arguments: &ReportArguments,
    engine: Engine,
) -> Result<()> {
    let place = engine.place(arguments, "reading").await?;
    let running = place.chorus.start().await?;
    let article = newest_article(running.address).await?;
    report.part(&format!("Reading the article page, {engine}"));
    kept(report, arguments, engine, &running, &article).await?;
    signed_in(report, arguments, &running, &article).await?;
    report.note(&format!(
        "Beside it an axum server that answers with the same bytes and headers from memory; {} \
         connections, {} rounds of {} s in turn; requests with a browser's headers.",
        arguments.connections, arguments.rounds, arguments.seconds
    ));
    running.stop().await
}

async fn kept(
    report: &mut Report,
    arguments: &ReportArguments,
    engine: Engine,
    running: &Running,
    article: &str,
) -> Result<()> {
    let page = format!("http://{}{article}", running.address);
    // The second look finds it kept.
    page_of(running, article, READER).await?;
    let original = page_of(running, article, READER).await?;
    let reference = reference::start(&page, READER).await?;
    let copy = page_of(&reference, article, READER).await?;
    if original.body != copy.body {
        return Err("the reference does not send the same bytes".into());
    }
    report.line(
        "bytes of the body, compressed",
        &bytes(original.body.len() as u64),
    );

    let whole = |address| ask(address, article, READER);
    let compared = compare(arguments, (running, &whole), (&reference, &whole), is_page).await?;
    let ratio = compared.rates.ratio();
    report.judged(
        "cached public page: requests/s beside L",
        &compared.rates(),
        ">= 0.9 L",
        ratio >= 0.9,
    );
    report.line(
        "cached public page: processor time a request beside L",
        &compared.costs(),
    );
    let rate = crate::rounds::median(&compared.rates.subject);
    report.figure(
        "public pages a second, from memory",
        engine,
        format!("{rate:.0}"),
    );

    let tag = original.header("etag").ok_or("the page has no tag")?;
    let known = [("if-none-match", tag.as_str())];
    let unchanged = |address| ask_with(address, article, READER, &known);
    let unchanged = compare(
        arguments,
        (running, &unchanged),
        (&reference, &unchanged),
        is_unchanged,
    )
    .await?;
    let ratio = unchanged.rates.ratio();
    report.judged(
        "unchanged page (304): requests/s beside L's 304",
        &unchanged.rates(),
        ">= 0.9 L",
        ratio >= 0.9,
    );
    let own = crate::rounds::median(&unchanged.rates.subject) / rate;
    report.judged(
        "unchanged page (304) beside the whole page",
        &format!("ratio {own:.2}"),
        ">= 1",
        own >= 1.0,
    );
    reference.stop().await
}

async fn signed_in(
    report: &mut Report,
    arguments: &ReportArguments,
    running: &Running,
    article: &str,
) -> Result<()> {
    let member = Member::join(running.address, "bench-reader").await?;
    let page = format!("http://{}{article}", running.address);
    let reference = reference::start(&page, member.cookie()).await?;
    let request = |address| ask(address, article, member.cookie());
    let compared = compare(
        arguments,
        (running, &request),
        (&reference, &request),
        is_page,
    )
    .await?;
    report.judged(
        "signed-in page: requests/s beside L",
        &compared.rates(),
        ">= 0.4 L",
        compared.rates.ratio() >= 0.4,
    );
    report.line(
        "signed-in page: processor time a request beside L",
        &compared.costs(),
    );
    reference.stop().await
}

/// Pages with many comments, rendered for each who asks.
///
/// # Errors
/// When an answer is not the one hoped for.
pub async fn discussed(
    report: &mut Report,
    arguments: &ReportArguments,
    engine: Engine,
) -> Result<()> {
    report.part(&format!(
        "Pages with many comments, rendered each time, {engine}"
    ));
    let (few_place, few) = with_comments(arguments, engine, 100).await?;
    let (some_place, some) = with_comments(arguments, engine, 200).await?;
    let (many_place, many) = with_comments(arguments, engine, 5_000).await?;

    let article = newest_article(some.address).await?;
    let request = |address| ask(address, &article, WRITER);
    let (rate, spent) = cost(arguments, (&some, &request), is_page).await?;
    report.judged(
        "article with 200 comments: processor time a request",
        &format!("{spent:.0} µs"),
        "<= 500 µs",
        spent <= 500.0,
    );
    report.line(
        "article with 200 comments: requests/s",
        &format!("{rate:.0}"),
    );
    report.figure(
        "pages rendered a second, article with 200 comments",
        engine,
        format!("{rate:.0}"),
    );

    let mut waits = Pair::default();
    for _ in 0..arguments.rounds {
        waits.push(
            first_byte(arguments, (&many, &request)).await?,
            first_byte(arguments, (&few, &request)).await?,
        );
    }
    report.judged(
        "first byte at 5,000 comments beside 100",
        &format!(
            "{:.2} ms beside {:.2} ms: ratio {:.2}",
            crate::rounds::median(&waits.subject),
            crate::rounds::median(&waits.reference),
            waits.ratio()
        ),
        "flat: <= 1.2",
        waits.ratio() <= FLAT,
    );
    let size = |answer: Answer| answer.body.len() as f64;
    let long = size(page_of(&many, &article, WRITER).await?);
    let short = size(page_of(&few, &article, WRITER).await?);
    report.judged(
        "compressed size at 5,000 comments beside 100",
        &format!(
            "{} beside {}: ratio {:.2}",
            bytes(long as u64),
            bytes(short as u64),
            long / short
        ),
        "flat: <= 1.2",
        long / short <= FLAT,
    );
    report.note(
        "Asked by a guest who has sent a form once, so that no page is kept: each is read from the \
         database, rendered and compressed. The processor time is that of chorus alone.",
    );
    for running in [few, some, many] {
        running.stop().await?;
    }
    drop((few_place, some_place, many_place));
    Ok(())
}

/// Reads on both engines, of the same page.
///
/// # Errors
/// When an answer is not the one hoped for.
pub async fn both_engines(report: &mut Report, arguments: &ReportArguments) -> Result<()> {
    report.part("PostgreSQL beside SQLite");
    let (file, sqlite) = with_comments(arguments, Engine::Sqlite, 200).await?;
    let (server, postgres) = with_comments(arguments, Engine::Postgres, 200).await?;
    let article = newest_article(sqlite.address).await?;
    let request = |address| ask(address, &article, WRITER);
    let compared = compare(
        arguments,
        (&postgres, &request),
        (&sqlite, &request),
        is_page,
    )
    .await?;
    report.judged(
        "article with 200 comments, page cache cold: requests/s",
        &compared.rates(),
        ">= 0.7",
        compared.rates.ratio() >= 0.7,
    );
    report.line(
        "the same: processor time a request, of chorus alone",
        &compared.costs(),
    );
    report.note("The same page and load on both, in turn; PostgreSQL runs on the same machine.");
    postgres.stop().await?;
    sqlite.stop().await?;
    drop((file, server));
    Ok(())
}

/// A server on whose newest article so many comments were posted.
async fn with_comments(
    arguments: &ReportArguments,
    engine: Engine,
    comments: u64,
) -> Result<(Place, Running)> {
    // How they were written does not matter to who reads them.
    let off = bench::chorus::Durability::Off;
    let name = format!("comments-{comments}");
    let place = engine.place_with(arguments, &name, off).await?;
    let running = place.chorus.start().await?;
    let article = newest_article(running.address).await?;
    let member = Member::join(running.address, "bench-writer").await?;
    let requests = member.comments(running.address, &article, comments).await?;
    let plan = Plan {
        address: running.address,
        connections: DISCUSSING.0,
        duration: DISCUSSING.1,
        most: comments,
    };
    let posted = load::run(plan, Arc::clone(&requests), posting::posted).await?;
    if posted.done != comments {
        return Err(format!("only {} of {comments} comments were posted", posted.done).into());
    }
    Ok((place, running))
}

async fn page_of(server: &Running, path: &str, cookie: &str) -> Result<Answer> {
    let answer = Connection::to(server.address)
        .exchange(&ask(server.address, path, cookie))
        .await?;
    match is_page(&answer) {
        true => Ok(answer),
        false => Err(format!("{path} answers {}", answer.status).into()),
    }
}
