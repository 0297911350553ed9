//! Reflections: answers under a prompt, and who may give and change them.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::{ActingMember, Actor, Byline},
    articles::{ArticleToInsert, PromptToPut, SeriesToInsert},
    clock::Timestamp,
    ids::{ArticleId, PromptId, ReflectionId, SeriesId, Subject},
    page::Cursor,
    reflections::{NewReflection, ReflectionBody, answer, edit, remove},
    refusal::{Fault, Refusal},
    store::{Act, Store},
    support::{self, SupportKind},
};

/// Two members, and an article with two prompts that is out for a minute.
struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    ben: ActingMember,
    prompts: [PromptId; 2],
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let prompts = [PromptId::random(&chance), PromptId::random(&chance)];
    let series = SeriesToInsert {
        id: SeriesId::random(&chance),
        slug: "ordinary-days".into(),
        title: "Ordinary days".into(),
        summary: String::new(),
        created_at: START,
    };
    let article = ArticleToInsert {
        id: ArticleId::random(&chance),
        series: series.id,
        slug: "the-hard-hour".into(),
        week: Some(2),
        title: "The hard hour".into(),
        summary: String::new(),
        body: "Nearly everyone has one.".into(),
        html: "<p>Nearly everyone has one.</p>".into(),
        published_at: Some(START.plus(-Timestamp::MINUTE)),
        created_at: START,
        updated_at: START,
        editor: None,
        source: None,
        categories: Vec::new(),
        prompts: prompts
            .into_iter()
            .zip(["When is yours?", "What helps?"])
            .map(|(id, text)| PromptToPut {
                id,
                text: text.into(),
            })
            .collect(),
    };
    let mut unit = begin(store).await;
    unit.insert_series(&series).await.expect("a series");
    unit.insert_article(&article).await.expect("an article");
    commit(unit).await;
    Scene {
        chance,
        ana,
        ben,
        prompts,
    }
}

fn new(prompt: PromptId, body: &str) -> NewReflection {
    NewReflection {
        prompt,
        body: ReflectionBody::parse(body).expect("words"),
        anonymous: false,
    }
}

impl Scene {
    async fn try_answer(
        &self,
        store: &dyn Store,
        who: &Actor,
        new: NewReflection,
        later: i64,
    ) -> Result<ReflectionId, Fault> {
        let act = Act {
            actor: who,
            now: START.plus(later),
            chance: &self.chance,
        };
        let mut unit = begin(store).await;
        let id = answer(&mut *unit, act, new).await?;
        commit(unit).await;
        Ok(id)
    }

    async fn answer(&self, store: &dyn Store, new: NewReflection, later: i64) -> ReflectionId {
        let ana = Actor::Member(self.ana.clone());
        self.try_answer(store, &ana, new, later)
            .await
            .expect("an answer")
    }
}

fn refused(result: Result<impl std::fmt::Debug, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

/// A prompt is found with the place it stands in, once its article is out.
pub async fn a_prompt_is_found_once_its_article_is_out(store: &dyn Store) {
    let scene = scene(store).await;
    let mut reader = read(store).await;
    let second = scene.prompts[1];
    let place = reader
        .prompt_place(second, START)
        .await
        .expect("an answer")
        .expect("it is there");
    assert_eq!(place.question, "What helps?");
    assert_eq!(place.position, 2);
    assert_eq!(place.title, "The hard hour");
    assert_eq!(place.address, "/series/ordinary-days/the-hard-hour");
    let before = START.plus(-Timestamp::HOUR);
    let place = reader.prompt_place(second, before).await;
    assert_eq!(place.expect("an answer"), None);
}

/// Each prompt shows its newest few.
pub async fn each_prompt_shows_its_newest(store: &dyn Store) {
    let scene = scene(store).await;
    let [first, second] = scene.prompts;
    let mut to_first = Vec::new();
    for minute in 0..5 {
        to_first.push(scene.answer(store, new(first, "At six."), minute).await);
    }
    let to_second = scene.answer(store, new(second, "Tea."), 2).await;
    let found = read(store)
        .await
        .newest_reflections(&[first, second], 3)
        .await
        .expect("reflections");
    let of = |prompt| {
        let found = found.iter().filter(move |found| found.prompt == prompt);
        found.map(|found| found.id).collect::<Vec<_>>()
    };
    assert_eq!(of(first), [to_first[4], to_first[3], to_first[2]]);
    assert_eq!(of(second), [to_second]);
    assert_eq!(found.len(), 4);
}

/// Newest first, each once.
pub async fn reflections_read_newest_first(store: &dyn Store) {
    let scene = scene(store).await;
    let prompt = scene.prompts[0];
    let mut given = Vec::new();
    for minute in [0, 0, 1, 2, 2] {
        let id = scene.answer(store, new(prompt, "At six."), minute).await;
        given.push((minute, id));
    }
    scene
        .answer(store, new(scene.prompts[1], "Elsewhere."), 1)
        .await;
    let mut seen = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = read(store)
            .await
            .reflections(prompt, after.as_ref(), 2)
            .await
            .expect("a page");
        seen.extend(
            page.items
                .iter()
                .map(|item| (item.created_at.since(START), item.id)),
        );
        assert!(seen.len() <= given.len(), "the pages never end");
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    given.sort_by(|a, b| b.cmp(a));
    assert_eq!(seen, given);
    let made_up = Cursor("made-up".into());
    let result = read(store)
        .await
        .reflections(prompt, Some(&made_up), 2)
        .await;
    assert_eq!(refused(result), Refusal::NotFound);
}

/// Not a prompt that is not there, nor one whose article is not out; and not
/// a guest.
pub async fn only_what_is_out_is_answered(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = Actor::Member(scene.ana.clone());
    let unknown = new(PromptId::random(&scene.chance), "Tea.");
    let result = scene.try_answer(store, &ana, unknown, 0).await;
    assert_eq!(refused(result), Refusal::NotFound);
    let early = scene
        .try_answer(store, &ana, new(scene.prompts[0], "Tea."), -Timestamp::HOUR)
        .await;
    assert_eq!(refused(early), Refusal::NotFound);
    let reader = Actor::Guest(guest(store, &scene.chance).await);
    let result = scene
        .try_answer(store, &reader, new(scene.prompts[0], "Tea."), 0)
        .await;
    assert_eq!(refused(result), Refusal::SignInFirst);
}

/// No read names the author of an anonymous answer.
pub async fn an_anonymous_answer_does_not_name_its_author(store: &dyn Store) {
    let scene = scene(store).await;
    let quiet = NewReflection {
        anonymous: true,
        ..new(scene.prompts[0], "Tea.")
    };
    let id = scene.answer(store, quiet, 0).await;
    let mut reader = read(store).await;
    let one = reader.reflection(id).await.expect("an answer");
    let newest = reader.newest_reflections(&scene.prompts, 3).await;
    let page = reader.reflections(scene.prompts[0], None, 3).await;
    let (newest, page) = (newest.expect("some"), page.expect("a page"));
    for found in one.iter().chain(&newest).chain(&page.items) {
        assert_eq!(found.author.byline(), Byline::Anonymous);
    }
    assert_eq!((newest.len(), page.items.len()), (1, 1));
}

/// Its author changes and deletes it, with what is under it; nobody else
/// does.
pub async fn only_the_author_changes_it(store: &dyn Store) {
    let scene = scene(store).await;
    let id = scene.answer(store, new(scene.prompts[0], "Tea."), 0).await;
    let body = ReflectionBody::parse("Tea, and a *walk*.").expect("words");
    let (ana, ben) = (
        Actor::Member(scene.ana.clone()),
        Actor::Member(scene.ben.clone()),
    );
    let act = |actor| Act {
        actor,
        now: START.plus(9),
        chance: &scene.chance,
    };
    let mut unit = begin(store).await;
    let result = edit(&mut *unit, act(&ben), id, &body, false).await;
    assert_eq!(refused(result), Refusal::NotAllowed);
    let result = remove(&mut *unit, act(&ben), id).await;
    assert_eq!(refused(result), Refusal::NotAllowed);
    support::give(&mut *unit, act(&ben), id.into(), SupportKind::ThankYou)
        .await
        .expect("support");
    edit(&mut *unit, act(&ana), id, &body, true)
        .await
        .expect("a change");
    let changed = unit.reflection(id).await.expect("an answer");
    let changed = changed.expect("it is there");
    assert_eq!(changed.html, "<p>Tea, and a <em>walk</em>.</p>\n");
    assert_eq!(changed.edited_at, Some(START.plus(9)));
    assert_eq!(changed.author.byline(), Byline::Anonymous);
    remove(&mut *unit, act(&ana), id).await.expect("deleted");
    let again = remove(&mut *unit, act(&ana), id).await;
    assert_eq!(refused(again), Refusal::NotFound);
    let subject = Subject::from(id);
    let counts = unit.support_counts(&[subject]).await.expect("counts");
    assert_eq!(counts, []);
    commit(unit).await;
    let gone = read(store).await.reflection(id).await;
    assert_eq!(gone.expect("an answer"), None);
}
