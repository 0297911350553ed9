//! Room: watch. Who is here to answer calls for help.

#[cfg(feature = "ssr")]
mod duty;

#[cfg(feature = "ssr")]
pub use duty::{Days, MOST_SHIFTS, Minute, Shift, Watch};
