use super::Handle;
use crate::{
    actor::{Role, Roles},
    clock::Timestamp,
    ids::{AuditId, DeviceId, GuestId, InvitationId, MemberId, OpaqueId},
    page::{Mark, Page},
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
    /// Until when the member cannot write.
    pub barred_until: Option<Timestamp>,
    /// By what the log speaks of the member, and nothing else.
    pub opaque: OpaqueId,
    pub created_at: Timestamp,
}

impl Member {
    /// Does the member keep the house, as things are now: as a moderator or a
    /// host who is let in and can write?
    pub fn keeps_house(&self, now: Timestamp) -> bool {
        let keeps = self.roles.has(Role::Moderator) || self.roles.has(Role::Host);
        keeps && self.state == MemberState::Active && self.barred(now).is_none()
    }

    /// Until when the member cannot write, as things are now.
    pub fn barred(&self, now: Timestamp) -> Option<Timestamp> {
        self.barred_until.filter(|until| *until > now)
    }
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

/// What was done to an account or a post, by whom, for the audit log. The log is
/// never changed, and keeps members by opaque identifiers, which lead nowhere
/// once the account is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    /// None: the command line, or the house by itself.
    pub by: Option<MemberId>,
    /// What was done: `accounts.reset-link`.
    pub action: String,
    pub about: About,
    pub reason: Option<String>,
}

/// To whom or what something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Member(MemberId),
    /// Anything else, as it is called: `story-…`.
    Other(String),
}

/// An entry of the log as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub id: AuditId,
    pub at: Timestamp,
    pub by: LoggedBy,
    pub action: String,
    pub about: LoggedAbout,
    pub reason: Option<String>,
}

/// By whom something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoggedBy {
    /// The command line, or the house by itself.
    House,
    /// By the handle.
    Member(String),
    /// The account is gone.
    Former,
}

impl LoggedBy {
    /// From what the log says, and the handle that it leads to.
    pub fn read(by: Option<&str>, handle: Option<String>) -> Self {
        match (by, handle) {
            (None, _) => Self::House,
            (Some(_), Some(handle)) => Self::Member(handle),
            (Some(_), None) => Self::Former,
        }
    }
}

/// To whom or what something was done, as far as it is still known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoggedAbout {
    /// By the handle.
    Member(String),
    /// The account is gone.
    Former,
    Other(String),
}

impl LoggedAbout {
    /// From what the log says, and the handle that it leads to.
    pub fn read(about: String, handle: Option<String>) -> Self {
        match handle {
            Some(handle) => Self::Member(handle),
            None if about.starts_with("member-") => Self::Former,
            None => Self::Other(about),
        }
    }
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

    /// The audit log, newest first, of what stands after the mark.
    async fn log(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Logged>>;
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
