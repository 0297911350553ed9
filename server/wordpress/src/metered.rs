use std::io::{self, BufRead, Read};

/// Which limit stopped the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Total,
    Event,
}

/// Counts bytes and lines, and stops before a limit is passed, so that the XML
/// parser never gathers more than that into memory.
pub(crate) struct Metered<R> {
    inner: R,
    bytes: u64,
    lines: u64,
    total: u64,
    event_left: usize,
    stop: Option<Stop>,
}

impl<R: BufRead> Metered<R> {
    pub(crate) fn new(inner: R, total: u64) -> Self {
        Self {
            inner,
            bytes: 0,
            lines: 0,
            total,
            event_left: 0,
            stop: None,
        }
    }

    /// Allows the next event to be `limit` bytes long.
    pub(crate) fn begin_event(&mut self, limit: usize) {
        self.event_left = limit;
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The line of the next byte, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.lines + 1
    }

    pub(crate) fn stop(&self) -> Option<Stop> {
        self.stop
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let buffer = self.inner.fill_buf()?;
        if buffer.is_empty() {
            return Ok(buffer);
        }
        let total_left = usize::try_from(self.total - self.bytes).unwrap_or(usize::MAX);
        let left = total_left.min(self.event_left);
        if left == 0 {
            self.stop = Some(if total_left == 0 {
                Stop::Total
            } else {
                Stop::Event
            });
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(&buffer[..buffer.len().min(left)])
    }

    fn consume(&mut self, amount: usize) {
        // The parser consumes what it was just shown, so this copies nothing and
        // reads nothing new.
        if let Ok(buffer) = self.inner.fill_buf() {
            let newlines = buffer.iter().take(amount).filter(|&&b| b == b'\n').count();
            self.lines += newlines as u64;
        }
        self.bytes += amount as u64;
        self.event_left = self.event_left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let shown = self.fill_buf()?;
        let amount = shown.len().min(out.len());
        out[..amount].copy_from_slice(&shown[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}
