//! Comments: replies under articles, reflections, stories, shout-outs and
//! rituals, and under each other.
//!
//! A thread reads depth first, oldest first. A guest's comment waits for
//! review and only its guest sees it meanwhile. A comment that is taken back
//! leaves a gap only where replies remain.

crate::text! {
    /// What a comment says, in Markdown.
    CommentBody: block 1..=4000,
}

/// The deepest a thread nests; the first level is 0.
pub const MAX_DEPTH: u16 = 63;

/// Comments on one page of a thread.
pub const PAGE: u32 = 50;

/// Replies of one branch that stand on a page of the whole thread. Those after
/// them are on a page of the branch alone, so that a long conversation does not
/// hide the others.
pub const BRANCH: u32 = 20;

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod post;
#[cfg(feature = "ssr")]
mod revise;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub(crate) use post::post_as_read;
#[cfg(feature = "ssr")]
pub use post::{NewComment, post, post_held};
#[cfg(feature = "ssr")]
pub use revise::{edit, may_edit, take_back};
