use super::{NewStory, StoryList, StoryToEdit, StoryView};
#[cfg(feature = "ssr")]
use super::{Opening, StoryCard, form};
#[cfg(feature = "ssr")]
use crate::{
    care::near::beside,
    comments::api::load_thread,
    ctx::{self, Form, Landing, Look},
    people::Shield,
    query::{sign_in_first, with_query},
    support::{Share, api::load_support},
};
use crate::{comments::ThreadQuery, error::AppError};
use domain::ids::StoryId;
#[cfg(feature = "ssr")]
use domain::{
    drafts::{FormName, Kept, MAX_BYTES},
    markdown,
    moderation::Thing,
    page::Cursor,
    refusal::{Faults, Field, Refusal},
    stories::{self, ContentNote, StoryBody, StoryInList, StoryTitle, StoryWords},
    text,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form of a new story sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StoryForm {
    pub page: String,
    pub key: String,
    pub title: String,
    pub content_note: String,
    pub body: String,
    /// `handle` or `anonymous`.
    pub voice: String,
}

/// What the form that changes a story sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EditStoryForm {
    pub page: String,
    pub key: String,
    pub id: String,
    pub title: String,
    pub content_note: String,
    pub body: String,
    /// `handle` or `anonymous`.
    pub voice: String,
}

/// Either form, sent by its preview button. Once hydrated, only the body is
/// sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PreviewForm {
    pub page: String,
    /// Empty for a new story.
    pub id: String,
    pub title: String,
    pub content_note: String,
    pub body: String,
    pub voice: String,
}

/// What deleting a story sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteStoryForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// A story that was shared or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub id: StoryId,
}

/// A story that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryDeleted {}

/// Shares a story.
#[server(prefix = "/api", endpoint = "/stories/share")]
pub async fn share_story(#[server(flatten)] form: StoryForm) -> Result<Told, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let words = words(&form.title, &form.content_note, &form.body, &form.voice)?;
            let waits = work.waits(&[&form.title, &form.body]).await?;
            let (unit, act) = work.parts();
            let id = stories::share(unit, act, &words).await?;
            if waits {
                work.hold(id).await?;
            }
            Ok(Told { id })
        })
    })
    .await
}

/// Changes a story.
#[server(prefix = "/api", endpoint = "/stories/edit")]
pub async fn edit_story(#[server(flatten)] form: EditStoryForm) -> Result<Told, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let id: StoryId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let words = words(&form.title, &form.content_note, &form.body, &form.voice)?;
            let (unit, act) = work.parts();
            stories::edit(unit, act, id, &words).await?;
            if work.waits_again(&[&form.title, &form.body]) {
                work.hold(id).await?;
            }
            Ok(Told { id })
        })
    })
    .await
}

/// Deletes a story.
#[server(prefix = "/api", endpoint = "/stories/delete")]
pub async fn delete_story(
    #[server(flatten)] form: DeleteStoryForm,
) -> Result<StoryDeleted, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: StoryId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            stories::remove(unit, act, id).await?;
            Ok(StoryDeleted {})
        })
    })
    .await
}

/// Shows a member how a story will read. Without script the words are kept as
/// a draft and the page of the form shows them.
#[server(prefix = "/api", endpoint = "/stories/preview", output = crate::wire::Json)]
pub async fn preview_story(#[server(flatten)] form: PreviewForm) -> Result<String, AppError> {
    let exchange = ctx::exchange();
    let look = ctx::look().await?;
    let allowed = ctx::keep_pace(&*exchange, "drafts.keep", &look.actor).await;
    if exchange.is_plain_form() {
        let fields = form.fields();
        let too_large = fields.values().map(String::len).sum::<usize>() > MAX_BYTES;
        let kept = match allowed {
            Ok(()) if too_large => Err(AppError::TooLarge),
            Ok(()) => form.keep(look).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &kept {
            exchange.hand_back(&fields, error);
        }
        return kept.map(|()| String::new());
    }
    allowed?;
    look.actor.signed_in()?;
    if form.body.chars().count() > StoryBody::MAX {
        return Err(AppError::TooLarge);
    }
    Ok(rendered(&form.body))
}

/// A page of the stories, newest first.
#[server(prefix = "/api", endpoint = "/stories/list", protocol = crate::wire::Reads)]
pub async fn list_stories(after: String) -> Result<StoryList, AppError> {
    let mut look = ctx::look().await?;
    let cursor = (!after.is_empty()).then_some(Cursor(after));
    let page = look.reader.stories(cursor.as_ref(), stories::PAGE).await?;
    let posts = page
        .items
        .iter()
        .map(|story| (Thing::Share(story.id.into()), &story.author));
    let shield = Shield::over(&mut look, posts).await?;
    Ok(StoryList {
        stories: page
            .items
            .into_iter()
            .map(|story| card(story, &shield))
            .collect(),
        next: page.next.map(|cursor| cursor.0),
        continued: cursor.is_some(),
    })
}

/// One story, with its thread.
#[server(prefix = "/api", endpoint = "/stories/read", protocol = crate::wire::Reads)]
pub async fn read_story(
    id: String,
    #[server(flatten)] query: ThreadQuery,
) -> Result<StoryView, AppError> {
    let id: StoryId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let story = look
        .reader
        .story(id)
        .await?
        .filter(|story| story.standing.is_seen_by(&story.author, &look.actor))
        .ok_or(Refusal::NotFound)?;
    let mine = story.author.is(&look.actor);
    let share = Share {
        subject: id.into(),
        mine,
    };
    let away = Shield::from(&mut look, share.subject, &story.author).await?;
    Ok(StoryView {
        id,
        near: beside(
            mine,
            story.edited_at.unwrap_or(story.created_at),
            &format!("{}\n{}", story.title, story.body),
        ),
        title: story.title,
        content_note: story.content_note,
        html: story.html,
        byline: story.author.byline(),
        day: story.created_at.day(),
        edited: story.edited_at.is_some(),
        mine,
        standing: story.standing,
        why: look.why(id.into(), mine, story.standing).await?,
        away,
        support: load_support(&mut look, share, &query.kept).await?,
        thread: load_thread(&mut look, id.into(), story.standing.is_published(), query).await?,
    })
}

/// What the page of a new story needs.
#[server(prefix = "/api", endpoint = "/stories/blank", protocol = crate::wire::Reads)]
pub async fn blank_story(preview: bool) -> Result<NewStory, AppError> {
    let mut look = ctx::look().await?;
    let kept = look.kept(form::NEW).await?;
    Ok(NewStory {
        handle: look.actor.member().map(|member| member.handle.clone()),
        preview: previewed(kept.as_ref(), preview),
        kept,
    })
}

/// One's own story, to change it. `fresh`: as it stands, without the draft.
#[server(prefix = "/api", endpoint = "/stories/own", protocol = crate::wire::Reads)]
pub async fn own_story(id: String, fresh: bool, preview: bool) -> Result<StoryToEdit, AppError> {
    let story: StoryId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let handle = look.actor.signed_in()?.handle.clone();
    let story = look.reader.story(story).await?.ok_or(Refusal::NotFound)?;
    story.standing.changed_by(&story.author, &look.actor)?;
    let kept = match fresh {
        true => None,
        false => look.kept(&form::edit_name(&id)).await?,
    };
    Ok(StoryToEdit {
        id: story.id,
        handle,
        title: story.title,
        content_note: story.content_note.unwrap_or_default(),
        body: story.body,
        anonymous: story.author.anonymous,
        preview: previewed(kept.as_ref(), preview),
        kept,
    })
}

#[cfg(feature = "ssr")]
fn card(story: StoryInList, shield: &Shield) -> StoryCard {
    StoryCard {
        away: shield.distance(Thing::Share(story.id.into()), &story.author),
        id: story.id,
        title: story.title,
        opening: match story.content_note {
            Some(note) => Opening::ContentNote(note),
            None => Opening::Excerpt(story.excerpt),
        },
        byline: story.author.byline(),
        day: story.created_at.day(),
        edited: story.edited_at.is_some(),
    }
}

#[cfg(feature = "ssr")]
fn words(title: &str, note: &str, body: &str, voice: &str) -> Result<StoryWords, Refusal> {
    let mut faults = Faults::default();
    let title = faults.take(Field::Title, StoryTitle::parse(title));
    let content_note = faults.take(Field::ContentNote, ContentNote::parse(note));
    let body = faults.take(Field::Body, StoryBody::parse(body));
    let words = title
        .zip(content_note)
        .zip(body)
        .map(|((title, content_note), body)| StoryWords {
            title,
            content_note,
            body,
            anonymous: voice == "anonymous",
        });
    faults.build(words)
}

#[cfg(feature = "ssr")]
fn rendered(body: &str) -> String {
    markdown::render(&text::clean(body)).into_string()
}

#[cfg(feature = "ssr")]
fn previewed(kept: Option<&Kept>, asked: bool) -> Option<String> {
    let body = kept?.fields.get("body")?;
    asked.then(|| rendered(body))
}

#[cfg(feature = "ssr")]
impl PreviewForm {
    fn name(&self) -> String {
        if self.id.is_empty() {
            form::NEW.to_owned()
        } else {
            form::edit_name(&self.id)
        }
    }

    fn fields(&self) -> domain::drafts::Fields {
        [
            ("title", &self.title),
            ("content_note", &self.content_note),
            ("body", &self.body),
            ("voice", &self.voice),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
    }

    /// Keeps the words and goes back to the page of the form.
    async fn keep(&self, look: Look) -> Result<(), AppError> {
        let Look {
            actor, now, reader, ..
        } = look;
        drop(reader);
        let name = FormName::parse(&self.name()).ok_or(Refusal::NotFound)?;
        let kept = Kept {
            fields: self.fields(),
            refusal: None,
        };
        let mut unit = ctx::house().store.begin().await?;
        unit.keep_draft(actor.writer(), &name, &kept, now).await?;
        unit.commit().await?;
        let page = ctx::local(&self.page);
        let path = page.split('?').next().unwrap_or("/");
        let back = with_query(path, "preview", "true");
        ctx::exchange().redirect(&match actor.member() {
            Some(_) => format!("{back}#preview"),
            None => sign_in_first(&back),
        });
        Ok(())
    }
}

#[cfg(feature = "ssr")]
impl Form for StoryForm {
    const VERB: &'static str = "stories.share";

    fn form_name(&self) -> String {
        form::NEW.to_owned()
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for EditStoryForm {
    const VERB: &'static str = "stories.edit";

    fn form_name(&self) -> String {
        form::edit_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for DeleteStoryForm {
    const VERB: &'static str = "stories.delete";
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        form::delete_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for Told {
    fn landing(&self) -> String {
        format!("/stories/{}", self.id)
    }
}

#[cfg(feature = "ssr")]
impl Landing for StoryDeleted {
    fn landing(&self) -> String {
        "/stories".to_owned()
    }
}
