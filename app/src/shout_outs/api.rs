use super::ShoutOutView;
#[cfg(feature = "ssr")]
use super::{ShoutOutSource, composer};
use super::{SingleView, WallView};
#[cfg(feature = "ssr")]
use crate::{
    care::near::beside,
    comments::api::load_thread,
    ctx::{self, Form, Landing},
    people::Shield,
    support::{Share, api::load_support},
};
use crate::{comments::ThreadQuery, error::AppError};
#[cfg(feature = "ssr")]
use domain::{
    actor::Actor,
    ids::{ShoutOutId, Subject},
    moderation::Thing,
    page::{Cursor, Postmark},
    refusal::{Faults, Field, Refusal},
    shout_outs::{self, Addressee, NewShoutOut, ShoutOut, ShoutOutBody, Thanked},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the composer sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShoutOutForm {
    pub page: String,
    pub key: String,
    /// `@` and a handle, or another name.
    pub to: String,
    pub body: String,
    /// `handle` or `anonymous`.
    pub voice: String,
}

/// What the editor of a shout-out sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShoutOutEditForm {
    pub page: String,
    pub key: String,
    pub id: String,
    pub to: String,
    pub body: String,
    pub voice: String,
}

/// What taking down a shout-out sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TakeDownForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// A shout-out that is new on the wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnTheWall {
    pub shout_out: ShoutOutView,
}

/// A shout-out that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedShoutOut {
    pub shout_out: ShoutOutView,
}

/// A shout-out that was taken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenDown {}

/// Thanks someone.
#[server(prefix = "/api", endpoint = "/shout-outs/post")]
pub async fn post_shout_out(#[server(flatten)] form: ShoutOutForm) -> Result<OnTheWall, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let new = parsed(&form.to, &form.body, &form.voice)?;
            let waits = work.waits(&[&form.to, &form.body]).await?;
            let (unit, act) = work.parts();
            let id = shout_outs::post(unit, act, new, waits).await?;
            let shout_out = unit.shout_out(id).await?.ok_or(Refusal::NotFound)?;
            Ok(OnTheWall {
                shout_out: shout_out_view(&shout_out, &work.actor),
            })
        })
    })
    .await
}

/// Changes a shout-out.
#[server(prefix = "/api", endpoint = "/shout-outs/edit")]
pub async fn edit_shout_out(
    #[server(flatten)] form: ShoutOutEditForm,
) -> Result<ChangedShoutOut, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let id = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let changed = parsed(&form.to, &form.body, &form.voice)?;
            let waits = work.waits_again(&[&form.to, &form.body]);
            let (unit, act) = work.parts();
            let shout_out = shout_outs::edit(unit, act, id, changed, waits).await?;
            Ok(ChangedShoutOut {
                shout_out: shout_out_view(&shout_out, &work.actor),
            })
        })
    })
    .await
}

/// Takes down a shout-out.
#[server(prefix = "/api", endpoint = "/shout-outs/take-down")]
pub async fn take_down_shout_out(
    #[server(flatten)] form: TakeDownForm,
) -> Result<TakenDown, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            shout_outs::take_down(unit, act, id).await?;
            Ok(TakenDown {})
        })
    })
    .await
}

/// A page of the wall.
#[server(prefix = "/api", endpoint = "/shout-outs/wall", protocol = crate::wire::Reads)]
pub async fn read_wall(after: String) -> Result<WallView, AppError> {
    let mut look = ctx::look().await?;
    let continued = !after.is_empty();
    let after = match continued {
        true => Some(Postmark::read(&Cursor(after))?),
        false => None,
    };
    let page = look.reader.shout_outs(after, shout_outs::PAGE).await?;
    let handle = look.actor.member().map(|member| member.handle.clone());
    let kept = match handle {
        Some(_) => look.kept(composer::NEW).await?,
        None => None,
    };
    let posts = page
        .items
        .iter()
        .map(|shout_out| (Thing::Share(shout_out.id.into()), &shout_out.author));
    let shield = Shield::over(&mut look, posts).await?;
    Ok(WallView {
        shout_outs: page
            .items
            .iter()
            .map(|shout_out| ShoutOutView {
                away: shield.distance(Thing::Share(shout_out.id.into()), &shout_out.author),
                ..shout_out_view(shout_out, &look.actor)
            })
            .collect(),
        next: page.next.map(|cursor| cursor.0),
        continued,
        handle,
        kept,
    })
}

/// One shout-out with its thread.
#[server(prefix = "/api", endpoint = "/shout-outs/read", protocol = crate::wire::Reads)]
pub async fn read_shout_out(id: String, query: ThreadQuery) -> Result<SingleView, AppError> {
    let id: ShoutOutId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let shout_out = look
        .reader
        .shout_out(id)
        .await?
        .filter(|found| found.standing.is_seen_by(&found.author, &look.actor))
        .ok_or(Refusal::NotFound)?;
    let subject = Subject::from(id);
    let mine = shout_out.author.is(&look.actor);
    let share = Share { subject, mine };
    let away = Shield::from(&mut look, subject, &shout_out.author).await?;
    let kept = match query.kept == composer::editor_name(&id.to_string()) {
        true => look.kept(&query.kept).await?,
        false => None,
    };
    Ok(SingleView {
        why: look.why(subject, mine, shout_out.standing).await?,
        shout_out: ShoutOutView {
            away,
            ..shout_out_view(&shout_out, &look.actor)
        },
        handle: look.actor.member().map(|member| member.handle.clone()),
        kept,
        support: load_support(&mut look, share, &query.kept).await?,
        thread: load_thread(&mut look, subject, shout_out.standing.is_published(), query).await?,
    })
}

/// A shout-out as `actor` sees it.
#[cfg(feature = "ssr")]
pub fn shout_out_view(shout_out: &ShoutOut, actor: &Actor) -> ShoutOutView {
    let author = &shout_out.author;
    let to = match &shout_out.to {
        Thanked::Member { handle, .. } => handle.clone(),
        Thanked::Name(name) => name.clone(),
        Thanked::Former => "A former member".to_owned(),
    };
    ShoutOutView {
        id: shout_out.id,
        byline: author.byline(),
        day: shout_out.created_at.day(),
        edited: shout_out.edited_at.is_some(),
        html: shout_out.html.clone(),
        standing: shout_out.standing,
        source: author.is(actor).then(|| ShoutOutSource {
            to: match &shout_out.to {
                Thanked::Member { handle, .. } => format!("@{handle}"),
                Thanked::Name(name) => name.clone(),
                Thanked::Former => String::new(),
            },
            body: shout_out.body.clone(),
            anonymous: author.anonymous,
        }),
        thanked: shout_out.to.is(actor),
        away: None,
        near: beside(
            author.is(actor),
            shout_out.edited_at.unwrap_or(shout_out.created_at),
            &shout_out.body,
        ),
        to,
    }
}

#[cfg(feature = "ssr")]
fn parsed(to: &str, body: &str, voice: &str) -> Result<NewShoutOut, Refusal> {
    let mut faults = Faults::default();
    let to = faults.take(Field::To, Addressee::parse(to));
    let body = faults.take(Field::Body, ShoutOutBody::parse(body));
    let anonymous = voice == "anonymous";
    faults.build(to.zip(body).map(|(to, body)| NewShoutOut {
        to,
        body,
        anonymous,
    }))
}

#[cfg(feature = "ssr")]
impl Form for ShoutOutForm {
    const VERB: &'static str = "shout-outs.post";

    fn form_name(&self) -> String {
        composer::NEW.to_owned()
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for ShoutOutEditForm {
    const VERB: &'static str = "shout-outs.edit";

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
impl Form for TakeDownForm {
    const VERB: &'static str = "shout-outs.take-down";
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        composer::take_down_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for OnTheWall {
    fn landing(&self) -> String {
        let ShoutOutView { id, standing, .. } = &self.shout_out;
        match standing.is_published() {
            true => format!("/shout-outs#shout-out-{id}"),
            false => format!("/shout-outs/{id}"),
        }
    }
}

#[cfg(feature = "ssr")]
impl Landing for ChangedShoutOut {
    fn landing(&self) -> String {
        format!("/shout-outs/{}", self.shout_out.id)
    }
}

#[cfg(feature = "ssr")]
impl Landing for TakenDown {
    fn landing(&self) -> String {
        "/shout-outs".to_owned()
    }
}
