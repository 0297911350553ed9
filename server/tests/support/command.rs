//! The program itself, run as a host runs it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// No command of these tests takes this long.
const BOUND: Duration = Duration::from_secs(120);

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// It did not do it, in one sentence that holds `words`.
    #[track_caller]
    pub fn refuses(&self, words: &str) {
        assert_eq!(self.status.code(), Some(1), "{self:?}");
        assert!(self.stderr.contains(words), "{words:?} is not in {self:?}");
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "{self:?}");
        assert!(self.stderr.starts_with("chorus: "), "{self:?}");
    }

    /// It did it.
    #[track_caller]
    pub fn is_done(&self) -> &Self {
        assert!(self.status.success(), "{self:?}");
        self
    }
}

/// A command of Chorus on a database. No variable of the tests' own reaches it.
pub fn command(url: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chorus"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHORUS_") {
            command.env_remove(name);
        }
    }
    command
        .env("CHORUS_DATABASE_URL", url)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command to its end, which comes within a bound.
pub fn run(command: &mut Command) -> Said {
    let mut child = command.spawn().expect("it runs");
    let stdout = reading(child.stdout.take().expect("its output"));
    let stderr = reading(child.stderr.take().expect("its errors"));
    let status = wait(&mut child);
    Said {
        status,
        stdout: stdout.join().expect("read"),
        stderr: stderr.join().expect("read"),
    }
}

/// Runs a command of Chorus to its end.
pub fn chorus(url: &str, words: &[&str]) -> Said {
    run(&mut command(url, words))
}

fn reading(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).expect("plain text");
        text
    })
}

fn wait(child: &mut Child) -> ExitStatus {
    let until = Instant::now() + BOUND;
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        if Instant::now() > until {
            child.kill().expect("ended");
            panic!("it did not end within {} seconds", BOUND.as_secs());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A server that answers. It is killed when this is dropped.
pub struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    /// Starts `chorus serve` and waits until it says where it is.
    pub fn start(url: &str, words: &[&str]) -> Self {
        let mut child = command(url, &["serve", "--listen", "127.0.0.1:0"])
            .args(words)
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let mut said = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout)
            .read_line(&mut said)
            .expect("a first line");
        let address = said.trim().strip_prefix("Chorus is at http://");
        Self {
            child,
            address: address
                .unwrap_or_else(|| panic!("it did not start: {said:?}"))
                .parse()
                .expect("an address"),
        }
    }

    /// Does a page answer with 200?
    pub fn answers(&self, page: &str) -> bool {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(BOUND)).expect("a bound");
        write!(
            stream,
            "GET {page} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        )
        .expect("asked");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        answer.starts_with(b"HTTP/1.1 200")
    }

    /// Ends it as a power cut would, without a word.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        wait(&mut self.child);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
