//! The host's own command, which tells people away from their browsers that
//! calls wait: with counts, and never with what was said or by whom.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::process::{Child, Command};

/// The longest that the command may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the command is told, each as a variable of its environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// `CHORUS_WAITING`: calls on the desk that nobody has answered, and words
    /// that read like danger to life.
    pub waiting: u64,
    /// `CHORUS_NOTICED`: words that were only noticed as calls, and wait as well.
    pub noticed: u64,
    /// `CHORUS_LONGEST_MINUTES`: how long the first of them waits.
    pub longest_minutes: u64,
    /// `CHORUS_LEVEL`: how far it has come; 1 to 3, 0 before that.
    pub level: u8,
    /// `CHORUS_JOURNAL`: what is kept in this program's journal and is not on
    /// the desk yet.
    pub journal: u64,
}

/// Why nobody was told.
#[derive(Debug)]
pub enum AlertError {
    /// The command cannot be run.
    NotRun(io::Error),
    /// It said that it failed.
    Failed(ExitStatus),
    /// It took longer than it may, and was ended.
    TooLong,
}

impl fmt::Display for AlertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRun(error) => write!(f, "it cannot be run: {error}"),
            Self::Failed(status) => write!(f, "{status}"),
            Self::TooLong => write!(f, "it took longer than {} seconds", PATIENCE.as_secs()),
        }
    }
}

impl std::error::Error for AlertError {}

/// The host's command: a program, run without a shell and without arguments.
#[derive(Debug, Clone)]
pub struct Alert {
    program: PathBuf,
    patience: Duration,
}

impl Alert {
    /// By the program's path, or its name if it is on the `PATH`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            patience: PATIENCE,
        }
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Runs it, and waits for its end. Of this program's own environment it is
    /// given the search path and nothing else: that may hold a password.
    ///
    /// # Errors
    ///
    /// When it cannot be run, fails or takes too long.
    pub async fn tell(&self, counts: Counts) -> Result<(), AlertError> {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("CHORUS_WAITING", counts.waiting.to_string())
            .env("CHORUS_NOTICED", counts.noticed.to_string())
            .env("CHORUS_LONGEST_MINUTES", counts.longest_minutes.to_string())
            .env("CHORUS_LEVEL", counts.level.to_string())
            .env("CHORUS_JOURNAL", counts.journal.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(AlertError::NotRun)?;
        let ended = tokio::time::timeout(self.patience, child.wait()).await;
        let Ok(ended) = ended else {
            end(&mut child).await;
            return Err(AlertError::TooLong);
        };
        match ended.map_err(AlertError::NotRun)? {
            status if status.success() => Ok(()),
            status => Err(AlertError::Failed(status)),
        }
    }
}

/// Ends the command with all that it has started.
async fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill().await;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    fn script(text: &str) -> (Alert, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tell; touch me");
        let text = format!("#!/bin/sh\ncd '{}'\n{text}\n", folder.path().display());
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("may run");
        (Alert::new(path), folder)
    }

    #[tokio::test]
    async fn it_is_told_counts_and_nothing_else() {
        let (alert, folder) = script("env > told; echo $# >> told");
        let counts = Counts {
            waiting: 1200,
            noticed: 40,
            longest_minutes: 61,
            level: 3,
            journal: 2,
        };
        alert.tell(counts).await.expect("told");
        let told = fs::read_to_string(folder.path().join("told")).expect("it ran");
        let mut chorus: Vec<&str> = told.lines().filter(|l| l.contains("CHORUS")).collect();
        chorus.sort_unstable();
        assert_eq!(
            chorus,
            [
                "CHORUS_JOURNAL=2",
                "CHORUS_LEVEL=3",
                "CHORUS_LONGEST_MINUTES=61",
                "CHORUS_NOTICED=40",
                "CHORUS_WAITING=1200"
            ]
        );
        assert!(told.contains("PATH="));
        assert!(
            !told.contains("CARGO"),
            "its environment is its own: {told}"
        );
        assert!(told.ends_with("0\n"), "without arguments: {told}");
        assert!(
            !folder.path().join("me").exists(),
            "no shell reads its name"
        );
    }

    #[tokio::test]
    async fn that_it_failed_is_known() {
        let (alert, _folder) = script("exit 3");
        let failed = alert.tell(Counts::default()).await.expect_err("it failed");
        assert!(failed.to_string().contains('3'), "{failed}");
        let nowhere = Alert::new("/nowhere/to/be/found");
        let failed = nowhere.tell(Counts::default()).await.expect_err("none");
        assert!(matches!(failed, AlertError::NotRun(_)), "{failed}");
    }

    #[tokio::test]
    async fn one_that_hangs_is_ended_with_what_it_started() {
        let (mut alert, folder) = script("(sleep 2; touch late) & sleep 600");
        alert.patience = Duration::from_millis(300);
        let failed = alert.tell(Counts::default()).await.expect_err("it hangs");
        assert!(matches!(failed, AlertError::TooLong), "{failed}");
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(!folder.path().join("late").exists());
    }
}
