use super::Done;
#[cfg(feature = "ssr")]
use super::{form_name, forms};
#[cfg(feature = "ssr")]
use crate::ctx;
use crate::{error::AppError, moderation::ReportSheet};
#[cfg(feature = "ssr")]
use domain::{
    moderation::{self, NewReport, ReportReason, ReportWords, Thing},
    refusal::{Faults, Field, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form that reports something sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub thing: String,
    /// A reason.
    pub kind: String,
    /// Empty for none.
    pub body: String,
}

/// Tells those who keep the house of something.
#[server(prefix = "/api", endpoint = "/moderation/report")]
pub async fn report_thing(#[server(flatten)] form: ReportForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let new = form.parse()?;
            let (unit, act) = work.parts();
            moderation::report(unit, act, &new).await?;
            Ok(Done {
                to: format!("/report/{}", new.thing),
            })
        })
    })
    .await
}

/// What the page needs on which something is reported.
#[server(prefix = "/api", endpoint = "/moderation/report-sheet", protocol = crate::wire::Reads)]
pub async fn load_report(thing: String, form: String) -> Result<ReportSheet, AppError> {
    let thing: Thing = thing.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let found = moderation::find(&mut *look.reader, thing)
        .await?
        .filter(|found| found.standing.is_published())
        .ok_or(Refusal::NotFound)?;
    look.reader
        .thread(found.thread, look.now)
        .await?
        .ok_or(Refusal::NotFound)?;
    if found.author.is(&look.actor) {
        return Err(Refusal::Yours.into());
    }
    let kept = match form == form_name("report", &thing.to_string()) {
        true => look.kept(&form).await?,
        false => None,
    };
    Ok(ReportSheet {
        thing,
        byline: found.author.byline(),
        day: found.created_at.day(),
        title: found.title,
        reported: look.reader.reported(thing, look.actor.writer()).await?,
        kept,
    })
}

#[cfg(feature = "ssr")]
impl ReportForm {
    fn parse(&self) -> Result<NewReport, Refusal> {
        let thing: Thing = self.thing.parse().map_err(|_| Refusal::NotFound)?;
        let mut faults = Faults::default();
        let reason = faults.take(Field::Kind, self.kind.parse::<ReportReason>());
        let words = faults.take(Field::Body, ReportWords::parse(&self.body));
        faults.build(reason.zip(words).map(|(reason, words)| NewReport {
            thing,
            reason,
            words,
        }))
    }
}

#[cfg(feature = "ssr")]
forms! {
    ReportForm "moderation.report" once true barred true |form| form_name("report", &form.thing),
}
