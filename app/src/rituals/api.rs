#[cfg(feature = "ssr")]
use super::{LinkView, RitualSource, RitualView, WhenView, form};
use super::{RitualsView, SheetView, SingleView};
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
    clock::Timestamp,
    ids::{RitualId, Subject},
    markdown,
    moderation::Thing,
    page::{Cursor, Mark},
    refusal::{Faults, Field, Reason, Refusal},
    rituals::{
        self, COMMON_ZONES, Moment, NewRitual, Ritual, RitualBody, RitualTitle, Venue, Zone,
    },
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form of a ritual sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RitualForm {
    pub page: String,
    pub key: String,
    /// A kind's name.
    pub kind: String,
    pub title: String,
    pub body: String,
    /// What a clock on the wall shows there: `2026-09-24T18:30`.
    pub when: String,
    /// An IANA name.
    pub zone: String,
    pub place: String,
    pub link: String,
    /// `handle` or `anonymous`.
    pub voice: String,
}

/// What the editor of a ritual sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RitualEditForm {
    pub page: String,
    pub key: String,
    pub id: String,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub when: String,
    pub zone: String,
    pub place: String,
    pub link: String,
    pub voice: String,
}

/// What deleting a ritual sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RitualRemovalForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// A ritual that was shared or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedRitual {
    pub id: String,
}

/// A ritual that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedRitual {}

/// Shares a ritual.
#[server(prefix = "/api", endpoint = "/rituals/post")]
pub async fn post_ritual(#[server(flatten)] form: RitualForm) -> Result<SharedRitual, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let new = form.parse()?;
            let waits = work.waits(&[&form.title, &form.body, &form.link]).await?;
            let (unit, act) = work.parts();
            let id = rituals::post(unit, act, new).await?;
            if waits {
                work.hold(id).await?;
            }
            Ok(SharedRitual { id: id.to_string() })
        })
    })
    .await
}

/// Changes a ritual.
#[server(prefix = "/api", endpoint = "/rituals/edit")]
pub async fn edit_ritual(
    #[server(flatten)] form: RitualEditForm,
) -> Result<SharedRitual, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let id = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let changed = form.fields().parse()?;
            let (unit, act) = work.parts();
            rituals::edit(unit, act, id, &changed).await?;
            if work.waits_again(&[&form.title, &form.body, &form.link]) {
                work.hold(id).await?;
            }
            Ok(SharedRitual { id: form.id })
        })
    })
    .await
}

/// Deletes a ritual.
#[server(prefix = "/api", endpoint = "/rituals/remove")]
pub async fn remove_ritual(
    #[server(flatten)] form: RitualRemovalForm,
) -> Result<RemovedRitual, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            rituals::remove(unit, act, id).await?;
            Ok(RemovedRitual {})
        })
    })
    .await
}

/// A page of the list: coming ones, soonest first, or past ones, latest
/// first.
#[server(prefix = "/api", endpoint = "/rituals/list", protocol = crate::wire::Reads)]
pub async fn list_rituals(past: bool, after: String) -> Result<RitualsView, AppError> {
    let mut look = ctx::look().await?;
    let continued = !after.is_empty();
    let after = match continued {
        true => Some(Mark::read(&Cursor(after))?),
        false => None,
    };
    let edge = Timestamp(look.now.0.saturating_sub(rituals::LINGER));
    let page = match past {
        true => look.reader.past_rituals(edge, after, rituals::PAGE).await?,
        false => {
            look.reader
                .coming_rituals(edge, after, rituals::PAGE)
                .await?
        }
    };
    let posts = page
        .items
        .iter()
        .map(|ritual| (Thing::Share(ritual.id.into()), &ritual.author));
    let shield = Shield::over(&mut look, posts).await?;
    Ok(RitualsView {
        rituals: page
            .items
            .iter()
            .map(|ritual| RitualView {
                html: String::new(),
                excerpt: markdown::excerpt(&ritual.text.body, 280),
                away: shield.distance(Thing::Share(ritual.id.into()), &ritual.author),
                ..ritual_view(ritual, &look.actor)
            })
            .collect(),
        past,
        next: page.next.map(|cursor| cursor.0),
        continued,
    })
}

/// One ritual with its thread.
#[server(prefix = "/api", endpoint = "/rituals/read", protocol = crate::wire::Reads)]
pub async fn read_ritual(id: String, query: ThreadQuery) -> Result<SingleView, AppError> {
    let id: RitualId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let ritual = look
        .reader
        .ritual(id)
        .await?
        .filter(|ritual| ritual.standing.is_seen_by(&ritual.author, &look.actor))
        .ok_or(Refusal::NotFound)?;
    let is_published = ritual.standing.is_published();
    let subject = Subject::from(id);
    let mine = ritual.author.is(&look.actor);
    let share = Share { subject, mine };
    let away = Shield::from(&mut look, subject, &ritual.author).await?;
    Ok(SingleView {
        near: beside(
            share.mine,
            ritual.edited_at.unwrap_or(ritual.created_at),
            &format!("{}\n{}", ritual.text.title, ritual.text.body),
        ),
        why: look.why(subject, mine, ritual.standing).await?,
        ritual: RitualView {
            away,
            ..ritual_view(&ritual, &look.actor)
        },
        support: load_support(&mut look, share, &query.kept).await?,
        thread: load_thread(&mut look, subject, is_published, query).await?,
    })
}

/// What the form needs: of a new ritual, or of one's own to change.
#[server(prefix = "/api", endpoint = "/rituals/sheet", protocol = crate::wire::Reads)]
pub async fn ritual_sheet(id: String) -> Result<SheetView, AppError> {
    let mut look = ctx::look().await?;
    let handle = look.actor.signed_in()?.handle.clone();
    let source = match id.as_str() {
        "" => RitualSource::default(),
        id => {
            let id = id.parse().map_err(|_| Refusal::NotFound)?;
            let ritual = look.reader.ritual(id).await?.ok_or(Refusal::NotFound)?;
            ritual.standing.changed_by(&ritual.author, &look.actor)?;
            source_of(ritual)
        }
    };
    let kept = look.kept(&form::sheet_name(&source.id)).await?;
    Ok(SheetView {
        handle,
        zones: COMMON_ZONES.map(str::to_owned).to_vec(),
        kept,
        source,
    })
}

/// A ritual as `actor` sees it, whole. The link is left out for guests.
#[cfg(feature = "ssr")]
pub fn ritual_view(ritual: &Ritual, actor: &Actor) -> RitualView {
    let text = &ritual.text;
    RitualView {
        id: ritual.id,
        kind: text.kind,
        title: text.title.clone(),
        html: text.html.clone(),
        excerpt: String::new(),
        when: WhenView {
            iso: text.when.at.rfc3339(),
            text: text.when.text(),
        },
        place: text.place.clone(),
        link: match (&text.link, actor.member()) {
            (None, _) => LinkView::Missing,
            (Some(_), None) => LinkView::ForMembers,
            (Some(link), Some(_)) => LinkView::Shown(link.clone()),
        },
        byline: ritual.author.byline(),
        day: ritual.created_at.day(),
        edited: ritual.edited_at.is_some(),
        mine: ritual.author.is(actor),
        standing: ritual.standing,
        away: None,
    }
}

#[cfg(feature = "ssr")]
fn source_of(ritual: Ritual) -> RitualSource {
    let text = ritual.text;
    RitualSource {
        id: ritual.id.to_string(),
        kind: text.kind.name().to_owned(),
        title: text.title,
        body: text.body,
        when: text.when.wall(),
        zone: text.when.zone,
        place: text.place.unwrap_or_default(),
        link: text.link.unwrap_or_default(),
        anonymous: ritual.author.anonymous,
    }
}

#[cfg(feature = "ssr")]
impl RitualForm {
    fn parse(&self) -> Result<NewRitual, Refusal> {
        let mut faults = Faults::default();
        let kind = faults.take(Field::Kind, self.kind.parse());
        let title = faults.take(Field::Title, RitualTitle::parse(&self.title));
        let body = faults.take(Field::Body, RitualBody::parse(&self.body));
        let zone = faults.take(Field::Zone, Zone::parse(&self.zone));
        let when = match &zone {
            Some(zone) => faults.take(Field::When, Moment::parse(&self.when, zone)),
            None if self.when.trim().is_empty() => faults.take(Field::When, Err(Reason::Empty)),
            None => None,
        };
        let venue = Venue::parse(&self.place, &self.link, &mut faults);
        let anonymous = self.voice == "anonymous";
        let fields = (|| Some((kind?, title?, body?, when?, venue?)))();
        faults.build(fields.map(|(kind, title, body, when, venue)| NewRitual {
            kind,
            title,
            body,
            when,
            venue,
            anonymous,
        }))
    }
}

#[cfg(feature = "ssr")]
impl RitualEditForm {
    fn fields(&self) -> RitualForm {
        let form = self.clone();
        RitualForm {
            page: form.page,
            key: form.key,
            kind: form.kind,
            title: form.title,
            body: form.body,
            when: form.when,
            zone: form.zone,
            place: form.place,
            link: form.link,
            voice: form.voice,
        }
    }
}

#[cfg(feature = "ssr")]
impl Form for RitualForm {
    const VERB: &'static str = "rituals.post";

    fn form_name(&self) -> String {
        form::sheet_name("")
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for RitualEditForm {
    const VERB: &'static str = "rituals.edit";

    fn form_name(&self) -> String {
        form::sheet_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for RitualRemovalForm {
    const VERB: &'static str = "rituals.remove";
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        form::removal_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for SharedRitual {
    fn landing(&self) -> String {
        format!("/rituals/{}", self.id)
    }
}

#[cfg(feature = "ssr")]
impl Landing for RemovedRitual {
    fn landing(&self) -> String {
        "/rituals".to_owned()
    }
}
