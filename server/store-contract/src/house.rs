//! The pages of the house: what they say, who changes it, and which version.

use crate::support::{FixedChance, START, begin, commit, member, member_with, read};
use domain::{
    accounts::{LoggedAbout, LoggedBy, MemberState},
    actor::{ActingMember, Actor, Role, Roles},
    house::{self, ChangeNote, HousePage, HouseText, KeptPage, default_text},
    refusal::{Fault, Refusal},
    store::{Act, Store},
};

struct Scene {
    chance: FixedChance,
    host: ActingMember,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let roles = Roles::default().with(Role::Host);
    let host = member_with(store, &chance, "hanna", roles, MemberState::Active).await;
    Scene { chance, host }
}

impl Scene {
    async fn revise(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        text: Option<&str>,
        seen: Option<i64>,
    ) -> Result<(), Fault> {
        let actor = Actor::Member(by.clone());
        let act = Act {
            actor: &actor,
            now: START,
            chance: &self.chance,
        };
        let text = text.map(|text| HouseText::parse(text).expect("a text"));
        let note = ChangeNote::parse("Shorter.").expect("a note");
        let mut unit = begin(store).await;
        house::revise(&mut *unit, act, HousePage::Rules, text, &note, seen).await?;
        commit(unit).await;
        Ok(())
    }
}

async fn body(store: &dyn Store, page: HousePage) -> (String, Option<KeptPage>) {
    let (words, kept) = house::read(&mut *read(store).await, page)
        .await
        .expect("a page");
    (words.body, kept)
}

fn refused(result: Result<(), Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

pub async fn a_page_says_what_was_kept_last(store: &dyn Store) {
    let scene = scene(store).await;
    let before = read(store).await.version().await.expect("a version");
    for (seen, text) in [(0, "Be *kind*."), (1, "Be kinder.")] {
        let done = scene.revise(store, &scene.host, Some(text), Some(seen));
        done.await.expect("revised");
    }
    let (said, kept) = body(store, HousePage::Rules).await;
    assert_eq!(said, "Be kinder.");
    let kept = kept.expect("it was changed");
    assert_eq!((kept.version, kept.changed_at), (2, START));
    let html = kept.words.expect("words").html;
    assert_eq!(html, "<p>Be kinder.</p>\n");
    let (other, never) = body(store, HousePage::Guide).await;
    assert_eq!(other, default_text(HousePage::Guide).trim());
    assert_eq!(never, None);
    let mut reader = read(store).await;
    assert!(reader.version().await.expect("a version") > before);
    let noted = reader.log(None, 9).await.expect("the log").items;
    assert_eq!(noted.len(), 2);
    assert!(noted.iter().all(|entry| {
        entry.action == "house.revise"
            && entry.about == LoggedAbout::Other("rules".into())
            && entry.by == LoggedBy::Member("hanna".into())
            && entry.reason.as_deref() == Some("Shorter.")
    }));
}

pub async fn only_a_host_changes_a_page(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = member(store, &scene.chance, "ben").await;
    let all_others = Role::ALL.into_iter().fold(Roles::default(), Roles::with);
    let all_others = all_others.without(Role::Host);
    let busy = member_with(
        store,
        &scene.chance,
        "busy",
        all_others,
        MemberState::Active,
    )
    .await;
    for other in [ben, busy] {
        let done = scene.revise(store, &other, Some("Mine."), Some(0)).await;
        assert_eq!(refused(done), Refusal::NotAllowed);
    }
    assert_eq!(body(store, HousePage::Rules).await.1, None);
}

pub async fn two_hosts_do_not_overwrite_each_other(store: &dyn Store) {
    let scene = scene(store).await;
    let host = &scene.host;
    let first = scene.revise(store, host, Some("One."), Some(0)).await;
    first.expect("revised");
    let second = scene.revise(store, host, Some("Two."), Some(0)).await;
    assert_eq!(refused(second), Refusal::Changed);
    assert_eq!(body(store, HousePage::Rules).await.0, "One.");
    let over = scene.revise(store, host, Some("Two."), None).await;
    over.expect("written over");
    assert_eq!(body(store, HousePage::Rules).await.0, "Two.");
}

pub async fn a_page_says_again_what_comes_with_chorus(store: &dyn Store) {
    let scene = scene(store).await;
    let host = &scene.host;
    let own = scene.revise(store, host, Some("Mine."), Some(0)).await;
    own.expect("revised");
    let back = scene.revise(store, host, None, Some(1)).await;
    back.expect("put back");
    let (said, kept) = body(store, HousePage::Rules).await;
    assert_eq!(said, default_text(HousePage::Rules).trim());
    // The version goes on: who still reads the first one is told.
    assert_eq!(kept.map(|kept| (kept.version, kept.words)), Some((2, None)));
    let late = scene.revise(store, host, Some("Late."), Some(0)).await;
    assert_eq!(refused(late), Refusal::Changed);
    let noted = read(store).await.log(None, 1).await.expect("the log").items;
    assert_eq!(noted.len(), 1);
}
