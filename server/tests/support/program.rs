//! `chorus serve` itself, as a host starts it, on a free port of this machine.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. It is killed when this is dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<u8>>>,
    /// Its care journal, which is not beside a database on a server.
    _journal: tempfile::TempDir,
    reading: Option<JoinHandle<()>>,
}

/// A port on which nobody listens now.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
}

impl Program {
    /// Starts it on the database at `url`, and waits until it answers.
    pub fn start(url: &str, settings: &[(&str, &str)]) -> Self {
        Self::run(
            &mut Command::new(env!("CARGO_BIN_EXE_chorus")),
            url,
            settings,
        )
    }

    /// As [`Program::start`], on a system that lets it open so many files.
    pub fn start_with_files(url: &str, files: u32) -> Self {
        let limited = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &limited, env!("CARGO_BIN_EXE_chorus")]);
        Self::run(&mut shell, url, &[])
    }

    fn run(command: &mut Command, url: &str, settings: &[(&str, &str)]) -> Self {
        let address = free_address();
        let journal = tempfile::tempdir().expect("a folder");
        let mut child = command
            .arg("serve")
            .env("CHORUS_DATABASE_URL", url)
            .env("CHORUS_LISTEN", address.to_string())
            .env("CHORUS_CARE_JOURNAL", journal.path())
            .env_remove("CHORUS_LOG")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // Nobody listens to its greeting.
        drop(child.stdout.take());
        let mut stderr = child.stderr.take().expect("its log");
        let log = Arc::new(Mutex::new(Vec::new()));
        let reading = std::thread::spawn({
            let log = log.clone();
            move || {
                let mut piece = [0; 4096];
                while let Ok(length @ 1..) = stderr.read(&mut piece) {
                    log.lock().expect("the log").extend(&piece[..length]);
                }
            }
        });
        let mut program = Self {
            child,
            address,
            log,
            _journal: journal,
            reading: Some(reading),
        };
        program.wait_until_it_answers();
        program
    }

    fn wait_until_it_answers(&mut self) {
        let begun = Instant::now();
        while !answers(self.address) {
            let ended = self.child.try_wait().expect("a state");
            assert!(ended.is_none(), "it ended: {}", self.log());
            assert!(begun.elapsed() < PATIENCE, "no answer: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().expect("the log")).into_owned()
    }

    /// Tells it to stop, and waits until it has; answers with all that it logged.
    pub fn stop(mut self) -> String {
        let told = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.child.id())])
            .status();
        assert!(told.is_ok_and(|told| told.success()), "it was not told");
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a state") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        };
        assert!(status.success(), "{status}: {}", self.log());
        if let Some(reading) = self.reading.take() {
            reading.join().expect("the whole log");
        }
        self.log()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answers(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    ask_on(&mut stream, "GET", "/healthz", &[], "").is_ok_and(|answer| answer.contains("200 OK"))
}

/// One request to an address of this machine, and the whole answer as it came.
pub fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    ask_on(&mut stream, method, path, headers, body).expect("an answer")
}

fn ask_on(
    stream: &mut TcpStream,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<String> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: chorus.test\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = body.len();
    request.push_str(&format!(
        "Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    ));
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
