//! Room: watch. Who is here to answer calls for help, and who else is asked
//! when one waits too long.
//!
//! A call that nobody answers rises by time: first those on duty are told, then
//! all peer supporters, then moderators and hosts. It rises anew when whoever
//! asked writes again after an answer. What was only noticed as a call
//! takes 24 times as long. Imported calls never rise.

#[cfg(feature = "ssr")]
mod duty;
#[cfg(feature = "ssr")]
mod keep;
mod level;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod rise;

#[cfg(feature = "ssr")]
pub use duty::{Days, MOST_SHIFTS, Minute, Shift, Watch};
#[cfg(feature = "ssr")]
use keep::desk;
#[cfg(feature = "ssr")]
pub use keep::{add_shift, drop_shift, on_duty, watch};
pub use level::Level;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use rise::{Steps, rise};
