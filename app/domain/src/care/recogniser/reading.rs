use super::data::data;
use std::{collections::HashMap, sync::LazyLock};

/// A word in lower case and without accents, a mark, or a kind of number.
pub type Token = String;

/// The most tokens of a window. What is longer is read in several.
const LONGEST: usize = 90;

/// How far apart windows begin, so that each sentence is also read with what
/// stands around it.
const STEP: usize = 45;

/// How much more a sentence alone has to say: what stands around it may take
/// it back.
const ALONE: f32 = 1.5;

/// The parts in which a text is read, and how much more than nothing each has to
/// say: windows of some sentences, and each sentence alone, so that plain words
/// are heard wherever they stand.
pub fn parts(tokens: &[Token]) -> impl Iterator<Item = (&[Token], f32)> {
    let windows = cut(tokens, LONGEST, STEP).map(|window| (window, 0.0));
    let sentences = tokens
        .split_inclusive(|token| is_end(token))
        .flat_map(|sentence| cut(sentence, LONGEST, LONGEST))
        .map(|sentence| (sentence, ALONE));
    windows.chain(sentences)
}

/// Windows of at most `longest` tokens, at most `step` apart.
fn cut(tokens: &[Token], longest: usize, step: usize) -> impl Iterator<Item = &[Token]> {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let rest = tokens.get(start..)?;
        if rest.len() <= longest {
            from = None;
            return Some(rest);
        }
        from = Some(start + last_end(rest, step));
        rest.get(..last_end(rest, longest))
    })
}

/// After the last sentence that ends within `most` tokens, or there.
fn last_end(tokens: &[Token], most: usize) -> usize {
    let end = tokens.iter().take(most).rposition(|token| is_end(token));
    end.map_or(most, |at| at + 1)
}

fn is_end(token: &str) -> bool {
    matches!(token, "." | "?" | "!")
}

/// The words and marks of a text, in the spelling that the groups and weights
/// are written in.
pub fn read(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    for c in text.chars().flat_map(char::to_lowercase).filter_map(plain) {
        if c.is_alphabetic() || c.is_ascii_digit() {
            let is_number = word.starts_with(|first: char| first.is_ascii_digit());
            if !word.is_empty() && is_number != c.is_ascii_digit() {
                tokens.push(finished(&word));
                word.clear();
            }
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            tokens.push(finished(&word));
            word.clear();
        }
        tokens.extend(mark(c).map(str::to_owned));
    }
    if !word.is_empty() {
        tokens.push(finished(&word));
    }
    spelled(tokens)
}

/// A letter without its accent; nothing for what is inside words and says
/// nothing.
fn plain(c: char) -> Option<char> {
    Some(match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        '\'' | '’' | '‘' | '`' | '´' => return None,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => return None,
        _ => c,
    })
}

fn mark(c: char) -> Option<&'static str> {
    match c {
        '?' => Some("?"),
        '!' => Some("!"),
        '¿' => Some("¿"),
        '.' | '…' | '\n' => Some("."),
        ',' => Some(","),
        '"' | '“' | '”' | '«' | '»' => Some("\""),
        // Pictures.
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Some("#picture"),
        _ => None,
    }
}

/// Numbers become kinds of numbers; letters that are drawn out are written
/// once.
fn finished(word: &str) -> Token {
    if let Ok(number) = word.parse::<u32>() {
        return match number {
            0..10 => "#few",
            10..100 => "#tens",
            1900..2100 => "#year",
            _ => "#many",
        }
        .to_owned();
    }
    let letters: Vec<char> = word.chars().collect();
    letters
        .chunk_by(|a, b| a == b)
        .flat_map(|run| {
            let times = if run.len() > 2 { 1 } else { run.len() };
            run.iter().take(times)
        })
        .collect()
}

/// Other spellings, by the first of their words.
type Spellings = HashMap<&'static str, Vec<(Vec<&'static str>, Vec<&'static str>)>>;

static SPELLINGS: LazyLock<Spellings> = LazyLock::new(|| {
    let mut spellings = Spellings::new();
    let lines = data().map_or("", |data| data.spellings).lines();
    for (from, to) in lines.filter_map(|line| line.split_once('\t')) {
        let from: Vec<_> = from.split(' ').collect();
        if let Some(&first) = from.first() {
            let to = to.split(' ').collect();
            spellings.entry(first).or_default().push((from, to));
        }
    }
    spellings
});

/// Shortened and run-together words become the usual ones.
fn spelled(tokens: Vec<Token>) -> Vec<Token> {
    let mut usual = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let spelling = SPELLINGS.get(first.as_str()).and_then(|known| {
            known
                .iter()
                .find(|(from, _)| rest.iter().take(from.len()).eq(from.iter()))
        });
        match spelling {
            Some((from, to)) => {
                usual.extend(to.iter().map(|&word| word.to_owned()));
                rest = rest.get(from.len()..).unwrap_or_default();
            }
            None => {
                usual.push(first.clone());
                rest = others;
            }
        }
    }
    usual
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_alike_however_they_are_written() {
        assert_eq!(read("I can’t, mamá…"), ["i", "cant", ",", "mama", "."]);
        assert_eq!(read("SOOO tired!!"), ["so", "tired", "!", "!"]);
        assert_eq!(read("man\u{303}ana"), read("mañana"));
        assert_eq!(read("do not wanna"), ["dont", "want", "to"]);
        assert_eq!(
            read("day 2, 11:40 in 2019 💙 120"),
            [
                "day", "#few", ",", "#tens", "#tens", "in", "#year", "#picture", "#many"
            ]
        );
    }

    #[test]
    fn every_token_is_in_a_window_and_every_window_is_short() {
        for text in [
            "one two three.".to_owned(),
            "a sentence of five words. ".repeat(200),
            "word ".repeat(1000),
        ] {
            let tokens = read(&text);
            let mut reached = 0;
            for window in cut(&tokens, LONGEST, STEP) {
                assert!(window.len() <= LONGEST);
                let begins = window.as_ptr().addr() - tokens.as_ptr().addr();
                let begins = begins / size_of::<Token>();
                assert!(begins <= reached);
                reached = begins + window.len();
            }
            assert_eq!(reached, tokens.len());
        }
    }
}
