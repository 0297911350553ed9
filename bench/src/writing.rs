//! Posting comments, and reading meanwhile.

use std::sync::Arc;
use std::time::Duration;

use bench::Result;
use bench::chorus::{Durability, Running};
use bench::http::fetch;
use bench::load::{self, Outcome, Plan, Requests};
use bench::posting::{self, Composer, Member, key};

use crate::ReportArguments;
use crate::compare::{is_page, same};
use crate::disk::{Syncs, syncs};
use crate::engine::{Engine, Place};
use crate::report::Report;
use crate::rounds::{Pair, median};
use crate::visitor::{READER, WRITER, ask};

const MOST_POSTS: u64 = 100_000;
const MOST_SYNCS: u64 = 100_000;
/// So many members write on so many articles: nobody writes everything alone.
const MEMBERS: usize = 8;
/// Reads a second while comments are posted, and their connections.
const READS: (f64, usize) = (50.0, 8);

/// Everything about posting on one engine.
///
/// # Errors
/// When a comment is refused.
pub async fn posting(
    report: &mut Report,
    arguments: &ReportArguments,
    engine: Engine,
) -> Result<()> {
    report.part(&format!("Posting comments, {engine}"));
    let full = Writers::start(arguments, engine, "full", Durability::Full).await?;
    let peak = match engine {
        Engine::Sqlite => {
            let off = Writers::start(arguments, engine, "off", Durability::Off).await?;
            let peak = rates(report, arguments, engine, &full, Some(&off)).await?;
            off.running.stop().await?;
            peak
        }
        Engine::Postgres => rates(report, arguments, engine, &full, None).await?,
    };
    at_half_the_peak(report, arguments, engine, &full, peak / 2.0).await?;
    for (what, cookie) in [
        ("a page rendered for its reader", WRITER),
        ("the public page", READER),
    ] {
        reads_meanwhile(report, arguments, &full, peak / 2.0, (what, cookie)).await?;
    }
    report.note(&format!(
        "{MEMBERS} members, distinct texts and keys, on {} articles; limits raised by \
         configuration; {} rounds of {} s in turn. Reads come {} times a second on {} connections; \
         their latencies of all rounds are taken together. Every comment changes what public \
         pages show, so the public page is rendered again after each. PostgreSQL keeps its files \
         where temporary files go, with fsync on.",
        full.articles, arguments.rounds, arguments.seconds, READS.0, READS.1
    ));
    full.running.stop().await
}

/// Comments a second; answers with the most.
async fn rates(
    report: &mut Report,
    arguments: &ReportArguments,
    engine: Engine,
    full: &Writers,
    off: Option<&Writers>,
) -> Result<f64> {
    let (mut together, mut gathered, mut alone) =
        (Pair::default(), Pair::default(), Pair::default());
    let many = arguments.writers;
    for round in 0..arguments.rounds as u64 {
        let syncs = disk(arguments)?;
        let kept = full.post(arguments, round * 2, many).await?;
        let single = full.post(arguments, round * 2 + 1, 1).await?;
        gathered.push(kept.rate(), single.rate());
        alone.push(single.rate(), syncs.rate);
        if let Some(off) = off {
            let hoped = off.post(arguments, round * 2, many).await?;
            together.push(kept.rate(), hoped.rate());
        }
    }
    let peak = median(&gathered.subject);
    report.line(
        &format!("durable comments/s, {many} connections"),
        &format!("{peak:.0}"),
    );
    report.figure("durable comments a second", engine, format!("{peak:.0}"));
    if off.is_some() {
        report.judged(
            "durable comments beside synchronous=OFF",
            &format!(
                "{peak:.0} beside {:.0}: ratio {:.2}",
                median(&together.reference),
                together.ratio()
            ),
            ">= 0.5",
            together.ratio() >= 0.5,
        );
    }
    report.judged(
        "durable comments beside one transaction a comment",
        &format!(
            "{peak:.0} beside {:.0}: ratio {:.2}",
            median(&gathered.reference),
            gathered.ratio()
        ),
        ">= 3",
        gathered.ratio() >= 3.0,
    );
    report.line(
        "one transaction a comment beside the disk's fsync rate",
        &format!(
            "{:.0} beside {:.0}: ratio {:.2}",
            median(&alone.subject),
            median(&alone.reference),
            alone.ratio()
        ),
    );
    Ok(peak)
}

async fn at_half_the_peak(
    report: &mut Report,
    arguments: &ReportArguments,
    engine: Engine,
    full: &Writers,
    rate: f64,
) -> Result<()> {
    let (mut slow, mut fsync, mut slow_fsync) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..arguments.rounds as u64 {
        let disk = disk(arguments)?;
        let requests = full.requests(1000 + round);
        let outcome = load::at_rate(
            full.plan(arguments, arguments.writers),
            rate,
            requests,
            posting::posted,
        )
        .await?;
        slow.push(outcome.within(0.99).as_secs_f64() * 1e3);
        fsync.push(1e3 / disk.rate);
        slow_fsync.push(disk.slow * 1e3);
    }
    let (slow, fsync) = (median(&slow), median(&fsync));
    let budget = 2.0 * fsync + 5.0;
    report.judged(
        &format!("99 of 100 comments kept within, at {rate:.0} a second (half the peak)"),
        &format!(
            "{slow:.1} ms, at {fsync:.1} ms a fsync (99 of 100: {:.1} ms)",
            median(&slow_fsync)
        ),
        &format!("<= 2 fsyncs + 5 ms: {budget:.1} ms"),
        slow <= budget,
    );
    report.figure(
        "99 of 100 comments kept within, at half that rate",
        engine,
        format!("{slow:.0} ms"),
    );
    Ok(())
}

async fn reads_meanwhile(
    report: &mut Report,
    arguments: &ReportArguments,
    full: &Writers,
    rate: f64,
    (what, cookie): (&str, &str),
) -> Result<()> {
    let address = full.running.address;
    let reads = Plan {
        connections: READS.1,
        ..full.plan(arguments, 1)
    };
    let request = || same(ask(address, &full.page, cookie));
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for round in 0..arguments.rounds as u64 {
        idle.extend(
            load::at_rate(reads, READS.0, request(), is_page)
                .await?
                .latencies,
        );
        let posts = full.requests(2000 + round);
        let writers = full.plan(arguments, arguments.writers);
        let (read, posted) = tokio::join!(
            load::at_rate(reads, READS.0, request(), is_page),
            load::at_rate(writers, rate, posts, posting::posted),
        );
        posted?;
        busy.extend(read?.latencies);
    }
    let (idle, busy) = (p99(idle), p99(busy));
    report.judged(
        &format!("{what}: 99 of 100 reads within, comments coming in beside idle"),
        &format!("{busy:.1} ms beside {idle:.1} ms: ratio {:.2}", busy / idle),
        "<= 1.5",
        busy / idle <= 1.5,
    );
    Ok(())
}

/// In milliseconds.
fn p99(mut latencies: Vec<Duration>) -> f64 {
    latencies.sort_unstable();
    let outcome = Outcome {
        done: latencies.len() as u64,
        seconds: 1.0,
        latencies,
    };
    outcome.within(0.99).as_secs_f64() * 1e3
}

fn disk(arguments: &ReportArguments) -> Result<Syncs> {
    syncs(
        &arguments.folder,
        Duration::from_secs(arguments.seconds),
        MOST_SYNCS,
    )
}

/// A server, and members who comment on its articles.
struct Writers {
    running: Running,
    composers: Arc<Vec<Composer>>,
    articles: usize,
    page: String,
    _place: Place,
}

impl Writers {
    async fn start(
        arguments: &ReportArguments,
        engine: Engine,
        name: &str,
        durability: Durability,
    ) -> Result<Self> {
        let place = engine.place_with(arguments, name, durability).await?;
        let running = place.chorus.start().await?;
        let sitemap = fetch(running.address, "/sitemap.xml", &[]).await?.text();
        let articles = posting::articles(&sitemap);
        let page = articles.first().ok_or("no article in the sitemap")?.clone();
        let mut composers = Vec::new();
        for number in 0..MEMBERS {
            let handle = format!("bench-writer-{number}");
            let member = Member::join(running.address, &handle).await?;
            for article in &articles {
                composers.push(member.composer(running.address, article).await?);
            }
        }
        Ok(Self {
            running,
            composers: Arc::new(composers),
            articles: articles.len(),
            page,
            _place: place,
        })
    }

    fn requests(&self, run: u64) -> Requests {
        let (composers, address) = (Arc::clone(&self.composers), self.running.address);
        Arc::new(move |number| {
            let body = format!("Round {run}, voice {number}: I am glad that you are here.");
            let composer = &composers[number as usize % composers.len()];
            Arc::from(composer.comment(address, &body, &key(run, number)))
        })
    }

    fn plan(&self, arguments: &ReportArguments, connections: usize) -> Plan {
        Plan {
            address: self.running.address,
            connections,
            duration: Duration::from_secs(arguments.seconds),
            most: MOST_POSTS,
        }
    }

    async fn post(
        &self,
        arguments: &ReportArguments,
        run: u64,
        connections: usize,
    ) -> Result<Outcome> {
        let plan = self.plan(arguments, connections);
        load::run(plan, self.requests(run), posting::posted).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_hundredth_is_left_out() {
        let latencies = (1..=101).rev().map(Duration::from_millis).collect();
        assert!((p99(latencies) - 100.0).abs() < 1e-9);
    }
}
