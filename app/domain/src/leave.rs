//! Leaving the page at once, for a site where nobody would ask why.

use std::{fmt, str::FromStr};

/// The site that opens in place of a page that someone had to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeutralSite(String);

impl NeutralSite {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for NeutralSite {
    /// An encyclopaedia: known everywhere, quick, and open to be read by anyone
    /// for any reason.
    fn default() -> Self {
        Self("https://www.wikipedia.org/".to_owned())
    }
}

impl fmt::Display for NeutralSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for NeutralSite {
    type Err = String;

    /// HTTPS only: nobody on the way shall put another page in its place.
    fn from_str(text: &str) -> Result<Self, String> {
        let host = text
            .strip_prefix("https://")
            .and_then(|rest| rest.split(['/', '?', '#']).next())
            .filter(|host| host.chars().any(char::is_alphanumeric) && !host.contains('@'));
        let plain = text
            .chars()
            .all(|c| c.is_ascii_graphic() && !r#"<>"'\`{}|^"#.contains(c));
        if host.is_some() && plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "{text:?} is not a whole address that begins with https://"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_address_is_a_neutral_site() {
        for good in [
            "https://www.wikipedia.org/",
            "https://weather.example.org",
            "https://example.org:8443/today?units=c#hourly",
        ] {
            assert_eq!(
                good.parse().map(|site: NeutralSite| site.0),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "https://",
            "https:///path",
            "http://weather.example.org/",
            "HTTPS://weather.example.org/",
            "javascript:alert(1)",
            "//weather.example.org",
            "weather.example.org",
            "https://weather.example.org@evil.example/",
            "https://weather.example.org/a b",
            "https://weather.example.org/\"><script>",
            " https://weather.example.org/",
        ] {
            assert!(bad.parse::<NeutralSite>().is_err(), "{bad}");
        }
        let default = NeutralSite::default();
        assert_eq!(default.as_str().parse(), Ok(default.clone()));
    }
}
