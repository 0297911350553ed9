use super::SupportKind;
use crate::{
    clock::Timestamp,
    ids::{MemberId, Subject},
    store::Stored,
};
use async_trait::async_trait;

/// A share that can be answered with support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supportable {
    /// Its author; none once the account is gone. It stays on the server.
    pub author: Option<MemberId>,
}

/// Reads support.
#[async_trait]
pub trait SupportReads: Send {
    /// The share, if everyone sees it and it is of a kind that takes support: a
    /// story, a shout-out, a ritual or a reflection.
    async fn supportable(&mut self, subject: Subject) -> Stored<Option<Supportable>>;

    /// What `member` gave to each of `subjects`.
    async fn support_given(
        &mut self,
        member: MemberId,
        subjects: &[Subject],
    ) -> Stored<Vec<(Subject, SupportKind)>>;

    /// How many members gave each kind to each of `subjects`, as far as it is
    /// seen; kinds that
    /// nobody gave are left out. For the eyes of their author only.
    async fn support_counts(
        &mut self,
        subjects: &[Subject],
    ) -> Stored<Vec<(Subject, SupportKind, u64)>>;
}

/// Writes support.
#[async_trait]
pub trait SupportWrites: Send {
    /// Gives support; false if it was given already, which changes nothing.
    /// What is not `seen` is the giver's alone and counts for nobody.
    async fn give_support(
        &mut self,
        subject: Subject,
        kind: SupportKind,
        member: MemberId,
        seen: bool,
        now: Timestamp,
    ) -> Stored<bool>;

    /// Takes support back; not having given it changes nothing.
    async fn take_back_support(
        &mut self,
        subject: Subject,
        kind: SupportKind,
        member: MemberId,
    ) -> Stored<()>;
}
