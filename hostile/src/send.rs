//! Sends bytes, and reads whatever comes back, within bounds.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::wire::Delivery;

const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// The server itself gives up after 30 s, and says so.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);
/// After this the line is closed on this side, for requests that may be waiting for more.
const CLOSE_AFTER: Duration = Duration::from_millis(250);
/// After the line is closed on this side.
const GONE_WITHIN: Duration = Duration::from_secs(10);
/// Enough of an answer to say why it is one of 500 and above.
const MOST_SAID: usize = 300;
const MOST_HEADERS: usize = 100;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Every answer that was due came whole.
    Answered,
    /// The server closed the line.
    Closed,
    /// Nobody waited.
    Left,
    /// Neither an answer nor an end in time.
    Silent,
    /// No connection was to be had.
    Unreachable,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The status of every answer, interim ones left out.
    pub statuses: Vec<u16>,
    /// The beginning of the first answer of 500 and above.
    pub said: String,
    /// How it ended.
    pub end: End,
    /// How long it took.
    pub took: Duration,
}

/// Sends a request and reads what comes back.
pub async fn send(
    address: SocketAddr,
    bytes: &[u8],
    delivery: &Delivery,
    is_head: bool,
) -> Outcome {
    let began = Instant::now();
    let mut reader = Reader {
        is_head,
        ..Reader::default()
    };
    let connected = timeout(CONNECT_WITHIN, TcpStream::connect(address)).await;
    let end = match connected {
        Ok(Ok(stream)) => exchange(stream, bytes, delivery, &mut reader).await,
        _ => End::Unreachable,
    };
    Outcome {
        statuses: reader.statuses,
        said: reader.said,
        end,
        took: began.elapsed(),
    }
}

async fn exchange(
    mut stream: TcpStream,
    bytes: &[u8],
    delivery: &Delivery,
    reader: &mut Reader,
) -> End {
    let _ = stream.set_nodelay(true);
    let (mut from, mut to) = stream.split();
    let write = async {
        let size = bytes.len().div_ceil(delivery.pieces).max(1);
        for piece in bytes.chunks(size) {
            // Whoever refuses a request need not read all of it.
            if to.write_all(piece).await.is_err() {
                return;
            }
            if !delivery.pause.is_zero() {
                sleep(delivery.pause).await;
            }
        }
        if delivery.may_wait {
            sleep(CLOSE_AFTER).await;
            let _ = to.shutdown().await;
        }
    };
    tokio::pin!(write);
    let mut deadline = Instant::now() + ANSWER_WITHIN;
    let mut written = false;
    loop {
        tokio::select! {
            () = &mut write, if !written => {
                written = true;
                if let Some(patience) = delivery.leaves_after {
                    // Long enough that the server may be in the midst of it.
                    sleep(patience).await;
                    return End::Left;
                }
                if delivery.may_wait {
                    deadline = Instant::now() + GONE_WITHIN;
                }
            }
            read = from.read_buf(&mut reader.buffer) => {
                if !read.is_ok_and(|read| read > 0) {
                    return End::Closed;
                }
                reader.advance();
                // Only when all was sent: an early refusal is an answer, too.
                if reader.statuses.len() >= delivery.answers && reader.is_between() {
                    return End::Answered;
                }
            }
            () = tokio::time::sleep_until(deadline) => return End::Silent,
        }
    }
}

/// Where in the answers the reader stands.
#[derive(Debug, Default)]
enum Place {
    #[default]
    Head,
    Body(usize),
    Chunk,
    /// What is left of a chunk and its line end.
    InChunk(usize),
    /// The last chunk's trailers, up to an empty line.
    Trailers,
    UntilClosed,
}

/// Reads answers one after the other.
#[derive(Debug, Default)]
struct Reader {
    buffer: Vec<u8>,
    place: Place,
    is_head: bool,
    statuses: Vec<u16>,
    said: String,
}

impl Reader {
    fn is_between(&self) -> bool {
        matches!(self.place, Place::Head)
    }

    fn advance(&mut self) {
        while self.step() {}
    }

    /// Goes one step further, if there are bytes enough.
    fn step(&mut self) -> bool {
        match self.place {
            Place::Head => self.head(),
            Place::Body(left) | Place::InChunk(left) => {
                let taken = left.min(self.buffer.len());
                self.buffer.drain(..taken);
                self.place = match (&self.place, left - taken) {
                    (Place::Body(_), 0) => Place::Head,
                    (Place::Body(_), left) => Place::Body(left),
                    (_, 0) => Place::Chunk,
                    (_, left) => Place::InChunk(left),
                };
                taken > 0
            }
            Place::Chunk => {
                let Some(line) = self.line() else {
                    return false;
                };
                let size = line.split(';').next().unwrap_or_default().trim().to_owned();
                self.place = match usize::from_str_radix(&size, 16) {
                    Ok(0) => Place::Trailers,
                    Ok(size) => Place::InChunk(size.saturating_add(2)),
                    Err(_) => Place::UntilClosed,
                };
                true
            }
            Place::Trailers => match self.line() {
                Some(line) if line.is_empty() => {
                    self.place = Place::Head;
                    true
                }
                Some(_) => true,
                None => false,
            },
            Place::UntilClosed => {
                self.buffer.clear();
                false
            }
        }
    }

    fn line(&mut self) -> Option<String> {
        let end = self.buffer.windows(2).position(|pair| pair == b"\r\n")?;
        let line: Vec<u8> = self.buffer.drain(..end + 2).collect();
        Some(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    fn head(&mut self) -> bool {
        let mut room = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Response::new(&mut room);
        let length = match parsed.parse(&self.buffer) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return false,
            // HTTP/2, or the body of an answer whose length was said otherwise: the server's own
            // count and its log tell what it was.
            Err(_) => {
                self.place = Place::UntilClosed;
                return true;
            }
        };
        let status = parsed.code.unwrap_or_default();
        let value = |name: &str| {
            let header = parsed
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case(name));
            header.map(|header| String::from_utf8_lossy(header.value).into_owned())
        };
        let no_body = self.is_head || status < 200 || status == 204 || status == 304;
        let place = if no_body {
            Place::Head
        } else if let Some(length) = value("content-length").and_then(|length| length.parse().ok())
        {
            Place::Body(length)
        } else if value("transfer-encoding").is_some() {
            Place::Chunk
        } else {
            Place::UntilClosed
        };
        if status >= 500 && self.said.is_empty() {
            let end = self.buffer.len().min(length + MOST_SAID);
            self.said = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        }
        if status >= 200 {
            self.statuses.push(status);
        }
        self.buffer.drain(..length);
        self.place = if matches!(place, Place::Body(0)) {
            Place::Head
        } else {
            place
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], is_head: bool) -> (Vec<u16>, bool) {
        let mut reader = Reader {
            is_head,
            ..Reader::default()
        };
        for byte in bytes {
            reader.buffer.push(*byte);
            reader.advance();
        }
        let between = reader.is_between();
        (reader.statuses, between)
    }

    #[test]
    fn answers_are_read_one_after_the_other() {
        let answers =
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc\
            HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
            HTTP/1.1 304 Same\r\ncontent-length: 9\r\n\r\n";
        assert_eq!(read(answers, false), (vec![200, 500, 304], true));
        assert_eq!(
            read(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", false),
            (vec![200], false)
        );
        assert_eq!(
            read(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n", true),
            (vec![200], true)
        );
        assert_eq!(read(b"\0\0\x06\x04\0\0\0\0\0", false), (vec![], false));
    }
}
