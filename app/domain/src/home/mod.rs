//! Home: this week's article and the newest shares.

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use port::*;
