//! The stories that every store must pass, on SQLite.

use store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;

async fn fresh() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("chorus.db").display());
    let store = SqliteStore::open(&url, Synchronous::Off)
        .await
        .expect("a database");
    (store, folder)
}

store_contract::stories!(fresh);
