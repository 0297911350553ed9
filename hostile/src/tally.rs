//! What came of the requests, in numbers.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::mutate::Shot;
use crate::send::{End, Outcome};

/// A request that broke something, with all that is needed to send it again.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The request.
    pub shot: Shot,
    /// What was wrong.
    pub what: String,
}

/// Answers by their class.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Classes {
    /// From 2xx to 5xx; what is beside these counts as 5xx.
    answers: [u64; 4],
    none: u64,
}

/// Sums over requests.
#[derive(Debug, Default)]
pub struct Tally {
    /// Requests sent.
    pub requests: u64,
    /// Answers of 500 and above.
    pub broken: u64,
    /// Requests after which neither an answer nor an end came.
    pub silent: u64,
    /// The slowest answer.
    pub slowest: Duration,
    statuses: BTreeMap<u16, u64>,
    ends: BTreeMap<End, u64>,
    mutations: BTreeMap<&'static str, Classes>,
    /// What went wrong, each with its request.
    pub faults: Vec<Fault>,
}

impl Tally {
    /// Adds what came of a request.
    pub fn count(&mut self, shot: Shot, outcome: &Outcome) {
        self.requests += 1;
        self.slowest = self.slowest.max(outcome.took);
        *self.ends.entry(outcome.end).or_default() += 1;
        let broken: Vec<u16> = outcome
            .statuses
            .iter()
            .copied()
            .filter(|&status| status >= 500)
            .collect();
        self.broken += broken.len() as u64;
        for &status in &outcome.statuses {
            *self.statuses.entry(status).or_default() += 1;
        }
        for name in &shot.mutations {
            let classes = self.mutations.entry(name).or_default();
            for status in &outcome.statuses {
                classes.answers[usize::from(status / 100).clamp(2, 5) - 2] += 1;
            }
            classes.none += u64::from(outcome.statuses.is_empty());
        }
        let silent = matches!(outcome.end, End::Silent | End::Unreachable);
        self.silent += u64::from(silent);
        if let Some(status) = broken.first() {
            let first = outcome.said.lines().next().unwrap_or_default();
            let what = format!("answered {status}: {first}");
            self.faults.push(Fault { shot, what });
        } else if silent {
            let what = format!("{:?} after {:?}", outcome.end, outcome.took);
            self.faults.push(Fault { shot, what });
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "answers by status:")?;
        for (status, count) in &self.statuses {
            writeln!(f, "  {status}  {count}")?;
        }
        writeln!(f, "requests by their end:")?;
        for (end, count) in &self.ends {
            writeln!(f, "  {:<12} {count}", format!("{end:?}"))?;
        }
        writeln!(
            f,
            "answers by mutation (a request with several counts under each):"
        )?;
        let head = ["2xx", "3xx", "4xx", "5xx", "none"];
        write!(f, "  {:<28}", "")?;
        for name in head {
            write!(f, "{name:>8}")?;
        }
        writeln!(f)?;
        for (name, Classes { answers, none }) in &self.mutations {
            write!(f, "  {name:<28}")?;
            for count in answers {
                write!(f, "{count:>8}")?;
            }
            writeln!(f, "{none:>8}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate::{Generator, tests::small_ground};

    #[test]
    fn answers_of_500_and_silence_are_faults() {
        let shot = |index| Generator::new(1).shot(&small_ground("127.0.0.1:1"), index);
        let outcome = |statuses: &[u16], end| Outcome {
            statuses: statuses.to_vec(),
            said: String::new(),
            end,
            took: Duration::ZERO,
        };
        let mut tally = Tally::default();
        tally.count(shot(0), &outcome(&[200, 404], End::Answered));
        tally.count(shot(1), &outcome(&[], End::Closed));
        assert!(tally.faults.is_empty());
        tally.count(shot(2), &outcome(&[200, 503], End::Answered));
        tally.count(shot(3), &outcome(&[], End::Silent));
        assert_eq!((tally.broken, tally.silent, tally.faults.len()), (1, 1, 2));
        assert!(tally.to_string().contains("  503  1\n"));
    }
}
