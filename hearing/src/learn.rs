//! Logistic regression with a penalty on the squares of weights, by coordinate
//! descent. A sign that stands mostly on one side is penalised less (after Wang and
//! Manning, "Baselines and Bigrams", 2012): it is seen as larger than it is.

use crate::{Label, Part, Text, Texts};
use domain::care::recogniser::{ENOUGH, Token, parts, read, shown};
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

/// What is learnt.
pub const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../public/hearing/weights.tsv");

/// A sign that only one text shows teaches nothing.
const SEEN_IN: usize = 2;

/// Keeps weights near nothing, so that they say something of other texts too.
const PENALTY: f64 = 0.1;

/// So many texts of each side are taken to show a sign, besides those that do.
const UNSEEN: f64 = 0.5;

/// Weights that are nearer to nothing than this are left out.
const LEAST: f64 = 0.5;

const ROUNDS: usize = 150;
const FOLDS: u8 = 5;

/// So many of those that are noticed have to be right. Within that, as much
/// as possible is noticed.
const PRECISION: f64 = 0.82;
/// The same for what is named a crisis.
const CRISIS_PRECISION: f64 = 0.66;

/// How much a text teaches beside one of the labelled set.
const EXAMPLE: f64 = 0.5;
const ORDINARY: f64 = 1.0;

/// How much more a crisis teaches: it costs most to miss one.
const CRISES: f64 = 4.0;

/// Signs by their numbers, and how much of each is shown.
type Shown = Vec<(usize, f64)>;

/// A text, or a window of one.
struct Case {
    label: Label,
    weight: f64,
    /// What it shows as a whole, which is what is learnt from.
    shown: Shown,
    /// What its parts show, and how much more than nothing they have to say.
    parts: Vec<(Shown, f64)>,
    /// None for what is never asked about.
    fold: Option<u8>,
}

#[derive(Debug)]
pub struct Learnt {
    pub report: String,
    pub weights: String,
}

/// What a weight is about.
struct Question {
    name: &'static str,
    is: fn(Label) -> bool,
    /// So many of those that are taken for it have to be right.
    precision: f64,
}

const NOTICED: Question = Question {
    name: "noticed",
    is: |label| !matches!(label, Label::None),
    precision: PRECISION,
};

const CRISIS: Question = Question {
    name: "crisis",
    is: |label| matches!(label, Label::Crisis),
    precision: CRISIS_PRECISION,
};

/// Learns from everything that is not held out.
pub fn learn(texts: &Texts) -> Learnt {
    let (cases, signs) = cases(texts);
    let mut report = String::new();
    let [noticed, crisis] = [NOTICED, CRISIS].map(
        |Question {
             name,
             is,
             precision,
         }| {
            let asked = cross_validate(&cases, signs.len(), is);
            let from = least(&asked, is, precision);
            let mut model = fit(&cases.iter().collect::<Vec<_>>(), signs.len(), is);
            model.start = -from;
            describe(&mut report, name, &asked, from, is);
            model
        },
    );
    let mut weights = String::from(
        "# What signs say: sign, help is asked for or someone is in danger, it is danger to life; in hundredths. `^` is where\n# every window begins. Learnt by `make care-learn`: change groups.tsv, spellings.tsv or examples.tsv, and learn again.\n",
    );
    let hundredths = |weight: f64| (weight * 100.0).round() as i64;
    let _ = writeln!(
        weights,
        "^\t{}\t{}",
        hundredths(noticed.start),
        hundredths(crisis.start)
    );
    let mut kept = 0;
    for (sign, &at) in &signs {
        let (one, other) = (
            hundredths(noticed.weights[at]),
            hundredths(crisis.weights[at]),
        );
        if (one, other) != (0, 0) {
            kept += 1;
            let _ = writeln!(weights, "{sign}\t{one}\t{other}");
        }
    }
    let _ = writeln!(report, "{kept} of {} signs have a weight", signs.len());
    Learnt { report, weights }
}

fn cases(texts: &Texts) -> (Vec<Case>, BTreeMap<String, usize>) {
    let may_teach = |text: &&Text| text.part == Part::Training;
    let mut read_texts = Vec::new();
    for text in texts.labelled.iter().filter(may_teach) {
        let fold = Some(text.lot % FOLDS);
        read_texts.push((text.label, 1.0, fold, read(&text.words)));
    }
    for text in &texts.examples {
        read_texts.push((text.label, EXAMPLE, None, read(&text.words)));
    }
    for text in texts.ordinary.iter().filter(may_teach) {
        let tokens = read(&text.words);
        for (window, _) in parts(&tokens).filter(|(_, handicap)| *handicap == 0.0) {
            read_texts.push((text.label, ORDINARY, None, window.to_vec()));
        }
    }
    let mut seen = HashMap::<String, usize>::new();
    for (.., tokens) in &read_texts {
        for sign in shown(tokens).into_keys() {
            *seen.entry(sign).or_default() += 1;
        }
    }
    let mut signs: Vec<_> = seen
        .into_iter()
        .filter_map(|(sign, times)| (times >= SEEN_IN).then_some(sign))
        .collect();
    signs.sort();
    let signs: BTreeMap<_, _> = signs.into_iter().zip(0..).collect();
    let numbered = |tokens: &[Token]| -> Shown {
        let shown = shown(tokens).into_iter();
        shown
            .filter_map(|(sign, value)| Some((*signs.get(&sign)?, f64::from(value))))
            .collect()
    };
    let cases = read_texts
        .iter()
        .map(|(label, weight, fold, tokens)| Case {
            label: *label,
            weight: match label {
                Label::Crisis => weight * CRISES,
                Label::Call | Label::None => *weight,
            },
            fold: *fold,
            shown: numbered(tokens),
            parts: parts(tokens)
                .map(|(part, handicap)| (numbered(part), f64::from(handicap)))
                .collect(),
        })
        .collect();
    (cases, signs)
}

struct Model {
    start: f64,
    weights: Vec<f64>,
}

impl Model {
    /// What the part says that says most, from nothing on.
    fn weigh(&self, case: &Case) -> f64 {
        let weigh = |shown: &Shown| {
            let signs = shown.iter();
            let said = signs.map(|&(at, value)| self.weights[at] * value);
            let speaks_for_it: f64 = said.clone().map(|said| said.max(0.0)).sum();
            if speaks_for_it < f64::from(ENOUGH) {
                f64::MIN
            } else {
                said.sum()
            }
        };
        let parts = case.parts.iter();
        parts
            .map(|(shown, handicap)| weigh(shown) - handicap)
            .fold(f64::MIN, f64::max)
    }
}

fn fit(cases: &[&Case], signs: usize, is: fn(Label) -> bool) -> Model {
    let sides = sides(cases, signs, is);
    let mut columns = vec![Vec::new(); signs];
    for (row, case) in cases.iter().enumerate() {
        for &(at, value) in &case.shown {
            columns[at].push((row, value * sides[at]));
        }
    }
    let everywhere: Vec<_> = (0..cases.len()).map(|row| (row, 1.0)).collect();
    let mut model = Model {
        start: 0.0,
        weights: vec![0.0; signs],
    };
    let mut weighed = vec![0.0; cases.len()];
    // The slope of the loss along a column, and a bound of its curve.
    let slope = |column: &[(usize, f64)], weighed: &[f64]| {
        column
            .iter()
            .fold((0.0, 1e-9), |(slope, curve), &(row, value)| {
                let truth = f64::from(u8::from(is(cases[row].label)));
                let chance = 1.0 / (1.0 + (-weighed[row]).exp());
                let weight = cases[row].weight;
                (
                    slope + weight * (chance - truth) * value,
                    curve + weight * value * value / 4.0,
                )
            })
    };
    for _ in 0..ROUNDS {
        for (at, column) in columns.iter().enumerate() {
            let (slope, curve) = slope(column, &weighed);
            let old = model.weights[at];
            let by = -(slope + PENALTY * old) / (curve + PENALTY);
            shift(column, &mut weighed, by);
            model.weights[at] += by;
        }
        let (slope, curve) = slope(&everywhere, &weighed);
        shift(&everywhere, &mut weighed, -slope / curve);
        model.start -= slope / curve;
    }
    for (weight, side) in model.weights.iter_mut().zip(&sides) {
        *weight *= side;
        if weight.abs() < LEAST {
            *weight = 0.0;
        }
    }
    model
}

/// How far each sign stands on one side: the root of the distance between the
/// logarithms of how often the sides show it.
fn sides(cases: &[&Case], signs: usize, is: fn(Label) -> bool) -> Vec<f64> {
    let mut shown = [vec![UNSEEN; signs], vec![UNSEEN; signs]];
    let mut all = [UNSEEN; 2];
    for case in cases {
        let side = usize::from(is(case.label));
        all[side] += case.weight;
        for &(at, _) in &case.shown {
            shown[side][at] += case.weight;
        }
    }
    let [against, by] = &shown;
    let often = |count: f64, side: usize| (count / all[side]).ln();
    against
        .iter()
        .zip(by)
        .map(|(&against, &by)| (often(by, 1) - often(against, 0)).abs().sqrt())
        .collect()
}

fn shift(column: &[(usize, f64)], weighed: &mut [f64], by: f64) {
    for &(row, value) in column {
        weighed[row] += by * value;
    }
}

/// What each labelled text weighs to a model that has not seen it.
fn cross_validate(cases: &[Case], signs: usize, is: fn(Label) -> bool) -> Vec<(Label, f64)> {
    let mut asked = Vec::new();
    for fold in 0..FOLDS {
        let (unseen, seen): (Vec<_>, Vec<_>) =
            cases.iter().partition(|case| case.fold == Some(fold));
        let model = fit(&seen, signs, is);
        asked.extend(unseen.iter().map(|case| (case.label, model.weigh(case))));
    }
    asked.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    asked
}

/// The least weight from which on so many are right.
fn least(asked: &[(Label, f64)], is: fn(Label) -> bool, precision: f64) -> f64 {
    let mut right = 0.0;
    let mut best = f64::MAX;
    for (above, &(label, weight)) in asked.iter().rev().enumerate() {
        right += f64::from(u8::from(is(label)));
        if right / (above as f64 + 1.0) >= precision {
            best = weight;
        }
    }
    best - 1e-6
}

fn describe(
    report: &mut String,
    name: &str,
    asked: &[(Label, f64)],
    from: f64,
    is: fn(Label) -> bool,
) {
    let share = |of: &dyn Fn(Label) -> bool| {
        let (above, all) = asked
            .iter()
            .filter(|(label, _)| of(*label))
            .fold((0, 0), |(above, all), (_, weight)| {
                (above + u32::from(*weight > from), all + 1)
            });
        f64::from(above) / f64::from(all.max(1))
    };
    let _ = writeln!(
        report,
        "{name}, unseen: area {:.4}, {:.3} of crises, {:.3} of calls, {:.3} of others",
        area(asked, is),
        share(&|label| label == Label::Crisis),
        share(&|label| label == Label::Call),
        share(&|label| label == Label::None),
    );
}

/// How often one that should weigh more does.
fn area(asked: &[(Label, f64)], is: fn(Label) -> bool) -> f64 {
    let (mut below, mut pairs, mut right) = (0.0, 0.0, 0.0);
    for (label, _) in asked {
        if is(*label) {
            pairs += below;
            right += 1.0;
        } else {
            below += 1.0;
        }
    }
    pairs / f64::max(below * right, 1.0)
}
