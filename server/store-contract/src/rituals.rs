//! Rituals: the list of coming ones and of past ones.

use crate::support::{FixedChance, START, begin, commit, member, read};
use domain::{
    actor::{ActingMember, Actor, Byline},
    clock::Timestamp,
    ids::{RitualId, Subject},
    page::{Mark, Page},
    refusal::{Fault, Refusal},
    rituals::{
        Moment, NewRitual, Ritual, RitualBody, RitualKind, RitualLink, RitualPlace, RitualTitle,
        Venue, edit, post, remove,
    },
    store::{Act, Store},
    support::SupportKind,
};

struct Scene {
    chance: FixedChance,
    ana: ActingMember,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    Scene { chance, ana }
}

fn soup(at: Timestamp) -> NewRitual {
    NewRitual {
        kind: RitualKind::SharedMeal,
        title: RitualTitle::parse("Soup").expect("a title"),
        body: RitualBody::parse("Bring a *bowl*.").expect("words"),
        when: Moment {
            at,
            zone: "Europe/London".into(),
        },
        venue: Venue {
            place: Some(RitualPlace::parse("The hall").expect("a place")),
            link: Some(RitualLink::parse("https://meet.example.org/soup").expect("a link")),
        },
        anonymous: false,
    }
}

impl Scene {
    async fn post(&self, store: &dyn Store, new: NewRitual) -> RitualId {
        let actor = Actor::Member(self.ana.clone());
        let act = Act {
            actor: &actor,
            now: START,
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        let id = post(&mut *unit, act, new).await.expect("a ritual");
        commit(unit).await;
        id
    }
}

async fn one(store: &dyn Store, id: RitualId) -> Option<Ritual> {
    read(store).await.ritual(id).await.expect("an answer")
}

/// Hours from the start of the story, page after page of two.
async fn hours(store: &dyn Store, past: bool) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let mut reader = read(store).await;
        let page: Page<Ritual> = match past {
            true => reader.past_rituals(START, after, 2).await,
            false => reader.coming_rituals(START, after, 2).await,
        }
        .expect("a page");
        assert!(page.items.len() <= 2);
        seen.extend(
            page.items
                .iter()
                .map(|item| item.text.when.at.since(START) / Timestamp::HOUR),
        );
        assert!(seen.len() <= 20, "the pages never end");
        match page.next {
            Some(next) => after = Some(Mark::read(&next).expect("a mark")),
            None => return seen,
        }
    }
}

fn refused(result: Result<impl std::fmt::Debug, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

/// All of it comes back as it was given.
pub async fn a_ritual_is_kept_whole(store: &dyn Store) {
    let scene = scene(store).await;
    let id = scene.post(store, soup(START.plus(7))).await;
    let kept = one(store, id).await.expect("it is there");
    assert_eq!(kept.author.byline(), Byline::Member("ana".into()));
    assert_eq!(kept.text.kind, RitualKind::SharedMeal);
    assert_eq!(kept.text.title, "Soup");
    assert_eq!(kept.text.html, "<p>Bring a <em>bowl</em>.</p>\n");
    assert_eq!(
        kept.text.when,
        Moment {
            at: START.plus(7),
            zone: "Europe/London".into()
        }
    );
    assert_eq!(kept.text.place.as_deref(), Some("The hall"));
    assert_eq!(
        kept.text.link.as_deref(),
        Some("https://meet.example.org/soup")
    );
    assert_eq!((kept.created_at, kept.edited_at), (START, None));
    assert!(one(store, RitualId::random(&scene.chance)).await.is_none());
}

/// Coming ones soonest first, past ones latest first, each in one list only.
pub async fn coming_and_past_are_two_lists(store: &dyn Store) {
    let scene = scene(store).await;
    for hour in [5, -1, 1, 0, -30, 3, 3, -2] {
        scene
            .post(store, soup(START.plus(hour * Timestamp::HOUR)))
            .await;
    }
    assert_eq!(hours(store, false).await, [0, 1, 3, 3, 5]);
    assert_eq!(hours(store, true).await, [-1, -2, -30]);
}

/// A mark from the other list does not lead from one into the other.
pub async fn a_mark_of_the_other_list_leads_nowhere_else(store: &dyn Store) {
    let scene = scene(store).await;
    for hour in [-2, -1, 1, 2] {
        scene
            .post(store, soup(START.plus(hour * Timestamp::HOUR)))
            .await;
    }
    let mark = |hours: i64| {
        Some(Mark {
            at: START.plus(hours * Timestamp::HOUR),
            id: Default::default(),
        })
    };
    let mut reader = read(store).await;
    let coming = reader
        .coming_rituals(START, mark(-50), 10)
        .await
        .expect("a page");
    assert!(coming.items.iter().all(|item| item.text.when.at >= START));
    assert_eq!(coming.items.len(), 2);
    let past = reader
        .past_rituals(START, mark(50), 10)
        .await
        .expect("a page");
    assert!(past.items.iter().all(|item| item.text.when.at < START));
    assert_eq!(past.items.len(), 2);
}

/// Its author changes it and takes it back; nobody else does.
pub async fn only_the_author_changes_it(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = member(store, &scene.chance, "ben").await;
    let id = scene.post(store, soup(START)).await;
    let (ana, ben) = (Actor::Member(scene.ana.clone()), Actor::Member(ben));
    let changed = NewRitual {
        venue: Venue {
            link: None,
            ..soup(START).venue
        },
        anonymous: true,
        ..soup(START.plus(9))
    };
    let mut unit = begin(store).await;
    let act = Act {
        actor: &ben,
        now: START.plus(1),
        chance: &scene.chance,
    };
    assert_eq!(
        refused(edit(&mut *unit, act, id, &changed).await),
        Refusal::NotAllowed
    );
    assert_eq!(
        refused(remove(&mut *unit, act, id).await),
        Refusal::NotAllowed
    );
    let act = Act { actor: &ana, ..act };
    edit(&mut *unit, act, id, &changed)
        .await
        .expect("it is hers");
    commit(unit).await;
    let kept = one(store, id).await.expect("it is there");
    assert_eq!(kept.author.byline(), Byline::Anonymous);
    assert_eq!(kept.text.link, None);
    assert_eq!(kept.text.when.at, START.plus(9));
    assert_eq!(kept.edited_at, Some(START.plus(1)));
}

/// What stood under it goes with it; a second time there is nothing.
pub async fn a_ritual_goes_with_all_that_is_under_it(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = member(store, &scene.chance, "ben").await;
    let id = scene.post(store, soup(START)).await;
    let subject = Subject::from(id);
    let mut unit = begin(store).await;
    unit.give_support(subject, SupportKind::WithYou, ben.id, true, START)
        .await
        .expect("support");
    let actor = Actor::Member(scene.ana.clone());
    let act = Act {
        actor: &actor,
        now: START,
        chance: &scene.chance,
    };
    remove(&mut *unit, act, id).await.expect("it is hers");
    assert_eq!(
        refused(remove(&mut *unit, act, id).await),
        Refusal::NotFound
    );
    commit(unit).await;
    assert!(one(store, id).await.is_none());
    let counts = read(store)
        .await
        .support_counts(&[subject])
        .await
        .expect("an answer");
    assert!(counts.is_empty());
}
