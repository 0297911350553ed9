//! Shout-outs: short public thanks to a member, or to anyone by another name.
//!
//! Nobody is outed by thanks: a member who is thanked can take it down.

crate::text! {
    /// What a shout-out says, in Markdown.
    ShoutOutBody: block 1..=500,
    /// Who is thanked, when it is no member.
    ThankedName: line 1..=60,
}

/// Shout-outs on one page of the wall.
pub const PAGE: u32 = 30;

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod post;
#[cfg(feature = "ssr")]
mod revise;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub(crate) use post::published;
#[cfg(feature = "ssr")]
pub use post::{Addressee, NewShoutOut, post};
#[cfg(feature = "ssr")]
pub use revise::{edit, may_take_down, take_down};
