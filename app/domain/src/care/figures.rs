//! How the desk is doing, as numbers.

use super::Queue;
use crate::{clock::Timestamp, store::Reader, store::Stored};

/// How far back the figures look, in milliseconds.
const LATELY: i64 = 30 * Timestamp::DAY;

/// The most calls that they read.
const MOST: u32 = 5_000;

/// How the desk is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Calls that wait for an answer: of those who asked.
    pub waiting: u64,
    /// Words that read like danger to life, and wait as well.
    pub danger: u64,
    /// Words that read like a call, and wait as well.
    pub noticed: u64,
    /// None if nobody was first answered lately.
    pub first_answers: Option<Waits>,
}

/// How long people waited for their first answer, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// Half of them waited no longer.
    pub median: i64,
    /// Nineteen of twenty waited no longer.
    pub most: i64,
}

impl Waits {
    fn of(mut waits: Vec<i64>) -> Option<Self> {
        waits.sort_unstable();
        // The smallest wait that this share of all did not pass.
        let at = |share: usize| {
            let place = (waits.len() * share).div_ceil(100).max(1) - 1;
            waits.get(place).copied()
        };
        at(50)
            .zip(at(95))
            .map(|(median, most)| Self { median, most })
    }
}

/// The figures of this moment.
pub async fn figures(reader: &mut dyn Reader, now: Timestamp) -> Stored<Figures> {
    Ok(Figures {
        waiting: reader.waiting_count(Queue::Asked).await?,
        danger: reader.waiting_count(Queue::Danger).await?,
        noticed: reader.waiting_count(Queue::Noticed).await?,
        first_answers: Waits::of(reader.first_waits(now.plus(-LATELY), MOST).await?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_of_those_who_waited() {
        let waits = |median, most| Some(Waits { median, most });
        assert_eq!(Waits::of(Vec::new()), None);
        assert_eq!(Waits::of(vec![7]), waits(7, 7));
        assert_eq!(Waits::of(vec![40, 2, 4, 3]), waits(3, 40));
        let hundred: Vec<i64> = (1..=100).map(|n| n % 60).collect();
        assert_eq!(Waits::of(hundred), waits(25, 54));
    }
}
