//! What generated people say: sentences put together by chance, with the HTML
//! that the house makes of them. Many say the same, so each text is rendered
//! once.

use super::dice::{Dice, Throw};
use domain::markdown;
use std::collections::HashMap;

/// A text with what is kept beside it.
#[derive(Debug, Clone)]
pub struct Text {
    pub body: String,
    pub html: String,
}

/// What a text is for: how long it is, and how many different ones there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    Comment,
    Reflection,
    Ritual,
    ShoutOut,
    Story,
    Article,
}

impl Use {
    /// Different texts at most.
    const fn variety(self) -> u64 {
        match self {
            Self::Comment => 4096,
            Self::Reflection | Self::ShoutOut => 1024,
            Self::Ritual | Self::Story => 256,
            Self::Article => 128,
        }
    }

    /// Paragraphs, and sentences in each: the fewest, and how many more.
    const fn length(self) -> [(u64, u64); 2] {
        match self {
            Self::Comment => [(1, 1), (1, 2)],
            Self::Reflection => [(1, 2), (2, 3)],
            Self::Ritual => [(1, 1), (2, 2)],
            Self::ShoutOut => [(1, 0), (1, 2)],
            Self::Story => [(3, 8), (3, 5)],
            Self::Article => [(8, 8), (4, 4)],
        }
    }
}

const BEGINNINGS: [&str; 16] = [
    "This morning",
    "Last week",
    "For a long time",
    "On the way home",
    "After the meeting",
    "When it was quiet",
    "Between two calls",
    "At the kitchen table",
    "Before the first coffee",
    "On day forty",
    "In the waiting room",
    "With my sister on the phone",
    "After the rain",
    "One evening",
    "Since the spring",
    "In the old days",
];
const PEOPLE: [&str; 8] = [
    "I",
    "we",
    "my brother",
    "someone here",
    "the others",
    "my neighbour",
    "a friend",
    "she",
];
const DEEDS: [&str; 16] = [
    "sat down and counted the small things",
    "walked to the harbour and back",
    "said it out loud",
    "made soup for whoever came",
    "wrote three lines and left it at that",
    "asked for help at last",
    "listened until the kettle was cold",
    "kept the promise for one more day",
    "put the phone in another room",
    "went although the rain was loud",
    "laughed about the old map",
    "found the note from the first week",
    "stayed for the dishes",
    "said no and meant it",
    "slept through the night",
    "planted beans beside the gate",
];
const ENDINGS: [&str; 12] = [
    "and it was enough",
    "and nobody minded",
    "which surprised everyone",
    "and the day went on",
    "as you told me to",
    "and I would do it again",
    "without hurrying",
    "*for once*",
    "and it **helped**",
    "even if it took an hour",
    "and the light was good",
    "one step after another",
];
const QUESTIONS: [&str; 8] = [
    "What has carried you this week?",
    "Whom could you call before it gets late?",
    "Which small habit would you keep?",
    "What would you tell yourself a year ago?",
    "Where do you feel at ease?",
    "What did you leave behind, and what do you miss?",
    "What does a good evening look like?",
    "Who made room for you?",
];
const TITLES: [&str; 16] = [
    "The other chair",
    "A long corridor",
    "Beans beside the gate",
    "What the kettle knows",
    "Two stops further",
    "A drawer of keys",
    "Rain on the roof",
    "Forty mornings",
    "The quiet table",
    "Learning to stay",
    "The bench by the water",
    "A borrowed coat",
    "Small lights",
    "The first phone call",
    "Letters not sent",
    "Half a loaf",
];

fn sentence(dice: &mut Dice) -> String {
    let (beginning, who) = (dice.one(&BEGINNINGS), dice.one(&PEOPLE));
    let (deed, ending) = (dice.one(&DEEDS), dice.one(&ENDINGS));
    format!("{beginning} {who} {deed}, {ending}.")
}

fn between(dice: &mut Dice, (fewest, more): (u64, u64)) -> u64 {
    fewest + dice.below(more + 1)
}

/// A title that others may have as well.
pub fn title(dice: &mut Dice) -> &'static str {
    dice.one(&TITLES)
}

/// A question for the end of an article.
pub fn question(dice: &mut Dice) -> &'static str {
    dice.one(&QUESTIONS)
}

/// A line about something.
pub fn line(dice: &mut Dice) -> String {
    sentence(dice)
}

/// The texts of one seed.
pub struct Words {
    seed: u64,
    known: HashMap<(Use, u64), Text>,
}

impl Words {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            known: HashMap::new(),
        }
    }

    /// A text for this use.
    pub fn say(&mut self, about: Use, dice: &mut Dice) -> &Text {
        let which = dice.below(about.variety());
        let seed = self.seed;
        self.known
            .entry((about, which))
            .or_insert_with(|| text(seed, about, which))
    }
}

fn text(seed: u64, about: Use, which: u64) -> Text {
    let mut dice = Dice::new(seed, Throw::Words, about as u64, which);
    let [paragraphs, sentences] = about.length();
    let body = (0..between(&mut dice, paragraphs))
        .map(|number| {
            let said: Vec<String> = (0..between(&mut dice, sentences))
                .map(|_| sentence(&mut dice))
                .collect();
            let said = said.join(" ");
            match about {
                Use::Article if number > 0 && number.is_multiple_of(4) => {
                    format!("## {}\n\n{said}", title(&mut dice))
                }
                _ => said,
            }
        })
        .collect::<Vec<_>>()
        .join("\n\n");
    Text {
        html: markdown::render(&body).into_string(),
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        articles::ArticleBody, comments::CommentBody, reflections::ReflectionBody,
        rituals::RitualBody, shout_outs::ShoutOutBody, stories::StoryBody,
    };

    /// Everything that can be said is something that people could have sent.
    #[test]
    fn every_text_is_one_that_the_house_takes() {
        for which in 0..48 {
            let said = |about| text(3, about, which).body;
            let comment = said(Use::Comment);
            assert_eq!(
                CommentBody::parse(&comment).expect("taken").as_str(),
                comment
            );
            ReflectionBody::parse(&said(Use::Reflection)).expect("taken");
            RitualBody::parse(&said(Use::Ritual)).expect("taken");
            StoryBody::parse(&said(Use::Story)).expect("taken");
            ArticleBody::parse(&said(Use::Article)).expect("taken");
        }
        for which in 0..Use::ShoutOut.variety() {
            let thanks = text(3, Use::ShoutOut, which).body;
            ShoutOutBody::parse(&thanks).unwrap_or_else(|reason| panic!("{reason:?}: {thanks}"));
        }
    }

    #[test]
    fn the_same_words_are_rendered_once_and_as_always() {
        let mut words = Words::new(5);
        let mut dice = Dice::new(5, Throw::Thread, 0, 0);
        let said = words.say(Use::Comment, &mut dice).clone();
        assert_eq!(said.html, markdown::render(&said.body).into_string());
        let mut again = Dice::new(5, Throw::Thread, 0, 0);
        assert_eq!(words.say(Use::Comment, &mut again).body, said.body);
        assert_eq!(words.known.len(), 1);
    }
}
