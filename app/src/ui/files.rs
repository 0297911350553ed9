use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};

/// Where the style, the scripts and the icons of this build are. A file that
/// changes gets another address, so that a browser may keep it for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SiteFiles {
    /// What stands before the address of each of them.
    base: String,
}

impl SiteFiles {
    /// Those under an address without a slash at its end.
    pub fn under(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    /// Those of whatever runs now; if nobody says where, at their plain
    /// addresses.
    pub fn present() -> Self {
        use_context().unwrap_or_default()
    }

    /// The address of one. `path` is its plain address, as `/icons.svg`.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}
