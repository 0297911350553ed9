//! One node: a program that is started, stopped and killed.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use bench::Result;
use bench::http::{Connection, get};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

const START_WITHIN: Duration = Duration::from_secs(60);
/// Longer than the program waits for whatever it still answers.
const STOP_WITHIN: Duration = Duration::from_secs(40);

/// What all nodes have in common.
#[derive(Clone)]
pub struct House {
    /// The program.
    pub program: PathBuf,
    /// The database's address.
    pub database: String,
    /// The address that people use.
    pub address: SocketAddr,
    /// For logs and the sample's accounts.
    pub folder: PathBuf,
}

/// A node, ended when it is let go.
pub struct Node {
    house: House,
    child: Option<Child>,
    name: String,
    /// Where it listens.
    pub address: SocketAddr,
}

/// A port that nobody listens on.
///
/// # Errors
/// When there is none.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Node {
    /// A node that does not run yet.
    pub fn new(house: &House, number: usize, address: SocketAddr) -> Self {
        Self {
            house: house.clone(),
            child: None,
            name: format!("node-{number}"),
            address,
        }
    }

    /// Starts it and waits until it is healthy. With `sample` it fills an empty database.
    ///
    /// # Errors
    /// When it ends, or does not answer within a minute.
    pub async fn start(&mut self, sample: bool) -> Result<()> {
        let log = self.house.folder.join(format!("{}.log", self.name));
        let log = File::options().create(true).append(true).open(log)?;
        let mut command = Command::new(&self.house.program);
        command
            .args(["serve", "--listen", &self.address.to_string()])
            .env("CHORUS_DATABASE_URL", &self.house.database)
            .env("CHORUS_BASE_URL", format!("http://{}", self.house.address))
            .env("CHORUS_TRUSTED_PROXY", "127.0.0.1")
            .env("CHORUS_PACE", "1000000")
            .env("CHORUS_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true);
        if sample {
            let accounts: &Path = &self.house.folder.join("accounts.json");
            command
                .args(["--sample", "--sample-accounts"])
                .arg(accounts);
        }
        self.child = Some(command.spawn()?);
        self.healthy().await
    }

    async fn healthy(&mut self) -> Result<()> {
        let started = Instant::now();
        let request = get(self.address, "/healthz", &[]);
        loop {
            if let Some(status) = self.running()?.try_wait()? {
                return Err(format!("{} ended: {status}", self.name).into());
            }
            let answer = Connection::to(self.address).exchange(&request).await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if started.elapsed() > START_WITHIN {
                return Err(format!("{} did not answer within a minute", self.name).into());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn running(&mut self) -> Result<&mut Child> {
        self.child
            .as_mut()
            .ok_or_else(|| format!("{} does not run", self.name).into())
    }

    /// Tells it to stop, and waits until it has.
    ///
    /// # Errors
    /// When it does not end, or ends with an error.
    pub async fn stop(&mut self) -> Result<()> {
        let child = self.running()?;
        let number = child.id().and_then(|id| i32::try_from(id).ok());
        let number = number.and_then(Pid::from_raw).ok_or("it has ended")?;
        kill_process(number, Signal::TERM)?;
        let ended = timeout(STOP_WITHIN, child.wait()).await;
        let status = ended.map_err(|_| format!("{} does not stop", self.name))??;
        self.child = None;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{} stopped with {status}", self.name).into())
        }
    }

    /// Ends it at once.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub async fn kill(&mut self) -> Result<()> {
        self.running()?.kill().await?;
        self.child = None;
        Ok(())
    }
}
