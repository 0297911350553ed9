//! The program under attack: started with a database of its own, watched through its log, its own
//! count of answers, and the kernel.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use bench::Result;
use bench::http::{Connection, fetch, get};
use bench::process;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// The limits on posting are raised, or most requests would be turned away before anything reads
/// them.
const SETTINGS: [(&str, &str); 3] = [
    ("CHORUS_PACE", "1000000"),
    ("CHORUS_LOG", "warn"),
    ("CHORUS_LOG_FORMAT", "json"),
];
const START_WITHIN: Duration = Duration::from_secs(60);
const ALIVE_WITHIN: Duration = Duration::from_secs(10);
const STOP_WITHIN: Duration = Duration::from_secs(40);

/// A running Chorus, killed when it is let go.
pub struct Program {
    child: Child,
    path: PathBuf,
    database: String,
    log: PathBuf,
    accounts: PathBuf,
    metrics: SocketAddr,
    /// Where it listens.
    pub address: SocketAddr,
}

/// An account of the sample.
pub struct Account {
    /// Its roles, or `member`.
    pub roles: String,
    /// The name to sign in with.
    pub handle: String,
    /// Its password.
    pub password: String,
}

/// What the log says that it should not.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Lines of panics.
    pub panics: Vec<String>,
    /// Lines at level ERROR.
    pub errors: Vec<String>,
    /// Lines at level WARN.
    pub warnings: u64,
}

impl Program {
    /// Starts it on an empty database in the folder, which is emptied, and waits until it is
    /// healthy.
    ///
    /// # Errors
    /// When it ends, or does not answer within a minute.
    pub async fn start(program: &Path, folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let path = program
            .canonicalize()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let (address, metrics) = (free_address()?, free_address()?);
        let (log, accounts) = (folder.join("log"), folder.join("accounts.json"));
        let database = format!("sqlite:{}", folder.join("chorus.db").display());
        let child = Command::new(&path)
            .args(["serve", "--sample", "--listen", &address.to_string()])
            .args(["--metrics-listen", &metrics.to_string()])
            .env("CHORUS_DATABASE_URL", &database)
            .env("CHORUS_SAMPLE_ACCOUNTS", &accounts)
            .envs(SETTINGS)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .kill_on_drop(true)
            .spawn()?;
        let mut program = Self {
            child,
            path,
            database,
            log,
            accounts,
            metrics,
            address,
        };
        program.healthy().await?;
        Ok(program)
    }

    async fn healthy(&mut self) -> Result<()> {
        let started = Instant::now();
        let request = get(self.address, "/healthz", &[]);
        loop {
            if let Some(status) = self.child.try_wait()? {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                return Err(format!("chorus serve ended: {status}\n{log}").into());
            }
            let answer = Connection::to(self.address).exchange(&request).await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if started.elapsed() > START_WITHIN {
                return Err("chorus serve did not answer within a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The sample's accounts, in the order of the file.
    ///
    /// # Errors
    /// When the file is not there or cannot be read.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        let text = fs::read_to_string(&self.accounts)?;
        let entries: Vec<serde_json::Value> = serde_json::from_str(&text)?;
        entries
            .iter()
            .map(|entry| {
                let text = |name: &str| entry.get(name)?.as_str().map(str::to_owned);
                Some(Account {
                    roles: text("roles")?,
                    handle: text("handle")?,
                    password: text("password")?,
                })
            })
            .collect::<Option<_>>()
            .ok_or_else(|| "the file of accounts has another form".into())
    }

    /// Does it still answer help and readiness, within 10 s?
    ///
    /// # Errors
    /// When it does not.
    pub async fn alive(&self) -> Result<()> {
        for path in ["/help", "/readyz"] {
            match timeout(ALIVE_WITHIN, fetch(self.address, path, &[])).await {
                Ok(answer) => answer?,
                Err(_) => {
                    return Err(
                        format!("{path} has no answer in {} s", ALIVE_WITHIN.as_secs()).into(),
                    );
                }
            };
        }
        Ok(())
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When it has ended.
    pub fn memory(&self) -> Result<u64> {
        let pid = self.child.id().ok_or("the process has ended")?;
        Ok(process::memory(pid)?.resident)
    }

    /// Answers of 500 and above by the server's own count, each as its line. This also counts
    /// what nobody waited for and what was asked by HTTP/2.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn own_count(&self) -> Result<Vec<String>> {
        let text = fetch(self.metrics, "/metrics", &[]).await?.text();
        if !text.contains("chorus_requests_total{") {
            return Err("the server counts no requests".into());
        }
        Ok(of_500_and_above(&text))
    }

    /// Reads the whole log.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn trouble(&self) -> Result<Trouble> {
        Ok(trouble(&String::from_utf8_lossy(&fs::read(&self.log)?)))
    }

    /// Lets the program say whether its database is whole.
    ///
    /// # Errors
    /// With what it says, when it is not.
    pub async fn check(&self) -> Result<()> {
        let output = Command::new(&self.path)
            .args(["check", "--database", &self.database])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(String::from_utf8_lossy(&said).into_owned().into())
    }

    /// Tells it to stop, and waits until it has. It answers what is under way for 20 s; a server
    /// of which a part waits for ever does not stop at all.
    ///
    /// # Errors
    /// When it does not stop in 40 s, or not as it should; it is then killed.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok());
        let pid = pid.and_then(Pid::from_raw).ok_or("the process has ended")?;
        kill_process(pid, Signal::TERM)?;
        match timeout(STOP_WITHIN, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(ended) => Err(format!("it stopped with {ended:?}").into()),
            Err(_) => {
                self.child.kill().await?;
                let seconds = STOP_WITHIN.as_secs();
                Err(format!("told to stop, it was still running after {seconds} s").into())
            }
        }
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn of_500_and_above(metrics: &str) -> Vec<String> {
    metrics
        .lines()
        .filter(|line| line.starts_with("chorus_requests_total{"))
        .filter(|line| {
            let status = line.split("status=\"").nth(1);
            let status = status.and_then(|rest| rest.split('"').next());
            status.is_none_or(|status| status.parse::<u16>().is_ok_and(|status| status >= 500))
        })
        .map(str::to_owned)
        .collect()
}

/// A panic is a line of the standard library's; what the server then logs of it is an error.
pub fn trouble(log: &str) -> Trouble {
    let mut trouble = Trouble::default();
    for line in log.lines() {
        if line.contains("panicked at") {
            trouble.panics.push(line.to_owned());
        } else if line.contains("\"level\":\"ERROR\"") {
            trouble.errors.push(line.to_owned());
        } else if line.contains("\"level\":\"WARN\"") {
            trouble.warnings += 1;
        }
    }
    trouble
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read() {
        let found = trouble(
            "thread 'tokio-rt-worker' panicked at src/a.rs:1:1:\nboom\n\
             {\"level\":\"ERROR\",\"fields\":{\"message\":\"broken\"}}\n{\"level\":\"WARN\"}\n",
        );
        assert_eq!((found.panics.len(), found.errors.len()), (1, 1));
        assert_eq!(found.warnings, 1);
        assert_eq!(trouble(""), Trouble::default());
    }

    #[test]
    fn the_servers_own_count_is_read() {
        let line =
            |status: &str| format!("chorus_requests_total{{route=\"/\",status=\"{status}\"}} 1");
        let text = format!(
            "# TYPE x\n{}\n{}\n{}\n",
            line("200"),
            line("503"),
            line("404")
        );
        assert_eq!(of_500_and_above(&text), [line("503")]);
    }
}
