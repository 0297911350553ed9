//! What the recogniser knows. The server has it in itself; a browser is given it
//! when someone begins to write.

/// The files of the site that hold it.
pub const FILES: [&str; 3] = [
    "/hearing/groups.tsv",
    "/hearing/spellings.tsv",
    "/hearing/weights.tsv",
];

/// The texts of [`FILES`].
pub(super) struct Data {
    pub groups: &'static str,
    pub spellings: &'static str,
    pub weights: &'static str,
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) fn data() -> Option<&'static Data> {
    static ALL: Data = Data {
        groups: include_str!("../../../../../public/hearing/groups.tsv"),
        spellings: include_str!("../../../../../public/hearing/spellings.tsv"),
        weights: include_str!("../../../../../public/hearing/weights.tsv"),
    };
    Some(&ALL)
}

#[cfg(target_arch = "wasm32")]
mod given {
    use super::Data;
    use std::sync::OnceLock;

    static GIVEN: OnceLock<Data> = OnceLock::new();

    pub fn data() -> Option<&'static Data> {
        GIVEN.get()
    }

    /// Gives the recogniser the texts of [`super::FILES`], once for the whole
    /// visit.
    pub fn learn([groups, spellings, weights]: [String; 3]) {
        GIVEN.get_or_init(|| Data {
            groups: groups.leak(),
            spellings: spellings.leak(),
            weights: weights.leak(),
        });
    }

    /// Can it hear already?
    pub fn has_learned() -> bool {
        GIVEN.get().is_some()
    }
}

#[cfg(target_arch = "wasm32")]
pub(super) use given::data;
#[cfg(target_arch = "wasm32")]
pub use given::{has_learned, learn};
