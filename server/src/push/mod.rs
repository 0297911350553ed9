//! Tells devices, through the push services of their browsers, that something
//! came: in neutral words, and to nobody else.

mod knock;
mod seal;

use app::ctx::House;
use domain::{
    clock::Timestamp,
    push::{AGAIN_AFTER, Owed, PushHosts, PushKey, TRIES, words},
    store::{Store, Stored},
};
use knock::{Answered, Doors};
use ring::rand::SystemRandom;
use seal::Identity;
use std::time::Duration;
use tokio::task::JoinSet;

/// How often it is looked for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many are told at once.
const AT_ONCE: u32 = 16;

/// The house's key for push services; made when it is asked for first.
pub async fn key(store: &dyn Store) -> Stored<PushKey> {
    if let Some(key) = store.read().await?.push_key().await? {
        return Ok(key);
    }
    let mut unit = store.begin().await?;
    unit.keep_push_key(&Identity::make(&SystemRandom::new())?)
        .await?;
    // Another node may have been quicker.
    let key = unit.push_key().await?;
    unit.commit().await?;
    key.ok_or_else(|| domain::store::StoreError::new("the push key was not kept"))
}

/// Tells devices.
#[derive(Clone)]
pub struct Pusher {
    house: House,
    hosts: PushHosts,
    doors: Doors,
}

impl Pusher {
    pub fn new(house: House, hosts: PushHosts) -> Self {
        Self {
            house,
            hosts,
            doors: Doors::default(),
        }
    }

    /// Tells what is due, for as long as it runs.
    pub async fn keep(self) {
        let mut time = tokio::time::interval(LOOK_EVERY);
        loop {
            time.tick().await;
            if let Err(error) = self.tell_due().await {
                tracing::error!(%error, "devices could not be told");
            }
        }
    }

    /// Tells what is due; says how many were told.
    pub async fn tell_due(&self) -> Stored<usize> {
        let (store, mut told) = (&self.house.store, 0);
        loop {
            let now = self.house.clock.now();
            if !store.read().await?.is_push_due(now).await? {
                return Ok(told);
            }
            let identity = Identity::read(&key(&**store).await?.secret, &SystemRandom::new())?;
            let identity = std::sync::Arc::new(identity);
            let mut unit = store.begin().await?;
            let due = unit.take_due_pushes(now, AT_ONCE).await?;
            unit.commit().await?;
            let mut telling = JoinSet::new();
            for owed in due {
                let (pusher, identity) = (self.clone(), identity.clone());
                telling.spawn(async move { pusher.tell(owed, &identity, now).await });
            }
            for done in telling.join_all().await {
                told += usize::from(done?);
            }
        }
    }

    /// Tells one device, if there is still something to tell.
    async fn tell(&self, owed: Owed, identity: &Identity, now: Timestamp) -> Stored<bool> {
        let mut reader = self.house.store.read().await?;
        let unread = reader.unread_notifications(owed.to.member, 1).await?;
        drop(reader);
        if unread == 0 {
            return Ok(false);
        }
        // The host's list may be another one than when the device came.
        if !self.hosts.know(&owed.to.endpoint) {
            self.forget(&owed).await?;
            return Ok(false);
        }
        let random = SystemRandom::new();
        let body = seal::seal(&owed.to, words(owed.kind).as_bytes(), &random)?;
        let base_url = &self.house.settings.base_url;
        let vouched = identity.vouch(&owed.to.endpoint, base_url, now.0 / 1_000, &random)?;
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
        let mut unit = self.house.store.begin().await?;
        let due = now.plus(AGAIN_AFTER << owed.tries);
        unit.owe_again(&Owed { tries, ..owed }, due).await?;
        unit.commit().await
    }
}
