//! The house's own pieces: what every room is built from.

mod files;
pub mod form;
pub mod page;
pub mod words;

pub use files::SiteFiles;
pub use form::{
    Check, Choice, Choices, ErrorSummary, FormState, Hidden, PostForm, Submit, TextArea, TextField,
    Voice,
};
pub use page::{
    ByLine, Empty, ErrorPage, Heading, Icon, Loading, Oops, Pager, Prose, announce, focus,
};
