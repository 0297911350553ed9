use std::collections::HashMap;
use std::io::BufRead;
use std::str;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::error::{ReadError, Reason, Unfinished};
use crate::export::{Export, GuestKey, Limits};
use crate::item::{Converter, RawComment, RawItem};
use crate::metered::{Metered, Stop};
use crate::text;

/// How many bytes pass between two reports of progress.
const REPORT_EVERY: u64 = 1 << 16;

/// Longest name that an error repeats, in characters.
const NAME_SHOWN: usize = 40;

/// Reads a whole export.
///
/// `progress` is told now and then, and at the end, how many bytes have been read.
///
/// # Errors
///
/// The first thing that is wrong with the file, with its line. Nothing that was
/// read before it is returned.
pub fn read(
    input: impl BufRead,
    limits: &Limits,
    progress: &mut dyn FnMut(u64),
) -> Result<Export, ReadError> {
    let mut xml = Reader::from_reader(Metered::new(input, limits.total));
    xml.config_mut().expand_empty_elements = true;
    let mut document = Document::new(*limits);
    let mut buffer = Vec::new();
    let mut reported = 0;
    loop {
        buffer.clear();
        xml.get_mut().begin_event(limits.text);
        let line = xml.get_ref().line();
        let event = xml.read_event_into(&mut buffer);
        let meter = xml.get_ref();
        if meter.bytes() >= reported + REPORT_EVERY {
            reported = meter.bytes();
            progress(reported);
        }
        let done = matches!(event, Ok(Event::Eof));
        let taken = match event {
            Ok(event) => document.take(event),
            Err(error) => Err(xml_reason(error, meter.stop(), limits)),
        };
        if let Err(reason) = taken {
            let line = if matches!(reason, Reason::EndsEarly { .. }) {
                meter.line()
            } else {
                line
            };
            return Err(ReadError { line, reason });
        }
        if done {
            progress(meter.bytes());
            return Ok(document.export);
        }
    }
}

fn xml_reason(error: Error, stop: Option<Stop>, limits: &Limits) -> Reason {
    match stop {
        Some(Stop::Total) => return Reason::FileTooLong(limits.total),
        Some(Stop::Event) => return Reason::TextTooLong(limits.text),
        None => {}
    }
    match error {
        Error::Io(error) => Reason::Unreadable(error.kind()),
        Error::Syntax(error) => match error {
            SyntaxError::UnclosedComment => Reason::Unfinished(Unfinished::Comment),
            SyntaxError::UnclosedCData => Reason::Unfinished(Unfinished::CData),
            SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl => {
                Reason::Unfinished(Unfinished::Instruction)
            }
            SyntaxError::UnclosedTag
            | SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue => {
                Reason::Unfinished(Unfinished::Tag)
            }
            SyntaxError::UnclosedDoctype => Reason::Doctype,
            SyntaxError::InvalidBangMarkup => Reason::BadMarkup,
        },
        Error::IllFormed(error) => match error {
            IllFormedError::MismatchedEndTag { expected, found } => Reason::WrongEndTag {
                expected: shown(&expected),
                found: shown(&found),
            },
            IllFormedError::UnmatchedEndTag(name) => Reason::LoneEndTag(shown(&name)),
            IllFormedError::MissingEndTag(name) => Reason::EndsEarly { open: shown(&name) },
            IllFormedError::UnclosedReference => Reason::BareAmpersand,
            IllFormedError::MissingDoctypeName => Reason::Doctype,
            IllFormedError::MissingDeclVersion(_)
            | IllFormedError::UnknownVersion
            | IllFormedError::DoubleHyphenInComment => Reason::BadMarkup,
        },
        Error::InvalidAttr(_) => Reason::BadAttribute,
        Error::Encoding(_) => Reason::NotUtf8,
        Error::Escape(_) => Reason::BadReference,
        Error::Namespace(_) => Reason::BadMarkup,
    }
}

fn shown(name: &str) -> String {
    text::clean(name).chars().take(NAME_SHOWN).collect()
}

fn utf8(bytes: &[u8]) -> Result<&str, Reason> {
    str::from_utf8(bytes).map_err(|_| Reason::NotUtf8)
}

/// The parts of the file that are read so far.
struct Document {
    limits: Limits,
    path: Vec<String>,
    /// What the elements of interest hold; others are passed over.
    capture: Option<Capture>,
    item: Option<RawItem>,
    comment: Option<RawComment>,
    converter: Converter,
    guests: HashMap<String, GuestKey>,
    next_guest: u64,
    items: usize,
    comments: usize,
    began: bool,
    wordpress: bool,
    export: Export,
}

struct Capture {
    depth: usize,
    text: String,
    is_category: bool,
}

impl Document {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            path: Vec::new(),
            capture: None,
            item: None,
            comment: None,
            converter: Converter::new(),
            guests: HashMap::new(),
            next_guest: 0,
            items: 0,
            comments: 0,
            began: false,
            wordpress: false,
            export: Export::default(),
        }
    }

    fn take(&mut self, event: Event<'_>) -> Result<(), Reason> {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(_) => self.end(),
            Event::Text(text) => self.characters(utf8(&text)?),
            Event::CData(text) => self.characters(utf8(&text)?),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::Comment(text) => utf8(&text).map(drop),
            Event::PI(text) => utf8(&text).map(drop),
            Event::Decl(declaration) => match declaration.encoding() {
                None => Ok(()),
                Some(Ok(name)) if is_utf8_name(&name) => Ok(()),
                Some(Ok(_)) => Err(Reason::NotUtf8),
                Some(Err(_)) => Err(Reason::BadAttribute),
            },
            Event::DocType(_) => Err(Reason::Doctype),
            Event::Empty(_) => Err(Reason::BadMarkup),
            Event::Eof => self.finish(),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Reason> {
        utf8(tag)?;
        let name = tag.name();
        let name = utf8(name.as_ref())?;
        if self.path.is_empty() && (self.began || name != "rss") {
            return Err(if self.began {
                Reason::TextOutside
            } else {
                Reason::NotWordPress
            });
        }
        self.began = true;
        if self.path.len() >= self.limits.depth {
            return Err(Reason::TooDeep(self.limits.depth));
        }
        self.path.push(name.to_owned());
        let mut is_category = false;
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|_| Reason::BadAttribute)?;
            is_category |= attribute.key.as_ref() == b"domain" && *attribute.value == *b"category";
        }
        let depth = self.path.len();
        if self.capture.is_some() {
            return Ok(());
        }
        if self.is_at(&["rss", "channel", "item"]) {
            self.items += 1;
            if self.items > self.limits.items {
                return Err(Reason::TooManyItems(self.limits.items));
            }
            self.item = Some(RawItem::default());
        } else if self.is_at(&["rss", "channel", "item", "wp:comment"]) {
            self.comments += 1;
            if self.comments > self.limits.comments {
                return Err(Reason::TooManyComments(self.limits.comments));
            }
            self.comment = Some(RawComment::default());
        } else if self.is_field() {
            self.capture = Some(Capture {
                depth,
                text: String::new(),
                is_category,
            });
        }
        Ok(())
    }

    fn is_at(&self, path: &[&str]) -> bool {
        self.path.len() == path.len() && self.path.iter().zip(path).all(|(a, b)| a == b)
    }

    fn is_field(&self) -> bool {
        match self.path.len() {
            3 => self.is_under(&["rss", "channel"]),
            4 => self.item.is_some(),
            5 => self.comment.is_some(),
            _ => false,
        }
    }

    fn is_under(&self, path: &[&str]) -> bool {
        self.path.iter().zip(path).all(|(a, b)| a == b)
    }

    fn characters(&mut self, text: &str) -> Result<(), Reason> {
        if self.path.is_empty() {
            return if text.trim().is_empty() {
                Ok(())
            } else if self.began {
                Err(Reason::TextOutside)
            } else {
                Err(Reason::NotWordPress)
            };
        }
        if let Some(capture) = &mut self.capture
            && capture.depth == self.path.len()
        {
            if capture.text.len() + text.len() > self.limits.text {
                return Err(Reason::TextTooLong(self.limits.text));
            }
            capture.text.push_str(text);
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Reason> {
        let name = utf8(reference)?;
        if reference.is_char_ref() {
            let character = reference
                .resolve_char_ref()
                .ok()
                .flatten()
                .ok_or(Reason::BadReference)?;
            return self.characters(character.encode_utf8(&mut [0; 4]));
        }
        match resolve_xml_entity(name) {
            Some(text) => self.characters(text),
            None => Err(Reason::UnknownEntity(shown(name))),
        }
    }

    fn end(&mut self) -> Result<(), Reason> {
        let depth = self.path.len();
        let Some(name) = self.path.pop() else {
            return Err(Reason::BadMarkup);
        };
        match &self.capture {
            Some(capture) if capture.depth == depth => {
                if let Some(capture) = self.capture.take() {
                    self.field(&name, capture);
                }
            }
            Some(_) => {}
            None if depth == 4 && name == "wp:comment" => {
                if let (Some(item), Some(mut comment)) = (&mut self.item, self.comment.take()) {
                    if comment.guest.is_none() {
                        comment.guest = Some(next_key(&mut self.next_guest));
                    }
                    item.comments.push(comment);
                }
            }
            None if depth == 3 && name == "item" => {
                if let Some(item) = self.item.take() {
                    self.converter.add(item, &mut self.export);
                }
            }
            None => {}
        }
        Ok(())
    }

    fn field(&mut self, name: &str, capture: Capture) {
        let value = text::clean(&capture.text);
        if let Some(comment) = &mut self.comment {
            if name == "wp:comment_author_email" {
                comment.guest = guest_key(&value, &mut self.guests, &mut self.next_guest);
            } else {
                comment.set(name, value);
            }
        } else if let Some(item) = &mut self.item {
            self.wordpress |= name == "wp:post_type";
            if name == "category" {
                if capture.is_category {
                    item.categories.push(value);
                }
            } else {
                item.set(name, value);
            }
        } else {
            self.wordpress |= name == "wp:wxr_version";
            self.converter.set_channel(name, &value);
        }
    }

    fn finish(&mut self) -> Result<(), Reason> {
        if let Some(open) = self.path.last() {
            return Err(Reason::EndsEarly { open: shown(open) });
        }
        if !self.wordpress {
            return Err(Reason::NotWordPress);
        }
        Ok(())
    }
}

/// One key for one address, whatever its case; none for none.
fn guest_key(
    email: &str,
    guests: &mut HashMap<String, GuestKey>,
    next: &mut u64,
) -> Option<GuestKey> {
    let email = email.trim().to_lowercase();
    if email.is_empty() {
        return None;
    }
    Some(*guests.entry(email).or_insert_with(|| next_key(next)))
}

fn next_key(next: &mut u64) -> GuestKey {
    *next += 1;
    GuestKey(*next - 1)
}

fn is_utf8_name(name: &[u8]) -> bool {
    [&b"utf-8"[..], b"utf8", b"us-ascii"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}
