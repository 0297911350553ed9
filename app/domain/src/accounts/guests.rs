//! Guests: people who read, ask and comment without an account.

use crate::{
    clock::Timestamp,
    ids::{Chance, GuestId},
    store::{Act, Stored, Unit},
};
use sha2::{Digest, Sha256};

/// The guest behind a browser's secret. The secret itself is never kept: the
/// identifier is half of its SHA-256, which does not lead back to it.
pub fn from_secret(secret: &str) -> GuestId {
    let digest = Sha256::digest(secret.as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    GuestId::from_uuid(uuid::Builder::from_random_bytes(half).into_uuid())
}

/// Keeps a guest who writes for the first time, under a pseudonym.
pub async fn remember(unit: &mut dyn Unit, guest: GuestId, act: Act<'_>) -> Stored<()> {
    unit.insert_guest(guest, &pseudonym(act.chance), act.now)
        .await
}

/// A name for someone who gave none: two plain words.
pub fn pseudonym(chance: &dyn Chance) -> String {
    const FIRST: [&str; 32] = [
        "amber", "ash", "birch", "blue", "bright", "calm", "cedar", "clear", "copper", "early",
        "fern", "gentle", "golden", "green", "grey", "hazel", "ivory", "late", "light", "lilac",
        "maple", "mild", "misty", "olive", "pale", "quiet", "rowan", "silver", "slow", "soft",
        "still", "willow",
    ];
    const SECOND: [&str; 32] = [
        "bay", "bridge", "brook", "cloud", "cove", "dawn", "dune", "field", "garden", "gate",
        "glade", "harbour", "hill", "island", "lake", "lane", "meadow", "moon", "moss", "orchard",
        "path", "pebble", "pond", "rain", "river", "shore", "sky", "spring", "stone", "stream",
        "valley", "wave",
    ];
    let bytes = chance.bytes();
    let number = u16::from_be_bytes([bytes[2], bytes[3]]) % 900 + 100;
    format!(
        "{} {} {number}",
        FIRST[usize::from(bytes[0]) % FIRST.len()],
        SECOND[usize::from(bytes[1]) % SECOND.len()]
    )
}

/// How long a guest who wrote nothing lasting is remembered, in milliseconds.
pub const REMEMBERED_FOR: i64 = 180 * Timestamp::DAY;
