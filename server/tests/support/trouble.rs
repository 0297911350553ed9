//! A store that is not always well.

use async_trait::async_trait;
use domain::store::{Reader, Store, StoreError, Stored, Unit};
use std::sync::{Arc, Mutex};

/// What a store suffers from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It reads, and keeps nothing: the disk is full.
    Full,
    /// It reads, and others stand before its writer.
    Busy,
    /// It answers nothing but errors.
    Away,
    /// It answers nothing.
    Hangs,
}

/// A store that is well until it is told otherwise.
pub struct TroubledStore {
    inner: Arc<dyn Store>,
    trouble: Mutex<Option<Trouble>>,
}

impl TroubledStore {
    /// Before another store.
    pub fn before(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            trouble: Mutex::default(),
        })
    }

    /// From now on it has this trouble.
    pub fn has(&self, trouble: Trouble) {
        *self.trouble.lock().expect("told") = Some(trouble);
    }

    /// From now on it is well.
    pub fn is_well(&self) {
        *self.trouble.lock().expect("told") = None;
    }

    async fn reads(&self) -> Stored<()> {
        let trouble = *self.trouble.lock().expect("told");
        match trouble {
            Some(Trouble::Away) => Err(StoreError::new("it is away")),
            Some(Trouble::Hangs) => std::future::pending().await,
            Some(Trouble::Full | Trouble::Busy) | None => Ok(()),
        }
    }

    async fn writes(&self) -> Stored<()> {
        self.reads().await?;
        let trouble = *self.trouble.lock().expect("told");
        match trouble {
            Some(Trouble::Full) => Err(StoreError::Full),
            Some(Trouble::Busy) => Err(StoreError::Busy),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Store for TroubledStore {
    async fn read(&self) -> Stored<Box<dyn Reader>> {
        self.reads().await?;
        self.inner.read().await
    }

    async fn begin(&self) -> Stored<Box<dyn Unit>> {
        self.writes().await?;
        self.inner.begin().await
    }

    fn kept_units(&self) -> u64 {
        self.inner.kept_units()
    }
}
