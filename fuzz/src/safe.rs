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

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_the_house_writes_passes() {
        for good in [
            "",
            "words &lt;b&gt; &amp; \"more\"",
            "<p>a<br>b <a href=\"/help?a=b&amp;c\" rel=\"nofollow ugc noopener noreferrer\">c</a></p>",
            "<ol start=\"3\"><li>a</li></ol><hr>",
            "<p><a href=\"%20javascript:a\" rel=\"nofollow ugc noopener noreferrer\">b</a></p>",
            "<p><a href=\"https://example.org/a:b\">a</a> <a href=\"a/b:c\">b</a></p>",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn nothing_else_does() {
        for bad in [
            "<script>a</script>",
            "<p onclick=\"a\">b</p>",
            "<p class=\"a\">b</p>",
            "<a href=\"javascript:a\">b</a>",
            "<a href=\"java\nscript:a\">b</a>",
            "<a href=\"\u{1} JavaScript:a\">b</a>",
            "<a href=\"x-odd+1:a\">b</a>",
            "<a href=\"data:text/html,a\">b</a>",
            "<a href=x>b</a>",
            "<a href=\"x\"onclick=\"y\">b</a>",
            "<ol start=\"x\"><li>a</li></ol>",
            "<img src=\"x\">",
            "<p>a",
            "<p>a</em>",
            "a</p>",
            "a > b",
            "<p",
            "<!-- a -->",
            "<P>a</P>",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
