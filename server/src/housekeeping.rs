//! What the house does by itself. Every program looks for what is due; of
//! several nodes on one database, one does it.

use crate::pace::Pace;
use app::ctx::House;
use domain::{
    clock::Timestamp,
    holds,
    jobs::Job,
    live, moderation, notifications, once, privacy,
    store::{Store, Stored},
};
use std::{sync::Arc, time::Duration};

/// How often a program looks for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Old sessions, questions, drafts, notifications and keys of mutations are let
/// go of.
pub const FORGETTING: Job = Job {
    name: "forgetting",
    every: 60 * Timestamp::MINUTE,
};

/// Counts that bind nobody any more are let go of: soon, since who came from
/// where is nobody's business any longer.
pub const TIDYING_LIMITS: Job = Job {
    name: "tidying-limits",
    every: 10 * Timestamp::MINUTE,
};

/// What was news to open pages is let go of: those who were away longer look
/// anew.
pub const FORGETTING_NEWS: Job = Job {
    name: "forgetting-news",
    every: 10 * Timestamp::MINUTE,
};

/// Whoever asked to be erased is, when the time has come.
pub const ERASING: Job = Job {
    name: "erasing",
    every: 10 * Timestamp::MINUTE,
};

/// Bans that nobody else could agree to begin to last.
pub const SETTLING_BANS: Job = Job {
    name: "settling-bans",
    every: 10 * Timestamp::MINUTE,
};

/// How long a draft is kept after its last stroke, in milliseconds.
const DRAFTS_KEPT_FOR: i64 = 180 * Timestamp::DAY;

/// Does what is due, for as long as it runs.
pub async fn keep_house(house: House, pace: Arc<Pace>) {
    let mut time = tokio::time::interval(LOOK_EVERY);
    loop {
        time.tick().await;
        do_what_is_due(&house, &pace).await;
    }
}

/// Does the jobs that are due, unless another node is quicker. Says which were
/// done. What fails is logged, and tried again when it is due again.
pub async fn do_what_is_due(house: &House, pace: &Pace) -> Vec<Job> {
    let (store, now) = (&*house.store, house.clock.now());
    let mut done = Vec::new();
    // Each is looked after by one node, so there is nothing to claim.
    if let Err(error) = tell_digests(store, now).await {
        tracing::error!(%error, "members could not be told how much came");
    }
    for job in [
        FORGETTING,
        FORGETTING_NEWS,
        ERASING,
        TIDYING_LIMITS,
        SETTLING_BANS,
    ] {
        let did = match claim(store, job, now).await {
            Ok(true) if job == FORGETTING => forget(store, now).await,
            Ok(true) if job == FORGETTING_NEWS => forget_news(store, now).await,
            Ok(true) if job == ERASING => privacy::erase_due(store, &*house.chance, now).await,
            Ok(true) if job == SETTLING_BANS => settle_bans(house, now).await,
            Ok(true) => pace.tidy().await,
            Ok(false) => continue,
            Err(error) => Err(error),
        };
        match did {
            Ok(()) => done.push(job),
            Err(error) => tracing::error!(%error, job = job.name, "a job could not be done"),
        }
    }
    done
}

async fn claim(store: &dyn Store, job: Job, now: Timestamp) -> Stored<bool> {
    let mut unit = store.begin().await?;
    let is_ours = unit.claim_job(job, now).await?;
    unit.commit().await?;
    Ok(is_ours)
}

async fn tell_digests(store: &dyn Store, now: Timestamp) -> Stored<()> {
    loop {
        let mut unit = store.begin().await?;
        let more = notifications::tell_digests(&mut *unit, now).await?;
        unit.commit().await?;
        if !more {
            return Ok(());
        }
    }
}

async fn settle_bans(house: &House, now: Timestamp) -> Stored<()> {
    let mut unit = house.store.begin().await?;
    moderation::settle_bans(&mut *unit, now, &*house.chance).await?;
    unit.commit().await
}

async fn forget(store: &dyn Store, now: Timestamp) -> Stored<()> {
    let mut unit = store.begin().await?;
    unit.forget_sessions(now).await?;
    unit.forget_passkey_asks(now).await?;
    unit.forget_answers(now.plus(-once::KEPT_FOR)).await?;
    unit.forget_drafts(now.plus(-DRAFTS_KEPT_FOR)).await?;
    unit.forget_said(now.plus(-holds::REMEMBERED_FOR)).await?;
    unit.forget_notifications(now.plus(-notifications::KEPT_FOR))
        .await?;
    unit.forget_reports(now.plus(-moderation::REPORTS_KEPT_FOR))
        .await?;
    unit.forget_reveals(now.plus(-moderation::REVEALS_KEPT_FOR))
        .await?;
    unit.commit().await?;
    store.wipe().await
}

async fn forget_news(store: &dyn Store, now: Timestamp) -> Stored<()> {
    let mut unit = store.begin().await?;
    unit.forget_news(now.plus(-live::KEPT_FOR)).await?;
    unit.commit().await
}
