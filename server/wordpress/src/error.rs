use std::io;

/// Why a file could not be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ReadError {
    /// The line where it went wrong, counted from 1. For something that was
    /// opened and never closed it is the line where it was opened.
    pub line: u64,
    /// What went wrong, in words for the person who runs the import.
    pub reason: Reason,
}

/// What can be wrong with an export.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The file or pipe itself failed.
    #[error("the file could not be read ({0})")]
    Unreadable(io::ErrorKind),
    /// It may be XML, but WordPress did not write it.
    #[error("this is not a WordPress export")]
    NotWordPress,
    /// Bytes that are not UTF-8, or a declaration of another encoding.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// Refused because a declaration can define entities.
    #[error("the file has a DOCTYPE, which an export never has, so it is refused")]
    Doctype,
    /// Only the five entities of XML itself are known.
    #[error("the entity “&{0};” is not known")]
    UnknownEntity(String),
    /// A number that is no character.
    #[error("a character reference names no character")]
    BadReference,
    /// An ampersand that begins nothing.
    #[error("there is an “&” that is not the start of an entity")]
    BareAmpersand,
    /// The end of the file came inside this.
    #[error("the file ends inside {0} that starts here")]
    Unfinished(Unfinished),
    /// The end of the file came before this element was closed.
    #[error("the file ends before <{open}> is closed")]
    EndsEarly {
        /// The name of the innermost element that was still open.
        open: String,
    },
    /// Elements closed in the wrong order.
    #[error("</{expected}> should come here, but there is </{found}>")]
    WrongEndTag {
        /// The name of the element that was open.
        expected: String,
        /// The name that stood in the end tag.
        found: String,
    },
    /// An end tag with nothing to close.
    #[error("</{0}> closes nothing")]
    LoneEndTag(String),
    /// An attribute that cannot be read.
    #[error("an attribute is broken")]
    BadAttribute,
    /// Any other break of the rules of XML.
    #[error("the XML is broken")]
    BadMarkup,
    /// Words outside the outermost element.
    #[error("there is text outside the export")]
    TextOutside,
    /// More elements inside each other than [`Limits::depth`](crate::Limits).
    #[error("elements are nested deeper than {0}")]
    TooDeep(usize),
    /// One text or tag longer than [`Limits::text`](crate::Limits), in bytes.
    #[error("one text is longer than {0} bytes")]
    TextTooLong(usize),
    /// More items than [`Limits::items`](crate::Limits).
    #[error("there are more than {0} items")]
    TooManyItems(usize),
    /// More comments than [`Limits::comments`](crate::Limits).
    #[error("there are more than {0} comments")]
    TooManyComments(usize),
    /// More bytes than [`Limits::total`](crate::Limits).
    #[error("the file is longer than {0} bytes")]
    FileTooLong(u64),
}

/// What the end of the file cut in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfinished {
    /// `<!-- …`
    #[error("a comment")]
    Comment,
    /// `<![CDATA[ …`
    #[error("a CDATA section")]
    CData,
    /// `<? …`
    #[error("an instruction")]
    Instruction,
    /// `<name …`
    #[error("a tag")]
    Tag,
    /// `& …`
    #[error("an entity")]
    Entity,
}
