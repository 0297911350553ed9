//! How a person joins and posts a comment: the addresses and field names that the forms use.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::Result;
use crate::http::{Answer, Connection, fetch, get, post_form};
use crate::load::Requests;

const JOIN: &str = "/api/accounts/join";
const COMMENT: &str = "/api/comments/post";
const HANDLE: &str = "handle";
const PASSWORD: &str = "password";
const ADULT: &str = "adult";
const BODY: &str = "body";
const KEY: &str = "key";
const SUBJECT: &str = "subject";

/// A form as the page shows it: the fields that it holds already, as a browser would send them.
#[derive(Clone)]
struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// Finds the first form that posts to the address.
    fn find(page: &str, action: &str) -> Option<Self> {
        let form = page
            .split("<form")
            .skip(1)
            .map(|rest| rest.split("</form>").next().unwrap_or(rest))
            .find(|form| {
                let tag = form.split('>').next().unwrap_or_default();
                attribute(tag, "action").is_some_and(|found| found.ends_with(action))
            })?;
        let fields = form
            .split("<input")
            .skip(1)
            .filter_map(|rest| {
                let tag = rest.split('>').next()?;
                let name = attribute(tag, "name")?;
                let given = attribute(tag, "value");
                let has = |word| attribute(tag, word).is_some();
                match attribute(tag, "type").as_deref() {
                    Some("submit") => None,
                    Some("checkbox" | "radio") if !has("checked") => None,
                    Some("checkbox" | "radio") => Some((name, given.unwrap_or("on".to_owned()))),
                    _ => Some((name, given.unwrap_or_default())),
                }
            })
            .collect();
        Some(Self { fields })
    }

    fn set(&mut self, name: &str, value: &str) {
        self.fields.retain(|(found, _)| found != name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

/// An attribute of a tag as the server renders it: in double quotes, or bare.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let quoted = format!(" {name}=\"");
    if let Some(start) = tag.find(&quoted) {
        let rest = &tag[start + quoted.len()..];
        return rest.split('"').next().map(unescaped);
    }
    tag.split_whitespace()
        .any(|word| word.trim_end_matches('/') == name)
        .then(String::new)
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Where an answer sends the person next.
fn sends_to(answer: &Answer) -> Option<String> {
    answer
        .header("location")
        .filter(|_| matches!(answer.status, 302 | 303))
}

/// Whether a comment was taken: the way leads to the comment. What was refused leads back to its
/// form, where it is kept.
pub fn posted(answer: &Answer) -> bool {
    sends_to(answer).is_some_and(|to| to.starts_with("/comments/"))
}

fn joined(answer: &Answer) -> bool {
    sends_to(answer).is_some_and(|to| !to.contains("__err") && !to.contains("kept="))
}

/// The addresses that a page links to, without what follows a question mark or a hash.
pub fn links(page: &str) -> Vec<String> {
    let mut found: Vec<String> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter_map(|address| address.split(['?', '#']).next())
        .filter(|address| address.starts_with('/'))
        .map(unescaped)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The address of the first article of the sitemap.
///
/// # Errors
/// When there is none.
pub async fn newest_article(address: SocketAddr) -> Result<String> {
    let sitemap = fetch(address, "/sitemap.xml", &[]).await?.text();
    articles(&sitemap)
        .into_iter()
        .next()
        .ok_or_else(|| "no article in the sitemap".into())
}

/// The addresses of the articles of a sitemap, newest first.
pub fn articles(sitemap: &str) -> Vec<String> {
    sitemap
        .split("<loc>")
        .skip(1)
        .filter_map(|rest| rest.split("</loc>").next())
        .filter_map(|location| location.find("/series/").map(|start| &location[start..]))
        .filter(|path| path.matches('/').count() == 3)
        .map(str::to_owned)
        .collect()
}

/// The addresses of the scripts that a page's own tags load.
pub fn scripts(page: &str) -> Vec<String> {
    page.split("<script")
        .skip(1)
        .filter_map(|rest| attribute(rest.split('>').next()?, "src"))
        .collect()
}

/// Someone who has joined.
pub struct Member {
    /// The session, as the `Cookie` header carries it.
    cookie: String,
}

impl Member {
    /// Joins under a new handle.
    ///
    /// # Errors
    /// When the form is not there or is refused.
    pub async fn join(address: SocketAddr, handle: &str) -> Result<Self> {
        let mut connection = Connection::to(address);
        let page = connection
            .exchange(&get(address, "/join", &[]))
            .await?
            .text();
        let mut form = Form::find(&page, JOIN).ok_or("no form to join with")?;
        form.set(HANDLE, handle);
        form.set(PASSWORD, "a lantern by the harbour wall");
        form.set(ADULT, "on");
        form.set(KEY, &key(0, 0));
        let answer = connection
            .exchange(&post_form(address, JOIN, &[], &form.pairs()))
            .await?;
        if !joined(&answer) {
            return Err(format!("joining was refused: {} {}", answer.status, answer.text()).into());
        }
        let cookies: Vec<String> = answer
            .headers()
            .into_iter()
            .filter(|(name, _)| name == "set-cookie")
            .filter_map(|(_, value)| value.split(';').next().map(str::to_owned))
            .collect();
        Ok(Self {
            cookie: cookies.join("; "),
        })
    }

    /// The session's cookie header.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The form for comments on an article.
    ///
    /// # Errors
    /// When the article shows no form.
    pub async fn composer(&self, address: SocketAddr, article: &str) -> Result<Composer> {
        let request = get(address, article, &[("cookie", &self.cookie)]);
        let page = Connection::to(address).exchange(&request).await?.text();
        let form = Form::find(&page, COMMENT).ok_or("the article has no form for comments")?;
        Ok(Composer {
            form,
            cookie: self.cookie.clone(),
        })
    }

    /// Comments on an article, each with a text and a key of its own.
    ///
    /// # Errors
    /// When the article shows no form.
    pub async fn comments(&self, address: SocketAddr, article: &str, run: u64) -> Result<Requests> {
        let composer = self.composer(address, article).await?;
        Ok(Arc::new(move |number| {
            let body = format!("Round {run}, voice {number}: I am glad that you are here.");
            Arc::from(composer.comment(address, &body, &key(run, number)))
        }))
    }
}

/// A member's form for comments. It stays good when the server starts again.
pub struct Composer {
    form: Form,
    cookie: String,
}

impl Composer {
    /// What the comments are about.
    pub fn subject(&self) -> Option<&str> {
        let mut fields = self.form.fields.iter();
        fields
            .find(|(name, _)| name == SUBJECT)
            .map(|(_, value)| value.as_str())
    }

    /// The request that posts a text under an idempotency key.
    pub fn comment(&self, address: SocketAddr, body: &str, key: &str) -> Vec<u8> {
        let mut form = self.form.clone();
        form.set(BODY, body);
        form.set(KEY, key);
        post_form(address, COMMENT, &[("cookie", &self.cookie)], &form.pairs())
    }
}

/// An idempotency key in the form of a version 4 UUID, distinct for each post.
pub fn key(run: u64, number: u64) -> String {
    format!(
        "{:08x}-{:04x}-4000-8000-{:012x}",
        run & 0xffff_ffff,
        (number >> 48) & 0xffff,
        number & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form action="/search"><input name="q"></form>
        <form method="post" action="/api/comments/post"><input type="hidden" name="subject" value="a&amp;b">
        <input type="checkbox" name="later"><input type="checkbox" checked name="open"/>
        <input type="radio" name="voice" value="handle" checked><input type="radio" name="voice" value="anonymous">
        <textarea name="body"></textarea></form>"#;

    #[test]
    fn a_form_is_found_with_its_fields() {
        let form = Form::find(PAGE, COMMENT).expect("the form");
        assert_eq!(
            form.pairs(),
            [("subject", "a&b"), ("open", "on"), ("voice", "handle")]
        );
        assert!(Form::find(PAGE, JOIN).is_none());
    }

    #[test]
    fn links_are_found_once_and_without_their_end() {
        let page = r##"<a href="/b?x=1">b</a> <a href="/a&amp;b#c"> <a href="/b"> <a href="#top">
            <a href="https://example.org/">"##;
        assert_eq!(links(page), ["/a&b", "/b"]);
        assert!(links("").is_empty());
    }

    #[test]
    fn articles_and_scripts_are_found() {
        let sitemap = "<loc>http://a/series/days</loc><loc>http://a/series/days/first</loc>\
            <loc>http://a/stories</loc><loc>http://a/series/days/second</loc>";
        assert_eq!(
            articles(sitemap),
            ["/series/days/first", "/series/days/second"]
        );
        let page = r#"<script defer src="/start.js"></script><script>1</script>"#;
        assert_eq!(scripts(page), ["/start.js"]);
    }

    #[test]
    fn keys_differ() {
        assert_eq!(key(1, 2), "00000001-0000-4000-8000-000000000002");
        assert_ne!(key(1, 2), key(2, 2));
    }
}
