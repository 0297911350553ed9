//! The measurements, one function each.

use std::fs;
use std::time::Duration;

use bench::Result;
use bench::chorus::{Chorus, Durability, Running};
use bench::http::fetch;
use bench::posting::{newest_article, scripts};
use bench::process;

use crate::ReportArguments;
use crate::lighthouse::{self, lighthouse};
use crate::live::idle_connections;
use crate::reading::{beside_reference, both_engines, discussed};
use crate::report::{Report, bytes, first_line_of, mebibytes, processor};
use crate::rounds::median;
use crate::scale::large_and_small;
use crate::transfer::Transfer;
use crate::writing::posting;

const IDLE: Duration = Duration::from_secs(3);

/// Measures all of it, prints it and writes the report.
///
/// # Errors
/// When anything cannot be measured: a report with gaps is not written.
pub async fn everything(arguments: &ReportArguments) -> Result<()> {
    fs::create_dir_all(&arguments.folder)?;
    let mut report = Report::default();
    let transfer = Transfer::read(&arguments.transfer)?;
    let visited = lighthouse::read(&arguments.lighthouse)?;
    transferred(&mut report, &transfer);
    lighthouse(&mut report, &visited);
    program(&mut report, arguments).await?;
    idle_connections(&mut report, arguments).await?;
    for engine in arguments.engines() {
        beside_reference(&mut report, arguments, engine).await?;
        discussed(&mut report, arguments, engine).await?;
        posting(&mut report, arguments, engine).await?;
        large_and_small(&mut report, arguments, engine).await?;
    }
    if arguments.engine.is_none() {
        both_engines(&mut report, arguments).await?;
    }
    report.verdict();
    report.write(&arguments.out, &about(arguments, &transfer))?;
    if let Some(figures) = &arguments.figures {
        report.write_figures(figures)?;
    }
    println!("\nwritten to {}", arguments.out.display());
    Ok(())
}

/// Measures what a page costs in a large community beside a small one, and prints it.
///
/// # Errors
/// When a community cannot be generated or read.
pub async fn scale(arguments: &ReportArguments) -> Result<()> {
    fs::create_dir_all(&arguments.folder)?;
    let mut report = Report::default();
    for engine in arguments.engines() {
        large_and_small(&mut report, arguments, engine).await?;
    }
    report.verdict();
    Ok(())
}

/// Measures what open pages that listen cost, and prints it.
///
/// # Errors
/// When they cannot all listen.
pub async fn live(arguments: &ReportArguments) -> Result<()> {
    fs::create_dir_all(&arguments.folder)?;
    let mut report = Report::default();
    idle_connections(&mut report, arguments).await?;
    report.verdict();
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
    report.judged(
        "article page, first view: HTML and CSS, compressed",
        &bytes(transfer.first_view()),
        "<= 14 KB (14,336 B)",
        transfer.first_view() <= 14 * 1024,
    );
    let eager: u64 = transfer.blocked.iter().map(|file| file.wire).sum();
    report.line(
        "article page with WASM blocked: everything, with headers",
        &bytes(eager),
    );
    report.judged(
        "what hydration loads: script and WASM",
        &bytes(transfer.hydration_bytes()),
        "<= 250 KB (256,000 B)",
        transfer.hydration_bytes() <= 250 * 1024,
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
    let running = chorus.start().await?;
    let eager = eager_script(&running).await?;
    running.stop().await?;

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
    let size = fs::metadata(&arguments.program)?.len();
    report.judged("size", &bytes(size), "<= 30 MB", size <= 30_000_000);
    report.judged(
        "cold start to the first healthy answer",
        &format!("{:.0} ms", median(&starts)),
        "<= 100 ms",
        median(&starts) <= 100.0,
    );
    report.judged(
        "idle memory, resident",
        &mebibytes(median(&resident) as u64),
        "<= 30 MiB",
        median(&resident) <= 30.0 * f64::from(1 << 20),
    );
    report.line(
        "of which its own (anonymous)",
        &mebibytes(median(&anonymous) as u64),
    );
    report.judged(
        "script that the article page itself asks for",
        &format!("{} in {} files", bytes(eager.0), eager.1),
        "<= 1.5 KB (1,536 B), no WASM",
        eager.0 <= 1536 && !eager.2,
    );
    report.note(&format!(
        "Medians of {} starts with the sample content; memory after one page and 3 s of quiet.",
        arguments.rounds
    ));
    Ok(())
}

/// What the page's own script tags load: compressed bytes, files, and whether the page asks for
/// WASM.
async fn eager_script(running: &Running) -> Result<(u64, usize, bool)> {
    let article = newest_article(running.address).await?;
    let page = fetch(running.address, &article, &[]).await?.text();
    let files = scripts(&page);
    let mut sum = 0;
    for file in &files {
        let script = fetch(running.address, file, &[("accept-encoding", "br")]).await?;
        sum += script.body.len() as u64;
    }
    let head = page.split("</head>").next().unwrap_or_default();
    Ok((sum, files.len(), head.contains(".wasm")))
}
