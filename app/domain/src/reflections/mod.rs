//! Reflections: members' answers to the prompts at the end of an article.

crate::text! {
    /// What a reflection says, in Markdown.
    ReflectionBody: block 1..=4000,
}

/// Reflections on one page of a prompt.
pub const PAGE: u32 = 20;

/// The newest reflections that stand under each prompt on its article.
pub const ON_ARTICLE: u32 = 3;

/// Lists show this much of a longer reflection, in characters.
pub const EXCERPT: usize = 600;

#[cfg(feature = "ssr")]
mod answer;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use answer::{NewReflection, answer, edit, remove};
#[cfg(feature = "ssr")]
pub use port::*;
