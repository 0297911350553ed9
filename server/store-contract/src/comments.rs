//! Comments: threads, pages of them, and what is left when one goes.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::{Byline, Writer},
    comments::{
        Comment, CommentState, CommentToInsert, Cut, ImportedComment, Part, Place, ThreadPage,
    },
    ids::{CommentId, StoryId, Subject},
    page::Cursor,
    store::{Reader, Store, Unit},
};

/// A thread with every reply.
const WHOLE: Part = Part::Whole { replies: u32::MAX };

/// A thread to be written in.
struct Scene {
    chance: FixedChance,
    subject: Subject,
    ana: Writer,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let subject = StoryId::random(&chance).into();
    Scene {
        chance,
        subject,
        ana,
    }
}

impl Scene {
    fn comment(&self, parent: Option<CommentId>, body: &str) -> CommentToInsert {
        CommentToInsert {
            id: CommentId::random(&self.chance),
            subject: self.subject,
            parent,
            writer: self.ana,
            anonymous: false,
            state: CommentState::Published,
            body: body.to_owned(),
            html: format!("<p>{body}</p>"),
            created_at: START,
        }
    }

    async fn say(&self, unit: &mut dyn Unit, parent: Option<CommentId>, body: &str) -> CommentId {
        let comment = self.comment(parent, body);
        unit.insert_comment(&comment).await.expect("a comment");
        comment.id
    }

    async fn hold(&self, unit: &mut dyn Unit, parent: Option<CommentId>, by: Writer) -> CommentId {
        let comment = CommentToInsert {
            writer: by,
            state: CommentState::Held,
            ..self.comment(parent, "held")
        };
        unit.insert_comment(&comment).await.expect("a comment");
        comment.id
    }

    /// The whole thread as `viewer` sees it, in pages of `limit`.
    async fn read(&self, reader: &mut dyn Reader, viewer: Writer, limit: u32) -> Vec<Comment> {
        self.read_part(reader, WHOLE, viewer, limit).await.0
    }

    /// A part of the thread, and where it is cut, in pages of `limit`.
    async fn read_part(
        &self,
        reader: &mut dyn Reader,
        part: Part,
        viewer: Writer,
        limit: u32,
    ) -> (Vec<Comment>, Vec<Cut>) {
        let mut all = Vec::new();
        let mut cuts = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = reader
                .thread_page(self.subject, part, viewer, after.as_ref(), limit)
                .await
                .expect("a page");
            assert!(page.items.len() <= limit as usize);
            assert!(
                page.next.is_none() || !page.items.is_empty(),
                "an empty page leads on"
            );
            all.extend(page.items);
            cuts.extend(page.cuts);
            assert!(all.len() < 10_000, "the pages never end");
            match page.next {
                Some(next) => after = Some(next),
                None => return (all, cuts),
            }
        }
    }

    async fn bodies(&self, reader: &mut dyn Reader) -> Vec<String> {
        let comments = self.read(reader, self.ana, 100).await;
        comments.into_iter().map(|comment| comment.body).collect()
    }
}

fn ids(comments: &[Comment]) -> Vec<CommentId> {
    comments.iter().map(|comment| comment.id).collect()
}

/// Forty comments, nested unevenly, told in the order in which they were
/// posted.
async fn long_thread(scene: &Scene, unit: &mut dyn Unit) -> Vec<CommentId> {
    let mut posted: Vec<CommentId> = Vec::new();
    for number in 0..40_usize {
        let parent = match number % 4 {
            0 => None,
            1 => posted.last().copied(),
            2 => posted.first().copied(),
            _ => posted.get(number / 2).copied(),
        };
        posted.push(scene.say(unit, parent, &format!("number {number}")).await);
    }
    posted
}

pub async fn a_thread_reads_depth_first_and_oldest_first(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let first = scene.say(&mut *unit, None, "first").await;
    let second = scene.say(&mut *unit, None, "second").await;
    let answer = scene.say(&mut *unit, Some(first), "answer to first").await;
    scene
        .say(&mut *unit, Some(second), "answer to second")
        .await;
    scene
        .say(&mut *unit, Some(first), "later answer to first")
        .await;
    scene
        .say(&mut *unit, Some(answer), "answer to the answer")
        .await;
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(
        scene.bodies(&mut *reader).await,
        [
            "first",
            "answer to first",
            "answer to the answer",
            "later answer to first",
            "second",
            "answer to second",
        ]
    );
    let comments = scene.read(&mut *reader, scene.ana, 100).await;
    let depths: Vec<u16> = comments.iter().map(|comment| comment.depth).collect();
    assert_eq!(depths, [0, 1, 2, 1, 0, 1]);
    assert_eq!(comments[2].parent, Some(answer));
    assert_eq!(comments[2].subject, scene.subject);
    assert_eq!(comments[2].html, "<p>answer to the answer</p>");
}

pub async fn a_page_after_a_page_meets_every_comment_once(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let mut posted = long_thread(&scene, &mut *unit).await;
    commit(unit).await;
    let mut reader = read(store).await;
    let whole = ids(&scene.read(&mut *reader, scene.ana, 1_000).await);
    for limit in [1, 3, 7, 39, 40, 41] {
        assert_eq!(
            ids(&scene.read(&mut *reader, scene.ana, limit).await),
            whole,
            "by {limit}"
        );
    }
    let mut met = whole;
    met.sort();
    posted.sort();
    assert_eq!(met, posted);
}

pub async fn a_cursor_made_by_hand_begins_at_the_start(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    scene.say(&mut *unit, None, "first").await;
    for made_up in ["00000f", "00000f-", "-1", "00000f-x", "%", "' OR 1=1 --", "zz", "../..", "\u{0}", "é"] {
        let cursor = Cursor(made_up.to_owned());
        let page = unit
            .thread_page(scene.subject, WHOLE, scene.ana, Some(&cursor), 10)
            .await
            .expect("a page");
        assert_eq!(page.items.len(), 1, "{made_up:?}");
        assert_eq!(page.next, None, "{made_up:?}");
    }
}

pub async fn a_page_that_is_to_hold_a_comment_holds_it(store: &dyn Store) {
    let scene = scene(store).await;
    let guest = Writer::Guest(guest(store, &scene.chance).await);
    let mut unit = begin(store).await;
    let posted = long_thread(&scene, &mut *unit).await;
    // What the reader cannot see takes no comment off its page.
    for parent in [None, Some(posted[0]), Some(posted[5])] {
        scene.hold(&mut *unit, parent, guest).await;
    }
    commit(unit).await;
    let mut reader = read(store).await;
    for replies in [0, 1, 3, 9, 60] {
        for limit in [1, 2, 4, 10, 100].into_iter().filter(|limit| *limit > replies) {
            for id in &posted {
                let place = reader.place_of(*id, replies, limit).await.expect("a place");
                let part = place.branch.map_or(Part::Whole { replies }, Part::Branch);
                let after = place.after.as_ref();
                let page = reader
                    .thread_page(scene.subject, part, scene.ana, after, limit)
                    .await
                    .expect("a page");
                assert!(ids(&page.items).contains(id), "{replies}, pages of {limit}");
            }
        }
    }
    let first = reader.place_of(posted[0], 5, 10).await.expect("a place");
    assert_eq!(
        first,
        Place::default(),
        "the first comment stands on the first page"
    );
    let unknown = CommentId::random(&scene.chance);
    assert_eq!(
        reader.place_of(unknown, 5, 10).await.expect("a place"),
        Place::default()
    );
}

pub async fn a_long_branch_does_not_hide_the_others(store: &dyn Store) {
    let scene = scene(store).await;
    let stranger = Writer::Guest(guest(store, &scene.chance).await);
    let mut unit = begin(store).await;
    let long = scene.say(&mut *unit, None, "a long talk").await;
    let short = scene.say(&mut *unit, None, "a short one").await;
    let mut talk = vec![long];
    for number in 0..12 {
        // Two that nobody else sees stand among them, and use up no room.
        if number % 5 == 1 {
            scene.hold(&mut *unit, Some(long), stranger).await;
        }
        let above = if number % 3 == 0 { long } else { talk[number] };
        talk.push(scene.say(&mut *unit, Some(above), "and").await);
    }
    let answer = scene.say(&mut *unit, Some(short), "an answer").await;
    let mut reader = unit;
    let part = Part::Whole { replies: 4 };
    let expected = [long, talk[1], talk[2], talk[3], talk[4], short, answer];
    for limit in [1, 2, 5, 6, 50] {
        let (shown, cuts) = scene.read_part(&mut *reader, part, scene.ana, limit).await;
        assert_eq!(ids(&shown), expected, "by {limit}");
        let (after, branch) = (talk[4], long);
        assert_eq!(cuts, [Cut { after, branch }], "by {limit}");
        let branch = Part::Branch(long);
        let (shown, cuts) = scene.read_part(&mut *reader, branch, scene.ana, limit).await;
        assert_eq!(ids(&shown), talk, "by {limit}");
        assert_eq!(cuts, []);
    }
    // Four replies of four leave nothing out.
    let part = Part::Whole { replies: 12 };
    let (shown, cuts) = scene.read_part(&mut *reader, part, scene.ana, 50).await;
    assert_eq!((shown.len(), cuts), (15, vec![]));
}

pub async fn a_branch_is_a_part_of_its_own_thread_only(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let first = scene.say(&mut *unit, None, "first").await;
    let reply = scene.say(&mut *unit, Some(first), "a reply").await;
    let below = scene.say(&mut *unit, Some(reply), "below it").await;
    scene.say(&mut *unit, Some(first), "beside it").await;
    scene.say(&mut *unit, None, "second").await;
    let branch = Part::Branch(reply);
    let (shown, _) = scene.read_part(&mut *unit, branch, scene.ana, 10).await;
    assert_eq!(ids(&shown), [reply, below]);
    let elsewhere = StoryId::random(&scene.chance).into();
    let unknown = CommentId::random(&scene.chance);
    for (subject, head) in [(elsewhere, reply), (scene.subject, unknown)] {
        let page = unit
            .thread_page(subject, Part::Branch(head), scene.ana, None, 10)
            .await
            .expect("a page");
        assert_eq!(page, ThreadPage::default());
    }
}

pub async fn a_held_comment_is_seen_by_its_guest_only(store: &dyn Store) {
    let scene = scene(store).await;
    let writer = Writer::Guest(guest(store, &scene.chance).await);
    let other = Writer::Guest(guest(store, &scene.chance).await);
    let mut unit = begin(store).await;
    let shown = scene.say(&mut *unit, None, "shown").await;
    let held = scene.hold(&mut *unit, Some(shown), writer).await;
    assert_eq!(
        ids(&scene.read(&mut *unit, writer, 10).await),
        [shown, held]
    );
    assert_eq!(ids(&scene.read(&mut *unit, other, 10).await), [shown]);
    assert_eq!(ids(&scene.read(&mut *unit, scene.ana, 10).await), [shown]);
    unit.set_comment_state(held, CommentState::Published)
        .await
        .expect("approved");
    for viewer in [writer, other, scene.ana] {
        assert_eq!(
            ids(&scene.read(&mut *unit, viewer, 10).await),
            [shown, held]
        );
    }
}

pub async fn a_comment_with_replies_leaves_a_gap(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let said = scene.say(&mut *unit, None, "said too much").await;
    scene.say(&mut *unit, Some(said), "an answer").await;
    unit.remove_comment(said).await.expect("taken back");
    let thread = scene.read(&mut *unit, scene.ana, 10).await;
    assert_eq!(thread.len(), 2);
    let gap = &thread[0];
    assert_eq!((gap.id, gap.state), (said, CommentState::Gap));
    assert_eq!((gap.body.as_str(), gap.html.as_str()), ("", ""));
    assert_eq!((gap.author.writer, &gap.author.name), (None, &None));
    assert_eq!(thread[1].body, "an answer");
    unit.remove_comment(said).await.expect("taken back twice");
    assert_eq!(scene.read(&mut *unit, scene.ana, 10).await.len(), 2);
}

pub async fn a_gap_goes_with_its_last_reply(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let root = scene.say(&mut *unit, None, "root").await;
    let middle = scene.say(&mut *unit, Some(root), "middle").await;
    let leaf = scene.say(&mut *unit, Some(middle), "leaf").await;
    let other = scene.say(&mut *unit, Some(middle), "other leaf").await;
    let stays = scene.say(&mut *unit, None, "stays").await;
    for id in [root, middle] {
        unit.remove_comment(id).await.expect("taken back");
    }
    unit.remove_comment(leaf).await.expect("taken back");
    let thread = scene.read(&mut *unit, scene.ana, 10).await;
    assert_eq!(ids(&thread), [root, middle, other, stays]);
    unit.remove_comment(other).await.expect("taken back");
    assert_eq!(ids(&scene.read(&mut *unit, scene.ana, 10).await), [stays]);
    for id in [root, middle, leaf, other] {
        assert_eq!(unit.comment(id).await.expect("read"), None);
    }
}

pub async fn only_what_is_published_counts(store: &dyn Store) {
    let scene = scene(store).await;
    let guest = Writer::Guest(guest(store, &scene.chance).await);
    let mut unit = begin(store).await;
    assert_eq!(unit.comment_count(scene.subject).await.expect("a count"), 0);
    let first = scene.say(&mut *unit, None, "first").await;
    let second = scene.say(&mut *unit, Some(first), "second").await;
    let held = scene.hold(&mut *unit, Some(first), guest).await;
    assert_eq!(unit.comment_count(scene.subject).await.expect("a count"), 2);
    for _ in 0..2 {
        unit.set_comment_state(held, CommentState::Published)
            .await
            .expect("approved");
        assert_eq!(unit.comment_count(scene.subject).await.expect("a count"), 3);
    }
    for _ in 0..2 {
        unit.remove_comment(first).await.expect("a gap");
        assert_eq!(unit.comment_count(scene.subject).await.expect("a count"), 2);
    }
    unit.remove_comment(second).await.expect("gone");
    assert_eq!(unit.comment_count(scene.subject).await.expect("a count"), 1);
    unit.set_comment_state(held, CommentState::Held)
        .await
        .expect("held again");
    assert_eq!(unit.comment_count(scene.subject).await.expect("a count"), 0);
}

pub async fn an_anonymous_comment_does_not_name_its_author(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let named = scene.say(&mut *unit, None, "named").await;
    let comment = CommentToInsert {
        anonymous: true,
        ..scene.comment(None, "nameless")
    };
    unit.insert_comment(&comment).await.expect("a comment");
    let of = |comment: Option<Comment>| comment.expect("a comment").author;
    let author = of(unit.comment(comment.id).await.expect("read"));
    assert_eq!(author.byline(), Byline::Anonymous);
    // Its writer can still act on it.
    assert_eq!(author.writer, Some(scene.ana));
    let author = of(unit.comment(named).await.expect("read"));
    assert_eq!(author.byline(), Byline::Member("ana".to_owned()));
}

pub async fn a_guest_keeps_the_first_pseudonym(store: &dyn Store) {
    let scene = scene(store).await;
    let id = guest(store, &scene.chance).await;
    let mut unit = begin(store).await;
    let held = scene.hold(&mut *unit, None, Writer::Guest(id)).await;
    let name = |comment: Option<Comment>| comment.expect("a comment").author.name;
    let first = name(unit.comment(held).await.expect("read"));
    assert!(first.is_some());
    unit.insert_guest(id, "another name", START)
        .await
        .expect("a guest again");
    assert_eq!(name(unit.comment(held).await.expect("read")), first);
}

pub async fn an_edit_is_marked(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let id = scene.say(&mut *unit, None, "first words").await;
    let before = unit.comment(id).await.expect("read").expect("a comment");
    assert_eq!(before.edited_at, None);
    let later = START.plus(60_000);
    unit.edit_comment(id, "other words", "<p>other words</p>", later)
        .await
        .expect("edited");
    let after = unit.comment(id).await.expect("read").expect("a comment");
    assert_eq!(
        after,
        Comment {
            body: "other words".to_owned(),
            html: "<p>other words</p>".to_owned(),
            edited_at: Some(later),
            ..before
        }
    );
}

pub async fn a_place_in_a_thread_is_never_given_twice(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    scene.say(&mut *unit, None, "first").await;
    let second = scene.say(&mut *unit, None, "second").await;
    let page = unit
        .thread_page(scene.subject, WHOLE, scene.ana, None, 1)
        .await
        .expect("a page");
    unit.remove_comment(second).await.expect("taken back");
    scene.say(&mut *unit, None, "third").await;
    assert_eq!(scene.bodies(&mut *unit).await, ["first", "third"]);
    let next = unit
        .thread_page(scene.subject, WHOLE, scene.ana, page.next.as_ref(), 10)
        .await
        .expect("the page after");
    assert_eq!(next.items.len(), 1);
    assert_eq!(next.items[0].body, "third");
}

pub async fn threads_do_not_mix(store: &dyn Store) {
    let here = scene(store).await;
    let there = Scene {
        chance: FixedChance::seeded(7),
        subject: StoryId::random(&here.chance).into(),
        ana: here.ana,
    };
    let mut unit = begin(store).await;
    here.say(&mut *unit, None, "here").await;
    there.say(&mut *unit, None, "there").await;
    assert_eq!(here.bodies(&mut *unit).await, ["here"]);
    assert_eq!(there.bodies(&mut *unit).await, ["there"]);
    assert_eq!(unit.comment_count(here.subject).await.expect("a count"), 1);
}

pub async fn what_is_not_there_is_not_found(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let unknown = CommentId::random(&scene.chance);
    assert_eq!(unit.comment(unknown).await.expect("read"), None);
    assert_eq!(unit.thread(scene.subject, START).await.expect("read"), None);
    unit.remove_comment(unknown).await.expect("nothing to do");
    unit.edit_comment(unknown, "a", "<p>a</p>", START)
        .await
        .expect("nothing to do");
    let held = CommentState::Held;
    unit.set_comment_state(unknown, held)
        .await
        .expect("nothing to do");
    assert!(scene.bodies(&mut *unit).await.is_empty());
}

pub async fn an_imported_comment_is_found_by_its_source(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let root = scene.say(&mut *unit, None, "written here").await;
    let imported = ImportedComment {
        id: CommentId::random(&scene.chance),
        subject: scene.subject,
        parent: Some(root),
        writer: None,
        state: CommentState::Published,
        body: "written elsewhere".to_owned(),
        html: "<p>written elsewhere</p>".to_owned(),
        created_at: START.plus(-60_000),
        source: "elsewhere:7".to_owned(),
    };
    unit.insert_imported_comment(&imported)
        .await
        .expect("a comment");
    let found = unit
        .comment_by_source("elsewhere:7")
        .await
        .expect("read")
        .expect("found");
    assert_eq!(
        (found.id, found.parent, found.depth),
        (imported.id, Some(root), 1)
    );
    assert_eq!(found.created_at, imported.created_at);
    assert_eq!(found.author.byline(), Byline::Former);
    assert_eq!(
        unit.comment_by_source("elsewhere:8").await.expect("read"),
        None
    );
    assert_eq!(unit.comment_count(scene.subject).await.expect("a count"), 2);
    let again = ImportedComment {
        id: CommentId::random(&scene.chance),
        ..imported
    };
    assert!(
        unit.insert_imported_comment(&again).await.is_err(),
        "it came twice"
    );
}
