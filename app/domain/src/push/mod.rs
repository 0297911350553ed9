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
    accounts::MemberState,
    clock::Timestamp,
    ids::{DeviceId, PushId},
    notifications::{KeptTimes, Kind, since_yesterday},
    refusal::{Fault, Refusal},
    store::{Act, Reader, Stored, Unit},
    watch,
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

/// What a device is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Of(Kind),
    /// Of several kinds, or of what came while it was quiet.
    Several,
    /// Once a day, of so many things.
    Digest(u32),
}

impl What {
    /// Is it told by itself, and not together with what else came?
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::Of(Kind::CallWaits))
    }

    /// As it is kept: the one kind, and the number of a digest.
    pub const fn parts(self) -> (Option<Kind>, Option<u32>) {
        match self {
            Self::Of(kind) => (Some(kind), None),
            Self::Several => (None, None),
            Self::Digest(count) => (None, Some(count)),
        }
    }

    /// From what was kept.
    pub fn from_parts(kind: Option<Kind>, count: Option<u32>) -> Self {
        let otherwise = count.map_or(Self::Several, Self::Digest);
        kind.map_or(otherwise, Self::Of)
    }
}

/// What is shown on the screen of a device, as the service worker reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Neutral, and without a name.
    pub words: String,
    /// Is it heard again though the same words are on the screen already?
    pub again: bool,
}

impl Notice {
    /// In the words for this.
    pub fn of(what: What) -> Self {
        Self {
            words: match what {
                What::Of(kind) => words(kind).to_owned(),
                What::Several => words(Kind::House).to_owned(),
                What::Digest(count) => since_yesterday(count),
            },
            again: what.is_urgent(),
        }
    }

    /// As it is sealed.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

const fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Answer => "You have an answer",
        Kind::Thanks => "Someone thanked you",
        Kind::Support => "Someone is with you",
        Kind::CallAnswered => "There is an answer for you",
        Kind::Decision => "There is word for you",
        Kind::CallWaits => "Someone waits",
        Kind::CallerWrote => "Someone wrote back",
        Kind::House => "There is something new for you",
    }
}

/// When something that is owed is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Now,
    /// Once it is not quiet any more, and then as this.
    At(Timestamp, What),
    /// It is told otherwise, or there is nothing to tell any more.
    Never,
}

/// Asks when something is told that a device is owed: whether its member is let
/// in and has not read it meanwhile, and when they want to be told.
pub async fn turn(reader: &mut dyn Reader, owed: &Owed, now: Timestamp) -> Stored<Turn> {
    let id = owed.to.member;
    let member = reader.member(id).await?;
    let is_in = member.is_some_and(|member| member.state == MemberState::Active);
    if !is_in || reader.unread_notifications(id, 1).await? == 0 {
        return Ok(Turn::Never);
    }
    let Some(KeptTimes { times, .. }) = reader.notification_times(id).await? else {
        return Ok(Turn::Now);
    };
    let waits = owed.what.is_urgent();
    let is_counted = times.digest.is_some();
    if is_counted && !waits && !matches!(owed.what, What::Digest(_)) {
        return Ok(Turn::Never);
    }
    let Some(until) = times.quiet_until(now) else {
        return Ok(Turn::Now);
    };
    if waits && times.calls && watch::on_duty(reader, now).await?.contains(&id) {
        return Ok(Turn::Now);
    }
    let what = if is_counted { owed.what } else { What::Several };
    Ok(Turn::At(until, what))
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
        let again = |kind: &Kind| Notice::of(What::Of(*kind)).again;
        let heard: Vec<Kind> = Kind::ALL.into_iter().filter(again).collect();
        assert_eq!(heard, [Kind::CallWaits]);
        assert_eq!(
            Notice::of(What::Of(Kind::CallWaits)).text(),
            r#"{"words":"Someone waits","again":true}"#
        );
    }
}
