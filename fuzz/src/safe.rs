//! Is this HTML harmless? Asked without the parser and the lists of the
//! sanitiser: whatever it says, nothing passes here that is not on this list,
//! in the one spelling in which the sanitiser writes.

const TAGS: [&str; 22] = [
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
];
const EMPTY: [&str; 2] = ["br", "hr"];
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
const REL: &str = "nofollow ugc noopener noreferrer";

/// Reads it to its end.
///
/// # Errors
///
/// The first thing that may not be there.
pub fn check(html: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        plain(text)?;
        let (tag, after) = after.split_once('>').ok_or("a tag without an end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes something else"));
            }
            continue;
        }
        let (name, attributes) = tag.split_at(tag.find(' ').unwrap_or(tag.len()));
        if !TAGS.contains(&name) {
            return Err(format!("<{tag}>"));
        }
        check_attributes(name, attributes)?;
        if !EMPTY.contains(&name) {
            open.push(name);
        }
    }
    plain(rest)?;
    match open.pop() {
        Some(name) => Err(format!("<{name}> stays open")),
        None => Ok(()),
    }
}

fn plain(text: &str) -> Result<(), String> {
    match text.contains('>') {
        true => Err(format!("a bare > in {text:?}")),
        false => Ok(()),
    }
}

fn check_attributes(tag: &str, attributes: &str) -> Result<(), String> {
    let mut rest = attributes;
    while let Some(attribute) = rest.strip_prefix(' ') {
        let (name, value) = attribute.split_once("=\"").ok_or("an odd attribute")?;
        let (value, after) = value.split_once('"').ok_or("a value without an end")?;
        rest = after;
        let good = match (tag, name) {
            ("a", "href") => leads_nowhere_bad(value),
            ("a", "rel") => value == REL,
            ("ol", "start") => value.parse::<i64>().is_ok(),
            _ => false,
        };
        if !good {
            return Err(format!("{name}={value:?} on <{tag}>"));
        }
    }
    match rest {
        "" => Ok(()),
        other => Err(format!("{other:?} after the attributes of <{tag}>")),
    }
}

/// As a browser looks for a scheme: control characters and blanks before it do
/// not count, tabs and line ends nowhere.
fn leads_nowhere_bad(address: &str) -> bool {
    let text: String = address
        .trim_start_matches(|c: char| c <= ' ')
        .replace(['\t', '\n', '\r'], "");
    let Some((scheme, _)) = text.split_once(':') else {
        return true;
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    !is_scheme || SCHEMES.iter().any(|good| scheme.eq_ignore_ascii_case(good))
}
