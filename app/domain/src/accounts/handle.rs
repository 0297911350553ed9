use crate::refusal::Reason;
use serde::Serialize;

/// A member's pseudonym: 3 to 24 letters and digits, with single hyphens
/// between them, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// The longest handle, in characters.
    pub const MAX: usize = 24;
    /// The shortest handle, in characters.
    pub const MIN: usize = 3;

    /// Checks the shape. A leading `@` is dropped, as people type it.
    pub fn parse(input: &str) -> Result<Self, Reason> {
        let cleaned = crate::text::clean(input);
        let text = cleaned.strip_prefix('@').unwrap_or(&cleaned);
        let length = text.chars().count();
        if length == 0 {
            return Err(Reason::Empty);
        }
        if length > Self::MAX {
            return Err(Reason::TooLong {
                max: Self::MAX,
                length,
            });
        }
        if length < Self::MIN {
            return Err(Reason::TooShort { min: Self::MIN });
        }
        let shaped = text.starts_with(char::is_alphabetic)
            && !text.ends_with('-')
            && !text.contains("--")
            && text.chars().all(|c| c.is_alphanumeric() || c == '-');
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(Reason::HandleShape)
        }
    }

    /// The handle.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the handle looks like at a glance: two handles with one skeleton
    /// are taken for each other. After Unicode Technical Standard 39, with the
    /// table in `data/confusables.tsv`.
    #[cfg(feature = "ssr")]
    pub fn skeleton(&self) -> String {
        use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
        let mut skeleton = String::new();
        let folded = self
            .0
            .nfkd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_lowercase)
            .filter(|c| *c != '-');
        for c in folded {
            match CONFUSABLES.get(&c) {
                Some(looks_like) => skeleton.push_str(looks_like),
                None => skeleton.push(c),
            }
        }
        skeleton
    }

    /// What is kept of a handle that rests after its member was erased.
    #[cfg(feature = "ssr")]
    pub fn hash(&self) -> String {
        super::secrets::hash(&format!("handle {}", self.skeleton()))
    }

    /// Is it kept for the house?
    #[cfg(feature = "ssr")]
    pub fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.skeleton())
    }
}

#[cfg(feature = "ssr")]
static CONFUSABLES: std::sync::LazyLock<std::collections::HashMap<char, &str>> =
    std::sync::LazyLock::new(|| {
        include_str!("../../data/confusables.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut columns = line.split('\t');
                Some((columns.next()?.chars().next()?, columns.next()?.trim()))
            })
            .collect()
    });

#[cfg(feature = "ssr")]
static RESERVED: std::sync::LazyLock<std::collections::HashSet<String>> =
    std::sync::LazyLock::new(|| {
        include_str!("../../data/reserved-handles.txt")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| Handle(line.to_owned()).skeleton())
            .collect()
    });

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_handle_has_a_plain_shape() {
        for good in ["ana", "river-stone", "José", "@maya", "Борис7"] {
            assert!(Handle::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "7up", "-ana", "ana-", "a--b", "a b c", "<b>", "ana/me", "ana.me",
        ] {
            assert_eq!(Handle::parse(bad), Err(Reason::HandleShape), "{bad}");
        }
        assert_eq!(Handle::parse("ab"), Err(Reason::TooShort { min: 3 }));
        assert_eq!(
            Handle::parse(&"a".repeat(25)),
            Err(Reason::TooLong {
                max: 24,
                length: 25
            })
        );
    }

    #[test]
    fn nobody_can_look_like_someone_else() {
        let skeleton = |text| Handle::parse(text).expect("a handle").skeleton();
        for twin in [
            "Maria", "MARIA", "mar1a", "mаria", "ma-ria", "marïa", "rnaria",
        ] {
            assert_eq!(skeleton(twin), skeleton("maria"), "{twin}");
        }
        assert_ne!(skeleton("maria"), skeleton("marta"));
    }

    #[test]
    fn nobody_can_look_like_the_house() {
        for name in ["host", "Moderat0r", "adm1n", "hеlp"] {
            assert!(
                Handle::parse(name).expect("a handle").is_reserved(),
                "{name}"
            );
        }
        assert!(
            !Handle::parse("river-stone")
                .expect("a handle")
                .is_reserved()
        );
    }
}
