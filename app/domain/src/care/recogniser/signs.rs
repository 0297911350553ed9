use super::{Token, data::data};
use std::{collections::HashMap, f32::consts::SQRT_2, sync::LazyLock};

/// A word or a phrase that belongs to a group, and the group.
type Member = (Vec<&'static str>, &'static str);

/// The groups, by the first word of their members.
static GROUPS: LazyLock<HashMap<&'static str, Vec<Member>>> = LazyLock::new(|| {
    let mut groups = HashMap::<_, Vec<Member>>::new();
    let lines = data().map_or("", |data| data.groups).lines();
    for (group, members) in lines.filter_map(|line| line.split_once('\t')) {
        for member in members.split(' ') {
            let words: Vec<_> = member.split('_').collect();
            if let Some(&first) = words.first() {
                groups.entry(first).or_default().push((words, group));
            }
        }
    }
    groups
});

/// Words from this length on also count by their beginning, so that one form of
/// a word stands for the others.
const LONG_WORD: usize = 6;
const BEGINNING: usize = 5;

/// What a window shows, and how much of it each sign is. A long window shows many
/// signs, so each of them is less there; a sign that is shown again is a little
/// more, but only once.
pub fn shown(window: &[Token]) -> HashMap<String, f32> {
    let share = 1.0 / (window.len() as f32 + 4.0).sqrt();
    let again = share * SQRT_2;
    let mut shown = HashMap::<String, f32>::new();
    each_sign(window, |sign| match shown.get_mut(sign) {
        Some(value) => *value = again,
        None => {
            shown.insert(sign.to_owned(), share);
        }
    });
    shown
}

/// Tells of each sign as often as it is there: words (`need`), pairs of
/// neighbours (`need help`, with `^` and `$` for the ends), groups (`ASK`) and
/// beginnings (`drink-`).
fn each_sign(window: &[Token], mut on_sign: impl FnMut(&str)) {
    let mut sign = String::new();
    let mut before = "^";
    for (at, token) in window.iter().enumerate() {
        on_sign(token);
        sign.clear();
        sign.extend([before, " ", token]);
        on_sign(&sign);
        before = token;
        if token.chars().count() >= LONG_WORD {
            sign.clear();
            sign.extend(token.chars().take(BEGINNING));
            sign.push('-');
            on_sign(&sign);
        }
        let from = window.get(at..).unwrap_or_default();
        for (words, group) in GROUPS.get(token.as_str()).into_iter().flatten() {
            if from.iter().take(words.len()).eq(words.iter()) {
                on_sign(group);
            }
        }
    }
    sign.clear();
    sign.extend([before, " $"]);
    on_sign(&sign);
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn of(text: &str) -> Vec<String> {
        shown(&read(text)).into_keys().collect()
    }

    #[test]
    fn a_window_shows_words_pairs_groups_and_beginnings() {
        let shown = of("Struggling tonight");
        for sign in [
            "struggling",
            "^ struggling",
            "struggling tonight",
            "tonight $",
            "strug-",
            "NOW",
        ] {
            assert!(shown.iter().any(|one| one == sign), "{sign}: {shown:?}");
        }
        assert!(!of("better off").contains(&"NOW".to_owned()));
    }

    #[test]
    fn a_phrase_is_in_a_group_only_whole() {
        assert!(of("i want to die").contains(&"ENDING".to_owned()));
        assert!(!of("i want to dance").contains(&"ENDING".to_owned()));
    }

    #[test]
    fn members_of_groups_are_written_as_they_are_read() {
        for (first, members) in &*GROUPS {
            for (words, group) in members {
                let phrase = words.join(" ");
                assert_eq!(read(&phrase), *words, "{group}: {first}");
            }
        }
    }
}
