use super::{Mention, Stays, Words};
use crate::{
    accounts::Handle,
    clock::Timestamp,
    ids::{CallId, MemberId, PostId},
    store::Stored,
    tables::Value,
};
use async_trait::async_trait;

/// That someone wants to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// None once it was called off.
    pub due_at: Option<Timestamp>,
    pub stays: Stays,
    pub asked_at: Timestamp,
}

/// Something that a member posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    pub id: PostId,
    pub anonymous: bool,
}

/// A row as it is, by the names of its columns.
pub type Record = Vec<(String, Value)>;

/// Takes one row after another.
pub type Taker<'t> = &'t mut (dyn FnMut(Record) -> Stored<()> + Send);

/// Reads what people asked for.
#[async_trait]
pub trait PrivacyReads: Send {
    /// What this member asked for.
    async fn erasure(&mut self, member: MemberId) -> Stored<Option<Erasure>>;

    /// Who is to be erased by now, longest due first.
    async fn due_erasures(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<(MemberId, Stays)>>;

    /// Who was erased and is there again: an older backup brought them back.
    async fn brought_back(&mut self, limit: u32) -> Stored<Vec<(MemberId, Stays)>>;

    /// Active hosts who have not asked to be erased.
    async fn lasting_hosts(&mut self) -> Stored<Vec<MemberId>>;

    /// Some of what a member posted of a kind.
    async fn posted(&mut self, member: MemberId, words: Words, limit: u32) -> Stored<Vec<Posted>>;

    /// What was posted anonymously and is to go by now, longest due first.
    async fn due_to_leave(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<(Words, PostId)>>;

    /// Hands over every row that mentions a member here, one at a time, so that
    /// no more of them are in memory.
    async fn each_mention(
        &mut self,
        mention: &'static Mention,
        member: MemberId,
        take: Taker<'_>,
    ) -> Stored<()>;
}

/// Takes back.
#[async_trait]
pub trait PrivacyWrites: Send {
    /// Keeps that a member wants to be erased in place of what was asked before.
    async fn keep_erasure(&mut self, member: MemberId, erasure: &Erasure) -> Stored<()>;

    /// Cuts a post off from whoever wrote it, and lets it go at a moment.
    async fn let_leave(&mut self, words: Words, id: PostId, at: Timestamp) -> Stored<()>;

    /// Takes a call for help out, with all that was said in it. One that is not
    /// there is no fault.
    async fn remove_call(&mut self, id: CallId) -> Stored<()>;

    /// It has left.
    async fn has_left(&mut self, words: Words, id: PostId) -> Stored<()>;

    /// Lets nobody have a handle, nor one that looks like it, until `free_at`.
    async fn rest_handle(&mut self, handle: &Handle, free_at: Timestamp) -> Stored<()>;

    /// Takes out the account and all that [`super::MENTIONS`] says goes with it.
    /// What others see of what is left is a former member.
    async fn forget_member(&mut self, member: MemberId) -> Stored<()>;

    /// Remembers who was erased.
    async fn remember_erased(
        &mut self,
        member: MemberId,
        stays: Stays,
        at: Timestamp,
    ) -> Stored<()>;

    /// Lets others have handles that have rested, and forgets who was erased
    /// before `before`.
    async fn forget_erased(&mut self, now: Timestamp, before: Timestamp) -> Stored<()>;
}
