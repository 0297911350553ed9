use super::{Holds, REMEMBERED_FOR, Scales, plain, selling::sells};
use crate::{
    actor::{Actor, Roles},
    store::{Act, Stored, Unit},
};
use sha2::{Digest, Sha256};

/// Shorter words than this are said again and again by anyone, in characters.
const SAID_BY_ANYONE: usize = 60;

/// Does this wait until someone has read it? `words` are all that is posted.
/// Of what is long it is remembered for a day that it was said: as a keyed
/// hash, and only if the unit of work is kept.
pub async fn weigh_new(
    unit: &mut dyn Unit,
    act: Act<'_>,
    scales: &Scales,
    words: &[&str],
) -> Stored<bool> {
    let Some(member) = weighed(act.actor) else {
        return Ok(act.actor.member().is_none());
    };
    let holds = &scales.holds;
    let is_repeated = match holds.repeated.then(|| hash(scales, words)).flatten() {
        Some(hash) => {
            let since = act.now.plus(-REMEMBERED_FOR);
            unit.was_said(&hash, since, act.now).await?
        }
        None => false,
    };
    if is_repeated || looks_bad(holds, words) {
        return Ok(true);
    }
    Ok(holds.first > 0 && unit.published_posts(member, holds.first).await? < holds.first)
}

/// Does this wait, now that its words were changed?
pub fn weigh_again(act: Act<'_>, holds: &Holds, words: &[&str]) -> bool {
    weighed(act.actor).is_some() && looks_bad(holds, words)
}

/// The member, if their words are weighed: those of guests always wait, those
/// of people with a role never.
fn weighed(actor: &Actor) -> Option<crate::ids::MemberId> {
    let member = actor.member()?;
    (member.roles == Roles::default()).then_some(member.id)
}

fn looks_bad(holds: &Holds, words: &[&str]) -> bool {
    holds.links > 0 && links(words) >= holds.links as usize
        || holds.selling && sells(&words.join("\n"))
}

fn links(words: &[&str]) -> usize {
    words
        .iter()
        .map(|text| {
            let text = text.to_lowercase();
            let written_out = text.matches("://").count();
            let short = text
                .match_indices("www.")
                .filter(|(at, _)| !text[..*at].ends_with("://"))
                .count();
            written_out + short
        })
        .sum()
}

fn hash(scales: &Scales, words: &[&str]) -> Option<String> {
    let said = plain(&words.join(" "));
    (said.chars().count() >= SAID_BY_ANYONE).then(|| {
        let mut sha = Sha256::new();
        sha.update(scales.key);
        sha.update(said);
        let digest = sha.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "I walked home by the canal tonight and did not go in anywhere on the way.";

    fn scales(key: u8) -> Scales {
        Scales {
            holds: Holds::default(),
            key: [key; 16],
        }
    }

    #[test]
    fn links_are_counted_however_they_are_written() {
        for (text, count) in [
            ("none, not even e.g. this one", 0),
            ("https://a.example and HTTP://b.example", 2),
            ("[here](https://www.a.example) www.b.example", 2),
            ("<https://a.example>\n\n[x]: https://b.example", 2),
        ] {
            assert_eq!(links(&[text]), count, "{text}");
        }
        assert_eq!(links(&["www.a.example", "www.b.example"]), 2);
    }

    #[test]
    fn the_same_words_have_the_same_hash_under_one_key() {
        let loud = LONG.to_uppercase().replace(' ', "  ");
        assert_eq!(hash(&scales(1), &[LONG]), hash(&scales(1), &[&loud]));
        assert_ne!(hash(&scales(1), &[LONG]), hash(&scales(2), &[LONG]));
        let other = LONG.replace("canal", "river");
        assert_ne!(hash(&scales(1), &[LONG]), hash(&scales(1), &[&other]));
        assert_eq!(hash(&scales(1), &["Thank you. I am with you."]), None);
    }

    #[test]
    fn the_host_decides_what_looks_bad() {
        let linked = "www.a.example www.b.example www.c.example";
        let sold = "Suboxone for sale.";
        let usual = Holds::default();
        assert!(looks_bad(&usual, &[linked]) && looks_bad(&usual, &[sold]));
        assert!(!looks_bad(&usual, &[LONG]));
        let none: Holds = "nothing".parse().expect("nothing");
        assert!(!looks_bad(&none, &[linked]) && !looks_bad(&none, &[sold]));
    }
}
