//! Room: moderation. What guests write is read by someone who keeps the house
//! before others see it.

crate::text! {
    /// Why something was not published. Its writer reads it.
    RefusalReason: line 1..=500,
}

/// Held comments on one page.
pub const PAGE: u32 = 20;

mod standing;
mod thing;
pub use standing::Standing;
pub use thing::Thing;

#[cfg(feature = "ssr")]
mod decide;
#[cfg(feature = "ssr")]
mod find;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use decide::{approve, refuse};
#[cfg(feature = "ssr")]
pub use find::{Answers, Found, find};
#[cfg(feature = "ssr")]
pub use port::*;
