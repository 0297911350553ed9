//! Reads the file that WordPress makes under "Tools, Export" and turns it into
//! articles and comments that Chorus can keep.
//!
//! The reader streams: it holds one item of the file at a time, and every size
//! it could be asked to hold has a limit. A document type declaration is refused
//! outright, so a file can neither define entities nor name outside ones.
//!
//! What a commenter left behind besides the words (name, e-mail, address, site)
//! is dropped here and is in no value that this crate returns.
//!
//! Bodies become Markdown in four steps: WordPress's own marks are taken out, the
//! HTML is sanitised to a short list of tags, line breaks become paragraphs as
//! WordPress would show them, and the result is written as Markdown in which
//! everything that was plain text stays plain text.

mod blocks;
mod error;
mod export;
mod html;
mod item;
mod markdown;
mod marks;
mod metered;
mod reader;
mod text;
mod thread;

pub use error::{ReadError, Reason, Unfinished};
pub use export::{
    Article, Comment, Commenter, Export, GuestKey, Limits, Millis, Skipped, SourceId, Status,
};
pub use reader::read;
