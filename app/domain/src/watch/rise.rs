use super::{Level, Waiting, desk, on_duty};
use crate::{
    actor::{Actor, Role, Roles},
    care::Queue,
    clock::Timestamp,
    ids::{Chance, GuestId, MemberId},
    notifications::{Address, Kind, tell},
    store::{Act, Stored, Unit},
};
use std::{collections::BTreeMap, str::FromStr};
use uuid::Uuid;

/// How long a call waits before it rises to each level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps([i64; 3]);

impl Default for Steps {
    fn default() -> Self {
        Self([5, 15, 60].map(|minutes| minutes * Timestamp::MINUTE))
    }
}

impl Steps {
    /// The longest, in minutes.
    const MOST: i64 = 7 * 24 * 60;

    /// How much longer it takes with what reads like a call and no more: what others are told
    /// of within an hour is told within a day.
    const NOTICED: i64 = 24;

    /// Those of a queue, where these are for whoever asked.
    #[must_use]
    pub fn of(self, queue: Queue) -> Self {
        match queue {
            Queue::Asked | Queue::Danger => self,
            Queue::Noticed => Self(self.0.map(|step| step * Self::NOTICED)),
        }
    }

    /// How long until a level, in milliseconds.
    pub const fn until(&self, level: Level) -> i64 {
        self.0[level.number() as usize - 1]
    }

    /// A call that waits since then or longer has come to this level.
    pub fn reached(&self, level: Level, now: Timestamp) -> Timestamp {
        now.plus(-self.until(level))
    }
}

/// Not three whole numbers of minutes, each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give three numbers of minutes, each more than the one before, as 5,15,60")]
pub struct NotSteps;

impl FromStr for Steps {
    type Err = NotSteps;

    fn from_str(text: &str) -> Result<Self, NotSteps> {
        let minutes: Vec<i64> = text
            .split(',')
            .map(|part| part.trim().parse().map_err(|_| NotSteps))
            .collect::<Result<_, _>>()?;
        match minutes.as_slice() {
            &[first, second, third]
                if 0 < first && first < second && second < third && third <= Self::MOST =>
            {
                Ok(Self([first, second, third].map(|m| m * Timestamp::MINUTE)))
            }
            _ => Err(NotSteps),
        }
    }
}

/// Lets all calls of a queue rise that have waited long enough, however many they
/// are, and tells those whom that concerns. Answers with the highest level that
/// one of them has come to just now.
pub async fn rise(
    unit: &mut dyn Unit,
    queue: Queue,
    steps: Steps,
    now: Timestamp,
    chance: &dyn Chance,
) -> Stored<Option<Level>> {
    let mut highest = None;
    // From above, so that one that has waited through all of them rises once.
    for level in Level::ALL.into_iter().rev() {
        let since = steps.of(queue).reached(level, now);
        let risen = unit.rise_to(queue, level, since).await?;
        if risen > 0 {
            highest = highest.max(Some(level));
        }
    }
    if let Some(highest) = highest {
        tell_up_to(unit, highest, now, chance).await?;
    }
    Ok(highest)
}

/// More than a community has to answer calls.
const MOST: u32 = 1_000;

/// Tells everyone up to a level that a call waits: it may have come there in
/// one step.
async fn tell_up_to(
    unit: &mut dyn Unit,
    highest: Level,
    now: Timestamp,
    chance: &dyn Chance,
) -> Stored<()> {
    let nobody = Roles::default();
    let mut told: BTreeMap<MemberId, &str> = BTreeMap::new();
    for member in on_duty(unit, now).await? {
        told.insert(member, "/care");
    }
    let roles = match highest {
        Level::OnDuty => nobody,
        Level::Supporters => nobody.with(Role::PeerSupporter),
        Level::Keepers => nobody
            .with(Role::PeerSupporter)
            .with(Role::Moderator)
            .with(Role::Host),
    };
    for (member, has) in unit.members_with(roles, MOST).await? {
        // A host who does not answer calls finds out there who should.
        let answers = has.bits() & desk().bits() != 0;
        told.insert(member, if answers { "/care" } else { "/guide" });
    }
    let house = Actor::Guest(GuestId::from_uuid(Uuid::nil()));
    let act = Act {
        actor: &house,
        now,
        chance,
    };
    for (member, page) in told {
        tell(unit, act, member, Kind::CallWaits, Address::page(page)).await?;
    }
    Ok(())
}

impl Waiting {
    /// Is there a call that has waited long enough to rise? The steps are those
    /// of its queue.
    pub fn is_due(&self, steps: Steps, now: Timestamp) -> bool {
        Level::ALL.into_iter().any(|level| {
            // The first of those that stand one below.
            let below = self.0[usize::from(level.number()) - 1].first;
            below.is_some_and(|since| since <= steps.reached(level, now))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::Rank;

    const NOON: Timestamp = Timestamp(1_736_164_800_000);

    fn waiting(minutes: [Option<i64>; 4]) -> Waiting {
        Waiting(minutes.map(|minutes| Rank {
            count: u64::from(minutes.is_some()),
            first: minutes.map(|minutes| NOON.plus(-minutes * Timestamp::MINUTE)),
        }))
    }

    #[test]
    fn a_call_is_due_to_the_minute_and_not_before() {
        let steps = Steps::default();
        for (minutes, due) in [
            ([None; 4], false),
            ([Some(4), None, None, None], false),
            ([Some(5), None, None, None], true),
            ([None, Some(14), None, None], false),
            ([None, Some(15), None, None], true),
            ([None, None, Some(59), None], false),
            ([None, None, Some(60), None], true),
            ([None, None, None, Some(6000)], false),
        ] {
            assert_eq!(waiting(minutes).is_due(steps, NOON), due, "{minutes:?}");
        }
    }

    #[test]
    fn what_waits_in_two_queues_is_counted_together() {
        let both =
            waiting([Some(1), None, Some(20), None]).with(waiting([Some(4), None, None, None]));
        assert_eq!(both.0[0].count, 2);
        assert_eq!(both.0[0].first, Some(NOON.plus(-4 * Timestamp::MINUTE)));
        assert_eq!((both.count(), both.highest()), (3, Some(Level::Supporters)));
    }

    #[test]
    fn what_waits_is_counted_over_all_levels() {
        let all = waiting([Some(1), Some(7), None, None]);
        assert_eq!(all.count(), 2);
        assert_eq!(all.first(), Some(NOON.plus(-7 * Timestamp::MINUTE)));
        assert_eq!(all.highest(), Some(Level::OnDuty));
        assert_eq!(waiting([Some(1), None, None, None]).highest(), None);
    }

    #[test]
    fn what_was_only_noticed_takes_a_day_to_the_top() {
        let steps = Steps::default();
        for queue in [Queue::Asked, Queue::Danger] {
            assert_eq!(steps.of(queue), steps);
        }
        let noticed = steps.of(Queue::Noticed);
        let hours = |level| noticed.until(level) / Timestamp::HOUR;
        assert_eq!(Level::ALL.map(hours), [2, 6, 24]);
    }

    #[test]
    fn steps_are_three_and_rise() {
        assert_eq!("5,15,60".parse(), Ok(Steps::default()));
        assert!(" 1, 2 ,10080".parse::<Steps>().is_ok());
        for odd in [
            "",
            "5",
            "5,15",
            "5,15,60,90",
            "0,1,2",
            "5,5,6",
            "9,8,7",
            "-1,2,3",
            "1,2,10081",
        ] {
            assert_eq!(odd.parse::<Steps>(), Err(NotSteps), "{odd}");
        }
    }
}
