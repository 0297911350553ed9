//! Sanitised HTML as a tree.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, Url, UrlRelative};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::text;

/// Elements inside each other; what lies deeper is kept without its element.
const DEPTH_MAX: usize = 24;

/// Elements that may be open at once when a body is parsed.
const OPEN_MAX: usize = 200;

/// Longest element name that is told apart, in bytes.
const NAME_MAX: usize = 12;

/// Elements that hold nothing, or that the next one of their kind closes.
const CLOSED_BY_THEMSELVES: [&str; 25] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "frame", "hr", "img", "input", "li", "link",
    "meta", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "wbr",
];

/// Words of a link whose image has no alternative text.
const IMAGE: &str = "Image";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Text(String),
    Break,
    Rule,
    Element(Tag, Vec<Node>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Anything that stands apart from its neighbours and means no more.
    Group,
    Paragraph,
    Heading(u8),
    Unordered,
    Ordered(u32),
    Item,
    Quote,
    Preformatted,
    Table,
    Row,
    HeaderCell,
    Cell,
    Code,
    Emphasis,
    Strong,
    /// The address, already checked.
    Link(String),
    /// Words between quotation marks.
    Quotation,
    /// An inline element of which only the content is kept.
    Plain,
}

const GROUPS: [&str; 24] = [
    "address",
    "article",
    "aside",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "header",
    "hgroup",
    "legend",
    "main",
    "nav",
    "section",
    "summary",
    "tbody",
    "tfoot",
    "thead",
    "fieldset",
];

const SHOWN: [&str; 32] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "listing",
    "menu",
    "ol",
    "p",
    "pre",
    "q",
    "samp",
    "strong",
    "table",
    "td",
    "th",
    "tr",
    "tt",
    "ul",
    "var",
];

/// Elements whose content goes with them.
const REMOVED: [&str; 27] = [
    "applet",
    "audio",
    "button",
    "canvas",
    "dialog",
    "embed",
    "form",
    "frame",
    "frameset",
    "head",
    "iframe",
    "input",
    "map",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
];

/// Inline elements that fall away by themselves; listed so that comments that
/// hold them are not shown with their tags as typed.
const INLINE: [&str; 24] = [
    "abbr", "acronym", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "font", "ins", "label",
    "mark", "picture", "s", "small", "source", "span", "strike", "sub", "sup", "time", "u", "wbr",
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(GROUPS.iter().chain(&SHOWN).copied().collect())
        .clean_content_tags(HashSet::from(REMOVED))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["alt", "src"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true);
    builder
});

/// Makes plain text of every `<` that does not begin an HTML tag, as a person who
/// wrote "I <3 you" or "<sigh>" meant it.
pub(crate) fn keep_as_typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let inner = &from[1..];
        if begins_tag(inner) {
            out.push('<');
        } else {
            out.push_str("&lt;");
        }
        rest = inner;
    }
    out.push_str(rest);
    out
}

fn begins_tag(text: &str) -> bool {
    let name = text.strip_prefix('/').unwrap_or(text);
    let length = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    if length == 0 || length > NAME_MAX {
        return false;
    }
    let after = &name[length..];
    let ends = after.starts_with(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>');
    let closed = after
        .find(['<', '>'])
        .is_some_and(|at| after[at..].starts_with('>'));
    let name = name[..length].to_ascii_lowercase();
    let name = name.as_str();
    ends && closed
        && (GROUPS.contains(&name)
            || SHOWN.contains(&name)
            || REMOVED.contains(&name)
            || INLINE.contains(&name))
}

/// Sanitises and parses. Links that are relative are taken from `base`.
pub(crate) fn parse(html: &str, base: Option<&Url>) -> Vec<Node> {
    let clean = SANITISER.clean(&shallow(html)).to_string();
    // The sanitiser writes HTML in which all text is escaped and all attributes
    // are quoted, so an XML reader that does not mind unclosed tags can read it.
    let mut reader = Reader::from_str(&clean);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut tree = Tree::new(base);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => tree.open(&tag),
            Ok(Event::End(_)) => tree.close(),
            Ok(Event::Text(words)) => tree.text(&String::from_utf8_lossy(&words)),
            Ok(Event::GeneralRef(reference)) => {
                tree.text(&entity(&String::from_utf8_lossy(&reference)));
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    tree.finish()
}

/// Takes out start tags that lie too deep. An HTML parser looks through all open
/// elements at each tag, so a body of nothing but start tags would take it hours.
fn shallow(html: &str) -> Cow<'_, str> {
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut depth = 0;
    let mut out = String::new();
    let mut copied = 0;
    for (at, _) in html.match_indices('<') {
        let inner = &html[at + 1..];
        let ends = inner.starts_with('/');
        let name: String = inner
            .strip_prefix('/')
            .unwrap_or(inner)
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(NAME_MAX)
            .collect::<String>()
            .to_ascii_lowercase();
        if name.is_empty() || CLOSED_BY_THEMSELVES.contains(&name.as_str()) || at < copied {
            continue;
        }
        if ends {
            if let Some(count) = open.get_mut(&name)
                && *count > 0
            {
                *count -= 1;
                depth -= 1;
            }
        } else if depth < OPEN_MAX {
            depth += 1;
            *open.entry(name).or_default() += 1;
        } else {
            out.push_str(&html[copied..at]);
            copied = at + 1 + inner.find('>').map_or(inner.len(), |end| end + 1);
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// The entities that an HTML serialiser writes.
fn entity(name: &str) -> String {
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "nbsp" => "\u{A0}".to_owned(),
        other => format!("&{other};"),
    }
}

fn unescape(value: &str) -> String {
    value
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{A0}")
        .replace("&amp;", "&")
}

struct Open {
    tag: Tag,
    children: Vec<Node>,
    /// Images inside a link, to be named behind it.
    images: Vec<String>,
}

struct Tree<'a> {
    base: Option<&'a Url>,
    top: Vec<Node>,
    open: Vec<Open>,
    /// How many elements are open beyond the depth that is kept.
    beyond: usize,
}

impl<'a> Tree<'a> {
    fn new(base: Option<&'a Url>) -> Self {
        Self {
            base,
            top: Vec::new(),
            open: Vec::new(),
            beyond: 0,
        }
    }

    fn children(&mut self) -> &mut Vec<Node> {
        match self.open.last_mut() {
            Some(open) => &mut open.children,
            None => &mut self.top,
        }
    }

    fn text(&mut self, words: &str) {
        let words = text::clean(words);
        match self.children().last_mut() {
            Some(Node::Text(last)) => last.push_str(&words),
            _ => self.children().push(Node::Text(words)),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        let name = start.name();
        let tag = match name.as_ref() {
            b"br" => return self.children().push(Node::Break),
            b"hr" => return self.children().push(Node::Rule),
            b"img" => return self.image(start),
            b"p" => Tag::Paragraph,
            b"h1" | b"h2" => Tag::Heading(2),
            b"h3" => Tag::Heading(3),
            b"h4" | b"h5" | b"h6" => Tag::Heading(4),
            b"ul" | b"menu" => Tag::Unordered,
            b"ol" => Tag::Ordered(
                attribute(start, b"start")
                    .and_then(|start| start.trim().parse().ok())
                    .filter(|&start: &u32| start < 1_000_000)
                    .unwrap_or(1),
            ),
            b"li" => Tag::Item,
            b"blockquote" => Tag::Quote,
            b"pre" | b"listing" => Tag::Preformatted,
            b"table" => Tag::Table,
            b"tr" => Tag::Row,
            b"th" => Tag::HeaderCell,
            b"td" => Tag::Cell,
            b"code" | b"kbd" | b"samp" | b"tt" | b"var" => Tag::Code,
            b"em" | b"i" => Tag::Emphasis,
            b"strong" | b"b" => Tag::Strong,
            b"a" => match attribute(start, b"href").and_then(|to| link_address(&to, self.base)) {
                Some(to) => Tag::Link(to),
                None => Tag::Plain,
            },
            b"q" => Tag::Quotation,
            _ => Tag::Group,
        };
        if self.open.len() >= DEPTH_MAX {
            self.beyond += 1;
            self.text(" ");
            return;
        }
        self.open.push(Open {
            tag,
            children: Vec::new(),
            images: Vec::new(),
        });
    }

    fn close(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            self.text(" ");
            return;
        }
        let Some(open) = self.open.pop() else {
            return;
        };
        let shown = match &open.tag {
            Tag::Link(to) => Some(to.clone()),
            _ => None,
        };
        match open.tag {
            Tag::Plain => self.append(open.children),
            Tag::Quotation => {
                self.text("“");
                self.append(open.children);
                self.text("”");
            }
            tag => self.children().push(Node::Element(tag, open.children)),
        }
        for image in open.images {
            if shown.as_ref() != Some(&image) && !shown.as_deref().is_some_and(is_picture) {
                self.text(" (");
                self.children().push(Node::Element(
                    Tag::Link(image),
                    vec![Node::Text(IMAGE.to_lowercase())],
                ));
                self.text(")");
            }
        }
    }

    fn append(&mut self, nodes: Vec<Node>) {
        for node in nodes {
            match node {
                Node::Text(words) => self.text(&words),
                node => self.children().push(node),
            }
        }
    }

    fn image(&mut self, start: &BytesStart<'_>) {
        let alternative = attribute(start, b"alt").unwrap_or_default();
        let alternative = text::one_line(&text::clean(&alternative));
        let source = attribute(start, b"src")
            .and_then(|from| link_address(&from, self.base))
            .filter(|from| from.starts_with("http"));
        let words = match (&source, alternative.is_empty()) {
            (_, false) => alternative,
            (Some(_), true) => IMAGE.to_owned(),
            (None, true) => return,
        };
        let link = self
            .open
            .iter_mut()
            .rev()
            .find(|open| matches!(open.tag, Tag::Link(_)));
        match (link, source) {
            (Some(link), source) => {
                link.images.extend(source);
                self.text(&words);
            }
            (None, Some(source)) => self
                .children()
                .push(Node::Element(Tag::Link(source), vec![Node::Text(words)])),
            (None, None) => self.text(&words),
        }
    }

    fn finish(mut self) -> Vec<Node> {
        self.beyond = 0;
        while !self.open.is_empty() {
            self.close();
        }
        self.top
    }
}

fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    Some(unescape(&String::from_utf8_lossy(&attribute.value)))
}

/// An address that a person may be sent to, whole and normalised.
fn link_address(to: &str, base: Option<&Url>) -> Option<String> {
    let to = to.trim();
    if to.is_empty() || to.starts_with('#') {
        return None;
    }
    let url = match (Url::parse(to), base) {
        (Ok(url), _) => url,
        (Err(_), Some(base)) => base.join(to).ok()?,
        (Err(_), None) => return None,
    };
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.into())
}

fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"]
        .iter()
        .any(|ending| path.to_ascii_lowercase().ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_begin_no_tag_stay_as_typed() {
        assert_eq!(keep_as_typed("I <3 you"), "I &lt;3 you");
        assert_eq!(keep_as_typed("<sigh> a <b> c"), "&lt;sigh> a <b> c");
        assert_eq!(keep_as_typed("a <b and </i>"), "a &lt;b and </i>");
        assert_eq!(keep_as_typed("<!-- x"), "&lt;!-- x");
    }

    #[test]
    fn the_sanitiser_reads_its_lists() {
        assert_eq!(
            parse("<script>x</script><p onclick=x>a &amp; b", None),
            [Node::Element(
                Tag::Paragraph,
                vec![Node::Text("a & b".to_owned())]
            )]
        );
    }

    #[test]
    fn start_tags_that_lie_too_deep_are_taken_out() {
        let fine = "<div><p>a<p>b<br></div>".repeat(OPEN_MAX);
        assert_eq!(shallow(&fine), fine);
        for piece in ["<div>", "<b>x</p>", "<x-y z='>'>", "<Font a=1>", "<b><p>"] {
            let kept = shallow(&piece.repeat(5000)).to_ascii_lowercase();
            let opened = kept.matches("<div").count()
                + kept.matches("<b>").count()
                + kept.matches("<x").count()
                + kept.matches("<font").count();
            assert_eq!(opened, OPEN_MAX, "{piece}");
        }
        assert_eq!(shallow(&"<b>".repeat(OPEN_MAX + 1)).len(), OPEN_MAX * 3);
        assert_eq!(shallow(&"<b".repeat(OPEN_MAX + 2)).len(), OPEN_MAX * 2);
    }

    #[test]
    fn only_addresses_to_go_to_are_links() {
        let base = Url::parse("https://example.org/blog/").expect("an address");
        let to = |address| link_address(address, Some(&base));
        assert_eq!(to("/help").as_deref(), Some("https://example.org/help"));
        assert_eq!(to("more").as_deref(), Some("https://example.org/blog/more"));
        assert_eq!(to("javascript:alert(1)"), None);
        assert_eq!(to(" JaVaScRiPt:alert(1)"), None);
        assert_eq!(to("data:text/html,x"), None);
        assert_eq!(to("#top"), None);
    }
}
