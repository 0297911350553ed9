//! Limits for one program alone: the counts go with it.

use async_trait::async_trait;
use domain::{
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

type Limiter =
    RateLimiter<String, DefaultKeyedStateStore<String>, Stopwatch, NoOpMiddleware<Nanos>>;

/// Counts in memory.
pub struct InMemory {
    limiters: Mutex<HashMap<&'static str, Arc<Limiter>>>,
    clock: Stopwatch,
    secret: Secret,
}

impl InMemory {
    /// None yet. The secret goes with the program too.
    pub fn new(secret: Secret, elapsed: Elapsed) -> Self {
        Self {
            limiters: Mutex::default(),
            clock: Stopwatch(elapsed),
            secret,
        }
    }

    fn limiter(&self, rate: Rate) -> Arc<Limiter> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters.entry(rate.name).or_insert_with(|| {
            let store = DefaultKeyedStateStore::default();
            let quota = Quota::per_minute(rate.per_minute);
            Arc::new(RateLimiter::new(quota, store, self.clock.clone()))
        });
        limiter.clone()
    }
}

#[async_trait]
impl Limits for InMemory {
    async fn secret(&self) -> Stored<Secret> {
        Ok(self.secret)
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
