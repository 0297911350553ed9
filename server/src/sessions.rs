//! Sessions: the cookie holds a secret, the store holds its hash.

use async_trait::async_trait;
use domain::{
    accounts::Session,
    clock::{Clock, Timestamp},
    ids::{Chance, DeviceId, MemberId},
    store::{Store, StoreError, Stored},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt, sync::Arc};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The member of a session, in its record.
pub const MEMBER: &str = "member";
/// What kind of device it is on.
pub const NAME: &str = "name";
/// The day it was last used, so that it is written once a day and no more.
pub const DAY: &str = "day";
/// The device's identifier.
pub const DEVICE: &str = "device";
/// When its member last proved on it who they are, in milliseconds.
pub const PROVEN: &str = "proven";

/// Keeps the session library's records in Chorus's store.
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl Sessions {
    /// On this store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self {
            store,
            clock,
            chance,
        }
    }

    fn session(&self, record: &Record) -> Result<Session> {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str);
        let now = self.clock.now();
        Ok(Session {
            hash: hash(&record.id),
            device: match text(DEVICE).and_then(|id| id.parse().ok()) {
                Some(id) => id,
                None => DeviceId::random(&*self.chance),
            },
            member: text(MEMBER).and_then(|id| id.parse::<MemberId>().ok()),
            record: serde_json::to_string(&record.data)
                .map_err(|error| Error::Encode(error.to_string()))?,
            name: text(NAME).unwrap_or_default().to_owned(),
            created_at: now,
            last_used_at: now,
            expires_at: Timestamp(record.expiry_date.unix_timestamp() * 1000),
        })
    }
}

impl Sessions {
    async fn update(&self, session: &Session) -> Stored<()> {
        let mut unit = self.store.begin().await?;
        unit.update_session(session).await?;
        unit.commit().await
    }
}

/// What is kept of a session's secret.
pub fn hash(id: &Id) -> String {
    let digest = Sha256::digest(id.0.to_le_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn backend(error: StoreError) -> Error {
    Error::Backend(error.to_string())
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let mut unit = self.store.begin().await.map_err(backend)?;
        unit.insert_session(&self.session(record)?)
            .await
            .map_err(backend)?;
        unit.commit().await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        match self.update(&self.session(record)?).await {
            // What is new of a session that is there is the day it was last
            // used, or that its member was asked again who they are. Without
            // room for that, pages are still shown.
            Err(StoreError::Full | StoreError::Busy) => Ok(()),
            updated => updated.map_err(backend),
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut reader = self.store.read().await.map_err(backend)?;
        let session = reader
            .session(&hash(id), self.clock.now())
            .await
            .map_err(backend)?;
        session
            .map(|session| {
                let data: HashMap<String, Value> = serde_json::from_str(&session.record)
                    .map_err(|error| Error::Decode(error.to_string()))?;
                let expiry_date = OffsetDateTime::from_unix_timestamp(session.expires_at.0 / 1000)
                    .map_err(|error| Error::Decode(error.to_string()))?;
                Ok(Record {
                    id: *id,
                    data,
                    expiry_date,
                })
            })
            .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut unit = self.store.begin().await.map_err(backend)?;
        unit.drop_session(&hash(id)).await.map_err(backend)?;
        unit.commit().await.map_err(backend)
    }
}
