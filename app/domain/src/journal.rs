//! What is said while the store is away: kept in a journal, and put on the desk
//! once the store is back.

use crate::{clock::Timestamp, ids::GuestId, store::Stored};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Something that was said while the store was away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub at: Timestamp,
    pub from: Sender,
    /// The hash of the call's secret.
    pub secret: String,
    pub said: Said,
}

impl Entry {
    /// Is it the same as `other`, sent once more?
    pub fn is_again(&self, other: &Self) -> bool {
        match (&self.said, &other.said) {
            (Said::Asked { .. }, Said::Asked { .. }) => self.secret == other.secret,
            (Said::WroteBack { message, .. }, Said::WroteBack { message: other, .. }) => {
                message == other
            }
            _ => false,
        }
    }
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A call for help. `everyone` may see it, or peer supporters only.
    Asked { everyone: bool, body: String },
    /// More words under a call.
    WroteBack { message: String, body: String },
}

/// Who said it, as far as it can be known without the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The browser.
    pub guest: GuestId,
    /// The hash of the session, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// Where entries are kept while the store is away.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// Keeps an entry. When this answers, it survives a crash. One that is kept
    /// already is not kept twice.
    async fn keep(&self, entry: Entry) -> Stored<()>;

    /// What is kept under a call's secret and is not on the desk yet, in the
    /// order in which it was said.
    fn kept(&self, secret: &str) -> Vec<Entry>;

    /// How many entries are not on the desk yet, and since when the first of
    /// them.
    fn waiting(&self) -> (usize, Option<Timestamp>);
}
