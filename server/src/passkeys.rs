//! Passkeys by webauthn-rs: what is asked of browsers, and whether the answers
//! fit. It asks the machine for chance and the time itself.

use app::ctx::Settings;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    accounts::{Asked, Made, Named, Passkey, Passkeys},
    ids::MemberId,
    store::{StoreError, Stored},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey as Credential, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

/// Asks and checks for the house at one address.
pub struct RelyingParty(Webauthn);

impl RelyingParty {
    /// For the house at its own address; none where no browser knows passkeys:
    /// without HTTPS, but for this machine, and at an address without a name.
    pub fn of(settings: &Settings) -> Option<Arc<dyn Passkeys>> {
        let origin = Url::parse(&settings.base_url).ok()?;
        let name = origin.domain()?;
        if origin.scheme() != "https" && name != "localhost" {
            return None;
        }
        let webauthn = WebauthnBuilder::new(name, &origin)
            .ok()?
            .rp_name(&settings.site_name)
            .timeout(Duration::from_millis(
                domain::accounts::ASK_FOR.unsigned_abs(),
            ))
            .build()
            .ok()?;
        Some(Arc::new(Self(webauthn)))
    }
}

fn text(value: &impl Serialize) -> Stored<String> {
    serde_json::to_string(value).map_err(StoreError::new)
}

/// What a browser takes are the options themselves.
fn asked(options: &impl Serialize, state: &impl Serialize) -> Stored<(Value, String)> {
    let mut options = serde_json::to_value(options).map_err(StoreError::new)?;
    Ok((options["publicKey"].take(), text(state)?))
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// What was checked. Why an answer does not fit is for the host's log alone.
fn fits<T>(checked: Result<T, WebauthnError>) -> Option<T> {
    checked
        .inspect_err(|error| tracing::info!(%error, "a passkey did not fit"))
        .ok()
}

impl Passkeys for RelyingParty {
    fn ask_for_new(&self, owner: MemberId, handle: &str, has: &[Passkey]) -> Stored<Asked> {
        let has = has
            .iter()
            .filter_map(|passkey| read::<Credential>(&passkey.credential))
            .map(|credential| credential.cred_id().clone())
            .collect();
        let (options, state) = self
            .0
            .start_passkey_registration(owner.uuid(), handle, handle, Some(has))
            .map_err(StoreError::new)?;
        let (mut options, state) = asked(&options, &state)?;
        // So that people sign in without typing a handle. The library asks for the
        // opposite, to spare the little room of security keys.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        let options = text(&options)?;
        Ok(Asked { options, state })
    }

    fn made(&self, state: &str, answer: &str) -> Option<Made> {
        let state: PasskeyRegistration = read(state)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let credential = fits(self.0.finish_passkey_registration(&answer, &state))?;
        Some(Made {
            credential_id: BASE64_URL_SAFE_NO_PAD.encode(credential.cred_id()),
            credential: text(&credential).ok()?,
        })
    }

    fn ask_for_one(&self, of: &[Passkey]) -> Stored<Asked> {
        let (options, state) = self
            .0
            .start_discoverable_authentication()
            .map_err(StoreError::new)?;
        let (mut options, state) = asked(&options, &state)?;
        options["allowCredentials"] = of
            .iter()
            .map(|passkey| json!({ "type": "public-key", "id": passkey.credential_id }))
            .collect();
        let options = text(&options)?;
        Ok(Asked { options, state })
    }

    fn named(&self, answer: &str) -> Option<Named> {
        let answer: PublicKeyCredential = read(answer)?;
        let owner = answer
            .get_user_unique_id()
            .and_then(|id| <[u8; 16]>::try_from(id).ok());
        Some(Named {
            credential_id: BASE64_URL_SAFE_NO_PAD.encode(answer.get_credential_id()),
            owner: owner.map(|id| MemberId::from_uuid(uuid::Uuid::from_bytes(id))),
        })
    }

    fn shown(&self, state: &str, answer: &str, credential: &str) -> Option<String> {
        let state: DiscoverableAuthentication = read(state)?;
        let answer: PublicKeyCredential = read(answer)?;
        let mut credential: Credential = read(credential)?;
        let shown = fits(self.0.finish_discoverable_authentication_v2(
            &answer,
            state,
            &credential,
        ))?;
        credential.update_credential(&shown)?;
        text(&credential).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{accounts::Joining, holds::Holds, leave::NeutralSite, push::PushHosts};

    fn at(base_url: &str) -> Option<Arc<dyn Passkeys>> {
        RelyingParty::of(&Settings {
            site_name: "Harbour".to_owned(),
            base_url: base_url.to_owned(),
            country: "us".to_owned(),
            joining: Joining::Open,
            edit_window: 0,
            indexed: false,
            leave_to: NeutralSite::default(),
            holds: Holds::default(),
            push: PushHosts::default(),
        })
    }

    #[test]
    fn passkeys_are_for_houses_with_a_name_and_https() {
        for good in [
            "https://chorus.example.org",
            "https://chorus.example.org:8443",
            "http://localhost:3000",
        ] {
            assert!(at(good).is_some(), "{good}");
        }
        for none in [
            "http://chorus.example.org",
            "http://127.0.0.1:3000",
            "https://192.0.2.7",
            "https://[2001:db8::1]",
            "nonsense",
        ] {
            assert!(at(none).is_none(), "{none}");
        }
    }

    #[test]
    fn what_is_asked_can_be_answered_without_a_handle() {
        let house = at("https://chorus.example.org").expect("passkeys");
        let ana = MemberId::from_uuid(uuid::Uuid::from_u128(7));
        let asked = house.ask_for_new(ana, "ana", &[]).expect("a question");
        let options: Value = read(&asked.options).expect("JSON");
        assert_eq!(options["rp"]["id"], "chorus.example.org");
        assert_eq!(options["user"]["name"], "ana");
        let selection = &options["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["userVerification"], "required");
        assert_eq!(options["attestation"], "none");
        let asked = house.ask_for_one(&[]).expect("a question");
        let options: Value = read(&asked.options).expect("JSON");
        assert_eq!(options["allowCredentials"], json!([]));
        assert_eq!(options["userVerification"], "required");
    }

    #[test]
    fn nonsense_fits_nothing() {
        let house = at("https://chorus.example.org").expect("passkeys");
        for nonsense in ["", "{}", "[]", "null", "\u{0}", "{\"id\":1}"] {
            assert!(house.made(nonsense, nonsense).is_none());
            assert!(house.named(nonsense).is_none());
            assert!(house.shown(nonsense, nonsense, nonsense).is_none());
        }
    }
}
