#[cfg(feature = "ssr")]
use super::{OwnReflection, PlaceView, PromptAnswers, Shown, composer};
use super::{PromptPageView, ReflectionPageView, ReflectionView};
use crate::{care::near::Near, comments::ThreadQuery, error::AppError};
#[cfg(feature = "ssr")]
use crate::{
    care::near::beside,
    comments::api::load_thread,
    ctx::{self, Form, Landing, Look},
    people::Shield,
    support::{
        Share, SupportView, Viewer,
        api::{load_support, load_support_many},
    },
};
use domain::{actor::Byline, ids::ReflectionId};
#[cfg(feature = "ssr")]
use domain::{
    ids::PromptId,
    markdown,
    moderation::Thing,
    page::Cursor,
    reflections::{self, NewReflection, PromptPlace, Reflection, ReflectionBody},
    refusal::{Fault, Field, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the composer under a prompt sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    pub page: String,
    pub key: String,
    pub prompt: String,
    pub body: String,
    /// `handle` or `anonymous`.
    pub voice: String,
}

/// What the editor of a reflection sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EditReflectionForm {
    pub page: String,
    pub key: String,
    pub id: String,
    pub body: String,
    /// `handle` or `anonymous`.
    pub voice: String,
}

/// What deleting a reflection sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteReflectionForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// A reflection that was posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub reflection: ReflectionView,
    /// Where it stands now.
    pub page: String,
}

/// A reflection that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    pub id: ReflectionId,
    pub byline: Byline,
    /// Sanitised.
    pub html: String,
    /// What was typed.
    pub source: String,
    pub anonymous: bool,
    /// Where help is, if the viewer wrote it lately and it reads like a call.
    pub near: Option<Near>,
}

/// A reflection that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// Where to go from here.
    pub page: String,
}

/// Answers a prompt.
#[server(prefix = "/api", endpoint = "/reflections/answer")]
pub async fn answer_prompt(#[server(flatten)] form: AnswerForm) -> Result<Answered, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let prompt: PromptId = form.prompt.parse().map_err(|_| Refusal::NotFound)?;
            let body = body_of(&form.body)?;
            let anonymous = form.voice == "anonymous";
            let waits = work.waits(&[&form.body]).await?;
            let (unit, act) = work.parts();
            let new = NewReflection {
                prompt,
                body,
                anonymous,
            };
            let id = reflections::answer(unit, act, new).await?;
            if waits {
                work.hold(id).await?;
            }
            answered(work, id).await
        })
    })
    .await
}

/// Changes a reflection.
#[server(prefix = "/api", endpoint = "/reflections/edit")]
pub async fn edit_reflection(
    #[server(flatten)] form: EditReflectionForm,
) -> Result<Edited, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let id: ReflectionId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let body = body_of(&form.body)?;
            let anonymous = form.voice == "anonymous";
            let (unit, act) = work.parts();
            reflections::edit(unit, act, id, &body, anonymous).await?;
            if work.waits_again(&[&form.body]) {
                work.hold(id).await?;
            }
            let now = work.unit().reflection(id).await?.ok_or(Refusal::NotFound)?;
            Ok(Edited {
                id,
                near: near_to(&now, true),
                byline: now.author.byline(),
                html: now.html,
                source: now.body,
                anonymous: now.author.anonymous,
            })
        })
    })
    .await
}

/// Deletes a reflection.
#[server(prefix = "/api", endpoint = "/reflections/delete")]
pub async fn delete_reflection(
    #[server(flatten)] form: DeleteReflectionForm,
) -> Result<Deleted, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: ReflectionId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            let now = act.now;
            let gone = reflections::remove(unit, act, id).await?;
            let place = unit.prompt_place(gone.prompt, now).await?;
            Ok(Deleted {
                page: place.map_or_else(|| "/".to_owned(), |place| address_of(&place)),
            })
        })
    })
    .await
}

/// One reflection, with its thread.
#[server(prefix = "/api", endpoint = "/reflections/read", protocol = crate::wire::Reads)]
pub async fn read_reflection(
    id: String,
    #[server(flatten)] query: ThreadQuery,
) -> Result<ReflectionPageView, AppError> {
    let id: ReflectionId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let reflection = look
        .reader
        .reflection(id)
        .await?
        .filter(|found| found.standing.is_seen_by(&found.author, &look.actor))
        .ok_or(Refusal::NotFound)?;
    let standing = reflection.standing;
    let place = place_of(&mut look, reflection.prompt).await?;
    let mine = reflection.author.is(&look.actor);
    let near = near_to(&reflection, mine);
    let own = match look.actor.member() {
        Some(member) if mine => Some(OwnReflection {
            handle: member.handle.clone(),
            anonymous: reflection.author.anonymous,
            source: reflection.body,
            kept: match query.kept == composer::editor_name(&id.to_string()) {
                true => look.kept(&query.kept).await?,
                false => None,
            },
        }),
        _ => None,
    };
    let share = Share {
        subject: id.into(),
        mine,
    };
    let away = Shield::from(&mut look, share.subject, &reflection.author).await?;
    Ok(ReflectionPageView {
        id,
        place,
        byline: reflection.author.byline(),
        day: reflection.created_at.day(),
        edited: reflection.edited_at.is_some(),
        html: reflection.html,
        standing,
        why: look.why(id.into(), mine, standing).await?,
        own,
        near,
        away,
        support: load_support(&mut look, share, &query.kept).await?,
        thread: load_thread(&mut look, id.into(), standing.is_published(), query).await?,
    })
}

/// A page of the answers to a prompt.
#[server(prefix = "/api", endpoint = "/reflections/list", protocol = crate::wire::Reads)]
pub async fn list_reflections(
    prompt: String,
    after: String,
    kept: String,
) -> Result<PromptPageView, AppError> {
    let prompt: PromptId = prompt.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let place = place_of(&mut look, prompt).await?;
    let cursor = (!after.is_empty()).then_some(Cursor(after));
    let page = look
        .reader
        .reflections(prompt, cursor.as_ref(), reflections::PAGE)
        .await?;
    let kept_here = kept_for(&mut look, prompt, &kept).await?;
    Ok(PromptPageView {
        place,
        answers: PromptAnswers {
            prompt,
            reflections: views(&mut look, &page.items, &kept).await?,
            more: false,
            handle: look.actor.member().map(|member| member.handle.clone()),
            kept: kept_here,
        },
        next: page.next.map(|cursor| cursor.0),
        continued: cursor.is_some(),
    })
}

/// What stands under the prompts of an article, in the order of `prompts`:
/// the newest few answers to each. `kept` is the page's query field of that
/// name.
#[cfg(feature = "ssr")]
pub async fn load_for_article(
    look: &mut Look,
    prompts: &[PromptId],
    kept: &str,
) -> Result<Vec<PromptAnswers>, AppError> {
    let each = reflections::ON_ARTICLE as usize;
    let found = look
        .reader
        .newest_reflections(prompts, reflections::ON_ARTICLE + 1)
        .await?;
    let of = |prompt: PromptId| found.iter().filter(move |found| found.prompt == prompt);
    let shown: Vec<Reflection> = prompts
        .iter()
        .flat_map(|prompt| of(*prompt).take(each).cloned())
        .collect();
    let mut views = views(look, &shown, kept).await?.into_iter();
    let handle = look.actor.member().map(|member| member.handle.clone());
    let mut answers = Vec::with_capacity(prompts.len());
    for prompt in prompts {
        let count = of(*prompt).count();
        answers.push(PromptAnswers {
            prompt: *prompt,
            reflections: views.by_ref().take(count.min(each)).collect(),
            more: count > each,
            handle: handle.clone(),
            kept: kept_for(look, *prompt, kept).await?,
        });
    }
    Ok(answers)
}

#[cfg(feature = "ssr")]
async fn views(
    look: &mut Look,
    found: &[Reflection],
    kept: &str,
) -> Result<Vec<ReflectionView>, AppError> {
    let shares: Vec<Share> = found
        .iter()
        .map(|found| Share {
            subject: found.id.into(),
            mine: found.author.is(&look.actor),
        })
        .collect();
    let support = load_support_many(look, &shares, kept).await?;
    let posts = found
        .iter()
        .map(|found| (Thing::Share(found.id.into()), &found.author));
    let shield = Shield::over(look, posts).await?;
    Ok(found
        .iter()
        .zip(support)
        .map(|(found, support)| ReflectionView {
            away: shield.distance(Thing::Share(found.id.into()), &found.author),
            ..in_list(found, support)
        })
        .collect())
}

#[cfg(feature = "ssr")]
fn near_to(reflection: &Reflection, mine: bool) -> Option<Near> {
    let written_at = reflection.edited_at.unwrap_or(reflection.created_at);
    beside(mine, written_at, &reflection.body)
}

#[cfg(feature = "ssr")]
fn in_list(reflection: &Reflection, support: SupportView) -> ReflectionView {
    let short = reflection.body.chars().count() <= reflections::EXCERPT;
    ReflectionView {
        id: reflection.id,
        byline: reflection.author.byline(),
        day: reflection.created_at.day(),
        edited: reflection.edited_at.is_some(),
        shown: match short {
            true => Shown::Whole(reflection.html.clone()),
            false => Shown::Beginning(markdown::excerpt(&reflection.body, reflections::EXCERPT)),
        },
        mine: support.viewer == Viewer::Author,
        near: near_to(reflection, support.viewer == Viewer::Author),
        standing: reflection.standing,
        away: None,
        support,
    }
}

#[cfg(feature = "ssr")]
async fn answered(work: &mut ctx::Work, id: ReflectionId) -> Result<Answered, Fault> {
    let now = work.now;
    let reflection = work.unit().reflection(id).await?.ok_or(Refusal::NotFound)?;
    let place = work
        .unit()
        .prompt_place(reflection.prompt, now)
        .await?
        .ok_or(Refusal::NotFound)?;
    let support = SupportView {
        subject: id.into(),
        viewer: Viewer::Author,
        given: Vec::new(),
        counts: Vec::new(),
        refusal: None,
    };
    Ok(Answered {
        reflection: in_list(&reflection, support),
        page: match reflection.standing.is_published() {
            true => format!("{}#reflection-{id}", place.address),
            false => format!("/reflections/{id}"),
        },
    })
}

#[cfg(feature = "ssr")]
fn address_of(place: &PromptPlace) -> String {
    format!("{}#prompt-{}", place.address, place.position)
}

#[cfg(feature = "ssr")]
async fn place_of(look: &mut Look, prompt: PromptId) -> Result<PlaceView, AppError> {
    let place = look
        .reader
        .prompt_place(prompt, look.now)
        .await?
        .ok_or(Refusal::NotFound)?;
    Ok(PlaceView {
        prompt,
        address: address_of(&place),
        question: place.question,
        title: place.title,
    })
}

#[cfg(feature = "ssr")]
async fn kept_for(
    look: &mut Look,
    prompt: PromptId,
    kept: &str,
) -> Result<Option<domain::drafts::Kept>, AppError> {
    match kept == composer::composer_name(&prompt.to_string()) {
        true => look.kept(kept).await,
        false => Ok(None),
    }
}

#[cfg(feature = "ssr")]
fn body_of(text: &str) -> Result<ReflectionBody, Refusal> {
    ReflectionBody::parse(text).map_err(|reason| Refusal::field(Field::Body, reason))
}

#[cfg(feature = "ssr")]
impl Form for AnswerForm {
    const VERB: &'static str = "reflections.answer";

    fn form_name(&self) -> String {
        composer::composer_name(&self.prompt)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for EditReflectionForm {
    const VERB: &'static str = "reflections.edit";

    fn form_name(&self) -> String {
        composer::editor_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for DeleteReflectionForm {
    const VERB: &'static str = "reflections.delete";
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        composer::delete_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for Answered {
    fn landing(&self) -> String {
        self.page.clone()
    }
}

#[cfg(feature = "ssr")]
impl Landing for Edited {
    fn landing(&self) -> String {
        format!("/reflections/{}", self.id)
    }
}

#[cfg(feature = "ssr")]
impl Landing for Deleted {
    fn landing(&self) -> String {
        self.page.clone()
    }
}
