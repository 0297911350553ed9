//! People: who keeps away from whom, a mask at a time.

use crate::support::{FixedChance, START, begin, commit, guest, member, member_with, read};
use domain::{
    accounts::MemberState,
    actor::{ActingMember, Actor, Role, Roles, Writer},
    care::{self, CallBody, Origin, Post, Raise, Seen, Severity},
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, NewComment},
    ids::{CommentId, StoryId, Subject},
    moderation::{Standing, Thing},
    notifications::Kind,
    page::Mark,
    people::{self, Distance, Whom},
    refusal::{Fault, Field, Reason, Refusal},
    shout_outs::{self, Addressee, NewShoutOut, ShoutOutBody},
    store::{Act, Store},
    stories::StoryText,
    support::{self, SupportKind},
};

/// Ana keeps away from Ben. Each has told a story under the handle and one
/// anonymously.
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

impl Scene {
    fn act<'a>(&'a self, actor: &'a Actor, after: i64) -> Act<'a> {
        Act {
            actor,
            now: START.plus(after),
            chance: &self.chance,
        }
    }

    async fn story(&self, store: &dyn Store, by: &ActingMember, anonymous: bool) -> Subject {
        let id = StoryId::random(&self.chance);
        let text = StoryText {
            anonymous,
            title: "The bench".to_owned(),
            content_note: None,
            excerpt: "Words.".to_owned(),
            body: "Words.".to_owned(),
            html: "<p>Words.</p>".to_owned(),
        };
        let mut unit = begin(store).await;
        unit.insert_story(id, by.id, &text, START)
            .await
            .expect("a story");
        commit(unit).await;
        id.into()
    }

    async fn keep_away(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        thing: Thing,
        distance: Distance,
    ) -> Result<(), Refusal> {
        let actor = Actor::Member(by.clone());
        let mut unit = begin(store).await;
        let done = people::keep_away(&mut *unit, self.act(&actor, 0), thing, distance).await;
        commit(unit).await;
        done.map_err(refusal)
    }

    async fn says(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        under: Subject,
        parent: Option<CommentId>,
        anonymous: bool,
    ) -> Result<CommentId, Refusal> {
        self.says_that(store, by, under, parent, anonymous, "I know that bench.")
            .await
    }

    async fn says_that(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        subject: Subject,
        parent: Option<CommentId>,
        anonymous: bool,
        body: &str,
    ) -> Result<CommentId, Refusal> {
        let actor = Actor::Member(by.clone());
        let body = CommentBody::parse(body).expect("words");
        let new = NewComment {
            subject,
            parent,
            body,
            anonymous,
        };
        let mut unit = begin(store).await;
        let done = comments::post(&mut *unit, self.act(&actor, 0), new).await;
        match done {
            Ok(id) => {
                commit(unit).await;
                Ok(id)
            }
            Err(fault) => Err(refusal(fault)),
        }
    }

    async fn thanks(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        to: &str,
        anonymous: bool,
    ) -> Result<(), Refusal> {
        let actor = Actor::Member(by.clone());
        let new = NewShoutOut {
            to: Addressee::parse(to).expect("someone"),
            body: ShoutOutBody::parse("Thank you.").expect("words"),
            anonymous,
        };
        let mut unit = begin(store).await;
        let done = shout_outs::post(&mut *unit, self.act(&actor, 0), new, false).await;
        if done.is_ok() {
            commit(unit).await;
        }
        done.map(|_| ()).map_err(refusal)
    }

    async fn told(&self, store: &dyn Store, of: &ActingMember) -> Vec<(Kind, u32)> {
        let page = read(store)
            .await
            .notifications(of.id, None, 20)
            .await
            .expect("a page");
        page.items
            .into_iter()
            .map(|line| (line.kind, line.count))
            .collect()
    }

    async fn list(&self, store: &dyn Store) -> Vec<(Whom, Distance)> {
        let page = read(store)
            .await
            .aways(self.ana.id, None, 20)
            .await
            .expect("a page");
        page.items
            .into_iter()
            .map(|away| (away.whom, away.distance))
            .collect()
    }
}

fn refusal(fault: Fault) -> Refusal {
    match fault {
        Fault::Refused(refusal) => refusal,
        Fault::Store(error) => panic!("{error}"),
    }
}

const NOBODY: Refusal = Refusal::ThreadClosed;

fn no_such_member() -> Refusal {
    Refusal::field(Field::To, Reason::NoSuchMember)
}

/// The handle and the anonymous posts of one person are as many lines as there
/// are, and none says that they are one.
pub async fn each_mask_is_a_line_of_its_own(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let named = Thing::Share(scene.story(store, ben, false).await);
    let first = Thing::Share(scene.story(store, ben, true).await);
    let second = Thing::Share(scene.story(store, ben, true).await);
    for thing in [named, first, named, first] {
        assert_eq!(
            scene.keep_away(store, ana, thing, Distance::Mute).await,
            Ok(())
        );
    }
    assert_eq!(
        scene.keep_away(store, ana, first, Distance::Block).await,
        Ok(())
    );
    let anonymous = Whom::Anonymous("story".to_owned());
    let mut list = scene.list(store).await;
    list.sort_by_key(|(_, distance)| *distance);
    assert_eq!(
        list,
        [
            (Whom::Named("ben".to_owned()), Distance::Mute),
            (anonymous, Distance::Block)
        ]
    );
    let mut reader = read(store).await;
    let of_things = reader
        .away_from_things(ana.id, &[first, second, named])
        .await
        .expect("read");
    assert_eq!(of_things, [(first, Distance::Block)]);
    let of_named = reader
        .away_from_named(ana.id, &[ben.id, ana.id])
        .await
        .expect("read");
    assert_eq!(of_named, [(ben.id, Distance::Mute)]);
    assert_eq!(
        reader
            .away_from_named(ben.id, &[ana.id])
            .await
            .expect("read"),
        []
    );
}

/// One keeps away from others who are there, and from no guest.
pub async fn one_keeps_away_from_others_only(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let own = scene.story(store, ana, true).await;
    let refused = scene
        .keep_away(store, ana, Thing::Share(own), Distance::Mute)
        .await;
    assert_eq!(refused, Err(Refusal::NotAllowed));
    let hidden = scene.story(store, ben, false).await;
    let mut unit = begin(store).await;
    unit.set_standing(hidden, Standing::Held)
        .await
        .expect("held");
    commit(unit).await;
    let nowhere = Thing::Share(StoryId::random(&scene.chance).into());
    for thing in [Thing::Share(hidden), nowhere] {
        let refused = scene.keep_away(store, ana, thing, Distance::Mute).await;
        assert_eq!(refused, Err(Refusal::NotFound));
    }
    let guest = Actor::Guest(guest(store, &scene.chance).await);
    let body = CommentBody::parse("Hello.").expect("words");
    let new = NewComment {
        subject: own,
        parent: None,
        body,
        anonymous: false,
    };
    let mut unit = begin(store).await;
    let comment = comments::post(&mut *unit, scene.act(&guest, 0), new)
        .await
        .expect("a comment");
    unit.set_comment_state(comment, CommentState::Published)
        .await
        .expect("published");
    commit(unit).await;
    let refused = scene
        .keep_away(store, ana, Thing::Comment(comment), Distance::Block)
        .await;
    assert_eq!(refused, Err(Refusal::NotFound));
    assert_eq!(scene.list(store).await, []);
}

/// Blocked by the handle: no answer to what is signed, whatever mask it wears.
pub async fn the_blocked_do_not_answer(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let carla = member(store, &scene.chance, "carla").await;
    let of_ben = scene.story(store, ben, false).await;
    let (signed, unsigned) = (
        scene.story(store, ana, false).await,
        scene.story(store, ana, true).await,
    );
    let elsewhere = scene.story(store, &carla, false).await;
    let anas = scene
        .says(store, ana, elsewhere, None, false)
        .await
        .expect("a comment");
    let hidden = scene
        .says(store, ana, elsewhere, None, true)
        .await
        .expect("a comment");
    scene
        .keep_away(store, ana, Thing::Share(of_ben), Distance::Block)
        .await
        .expect("blocked");
    for anonymous in [false, true] {
        assert_eq!(
            scene.says(store, ben, signed, None, anonymous).await,
            Err(NOBODY)
        );
        assert_eq!(
            scene
                .says(store, ben, elsewhere, Some(anas), anonymous)
                .await,
            Err(NOBODY)
        );
        assert_eq!(
            scene.thanks(store, ben, "@ana", anonymous).await,
            Err(no_such_member())
        );
        // A refusal here would say whose it is.
        assert!(
            scene
                .says(store, ben, unsigned, None, anonymous)
                .await
                .is_ok()
        );
        assert!(
            scene
                .says(store, ben, elsewhere, Some(hidden), anonymous)
                .await
                .is_ok()
        );
        assert!(
            scene
                .says(store, ben, elsewhere, None, anonymous)
                .await
                .is_ok()
        );
    }
    assert_eq!(
        scene.says(store, ana, of_ben, None, false).await,
        Err(Refusal::YouBlocked)
    );
    assert!(scene.says(store, &carla, signed, None, false).await.is_ok());
    // Of the signed answers Ana hears nothing, of the others as of anyone's.
    assert_eq!(
        scene.told(store, ana).await,
        [(Kind::Answer, 1), (Kind::Answer, 1), (Kind::Answer, 1)]
    );
}

/// Someone who has blocked another hears of that, and not of being blocked in
/// turn.
pub async fn a_block_hides_the_one_that_comes_back(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let of_ben = scene.story(store, ben, false).await;
    let signed = scene.story(store, ana, false).await;
    let block = Distance::Block;
    for (by, thing) in [(ana, of_ben), (ben, signed)] {
        let thing = Thing::Share(thing);
        assert_eq!(scene.keep_away(store, by, thing, block).await, Ok(()));
    }
    for (by, under) in [(ana, of_ben), (ben, signed)] {
        assert_eq!(
            scene.says(store, by, under, None, false).await,
            Err(Refusal::YouBlocked)
        );
    }
    // Ben answers Ana, whom he blocked, where Carla has blocked him too.
    let carla = member(store, &scene.chance, "carla").await;
    let of_carla = scene.story(store, &carla, false).await;
    let anas = scene.says(store, ana, of_carla, None, false).await;
    let anas = anas.expect("a comment");
    let of_ben = Thing::Share(of_ben);
    assert_eq!(scene.keep_away(store, &carla, of_ben, block).await, Ok(()));
    assert_eq!(
        scene.says(store, ben, of_carla, Some(anas), false).await,
        Err(Refusal::YouBlocked)
    );
    assert_eq!(
        scene.says(store, ben, of_carla, None, false).await,
        Err(NOBODY)
    );
}

/// A mute stops nobody, and a lifted block neither.
pub async fn a_mute_stops_nobody(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let of_ben = Thing::Share(scene.story(store, ben, false).await);
    let signed = scene.story(store, ana, false).await;
    scene
        .keep_away(store, ana, of_ben, Distance::Block)
        .await
        .expect("blocked");
    scene
        .keep_away(store, ana, of_ben, Distance::Mute)
        .await
        .expect("muted");
    assert!(scene.says(store, ben, signed, None, false).await.is_ok());
    assert!(scene.thanks(store, ben, "@ana", false).await.is_ok());
    assert_eq!(
        scene.told(store, ana).await,
        [],
        "she does not want to hear of him"
    );
    assert!(scene.says(store, ben, signed, None, true).await.is_ok());
    assert_eq!(
        scene.told(store, ana).await.len(),
        1,
        "of what is anonymous as of anyone's"
    );
    scene
        .keep_away(store, ana, of_ben, Distance::Block)
        .await
        .expect("blocked");
    let id = read(store)
        .await
        .aways(ana.id, None, 9)
        .await
        .expect("a page")
        .items[0]
        .id;
    let mut unit = begin(store).await;
    for (by, expected) in [
        (ben, Err(Refusal::NotFound)),
        (ana, Ok(())),
        (ana, Err(Refusal::NotFound)),
    ] {
        let actor = Actor::Member(by.clone());
        let lifted = people::lift(&mut *unit, scene.act(&actor, 0), id).await;
        assert_eq!(lifted.map_err(refusal), expected);
    }
    commit(unit).await;
    assert!(scene.says(store, ben, signed, None, false).await.is_ok());
}

/// Met by an anonymous post: what its writer signs is as it was, so that nobody
/// finds out by trying who it is.
pub async fn a_block_by_an_anonymous_post_binds_no_handle(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let unsigned = Thing::Share(scene.story(store, ben, true).await);
    let signed = scene.story(store, ana, false).await;
    scene
        .keep_away(store, ana, unsigned, Distance::Block)
        .await
        .expect("blocked");
    assert!(scene.says(store, ben, signed, None, false).await.is_ok());
    assert!(scene.thanks(store, ben, "@ana", false).await.is_ok());
    assert_eq!(scene.told(store, ana).await.len(), 2);
    assert_eq!(
        scene.says(store, ben, signed, None, true).await,
        Err(NOBODY)
    );
    assert_eq!(
        scene.thanks(store, ben, "@ana", true).await,
        Err(no_such_member())
    );
    let of_ben = scene.story(store, ben, false).await;
    assert!(scene.says(store, ana, of_ben, None, false).await.is_ok());
}

/// It looks given to whoever gives it, and counts for nobody.
pub async fn support_of_the_blocked_counts_for_nobody(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let of_ben = Thing::Share(scene.story(store, ben, false).await);
    let signed = scene.story(store, ana, false).await;
    let actor = Actor::Member(ben.clone());
    let give = async |kind| {
        let mut unit = begin(store).await;
        support::give(&mut *unit, scene.act(&actor, 0), signed, kind)
            .await
            .expect("given");
        commit(unit).await;
    };
    give(SupportKind::WithYou).await;
    scene
        .keep_away(store, ana, of_ben, Distance::Block)
        .await
        .expect("blocked");
    give(SupportKind::Strength).await;
    let mut reader = read(store).await;
    let given = reader
        .support_given(ben.id, &[signed])
        .await
        .expect("given");
    assert_eq!(given.len(), 2);
    let counts = reader.support_counts(&[signed]).await.expect("counts");
    assert_eq!(
        counts,
        [(signed, SupportKind::WithYou, 1)],
        "what was given before stays"
    );
    assert_eq!(scene.told(store, ana).await, [(Kind::Support, 1)]);
}

/// Nobody sees by the list when an anonymous writer leaves.
pub async fn a_line_stays_when_the_other_leaves(store: &dyn Store) {
    let scene = scene(store).await;
    let none = Roles::default();
    let cleo = member_with(store, &scene.chance, "cleo", none, MemberState::Active).await;
    let unsigned = Thing::Share(scene.story(store, &cleo, true).await);
    let signed = Thing::Share(scene.story(store, &cleo, false).await);
    for thing in [unsigned, signed] {
        scene
            .keep_away(store, &scene.ana, thing, Distance::Mute)
            .await
            .expect("muted");
    }
    let mut unit = begin(store).await;
    unit.remove_member(cleo.id).await.expect("gone");
    commit(unit).await;
    let anonymous = (Whom::Anonymous("story".to_owned()), Distance::Mute);
    let list = scene.list(store).await;
    assert!(
        list.contains(&anonymous) && list.contains(&(Whom::Former, Distance::Mute)),
        "{list:?}"
    );
    // Whether the writer is still here makes no difference either.
    let mut unit = begin(store).await;
    let actor = Actor::Member(scene.ben.clone());
    people::keep_away(&mut *unit, scene.act(&actor, 0), unsigned, Distance::Block)
        .await
        .expect("blocked");
    let refused =
        people::keep_away(&mut *unit, scene.act(&actor, 0), signed, Distance::Block).await;
    assert_eq!(refused.map_err(refusal), Err(Refusal::NotFound));
    commit(unit).await;
}

/// A call for help that a block would refuse is kept, and read.
pub async fn a_block_swallows_no_call_for_help(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let bens = scene.story(store, ben, false).await;
    let signed = scene.story(store, ana, false).await;
    scene
        .keep_away(store, ana, Thing::Share(bens), Distance::Block)
        .await
        .expect("blocked");
    let words = "I need help with alcohol.";
    // He was blocked, and she has blocked: both are read.
    for (by, under) in [(ben, signed), (ana, bens)] {
        let call = scene.says_that(store, by, under, None, false, words).await;
        let call = call.expect("it is kept");
        let mut reader = read(store).await;
        let kept = reader.comment(call).await.expect("read").expect("kept");
        assert_eq!(kept.state, CommentState::Held);
        let post = Post {
            subject: under,
            comment: Some(call),
        };
        assert!(reader.call_about(post).await.expect("read").is_some());
    }
    // Nor does it swallow one in a shout-out to her.
    let actor = Actor::Member(ben.clone());
    let new = NewShoutOut {
        to: Addressee::parse("@ana").expect("someone"),
        body: ShoutOutBody::parse(words).expect("words"),
        anonymous: false,
    };
    let mut unit = begin(store).await;
    let id = shout_outs::post(&mut *unit, scene.act(&actor, 0), new, false).await;
    let id = id.expect("it is kept");
    commit(unit).await;
    let mut reader = read(store).await;
    let kept = reader.shout_out(id).await.expect("read").expect("kept");
    assert_eq!(kept.standing, Standing::Held);
    let post = Post {
        subject: id.into(),
        comment: None,
    };
    assert!(reader.call_about(post).await.expect("read").is_some());
    assert_eq!(scene.told(store, ana).await, []);
    assert_eq!(scene.told(store, ben).await, []);
}

/// A page after a page meets every line once.
pub async fn a_long_list_of_people_comes_in_pages(store: &dyn Store) {
    let scene = scene(store).await;
    let actor = Actor::Member(scene.ana.clone());
    for after in 0..5 {
        let thing = Thing::Share(scene.story(store, &scene.ben, true).await);
        let mut unit = begin(store).await;
        let act = scene.act(&actor, after * Timestamp::DAY);
        people::keep_away(&mut *unit, act, thing, Distance::Mute)
            .await
            .expect("muted");
        commit(unit).await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = read(store)
            .await
            .aways(scene.ana.id, after, 2)
            .await
            .expect("a page");
        seen.extend(page.items.into_iter().map(|away| away.since));
        let Some(next) = page.next else { break };
        after = Some(Mark::read(&next).expect("a cursor of ours"));
        assert!(seen.len() < 10, "the pages never end");
    }
    let days: Vec<Timestamp> = (0..5)
        .rev()
        .map(|day| START.plus(day * Timestamp::DAY))
        .collect();
    assert_eq!(seen, days);
}

/// Whoever answers calls reaches the one who asked, whatever they are to each
/// other.
pub async fn the_desk_knows_no_blocks(store: &dyn Store) {
    let scene = scene(store).await;
    let helper = Roles::default().with(Role::PeerSupporter);
    let sue = member_with(store, &scene.chance, "sue", helper, MemberState::Active).await;
    let of_sue = Thing::Share(scene.story(store, &sue, false).await);
    let signed = scene.story(store, &scene.ana, false).await;
    scene
        .keep_away(store, &scene.ana, of_sue, Distance::Block)
        .await
        .expect("blocked");
    assert_eq!(
        scene.says(store, &sue, signed, None, false).await,
        Err(NOBODY)
    );
    let actor = Actor::Member(sue);
    let act = scene.act(&actor, 1);
    let raise = Raise {
        origin: Origin::Noticed,
        post: Post {
            subject: signed,
            comment: None,
        },
        writer: Some(Writer::Member(scene.ana.id)),
        severity: Severity::Call,
        words: None,
    };
    let words = CallBody::parse("I am here. I read what you wrote.").expect("words");
    let seen = Seen {
        number: 1,
        edited_at: None,
    };
    let mut unit = begin(store).await;
    let call = care::raise(&mut *unit, act, raise).await.expect("a call");
    let answer = care::answer(&mut *unit, act, call, &words, seen)
        .await
        .expect("an answer");
    commit(unit).await;
    assert!(answer.is_some(), "it stands under the story");
    assert_eq!(
        scene.told(store, &scene.ana).await,
        [(Kind::Answer, 1)],
        "whoever asked hears that somebody answered"
    );
}
