//! A disk that loses its power.

use std::fs;
use std::path::{Path, PathBuf};

use bench::Result;
use rand::rngs::StdRng;

use crate::disk::mount::{self, Mounted};
use crate::disk::{Disk, Fate};
use crate::ground::{Ground, empty};

/// A database on a mounted disk that forgets unsynced writes.
pub struct PowerCut {
    mounted: Option<Mounted>,
    folder: PathBuf,
    copy: PathBuf,
}

impl PowerCut {
    /// Mounts an empty disk within a folder.
    ///
    /// # Errors
    /// Where FUSE is missing or not allowed.
    pub fn fresh(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let (disk, copy) = (folder.join("disk"), folder.join("copy"));
        mount::clear(&disk);
        empty(&disk)?;
        Ok(Self {
            mounted: Some(Mounted::on(&disk, Disk::default())?),
            folder: disk,
            copy,
        })
    }

    fn mounted(&self) -> Result<&Mounted> {
        self.mounted.as_ref().ok_or("the disk is gone".into())
    }
}

impl Ground for PowerCut {
    fn folder(&self) -> &Path {
        &self.folder
    }

    fn settle(&mut self) {
        if let Some(mounted) = &self.mounted {
            mounted.disk().sync_all();
        }
    }

    fn fall(&mut self) {
        if let Some(mounted) = &self.mounted {
            mounted.disk().cut();
        }
    }

    // A new mount, so that nothing is left in the kernel's memory of the old one.
    fn rise(&mut self, rng: &mut StdRng) -> Result<()> {
        let left = self.mounted()?.disk().after(Fate::random(rng), rng);
        self.mounted = None;
        self.mounted = Some(Mounted::on(&self.folder, left)?);
        Ok(())
    }

    // A copy on an ordinary folder: a program that waits for a file system which it serves itself
    // could not be ended.
    fn readable(&self) -> Result<PathBuf> {
        empty(&self.copy)?;
        let mounted = self.mounted()?;
        for (name, content) in mounted.disk().contents() {
            fs::write(self.copy.join(name), content)?;
        }
        Ok(self.copy.clone())
    }
}
