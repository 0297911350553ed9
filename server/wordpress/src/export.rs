use std::fmt;

/// Milliseconds since 1970-01-01 in UTC.
pub type Millis = i64;

/// How much the reader takes in before it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Elements inside each other.
    pub depth: usize,
    /// Bytes of one text, tag, or comment of the XML.
    pub text: usize,
    /// Items of every kind.
    pub items: usize,
    /// Comments of every kind, over all items.
    pub comments: usize,
    /// Bytes of the whole file.
    pub total: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 32,
            text: 1 << 20,
            items: 100_000,
            comments: 1_000_000,
            total: 512 << 20,
        }
    }
}

/// What an export holds that Chorus can keep, and a count of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// The posts, in the order of the file.
    pub articles: Vec<Article>,
    /// The pages, in the order of the file. They are counted in
    /// [`Skipped::pages`] as well: whoever imports them knows to leave that out.
    pub pages: Vec<Article>,
    /// What is not among the articles.
    pub skipped: Skipped,
}

/// Counts of what is not among the articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Pingbacks and trackbacks, on whatever they stood.
    pub pings: u64,
    /// Entries of navigation menus.
    pub menu_items: u64,
    /// Uploaded files.
    pub attachments: u64,
    /// Pages; they are in [`Export::pages`].
    pub pages: u64,
    /// Comments on those pages; they are with them.
    pub page_comments: u64,
    /// Comments that were spam, in the bin, of a kind unknown, or under
    /// something that is skipped.
    pub other_comments: u64,
    /// Anything else: revisions, things in the bin, items of plug-ins.
    pub other: u64,
}

/// A key that names one thing of the export and is the same each time that thing
/// is exported. It is unique within an [`Export`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(String);

impl SourceId {
    pub(crate) fn new(key: String) -> Self {
        Self(key)
    }

    /// The key as text, at most about 600 bytes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A post or a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Names the article over several exports.
    pub source_id: SourceId,
    /// Plain text on one line, never empty.
    pub title: String,
    /// Lower-case ASCII letters, digits and single hyphens; unique within the
    /// export, pages included.
    pub slug: String,
    /// Whether and when people could read it.
    pub status: Status,
    /// When it was written.
    pub created_at: Millis,
    /// When it was last changed; as `created_at` where the export does not say.
    pub modified_at: Millis,
    /// Names of categories, plain text, each once. Tags are left out.
    pub categories: Vec<String>,
    /// The body in Markdown, without the prompts. May be empty.
    pub markdown: String,
    /// The excerpt, or what stood above "more": plain text on one line.
    pub summary: Option<String>,
    /// Questions taken from the last list: plain text, each on one line.
    pub prompts: Vec<String>,
    /// Comments; a parent always comes before its replies.
    pub comments: Vec<Comment>,
}

/// Whether and when people could read an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Public since then.
    Published {
        /// When it became public.
        at: Millis,
    },
    /// Not public: a draft, waiting for review, or private.
    Draft,
    /// To become public then.
    Scheduled {
        /// When it is to become public.
        at: Millis,
    },
    /// Public behind a password, which is not kept.
    Protected,
}

/// A comment by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Names the comment over several exports.
    pub source_id: SourceId,
    /// The comment it answers, always one of the same article.
    pub parent: Option<SourceId>,
    /// Who wrote it, without saying who that is.
    pub commenter: Commenter,
    /// When it was written.
    pub at: Millis,
    /// False for one that still waited for review.
    pub approved: bool,
    /// The words in Markdown. Empty when nothing but markup was in it.
    pub markdown: String,
}

/// Who wrote a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Commenter {
    /// Someone with an account on the site.
    Editor,
    /// A visitor.
    Guest(GuestKey),
}

/// The same for the same visitor within one reading, and meaningless outside it:
/// it counts up from zero and is not made from the e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuestKey(pub(crate) u64);
