use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// The longest address that is kept, in bytes.
const LONGEST: usize = 1_024;

/// Which push services this house talks to: hosts, `*.` before one for all below
/// it, or one on this very machine such as `http://127.0.0.1:4000`, for tests.
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
#[error("give hosts such as push.example.org,*.example.net, or nothing")]
pub struct NotHosts;

/// Is it something to put on the list?
fn is_host(text: &str) -> bool {
    if let Some(here) = text.strip_prefix("http://") {
        return here
            .parse::<SocketAddr>()
            .is_ok_and(|here| here.is_ipv4() && here.ip().is_loopback());
    }
    let host = text.strip_prefix("*.").unwrap_or(text);
    let is_name = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.contains('.') && host.split('.').all(is_name) && host.parse::<IpAddr>().is_err()
}

impl FromStr for PushHosts {
    type Err = NotHosts;

    fn from_str(text: &str) -> Result<Self, NotHosts> {
        let hosts: Vec<String> = text
            .split(',')
            .map(str::trim)
            .filter(|host| !host.is_empty())
            .map(str::to_owned)
            .collect();
        hosts
            .iter()
            .all(|host| is_host(host))
            .then_some(Self(hosts))
            .ok_or(NotHosts)
    }
}

impl PushHosts {
    /// Is it one that this house talks to?
    pub fn know(&self, endpoint: &Endpoint) -> bool {
        self.0.iter().any(|known| match known.strip_prefix("*.") {
            _ if !endpoint.is_secure() => endpoint.origin() == known,
            Some(above) => endpoint
                .host()
                .strip_suffix(above)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            None => endpoint.host() == known,
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

/// Does this address belong to a machine out in the world, and not to this one or
/// to a network around it? What a name leads to is asked before it is knocked at.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    match ip.octets() {
        // This network, its shared and reserved parts, and whoever listens to many.
        [0 | 224.., ..] | [100, 64..128, ..] | [192, 0, 0, _] | [198, 18 | 19, ..] => false,
        _ => !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation()),
    }
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        // Addresses of the older kind, seen through a gateway.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        [0x2001, 0 | 0xdb8, ..] | [0x2002, ..] => false,
        [0x2000..0x4000, ..] => true,
        _ => false,
    }
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
        for odd in [
            "a b",
            "localhost",
            "127.0.0.1",
            "Push.example.org",
            "push.example.org/x",
            "push.example.org:8443",
            "*.*.example.org",
            "https://push.example.org",
            "http://push.example.org",
            "http://10.0.0.1:80",
            "http://127.0.0.1",
        ] {
            assert_eq!(odd.parse::<PushHosts>(), Err(NotHosts), "{odd}");
        }
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

    #[test]
    fn a_name_that_leads_to_a_machine_nearby_is_seen_through() {
        for near in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "fc00::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(near.parse().expect(near)), "{near}");
        }
        for far in [
            "142.250.185.74",
            "17.188.143.1",
            "2a00:1450:4001:80e::200a",
            "64:ff9b::8efa:b94a",
        ] {
            assert!(is_public(far.parse().expect(far)), "{far}");
        }
    }
}
