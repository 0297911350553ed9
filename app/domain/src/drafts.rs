//! Drafts: what someone is writing, kept on the server, and what came back
//! from a post that failed.

use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fields of a form by name. Passwords and codes are never among them.
pub type Fields = BTreeMap<String, String>;

/// Names of fields that are never kept.
pub const NEVER_KEPT: [&str; 7] = [
    "password",
    "new_password",
    "code",
    "secret",
    "invitation",
    "key",
    "page",
];

/// The longest draft, in bytes of its fields together.
pub const MAX_BYTES: usize = 256 * 1024;

/// What was kept for one form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    pub fields: Fields,
    /// Why the post failed, if it was one.
    pub refusal: Option<Refusal>,
}

impl Kept {
    /// The field that says on which page the form stands.
    pub const PAGE: &str = "page";

    /// Has someone typed anything?
    pub fn has_words(&self) -> bool {
        self.fields.keys().any(|name| name != Self::PAGE)
    }

    /// A field's text; empty if there is none.
    pub fn text(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }
}

/// Where a form stands: a name that is its own in the whole house, such as
/// `stories.new` or `comments.story-….root`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormName(String);

impl FormName {
    /// The longest name, in bytes.
    pub const MAX: usize = 160;

    /// Checks the shape: lower-case letters, digits, `.`, `-` and `_`.
    pub fn parse(text: &str) -> Option<Self> {
        let good = !text.is_empty()
            && text.len() <= Self::MAX
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b));
        good.then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "ssr")]
mod port {
    use super::{FormName, Kept};
    use crate::{actor::Writer, clock::Timestamp, store::Stored};
    use async_trait::async_trait;

    /// Reads drafts.
    #[async_trait]
    pub trait DraftReads: Send {
        /// What `owner` has in this form.
        async fn draft(&mut self, owner: Writer, form: &FormName) -> Stored<Option<Kept>>;

        /// Forms with a draft, newest first, at most 50.
        async fn drafts(&mut self, owner: Writer) -> Stored<Vec<(FormName, Timestamp)>>;
    }

    /// Writes drafts.
    #[async_trait]
    pub trait DraftWrites: Send {
        /// Keeps what `owner` has in this form in place of what was kept.
        async fn keep_draft(
            &mut self,
            owner: Writer,
            form: &FormName,
            kept: &Kept,
            now: Timestamp,
        ) -> Stored<()>;

        /// Forgets it.
        async fn drop_draft(&mut self, owner: Writer, form: &FormName) -> Stored<()>;

        /// Forgets drafts not touched since `before`; says how many.
        async fn forget_drafts(&mut self, before: Timestamp) -> Stored<u64>;
    }
}
#[cfg(feature = "ssr")]
pub use port::{DraftReads, DraftWrites};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_name_is_plain() {
        assert!(FormName::parse("comments.story-0a.root").is_some());
        for odd in ["", "a b", "A", "../x", "é"] {
            assert!(FormName::parse(odd).is_none(), "{odd}");
        }
        assert!(FormName::parse(&"a".repeat(161)).is_none());
    }
}
