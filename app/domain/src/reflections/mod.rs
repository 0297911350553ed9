//! Room: reflections.

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use port::*;
