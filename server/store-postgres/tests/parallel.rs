//! Two nodes on one database, one of them a moment later: it waits where it
//! has to, and nowhere else.

mod support;

use domain::{
    accounts::{Handle, Member, MemberState},
    actor::{Roles, Writer},
    articles::SeriesToInsert,
    clock::Timestamp,
    comments::{CommentState, CommentToInsert, Part},
    ids::{Chance, CommentId, MemberId, OpaqueId, SeriesId, StoryId, Subject},
    live::{News, Position},
    once::OnceKey,
    store::Unit,
    stories::StoryText,
};
use std::{future::Future, pin::pin, time::Duration};
use store_contract::support::{FixedChance, START, begin, commit, member, read};
use store_postgres::PostgresStore;
use support::{address, open};
use test_postgres::Database;
use tokio::time::timeout;

struct Scene {
    chance: FixedChance,
    /// Two nodes.
    here: PostgresStore,
    there: PostgresStore,
    ana: MemberId,
    _database: Database,
}

async fn scene() -> Scene {
    let (url, database) = address().await;
    let chance = FixedChance::default();
    let (here, there) = (open(&url).await, open(&url).await);
    let ana = member(&here, &chance, "ana").await.id;
    Scene {
        chance,
        here,
        there,
        ana,
        _database: database,
    }
}

impl Scene {
    async fn both(&self) -> (Box<dyn Unit>, Box<dyn Unit>) {
        (begin(&self.here).await, begin(&self.there).await)
    }

    async fn story(&self) -> StoryId {
        let id = StoryId::random(&self.chance);
        let text = StoryText {
            anonymous: false,
            title: "A day".into(),
            content_note: None,
            excerpt: "Words.".into(),
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
        };
        let mut unit = begin(&self.here).await;
        unit.insert_story(id, self.ana, &text, START)
            .await
            .expect("a story");
        commit(unit).await;
        id
    }

    fn comment(&self, subject: Subject, parent: Option<CommentId>) -> CommentToInsert {
        CommentToInsert {
            id: CommentId::random(&self.chance),
            subject,
            parent,
            writer: Writer::Member(self.ana),
            anonymous: false,
            state: CommentState::Published,
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
            created_at: START,
        }
    }

    async fn say(&self, subject: Subject, parent: Option<CommentId>) -> CommentId {
        let new = self.comment(subject, parent);
        let mut unit = begin(&self.here).await;
        unit.insert_comment(&new).await.expect("said");
        commit(unit).await;
        new.id
    }

    fn key(&self, key: &str) -> OnceKey {
        OnceKey::sent(Writer::Member(self.ana), "a.b", key, START)
    }
}

/// What `later` answers, which has to wait for `earlier`.
async fn after<T>(later: impl Future<Output = T>, earlier: impl Future<Output = ()>) -> T {
    let mut later = pin!(later);
    let soon = timeout(Duration::from_millis(200), &mut later).await;
    assert!(soon.is_err(), "it did not wait");
    earlier.await;
    later.await
}

#[tokio::test]
async fn a_key_that_is_being_answered_is_waited_for() {
    let scene = scene().await;
    let key = scene.key("0123456789abcdef");
    let (mut first, mut second) = scene.both().await;
    assert_eq!(first.earlier_answer(&key).await.expect("read"), None);
    first.keep_answer(&key, "done", START).await.expect("kept");
    let answer = after(second.earlier_answer(&key), commit(first)).await;
    assert_eq!(answer.expect("read").as_deref(), Some("done"));
}

#[tokio::test]
async fn a_key_whose_unit_was_dropped_is_free_again() {
    let scene = scene().await;
    let key = scene.key("0123456789abcdef");
    let (mut first, mut second) = scene.both().await;
    assert_eq!(first.earlier_answer(&key).await.expect("read"), None);
    first.keep_answer(&key, "done", START).await.expect("kept");
    let answer = after(second.earlier_answer(&key), async { drop(first) }).await;
    assert_eq!(answer.expect("read"), None);
}

#[tokio::test]
async fn two_keys_do_not_wait_for_each_other() {
    let scene = scene().await;
    let (mut first, mut second) = scene.both().await;
    for (unit, key) in [
        (&mut first, "0123456789abcdef"),
        (&mut second, "fedcba9876543210"),
    ] {
        let key = scene.key(key);
        assert_eq!(unit.earlier_answer(&key).await.expect("read"), None);
        unit.keep_answer(&key, "done", START).await.expect("kept");
    }
    commit(second).await;
    commit(first).await;
}

#[tokio::test]
async fn a_handle_that_is_being_taken_is_waited_for() {
    let scene = scene().await;
    let handle = Handle::parse("ben").expect("a handle");
    let ben = || Member {
        id: MemberId::random(&scene.chance),
        handle: "ben".into(),
        password: Some("$none$".into()),
        roles: Roles::default(),
        state: MemberState::Active,
        barred_until: None,
        opaque: OpaqueId::random(&scene.chance),
        created_at: START,
    };
    let skeleton = handle.skeleton();
    let (mut first, mut second) = scene.both().await;
    let free = first.member_by_skeleton(&skeleton).await.expect("read");
    assert!(free.is_none());
    assert!(first.insert_member(&ben(), &handle).await.expect("asked"));
    let found = after(second.member_by_skeleton(&skeleton), commit(first)).await;
    assert!(found.expect("read").is_some());
    assert!(!second.insert_member(&ben(), &handle).await.expect("asked"));
}

#[tokio::test]
async fn two_in_one_thread_come_one_after_the_other() {
    let scene = scene().await;
    let subject = Subject::from(scene.story().await);
    let (mut first, mut second) = scene.both().await;
    let (one, two) = (scene.comment(subject, None), scene.comment(subject, None));
    first.insert_comment(&one).await.expect("said");
    after(second.insert_comment(&two), commit(first))
        .await
        .expect("said");
    commit(second).await;
    let mut reader = read(&scene.here).await;
    let page = reader
        .thread_page(
            subject,
            Part::Whole { replies: u32::MAX },
            Writer::Member(scene.ana),
            None,
            10,
        )
        .await
        .expect("a page");
    let order: Vec<CommentId> = page.items.iter().map(|comment| comment.id).collect();
    assert_eq!(order, [one.id, two.id]);
    assert_eq!(reader.comment_count(subject).await.expect("a count"), 2);
}

#[tokio::test]
async fn two_threads_do_not_wait_for_each_other() {
    let scene = scene().await;
    let (mut first, mut second) = scene.both().await;
    let mut subjects = Vec::new();
    for unit in [&mut first, &mut second] {
        let subject = Subject::from(scene.story().await);
        let comment = scene.comment(subject, None);
        unit.insert_comment(&comment).await.expect("said");
        subjects.push(subject);
    }
    commit(second).await;
    commit(first).await;
}

#[tokio::test]
async fn nobody_replies_to_what_is_being_taken_back() {
    let scene = scene().await;
    let subject = Subject::from(scene.story().await);
    let parent = scene.say(subject, None).await;
    let (mut first, mut second) = scene.both().await;
    first.remove_comment(parent).await.expect("removed");
    let found = after(second.comment(parent), commit(first)).await;
    assert_eq!(found.expect("read"), None);
}

#[tokio::test]
async fn what_is_taken_back_leaves_a_gap_for_a_reply_of_that_moment() {
    let scene = scene().await;
    let subject = Subject::from(scene.story().await);
    let parent = scene.say(subject, None).await;
    let (mut first, mut second) = scene.both().await;
    assert!(first.comment(parent).await.expect("read").is_some());
    let reply = scene.comment(subject, Some(parent));
    first.insert_comment(&reply).await.expect("said");
    after(second.remove_comment(parent), commit(first))
        .await
        .expect("removed");
    commit(second).await;
    let mut reader = read(&scene.here).await;
    let parent = reader.comment(parent).await.expect("read");
    assert_eq!(parent.map(|comment| comment.state), Some(CommentState::Gap));
    assert_eq!(reader.comment_count(subject).await.expect("a count"), 1);
}

#[tokio::test]
async fn a_story_goes_with_what_is_said_under_it_at_that_moment() {
    let scene = scene().await;
    let story = scene.story().await;
    let subject = Subject::from(story);
    let (mut first, mut second) = scene.both().await;
    assert!(first.thread(subject, START).await.expect("read").is_some());
    let comment = scene.comment(subject, None);
    first.insert_comment(&comment).await.expect("said");
    after(second.remove_story(story), commit(first))
        .await
        .expect("removed");
    commit(second).await;
    let mut reader = read(&scene.here).await;
    assert_eq!(reader.comment(comment.id).await.expect("read"), None);
    assert_eq!(reader.comment_count(subject).await.expect("a count"), 0);
}

#[tokio::test]
async fn nothing_is_said_under_a_story_that_is_going() {
    let scene = scene().await;
    let story = scene.story().await;
    let (mut first, mut second) = scene.both().await;
    first.remove_story(story).await.expect("removed");
    let found = after(second.thread(story.into(), START), commit(first)).await;
    assert_eq!(found.expect("read"), None);
}

#[tokio::test]
async fn many_can_read_and_speak_under_a_story_at_once() {
    let scene = scene().await;
    let story = scene.story().await;
    let (mut first, mut second) = scene.both().await;
    for unit in [&mut first, &mut second] {
        assert!(
            unit.thread(story.into(), START)
                .await
                .expect("read")
                .is_some()
        );
    }
    commit(second).await;
    commit(first).await;
}

#[tokio::test]
async fn a_secret_that_is_being_used_is_waited_for() {
    let scene = scene().await;
    let hash = "secret".to_owned();
    let mut unit = begin(&scene.here).await;
    unit.replace_codes(scene.ana, std::slice::from_ref(&hash))
        .await
        .expect("kept");
    let later = START.plus(Timestamp::DAY);
    unit.keep_reset_link(scene.ana, &hash, later)
        .await
        .expect("kept");
    commit(unit).await;

    let (mut first, mut second) = scene.both().await;
    assert!(first.use_code(scene.ana, &hash).await.expect("asked"));
    // Whoever used it was cut off: then it is not used up.
    let used = after(second.use_code(scene.ana, &hash), async { drop(first) }).await;
    assert!(used.expect("asked"));
    commit(second).await;

    let (mut first, mut second) = scene.both().await;
    let whose = first.use_reset_link(&hash, START).await.expect("asked");
    assert_eq!(whose, Some(scene.ana));
    let whose = after(second.use_reset_link(&hash, START), commit(first)).await;
    assert_eq!(whose.expect("asked"), None);
}

#[tokio::test]
async fn of_two_sets_of_codes_one_is_left() {
    let scene = scene().await;
    let (mut first, mut second) = scene.both().await;
    let codes = |name: &str| [format!("{name}-1"), format!("{name}-2")];
    first
        .replace_codes(scene.ana, &codes("first"))
        .await
        .expect("kept");
    let second_codes = codes("second");
    after(
        second.replace_codes(scene.ana, &second_codes),
        commit(first),
    )
    .await
    .expect("kept");
    commit(second).await;
    let mut unit = begin(&scene.here).await;
    assert_eq!(unit.codes_left(scene.ana).await.expect("read"), 2);
    let used = unit.use_code(scene.ana, "second-1").await;
    assert!(used.expect("asked"));
}

#[tokio::test]
async fn a_password_that_is_being_changed_is_waited_for() {
    let scene = scene().await;
    let (mut first, mut second) = scene.both().await;
    first
        .set_password(scene.ana, "$new$")
        .await
        .expect("changed");
    let ana = after(second.member(scene.ana), commit(first)).await;
    let ana = ana.expect("read").expect("a member");
    assert_eq!(ana.password.as_deref(), Some("$new$"));
}

#[tokio::test]
async fn one_series_is_current_whoever_chooses() {
    let scene = scene().await;
    let mut ids = Vec::new();
    let mut unit = begin(&scene.here).await;
    for slug in ["one", "two", "three"] {
        let id = SeriesId::random(&scene.chance);
        let series = SeriesToInsert {
            id,
            slug: slug.into(),
            title: slug.into(),
            summary: String::new(),
            created_at: START,
        };
        unit.insert_series(&series).await.expect("a series");
        ids.push(id);
    }
    unit.set_current_series(ids[0]).await.expect("chosen");
    commit(unit).await;
    let (mut first, mut second) = scene.both().await;
    first.set_current_series(ids[1]).await.expect("chosen");
    after(second.set_current_series(ids[2]), commit(first))
        .await
        .expect("chosen");
    commit(second).await;
    let current = read(&scene.here).await.current_series().await;
    assert_eq!(current.expect("read").map(|series| series.id), Some(ids[2]));
}

#[tokio::test]
async fn readers_wait_for_nobody() {
    let scene = scene().await;
    let story = scene.story().await;
    let mut unit = begin(&scene.here).await;
    unit.remove_story(story).await.expect("removed");
    let mut reader = read(&scene.there).await;
    let found = timeout(Duration::from_secs(5), reader.story(story)).await;
    assert!(found.expect("at once").expect("read").is_some());
}

#[tokio::test]
async fn a_unit_whose_statement_failed_is_not_kept() {
    let scene = scene().await;
    let subject = Subject::from(scene.story().await);
    let comment = scene.comment(subject, None);
    let mut unit = begin(&scene.here).await;
    unit.insert_comment(&comment).await.expect("said");
    assert!(
        unit.insert_comment(&comment).await.is_err(),
        "a second time"
    );
    assert!(unit.commit().await.is_err(), "nothing of it is kept");
    let found = read(&scene.here).await.comment(comment.id).await;
    assert_eq!(found.expect("read"), None);
}

/// Whoever speaks, replies, takes back and decides in one thread at once gets
/// through, and the count stays right.
#[tokio::test]
async fn a_busy_thread_stays_whole() {
    let scene = scene().await;
    let subject = Subject::from(scene.story().await);
    let root = scene.say(subject, None).await;
    let talk = async |store: &PostgresStore, seed: u32| {
        let chance = FixedChance::seeded(seed);
        let mut own: Vec<CommentId> = Vec::new();
        for turn in 0..30_usize {
            let mut unit = begin(store).await;
            let taken_back = own.last().copied().filter(|_| turn % 5 == 4);
            if let Some(id) = taken_back {
                unit.comment(id).await.expect("read");
                unit.remove_comment(id).await.expect("removed");
                own.pop();
            } else {
                let parent = own.last().copied().filter(|_| turn % 3 == 2).or(Some(root));
                let there = unit.thread(subject, START).await.expect("read");
                assert!(there.is_some());
                unit.comment(root).await.expect("read");
                let new = CommentToInsert {
                    id: CommentId::random(&chance as &dyn Chance),
                    ..scene.comment(subject, parent)
                };
                unit.insert_comment(&new).await.expect("said");
                own.push(new.id);
            }
            commit(unit).await;
        }
        own.len() as u64
    };
    let (one, two, three, four) = tokio::join!(
        talk(&scene.here, 1),
        talk(&scene.here, 2),
        talk(&scene.there, 3),
        talk(&scene.there, 4),
    );
    let mut reader = read(&scene.here).await;
    let count = reader.comment_count(subject).await.expect("a count");
    let page = reader
        .thread_page(
            subject,
            Part::Whole { replies: u32::MAX },
            Writer::Member(scene.ana),
            None,
            500,
        )
        .await
        .expect("a page");
    let published = page
        .items
        .iter()
        .filter(|comment| comment.state == CommentState::Published)
        .count() as u64;
    assert_eq!(count, published);
    assert_eq!(count, one + two + three + four + 1);
    drop(reader);
    scene.here.close().await;
    scene.there.close().await;
}

/// A unit that began earlier and is kept later: its news come first, and nobody
/// who has heard of the others misses them.
#[tokio::test]
async fn news_wait_for_a_unit_that_is_still_under_way() {
    let scene = scene().await;
    let story = Subject::from(scene.story().await);
    let late = scene.comment(story, None);
    let news = async |after| {
        let mut reader = read(&scene.there).await;
        let news = reader.news_after(after, 100).await.expect("news");
        let position = reader.news_position().await.expect("a position");
        (news, position)
    };
    let (mut first, mut second) = scene.both().await;
    first
        .set_roles(scene.ana, Roles::default())
        .await
        .expect("it is under way");
    second.insert_comment(&late).await.expect("a comment");
    commit(second).await;
    let (told, position) = news(Position::START).await;
    assert_eq!(told, [], "one is under way");
    commit(first).await;
    let mut told = Vec::new();
    for _ in 0..300 {
        told = news(position).await.0;
        if told.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told: Vec<_> = told.into_iter().map(|kept| kept.news).collect();
    let comment = News::Comment {
        under: story,
        id: late.id,
    };
    assert_eq!(told, [News::Standing(scene.ana), comment]);
}
