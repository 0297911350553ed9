//! `chorus copy`: a whole community from one database into another, on the
//! same engine or the other one.
//!
//! Rows go over as they are, table by table, each batch in one transaction. So
//! a copy that was interrupted is the beginning of the whole, and the next run
//! goes on where it ends. In the end every row of both is read and compared.

mod summary;

pub use summary::Copied;

use crate::database::{self, Database, Engine, OpenError};
use clap::Args;
use domain::{
    store::{StoreError, Stored},
    tables::{Row, Snapshot, Table, Tables, Value},
};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use std::{
    error::Error,
    fmt,
    io::{ErrorKind, Write},
};
use store_sqlite::Synchronous;

/// How many rows are read, or written and kept, at once.
const BATCH: u32 = 1000;

/// The options of `chorus copy`.
#[derive(Debug, Clone, Args)]
pub struct CopyOptions {
    /// The database that is copied, as in sqlite:data/chorus.db.
    #[arg(long, value_name = "URL")]
    pub from: String,

    /// The database that it is copied into, as in
    /// postgres://chorus@localhost/chorus.
    #[arg(long, value_name = "URL")]
    pub to: String,
}

/// Why nothing, or not everything, was copied. Each reads as a sentence for
/// the host.
#[derive(Debug)]
pub enum CopyError {
    /// Both addresses are the same.
    Same,
    /// The database that is copied cannot be opened.
    From(OpenError),
    /// The database that it is copied into cannot be opened.
    To(OpenError),
    /// A database is of an older Chorus.
    Older { which: &'static str, version: i64 },
    /// The two do not have the same tables.
    Tables,
    /// There is something else in a table of the target.
    Taken(String),
    /// A table is not the same in both.
    Differs(String),
    /// A database did not do what it should.
    Store(StoreError),
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => write!(f, "--from and --to are the same database"),
            Self::From(error) => write!(f, "--from: {error}"),
            Self::To(error) => write!(f, "--to: {error}"),
            Self::Older { which, version } => write!(
                f,
                "{which}: the database is at version {version}, of an older Chorus: start \
                 chorus serve on it once, which brings it up to date"
            ),
            Self::Tables => write!(f, "the two databases do not have the same tables"),
            Self::Taken(table) => write!(
                f,
                "--to: it holds another community, or this one as it was at another time: {table} \
                 has other rows. Nothing was changed; give an empty database"
            ),
            Self::Differs(table) => write!(
                f,
                "{table} is not the same in both databases: something else writes to --to. Stop \
                 it, and copy into an empty database"
            ),
            Self::Store(error) => write!(f, "{error}. What is copied so far stays; run it again"),
        }
    }
}

impl Error for CopyError {}

impl From<StoreError> for CopyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a copy is at, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It looks at what an earlier run left: so many rows.
    Looking(u64),
    /// It copies so many rows.
    Copying(u64),
    /// It compares so many rows.
    Comparing(u64),
    /// It is done with so many more.
    Rows(u64),
}

/// Copies, and prints what was copied.
///
/// # Errors
///
/// A sentence for the host. What is in the target is then the beginning of a
/// copy, or what was there before.
pub async fn run(options: &CopyOptions) -> Result<(), Box<dyn Error>> {
    let mut bar = ProgressBar::hidden();
    let copied = copy(&options.from, &options.to, BATCH, &mut |step| match step {
        Step::Looking(rows) => bar = self::bar("looking", rows),
        Step::Copying(rows) => bar = self::bar("copying", rows),
        Step::Comparing(rows) => bar = self::bar("comparing", rows),
        Step::Rows(rows) => bar.inc(rows),
    })
    .await;
    bar.finish_and_clear();
    let table = summary::table(&copied?);
    // Whoever reads may have gone; the copy is whole all the same.
    match std::io::stdout().write_all(table.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// On a terminal's standard error; nowhere else is it drawn.
fn bar(what: &str, rows: u64) -> ProgressBar {
    let bar = ProgressBar::new(rows);
    let template =
        format!("{what:9}  {{bar:40}} {{human_pos}} of {{human_len}} rows, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// As [`run`], without printing: `batch` rows at once, and `told` what it is
/// at. It can be dropped at any moment: what was copied until then is kept.
///
/// # Errors
///
/// As [`run`].
pub async fn copy(
    from: &str,
    to: &str,
    batch: u32,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<Vec<Copied>, CopyError> {
    check_versions(from, to).await?;
    let source = Database::open_existing(from)
        .await
        .map_err(CopyError::From)?;
    let opened = Database::open(to, Synchronous::Full).await;
    let target = match opened.map_err(CopyError::To) {
        Ok(target) => target,
        Err(error) => {
            source.close().await;
            return Err(error);
        }
    };
    let copied = between(source.tables(), target.tables(), batch, told).await;
    target.close().await;
    source.close().await;
    copied
}

/// Both are at this program's version, or the target is empty: so that
/// neither is changed by being opened.
async fn check_versions(from: &str, to: &str) -> Result<(), CopyError> {
    let source = database::version(from).await.map_err(CopyError::From)?;
    if is_same(from, to).map_err(CopyError::To)? {
        return Err(CopyError::Same);
    }
    let target = database::version(to).await.map_err(CopyError::To)?;
    for (which, url, version) in [("--from", from, source), ("--to", to, target)] {
        let newest = Engine::of(url).map_err(CopyError::To)?.newest();
        if let Some(version) = version.filter(|version| *version < newest) {
            return Err(CopyError::Older { which, version });
        }
    }
    Ok(())
}

fn is_same(from: &str, to: &str) -> Result<bool, OpenError> {
    let file = |url: &str| {
        Ok::<_, OpenError>(match database::file_of(url)? {
            Some(file) => file.canonicalize().ok(),
            None => None,
        })
    };
    let (one, other) = (file(from)?, file(to)?);
    Ok(from == to || (one.is_some() && one == other))
}

async fn between(
    source: &dyn Tables,
    target: &dyn Tables,
    batch: u32,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<Vec<Copied>, CopyError> {
    let mut from = source.snapshot().await?;
    let mut to = target.snapshot().await?;
    let tables = from.tables().await?;
    if to.tables().await? != tables {
        return Err(CopyError::Tables);
    }
    let mut rows = Vec::new();
    let mut found = Vec::new();
    for table in &tables {
        rows.push(from.count(table).await?);
        found.push(to.count(table).await?);
    }
    told(Step::Looking(found.iter().sum()));
    let mut ends = Vec::new();
    for table in &tables {
        ends.push(end_of_what_is_there(&mut *from, &mut *to, table, batch, told).await?);
    }
    drop(to);
    let all: u64 = rows.iter().sum();
    told(Step::Copying(all - found.iter().sum::<u64>()));
    for (table, end) in tables.iter().zip(ends) {
        bring_the_rest(&mut *from, target, table, end, batch, told).await?;
    }
    target.settle().await?;
    told(Step::Comparing(all * 2));
    let mut to = target.snapshot().await?;
    let mut copied = Vec::new();
    for (table, found) in tables.iter().zip(found) {
        let here = sum(&mut *from, table, batch, told).await?;
        if sum(&mut *to, table, batch, told).await? != here {
            return Err(CopyError::Differs(table.name.clone()));
        }
        copied.push(Copied {
            table: table.name.clone(),
            rows: here.rows,
            were_there: found,
            digest: here.digest,
        });
    }
    Ok(copied)
}

/// The last row that an earlier run left in the target. What is there has to
/// be the beginning of what is to come.
async fn end_of_what_is_there(
    from: &mut dyn Snapshot,
    to: &mut dyn Snapshot,
    table: &Table,
    batch: u32,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<Option<Row>, CopyError> {
    let mut end: Option<Row> = None;
    loop {
        let there = to.rows(table, end.as_ref(), batch).await?;
        if there.is_empty() {
            return Ok(end);
        }
        let here = from.rows(table, end.as_ref(), batch).await?;
        let is_beginning = there.len() <= here.len()
            && here
                .iter()
                .zip(&there)
                .all(|(here, there)| is_equal(here, there));
        if !is_beginning {
            return Err(CopyError::Taken(table.name.clone()));
        }
        told(Step::Rows(there.len() as u64));
        end = there.into_iter().next_back();
    }
}

async fn bring_the_rest(
    from: &mut dyn Snapshot,
    target: &dyn Tables,
    table: &Table,
    mut end: Option<Row>,
    batch: u32,
    told: &mut (dyn FnMut(Step) + Send),
) -> Stored<()> {
    loop {
        let rows = from.rows(table, end.as_ref(), batch).await?;
        if rows.is_empty() {
            return Ok(());
        }
        target.insert(table, &rows).await?;
        told(Step::Rows(rows.len() as u64));
        end = rows.into_iter().next_back();
    }
}

#[derive(PartialEq, Eq)]
struct Sum {
    rows: u64,
    digest: [u8; 32],
}

/// Every row of a table, in its order, as one number.
async fn sum(
    snapshot: &mut dyn Snapshot,
    table: &Table,
    batch: u32,
    told: &mut (dyn FnMut(Step) + Send),
) -> Stored<Sum> {
    let mut digest = Sha256::new();
    let mut rows = 0;
    let mut end: Option<Row> = None;
    loop {
        let batch = snapshot.rows(table, end.as_ref(), batch).await?;
        if batch.is_empty() {
            return Ok(Sum {
                rows,
                digest: digest.finalize().into(),
            });
        }
        for value in batch.iter().flatten() {
            put(&mut digest, value);
        }
        rows += batch.len() as u64;
        told(Step::Rows(batch.len() as u64));
        end = batch.into_iter().next_back();
    }
}

/// A letter for what it is, a length where it can differ, and the value: no
/// two rows are the same bytes.
fn put(digest: &mut Sha256, value: &Value) {
    match value {
        Value::Nothing => digest.update(b"-"),
        Value::Number(number) => {
            digest.update(b"n");
            digest.update(number.to_be_bytes());
        }
        Value::Text(text) => {
            let text = as_everywhere(text);
            digest.update(b"t");
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
    }
}

fn is_equal(here: &Row, there: &Row) -> bool {
    here.len() == there.len()
        && here.iter().zip(there).all(|pair| match pair {
            (Value::Text(here), Value::Text(there)) => as_everywhere(here) == as_everywhere(there),
            (here, there) => here == there,
        })
}

/// Text as both engines can keep it: PostgreSQL knows no NUL, and has the sign
/// for a broken letter in its place.
fn as_everywhere(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(values: &[Value]) -> [u8; 32] {
        let mut digest = Sha256::new();
        for value in values {
            put(&mut digest, value);
        }
        digest.finalize().into()
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn no_two_rows_are_the_same_bytes() {
        let rows = [
            vec![text(""), text("ab")],
            vec![text("a"), text("b")],
            vec![text("ab"), text("")],
            vec![Value::Nothing, text("ab")],
            vec![Value::Number(0), text("ab")],
            vec![Value::Number(-1), text("ab")],
        ];
        for (at, row) in rows.iter().enumerate() {
            for other in &rows[at + 1..] {
                assert_ne!(digest(row), digest(other), "{row:?} {other:?}");
            }
        }
    }

    #[test]
    fn what_one_engine_cannot_keep_counts_as_what_it_keeps_instead() {
        let (here, there) = (vec![text("a\0b")], vec![text("a\u{fffd}b")]);
        assert_eq!(digest(&here), digest(&there));
        assert!(is_equal(&here, &there));
        assert!(!is_equal(&here, &vec![text("ab")]));
    }
}
