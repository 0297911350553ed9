//! What an article is made of, free of HTML.

use crate::html::{Node, Tag};
use crate::text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph(Vec<Inline>),
    /// The level is 2 to 4.
    Heading(u8, Vec<Inline>),
    /// With a first number if it is ordered.
    List(Option<u32>, Vec<Vec<Block>>),
    Quote(Vec<Block>),
    Code(String),
    Rule,
    Table(Table),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Empty when the table names no columns.
    pub(crate) header: Vec<Vec<Inline>>,
    pub(crate) rows: Vec<Vec<Vec<Inline>>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline {
    Text(String),
    Break,
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Link(String, Vec<Inline>),
}

/// What a newline in the text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Newlines {
    /// No more than a space, as in HTML.
    Space,
    /// A line break, and two of them a new paragraph, as WordPress shows it.
    Break,
}

/// Sorts nodes into blocks; loose text becomes paragraphs.
pub(crate) fn flow(nodes: Vec<Node>, newlines: Newlines) -> Vec<Block> {
    let mut flow = Flow {
        newlines,
        blocks: Vec::new(),
        run: Run::default(),
    };
    flow.nodes(nodes);
    flow.end_paragraph();
    flow.blocks
}

struct Flow {
    newlines: Newlines,
    blocks: Vec<Block>,
    run: Run,
}

impl Flow {
    fn nodes(&mut self, nodes: Vec<Node>) {
        for node in nodes {
            match node {
                Node::Text(words) => self.text(&words),
                Node::Break => {
                    if self.run.line_break(true) {
                        self.end_paragraph();
                    }
                }
                Node::Rule => self.block(Block::Rule),
                Node::Element(tag, children) => self.element(tag, children),
            }
        }
    }

    fn text(&mut self, words: &str) {
        if self.newlines == Newlines::Space {
            return self.run.words(words);
        }
        let mut lines = words.split('\n');
        if let Some(first) = lines.next() {
            self.run.words(first);
        }
        let mut blank = false;
        for line in lines {
            if blank {
                self.end_paragraph();
            } else {
                self.run.line_break(false);
            }
            self.run.words(line);
            blank = line.trim().is_empty();
        }
    }

    fn element(&mut self, tag: Tag, children: Vec<Node>) {
        let newlines = self.newlines;
        match tag {
            Tag::Emphasis | Tag::Strong if children.iter().any(holds_block) => self.nodes(children),
            Tag::Emphasis | Tag::Strong | Tag::Code | Tag::Link(_) => {
                self.run.element(tag, children, newlines);
            }
            Tag::Plain | Tag::Quotation => self.nodes(children),
            Tag::Group | Tag::Paragraph | Tag::Item | Tag::Row | Tag::Cell | Tag::HeaderCell => {
                self.end_paragraph();
                self.nodes(children);
                self.end_paragraph();
            }
            Tag::Heading(level) => {
                let words = inlines(children, newlines);
                if !is_blank(&words) {
                    self.block(Block::Heading(level, words));
                }
            }
            Tag::Unordered => self.list(None, children),
            Tag::Ordered(start) => self.list(Some(start), children),
            Tag::Quote => {
                let inner = flow(children, newlines);
                if !inner.is_empty() {
                    self.block(Block::Quote(inner));
                }
            }
            Tag::Preformatted => {
                let mut code = String::new();
                verbatim(&children, &mut code);
                let code = code.trim_matches('\n').trim_end();
                if !code.is_empty() {
                    self.block(Block::Code(code.to_owned()));
                }
            }
            Tag::Table => self.table(children),
        }
    }

    fn list(&mut self, start: Option<u32>, children: Vec<Node>) {
        let mut items: Vec<Vec<Block>> = Vec::new();
        for child in children {
            let is_item = matches!(child, Node::Element(Tag::Item, _));
            let content = flow(vec![child], self.newlines);
            if content.is_empty() {
                continue;
            }
            match items.last_mut() {
                // A list that stands between two items belongs to the first.
                Some(last) if !is_item => last.extend(content),
                _ => items.push(content),
            }
        }
        if !items.is_empty() {
            self.block(Block::List(start, items));
        }
    }

    fn table(&mut self, children: Vec<Node>) {
        let mut found = Rows::default();
        found.gather(children, self.newlines);
        for caption in found.captions {
            self.block(Block::Paragraph(caption));
        }
        let mut rows = found.rows.into_iter().peekable();
        let header = rows
            .next_if(|row| row.iter().all(|(is_header, _)| *is_header))
            .map(without_marks)
            .unwrap_or_default();
        let rows: Vec<_> = rows.map(without_marks).collect();
        if !header.is_empty() || !rows.is_empty() {
            self.block(Block::Table(Table { header, rows }));
        }
    }

    fn block(&mut self, block: Block) {
        self.end_paragraph();
        self.blocks.push(block);
    }

    fn end_paragraph(&mut self) {
        let run = std::mem::take(&mut self.run).words;
        if !is_blank(&run) {
            self.blocks.push(Block::Paragraph(run));
        }
    }
}

type MarkedCell = (bool, Vec<Inline>);

fn without_marks(row: Vec<MarkedCell>) -> Vec<Vec<Inline>> {
    row.into_iter().map(|(_, cell)| cell).collect()
}

#[derive(Default)]
struct Rows {
    captions: Vec<Vec<Inline>>,
    rows: Vec<Vec<MarkedCell>>,
}

impl Rows {
    fn gather(&mut self, nodes: Vec<Node>, newlines: Newlines) {
        for node in nodes {
            match node {
                Node::Element(Tag::Row, children) => {
                    let cells: Vec<MarkedCell> = children
                        .into_iter()
                        .filter_map(|child| match child {
                            Node::Element(tag @ (Tag::Cell | Tag::HeaderCell), children) => {
                                Some((tag == Tag::HeaderCell, inlines(children, newlines)))
                            }
                            _ => None,
                        })
                        .collect();
                    if cells.iter().any(|(_, cell)| !is_blank(cell)) {
                        self.rows.push(cells);
                    }
                }
                Node::Element(Tag::Group, children)
                    if children
                        .iter()
                        .any(|child| matches!(child, Node::Element(Tag::Row, _))) =>
                {
                    self.gather(children, newlines);
                }
                node => {
                    let words = inlines(vec![node], newlines);
                    if !is_blank(&words) {
                        self.captions.push(words);
                    }
                }
            }
        }
    }
}

/// Inline content that is being gathered.
#[derive(Default)]
struct Run {
    words: Vec<Inline>,
    /// The last thing but spaces is a break, and whether it was a tag.
    last_break: Option<bool>,
}

impl Run {
    fn words(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        if !words.trim().is_empty() {
            self.last_break = None;
        }
        match self.words.last_mut() {
            Some(Inline::Text(last)) => last.push_str(words),
            _ => self.words.push(Inline::Text(words.to_owned())),
        }
    }

    /// Breaks the line; true if it was broken by a tag before. A newline beside a
    /// tag is the same break.
    fn line_break(&mut self, is_tag: bool) -> bool {
        match self.last_break {
            None => {
                self.words.push(Inline::Break);
                self.last_break = Some(is_tag);
                false
            }
            Some(was_tag) => {
                self.last_break = Some(was_tag || is_tag);
                was_tag && is_tag
            }
        }
    }

    fn push(&mut self, inline: Inline) {
        self.last_break = None;
        match (self.words.last_mut(), inline) {
            (Some(Inline::Emphasis(last)), Inline::Emphasis(more))
            | (Some(Inline::Strong(last)), Inline::Strong(more)) => last.extend(more),
            (_, inline) => self.words.push(inline),
        }
    }

    fn element(&mut self, tag: Tag, children: Vec<Node>, newlines: Newlines) {
        match tag {
            Tag::Code => {
                let mut code = String::new();
                verbatim(&children, &mut code);
                let code = text::one_line(&code);
                if !code.is_empty() {
                    self.push(Inline::Code(code));
                }
            }
            Tag::Emphasis => self.push(Inline::Emphasis(inlines(children, newlines))),
            Tag::Strong => self.push(Inline::Strong(inlines(children, newlines))),
            Tag::Link(to) => {
                let words = inlines(children, newlines);
                if !is_blank(&words) {
                    self.push(Inline::Link(to, words));
                }
            }
            _ => self.nodes(children, newlines),
        }
    }

    fn nodes(&mut self, nodes: Vec<Node>, newlines: Newlines) {
        for node in nodes {
            match node {
                Node::Text(words) if newlines == Newlines::Space => self.words(&words),
                Node::Text(words) => {
                    for (place, line) in words.split('\n').enumerate() {
                        if place > 0 {
                            self.line_break(false);
                        }
                        self.words(line);
                    }
                }
                Node::Break | Node::Rule => {
                    self.line_break(true);
                }
                Node::Element(tag, children) => {
                    let apart = is_block(&tag);
                    if apart {
                        self.line_break(false);
                    }
                    self.element(tag, children, newlines);
                    if apart {
                        self.line_break(false);
                    }
                }
            }
        }
    }
}

/// The words of nodes that may not hold blocks; blocks become lines.
fn inlines(nodes: Vec<Node>, newlines: Newlines) -> Vec<Inline> {
    let mut run = Run::default();
    run.nodes(nodes, newlines);
    run.words
}

fn is_block(tag: &Tag) -> bool {
    !matches!(
        tag,
        Tag::Code | Tag::Emphasis | Tag::Strong | Tag::Link(_) | Tag::Plain | Tag::Quotation
    )
}

fn holds_block(node: &Node) -> bool {
    match node {
        Node::Text(_) | Node::Break => false,
        Node::Rule => true,
        Node::Element(tag, children) => is_block(tag) || children.iter().any(holds_block),
    }
}

fn verbatim(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(words) => out.push_str(words),
            Node::Break | Node::Rule => out.push('\n'),
            Node::Element(_, children) => verbatim(children, out),
        }
    }
}

/// True if there is nothing to see.
pub(crate) fn is_blank(words: &[Inline]) -> bool {
    words.iter().all(|inline| match inline {
        Inline::Text(words) => words.trim().is_empty(),
        Inline::Break => true,
        Inline::Code(_) => false,
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link(_, inner) => is_blank(inner),
    })
}

/// Takes the last list out if every item of it is one question, and returns the
/// questions.
pub(crate) fn take_prompts(blocks: &mut Vec<Block>) -> Vec<String> {
    for place in (0..blocks.len()).rev() {
        match &mut blocks[place] {
            Block::List(_, items) => {
                let Some(questions) = items.iter().map(|item| question(item)).collect() else {
                    return Vec::new();
                };
                blocks.remove(place);
                return questions;
            }
            Block::Quote(inner) if holds_list(inner) => {
                let questions = take_prompts(inner);
                if inner.is_empty() {
                    blocks.remove(place);
                }
                return questions;
            }
            _ => {}
        }
    }
    Vec::new()
}

fn holds_list(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::List(..) => true,
        Block::Quote(inner) => holds_list(inner),
        _ => false,
    })
}

fn question(item: &[Block]) -> Option<String> {
    if !item
        .iter()
        .all(|block| matches!(block, Block::Paragraph(_)))
    {
        return None;
    }
    let words = plain(item);
    words.ends_with(['?', '？', '؟']).then_some(words)
}

/// The words alone, on one line.
pub(crate) fn plain(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        plain_block(block, &mut out);
    }
    text::one_line(&out)
}

fn plain_block(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(words) | Block::Heading(_, words) => plain_inlines(words, out),
        Block::List(_, items) => items.iter().flatten().for_each(|b| plain_block(b, out)),
        Block::Quote(inner) => inner.iter().for_each(|b| plain_block(b, out)),
        Block::Code(code) => out.push_str(code),
        Block::Rule => {}
        Block::Table(table) => {
            for cell in table.header.iter().chain(table.rows.iter().flatten()) {
                plain_inlines(cell, out);
                out.push(' ');
            }
        }
    }
    out.push(' ');
}

fn plain_inlines(words: &[Inline], out: &mut String) {
    for inline in words {
        match inline {
            Inline::Text(words) | Inline::Code(words) => out.push_str(words),
            Inline::Break => out.push(' '),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link(_, inner) => {
                plain_inlines(inner, out);
            }
        }
    }
}
