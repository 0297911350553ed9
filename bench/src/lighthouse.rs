//! What Lighthouse said of a few pages.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use bench::Result;

use crate::report::Report;

/// One page, medians of several visits; scores of a hundred.
#[derive(Deserialize)]
pub struct Visited {
    path: String,
    performance: u32,
    accessibility: u32,
    best_practices: u32,
    /// Not judged: what members post asks not to be indexed.
    seo: u32,
    /// Total blocking time, in milliseconds.
    blocking: u32,
    /// Cumulative layout shift.
    shift: f64,
}

/// Reads the file that `lighthouse.spec.ts` wrote.
///
/// # Errors
/// When it is not there or is something else.
pub fn read(path: &Path) -> Result<Vec<Visited>> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Reports it.
pub fn lighthouse(report: &mut Report, pages: &[Visited]) {
    report.part("Lighthouse");
    for page in pages {
        let path = &page.path;
        for (what, score) in [
            ("performance", page.performance),
            ("accessibility", page.accessibility),
            ("best practices", page.best_practices),
        ] {
            let what = format!("`{path}`: {what}");
            report.judged(&what, &score.to_string(), "100", score == 100);
        }
        report.line(&format!("`{path}`: SEO"), &page.seo.to_string());
        report.judged(
            &format!("`{path}`: total blocking time"),
            &format!("{} ms", page.blocking),
            "0 ms",
            page.blocking == 0,
        );
        report.judged(
            &format!("`{path}`: layout shift"),
            &format!("{:.3}", page.shift),
            "0",
            page.shift < 0.0005,
        );
    }
    report.note("Lighthouse 12 with its mobile throttling, medians of 5 visits.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_less_than_all_is_not_met() {
        let folder = tempfile::tempdir().expect("a folder");
        let (heard, out) = (folder.path().join("heard"), folder.path().join("report"));
        let text = r#"[{"path":"/","performance":99,"accessibility":100,"best_practices":100,
            "seo":60,"blocking":0,"shift":0.0}]"#;
        fs::write(&heard, text).expect("written");
        let mut report = Report::default();
        lighthouse(&mut report, &read(&heard).expect("pages"));
        report.write(&out, &[]).expect("a report");
        let text = fs::read_to_string(out).expect("a report");
        assert!(
            text.contains("`/`: performance | 99 | 100 | **no** |"),
            "{text}"
        );
        assert!(
            text.contains("`/`: layout shift | 0.000 | 0 | yes |"),
            "{text}"
        );
    }
}
