//! Comments, with all that is counted and ordered beside them.

use super::{
    dice::{Dice, Throw},
    plan::{Kind, Plan, Share, Thread},
    sheet::{Sheet, flag, maybe, number, text},
    words::{Use, Words},
};
use domain::{
    clock::Timestamp,
    comments::MAX_DEPTH,
    moderation::Ruling,
    store::Stored,
    tables::{Row, Table, Value},
};

/// From so many comments on, a thread may be one long conversation.
const LONG: u64 = 80;

/// The tables of threads.
pub struct Conversations {
    pub threads: Sheet,
    pub comments: Sheet,
    pub decisions: Sheet,
}

/// The rows of one thread or more, each table's for itself.
#[derive(Default)]
pub struct Said {
    pub threads: Vec<Row>,
    pub comments: Vec<Row>,
    pub decisions: Vec<Row>,
}

/// A comment before it has words.
struct Node {
    parent: Option<usize>,
    depth: u16,
    path: String,
    answered: bool,
}

/// Who wrote a comment, and what became of it.
enum Fate {
    Member {
        number: u64,
        anonymous: bool,
    },
    /// A guest's, by its number, waiting, approved or refused.
    Guest {
        number: u64,
        state: &'static str,
    },
    /// Taken back, with replies below.
    Gap,
}

impl Conversations {
    pub fn of(tables: &[Table]) -> Stored<Self> {
        let threads = ["subject_kind", "subject_id", "next", "published", "locked"];
        let comments = [
            "id",
            "subject_kind",
            "subject_id",
            "parent_id",
            "path",
            "depth",
            "member_id",
            "guest_id",
            "anonymous",
            "state",
            "body",
            "html",
            "created_at",
            "edited_at",
            "source",
        ];
        let decisions = [
            "id",
            "at",
            "by_id",
            "thing_kind",
            "thing_id",
            "member_id",
            "guest_id",
            "named",
            "ruling",
            "reason",
            "until",
            "confirmed_at",
            "lifted_at",
            "lifted_because",
            "appeal",
            "appealed_at",
            "appeal_waits",
            "answer",
            "leaves_at",
        ];
        Ok(Self {
            threads: Sheet::of(tables, "threads", &threads)?,
            comments: Sheet::of(tables, "comments", &comments)?,
            decisions: Sheet::of(tables, "decisions", &decisions)?,
        })
    }

    /// Adds a thread. `before` comments were generated already.
    pub fn add(&self, plan: &Plan, thread: &Thread, before: u64, words: &mut Words, to: &mut Said) {
        if thread.comments == 0 {
            return;
        }
        let share = plan.share(thread.kind, thread.number);
        let mut dice = Dice::new(plan.seed, Throw::Thread, thread.kind as u64, thread.number);
        let nodes = nodes(thread.comments, &mut dice);
        // As they are read, so that the index of the thread grows at its end.
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_unstable_by(|a, b| nodes[*a].path.cmp(&nodes[*b].path));
        let mut ids = vec![String::new(); nodes.len()];
        for (place, at) in (before..).zip(&order) {
            ids[*at] = plan.id(Kind::Comment, place);
        }
        let mut published = 0_u64;
        for at in order {
            let moment = moment(&share, thread.comments, at as u64, plan, thread);
            let fate = fate(plan, moment, &nodes[at], &mut dice);
            published += u64::from(fate.state() == "published");
            to.decisions
                .extend(self.decision(plan, &fate, &ids[at], moment, &mut dice));
            let parent = nodes[at].parent.map(|parent| ids[parent].as_str());
            let (body, html) = fate.words(&mut dice, words);
            to.comments.push(self.comments.row([
                text(ids[at].as_str()),
                text(thread.kind.subject()),
                text(share.id.as_str()),
                maybe(parent),
                text(nodes[at].path.as_str()),
                number(nodes[at].depth),
                maybe(fate.member().map(|member| plan.id(Kind::Member, member))),
                maybe(fate.guest().map(|guest| plan.id(Kind::Guest, guest))),
                flag(matches!(
                    fate,
                    Fate::Member {
                        anonymous: true,
                        ..
                    }
                )),
                text(fate.state()),
                text(body),
                text(html),
                number(moment),
                Value::Nothing,
                Value::Nothing,
            ]));
        }
        to.threads.push(self.threads.row([
            text(thread.kind.subject()),
            text(share.id),
            number(thread.comments + 1),
            number(published),
            flag(false),
        ]));
    }

    fn decision(
        &self,
        plan: &Plan,
        fate: &Fate,
        comment: &str,
        moment: i64,
        dice: &mut Dice,
    ) -> Option<Row> {
        let (ruling, reason) = match fate {
            Fate::Guest {
                state: "published", ..
            } => (Ruling::Publish, None),
            Fate::Guest {
                state: "refused", ..
            } => (Ruling::Hide, Some("Not kind.")),
            _ => return None,
        };
        Some(self.decisions.row([
            // There is one about each.
            text(comment),
            number(moment + Timestamp::MINUTE + dice.moment(Timestamp::DAY)),
            text(plan.id(Kind::Member, 1)),
            text("comment"),
            text(comment),
            Value::Nothing,
            maybe(fate.guest().map(|guest| plan.id(Kind::Guest, guest))),
            flag(true),
            text(ruling.name()),
            maybe(reason),
            Value::Nothing,
            Value::Nothing,
            Value::Nothing,
            Value::Nothing,
            Value::Nothing,
            Value::Nothing,
            flag(false),
            Value::Nothing,
            Value::Nothing,
        ]))
    }
}

impl Fate {
    /// What was taken back has no words.
    fn words<'w>(&self, dice: &mut Dice, words: &'w mut Words) -> (&'w str, &'w str) {
        match self {
            Self::Gap => ("", ""),
            _ => {
                let said = words.say(Use::Comment, dice);
                (&said.body, &said.html)
            }
        }
    }

    const fn state(&self) -> &'static str {
        match self {
            Self::Member { .. } => "published",
            Self::Guest { state, .. } => state,
            Self::Gap => "gap",
        }
    }

    const fn member(&self) -> Option<u64> {
        match self {
            Self::Member { number, .. } => Some(*number),
            _ => None,
        }
    }

    const fn guest(&self) -> Option<u64> {
        match self {
            Self::Guest { number, .. } => Some(*number),
            _ => None,
        }
    }
}

/// Who answers whom: the numbers of a thread in the order of time, each a
/// reply to one before it or to none.
fn nodes(count: u64, dice: &mut Dice) -> Vec<Node> {
    let is_long = count >= LONG && dice.once_in(4);
    let mut nodes: Vec<Node> = Vec::new();
    for number in 0..count as usize {
        let begins = number == 0 || dice.once_in(if is_long { 70 } else { 2 });
        let parent = (!begins)
            .then(|| match is_long {
                true => number - 1,
                false => number - 1 - dice.below(number.min(8) as u64) as usize,
            })
            .filter(|parent| nodes[*parent].depth < MAX_DEPTH);
        let (depth, above) = match parent {
            Some(parent) => (nodes[parent].depth + 1, nodes[parent].path.as_str()),
            None => (0, ""),
        };
        let path = format!("{above}{:06x}", number + 1);
        if let Some(parent) = parent {
            nodes[parent].answered = true;
        }
        nodes.push(Node {
            parent,
            depth,
            path,
            answered: false,
        });
    }
    nodes
}

/// When the comment with this number was written: one after another within
/// three weeks, most of them soon.
fn moment(share: &Share, count: u64, number: u64, plan: &Plan, thread: &Thread) -> i64 {
    let step = (20 * Timestamp::DAY / count.cast_signed().max(1)).min(3 * Timestamp::HOUR);
    let mut dice = Dice::new(
        plan.seed ^ number,
        Throw::Weight,
        thread.kind as u64 + 16,
        thread.number,
    );
    share.at + Timestamp::MINUTE + number.cast_signed() * step + dice.moment(step)
}

fn fate(plan: &Plan, moment: i64, node: &Node, dice: &mut Dice) -> Fate {
    if node.answered && dice.once_in(80) {
        return Fate::Gap;
    }
    if dice.once_in(12) {
        let number = plan.some_guest(moment, dice);
        let state = match dice.below(20) {
            // Nobody could have answered what nobody saw.
            0 if !node.answered => "held",
            1 | 2 if !node.answered => "refused",
            _ => "published",
        };
        return Fate::Guest { number, state };
    }
    Fate::Member {
        number: plan.someone(moment, dice),
        anonymous: dice.once_in(9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_reads_depth_first_and_no_deeper_than_allowed() {
        let mut deepest = 0;
        for seed in 0..40 {
            let mut dice = Dice::new(seed, Throw::Thread, 0, 0);
            let nodes = nodes(300, &mut dice);
            for (number, node) in nodes.iter().enumerate() {
                assert_eq!(node.path.len(), (usize::from(node.depth) + 1) * 6);
                assert!(node.path.ends_with(&format!("{:06x}", number + 1)));
                match node.parent {
                    None => assert_eq!(node.depth, 0),
                    Some(parent) => {
                        assert!(parent < number && nodes[parent].answered);
                        assert!(node.path.starts_with(&nodes[parent].path));
                    }
                }
                deepest = deepest.max(node.depth);
            }
        }
        assert_eq!(deepest, MAX_DEPTH);
    }
}
