use crate::{
    clock::Timestamp,
    ids::{AskId, GuestId, MemberId, PasskeyId},
    store::Stored,
};
use async_trait::async_trait;

/// A passkey as it is kept: nobody can sign in with what is read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub id: PasskeyId,
    pub owner: MemberId,
    /// What its device calls it, base64url.
    pub credential_id: String,
    /// Its public key, counter and flags, as [`Passkeys`] writes them.
    pub credential: String,
    pub name: String,
    pub created_at: Timestamp,
    /// The beginning of the day; none before it was used.
    pub last_used_at: Option<Timestamp>,
}

/// What a browser is asked about a passkey, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To make one for an account that is not there yet.
    Join(MemberId),
    /// To make one more for this member.
    Add(MemberId),
    /// To show anybody's.
    SignIn,
    /// To show one of this member.
    Confirm(MemberId),
}

impl Purpose {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Join(_) => "join",
            Self::Add(_) => "add",
            Self::SignIn => "sign_in",
            Self::Confirm(_) => "confirm",
        }
    }

    /// For whom, if that is known.
    pub const fn member(self) -> Option<MemberId> {
        match self {
            Self::Join(id) | Self::Add(id) | Self::Confirm(id) => Some(id),
            Self::SignIn => None,
        }
    }

    /// From both.
    pub fn named(name: &str, member: Option<MemberId>) -> Option<Self> {
        let all = match member {
            Some(id) => vec![Self::Join(id), Self::Add(id), Self::Confirm(id)],
            None => vec![Self::SignIn],
        };
        all.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// A question to a browser that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyAsk {
    pub id: AskId,
    pub browser: GuestId,
    pub purpose: Purpose,
    /// What [`Passkeys`] has to know of it.
    pub state: String,
    pub expires_at: Timestamp,
}

/// Reads passkeys.
#[async_trait]
pub trait PasskeyReads: Send {
    /// A member's passkeys, oldest first.
    async fn passkeys(&mut self, owner: MemberId) -> Stored<Vec<Passkey>>;

    /// The passkey that a device calls this.
    async fn passkey_by_credential(&mut self, credential_id: &str) -> Stored<Option<Passkey>>;

    /// What this browser is being asked, if it may still answer.
    async fn passkey_ask(
        &mut self,
        id: AskId,
        browser: GuestId,
        now: Timestamp,
    ) -> Stored<Option<PasskeyAsk>>;
}

/// Writes passkeys.
#[async_trait]
pub trait PasskeyWrites: Send {
    /// Keeps what a browser is asked.
    async fn keep_passkey_ask(&mut self, ask: &PasskeyAsk) -> Stored<()>;

    /// Uses up a question; false if there is no such one any more.
    async fn use_passkey_ask(&mut self, id: AskId, now: Timestamp) -> Stored<bool>;

    /// Forgets questions that were not answered in time; says how many.
    async fn forget_passkey_asks(&mut self, now: Timestamp) -> Stored<u64>;

    /// Adds a passkey; false if one with this credential is there.
    async fn insert_passkey(&mut self, passkey: &Passkey) -> Stored<bool>;

    /// Keeps what using a passkey has changed of it; false if it is not there
    /// any more as it was read.
    async fn use_passkey(&mut self, read: &Passkey, used: &Passkey) -> Stored<bool>;
    async fn remove_passkey(&mut self, id: PasskeyId) -> Stored<()>;
}

/// What a browser is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// For the browser: the options of `navigator.credentials`, JSON.
    pub options: String,
    /// For checking the answer. It stays on the server.
    pub state: String,
}

/// A passkey that a browser has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub credential_id: String,
    pub credential: String,
}

/// Which passkey an answer says that it is, and whose. Nothing is proven by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub credential_id: String,
    pub owner: Option<MemberId>,
}

/// Asks for passkeys and checks the answers: what WebAuthn calls a relying
/// party. An answer that does not fit is `None`, whatever is wrong with it; so is
/// one to another kind of question.
pub trait Passkeys: Send + Sync {
    /// Asks for a new passkey of this member, on a device that has none of these.
    fn ask_for_new(&self, owner: MemberId, handle: &str, has: &[Passkey]) -> Stored<Asked>;

    /// The passkey that was made.
    fn made(&self, state: &str, answer: &str) -> Option<Made>;

    /// Asks for one of these passkeys, or for any if there are none.
    fn ask_for_one(&self, of: &[Passkey]) -> Stored<Asked>;

    /// Which passkey the answer is about.
    fn named(&self, answer: &str) -> Option<Named>;

    /// The credential as it is to be kept from now on, if the answer proves that
    /// whoever gave it has the passkey.
    fn shown(&self, state: &str, answer: &str, credential: &str) -> Option<String>;
}
