use super::SupportView;
#[cfg(feature = "ssr")]
use super::{Share, Viewer};
#[cfg(feature = "ssr")]
use crate::ctx::{self, Form, Landing, Look};
use crate::error::AppError;
use domain::support::SupportKind;
#[cfg(feature = "ssr")]
use domain::{
    ids::Subject,
    refusal::{Fault, Refusal},
    support,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What one of the buttons sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GiveForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub subject: String,
    /// The kind of support.
    pub kind: String,
}

/// What one of the buttons sends that is pressed already.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TakeBackSupportForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub subject: String,
    /// The kind of support.
    pub kind: String,
}

/// What a member gives to a share, after the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supported {
    pub given: Vec<SupportKind>,
    /// Where the share is shown.
    pub page: String,
}

/// Answers a share with support.
#[server(prefix = "/api", endpoint = "/support/give")]
pub async fn give_support(#[server(flatten)] form: GiveForm) -> Result<Supported, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (subject, kind) = named(&form.subject, &form.kind)?;
            let (unit, act) = work.parts();
            support::give(unit, act, subject, kind).await?;
            supported(work, subject, &form.page).await
        })
    })
    .await
}

/// Takes support back.
#[server(prefix = "/api", endpoint = "/support/take-back")]
pub async fn take_back_support(
    #[server(flatten)] form: TakeBackSupportForm,
) -> Result<Supported, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (subject, kind) = named(&form.subject, &form.kind)?;
            let (unit, act) = work.parts();
            support::take_back(unit, act, subject, kind).await?;
            supported(work, subject, &form.page).await
        })
    })
    .await
}

/// What stands under one share that everyone sees.
#[server(prefix = "/api", endpoint = "/support/read", protocol = crate::wire::Reads)]
pub async fn read_support(subject: String) -> Result<SupportView, AppError> {
    let subject: Subject = subject.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let author = look.reader.share_author(subject).await?;
    let thread = look.reader.thread(subject, look.now).await?;
    thread.ok_or(Refusal::NotFound)?;
    let author = author.map(|author| author.member);
    let mine = author.is_some() && author == look.actor.member().map(|member| member.id);
    load_support(&mut look, Share { subject, mine }, "").await
}

/// What stands under one share. `kept` is the page's query field of that
/// name.
#[cfg(feature = "ssr")]
pub async fn load_support(
    look: &mut Look,
    share: Share,
    kept: &str,
) -> Result<SupportView, AppError> {
    let mut views = load_support_many(look, &[share], kept).await?;
    views.pop().ok_or(AppError::Refused(Refusal::NotFound))
}

/// What stands under each of many shares, in their order.
#[cfg(feature = "ssr")]
pub async fn load_support_many(
    look: &mut Look,
    shares: &[Share],
    kept: &str,
) -> Result<Vec<SupportView>, AppError> {
    let subjects = |mine: bool| -> Vec<Subject> {
        shares
            .iter()
            .filter(|share| share.mine == mine)
            .map(|share| share.subject)
            .collect()
    };
    let viewer = look.actor.member().map(|member| member.id);
    let (given, counts) = match viewer {
        Some(member) => (
            look.reader.support_given(member, &subjects(false)).await?,
            look.reader.support_counts(&subjects(true)).await?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let kept_for = kept
        .strip_prefix("support.")
        .and_then(|subject| subject.parse().ok());
    let refusal = match shares.iter().any(|share| Some(share.subject) == kept_for) {
        true => look.kept(kept).await?.and_then(|kept| kept.refusal),
        false => None,
    };
    let view = |share: &Share| {
        let subject = share.subject;
        SupportView {
            subject,
            viewer: match (viewer, share.mine) {
                (None, _) => Viewer::Guest,
                (Some(_), true) => Viewer::Author,
                (Some(_), false) => Viewer::Member,
            },
            given: given
                .iter()
                .filter(|given| given.0 == subject)
                .map(|given| given.1)
                .collect(),
            counts: counts
                .iter()
                .filter(|count| count.0 == subject)
                .map(|count| (count.1, count.2))
                .collect(),
            refusal: (kept_for == Some(subject))
                .then(|| refusal.clone())
                .flatten(),
        }
    };
    Ok(shares.iter().map(view).collect())
}

#[cfg(feature = "ssr")]
fn named(subject: &str, kind: &str) -> Result<(Subject, SupportKind), Refusal> {
    let subject = subject.parse().map_err(|_| Refusal::NotFound)?;
    let kind = kind.parse().map_err(|()| {
        Refusal::field(
            domain::refusal::Field::Kind,
            domain::refusal::Reason::NotAChoice,
        )
    })?;
    Ok((subject, kind))
}

#[cfg(feature = "ssr")]
async fn supported(work: &mut ctx::Work, subject: Subject, page: &str) -> Result<Supported, Fault> {
    let member = work.actor.signed_in()?.id;
    let given = work.unit().support_given(member, &[subject]).await?;
    Ok(Supported {
        given: given.into_iter().map(|given| given.1).collect(),
        page: format!(
            "{}#{}",
            ctx::local(page),
            super::bar::form_name(&subject.to_string())
        ),
    })
}

#[cfg(feature = "ssr")]
impl Form for GiveForm {
    const VERB: &'static str = "support.give";
    // Giving again does nothing by itself, and someone may give, take back
    // and give again within minutes.
    const ONCE: bool = false;

    fn form_name(&self) -> String {
        super::bar::form_name(&self.subject)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for TakeBackSupportForm {
    const VERB: &'static str = "support.take-back";
    const ONCE: bool = false;
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        super::bar::form_name(&self.subject)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for Supported {
    fn landing(&self) -> String {
        self.page.clone()
    }
}
