//! Support: kind reactions under a share.
//!
//! A page loads what stands under a share with [`api::load_support`], a list
//! with [`api::load_support_many`] (one or two queries for all of it), as a
//! part of its own data, and gives each view to [`SupportBar`].

pub mod api;
mod bar;

pub use bar::SupportBar;

#[cfg(feature = "ssr")]
use domain::actor::{Actor, Author, Byline};
use domain::{ids::Subject, refusal::Refusal, support::SupportKind};
use serde::{Deserialize, Serialize};

/// A share for which support is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub subject: Subject,
    /// The viewer wrote it.
    pub mine: bool,
    /// Its author is still somebody whom others can keep away from.
    pub has_author: bool,
}

#[cfg(feature = "ssr")]
impl Share {
    /// A share of this author, as `actor` sees it.
    pub fn of(subject: impl Into<Subject>, author: &Author, actor: &Actor) -> Self {
        Self {
            subject: subject.into(),
            mine: author.is(actor),
            has_author: author.byline() != Byline::Former,
        }
    }
}

/// Who looks at a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Viewer {
    Guest,
    /// The share's own author.
    Author,
    /// Any other member.
    Member,
}

/// Support under one share, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportView {
    pub subject: Subject,
    pub viewer: Viewer,
    /// Its author is still somebody whom others can keep away from.
    pub has_author: bool,
    /// What the viewer gave.
    pub given: Vec<SupportKind>,
    /// How many gave each kind. Empty for everyone but the author.
    pub counts: Vec<(SupportKind, u64)>,
    /// Why the last try without script failed.
    pub refusal: Option<Refusal>,
}
