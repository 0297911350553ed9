#[cfg(feature = "ssr")]
use super::PersonView;
use super::{AboutView, PeopleView};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    ctx::{self, Form, Landing},
    moderation::words,
};
#[cfg(feature = "ssr")]
use domain::{
    ids::AwayId,
    moderation::Thing,
    page::{Cursor, Mark},
    people::{self, Away, Distance, Met, Whom},
    refusal::{Field, Reason, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the buttons of the page about a writer send.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeepAwayForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub thing: String,
    /// `mute` or `block`.
    pub distance: String,
}

/// What the button of the list sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LiftForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// It is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAway {}

/// Mutes or blocks whoever wrote a thing.
#[server(prefix = "/api", endpoint = "/people/keep-away")]
pub async fn keep_away(#[server(flatten)] form: KeepAwayForm) -> Result<KeptAway, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let thing: Thing = form.thing.parse().map_err(|_| Refusal::NotFound)?;
            let distance: Distance = form
                .distance
                .parse()
                .map_err(|()| Refusal::field(Field::Kind, Reason::NotAChoice))?;
            let (unit, act) = work.parts();
            people::keep_away(unit, act, thing, distance).await?;
            Ok(KeptAway {})
        })
    })
    .await
}

/// Comes closer again.
#[server(prefix = "/api", endpoint = "/people/lift")]
pub async fn lift_distance(#[server(flatten)] form: LiftForm) -> Result<KeptAway, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let id: AwayId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            people::lift(unit, act, id).await?;
            Ok(KeptAway {})
        })
    })
    .await
}

/// Whom one keeps away from.
#[server(prefix = "/api", endpoint = "/people/list", protocol = crate::wire::Reads)]
pub async fn load_people(after: String) -> Result<PeopleView, AppError> {
    let mut look = ctx::look().await?;
    let member = look.actor.signed_in()?.id;
    let mark = match after.as_str() {
        "" => None,
        cursor => Some(Mark::read(&Cursor(cursor.to_owned()))?),
    };
    let page = look.reader.aways(member, mark, people::PAGE).await?;
    Ok(PeopleView {
        people: page.items.into_iter().map(person).collect(),
        next: page.next.map(|cursor| cursor.0),
        continued: mark.is_some(),
    })
}

/// The writer of a thing, before one keeps away from them.
#[server(prefix = "/api", endpoint = "/people/about", protocol = crate::wire::Reads)]
pub async fn load_about(thing: String, kept: String) -> Result<AboutView, AppError> {
    let mut look = ctx::look().await?;
    let member = look.actor.signed_in()?.id;
    let thing: Thing = thing.parse().map_err(|_| Refusal::NotFound)?;
    let met = people::met(&mut *look.reader, &look.actor, thing).await?;
    let distance = people::distance(&mut *look.reader, member, thing, &met).await?;
    let in_form = match kept.starts_with("people.") {
        true => look.kept(&kept).await?,
        false => None,
    };
    Ok(AboutView {
        thing: thing.to_string(),
        handle: match met {
            Met::Named { handle, .. } => Some(handle),
            Met::Anonymous => None,
        },
        kind: words::thing(thing).to_owned(),
        distance,
        address: thing.address(),
        kept: in_form.map(|in_form| (kept, in_form)),
    })
}

#[cfg(feature = "ssr")]
fn person(away: Away) -> PersonView {
    let (whom, is_handle) = match away.whom {
        Whom::Named(handle) => (handle, true),
        Whom::Former => ("A former member".to_owned(), false),
        Whom::Anonymous(kind) => {
            let kind = words::kind(&kind);
            (format!("The writer of an anonymous {kind}"), false)
        }
    };
    PersonView {
        id: away.id.to_string(),
        whom,
        is_handle,
        distance: away.distance,
        since: away.since.day(),
    }
}

#[cfg(feature = "ssr")]
impl Form for KeepAwayForm {
    const VERB: &'static str = "people.keep-away";
    // It says how it is to be, not what is to change.
    const ONCE: bool = false;
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        away_name(&self.distance)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for LiftForm {
    const VERB: &'static str = "people.lift";
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        lift_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

/// The name of the form that mutes or blocks.
pub fn away_name(distance: &str) -> String {
    match distance {
        "block" => "people.block".to_owned(),
        _ => "people.mute".to_owned(),
    }
}

/// The name of the form that lifts a mute or a block.
pub fn lift_name(id: &str) -> String {
    let plain = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let id = if plain { id } else { "unknown" };
    format!("people.lift.{}", id.to_ascii_lowercase())
}

#[cfg(feature = "ssr")]
impl Landing for KeptAway {
    fn landing(&self) -> String {
        "/me/people".to_owned()
    }
}
