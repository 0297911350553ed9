use crate::{Label, Part, Text, Texts};
use domain::care::{Severity, recognise};
use std::fmt::Write;

/// The figures on file. The tests fail when one of them gets worse.
pub const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures.tsv");

/// How texts were labelled, and what was heard in them.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// By label (crisis, call, none) and answer (crisis, call, nothing).
    table: [[u32; 3]; 3],
}

impl Counts {
    fn of<'a>(texts: impl Iterator<Item = &'a Text>) -> Self {
        let mut counts = Self::default();
        for text in texts {
            let row = match text.label {
                Label::Crisis => 0,
                Label::Call => 1,
                Label::None => 2,
            };
            let column = match recognise(&text.words) {
                Some(Severity::Crisis) => 0,
                Some(Severity::Call) => 1,
                None => 2,
            };
            counts.table[row][column] += 1;
        }
        counts
    }

    /// Each is better when it is greater.
    fn figures(&self) -> [(&'static str, f64); 4] {
        let [crisis, call, none] = self.table;
        let share = |some: u32, all: u32| f64::from(some) / f64::from(all.max(1));
        let noticed = |row: [u32; 3]| row[0] + row[1];
        let right = noticed(crisis) + noticed(call);
        [
            (
                "crisis noticed",
                share(noticed(crisis), crisis.iter().sum()),
            ),
            ("crisis named", share(crisis[0], crisis.iter().sum())),
            ("call noticed", share(noticed(call), call.iter().sum())),
            ("precision", share(right, right + noticed(none))),
        ]
    }
}

/// What was counted, by part and language.
#[derive(Debug)]
pub struct Measured {
    labelled: Vec<(String, Counts)>,
    ordinary: Vec<(&'static str, Counts)>,
}

const LANGUAGES: [&str; 2] = ["en", "es"];

/// Counts what is heard in all texts.
pub fn measure(texts: &Texts) -> Measured {
    let mut labelled = Vec::new();
    let mut ordinary = Vec::new();
    for part in Part::ALL {
        let of_part = || texts.labelled.iter().filter(move |text| text.part == part);
        labelled.push((part.name().to_owned(), Counts::of(of_part())));
        for language in LANGUAGES {
            let spoken = of_part().filter(|text| text.language == language);
            let name = format!("{} {language}", part.name());
            labelled.push((name, Counts::of(spoken)));
        }
        let of_part = texts.ordinary.iter().filter(|text| text.part == part);
        ordinary.push((part.name(), Counts::of(of_part)));
    }
    Measured { labelled, ordinary }
}

impl Measured {
    pub fn report(&self) -> String {
        let mut out = String::new();
        for (name, counts) in &self.labelled {
            let _ = writeln!(out, "{name}: labelled and heard as crisis, call, none");
            for (label, row) in ["crisis", "call", "none"].iter().zip(counts.table) {
                let _ = writeln!(out, "  {label:7} {:5} {:5} {:5}", row[0], row[1], row[2]);
            }
            for (figure, value) in counts.figures() {
                let _ = writeln!(out, "  {figure:15} {value:.3}");
            }
        }
        for (name, counts) in &self.ordinary {
            let [_, _, [crisis, call, nothing]] = counts.table;
            let _ = writeln!(
                out,
                "ordinary writing, {name}: {} of {} noticed",
                crisis + call,
                crisis + call + nothing
            );
        }
        out
    }

    /// A line each: part, figure, value.
    pub fn figures(&self) -> String {
        let mut out = String::new();
        for (name, counts) in &self.labelled {
            for (figure, value) in counts.figures() {
                let _ = writeln!(out, "{name}\t{figure}\t{value:.3}");
            }
        }
        for (name, counts) in &self.ordinary {
            let [_, _, row] = counts.table;
            let quiet = f64::from(row[2]) / f64::from(row.iter().sum::<u32>().max(1));
            let _ = writeln!(out, "{name}\tordinary left alone\t{quiet:.3}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn values(figures: &str) -> Vec<(String, f64)> {
        figures
            .lines()
            .map(|line| {
                let (name, value) = line.rsplit_once('\t').expect("a figure");
                (name.to_owned(), value.parse().expect("a number"))
            })
            .collect()
    }

    #[test]
    fn no_figure_is_worse_than_the_one_on_file() {
        let texts = Texts::load().expect("the texts");
        let now = values(&measure(&texts).figures());
        let on_file = values(&fs::read_to_string(FILE).expect("the figures"));
        assert_eq!(now.len(), on_file.len());
        for ((name, now), (known, on_file)) in now.iter().zip(&on_file) {
            assert_eq!(name, known);
            assert!(now >= on_file, "{name} was {on_file}, now {now}");
        }
    }
}
