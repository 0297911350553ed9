//! Care: crisis contacts, and calls for help.
//!
//! A call is a conversation between whoever asked and the people at the desk.
//! It comes from a person who asks, or is about a post that reads like one. It
//! waits until someone of the desk has visibly answered what was asked, and
//! again when whoever asked writes more. An answer counts for what had been
//! read when it was written, and for nothing else.
//!
//! Those who asked stand on the desk before words that were only noticed.
//!
//! Nobody at the desk learns who asked, or who wrote an anonymous post.

crate::text! {
    /// What someone says in a call, in Markdown.
    CallBody: block 1..=4000,
    /// A word from one supporter to the others.
    CallNote: block 1..=500,
}

/// Calls on one page of the desk.
pub const PAGE: u32 = 20;

/// What was said and done in a call, on one page of it.
pub const ENTRIES: u32 = 100;

mod call;
pub mod recogniser;
pub use call::{Audience, Closing, Origin, Queue, Severity};
pub use recogniser::recognise;

#[cfg(feature = "ssr")]
mod answer;
#[cfg(feature = "ssr")]
mod ask;
#[cfg(feature = "ssr")]
mod code;
#[cfg(feature = "ssr")]
mod contacts;
#[cfg(feature = "ssr")]
mod decided;
#[cfg(feature = "ssr")]
mod figures;
#[cfg(feature = "ssr")]
mod notice;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod post;
#[cfg(feature = "ssr")]
mod raise;
#[cfg(feature = "ssr")]
mod settle;
#[cfg(feature = "ssr")]
mod tell;

#[cfg(feature = "ssr")]
pub use answer::{
    answer, claim, close, confirm, decline, escalate, hand_over, let_go, may_decide, on_desk,
    reopen,
};
#[cfg(feature = "ssr")]
pub use ask::{
    Ask, CallKey, Reply, WriteBack, ask, ask_by, helped, only_supporters, own_call, reply,
    still_waiting, write_back,
};
#[cfg(feature = "ssr")]
pub use code::{CallCode, CodeHash};
#[cfg(feature = "ssr")]
pub use contacts::{Contact, Contacts, Emergency, FinderKind, countries, for_country};
#[cfg(feature = "ssr")]
pub(crate) use decided::{removed, shown};
#[cfg(feature = "ssr")]
pub use figures::{Figures, Waits, figures};
#[cfg(feature = "ssr")]
pub use notice::{BESIDE_FOR, notice, notice_comment};
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use post::{PostSeen, post_seen};
#[cfg(feature = "ssr")]
pub use raise::{Leaving, Raise, commented, leaving, raise, taken_back};
#[cfg(feature = "ssr")]
pub(crate) use raise::{Read, hear};
