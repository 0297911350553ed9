use crate::{
    actor::{Author, Writer},
    clock::Timestamp,
    ids::{CommentId, Subject},
    page::{Cursor, Page},
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
    /// Someone who keeps the house did not publish it; only its writer sees it.
    Refused,
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
    /// Why it was refused, for its writer alone.
    pub refusal: Option<String>,
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
}

/// Reads threads.
#[async_trait]
pub trait CommentReads: Send {
    /// The thread under `subject`, if the subject can be seen at `now`.
    async fn thread(&mut self, subject: Subject, now: Timestamp) -> Stored<Option<Thread>>;

    /// One comment, whatever its state.
    async fn comment(&mut self, id: CommentId) -> Stored<Option<Comment>>;

    /// The comment that was brought in under this source.
    async fn comment_by_source(&mut self, source: &str) -> Stored<Option<Comment>>;

    /// A page of a thread, depth first, oldest first: what is published, what
    /// `viewer` wrote and is held or refused, and gaps. `after` must be a cursor that
    /// this store gave; any other begins at the start.
    async fn thread_page(
        &mut self,
        subject: Subject,
        viewer: Writer,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<Comment>>;

    /// Where a page begins that holds the comment: `None` is the first page.
    async fn page_holding(&mut self, id: CommentId, limit: u32) -> Stored<Option<Cursor>>;

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
