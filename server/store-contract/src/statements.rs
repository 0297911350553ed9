//! The statements of a store: those that its stories make it run, and those
//! that stand in its sources. A store's tests ask its database how it answers
//! each of them; a statement that no story runs would be missed.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

/// Hears every statement that sqlx runs.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<BTreeSet<String>>>);

impl Heard {
    /// All that were heard, each on one line.
    ///
    /// # Panics
    ///
    /// If a listener panicked.
    pub fn all(&self) -> Vec<String> {
        self.0.lock().expect("the list").iter().cloned().collect()
    }
}

impl<S: Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut statement = Statement::default();
        event.record(&mut statement);
        let text = if statement.whole.trim().is_empty() {
            statement.summary
        } else {
            statement.whole
        };
        self.0.lock().expect("the list").insert(one_line(&text));
    }
}

/// A statement of four words or fewer is logged as its own summary.
#[derive(Default)]
struct Statement {
    whole: String,
    summary: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "db.statement" => value.clone_into(&mut self.whole),
            "summary" => value.clone_into(&mut self.summary),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The statement is made of these pieces, in this order.
pub fn holds(statement: &str, pieces: &[String]) -> bool {
    let mut rest = statement;
    pieces.iter().all(|piece| match rest.find(piece.as_str()) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

/// The texts in the sources that are SQL, cut where something is filled in.
///
/// # Panics
///
/// If the sources cannot be read, or hold next to none.
pub fn in_the_sources(folder: &Path) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source");
        for text in literals(&source) {
            let is_sql = ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "]
                .iter()
                .any(|verb| text.starts_with(verb))
                || (text.starts_with('{') && text.contains(" WHERE "));
            if is_sql {
                found.push(pieces(&text));
            }
        }
    }
    assert!(
        found.len() > 50,
        "only {} statements were found",
        found.len()
    );
    found
}

/// Cuts a format string at `{…}`.
fn pieces(text: &str) -> Vec<String> {
    text.split('{')
        .enumerate()
        .map(|(number, part)| {
            if number == 0 {
                part
            } else {
                part.split_once('}').unwrap_or(("", part)).1
            }
        })
        .map(one_line)
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// The string literals of a Rust source.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A quotation mark as a character is no string's beginning.
            '\'' if chars.peek() == Some(&'"') => {
                chars.next();
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            Some('\n') => {
                                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                                    chars.next();
                                }
                            }
                            Some(other) => text.push(other),
                            None => break,
                        },
                        other => text.push(other),
                    }
                }
                found.push(text);
            }
            _ => {}
        }
    }
    found
}
