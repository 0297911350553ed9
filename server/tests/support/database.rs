//! A database of its own for each test, on the engine that
//! `CHORUS_TEST_ENGINE` names: sqlite, if nobody says anything, or postgres.

use domain::tables::Value;
use server::database::{Database, Engine};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, sqlite::SqliteConnectOptions,
};
use std::{fs, path::PathBuf, sync::Arc};
use store_sqlite::Synchronous;

/// Where a database is. It goes when the last of these is dropped.
#[derive(Clone)]
pub struct TestDatabase {
    url: String,
    kept: Arc<Kept>,
}

enum Kept {
    Folder(tempfile::TempDir),
    Server(test_postgres::Database),
}

fn engine() -> Engine {
    match std::env::var("CHORUS_TEST_ENGINE").as_deref() {
        Ok("postgres") => Engine::Postgres,
        Ok("sqlite") | Err(_) => Engine::Sqlite,
        Ok(other) => panic!("CHORUS_TEST_ENGINE is sqlite or postgres, not {other:?}"),
    }
}

impl TestDatabase {
    /// One that is soon opened.
    pub async fn new() -> Self {
        Self::on(engine()).await
    }

    pub async fn on(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::file(),
            Engine::Postgres => Self::server(
                // A copy is quicker than all migrations.
                test_postgres::prepared_database(|url| async move {
                    open(&url).await.close().await;
                })
                .await,
            ),
        }
    }

    /// One in which no community was begun.
    pub async fn untouched() -> Self {
        Self::untouched_on(engine()).await
    }

    pub async fn untouched_on(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::file(),
            Engine::Postgres => Self::server(test_postgres::fresh_database().await),
        }
    }

    fn file() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            url: format!("sqlite:{}", folder.path().join("chorus.db").display()),
            kept: Arc::new(Kept::Folder(folder)),
        }
    }

    fn server((url, database): (String, test_postgres::Database)) -> Self {
        Self {
            url,
            kept: Arc::new(Kept::Server(database)),
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of SQLite's file.
    pub fn folder(&self) -> Option<PathBuf> {
        match &*self.kept {
            Kept::Folder(folder) => Some(folder.path().to_owned()),
            Kept::Server(_) => None,
        }
    }

    /// Tells the engine something that Chorus itself would not.
    pub async fn tell(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        match &*self.kept {
            Kept::Folder(_) => {
                let file = store_sqlite::file_of(&self.url).expect("a file");
                let options = SqliteConnectOptions::new()
                    .filename(file)
                    .create_if_missing(true);
                let mut connection = options.connect().await.expect("the file");
                connection.execute(statement).await.expect("it runs");
                connection.close().await.expect("closed");
            }
            Kept::Server(_) => {
                let connection = PgConnection::connect(&self.url).await;
                let mut connection = connection.expect("the server");
                connection.execute(statement).await.expect("it runs");
                connection.close().await.expect("closed");
            }
        }
    }

    pub async fn open(&self) -> Database {
        open(&self.url).await
    }

    /// All that it holds: SQLite's file and log to the last byte, or every
    /// value of every row on PostgreSQL.
    pub async fn bytes(&self) -> Vec<u8> {
        match Engine::of(&self.url).expect("an address") {
            Engine::Sqlite => {
                let file = store_sqlite::file_of(&self.url).expect("a file");
                ["", "-wal"]
                    .map(|ending| format!("{}{ending}", file.display()))
                    .iter()
                    .flat_map(|path| fs::read(path).unwrap_or_default())
                    .collect()
            }
            Engine::Postgres => {
                let database = self.open().await;
                let bytes = values(&database, &[]).await;
                database.close().await;
                bytes
            }
        }
    }
}

async fn open(url: &str) -> Database {
    Database::open(url, Synchronous::Off)
        .await
        .expect("a database")
}

/// Every value of every row, but for those in some tables.
pub async fn values(database: &Database, without: &[&str]) -> Vec<u8> {
    let mut snapshot = database.tables().snapshot().await.expect("a snapshot");
    let mut bytes = Vec::new();
    for table in snapshot.tables().await.expect("tables") {
        if without.contains(&table.name.as_str()) {
            continue;
        }
        let rows = snapshot.rows(&table, None, 100_000).await.expect("rows");
        bytes.extend(table.name.as_bytes());
        for value in rows.iter().flatten() {
            bytes.push(b'\n');
            match value {
                Value::Nothing => {}
                Value::Number(number) => bytes.extend(number.to_string().as_bytes()),
                Value::Text(text) => bytes.extend(text.as_bytes()),
            }
        }
    }
    bytes
}
