//! What measures Chorus and what tries to break it have in common: starting the program with a
//! database of its own, talking to it, joining and posting. All traffic stays on the loopback
//! address.

pub mod chorus;
pub mod http;
pub mod load;
pub mod posting;
pub mod process;

/// Any failure: what cannot be done ends the run with a sentence.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
/// What every fallible step here gives.
pub type Result<T> = std::result::Result<T, Failure>;
