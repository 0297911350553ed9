//! A mutation that is sent twice happens once.
//!
//! Its key is stored with its answer in the same unit of work. A hydrated form
//! makes the key; without script it derives from who sends, the address and
//! the fields, and then counts for ten minutes only, so that the same words
//! can be said again later.

use crate::{actor::Writer, clock::Timestamp, store::Stored};
use async_trait::async_trait;
use sha2::{Digest, Sha256};

/// How long a derived key counts, in milliseconds.
pub const DERIVED_FOR: i64 = 10 * Timestamp::MINUTE;

/// How long keys are kept at all, in milliseconds: longer than any browser
/// tries to send again.
pub const KEPT_FOR: i64 = 30 * Timestamp::DAY;

/// An idempotency key, bound to who sent it and to the address it was sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceKey {
    /// The writer's key.
    pub author: String,
    /// SHA-256, hex.
    pub digest: String,
    /// An earlier answer counts if it is not older than this.
    pub since: Timestamp,
}

impl OnceKey {
    /// The key that a form brought.
    pub fn sent(writer: Writer, verb: &str, key: &str, now: Timestamp) -> Self {
        Self {
            author: writer.key(),
            digest: digest(&["sent", verb, key]),
            since: now.plus(-KEPT_FOR),
        }
    }

    /// The key of a form that brought none.
    pub fn derived(writer: Writer, verb: &str, fields: &str, now: Timestamp) -> Self {
        Self {
            author: writer.key(),
            digest: digest(&["derived", verb, fields]),
            since: now.plus(-DERIVED_FOR),
        }
    }
}

/// What a browser may know its writer by: `m` for a member or `g` for a guest,
/// and letters that are the same each time and nobody else's. Nothing leads from
/// them to the writer.
pub fn mark(writer: Writer) -> String {
    let key = writer.key();
    let mut mark = format!("{}{}", &key[..1], digest(&["mark", &key]));
    mark.truncate(33);
    mark
}

fn digest(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    sha.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Where answers are kept.
#[async_trait]
pub trait OnceWrites: Send {
    /// The answer given to this key at or after `key.since`.
    async fn earlier_answer(&mut self, key: &OnceKey) -> Stored<Option<String>>;

    /// Keeps an answer; an older one under the same key is replaced.
    async fn keep_answer(&mut self, key: &OnceKey, answer: &str, now: Timestamp) -> Stored<()>;

    /// Forgets answers from before `before`; says how many.
    async fn forget_answers(&mut self, before: Timestamp) -> Stored<u64>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{GuestId, MemberId};
    use uuid::Uuid;

    #[test]
    fn a_key_belongs_to_one_person_and_one_address() {
        let guest = Writer::Guest(GuestId::from_uuid(Uuid::from_u128(1)));
        let member = Writer::Member(MemberId::from_uuid(Uuid::from_u128(1)));
        let key = |writer, verb, key| OnceKey::sent(writer, verb, key, Timestamp(0));
        assert_eq!(key(guest, "a", "k"), key(guest, "a", "k"));
        assert_ne!(key(guest, "a", "k"), key(member, "a", "k"));
        assert_ne!(key(guest, "a", "k"), key(guest, "b", "k"));
        assert_eq!(mark(guest), mark(guest));
        assert!(mark(guest).starts_with('g') && mark(member).starts_with('m'));
        assert_ne!(mark(guest)[1..], mark(member)[1..]);
        assert!(!mark(guest).contains(&Uuid::from_u128(1).simple().to_string()));
        assert_ne!(
            key(guest, "a", "k").digest,
            OnceKey::derived(guest, "a", "k", Timestamp(0)).digest
        );
    }
}
