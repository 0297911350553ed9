//! Load on one address: a number of connections, each asking again as soon as it is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Result;
use crate::http::{Answer, Connection};

/// Makes the request with a number, which no other request of the run has.
pub type Requests = Arc<dyn Fn(u64) -> Arc<[u8]> + Send + Sync>;
/// Says whether an answer is the one hoped for.
pub type Accepts = fn(&Answer) -> bool;

/// How hard, how long and how often at most.
#[derive(Clone, Copy)]
pub struct Plan {
    /// A loopback address.
    pub address: SocketAddr,
    /// Connections held open.
    pub connections: usize,
    /// No request begins after this.
    pub duration: Duration,
    /// No more requests than this.
    pub most: u64,
}

/// What came of it.
pub struct Outcome {
    /// Requests answered as hoped.
    pub done: u64,
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Time to the whole answer, shortest first.
    pub latencies: Vec<Duration>,
}

impl Outcome {
    /// Requests answered in a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.seconds
    }

    /// The latency that this share (0 to 1) of requests stayed within.
    pub fn within(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        self.latencies.get(place).copied().unwrap_or_default()
    }
}

/// When requests begin.
#[derive(Clone, Copy)]
enum Pace {
    /// Each as soon as its connection has the answer to the one before.
    AsAnswered,
    /// So many a second, each at its moment.
    EachSecond(f64),
}

impl Pace {
    /// When the request with this number is due; none if the load is over by then.
    fn due(self, number: u64, started: Instant, plan: &Plan) -> Option<Instant> {
        let due = match self {
            Self::AsAnswered => Instant::now(),
            Self::EachSecond(rate) => started + Duration::from_secs_f64(number as f64 / rate),
        };
        (number < plan.most && due.duration_since(started) < plan.duration).then_some(due)
    }
}

/// Runs the plan.
///
/// # Errors
/// When any answer is not the one hoped for: a rate of refusals would be no result.
pub async fn run(plan: Plan, requests: Requests, accepts: Accepts) -> Result<Outcome> {
    drive(plan, Pace::AsAnswered, requests, accepts).await
}

/// As [`run`], with so many requests a second: each is due at its moment, whether those before it
/// were answered or not. A latency counts from that moment if the request had to wait for a
/// connection; how late the client's own timer woke it does not count.
///
/// # Errors
/// As [`run`].
pub async fn at_rate(
    plan: Plan,
    rate: f64,
    requests: Requests,
    accepts: Accepts,
) -> Result<Outcome> {
    if !(rate.is_finite() && rate > 0.0) {
        return Err("a rate is more than nothing".into());
    }
    drive(plan, Pace::EachSecond(rate), requests, accepts).await
}

async fn drive(plan: Plan, pace: Pace, requests: Requests, accepts: Accepts) -> Result<Outcome> {
    if !plan.address.ip().is_loopback() {
        return Err("load goes to the loopback address only".into());
    }
    let number = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let mut connections = JoinSet::new();
    for _ in 0..plan.connections {
        let number = Arc::clone(&number);
        let requests = Arc::clone(&requests);
        connections.spawn(async move {
            let mut connection = Connection::to(plan.address);
            let mut latencies = Vec::new();
            loop {
                let own = number.fetch_add(1, Ordering::Relaxed);
                let Some(due) = pace.due(own, started, &plan) else {
                    return Ok::<_, crate::Failure>(latencies);
                };
                let request = requests(own);
                let from = whenever_due(due).await;
                let answer = connection.exchange(&request).await?;
                latencies.push(from.elapsed());
                if !accepts(&answer) {
                    return Err(refusal(&answer).into());
                }
            }
        });
    }
    let mut latencies = Vec::new();
    while let Some(connection) = connections.join_next().await {
        latencies.extend(connection??);
    }
    let seconds = started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(Outcome {
        done: latencies.len() as u64,
        seconds,
        latencies,
    })
}

/// Waits for a moment, and says from when on a request's time counts.
async fn whenever_due(due: Instant) -> Instant {
    let early = due.saturating_duration_since(Instant::now());
    if early.is_zero() {
        return due;
    }
    tokio::time::sleep(early).await;
    Instant::now()
}

fn refusal(answer: &Answer) -> String {
    let to = answer.header("location").unwrap_or_default();
    let start: String = answer.text().chars().take(300).collect();
    format!("an answer of {} {to}\n{start}", answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_the_sorted_list() {
        let latencies = (1..=101).map(Duration::from_millis).collect();
        let outcome = Outcome {
            done: 101,
            seconds: 2.0,
            latencies,
        };
        assert_eq!(outcome.within(0.5), Duration::from_millis(51));
        assert_eq!(outcome.within(0.99), Duration::from_millis(100));
        assert!((outcome.rate() - 50.5).abs() < f64::EPSILON);
    }

    /// Answers everything with nothing, until the test ends.
    async fn quiet_server() -> SocketAddr {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut room = [0; 1024];
                    while stream.read(&mut room).await.is_ok_and(|read| read > 0) {
                        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
                        if stream.write_all(answer).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn a_rate_is_kept_and_ends() {
        let address = quiet_server().await;
        let plan = Plan {
            address,
            connections: 2,
            duration: Duration::from_secs(60),
            most: 12,
        };
        let request = crate::http::get(address, "/", &[]);
        let requests: Requests = Arc::new(move |_| Arc::from(request.as_slice()));
        let outcome = at_rate(plan, 200.0, Arc::clone(&requests), |answer| {
            answer.status == 204
        })
        .await
        .expect("answered");
        assert_eq!(outcome.done, 12);
        // The twelfth is due after eleven two-hundredths of a second.
        assert!(outcome.seconds >= 0.055, "{}", outcome.seconds);
        let refused = at_rate(plan, 200.0, Arc::clone(&requests), |answer| {
            answer.status == 200
        });
        assert!(refused.await.is_err());
        assert!(at_rate(plan, 0.0, requests, |_| true).await.is_err());
    }

    #[tokio::test]
    async fn other_machines_are_never_loaded() {
        let plan = Plan {
            address: ([192, 0, 2, 1], 80).into(),
            connections: 1,
            duration: Duration::from_secs(1),
            most: 1,
        };
        let requests: Requests = Arc::new(|_| Arc::from(&b""[..]));
        assert!(run(plan, requests, |_| true).await.is_err());
    }
}
