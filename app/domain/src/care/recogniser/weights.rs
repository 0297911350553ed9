use super::{Token, shown};
use std::{collections::HashMap, sync::LazyLock};

/// How much a window says, by two questions. Above nothing it says yes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Head {
    /// Does someone ask for help, or are they in danger?
    pub noticed: f32,
    /// Is it danger to life?
    pub crisis: f32,
}

/// Weights are whole hundredths in their file.
const UNIT: f32 = 100.0;

/// Where every window begins, before it shows a sign.
const START: &str = "^";

static WEIGHTS: LazyLock<HashMap<&'static str, Head>> = LazyLock::new(|| {
    let lines = include_str!("../../../data/care/weights.tsv").lines();
    lines
        .filter_map(|line| {
            let mut parts = line.split('\t');
            let sign = parts.next()?;
            let mut weight = || Some(parts.next()?.parse::<f32>().ok()? / UNIT);
            let noticed = weight()?;
            let crisis = weight()?;
            Some((sign, Head { noticed, crisis }))
        })
        .collect()
});

/// How much a window says.
pub fn weigh(window: &[Token]) -> Head {
    let mut head = WEIGHTS.get(START).copied().unwrap_or_default();
    for (sign, share) in shown(window) {
        if let Some(weight) = WEIGHTS.get(sign.as_str()) {
            head.noticed += weight.noticed * share;
            head.crisis += weight.crisis * share;
        }
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_weights_is_read() {
        let lines = include_str!("../../../data/care/weights.tsv").lines();
        let lines = lines.filter(|line| !line.starts_with("# ")).count();
        assert_eq!(WEIGHTS.len(), lines);
        assert!(WEIGHTS.contains_key(START));
    }
}
