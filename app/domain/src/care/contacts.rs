use serde::Deserialize;
use std::sync::LazyLock;

/// Whom to call, write to or look up in one country.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// Two letters, upper case; none for everywhere else.
    pub country: Option<String>,
    pub name: String,
    pub emergency: Emergency,
    /// Who answers now.
    pub crisis: Vec<Contact>,
    /// Helplines about alcohol and other drugs.
    pub support: Vec<Contact>,
    /// Self-help fellowships.
    pub fellowships: Vec<Contact>,
    /// Where to look for meetings and treatment.
    pub finders: Vec<Contact>,
}

impl Contacts {
    /// The name in addresses: two lower-case letters, or `international`.
    pub fn code(&self) -> String {
        self.country
            .as_deref()
            .map_or_else(|| INTERNATIONAL.to_owned(), str::to_ascii_lowercase)
    }
}

/// The emergency services.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// None where there is no single number.
    pub call: Option<String>,
    /// The sentence beside it.
    pub text: String,
}

/// A place to turn to. Numbers are written as people read them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub name: String,
    pub what: String,
    pub call: Option<String>,
    pub tty: Option<String>,
    /// A number for text messages.
    pub text: Option<String>,
    /// An address to write at.
    pub chat: Option<String>,
    /// In English.
    #[serde(default)]
    pub languages: Vec<String>,
    pub hours: Option<String>,
    /// Where a person goes.
    pub url: String,
    /// The page that says so.
    pub source: String,
    /// The day it was last checked: `2026-11-22`.
    pub checked: String,
    /// Of a finder.
    pub kind: Option<FinderKind>,
}

/// What a finder finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinderKind {
    Meetings,
    Treatment,
}

const INTERNATIONAL: &str = "international";

/// One file a country, the international list last.
const FILES: [&str; 6] = [
    include_str!("../../data/contacts/au.json"),
    include_str!("../../data/contacts/ca.json"),
    include_str!("../../data/contacts/gb.json"),
    include_str!("../../data/contacts/ie.json"),
    include_str!("../../data/contacts/us.json"),
    include_str!("../../data/contacts/international.json"),
];

/// A list that cannot be read is left out, so that the others are still there.
static CONTACTS: LazyLock<Vec<Contacts>> = LazyLock::new(|| {
    FILES
        .iter()
        .filter_map(|file| {
            serde_json::from_str(file)
                .inspect_err(|error| tracing::error!(%error, "a list of contacts is unreadable"))
                .ok()
        })
        .collect()
});

/// Every list, by name, the international one last.
pub fn countries() -> &'static [Contacts] {
    &CONTACTS
}

/// The list of a country (two letters in lower case), or the international
/// one.
pub fn for_country(code: &str) -> Option<&'static Contacts> {
    CONTACTS
        .iter()
        .find(|contacts| contacts.code() == code)
        .or_else(|| CONTACTS.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(contacts: &Contacts) -> impl Iterator<Item = &Contact> {
        [
            &contacts.crisis,
            &contacts.support,
            &contacts.fellowships,
            &contacts.finders,
        ]
        .into_iter()
        .flatten()
    }

    #[test]
    fn every_list_is_readable() {
        for file in FILES {
            serde_json::from_str::<Contacts>(file).expect("a list of contacts");
        }
        assert_eq!(countries().len(), FILES.len());
        assert_eq!(
            countries().last().map(Contacts::code).as_deref(),
            Some(INTERNATIONAL)
        );
    }

    #[test]
    fn every_entry_says_where_it_is_from_and_when_it_was_checked() {
        for contacts in countries() {
            assert!(!contacts.crisis.is_empty(), "{}", contacts.name);
            assert!(!contacts.emergency.text.is_empty(), "{}", contacts.name);
            for entry in entries(contacts) {
                for address in [Some(&entry.url), Some(&entry.source), entry.chat.as_ref()] {
                    assert!(
                        address.is_none_or(|address| address.starts_with("https://")),
                        "{}",
                        entry.name
                    );
                }
                assert!(!entry.what.is_empty(), "{}", entry.name);
                entry.checked.parse::<jiff::civil::Date>().expect("a date");
                for number in [&entry.call, &entry.tty, &entry.text].into_iter().flatten() {
                    assert!(number.bytes().any(|b| b.is_ascii_digit()), "{number}");
                }
            }
            assert!(contacts.finders.iter().all(|finder| finder.kind.is_some()));
        }
    }

    #[test]
    fn a_country_without_a_list_gets_the_international_one() {
        let code = |country| for_country(country).map(Contacts::code);
        assert_eq!(code("gb").as_deref(), Some("gb"));
        for unknown in ["xx", "", "GB", "../gb"] {
            assert_eq!(code(unknown).as_deref(), Some(INTERNATIONAL), "{unknown}");
        }
    }

    #[test]
    fn the_numbers_that_people_know_are_there() {
        let calls = |country: &str| {
            let contacts = for_country(country).expect("a list");
            let mut calls: Vec<_> = entries(contacts).filter_map(|e| e.call.clone()).collect();
            calls.extend(contacts.emergency.call.clone());
            calls
        };
        for number in ["911", "988", "1-800-662-4357"] {
            assert!(calls("us").iter().any(|call| call == number), "{number}");
        }
        for number in ["999", "116 123"] {
            assert!(calls("gb").iter().any(|call| call == number), "{number}");
        }
    }
}
