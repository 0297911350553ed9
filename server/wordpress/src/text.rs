use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

use crate::export::Millis;

const SLUG_MAX: usize = 80;

/// Takes out characters that show nothing or turn the direction of what follows,
/// and makes every line end in a single newline.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
            '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{FFF9}'..='\u{FFFB}' => {}
            '\u{00AD}' | '\u{200B}' | '\u{2060}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The words with one space between them.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// At most `limit` characters, cut after a word where one ends in the second half.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let kept: &str = text
        .char_indices()
        .nth(limit.saturating_sub(1))
        .map_or("", |(end, _)| &text[..end]);
    let kept = match kept.rfind(' ') {
        Some(space) if space > end / 2 => &kept[..space],
        _ => kept,
    };
    format!("{}…", kept.trim_end())
}

/// A time that WordPress writes for UTC, such as `2025-09-15 12:00:00`. Its
/// `0000-00-00 00:00:00` means that there is none.
pub(crate) fn sql_time(text: &str) -> Option<Millis> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", text.trim()).ok()?;
    if time.year() < 1 {
        return None;
    }
    let time = time.to_zoned(TimeZone::UTC).ok()?;
    Some(time.timestamp().as_millisecond())
}

/// A time of a feed, such as `Mon, 15 Sep 2025 12:00:00 +0000`.
pub(crate) fn feed_time(text: &str) -> Option<Millis> {
    let time = DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_zoned(text.trim())
        .ok()?;
    Some(time.timestamp().as_millisecond())
}

/// Gives each slug out once.
#[derive(Default)]
pub(crate) struct Slugs {
    taken: HashMap<String, u32>,
}

impl Slugs {
    /// The first of the wishes that leaves anything in ASCII, with a number behind
    /// it when someone had it before.
    pub(crate) fn choose(&mut self, wishes: &[&str]) -> String {
        let base = wishes
            .iter()
            .map(|wish| ascii_slug(wish))
            .find(|slug| !slug.is_empty())
            .unwrap_or_else(|| "article".to_owned());
        let mut count = self.taken.get(&base).copied().unwrap_or(0);
        let slug = loop {
            count += 1;
            let slug = if count == 1 {
                base.clone()
            } else {
                format!("{base}-{count}")
            };
            if !self.taken.contains_key(&slug) {
                break slug;
            }
        };
        self.taken.insert(base, count);
        self.taken.entry(slug.clone()).or_insert(1);
        slug
    }
}

fn ascii_slug(text: &str) -> String {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    let mut slug = String::new();
    let mut letters = 0;
    for c in decoded.nfkd().filter(|c| !is_mark(*c)) {
        if slug.len() >= SLUG_MAX {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else {
            letters += usize::from(c.is_alphabetic());
            if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '’' {
                slug.push('-');
            }
        }
    }
    let slug = slug.trim_end_matches('-');
    // A stray Latin letter or number is no name for a title in another script.
    if letters > slug.len() {
        return String::new();
    }
    slug.to_owned()
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_ascii_and_given_out_once() {
        let mut slugs = Slugs::default();
        assert_eq!(slugs.choose(&["week-3-community"]), "week-3-community");
        assert_eq!(slugs.choose(&["week-3-community"]), "week-3-community-2");
        assert_eq!(slugs.choose(&["Week 3: Community"]), "week-3-community-3");
        assert_eq!(slugs.choose(&["caf%C3%A9-cr%C3%A8me"]), "cafe-creme");
        assert_eq!(slugs.choose(&["", "Don’t stop"]), "dont-stop");
        assert_eq!(
            slugs.choose(&["%E5%9B%9E%E5%BE%A9", "回復", "article-7"]),
            "article-7"
        );
        assert_eq!(slugs.choose(&["../..", ""]), "article");
    }

    #[test]
    fn a_number_behind_a_slug_does_not_meet_a_slug_that_ends_in_it() {
        let mut slugs = Slugs::default();
        let given: Vec<_> = ["a", "a-2", "a", "a-2", "a"]
            .iter()
            .map(|wish| slugs.choose(&[wish]))
            .collect();
        assert_eq!(given, ["a", "a-2", "a-3", "a-2-2", "a-4"]);
    }

    #[test]
    fn times_are_read_as_utc() {
        assert_eq!(sql_time("1970-01-02 00:00:01"), Some(86_401_000));
        assert_eq!(sql_time("0000-00-00 00:00:00"), None);
        assert_eq!(sql_time("2025-02-30 00:00:00"), None);
        assert_eq!(
            feed_time("Fri, 02 Jan 1970 02:00:01 +0200"),
            Some(86_401_000)
        );
        assert_eq!(feed_time("Wed, 30 Nov -0001 00:00:00 +0000"), None);
    }

    #[test]
    fn cleaning_keeps_words_and_drops_what_hides_or_turns_them() {
        assert_eq!(clean("a\0b\u{8}c\u{202E}d\r\ne\rf\tg"), "abcd\ne\nf\tg");
    }

    #[test]
    fn shortening_ends_after_a_word() {
        assert_eq!(shorten("one two three", 20), "one two three");
        assert_eq!(shorten("one two three", 10), "one two…");
        assert_eq!(shorten("onetwothree", 5), "onet…");
    }
}
