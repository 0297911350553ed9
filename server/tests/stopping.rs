//! `chorus serve` is told to stop: whoever was let in is answered, and nobody
//! else is kept waiting.

use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_millis(20);

/// A program on a database of its own. It is ended when this is dropped.
struct Serving {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn begun() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port");
        let database = format!("sqlite:{}", folder.path().join("chorus.db").display());
        let child = Command::new(env!("CARGO_BIN_EXE_chorus"))
            .args(["serve", "--listen", &address.to_string()])
            .args(["--database", &database])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let serving = Self {
            child,
            address,
            _folder: folder,
        };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < PATIENCE, "it does not listen");
            std::thread::sleep(SOON);
        }
        serving
    }

    fn connects(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a bound");
        stream
    }

    fn is_told_to_stop(&self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).expect("told");
    }

    fn takes_nobody_any_more(&self) {
        let begun = Instant::now();
        loop {
            match TcpStream::connect(self.address) {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
                _ => std::thread::sleep(SOON),
            }
            assert!(begun.elapsed() < PATIENCE, "it still listens");
        }
    }

    fn has_ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("asked") {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(SOON);
        }
    }
}

fn says(stream: &mut TcpStream, words: &str) {
    stream.write_all(words.as_bytes()).expect("sent");
}

/// What comes until the other side has closed the connection.
fn hears_all(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).expect("an end");
    String::from_utf8_lossy(&heard).into_owned()
}

/// The answer to a question on a connection that stays open.
fn hears_one(stream: &mut TcpStream) -> String {
    let mut heard = String::new();
    let mut some = [0; 4096];
    while !heard.contains("\r\n\r\n") {
        let read = stream.read(&mut some).expect("an answer");
        assert!(read > 0, "it was closed after {heard:?}");
        heard.push_str(&String::from_utf8_lossy(&some[..read]));
    }
    heard
}

#[test]
fn whoever_was_let_in_is_answered() {
    let mut serving = Serving::begun();
    let host = serving.address;
    let form = "page=%2Fstories&body=Half+a+sentence";
    let (first, rest) = form.split_at(20);

    let mut amid_a_form = serving.connects();
    says(
        &mut amid_a_form,
        &format!(
            "POST /api/stories/preview HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\
             sec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{first}",
            form.len()
        ),
    );
    let mut silent = serving.connects();
    let mut unused = serving.connects();
    // They are let in one after the other: who is answered came last.
    let mut idle = serving.connects();
    says(
        &mut idle,
        &format!("HEAD /help HTTP/1.1\r\nhost: {host}\r\n\r\n"),
    );
    assert!(hears_one(&mut idle).starts_with("HTTP/1.1 200"));

    serving.is_told_to_stop();
    says(
        &mut silent,
        &format!("GET /help HTTP/1.1\r\nhost: {host}\r\n\r\n"),
    );
    serving.takes_nobody_any_more();
    assert_eq!(hears_all(&mut idle), "", "it is closed, and nothing said");
    let page = hears_all(&mut silent);
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("</html>"), "the whole page");
    says(&mut amid_a_form, rest);
    let answer = hears_all(&mut amid_a_form);
    assert!(
        answer.starts_with("HTTP/1.1 "),
        "it is answered: {answer:?}"
    );
    assert!(!answer.starts_with("HTTP/1.1 5"), "{answer}");
    assert_eq!(hears_all(&mut unused), "", "nobody waits for it for ever");
    assert!(serving.has_ended().success());
}

#[test]
fn whoever_left_keeps_nobody_waiting() {
    let mut serving = Serving::begun();
    let host = serving.address;
    for page in ["/", "/stories", "/nowhere", "/rituals"]
        .iter()
        .cycle()
        .take(200)
    {
        let mut leaving = serving.connects();
        // A browser that has sent a form: pages are made for this browser alone.
        let cookie = "cookie: chorus-guest=00112233445566778899aabbccddeeff";
        says(
            &mut leaving,
            &format!("GET {page} HTTP/1.1\r\nhost: {host}\r\n{cookie}\r\n\r\n"),
        );
    }
    let mut staying = serving.connects();
    says(
        &mut staying,
        &format!("HEAD /stories HTTP/1.1\r\nhost: {host}\r\n\r\n"),
    );
    assert!(hears_one(&mut staying).starts_with("HTTP/1.1 200"));
    serving.is_told_to_stop();
    assert!(serving.has_ended().success());
}
