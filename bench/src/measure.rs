//! The measurements, one function each.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bench::Result;
use bench::chorus::{Chorus, Durability, Running};
use bench::http::{fetch, get};
use bench::load::{self, Accepts, Outcome, Plan, Requests};
use bench::posting::{self, Member, newest_article};

use crate::ReportArguments;
use crate::disk::syncs_per_second;
use crate::process;
use crate::reference;
use crate::report::{Report, bytes, first_line_of, mebibytes, processor};
use crate::rounds::{Pair, median};
use crate::transfer::Transfer;

const MOST_READS: u64 = 2_000_000;
const MOST_POSTS: u64 = 100_000;
const MOST_SYNCS: u64 = 100_000;
/// Each load begins with a shorter one that is not counted.
const WARM_UP: Duration = Duration::from_millis(500);
const IDLE: Duration = Duration::from_secs(3);

/// Measures all of it, prints it and writes the report.
///
/// # Errors
/// When anything cannot be measured: a report with gaps is not written.
pub async fn everything(arguments: &ReportArguments) -> Result<()> {
    fs::create_dir_all(&arguments.folder)?;
    let mut report = Report::default();
    let transfer = Transfer::read(&arguments.transfer)?;
    transferred(&mut report, &transfer);
    program(&mut report, arguments).await?;
    reading(&mut report, arguments).await?;
    posting(&mut report, arguments).await?;
    report.write(&arguments.out, &about(arguments, &transfer))?;
    println!("\nwritten to {}", arguments.out.display());
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the report carries the day it was made"
)]
fn about(arguments: &ReportArguments, transfer: &Transfer) -> Vec<(&'static str, String)> {
    let program = arguments.program.display().to_string();
    vec![
        (
            "date",
            jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        ),
        ("program", first_line_of(&program, &["--version"])),
        (
            "commit",
            first_line_of("git", &["rev-parse", "--short", "HEAD"]),
        ),
        ("compiler", first_line_of("rustc", &["--version"])),
        ("browser", format!("Chromium {}", transfer.browser)),
        ("machine", processor()),
        ("system", first_line_of("uname", &["-sr"])),
    ]
}

fn transferred(report: &mut Report, transfer: &Transfer) {
    report.part("Bytes on the wire");
    report.line(
        "article page, first view: HTML and CSS, compressed",
        &bytes(transfer.first_view()),
    );
    let eager: u64 = transfer.blocked.iter().map(|file| file.wire).sum();
    report.line(
        "article page with WASM blocked: everything, with headers",
        &bytes(eager),
    );
    report.line(
        "what hydration loads: script and WASM",
        &bytes(transfer.hydration_bytes()),
    );
    for file in transfer.hydration() {
        let coding = if file.encoding.is_empty() {
            "not compressed"
        } else {
            &file.encoding
        };
        report.line(
            &format!("— {}", file.path),
            &format!("{} ({coding})", bytes(file.body)),
        );
    }
    report.note(&format!(
        "A cold profile of Chromium on `{}`, counted by its own network log.",
        transfer.path
    ));
}

async fn program(report: &mut Report, arguments: &ReportArguments) -> Result<()> {
    let chorus = Chorus::new(
        &arguments.program,
        &arguments.folder,
        "program",
        Durability::Full,
    )?;
    chorus.start().await?.stop().await?;

    let mut starts = Vec::new();
    let mut resident = Vec::new();
    let mut anonymous = Vec::new();
    for _ in 0..arguments.rounds {
        let running = chorus.start().await?;
        starts.push(running.cold_start.as_secs_f64() * 1e3);
        fetch(running.address, "/", &[]).await?;
        tokio::time::sleep(IDLE).await;
        let memory = process::memory(running.pid()?)?;
        resident.push(memory.resident as f64);
        anonymous.push(memory.anonymous as f64);
        running.stop().await?;
    }
    report.part("The program");
    report.line("size", &bytes(fs::metadata(&arguments.program)?.len()));
    report.line(
        "cold start to the first healthy answer",
        &format!("{:.0} ms", median(&starts)),
    );
    report.line(
        "idle memory, resident",
        &mebibytes(median(&resident) as u64),
    );
    report.line(
        "of which its own (anonymous)",
        &mebibytes(median(&anonymous) as u64),
    );
    report.note(&format!(
        "Medians of {} starts with the sample content; memory after one page and 3 s of quiet.",
        arguments.rounds
    ));
    Ok(())
}

async fn reading(report: &mut Report, arguments: &ReportArguments) -> Result<()> {
    let chorus = Chorus::new(
        &arguments.program,
        &arguments.folder,
        "reading",
        Durability::Full,
    )?;
    let running = chorus.start().await?;
    let article = newest_article(running.address).await?;
    let page = format!("http://{}{article}", running.address);
    let reference = reference::start(&page).await?;

    report.part("Reading the article page");
    let original = fetch(running.address, &article, &[("accept-encoding", "br")]).await?;
    let copy = fetch(reference.address, &article, &[("accept-encoding", "br")]).await?;
    // Each page has a nonce of its own, which packs a little better or worse.
    if original.body.len().abs_diff(copy.body.len()) > 64 {
        return Err("the reference does not send the same bytes".into());
    }
    report.line(
        "bytes of the body, brotli",
        &bytes(original.body.len() as u64),
    );

    let whole = |address| get(address, &article, &[("accept-encoding", "br")]);
    let both = (&running, &reference);
    compare(report, arguments, "whole page", both, &whole, |answer| {
        answer.status == 200
    })
    .await?;

    match original.header("etag") {
        Some(etag) => {
            let headers = [("accept-encoding", "br"), ("if-none-match", etag.as_str())];
            let unchanged = |address| get(address, &article, &headers);
            compare(
                report,
                arguments,
                "unchanged page (304)",
                both,
                &unchanged,
                |answer| answer.status == 304,
            )
            .await?;
        }
        None => report.line("unchanged page (304)", "the page carries no ETag"),
    }

    let member = Member::join(running.address, "bench-reader").await?;
    let headers = [("accept-encoding", "br"), ("cookie", member.cookie())];
    let signed_in = |address| get(address, &article, &headers);
    compare(
        report,
        arguments,
        "signed-in page",
        both,
        &signed_in,
        |answer| answer.status == 200,
    )
    .await?;

    report.note(&format!(
        "Beside it an axum server that answers with the same bytes and headers from memory; {} \
         connections, {} rounds of {} s in turn.",
        arguments.connections, arguments.rounds, arguments.seconds
    ));
    reference.stop().await?;
    running.stop().await
}

/// Loads Chorus and the reference in turn with the same request.
async fn compare(
    report: &mut Report,
    arguments: &ReportArguments,
    what: &str,
    (running, reference): (&Running, &Running),
    request: &dyn Fn(SocketAddr) -> Vec<u8>,
    accepts: Accepts,
) -> Result<()> {
    let mut rates = Pair::default();
    let mut costs = Pair::default();
    for server in [running, reference] {
        let plan = Plan {
            duration: WARM_UP,
            ..plan(arguments, server.address, MOST_READS)
        };
        load::run(plan, same(request(server.address)), accepts).await?;
    }
    for _ in 0..arguments.rounds {
        let (rate, cost) = one_load(arguments, running, request, accepts).await?;
        let (beside, cost_beside) = one_load(arguments, reference, request, accepts).await?;
        rates.push(rate, beside);
        costs.push(cost, cost_beside);
    }
    report.line(
        &format!("{what}: requests/s, beside the reference"),
        &format!(
            "{:.0} beside {:.0}: ratio {:.2}",
            median(&rates.subject),
            median(&rates.reference),
            rates.ratio()
        ),
    );
    report.line(
        &format!("{what}: processor time a request, beside the reference"),
        &format!(
            "{:.1} µs beside {:.1} µs",
            median(&costs.subject),
            median(&costs.reference)
        ),
    );
    Ok(())
}

/// A rate in requests/s and a cost in microseconds of processor time a request.
async fn one_load(
    arguments: &ReportArguments,
    server: &Running,
    request: &dyn Fn(SocketAddr) -> Vec<u8>,
    accepts: Accepts,
) -> Result<(f64, f64)> {
    let pid = server.pid()?;
    let before = process::processor_seconds(pid)?;
    let plan = plan(arguments, server.address, MOST_READS);
    let outcome = load::run(plan, same(request(server.address)), accepts).await?;
    let spent = process::processor_seconds(pid)? - before;
    Ok((outcome.rate(), spent * 1e6 / outcome.done as f64))
}

async fn posting(report: &mut Report, arguments: &ReportArguments) -> Result<()> {
    let durable = Chorus::new(
        &arguments.program,
        &arguments.folder,
        "full",
        Durability::Full,
    )?;
    let careless = Chorus::new(
        &arguments.program,
        &arguments.folder,
        "off",
        Durability::Off,
    )?;
    let full = Writers::start(&durable).await?;
    let off = Writers::start(&careless).await?;
    let alone = ReportArguments {
        connections: 1,
        ..copied(arguments)
    };

    let mut rates = Pair::default();
    let mut singles = Pair::default();
    let mut slowest = Vec::new();
    for round in 0..arguments.rounds as u64 {
        let syncs = syncs_per_second(
            &arguments.folder,
            Duration::from_secs(arguments.seconds),
            MOST_SYNCS,
        )?;
        let kept = full.post(arguments, round * 2).await?;
        let hoped = off.post(arguments, round * 2).await?;
        let single = full.post(&alone, round * 2 + 1).await?;
        rates.push(kept.rate(), hoped.rate());
        singles.push(single.rate(), syncs);
        slowest.push(kept.within(0.99).as_secs_f64() * 1e3);
    }

    report.part("Posting comments");
    report.line(
        &format!(
            "comments/s with FULL, {} connections",
            arguments.connections
        ),
        &format!("{:.0}", median(&rates.subject)),
    );
    report.line(
        &format!("comments/s with OFF, {} connections", arguments.connections),
        &format!(
            "{:.0}: ratio FULL/OFF {:.2}",
            median(&rates.reference),
            rates.ratio()
        ),
    );
    report.line(
        "the disk's fsync rate",
        &format!("{:.0} a second", median(&singles.reference)),
    );
    report.line(
        "comments/s with FULL on one connection, beside that rate",
        &format!(
            "{:.0}: ratio {:.2}",
            median(&singles.subject),
            singles.ratio()
        ),
    );
    report.line(
        "99 of 100 comments kept within, FULL",
        &format!("{:.1} ms", median(&slowest)),
    );
    report.note(&format!(
        "One member, distinct texts and keys, limits raised by configuration; {} rounds of {} s in turn.",
        arguments.rounds, arguments.seconds
    ));
    full.running.stop().await?;
    off.running.stop().await
}

/// A server, and a member who comments on its newest article.
struct Writers {
    running: Running,
    member: Member,
    article: String,
}

impl Writers {
    async fn start(chorus: &Chorus) -> Result<Self> {
        let running = chorus.start().await?;
        let member = Member::join(running.address, "bench-writer").await?;
        let article = newest_article(running.address).await?;
        Ok(Self {
            running,
            member,
            article,
        })
    }

    async fn post(&self, arguments: &ReportArguments, run: u64) -> Result<Outcome> {
        let address = self.running.address;
        let requests = self.member.comments(address, &self.article, run).await?;
        load::run(
            plan(arguments, address, MOST_POSTS),
            requests,
            posting::posted,
        )
        .await
    }
}

fn plan(arguments: &ReportArguments, address: SocketAddr, most: u64) -> Plan {
    let duration = Duration::from_secs(arguments.seconds);
    Plan {
        address,
        connections: arguments.connections,
        duration,
        most,
    }
}

fn same(request: Vec<u8>) -> Requests {
    let request: Arc<[u8]> = request.into();
    Arc::new(move |_| Arc::clone(&request))
}

fn copied(arguments: &ReportArguments) -> ReportArguments {
    ReportArguments {
        program: arguments.program.clone(),
        transfer: arguments.transfer.clone(),
        folder: arguments.folder.clone(),
        out: arguments.out.clone(),
        ..*arguments
    }
}
