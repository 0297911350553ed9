//! Stories: lived experience, in long form.
//!
//! A story with a content note shows the note first, and its words only to
//! those who ask for them.

crate::text! {
    /// A story's title.
    StoryTitle: line 1..=120,
    /// What a story says, in Markdown.
    StoryBody: block 1..=40000,
    /// What a reader may want to know beforehand.
    ContentNote: line 0..=120,
}

/// Stories on one page of the list.
pub const PAGE: u32 = 20;

/// How much of a story the list shows, in characters.
pub const EXCERPT: usize = 280;

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod share;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use share::{StoryWords, edit, remove, share};
