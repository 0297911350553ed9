use super::{EraseView, ExportView};
#[cfg(feature = "ssr")]
use crate::ctx::{self, Afterwards, Form, Landing};
use crate::{accounts::api::Goes, error::AppError};
#[cfg(feature = "ssr")]
use domain::{
    privacy::{self, Stays, Words},
    refusal::{Field, Reason, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The name of the form that erases.
pub const ERASE: &str = "privacy.erase";

/// The name of the form that takes everything along.
pub const EXPORT: &str = "privacy.export";

/// Where everything is taken along from.
pub const FILE: &str = "/me/export/my-data.zip";

/// What the form that erases sends. Each kind of words is `on` if it stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EraseForm {
    pub page: String,
    pub key: String,
    /// `later` or `now`.
    pub when: String,
    pub stories: String,
    pub reflections: String,
    pub shout_outs: String,
    pub rituals: String,
    pub comments: String,
    pub calls: String,
}

/// What the button that takes everything along sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportForm {
    pub page: String,
    pub key: String,
}

/// Asks to be erased. If it is to be at once, it is done before this answers;
/// if something comes between, the house does it within minutes.
#[server(prefix = "/api", endpoint = "/privacy/erase")]
pub async fn erase_me(#[server(flatten)] form: EraseForm) -> Result<Goes, AppError> {
    let given = form.clone();
    let gone = ctx::mutate(&form, move |work| {
        Box::pin(async move {
            let member = work.actor.signed_in()?.id;
            let at_once = given.at_once()?;
            let (unit, act) = work.parts();
            privacy::ask(unit, act, at_once, given.stays()).await?;
            work.afterwards = Afterwards::SignOut;
            Ok(Gone {
                to: match at_once {
                    true => "/farewell?at=once".to_owned(),
                    false => "/farewell".to_owned(),
                },
                at_once: at_once.then_some(member),
            })
        })
    })
    .await?;
    if let Some(member) = gone.at_once {
        let house = ctx::house();
        let (store, now) = (&*house.store, house.clock.now());
        let erased = privacy::erase(store, &*house.chance, now, member, form.stays()).await;
        if let Err(error) = erased.and(store.wipe().await) {
            let _ = ctx::trouble(&error);
        }
    }
    Ok(Goes { to: gone.to })
}

/// Leads whoever has proven who they are to everything that is kept about them.
#[server(prefix = "/api", endpoint = "/privacy/export")]
pub async fn export_mine(#[server(flatten)] form: ExportForm) -> Result<Goes, AppError> {
    ctx::mutate(&form, move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            Ok(Goes {
                to: FILE.to_owned(),
            })
        })
    })
    .await
}

/// The page on which someone asks to be erased.
#[server(prefix = "/api", endpoint = "/privacy/erase-sheet", protocol = crate::wire::Reads)]
pub async fn open_erase() -> Result<EraseView, AppError> {
    let mut look = ctx::look().await?;
    let member = look.actor.signed_in()?.clone();
    let asked = look.reader.erasure(member.id).await?;
    Ok(EraseView {
        handle: member.handle,
        called_off: asked
            .filter(|asked| asked.due_at.is_none())
            .map(|asked| asked.asked_at.day()),
        kept: look.kept(ERASE).await?,
    })
}

/// The page on which someone takes everything along.
#[server(prefix = "/api", endpoint = "/privacy/export-sheet", protocol = crate::wire::Reads)]
pub async fn open_export() -> Result<ExportView, AppError> {
    let mut look = ctx::look().await?;
    look.actor.signed_in()?;
    Ok(ExportView {
        kept: look.kept(EXPORT).await?,
    })
}

/// What asking to be erased answers.
#[cfg(feature = "ssr")]
#[derive(Serialize, Deserialize)]
struct Gone {
    to: String,
    /// Who is to be erased at once.
    at_once: Option<domain::ids::MemberId>,
}

#[cfg(feature = "ssr")]
impl Landing for Gone {
    fn landing(&self) -> String {
        self.to.clone()
    }
}

#[cfg(feature = "ssr")]
impl EraseForm {
    fn at_once(&self) -> Result<bool, Refusal> {
        match self.when.as_str() {
            "later" => Ok(false),
            "now" => Ok(true),
            _ => Err(Refusal::field(Field::When, Reason::NotAChoice)),
        }
    }

    fn stays(&self) -> Stays {
        let chosen = [
            (Words::Stories, &self.stories),
            (Words::Reflections, &self.reflections),
            (Words::ShoutOuts, &self.shout_outs),
            (Words::Rituals, &self.rituals),
            (Words::Comments, &self.comments),
            (Words::Calls, &self.calls),
        ];
        chosen
            .into_iter()
            .filter(|(_, chosen)| *chosen == "on")
            .fold(Stays::default(), |stays, (words, _)| stays.with(words))
    }
}

/// Neither is answered from memory: the first time somebody is gone, and the
/// second time there is more to take along.
#[cfg(feature = "ssr")]
macro_rules! forms {
    ($($form:ident $verb:literal $name:ident),* $(,)?) => {$(
        impl Form for $form {
            const VERB: &'static str = $verb;
            const ONCE: bool = false;
            const STEP_UP: bool = true;
            const EVEN_BARRED: bool = true;

            fn form_name(&self) -> String {
                $name.to_owned()
            }

            fn page(&self) -> &str {
                &self.page
            }

            fn key(&self) -> &str {
                &self.key
            }
        }
    )*};
}

#[cfg(feature = "ssr")]
forms! {
    EraseForm "privacy.erase" ERASE,
    ExportForm "privacy.export" EXPORT,
}
