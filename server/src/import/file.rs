//! Reads the file, with a bar that shows how far it is.

use indicatif::{ProgressBar, ProgressStyle};
use std::{error::Error, fs::File, io::BufReader, path::Path};
use wordpress::{Export, Limits};

/// What the file holds. It is read to its end before anything is done with it.
///
/// # Errors
///
/// A sentence that begins with the file's name and, where one is to blame, the
/// line.
pub(super) async fn read(path: &Path) -> Result<Export, Box<dyn Error>> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || read_now(&path))
        .await?
        .map_err(Into::into)
}

fn read_now(path: &Path) -> Result<Export, String> {
    let name = path.display();
    let told = |error: std::io::Error| format!("{name}: {error}");
    let file = File::open(path).map_err(told)?;
    let length = file.metadata().map_err(told)?.len();
    let bar = bar(length);
    let export = wordpress::read(BufReader::new(file), &Limits::default(), &mut |bytes| {
        bar.set_position(bytes);
    });
    bar.finish_and_clear();
    export.map_err(|error| format!("{name}:{error}"))
}

/// On a terminal's standard error; nowhere else is it drawn.
fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) =
        ProgressStyle::with_template("reading  {bar:40} {bytes:>10} of {total_bytes}, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

/// As the first, over articles instead of bytes.
pub(super) fn articles_bar(articles: usize) -> ProgressBar {
    let bar = ProgressBar::new(articles as u64);
    if let Ok(style) =
        ProgressStyle::with_template("bringing in  {bar:40} {pos} of {len}, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}
