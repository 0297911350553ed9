//! Chorus, started for a benchmark with a database of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Result;
use crate::http::{Connection, get};

/// The limits on posting are raised through the host's configuration only.
const SETTINGS: [(&str, &str); 2] = [("CHORUS_PACE", "1000000"), ("CHORUS_LOG", "warn")];
const DURABILITY: &str = "CHORUS_SQLITE_SYNCHRONOUS";
const START_WITHIN: Duration = Duration::from_secs(60);

/// How SQLite confirms a commit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// After the disk has it, as people's posts are kept.
    Full,
    /// At once: for comparison only.
    Off,
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
    database: PathBuf,
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
        let program = program.canonicalize()?;
        Ok(Self {
            program,
            database: folder.canonicalize()?.join("chorus.db"),
            durability,
        })
    }

    /// Starts it and waits until it is healthy. The first start fills the database with the sample.
    ///
    /// # Errors
    /// When it ends, or does not answer within a minute.
    pub async fn start(&self) -> Result<Running> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(&self.program);
        command
            .args([
                "serve",
                "--sample",
                "--listen",
                &address.to_string(),
                "--database",
            ])
            .arg(format!("sqlite:{}", self.database.display()))
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
        let mut child = command.spawn()?;
        let request = get(address, "/healthz", &[]);
        loop {
            if let Some(status) = child.try_wait()? {
                return Err(format!("chorus serve ended: {status}").into());
            }
            let answer = Connection::to(address).exchange(&request).await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(Running {
                    child,
                    address,
                    cold_start: started.elapsed(),
                });
            }
            if started.elapsed() > START_WITHIN {
                return Err("chorus serve did not answer within a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Starts this program as the reference for a page.
///
/// # Errors
/// When it does not say where it listens.
pub async fn start_reference(page: &str) -> Result<Running> {
    let started = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["reference", "--from", page])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    let address = line.ok_or("the reference did not start")?.parse()?;
    Ok(Running {
        child,
        address,
        cold_start: started.elapsed(),
    })
}
