use crate::PostgresStore;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, Row,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    fmt,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The oldest server that its makers still mend.
const OLDEST_SERVER: i64 = 14;

/// How long to wait for a server's first answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a server is looked for that was not there.
const TRY_EVERY: Duration = Duration::from_secs(3);

/// Connections of one node: so many units of work, so many readers, and so many
/// who ask how often something was done, run at once; others wait for their turn.
const WRITERS: u32 = 8;
const READERS: u32 = 8;
const LIMITS: u32 = 4;

/// Why a database cannot be opened. Each reads as a sentence for the host, and
/// none repeats the address: it may hold a password.
#[derive(Debug)]
pub enum OpenError {
    /// The address does not begin with `postgres://`, or cannot be read.
    Address,
    /// Nobody answers there.
    Unreachable { place: String, cause: String },
    /// The server does not let this user in.
    SignIn(String),
    /// There is no database of that name.
    Missing(String),
    /// The server is older than what is tried.
    OldServer(String),
    /// The database does not keep text in UTF-8.
    Encoding(String),
    /// The server only follows another one.
    Standby,
    /// The database was written by a newer Chorus.
    Newer(i64),
    /// The database belongs to another program.
    Foreign,
    /// Anything else that PostgreSQL says.
    Postgres(sqlx::Error),
    /// A migration failed.
    Migration(MigrateError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => write!(
                f,
                "that is not a database address: write postgres://, a user, a server and \
                 a database, as in postgres://chorus@localhost/chorus"
            ),
            Self::Unreachable { place, cause } => {
                write!(f, "no database server answers at {place}: {cause}")
            }
            Self::SignIn(cause) => write!(f, "the database server does not let us in: {cause}"),
            Self::Missing(cause) => write!(
                f,
                "{cause}: make it first, as in createdb --encoding=UTF8 chorus"
            ),
            Self::OldServer(version) => write!(
                f,
                "the server runs PostgreSQL {version}; {OLDEST_SERVER} or newer is needed"
            ),
            Self::Encoding(encoding) => write!(
                f,
                "the database keeps its text in {encoding}: make one that keeps it in UTF8"
            ),
            Self::Standby => write!(
                f,
                "the server only follows another one and takes no posts: give the address of \
                 the one it follows"
            ),
            Self::Newer(version) => write!(
                f,
                "the database is at version {version}, which this program does not know: \
                 start the newer Chorus that wrote it"
            ),
            Self::Foreign => write!(f, "the database belongs to another program"),
            Self::Postgres(error) => write!(f, "the database cannot be opened: {error}"),
            Self::Migration(error) => {
                write!(f, "the database cannot be brought up to date: {error}")
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Postgres(error)
    }
}

impl PostgresStore {
    /// Opens `postgres://user@server/database` and brings it up to date.
    /// Several programs may do so at once: one brings it up to date, and the
    /// others wait.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let store = Self::closed(url)?;
        store.come_up(url).await?;
        Ok(store)
    }

    /// As [`PostgresStore::open`], for a program that has something to answer
    /// before its database does: if no server answers there, the store answers
    /// nothing but errors until one does.
    pub async fn open_sooner_or_later(url: &str) -> Result<Self, OpenError> {
        let store = Self::closed(url)?;
        match store.come_up(url).await {
            Err(error @ OpenError::Unreachable { .. }) => {
                tracing::error!("{error}; it is asked again until it does");
                tokio::spawn(store.clone().keep_trying(url.to_owned()));
            }
            done => done?,
        }
        Ok(store)
    }

    async fn keep_trying(self, url: String) {
        loop {
            tokio::time::sleep(TRY_EVERY).await;
            match self.come_up(&url).await {
                Ok(()) => return tracing::info!("the database is there"),
                Err(error) => tracing::warn!("{error}"),
            }
        }
    }

    /// Brings the database up to date, and uses it from then on.
    async fn come_up(&self, url: &str) -> Result<(), OpenError> {
        let mut connection = connect(&options_of(url)?).await?;
        bring_up_to_date(&mut connection).await?;
        connection.close().await?;
        for pool in [&self.limits, &self.writers, &self.readers] {
            drop(pool.acquire().await?);
        }
        self.is_open.store(true, Ordering::Release);
        Ok(())
    }

    fn closed(url: &str) -> Result<Self, OpenError> {
        let options = options_of(url)?;
        let writing = options.options([
            // What is acknowledged is on the disk, whatever the server's own
            // settings say.
            ("synchronous_commit", "on"),
            ("default_transaction_isolation", "read committed"),
            ("jit", "off"),
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            // A node that hangs does not hold what others wait for.
            ("idle_in_transaction_session_timeout", "60s"),
        ]);
        let reading = writing
            .clone()
            .options([("default_transaction_read_only", "on")]);
        Ok(Self {
            limits: pool(writing.clone(), LIMITS),
            writers: pool(writing, WRITERS),
            readers: pool(reading, READERS),
            kept: Arc::default(),
            is_open: Arc::default(),
        })
    }
}

fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(Duration::from_secs(300))
        .connect_lazy_with(options)
}

pub(crate) fn options_of(url: &str) -> Result<PgConnectOptions, OpenError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(OpenError::Address);
    }
    let options: PgConnectOptions = url.parse().map_err(|_| OpenError::Address)?;
    let named = options.get_application_name().is_some();
    Ok(if named {
        options
    } else {
        options.application_name("chorus")
    }
    .statement_cache_capacity(256))
}

/// A connection outside the pools, to a server that will do.
pub(crate) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, OpenError> {
    let mut connection = match tokio::time::timeout(PATIENCE, options.connect()).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return Err(refused(options, error)),
        Err(_) => {
            return Err(OpenError::Unreachable {
                place: place(options),
                cause: format!("no answer within {} seconds", PATIENCE.as_secs()),
            });
        }
    };
    check_server(&mut connection).await?;
    Ok(connection)
}

fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

fn refused(options: &PgConnectOptions, error: sqlx::Error) -> OpenError {
    match error {
        sqlx::Error::Io(cause) => OpenError::Unreachable {
            place: place(options),
            cause: cause.to_string(),
        },
        sqlx::Error::Database(said) => match said.code().as_deref() {
            Some("28000" | "28P01") => OpenError::SignIn(said.message().to_owned()),
            // It is starting, or stopping.
            Some("57P03") => OpenError::Unreachable {
                place: place(options),
                cause: said.message().to_owned(),
            },
            Some("3D000") => OpenError::Missing(said.message().to_owned()),
            _ => OpenError::Postgres(sqlx::Error::Database(said)),
        },
        other => OpenError::Postgres(other),
    }
}

async fn check_server(connection: &mut PgConnection) -> Result<(), OpenError> {
    let row = sqlx::query(
        "SELECT current_setting('server_version_num')::bigint / 10000 AS major, \
         current_setting('server_version') AS version, \
         current_setting('server_encoding') AS encoding",
    )
    .fetch_one(connection)
    .await?;
    if row.try_get::<i64, _>("major")? < OLDEST_SERVER {
        return Err(OpenError::OldServer(row.try_get("version")?));
    }
    let encoding: String = row.try_get("encoding")?;
    if encoding == "UTF8" {
        Ok(())
    } else {
        Err(OpenError::Encoding(encoding))
    }
}

/// The version that this program brings a database to.
pub fn newest() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// The version of a database's tables; none if it has no table yet.
pub(crate) async fn version_of(connection: &mut PgConnection) -> Result<Option<i64>, OpenError> {
    // What an extension brought along is nobody's.
    let row = sqlx::query(
        "SELECT count(*) AS tables, \
         count(*) FILTER (WHERE c.relname = '_sqlx_migrations') AS ledgers, \
         count(*) FILTER (WHERE c.relname = 'members') AS ours \
         FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace \
         AND c.relkind IN ('r', 'p', 'f') AND NOT EXISTS (SELECT 1 FROM pg_depend d \
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')",
    )
    .fetch_one(&mut *connection)
    .await?;
    let count = |column: &str| row.try_get::<i64, _>(column);
    let (tables, ledgers, ours) = (count("tables")?, count("ledgers")?, count("ours")?);
    if tables == 0 {
        return Ok(None);
    }
    if ledgers == 0 || (tables > 1 && ours == 0) {
        return Err(OpenError::Foreign);
    }
    let version = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await?;
    if version > newest() {
        return Err(OpenError::Newer(version));
    }
    Ok(Some(version))
}

/// Does the server only follow another one?
pub(crate) async fn follows(connection: &mut PgConnection) -> Result<bool, OpenError> {
    Ok(sqlx::query_scalar("SELECT pg_is_in_recovery()")
        .fetch_one(connection)
        .await?)
}

async fn bring_up_to_date(connection: &mut PgConnection) -> Result<(), OpenError> {
    if follows(connection).await? {
        return Err(OpenError::Standby);
    }
    let before = version_of(connection).await?;
    // `run` is not `Send`, as far as the compiler can tell.
    MIGRATIONS
        .run_direct(None, &mut *connection, false)
        .await
        .map_err(|error| match error {
            // A newer node was quicker.
            MigrateError::VersionMissing(version) if version > newest() => {
                OpenError::Newer(version)
            }
            other => OpenError::Migration(other),
        })?;
    if before != Some(newest()) {
        tracing::info!(version = newest(), "the database is up to date");
    }
    Ok(())
}
