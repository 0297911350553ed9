//! Drafts: kept on the server while someone writes.

pub mod api;
