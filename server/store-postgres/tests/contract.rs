//! The stories that every store must pass, on PostgreSQL.

mod support;

use store_postgres::PostgresStore;
use support::{address, open};
use test_postgres::Database;

async fn fresh() -> (PostgresStore, Database) {
    let (url, database) = address().await;
    (open(&url).await, database)
}

store_contract::stories!(fresh);
