//! What the database stands on, and what a crash does to it.

use std::fs;
use std::path::{Path, PathBuf};

use bench::Result;
use rand::rngs::StdRng;

/// A place for one database.
pub trait Ground {
    /// The folder that the program is given.
    fn folder(&self) -> &Path;

    /// All that was written so far outlives every crash.
    fn settle(&mut self);

    /// The moment of the crash; the program is ended right after it.
    fn fall(&mut self);

    /// What is found afterwards. The program has ended.
    ///
    /// # Errors
    /// When the place cannot be made ready again.
    fn rise(&mut self, rng: &mut StdRng) -> Result<()>;

    /// A folder in which the database can be read while nobody writes.
    ///
    /// # Errors
    /// When there is no room for it.
    fn readable(&self) -> Result<PathBuf>;
}

/// An ordinary folder: the system keeps what a killed program wrote.
pub struct Plain {
    folder: PathBuf,
}

impl Plain {
    /// An empty folder of that name.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn fresh(folder: &Path) -> Result<Self> {
        empty(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }
}

impl Ground for Plain {
    fn folder(&self) -> &Path {
        &self.folder
    }

    fn settle(&mut self) {}

    fn fall(&mut self) {}

    fn rise(&mut self, _: &mut StdRng) -> Result<()> {
        Ok(())
    }

    fn readable(&self) -> Result<PathBuf> {
        Ok(self.folder.clone())
    }
}

/// Makes a folder, and empties it if it is there.
///
/// # Errors
/// When it cannot be written to.
pub fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(())
}
