//! Moderation: what waits, and what was decided.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::Writer,
    comments::{CommentState, CommentToInsert, Part},
    ids::{CommentId, GuestId, MemberId, StoryId, Subject},
    moderation::{Decision, Ruling},
    page::Postmark,
    store::{Store, Unit},
};

struct Scene {
    chance: FixedChance,
    subject: Subject,
    guest: GuestId,
    keeper: MemberId,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let keeper = member(store, &chance, "ana").await.id;
    let guest = guest(store, &chance).await;
    let subject = StoryId::random(&chance).into();
    Scene { chance, subject, guest, keeper }
}

impl Scene {
    async fn hold(&self, unit: &mut dyn Unit, after: i64) -> CommentId {
        let comment = CommentToInsert {
            id: CommentId::random(&self.chance),
            subject: self.subject,
            parent: None,
            writer: Writer::Guest(self.guest),
            anonymous: false,
            state: CommentState::Held,
            body: "held".to_owned(),
            html: "<p>held</p>".to_owned(),
            created_at: START.plus(after),
        };
        unit.insert_comment(&comment).await.expect("a comment");
        comment.id
    }

    fn decision(&self, comment: CommentId, ruling: Ruling, reason: Option<&str>) -> Decision {
        let reason = reason.map(str::to_owned);
        Decision { comment, at: START.plus(9), by: self.keeper, ruling, reason }
    }

    async fn decide(&self, unit: &mut dyn Unit, decision: &Decision, state: CommentState) {
        unit.set_comment_state(decision.comment, state).await.expect("set");
        unit.keep_decision(decision).await.expect("kept");
    }
}

pub async fn what_waits_is_read_oldest_first_and_once(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let mut posted = Vec::new();
    // Some at the same moment: then the id decides.
    for after in [5, 1, 1, 3, 1] {
        posted.push((after, scene.hold(&mut *unit, after).await));
    }
    commit(unit).await;
    posted.sort();
    let mut reader = read(store).await;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = reader.held_comments(after, 2).await.expect("a page");
        seen.extend(page.items.iter().map(|comment| comment.id));
        let Some(next) = page.next else { break };
        after = Some(Postmark::read(&next).expect("a cursor of ours"));
        assert!(seen.len() < 10, "the pages never end");
    }
    let expected: Vec<CommentId> = posted.into_iter().map(|(_, id)| id).collect();
    assert_eq!(seen, expected);
}

/// What a page ended with waits no more and is gone: its day is read again.
pub async fn a_queue_goes_on_where_one_is_gone(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let mut posted = Vec::new();
    for after in [1, 2, 3] {
        posted.push(scene.hold(&mut *unit, after).await);
    }
    commit(unit).await;
    let first = read(store).await.held_comments(None, 2).await.expect("a page");
    let next = Postmark::read(&first.next.expect("a next page")).expect("a cursor of ours");
    let mut unit = begin(store).await;
    unit.remove_comment(posted[1]).await.expect("gone");
    commit(unit).await;
    let page = read(store).await.held_comments(Some(next), 9).await.expect("a page");
    let ids: Vec<CommentId> = page.items.iter().map(|comment| comment.id).collect();
    assert_eq!(ids, [posted[0], posted[2]]);
}

pub async fn what_is_approved_is_seen_and_waits_no_more(store: &dyn Store) {
    let scene = scene(store).await;
    let other = Writer::Member(scene.keeper);
    let mut unit = begin(store).await;
    let comment = scene.hold(&mut *unit, 1).await;
    assert_eq!(unit.decision(comment).await.expect("read"), None);
    let decision = scene.decision(comment, Ruling::Approved, None);
    scene.decide(&mut *unit, &decision, CommentState::Published).await;
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(reader.decision(comment).await.expect("read"), Some(decision));
    assert!(reader.held_comments(None, 9).await.expect("a page").items.is_empty());
    let page = reader.thread_page(scene.subject, Part::Whole { replies: u32::MAX }, other, None, 9).await.expect("a page");
    assert_eq!(page.items.len(), 1);
    assert_eq!(reader.comment_count(scene.subject).await.expect("a count"), 1);
}

pub async fn what_is_refused_is_seen_by_its_guest_only_with_the_reason(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let comment = scene.hold(&mut *unit, 1).await;
    let decision = scene.decision(comment, Ruling::Refused, Some("It names someone."));
    scene.decide(&mut *unit, &decision, CommentState::Hidden).await;
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(reader.decision(comment).await.expect("read"), Some(decision));
    assert!(reader.held_comments(None, 9).await.expect("a page").items.is_empty());
    assert_eq!(reader.comment_count(scene.subject).await.expect("a count"), 0);
    let others = Writer::Member(scene.keeper);
    let seen = reader.thread_page(scene.subject, Part::Whole { replies: u32::MAX }, others, None, 9).await.expect("a page");
    assert!(seen.items.is_empty());
    let own = Writer::Guest(scene.guest);
    let seen = reader.thread_page(scene.subject, Part::Whole { replies: u32::MAX }, own, None, 9).await.expect("a page");
    assert_eq!(seen.items[0].state, CommentState::Hidden);
    assert_eq!(seen.items[0].refusal.as_deref(), Some("It names someone."));
}

pub async fn a_decision_goes_with_its_comment(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let comment = scene.hold(&mut *unit, 1).await;
    let decision = scene.decision(comment, Ruling::Refused, Some("No."));
    scene.decide(&mut *unit, &decision, CommentState::Hidden).await;
    unit.remove_comment(comment).await.expect("gone");
    assert_eq!(unit.decision(comment).await.expect("read"), None);
    commit(unit).await;
}
