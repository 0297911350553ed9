//! What people say to the desk while the store is away: kept in a journal, and
//! put on the desk once the store is back.

use crate::{
    accounts::MemberState,
    actor::{ActingMember, Actor},
    care::{self, Ask, Audience, CallBody, CallCode, CallKey, CodeHash, WriteBack},
    clock::Timestamp,
    ids::{Chance, EntryId, GuestId},
    refusal::{Fault, Field, Refusal},
    store::{Act, Stored, Unit},
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Something that was said while the store was away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub at: Timestamp,
    pub from: Sender,
    pub said: Said,
    pub body: String,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A call for help, and the name of its first words.
    Asked {
        code: CodeHash,
        first: EntryId,
        audience: Audience,
    },
    /// More words of whoever asked.
    WroteBack { id: EntryId, key: CallKey },
}

/// Who said it, as far as it can be known without the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The browser.
    pub guest: GuestId,
    /// The hash of the session's secret, if there was one.
    pub session: Option<String>,
}

/// Where entries are kept while the store is away.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// Keeps an entry. When this answers, it survives a crash. One that is kept
    /// already is not kept twice.
    async fn keep(&self, entry: Entry) -> Stored<()>;

    /// What is not on the desk yet of the call that this opens, in the order in
    /// which it was said.
    fn kept(&self, key: &CallKey) -> Vec<Entry>;

    /// How many entries are not on the desk yet, and when the first of them was
    /// said.
    fn waiting(&self) -> (usize, Option<Timestamp>);
}

impl Entry {
    /// Is it the same as `other`, sent once more?
    pub fn is_again(&self, other: &Self) -> bool {
        match (&self.said, &other.said) {
            (Said::Asked { code, .. }, Said::Asked { code: other, .. }) => code == other,
            (Said::WroteBack { id, .. }, Said::WroteBack { id: other, .. }) => id == other,
            _ => false,
        }
    }

    /// Was it said in the call that this opens?
    pub fn is_of(&self, opens: &CallKey) -> bool {
        match (&self.said, opens) {
            (Said::Asked { code, .. }, CallKey::Code(opens)) => code == opens,
            (Said::Asked { .. }, CallKey::Own(_)) => false,
            (Said::WroteBack { key, .. }, opens) => key == opens,
        }
    }

    /// The code of its call, if it is known.
    pub const fn code(&self) -> Option<&CodeHash> {
        match &self.said {
            Said::Asked { code, .. }
            | Said::WroteBack {
                key: CallKey::Code(code),
                ..
            } => Some(code),
            Said::WroteBack { .. } => None,
        }
    }
}

impl Sender {
    /// Who that was, if the session is still good.
    async fn actor(&self, unit: &mut dyn Unit, at: Timestamp) -> Stored<Actor> {
        let nobody = Actor::Guest(self.guest);
        let Some(hash) = &self.session else {
            return Ok(nobody);
        };
        let session = unit.session(hash, at).await?;
        let Some(id) = session.and_then(|session| session.member) else {
            return Ok(nobody);
        };
        let member = unit.member(id).await?;
        Ok(member
            .filter(|member| member.state == MemberState::Active)
            .map_or(nobody, |member| {
                Actor::Member(ActingMember {
                    id,
                    handle: member.handle,
                    roles: member.roles,
                })
            }))
    }
}

/// Puts an entry on the desk, with the time at which it was said. One that is
/// there already stays as it is.
///
/// Words for a call that cannot be found, by a code that was written down
/// wrongly or an account that is signed out, are a call of their own: they were
/// said to reach people.
pub async fn put_on_desk(
    unit: &mut dyn Unit,
    entry: &Entry,
    chance: &dyn Chance,
) -> Result<(), Fault> {
    let actor = entry.from.actor(unit, entry.at).await?;
    let act = Act {
        actor: &actor,
        now: entry.at,
        chance,
    };
    let body =
        CallBody::parse(&entry.body).map_err(|reason| Refusal::field(Field::Body, reason))?;
    match &entry.said {
        Said::Asked {
            code,
            first,
            audience,
        } => {
            let ask = Ask {
                code: code.clone(),
                body,
                audience: *audience,
            };
            asked(unit, act, ask, *first).await
        }
        Said::WroteBack { id, key } => {
            let words = WriteBack {
                key: key.clone(),
                id: *id,
                body,
            };
            wrote_back(unit, act, words, entry.code().cloned()).await
        }
    }
}

/// If there is a call by that code already, it is this one, or one that began
/// with words that were said later: then it has these words as well.
async fn asked(unit: &mut dyn Unit, act: Act<'_>, ask: Ask, first: EntryId) -> Result<(), Fault> {
    let Some(call) = unit.call_by_code(&ask.code).await? else {
        care::ask_by(unit, act, ask, first).await?;
        return Ok(());
    };
    let beginning = unit.entries(call.id, Some(2), 1).await?;
    if beginning.iter().any(|said| said.body == ask.body.as_str()) {
        return Ok(());
    }
    let words = WriteBack {
        key: CallKey::Code(ask.code),
        id: first,
        body: ask.body,
    };
    care::write_back(unit, act, words).await?;
    Ok(())
}

async fn wrote_back(
    unit: &mut dyn Unit,
    act: Act<'_>,
    words: WriteBack,
    code: Option<CodeHash>,
) -> Result<(), Fault> {
    let (id, body) = (words.id, words.body.clone());
    match care::write_back(unit, act, words).await {
        Err(Fault::Refused(Refusal::NotFound)) if unit.entry(id).await?.is_none() => {
            let unknown = || CallCode::from_bytes(&act.chance.bytes()).hash();
            let ask = Ask {
                code: code.unwrap_or_else(unknown),
                body,
                audience: Audience::default(),
            };
            care::ask_by(unit, act, ask, id).await?;
            Ok(())
        }
        Err(Fault::Refused(Refusal::NotFound)) | Ok(_) => Ok(()),
        Err(fault) => Err(fault),
    }
}
