//! Limits for one program alone: the counts go with it.

use async_trait::async_trait;
use domain::{
    ids::Chance,
    pace::{Elapsed, Limits, Rate, Secret},
    store::Stored,
};
use governor::{
    Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DefaultKeyedStateStore,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

#[derive(Clone)]
struct Stopwatch(Elapsed);

impl Clock for Stopwatch {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        (self.0)().into()
    }
}

fn day(elapsed: Duration) -> u64 {
    elapsed.as_secs() / (24 * 60 * 60)
}

type Limiter =
    RateLimiter<String, DefaultKeyedStateStore<String>, Stopwatch, NoOpMiddleware<Nanos>>;

/// Counts in memory.
pub struct InMemory {
    limiters: Mutex<HashMap<&'static str, Arc<Limiter>>>,
    clock: Stopwatch,
    chance: Arc<dyn Chance>,
    /// The day for which it is good, and the secret.
    secret: Mutex<(u64, Secret)>,
}

impl InMemory {
    /// None yet. `chance` makes the secret, which is another one every day and
    /// goes with the program.
    pub fn new(chance: Arc<dyn Chance>, elapsed: Elapsed) -> Self {
        let secret = Mutex::new((day(elapsed()), chance.bytes()));
        Self {
            limiters: Mutex::default(),
            clock: Stopwatch(elapsed),
            chance,
            secret,
        }
    }

    fn limiter(&self, rate: Rate) -> Arc<Limiter> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters.entry(rate.name).or_insert_with(|| {
            let store = DefaultKeyedStateStore::default();
            let quota = Quota::with_period(rate.interval())
                .unwrap_or(Quota::per_second(rate.count))
                .allow_burst(rate.count);
            Arc::new(RateLimiter::new(quota, store, self.clock.clone()))
        });
        limiter.clone()
    }
}

#[async_trait]
impl Limits for InMemory {
    async fn secret(&self) -> Stored<Secret> {
        let today = day((self.clock.0)());
        let mut known = self.secret.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != today {
            *known = (today, self.chance.bytes());
        }
        Ok(known.1)
    }

    async fn admit(&self, rate: Rate, key: &str) -> Stored<Result<(), Duration>> {
        Ok(self
            .limiter(rate)
            .check_key(&key.to_owned())
            .map_err(|not_until| not_until.wait_time_from(self.clock.now())))
    }

    async fn tidy(&self) -> Stored<()> {
        let limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        for limiter in limiters.values() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        Ok(())
    }
}
