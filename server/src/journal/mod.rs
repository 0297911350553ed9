//! The care journal: calls for help that came while the database was away, on
//! the disk until they are on the desk.
//!
//! Each program writes a sheet of its own in the journal's folder, and holds it
//! by a lock. What a program left behind that ended before it could put its
//! entries on the desk is taken over by the next that looks.

mod desk;
mod sheet;

pub use desk::put_on_desk;

use async_trait::async_trait;
use domain::{
    care::CallKey,
    clock::Timestamp,
    ids::Chance,
    journal::{Entry, Journal},
    store::{StoreError, Stored},
};
use sheet::{ENDING, Sheet};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Mutex as Turn;

/// The most that one program's sheet may hold, in bytes.
const MOST: u64 = 64 * 1024 * 1024;

/// A journal in a folder.
pub struct FileJournal {
    folder: PathBuf,
    chance: Arc<dyn Chance>,
    sheets: Arc<Turn<Sheets>>,
    waiting: Arc<List>,
}

#[derive(Default)]
struct Sheets {
    /// The one that is written on, once there is something to write.
    own: Option<Sheet>,
    /// Those of programs that ended.
    left: Vec<Sheet>,
}

/// An entry that is not on the desk yet, and the sheet that it is on.
struct Waiting {
    entry: Entry,
    sheet: PathBuf,
}

impl Sheets {
    /// The sheet that is written on; begun, if there is none.
    fn own(&mut self, folder: &Path, name: &str) -> io::Result<&mut Sheet> {
        let sheet = match self.own.take() {
            Some(sheet) => sheet,
            None => {
                make_private(folder)?;
                Sheet::begin(&folder.join(name).with_extension(ENDING))?
            }
        };
        Ok(self.own.insert(sheet))
    }
}

impl FileJournal {
    /// The journal in `folder`, which is made when it is missing, with what
    /// others left there. If it cannot be used, that is logged, and tried again
    /// with each entry.
    pub async fn open(folder: PathBuf, chance: Arc<dyn Chance>) -> Self {
        let journal = Self {
            folder,
            chance,
            sheets: Arc::default(),
            waiting: Arc::default(),
        };
        // First, since an empty sheet that is left holds room.
        journal.take_over().await;
        if let Err(error) = journal.begin().await {
            let folder = journal.folder.display();
            tracing::error!(%error, %folder, "the care journal cannot be written");
        }
        journal
    }

    /// Begins a sheet, so that its room is taken before the disk is full.
    async fn begin(&self) -> io::Result<()> {
        let (folder, name) = (self.folder.clone(), self.name());
        self.in_turn(move |sheets| sheets.own(&folder, &name).map(|_| ()))
            .await
    }

    /// Takes over what programs have left that ended.
    pub async fn take_over(&self) {
        let (folder, waiting) = (self.folder.clone(), self.waiting.clone());
        let taken = self
            .in_turn(move |sheets| {
                for path in sheets_in(&folder)? {
                    if let Some((mut sheet, entries)) = take(&path) {
                        add(&waiting, &mut sheet, &entries);
                        sheets.left.push(sheet);
                    }
                }
                finish_those_without(&waiting, &mut sheets.left)
            })
            .await;
        if let Err(error) = taken {
            tracing::error!(%error, "a care journal that was left cannot be taken over");
        }
    }

    /// What is not on the desk yet, in the order in which it was said.
    pub fn entries(&self) -> Vec<Entry> {
        let waiting = list(&self.waiting);
        let mut entries: Vec<Entry> = waiting.iter().map(|one| one.entry.clone()).collect();
        entries.sort_by_key(|entry| entry.at);
        entries
    }

    /// Lets go of entries that are on the desk now. The disk lets go of them
    /// when no other is on their sheet.
    pub async fn let_go(&self, done: &[Entry]) -> io::Result<()> {
        let waiting = self.waiting.clone();
        let done = done.to_vec();
        self.in_turn(move |sheets| {
            list(&waiting).retain(|one| !done.contains(&one.entry));
            if let Some(own) = &mut sheets.own
                && own.size() > 0
                && is_done(&waiting, own)
            {
                own.clear()?;
            }
            finish_those_without(&waiting, &mut sheets.left)
        })
        .await
    }

    /// Lets go of the folder. An empty sheet goes away.
    pub async fn close(&self) {
        let waiting = self.waiting.clone();
        let closed = self
            .in_turn(move |sheets| match sheets.own.take() {
                Some(own) if is_done(&waiting, &own) => own.finish(),
                _ => Ok(()),
            })
            .await;
        if let Err(error) = closed {
            tracing::warn!(%error, "the care journal could not be put away");
        }
    }

    fn name(&self) -> String {
        self.chance.bytes()[..8]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    }

    /// One step at a time, off the threads that answer requests, and to its end
    /// even if nobody waits for it any more.
    async fn in_turn<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Sheets) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let mut sheets = self.sheets.clone().lock_owned().await;
        tokio::task::spawn_blocking(move || step(&mut sheets))
            .await
            .map_err(io::Error::other)?
    }
}

#[async_trait]
impl Journal for FileJournal {
    async fn keep(&self, entry: Entry) -> Stored<()> {
        let text = serde_json::to_string(&entry).map_err(StoreError::new)?;
        let (folder, name, waiting) = (self.folder.clone(), self.name(), self.waiting.clone());
        let kept = self
            .in_turn(move |sheets| {
                if list(&waiting).iter().any(|one| one.entry.is_again(&entry)) {
                    return Ok(());
                }
                let own = sheets.own(&folder, &name)?;
                if own.size() > MOST {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                own.append(&text)?;
                let sheet = own.path().to_owned();
                list(&waiting).push(Waiting { entry, sheet });
                Ok(())
            })
            .await;
        kept.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
            _ => StoreError::new(error),
        })
    }

    fn kept(&self, key: &CallKey) -> Vec<Entry> {
        let mut entries = self.entries();
        entries.retain(|entry| entry.is_of(key));
        entries
    }

    fn waiting(&self) -> (usize, Option<Timestamp>) {
        let waiting = list(&self.waiting);
        (waiting.len(), waiting.iter().map(|one| one.entry.at).min())
    }
}

type List = Mutex<Vec<Waiting>>;

fn list(waiting: &List) -> MutexGuard<'_, Vec<Waiting>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_done(waiting: &List, sheet: &Sheet) -> bool {
    !list(waiting).iter().any(|one| one.sheet == sheet.path())
}

/// Takes a sheet over. One that cannot be read hides no other.
fn take(path: &Path) -> Option<(Sheet, Vec<String>)> {
    Sheet::take_over(path).unwrap_or_else(|error| {
        tracing::error!(%error, sheet = %path.display(), "a care journal cannot be read");
        None
    })
}

/// What stands on a sheet that was taken over.
fn add(waiting: &List, sheet: &mut Sheet, entries: &[String]) {
    for text in entries {
        match serde_json::from_str(text) {
            Ok(entry) => list(waiting).push(Waiting {
                entry,
                sheet: sheet.path().to_owned(),
            }),
            // Of a later version, or of none.
            Err(_) => sheet.count_damaged(),
        }
    }
    if sheet.damaged() > 0 {
        tracing::error!(
            lines = sheet.damaged(),
            sheet = %sheet.path().display(),
            "lines of a care journal cannot be read; its file is kept aside"
        );
    }
}

fn finish_those_without(waiting: &List, sheets: &mut Vec<Sheet>) -> io::Result<()> {
    for at in (0..sheets.len()).rev() {
        if is_done(waiting, &sheets[at]) {
            sheets.swap_remove(at).finish()?;
        }
    }
    Ok(())
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// How many entries lie in a folder, also of programs that run; none is taken
/// over.
pub fn count_in(folder: &Path) -> io::Result<usize> {
    let mut count = 0;
    for path in sheets_in(folder)? {
        count += sheet::count(&path)?;
    }
    Ok(count)
}

/// The sheets in a folder; none if there is no folder yet.
fn sheets_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut sheets = Vec::new();
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            sheets.push(path);
        }
    }
    sheets.sort();
    Ok(sheets)
}

#[cfg(test)]
mod tests;
