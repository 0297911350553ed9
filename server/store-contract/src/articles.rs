//! Articles: series and their weeks, what is out and what is not yet, and the
//! desk of the editors.

use crate::support::{FixedChance, START, begin, commit, member, member_with, read};
use domain::{
    accounts::MemberState,
    actor::{ActingMember, Actor, Byline, Role, Roles, Writer},
    articles::{
        self, Article, ArticleBody, ArticleDraft, ArticleListed, ArticleSummary, ArticleTitle,
        ArticleToInsert, PromptToPut, Publication, SeriesSummary, SeriesTitle, SeriesToInsert,
        Slug, Standing, read_prompts,
    },
    clock::Timestamp,
    comments::{CommentState, CommentToInsert},
    ids::{ArticleId, CommentId, GuestId, PromptId, ReflectionId, SeriesId},
    page::{Cursor, Mark, Page},
    reflections::ReflectionToInsert,
    refusal::{Fault, Field, Reason, Refusal},
    store::{Act, Reader, Store},
};

/// An editor, and a series.
struct Scene {
    chance: FixedChance,
    editor: ActingMember,
    series: SeriesId,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let roles = Roles::default().with(Role::Editor);
    let editor = member_with(store, &chance, "edda", roles, MemberState::Active).await;
    let series = add_series(store, &chance, "Ordinary days", "ordinary-days", START).await;
    Scene {
        chance,
        editor,
        series,
    }
}

async fn add_series(
    store: &dyn Store,
    chance: &FixedChance,
    title: &str,
    slug: &str,
    created_at: Timestamp,
) -> SeriesId {
    let id = SeriesId::random(chance);
    let mut unit = begin(store).await;
    unit.insert_series(&SeriesToInsert {
        id,
        slug: slug.into(),
        title: title.into(),
        summary: "Four weeks.".into(),
        created_at,
    })
    .await
    .expect("a series");
    commit(unit).await;
    id
}

impl Scene {
    fn article(&self, slug: &str, published_at: Option<Timestamp>) -> ArticleToInsert {
        ArticleToInsert {
            id: ArticleId::random(&self.chance),
            series: self.series,
            slug: slug.into(),
            week: Some(3),
            title: format!("About {slug}"),
            summary: String::new(),
            body: "A **plain** beginning.".into(),
            html: "<p>A <strong>plain</strong> beginning.</p>".into(),
            published_at,
            created_at: START,
            updated_at: START,
            editor: Some(self.editor.id),
            source: None,
            categories: Vec::new(),
            prompts: Vec::new(),
        }
    }

    async fn put(&self, store: &dyn Store, article: &ArticleToInsert) -> ArticleId {
        let mut unit = begin(store).await;
        unit.insert_article(article).await.expect("an article");
        commit(unit).await;
        article.id
    }

    fn as_editor(&self) -> Actor {
        Actor::Member(self.editor.clone())
    }

    fn act<'a>(&'a self, actor: &'a Actor, later: i64) -> Act<'a> {
        Act {
            actor,
            now: START.plus(later),
            chance: &self.chance,
        }
    }

    async fn writes(&self, store: &dyn Store, draft: ArticleDraft) -> Result<Article, Fault> {
        let actor = self.as_editor();
        let mut unit = begin(store).await;
        let article = articles::write(&mut *unit, self.act(&actor, 0), draft).await?;
        commit(unit).await;
        Ok(article)
    }

    async fn revises(
        &self,
        store: &dyn Store,
        article: &Article,
        draft: ArticleDraft,
        seen: Option<Timestamp>,
    ) -> Result<Article, Fault> {
        let actor = self.as_editor();
        let mut unit = begin(store).await;
        let act = self.act(&actor, 0);
        let article = articles::revise(&mut *unit, act, article.id, draft, seen).await?;
        commit(unit).await;
        Ok(article)
    }
}

fn draft(title: &str) -> ArticleDraft {
    ArticleDraft {
        series: SeriesTitle::parse("Ordinary days").expect("a title"),
        slug: None,
        week: None,
        title: ArticleTitle::parse(title).expect("a title"),
        summary: ArticleSummary::parse("").expect("nothing"),
        body: ArticleBody::parse("Words.").expect("words"),
        prompts: read_prompts("When?\nWhere?").expect("prompts"),
        publication: Publication::Draft,
    }
}

#[track_caller]
fn refused(result: Result<impl std::fmt::Debug, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn slugs(page: &Page<ArticleListed>) -> Vec<&str> {
    page.items
        .iter()
        .map(|article| article.slug.as_str())
        .collect()
}

/// Nothing has to run for it.
pub async fn an_article_appears_when_its_moment_has_come(store: &dyn Store) {
    let scene = scene(store).await;
    let moment = START.plus(Timestamp::HOUR);
    scene
        .put(store, &scene.article("later", Some(moment)))
        .await;
    let mut reader = read(store).await;
    for (now, there) in [(moment.plus(-1), false), (moment, true)] {
        let newest = reader.newest_article(scene.series, now).await;
        assert_eq!(newest.expect("an answer").is_some(), there);
        let series = reader.published_series(now).await.expect("series");
        assert_eq!(series.len(), usize::from(there));
        for of in [Some(scene.series), None] {
            let page = reader.published_articles(of, now, None, 5).await;
            assert_eq!(page.expect("a page").items.len(), usize::from(there));
        }
        let weeks = reader.weeks(scene.series, now, None, 5).await;
        assert_eq!(weeks.expect("a page").items.len(), usize::from(there));
    }
}

/// An article is read back as it was put in, by each of its names.
pub async fn an_article_is_kept_whole(store: &dyn Store) {
    let scene = scene(store).await;
    let mut new = scene.article("whole", Some(START));
    new.source = Some("example.org/?p=7".into());
    new.categories = vec!["Community".into(), "Bread".into(), "Community".into()];
    let prompt = PromptId::random(&scene.chance);
    new.prompts = vec![PromptToPut {
        id: prompt,
        text: "When is yours?".into(),
    }];
    scene.put(store, &new).await;
    let mut reader = read(store).await;
    let article = reader
        .article(new.id)
        .await
        .expect("an answer")
        .expect("there");
    assert_eq!(article.title, new.title);
    assert_eq!(article.week, Some(3));
    assert_eq!(article.body, new.body);
    assert_eq!(article.html, new.html);
    assert_eq!(article.series.title, "Ordinary days");
    assert_eq!(article.address(), "/series/ordinary-days/whole");
    assert_eq!(article.standing(START), Standing::Published);
    assert_eq!(article.lead(), "A plain beginning.");
    assert_eq!(article.editor.byline(), Byline::Member("edda".into()));
    let by_address = reader.article_at("ordinary-days", "whole").await;
    assert_eq!(by_address.expect("an answer"), Some(article.clone()));
    let by_source = reader.article_by_source("example.org/?p=7").await;
    assert_eq!(by_source.expect("an answer"), Some(article));
    let elsewhere = reader.article_at("another", "whole").await;
    assert_eq!(elsewhere.expect("an answer"), None);
    let categories = reader.categories(new.id).await.expect("categories");
    assert_eq!(categories, ["Bread", "Community"]);
    let prompts = reader.prompts(new.id).await.expect("prompts");
    assert_eq!(prompts.len(), 1);
    assert_eq!((prompts[0].id, prompts[0].position), (prompt, 1));
    let one = reader.prompt(prompt).await.expect("an answer");
    assert_eq!(one.as_ref(), prompts.first());
}

/// What was imported is not imported again.
pub async fn an_article_comes_once_from_its_source(store: &dyn Store) {
    let scene = scene(store).await;
    let mut new = scene.article("first", None);
    new.source = Some("example.org/?p=7".into());
    scene.put(store, &new).await;
    let mut again = scene.article("second", None);
    again.source = new.source.clone();
    let mut unit = begin(store).await;
    assert!(unit.insert_article(&again).await.is_err());
}

/// Every page of a list meets every article once, in its order.
pub async fn lists_of_articles_have_an_order(store: &dyn Store) {
    let scene = scene(store).await;
    for (number, slug) in ["one", "two", "three", "four", "five"]
        .into_iter()
        .enumerate()
    {
        let minute = i64::try_from(number).expect("few") * Timestamp::MINUTE;
        // The first two appeared at one moment.
        let at = START.plus(minute.max(Timestamp::MINUTE));
        let mut article = scene.article(slug, Some(at));
        article.updated_at = START.plus(-minute);
        scene.put(store, &article).await;
    }
    scene.put(store, &scene.article("a-draft", None)).await;
    let now = START.plus(Timestamp::HOUR);
    let mut reader = read(store).await;
    let newest = all(&mut *reader, async |reader, after| {
        reader
            .published_articles(Some(scene.series), now, after, 2)
            .await
            .expect("a page")
    })
    .await;
    assert_eq!(newest.len(), 5);
    assert_eq!(newest[..3], ["five", "four", "three"]);
    let anywhere = all(&mut *reader, async |reader, after| {
        reader
            .published_articles(None, now, after, 2)
            .await
            .expect("a page")
    })
    .await;
    assert_eq!(anywhere, newest);
    let mut oldest = all(&mut *reader, async |reader, after| {
        reader
            .weeks(scene.series, now, after, 2)
            .await
            .expect("a page")
    })
    .await;
    oldest.reverse();
    assert_eq!(oldest, newest);
    let desk = all(&mut *reader, async |reader, after| {
        reader.desk(after, 2).await.expect("a page")
    })
    .await;
    assert_eq!(desk.len(), 6);
    assert_eq!(desk[2..], ["two", "three", "four", "five"]);
}

async fn all(
    reader: &mut dyn Reader,
    page: impl AsyncFn(&mut dyn Reader, Option<&Cursor>) -> Page<ArticleListed>,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let next = page(&mut *reader, after.as_ref()).await;
        assert!(next.items.len() <= 2);
        found.extend(slugs(&next).into_iter().map(str::to_owned));
        assert!(found.len() < 100, "the pages never end");
        match next.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

/// A cursor that was made by hand begins at the start, and shows nothing
/// before its time.
pub async fn a_cursor_made_by_hand_shows_nothing_early(store: &dyn Store) {
    let scene = scene(store).await;
    scene.put(store, &scene.article("out", Some(START))).await;
    let later = START.plus(Timestamp::DAY);
    scene.put(store, &scene.article("later", Some(later))).await;
    let ahead = Mark {
        at: later.plus(1),
        id: scene.series.uuid(),
    };
    let mut reader = read(store).await;
    for cursor in [ahead.cursor(), Cursor("made up".into())] {
        let page = reader
            .published_articles(None, START, Some(&cursor), 5)
            .await
            .expect("a page");
        assert_eq!(slugs(&page), ["out"]);
        let page = reader
            .weeks(scene.series, START, Some(&cursor), 5)
            .await
            .expect("a page");
        assert_eq!(slugs(&page), ["out"]);
    }
}

/// The weeks before and after are those that are out.
pub async fn an_article_knows_its_neighbours(store: &dyn Store) {
    let scene = scene(store).await;
    let day = |number: i64| Some(START.plus(number * Timestamp::DAY));
    scene.put(store, &scene.article("one", day(0))).await;
    let middle = scene.put(store, &scene.article("two", day(1))).await;
    let last = scene.put(store, &scene.article("three", day(2))).await;
    scene.put(store, &scene.article("four", day(9))).await;
    let now = START.plus(3 * Timestamp::DAY);
    let mut reader = read(store).await;
    let mut around = async |id| {
        let article = reader.article(id).await.expect("an answer").expect("there");
        let (before, after) = reader.neighbours(&article, now).await.expect("neighbours");
        (before.map(|week| week.slug), after.map(|week| week.slug))
    };
    assert_eq!(
        around(middle).await,
        (Some("one".to_owned()), Some("three".to_owned()))
    );
    assert_eq!(around(last).await, (Some("two".to_owned()), None));
}

/// At most one series stands on the first page.
pub async fn one_series_is_current(store: &dyn Store) {
    let scene = scene(store).await;
    let other = add_series(
        store,
        &scene.chance,
        "The long way",
        "the-long-way",
        START.plus(1),
    )
    .await;
    let mut reader = read(store).await;
    assert_eq!(reader.current_series().await.expect("an answer"), None);
    drop(reader);
    for id in [scene.series, other, other] {
        let mut unit = begin(store).await;
        let actor = scene.as_editor();
        let act = scene.act(&actor, 0);
        articles::make_current(&mut *unit, act, id)
            .await
            .expect("it is current");
        commit(unit).await;
        let mut reader = read(store).await;
        let current = reader.current_series().await.expect("an answer");
        assert_eq!(current.map(|series| series.id), Some(id));
        let all = reader.all_series().await.expect("series");
        assert_eq!(all.iter().filter(|series| series.current).count(), 1);
        assert_eq!(all[0].id, other, "the newest comes first");
    }
}

/// A series is found by its address and by its title, in any case.
pub async fn a_series_is_found_by_its_names(store: &dyn Store) {
    let scene = scene(store).await;
    let mut reader = read(store).await;
    let by_slug = reader.series_by_slug("ordinary-days").await;
    let series = by_slug.expect("an answer").expect("there");
    assert_eq!(series.id, scene.series);
    let by_title = reader.series_by_title("ORDINARY days").await;
    assert_eq!(by_title.expect("an answer"), Some(series));
    let unknown = reader.series_by_slug("Ordinary days").await;
    assert_eq!(unknown.expect("an answer"), None);
}

/// An article in a series of a new name begins it; the first one of the house
/// stands on the first page.
pub async fn a_new_name_begins_a_series(store: &dyn Store) {
    let scene = scene(store).await;
    let new = |title: &str| ArticleDraft {
        series: SeriesTitle::parse(title).expect("a title"),
        ..draft("A door")
    };
    let first = scene.writes(store, new("Doors")).await.expect("written");
    assert_eq!(first.series.slug, "doors");
    assert!(first.series.current);
    let same = scene.writes(store, new("doors")).await.expect("written");
    assert_eq!(same.series.id, first.series.id);
    let other = scene.writes(store, new("Doors!")).await.expect("written");
    assert_eq!(other.series.slug, "doors-2");
    assert!(!other.series.current);
    let arabic = scene.writes(store, new("أبواب")).await.expect("written");
    assert!(arabic.series.slug.starts_with("series-"));
}

/// A series can be called something else. Its address stays.
pub async fn a_series_is_called_something_else(store: &dyn Store) {
    let scene = scene(store).await;
    add_series(store, &scene.chance, "Doors", "doors", START).await;
    let title = |text| SeriesTitle::parse(text).expect("a title");
    let summary = SeriesSummary::parse("Plain days.").expect("a summary");
    let actor = scene.as_editor();
    let mut unit = begin(store).await;
    let act = scene.act(&actor, 0);
    let renamed = articles::revise_series(
        &mut *unit,
        act,
        scene.series,
        &title("Plain days"),
        &summary,
    )
    .await
    .expect("renamed");
    assert_eq!(renamed.title, "Plain days");
    assert_eq!(renamed.summary, "Plain days.");
    assert_eq!(renamed.slug, "ordinary-days");
    let taken =
        articles::revise_series(&mut *unit, act, scene.series, &title("DOORS"), &summary).await;
    assert_eq!(
        refused(taken),
        Refusal::field(Field::Title, Reason::SlugTaken)
    );
}

/// An address belongs to one article of a series.
pub async fn an_address_is_given_once(store: &dyn Store) {
    let scene = scene(store).await;
    let first = scene.writes(store, draft("The hard hour")).await;
    let first = first.expect("written");
    assert_eq!(first.slug, "the-hard-hour");
    let second = scene.writes(store, draft("The hard hour!")).await;
    assert_eq!(second.expect("written").slug, "the-hard-hour-2");
    let chosen = ArticleDraft {
        slug: Some(Slug::parse("the-hard-hour").expect("a slug")),
        ..draft("Something else")
    };
    assert_eq!(
        refused(scene.writes(store, chosen.clone()).await),
        Refusal::field(Field::Slug, Reason::SlugTaken)
    );
    let own = scene
        .revises(store, &first, chosen, Some(first.updated_at))
        .await;
    assert_eq!(own.expect("its own address").slug, "the-hard-hour");
}

/// Whoever began from an older version is told, and may write over it.
pub async fn two_editors_do_not_overwrite_each_other(store: &dyn Store) {
    let scene = scene(store).await;
    let seen = scene.writes(store, draft("One")).await.expect("written");
    let first = scene
        .revises(store, &seen, draft("Two"), Some(seen.updated_at))
        .await
        .expect("revised");
    assert!(first.updated_at > seen.updated_at, "within one moment too");
    let second = scene
        .revises(store, &seen, draft("Three"), Some(seen.updated_at))
        .await;
    assert_eq!(refused(second), Refusal::Changed);
    let over = scene.revises(store, &seen, draft("Three"), None).await;
    assert_eq!(over.expect("written over").title, "Three");
}

/// Prompts that are changed keep their answers. One that is answered does not
/// go.
pub async fn an_answered_prompt_stays(store: &dyn Store) {
    let scene = scene(store).await;
    let article = scene.writes(store, draft("One")).await.expect("written");
    let mut reader = read(store).await;
    let before = reader.prompts(article.id).await.expect("prompts");
    drop(reader);
    let ana = member(store, &scene.chance, "ana").await;
    let mut unit = begin(store).await;
    unit.insert_reflection(&ReflectionToInsert {
        id: ReflectionId::random(&scene.chance),
        article: article.id,
        prompt: before[0].id,
        member: ana.id,
        anonymous: false,
        body: "At six.".into(),
        html: "<p>At six.</p>".into(),
        created_at: START,
    })
    .await
    .expect("an answer");
    commit(unit).await;
    let other = ArticleDraft {
        prompts: Vec::new(),
        ..draft("One")
    };
    let article = scene
        .revises(store, &article, other, None)
        .await
        .expect("revised");
    let mut reader = read(store).await;
    let after = reader.prompts(article.id).await.expect("prompts");
    assert_eq!(after.len(), 1);
    assert_eq!((after[0].id, after[0].position), (before[0].id, 1));
    drop(reader);
    let mended = ArticleDraft {
        prompts: read_prompts("When, roughly?\nWith whom?").expect("prompts"),
        ..draft("One")
    };
    let article = scene
        .revises(store, &article, mended, None)
        .await
        .expect("revised");
    let mut reader = read(store).await;
    let after = reader.prompts(article.id).await.expect("prompts");
    let texts: Vec<&str> = after.iter().map(|prompt| prompt.text.as_str()).collect();
    assert_eq!(texts, ["When, roughly?", "With whom?"]);
    assert_eq!(after[0].id, before[0].id);
}

/// Only editors write, change and delete.
pub async fn only_an_editor_writes(store: &dyn Store) {
    let scene = scene(store).await;
    let article = scene.writes(store, draft("One")).await.expect("written");
    let ana = Actor::Member(member(store, &scene.chance, "ana").await);
    let guest = Actor::Guest(GuestId::random(&scene.chance));
    for (actor, refusal) in [(&ana, Refusal::NotAllowed), (&guest, Refusal::SignInFirst)] {
        let act = scene.act(actor, 0);
        let mut unit = begin(store).await;
        let unit = &mut *unit;
        assert_eq!(
            refused(articles::write(unit, act, draft("Two")).await),
            refusal
        );
        assert_eq!(
            refused(articles::revise(unit, act, article.id, draft("Two"), None).await),
            refusal
        );
        assert_eq!(
            refused(articles::delete(unit, act, article.id).await),
            refusal
        );
        assert_eq!(
            refused(articles::make_current(unit, act, scene.series).await),
            refusal
        );
    }
}

/// What appears has to say something, and in time to come.
pub async fn nothing_empty_appears(store: &dyn Store) {
    let scene = scene(store).await;
    let empty = |publication| ArticleDraft {
        body: ArticleBody::parse("").expect("nothing"),
        publication,
        ..draft("One")
    };
    for publication in [
        Publication::Now,
        Publication::At(START.plus(Timestamp::DAY)),
    ] {
        assert_eq!(
            refused(scene.writes(store, empty(publication)).await),
            Refusal::field(Field::Body, Reason::Empty)
        );
    }
    scene
        .writes(store, empty(Publication::Draft))
        .await
        .expect("a draft");
    let past = ArticleDraft {
        publication: Publication::At(START),
        ..draft("Two")
    };
    assert_eq!(
        refused(scene.writes(store, past).await),
        Refusal::field(Field::When, Reason::TimePassed)
    );
}

/// A draft is deleted; what can be read or was answered is not.
pub async fn what_was_answered_is_not_deleted(store: &dyn Store) {
    let scene = scene(store).await;
    let actor = scene.as_editor();
    let act = scene.act(&actor, 0);
    let gone = scene.writes(store, draft("One")).await.expect("written");
    let out = ArticleDraft {
        publication: Publication::Now,
        ..draft("Two")
    };
    let out = scene.writes(store, out).await.expect("written");
    let mut unit = begin(store).await;
    for _ in 0..2 {
        articles::delete(&mut *unit, act, gone.id)
            .await
            .expect("deleted, or gone already");
    }
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(reader.article(gone.id).await.expect("an answer"), None);
    assert!(reader.prompts(gone.id).await.expect("prompts").is_empty());
    drop(reader);

    let mut unit = begin(store).await;
    assert_eq!(
        refused(articles::delete(&mut *unit, act, out.id).await),
        Refusal::Answered
    );
    unit.insert_comment(&CommentToInsert {
        id: CommentId::random(&scene.chance),
        subject: out.id.into(),
        parent: None,
        writer: Writer::Member(scene.editor.id),
        anonymous: false,
        state: CommentState::Published,
        body: "Yes.".into(),
        html: "<p>Yes.</p>".into(),
        created_at: START,
    })
    .await
    .expect("a comment");
    commit(unit).await;
    let back = scene
        .revises(store, &out, draft("Two"), None)
        .await
        .expect("a draft again");
    assert_eq!(back.published_at, None);
    let mut unit = begin(store).await;
    assert_eq!(
        refused(articles::delete(&mut *unit, act, out.id).await),
        Refusal::Answered
    );
}
