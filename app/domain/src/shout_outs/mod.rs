//! Room: shout_outs.

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use port::*;
