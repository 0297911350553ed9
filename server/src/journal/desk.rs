use super::FileJournal;
use app::ctx::House;
use domain::{
    journal::{self, Entry},
    refusal::Fault,
    store::StoreError,
};
use std::time::Duration;

/// The longest that the store may take for one entry.
const PATIENCE: Duration = Duration::from_secs(5);

/// Puts on the desk what is kept in the journal, as far as the store takes it.
/// Says how many entries came there.
pub async fn put_on_desk(journal: &FileJournal, house: &House) -> usize {
    let mut done = Vec::new();
    for entry in journal.entries() {
        let putting = tokio::time::timeout(PATIENCE, put(house, &entry));
        match putting.await {
            Ok(Ok(())) => done.push(entry),
            // It waits for somebody who can look at it, and holds up no other.
            Ok(Err(Fault::Refused(why))) => {
                tracing::error!(?why, "an entry of the care journal does not go on the desk");
            }
            Ok(Err(Fault::Store(error))) => {
                tracing::warn!(%error, "the care journal waits for the database");
                break;
            }
            Err(_) => {
                tracing::warn!("the care journal waits for the database");
                break;
            }
        }
    }
    if done.is_empty() {
        return 0;
    }
    tracing::info!(entries = done.len(), "from the care journal to the desk");
    if let Err(error) = journal.let_go(&done).await {
        // They are put on the desk once more, where each is once.
        tracing::error!(%error, "the care journal cannot let go of what is on the desk");
    }
    done.len()
}

async fn put(house: &House, entry: &Entry) -> Result<(), Fault> {
    let mut unit = house.store.begin_for_care().await?;
    journal::put_on_desk(&mut *unit, entry, &*house.chance).await?;
    unit.commit().await.map_err(StoreError::into)
}
