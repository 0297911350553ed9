use crate::refusal::Reason;

/// The part of an address that names a series or an article: lower-case ASCII
/// letters, digits and single hyphens between them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

impl Slug {
    /// The longest, in bytes.
    pub const MAX: usize = 200;

    /// Checks the shape.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Reason::Empty);
        }
        if text.len() > Self::MAX {
            return Err(Reason::TooLong {
                max: Self::MAX,
                length: text.chars().count(),
            });
        }
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if plain && !text.starts_with('-') && !text.ends_with('-') && !text.contains("--") {
            Ok(Self(text.to_owned()))
        } else {
            Err(Reason::SlugShape)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "ssr")]
impl Slug {
    /// About how long a slug made from a title is, in bytes.
    const MADE: usize = 80;

    /// From a title: accents go, everything else that is no letter or digit
    /// becomes a hyphen. None if the title has no Latin letter and no digit.
    pub fn from_title(title: &str) -> Option<Self> {
        use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
        let mut slug = String::new();
        let mut gap = false;
        for c in title.nfkd().filter(|c| !is_combining_mark(*c)) {
            let whole = match c {
                'ß' => "ss",
                'æ' | 'Æ' => "ae",
                'œ' | 'Œ' => "oe",
                'ø' | 'Ø' => "o",
                'ł' | 'Ł' => "l",
                'đ' | 'Đ' => "d",
                // An apostrophe joins: don't, dont.
                '\'' | '’' | '\u{00AD}' => continue,
                _ => "",
            };
            if whole.is_empty() && !c.is_ascii_alphanumeric() {
                gap = !slug.is_empty();
                continue;
            }
            if gap {
                if slug.len() >= Self::MADE {
                    break;
                }
                slug.push('-');
                gap = false;
            }
            if whole.is_empty() {
                slug.push(c.to_ascii_lowercase());
            } else {
                slug.push_str(whole);
            }
            if slug.len() >= Self::MAX - 8 {
                break;
            }
        }
        Self::parse(&slug).ok()
    }

    /// For a title of which no address can be made: what it is and a piece of
    /// its identifier.
    pub fn nameless(kind: &'static str, id: uuid::Uuid) -> Self {
        Self(format!("{kind}-{:08x}", id.as_fields().0))
    }

    /// The same with a number, for when it is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let ending = format!("-{number}");
        let room = Self::MAX - ending.len();
        let head = self.0.get(..room).unwrap_or(&self.0).trim_end_matches('-');
        Self(format!("{head}{ending}"))
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn made(title: &str) -> Option<String> {
        Slug::from_title(title).map(|slug| slug.0)
    }

    #[test]
    fn a_title_becomes_an_address() {
        assert_eq!(
            made("Week 3: Community").as_deref(),
            Some("week-3-community")
        );
        assert_eq!(
            made("  The other end of the sofa… ").as_deref(),
            Some("the-other-end-of-the-sofa")
        );
        assert_eq!(
            made("Crème brûlée & Straße").as_deref(),
            Some("creme-brulee-strasse")
        );
        assert_eq!(made("Don’t go").as_deref(), Some("dont-go"));
        assert_eq!(made("أنا بخير"), None);
        assert_eq!(made("!!!"), None);
    }

    #[test]
    fn a_long_title_ends_at_a_word() {
        let slug = made(&"recovery ".repeat(40)).expect("a slug");
        assert!(slug.len() <= 90, "{}", slug.len());
        assert!(slug.ends_with("recovery"));
        let one_word = made(&"a".repeat(500)).expect("a slug");
        assert!(one_word.len() <= Slug::MAX);
    }

    #[test]
    fn an_address_has_one_shape() {
        assert!(Slug::parse("week-3").is_ok());
        for odd in [
            "Week-3",
            "-a",
            "a-",
            "a--b",
            "a b",
            "a/b",
            "ä",
            "feed.atom",
            "..",
        ] {
            assert_eq!(Slug::parse(odd), Err(Reason::SlugShape), "{odd}");
        }
        assert_eq!(Slug::parse(" "), Err(Reason::Empty));
        assert!(matches!(
            Slug::parse(&"a".repeat(201)),
            Err(Reason::TooLong { .. })
        ));
    }

    #[test]
    fn a_number_keeps_it_within_its_length() {
        let slug = Slug::parse(&"a".repeat(200)).expect("a slug");
        assert_eq!(
            Slug::parse(slug.numbered(12).as_str()),
            Ok(slug.numbered(12))
        );
        assert_eq!(
            Slug::parse("a").expect("a slug").numbered(2).as_str(),
            "a-2"
        );
    }
}
