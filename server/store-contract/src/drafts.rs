//! Drafts: what someone is writing comes back to them and to nobody else.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::Writer,
    drafts::{Fields, FormName, Kept},
    refusal::{Field, Reason, Refusal},
    store::Store,
};

fn form(name: &str) -> FormName {
    FormName::parse(name).expect("a name")
}

fn words(body: &str) -> Kept {
    Kept { fields: Fields::from([("body".to_owned(), body.to_owned())]), refusal: None }
}

pub async fn a_draft_belongs_to_its_owner(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let ben = Writer::Member(member(store, &chance, "ben").await.id);
    let guest = Writer::Guest(guest(store, &chance).await);
    let name = form("stories.new");
    let mut unit = begin(store).await;
    unit.keep_draft(ana, &name, &words("mine"), START).await.expect("kept");
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(reader.draft(ana, &name).await.expect("read"), Some(words("mine")));
    assert_eq!(reader.draft(ana, &form("stories.other")).await.expect("read"), None);
    for other in [ben, guest] {
        assert_eq!(reader.draft(other, &name).await.expect("read"), None);
        assert!(reader.drafts(other).await.expect("read").is_empty());
    }
    drop(reader);
    // Nor can they throw it away.
    let mut unit = begin(store).await;
    unit.drop_draft(ben, &name).await.expect("dropped");
    assert!(unit.draft(ana, &name).await.expect("read").is_some());
    unit.drop_draft(ana, &name).await.expect("dropped");
    unit.drop_draft(ana, &name).await.expect("dropped twice");
    assert_eq!(unit.draft(ana, &name).await.expect("read"), None);
}

pub async fn a_draft_is_kept_in_place_of_the_last(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let name = form("stories.new");
    let mut unit = begin(store).await;
    for (body, at) in [("first", START), ("second", START.plus(5))] {
        unit.keep_draft(ana, &name, &words(body), at).await.expect("kept");
    }
    assert_eq!(unit.draft(ana, &name).await.expect("read"), Some(words("second")));
    assert_eq!(unit.drafts(ana).await.expect("read"), [(name, START.plus(5))]);
}

pub async fn a_draft_remembers_why_the_post_failed(store: &dyn Store) {
    let chance = FixedChance::default();
    let guest = Writer::Guest(guest(store, &chance).await);
    let name = form("comments.story-0a.root");
    let refused = Kept {
        refusal: Some(Refusal::field(Field::Body, Reason::TooLong { max: 4000, length: 4001 })),
        ..words("</textarea>\n\u{1F33F} ę \"'&")
    };
    let mut unit = begin(store).await;
    unit.keep_draft(guest, &name, &refused, START).await.expect("kept");
    assert_eq!(unit.draft(guest, &name).await.expect("read"), Some(refused));
    // Written on, the reason is gone.
    unit.keep_draft(guest, &name, &words("shorter"), START).await.expect("kept");
    assert_eq!(unit.draft(guest, &name).await.expect("read"), Some(words("shorter")));
}

pub async fn drafts_are_listed_newest_first(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let mut unit = begin(store).await;
    for (name, at) in [("b", 2), ("c", 3), ("a", 1)] {
        unit.keep_draft(ana, &form(name), &words(name), START.plus(at)).await.expect("kept");
    }
    let names: Vec<String> = unit
        .drafts(ana)
        .await
        .expect("read")
        .into_iter()
        .map(|(name, _)| name.as_str().to_owned())
        .collect();
    assert_eq!(names, ["c", "b", "a"]);
}

pub async fn drafts_are_forgotten_by_age(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let mut unit = begin(store).await;
    for (name, at) in [("old", 0), ("new", 10)] {
        unit.keep_draft(ana, &form(name), &words(name), START.plus(at)).await.expect("kept");
    }
    assert_eq!(unit.forget_drafts(START.plus(10)).await.expect("forgotten"), 1);
    assert_eq!(unit.draft(ana, &form("old")).await.expect("read"), None);
    assert!(unit.draft(ana, &form("new")).await.expect("read").is_some());
}
