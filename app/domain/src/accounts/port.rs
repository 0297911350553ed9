use super::Handle;
use crate::{
    actor::{Role, Roles},
    clock::Timestamp,
    ids::{AuditId, DeviceId, GuestId, InvitationId, MemberId},
    store::Stored,
};
use async_trait::async_trait;

/// May the member come in?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberState {
    Active,
    /// Has still to be let in.
    Waiting,
}

/// An account as it is kept.
#[derive(Debug, Clone)]
pub struct Member {
    pub id: MemberId,
    pub handle: String,
    /// A password hash in PHC form; none for whoever has passkeys only.
    pub password: Option<String>,
    pub roles: Roles,
    pub state: MemberState,
    pub created_at: Timestamp,
}

/// A signed-in device as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    /// Kind of browser and system in a few words; never the agent's own text.
    pub name: String,
    pub signed_in_at: Timestamp,
    /// To the day.
    pub last_used_at: Timestamp,
}

/// A session as it is kept: nobody can sign in with what is read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's secret, hex.
    pub hash: String,
    pub device: DeviceId,
    pub member: Option<MemberId>,
    /// The session library's own record, JSON.
    pub record: String,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What was done to an account or a post, by whom, for the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    /// None: the command line.
    pub by: Option<MemberId>,
    /// What was done: `accounts.reset-link`.
    pub action: String,
    /// To whom or what: an opaque id.
    pub about: String,
    pub reason: Option<String>,
}

/// Reads accounts.
#[async_trait]
pub trait AccountReads: Send {
    async fn member(&mut self, id: MemberId) -> Stored<Option<Member>>;

    /// By what the handle looks like.
    async fn member_by_skeleton(&mut self, skeleton: &str) -> Stored<Option<Member>>;

    /// Accounts that wait to be let in, oldest first, at most 100.
    async fn waiting_members(&mut self) -> Stored<Vec<Member>>;

    /// Recovery codes that are left.
    async fn codes_left(&mut self, member: MemberId) -> Stored<u64>;

    /// Whose reset link this is, if it still works.
    async fn reset_link(&mut self, hash: &str, now: Timestamp) -> Stored<Option<MemberId>>;

    /// Sessions of a member that have not expired, latest first.
    async fn devices(&mut self, member: MemberId, now: Timestamp) -> Stored<Vec<Device>>;

    /// Whose session is on this device, if it has not expired.
    async fn device_owner(&mut self, device: DeviceId, now: Timestamp) -> Stored<Option<MemberId>>;

    /// The session under this hash if it has not expired.
    async fn session(&mut self, hash: &str, now: Timestamp) -> Stored<Option<Session>>;

    /// Is there any account yet?
    async fn any_member(&mut self) -> Stored<bool>;

    /// Of the active members that have the role, the one who joined first.
    async fn first_with_role(&mut self, role: Role) -> Stored<Option<MemberId>>;

    /// The newest entries of the audit log.
    async fn audit_entries(&mut self, limit: u32) -> Stored<Vec<AuditEntry>>;
}

/// Writes accounts.
#[async_trait]
pub trait AccountWrites: Send {
    /// Adds an account; false if the handle is taken, or rests.
    async fn insert_member(&mut self, member: &Member, handle: &Handle) -> Stored<bool>;
    async fn set_password(&mut self, member: MemberId, phc: &str) -> Stored<()>;
    async fn set_roles(&mut self, member: MemberId, roles: Roles) -> Stored<()>;
    async fn set_member_state(&mut self, member: MemberId, state: MemberState) -> Stored<()>;

    /// Takes out an account that has written nothing: one that was not let in.
    async fn remove_member(&mut self, member: MemberId) -> Stored<()>;

    /// Keeps a guest; one that is kept already stays as it is.
    async fn insert_guest(&mut self, guest: GuestId, pseudonym: &str, now: Timestamp)
    -> Stored<()>;

    /// Replaces all recovery codes by these hashes (SHA-256, hex).
    async fn replace_codes(&mut self, member: MemberId, hashes: &[String]) -> Stored<()>;

    /// Uses up a code; false if there is no such code.
    async fn use_code(&mut self, member: MemberId, hash: &str) -> Stored<bool>;

    /// Keeps a reset link in place of earlier ones.
    async fn keep_reset_link(
        &mut self,
        member: MemberId,
        hash: &str,
        expires_at: Timestamp,
    ) -> Stored<()>;

    /// Uses up a reset link.
    async fn use_reset_link(&mut self, hash: &str, now: Timestamp) -> Stored<Option<MemberId>>;

    /// Keeps an invitation.
    async fn insert_invitation(
        &mut self,
        id: InvitationId,
        hash: &str,
        by: Option<MemberId>,
        expires_at: Timestamp,
    ) -> Stored<()>;

    /// Uses up an invitation; false if there is no such one.
    async fn use_invitation(&mut self, hash: &str, now: Timestamp) -> Stored<bool>;

    /// Adds a session.
    async fn insert_session(&mut self, session: &Session) -> Stored<()>;

    /// Changes a session that is still there: one that was signed out
    /// meanwhile stays gone.
    async fn update_session(&mut self, session: &Session) -> Stored<()>;
    async fn drop_session(&mut self, hash: &str) -> Stored<()>;

    /// Signs out one device of this member; false if it is not theirs.
    async fn drop_device(&mut self, member: MemberId, device: DeviceId) -> Stored<bool>;

    /// Signs out all devices of this member but one.
    async fn drop_devices(&mut self, member: MemberId, but: Option<DeviceId>) -> Stored<()>;

    /// Forgets sessions that have expired; says how many.
    async fn forget_sessions(&mut self, now: Timestamp) -> Stored<u64>;

    /// Adds to the audit log.
    async fn audit(&mut self, entry: &AuditEntry) -> Stored<()>;
}

/// Hashes passwords. Slow on purpose.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// A new hash in PHC form.
    async fn hash(&self, password: String) -> Stored<String>;

    /// Does the password belong to the hash? With `None` it works as long and
    /// answers no, so that the time does not tell whether a handle exists.
    async fn verify(&self, password: String, phc: Option<String>) -> Stored<bool>;
}
