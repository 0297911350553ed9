//! Medians of interleaved rounds: on a shared machine a ratio of two things measured side by side
//! says more than either alone.

/// The middle value, or the mean of the two in the middle; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => (sorted[even / 2 - 1] + sorted[even / 2]) / 2.0,
    }
}

/// Two things measured in turn, round after round.
#[derive(Default)]
pub struct Pair {
    /// The thing of interest, a value a round.
    pub subject: Vec<f64>,
    /// What stands beside it.
    pub reference: Vec<f64>,
}

impl Pair {
    /// Adds a round.
    pub fn push(&mut self, subject: f64, reference: f64) {
        self.subject.push(subject);
        self.reference.push(reference);
    }

    /// The median of the rounds' ratios, subject over reference.
    pub fn ratio(&self) -> f64 {
        let ratios: Vec<f64> = self
            .subject
            .iter()
            .zip(&self.reference)
            .map(|(own, other)| own / other)
            .collect();
        median(&ratios)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[]), 0.0);
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        let mut pair = Pair::default();
        pair.push(10.0, 10.0);
        pair.push(50.0, 100.0);
        pair.push(1.0, 4.0);
        assert_eq!(pair.ratio(), 0.5);
    }
}
