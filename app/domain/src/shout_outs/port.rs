use crate::{
    actor::{Actor, Author},
    clock::Timestamp,
    ids::{MemberId, ShoutOutId},
    moderation::Standing,
    page::{Page, Postmark},
    store::Stored,
};
use async_trait::async_trait;

/// Who is thanked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thanked {
    Member {
        id: MemberId,
        handle: String,
    },
    /// Someone by another name than a handle.
    Name(String),
    /// A member who is no longer here.
    Former,
}

impl Thanked {
    /// Is this actor thanked?
    pub fn is(&self, actor: &Actor) -> bool {
        match self {
            Self::Member { id, .. } => actor.member().is_some_and(|member| member.id == *id),
            Self::Name(_) | Self::Former => false,
        }
    }
}

/// A shout-out as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShoutOut {
    pub id: ShoutOutId,
    pub author: Author,
    pub to: Thanked,
    /// Markdown as it was typed.
    pub body: String,
    /// `body`, rendered and sanitised when it was written.
    pub html: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub standing: Standing,
}

/// What a shout-out says and to whom, ready to be kept.
#[derive(Debug, Clone)]
pub struct ShoutOutText {
    pub to: KeptThanked,
    pub anonymous: bool,
    pub body: String,
    pub html: String,
}

/// Who is thanked, as it is kept.
#[derive(Debug, Clone)]
pub enum KeptThanked {
    Member(MemberId),
    Name(String),
}

/// Reads shout-outs.
#[async_trait]
pub trait ShoutOutReads: Send {
    /// One shout-out, however it stands.
    async fn shout_out(&mut self, id: ShoutOutId) -> Stored<Option<ShoutOut>>;

    /// A page of the wall, newest first, of what everyone sees after the mark.
    async fn shout_outs(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<ShoutOut>>;
}

/// Writes shout-outs.
#[async_trait]
pub trait ShoutOutWrites: Send {
    /// Adds a shout-out.
    async fn insert_shout_out(
        &mut self,
        id: ShoutOutId,
        author: MemberId,
        text: &ShoutOutText,
        now: Timestamp,
    ) -> Stored<()>;

    /// Changes what it says and marks it as edited.
    async fn edit_shout_out(
        &mut self,
        id: ShoutOutId,
        text: &ShoutOutText,
        now: Timestamp,
    ) -> Stored<()>;

    /// Takes it out, with its replies and its support. One that is not there
    /// is no fault.
    async fn remove_shout_out(&mut self, id: ShoutOutId) -> Stored<()>;
}
