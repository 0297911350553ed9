use super::{
    BackupError, Step,
    part::{Part, folder_of, sync_folder},
};
use crate::database::{self, Engine, OpenError};
use clap::Args;
use domain::clock::Timestamp;
use std::{
    error::Error,
    fmt,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};
use store_sqlite::{
    Lock,
    backup::{Erased, Folded, companions, erased_from, faults_of, fold_log, tell_erased},
};

/// How much is copied at once, in bytes.
const PIECE: usize = 1 << 20;

/// The options of `chorus restore`.
#[derive(Debug, Clone, Args)]
pub struct RestoreOptions {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Put it in the place of the community that is there. That one is kept
    /// beside it, under a name with before-restore and the time.
    #[arg(long)]
    pub replace: bool,
}

/// Why nothing was restored. Each reads as a sentence for the host; nothing was
/// changed then.
#[derive(Debug)]
pub enum RestoreError {
    /// The database is PostgreSQL's.
    Postgres,
    /// There is no such backup, or it cannot be read.
    Unreadable(PathBuf, io::Error),
    /// Some of it is in a log beside it.
    NotAlone(PathBuf),
    /// It is no database of Chorus that this program knows.
    Backup(PathBuf, store_sqlite::OpenError),
    /// It is damaged.
    Damaged(PathBuf, String),
    /// The backup is the database itself.
    Same,
    /// There is a community already.
    Taken(PathBuf),
    /// The database is in use, or not one that may be replaced.
    Database(OpenError),
    /// The files could not be put in their place.
    Files(PathBuf, io::Error),
    /// The new file could not be written.
    Write(BackupError),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres => write!(
                f,
                "chorus restores SQLite only: on PostgreSQL use pg_restore, as docs/backups.md \
                 shows"
            ),
            Self::Unreadable(file, error) => {
                write!(f, "{} cannot be read: {error}", file.display())
            }
            Self::NotAlone(file) => write!(
                f,
                "a part of {0} is in the log {0}-wal beside it: it was copied by hand. Take a \
                 file that chorus backup made",
                file.display()
            ),
            Self::Backup(file, error) => write!(f, "{}: {error}", file.display()),
            Self::Damaged(file, fault) => write!(
                f,
                "{} is damaged or not whole ({fault}): take another backup",
                file.display()
            ),
            Self::Same => write!(f, "the backup is the database itself"),
            Self::Taken(file) => write!(
                f,
                "there is a community in {} already: with --replace it is put aside and kept",
                file.display()
            ),
            Self::Database(error) => write!(f, "{error}"),
            Self::Files(file, error) => {
                write!(f, "{} cannot be put in its place: {error}", file.display())
            }
            Self::Write(error) => write!(f, "{error}"),
        }
    }
}

impl Error for RestoreError {}

impl From<OpenError> for RestoreError {
    fn from(error: OpenError) -> Self {
        Self::Database(error)
    }
}

impl From<store_sqlite::OpenError> for RestoreError {
    fn from(error: store_sqlite::OpenError) -> Self {
        Self::Database(error.into())
    }
}

impl From<BackupError> for RestoreError {
    fn from(error: BackupError) -> Self {
        Self::Write(error)
    }
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The database.
    pub database: PathBuf,
    /// Where the community is that was there before.
    pub kept: Option<PathBuf>,
    /// Members in the backup who were erased since it was made.
    pub erased_again: u64,
}

/// Puts a backup in the place of the database of `url`. `now` is for the name
/// under which the old one is kept.
///
/// # Errors
///
/// A sentence for the host. Nothing was changed then, unless the disk failed
/// between two names: the old files are all there.
pub async fn restore(
    url: &str,
    options: &RestoreOptions,
    now: Timestamp,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<Restored, RestoreError> {
    if Engine::of(url)? == Engine::Postgres {
        return Err(RestoreError::Postgres);
    }
    let to = store_sqlite::file_of(url)?;
    let backup = &options.file;
    told(Step::Checking);
    check(backup).await?;
    if is_same(backup, &to) {
        return Err(RestoreError::Same);
    }
    let found = what_is_there(url, &to).await?;
    let _alone = Lock::take(url)?;
    // A link stays one.
    let to = to.canonicalize().unwrap_or(to);
    let folded = match (found, options.replace) {
        (There::Nothing, _) => None,
        (_, false) => return Err(RestoreError::Taken(to)),
        (There::Community, true) => Some(fold_log(&to).await?),
        // SQLite would throw away a log that it cannot make sense of.
        (There::Damaged, true) => Some(Folded::Damaged),
    };
    let erased = match folded {
        Some(Folded::Whole) => erased_from(&to).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "nobody knows who was erased since the backup");
            Erased::default()
        }),
        _ => Erased::default(),
    };
    let mut part = Part::begin(&to)?;
    copy(backup, &mut part, told)?;
    let erased_again = tell_erased(part.path(), &erased).await?;
    told(Step::Checking);
    check(part.path()).await?;
    give_to_the_owner(&part, &to);
    let kept = match folded {
        Some(folded) => Some(put_aside(&to, folded, now)?),
        None => None,
    };
    clear_companions(&to).map_err(|error| RestoreError::Files(to.clone(), error))?;
    part.finish()?;
    Ok(Restored {
        database: to,
        kept,
        erased_again,
    })
}

/// Is it a whole database of Chorus, and not of a newer one?
async fn check(file: &Path) -> Result<(), RestoreError> {
    File::open(file)
        .and_then(|mut file| file.read(&mut [0]))
        .map_err(|error| RestoreError::Unreadable(file.to_owned(), error))?;
    let [log, ..] = companions(file);
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        return Err(RestoreError::NotAlone(file.to_owned()));
    }
    let faults = faults_of(file)
        .await
        .map_err(|error| RestoreError::Backup(file.to_owned(), error))?;
    match faults.into_iter().next() {
        Some(fault) => Err(RestoreError::Damaged(file.to_owned(), fault)),
        None => Ok(()),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// What is where the backup is to be.
enum There {
    Nothing,
    Community,
    Damaged,
}

/// A community may be replaced, damaged or of a newer Chorus too; not what
/// belongs to another program.
async fn what_is_there(url: &str, to: &Path) -> Result<There, RestoreError> {
    if !to.metadata().is_ok_and(|file| file.len() > 0) {
        return Ok(There::Nothing);
    }
    match database::version(url).await {
        Err(OpenError::Sqlite(error @ store_sqlite::OpenError::Foreign)) => Err(error.into()),
        Err(OpenError::Sqlite(store_sqlite::OpenError::NoDatabase(_))) => Ok(There::Damaged),
        _ => Ok(There::Community),
    }
}

fn copy(
    from: &Path,
    part: &mut Part,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<(), RestoreError> {
    let unreadable = |error| RestoreError::Unreadable(from.to_owned(), error);
    let mut source = File::open(from).map_err(unreadable)?;
    told(Step::Copying(source.metadata().map_err(unreadable)?.len()));
    let mut piece = vec![0; PIECE];
    let mut copied = 0;
    loop {
        let length = source.read(&mut piece).map_err(unreadable)?;
        if length == 0 {
            return Ok(());
        }
        let written = part.file().write_all(&piece[..length]);
        written.map_err(|error| RestoreError::Files(from.to_owned(), error))?;
        copied += length as u64;
        told(Step::Copied(copied));
    }
}

/// Who restores as root does not lock the server out.
#[cfg(unix)]
fn give_to_the_owner(part: &Part, to: &Path) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let old = to.metadata().ok();
    let Some(owner) = old.clone().or_else(|| folder_of(to).metadata().ok()) else {
        return;
    };
    // Whoever is not root owns it already, and cannot give it away.
    let _ = chown(part.path(), Some(owner.uid()), Some(owner.gid()));
    if let Some(old) = old {
        let mode = fs::Permissions::from_mode(old.permissions().mode() & 0o777);
        let _ = fs::set_permissions(part.path(), mode);
    }
}

#[cfg(not(unix))]
fn give_to_the_owner(_: &Part, _: &Path) {}

/// Gives the old file another name, with its log if it has one still. Until
/// the new one takes its place, a whole old one stays under both names.
fn put_aside(to: &Path, folded: Folded, now: Timestamp) -> Result<PathBuf, RestoreError> {
    let aside = free_name(to, now);
    let moved = match folded {
        Folded::Whole => fs::hard_link(to, &aside).or_else(|_| fs::rename(to, &aside)),
        Folded::Damaged => move_all(to, &aside),
    };
    moved
        .and_then(|()| sync_folder(to))
        .map_err(|error| RestoreError::Files(aside.clone(), error))?;
    Ok(aside)
}

/// A log that was left beside another file would be read as that one's.
fn move_all(to: &Path, aside: &Path) -> io::Result<()> {
    for (old, new) in companions(to).iter().zip(companions(aside)) {
        if old.exists() {
            fs::rename(old, new)?;
        }
    }
    fs::rename(to, aside)
}

fn free_name(to: &Path, now: Timestamp) -> PathBuf {
    let time = super::schedule::compact(now);
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    (1..)
        .map(|number| {
            let number = if number == 1 {
                String::new()
            } else {
                format!("-{number}")
            };
            folder_of(to).join(format!("{name}.before-restore-{time}{number}"))
        })
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| to.with_extension("before-restore"))
}

fn clear_companions(to: &Path) -> io::Result<()> {
    for file in companions(to) {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
