//! How shares and threads stand: what is held or hidden is in no list, takes no
//! comment and no support, and comes back as it was.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::{ActingMember, Actor, Writer},
    articles::{ArticleToInsert, PromptToPut, SeriesToInsert},
    care::Post,
    clock::Timestamp,
    comments::{
        self, CommentBody, CommentState, CommentToInsert, NewComment, Part, ThreadPage,
    },
    ids::{
        ArticleId, CommentId, PromptId, ReflectionId, RitualId, SeriesId, ShoutOutId, StoryId,
        Subject, SubjectKind,
    },
    moderation::Standing,
    reflections::ReflectionToInsert,
    refusal::{Fault, Refusal},
    rituals::{Moment, RitualKind, RitualText},
    shout_outs::{KeptThanked, ShoutOutText},
    store::{Act, Reader, Store, Unit},
    stories::StoryText,
    support::{self, SupportKind},
};

/// One share of each kind by Ana, and an article.
struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    ben: ActingMember,
    article: ArticleId,
    prompt: PromptId,
    shares: [Subject; 4],
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let mut unit = begin(store).await;
    let (article, prompt) = article(&mut *unit, &chance).await;
    let words = || ("Words.".to_owned(), "<p>Words.</p>".to_owned());
    let (body, html) = words();
    let reflection = ReflectionToInsert {
        id: ReflectionId::random(&chance),
        article,
        prompt,
        member: ana.id,
        anonymous: false,
        body,
        html,
        created_at: START,
    };
    unit.insert_reflection(&reflection)
        .await
        .expect("a reflection");
    let (body, html) = words();
    let story = StoryText {
        anonymous: false,
        title: "The bench".into(),
        content_note: None,
        excerpt: "Words.".into(),
        body,
        html,
    };
    let story_id = StoryId::random(&chance);
    unit.insert_story(story_id, ana.id, &story, START)
        .await
        .expect("a story");
    let (body, html) = words();
    let thanks = ShoutOutText {
        to: KeptThanked::Member(ben.id),
        anonymous: false,
        body,
        html,
    };
    let shout_out = ShoutOutId::random(&chance);
    unit.insert_shout_out(shout_out, ana.id, &thanks, START)
        .await
        .expect("a shout-out");
    let (body, html) = words();
    let soup = RitualText {
        kind: RitualKind::SharedMeal,
        title: "Soup".into(),
        body,
        html,
        when: Moment {
            at: START.plus(Timestamp::DAY),
            zone: "UTC".into(),
        },
        place: Some("The hall".into()),
        link: None,
    };
    let ritual = RitualId::random(&chance);
    unit.insert_ritual(ritual, ana.id, false, &soup, START)
        .await
        .expect("a ritual");
    commit(unit).await;
    Scene {
        shares: [
            reflection.id.into(),
            story_id.into(),
            shout_out.into(),
            ritual.into(),
        ],
        chance,
        ana,
        ben,
        article,
        prompt,
    }
}

async fn article(unit: &mut dyn Unit, chance: &FixedChance) -> (ArticleId, PromptId) {
    let (series, article) = (SeriesId::random(chance), ArticleId::random(chance));
    let prompt = PromptId::random(chance);
    unit.insert_series(&SeriesToInsert {
        id: series,
        slug: "days".into(),
        title: "Days".into(),
        summary: String::new(),
        created_at: START,
    })
    .await
    .expect("a series");
    unit.insert_article(&ArticleToInsert {
        id: article,
        series,
        slug: "first".into(),
        week: None,
        title: "First".into(),
        summary: String::new(),
        body: "Words.".into(),
        html: "<p>Words.</p>".into(),
        published_at: Some(START),
        created_at: START,
        updated_at: START,
        editor: None,
        source: None,
        categories: Vec::new(),
        prompts: vec![PromptToPut {
            id: prompt,
            text: "When is yours?".into(),
        }],
    })
    .await
    .expect("an article");
    (article, prompt)
}

impl Scene {
    fn act<'a>(&'a self, actor: &'a Actor) -> Act<'a> {
        Act {
            actor,
            now: START.plus(1),
            chance: &self.chance,
        }
    }

    async fn set(&self, store: &dyn Store, share: Subject, standing: Standing) {
        let mut unit = begin(store).await;
        unit.set_standing(share, standing).await.expect("set");
        commit(unit).await;
    }

    /// Which of the shares stand in a list.
    async fn listed(&self, reader: &mut dyn Reader) -> Vec<SubjectKind> {
        let mut kinds = Vec::new();
        let few = reader
            .newest_reflections(&[self.prompt], 9)
            .await
            .expect("reflections");
        let page = reader.reflections(self.prompt, None, 9).await;
        let page = page.expect("reflections").items;
        assert_eq!(few, page);
        kinds.extend(page.iter().map(|_| SubjectKind::Reflection));
        let stories = reader.stories(None, 9).await.expect("stories").items;
        kinds.extend(stories.iter().map(|_| SubjectKind::Story));
        let wall = reader.shout_outs(None, 9).await.expect("the wall").items;
        kinds.extend(wall.iter().map(|_| SubjectKind::ShoutOut));
        for (at, past) in [(START, false), (START.plus(2 * Timestamp::DAY), true)] {
            let page = match past {
                true => reader.past_rituals(at, None, 9).await,
                false => reader.coming_rituals(at, None, 9).await,
            };
            let rituals = page.expect("rituals").items;
            kinds.extend(rituals.iter().map(|_| SubjectKind::Ritual));
        }
        kinds.dedup();
        let shares = reader.newest_shares(START.plus(1), 9).await;
        let mut home: Vec<_> = shares.expect("shares").iter().map(|s| s.kind).collect();
        home.sort();
        assert_eq!(home, kinds, "the first page and the rooms show the same");
        kinds
    }

    async fn standing(&self, reader: &mut dyn Reader, share: Subject) -> Standing {
        let id = share.id;
        let standing = match share.kind {
            SubjectKind::Reflection => reader
                .reflection(ReflectionId::from_uuid(id))
                .await
                .map(|found| found.map(|found| found.standing)),
            SubjectKind::Story => reader
                .story(StoryId::from_uuid(id))
                .await
                .map(|found| found.map(|found| found.standing)),
            SubjectKind::ShoutOut => reader
                .shout_out(ShoutOutId::from_uuid(id))
                .await
                .map(|found| found.map(|found| found.standing)),
            SubjectKind::Ritual => reader
                .ritual(RitualId::from_uuid(id))
                .await
                .map(|found| found.map(|found| found.standing)),
            SubjectKind::Article => panic!("no share"),
        };
        standing.expect("read").expect("it is there")
    }

    async fn say(&self, unit: &mut dyn Unit, under: Subject) -> Result<CommentId, Refusal> {
        self.say_words(unit, under, "With you.").await
    }

    async fn say_words(
        &self,
        unit: &mut dyn Unit,
        under: Subject,
        words: &str,
    ) -> Result<CommentId, Refusal> {
        let ben = Actor::Member(self.ben.clone());
        let new = NewComment {
            subject: under,
            parent: None,
            body: CommentBody::parse(words).expect("words"),
            anonymous: false,
        };
        kept(comments::post(unit, self.act(&ben), new).await)
    }
}

fn kept<T>(result: Result<T, Fault>) -> Result<T, Refusal> {
    result.map_err(|fault| match fault {
        Fault::Refused(refusal) => refusal,
        Fault::Store(error) => panic!("{error}"),
    })
}

/// Whatever is held or hidden is read by its name only.
pub async fn what_not_everyone_sees_is_in_no_list(store: &dyn Store) {
    let scene = scene(store).await;
    let kinds = scene.shares.map(|share| share.kind);
    assert_eq!(scene.listed(&mut *read(store).await).await, kinds);
    for share in scene.shares {
        for standing in [Standing::Held, Standing::Hidden] {
            scene.set(store, share, standing).await;
            let mut reader = read(store).await;
            let others: Vec<_> = kinds.into_iter().filter(|kind| *kind != share.kind).collect();
            assert_eq!(scene.listed(&mut *reader).await, others);
            assert_eq!(scene.standing(&mut *reader, share).await, standing);
        }
        scene.set(store, share, Standing::Published).await;
        assert_eq!(scene.listed(&mut *read(store).await).await, kinds);
    }
}

/// A second time, for what is not there, and for an article, it changes
/// nothing.
pub async fn a_standing_that_says_nothing_new_changes_nothing(store: &dyn Store) {
    let scene = scene(store).await;
    let unknown = StoryId::random(&scene.chance).into();
    for share in [unknown, scene.article.into(), scene.shares[1]] {
        for _ in 0..2 {
            scene.set(store, share, Standing::Hidden).await;
        }
    }
    let mut reader = read(store).await;
    let article = reader.thread(scene.article.into(), START).await;
    assert!(article.expect("read").is_some());
    let kinds = [
        SubjectKind::Reflection,
        SubjectKind::ShoutOut,
        SubjectKind::Ritual,
    ];
    assert_eq!(scene.listed(&mut *reader).await, kinds);
}

/// Nobody adds to what not everyone sees; what was said there stays.
pub async fn what_not_everyone_sees_takes_no_words_and_no_support(store: &dyn Store) {
    let scene = scene(store).await;
    for share in scene.shares {
        let mut unit = begin(store).await;
        scene.say(&mut *unit, share).await.expect("a comment");
        commit(unit).await;
        for standing in [Standing::Held, Standing::Hidden] {
            scene.set(store, share, standing).await;
            let mut unit = begin(store).await;
            assert_eq!(unit.thread(share, START).await.expect("read"), None);
            assert_eq!(
                scene.say(&mut *unit, share).await,
                Err(Refusal::NotFound),
                "{share:?}"
            );
            let ben = Actor::Member(scene.ben.clone());
            let given = support::give(&mut *unit, scene.act(&ben), share, SupportKind::WithYou);
            assert_eq!(kept(given.await), Err(Refusal::NotFound));
        }
        scene.set(store, share, Standing::Published).await;
        let mut reader = read(store).await;
        assert!(reader.thread(share, START).await.expect("read").is_some());
        assert_eq!(reader.comment_count(share).await.expect("a count"), 1);
    }
}

/// A thread can be locked before and after the first comment, and unlocked.
pub async fn a_locked_thread_takes_no_comment(store: &dyn Store) {
    let scene = scene(store).await;
    let article = scene.article.into();
    for under in [article, scene.shares[1]] {
        let mut unit = begin(store).await;
        if under != article {
            scene.say(&mut *unit, under).await.expect("a comment");
        }
        let before = unit.comment_count(under).await.expect("a count");
        for _ in 0..2 {
            unit.lock_thread(under, true).await.expect("locked");
        }
        let locked = unit.thread(under, START).await.expect("read");
        assert!(locked.expect("it is there").locked);
        assert_eq!(
            scene.say(&mut *unit, under).await,
            Err(Refusal::ThreadClosed)
        );
        commit(unit).await;
        let mut unit = begin(store).await;
        let page = scene.page(&mut *unit, under, Writer::Member(scene.ben.id)).await;
        assert!(page.locked);
        assert_eq!(page.items.len() as u64, before, "what was said is read");
        // A call for help is swallowed by no lock: the desk reads it.
        let call = "I want to die. I can't do this anymore.";
        let call = scene.say_words(&mut *unit, under, call).await.expect("heard");
        let kept = unit.comment(call).await.expect("read").expect("it");
        assert_eq!(kept.state, CommentState::Held);
        let post = Post {
            subject: under,
            comment: Some(call),
        };
        assert!(unit.call_about(post).await.expect("read").is_some());
        assert_eq!(unit.comment_count(under).await.expect("a count"), before);
        unit.remove_comment(call).await.expect("gone");
        unit.lock_thread(under, false).await.expect("unlocked");
        scene.say(&mut *unit, under).await.expect("a comment");
        let now = unit.comment_count(under).await.expect("a count");
        assert_eq!(now, before + 1);
        commit(unit).await;
    }
}

/// A comment that is taken out of sight keeps its place as long as others can
/// read what is below it.
pub async fn what_is_hidden_keeps_its_place_above_what_is_read(store: &dyn Store) {
    let scene = scene(store).await;
    let subject = scene.shares[1];
    let writer = Writer::Guest(guest(store, &scene.chance).await);
    let mut unit = begin(store).await;
    let mut add = async |parent, state| {
        let new = CommentToInsert {
            id: CommentId::random(&scene.chance),
            subject,
            parent,
            writer,
            anonymous: false,
            state,
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
            created_at: START,
        };
        unit.insert_comment(&new).await.expect("a comment");
        new.id
    };
    let top = add(None, CommentState::Hidden).await;
    let middle = add(Some(top), CommentState::Held).await;
    let reply = add(Some(middle), CommentState::Published).await;
    let alone = add(None, CommentState::Hidden).await;
    let below = add(Some(alone), CommentState::Held).await;
    commit(unit).await;
    let (ana, own) = (Writer::Member(scene.ana.id), writer);
    let mut unit = begin(store).await;
    for (viewer, seen) in [
        (ana, vec![top, middle, reply]),
        (own, vec![top, middle, reply, alone, below]),
    ] {
        let page = scene.page(&mut *unit, subject, viewer).await;
        let ids: Vec<_> = page.items.iter().map(|comment| comment.id).collect();
        assert_eq!(ids, seen);
    }
    unit.remove_comment(reply).await.expect("gone");
    let page = scene.page(&mut *unit, subject, ana).await;
    assert_eq!(page.items, [], "nothing is left to read");
    commit(unit).await;
}

impl Scene {
    async fn page(&self, reader: &mut dyn Unit, subject: Subject, viewer: Writer) -> ThreadPage {
        let whole = Part::Whole { replies: 20 };
        let page = reader.thread_page(subject, whole, viewer, None, 50).await;
        page.expect("a page")
    }
}
