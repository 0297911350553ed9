//! Jobs that the house does by itself: one of all nodes does each.

use crate::support::{START, begin, commit};
use domain::{
    clock::Timestamp,
    jobs::Job,
    store::Store,
};

const HOURLY: Job = Job {
    name: "sweeping",
    every: Timestamp::HOUR,
};

async fn claims(store: &dyn Store, job: Job, now: Timestamp) -> bool {
    let mut unit = begin(store).await;
    let is_ours = unit.claim_job(job, now).await.expect("an answer");
    commit(unit).await;
    is_ours
}

pub async fn a_job_is_claimed_once_until_it_is_due(store: &dyn Store) {
    assert!(claims(store, HOURLY, START).await, "nobody did it yet");
    assert!(!claims(store, HOURLY, START).await);
    assert!(!claims(store, HOURLY, START.plus(HOURLY.every - 1)).await);
    // Whoever claimed it may have died over it: it is due all the same.
    assert!(claims(store, HOURLY, START.plus(HOURLY.every)).await);
    assert!(!claims(store, HOURLY, START.plus(HOURLY.every)).await);
    let other = Job {
        name: "dusting",
        ..HOURLY
    };
    assert!(claims(store, other, START).await, "it is another job");
}

pub async fn a_claim_that_is_not_kept_leaves_the_job_due(store: &dyn Store) {
    let mut unit = begin(store).await;
    assert!(unit.claim_job(HOURLY, START).await.expect("an answer"));
    drop(unit);
    assert!(claims(store, HOURLY, START).await);
}

pub async fn a_clock_that_was_far_ahead_stops_no_job(store: &dyn Store) {
    assert!(claims(store, HOURLY, START.plus(300 * Timestamp::DAY)).await);
    assert!(claims(store, HOURLY, START).await);
    assert!(!claims(store, HOURLY, START).await);
    // A little ahead is what clocks are.
    assert!(!claims(store, HOURLY, START.plus(-Timestamp::MINUTE)).await);
}
