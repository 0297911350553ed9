//! One server a file.

use crate::open::{OpenError, beside, make_folder, path_of};
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// Says that this program serves a database's file, for as long as it lives.
/// The system lets go of it when the program ends, however that happens.
///
/// It is a lock on an empty file `….lock` beside the database, which stays
/// there. Commands that only visit the database do not take it.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes it, and makes the folder when it is missing.
    ///
    /// # Errors
    ///
    /// [`OpenError::Served`] if another program has it.
    pub fn take(url: &str) -> Result<Self, OpenError> {
        let path = path_of(url)?;
        make_folder(&path)?;
        let path = real(&path);
        let file = lock_file(&beside(&path, ".lock"))
            .map_err(|_| OpenError::ReadOnly(path.parent().unwrap_or(&path).to_owned()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Served(path)),
            Err(TryLockError::Error(error)) => Err(OpenError::Lock(error)),
        }
    }
}

fn lock_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// One name for a file, whichever links lead there. The file may be missing.
fn real(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_server_by_whichever_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
        let first = Lock::take(&url("new/chorus.db")).expect("free");
        for name in ["new/chorus.db", "new/../new/chorus.db"] {
            let refused = Lock::take(&url(name)).expect_err("it is served");
            assert!(matches!(refused, OpenError::Served(_)), "{refused}");
        }
        Lock::take(&url("new/other.db")).expect("another file is free");
        drop(first);
        let again = Lock::take(&url("new/chorus.db")).expect("free again");
        #[cfg(unix)]
        {
            std::fs::write(folder.path().join("new/chorus.db"), "").expect("a file");
            std::os::unix::fs::symlink("new/chorus.db", folder.path().join("link.db"))
                .expect("a link");
            assert!(Lock::take(&url("link.db")).is_err());
        }
        drop(again);
    }
}
