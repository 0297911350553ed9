use axum::http::Uri;
use percent_encoding::percent_decode_str;
use std::sync::Arc;

/// The longest value of a query field that a finished page is kept for, in
/// bytes: longer than any cursor.
const LONGEST: usize = 200;

/// The address of a page that is the same for everyone who has written nothing
/// here: its path, and those fields of its query that it shows by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(Arc<str>);

impl Address {
    /// The page's address; none if the page belongs to one person, or is not
    /// worth keeping.
    pub fn of(uri: &Uri) -> Option<Self> {
        let path = uri.path();
        let shows_by = shows_by(path)?;
        let mut query = String::new();
        let pairs = uri.query().unwrap_or_default().split('&');
        let pairs = pairs.filter(|pair| !pair.is_empty());
        let mut found: Vec<(String, &str)> = Vec::new();
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
            if PERSONAL.contains(&name.as_str()) {
                return None;
            }
            if shows_by.contains(&name.as_str()) {
                found.push((name, value));
            }
        }
        for name in shows_by {
            let mut values = found.iter().filter(|(found, _)| found == name);
            match (values.next(), values.next()) {
                (Some((_, value)), None) if value.len() <= LONGEST => {
                    if !value.is_empty() {
                        query.push(if query.is_empty() { '?' } else { '&' });
                        query.push_str(&format!("{name}={value}"));
                    }
                }
                (None, _) => {}
                _ => return None,
            }
        }
        Some(Self(format!("{path}{query}").into()))
    }

    /// Path and query.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Does the page show anything that is kept in the store? Help does not, so
    /// that it is there when the store is not.
    pub fn asks_store(&self) -> bool {
        !self.0.starts_with("/help")
    }
}

/// Query fields that open something of one person, and those that the framework
/// reads from any address: such a page is made for whoever asks. `reply` would
/// be one page for each comment.
pub(super) const PERSONAL: &[&str] = &[
    "kept", "reply", "edit", "delete", "remove", "change", "preview", "saved", "fresh", "__err",
    "__path",
];

/// By which query fields the page at a path shows something else; none if the
/// page is not for everyone.
fn shows_by(path: &str) -> Option<&'static [&'static str]> {
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let plain = |part: &&str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if !parts.iter().all(plain) || (parts.len() > 1 && parts.contains(&"")) {
        return None;
    }
    Some(match parts.as_slice() {
        ["" | "series" | "privacy" | "rules" | "guide"] => &[],
        ["help"] => &["country"],
        ["rituals"] => &["past", "after"],
        ["stories" | "rituals", "new"] => return None,
        ["stories" | "shout-outs"] | ["series" | "prompts", _] => &["after"],
        ["stories" | "shout-outs" | "rituals" | "reflections", _] | ["series", _, _] => {
            &["under", "after"]
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    fn address(text: &str) -> Option<String> {
        let uri = text.parse().expect("an address");
        Address::of(&uri).map(|address| address.as_str().to_owned())
    }

    #[test]
    fn only_what_a_page_shows_by_makes_an_address() {
        for (asked, kept) in [
            ("/", "/"),
            ("/?utm_source=x&a", "/"),
            ("/privacy?x=1", "/privacy"),
            ("/help?country=de&x=1", "/help?country=de"),
            ("/help?country=", "/help"),
            ("/rituals?after=b&past=1", "/rituals?past=1&after=b"),
            ("/rituals?%61fter=b", "/rituals?after=b"),
            ("/stories/0a?after=b%20c", "/stories/0a?after=b%20c"),
            ("/series/days/first?after=", "/series/days/first"),
        ] {
            assert_eq!(address(asked).as_deref(), Some(kept), "{asked}");
        }
    }

    #[test]
    fn what_is_for_one_person_has_none() {
        let long = format!("/stories?after={}", "a".repeat(LONGEST + 1));
        for asked in [
            "/me",
            "/me/codes",
            "/me/confirm",
            "/me/notifications",
            "/me/people",
            "/people/story-0a",
            "/join",
            "/sign-in",
            "/recover",
            "/recover/0a",
            "/editor",
            "/editor/0a",
            "/moderation",
            "/house",
            "/house/privacy",
            "/moderation/log",
            "/moderation/story-0a",
            "/report/story-0a",
            "/me/decisions",
            "/me/decisions/0a",
            "/comments/0a",
            "/help/ask",
            "/help/abcd-efgh-jkmn",
            "/care",
            "/care/0a",
            "/stories/new",
            "/stories/%6eew",
            "/rituals/new",
            "/stories/0a/edit",
            "/rituals/0a/edit",
            "/api/stories/read",
            "/stories/",
            "/nowhere",
            "//",
            "/stories/0a?kept=x",
            "/stories/0a?k%65pt=x",
            "/stories/0a?reply=x",
            "/?__err=x",
            "/?__path=x",
            "/stories?after=a&after=b",
            &long,
        ] {
            assert_eq!(address(asked), None, "{asked}");
        }
    }

    /// A page that begins to show by another field must say so here, or people
    /// would get the page without it.
    #[test]
    fn every_query_field_of_the_app_is_known() {
        /// Fields of pages that are never kept, and names that are no fields of
        /// a query.
        const ELSEWHERE: &[&str] = &[
            "next",
            "invitation",
            "series",
            "article",
            "id",
            "prompt",
            "at",
            "before",
            "thing",
            "words",
            "reported",
            "appeals",
            "danger",
            "noticed",
        ];
        let known = |name: &str| {
            PERSONAL.contains(&name)
                || ["country", "past", "under", "after"].contains(&name)
                || ELSEWHERE.contains(&name)
        };
        let mut unknown = Vec::new();
        let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src")];
        let mut seen = 0;
        while let Some(path) = files.pop() {
            if path.is_dir() {
                let inside = fs::read_dir(&path).expect("a folder");
                files.extend(inside.map(|entry| entry.expect("an entry").path()));
                continue;
            }
            let text = fs::read_to_string(&path).expect("a file");
            if !text.contains("use_query_map") {
                continue;
            }
            for asks in ["get_str(\"", "query.get(\"", "field(\"", "asked(\""] {
                for name in text.split(asks).skip(1) {
                    let name = name.split('"').next().unwrap_or_default();
                    seen += 1;
                    if !known(name) {
                        unknown.push(format!("{name} in {}", path.display()));
                    }
                }
            }
        }
        assert!(seen > 15, "only {seen} fields were found");
        assert!(unknown.is_empty(), "{unknown:#?}");
    }
}
