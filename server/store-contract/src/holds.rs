//! Holds: what is read first, and what is remembered for that.

use crate::support::{FixedChance, START, begin, commit, member};
use domain::{
    actor::{ActingMember, Actor, Role, Roles},
    clock::Timestamp,
    comments::{self, CommentBody, NewComment},
    holds::{Holds, Scales, weigh_again, weigh_new},
    ids::{StoryId, Subject},
    moderation::Standing,
    store::{Act, Store, Unit},
    stories::{self, ContentNote, StoryBody, StoryTitle, StoryWords},
};

const LONG: &str = "I walked home by the canal tonight and did not go in anywhere on the way.";
const SOLD: &str = "Call our admissions team today.";

struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    scales: Scales,
}

async fn scene(store: &dyn Store, holds: Holds) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let scales = Scales {
        holds,
        key: [7; 16],
    };
    Scene {
        chance,
        ana,
        scales,
    }
}

impl Scene {
    async fn waits(&self, store: &dyn Store, by: &ActingMember, after: i64, words: &str) -> bool {
        let actor = Actor::Member(by.clone());
        let act = Act {
            actor: &actor,
            now: START.plus(after),
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        let waits = weigh_new(&mut *unit, act, &self.scales, &["A title", words]).await;
        commit(unit).await;
        waits.expect("weighed")
    }

    async fn share(&self, unit: &mut dyn Unit) -> StoryId {
        let actor = Actor::Member(self.ana.clone());
        let act = Act {
            actor: &actor,
            now: START,
            chance: &self.chance,
        };
        let words = StoryWords {
            title: StoryTitle::parse("The bench").expect("a title"),
            content_note: ContentNote::parse("").expect("no note"),
            body: StoryBody::parse("It was raining.").expect("words"),
            anonymous: true,
        };
        stories::share(unit, act, &words).await.expect("a story")
    }
}

/// Whoever says it: the same words within a day wait, and not tomorrow.
pub async fn the_same_words_wait_within_a_day(store: &dyn Store) {
    let scene = scene(store, Holds::default()).await;
    let ben = member(store, &scene.chance, "ben").await;
    assert!(!scene.waits(store, &scene.ana, 0, LONG).await);
    assert!(scene.waits(store, &scene.ana, 1, LONG).await);
    let loud = LONG.to_uppercase();
    assert!(scene.waits(store, &ben, Timestamp::DAY - 1, &loud).await);
    assert!(!scene.waits(store, &ben, Timestamp::DAY, LONG).await);
    assert!(scene.waits(store, &ben, Timestamp::DAY + 1, LONG).await);
    for _ in 0..2 {
        let short = "Thank you. I am with you.";
        assert!(
            !scene.waits(store, &ben, 2, short).await,
            "anyone says that"
        );
    }
}

/// A post that was not kept does not make the next try a repetition.
pub async fn what_was_not_kept_was_not_said(store: &dyn Store) {
    let scene = scene(store, Holds::default()).await;
    let actor = Actor::Member(scene.ana.clone());
    let act = Act {
        actor: &actor,
        now: START,
        chance: &scene.chance,
    };
    let mut unit = begin(store).await;
    let words = ["A title", LONG];
    assert!(
        !weigh_new(&mut *unit, act, &scene.scales, &words)
            .await
            .expect("weighed")
    );
    drop(unit);
    assert!(!scene.waits(store, &scene.ana, 1, LONG).await);
}

/// It is forgotten, and nothing of the words is kept.
pub async fn what_was_said_is_forgotten(store: &dyn Store) {
    let scene = scene(store, Holds::default()).await;
    scene.waits(store, &scene.ana, 0, LONG).await;
    let mut unit = begin(store).await;
    assert_eq!(
        unit.forget_said(START.plus(-1)).await.expect("forgotten"),
        0
    );
    assert_eq!(unit.forget_said(START).await.expect("forgotten"), 1);
    commit(unit).await;
    assert!(!scene.waits(store, &scene.ana, 2, LONG).await);
}

/// The first posts wait until as many can be read by everyone.
pub async fn first_posts_wait_if_the_host_wants_it(store: &dyn Store) {
    let holds = Holds {
        first: 2,
        ..Holds::default()
    };
    let scene = scene(store, holds).await;
    let words = "Good evening.";
    assert!(scene.waits(store, &scene.ana, 0, words).await);
    let mut unit = begin(store).await;
    let held = scene.share(&mut *unit).await;
    unit.set_standing(held.into(), Standing::Held)
        .await
        .expect("held");
    commit(unit).await;
    assert!(scene.waits(store, &scene.ana, 0, words).await);
    let mut unit = begin(store).await;
    let story: Subject = scene.share(&mut *unit).await.into();
    let actor = Actor::Member(scene.ana.clone());
    let act = Act {
        actor: &actor,
        now: START,
        chance: &scene.chance,
    };
    let reply = |body: &str| NewComment {
        subject: story,
        parent: None,
        body: CommentBody::parse(body).expect("words"),
        anonymous: false,
    };
    comments::post_held(&mut *unit, act, reply("It waits."))
        .await
        .expect("a comment");
    commit(unit).await;
    assert!(scene.waits(store, &scene.ana, 0, words).await);
    let mut unit = begin(store).await;
    comments::post(&mut *unit, act, reply("One more."))
        .await
        .expect("a comment");
    assert_eq!(
        unit.published_posts(scene.ana.id, 9)
            .await
            .expect("a count"),
        2
    );
    assert_eq!(
        unit.published_posts(scene.ana.id, 1)
            .await
            .expect("a count"),
        1
    );
    commit(unit).await;
    assert!(!scene.waits(store, &scene.ana, 0, words).await);
}

/// Guests' words always wait, and those of whoever has a role never.
pub async fn whose_words_are_weighed(store: &dyn Store) {
    let scene = scene(store, Holds::default()).await;
    assert!(scene.waits(store, &scene.ana, 0, SOLD).await);
    let mut helper = scene.ana.clone();
    helper.roles = Roles::default().with(Role::PeerSupporter);
    assert!(!scene.waits(store, &helper, 0, SOLD).await);
    let guest = Actor::Guest(domain::accounts::guests::from_secret("someone"));
    let act = Act {
        actor: &guest,
        now: START,
        chance: &scene.chance,
    };
    let mut unit = begin(store).await;
    assert!(
        weigh_new(&mut *unit, act, &scene.scales, &["Hello."])
            .await
            .expect("weighed")
    );
    commit(unit).await;
    let ana = Actor::Member(scene.ana.clone());
    let act = Act { actor: &ana, ..act };
    assert!(weigh_again(act, &scene.scales.holds, &[SOLD]));
    assert!(!weigh_again(act, &scene.scales.holds, &[LONG]));
}
