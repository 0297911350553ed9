//! What the stories have in common: a clock that stands still, chance that
//! can be repeated, and people to tell the stories about.

use domain::{
    accounts::{Handle, Member, MemberState},
    actor::{ActingMember, Actor, Roles},
    clock::Timestamp,
    ids::{Chance, GuestId, MemberId, OpaqueId},
    moderation::{self, DecisionReason, Ruling, Thing, Verdict},
    store::{Act, Reader, Store, Unit},
};
use std::sync::atomic::{AtomicU64, Ordering};

/// The moment at which every story begins: a Monday at noon, UTC.
pub const START: Timestamp = Timestamp(1_736_164_800_000);

/// Chance that gives the same bytes in the same order each time, and never
/// the same bytes twice.
#[derive(Debug, Default)]
pub struct FixedChance(AtomicU64);

impl FixedChance {
    /// Another order for each `seed`.
    pub const fn seeded(seed: u32) -> Self {
        Self(AtomicU64::new((seed as u64) << 32))
    }
}

impl Chance for FixedChance {
    fn bytes(&self) -> [u8; 16] {
        let step = self.0.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&stirred(step).to_be_bytes());
        bytes[8..].copy_from_slice(&stirred(step ^ 0x5bd1_e995_0000_0000).to_be_bytes());
        bytes
    }
}

/// A number as far as can be from its neighbours; two numbers never become
/// one (the mixer of SplitMix64).
const fn stirred(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Begins a unit of work.
pub async fn begin(store: &dyn Store) -> Box<dyn Unit> {
    store.begin().await.expect("a unit of work")
}

/// Begins to read.
pub async fn read(store: &dyn Store) -> Box<dyn Reader> {
    store.read().await.expect("a reader")
}

/// Keeps what was written.
pub async fn commit(unit: Box<dyn Unit>) {
    unit.commit().await.expect("the unit is kept");
}

/// Adds an account of someone who has been let in.
pub async fn member(store: &dyn Store, chance: &FixedChance, handle: &str) -> ActingMember {
    member_with(store, chance, handle, Roles::default(), MemberState::Active).await
}

/// Adds an account.
pub async fn member_with(
    store: &dyn Store,
    chance: &FixedChance,
    handle: &str,
    roles: Roles,
    state: MemberState,
) -> ActingMember {
    let parsed = Handle::parse(handle).expect("a handle");
    let member = Member {
        id: MemberId::random(chance),
        handle: parsed.as_str().to_owned(),
        password: Some("$none$".to_owned()),
        roles,
        state,
        barred_until: None,
        opaque: OpaqueId::random(chance),
        created_at: START,
    };
    let mut unit = begin(store).await;
    assert!(
        unit.insert_member(&member, &parsed)
            .await
            .expect("a member"),
        "{handle} is free"
    );
    commit(unit).await;
    ActingMember {
        id: member.id,
        handle: member.handle,
        roles,
    }
}

/// A decision about a thing as it stands.
pub async fn verdict(reader: &mut dyn Reader, thing: Thing, ruling: Ruling) -> Verdict {
    let found = moderation::find(reader, thing).await.expect("read");
    let found = found.expect("it is there");
    let seen = moderation::version(reader, &found).await;
    let reason = DecisionReason::parse("It names someone.").expect("a reason");
    Verdict {
        thing,
        seen: seen.expect("a version"),
        ruling,
        reason: ruling.needs_a_reason().then_some(reason),
    }
}

/// Adds a guest under a pseudonym that is made up.
pub async fn guest(store: &dyn Store, chance: &FixedChance) -> GuestId {
    let id = GuestId::random(chance);
    let actor = Actor::Guest(id);
    let mut unit = begin(store).await;
    let act = Act {
        actor: &actor,
        now: START,
        chance,
    };
    domain::accounts::guests::remember(&mut *unit, id, act)
        .await
        .expect("a guest");
    commit(unit).await;
    id
}
