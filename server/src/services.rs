//! The clock, chance and the hashing of passwords: made here, given to the
//! rest.

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use async_trait::async_trait;
use domain::{
    accounts::Passwords,
    clock::{Clock, Timestamp},
    ids::Chance,
    store::{StoreError, Stored},
};
use rand::RngCore;
use std::{
    num::NonZero,
    sync::{Arc, OnceLock},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::Semaphore;

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the composition root's one clock"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's source of chance.
pub struct SystemChance;

impl Chance for SystemChance {
    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        rand::rngs::OsRng.try_fill_bytes_or_stop(&mut bytes);
        bytes
    }
}

trait FillOrStop {
    fn try_fill_bytes_or_stop(&mut self, bytes: &mut [u8]);
}

impl FillOrStop for rand::rngs::OsRng {
    /// Without chance no secret is safe, so the request stops here.
    fn try_fill_bytes_or_stop(&mut self, bytes: &mut [u8]) {
        use rand::TryRngCore;
        self.unwrap_err().fill_bytes(bytes);
    }
}

/// Argon2id with the parameters that OWASP's password storage cheat sheet
/// names (19 MiB, two passes, one lane). At most one for each core at a time,
/// so that many who sign in at once wait in line instead of filling the memory.
pub struct Argon2id {
    decoy: Arc<OnceLock<String>>,
    turns: Semaphore,
}

impl Default for Argon2id {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            decoy: Arc::default(),
            turns: Semaphore::new(cores),
        }
    }
}

/// What is verified for a handle that nobody has, so that it takes as long as
/// for one that somebody has. Made with the first sign-in, whosever it is, since
/// it takes half as long as the whole start.
fn decoy() -> String {
    let salt = SaltString::encode_b64(&SystemChance.bytes()).expect("16 bytes are a salt");
    Argon2::default()
        .hash_password(b"nobody has this one", &salt)
        .expect("the default parameters are valid")
        .to_string()
}

impl Argon2id {
    /// Off the threads that answer requests.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Stored<T> + Send + 'static,
    ) -> Stored<T> {
        let _turn = self.turns.acquire().await.map_err(StoreError::new)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(StoreError::new)?
    }
}

#[async_trait]
impl Passwords for Argon2id {
    async fn hash(&self, password: String) -> Stored<String> {
        self.in_turn(move || {
            let salt = SaltString::encode_b64(&SystemChance.bytes())
                .map_err(|error| StoreError::new(error.to_string()))?;
            Argon2::default()
                .hash_password(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|error| StoreError::new(error.to_string()))
        })
        .await
    }

    async fn verify(&self, password: String, phc: Option<String>) -> Stored<bool> {
        let known = phc.is_some();
        let decoy = self.decoy.clone();
        self.in_turn(move || {
            // Asked for either way.
            let decoy = decoy.get_or_init(self::decoy);
            let phc = phc.as_ref().unwrap_or(decoy);
            let hash =
                PasswordHash::new(phc).map_err(|error| StoreError::new(error.to_string()))?;
            let right = Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok();
            Ok(right && known)
        })
        .await
    }
}
