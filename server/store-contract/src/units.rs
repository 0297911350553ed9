//! Units of work: kept whole, or not at all.

use crate::support::{FixedChance, START, begin, commit, read};
use domain::{
    accounts::{Handle, Member, MemberState},
    actor::Roles,
    ids::{MemberId, OpaqueId},
    store::{Store, Unit},
};

fn ana(chance: &FixedChance) -> (Member, Handle) {
    let handle = Handle::parse("ana").expect("a handle");
    let member = Member {
        id: MemberId::random(chance),
        handle: "ana".to_owned(),
        password: Some("$none$".to_owned()),
        roles: Roles::default(),
        state: MemberState::Active,
        barred_until: None,
        opaque: OpaqueId::random(chance),
        created_at: START,
    };
    (member, handle)
}

async fn join(unit: &mut dyn Unit, chance: &FixedChance) -> MemberId {
    let (member, handle) = ana(chance);
    assert!(
        unit.insert_member(&member, &handle)
            .await
            .expect("a member")
    );
    member.id
}

pub async fn a_unit_sees_its_own_writes(store: &dyn Store) {
    let chance = FixedChance::default();
    let mut unit = begin(store).await;
    let id = join(&mut *unit, &chance).await;
    assert!(unit.member(id).await.expect("read").is_some());
    assert!(unit.any_member().await.expect("read"));
}

pub async fn others_see_a_unit_once_it_is_kept(store: &dyn Store) {
    let chance = FixedChance::default();
    let mut unit = begin(store).await;
    let id = join(&mut *unit, &chance).await;
    assert!(read(store).await.member(id).await.expect("read").is_none());
    commit(unit).await;
    assert!(read(store).await.member(id).await.expect("read").is_some());
}

pub async fn a_dropped_unit_leaves_nothing(store: &dyn Store) {
    let chance = FixedChance::default();
    let mut unit = begin(store).await;
    let id = join(&mut *unit, &chance).await;
    drop(unit);
    let mut later = begin(store).await;
    assert!(later.member(id).await.expect("read").is_none());
    assert!(!later.any_member().await.expect("read"));
    // The handle is free again, and what comes after is kept.
    join(&mut *later, &chance).await;
    commit(later).await;
    assert!(read(store).await.any_member().await.expect("read"));
}

pub async fn units_come_one_after_another(store: &dyn Store) {
    let chance = FixedChance::default();
    for handle in ["ana", "ben", "cleo", "dara"] {
        crate::support::member(store, &chance, handle).await;
    }
    let mut reader = read(store).await;
    for handle in ["ana", "ben", "cleo", "dara"] {
        let skeleton = Handle::parse(handle).expect("a handle").skeleton();
        let found = reader.member_by_skeleton(&skeleton).await.expect("read");
        assert_eq!(found.map(|member| member.handle).as_deref(), Some(handle));
    }
}

/// Addresses and secrets come from outside, whatever stands in them.
pub async fn what_nobody_can_have_written_is_not_found(store: &dyn Store) {
    let odd = "a\u{0}b";
    let mut unit = begin(store).await;
    assert_eq!(unit.article_at(odd, odd).await.expect("read"), None);
    assert_eq!(unit.series_by_slug(odd).await.expect("read"), None);
    assert_eq!(unit.series_by_title(odd).await.expect("read"), None);
    assert_eq!(unit.article_by_source(odd).await.expect("read"), None);
    assert_eq!(unit.comment_by_source(odd).await.expect("read"), None);
    assert!(unit.member_by_skeleton(odd).await.expect("read").is_none());
    assert_eq!(unit.session(odd, START).await.expect("read"), None);
    assert_eq!(unit.reset_link(odd, START).await.expect("read"), None);
    assert_eq!(unit.use_reset_link(odd, START).await.expect("read"), None);
    assert!(!unit.use_invitation(odd, START).await.expect("asked"));
    commit(unit).await;
}
