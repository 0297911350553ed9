//! What is known of the community before the attack: who is signed in, and which addresses, forms,
//! fields and ids its pages show. Gathered as a browser would, in the order of the pages, so that
//! the same sample gives the same ground.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;

use bench::Result;
use bench::http::{Answer, Connection, get, post_form};

use crate::functions::{Addresses, Function};
use crate::program::Account;

/// So many addresses of one shape are read and kept: the tenth story tells nothing new.
const MOST_OF_A_SHAPE: usize = 4;
const MOST_PAGES: usize = 400;
const MOST_VALUES: usize = 60;
/// Addresses that no page links to.
const WELL_KNOWN: [&str; 9] = [
    "/",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/sitemap.xml",
    "/feed.atom",
    "/care.rules",
    "/site/0000000000000000/pkg/chorus.css",
    "/chorus.css",
];

/// A form as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it posts to.
    pub action: String,
    /// Its fields with what they hold.
    pub fields: Vec<(String, String)>,
}

/// What the attack starts from.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The server's address.
    pub address: SocketAddr,
    /// Server functions.
    pub functions: Vec<Function>,
    /// Addresses with everything filled in: pages, feeds, files.
    pub addresses: Vec<String>,
    /// Pages with names in braces.
    pub pages: Vec<String>,
    /// Forms that were seen, by their action.
    pub forms: BTreeMap<String, Vec<Form>>,
    /// Values that were seen, by the field's name.
    pub values: BTreeMap<String, Vec<String>>,
    /// Ids that were seen.
    pub ids: Vec<String>,
    /// How many people there are to send as, the guest included.
    pub people: usize,
}

impl Ground {
    /// Reads the community as everyone in turn; `cookies` are theirs.
    ///
    /// # Errors
    /// When it does not answer, or shows no forms.
    pub async fn explore(
        address: SocketAddr,
        addresses: Addresses,
        cookies: &[String],
    ) -> Result<Self> {
        let mut ground = Self {
            address,
            functions: addresses.functions,
            addresses: Vec::new(),
            pages: addresses.pages,
            forms: BTreeMap::new(),
            values: BTreeMap::new(),
            ids: Vec::new(),
            people: cookies.len(),
        };
        let mut seen = BTreeSet::new();
        let fixed = ground.pages.iter().filter(|page| !page.contains('{'));
        let start: Vec<String> = WELL_KNOWN
            .iter()
            .map(|&path| path.to_owned())
            .chain(fixed.cloned())
            .collect();
        for cookie in cookies {
            let mut shapes = BTreeMap::new();
            let mut queue: VecDeque<String> = start.iter().cloned().collect();
            let mut own = BTreeSet::new();
            let mut connection = Connection::to(address);
            while let Some(path) = queue.pop_front() {
                let count = shapes.entry(shape(&path)).or_insert(0_usize);
                if !own.insert(path.clone()) || *count >= MOST_OF_A_SHAPE || own.len() > MOST_PAGES
                {
                    continue;
                }
                *count += 1;
                let request = get(
                    address,
                    &path,
                    &[("cookie", cookie), ("accept", "text/html")],
                );
                let Ok(answer) = connection.exchange(&request).await else {
                    continue;
                };
                let text = answer.text();
                queue.extend(links(&text));
                ground.learn(&text);
                if seen.insert(path.clone()) {
                    ground.addresses.push(path);
                }
            }
        }
        if ground.forms.len() < 5 || ground.ids.is_empty() {
            return Err("the pages show too few forms: there is nothing to start from".into());
        }
        Ok(ground)
    }

    fn learn(&mut self, page: &str) {
        for form in forms(page) {
            for (name, value) in &form.fields {
                let known = self.values.entry(name.clone()).or_default();
                if known.len() < MOST_VALUES && !known.contains(value) {
                    known.push(value.clone());
                }
            }
            let known = self.forms.entry(form.action.clone()).or_default();
            if known.len() < MOST_OF_A_SHAPE * 4 && !known.contains(&form) {
                known.push(form);
            }
        }
        for id in ids(page) {
            if self.ids.len() < MOST_VALUES * 5 && !self.ids.contains(&id) {
                self.ids.push(id);
            }
        }
    }
}

/// The address with ids and numbers taken out, and without its query's values.
fn shape(path: &str) -> String {
    path.split(['/', '&', '?'])
        .map(|part| match part.split_once('=') {
            Some((name, _)) => name,
            None if part.len() >= 24 || part.contains('-') => "*",
            None => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The addresses that a page leads to, with their queries, in the order of the page.
fn links(page: &str) -> Vec<String> {
    let marks = ["href=\"", "src=\"", "<loc>"];
    let mut found = Vec::new();
    for mark in marks {
        for rest in page.split(mark).skip(1) {
            let address = unescaped(rest.split(['"', '<', '#']).next().unwrap_or_default());
            let path = match address.strip_prefix("http://") {
                Some(whole) => whole
                    .find('/')
                    .map_or("", |start| &whole[start..])
                    .to_owned(),
                None => address,
            };
            if path.starts_with('/') && !path.starts_with("//") && !found.contains(&path) {
                found.push(path);
            }
        }
    }
    found
}

/// Runs of 32 hexadecimal digits.
fn ids(page: &str) -> Vec<String> {
    page.split(|sign: char| !sign.is_ascii_hexdigit())
        .filter(|part| part.len() == 32)
        .map(str::to_owned)
        .collect()
}

/// The forms of a page that post. Inputs, areas and choices, with what they hold.
pub fn forms(page: &str) -> Vec<Form> {
    page.split("<form")
        .skip(1)
        .filter_map(|rest| {
            let form = rest.split("</form>").next()?;
            let action = attribute(form.split('>').next()?, "action")?;
            let mut fields = Vec::new();
            for (mark, is_area) in [("<input", false), ("<textarea", true), ("<select", false)] {
                for rest in form.split(mark).skip(1) {
                    let Some((tag, inside)) = rest.split_once('>') else {
                        continue;
                    };
                    let Some(name) = attribute(tag, "name") else {
                        continue;
                    };
                    let held = match mark {
                        _ if is_area => inside.split("</textarea>").next().map(unescaped),
                        "<select" => inside
                            .split("<option")
                            .nth(1)
                            .and_then(|option| attribute(option.split('>').next()?, "value")),
                        _ => attribute(tag, "value"),
                    };
                    fields.push((name, held.unwrap_or_default()));
                }
            }
            action
                .starts_with("/api/")
                .then_some(Form { action, fields })
        })
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    rest.split('"').next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Signs in with a password; the cookie to send from then on.
///
/// # Errors
/// When it is refused.
pub async fn sign_in(address: SocketAddr, account: &Account) -> Result<String> {
    let fields = [
        ("page", "/sign-in"),
        ("next", ""),
        ("handle", account.handle.as_str()),
        ("password", account.password.as_str()),
    ];
    let answer = enter(address, "/api/accounts/sign-in", &fields).await?;
    Ok(cookies(&answer))
}

/// Joins under a handle; the cookie to send from then on.
///
/// # Errors
/// When it is refused.
pub async fn join(address: SocketAddr, handle: &str) -> Result<String> {
    let fields = [
        ("page", "/join"),
        ("handle", handle),
        ("password", "a lantern by the harbour wall"),
        ("adult", "on"),
    ];
    let answer = enter(address, "/api/accounts/join", &fields).await?;
    Ok(cookies(&answer))
}

async fn enter(address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
    let request = post_form(address, path, &[], fields);
    let answer = Connection::to(address).exchange(&request).await?;
    let refused = answer
        .header("location")
        .is_none_or(|to| to.contains("kept="));
    if answer.status != 303 || refused {
        return Err(format!("{path} was refused: {} {}", answer.status, answer.text()).into());
    }
    Ok(answer)
}

fn cookies(answer: &Answer) -> String {
    let pairs: Vec<String> = answer
        .headers()
        .into_iter()
        .filter(|(name, _)| name == "set-cookie")
        .filter_map(|(_, value)| value.split(';').next().map(str::to_owned))
        .collect();
    pairs.join("; ")
}

/// Is somebody signed in with this cookie?
///
/// # Errors
/// When there is no answer.
pub async fn is_signed_in(address: SocketAddr, cookie: &str) -> Result<bool> {
    let request = get(address, "/api/accounts/me?kept=", &[("cookie", cookie)]);
    let answer = Connection::to(address).exchange(&request).await?;
    Ok(answer.status == 200 && answer.text() != "null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_with_all_that_it_holds() {
        let page = r#"<form method="get" action="/sign-in"><input name="next"></form>
            <form method="post" action="/api/a/b" class="x"><input type="hidden" name="key" value="a&amp;b">
            <textarea name="body" rows="3">one &lt;two</textarea>
            <select name="kind"><option value="walk" selected>A walk</option></select></form>"#;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            forms(page),
            [Form {
                action: "/api/a/b".to_owned(),
                fields: vec![
                    pair("key", "a&b"),
                    pair("body", "one <two"),
                    pair("kind", "walk")
                ],
            }]
        );
    }

    #[test]
    fn links_and_ids_are_found() {
        let page = "<a href=\"/a?b=1&amp;c=2#d\"><loc>http://h:1/e</loc><a href=\"https://x/y\">\
             <a href=\"//evil\"> 0123456789abcdef0123456789abcdef";
        assert_eq!(links(page), ["/a?b=1&c=2", "/e"]);
        assert_eq!(ids(page), ["0123456789abcdef0123456789abcdef"]);
    }

    #[test]
    fn shapes_leave_out_what_varies() {
        assert_eq!(
            shape("/stories/0123456789abcdef0123456789abcdef?after=1"),
            shape("/stories/ffffffffffffffffffffffffffffffff?after=2"),
        );
        assert_ne!(shape("/stories"), shape("/rituals"));
    }
}
