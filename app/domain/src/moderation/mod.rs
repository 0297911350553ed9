//! Room: moderation. People report what harms; those who keep the house read
//! what waits, decide with a reason, and the author is told and can appeal.
//!
//! Whoever decides about something anonymous decides about "the author of
//! this" and learns nothing else: what was decided by way of an anonymous thing
//! is shown with that thing alone, and never beside a handle or another thing.
//! The decision record 0023 says what follows from that.

crate::text! {
    /// Why something was decided. The author reads it.
    DecisionReason: block 1..=1000,
    /// What someone adds to a report.
    ReportWords: block 0..=1000,
    /// What an author says to a decision.
    AppealWords: block 1..=2000,
}

/// Things on one page of the desk's lists.
pub const PAGE: u32 = 20;

/// How long a report is kept after it was settled, in milliseconds.
#[cfg(feature = "ssr")]
pub const REPORTS_KEPT_FOR: i64 = 90 * crate::clock::Timestamp::DAY;

mod report;
mod ruling;
mod standing;
mod thing;
pub use report::ReportReason;
pub use ruling::Ruling;
pub use standing::{Standing, Why};
pub use thing::Thing;

#[cfg(feature = "ssr")]
mod appeal;
#[cfg(feature = "ssr")]
mod decide;
#[cfg(feature = "ssr")]
mod find;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod reveal;
#[cfg(feature = "ssr")]
pub use appeal::{Reply, answer, appeal, may_answer};
#[cfg(feature = "ssr")]
pub(crate) use decide::release;
#[cfg(feature = "ssr")]
pub use decide::{FOR_EVER, Verdict, barred, confirm, decide, lift, lock, settle_bans, version};
#[cfg(feature = "ssr")]
pub use find::{Answers, Found, find};
#[cfg(feature = "ssr")]
use find::{remove, set_standing};
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use report::{NewReport, report};
#[cfg(feature = "ssr")]
pub use reveal::{
    Agreed, REVEALS_KEPT_FOR, Reveal, agree_who, ask_who, is_another_host, may_ask_who,
};
