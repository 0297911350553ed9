//! Push: a member is told on a device that something came, in words that say
//! nothing to whoever else sees the screen.
//!
//! Where to knock is chosen by the member's browser, so it is believed only as
//! far as its host is one that this house knows, and asked again before each use.

mod port;

pub use port::*;

use crate::{
    clock::Timestamp,
    ids::{DeviceId, PushId},
    notifications::Kind,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use std::{fmt, str::FromStr};

/// How long a member has to read it before a device is told, in milliseconds.
pub const PATIENCE: i64 = 5_000;

/// How long until it is tried again, in milliseconds.
pub const AGAIN_AFTER: i64 = 5 * Timestamp::MINUTE;

/// How often it is tried.
pub const TRIES: u32 = 4;

/// The longest address that is kept, in bytes.
const LONGEST: usize = 1_024;

/// Which push services this house talks to: hosts, `*.` before one for all below
/// it, or a whole origin such as `http://127.0.0.1:4000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushHosts(Vec<String>);

impl Default for PushHosts {
    /// Those of the browsers that have one.
    fn default() -> Self {
        Self(
            [
                "fcm.googleapis.com",
                "*.push.services.mozilla.com",
                "*.notify.windows.com",
                "*.push.apple.com",
            ]
            .map(str::to_owned)
            .to_vec(),
        )
    }
}

impl fmt::Display for PushHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// The text names no hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is a list of hosts such as push.example.org,*.example.net, or nothing")]
pub struct NotHosts;

impl FromStr for PushHosts {
    type Err = NotHosts;

    fn from_str(text: &str) -> Result<Self, NotHosts> {
        let hosts: Vec<String> = text
            .split(',')
            .map(str::trim)
            .filter(|host| !host.is_empty())
            .map(str::to_owned)
            .collect();
        let is_host = |host: &String| {
            let host = host
                .strip_prefix("https://")
                .or_else(|| host.strip_prefix("http://"))
                .unwrap_or(host);
            let host = host.strip_prefix("*.").unwrap_or(host);
            host.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b))
        };
        hosts
            .iter()
            .all(is_host)
            .then_some(Self(hosts))
            .ok_or(NotHosts)
    }
}

impl PushHosts {
    /// Is it one that this house talks to?
    pub fn know(&self, endpoint: &Endpoint) -> bool {
        self.0.iter().any(|known| match known.strip_prefix("*.") {
            Some(above) => {
                endpoint.is_secure()
                    && endpoint
                        .host()
                        .strip_suffix(above)
                        .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }
            None if known.contains("://") => endpoint.origin() == known,
            None => endpoint.is_secure() && endpoint.host() == known,
        })
    }

    /// Does this house send any?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Where a device is told: an address at a push service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    text: String,
    /// Where the path begins.
    path: usize,
}

impl Endpoint {
    /// `http://` is for push services on this machine; [`PushHosts`] knows which.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let host = rest.split('/').next()?;
        let is_plain = text.len() <= LONGEST
            && ["https", "http"].contains(&scheme)
            && !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:".contains(&b))
            && rest.len() > host.len()
            && rest
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"#\\\"<>@".contains(&b));
        // An https address with a port of its own is nobody's push service.
        let is_usual = scheme == "http" || !host.contains(':');
        (is_plain && is_usual).then(|| Self {
            path: scheme.len() + 3 + host.len(),
            text: text.to_owned(),
        })
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.text[..self.path]
    }

    /// Host and, if it has one, port.
    pub fn host(&self) -> &str {
        let origin = self.origin();
        origin.split_once("://").map_or(origin, |(_, host)| host)
    }

    /// What stands behind the host.
    pub fn path(&self) -> &str {
        &self.text[self.path..]
    }

    /// Is it by HTTPS?
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https://")
    }
}

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

/// The words on the screen of a device: neutral, and without a name.
pub const fn words(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Answer) => "You have an answer",
        Some(Kind::Thanks) => "Someone thanked you",
        Some(Kind::Support) => "Someone is with you",
        Some(Kind::CallAnswered) => "There is an answer for you",
        Some(Kind::Decision) => "There is word for you",
        Some(Kind::CallWaits) => "Someone waits",
        Some(Kind::CallerWrote) => "Someone wrote back",
        Some(Kind::House) | None => "There is something new for you",
    }
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
        return Err(Refusal::NotAllowed.into());
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

    fn endpoint(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap_or_else(|| panic!("{text} is an address"))
    }

    #[test]
    fn only_hosts_on_the_list_are_knocked_at() {
        let usual = PushHosts::default();
        for known in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://db5p.notify.windows.com/w/?token=a%3d",
            "https://web.push.apple.com/QAbc",
        ] {
            assert!(usual.know(&endpoint(known)), "{known}");
        }
        for unknown in [
            "https://example.org/fcm.googleapis.com",
            "https://fcm.googleapis.com.example.org/x",
            "https://evilpush.apple.com/x",
            "https://push.apple.com/x",
            "https://.push.apple.com/x",
            "http://fcm.googleapis.com/x",
            "http://127.0.0.1:4000/x",
        ] {
            assert!(!usual.know(&endpoint(unknown)), "{unknown}");
        }
        let own: PushHosts = "http://127.0.0.1:4000".parse().expect("hosts");
        assert!(own.know(&endpoint("http://127.0.0.1:4000/x")));
        assert!(!own.know(&endpoint("http://127.0.0.1:4001/x")));
        assert!(!own.know(&endpoint("http://127.0.0.1:40001/x")));
        assert!("".parse::<PushHosts>().expect("none").is_empty());
        assert!("a b".parse::<PushHosts>().is_err());
    }

    #[test]
    fn an_address_is_plain() {
        let known = endpoint("https://push.example.org/a/b?c=d");
        assert_eq!(known.origin(), "https://push.example.org");
        assert_eq!(known.host(), "push.example.org");
        assert_eq!(known.path(), "/a/b?c=d");
        let long = format!("https://push.example.org/{}", "a".repeat(LONGEST));
        for text in [
            "",
            "push.example.org/a",
            "https://push.example.org",
            "https:///a",
            "https://a@push.example.org/",
            "https://push.example.org@127.0.0.1/",
            "https://push.example.org:8443/a",
            "https://PUSH.example.org/a",
            "https://[::1]/a",
            "ftp://push.example.org/a",
            "https://push.example.org/a b",
            "https://push.example.org/a\r\nX: y",
            "https://push.example.org/a#b",
            &long,
        ] {
            assert_eq!(Endpoint::parse(text), None, "{text}");
        }
    }
}
