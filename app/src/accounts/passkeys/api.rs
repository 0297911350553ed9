use crate::{accounts::api::Goes, error::AppError};
#[cfg(feature = "ssr")]
use crate::{
    accounts::{
        api::{back_home, coming_in, hand_out, onward},
        forms::forms,
    },
    ctx::{self, Afterwards, Form, Landing},
};
use domain::accounts::Question;
#[cfg(feature = "ssr")]
use domain::{
    accounts::{self, JoinRequest, RecoveryCodes, Reply},
    ids::GuestId,
    refusal::Refusal,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A form about a passkey is sent twice: first it is answered with a question to
/// the browser, and then it brings the browser's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Asked(Question),
    Done(Goes),
}

/// What the form for joining with a passkey sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinPasskeyForm {
    pub page: String,
    pub key: String,
    pub handle: String,
    /// `on` when ticked.
    pub adult: String,
    pub invitation: String,
    pub next: String,
    /// The question that is answered; empty the first time.
    pub ask: String,
    /// The answer: a credential, JSON.
    pub credential: String,
}

/// What the button for signing in or confirming with a passkey sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShowPasskeyForm {
    pub page: String,
    pub key: String,
    pub next: String,
    pub ask: String,
    pub credential: String,
}

/// What the form for one more passkey sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddPasskeyForm {
    pub page: String,
    pub key: String,
    pub name: String,
    pub ask: String,
    pub credential: String,
}

/// What the button for taking a passkey away sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemovePasskeyForm {
    pub page: String,
    pub key: String,
    pub passkey: String,
}

/// Credentials show themselves to nobody.
macro_rules! hide {
    ($($form:ident),* $(,)?) => {$(
        impl fmt::Debug for $form {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($form)).finish_non_exhaustive()
            }
        }
    )*};
}

hide!(JoinPasskeyForm, ShowPasskeyForm, AddPasskeyForm);

/// Makes an account that has a passkey and no password, and signs it in.
#[server(prefix = "/api", endpoint = "/accounts/join-by-passkey")]
pub async fn join_by_passkey(#[server(flatten)] form: JoinPasskeyForm) -> Result<Step, AppError> {
    let codes = RecoveryCodes::random(&*ctx::house().chance);
    let exchange = ctx::exchange();
    let (browser, name) = (exchange.guest(), exchange.browser_name());
    let (given, wish, handed_out) = (form.clone(), form.clone(), codes.clone());
    let to = crate::accounts::address("/me/codes", &[("next", &onward(&form.next))]);
    let step = ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let passkeys = ahead.house.passkeys()?;
                let Some(reply) = reply(&given.ask, &given.credential, browser) else {
                    return Ok(None);
                };
                accounts::made(&*ahead.house.store, &**passkeys, reply, &name, ahead.now)
                    .await
                    .map(Some)
            })
        },
        move |work, made| {
            Box::pin(async move {
                let passkeys = work.house.passkeys()?.clone();
                let joining = work.house.settings.joining;
                let request = wish.request();
                let (unit, act) = work.parts();
                let Some(made) = made else {
                    return accounts::ask_to_join(unit, act, &*passkeys, joining, request, browser)
                        .await
                        .map(Step::Asked);
                };
                let joined =
                    accounts::join_by_passkey(unit, act, joining, request, made, &handed_out)
                        .await?;
                work.afterwards = coming_in(joined);
                Ok(Step::Done(Goes { to }))
            })
        },
    )
    .await?;
    if matches!(step, Step::Done(_)) {
        hand_out(&codes);
    }
    Ok(step)
}

/// Signs in with a passkey. For someone who is signed in it proves again that it
/// is they.
#[server(prefix = "/api", endpoint = "/accounts/show-passkey")]
pub async fn show_passkey(#[server(flatten)] form: ShowPasskeyForm) -> Result<Step, AppError> {
    let browser = ctx::exchange().guest();
    let (given, next) = (form.clone(), form.next.clone());
    ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let passkeys = ahead.house.passkeys()?;
                let Some(reply) = reply(&given.ask, &given.credential, browser) else {
                    return Ok(None);
                };
                accounts::shown(&*ahead.house.store, &**passkeys, reply, ahead.now)
                    .await
                    .map(Some)
            })
        },
        move |work, shown| {
            Box::pin(async move {
                let passkeys = work.house.passkeys()?.clone();
                let is_signed_in = work.actor.member().is_some();
                let (unit, act) = work.parts();
                let (afterwards, to) = match shown {
                    None => {
                        return accounts::ask_for_passkey(unit, act, &*passkeys, browser)
                            .await
                            .map(Step::Asked);
                    }
                    Some(shown) if is_signed_in => {
                        accounts::confirm_by_passkey(unit, act, shown).await?;
                        (Afterwards::Confirm, back_home(&next))
                    }
                    Some(shown) => {
                        let member = accounts::sign_in_by_passkey(unit, act, shown).await?;
                        (Afterwards::SignIn(member), onward(&next))
                    }
                };
                work.afterwards = afterwards;
                Ok(Step::Done(Goes { to }))
            })
        },
    )
    .await
}

/// Keeps one more passkey.
#[server(prefix = "/api", endpoint = "/accounts/add-passkey")]
pub async fn add_passkey(#[server(flatten)] form: AddPasskeyForm) -> Result<Step, AppError> {
    let browser = ctx::exchange().guest();
    let given = form.clone();
    ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let passkeys = ahead.house.passkeys()?;
                let Some(reply) = reply(&given.ask, &given.credential, browser) else {
                    accounts::name_for_passkey(&given.name)?;
                    return Ok(None);
                };
                let store = &*ahead.house.store;
                accounts::made(store, &**passkeys, reply, &given.name, ahead.now)
                    .await
                    .map(Some)
            })
        },
        move |work, made| {
            Box::pin(async move {
                let passkeys = work.house.passkeys()?.clone();
                let (unit, act) = work.parts();
                let Some(made) = made else {
                    return accounts::ask_to_add(unit, act, &*passkeys, browser)
                        .await
                        .map(Step::Asked);
                };
                accounts::add_passkey(unit, act, made).await?;
                Ok(Step::Done(Goes {
                    to: "/me#passkeys".to_owned(),
                }))
            })
        },
    )
    .await
}

/// Takes a passkey away. Other devices are signed out.
#[server(prefix = "/api", endpoint = "/accounts/remove-passkey")]
pub async fn remove_passkey(#[server(flatten)] form: RemovePasskeyForm) -> Result<Goes, AppError> {
    let this = ctx::exchange().device().await?;
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let passkey = form.passkey.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            accounts::remove_passkey(unit, act, passkey, this).await?;
            Ok(Goes {
                to: "/me#passkeys".to_owned(),
            })
        })
    })
    .await
}

/// What a browser has answered; none the first time that a form is sent.
#[cfg(feature = "ssr")]
fn reply<'a>(ask: &'a str, answer: &'a str, browser: GuestId) -> Option<Reply<'a>> {
    (!answer.is_empty()).then_some(Reply {
        ask,
        answer,
        browser,
    })
}

#[cfg(feature = "ssr")]
impl JoinPasskeyForm {
    fn request(&self) -> JoinRequest<'_> {
        JoinRequest {
            handle: &self.handle,
            adult: !self.adult.is_empty(),
            invitation: &self.invitation,
        }
    }
}

#[cfg(feature = "ssr")]
impl Landing for Step {
    fn landing(&self) -> String {
        match self {
            // Without script nobody asks the browser.
            Self::Asked(_) => "/me".to_owned(),
            Self::Done(goes) => goes.landing(),
        }
    }
}

#[cfg(feature = "ssr")]
forms! {
    JoinPasskeyForm "accounts.join-by-passkey" "accounts.join-by-passkey",
    ShowPasskeyForm "accounts.show-passkey" "accounts.show-passkey",
    AddPasskeyForm "accounts.add-passkey" "accounts.add-passkey" STEP_UP,
}

#[cfg(feature = "ssr")]
impl Form for RemovePasskeyForm {
    const VERB: &'static str = "accounts.remove-passkey";
    const STEP_UP: bool = true;
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        passkey_form(&self.passkey)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

/// The name of the form that takes a passkey away.
pub fn passkey_form(passkey: &str) -> String {
    let plain = passkey.bytes().all(|b| b.is_ascii_hexdigit());
    match passkey {
        passkey if plain => format!("accounts.passkey.{}", passkey.to_ascii_lowercase()),
        _ => "accounts.passkey".to_owned(),
    }
}
