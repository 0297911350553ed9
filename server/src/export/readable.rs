use super::{Titles, file, subject, table::is_moment, text};
use app::ctx::Settings;
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    drafts::Fields,
    ids::{ArticleId, ReflectionId, RitualId, StoryId, Subject, SubjectKind},
    privacy::{MENTIONS, Mention, Record, TakenAlong},
    store::{Reader, StoreError, Stored},
    tables::Value,
};
use std::{
    fs::File,
    io::{self, BufWriter, Seek, Write},
};

/// Columns that are shown in a way of their own, or say nothing to people.
const NOT_LISTED: [&str; 8] = [
    "id",
    "title",
    "body",
    "html",
    "subject_kind",
    "subject_id",
    "parent_id",
    "anonymous",
];

const STYLE: &str = "\
    :root{color-scheme:light dark}\
    body{font:1.0625rem/1.6 Georgia,serif;max-width:40rem;margin:0 auto;padding:2rem 1.25rem;\
    overflow-wrap:anywhere}\
    h1,h2,h3,nav,dl,.about{font-family:system-ui,sans-serif}\
    h2{margin-top:3rem;border-top:1px solid;padding-top:1rem}\
    article{margin:1.5rem 0}\
    h3{margin-bottom:0}\
    .about,dl{font-size:.875rem}\
    dt{font-weight:600;float:left;clear:left;margin-right:.5rem}\
    dd{margin:0;white-space:pre-wrap}";

/// The page that a person reads: it opens by itself, without a network.
pub struct Readable {
    site: String,
    base_url: String,
    titles: Titles,
    /// The sections, until the page is put together.
    sections: BufWriter<File>,
    /// Of each section its title and how many rows it has.
    contents: Vec<(&'static str, u64)>,
}

impl Readable {
    pub fn new(settings: &Settings, titles: Titles) -> Stored<Self> {
        Ok(Self {
            site: settings.site_name.clone(),
            base_url: settings.base_url.clone(),
            titles,
            sections: BufWriter::new(file()?),
            contents: Vec::new(),
        })
    }

    /// Begins a section.
    pub fn section(&mut self, mention: &Mention) -> Stored<()> {
        let number = self.contents.len();
        self.contents.push((mention.title, 0));
        let title = escaped(mention.title);
        writeln!(self.sections, "<h2 id=\"s{number}\">{title}</h2>").map_err(StoreError::new)
    }

    /// Adds a row to the section.
    pub fn row(&mut self, record: &Record) -> Stored<()> {
        if let Some((_, count)) = self.contents.last_mut() {
            *count += 1;
        }
        self.write_row(record).map_err(StoreError::new)
    }

    fn write_row(&mut self, record: &Record) -> io::Result<()> {
        let out = &mut self.sections;
        writeln!(out, "<article>")?;
        if let Some(title) = text(record, "title") {
            writeln!(out, "<h3 dir=\"auto\">{}</h3>", escaped(title))?;
        }
        if is_anonymous(record) {
            writeln!(out, "<p class=\"about\">Posted anonymously</p>")?;
        }
        if let Some(about) = subject(record) {
            let about = match self.titles.get(&about) {
                Some((title, address)) => format!(
                    "<a href=\"{}\" dir=\"auto\">{}</a>",
                    escaped(&format!("{}{address}", self.base_url)),
                    escaped(title)
                ),
                None => "something that is no longer there".to_owned(),
            };
            writeln!(out, "<p class=\"about\">About {about}</p>")?;
        }
        // It was sanitised when it was written.
        if let Some(html) = text(record, "html") {
            writeln!(out, "<div dir=\"auto\">{html}</div>")?;
        }
        let mut listed = record
            .iter()
            .filter(|(name, _)| !NOT_LISTED.contains(&name.as_str()))
            .filter_map(|(name, value)| Some((name, words(name, value)?)))
            .peekable();
        if listed.peek().is_some() {
            writeln!(out, "<dl>")?;
            for (name, value) in listed {
                let name = name.replace('_', " ");
                let value = escaped(&value);
                writeln!(out, "<dt>{name}</dt><dd dir=\"auto\">{value}</dd>")?;
            }
            writeln!(out, "</dl>")?;
        }
        writeln!(out, "</article>")
    }

    /// Puts the page together.
    pub fn finish(self, handle: &str, now: Timestamp, out: &mut impl Write) -> Stored<()> {
        let mut sections = self
            .sections
            .into_inner()
            .map_err(|error| StoreError::new(error.into_error()))?;
        let mut write = || {
            let (site, handle) = (escaped(&self.site), escaped(handle));
            let day = now.day().text;
            writeln!(
                out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
                 <meta name=\"viewport\" content=\"width=device-width\">\n\
                 <title>What is kept about you</title>\n<style>{STYLE}</style>\n\
                 <h1>What is kept about you</h1>\n\
                 <p>This is what {site} keeps about <b dir=\"auto\">{handle}</b> on {day}. The \
                 folder <code>data</code> holds the same for another program. Keep this file where \
                 nobody finds it who should not read it.</p>\n<nav><ul>"
            )?;
            for (number, (title, count)) in self.contents.iter().enumerate() {
                let title = escaped(title);
                writeln!(out, "<li><a href=\"#s{number}\">{title}</a>: {count}</li>")?;
            }
            writeln!(out, "</ul></nav>")?;
            sections.rewind()?;
            io::copy(&mut sections, out)?;
            writeln!(out, "<h2>What is not in this file</h2>\n<ul>")?;
            for mention in MENTIONS {
                if let TakenAlong::Not(reason) = mention.taken_along {
                    let (title, reason) = (escaped(mention.title), escaped(reason));
                    writeln!(out, "<li>{title}: {reason}.</li>")?;
                }
            }
            writeln!(out, "<li>What others wrote.</li>\n</ul>\n</html>")
        };
        write().map_err(|error: io::Error| StoreError::new(error))
    }
}

/// What a subject is called.
pub async fn title(reader: &mut dyn Reader, subject: Subject) -> Stored<String> {
    let id = subject.id;
    let title = match subject.kind {
        SubjectKind::Article => reader
            .article(ArticleId::from_uuid(id))
            .await?
            .map(|article| article.title),
        SubjectKind::Story => reader
            .story(StoryId::from_uuid(id))
            .await?
            .map(|story| story.title),
        SubjectKind::Ritual => reader
            .ritual(RitualId::from_uuid(id))
            .await?
            .map(|ritual| ritual.text.title),
        SubjectKind::Reflection => reader
            .reflection(ReflectionId::from_uuid(id))
            .await?
            .map(|_| "a reflection".to_owned()),
        SubjectKind::ShoutOut => Some("a shout-out".to_owned()),
    };
    Ok(title.unwrap_or_default())
}

fn is_anonymous(record: &Record) -> bool {
    record
        .iter()
        .any(|(name, value)| name == "anonymous" && *value == Value::Number(1))
}

/// A field as people read it; none if there is nothing in it.
fn words(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Nothing => None,
        Value::Number(millis) if is_moment(name) => Some(Timestamp(*millis).rfc3339()),
        Value::Number(bits) if name == "roles" => {
            let roles = Roles::from_bits(u8::try_from(*bits).unwrap_or_default());
            let held = Role::ALL.into_iter().filter(|role| roles.has(*role));
            let names: Vec<&str> = held.map(Role::name).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) if text.is_empty() => None,
        // A form that was not sent.
        Value::Text(text) if name == "fields" => {
            let fields: Fields = serde_json::from_str(text).unwrap_or_default();
            let lines: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            Some(lines.join("\n"))
        }
        Value::Text(text) => Some(text.clone()),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
