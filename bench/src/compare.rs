//! Two servers under the same load, in turn.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bench::Result;
use bench::chorus::Running;
use bench::http::{Answer, Connection};
use bench::load::{self, Accepts, Plan, Requests};
use bench::process;

use crate::ReportArguments;
use crate::rounds::{Pair, median};

const MOST_READS: u64 = 2_000_000;
/// Each load begins with a shorter one that is not counted.
const WARM_UP: Duration = Duration::from_millis(500);

/// Makes the request for a server.
pub type Ask<'a> = &'a (dyn Fn(SocketAddr) -> Vec<u8> + Sync);

/// What two servers did, round by round.
#[derive(Default)]
pub struct Compared {
    /// Requests in a second.
    pub rates: Pair,
    /// Microseconds of the server's processor time a request.
    pub costs: Pair,
}

impl Compared {
    /// Both rates and their ratio, for people.
    pub fn rates(&self) -> String {
        format!(
            "{:.0} beside {:.0}: ratio {:.2}",
            median(&self.rates.subject),
            median(&self.rates.reference),
            self.rates.ratio()
        )
    }

    /// Both costs and their ratio, for people.
    pub fn costs(&self) -> String {
        format!(
            "{:.0} µs beside {:.0} µs: ratio {:.2}",
            median(&self.costs.subject),
            median(&self.costs.reference),
            self.costs.ratio()
        )
    }
}

/// The answer is a page.
pub fn is_page(answer: &Answer) -> bool {
    answer.status == 200
}

/// The browser has the page already.
pub fn is_unchanged(answer: &Answer) -> bool {
    answer.status == 304
}

/// Loads two servers in turn, each with its request.
///
/// # Errors
/// When an answer is not the one hoped for.
pub async fn compare(
    arguments: &ReportArguments,
    subject: (&Running, Ask<'_>),
    reference: (&Running, Ask<'_>),
    accepts: Accepts,
) -> Result<Compared> {
    for (server, ask) in [subject, reference] {
        warm_up(arguments, server, ask, accepts).await?;
    }
    let mut compared = Compared::default();
    for _ in 0..arguments.rounds {
        let (rate, cost) = one_load(arguments, subject, accepts).await?;
        let (beside, cost_beside) = one_load(arguments, reference, accepts).await?;
        compared.rates.push(rate, beside);
        compared.costs.push(cost, cost_beside);
    }
    Ok(compared)
}

/// The median cost of one server's requests, in microseconds of its processor time.
///
/// # Errors
/// As [`compare`].
pub async fn cost(
    arguments: &ReportArguments,
    subject: (&Running, Ask<'_>),
    accepts: Accepts,
) -> Result<(f64, f64)> {
    warm_up(arguments, subject.0, subject.1, accepts).await?;
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        let (rate, cost) = one_load(arguments, subject, accepts).await?;
        rates.push(rate);
        costs.push(cost);
    }
    Ok((median(&rates), median(&costs)))
}

async fn warm_up(
    arguments: &ReportArguments,
    server: &Running,
    ask: Ask<'_>,
    accepts: Accepts,
) -> Result<()> {
    let plan = Plan {
        duration: WARM_UP,
        ..reads(arguments, server.address)
    };
    load::run(plan, same(ask(server.address)), accepts).await?;
    Ok(())
}

async fn one_load(
    arguments: &ReportArguments,
    (server, ask): (&Running, Ask<'_>),
    accepts: Accepts,
) -> Result<(f64, f64)> {
    let pid = server.pid()?;
    let before = process::processor_seconds(pid)?;
    let plan = reads(arguments, server.address);
    let outcome = load::run(plan, same(ask(server.address)), accepts).await?;
    let spent = process::processor_seconds(pid)? - before;
    Ok((outcome.rate(), spent * 1e6 / outcome.done.max(1) as f64))
}

/// The median wait for the first bytes of an answer, in milliseconds, on one connection.
///
/// # Errors
/// As [`compare`].
pub async fn first_byte(
    arguments: &ReportArguments,
    (server, ask): (&Running, Ask<'_>),
) -> Result<f64> {
    const MOST: usize = 200;
    let request = ask(server.address);
    let mut connection = Connection::to(server.address);
    let mut waits = Vec::new();
    let began = std::time::Instant::now();
    while waits.len() < MOST && began.elapsed() < Duration::from_secs(arguments.seconds) {
        let answer = connection.exchange(&request).await?;
        if !is_page(&answer) {
            return Err(format!("an answer of {}", answer.status).into());
        }
        waits.push(answer.waited.as_secs_f64() * 1e3);
    }
    Ok(median(&waits))
}

/// Reads of a round, as many as go.
pub fn reads(arguments: &ReportArguments, address: SocketAddr) -> Plan {
    Plan {
        address,
        connections: arguments.connections,
        duration: Duration::from_secs(arguments.seconds),
        most: MOST_READS,
    }
}

/// The same request again and again.
pub fn same(request: Vec<u8>) -> Requests {
    let request: Arc<[u8]> = request.into();
    Arc::new(move |_| Arc::clone(&request))
}
