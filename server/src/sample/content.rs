use super::AccountEntry;
use app::ctx::House;
use domain::{
    actor::{ActingMember, Actor, Roles},
    articles::{ArticleToInsert, PromptToPut, SeriesToInsert},
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, NewComment},
    ids::{ArticleId, Chance, CommentId, GuestId, MemberId, PromptId, SeriesId, Subject},
    markdown,
    reflections::{self, NewReflection, ReflectionBody},
    refusal::{Fault, Faults, Reason},
    rituals::{self, Moment, NewRitual, RitualBody, RitualTitle, Venue, Zone},
    shout_outs::{self, Addressee, NewShoutOut, ShoutOutBody},
    store::{Act, StoreError, Unit},
    stories::{self, ContentNote, StoryBody, StoryTitle, StoryWords},
    support,
};
use serde::Deserialize;
use std::{collections::HashMap, future::Future, pin::Pin};

/// `server/sample/community.json`; its README says what the fields mean.
#[derive(Deserialize)]
pub struct Community {
    pub(super) accounts: Vec<AccountEntry>,
    series: Vec<SeriesEntry>,
    stories: Vec<StoryEntry>,
    shout_outs: Vec<ShoutOutEntry>,
    rituals: Vec<RitualEntry>,
    reflections: Vec<ReflectionEntry>,
}

#[derive(Deserialize)]
struct SeriesEntry {
    slug: String,
    title: String,
    summary: String,
    #[serde(default)]
    current: bool,
    articles: Vec<ArticleEntry>,
}

#[derive(Deserialize)]
struct ArticleEntry {
    slug: String,
    week: Option<u16>,
    title: String,
    summary: String,
    body_file: String,
    published_hours_ago: Option<i64>,
    scheduled_in_hours: Option<i64>,
    author: String,
    prompts: Vec<String>,
    #[serde(default)]
    comments: Vec<CommentEntry>,
}

#[derive(Deserialize)]
struct StoryEntry {
    author: String,
    #[serde(default)]
    anonymous: bool,
    title: String,
    #[serde(default)]
    content_note: String,
    body: String,
    hours_ago: i64,
    #[serde(flatten)]
    answers: Answers,
}

#[derive(Deserialize)]
struct ShoutOutEntry {
    author: String,
    #[serde(default)]
    anonymous: bool,
    to_handle: Option<String>,
    to_name: Option<String>,
    body: String,
    hours_ago: i64,
    #[serde(flatten)]
    answers: Answers,
}

#[derive(Deserialize)]
struct RitualEntry {
    author: String,
    #[serde(default)]
    anonymous: bool,
    kind: String,
    title: String,
    body: String,
    in_days: i64,
    time: String,
    zone: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    link: String,
    hours_ago: i64,
    #[serde(flatten)]
    answers: Answers,
}

#[derive(Deserialize)]
struct ReflectionEntry {
    series: String,
    article: String,
    prompt: usize,
    author: String,
    #[serde(default)]
    anonymous: bool,
    body: String,
    hours_ago: i64,
    #[serde(flatten)]
    answers: Answers,
}

/// What others answered to a share.
#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    comments: Vec<CommentEntry>,
    #[serde(default)]
    support: Vec<SupportEntry>,
}

#[derive(Deserialize)]
struct CommentEntry {
    author: Option<String>,
    #[serde(default)]
    anonymous: bool,
    body: String,
    hours_ago: i64,
    #[serde(default)]
    held: bool,
    #[serde(default)]
    replies: Vec<CommentEntry>,
}

#[derive(Deserialize)]
struct SupportEntry {
    author: String,
    kind: String,
}

/// Why the sample cannot be laid out. It is checked by a test.
#[derive(Debug)]
pub struct SampleError(String);

impl std::fmt::Display for SampleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the sample content cannot be laid out: {}", self.0)
    }
}

impl std::error::Error for SampleError {}

impl From<Fault> for SampleError {
    fn from(fault: Fault) -> Self {
        Self(fault.to_string())
    }
}

impl From<StoreError> for SampleError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<Reason> for SampleError {
    fn from(reason: Reason) -> Self {
        Self(format!("{reason:?}"))
    }
}

type Filled<T> = Result<T, SampleError>;

/// Lays out everything that people did, each at its own time.
struct Past<'a> {
    now: Timestamp,
    chance: &'a dyn Chance,
    members: &'a HashMap<String, MemberId>,
    prompts: HashMap<(String, String), Vec<PromptId>>,
}

pub async fn fill(
    house: &House,
    unit: &mut dyn Unit,
    community: &Community,
    members: &HashMap<String, MemberId>,
) -> Filled<()> {
    let mut past = Past {
        now: house.clock.now(),
        chance: &*house.chance,
        members,
        prompts: HashMap::new(),
    };
    for series in &community.series {
        past.series(unit, series).await?;
    }
    for story in &community.stories {
        past.story(unit, story).await?;
    }
    for shout_out in &community.shout_outs {
        past.shout_out(unit, shout_out).await?;
    }
    for ritual in &community.rituals {
        past.ritual(unit, ritual).await?;
    }
    for reflection in &community.reflections {
        past.reflection(unit, reflection).await?;
    }
    Ok(())
}

impl Past<'_> {
    fn ago(&self, hours: i64) -> Timestamp {
        self.now.plus(-hours * Timestamp::HOUR)
    }

    fn member(&self, handle: &str) -> Filled<MemberId> {
        self.members
            .get(handle)
            .copied()
            .ok_or_else(|| SampleError(format!("nobody is called {handle}")))
    }

    fn actor(&self, handle: &str) -> Filled<Actor> {
        Ok(Actor::Member(ActingMember {
            id: self.member(handle)?,
            handle: handle.to_owned(),
            roles: Roles::default(),
        }))
    }

    async fn series(&mut self, unit: &mut dyn Unit, entry: &SeriesEntry) -> Filled<()> {
        let id = SeriesId::random(self.chance);
        unit.insert_series(&SeriesToInsert {
            id,
            slug: entry.slug.clone(),
            title: entry.title.clone(),
            summary: entry.summary.clone(),
            created_at: self.now,
        })
        .await?;
        if entry.current {
            unit.set_current_series(id).await?;
        }
        for article in &entry.articles {
            self.article(unit, id, &entry.slug, article).await?;
        }
        Ok(())
    }

    async fn article(
        &mut self,
        unit: &mut dyn Unit,
        series: SeriesId,
        series_slug: &str,
        entry: &ArticleEntry,
    ) -> Filled<()> {
        let body = body(&entry.body_file)?;
        let published_at = match (entry.published_hours_ago, entry.scheduled_in_hours) {
            (Some(ago), _) => Some(self.ago(ago)),
            (None, Some(ahead)) => Some(self.ago(-ahead)),
            (None, None) => None,
        };
        let prompts: Vec<PromptToPut> = entry
            .prompts
            .iter()
            .map(|text| PromptToPut {
                id: PromptId::random(self.chance),
                text: text.clone(),
            })
            .collect();
        self.prompts.insert(
            (series_slug.to_owned(), entry.slug.clone()),
            prompts.iter().map(|prompt| prompt.id).collect(),
        );
        let id = ArticleId::random(self.chance);
        let written = published_at.unwrap_or(self.now);
        unit.insert_article(&ArticleToInsert {
            id,
            series,
            slug: entry.slug.clone(),
            week: entry.week,
            title: entry.title.clone(),
            summary: entry.summary.clone(),
            body: body.to_owned(),
            html: markdown::render(body).into_string(),
            published_at,
            created_at: written,
            updated_at: written,
            editor: Some(self.member(&entry.author)?),
            source: None,
            categories: Vec::new(),
            prompts,
        })
        .await?;
        self.comments(unit, id.into(), None, &entry.comments).await
    }

    async fn story(&self, unit: &mut dyn Unit, entry: &StoryEntry) -> Filled<()> {
        let actor = self.actor(&entry.author)?;
        let act = Act {
            actor: &actor,
            now: self.ago(entry.hours_ago),
            chance: self.chance,
        };
        let words = StoryWords {
            title: StoryTitle::parse(&entry.title)?,
            content_note: ContentNote::parse(&entry.content_note)?,
            body: StoryBody::parse(&entry.body)?,
            anonymous: entry.anonymous,
        };
        let id = stories::share(unit, act, &words).await?;
        self.answers(unit, id.into(), &entry.answers).await
    }

    async fn shout_out(&self, unit: &mut dyn Unit, entry: &ShoutOutEntry) -> Filled<()> {
        let actor = self.actor(&entry.author)?;
        let act = Act {
            actor: &actor,
            now: self.ago(entry.hours_ago),
            chance: self.chance,
        };
        let to = match (&entry.to_handle, &entry.to_name) {
            (Some(handle), _) => format!("@{handle}"),
            (None, name) => name.clone().unwrap_or_default(),
        };
        let new = NewShoutOut {
            to: Addressee::parse(&to)?,
            body: ShoutOutBody::parse(&entry.body)?,
            anonymous: entry.anonymous,
        };
        let id = shout_outs::post(unit, act, new, false).await?;
        self.answers(unit, id.into(), &entry.answers).await
    }

    async fn ritual(&self, unit: &mut dyn Unit, entry: &RitualEntry) -> Filled<()> {
        let actor = self.actor(&entry.author)?;
        let act = Act {
            actor: &actor,
            now: self.ago(entry.hours_ago),
            chance: self.chance,
        };
        let day = self.now.plus(entry.in_days * Timestamp::DAY).day().iso;
        let mut faults = Faults::default();
        let venue = Venue::parse(&entry.place, &entry.link, &mut faults)
            .ok_or_else(|| SampleError(format!("{}: no place", entry.title)))?;
        let new = NewRitual {
            kind: entry.kind.parse()?,
            title: RitualTitle::parse(&entry.title)?,
            body: RitualBody::parse(&entry.body)?,
            when: Moment::parse(&format!("{day}T{}", entry.time), &Zone::parse(&entry.zone)?)?,
            venue,
            anonymous: entry.anonymous,
        };
        let id = rituals::post(unit, act, new).await?;
        self.answers(unit, id.into(), &entry.answers).await
    }

    async fn reflection(&self, unit: &mut dyn Unit, entry: &ReflectionEntry) -> Filled<()> {
        let actor = self.actor(&entry.author)?;
        let act = Act {
            actor: &actor,
            now: self.ago(entry.hours_ago),
            chance: self.chance,
        };
        let prompt = self
            .prompts
            .get(&(entry.series.clone(), entry.article.clone()))
            .and_then(|prompts| prompts.get(entry.prompt))
            .copied()
            .ok_or_else(|| SampleError(format!("{} has no such prompt", entry.article)))?;
        let new = NewReflection {
            prompt,
            body: ReflectionBody::parse(&entry.body)?,
            anonymous: entry.anonymous,
        };
        let id = reflections::answer(unit, act, new).await?;
        self.answers(unit, id.into(), &entry.answers).await
    }

    async fn answers(
        &self,
        unit: &mut dyn Unit,
        subject: Subject,
        answers: &Answers,
    ) -> Filled<()> {
        for entry in &answers.support {
            let actor = self.actor(&entry.author)?;
            let act = Act {
                actor: &actor,
                now: self.now,
                chance: self.chance,
            };
            let kind = entry
                .kind
                .parse()
                .map_err(|_| SampleError(format!("{} is no support", entry.kind)))?;
            support::give(unit, act, subject, kind).await?;
        }
        self.comments(unit, subject, None, &answers.comments).await
    }

    fn comments<'f>(
        &'f self,
        unit: &'f mut dyn Unit,
        subject: Subject,
        parent: Option<CommentId>,
        entries: &'f [CommentEntry],
    ) -> Pin<Box<dyn Future<Output = Filled<()>> + Send + 'f>> {
        Box::pin(async move {
            for entry in entries {
                let actor = match &entry.author {
                    Some(handle) => self.actor(handle)?,
                    None => Actor::Guest(GuestId::random(self.chance)),
                };
                let act = Act {
                    actor: &actor,
                    now: self.ago(entry.hours_ago),
                    chance: self.chance,
                };
                let new = NewComment {
                    subject,
                    parent,
                    body: CommentBody::parse(&entry.body)?,
                    anonymous: entry.anonymous,
                };
                let id = comments::post(&mut *unit, act, new).await?;
                if entry.author.is_none() && !entry.held {
                    unit.set_comment_state(id, CommentState::Published).await?;
                }
                self.comments(&mut *unit, subject, Some(id), &entry.replies)
                    .await?;
            }
            Ok(())
        })
    }
}

/// The article bodies, by the names that `community.json` uses.
fn body(file: &str) -> Filled<&'static str> {
    macro_rules! bodies {
        ($($name:literal),* $(,)?) => {
            match file {
                $($name => Ok(include_str!(concat!("../../sample/", $name))),)*
                other => Err(SampleError(format!("there is no {other}"))),
            }
        };
    }
    bodies!(
        "articles/paying-back-the-milk-money.md",
        "articles/sleep-comes-back-last.md",
        "articles/the-first-plain-sentence.md",
        "articles/the-hard-hour.md",
        "articles/the-long-ordinary.md",
        "articles/the-other-end-of-the-sofa.md",
    )
}
