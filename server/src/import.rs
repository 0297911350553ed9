//! `chorus import wordpress`: brings a WordPress export into a series.
//!
//! The whole file is read before the database is touched, and all of it is
//! brought in within one unit of work: whatever fails, nothing has changed.
//! What an earlier run brought in is known by its key in the file and stays
//! as it is.

mod file;
mod summary;
mod thread;
mod write;

pub use summary::{Count, Summary};

use crate::{
    database::{self, Database},
    services::{SystemChance, SystemClock},
    settings::Options,
};
use clap::Args;
use domain::{
    articles::SeriesTitle,
    clock::{Clock, Timestamp},
    ids::Chance,
    store::{Store, Stored},
};
use std::{
    error::Error,
    io::{ErrorKind, Write},
    path::PathBuf,
};
use store_sqlite::Synchronous;
use wordpress::Export;

/// The options of `chorus import wordpress`.
#[derive(Debug, Clone, Args)]
pub struct ImportOptions {
    /// The file that WordPress makes under Tools, Export.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The series that the articles come into. It is begun when there is none
    /// of that name.
    #[arg(long, value_name = "NAME", value_parser = series_title)]
    pub series: SeriesTitle,

    /// Do everything but keep nothing, and show what would come in.
    #[arg(long)]
    pub dry_run: bool,

    /// Bring in pages as well, as articles of the series.
    #[arg(long)]
    pub pages: bool,
}

fn series_title(text: &str) -> Result<SeriesTitle, String> {
    SeriesTitle::parse(text).map_err(|_| {
        format!(
            "a series has a name of 1 to {} characters",
            SeriesTitle::MAX
        )
    })
}

/// Reads the file, brings it in, and prints what became of it.
///
/// # Errors
///
/// A sentence for the host: for a broken file `FILE:line 12: reason`. Nothing
/// has changed then.
pub async fn run(options: &Options, import: ImportOptions) -> Result<(), Box<dyn Error>> {
    let summary = bring_in(&options.database, &import, &SystemClock, &SystemChance).await?;
    let mut table = summary.to_string();
    if import.dry_run {
        table.push_str("\nThis was a dry run: nothing was kept.\n");
    }
    // Whoever reads may have gone; what was brought in stays all the same.
    match std::io::stdout().write_all(table.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// As [`run`], without printing.
///
/// # Errors
///
/// As [`run`].
pub async fn bring_in(
    url: &str,
    import: &ImportOptions,
    clock: &dyn Clock,
    chance: &dyn Chance,
) -> Result<Summary, Box<dyn Error>> {
    let export = file::read(&import.file).await?;
    // A dry run where there is no community yet does not begin one.
    let rehearsal = if import.dry_run && database::version(url).await?.is_none() {
        Some(tempfile::tempdir()?)
    } else {
        None
    };
    let url = match &rehearsal {
        Some(folder) => format!("sqlite:{}", folder.path().join("chorus.db").display()),
        None => url.to_owned(),
    };
    let database = Database::open(&url, Synchronous::Full).await?;
    let store = database.store();
    let summary = bring_into(&*store, &export, import, clock.now(), chance).await;
    database.close().await;
    Ok(summary?)
}

async fn bring_into(
    store: &dyn Store,
    export: &Export,
    import: &ImportOptions,
    now: Timestamp,
    chance: &dyn Chance,
) -> Stored<Summary> {
    let mut unit = store.begin().await?;
    let summary = write::bring_in(&mut *unit, export, import, now, chance).await?;
    if !import.dry_run && summary.is_new() {
        unit.commit().await?;
    }
    Ok(summary)
}
