//! Does a text read like a call for help, or like danger to life?
//!
//! The text is read in windows of some sentences, so that a long ordinary story
//! is not taken for a call because of its length, and sentence by sentence: the
//! part that says most decides. A part shows signs (words, pairs of words, groups of words, the
//! beginnings of longer words), and each sign has a weight. Groups and weights
//! are data (`public/hearing/*.tsv`); the tool `hearing` learns the weights and
//! measures what comes out.
//!
//! It says only that someone should look. It blocks nothing.

mod data;
mod reading;
mod signs;
mod weights;

use super::Severity;

pub use data::FILES;
#[cfg(target_arch = "wasm32")]
pub use data::{has_learned, learn};
pub use reading::{Token, parts, read};
pub use signs::shown;
pub use weights::{ENOUGH, Head, weigh};

/// Does a text read like a call for help, or like danger to life? Nothing does in
/// a browser that was not given the data.
pub fn recognise(text: &str) -> Option<Severity> {
    data::data()?;
    let tokens = read(text);
    parts(&tokens)
        .filter_map(|(part, handicap)| {
            let Head { noticed, crisis } = weigh(part);
            if crisis > handicap {
                Some(Severity::Crisis)
            } else if noticed > handicap {
                Some(Severity::Call)
            } else {
                None
            }
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_calls_of_the_founding_page_are_heard() {
        for call in [
            "I need help with alcohol abuse.",
            "I need help with alcohol abuse.i am going through a divorce which has a put an extra strain on Mt sobriety.",
        ] {
            assert!(recognise(call).is_some(), "{call}");
        }
    }

    #[test]
    fn danger_to_life_is_named() {
        for crisis in [
            "I want to die.",
            "im gonna kill myself tonight",
            "he took something and he wont wake up, his lips are blue",
            "me quiero matar",
            "Mi papá está convulsionando, dejó de beber hace dos días.",
        ] {
            assert_eq!(recognise(crisis), Some(Severity::Crisis), "{crisis}");
        }
    }

    #[test]
    fn ordinary_words_are_left_alone() {
        for none in [
            "",
            " \n ",
            "We had soup on Sunday.",
            "Who's bringing the cups on Thursday?",
            "Gracias por la sopa, estuvo muy rica.",
            "Lovely story, thank you for sharing it.",
            "🌻",
            "12345",
        ] {
            assert_eq!(recognise(none), None, "{none:?}");
        }
    }

    #[test]
    fn how_it_is_typed_does_not_matter() {
        for way in [
            "I can't stop drinking. I need help.",
            "i cant stop drinking. i need help",
            "I CAN\u{2019}T STOP DRINKING. I NEED HELP",
            "i cant stoppp drinking. i neeeed help",
            "**I can't stop drinking.** _I need help_",
        ] {
            assert!(recognise(way).is_some(), "{way}");
        }
    }

    #[test]
    fn a_call_is_heard_wherever_it_stands_in_a_long_story() {
        let ordinary = "We painted the hall on Sunday and had soup. The dog slept. ";
        let call = "I want to die. I can't do this anymore. ";
        let long = ordinary.repeat(60);
        assert_eq!(recognise(&long), None);
        for text in [
            format!("{call}{long}"),
            format!("{long}{call}"),
            format!("{long}{call}{long}"),
        ] {
            assert_eq!(recognise(&text), Some(Severity::Crisis));
        }
    }

    #[test]
    fn odd_texts_are_read_to_their_end() {
        for text in [
            "a".repeat(100_000),
            "a ".repeat(50_000),
            "?!".repeat(50_000),
            "\u{301}\u{200d}\u{202e}".repeat(1000),
            "我需要帮助。".repeat(1000),
        ] {
            recognise(&text);
        }
    }
}
