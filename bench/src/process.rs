//! What the kernel says about a process.

use std::fs;

use crate::Result;

/// Memory held by a process, in bytes.
pub struct Memory {
    /// All that is resident, the program's own pages and the files it maps.
    pub resident: u64,
    /// What it has asked for itself (heap, stacks).
    pub anonymous: u64,
}

/// Reads `/proc/PID/status`.
///
/// # Errors
/// On systems without it, or when the process is gone.
pub fn memory(pid: u32) -> Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    Ok(Memory {
        resident: kilobytes(&status, "VmRSS:")?,
        anonymous: kilobytes(&status, "RssAnon:")?,
    })
}

fn kilobytes(status: &str, name: &str) -> Result<u64> {
    let line = status
        .lines()
        .find(|line| line.starts_with(name))
        .ok_or("no such line")?;
    let number = line.split_whitespace().nth(1).ok_or("no number")?;
    Ok(number.parse::<u64>()? * 1024)
}

/// Processor time used so far, in seconds (`/proc/PID/stat`, in ticks of 10 ms).
///
/// # Errors
/// On systems without it, or when the process is gone.
pub fn processor_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    ticks(&stat).map(|ticks| ticks as f64 / 100.0)
}

fn ticks(stat: &str) -> Result<u64> {
    // The name in parentheses may hold spaces: count from behind it.
    let rest = stat.rsplit_once(')').ok_or("no name")?.1;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let field = |place: usize| fields.get(place).copied().ok_or("too short");
    Ok(field(11)?.parse::<u64>()? + field(12)?.parse::<u64>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_status() {
        let status = "Name:\tx\nVmRSS:\t   2048 kB\nRssAnon:\t 1 kB\n";
        assert_eq!(kilobytes(status, "VmRSS:").expect("a size"), 2048 * 1024);
        assert!(kilobytes(status, "VmSwap:").is_err());
    }

    #[test]
    fn reads_ticks_behind_an_odd_name() {
        let stat = "7 (a ) b) S 1 1 1 0 -1 4194560 1 0 0 0 120 30 0 0 20 0 5 0 1";
        assert_eq!(ticks(stat).expect("ticks"), 150);
    }
}
