//! Chance that falls the same way for the same seed, on every machine and in
//! every version: what is generated twice is equal.

/// What is being thrown for, so that no two things hang on the same throw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Throw {
    Identity,
    Member,
    Guest,
    Share,
    Weight,
    Thread,
    Words,
    Support,
}

/// The generator SplitMix64, which needs no more state than a number. It keeps
/// no secret.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// For the thing with a number within its kind.
    pub fn new(seed: u64, throw: Throw, kind: u64, number: u64) -> Self {
        let mut dice = Self(seed);
        for part in [throw as u64 + 1, kind + 1, number + 1] {
            dice.0 = dice.bits() ^ part.wrapping_mul(0xd134_2543_de82_ef95);
        }
        dice
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 if there is none.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// As [`Dice::below`], for a time.
    pub fn moment(&mut self, limit: i64) -> i64 {
        self.below(limit.max(0).unsigned_abs()).cast_signed()
    }

    /// One of these.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// A random identifier whose order is that of the numbers: tables and their
/// indexes grow at their end, as fast as they can.
pub fn identity(seed: u64, kind: u64, number: u64, count: u64) -> String {
    let mut dice = Dice::new(seed, Throw::Identity, kind, number);
    let width = (u128::MAX / u128::from(count.max(1))).max(1);
    let within = (u128::from(dice.bits()) << 64 | u128::from(dice.bits())) % width;
    let bits = width * u128::from(number) + within;
    // A UUID of version 4 has these bits.
    let bits = bits & !(0xf << 76) | (0x4 << 76);
    let bits = bits & !(0x3 << 62) | (0x2 << 62);
    format!("{bits:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_throw_falls_the_same_way() {
        let thrown = |seed, kind, number| Dice::new(seed, Throw::Share, kind, number).bits();
        assert_eq!(thrown(1, 2, 3), thrown(1, 2, 3));
        let all = [
            thrown(1, 2, 3),
            thrown(2, 2, 3),
            thrown(1, 3, 3),
            thrown(1, 2, 4),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one));
        }
        let other = Dice::new(1, Throw::Member, 2, 3).bits();
        assert_ne!(other, thrown(1, 2, 3));
    }

    #[test]
    fn throws_are_spread_and_within_their_limit() {
        let mut dice = Dice::new(7, Throw::Weight, 0, 0);
        let mut seen = [0_u32; 6];
        for _ in 0..6000 {
            seen[dice.below(6) as usize] += 1;
        }
        assert!(
            seen.iter().all(|times| (800..1200).contains(times)),
            "{seen:?}"
        );
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.moment(-5), 0);
    }

    #[test]
    fn identities_are_in_order_and_read_as_such() {
        for count in [1, 2, 1000, 10_000_000] {
            let last = count.min(1000);
            let all: Vec<String> = (0..last).map(|n| identity(9, 1, n, count)).collect();
            assert!(all.is_sorted(), "{count}");
            for id in &all {
                let read: domain::ids::CommentId = id.parse().expect("an identifier");
                assert_eq!(read.uuid().get_version_num(), 4);
            }
        }
        assert_ne!(identity(1, 1, 0, 5), identity(2, 1, 0, 5));
    }
}
