use super::{CodesView, ConfirmView, DoorView, MeView};
#[cfg(feature = "ssr")]
use super::{DeviceView, DraftView, PasskeyView, PasskeysView, forms::forms};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    ctx::{self, Afterwards, Form, Landing, Look},
    moderation::api::newest_told,
    query::with_query,
};
#[cfg(feature = "ssr")]
use domain::{
    accounts::{self, JoinRequest, Joined, MemberState, RecoveryCodes},
    actor::{Role, Writer},
    drafts::Kept,
    ids::{DeviceId, MemberId},
    moderation,
    refusal::Refusal,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the form for joining sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinForm {
    pub page: String,
    pub key: String,
    pub handle: String,
    pub password: String,
    /// `on` when ticked.
    pub adult: String,
    pub invitation: String,
    pub next: String,
}

/// What the form for signing in sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    pub page: String,
    pub key: String,
    pub handle: String,
    pub password: String,
    pub next: String,
}

/// What the button for signing out sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignOutForm {
    pub page: String,
    pub key: String,
}

/// What the form for coming back by a code sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecoverForm {
    pub page: String,
    pub key: String,
    pub handle: String,
    pub code: String,
    pub new_password: String,
}

/// What the form behind a reset link sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetForm {
    pub page: String,
    pub key: String,
    pub secret: String,
    pub new_password: String,
}

/// What the form for a new password sends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    pub page: String,
    pub key: String,
    pub new_password: String,
}

/// What the button for new recovery codes sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CodesForm {
    pub page: String,
    pub key: String,
}

/// What the form sends on which someone proves again who they are.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    pub page: String,
    pub key: String,
    pub password: String,
    pub next: String,
}

/// What the button for signing out another device sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeviceForm {
    pub page: String,
    pub key: String,
    /// Empty: all others.
    pub device: String,
}

/// Forms that hold a secret show nothing of themselves.
macro_rules! hide {
    ($($form:ident),* $(,)?) => {$(
        impl fmt::Debug for $form {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($form)).finish_non_exhaustive()
            }
        }
    )*};
}

hide!(
    JoinForm,
    SignInForm,
    RecoverForm,
    ResetForm,
    PasswordForm,
    ConfirmForm
);

/// Where to go now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goes {
    /// A local path.
    pub to: String,
}

/// Makes an account and signs it in.
#[server(prefix = "/api", endpoint = "/accounts/join")]
pub async fn join_house(#[server(flatten)] form: JoinForm) -> Result<Goes, AppError> {
    let codes = RecoveryCodes::random(&*ctx::house().chance);
    let (request, handed_out) = (form.clone(), codes.clone());
    let to = super::address("/me/codes", &[("next", &onward(&form.next))]);
    let joined = ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let house = &ahead.house;
                accounts::greet(
                    &*house.store,
                    &*house.passwords,
                    house.settings.joining,
                    request.request(),
                    &request.password,
                    ahead.now,
                )
                .await
            })
        },
        move |work, newcomer| {
            Box::pin(async move {
                let passwords = work.house.passwords.clone();
                let joining = work.house.settings.joining;
                let (unit, act) = work.parts();
                let joined =
                    accounts::join(unit, act, &*passwords, joining, newcomer, &handed_out).await?;
                work.afterwards = coming_in(joined);
                Ok(Goes { to })
            })
        },
    )
    .await?;
    hand_out(&codes);
    Ok(joined)
}

/// Signs in.
#[server(prefix = "/api", endpoint = "/accounts/sign-in")]
pub async fn sign_in_member(#[server(flatten)] form: SignInForm) -> Result<Goes, AppError> {
    let given = form.clone();
    let to = onward(&form.next);
    ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let house = &ahead.house;
                accounts::prove(
                    &*house.store,
                    &*house.passwords,
                    &given.handle,
                    &given.password,
                )
                .await
            })
        },
        move |work, proof| {
            Box::pin(async move {
                let member = accounts::sign_in(work.unit(), &proof).await?;
                work.afterwards = Afterwards::SignIn(member);
                Ok(Goes { to })
            })
        },
    )
    .await
}

/// Signs out on this device.
#[server(prefix = "/api", endpoint = "/accounts/sign-out")]
pub async fn sign_out_member(#[server(flatten)] form: SignOutForm) -> Result<Goes, AppError> {
    ctx::mutate(&form, move |work| {
        Box::pin(async move {
            work.afterwards = Afterwards::SignOut;
            Ok(Goes {
                to: "/me".to_owned(),
            })
        })
    })
    .await
}

/// Comes back with a recovery code.
#[server(prefix = "/api", endpoint = "/accounts/recover")]
pub async fn recover_account(#[server(flatten)] form: RecoverForm) -> Result<Goes, AppError> {
    let given = form.clone();
    ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let house = &ahead.house;
                accounts::come_back(
                    &*house.store,
                    &*house.passwords,
                    &given.handle,
                    &given.code,
                    &given.new_password,
                )
                .await
            })
        },
        move |work, back| {
            Box::pin(async move {
                let (unit, act) = work.parts();
                let member = accounts::recover(unit, act, back).await?;
                work.afterwards = Afterwards::SignIn(member);
                Ok(Goes {
                    to: "/me".to_owned(),
                })
            })
        },
    )
    .await
}

/// Comes back by a reset link.
#[server(prefix = "/api", endpoint = "/accounts/reset")]
pub async fn reset_account(#[server(flatten)] form: ResetForm) -> Result<Goes, AppError> {
    let given = form.clone();
    ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let house = &ahead.house;
                accounts::open_reset_link(
                    &*house.store,
                    &*house.passwords,
                    &given.secret,
                    &given.new_password,
                    ahead.now,
                )
                .await
            })
        },
        move |work, reset| {
            Box::pin(async move {
                let (unit, act) = work.parts();
                let member = accounts::reset(unit, act, reset).await?;
                work.afterwards = Afterwards::SignIn(member);
                Ok(Goes {
                    to: "/me".to_owned(),
                })
            })
        },
    )
    .await
}

/// Proves again who one is, by the password.
#[server(prefix = "/api", endpoint = "/accounts/confirm")]
pub async fn confirm_member(#[server(flatten)] form: ConfirmForm) -> Result<Goes, AppError> {
    let given = form.clone();
    let to = back_home(&form.next);
    ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let (store, passwords) = (&*ahead.house.store, &*ahead.house.passwords);
                accounts::prove_again(store, passwords, &ahead.actor, &given.password).await
            })
        },
        move |work, proof| {
            Box::pin(async move {
                accounts::confirm(work.unit(), &proof).await?;
                work.afterwards = Afterwards::Confirm;
                Ok(Goes { to })
            })
        },
    )
    .await
}

/// Changes the password. Other devices are signed out.
#[server(prefix = "/api", endpoint = "/accounts/change-password")]
pub async fn change_password(#[server(flatten)] form: PasswordForm) -> Result<Goes, AppError> {
    let given = form.clone();
    ctx::mutate_after(
        &form,
        move |ahead| {
            Box::pin(async move {
                let handle = &ahead.actor.signed_in()?.handle;
                let passwords = &*ahead.house.passwords;
                accounts::choose_password(passwords, handle, &given.new_password).await
            })
        },
        move |work, new| {
            Box::pin(async move {
                let (unit, act) = work.parts();
                let member = accounts::change_password(unit, act, new).await?;
                work.afterwards = Afterwards::SignIn(member);
                Ok(Goes {
                    to: "/me".to_owned(),
                })
            })
        },
    )
    .await
}

/// Makes new recovery codes in place of the old ones.
#[server(prefix = "/api", endpoint = "/accounts/renew-codes")]
pub async fn renew_codes(#[server(flatten)] form: CodesForm) -> Result<Goes, AppError> {
    let codes = RecoveryCodes::random(&*ctx::house().chance);
    let handed_out = codes.clone();
    let done = ctx::mutate(&form, move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            accounts::replace_codes(unit, act, &handed_out).await?;
            Ok(Goes {
                to: "/me/codes?next=/me".to_owned(),
            })
        })
    })
    .await?;
    hand_out(&codes);
    Ok(done)
}

/// Signs out another of one's devices, or all others.
#[server(prefix = "/api", endpoint = "/accounts/sign-out-device")]
pub async fn sign_out_device(#[server(flatten)] form: DeviceForm) -> Result<Goes, AppError> {
    let this = ctx::exchange().device().await?;
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            match form.device.as_str() {
                "" => accounts::sign_out_others(unit, act, this).await?,
                device => {
                    let device: DeviceId = device.parse().map_err(|_| Refusal::NotFound)?;
                    accounts::sign_out_device(unit, act, device).await?;
                }
            }
            Ok(Goes {
                to: "/me#devices".to_owned(),
            })
        })
    })
    .await
}

/// What the pages at the door show. `form` is the one that stands on it.
#[server(prefix = "/api", endpoint = "/accounts/door", protocol = crate::wire::Reads)]
pub async fn load_door(kept: String) -> Result<DoorView, AppError> {
    let mut look = ctx::look().await?;
    Ok(DoorView {
        joining: look.settings.joining,
        passkeys: ctx::house().passkeys.is_some(),
        handle: look.actor.member().map(|member| member.handle.clone()),
        kept: kept_here(&mut look, &kept).await?,
    })
}

/// The recovery codes that were just made. They are shown once.
#[server(prefix = "/api", endpoint = "/accounts/codes", protocol = crate::wire::Reads)]
pub async fn load_codes(next: String) -> Result<CodesView, AppError> {
    let look = ctx::look().await?;
    let exchange = ctx::exchange();
    let carried = exchange.passed_on();
    let codes = carried
        .as_deref()
        .and_then(|carried| carried.strip_prefix(CODES))
        .and_then(RecoveryCodes::read);
    if codes.is_some() {
        exchange.forget_passed_on();
    }
    Ok(CodesView {
        codes: codes
            .map(|codes| codes.reveal().to_vec())
            .unwrap_or_default(),
        signed_in: look.actor.member().is_some(),
        next: onward(&next),
    })
}

/// What the page shows on which someone proves again who they are; none for a
/// guest.
#[server(prefix = "/api", endpoint = "/accounts/confirming", protocol = crate::wire::Reads)]
pub async fn load_confirming(next: String, kept: String) -> Result<Option<ConfirmView>, AppError> {
    let mut look = ctx::look().await?;
    let Some(member) = look.actor.member().cloned() else {
        return Ok(None);
    };
    let has_passkeys =
        ctx::house().passkeys.is_some() && !look.reader.passkeys(member.id).await?.is_empty();
    Ok(Some(ConfirmView {
        handle: member.handle,
        has_password: has_password(&mut look, member.id).await?,
        has_passkeys,
        next: back_home(&next),
        kept: kept_here(&mut look, &kept).await?,
    }))
}

/// Does the reset link still work? `NotFound` if not.
#[server(prefix = "/api", endpoint = "/accounts/reset-link", protocol = crate::wire::Reads)]
pub async fn load_reset_link(
    secret: String,
    kept: String,
) -> Result<Option<domain::drafts::Kept>, AppError> {
    let mut look = ctx::look().await?;
    if !accounts::reset_link_works(&mut *look.reader, &secret, look.now).await? {
        return Err(Refusal::NotFound.into());
    }
    kept_here(&mut look, &kept).await
}

/// One's own page; none for a guest.
#[server(prefix = "/api", endpoint = "/accounts/me", protocol = crate::wire::Reads)]
pub async fn load_me(kept: String) -> Result<Option<MeView>, AppError> {
    let this = ctx::exchange().device().await?;
    let mut look = ctx::look().await?;
    let Some(member) = look.actor.member().cloned() else {
        return Ok(None);
    };
    let stepped_up = look.stepped_up().is_ok();
    let has_password = has_password(&mut look, member.id).await?;
    let passkeys = match ctx::house().passkeys {
        Some(_) => Some(passkeys_of(&mut look, member.id).await?),
        None => None,
    };
    let devices = look.reader.devices(member.id, look.now).await?;
    let in_form = kept_here(&mut look, &kept).await?;
    Ok(Some(MeView {
        barred: look.barred.map(moderation::barred),
        decisions: newest_told(&mut look).await?,
        is_editor: member.roles.has(Role::Editor),
        keeps_house: accounts::keeper(&look.actor).is_ok(),
        is_host: member.roles.has(Role::Host),
        answers_calls: domain::care::on_desk(&look.actor).is_ok(),
        asked: crate::care::asking::api::asked_by(&mut look, member.id).await?,
        drafts: drafts_of(&mut look, Writer::Member(member.id)).await?,
        devices: devices
            .into_iter()
            .map(|device| DeviceView {
                id: device.id.to_string(),
                is_this: Some(device.id) == this,
                name: device.name,
                signed_in: device.signed_in_at.day(),
                last_here: device.last_used_at.day(),
            })
            .collect(),
        codes_left: look.reader.codes_left(member.id).await?,
        stepped_up,
        has_password,
        passkeys,
        kept: in_form.map(|in_form| (kept, in_form)),
        handle: member.handle,
    }))
}

/// A path in this house to go back to, or one's own page.
#[cfg(feature = "ssr")]
pub(super) fn back_home(next: &str) -> String {
    onward(if next.is_empty() { "/me" } else { next })
}

#[cfg(feature = "ssr")]
impl JoinForm {
    fn request(&self) -> JoinRequest<'_> {
        JoinRequest {
            handle: &self.handle,
            adult: !self.adult.is_empty(),
            invitation: &self.invitation,
        }
    }
}

/// Whoever has joined is signed in, unless they have still to be let in.
#[cfg(feature = "ssr")]
pub(super) fn coming_in(joined: Joined) -> Afterwards {
    match joined.state {
        MemberState::Active => Afterwards::SignIn(joined.member),
        MemberState::Waiting => Afterwards::Stay,
    }
}

/// Marks recovery codes among the secrets that are passed on.
#[cfg(feature = "ssr")]
const CODES: &str = "codes:";

/// Hands the codes to the next page of this browser, which shows them once.
#[cfg(feature = "ssr")]
pub(super) fn hand_out(codes: &RecoveryCodes) {
    ctx::exchange().pass_on(&format!("{CODES}{}", codes.carried()));
}

/// A path in this house with its fragment, or the first page.
#[cfg(feature = "ssr")]
pub(super) fn onward(next: &str) -> String {
    let path = ctx::local(next);
    match next.split_once('#') {
        Some((_, place))
            if path != "/"
                && !place.is_empty()
                && place
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) =>
        {
            format!("{path}#{place}")
        }
        _ => path,
    }
}

#[cfg(feature = "ssr")]
async fn kept_here(look: &mut Look, form: &str) -> Result<Option<Kept>, AppError> {
    if form.starts_with("accounts.") {
        look.kept(form).await
    } else {
        Ok(None)
    }
}

#[cfg(feature = "ssr")]
async fn has_password(look: &mut Look, id: MemberId) -> Result<bool, AppError> {
    let member = look.reader.member(id).await?;
    Ok(member.is_some_and(|member| member.password.is_some()))
}

#[cfg(feature = "ssr")]
async fn passkeys_of(look: &mut Look, id: MemberId) -> Result<PasskeysView, AppError> {
    let kept = look.reader.passkeys(id).await?;
    Ok(PasskeysView {
        passkeys: kept
            .into_iter()
            .map(|passkey| PasskeyView {
                id: passkey.id.to_string(),
                name: passkey.name,
                made: passkey.created_at.day(),
                last_used: passkey.last_used_at.map(|at| at.day()),
            })
            .collect(),
        name: ctx::exchange().browser_name(),
    })
}

/// What someone has begun to write, with links to go on.
#[cfg(feature = "ssr")]
async fn drafts_of(look: &mut Look, owner: Writer) -> Result<Vec<DraftView>, AppError> {
    let mut views = Vec::new();
    for (form, at) in look.reader.drafts(owner).await? {
        let name = form.as_str();
        let is_no_writing = [
            "accounts.",
            "moderation.",
            "notifications.",
            "house.restore.",
            "privacy.",
        ];
        if is_no_writing.iter().any(|room| name.starts_with(room)) {
            continue;
        }
        let Some(kept) = look.reader.draft(owner, &form).await? else {
            continue;
        };
        let page = kept.text(Kept::PAGE);
        if page.is_empty() || !kept.has_words() {
            continue;
        }
        let words = ["title", "body", "to", "place"]
            .iter()
            .map(|field| kept.text(field))
            .find(|text| !text.trim().is_empty())
            .unwrap_or_else(|| "Not much yet".to_owned());
        views.push(DraftView {
            words: domain::markdown::excerpt(&words, 80),
            href: format!("{}#{name}", with_query(&ctx::local(&page), "kept", name)),
            day: at.day(),
        });
    }
    Ok(views)
}

#[cfg(feature = "ssr")]
impl Landing for Goes {
    fn landing(&self) -> String {
        self.to.clone()
    }
}

#[cfg(feature = "ssr")]
forms! {
    JoinForm "accounts.join" "accounts.join",
    SignOutForm "accounts.sign-out" "accounts.sign-out",
    RecoverForm "accounts.recover" "accounts.recover",
    ResetForm "accounts.reset" "accounts.reset",
    ConfirmForm "accounts.confirm" "accounts.confirm",
    PasswordForm "accounts.change-password" "accounts.password" STEP_UP,
    CodesForm "accounts.renew-codes" "accounts.codes" STEP_UP,
}

#[cfg(feature = "ssr")]
impl Form for SignInForm {
    const VERB: &'static str = "accounts.sign-in";
    const ONCE: bool = false;
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        Self::VERB.to_owned()
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }

    fn proves(&self) -> Option<&str> {
        Some(&self.handle)
    }
}

#[cfg(feature = "ssr")]
impl Form for DeviceForm {
    const VERB: &'static str = "accounts.sign-out-device";
    const ONCE: bool = false;
    const STEP_UP: bool = true;
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        device_form(&self.device)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

/// The name of the form that signs out a device; an empty id means all others.
pub fn device_form(device: &str) -> String {
    let plain = device.bytes().all(|b| b.is_ascii_hexdigit());
    match device {
        "" => "accounts.devices".to_owned(),
        device if plain => format!("accounts.device.{}", device.to_ascii_lowercase()),
        _ => "accounts.device".to_owned(),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::onward;

    #[test]
    fn people_go_on_within_the_house() {
        assert_eq!(
            onward("/stories/new?kept=stories.new#stories.new"),
            "/stories/new?kept=stories.new#stories.new"
        );
        assert_eq!(onward("/a#\"><b>"), "/a");
        for outside in [
            "//example.org",
            "https://example.org/#x",
            "/\\example.org#x",
            "",
        ] {
            assert_eq!(onward(outside), "/", "{outside}");
        }
    }
}
