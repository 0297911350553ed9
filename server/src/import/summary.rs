use std::fmt;
use wordpress::{Skipped, Status};

/// What became of the things of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Brought in by this run.
    pub imported: u64,
    /// Brought in by an earlier run.
    pub already_here: u64,
    /// Left out.
    pub skipped: u64,
}

impl Count {
    pub(super) const fn skipped(skipped: u64) -> Self {
        Self {
            imported: 0,
            already_here: 0,
            skipped,
        }
    }

    pub(super) const fn add(&mut self, fate: Fate, number: u64) {
        match fate {
            Fate::Imported => self.imported += number,
            Fate::AlreadyHere => self.already_here += number,
        }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            imported: self.imported + other.imported,
            already_here: self.already_here + other.already_here,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// What became of one thing that Chorus can keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Imported,
    AlreadyHere,
}

/// What became of everything in a file, by kind. Shown, it is a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub published: Count,
    pub drafts: Count,
    pub scheduled: Count,
    pub protected: Count,
    /// Comments on articles that everyone may see.
    pub comments: Count,
    /// Comments on articles that wait for review.
    pub held: Count,
    /// Comments without a word, on whatever they stood.
    pub empty_comments: Count,
    pub prompts: Count,
    /// Each name once.
    pub categories: Count,
    pub pages: Count,
    pub page_comments: Count,
    pub pings: Count,
    pub menu_items: Count,
    pub attachments: Count,
    pub other_comments: Count,
    pub other: Count,
}

impl Summary {
    /// Begins with what the reader has left out. Pages are only among it if
    /// they are not wanted.
    pub(super) fn new(skipped: &Skipped, with_pages: bool) -> Self {
        let pages = |count| {
            if with_pages {
                Count::default()
            } else {
                Count::skipped(count)
            }
        };
        Self {
            pages: pages(skipped.pages),
            page_comments: pages(skipped.page_comments),
            pings: Count::skipped(skipped.pings),
            menu_items: Count::skipped(skipped.menu_items),
            attachments: Count::skipped(skipped.attachments),
            other_comments: Count::skipped(skipped.other_comments),
            other: Count::skipped(skipped.other),
            ..Self::default()
        }
    }

    /// All articles, whatever their status.
    pub fn articles(&self) -> Count {
        self.published
            .and(self.drafts)
            .and(self.scheduled)
            .and(self.protected)
    }

    /// All comments on articles that say something.
    pub fn all_comments(&self) -> Count {
        self.comments.and(self.held)
    }

    /// Has this run brought anything in?
    pub fn is_new(&self) -> bool {
        self.articles()
            .and(self.all_comments())
            .and(self.pages)
            .and(self.page_comments)
            .imported
            > 0
    }

    pub(super) const fn of(&mut self, status: Status) -> &mut Count {
        match status {
            Status::Published { .. } => &mut self.published,
            Status::Draft => &mut self.drafts,
            Status::Scheduled { .. } => &mut self.scheduled,
            Status::Protected => &mut self.protected,
        }
    }

    fn rows(&self) -> [(&'static str, Count); 18] {
        [
            ("articles", self.articles()),
            ("  published", self.published),
            ("  drafts", self.drafts),
            ("  scheduled", self.scheduled),
            ("  protected, as drafts", self.protected),
            ("prompts", self.prompts),
            ("categories", self.categories),
            ("comments", self.all_comments()),
            ("  published", self.comments),
            ("  held for review", self.held),
            ("comments without words", self.empty_comments),
            ("other comments", self.other_comments),
            ("pings", self.pings),
            ("menu items", self.menu_items),
            ("attachments", self.attachments),
            ("pages", self.pages),
            ("comments on pages", self.page_comments),
            ("other", self.other),
        ]
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<24}{:>10}{:>14}{:>10}",
            "", "imported", "already here", "skipped"
        )?;
        for (kind, count) in self.rows() {
            let Count {
                imported,
                already_here,
                skipped,
            } = count;
            writeln!(f, "{kind:<24}{imported:>10}{already_here:>14}{skipped:>10}")?;
        }
        Ok(())
    }
}
