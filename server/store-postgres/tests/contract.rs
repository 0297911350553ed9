//! The stories that every store must pass, on PostgreSQL.

use store_postgres::PostgresStore;
use test_postgres::Database;

async fn fresh() -> (PostgresStore, Database) {
    let (url, database) = test_postgres::prepared_database(|url| async move {
        let store = PostgresStore::open(&url).await.expect("a database");
        store.close().await;
    })
    .await;
    let store = PostgresStore::open(&url).await.expect("a database");
    (store, database)
}

store_contract::stories!(fresh);
