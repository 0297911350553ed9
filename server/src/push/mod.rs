//! Tells devices, through the push services of their browsers, that something
//! came: in neutral words, and to nobody else.

mod knock;
mod seal;

use app::ctx::House;
use domain::{
    clock::Timestamp,
    push::{self, AGAIN_AFTER, Notice, Owed, TRIES, Turn},
    store::{Store, Stored},
};
use knock::{Answered, Doors};
use ring::rand::SystemRandom;
use seal::Identity;
use std::{sync::Arc, time::Duration};
use tokio::{sync::OnceCell, task::JoinSet, time::MissedTickBehavior};

/// How often it is looked for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many are told at once.
const AT_ONCE: u32 = 16;

/// The house's key for push services; made when it is asked for first.
async fn identity(store: &dyn Store) -> Stored<Identity> {
    let random = SystemRandom::new();
    if let Some(key) = store.read().await?.push_key().await? {
        return Identity::read(&key.secret, &random);
    }
    let mut unit = store.begin().await?;
    unit.keep_push_key(&Identity::make(&random)?).await?;
    // Another node may have been quicker.
    let key = unit.push_key().await?;
    unit.commit().await?;
    let key = key.ok_or_else(|| seal::broken("the key was not kept"))?;
    Identity::read(&key.secret, &random)
}

/// Tells devices.
#[derive(Clone)]
pub struct Pusher {
    house: House,
    doors: Doors,
    identity: Arc<OnceCell<Identity>>,
}

impl Pusher {
    pub fn new(house: House) -> Self {
        Self {
            house,
            doors: Doors::default(),
            identity: Arc::default(),
        }
    }

    /// Tells what is due, for as long as it runs.
    pub async fn keep(self) {
        let mut time = tokio::time::interval(LOOK_EVERY);
        time.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            time.tick().await;
            if let Err(error) = self.tell_due().await {
                tracing::error!(%error, "devices could not be told");
            }
        }
    }

    /// Tells what is due; says how many were told.
    pub async fn tell_due(&self) -> Stored<usize> {
        let (store, mut told) = (&*self.house.store, 0);
        self.identity().await?;
        loop {
            let now = self.house.clock.now();
            if !store.read().await?.is_push_due(now).await? {
                return Ok(told);
            }
            // Whoever takes it out tells it: of several nodes, one.
            let mut unit = store.begin().await?;
            let due = unit.take_due_pushes(now, AT_ONCE).await?;
            unit.commit().await?;
            if due.is_empty() {
                return Ok(told);
            }
            let mut telling = JoinSet::new();
            for owed in due {
                let pusher = self.clone();
                telling.spawn(async move { pusher.tell(owed, now).await });
            }
            while let Some(done) = telling.join_next().await {
                told += usize::from(done.map_err(seal::broken)??);
            }
        }
    }

    async fn identity(&self) -> Stored<&Identity> {
        self.identity
            .get_or_try_init(|| identity(&*self.house.store))
            .await
    }

    /// Tells one device, if there is still something to tell.
    async fn tell(&self, owed: Owed, now: Timestamp) -> Stored<bool> {
        let mut reader = self.house.store.read().await?;
        let turn = push::turn(&mut *reader, &owed, now).await?;
        drop(reader);
        match turn {
            Turn::Now => {}
            Turn::Never => return Ok(false),
            Turn::At(due, what) => {
                self.owe(&Owed { what, ..owed }, due).await?;
                return Ok(false);
            }
        }
        let settings = &self.house.settings;
        // The host's list may be another one than when the device came.
        if !settings.push.know(&owed.to.endpoint) {
            self.forget(&owed).await?;
            return Ok(false);
        }
        let random = SystemRandom::new();
        let notice = Notice::of(owed.what).text();
        let Some(body) = seal::seal(&owed.to.keys, notice.as_bytes(), &random)? else {
            tracing::warn!("a device gave a key that is none");
            self.forget(&owed).await?;
            return Ok(false);
        };
        let vouched = self.identity().await?.vouch(
            &owed.to.endpoint,
            &settings.base_url,
            now.0 / 1_000,
            &random,
        )?;
        match self.doors.knock(&owed.to.endpoint, &vouched, body).await {
            Ok(Answered::Taken) => return Ok(true),
            Ok(Answered::Gone) => self.forget(&owed).await?,
            Ok(Answered::Refused(status)) => {
                tracing::warn!(status, "a push service refused");
            }
            Ok(Answered::Later(status)) => {
                tracing::info!(status, "a push service asks to come again");
                self.again(owed, now).await?;
            }
            Err(error) => {
                tracing::info!(%error, "a push service does not answer");
                self.again(owed, now).await?;
            }
        }
        Ok(false)
    }

    async fn forget(&self, owed: &Owed) -> Stored<()> {
        let mut unit = self.house.store.begin().await?;
        unit.drop_subscription(owed.to.id).await?;
        unit.commit().await
    }

    async fn again(&self, owed: Owed, now: Timestamp) -> Stored<()> {
        let tries = owed.tries + 1;
        if tries >= TRIES {
            return Ok(());
        }
        let due = now.plus(AGAIN_AFTER << owed.tries);
        self.owe(&Owed { tries, ..owed }, due).await
    }

    async fn owe(&self, owed: &Owed, due: Timestamp) -> Stored<()> {
        let mut unit = self.house.store.begin().await?;
        unit.owe_again(owed, due).await?;
        unit.commit().await
    }
}
