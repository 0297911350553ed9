//! The report: the same lines on the terminal and in Markdown.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use bench::Result;

/// Lines gathered while measuring, printed as they come.
#[derive(Default)]
pub struct Report {
    markdown: String,
}

impl Report {
    /// Begins a part.
    pub fn part(&mut self, title: &str) {
        println!("\n{title}");
        let _ = write!(
            self.markdown,
            "\n## {title}\n\n| what | measured |\n|---|---|\n"
        );
    }

    /// Adds a line to the part's table.
    pub fn line(&mut self, what: &str, measured: &str) {
        println!("  {what:<62} {measured}");
        let _ = writeln!(self.markdown, "| {what} | {measured} |");
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
    fn sizes_read_well() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(14_350), "14.3 kB");
        assert_eq!(bytes(2_500_000), "2.50 MB");
        assert_eq!(mebibytes(31_457_280), "30.0 MiB");
    }
}
