//! Support: each kind once a member, and not for one's own share.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::{ActingMember, Actor},
    ids::{ArticleId, StoryId, Subject, SubjectKind},
    refusal::{Fault, Refusal},
    store::{Act, Store},
    stories::{self, ContentNote, StoryBody, StoryTitle, StoryWords},
    support::{SupportKind, give, take_back},
};

/// A story of Ana's, and Ben who reads it.
struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    ben: ActingMember,
    story: Subject,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let actor = Actor::Member(ana.clone());
    let act = Act {
        actor: &actor,
        now: START,
        chance: &chance,
    };
    let words = StoryWords {
        title: StoryTitle::parse("The bench").expect("a title"),
        content_note: ContentNote::parse("").expect("no note"),
        body: StoryBody::parse("It was raining.").expect("words"),
        anonymous: true,
    };
    let mut unit = begin(store).await;
    let id = stories::share(&mut *unit, act, &words)
        .await
        .expect("a story");
    commit(unit).await;
    Scene {
        chance,
        ana,
        ben,
        story: id.into(),
    }
}

impl Scene {
    async fn give(
        &self,
        store: &dyn Store,
        who: &Actor,
        to: Subject,
        kind: SupportKind,
    ) -> Result<(), Refusal> {
        let act = Act {
            actor: who,
            now: START,
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        answer(give(&mut *unit, act, to, kind).await)?;
        commit(unit).await;
        Ok(())
    }

    async fn take_back(
        &self,
        store: &dyn Store,
        who: &Actor,
        kind: SupportKind,
    ) -> Result<(), Refusal> {
        let act = Act {
            actor: who,
            now: START,
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        answer(take_back(&mut *unit, act, self.story, kind).await)?;
        commit(unit).await;
        Ok(())
    }

    async fn counts(&self, store: &dyn Store) -> Vec<(SupportKind, u64)> {
        let mut counts: Vec<_> = read(store)
            .await
            .support_counts(&[self.story])
            .await
            .expect("counts")
            .into_iter()
            .map(|(subject, kind, count)| {
                assert_eq!(subject, self.story);
                (kind, count)
            })
            .collect();
        counts.sort_unstable();
        counts
    }
}

fn answer(result: Result<(), Fault>) -> Result<(), Refusal> {
    match result {
        Ok(()) => Ok(()),
        Err(Fault::Refused(refusal)) => Err(refusal),
        Err(Fault::Store(error)) => panic!("{error}"),
    }
}

/// Giving it again changes nothing; another kind is another.
pub async fn each_kind_counts_once_a_member(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = Actor::Member(scene.ben.clone());
    let cy = Actor::Member(member(store, &scene.chance, "cleo").await);
    for who in [&ben, &ben, &cy] {
        let given = scene
            .give(store, who, scene.story, SupportKind::WithYou)
            .await;
        assert_eq!(given, Ok(()));
    }
    let given = scene
        .give(store, &ben, scene.story, SupportKind::Strength)
        .await;
    assert_eq!(given, Ok(()));
    let expected = vec![(SupportKind::WithYou, 2), (SupportKind::Strength, 1)];
    assert_eq!(scene.counts(store).await, expected);
    let mut given = read(store)
        .await
        .support_given(scene.ben.id, &[scene.story])
        .await
        .expect("an answer");
    given.sort_unstable();
    let of_ben = [SupportKind::WithYou, SupportKind::Strength];
    assert_eq!(given, of_ben.map(|kind| (scene.story, kind)));
}

/// It can be taken back, twice, and given anew.
pub async fn support_is_taken_back(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = Actor::Member(scene.ben.clone());
    let kind = SupportKind::ThankYou;
    assert_eq!(scene.give(store, &ben, scene.story, kind).await, Ok(()));
    assert_eq!(scene.take_back(store, &ben, kind).await, Ok(()));
    assert_eq!(scene.take_back(store, &ben, kind).await, Ok(()));
    assert_eq!(scene.counts(store).await, []);
    assert_eq!(scene.give(store, &ben, scene.story, kind).await, Ok(()));
    assert_eq!(scene.counts(store).await, [(kind, 1)]);
}

/// Not for one's own share, even an anonymous one; not by a guest; not for
/// what is not there; not for an article.
pub async fn support_has_its_bounds(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = Actor::Member(scene.ana.clone());
    let ben = Actor::Member(scene.ben.clone());
    let reader = Actor::Guest(guest(store, &scene.chance).await);
    let unknown = Subject::from(StoryId::random(&scene.chance));
    let article = Subject::from(ArticleId::random(&scene.chance));
    for (who, to, why) in [
        (&ana, scene.story, Refusal::NotAllowed),
        (&reader, scene.story, Refusal::SignInFirst),
        (&ben, unknown, Refusal::NotFound),
        (&ben, article, Refusal::NotFound),
    ] {
        let given = scene.give(store, who, to, SupportKind::WithYou).await;
        assert_eq!(given, Err(why));
    }
    assert_eq!(scene.counts(store).await, []);
}

/// It goes with the account of whoever gave it.
pub async fn support_goes_with_its_giver(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = Actor::Member(scene.ben.clone());
    let given = scene
        .give(store, &ben, scene.story, SupportKind::ThisHelped)
        .await;
    assert_eq!(given, Ok(()));
    let mut unit = begin(store).await;
    unit.remove_member(scene.ben.id).await.expect("erased");
    commit(unit).await;
    assert_eq!(scene.counts(store).await, []);
}

/// Of no kind is there support, or a thread, for what is not there.
pub async fn what_is_not_there_takes_nothing(store: &dyn Store) {
    let scene = scene(store).await;
    let mut reader = read(store).await;
    for kind in SubjectKind::ALL {
        let subject = Subject {
            kind,
            id: StoryId::random(&scene.chance).uuid(),
        };
        let share = reader.supportable(subject).await.expect("an answer");
        assert_eq!(share, None, "{subject}");
        let thread = reader.thread(subject, START).await.expect("an answer");
        assert_eq!(thread, None, "{subject}");
    }
}
