//! A store of its own for each test.

use store_postgres::PostgresStore;
use test_postgres::Database;

/// The address of an empty database that is up to date.
pub async fn address() -> (String, Database) {
    test_postgres::prepared_database(|url| async move {
        open(&url).await.close().await;
    })
    .await
}

/// A node.
pub async fn open(url: &str) -> PostgresStore {
    PostgresStore::open(url).await.expect("a database")
}
