//! The community's database, on either engine. Its address says which one.

use crate::pace::InMemory;
use domain::{
    ids::Chance,
    pace::{Elapsed, Limits},
    store::Store,
    tables::Tables,
};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};
use store_postgres::PostgresStore;
use store_sqlite::{Lock, SqliteStore, Synchronous};

/// Which engine an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The engine of an address.
    ///
    /// # Errors
    ///
    /// [`OpenError::Scheme`] if it names none that Chorus knows.
    pub fn of(url: &str) -> Result<Self, OpenError> {
        match url.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            _ => Err(OpenError::Scheme),
        }
    }

    /// The version of the tables that this program works with.
    pub fn newest(self) -> i64 {
        match self {
            Self::Sqlite => store_sqlite::newest(),
            Self::Postgres => store_postgres::newest(),
        }
    }
}

/// Why a database cannot be opened. Each reads as a sentence for the host, and
/// none repeats the address of a server: it may hold a password.
#[derive(Debug)]
pub enum OpenError {
    /// The address begins with no engine's name.
    Scheme,
    /// There is no community yet, and this command begins none.
    Nothing(Option<PathBuf>),
    Sqlite(store_sqlite::OpenError),
    Postgres(store_postgres::OpenError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => write!(
                f,
                "that is not a database address: it begins with sqlite: or postgres:, as in \
                 sqlite:data/chorus.db or postgres://chorus@localhost/chorus"
            ),
            Self::Nothing(Some(file)) => write!(
                f,
                "there is no database at {}: chorus serve makes one",
                file.display()
            ),
            Self::Nothing(None) => write!(
                f,
                "there is no community in that database yet: chorus serve begins one"
            ),
            Self::Sqlite(error) => write!(f, "{error}"),
            Self::Postgres(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<store_sqlite::OpenError> for OpenError {
    fn from(error: store_sqlite::OpenError) -> Self {
        Self::Sqlite(error)
    }
}

impl From<store_postgres::OpenError> for OpenError {
    fn from(error: store_postgres::OpenError) -> Self {
        Self::Postgres(error)
    }
}

/// An open database.
#[derive(Clone)]
pub enum Database {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Database {
    /// Opens the database of an address and brings it up to date. SQLite's file
    /// is made when it is missing; a database on a PostgreSQL server has to be
    /// there. `synchronous` is for SQLite: on PostgreSQL every commit is on the
    /// disk.
    ///
    /// # Errors
    ///
    /// A sentence for the host. Nothing has changed then, unless a migration
    /// failed.
    pub async fn open(url: &str, synchronous: Synchronous) -> Result<Self, OpenError> {
        Ok(match Engine::of(url)? {
            Engine::Sqlite => Self::Sqlite(SqliteStore::open(url, synchronous).await?),
            Engine::Postgres => Self::Postgres(PostgresStore::open(url).await?),
        })
    }

    /// As [`Database::open`], for a server: SQLite's file has only one, for as
    /// long as what this answers with lives. A PostgreSQL server that does not
    /// answer yet is waited for meanwhile.
    ///
    /// # Errors
    ///
    /// [`store_sqlite::OpenError::Served`], and those of [`Database::open`].
    pub async fn open_to_serve(
        url: &str,
        synchronous: Synchronous,
    ) -> Result<(Self, Option<Lock>), OpenError> {
        Ok(match Engine::of(url)? {
            Engine::Sqlite => {
                // Nothing is laid beside a file of others.
                store_sqlite::version(url).await?;
                let lock = Lock::take(url)?;
                (Self::open(url, synchronous).await?, Some(lock))
            }
            Engine::Postgres => {
                let store = PostgresStore::open_sooner_or_later(url).await?;
                (Self::Postgres(store), None)
            }
        })
    }

    /// As [`Database::open`], for what is done to a community that is there: a
    /// mistyped address begins no new one.
    ///
    /// # Errors
    ///
    /// [`OpenError::Nothing`], and those of [`Database::open`].
    pub async fn open_existing(url: &str) -> Result<Self, OpenError> {
        if version(url).await?.is_none() {
            return Err(OpenError::Nothing(file_of(url)?));
        }
        Self::open(url, Synchronous::Full).await
    }

    /// The port through which everything is read and written.
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::new(store.clone()),
            Self::Postgres(store) => Arc::new(store.clone()),
        }
    }

    /// Its tables as they are.
    pub fn tables(&self) -> &dyn Tables {
        match self {
            Self::Sqlite(store) => store,
            Self::Postgres(store) => store,
        }
    }

    /// The limits of all programs that may run on it: SQLite's file has one, so
    /// its counts stay in memory. `told` is the time in place of this machine's
    /// or the server's, for tests.
    pub fn limits(&self, chance: Arc<dyn Chance>, told: Option<Elapsed>) -> Arc<dyn Limits> {
        match self {
            Self::Sqlite(_) => {
                let begun = Instant::now();
                let elapsed = told.unwrap_or_else(|| Arc::new(move || begun.elapsed()));
                Arc::new(InMemory::new(chance, elapsed))
            }
            Self::Postgres(store) => Arc::new(store.limits(chance, told)),
        }
    }

    /// SQLite's file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(store) => Some(store.path()),
            Self::Postgres(_) => None,
        }
    }

    /// Closes every connection, once what runs on it has ended.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}

/// The version of a community's tables; none if there is no community yet.
/// Changes nothing.
///
/// # Errors
///
/// As [`Database::open`], but for migrations, which it does not run.
pub async fn version(url: &str) -> Result<Option<i64>, OpenError> {
    Ok(match Engine::of(url)? {
        Engine::Sqlite => store_sqlite::version(url).await?,
        Engine::Postgres => store_postgres::version(url).await?,
    })
}

/// The file of an address, if it is one of SQLite.
pub(crate) fn file_of(url: &str) -> Result<Option<PathBuf>, OpenError> {
    Ok(match Engine::of(url)? {
        Engine::Sqlite => Some(store_sqlite::file_of(url)?),
        Engine::Postgres => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_engine() {
        for (url, engine) in [
            ("sqlite:data/chorus.db", Engine::Sqlite),
            ("sqlite:///var/lib/chorus.db", Engine::Sqlite),
            ("postgres://chorus@localhost/chorus", Engine::Postgres),
            ("postgresql://chorus@localhost/chorus", Engine::Postgres),
        ] {
            assert_eq!(Engine::of(url).expect("an engine"), engine, "{url}");
        }
    }

    #[tokio::test]
    async fn an_address_of_no_engine_is_refused_and_not_repeated() {
        for url in [
            "",
            "secret",
            "mysql://ana:secret@host/chorus",
            "Postgres secret",
            "postgres:secret",
            "postgres://ana:secret@host:port/chorus",
        ] {
            let Err(error) = Database::open(url, Synchronous::Full).await else {
                panic!("{url} was opened");
            };
            let words = error.to_string();
            assert!(words.contains("is not a database address"), "{words}");
            assert!(!words.contains("secret"), "{words}");
        }
    }

    #[tokio::test]
    async fn a_mistyped_address_begins_no_community() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("chorsu.db");
        let url = format!("sqlite:{}", file.display());
        let Err(error) = Database::open_existing(&url).await else {
            panic!("there is nothing to open");
        };
        assert!(error.to_string().contains("chorsu.db"), "{error}");
        assert!(!file.exists());
        let (url, _guard) = test_postgres::fresh_database().await;
        let Err(error) = Database::open_existing(&url).await else {
            panic!("there is nothing to open");
        };
        assert!(error.to_string().contains("no community"), "{error}");
        assert_eq!(version(&url).await.expect("looked"), None);
        Database::open(&url, Synchronous::Full)
            .await
            .expect("begun")
            .close()
            .await;
        assert!(version(&url).await.expect("looked").is_some());
        Database::open_existing(&url)
            .await
            .expect("it is there now")
            .close()
            .await;
    }
}
