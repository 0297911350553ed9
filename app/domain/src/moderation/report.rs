use crate::refusal::Reason;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Why someone reports a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    /// The writer may be in danger. It leads to care and never to punishment.
    Worried,
    /// It tells how to take something or how to hurt oneself.
    Methods,
    /// It says who someone is.
    Reveals,
    /// It harms or insults someone.
    Harms,
    /// It sells treatment or goods.
    Sells,
    Spam,
    SomethingElse,
}

impl ReportReason {
    /// Every reason, what may do the most harm first.
    pub const ALL: [Self; 7] = [
        Self::Worried,
        Self::Methods,
        Self::Reveals,
        Self::Harms,
        Self::Sells,
        Self::Spam,
        Self::SomethingElse,
    ];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Worried => "worried",
            Self::Methods => "methods",
            Self::Reveals => "reveals",
            Self::Harms => "harms",
            Self::Sells => "sells",
            Self::Spam => "spam",
            Self::SomethingElse => "something_else",
        }
    }

    /// Days by which such a report stands before a harmless one of the same
    /// moment: what may do harm is read first, and nothing waits for ever.
    #[cfg(feature = "ssr")]
    pub(super) const fn head_start(self) -> i64 {
        match self {
            Self::Methods | Self::Reveals => 4,
            Self::Harms => 2,
            Self::Sells => 1,
            // A worry leads to care instead.
            Self::Worried | Self::Spam | Self::SomethingElse => 0,
        }
    }
}

impl FromStr for ReportReason {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Reason> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.name() == text)
            .ok_or(Reason::NotAChoice)
    }
}

#[cfg(feature = "ssr")]
pub use filing::{NewReport, report};

#[cfg(feature = "ssr")]
mod filing {
    use super::super::{Found, ReportWords, Thing, find};
    use super::ReportReason;
    use crate::{
        accounts::guests,
        actor::Actor,
        care::{self, CallNote, Origin, Post, Raise, Severity},
        clock::Timestamp,
        ids::ReportId,
        refusal::{Fault, Refusal},
        store::{Act, Unit},
    };

    /// What someone tells those who keep the house.
    #[derive(Debug, Clone)]
    pub struct NewReport {
        pub thing: Thing,
        pub reason: ReportReason,
        /// Empty for none.
        pub words: ReportWords,
    }

    impl NewReport {
        /// Since when nobody at the desk of moderation has to read it: a worry
        /// is read by those who answer calls instead.
        pub fn settled_at(&self, now: Timestamp) -> Option<Timestamp> {
            (self.reason == ReportReason::Worried).then_some(now)
        }
    }

    /// Reports something that others can see. One person reports a thing once;
    /// doing it again changes nothing.
    pub async fn report(unit: &mut dyn Unit, act: Act<'_>, new: &NewReport) -> Result<(), Fault> {
        let found = find(unit, new.thing)
            .await?
            .filter(|found| found.standing.is_published())
            .ok_or(Refusal::NotFound)?;
        if found.author.is(act.actor) {
            return Err(Refusal::Yours.into());
        }
        if let Actor::Guest(guest) = act.actor {
            guests::remember(unit, *guest, act).await?;
        }
        let id = ReportId::random(act.chance);
        if unit
            .insert_report(id, new, act.actor.writer(), act.now)
            .await?
        {
            if new.reason == ReportReason::Worried {
                return worry(unit, act, &found, &new.words).await;
            }
            let head_start = new.reason.head_start() * Timestamp::DAY;
            let place = act.now.day_began().plus(-head_start);
            unit.open_case(new.thing, place).await?;
        }
        Ok(())
    }

    /// A worry goes to the people who answer calls, and to nobody who decides.
    async fn worry(
        unit: &mut dyn Unit,
        act: Act<'_>,
        found: &Found,
        words: &ReportWords,
    ) -> Result<(), Fault> {
        let note: String = words.as_str().chars().take(CallNote::MAX).collect();
        let raise = Raise {
            origin: Origin::Worried,
            post: Post {
                subject: found.thread,
                comment: match found.thing {
                    Thing::Comment(id) => Some(id),
                    Thing::Share(_) => None,
                },
            },
            writer: found.author.writer,
            severity: Severity::Call,
            words: CallNote::parse(&note).ok(),
        };
        care::raise(unit, act, raise).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_reads_back_as_itself() {
        for reason in ReportReason::ALL {
            assert_eq!(reason.name().parse(), Ok(reason));
        }
        assert_eq!("because".parse::<ReportReason>(), Err(Reason::NotAChoice));
    }
}
