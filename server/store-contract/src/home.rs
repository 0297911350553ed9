//! Home: the newest shares of every room.

use crate::support::{FixedChance, START, begin, commit, member, read};
use domain::{
    actor::{ActingMember, Byline},
    articles::{ArticleToInsert, PromptToPut, SeriesToInsert},
    clock::Timestamp,
    ids::{
        ArticleId, PromptId, ReflectionId, RitualId, SeriesId, ShoutOutId, StoryId, SubjectKind,
    },
    reflections::ReflectionToInsert,
    rituals::{Moment, RitualKind, RitualText},
    shout_outs::{KeptThanked, ShoutOutText},
    store::{Store, Unit},
    stories::StoryText,
};

async fn answer(
    unit: &mut dyn Unit,
    chance: &FixedChance,
    by: &ActingMember,
    slug: &str,
    published_at: Option<Timestamp>,
    at: Timestamp,
) {
    let (series, article) = (SeriesId::random(chance), ArticleId::random(chance));
    let prompt = PromptId::random(chance);
    unit.insert_series(&SeriesToInsert {
        id: series,
        slug: slug.into(),
        title: slug.into(),
        summary: String::new(),
        created_at: START,
    })
    .await
    .expect("a series");
    unit.insert_article(&ArticleToInsert {
        id: article,
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
    unit.insert_reflection(&ReflectionToInsert {
        id: ReflectionId::random(chance),
        article,
        prompt,
        member: by.id,
        anonymous: true,
        body: "At six.".into(),
        html: "<p>At six.</p>".into(),
        created_at: at,
    })
    .await
    .expect("a reflection");
}

/// One of each room, newest first. Answers to what is not out are not there.
pub async fn every_room_is_heard(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let minute = |number: i64| START.plus(number * Timestamp::MINUTE);
    let mut unit = begin(store).await;
    let story = StoryText {
        anonymous: false,
        title: "The first plain morning".into(),
        content_note: Some("relapse".into()),
        excerpt: "I made the bed.".into(),
        body: "I made the bed.".into(),
        html: "<p>I made the bed.</p>".into(),
    };
    unit.insert_story(StoryId::random(&chance), ana.id, &story, minute(1))
        .await
        .expect("a story");
    let thanks = ShoutOutText {
        to: KeptThanked::Member(ben.id),
        anonymous: false,
        body: "You drove.".into(),
        html: "<p>You drove.</p>".into(),
    };
    unit.insert_shout_out(ShoutOutId::random(&chance), ana.id, &thanks, minute(2))
        .await
        .expect("a shout-out");
    let soup = RitualText {
        kind: RitualKind::SharedMeal,
        title: "Soup".into(),
        body: "Bring a bowl.".into(),
        html: "<p>Bring a bowl.</p>".into(),
        when: Moment {
            at: minute(60),
            zone: "UTC".into(),
        },
        place: Some("The hall".into()),
        link: None,
    };
    unit.insert_ritual(RitualId::random(&chance), ben.id, false, &soup, minute(3))
        .await
        .expect("a ritual");
    answer(&mut *unit, &chance, &ana, "out", Some(START), minute(4)).await;
    answer(
        &mut *unit,
        &chance,
        &ana,
        "later",
        Some(minute(120)),
        minute(5),
    )
    .await;
    commit(unit).await;

    let mut reader = read(store).await;
    let shares = reader
        .newest_shares(minute(10), 10)
        .await
        .expect("the shares");
    let seen: Vec<_> = shares
        .iter()
        .map(|share| (share.kind, share.title.as_str(), share.opening.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (SubjectKind::Reflection, "When is yours?", "At six."),
            (SubjectKind::Ritual, "Soup", "Bring a bowl."),
            (SubjectKind::ShoutOut, "ben", "You drove."),
            (
                SubjectKind::Story,
                "The first plain morning",
                "I made the bed."
            ),
        ]
    );
    assert_eq!(shares[0].author.byline(), Byline::Anonymous);
    assert_eq!(shares[1].author.byline(), Byline::Member("ben".into()));
    assert_eq!(shares[3].content_note, "relapse");
    assert_eq!(shares[3].created_at, minute(1));
    let two = reader
        .newest_shares(minute(10), 2)
        .await
        .expect("the shares");
    assert_eq!(two, shares[..2]);
}
