//! Stories: pages of them, who may change one, and what goes with it.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::{ActingMember, Actor, Byline},
    clock::Timestamp,
    comments::{self, CommentBody, NewComment},
    ids::{StoryId, Subject},
    page::Cursor,
    refusal::{Fault, Refusal},
    store::{Act, Store},
    stories::{ContentNote, Story, StoryBody, StoryTitle, StoryWords, edit, remove, share},
    support::{self, SupportKind},
};

/// Two members.
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

fn words(title: &str) -> StoryWords {
    StoryWords {
        title: StoryTitle::parse(title).expect("a title"),
        content_note: ContentNote::parse("").expect("no note"),
        body: StoryBody::parse("It was *raining* all night.").expect("words"),
        anonymous: false,
    }
}

impl Scene {
    async fn share(&self, store: &dyn Store, words: &StoryWords, later: i64) -> StoryId {
        let actor = Actor::Member(self.ana.clone());
        let act = Act {
            actor: &actor,
            now: START.plus(later),
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        let id = share(&mut *unit, act, words).await.expect("a story");
        commit(unit).await;
        id
    }
}

async fn one(store: &dyn Store, id: StoryId) -> Option<Story> {
    read(store).await.story(id).await.expect("an answer")
}

fn refused(result: Result<impl std::fmt::Debug, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

/// Everything comes back as it was given, with its words rendered.
pub async fn a_story_is_kept_whole(store: &dyn Store) {
    let scene = scene(store).await;
    let note = ContentNote::parse(" night \n outdoors ").expect("a note");
    let id = scene
        .share(
            store,
            &StoryWords {
                content_note: note,
                ..words("The bench")
            },
            0,
        )
        .await;
    let story = one(store, id).await.expect("it is there");
    assert_eq!(story.title, "The bench");
    assert_eq!(story.content_note.as_deref(), Some("night outdoors"));
    assert_eq!(story.body, "It was *raining* all night.");
    assert_eq!(story.html, "<p>It was <em>raining</em> all night.</p>\n");
    assert_eq!(story.author.byline(), Byline::Member("ana".into()));
    assert_eq!((story.created_at, story.edited_at), (START, None));
    let list = read(store).await.stories(None, 10).await.expect("a page");
    assert_eq!(list.items.len(), 1);
    assert_eq!(list.items[0].excerpt, "It was raining all night.");
    assert_eq!(
        list.items[0].content_note.as_deref(),
        Some("night outdoors")
    );
}

/// Newest first; those of one moment in an order of their own; each once.
pub async fn stories_read_newest_first(store: &dyn Store) {
    let scene = scene(store).await;
    let mut shared = Vec::new();
    for minute in [0, 0, 0, 1, 2, 2, 3] {
        shared.push((
            minute,
            scene.share(store, &words("One of many"), minute).await,
        ));
    }
    let mut seen = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = read(store)
            .await
            .stories(after.as_ref(), 2)
            .await
            .expect("a page");
        assert!(page.items.len() <= 2);
        seen.extend(
            page.items
                .iter()
                .map(|item| (item.created_at.since(START), item.id)),
        );
        assert!(seen.len() <= shared.len(), "the pages never end");
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    shared.sort_by(|a, b| b.cmp(a));
    assert_eq!(seen, shared);
}

/// The story that a page ended with is gone: the next page begins with its day
/// again, and leaves nothing out.
pub async fn stories_go_on_where_one_is_gone(store: &dyn Store) {
    let scene = scene(store).await;
    let mut shared = Vec::new();
    for hours in [0, 1, 2, 30] {
        let later = hours * Timestamp::HOUR;
        shared.push(scene.share(store, &words("One of many"), later).await);
    }
    let first = read(store).await.stories(None, 2).await.expect("a page");
    let next = first.next.expect("a next page");
    let mut unit = begin(store).await;
    unit.remove_story(first.items[1].id).await.expect("gone");
    commit(unit).await;
    let page = read(store).await.stories(Some(&next), 9).await;
    let ids: Vec<_> = page.expect("a page").items.iter().map(|item| item.id).collect();
    assert_eq!(ids, [shared[1], shared[0]]);
}

/// A cursor that nobody gave out leads nowhere.
pub async fn a_cursor_made_by_hand_is_unknown(store: &dyn Store) {
    let cursor = Cursor("1' OR '1'='1".to_owned());
    let result = read(store).await.stories(Some(&cursor), 10).await;
    assert_eq!(refused(result), Refusal::NotFound);
}

/// No read names the author of an anonymous story, nor one whose account is
/// gone.
pub async fn an_anonymous_story_does_not_name_its_author(store: &dyn Store) {
    let scene = scene(store).await;
    let quiet = StoryWords {
        anonymous: true,
        ..words("Quiet")
    };
    let hidden = scene.share(store, &quiet, 0).await;
    let named = scene.share(store, &words("Named"), 1).await;
    let byline = |id| async move { one(store, id).await.expect("it is there").author.byline() };
    assert_eq!(byline(hidden).await, Byline::Anonymous);
    let list = read(store).await.stories(None, 10).await.expect("a page");
    assert_eq!(list.items[1].author.byline(), Byline::Anonymous);
    let mut unit = begin(store).await;
    unit.remove_member(scene.ana.id).await.expect("erased");
    commit(unit).await;
    assert_eq!(byline(hidden).await, Byline::Anonymous);
    assert_eq!(byline(named).await, Byline::Former);
}

/// Its author changes it at any time; nobody else does.
pub async fn only_the_author_changes_it(store: &dyn Store) {
    let scene = scene(store).await;
    let id = scene.share(store, &words("The bench"), 0).await;
    let late = START.plus(domain::clock::Timestamp::DAY * 400);
    let changed = StoryWords {
        anonymous: true,
        ..words("The other bench")
    };
    for who in [&scene.ben, &scene.ana] {
        let actor = Actor::Member(who.clone());
        let act = Act {
            actor: &actor,
            now: late,
            chance: &scene.chance,
        };
        let mut unit = begin(store).await;
        let result = edit(&mut *unit, act, id, &changed).await;
        commit(unit).await;
        let story = one(store, id).await.expect("it is there");
        if who.id == scene.ana.id {
            result.expect("a change");
            assert_eq!(story.title, "The other bench");
            assert_eq!(story.edited_at, Some(late));
            assert_eq!(story.author.byline(), Byline::Anonymous);
        } else {
            assert_eq!(refused(result), Refusal::NotAllowed);
            assert_eq!(story.title, "The bench");
            let result = remove(&mut *begin(store).await, act, id).await;
            assert_eq!(refused(result), Refusal::NotAllowed);
        }
    }
}

/// Guests read stories and do not tell them here.
pub async fn a_guest_does_not_share(store: &dyn Store) {
    let scene = scene(store).await;
    let actor = Actor::Guest(guest(store, &scene.chance).await);
    let act = Act {
        actor: &actor,
        now: START,
        chance: &scene.chance,
    };
    let result = share(&mut *begin(store).await, act, &words("The bench")).await;
    assert_eq!(refused(result), Refusal::SignInFirst);
}

/// Its thread and the support for it go with it; a second time it is unknown.
pub async fn a_story_goes_with_all_that_is_under_it(store: &dyn Store) {
    let scene = scene(store).await;
    let id = scene.share(store, &words("The bench"), 0).await;
    let subject = Subject::from(id);
    let ben = Actor::Member(scene.ben.clone());
    let act = Act {
        actor: &ben,
        now: START,
        chance: &scene.chance,
    };
    let mut unit = begin(store).await;
    let body = CommentBody::parse("With you.").expect("words");
    let reply = NewComment {
        subject,
        parent: None,
        body,
        anonymous: false,
    };
    let comment = comments::post(&mut *unit, act, reply)
        .await
        .expect("a reply");
    support::give(&mut *unit, act, subject, SupportKind::Strength)
        .await
        .expect("support");
    commit(unit).await;

    let ana = Actor::Member(scene.ana.clone());
    let act = Act {
        actor: &ana,
        now: START,
        chance: &scene.chance,
    };
    let mut unit = begin(store).await;
    remove(&mut *unit, act, id).await.expect("deleted");
    assert_eq!(
        refused(remove(&mut *unit, act, id).await),
        Refusal::NotFound
    );
    commit(unit).await;

    let mut reader = read(store).await;
    assert_eq!(reader.story(id).await.expect("an answer"), None);
    assert_eq!(reader.comment(comment).await.expect("an answer"), None);
    let counts = reader.support_counts(&[subject]).await.expect("counts");
    assert_eq!(counts, []);
    assert_eq!(
        reader.thread(subject, START).await.expect("an answer"),
        None
    );
}
