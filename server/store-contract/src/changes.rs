//! The version of what pages show: it moves with what others can see.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    actor::Writer,
    articles::{ArticleToInsert, SeriesToInsert},
    clock::Timestamp,
    drafts::{FormName, Kept},
    ids::{ArticleId, SeriesId, StoryId},
    once::OnceKey,
    store::Store,
    stories::StoryText,
};

async fn version(store: &dyn Store) -> u64 {
    read(store).await.version().await.expect("a version")
}

fn story(title: &str) -> StoryText {
    StoryText {
        anonymous: false,
        title: title.into(),
        content_note: None,
        excerpt: "Words.".into(),
        body: "Words.".into(),
        html: "<p>Words.</p>".into(),
    }
}

pub async fn what_others_see_makes_a_new_version(store: &dyn Store) {
    let chance = FixedChance::default();
    let mut last = version(store).await;
    let ana = member(store, &chance, "ana").await.id;
    assert!(version(store).await > last);
    let id = StoryId::random(&chance);
    for step in ["share", "edit", "remove"] {
        last = version(store).await;
        let mut unit = begin(store).await;
        match step {
            "share" => unit.insert_story(id, ana, &story("One"), START).await,
            "edit" => unit.edit_story(id, &story("Two"), START).await,
            _ => unit.remove_story(id).await,
        }
        .expect("written");
        assert_eq!(version(store).await, last, "{step}, not kept yet");
        commit(unit).await;
        assert!(version(store).await > last, "{step}");
    }
    last = version(store).await;
    guest(store, &chance).await;
    assert!(version(store).await > last);
}

pub async fn what_nobody_else_sees_makes_none(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = Writer::Member(member(store, &chance, "ana").await.id);
    let before = version(store).await;
    let kept = store.kept_units();
    let mut unit = begin(store).await;
    let name = FormName::parse("stories.new").expect("a name");
    unit.keep_draft(ana, &name, &Kept::default(), START)
        .await
        .expect("a draft");
    let key = OnceKey::sent(ana, "stories.share", "a key", START);
    unit.keep_answer(&key, "{}", START)
        .await
        .expect("an answer");
    unit.forget_sessions(START).await.expect("forgotten");
    commit(unit).await;
    assert_eq!(version(store).await, before);
    assert_eq!(store.kept_units(), kept + 1);
}

pub async fn a_unit_that_goes_away_makes_none(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await.id;
    let before = version(store).await;
    let kept = store.kept_units();
    let mut unit = begin(store).await;
    unit.insert_story(StoryId::random(&chance), ana, &story("Gone"), START)
        .await
        .expect("a story");
    drop(unit);
    // The next unit begins once the last one has left.
    drop(begin(store).await);
    assert_eq!(version(store).await, before);
    assert_eq!(store.kept_units(), kept);
}

pub async fn the_next_article_to_appear_is_known(store: &dyn Store) {
    let chance = FixedChance::default();
    let editor = member(store, &chance, "edda").await.id;
    let series = SeriesId::random(&chance);
    let mut unit = begin(store).await;
    unit.insert_series(&SeriesToInsert {
        id: series,
        slug: "days".into(),
        title: "Days".into(),
        summary: String::new(),
        created_at: START,
    })
    .await
    .expect("a series");
    for (slug, published_at) in [
        ("out", Some(START)),
        ("later", Some(START.plus(9))),
        ("next", Some(START.plus(5))),
        ("draft", None),
    ] {
        unit.insert_article(&ArticleToInsert {
            id: ArticleId::random(&chance),
            series,
            slug: slug.into(),
            week: None,
            title: slug.into(),
            summary: String::new(),
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
            published_at,
            created_at: START,
            updated_at: START,
            editor: Some(editor),
            source: None,
            categories: Vec::new(),
            prompts: Vec::new(),
        })
        .await
        .expect("an article");
    }
    commit(unit).await;
    let next = async |after: Timestamp| {
        let mut reader = read(store).await;
        reader.next_appearance(after).await.expect("read")
    };
    assert_eq!(next(START).await, Some(START.plus(5)));
    assert_eq!(next(START.plus(4)).await, Some(START.plus(5)));
    assert_eq!(next(START.plus(5)).await, Some(START.plus(9)));
    assert_eq!(next(START.plus(9)).await, None);
}
