//! Articles: weekly pieces in a series, each ending in prompts.
//!
//! An article without a moment of publication is a draft. With one in the
//! future it is scheduled, and appears when that moment has come: nothing has
//! to run for it.

mod slug;

pub use slug::Slug;

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

crate::text! {
    /// What a series is called.
    SeriesTitle: line 1..=160,
    /// What a series is about.
    SeriesSummary: block 0..=1000,
    /// What an article is called.
    ArticleTitle: line 1..=300,
    /// What an article is about, in a sentence or two.
    ArticleSummary: block 0..=1000,
    /// What an article says, in Markdown. A draft may say nothing yet.
    ArticleBody: block 0..=60000,
    /// A question at the end of an article.
    PromptText: line 1..=400,
}

/// The most prompts that an article ends in.
pub const MAX_PROMPTS: usize = 12;

/// The highest number of a week.
pub const MAX_WEEK: u16 = 999;

/// Articles on one page of a list.
pub const PAGE: u32 = 20;

/// Whether people can read an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Only editors see it.
    Draft,
    /// Only editors see it, until its moment comes.
    Scheduled,
    /// Everyone sees it.
    Published,
}

impl Standing {
    /// How an article with this moment of publication stands at `now`.
    pub fn at(published_at: Option<Timestamp>, now: Timestamp) -> Self {
        match published_at {
            None => Self::Draft,
            Some(at) if at > now => Self::Scheduled,
            Some(_) => Self::Published,
        }
    }
}

#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod schedule;
#[cfg(feature = "ssr")]
mod write;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use schedule::{Publication, moment};
#[cfg(feature = "ssr")]
pub use write::{
    ArticleDraft, delete, free_series_slug, make_current, prompts_of_lines, read_prompts, revise,
    revise_series, series_named, write,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_appears_when_its_moment_has_come() {
        let noon = Timestamp(1_000);
        assert_eq!(Standing::at(None, noon), Standing::Draft);
        assert_eq!(Standing::at(Some(noon.plus(1)), noon), Standing::Scheduled);
        assert_eq!(Standing::at(Some(noon), noon), Standing::Published);
    }
}
