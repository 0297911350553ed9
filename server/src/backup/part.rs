use super::BackupError;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A file that is being written. It is called `….part`, only its owner can read
/// it, and it goes away unless it is finished.
pub struct Part {
    file: File,
    path: PathBuf,
    to: PathBuf,
}

impl Part {
    /// Begins `to`. What an earlier program left there when it was killed is
    /// written over.
    pub fn begin(to: &Path) -> Result<Self, BackupError> {
        let refused = |error| BackupError::File(to.to_owned(), error);
        let mut name = to.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let file = private(&path).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(to.to_owned())),
            Err(TryLockError::Error(error)) => return Err(refused(error)),
        }
        file.set_len(0).map_err(refused)?;
        Ok(Self {
            file,
            path,
            to: to.to_owned(),
        })
    }

    /// Where it is until it is finished.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How much is written, in bytes.
    pub fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |file| file.len())
    }

    /// To write into it.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Brings it to the disk and gives it its name, whatever had it before.
    pub fn finish(self) -> Result<(), BackupError> {
        let finished = self
            .file
            .sync_all()
            .and_then(|()| fs::rename(&self.path, &self.to))
            .and_then(|()| sync_folder(&self.to));
        finished.map_err(|error| BackupError::File(self.to.clone(), error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once it is finished there is nothing of that name.
        let _ = fs::remove_file(&self.path);
    }
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The folder of a file.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes a file's name outlive a crash of the machine.
pub fn sync_folder(file: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder_of(file))?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn somewhere() -> (PathBuf, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        (folder.path().join("harbour.db"), folder)
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).expect("a list");
        files
            .map(|file| {
                file.expect("a file")
                    .file_name()
                    .into_string()
                    .expect("text")
            })
            .collect()
    }

    #[test]
    fn a_file_gets_its_name_when_it_is_whole() {
        let (to, folder) = somewhere();
        let mut part = Part::begin(&to).expect("begun");
        part.file().write_all(b"half").expect("written");
        assert_eq!(part.size(), 4);
        assert_eq!(names(folder.path()), ["harbour.db.part"]);
        drop(part);
        assert!(names(folder.path()).is_empty(), "it went away");
        let mut part = Part::begin(&to).expect("begun");
        part.file().write_all(b"whole").expect("written");
        part.finish().expect("finished");
        assert_eq!(names(folder.path()), ["harbour.db"]);
        assert_eq!(fs::read(&to).expect("the file"), b"whole");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&to).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_a_killed_program_left_is_written_over_and_a_live_one_is_not_disturbed() {
        let (to, folder) = somewhere();
        fs::write(folder.path().join("harbour.db.part"), "a long piece").expect("left");
        let part = Part::begin(&to).expect("begun");
        assert_eq!(part.size(), 0);
        let second = Part::begin(&to).err().expect("it is being written");
        assert!(matches!(second, BackupError::Busy(_)), "{second}");
        assert_eq!(names(folder.path()), ["harbour.db.part"]);
    }
}
