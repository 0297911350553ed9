//! PostgreSQL for tests: a throwaway cluster for each test process, and a
//! database in it for each test.
//!
//! With an address in `CHORUS_TEST_POSTGRES`, of a user who may make
//! databases, that server is used instead.

mod cluster;

pub use cluster::{GIVEN, programs};

use sqlx::{AssertSqlSafe, ConnectOptions, Executor, postgres::PgConnectOptions};
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::sync::OnceCell;

/// A database that goes when this is dropped.
#[derive(Debug)]
pub struct Database {
    name: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = self.name.clone();
        let dropping = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(ask(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        });
        // A test that already fails says why; this would only hide it.
        if dropping.join().is_err() && !std::thread::panicking() {
            panic!("the database {} could not be dropped", self.name);
        }
    }
}

/// The address of the server itself, as a user who may make databases. It goes
/// when the process ends.
pub async fn server() -> &'static str {
    cluster::url().await
}

/// Lets the cluster of this process keep on the disk what it acknowledges, for
/// measuring. It counts for a cluster that is yet to start.
pub fn keep_on_disk() {
    cluster::IS_DURABLE.store(true, std::sync::atomic::Ordering::Release);
}

/// Is there a server to use, or what one is started with?
pub fn is_there() -> bool {
    cluster::is_there()
}

/// A new empty database: its address, and what has to live as long as it.
pub async fn fresh_database() -> (String, Database) {
    create("template0").await
}

/// A copy of a database that `prepare` filled, given its address. It is
/// prepared once in each process, by whoever asks first, so every caller in a
/// process has to prepare it in the same way. Nothing may be connected to it
/// once it is prepared.
pub async fn prepared_database<F: Future<Output = ()>>(
    prepare: impl FnOnce(String) -> F,
) -> (String, Database) {
    static PREPARED: OnceCell<String> = OnceCell::const_new();
    if cluster::is_given() {
        // Nobody would drop the original from someone else's server.
        let (url, database) = fresh_database().await;
        prepare(url.clone()).await;
        return (url, database);
    }
    let original = PREPARED
        .get_or_init(|| async {
            let (url, database) = fresh_database().await;
            prepare(url).await;
            let name = database.name.clone();
            // It goes with the cluster.
            std::mem::forget(database);
            name
        })
        .await;
    create(original).await
}

async fn create(template: &str) -> (String, Database) {
    let name = new_name();
    ask(format!(
        "CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'"
    ))
    .await;
    (
        with_database(cluster::url().await, &name),
        Database { name },
    )
}

/// A name that no other test process has.
fn new_name() -> String {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let process = PROCESS.get_or_init(|| RandomState::new().hash_one(std::process::id()));
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("chorus_test_{process:016x}_{number}")
}

/// Asks the server itself for something.
async fn ask(statement: String) {
    let options: PgConnectOptions = cluster::url().await.parse().expect("an address");
    let mut connection = options.connect().await.expect("a connection");
    connection
        .execute(AssertSqlSafe(statement.clone()))
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = address.split_once("://").expect("an address");
    let server = rest.split('/').next().unwrap_or_default();
    let question = if parameters.is_empty() { "" } else { "?" };
    format!("{scheme}://{server}/{name}{question}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Connection;

    #[test]
    fn the_database_of_an_address_is_replaced() {
        for (url, expected) in [
            ("postgres://a:b@c:1/old", "postgres://a:b@c:1/new"),
            ("postgres://a@c", "postgres://a@c/new"),
            (
                "postgres://a@c/old?host=%2Ftmp%2Fx",
                "postgres://a@c/new?host=%2Ftmp%2Fx",
            ),
        ] {
            assert_eq!(with_database(url, "new"), expected);
        }
    }

    async fn tables(url: &str) -> i64 {
        let options: PgConnectOptions = url.parse().expect("an address");
        let mut connection = options.connect().await.expect("a connection");
        let count = sqlx::query_scalar("SELECT count(*) FROM pg_class WHERE relname = 'marbles'")
            .fetch_one(&mut connection)
            .await
            .expect("a count");
        connection.close().await.expect("closed");
        count
    }

    async fn put_marbles(url: String) {
        let options: PgConnectOptions = url.parse().expect("an address");
        let mut connection = options.connect().await.expect("a connection");
        connection
            .execute("CREATE TABLE marbles (colour TEXT)")
            .await
            .expect("a table");
        connection.close().await.expect("closed");
    }

    #[tokio::test]
    async fn each_database_is_its_own_and_goes_with_its_guard() {
        let (first, guard) = fresh_database().await;
        let (second, _kept) = prepared_database(put_marbles).await;
        let (third, _kept) = prepared_database(put_marbles).await;
        assert_ne!(second, third);
        assert_eq!(tables(&first).await, 0);
        assert_eq!(tables(&second).await, 1);
        assert_eq!(tables(&third).await, 1);
        drop(guard);
        let options: PgConnectOptions = first.parse().expect("an address");
        assert!(options.connect().await.is_err());
    }
}
