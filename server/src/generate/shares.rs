//! What members share, and the support that others give for it.

use super::{
    dice::{Dice, Throw},
    plan::{Kind, PROMPTS, Plan, Share},
    sheet::{Sheet, flag, maybe, number, text},
    words::{self, Use, Words},
};
use domain::{
    clock::Timestamp,
    markdown,
    moderation::Standing,
    rituals::RitualKind,
    store::Stored,
    stories::EXCERPT,
    support::SupportKind,
    tables::{Row, Table, Value},
};
use std::collections::BTreeSet;

/// The tables of shares.
pub struct Shares {
    reflections: Sheet,
    rituals: Sheet,
    shout_outs: Sheet,
    stories: Sheet,
    pub support: Sheet,
}

impl Shares {
    pub fn of(tables: &[Table]) -> Stored<Self> {
        let reflections = [
            "id",
            "article_id",
            "prompt_id",
            "member_id",
            "anonymous",
            "body",
            "html",
            "created_at",
            "edited_at",
            "state",
        ];
        let rituals = [
            "id",
            "member_id",
            "anonymous",
            "kind",
            "title",
            "body",
            "html",
            "starts_at",
            "zone",
            "place",
            "link",
            "created_at",
            "edited_at",
            "state",
        ];
        let shout_outs = [
            "id",
            "member_id",
            "anonymous",
            "to_member_id",
            "to_name",
            "body",
            "html",
            "created_at",
            "edited_at",
            "state",
        ];
        let stories = [
            "id",
            "member_id",
            "anonymous",
            "title",
            "content_note",
            "excerpt",
            "body",
            "html",
            "created_at",
            "edited_at",
            "state",
        ];
        let support = [
            "subject_kind",
            "subject_id",
            "member_id",
            "kind",
            "created_at",
            "unseen",
        ];
        Ok(Self {
            reflections: Sheet::of(tables, "reflections", &reflections)?,
            rituals: Sheet::of(tables, "rituals", &rituals)?,
            shout_outs: Sheet::of(tables, "shout_outs", &shout_outs)?,
            stories: Sheet::of(tables, "stories", &stories)?,
            support: Sheet::of(tables, "support", &support)?,
        })
    }

    /// The sheet for a kind of share.
    pub fn sheet(&self, kind: Kind) -> &Sheet {
        match kind {
            Kind::Reflection => &self.reflections,
            Kind::Ritual => &self.rituals,
            Kind::ShoutOut => &self.shout_outs,
            _ => &self.stories,
        }
    }

    /// One share.
    pub fn row(&self, plan: &Plan, kind: Kind, which: u64, words: &mut Words) -> Row {
        let share = plan.share(kind, which);
        let mut dice = Dice::new(plan.seed, Throw::Words, kind as u64, which);
        match kind {
            Kind::Reflection => self.reflection(plan, share, &mut dice, words),
            Kind::Ritual => self.ritual(plan, share, &mut dice, words),
            Kind::ShoutOut => self.shout_out(plan, share, &mut dice, words),
            _ => self.story(plan, share, &mut dice, words),
        }
    }

    fn reflection(&self, plan: &Plan, share: Share, dice: &mut Dice, words: &mut Words) -> Row {
        let article = plan.article_of(share.at);
        let prompt = article * PROMPTS + dice.below(PROMPTS);
        let said = words.say(Use::Reflection, dice).clone();
        self.reflections.row([
            text(share.id),
            text(plan.id(Kind::Article, article)),
            text(plan.id(Kind::Prompt, prompt)),
            text(plan.id(Kind::Member, share.member)),
            flag(share.anonymous),
            text(said.body),
            text(said.html),
            number(share.at),
            edited(share.at, dice),
            standing(dice),
        ])
    }

    fn ritual(&self, plan: &Plan, share: Share, dice: &mut Dice, words: &mut Words) -> Row {
        const ZONES: [&str; 4] = ["Europe/London", "Europe/Berlin", "America/Chicago", "UTC"];
        const PLACES: [&str; 4] = ["The kitchen", "Harbour hall", "The park gate", "Room 4"];
        let said = words.say(Use::Ritual, dice).clone();
        // Most are soon; some are planned for years.
        let ahead = match dice.once_in(40) {
            true => dice.moment(15 * 365 * Timestamp::DAY),
            false => dice.moment(42 * Timestamp::DAY),
        };
        let quarters = (share.at + Timestamp::DAY + ahead) / (15 * Timestamp::MINUTE);
        let meets = dice.once_in(2);
        self.rituals.row([
            text(share.id),
            text(plan.id(Kind::Member, share.member)),
            flag(share.anonymous),
            text(dice.one(&RitualKind::ALL).name()),
            text(words::title(dice)),
            text(said.body),
            text(said.html),
            number(quarters * 15 * Timestamp::MINUTE),
            text(dice.one(&ZONES)),
            maybe(meets.then(|| dice.one(&PLACES))),
            maybe((!meets).then_some("https://meet.example.org/room")),
            number(share.at),
            edited(share.at, dice),
            standing(dice),
        ])
    }

    fn shout_out(&self, plan: &Plan, share: Share, dice: &mut Dice, words: &mut Words) -> Row {
        let said = words.say(Use::ShoutOut, dice).clone();
        let known = !dice.once_in(4);
        let to = plan.someone(share.at, dice);
        self.shout_outs.row([
            text(share.id),
            text(plan.id(Kind::Member, share.member)),
            flag(share.anonymous),
            maybe(known.then(|| plan.id(Kind::Member, to))),
            maybe((!known).then_some("everyone on the late shift")),
            text(said.body),
            text(said.html),
            number(share.at),
            edited(share.at, dice),
            standing(dice),
        ])
    }

    fn story(&self, plan: &Plan, share: Share, dice: &mut Dice, words: &mut Words) -> Row {
        let said = words.say(Use::Story, dice).clone();
        let noted = dice.once_in(6);
        self.stories.row([
            text(share.id),
            text(plan.id(Kind::Member, share.member)),
            flag(share.anonymous),
            text(words::title(dice)),
            maybe(noted.then_some("speaks of a relapse")),
            text(markdown::excerpt(&said.body, EXCERPT)),
            text(said.body),
            text(said.html),
            number(share.at),
            edited(share.at, dice),
            standing(dice),
        ])
    }

    /// The support for a share: nobody's own, and each kind once.
    pub fn supports(&self, plan: &Plan, kind: Kind, which: u64) -> Vec<Row> {
        let mut dice = Dice::new(plan.seed, Throw::Support, kind as u64, which);
        let share = plan.share(kind, which);
        let times = match dice.below(4) {
            0 => 1 + dice.below(5),
            1 => 1,
            _ => 0,
        };
        let given: BTreeSet<(u64, &str)> = (0..times)
            .map(|_| {
                let by = plan.someone(share.at, &mut dice);
                (by, dice.one(&SupportKind::ALL).name())
            })
            .filter(|(by, _)| *by != share.member)
            .collect();
        given
            .into_iter()
            .map(|(by, with)| {
                self.support.row([
                    text(kind.subject()),
                    text(share.id.as_str()),
                    text(plan.id(Kind::Member, by)),
                    text(with),
                    number(share.at + dice.moment(7 * Timestamp::DAY)),
                    flag(false),
                ])
            })
            .collect()
    }
}

/// Most are there for everyone to see.
fn standing(dice: &mut Dice) -> Value {
    text(
        match dice.below(100) {
            0 => Standing::Held,
            1 => Standing::Hidden,
            _ => Standing::Published,
        }
        .name(),
    )
}

/// When it was changed, if ever.
fn edited(at: i64, dice: &mut Dice) -> Value {
    match dice.once_in(20) {
        true => number(at + Timestamp::MINUTE + dice.moment(Timestamp::HOUR)),
        false => Value::Nothing,
    }
}
