use serde::{Deserialize, Serialize};

/// How far a call has risen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Those on duty are asked to look.
    OnDuty,
    /// All peer supporters are.
    Supporters,
    /// Moderators and hosts are.
    Keepers,
}

impl Level {
    /// From the lowest to the highest.
    pub const ALL: [Self; 3] = [Self::OnDuty, Self::Supporters, Self::Keepers];

    /// 1 to 3. Nothing has risen to 0.
    pub const fn number(self) -> u8 {
        match self {
            Self::OnDuty => 1,
            Self::Supporters => 2,
            Self::Keepers => 3,
        }
    }

    /// From the form kept in the database; none for what has not risen.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_reads_back_as_itself() {
        for level in Level::ALL {
            assert_eq!(Level::from_number(level.number()), Some(level));
        }
        assert_eq!(Level::from_number(0), None);
        assert_eq!(Level::from_number(4), None);
    }
}
