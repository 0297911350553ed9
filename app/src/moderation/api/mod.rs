//! The addresses of the room.

mod decide;
mod desk;
mod log;
mod report;
mod reveal;
mod told;

pub use decide::*;
pub use desk::*;
pub use log::*;
pub use report::*;
pub use reveal::*;
pub use told::*;

#[cfg(feature = "ssr")]
use super::ThingCard;
#[cfg(feature = "ssr")]
use domain::{
    moderation::{self, Found},
    store::{Reader, Stored},
};
use serde::{Deserialize, Serialize};

/// It is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Where to go from here: a local path.
    pub to: String,
}

#[cfg(feature = "ssr")]
impl crate::ctx::Landing for Done {
    fn landing(&self) -> String {
        self.to.clone()
    }
}

/// The name of a form about one thing, decision or account.
pub fn form_name(verb: &str, about: &str) -> String {
    let plain = about.len() <= 64
        && about
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let about = if plain {
        about.to_ascii_lowercase()
    } else {
        "unknown".to_owned()
    };
    format!("moderation.{verb}.{about}")
}

/// A thing as those who keep the house read it.
#[cfg(feature = "ssr")]
async fn card(reader: &mut dyn Reader, found: Found) -> Stored<ThingCard> {
    let seen = moderation::version(reader, &found).await?;
    Ok(ThingCard {
        thing: found.thing,
        byline: found.author.byline(),
        day: found.created_at.day(),
        standing: found.standing,
        title: found.title,
        content_note: found.content_note,
        html: found.html,
        facts: found.facts,
        seen,
    })
}

/// Forms of this room, each with its verb, whether its answer is kept, whether
/// someone may send it who cannot post, whether they have to be `proven` first,
/// and its name.
#[cfg(feature = "ssr")]
macro_rules! forms {
    (@ proven) => {
        true
    };
    ($(
        $form:ident $verb:literal once $once:literal barred $barred:literal $($proven:ident)?
        |$of:pat_param| $name:expr
    ),* $(,)?) => {$(
        impl crate::ctx::Form for $form {
            const VERB: &'static str = $verb;
            const ONCE: bool = $once;
            const EVEN_BARRED: bool = $barred;
            $(const STEP_UP: bool = forms!(@ $proven);)?

            fn form_name(&self) -> String {
                let name: fn(&Self) -> String = |$of| $name;
                name(self)
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
use forms;
