//! A disk that remembers which writes it never promised to keep.
//!
//! Each file is held twice: as programs see it, and as it would be after a power cut. What was
//! written since the file's last sync stands between the two, in the order in which it came.
//! Names are kept at once: a directory change is never lost.

#[cfg(target_os = "linux")]
pub mod mount;

use std::collections::BTreeMap;

use rand::Rng;

/// The part of a write that a disk puts down whole.
const SECTOR: usize = 512;

/// A file's number, the same for as long as the file is there.
pub type Number = u64;

/// Why the disk does not do what it is asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such file.
    NotThere,
    /// The power is cut.
    NoPower,
}

/// What a power cut leaves of the writes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// None of them.
    NoneKept,
    /// Each by chance; what came later may be there without what came before.
    SomeKept,
    /// Those before a moment; the last of them is torn.
    TornTail,
}

impl Fate {
    /// One of them by chance.
    pub fn random(rng: &mut impl Rng) -> Self {
        match rng.random_range(0..3) {
            0 => Self::NoneKept,
            1 => Self::SomeKept,
            _ => Self::TornTail,
        }
    }
}

#[derive(Clone)]
enum Change {
    Write { offset: usize, data: Vec<u8> },
    Length(usize),
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { offset, data } => {
                let end = offset + data.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*offset..end].copy_from_slice(data);
            }
            Self::Length(length) => content.resize(*length, 0),
        }
    }

    /// The same with only some of its first sectors; nothing if that is none.
    fn torn(&self, rng: &mut impl Rng) -> Option<Self> {
        match self {
            Self::Write { offset, data } => {
                let whole = rng.random_range(0..=data.len() / SECTOR) * SECTOR;
                (whole > 0).then(|| Self::Write {
                    offset: *offset,
                    data: data[..whole].to_vec(),
                })
            }
            Self::Length(_) => None,
        }
    }
}

#[derive(Default)]
struct File {
    seen: Vec<u8>,
    kept: Vec<u8>,
    unsynced: Vec<Change>,
}

impl File {
    fn holding(content: Vec<u8>) -> Self {
        Self {
            seen: content.clone(),
            kept: content,
            unsynced: Vec::new(),
        }
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.unsynced.push(change);
    }

    fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            change.apply(&mut self.kept);
        }
    }

    fn after(&self, fate: Fate, rng: &mut impl Rng) -> Vec<u8> {
        let mut content = self.kept.clone();
        for change in survivors(&self.unsynced, fate, rng) {
            change.apply(&mut content);
        }
        content
    }
}

fn survivors(unsynced: &[Change], fate: Fate, rng: &mut impl Rng) -> Vec<Change> {
    match fate {
        Fate::NoneKept => Vec::new(),
        Fate::SomeKept => unsynced
            .iter()
            .filter(|_| rng.random_bool(0.5))
            .cloned()
            .collect(),
        Fate::TornTail => {
            let whole = rng.random_range(0..=unsynced.len());
            let torn = unsynced.get(whole).and_then(|change| change.torn(rng));
            unsynced[..whole].iter().cloned().chain(torn).collect()
        }
    }
}

/// Files in one folder.
#[derive(Default)]
pub struct Disk {
    names: BTreeMap<String, Number>,
    files: BTreeMap<Number, File>,
    made: Number,
    dark: bool,
}

impl Disk {
    /// The number of the file with a name.
    pub fn find(&self, name: &str) -> Option<Number> {
        self.names.get(name).copied()
    }

    /// Makes an empty file, or finds the one that is there.
    ///
    /// # Errors
    /// When the power is cut.
    pub fn create(&mut self, name: &str) -> Result<Number, Refused> {
        self.powered()?;
        Ok(match self.find(name) {
            Some(number) => number,
            None => self.put(name.to_owned(), File::default()),
        })
    }

    fn put(&mut self, name: String, file: File) -> Number {
        self.made += 1;
        self.names.insert(name, self.made);
        self.files.insert(self.made, file);
        self.made
    }

    /// Takes the name away. Whoever has the file open can go on with it.
    ///
    /// # Errors
    /// When the power is cut, or there is no such file.
    pub fn remove(&mut self, name: &str) -> Result<(), Refused> {
        self.powered()?;
        self.names.remove(name).map(drop).ok_or(Refused::NotThere)
    }

    /// Bytes in a file, as programs see it.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn length(&self, number: Number) -> Result<usize, Refused> {
        self.file(number).map(|file| file.seen.len())
    }

    /// What programs see, up to `most` bytes; fewer at the end of the file.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn read(&self, number: Number, offset: usize, most: usize) -> Result<&[u8], Refused> {
        let seen = &self.file(number)?.seen;
        let start = offset.min(seen.len());
        let end = start.saturating_add(most).min(seen.len());
        Ok(&seen[start..end])
    }

    /// Writes. Nothing is promised until the next sync.
    ///
    /// # Errors
    /// When the power is cut, or there is no such file.
    pub fn write(&mut self, number: Number, offset: usize, data: &[u8]) -> Result<(), Refused> {
        let data = data.to_vec();
        self.powered_file(number)?
            .change(Change::Write { offset, data });
        Ok(())
    }

    /// Shortens a file, or lengthens it with zeros. Nothing is promised until the next sync.
    ///
    /// # Errors
    /// When the power is cut, or there is no such file.
    pub fn set_length(&mut self, number: Number, length: usize) -> Result<(), Refused> {
        self.powered_file(number)?.change(Change::Length(length));
        Ok(())
    }

    /// Promises all that was written to a file.
    ///
    /// # Errors
    /// When the power is cut, or there is no such file.
    pub fn sync(&mut self, number: Number) -> Result<(), Refused> {
        self.powered_file(number)?.sync();
        Ok(())
    }

    /// Promises all that was written to any file.
    pub fn sync_all(&mut self) {
        for file in self.files.values_mut() {
            file.sync();
        }
    }

    /// Cuts the power: from now on nothing is written, and nothing is promised any more.
    pub fn cut(&mut self) {
        self.dark = true;
    }

    /// The disk that is found when the power is back.
    pub fn after(&self, fate: Fate, rng: &mut impl Rng) -> Self {
        self.copied(|file| file.after(fate, rng))
    }

    /// What programs see, by name.
    pub fn contents(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.names
            .iter()
            .filter_map(|(name, number)| Some((name.as_str(), self.files.get(number)?)))
            .map(|(name, file)| (name, file.seen.as_slice()))
    }

    fn copied(&self, mut content: impl FnMut(&File) -> Vec<u8>) -> Self {
        let mut disk = Self::default();
        for (name, number) in &self.names {
            if let Some(file) = self.files.get(number) {
                disk.put(name.clone(), File::holding(content(file)));
            }
        }
        disk
    }

    fn file(&self, number: Number) -> Result<&File, Refused> {
        self.files.get(&number).ok_or(Refused::NotThere)
    }

    fn powered_file(&mut self, number: Number) -> Result<&mut File, Refused> {
        self.powered()?;
        self.files.get_mut(&number).ok_or(Refused::NotThere)
    }

    fn powered(&self) -> Result<(), Refused> {
        if self.dark {
            return Err(Refused::NoPower);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn chance(seed: u64) -> StdRng {
        StdRng::seed_from_u64(seed)
    }

    fn content<'a>(disk: &'a Disk, name: &str) -> &'a [u8] {
        let number = disk.find(name).expect("the file");
        disk.read(number, 0, usize::MAX).expect("its bytes")
    }

    /// A file "a" with "kept" synced and three writes of a page after it.
    fn with_unsynced_pages() -> Disk {
        let mut disk = Disk::default();
        let a = disk.create("a").expect("a file");
        disk.write(a, 0, b"kept").expect("written");
        disk.sync(a).expect("synced");
        for page in 1..=3u8 {
            let offset = usize::from(page) * 4096;
            disk.write(a, offset, &[page; 4096]).expect("written");
        }
        disk
    }

    #[test]
    fn what_is_written_is_seen_at_once() {
        let mut disk = Disk::default();
        let a = disk.create("a").expect("a file");
        disk.write(a, 2, b"xy").expect("written");
        assert_eq!(content(&disk, "a"), b"\0\0xy");
        assert_eq!(disk.read(a, 3, 1), Ok(&b"y"[..]));
        assert_eq!(disk.read(a, 9, 1), Ok(&b""[..]));
        disk.set_length(a, 3).expect("shortened");
        assert_eq!(disk.length(a), Ok(3));
        assert_eq!(disk.create("a"), Ok(a));
    }

    #[test]
    fn without_a_sync_all_of_it_can_go() {
        let disk = with_unsynced_pages();
        let left = disk.after(Fate::NoneKept, &mut chance(1));
        assert_eq!(content(&left, "a"), b"kept");
        assert_eq!(content(&disk, "a").len(), 4 * 4096);
    }

    #[test]
    fn what_was_synced_stays_whatever_happens() {
        let mut disk = with_unsynced_pages();
        let a = disk.find("a").expect("the file");
        disk.sync(a).expect("synced");
        for fate in [Fate::NoneKept, Fate::SomeKept, Fate::TornTail] {
            let left = disk.after(fate, &mut chance(2));
            assert_eq!(content(&left, "a"), content(&disk, "a"));
        }
    }

    #[test]
    fn a_sync_is_for_one_file_only() {
        let mut disk = with_unsynced_pages();
        let b = disk.create("b").expect("a file");
        disk.write(b, 0, b"b").expect("written");
        disk.sync(b).expect("synced");
        let left = disk.after(Fate::NoneKept, &mut chance(1));
        assert_eq!(content(&left, "a"), b"kept");
        assert_eq!(content(&left, "b"), b"b");
        disk.sync_all();
        let left = disk.after(Fate::NoneKept, &mut chance(1));
        assert_eq!(content(&left, "a"), content(&disk, "a"));
    }

    #[test]
    fn a_later_write_can_be_there_without_an_earlier_one() {
        let disk = with_unsynced_pages();
        let hole = (0..100).find(|seed| {
            let left = disk.after(Fate::SomeKept, &mut chance(*seed));
            let content = content(&left, "a");
            content.get(4096) == Some(&0) && content.get(3 * 4096) == Some(&3)
        });
        assert!(hole.is_some());
    }

    #[test]
    fn a_tail_is_torn_within_a_write() {
        let disk = with_unsynced_pages();
        let torn = (0..100).find(|seed| {
            let left = disk.after(Fate::TornTail, &mut chance(*seed));
            let length = content(&left, "a").len();
            length > 4096 && !length.is_multiple_of(4096) && length.is_multiple_of(SECTOR)
        });
        assert!(torn.is_some());
    }

    #[test]
    fn a_shortened_file_can_be_long_again() {
        let mut disk = with_unsynced_pages();
        let a = disk.find("a").expect("the file");
        disk.sync(a).expect("synced");
        disk.set_length(a, 0).expect("shortened");
        let left = disk.after(Fate::NoneKept, &mut chance(1));
        assert_eq!(content(&left, "a").len(), 4 * 4096);
    }

    #[test]
    fn the_same_seed_leaves_the_same_disk() {
        let disk = with_unsynced_pages();
        let once = disk.after(Fate::SomeKept, &mut chance(7));
        let again = disk.after(Fate::SomeKept, &mut chance(7));
        assert_eq!(content(&once, "a"), content(&again, "a"));
    }

    #[test]
    fn nothing_is_written_or_promised_without_power() {
        let mut disk = with_unsynced_pages();
        let a = disk.find("a").expect("the file");
        disk.cut();
        assert_eq!(disk.write(a, 0, b"late"), Err(Refused::NoPower));
        assert_eq!(disk.set_length(a, 0), Err(Refused::NoPower));
        assert_eq!(disk.sync(a), Err(Refused::NoPower));
        assert_eq!(disk.create("c"), Err(Refused::NoPower));
        assert_eq!(disk.remove("a"), Err(Refused::NoPower));
        let mut left = disk.after(Fate::NoneKept, &mut chance(1));
        assert_eq!(content(&left, "a"), b"kept");
        assert!(left.create("c").is_ok());
    }

    #[test]
    fn a_removed_file_is_gone_at_once_but_stays_for_who_has_it_open() {
        let mut disk = with_unsynced_pages();
        let a = disk.find("a").expect("the file");
        disk.remove("a").expect("removed");
        assert_eq!(disk.remove("a"), Err(Refused::NotThere));
        assert!(disk.write(a, 0, b"still").is_ok());
        assert_eq!(disk.read(a, 0, 5), Ok(&b"still"[..]));
        let left = disk.after(Fate::TornTail, &mut chance(1));
        assert_eq!(left.contents().count(), 0);
    }
}
