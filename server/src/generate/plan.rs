//! Who and what there is, each by its number: everything else asks here, so
//! that nothing has to be remembered.

use super::dice::{Dice, Throw, identity};
use domain::{clock::Timestamp, ids::SubjectKind};

/// 6 January 2020, a Monday.
const START: i64 = 1_578_268_800_000;
/// The community is so old. What is generated does not depend on the day.
const SPAN: i64 = 300 * 7 * Timestamp::DAY;

/// Heaviest first: of the things that people talk about a few have thousands
/// of comments, and most have few.
const SPREAD: u64 = 65_536;
const HEAVIEST: u64 = 5_000;
/// Articles are talked about more than what members share.
const ARTICLE_WEIGHT: u64 = 8;

/// Articles of a series.
pub const WEEKS: u64 = 52;
/// Prompts of an article.
pub const PROMPTS: u64 = 3;

/// Comments on a thing, on average, at most: a thread is put together in
/// memory.
pub const MOST_EACH: u64 = 100;

/// Which identifiers are made; each kind counts for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Member,
    Guest,
    Series,
    Article,
    Prompt,
    Reflection,
    Ritual,
    ShoutOut,
    Story,
    Comment,
}

/// What can be talked about, in the order in which threads are kept.
pub const SUBJECTS: [Kind; 5] = [
    Kind::Article,
    Kind::Reflection,
    Kind::Ritual,
    Kind::ShoutOut,
    Kind::Story,
];

impl Kind {
    /// The name of a subject's kind.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Reflection => SubjectKind::Reflection.name(),
            Self::Ritual => SubjectKind::Ritual.name(),
            Self::ShoutOut => SubjectKind::ShoutOut.name(),
            Self::Story => SubjectKind::Story.name(),
            _ => SubjectKind::Article.name(),
        }
    }
}

/// How much of everything there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub seed: u64,
    pub shares: u64,
    pub comments: u64,
}

/// Something that was shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub id: String,
    pub at: i64,
    /// The author's number.
    pub member: u64,
    pub anonymous: bool,
}

impl Plan {
    /// How many there are of a kind.
    pub fn count(&self, kind: Kind) -> u64 {
        let part =
            |hundredths: u64| (u128::from(self.shares) * u128::from(hundredths) / 100) as u64;
        match kind {
            Kind::Member => (self.shares / 25).clamp(12, 50_000),
            Kind::Guest => (self.comments / 200).clamp(4, 50_000),
            Kind::Series => self.count(Kind::Article).div_ceil(WEEKS),
            Kind::Article => (self.shares / 500).clamp(4, 1_500),
            Kind::Prompt => self.count(Kind::Article) * PROMPTS,
            Kind::Reflection => part(30),
            Kind::Ritual => part(4),
            Kind::ShoutOut => part(40),
            Kind::Story => self.shares - part(30) - part(4) - part(40),
            Kind::Comment => self.comments,
        }
    }

    /// The identifier of the one with this number.
    pub fn id(&self, kind: Kind, number: u64) -> String {
        identity(self.seed, kind as u64, number, self.count(kind))
    }

    /// When the one with this number began, in milliseconds: they come one
    /// after another over the whole time.
    pub fn began(&self, kind: Kind, number: u64) -> i64 {
        let count = i128::from(self.count(kind).max(1));
        let at = i128::from(SPAN) * i128::from(number) / count;
        START + i64::try_from(at).unwrap_or(SPAN)
    }

    /// A share, or an article, whose author is an editor.
    pub fn share(&self, kind: Kind, number: u64) -> Share {
        let mut dice = Dice::new(self.seed, Throw::Share, kind as u64, number);
        let began = self.began(kind, number);
        let at = match kind {
            Kind::Article => began,
            _ => began + dice.moment(self.began(kind, number + 1) - began),
        };
        Share {
            id: self.id(kind, number),
            at,
            member: match kind {
                Kind::Article => 0,
                _ => self.someone(at, &mut dice),
            },
            anonymous: kind != Kind::Article && dice.once_in(6),
        }
    }

    /// The number of a member who was around at that time: people come, stay a
    /// while and go, and a few stay on.
    pub fn someone(&self, at: i64, dice: &mut Dice) -> u64 {
        let count = self.count(Kind::Member);
        // Whoever was there from the first day on writes from it on.
        let here = self.how_far(Kind::Member, at);
        let recent = here.min(600);
        if dice.once_in(10) {
            return dice.below(here.min(12).min(count));
        }
        here - 1 - dice.below(recent)
    }

    /// As [`Plan::someone`], among guests.
    pub fn some_guest(&self, at: i64, dice: &mut Dice) -> u64 {
        let here = self.how_far(Kind::Guest, at);
        here - 1 - dice.below(here.min(300))
    }

    /// The number of the article that was the newest at that time.
    pub fn article_of(&self, at: i64) -> u64 {
        self.how_far(Kind::Article, at) - 1
    }

    /// How many had begun at that time; at least one.
    fn how_far(&self, kind: Kind, at: i64) -> u64 {
        let count = self.count(kind).max(1);
        let gone = u128::try_from(at - START).unwrap_or(0);
        let begun = u128::from(count) * gone / u128::from(SPAN.unsigned_abs());
        // The one whose turn it is begins by rounding down: at or before `at`.
        (begun as u64).clamp(1, count)
    }

    /// Everything that can be talked about, with how many comments it has; all
    /// of them together are [`Plan::comments`].
    pub fn threads(&self) -> Threads {
        let all = SUBJECTS
            .into_iter()
            .flat_map(|kind| (0..self.count(kind)).map(move |number| (kind, number)));
        let weight = all.map(|(kind, number)| u128::from(self.weight(kind, number)));
        Threads {
            plan: *self,
            whole: weight.sum::<u128>().max(1),
            before: 0,
            kind: 0,
            number: 0,
        }
    }

    fn weight(&self, kind: Kind, number: u64) -> u64 {
        let mut dice = Dice::new(self.seed, Throw::Weight, kind as u64, number);
        let own = SPREAD / (dice.below(SPREAD) + 1);
        match kind {
            Kind::Article => (own * ARTICLE_WEIGHT).min(HEAVIEST),
            _ => own.min(HEAVIEST),
        }
    }
}

/// A thing and its comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    pub kind: Kind,
    pub number: u64,
    pub comments: u64,
}

/// Walks through [`Plan::threads`].
pub struct Threads {
    plan: Plan,
    whole: u128,
    before: u128,
    kind: usize,
    number: u64,
}

impl Iterator for Threads {
    type Item = Thread;

    fn next(&mut self) -> Option<Thread> {
        let kind = loop {
            let kind = *SUBJECTS.get(self.kind)?;
            if self.number < self.plan.count(kind) {
                break kind;
            }
            self.kind += 1;
            self.number = 0;
        };
        let number = self.number;
        self.number += 1;
        let share = |weight: u128| u128::from(self.plan.comments) * weight / self.whole;
        let after = self.before + u128::from(self.plan.weight(kind, number));
        let comments = (share(after) - share(self.before)) as u64;
        self.before = after;
        Some(Thread {
            kind,
            number,
            comments,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan {
        seed: 11,
        shares: 20_000,
        comments: 200_000,
    };

    #[test]
    fn a_few_threads_have_thousands_and_most_have_few() {
        let mut sizes: Vec<u64> = PLAN.threads().map(|thread| thread.comments).collect();
        assert_eq!(sizes.len() as u64, PLAN.shares + PLAN.count(Kind::Article));
        assert_eq!(sizes.iter().sum::<u64>(), PLAN.comments);
        sizes.sort_unstable();
        assert!(sizes[sizes.len() / 2] <= 5, "{}", sizes[sizes.len() / 2]);
        assert!(
            sizes[sizes.len() - 3] > 1000,
            "{:?}",
            &sizes[sizes.len() - 3..]
        );
        assert!(sizes.last().expect("one") < &20_000);
    }

    #[test]
    fn shares_are_as_many_as_were_asked_for_and_one_after_another() {
        for shares in [0, 1, 99, 12_345] {
            let plan = Plan { shares, ..PLAN };
            let all: u64 = SUBJECTS[1..].iter().map(|kind| plan.count(*kind)).sum();
            assert_eq!(all, shares);
        }
        for kind in SUBJECTS {
            let some: Vec<Share> = (0..PLAN.count(kind)).map(|n| PLAN.share(kind, n)).collect();
            assert!(some.is_sorted_by_key(|share| share.at));
            assert!(some.is_sorted_by(|a, b| a.id < b.id));
        }
    }

    #[test]
    fn nobody_writes_before_joining() {
        for kind in SUBJECTS {
            for number in 0..PLAN.count(kind) {
                let share = PLAN.share(kind, number);
                assert!(PLAN.began(Kind::Member, share.member) <= share.at);
                let mut dice = Dice::new(1, Throw::Guest, 0, number);
                let guest = PLAN.some_guest(share.at, &mut dice);
                assert!(PLAN.began(Kind::Guest, guest) <= share.at);
                assert!(PLAN.began(Kind::Article, PLAN.article_of(share.at)) <= share.at);
            }
        }
    }

    #[test]
    fn nothing_to_talk_about_is_no_fault() {
        let nothing = Plan {
            shares: 0,
            comments: 0,
            ..PLAN
        };
        assert!(nothing.threads().all(|thread| thread.comments == 0));
    }
}
