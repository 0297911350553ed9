use crate::{
    actor::{Author, Writer},
    clock::Timestamp,
    ids::{CommentId, Subject},
    moderation::Why,
    page::Cursor,
    store::Stored,
};
use async_trait::async_trait;

/// How a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentState {
    /// Everyone sees it.
    Published,
    /// It waits for review; only its writer and moderators see it.
    Held,
    /// Someone who keeps the house took it out of sight; only its writer sees
    /// it.
    Hidden,
    /// It was taken back; replies remain.
    Gap,
}

/// A comment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: CommentId,
    pub subject: Subject,
    pub parent: Option<CommentId>,
    /// 0 for the first level.
    pub depth: u16,
    pub author: Author,
    pub state: CommentState,
    /// Why it is held or hidden, for its writer alone; none if nobody has read
    /// it yet.
    pub why: Option<Why>,
    /// Markdown as it was typed; empty in a gap.
    pub body: String,
    /// `body`, rendered and sanitised when it was written.
    pub html: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
}

/// A comment to be added.
#[derive(Debug, Clone)]
pub struct CommentToInsert {
    pub id: CommentId,
    pub subject: Subject,
    pub parent: Option<CommentId>,
    pub writer: Writer,
    pub anonymous: bool,
    pub state: CommentState,
    pub body: String,
    pub html: String,
    pub created_at: Timestamp,
}

/// A comment that was written elsewhere and is brought in once.
#[derive(Debug, Clone)]
pub struct ImportedComment {
    pub id: CommentId,
    pub subject: Subject,
    pub parent: Option<CommentId>,
    /// None: someone who has no account here.
    pub writer: Option<Writer>,
    pub state: CommentState,
    /// Markdown. It may be longer than [`CommentBody`](super::CommentBody)
    /// takes: what people once wrote is not cut.
    pub body: String,
    pub html: String,
    pub created_at: Timestamp,
    /// Names the comment where it comes from; unique here.
    pub source: String,
}

/// The place that a thread hangs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The address of the page that shows it.
    pub address: String,
    /// It takes no more comments.
    pub locked: bool,
}

/// Which comments of a thread are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All branches, and of each its comment of the first level with at most
    /// so many of the replies below it.
    Whole { replies: u32 },
    /// One comment and all that is below it.
    Branch(CommentId),
}

/// Replies are left out here: they are on pages of the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The last comment before them.
    pub after: CommentId,
    /// The comment of the first level that they are below.
    pub branch: CommentId,
}

/// Some of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThreadPage {
    /// Depth first, oldest first.
    pub items: Vec<Comment>,
    /// Where replies of a branch are left out.
    pub cuts: Vec<Cut>,
    /// Where the next page begins, if there is more.
    pub next: Option<Cursor>,
    /// The thread takes no more comments.
    pub locked: bool,
}

/// Where a comment is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The comment of the first level whose branch holds it, if the whole
    /// thread does not show it.
    pub branch: Option<CommentId>,
    /// Where the page begins; none is the first page.
    pub after: Option<Cursor>,
}

/// Reads threads.
#[async_trait]
pub trait CommentReads: Send {
    /// The thread under `subject`, if everyone can see the subject at `now`.
    async fn thread(&mut self, subject: Subject, now: Timestamp) -> Stored<Option<Thread>>;

    /// One comment, whatever its state.
    async fn comment(&mut self, id: CommentId) -> Stored<Option<Comment>>;

    /// The comment that was brought in under this source.
    async fn comment_by_source(&mut self, source: &str) -> Stored<Option<Comment>>;

    /// A page of a part of a thread: what is published, what `viewer` wrote
    /// and is held or hidden, gaps, and what is held or hidden above something
    /// published. `after` must be a cursor that this
    /// store gave for the same part; any other begins at the start. It costs
    /// the same in a long thread as in a short one. A branch whose comment is
    /// not under `subject` is empty.
    async fn thread_page(
        &mut self,
        subject: Subject,
        part: Part,
        viewer: Writer,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<ThreadPage>;

    /// Where pages of `limit` comments, with `replies` of each branch on those
    /// of the whole thread, show a comment. An unknown one is on the first.
    /// `limit` is more than `replies`: a branch's share fits on one page.
    async fn place_of(&mut self, id: CommentId, replies: u32, limit: u32) -> Stored<Place>;

    /// Published comments under `subject`.
    async fn comment_count(&mut self, subject: Subject) -> Stored<u64>;
}

/// Writes threads.
#[async_trait]
pub trait CommentWrites: Send {
    /// Adds a comment after all its siblings.
    async fn insert_comment(&mut self, comment: &CommentToInsert) -> Stored<()>;

    /// Adds a comment from elsewhere after all its siblings.
    async fn insert_imported_comment(&mut self, comment: &ImportedComment) -> Stored<()>;

    /// Changes what a comment says and marks it as edited.
    async fn edit_comment(
        &mut self,
        id: CommentId,
        body: &str,
        html: &str,
        now: Timestamp,
    ) -> Stored<()>;

    /// Lets a comment be seen or not.
    async fn set_comment_state(&mut self, id: CommentId, state: CommentState) -> Stored<()>;

    /// Takes a comment out. Where replies remain it leaves a gap without
    /// words or writer; gaps above it that have no replies left go too.
    async fn remove_comment(&mut self, id: CommentId) -> Stored<()>;
}
