//! Push: a member is told on a device that something came, in words that say
//! nothing to whoever else sees the screen.
//!
//! Where to knock is chosen by the member's browser, so it is believed only as
//! far as its host is one that this house knows, and asked again before each use.

mod hosts;
mod port;

pub use hosts::{Endpoint, NotHosts, PushHosts, is_public};
pub use port::*;

use crate::{
    clock::Timestamp,
    ids::{DeviceId, MemberId, PushId},
    notifications::Kind,
    refusal::{Fault, Refusal},
    store::{Act, Stored, Unit},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use std::fmt;

/// How long a member has to read it before a device is told, in milliseconds.
pub const PATIENCE: i64 = 5_000;

/// How long until it is tried again, in milliseconds.
pub const AGAIN_AFTER: i64 = 5 * Timestamp::MINUTE;

/// How often it is tried.
pub const TRIES: u32 = 4;

/// By what a message is sealed for one device.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceKeys {
    /// Its public key: a point on P-256, uncompressed.
    pub key: [u8; 65],
    /// What only the device and this house know.
    pub auth: [u8; 16],
}

impl DeviceKeys {
    /// As the browser gives them: base64 for addresses.
    pub fn parse(key: &str, auth: &str) -> Option<Self> {
        let bytes = |text: &str| {
            BASE64_URL_SAFE_NO_PAD
                .decode(text.trim_end_matches('='))
                .ok()
        };
        let key: [u8; 65] = bytes(key)?.try_into().ok()?;
        let auth = bytes(auth)?.try_into().ok()?;
        (key[0] == 4).then_some(Self { key, auth })
    }

    /// The key as it was given.
    pub fn key_text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.key)
    }

    /// The secret as it was given.
    pub fn auth_text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.auth)
    }
}

impl fmt::Debug for DeviceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKeys")
    }
}

/// A device that is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    pub endpoint: Endpoint,
    pub keys: DeviceKeys,
}

impl NewSubscription {
    /// As the page sends it: address, key and secret, a space between them.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut part = || parts.next();
        let (endpoint, key, auth) = (part()?, part()?, part()?);
        let endpoint = Endpoint::parse(endpoint)?;
        let keys = DeviceKeys::parse(key, auth)?;
        part().is_none().then_some(Self { endpoint, keys })
    }
}

/// The house's key for push services, as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PushKey {
    pub secret: String,
    /// What browsers give to the push service.
    pub public: String,
}

impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PushKey {{ public: {} }}", self.public)
    }
}

/// What is shown on the screen of a device, as the service worker reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Neutral, and without a name.
    pub words: &'static str,
    /// Is it heard again though the same words are on the screen already?
    pub again: bool,
}

impl Notice {
    /// Of this kind; of none in particular if it is several that came.
    pub fn of(kind: Option<Kind>) -> Self {
        Self {
            words: match kind {
                Some(Kind::Answer) => "You have an answer",
                Some(Kind::Thanks) => "Someone thanked you",
                Some(Kind::Support) => "Someone is with you",
                Some(Kind::CallAnswered) => "There is an answer for you",
                Some(Kind::Decision) => "There is word for you",
                Some(Kind::CallWaits) => "Someone waits",
                Some(Kind::CallerWrote) => "Someone wrote back",
                Some(Kind::House) | None => "There is something new for you",
            },
            again: kind.is_some_and(is_urgent),
        }
    }

    /// As it is sealed.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Is it told by itself, and not together with what else came?
pub const fn is_urgent(kind: Kind) -> bool {
    matches!(kind, Kind::CallWaits)
}

/// Notes that the devices of a member are to be told of something.
pub async fn owe(unit: &mut dyn Unit, now: Timestamp, member: MemberId, kind: Kind) -> Stored<()> {
    unit.owe_pushes(member, kind, now.plus(PATIENCE)).await
}

/// From now on this device is told, in place of what it was told by before.
pub async fn tell_device(
    unit: &mut dyn Unit,
    act: Act<'_>,
    device: Option<DeviceId>,
    new: &NewSubscription,
    hosts: &PushHosts,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    let device = device.ok_or(Refusal::SignInFirst)?;
    if !hosts.know(&new.endpoint) {
        return Err(Refusal::UnknownPushService.into());
    }
    let id = PushId::random(act.chance);
    unit.keep_subscription(id, member, device, new, act.now)
        .await?;
    Ok(())
}

/// From now on this device is told nothing.
pub async fn leave_device_alone(
    unit: &mut dyn Unit,
    act: Act<'_>,
    device: Option<DeviceId>,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    let device = device.ok_or(Refusal::SignInFirst)?;
    unit.drop_subscription_of(member, device).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn a_device_is_read_whole_or_not_at_all() {
        let at = "https://push.example.org/a";
        let new = NewSubscription::parse(&format!("{at} {KEY} {AUTH}")).expect("a device");
        assert_eq!(new.endpoint.as_str(), at);
        assert_eq!(
            (new.keys.key_text(), new.keys.auth_text()),
            (KEY.into(), AUTH.into())
        );
        assert_eq!(format!("{:?}", new.keys), "DeviceKeys");
        for odd in [
            String::new(),
            at.to_owned(),
            format!("{at} {KEY}"),
            format!("{at} {KEY} {AUTH} x"),
            format!("{at} {AUTH} {KEY}"),
            format!("{at} {KEY} {KEY}"),
            format!("{at} A{} {AUTH}", &KEY[1..]),
            format!("nowhere {KEY} {AUTH}"),
        ] {
            assert_eq!(NewSubscription::parse(&odd), None, "{odd}");
        }
    }

    #[test]
    fn only_a_call_for_help_is_heard_again() {
        let again = |kind: &Kind| Notice::of(Some(*kind)).again;
        let heard: Vec<Kind> = Kind::ALL.into_iter().filter(again).collect();
        assert_eq!(heard, [Kind::CallWaits]);
        assert_eq!(
            Notice::of(Some(Kind::CallWaits)).text(),
            r#"{"words":"Someone waits","again":true}"#
        );
    }
}
