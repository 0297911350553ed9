use super::RitualPlace;
use crate::refusal::{Faults, Field, Reason};

/// A link to a meeting on the web: `http` or `https`, and a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RitualLink(String);

impl RitualLink {
    /// The longest link, in characters.
    pub const MAX: usize = 500;

    /// Checks the shape.
    pub fn parse(input: &str) -> Result<Self, Reason> {
        let text = crate::text::bounded(input, 1, Self::MAX)?;
        let host = text
            .split_once("://")
            .filter(|(scheme, _)| {
                scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
            })
            .and_then(|(_, rest)| rest.split(['/', '?', '#']).next())
            .ok_or(Reason::NotALink)?;
        let plain = !host.is_empty()
            && !host.contains('@')
            && host.chars().any(char::is_alphanumeric)
            && !text
                .chars()
                .any(|c| c.is_whitespace() || r#"<>"\`{}|^"#.contains(c));
        if plain {
            Ok(Self(text))
        } else {
            Err(Reason::NotALink)
        }
    }

    /// The link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where people meet: a place, a link, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    pub place: Option<RitualPlace>,
    pub link: Option<RitualLink>,
}

impl Venue {
    /// Reads the two fields, of which one may be empty.
    pub fn parse(place: &str, link: &str, faults: &mut Faults) -> Option<Self> {
        let (place, link) = (place.trim(), link.trim());
        if place.is_empty() && link.is_empty() {
            return faults.take(Field::Place, Err(Reason::Empty));
        }
        let place = match place {
            "" => Some(None),
            place => faults.take(Field::Place, RitualPlace::parse(place).map(Some)),
        };
        let link = match link {
            "" => Some(None),
            link => faults.take(Field::Link, RitualLink::parse(link).map(Some)),
        };
        Some(Self {
            place: place?,
            link: link?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_web_and_nowhere_else() {
        for good in [
            "https://meet.example.org/soup",
            "HTTP://example.org",
            "https://[::1]:8080/a?b#c",
        ] {
            assert!(RitualLink::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,hi",
            "//example.org",
            "example.org",
            "https://",
            "https:///path",
            "https://bank.example@evil.example/",
            "https://exa mple.org",
            "https://example.org/\"><script>",
        ] {
            assert_eq!(RitualLink::parse(bad), Err(Reason::NotALink), "{bad}");
        }
    }

    #[test]
    fn there_must_be_somewhere_to_go() {
        let mut faults = Faults::default();
        assert!(Venue::parse(" ", "", &mut faults).is_none());
        assert!(faults.finish().is_err());
        let mut faults = Faults::default();
        assert!(Venue::parse("The hall", "", &mut faults).is_some());
        assert!(faults.finish().is_ok());
    }
}
