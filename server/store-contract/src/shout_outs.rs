//! Shout-outs: the wall, and who may take a piece of it down.

use crate::support::{FixedChance, START, begin, commit, member, read};
use domain::{
    actor::{ActingMember, Actor, Byline},
    comments::{self, CommentBody, NewComment},
    ids::{ShoutOutId, Subject},
    page::Postmark,
    refusal::{Fault, Field, Reason, Refusal},
    shout_outs::{Addressee, NewShoutOut, ShoutOut, ShoutOutBody, Thanked, edit, post, take_down},
    store::{Act, Store},
    support::SupportKind,
};

/// Two members and someone who only reads.
struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    ben: ActingMember,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    Scene { chance, ana, ben }
}

fn thanks(to: &str, body: &str) -> NewShoutOut {
    NewShoutOut {
        to: Addressee::parse(to).expect("someone"),
        body: ShoutOutBody::parse(body).expect("words"),
        anonymous: false,
    }
}

impl Scene {
    async fn try_post(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        new: NewShoutOut,
        later: i64,
    ) -> Result<ShoutOutId, Fault> {
        let actor = Actor::Member(by.clone());
        let act = Act {
            actor: &actor,
            now: START.plus(later),
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        let id = post(&mut *unit, act, new, false).await?;
        commit(unit).await;
        Ok(id)
    }

    async fn post(&self, store: &dyn Store, to: &str, later: i64) -> ShoutOutId {
        self.try_post(store, &self.ana, thanks(to, "Thank you."), later)
            .await
            .expect("a shout-out")
    }

    async fn take_down(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        id: ShoutOutId,
    ) -> Result<(), Fault> {
        let actor = Actor::Member(by.clone());
        let act = Act {
            actor: &actor,
            now: START,
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        take_down(&mut *unit, act, id).await?;
        commit(unit).await;
        Ok(())
    }
}

async fn one(store: &dyn Store, id: ShoutOutId) -> Option<ShoutOut> {
    read(store).await.shout_out(id).await.expect("an answer")
}

fn refused(result: Result<impl std::fmt::Debug, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

/// A member who is thanked is found however the handle is typed, and a free
/// name stays as it is.
pub async fn who_is_thanked_is_kept(store: &dyn Store) {
    let scene = scene(store).await;
    let member = scene.post(store, "@BEN", 0).await;
    let name = scene.post(store, "the night nurse", 0).await;
    let by = |id| async move { one(store, id).await.expect("it is there").to };
    assert_eq!(
        by(member).await,
        Thanked::Member {
            id: scene.ben.id,
            handle: "ben".into()
        }
    );
    assert_eq!(by(name).await, Thanked::Name("the night nurse".into()));
}

/// With an `@` the member must exist.
pub async fn nobody_is_thanked_who_is_not_here(store: &dyn Store) {
    let scene = scene(store).await;
    let result = scene
        .try_post(store, &scene.ana, thanks("@nobody-here", "Hello."), 0)
        .await;
    assert_eq!(
        refused(result),
        Refusal::field(Field::To, Reason::NoSuchMember)
    );
    let wall = read(store)
        .await
        .shout_outs(None, 10)
        .await
        .expect("a page");
    assert!(wall.items.is_empty());
}

/// Guests read the wall and do not write on it.
pub async fn a_guest_does_not_thank(store: &dyn Store) {
    let scene = scene(store).await;
    let guest = Actor::Guest(crate::support::guest(store, &scene.chance).await);
    let act = Act {
        actor: &guest,
        now: START,
        chance: &scene.chance,
    };
    let mut unit = begin(store).await;
    let result = post(&mut *unit, act, thanks("ben", "Hello."), false).await;
    assert_eq!(refused(result), Refusal::SignInFirst);
}

/// Newest first; those of one moment in an order of their own; each once.
pub async fn the_wall_reads_newest_first(store: &dyn Store) {
    let scene = scene(store).await;
    let mut posted = Vec::new();
    for minute in [0, 0, 0, 1, 2, 2, 3] {
        posted.push((minute, scene.post(store, "ben", minute).await));
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = read(store)
            .await
            .shout_outs(after, 2)
            .await
            .expect("a page");
        assert!(page.items.len() <= 2);
        seen.extend(
            page.items
                .iter()
                .map(|item| (item.created_at.since(START), item.id)),
        );
        assert!(seen.len() <= posted.len(), "the pages never end");
        match page.next {
            Some(next) => after = Some(Postmark::read(&next).expect("a mark")),
            None => break,
        }
    }
    posted.sort_by(|a, b| b.cmp(a));
    assert_eq!(seen, posted);
}

/// Its author changes it; nobody else does.
pub async fn only_the_author_changes_it(store: &dyn Store) {
    let scene = scene(store).await;
    let id = scene.post(store, "@ben", 0).await;
    for (who, works) in [(&scene.ben, false), (&scene.ana, true)] {
        let actor = Actor::Member(who.clone());
        let act = Act {
            actor: &actor,
            now: START.plus(5),
            chance: &scene.chance,
        };
        let mut unit = begin(store).await;
        let changed = NewShoutOut {
            anonymous: true,
            ..thanks("the neighbour", "**Thanks**")
        };
        let result = edit(&mut *unit, act, id, changed, false).await;
        commit(unit).await;
        match works {
            true => assert_eq!(result.expect("a change").edited_at, Some(START.plus(5))),
            false => assert_eq!(refused(result), Refusal::NotAllowed),
        }
    }
    let kept = one(store, id).await.expect("it is there");
    assert_eq!(kept.to, Thanked::Name("the neighbour".into()));
    assert_eq!(kept.author.byline(), Byline::Anonymous);
    assert_eq!(kept.html, "<p><strong>Thanks</strong></p>\n");
    assert_eq!(kept.created_at, START);
}

/// The author and the member who is thanked take it down, nobody else; what
/// stood under it goes too.
pub async fn a_member_who_is_thanked_takes_it_down(store: &dyn Store) {
    let scene = scene(store).await;
    let carla = member(store, &scene.chance, "carla").await;
    let id = scene.post(store, "@ben", 0).await;
    let subject = Subject::from(id);
    let actor = Actor::Member(carla.clone());
    let act = Act {
        actor: &actor,
        now: START,
        chance: &scene.chance,
    };
    let mut unit = begin(store).await;
    let new = NewComment {
        subject,
        parent: None,
        body: CommentBody::parse("Yes.").expect("words"),
        anonymous: false,
    };
    let comment = comments::post(&mut *unit, act, new)
        .await
        .expect("a comment");
    unit.give_support(subject, SupportKind::ThankYou, carla.id, true, START)
        .await
        .expect("support");
    commit(unit).await;

    assert_eq!(
        refused(scene.take_down(store, &carla, id).await),
        Refusal::NotAllowed
    );
    scene
        .take_down(store, &scene.ben, id)
        .await
        .expect("it is his name");
    assert_eq!(one(store, id).await, None);
    let mut reader = read(store).await;
    assert!(reader.comment(comment).await.expect("an answer").is_none());
    assert!(
        reader
            .support_counts(&[subject])
            .await
            .expect("an answer")
            .is_empty()
    );
    assert_eq!(
        refused(scene.take_down(store, &scene.ben, id).await),
        Refusal::NotFound
    );
}

/// A free name is nobody's handle: only the author takes it down.
pub async fn a_free_name_belongs_to_nobody(store: &dyn Store) {
    let scene = scene(store).await;
    let id = scene.post(store, "ben", 0).await;
    assert_eq!(
        refused(scene.take_down(store, &scene.ben, id).await),
        Refusal::NotAllowed
    );
    scene
        .take_down(store, &scene.ana, id)
        .await
        .expect("it is hers");
}
