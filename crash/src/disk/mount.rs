//! The disk as a folder that other programs can use, over FUSE.

use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bench::Result;
use fuser::{
    BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem,
    FopenFlags, Generation, INodeNo, LockOwner, MountOption, OpenFlags, ReplyAttr, ReplyCreate,
    ReplyData, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use super::{Disk, Number, Refused};

const NAME: &str = "chorus-crash";
/// Nobody but the kernel changes anything, so what it knows stays true.
const KNOWN_FOR: Duration = Duration::from_secs(3600);
/// The kernel's number for the folder itself; a file's is its own plus this.
const ROOT: u64 = 1;

/// A mounted disk. It is unmounted when it is let go.
pub struct Mounted {
    disk: Arc<Mutex<Disk>>,
    session: Option<BackgroundSession>,
    folder: std::path::PathBuf,
}

impl Mounted {
    /// Mounts a disk on an empty folder.
    ///
    /// # Errors
    /// Where FUSE is missing or not allowed.
    pub fn on(folder: &Path, disk: Disk) -> Result<Self> {
        let owner = std::fs::metadata(folder)?;
        let disk = Arc::new(Mutex::new(disk));
        let served = Served {
            disk: Arc::clone(&disk),
            user: owner.uid(),
            group: owner.gid(),
        };
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName(NAME.to_owned())];
        let session = fuser::spawn_mount(served, folder, &config)?;
        Ok(Self {
            disk,
            session: Some(session),
            folder: folder.to_owned(),
        })
    }

    /// The disk itself. The folder stands still meanwhile.
    pub fn disk(&self) -> MutexGuard<'_, Disk> {
        locked(&self.disk)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        if session.umount_and_join().is_err() {
            detach(&self.folder);
        }
    }
}

/// Takes away a mount that an earlier run left behind, if there is one.
pub fn clear(folder: &Path) {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let left = mounts.lines().any(|line| {
        let mut words = line.split(' ');
        words.next() == Some(NAME) && words.next().map(Path::new) == Some(folder)
    });
    if left {
        detach(folder);
    }
}

/// For a folder that somebody still has open.
fn detach(folder: &Path) {
    let done = Command::new("umount").arg("--lazy").arg(folder).status();
    if !done.is_ok_and(|status| status.success()) {
        eprintln!("{} could not be unmounted.", folder.display());
    }
}

fn locked(disk: &Mutex<Disk>) -> MutexGuard<'_, Disk> {
    disk.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Served {
    disk: Arc<Mutex<Disk>>,
    user: u32,
    group: u32,
}

impl Served {
    fn disk(&self) -> MutexGuard<'_, Disk> {
        locked(&self.disk)
    }

    fn attributes(&self, inode: INodeNo) -> std::result::Result<FileAttr, Refused> {
        if inode.0 == ROOT {
            return Ok(self.attributes_of(inode, FileType::Directory, 0o700, 0));
        }
        let size = self.disk().length(number(inode))? as u64;
        Ok(self.attributes_of(inode, FileType::RegularFile, 0o600, size))
    }

    fn attributes_of(&self, ino: INodeNo, kind: FileType, perm: u16, size: u64) -> FileAttr {
        FileAttr {
            ino,
            size,
            blocks: size.div_ceil(512),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm,
            nlink: 1,
            uid: self.user,
            gid: self.group,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        }
    }
}

fn number(inode: INodeNo) -> Number {
    inode.0 - ROOT
}

fn inode(number: Number) -> INodeNo {
    INodeNo(number + ROOT)
}

fn errno(refused: Refused) -> Errno {
    match refused {
        Refused::NotThere => Errno::ENOENT,
        Refused::NoPower => Errno::EIO,
    }
}

fn answer(reply: ReplyEmpty, done: std::result::Result<(), Refused>) {
    match done {
        Ok(()) => reply.ok(),
        Err(refused) => reply.error(errno(refused)),
    }
}

impl Filesystem for Served {
    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let found = name.to_str().and_then(|name| self.disk().find(name));
        match found.map(inode).map(|inode| self.attributes(inode)) {
            Some(Ok(attributes)) => reply.entry(&KNOWN_FOR, &attributes, Generation(0)),
            _ => reply.error(Errno::ENOENT),
        }
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.attributes(ino) {
            Ok(attributes) => reply.attr(&KNOWN_FOR, &attributes),
            Err(refused) => reply.error(errno(refused)),
        }
    }

    // Owner, mode and times are taken and forgotten: only the length matters here.
    fn setattr(
        &self,
        _: &Request,
        ino: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let done = match size {
            Some(size) => self.disk().set_length(number(ino), size as usize),
            None => Ok(()),
        };
        match done.and_then(|()| self.attributes(ino)) {
            Ok(attributes) => reply.attr(&KNOWN_FOR, &attributes),
            Err(refused) => reply.error(errno(refused)),
        }
    }

    fn create(
        &self,
        _: &Request,
        _: INodeNo,
        name: &OsStr,
        _: u32,
        _: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        let Some(name) = name.to_str() else {
            return reply.error(Errno::EINVAL);
        };
        let made = self.disk().create(name);
        match made.and_then(|number| self.attributes(inode(number))) {
            Ok(attributes) => reply.created(
                &KNOWN_FOR,
                &attributes,
                Generation(0),
                FileHandle(0),
                FopenFlags::FOPEN_KEEP_CACHE,
            ),
            Err(refused) => reply.error(errno(refused)),
        }
    }

    fn unlink(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let done = match name.to_str() {
            Some(name) => self.disk().remove(name),
            None => Err(Refused::NotThere),
        };
        answer(reply, done);
    }

    // The page cache is kept, not gone around: SQLite maps its index into memory.
    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE);
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self
            .disk()
            .read(number(ino), offset as usize, size as usize)
        {
            Ok(data) => reply.data(data),
            Err(refused) => reply.error(errno(refused)),
        }
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.disk().write(number(ino), offset as usize, data) {
            Ok(()) => reply.written(data.len() as u32),
            Err(refused) => reply.error(errno(refused)),
        }
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer(reply, self.disk().sync(number(ino)));
    }

    fn fsyncdir(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        reply.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_over_and_back() {
        assert_eq!(number(inode(7)), 7);
        assert_ne!(inode(1).0, ROOT);
    }

    #[test]
    fn refusals_have_names_that_programs_know() {
        assert_eq!(errno(Refused::NoPower).code(), Errno::EIO.code());
        assert_eq!(errno(Refused::NotThere).code(), Errno::ENOENT.code());
    }
}
