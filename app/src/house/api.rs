use super::{HouseEditorView, HouseLine, HouseView};
#[cfg(feature = "ssr")]
use crate::ctx::{self, Form, Landing};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::{
    actor::Role,
    clock::{Day, Timestamp},
    drafts::Kept,
    house::{self, ChangeNote, HousePage, HouseText, KeptPage},
    markdown,
    refusal::{Faults, Field, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form that changes a page sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HouseForm {
    pub page: String,
    pub key: String,
    /// The name of the page that is changed.
    pub name: String,
    /// The version that was opened.
    pub seen: String,
    /// `on`: write over someone else's change.
    pub over: String,
    pub body: String,
    /// What was changed.
    pub reason: String,
}

/// What the button that puts the first words back sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RestoreForm {
    pub page: String,
    pub key: String,
    pub name: String,
    pub seen: String,
}

/// A page of the house was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseChanged {
    /// Where it is read.
    pub address: String,
}

/// The name of the form that changes a page.
pub fn editor_name(page: &str) -> String {
    format!("house.{page}")
}

/// The name of the form that puts the first words back.
pub fn restore_name(page: &str) -> String {
    format!("house.restore.{page}")
}

/// Changes what a page says.
#[server(prefix = "/api", endpoint = "/house/revise")]
pub async fn revise_house(#[server(flatten)] form: HouseForm) -> Result<HouseChanged, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.with_role(Role::Host)?;
            let page = page_of(&form.name)?;
            let mut faults = Faults::default();
            let text = faults.take(Field::Body, HouseText::parse(&form.body));
            let note = faults.take(Field::Reason, ChangeNote::parse(&form.reason));
            let (text, note) = faults.build(text.zip(note))?;
            let seen = (form.over != "on").then(|| version_of(&form.seen));
            let (unit, act) = work.parts();
            house::revise(unit, act, page, Some(text), &note, seen).await?;
            Ok(changed(page))
        })
    })
    .await
}

/// Lets a page say again what comes with Chorus.
#[server(prefix = "/api", endpoint = "/house/restore")]
pub async fn restore_house(#[server(flatten)] form: RestoreForm) -> Result<HouseChanged, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.with_role(Role::Host)?;
            let page = page_of(&form.name)?;
            let note =
                ChangeNote::parse("").map_err(|reason| Refusal::field(Field::Reason, reason))?;
            let seen = Some(version_of(&form.seen));
            let (unit, act) = work.parts();
            house::revise(unit, act, page, None, &note, seen).await?;
            Ok(changed(page))
        })
    })
    .await
}

/// Shows how a page will read. Without script what was typed is kept and stands
/// in the form again, with the preview beside it.
#[server(prefix = "/api", endpoint = "/house/preview", output = crate::wire::Json)]
pub async fn preview_house(#[server(flatten)] form: HouseForm) -> Result<String, AppError> {
    let exchange = ctx::exchange();
    let shown = preview_of(&form, &*exchange).await;
    if exchange.is_plain_form() {
        match &shown {
            Ok(_) => ctx::turn_back(&form, "preview").await?,
            Err(error) => ctx::give_back(&form, &*exchange, error).await,
        }
    }
    shown
}

#[cfg(feature = "ssr")]
async fn preview_of(form: &HouseForm, exchange: &dyn ctx::Exchange) -> Result<String, AppError> {
    let look = ctx::look().await?;
    look.actor.with_role(Role::Host)?;
    ctx::keep_pace(exchange, "drafts.keep", &look.actor).await?;
    Ok(rendered(&form.body))
}

/// A page of the house.
#[server(prefix = "/api", endpoint = "/house/read", protocol = crate::wire::Reads)]
pub async fn read_house(name: String) -> Result<HouseView, AppError> {
    let page = page_of(&name)?;
    let mut look = ctx::look().await?;
    let (words, kept) = house::read(&mut *look.reader, page).await?;
    Ok(HouseView {
        html: words.html,
        changed: changed_on(kept.as_ref()),
        editable: look.actor.has(Role::Host),
    })
}

/// The pages that a host can change.
#[server(prefix = "/api", endpoint = "/house/list", protocol = crate::wire::Reads)]
pub async fn list_house() -> Result<Vec<HouseLine>, AppError> {
    let mut look = ctx::look().await?;
    look.actor.with_role(Role::Host)?;
    let mut lines = Vec::new();
    for page in HousePage::ALL {
        let kept = look.reader.house_page(page).await?;
        let changed = changed_on(kept.as_ref());
        lines.push(HouseLine { page, changed });
    }
    Ok(lines)
}

/// A page to be changed, with what was typed and not saved, unless the saved
/// text is asked for. `kept` is the form that came back.
#[server(prefix = "/api", endpoint = "/house/open", protocol = crate::wire::Reads)]
pub async fn open_house(
    name: String,
    saved: bool,
    kept: String,
) -> Result<HouseEditorView, AppError> {
    let mut look = ctx::look().await?;
    look.actor.with_role(Role::Host)?;
    let page = page_of(&name)?;
    let (words, stands) = house::read(&mut *look.reader, page).await?;
    let not_restored = match restore_name(page.name()) {
        form if form == kept => look.kept(&form).await?,
        _ => None,
    };
    let kept = match saved {
        true => None,
        false => look.kept(&editor_name(page.name())).await?,
    };
    let kept = kept.filter(Kept::has_words);
    Ok(HouseEditorView {
        page,
        seen: stands.as_ref().map_or(0, |kept| kept.version).to_string(),
        own: stands.is_some_and(|kept| kept.words.is_some()),
        preview: kept
            .as_ref()
            .and_then(|kept| kept.fields.get("body"))
            .map(|body| rendered(body)),
        body: words.body,
        kept,
        not_restored,
    })
}

#[cfg(feature = "ssr")]
fn page_of(name: &str) -> Result<HousePage, Refusal> {
    name.parse().map_err(|_| Refusal::NotFound)
}

/// The version that was opened. One that cannot be read is no version.
#[cfg(feature = "ssr")]
fn version_of(seen: &str) -> i64 {
    seen.parse().unwrap_or(-1)
}

#[cfg(feature = "ssr")]
fn changed(page: HousePage) -> HouseChanged {
    HouseChanged {
        address: page.address().to_owned(),
    }
}

#[cfg(feature = "ssr")]
fn changed_on(kept: Option<&KeptPage>) -> Option<Day> {
    kept.filter(|kept| kept.words.is_some())
        .map(|kept| kept.changed_at)
        .map(Timestamp::day)
}

#[cfg(feature = "ssr")]
fn rendered(body: &str) -> String {
    markdown::render(&domain::text::clean(body)).into_string()
}

#[cfg(feature = "ssr")]
impl Form for HouseForm {
    const VERB: &'static str = "house.revise";

    fn form_name(&self) -> String {
        editor_name(&self.name)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for RestoreForm {
    const VERB: &'static str = "house.restore";

    fn form_name(&self) -> String {
        restore_name(&self.name)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for HouseChanged {
    fn landing(&self) -> String {
        self.address.clone()
    }
}
