//! What is being done to the nodes, and whether a request may fail meanwhile.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Seen by everyone who sends requests.
#[derive(Debug, Default)]
pub struct Phase {
    /// Odd while a node is being killed: then requests may fail.
    step: AtomicU32,
    over: AtomicBool,
}

/// When a request began.
#[derive(Debug, Clone, Copy)]
pub struct Begun(u32);

impl Phase {
    /// From now on a node may be killed.
    pub fn begin_killing(&self) {
        self.step.fetch_add(1, Ordering::SeqCst);
    }

    /// Nobody needs to send anything more.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Is it enough?
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// A request begins.
    pub fn begin_request(&self) -> Begun {
        Begun(self.step.load(Ordering::SeqCst))
    }

    /// May a request fail that began then and ends now?
    pub fn excuses(&self, begun: Begun) -> bool {
        let now = self.step.load(Ordering::SeqCst);
        begun.0 != now || !now.is_multiple_of(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_while_a_node_is_killed_may_a_request_fail() {
        let phase = Phase::default();
        let (early, late) = (phase.begin_request(), phase.begin_request());
        assert!(!phase.excuses(early));
        phase.begin_killing();
        assert!(phase.excuses(late), "it began before and ended within");
        assert!(phase.excuses(phase.begin_request()));
    }
}
