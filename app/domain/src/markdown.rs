//! From what people write to what is shown: Markdown without raw HTML, then a
//! sanitiser with a list of what may stay. Both are needed: the first gives
//! form, the second is the guard.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

/// HTML that went through the sanitiser: the only HTML that is ever shown
/// unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(HashSet::from([
            "p",
            "br",
            "h2",
            "h3",
            "h4",
            "ul",
            "ol",
            "li",
            "blockquote",
            "pre",
            "code",
            "em",
            "strong",
            "del",
            "a",
            "hr",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        ]))
        .tag_attributes(
            [
                ("a", HashSet::from(["href"])),
                ("ol", HashSet::from(["start"])),
            ]
            .into_iter()
            .collect(),
        )
        .generic_attributes(HashSet::new())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("nofollow ugc noopener noreferrer"));
    builder
});

/// Renders Markdown. Raw HTML shows as the text that was typed, headings are
/// never above the page's own (`h1` becomes `h2`), and images become links
/// with their alternative text: nothing is ever loaded from elsewhere.
pub fn render(source: &str) -> SafeHtml {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let events = Parser::new_ext(source, options).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: lowered(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            id,
            ..
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url,
            title: "".into(),
            id,
        }),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        Event::SoftBreak => Event::HardBreak,
        other => other,
    });
    let mut out = String::with_capacity(source.len() * 3 / 2);
    html::push_html(&mut out, events);
    SafeHtml(SANITISER.clean(&out).to_string())
}

/// The first words of Markdown as plain text, at most `max` characters.
pub fn excerpt(source: &str, max: usize) -> String {
    let mut text = String::new();
    for event in Parser::new(source) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableCell,
            ) => text.push(' '),
            _ => {}
        }
        if text.chars().count() > max * 2 {
            break;
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&text, max).into_owned()
}

fn shorten(text: &str, max: usize) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(max) else {
        return Cow::Borrowed(text);
    };
    let (head, rest) = text.split_at(end);
    let head = match head.rsplit_once(' ') {
        Some((whole_words, _)) if !rest.starts_with(' ') => whole_words,
        _ => head,
    };
    Cow::Owned(format!("{}…", head.trim_end_matches([',', ';', '.', ':'])))
}

fn lowered(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4};
    match level {
        H1 | H2 => H2,
        H3 => H3,
        _ => H4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_can_shape_their_words() {
        let html = render("# One\n\nA *soft* word\nand a [link](https://example.org).\n\n- x\n- y");
        assert_eq!(
            html.as_str(),
            "<h2>One</h2>\n<p>A <em>soft</em> word<br>\nand a <a href=\"https://example.org\" \
             rel=\"nofollow ugc noopener noreferrer\">link</a>.</p>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>\n"
        );
    }

    #[test]
    fn html_shows_as_it_was_typed() {
        let html = render("<script>alert(1)</script> and <b>bold</b>");
        assert!(html.as_str().contains("&lt;script&gt;"), "{html:?}");
        assert!(!html.as_str().contains("<script"));
        assert!(!html.as_str().contains("<b>"));
    }

    #[test]
    fn links_that_run_are_taken_off() {
        for source in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,hi)",
            "<javascript:alert(1)>",
            "[x](vbscript:x)",
        ] {
            let html = render(source).into_string().to_lowercase();
            assert!(!html.contains("href=\"javascript"), "{html}");
            assert!(!html.contains("href=\"data"), "{html}");
            assert!(!html.contains("href=\"vbscript"), "{html}");
        }
    }

    #[test]
    fn no_picture_is_loaded_from_elsewhere() {
        let html = render("![a tree](https://example.org/t.png)");
        assert!(!html.as_str().contains("<img"));
        assert!(html.as_str().contains("a tree</a>"));
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        assert_eq!(excerpt("**One** two\n\nthree, four", 14), "One two three…");
        assert_eq!(excerpt("short", 14), "short");
        assert_eq!(
            excerpt("It was *raining*. Hard.", 40),
            "It was raining. Hard."
        );
    }
}
