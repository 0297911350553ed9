//! Writes Markdown in which everything that was plain text stays plain text,
//! whatever extensions it is rendered with.

use ammonia::Url;

use crate::blocks::{Block, Inline, Table};

/// A wider table is written as lines, so that filling up short rows cannot make
/// a small file large.
const COLUMNS_MAX: usize = 20;

/// Writes blocks; the text has no newline at its end.
pub(crate) fn write(blocks: &[Block]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut list_before: Option<(bool, bool)> = None;
    for block in blocks {
        let part = match block {
            Block::List(start, items) => {
                // Two lists in a row would run together under the same marker.
                let other = list_before
                    .is_some_and(|(ordered, other)| ordered == start.is_some() && !other);
                list_before = Some((start.is_some(), other));
                list(*start, items, other)
            }
            block => {
                list_before = None;
                write_block(block)
            }
        };
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts.join("\n\n")
}

fn write_block(block: &Block) -> String {
    match block {
        Block::Paragraph(words) => line(words, Place::Paragraph),
        Block::Heading(level, words) => {
            let words = line(words, Place::Heading);
            if words.is_empty() {
                return words;
            }
            format!("{} {words}", "#".repeat(usize::from(*level)))
        }
        Block::List(start, items) => list(*start, items, false),
        Block::Quote(inner) => prefixed(&write(inner), "> ", "> "),
        Block::Code(code) => {
            let fence = "`".repeat(longest_run(code, '`').max(2) + 1);
            format!("{fence}\n{code}\n{fence}")
        }
        Block::Rule => "---".to_owned(),
        Block::Table(rows) => table(rows),
    }
}

fn list(start: Option<u32>, items: &[Vec<Block>], other: bool) -> String {
    let tight = items.iter().all(|item| {
        matches!(
            item.as_slice(),
            [Block::Paragraph(_)] | [Block::Paragraph(_), Block::List(None | Some(1), _)]
        )
    });
    let mut out = String::new();
    for (place, item) in items.iter().enumerate() {
        let marker = match (start, other) {
            (None, false) => "- ".to_owned(),
            (None, true) => "* ".to_owned(),
            (Some(start), other) => {
                let number = start as usize + place;
                format!("{number}{} ", if other { ')' } else { '.' })
            }
        };
        let content = match item.as_slice() {
            [first, second] if tight => format!("{}\n{}", write_block(first), write_block(second)),
            blocks => write(blocks),
        };
        if !out.is_empty() {
            out.push_str(if tight { "\n" } else { "\n\n" });
        }
        out.push_str(&prefixed(&content, &marker, &" ".repeat(marker.len())));
    }
    out
}

fn prefixed(text: &str, first: &str, rest: &str) -> String {
    let mut out = String::with_capacity(text.len() + first.len());
    for (place, line) in text.split('\n').enumerate() {
        if place > 0 {
            out.push('\n');
        }
        let prefix = if place == 0 { first } else { rest };
        if line.is_empty() && place > 0 {
            out.push_str(prefix.trim_end());
        } else {
            out.push_str(prefix);
            out.push_str(line);
        }
    }
    out
}

fn table(table: &Table) -> String {
    let columns = table
        .rows
        .iter()
        .chain([&table.header])
        .map(Vec::len)
        .max()
        .unwrap_or(0);
    if columns > COLUMNS_MAX {
        let lines: Vec<String> = [&table.header]
            .into_iter()
            .chain(&table.rows)
            .map(|row| {
                let words: Vec<Inline> = row
                    .iter()
                    .flat_map(|cell| {
                        [Inline::Text(" ".to_owned())]
                            .into_iter()
                            .chain(cell.clone())
                    })
                    .collect();
                line(&words, Place::Paragraph)
            })
            .filter(|line| !line.is_empty())
            .collect();
        return lines.join("\n\n");
    }
    let mut out = row(&table.header, columns);
    out.push('\n');
    out.push_str(&"| --- ".repeat(columns));
    out.push('|');
    for cells in &table.rows {
        out.push('\n');
        out.push_str(&row(cells, columns));
    }
    out
}

fn row(cells: &[Vec<Inline>], columns: usize) -> String {
    let mut out = String::new();
    for column in 0..columns {
        out.push_str("| ");
        if let Some(cell) = cells.get(column) {
            out.push_str(&line(cell, Place::Cell));
        }
        out.push(' ');
    }
    out.push('|');
    out
}

fn longest_run(text: &str, of: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Paragraph,
    Heading,
    Cell,
}

fn line(words: &[Inline], place: Place) -> String {
    let mut line = Line::new(place);
    line.inlines(words);
    line.close_marks(None);
    line.out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Emphasis,
    Strong,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Mark::Emphasis => "*",
            Mark::Strong => "**",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not written yet, for want of something to stand before.
    Waiting,
    /// Written at this place.
    Written(usize),
    /// Left out, because it would not be read as a mark here.
    Dropped,
}

/// One line or paragraph that is being written.
///
/// Spaces, breaks and marks wait for the next visible character, since what they
/// may look like depends on it.
struct Line {
    place: Place,
    out: String,
    /// The last visible character on this line.
    last: Option<char>,
    /// Digits at the beginning of this line, while there is nothing else.
    digits: Option<usize>,
    space: bool,
    line_break: bool,
    open: Vec<(Mark, State)>,
    closing: Vec<(Mark, usize)>,
    in_link: bool,
    /// Directly behind the bracket of a link.
    glued: bool,
    /// Where the last code ended.
    code_end: Option<usize>,
}

impl Line {
    fn new(place: Place) -> Self {
        Self {
            place,
            out: String::new(),
            last: None,
            digits: Some(0),
            space: false,
            line_break: false,
            open: Vec::new(),
            closing: Vec::new(),
            in_link: false,
            glued: false,
            code_end: None,
        }
    }

    fn inlines(&mut self, words: &[Inline]) {
        for inline in words {
            match inline {
                Inline::Text(words) => self.text(words),
                Inline::Break => {
                    if self.place == Place::Paragraph && !self.in_link {
                        self.line_break = true;
                    } else {
                        self.space = true;
                    }
                }
                Inline::Code(code) => self.code(code),
                Inline::Emphasis(inner) => self.marked(Mark::Emphasis, inner),
                Inline::Strong(inner) => self.marked(Mark::Strong, inner),
                Inline::Link(to, inner) if !self.in_link => self.link(to, inner),
                Inline::Link(_, inner) => self.inlines(inner),
            }
        }
    }

    fn marked(&mut self, mark: Mark, inner: &[Inline]) {
        let again = self.open.iter().any(|(open, _)| *open == mark);
        let state = if again {
            State::Dropped
        } else {
            State::Waiting
        };
        self.open.push((mark, state));
        self.inlines(inner);
        if let Some((mark, State::Written(at))) = self.open.pop() {
            self.closing.push((mark, at));
        }
    }

    fn link(&mut self, to: &str, inner: &[Inline]) {
        self.before_visible('[');
        self.out.push('[');
        self.last = Some('[');
        self.in_link = true;
        self.glued = true;
        self.inlines(inner);
        self.in_link = false;
        self.glued = false;
        self.close_marks(Some(']'));
        self.out.push_str("](");
        self.out.push_str(&destination(to));
        self.out.push(')');
        self.last = Some(')');
    }

    fn code(&mut self, code: &str) {
        let fence = "`".repeat(match longest_run(code, '`') {
            0 => 1,
            run => run + 1,
        });
        let pad = if code.starts_with('`') || code.ends_with('`') {
            " "
        } else {
            ""
        };
        // The backticks of two codes that touch would run together.
        self.space |= self.code_end == Some(self.out.len());
        self.before_visible('`');
        let code = if self.place == Place::Cell {
            code.replace('|', "\\|")
        } else {
            code.to_owned()
        };
        self.out
            .push_str(&format!("{fence}{pad}{code}{pad}{fence}"));
        self.last = Some('`');
        self.code_end = Some(self.out.len());
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = &rest[c.len_utf8()..];
            if c.is_ascii_whitespace() {
                self.space = true;
            } else if let Some(address) = self.bare_address(rest) {
                self.before_visible('<');
                self.out.push('<');
                self.out.push_str(address);
                self.out.push('>');
                self.last = Some('>');
                rest = &rest[address.len()..];
                continue;
            } else {
                self.visible(c, after.chars().next());
            }
            rest = after;
        }
    }

    /// An address that someone typed without making it a link.
    fn bare_address<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.in_link || !(text.starts_with("http://") || text.starts_with("https://")) {
            return None;
        }
        if !(self.space || self.line_break || matches!(self.last, None | Some('('))) {
            return None;
        }
        let end = text
            .find(|c: char| !c.is_ascii_graphic() || "<>\"`\\|^{}*".contains(c))
            .unwrap_or(text.len());
        let address = text[..end].trim_end_matches(|c: char| ".,;:!?)']_~&".contains(c));
        let host = address.split_once("://").map_or("", |(_, host)| host);
        (host.len() > 2 && Url::parse(address).is_ok()).then_some(address)
    }

    fn visible(&mut self, c: char, next: Option<char>) {
        self.before_visible(c);
        if self.must_escape(c, next) {
            self.out.push('\\');
        }
        self.out.push(c);
        self.digits = match self.digits {
            Some(count) if c.is_ascii_digit() => Some(count + 1),
            _ => None,
        };
        self.last = Some(c);
    }

    fn must_escape(&self, c: char, next: Option<char>) -> bool {
        let first = self.digits == Some(0);
        let ends_word = next.is_none_or(char::is_whitespace);
        match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' => true,
            '_' => {
                let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                !(inside(self.last) && inside(next))
            }
            '&' => next.is_none_or(|next| next.is_ascii_alphanumeric() || next == '#'),
            '!' => next.is_none(),
            '#' => first || self.place == Place::Heading,
            '|' => first || self.place == Place::Cell,
            '-' | '+' | '=' | '>' | ':' => first,
            '.' | ')' => self.digits.is_some_and(|count| count > 0) && ends_word,
            '{' => self.place == Place::Heading,
            _ => false,
        }
    }

    /// Writes what waited for `next`, the next visible character.
    fn before_visible(&mut self, next: char) {
        let breaks = self.line_break && self.last.is_some();
        let spaced = !breaks && self.space && self.last.is_some() && !self.glued;
        let marks_met = !self.closing.is_empty() && !breaks && !spaced;
        self.close_marks(Some(if breaks || spaced { ' ' } else { next }));
        if breaks {
            self.out.push_str("\\\n");
            self.last = None;
            self.digits = Some(0);
        } else if spaced {
            self.out.push(' ');
        }
        let before = if spaced { None } else { self.last };
        for (mark, state) in &mut self.open {
            if *state != State::Waiting {
                continue;
            }
            // Two marks that touch are read in more than one way.
            if marks_met || !can_open(before, next) {
                *state = State::Dropped;
            } else {
                *state = State::Written(self.out.len());
                self.out.push_str(mark.sign());
            }
        }
        if next == '[' || next == '`' || next == '<' {
            self.digits = None;
        }
        self.space = false;
        self.line_break = false;
        self.glued = false;
    }

    /// Closes what has ended, before `next`. A mark that would not be read as one
    /// is taken back.
    fn close_marks(&mut self, next: Option<char>) {
        for (mark, at) in std::mem::take(&mut self.closing) {
            if can_close(self.last, next) {
                self.out.push_str(mark.sign());
            } else {
                self.out.replace_range(at..at + mark.sign().len(), "");
            }
        }
    }
}

/// Whether a mark between these two can begin emphasis; no character stands for
/// a space or the beginning.
fn can_open(before: Option<char>, next: char) -> bool {
    !next.is_whitespace()
        && (next.is_alphanumeric()
            || before.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation()))
}

/// Whether a mark between these two can end emphasis.
fn can_close(last: Option<char>, next: Option<char>) -> bool {
    last.is_some_and(|c| !c.is_whitespace())
        && (last.is_some_and(char::is_alphanumeric)
            || next.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation()))
}

fn destination(to: &str) -> String {
    let mut out = String::with_capacity(to.len());
    let mut characters = to.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '`' => out.push_str("%60"),
            '\\' => out.push_str("%5C"),
            '|' => out.push_str("%7C"),
            '*' => out.push_str("%2A"),
            c if c.is_whitespace() || c.is_control() => out.push_str("%20"),
            '&' if characters
                .peek()
                .is_some_and(|next| next.is_ascii_alphanumeric() || *next == '#') =>
            {
                out.push_str("\\&");
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::{Newlines, flow, plain};
    use crate::html::{keep_as_typed, parse};

    fn blocks(html: &str) -> Vec<Block> {
        flow(parse(html, None), Newlines::Break)
    }

    fn markdown(html: &str) -> String {
        write(&blocks(html))
    }

    fn rendered(markdown: &str) -> String {
        let mut html = String::new();
        let parser =
            pulldown_cmark::Parser::new_ext(markdown, pulldown_cmark::Options::all_but_smart());
        pulldown_cmark::html::push_html(&mut html, parser);
        html
    }

    trait AllButSmart {
        fn all_but_smart() -> Self;
    }

    impl AllButSmart for pulldown_cmark::Options {
        /// Every extension except the one that changes quotation marks by design,
        /// and the two that give a meaning to a character of everyday prose.
        fn all_but_smart() -> Self {
            use pulldown_cmark::Options;
            Options::all()
                - Options::ENABLE_SMART_PUNCTUATION
                - Options::ENABLE_MATH
                - Options::ENABLE_SUPERSCRIPT
                - Options::ENABLE_SUBSCRIPT
                - Options::ENABLE_WIKILINKS
        }
    }

    fn words_of(html: &str) -> String {
        plain(&blocks(html))
    }

    #[test]
    fn blocks_are_written() {
        assert_eq!(markdown("one\n\ntwo\nthree"), "one\n\ntwo\\\nthree");
        assert_eq!(markdown("<h1>A # b</h1>text"), "## A \\# b\n\ntext");
        assert_eq!(
            markdown("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
            "- a\n- b\n  - c"
        );
        assert_eq!(
            markdown("<ol start=3><li>a</li><li><p>b</p><p>c</p></li></ol>"),
            "3. a\n\n4. b\n\n   c"
        );
        assert_eq!(
            markdown("<ul><li>a</li></ul><ul><li>b</li></ul>"),
            "- a\n\n* b"
        );
        assert_eq!(markdown("<blockquote>a\n\nb</blockquote>"), "> a\n>\n> b");
        assert_eq!(markdown("<pre>a\n  ```b</pre>"), "````\na\n  ```b\n````");
        assert_eq!(
            markdown("<table><tr><th>a|</th><th>b</th></tr><tr><td>c</td></tr></table>"),
            "| a\\| | b |\n| --- | --- |\n| c |  |"
        );
    }

    #[test]
    fn inline_marks_are_written_where_they_can_be_read() {
        assert_eq!(markdown("<b> a </b>b"), "**a** b");
        assert_eq!(markdown("a<b>!b</b>"), "a!b");
        assert_eq!(markdown("<em>a</em><em>b</em>"), "*ab*");
        assert_eq!(markdown("<b><b>a</b></b>"), "**a**");
        assert_eq!(markdown("<b></b>a<i> </i>"), "a");
        assert_eq!(markdown("<code>a`b</code>"), "``a`b``");
        assert_eq!(
            markdown("wow!<a href='https://example.org/?a=1&copy=(2)'> here </a>now"),
            "wow\\![here](https://example.org/?a=1\\&copy=%282%29) now"
        );
    }

    #[test]
    fn a_bare_address_becomes_a_link() {
        assert_eq!(
            markdown("see https://example.org/a_b_c. And (http://example.com/)"),
            "see <https://example.org/a_b_c>. And (<http://example.com/>)"
        );
    }

    #[test]
    fn what_people_type_is_shown_as_typed() {
        for typed in [
            "I <3 you & me",
            "<sigh> 5 < 6 > 4",
            "# not a heading",
            "1. not a list",
            "- not\n- a list",
            "+ a\n=== b\n--- c\n* d",
            "> not a quote",
            "*stars* and _lines_ and __init__ and ~~waves~~ and `ticks`",
            "[a](b) ![c](d) [^1] [x]: y",
            "a | b\n--- | ---\nc | d",
            "&amp;copy; &amp;#42; \\* \\",
            "term\n: definition",
            "{#id} {.class}",
            "::: note\nx\n:::",
            "> [!NOTE]\n> x",
            "+++\na\n+++",
        ] {
            let html = keep_as_typed(typed);
            let shown = words_of(&rendered(&markdown(&html)));
            assert_eq!(shown, words_of(&html), "{typed:?} as {:?}", markdown(&html));
            assert!(!rendered(&markdown(&html)).contains("<strong"), "{typed:?}");
        }
    }

    /// A small generator, so that a failure is the same each time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % limit as u64).expect("below a usize")
        }
    }

    const PIECES: [&str; 64] = [
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<a href='https://example.org/x_y?a=1&b=2'>",
        "</a>",
        "<code>",
        "</code>",
        "<p>",
        "</p>",
        "<ul>",
        "</ul>",
        "<ol>",
        "</ol>",
        "<li>",
        "</li>",
        "<br>",
        "\n",
        "\n\n",
        " ",
        "<blockquote>",
        "</blockquote>",
        "<h1>",
        "</h1>",
        "<pre>",
        "</pre>",
        "<hr>",
        "<div>",
        "</div>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "a",
        "b2",
        "1",
        ".",
        ")",
        "*",
        "**",
        "_",
        "__",
        "#",
        "-",
        "+",
        "=",
        ">",
        "&lt;",
        "&amp;",
        "lt;",
        "[",
        "](x)",
        "!",
        "`",
        "```",
        "~~",
        "|",
        "\\",
        "é",
        "“",
        "…",
        ": ",
        "https://example.org",
    ];

    #[test]
    fn every_word_survives_any_markup() {
        let mut dice = Dice(0x5EED_CAFE);
        for round in 0..2_000 {
            let html: String = (0..=dice.below(14))
                .map(|_| PIECES[dice.below(PIECES.len())])
                .collect();
            let source = blocks(&html);
            let written = write(&source);
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(
                squeezed(&words_of(&rendered(&written))),
                squeezed(&plain(&source)),
                "round {round}: {html:?} became {written:?}, shown as {:?}",
                rendered(&written)
            );
        }
    }

    #[test]
    fn deep_and_wide_markup_stays_small_and_quick() {
        for piece in [
            "<div>",
            "<b>",
            "<ul><li>",
            "<blockquote>",
            "<table><tr><td>",
            "<a href=x>",
            "<em><p>",
        ] {
            let html = piece.repeat(3000);
            assert!(markdown(&format!("{html}end")).len() < 4000, "{piece}");
        }
    }
}
