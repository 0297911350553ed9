//! WordPress's own marks in a body: shortcodes and comments that mean something.

/// A body without its marks, and the part that stood above "more".
pub(crate) struct Unmarked {
    pub(crate) body: String,
    pub(crate) lead: Option<String>,
    /// Written in the block editor, whose line breaks mean nothing.
    pub(crate) has_blocks: bool,
}

/// Names that WordPress and its usual plug-ins use without attributes. Any other
/// word in brackets is a mark only if it has an attribute, so "[sic]" stays.
const SHORTCODES: [&str; 20] = [
    "archives",
    "audio",
    "blog_subscription_form",
    "caption",
    "contact-field",
    "contact-form",
    "embed",
    "gallery",
    "playlist",
    "polldaddy",
    "sitemap",
    "slideshow",
    "soundcloud",
    "tweet",
    "video",
    "vimeo",
    "wp_caption",
    "wpvideo",
    "youtube",
    "googlemaps",
];

/// Longest shortcode that is looked for, in bytes.
const SHORTCODE_MAX: usize = 2000;

pub(crate) fn unmark(raw: &str) -> Unmarked {
    let has_blocks = raw.contains("<!-- wp:");
    let text = without_shortcodes(raw);
    let Some((start, end)) = more(&text) else {
        return Unmarked {
            body: text,
            lead: None,
            has_blocks,
        };
    };
    let lead = text[..start].to_owned();
    let gap = if has_blocks { "" } else { "\n\n" };
    Unmarked {
        body: format!("{lead}{gap}{}", &text[end..]),
        lead: Some(lead),
        has_blocks,
    }
}

fn more(text: &str) -> Option<(usize, usize)> {
    let start = text.find("<!--more")?;
    let end = start + text[start..].find("-->")? + "-->".len();
    Some((start, end))
}

fn without_shortcodes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        if let Some(inner) = from.strip_prefix("[[")
            && let Some(length) = shortcode(&from[1..])
            && inner[length - 1..].starts_with(']')
        {
            out.push_str(&from[1..=length]);
            rest = &from[length + 2..];
        } else if let Some(length) = shortcode(from) {
            rest = &from[length..];
        } else {
            out.push('[');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The length of the shortcode that `text` begins with.
fn shortcode(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let closing = inner.starts_with('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name_length = inner
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .filter(|&length| length > 0)?;
    let (name, attributes) = inner.split_at(name_length);
    let known = SHORTCODES.contains(&name);
    if !known && (closing || !begins_with_attribute(attributes)) {
        return None;
    }
    let mut quote = None;
    for (at, byte) in attributes.bytes().enumerate().take(SHORTCODE_MAX) {
        match (quote, byte) {
            (None, b']') => {
                let before = text.len() - attributes.len();
                return Some(before + at + 1);
            }
            (None, b'[') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn begins_with_attribute(text: &str) -> bool {
    let trimmed = text.trim_start();
    trimmed.len() < text.len()
        && trimmed
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            .is_some_and(|end| end > 0 && trimmed[end..].starts_with("=\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_go_and_their_words_stay() {
        let unmarked = |text| unmark(text).body;
        assert_eq!(unmarked("a [gallery ids=\"1,2\"] b"), "a  b");
        assert_eq!(unmarked("[caption id=\"x]y\"]words[/caption]"), "words");
        assert_eq!(unmarked("[map zoom=\"3\"]"), "");
        assert_eq!(
            unmarked("so he said [sic], a[0] = [1]"),
            "so he said [sic], a[0] = [1]"
        );
        assert_eq!(unmarked("[[gallery]]"), "[gallery]");
        assert_eq!(unmarked("[gallery"), "[gallery");
        assert_eq!(unmarked("[é][/][]["), "[é][/][][");
    }

    #[test]
    fn what_stands_above_more_is_the_lead() {
        let unmarked = unmark("one<!--more read on-->two");
        assert_eq!(unmarked.lead.as_deref(), Some("one"));
        assert_eq!(unmarked.body, "one\n\ntwo");
        assert!(unmark("one<!--more").lead.is_none());
    }
}
