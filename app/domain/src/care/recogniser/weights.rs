use super::{Token, data::data, shown};
use std::{collections::HashMap, sync::LazyLock};

/// How much a part of a text says, by two questions. Above nothing it says yes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Head {
    /// Does someone ask for help, or are they in danger?
    pub noticed: f32,
    /// Is it danger to life?
    pub crisis: f32,
}

/// What speaks for a yes has to come to this at least, whatever speaks against
/// it: a text that shows nothing, or is in another language, says nothing.
pub const ENOUGH: f32 = 1.0;

/// Weights are whole hundredths in their file.
const UNIT: f32 = 100.0;

/// Where every part begins, before it shows a sign.
const START: &str = "^";

static WEIGHTS: LazyLock<HashMap<&'static str, Head>> = LazyLock::new(|| {
    let lines = data().map_or("", |data| data.weights).lines();
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

/// How much a part of a text says.
pub fn weigh(part: &[Token]) -> Head {
    let (mut noticed, mut crisis) = (Sum::default(), Sum::default());
    for (sign, share) in shown(part) {
        if let Some(weight) = WEIGHTS.get(sign.as_str()) {
            noticed.add(weight.noticed * share);
            crisis.add(weight.crisis * share);
        }
    }
    let start = WEIGHTS.get(START).copied().unwrap_or_default();
    Head {
        noticed: noticed.from(start.noticed),
        crisis: crisis.from(start.crisis),
    }
}

#[derive(Default)]
struct Sum {
    whole: f32,
    /// Only what speaks for a yes.
    speaks_for: f32,
}

impl Sum {
    fn add(&mut self, said: f32) {
        self.whole += said;
        self.speaks_for += said.max(0.0);
    }

    fn from(&self, start: f32) -> f32 {
        if self.speaks_for < ENOUGH {
            f32::MIN
        } else {
            start + self.whole
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_weights_is_read() {
        let lines = data().expect("they are in the program").weights.lines();
        let lines = lines.filter(|line| !line.starts_with("# ")).count();
        assert_eq!(WEIGHTS.len(), lines);
        assert!(WEIGHTS.contains_key(START));
    }
}
