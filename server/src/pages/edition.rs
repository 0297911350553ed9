use super::address::Address;
use domain::{
    clock::{Clock, Timestamp},
    store::{Store, Stored},
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// How long what another program wrote may stay unseen.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// How old a page may become that nobody changes, in milliseconds: the clock
/// changes some of them, as rituals pass.
pub const LONGEST: i64 = 10_000;

/// How far the house had come when a page was made. Of two pages with the same
/// address and edition, neither knows more than the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edition {
    version: u64,
    /// When the next article appears by itself.
    until: Option<Timestamp>,
    /// Which stretch of time it is from, each [`LONGEST`].
    stretch: i64,
}

/// What the store said last.
#[derive(Clone, Copy)]
struct Known {
    version: u64,
    until: Option<Timestamp>,
    kept_units: u64,
    asked: Instant,
}

/// Tells which edition is the present one.
pub struct Editions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    known: RwLock<Option<Known>>,
    asking: Mutex<()>,
}

impl Editions {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            known: RwLock::new(None),
            asking: Mutex::new(()),
        }
    }

    /// The edition that a page at this address must be of. It asks the store
    /// only when this program has written since, when an article has appeared,
    /// and once a second.
    pub async fn present(&self, address: &Address) -> Stored<Edition> {
        let now = self.clock.now();
        let known = match address.asks_store() {
            true => Some(self.known(now).await?),
            false => None,
        };
        Ok(Edition {
            version: known.map_or(0, |known| known.version),
            until: known.and_then(|known| known.until),
            stretch: (now.0 + shift(address)).div_euclid(LONGEST),
        })
    }

    async fn known(&self, now: Timestamp) -> Stored<Known> {
        if let Some(known) = self.still_good(now) {
            return Ok(known);
        }
        let _turn = self.asking.lock().await;
        if let Some(known) = self.still_good(now) {
            return Ok(known);
        }
        // Counted before asking: what is written meanwhile is asked for again.
        let kept_units = self.store.kept_units();
        let asked = Instant::now();
        let mut reader = self.store.read().await?;
        let known = Known {
            version: reader.version().await?,
            until: reader.next_appearance(now).await?,
            kept_units,
            asked,
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(known)
    }

    fn still_good(&self, now: Timestamp) -> Option<Known> {
        let known = *self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.filter(|known| {
            known.kept_units == self.store.kept_units()
                && known.asked.elapsed() < ASK_AGAIN
                && known.until.is_none_or(|until| now < until)
        })
    }
}

/// So that not all pages grow old at the same moment.
fn shift(address: &Address) -> i64 {
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    i64::try_from(hasher.finish() % LONGEST.unsigned_abs()).unwrap_or(0)
}
