//! Chorus, started with a database of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::Result;
use crate::http::{Connection, get};

/// The limits on posting are raised through the host's configuration only.
const SETTINGS: [(&str, &str); 3] = [
    ("CHORUS_PACE", "1000000"),
    ("CHORUS_STREAMS_PER_ADDRESS", "1000000"),
    ("CHORUS_LOG", "warn"),
];
const DURABILITY: &str = "CHORUS_SQLITE_SYNCHRONOUS";
/// The file's name in its folder.
pub const DATABASE: &str = "chorus.db";
const ACCOUNTS: &str = "accounts.json";
const START_WITHIN: Duration = Duration::from_secs(60);

/// How SQLite confirms a commit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// After the disk has it, as people's posts are kept.
    Full,
    /// At once: for comparison only.
    Off,
}

/// A process that was started and may not answer yet, killed when it is let go.
pub struct Launched {
    child: Child,
    address: SocketAddr,
    started: Instant,
}

impl Launched {
    /// Waits until it is healthy.
    ///
    /// # Errors
    /// When it ends, or does not answer within a minute.
    pub async fn healthy(mut self) -> Result<Running> {
        let request = get(self.address, "/healthz", &[]);
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("chorus serve ended: {status}").into());
            }
            let answer = Connection::to(self.address).exchange(&request).await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(Running::since(self.started, self.child, self.address));
            }
            if self.started.elapsed() > START_WITHIN {
                return Err("chorus serve did not answer within a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Ends the process and waits until it is gone.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}

fn found(program: &Path) -> Result<PathBuf> {
    program
        .canonicalize()
        .map_err(|error| format!("{}: {error}", program.display()).into())
}

/// A running process, killed when it is let go.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start to the first healthy answer.
    pub cold_start: Duration,
}

impl Running {
    /// A process that answers now.
    pub fn since(started: Instant, child: Child, address: SocketAddr) -> Self {
        Self {
            child,
            address,
            cold_start: started.elapsed(),
        }
    }

    /// The process's number.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pid(&self) -> Result<u32> {
        self.child
            .id()
            .ok_or_else(|| "the process has ended".into())
    }

    /// Ends the process and waits until it is gone.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}

/// A program and a database that can be started again and again.
pub struct Chorus {
    program: PathBuf,
    /// The address of the database.
    url: String,
    /// Where the sample's accounts are noted.
    accounts: PathBuf,
    durability: Durability,
}

impl Chorus {
    /// Prepares a database file of that name in the folder; an earlier one is removed.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn new(program: &Path, folder: &Path, name: &str, durability: Durability) -> Result<Self> {
        let folder = folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Self::at(program, &folder, durability)
    }

    /// Takes a folder as it is; the database in it is `chorus.db`.
    ///
    /// # Errors
    /// When the program or the folder is not there.
    pub fn at(program: &Path, folder: &Path, durability: Durability) -> Result<Self> {
        let folder = folder.canonicalize()?;
        Ok(Self {
            program: found(program)?,
            url: format!("sqlite:{}", folder.join(DATABASE).display()),
            accounts: folder.join(ACCOUNTS),
            durability,
        })
    }

    /// Takes a database by its address; notes are left in the folder.
    ///
    /// # Errors
    /// When the program or the folder is not there.
    pub fn on(program: &Path, folder: &Path, url: String) -> Result<Self> {
        Ok(Self {
            program: found(program)?,
            url,
            accounts: folder.canonicalize()?.join(ACCOUNTS),
            durability: Durability::Full,
        })
    }

    /// Fills the empty database with a made-up community, by the program itself.
    ///
    /// # Errors
    /// When the program says that it cannot be filled.
    pub async fn generate(&self, shares: u64, comments: u64) -> Result<()> {
        let made = Command::new(&self.program)
            .args(["generate", "--shares", &shares.to_string()])
            .args(["--comments", &comments.to_string()])
            .env("CHORUS_DATABASE_URL", &self.url)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .status()
            .await?;
        if made.success() {
            Ok(())
        } else {
            Err("chorus generate did not fill the database".into())
        }
    }

    /// Starts it and waits until it is healthy. The first start fills the database with the sample.
    ///
    /// # Errors
    /// When it ends, or does not answer within a minute.
    pub async fn start(&self) -> Result<Running> {
        self.launch()?.healthy().await
    }

    /// Starts it and does not wait.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn launch(&self) -> Result<Launched> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--sample", "--listen", &address.to_string()])
            .env("CHORUS_DATABASE_URL", &self.url)
            .env("CHORUS_SAMPLE_ACCOUNTS", &self.accounts)
            .envs(SETTINGS)
            .env_remove(DURABILITY)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        if self.durability == Durability::Off {
            command.env(DURABILITY, "OFF");
        }
        let started = Instant::now();
        let child = command.spawn()?;
        Ok(Launched {
            child,
            address,
            started,
        })
    }
}
