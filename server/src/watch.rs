//! What the house does so that no call for help waits quietly: it puts the
//! care journal on the desk, lets calls rise by time, and runs the host's
//! command. Every program looks; of several nodes on one database, one tells.

use crate::{
    alert::{Alert, Counts},
    journal::{FileJournal, put_on_desk},
};
use app::ctx::House;
use domain::{
    care::Queue,
    clock::Timestamp,
    jobs::Job,
    journal::Journal,
    store::{Reader, Stored},
    watch::{self, Level, Steps, Telling, Waiting},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::Mutex;

/// How often a program looks.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The longest that the database may take while a program looks.
const PATIENCE: Duration = Duration::from_secs(5);

/// People are told. After a try that failed it is tried again as soon as this is
/// due again.
pub const TELLING: Job = Job {
    name: "telling",
    every: Timestamp::MINUTE,
};

/// How long something may lie in the journal before people are told.
const JOURNAL_LIES: i64 = Timestamp::MINUTE;

/// What waits on the desk.
#[derive(Debug, Clone, Copy, Default)]
struct Desk {
    /// Of those who asked, and of those who may be in danger.
    asked: Waiting,
    noticed: Waiting,
}

impl Desk {
    async fn read(reader: &mut dyn Reader) -> Stored<Self> {
        Ok(Self {
            asked: reader
                .waiting(Queue::Asked)
                .await?
                .with(reader.waiting(Queue::Danger).await?),
            noticed: reader.waiting(Queue::Noticed).await?,
        })
    }

    fn is_due(&self, steps: Steps, now: Timestamp) -> bool {
        self.asked.is_due(steps.of(Queue::Asked), now)
            || self.noticed.is_due(steps.of(Queue::Noticed), now)
    }

    /// The queue of which people are told away from their browsers, and how far
    /// it has come. What was only noticed calls nobody before it is at the top.
    fn calls(&self) -> Option<(Queue, Waiting, Level)> {
        let asked = self.asked.highest();
        let noticed = self.noticed.highest().filter(|level| is_top(*level));
        asked
            .map(|level| (Queue::Asked, self.asked, level))
            .or(noticed.map(|level| (Queue::Noticed, self.noticed, level)))
    }
}

fn is_top(level: Level) -> bool {
    level == Level::Keepers
}

/// How it stands with the host's command.
#[derive(Debug, Default)]
pub struct Alerts {
    failures: AtomicU32,
    /// Of the journal, of which the database may not know.
    journal: Mutex<Telling>,
}

impl Alerts {
    /// How many tries failed, one after another, up to now.
    pub fn failures(&self) -> u32 {
        self.failures.load(Ordering::Relaxed)
    }
}

/// Keeps watch for one program.
pub struct Watcher {
    pub house: House,
    pub journal: Arc<FileJournal>,
    /// The host's command.
    pub alert: Option<Alert>,
    pub steps: Steps,
    pub alerts: Arc<Alerts>,
}

impl Watcher {
    /// Watches for as long as it runs.
    pub async fn keep(&self) {
        let mut time = tokio::time::interval(LOOK_EVERY);
        time.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            time.tick().await;
            self.look().await;
        }
    }

    /// Does what is due.
    pub async fn look(&self) {
        self.journal.take_over().await;
        put_on_desk(&self.journal, &self.house).await;
        let desk = match tokio::time::timeout(PATIENCE, self.let_rise()).await {
            Ok(Ok(desk)) => Some(desk),
            Ok(Err(error)) => {
                tracing::error!(%error, "calls for help could not be looked at");
                None
            }
            Err(_) => {
                tracing::error!("calls for help could not be looked at in time");
                None
            }
        };
        let Some(alert) = &self.alert else { return };
        if let Some(desk) = desk
            && let Err(error) = self.tell_of_calls(alert, desk).await
        {
            tracing::error!(%error, "nobody could be told of calls that wait");
        }
        self.tell_of_journal(alert, desk).await;
    }

    /// Lets calls rise that have waited long enough. Answers with what waits.
    async fn let_rise(&self) -> Stored<Desk> {
        let now = self.house.clock.now();
        let desk = Desk::read(&mut *self.house.store.read().await?).await?;
        if !desk.is_due(self.steps, now) {
            return Ok(desk);
        }
        let mut unit = self.house.store.begin_for_care().await?;
        let chance = &*self.house.chance;
        let mut calls = false;
        for queue in Queue::ALL {
            let risen = watch::rise(&mut *unit, *queue, self.steps, now, chance).await?;
            calls |= risen.is_some_and(|level| *queue != Queue::Noticed || is_top(level));
        }
        if calls {
            let telling = unit.telling().await?;
            let owed_since = Some(now);
            unit.keep_telling(&Telling {
                owed_since,
                ..telling
            })
            .await?;
        }
        let desk = Desk::read(&mut *unit).await?;
        unit.commit().await?;
        Ok(desk)
    }

    /// Runs the command, if calls have risen since it ran, or still wait after
    /// as long as it takes to come to the top.
    async fn tell_of_calls(&self, alert: &Alert, desk: Desk) -> Stored<()> {
        let now = self.house.clock.now();
        let telling = self.house.store.read().await?.telling().await?;
        self.alerts
            .failures
            .store(telling.failures, Ordering::Relaxed);
        let Some((queue, ..)) = desk.calls() else {
            return Ok(());
        };
        if !self.is_due(queue, &telling, now) || !self.claim(now).await? {
            return Ok(());
        }
        let told = self.tell(alert, Some(desk)).await;
        let mut unit = self.house.store.begin_for_care().await?;
        let now_owed = unit.telling().await?.owed_since;
        let after = if told {
            Telling {
                // What has risen meanwhile is told too.
                owed_since: now_owed.filter(|_| now_owed != telling.owed_since),
                told_at: Some(now),
                failures: 0,
            }
        } else {
            Telling {
                owed_since: now_owed.or(Some(now)),
                failures: telling.failures.saturating_add(1),
                ..telling
            }
        };
        unit.keep_telling(&after).await?;
        unit.commit().await?;
        self.alerts
            .failures
            .store(after.failures, Ordering::Relaxed);
        Ok(())
    }

    /// Runs the command, if something lies in the journal. Only this program
    /// can know it, so only it tells.
    async fn tell_of_journal(&self, alert: &Alert, desk: Option<Desk>) {
        let now = self.house.clock.now();
        let mut apart = self.alerts.journal.lock().await;
        let (_, Some(first)) = self.journal.waiting() else {
            *apart = Telling::default();
            return;
        };
        let lies = now.since(first) >= JOURNAL_LIES;
        let tried = apart
            .owed_since
            .is_some_and(|at| now.since(at) < TELLING.every);
        let told = apart
            .told_at
            .is_some_and(|at| now.since(at) < self.steps.until(Level::Keepers));
        if !lies || tried || told {
            return;
        }
        apart.owed_since = Some(now);
        if self.tell(alert, desk).await {
            apart.told_at = Some(now);
            self.alerts.failures.store(0, Ordering::Relaxed);
        } else {
            self.alerts.failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn is_due(&self, queue: Queue, telling: &Telling, now: Timestamp) -> bool {
        let again = self.steps.of(queue).until(Level::Keepers);
        telling.owed_since.is_some() || telling.told_at.is_none_or(|at| now.since(at) >= again)
    }

    async fn claim(&self, now: Timestamp) -> Stored<bool> {
        let mut unit = self.house.store.begin_for_care().await?;
        let is_ours = unit.claim_job(TELLING, now).await?;
        unit.commit().await?;
        Ok(is_ours)
    }

    async fn tell(&self, alert: &Alert, desk: Option<Desk>) -> bool {
        let now = self.house.clock.now();
        let (journal, lies_since) = self.journal.waiting();
        let desk = desk.unwrap_or_default();
        let (waiting, level) = desk.calls().map_or((desk.asked, 0), |(_, waiting, level)| {
            (waiting, level.number())
        });
        let first = [waiting.first(), lies_since].into_iter().flatten().min();
        let minutes = first.map_or(0, |first| now.since(first) / Timestamp::MINUTE);
        let counts = Counts {
            waiting: desk.asked.count(),
            noticed: desk.noticed.count(),
            longest_minutes: minutes.unsigned_abs(),
            level,
            journal: journal as u64,
        };
        let told = alert.tell(counts).await;
        if let Err(error) = &told {
            tracing::error!(%error, "the alert command failed; it is tried again");
        }
        told.is_ok()
    }
}
