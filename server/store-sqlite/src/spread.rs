use std::sync::atomic::{AtomicU64, Ordering};

/// How many upper bounds a spread has.
const BOUNDS: usize = 10;

/// How large something came out, counted by upper bounds.
#[derive(Debug)]
pub struct Spread {
    bounds: [u64; BOUNDS],
    counts: [AtomicU64; BOUNDS + 1],
}

impl Spread {
    /// Nothing yet. The bounds go up.
    pub(crate) fn new(bounds: [u64; BOUNDS]) -> Self {
        Self {
            bounds,
            counts: Default::default(),
        }
    }

    pub(crate) fn add(&self, value: u64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Each bound and how many came out at most that large, but larger than the
    /// bound before. The last has no bound.
    pub fn counts(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let bounds = self.bounds.iter().copied().map(Some).chain([None]);
        let counts = self.counts.iter();
        bounds.zip(counts.map(|count| count.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_counts_once_under_the_first_bound_that_holds_it() {
        let spread = Spread::new([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
        for value in [0, 1, 2, 3, 4, 512, 513, u64::MAX] {
            spread.add(value);
        }
        let found: Vec<_> = spread.counts().filter(|(_, count)| *count > 0).collect();
        assert_eq!(
            found,
            [
                (Some(1), 2),
                (Some(2), 1),
                (Some(4), 2),
                (Some(512), 1),
                (None, 2)
            ]
        );
        assert_eq!(spread.counts().count(), BOUNDS + 1);
    }
}
