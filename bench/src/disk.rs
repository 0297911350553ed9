//! How often the disk confirms a write.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use bench::Result;

const PAGE: [u8; 4096] = [0x5a; 4096];
const PAGES: u64 = 256;

/// How the disk confirmed the writes of a while.
pub struct Syncs {
    /// Times in a second.
    pub rate: f64,
    /// In seconds: 99 of 100 were confirmed within it.
    pub slow: f64,
}

/// Writes a page and waits until the disk has it, over and over.
///
/// # Errors
/// When the folder cannot be written to.
pub fn syncs(folder: &Path, duration: Duration, most: u64) -> Result<Syncs> {
    let path = folder.join("sync-rate");
    let mut file = File::create(&path)?;
    let started = Instant::now();
    let mut done = 0;
    let mut times = Vec::new();
    while done < most && started.elapsed() < duration {
        file.seek(SeekFrom::Start((done % PAGES) * PAGE.len() as u64))?;
        file.write_all(&PAGE)?;
        let began = Instant::now();
        file.sync_data()?;
        times.push(began.elapsed().as_secs_f64());
        done += 1;
    }
    let rate = done as f64 / started.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    times.sort_by(f64::total_cmp);
    let slow = times.get(times.len() * 99 / 100).copied();
    Ok(Syncs {
        rate,
        slow: slow.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_ends_and_leaves_nothing() {
        let folder = std::env::temp_dir().join(format!("bench-disk-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let found = syncs(&folder, Duration::from_secs(60), 3).expect("confirmed");
        assert!(found.rate > 0.0 && found.slow > 0.0);
        assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0);
        fs::remove_dir(&folder).expect("gone");
    }
}
