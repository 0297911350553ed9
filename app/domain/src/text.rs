//! What people type: cleaned, counted and held in a type of its own.
//!
//! Lengths are in characters (Unicode scalar values) after cleaning.

use crate::refusal::Reason;

/// Takes out what cannot be seen and only does harm: control characters
/// except line breaks and tabs, and the characters that override or isolate
/// the direction of text (U+202A–U+202E, U+2066–U+2069). Line endings become
/// `\n`. Space at both ends goes.
pub fn clean(input: &str) -> String {
    let unified = input.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = unified.chars().filter(|c| is_kept(*c)).collect();
    let kept = kept.trim();
    #[cfg(feature = "ssr")]
    {
        use unicode_normalization::UnicodeNormalization;
        kept.nfc().collect()
    }
    #[cfg(not(feature = "ssr"))]
    kept.to_owned()
}

fn is_kept(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => false,
        _ => !c.is_control(),
    }
}

/// Nothing that can be seen.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{200B}'
                    ..='\u{200F}'
                        | '\u{2060}'
                        | '\u{00AD}'
                        | '\u{3164}'
                        | '\u{115F}'
                        | '\u{1160}'
                        | '\u{FFA0}'
            )
    })
}

/// Cleans `input` and checks its length.
pub fn bounded(input: &str, min: usize, max: usize) -> Result<String, Reason> {
    let text = clean(input);
    let length = text.chars().count();
    if min > 0 && is_blank(&text) {
        Err(Reason::Empty)
    } else if length < min {
        Err(Reason::TooShort { min })
    } else if length > max {
        Err(Reason::TooLong { max, length })
    } else {
        Ok(text)
    }
}

/// As [`bounded`], and line breaks become spaces.
pub fn bounded_line(input: &str, min: usize, max: usize) -> Result<String, Reason> {
    bounded(
        &input.split_whitespace().collect::<Vec<_>>().join(" "),
        min,
        max,
    )
}

/// Makes a type for one kind of text with its limits.
///
/// `text! { /// doc
///   StoryTitle: line 1..=120 }` or `block` for text with line breaks.
#[macro_export]
macro_rules! text {
    ($($(#[$doc:meta])* $name:ident: $shape:ident $min:literal..=$max:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The longest that is taken, in characters.
            pub const MAX: usize = $max;

            /// Cleans and checks what was typed.
            pub fn parse(input: &str) -> Result<Self, $crate::refusal::Reason> {
                $crate::text!(@$shape input, $min, $max).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )*};
    (@line $input:ident, $min:literal, $max:literal) => {
        $crate::text::bounded_line($input, $min, $max)
    };
    (@block $input:ident, $min:literal, $max:literal) => {
        $crate::text::bounded($input, $min, $max)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_taken_out() {
        assert_eq!(clean("a\u{0}b\u{202E}c\r\nd\re \u{2066}"), "abc\nd\ne");
        assert_eq!(bounded_line(" two\n words ", 1, 20), Ok("two words".into()));
    }

    #[test]
    fn text_that_only_looks_empty_is_empty() {
        for blank in ["", "  ", "\u{200B}", "\u{202E}", "\n\t", "\u{3164}"] {
            assert_eq!(bounded(blank, 1, 10), Err(Reason::Empty), "{blank:?}");
        }
        assert_eq!(bounded("", 0, 10), Ok(String::new()));
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(bounded("čččč", 1, 4), Ok("čččč".into()));
        assert_eq!(
            bounded("ččččč", 1, 4),
            Err(Reason::TooLong { max: 4, length: 5 })
        );
        assert_eq!(bounded("ab", 3, 4), Err(Reason::TooShort { min: 3 }));
    }

    #[test]
    fn right_to_left_writing_stays() {
        assert_eq!(clean("أنا بخير"), "أنا بخير");
    }
}
