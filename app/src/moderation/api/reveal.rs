use super::Done;
#[cfg(feature = "ssr")]
use super::{form_name, forms};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    ctx::{self, Look},
    moderation::RevealView,
};
#[cfg(feature = "ssr")]
use domain::{
    actor::Role,
    moderation::{self, DecisionReason, Found, Thing},
    refusal::{Field, Refusal},
    store::Stored,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a host sends who asks who wrote something.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AskWhoForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub thing: String,
    pub reason: String,
}

/// What a host sends who agrees to that.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreeWhoForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub thing: String,
}

/// Asks the other hosts to agree to learn who wrote something.
#[server(prefix = "/api", endpoint = "/moderation/ask-who")]
pub async fn ask_who_wrote(#[server(flatten)] form: AskWhoForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            act.actor.with_role(Role::Host)?;
            let thing: Thing = form.thing.parse().map_err(|_| Refusal::NotFound)?;
            let reason = DecisionReason::parse(&form.reason)
                .map_err(|reason| Refusal::field(Field::Reason, reason))?;
            moderation::ask_who(unit, act, thing, &reason).await?;
            Ok(back(thing))
        })
    })
    .await
}

/// Agrees to it: both hosts see who wrote it.
#[server(prefix = "/api", endpoint = "/moderation/agree-who")]
pub async fn agree_who_wrote(#[server(flatten)] form: AgreeWhoForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            act.actor.with_role(Role::Host)?;
            let thing: Thing = form.thing.parse().map_err(|_| Refusal::NotFound)?;
            moderation::agree_who(unit, act, thing).await?;
            Ok(back(thing))
        })
    })
    .await
}

#[cfg(feature = "ssr")]
fn back(thing: Thing) -> Done {
    Done {
        to: format!("/moderation/{thing}"),
    }
}

/// How far the hosts are with something anonymous, for one of them.
#[cfg(feature = "ssr")]
pub(super) async fn reveal_view(look: &mut Look, found: &Found) -> Stored<Option<RevealView>> {
    if !moderation::may_ask_who(found, &look.actor) {
        return Ok(None);
    }
    let reveal = look.reader.reveal(found.thing).await?;
    let Some(open) = reveal.filter(|reveal| reveal.is_open(look.now)) else {
        let alone = !moderation::is_another_host(&mut *look.reader, &look.actor).await?;
        return Ok(Some(RevealView::Unasked { alone }));
    };
    let asked_by_me = look.actor.member().map(|me| me.id) == Some(open.asked_by);
    Ok(Some(match open.agreed {
        Some(_) if open.is_answered_for(&look.actor) => RevealView::Known {
            handle: found.author.name.clone(),
        },
        Some(_) => RevealView::Others,
        None if asked_by_me => RevealView::Mine {
            day: open.asked_at.day(),
        },
        None => RevealView::Asked {
            reason: open.reason,
            day: open.asked_at.day(),
        },
    }))
}

#[cfg(feature = "ssr")]
forms! {
    AskWhoForm "moderation.ask-who" once true barred false proven |form| form_name("ask-who", &form.thing),
    AgreeWhoForm "moderation.agree-who" once true barred false proven |form| form_name("agree-who", &form.thing),
}
