//! The report: the same lines on the terminal and in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use bench::Result;

use crate::engine::Engine;

/// Why what is not met is not.
const EXPLAINED: &str = include_str!("../where-the-time-goes.md");

/// Lines gathered while measuring, printed as they come.
#[derive(Default)]
pub struct Report {
    markdown: String,
    part: String,
    met: usize,
    missed: Vec<String>,
    figures: Vec<(String, BTreeMap<Engine, String>)>,
}

const BEGIN: &str = "<!-- figures: written by make bench -->";
const END: &str = "<!-- end of the figures -->";

impl Report {
    /// Begins a part.
    pub fn part(&mut self, title: &str) {
        println!("\n{title}");
        let _ = write!(
            self.markdown,
            "\n## {title}\n\n| what | measured | budget | met |\n|---|---|---|---|\n"
        );
        title.clone_into(&mut self.part);
    }

    /// Adds a line to the part's table.
    pub fn line(&mut self, what: &str, measured: &str) {
        println!("  {what:<62} {measured}");
        let _ = writeln!(self.markdown, "| {what} | {measured} | | |");
    }

    /// Adds a line that has a budget.
    pub fn judged(&mut self, what: &str, measured: &str, budget: &str, is_met: bool) {
        let verdict = if is_met { "yes" } else { "**no**" };
        println!("  {what:<62} {measured}   [{budget}: {verdict}]");
        let _ = writeln!(
            self.markdown,
            "| {what} | {measured} | {budget} | {verdict} |"
        );
        if is_met {
            self.met += 1;
        } else {
            self.missed.push(format!("{what} ({})", self.part));
        }
    }

    /// Remembers a figure for those who choose an engine.
    pub fn figure(&mut self, what: &str, engine: Engine, measured: String) {
        let known = self.figures.iter_mut().find(|(known, _)| known == what);
        match known {
            Some((_, measurements)) => {
                measurements.insert(engine, measured);
            }
            None => self
                .figures
                .push((what.to_owned(), BTreeMap::from([(engine, measured)]))),
        }
    }

    /// Sums up which budgets are met.
    pub fn verdict(&mut self) {
        let all = self.met + self.missed.len();
        let mut text = format!("\n## Budgets\n\n{} of {all} are met.\n", self.met);
        if !self.missed.is_empty() {
            text.push_str("\nThese are not:\n\n");
            for missed in &self.missed {
                let _ = writeln!(text, "- {missed}");
            }
        }
        text.push('\n');
        text.push_str(EXPLAINED);
        println!("{text}");
        self.markdown.push_str(text.trim_end());
        self.markdown.push('\n');
    }

    /// Puts the figures into a page, between the two marks.
    ///
    /// # Errors
    /// When the page cannot be read or written, or has no marks.
    pub fn write_figures(&self, page: &Path) -> Result<()> {
        let text = fs::read_to_string(page)?;
        fs::write(page, self.with_figures(&text)?)?;
        Ok(())
    }

    fn with_figures(&self, text: &str) -> Result<String> {
        let (before, rest) = text.split_once(BEGIN).ok_or("no mark for the figures")?;
        let (_, after) = rest.split_once(END).ok_or("no end of the figures")?;
        let mut table = String::from("\n| what | SQLite | PostgreSQL |\n|---|---|---|\n");
        for (what, measured) in &self.figures {
            let of = |engine| measured.get(&engine).map_or("not measured", String::as_str);
            let _ = writeln!(
                table,
                "| {what} | {} | {} |",
                of(Engine::Sqlite),
                of(Engine::Postgres)
            );
        }
        Ok(format!("{before}{BEGIN}{table}{END}{after}"))
    }

    /// Adds a sentence on how it was measured.
    pub fn note(&mut self, text: &str) {
        println!("  ({text})");
        let _ = write!(self.markdown, "\n{text}\n");
    }

    /// Writes everything down, under the machine it was measured on.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, out: &Path, about: &[(&str, String)]) -> Result<()> {
        let mut text = String::from(
            "# Benchmarks\n\nWritten by `make bench`. Servers, load and browser share one machine, so read \
             the ratios, which are medians of interleaved rounds, before the bare rates.\n\n",
        );
        for (name, value) in about {
            let _ = writeln!(text, "- {name}: {value}");
        }
        text.push_str(&self.markdown);
        fs::write(out, text)?;
        Ok(())
    }
}

/// The first line that a command prints, or a word that says that there is none.
pub fn first_line_of(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .and_then(|text| text.lines().next().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The processor's name and count.
pub fn processor() -> String {
    let name = fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            line.split_once(':').map(|(_, name)| name.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{name}, {cores} cores")
}

/// Bytes in a unit that people read (1 kB is 1,000 bytes).
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.2} MB", count as f64 / 1e6),
    }
}

/// Memory in MiB.
pub fn mebibytes(count: u64) -> String {
    format!("{:.1} MiB", count as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_met_is_named() {
        let mut report = Report::default();
        report.part("Reading");
        report.judged("fast", "2", ">= 1", true);
        report.judged("small", "9", "<= 1", false);
        report.verdict();
        assert!(report.markdown.contains("| small | 9 | <= 1 | **no** |"));
        assert!(report.markdown.contains("1 of 2 are met."));
        assert!(report.markdown.contains("\n- small (Reading)\n"));
    }

    #[test]
    fn figures_are_put_between_their_marks_again_and_again() {
        let mut report = Report::default();
        report.figure("comments", Engine::Postgres, "7".to_owned());
        report.figure("comments", Engine::Sqlite, "9".to_owned());
        report.figure("pages", Engine::Sqlite, "5".to_owned());
        let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let once = report.with_figures(&page).expect("marks");
        assert_eq!(report.with_figures(&once).expect("marks"), once);
        assert!(once.contains("| comments | 9 | 7 |\n| pages | 5 | not measured |\n"));
        assert!(once.starts_with("before\n") && once.ends_with("\nafter\n"));
        assert!(!once.contains("old"));
        assert!(report.with_figures("no marks").is_err());
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(14_350), "14.3 kB");
        assert_eq!(bytes(2_500_000), "2.50 MB");
        assert_eq!(mebibytes(31_457_280), "30.0 MiB");
    }
}
