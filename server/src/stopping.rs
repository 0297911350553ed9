//! Whether the program was told to stop.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Shared by whoever must know: requests under way are answered, new ones belong
/// elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// From now on it stops.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Was it told to?
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
