//! What came of the rounds, in numbers and in a line.

use std::fmt;
use std::ops::AddAssign;

use crate::check::Faults;

/// Sums over rounds.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Rounds that were run to their end.
    pub rounds: u64,
    /// Posts that were answered with their address.
    pub acknowledged: u64,
    /// Acknowledged posts that are gone.
    pub lost: u64,
    /// Copies too many.
    pub duplicated: u64,
    /// Posts behind a later one of their writer.
    pub out_of_order: u64,
    /// Posts that nobody sent.
    pub unknown: u64,
    /// Posts that were refused though nothing was broken.
    pub refused: u64,
    /// Rounds after which the database was damaged, or could not be opened or read.
    pub damaged: u64,
}

impl Tally {
    /// Adds what a check found.
    pub fn count(&mut self, faults: &Faults) {
        self.lost += faults.lost.len() as u64;
        self.duplicated += faults.duplicated.len() as u64;
        self.out_of_order += faults.out_of_order.len() as u64;
        self.unknown += faults.unknown.len() as u64;
    }

    /// Is the promise kept?
    pub fn is_clean(&self) -> bool {
        let Self {
            rounds: _,
            acknowledged: _,
            lost,
            duplicated,
            out_of_order,
            unknown,
            refused,
            damaged,
        } = self;
        [lost, duplicated, out_of_order, unknown, refused, damaged]
            .into_iter()
            .all(|count| *count == 0)
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.rounds += other.rounds;
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.out_of_order += other.out_of_order;
        self.unknown += other.unknown;
        self.refused += other.refused;
        self.damaged += other.damaged;
    }
}

/// The rarer kinds of fault are named only when there are any.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rounds, {} posts acknowledged, {} lost, {} duplicated, {} out of order",
            grouped(self.rounds),
            grouped(self.acknowledged),
            grouped(self.lost),
            grouped(self.duplicated),
            grouped(self.out_of_order),
        )?;
        let rare = [
            (self.unknown, "sent by nobody"),
            (self.refused, "refused"),
            (self.damaged, "databases damaged"),
        ];
        for (count, name) in rare.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {} {name}", grouped(count))?;
        }
        Ok(())
    }
}

/// A number with a comma before each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_reads_well() {
        let tally = Tally {
            rounds: 200,
            acknowledged: 48_211,
            ..Tally::default()
        };
        assert!(tally.is_clean());
        assert_eq!(
            tally.to_string(),
            "200 rounds, 48,211 posts acknowledged, 0 lost, 0 duplicated, 0 out of order"
        );
    }

    #[test]
    fn each_fault_is_counted_and_named() {
        let mut tally = Tally::default();
        tally.count(&Faults {
            lost: vec![String::new(); 1_000],
            duplicated: vec![String::new()],
            ..Faults::default()
        });
        tally += &Tally {
            damaged: 1,
            ..Tally::default()
        };
        assert!(!tally.is_clean());
        assert_eq!(
            tally.to_string(),
            "0 rounds, 0 posts acknowledged, 1,000 lost, 1 duplicated, 0 out of order, \
             1 databases damaged"
        );
    }
}
