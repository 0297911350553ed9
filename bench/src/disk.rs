//! How often the disk confirms a write.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use bench::Result;

const PAGE: [u8; 4096] = [0x5a; 4096];
const PAGES: u64 = 256;

/// Writes a page and waits until the disk has it, over and over; gives the times in a second.
///
/// # Errors
/// When the folder cannot be written to.
pub fn syncs_per_second(folder: &Path, duration: Duration, most: u64) -> Result<f64> {
    let path = folder.join("sync-rate");
    let mut file = File::create(&path)?;
    let started = Instant::now();
    let mut done = 0;
    while done < most && started.elapsed() < duration {
        file.seek(SeekFrom::Start((done % PAGES) * PAGE.len() as u64))?;
        file.write_all(&PAGE)?;
        file.sync_data()?;
        done += 1;
    }
    let rate = done as f64 / started.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(rate)
}
