use super::Done;
#[cfg(feature = "ssr")]
use super::{form_name, forms};
#[cfg(feature = "ssr")]
use crate::{
    ctx,
    moderation::{AppealView, ToldCard},
};
use crate::{
    error::AppError,
    moderation::{DecisionView, ToldView},
};
#[cfg(feature = "ssr")]
use domain::{
    clock::Timestamp,
    ids::DecisionId,
    moderation::{self, AppealWords, Decision, FOR_EVER, Ruling},
    page::{Cursor, Mark},
    refusal::{Field, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form that appeals sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AppealForm {
    pub page: String,
    pub key: String,
    /// The decision.
    pub id: String,
    pub body: String,
}

/// Asks another person to look at a decision about oneself.
#[server(prefix = "/api", endpoint = "/moderation/appeal")]
pub async fn appeal_decision(#[server(flatten)] form: AppealForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: DecisionId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let words = AppealWords::parse(&form.body)
                .map_err(|reason| Refusal::field(Field::Body, reason))?;
            let (unit, act) = work.parts();
            moderation::appeal(unit, act, id, &words).await?;
            Ok(Done {
                to: format!("/me/decisions/{id}"),
            })
        })
    })
    .await
}

/// A page of what its reader is told, newest first.
#[server(prefix = "/api", endpoint = "/moderation/told", protocol = crate::wire::Reads)]
pub async fn load_told(after: String) -> Result<ToldView, AppError> {
    let mut look = ctx::look().await?;
    let mark = match after.as_str() {
        "" => None,
        cursor => Some(Mark::read(&Cursor(cursor.to_owned()))?),
    };
    let page = look
        .reader
        .decisions_for(look.actor.writer(), mark, moderation::PAGE)
        .await?;
    let now = look.now;
    Ok(ToldView {
        next: page.next.map(|cursor| cursor.0),
        decisions: page
            .items
            .into_iter()
            .map(|decision| told(decision, now))
            .collect(),
        continued: mark.is_some(),
    })
}

/// One decision, for its author alone.
#[server(prefix = "/api", endpoint = "/moderation/decision", protocol = crate::wire::Reads)]
pub async fn load_decision(id: String, form: String) -> Result<DecisionView, AppError> {
    let id: DecisionId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let decision = look
        .reader
        .decision(id)
        .await?
        .filter(|decision| decision.about == Some(look.actor.writer()))
        .filter(|decision| decision.ruling != Ruling::Publish)
        .ok_or(Refusal::NotFound)?;
    let there = moderation::find(&mut *look.reader, decision.thing).await?;
    let appeal = decision.appeal.clone();
    let kept = match form == form_name("appeal", &id.to_string()) {
        true => look.kept(&form).await?,
        false => None,
    };
    Ok(DecisionView {
        told: told(decision, look.now),
        there: there.is_some(),
        appeal: appeal.map(|appeal| AppealView {
            words: appeal.words,
            day: appeal.at.day(),
            answer: appeal.answer,
        }),
        kept,
    })
}

/// What stands about it on one's own page: the newest few that still hold.
#[cfg(feature = "ssr")]
pub async fn newest_told(look: &mut ctx::Look) -> Result<Vec<ToldCard>, AppError> {
    let writer = look.actor.writer();
    let page = look.reader.decisions_for(writer, None, 3).await?;
    let now = look.now;
    Ok(page
        .items
        .into_iter()
        .filter(|decision| decision.lifted_at.is_none())
        .map(|decision| told(decision, now))
        .collect())
}

#[cfg(feature = "ssr")]
fn told(decision: Decision, now: Timestamp) -> ToldCard {
    ToldCard {
        waits: decision.waits(now),
        decision: decision.id,
        ruling: decision.ruling,
        thing: decision.thing,
        reason: decision.reason.unwrap_or_default(),
        day: decision.at.day(),
        until: decision
            .until
            .filter(|until| *until != FOR_EVER)
            .map(|until| until.day()),
        lifted: decision.lifted_at.is_some(),
    }
}

#[cfg(feature = "ssr")]
forms! {
    AppealForm "moderation.appeal" once true barred true |form| form_name("appeal", &form.id),
}
