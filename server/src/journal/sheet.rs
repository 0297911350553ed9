use crate::backup::sync_folder;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// How a sheet's name ends.
pub const ENDING: &str = "jsonl";

/// Room that a sheet takes in advance, in bytes: on a disk that is full there is
/// still some for several hundred calls.
const RESERVE: u64 = 4 * 1024 * 1024;

/// A file of entries: one a line, each with its checksum. Only its owner can
/// read it, and only one program has it.
#[derive(Debug)]
pub struct Sheet {
    file: File,
    path: PathBuf,
    /// Where the next entry goes.
    end: u64,
    /// Lines in its midst that cannot be read.
    damaged: usize,
}

impl Sheet {
    /// Begins an empty one.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create_new(true).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        file.try_lock().map_err(io::Error::from)?;
        reserve(&file);
        sync_folder(path)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            end: 0,
            damaged: 0,
        })
    }

    /// Takes over one that no program has, with the entries that are in it; none
    /// if a program has it, or it is gone.
    pub fn take_over(path: &Path) -> io::Result<Option<(Self, Vec<String>)>> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Whoever had it may have been done with it between our two steps.
        if !path.exists() {
            return Ok(None);
        }
        let found = read(&fs::read(path)?);
        let sheet = Self {
            file,
            path: path.to_owned(),
            end: found.end,
            damaged: found.damaged,
        };
        Ok(Some((sheet, found.entries)))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How much is in it, in bytes.
    pub const fn size(&self) -> u64 {
        self.end
    }

    /// Lines in its midst that cannot be read.
    pub const fn damaged(&self) -> usize {
        self.damaged
    }

    /// One more line is of no use to this program.
    pub const fn count_damaged(&mut self) {
        self.damaged += 1;
    }

    /// Adds an entry. When this answers, the disk has it. If it fails, what was
    /// written of it is written over by the next one.
    pub fn append(&mut self, entry: &str) -> io::Result<()> {
        let line = line(entry);
        write_all_at(&self.file, line.as_bytes(), self.end)?;
        self.file.sync_data()?;
        self.end += line.len() as u64;
        Ok(())
    }

    /// Lets go of all entries, since they are kept elsewhere.
    pub fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.end = 0;
        reserve(&self.file);
        self.file.sync_data()
    }

    /// Takes the file away, since all its entries are kept elsewhere. One with
    /// damaged lines stays under another name, for the host to look at.
    pub fn finish(self) -> io::Result<()> {
        if self.damaged == 0 {
            fs::remove_file(&self.path)?;
        } else {
            fs::rename(&self.path, self.path.with_extension("damaged"))?;
        }
        sync_folder(&self.path)
    }
}

/// Takes room in advance, where the file system can. The size stays as it is.
fn reserve(file: &File) {
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::fs::fallocate(file, rustix::fs::FallocateFlags::KEEP_SIZE, 0, RESERVE)
    {
        tracing::warn!(%error, "no room is set aside for the care journal");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (file, RESERVE);
}

#[cfg(unix)]
fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(not(unix))]
fn write_all_at(mut file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)
}

const SUM: &str = "{\"sum\":\"";
const ENTRY: &str = "\",\"entry\":";

/// An entry, which is JSON, as a line of JSON.
fn line(entry: &str) -> String {
    format!("{SUM}{}{ENTRY}{entry}}}\n", sum(entry))
}

/// The entry of a line; none if it is not whole.
fn entry(line: &str) -> Option<&str> {
    let (sum_of, rest) = line.strip_prefix(SUM)?.split_once(ENTRY)?;
    let entry = rest.strip_suffix('}')?;
    (sum_of == sum(entry)).then_some(entry)
}

fn sum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest[..8].iter().map(|b| format!("{b:02x}")).collect()
}

/// How many entries are in a file that another program may have.
pub fn count(path: &Path) -> io::Result<usize> {
    match fs::read(path) {
        Ok(bytes) => Ok(read(&bytes).entries.len()),
        // Its program was done with it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

struct Found {
    entries: Vec<String>,
    end: u64,
    damaged: usize,
}

/// Reads what a program has left. A last line that is not whole was never
/// answered with "kept"; any other that is not is a fault of the disk.
fn read(bytes: &[u8]) -> Found {
    let mut found = Found {
        entries: Vec::new(),
        end: 0,
        damaged: 0,
    };
    let mut place = 0;
    let mut unread = 0;
    for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
        place += piece.len() as u64;
        let text = piece
            .strip_suffix(b"\n")
            .and_then(|line| std::str::from_utf8(line).ok());
        match text.and_then(entry) {
            Some(entry) => {
                found.entries.push(entry.to_owned());
                found.damaged += std::mem::take(&mut unread);
                found.end = place;
            }
            None => unread += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (PathBuf, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        (folder.path().join("one.jsonl"), folder)
    }

    fn written(path: &Path, entries: &[&str]) {
        let mut sheet = Sheet::begin(path).expect("begun");
        for entry in entries {
            sheet.append(entry).expect("kept");
        }
    }

    fn left(path: &Path) -> (Sheet, Vec<String>) {
        Sheet::take_over(path).expect("read").expect("free")
    }

    #[test]
    fn the_next_program_finds_what_was_kept_and_goes_on_behind_it() {
        let (path, _folder) = place();
        written(&path, &[r#"{"body":"one"}"#, r#"{"body":"two\nlines"}"#]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let (mut sheet, entries) = left(&path);
        assert_eq!(entries, [r#"{"body":"one"}"#, r#"{"body":"two\nlines"}"#]);
        sheet.append("{}").expect("kept");
        drop(sheet);
        let (mut sheet, entries) = left(&path);
        assert_eq!(entries.len(), 3);
        sheet.clear().expect("cleared");
        drop(sheet);
        let (sheet, entries) = left(&path);
        assert!(entries.is_empty());
        sheet.finish().expect("taken away");
        assert!(Sheet::take_over(&path).expect("looked").is_none());
    }

    #[test]
    fn wherever_a_program_is_killed_what_was_whole_stays_whole() {
        let (path, _folder) = place();
        written(&path, &[r#"{"n":1}"#, r#"{"n":2}"#]);
        let whole = fs::read(&path).expect("the file");
        let first = line(r#"{"n":1}"#).len();
        for cut in 0..=whole.len() {
            fs::write(&path, &whole[..cut]).expect("cut");
            let (mut sheet, entries) = left(&path);
            let expected = usize::from(cut >= first) + usize::from(cut == whole.len());
            assert_eq!((entries.len(), sheet.damaged()), (expected, 0), "{cut}");
            sheet.append(r#"{"n":3}"#).expect("kept");
            drop(sheet);
            let (sheet, entries) = left(&path);
            assert_eq!(entries.last().map(String::as_str), Some(r#"{"n":3}"#));
            assert_eq!((entries.len(), sheet.damaged()), (expected + 1, 0), "{cut}");
        }
    }

    #[test]
    fn a_damaged_line_is_left_for_the_host_and_hides_no_other() {
        let (path, folder) = place();
        written(&path, &[r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#]);
        let text = fs::read_to_string(&path).expect("the file");
        fs::write(&path, text.replace(r#"{"n":2}"#, r#"{"n":5}"#)).expect("damaged");
        let (sheet, entries) = left(&path);
        assert_eq!(entries, [r#"{"n":1}"#, r#"{"n":3}"#]);
        assert_eq!(sheet.damaged(), 1);
        sheet.finish().expect("put aside");
        assert!(!path.exists());
        assert!(folder.path().join("one.damaged").exists());
    }

    #[test]
    fn a_sheet_has_one_program() {
        let (path, _folder) = place();
        let first = Sheet::begin(&path).expect("begun");
        assert!(Sheet::take_over(&path).expect("looked").is_none());
        assert!(Sheet::begin(&path).is_err(), "it is there");
        drop(first);
        left(&path);
    }

    #[test]
    fn what_could_not_be_written_whole_does_not_count() {
        let (path, _folder) = place();
        let mut sheet = Sheet::begin(&path).expect("begun");
        sheet.append(r#"{"n":1}"#).expect("kept");
        let writes = std::mem::replace(&mut sheet.file, File::open(&path).expect("to read"));
        sheet
            .append(r#"{"n":2}"#)
            .expect_err("it cannot be written");
        // What a full disk leaves of it.
        write_all_at(&writes, b"{\"sum\":\"0123", sheet.end).expect("a piece");
        sheet.file = writes;
        sheet.append(r#"{"n":3}"#).expect("kept");
        drop(sheet);
        assert_eq!(left(&path).1, [r#"{"n":1}"#, r#"{"n":3}"#]);
    }
}
