//! Sent twice is done once.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::Writer,
    clock::Timestamp,
    drafts::{FormName, Kept},
    once::{DERIVED_FOR, KEPT_FOR, OnceKey},
    store::Store,
};

pub async fn the_same_key_gives_the_same_answer(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let key = OnceKey::sent(ana, "comments.post", "0123456789abcdef", START);
    let mut unit = begin(store).await;
    assert_eq!(unit.earlier_answer(&key).await.expect("read"), None);
    unit.keep_answer(&key, "done", START).await.expect("kept");
    assert_eq!(unit.earlier_answer(&key).await.expect("read").as_deref(), Some("done"));
    commit(unit).await;

    let later = START.plus(KEPT_FOR - 1);
    let again = OnceKey::sent(ana, "comments.post", "0123456789abcdef", later);
    let mut unit = begin(store).await;
    assert_eq!(unit.earlier_answer(&again).await.expect("read").as_deref(), Some("done"));
    let elsewhere = OnceKey::sent(ana, "stories.post", "0123456789abcdef", later);
    assert_eq!(unit.earlier_answer(&elsewhere).await.expect("read"), None);
}

pub async fn two_writers_with_one_key_are_two(store: &dyn Store) {
    let chance = FixedChance::default();
    let first = Writer::Guest(guest(store, &chance).await);
    let second = Writer::Guest(guest(store, &chance).await);
    let mut unit = begin(store).await;
    let key = |writer| OnceKey::derived(writer, "comments.post", "the same words", START);
    unit.keep_answer(&key(first), "first", START).await.expect("kept");
    assert_eq!(unit.earlier_answer(&key(second)).await.expect("read"), None);
    unit.keep_answer(&key(second), "second", START).await.expect("kept");
    assert_eq!(unit.earlier_answer(&key(first)).await.expect("read").as_deref(), Some("first"));
    assert_eq!(unit.earlier_answer(&key(second)).await.expect("read").as_deref(), Some("second"));
}

pub async fn a_derived_key_counts_for_ten_minutes(store: &dyn Store) {
    let chance = FixedChance::default();
    let guest = Writer::Guest(guest(store, &chance).await);
    let key = |now| OnceKey::derived(guest, "comments.post", "the same words", now);
    let mut unit = begin(store).await;
    unit.keep_answer(&key(START), "first", START).await.expect("kept");
    let in_time = key(START.plus(DERIVED_FOR));
    assert_eq!(unit.earlier_answer(&in_time).await.expect("read").as_deref(), Some("first"));
    let after = START.plus(DERIVED_FOR + 1);
    assert_eq!(unit.earlier_answer(&key(after)).await.expect("read"), None);
    // Said again it is a second post, which counts from then on.
    unit.keep_answer(&key(after), "second", after).await.expect("kept");
    let again = key(after.plus(Timestamp::MINUTE));
    assert_eq!(unit.earlier_answer(&again).await.expect("read").as_deref(), Some("second"));
}

pub async fn answers_are_forgotten_by_age(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let mut unit = begin(store).await;
    for (key, at) in [("old-old-old-old-", START), ("new-new-new-new-", START.plus(10))] {
        let key = OnceKey::sent(ana, "a.b", key, at);
        unit.keep_answer(&key, "done", at).await.expect("kept");
    }
    assert_eq!(unit.forget_answers(START.plus(10)).await.expect("forgotten"), 1);
    assert_eq!(unit.forget_answers(START.plus(10)).await.expect("forgotten"), 0);
    let key = |key| OnceKey::sent(ana, "a.b", key, START);
    assert_eq!(unit.earlier_answer(&key("old-old-old-old-")).await.expect("read"), None);
    assert!(unit.earlier_answer(&key("new-new-new-new-")).await.expect("read").is_some());
}

/// The key goes with the post: either both are there or neither.
pub async fn an_answer_is_kept_with_what_it_answers(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let key = OnceKey::sent(ana, "a.b", "0123456789abcdef", START);
    let form = FormName::parse("stories.new").expect("a name");
    let mut unit = begin(store).await;
    unit.keep_draft(ana, &form, &Kept::default(), START).await.expect("written");
    unit.keep_answer(&key, "done", START).await.expect("written");
    drop(unit);
    assert_eq!(read(store).await.draft(ana, &form).await.expect("read"), None);
    assert_eq!(begin(store).await.earlier_answer(&key).await.expect("read"), None);
}
