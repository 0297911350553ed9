//! A keep-alive HTTP/1.1 client, light enough not to be what is measured.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Result;

const ANSWER_WITHIN: Duration = Duration::from_secs(30);
const MOST_HEADERS: usize = 64;

/// An answer, read to its end.
pub struct Answer {
    /// The status code.
    pub status: u16,
    head: Vec<u8>,
    /// The body as sent: chunks joined, content still encoded.
    pub body: Vec<u8>,
    /// From sending the request to the answer's first bytes.
    pub waited: Duration,
}

impl Answer {
    /// Every header, in the order sent.
    pub fn headers(&self) -> Vec<(String, String)> {
        let mut room = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Response::new(&mut room);
        match parsed.parse(&self.head) {
            Ok(_) => parsed
                .headers
                .iter()
                .map(|header| {
                    let value = String::from_utf8_lossy(header.value).into_owned();
                    (header.name.to_ascii_lowercase(), value)
                })
                .collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The first header of that name (in lower case).
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers()
            .into_iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }

    /// The body as text, with what is not UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// How the end of a body is known.
enum Framing {
    Empty,
    Length(usize),
    Chunked,
}

/// One connection, kept open between requests and opened anew when the server closed it.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    /// A connection that opens on its first request.
    pub fn to(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::with_capacity(64 * 1024),
        }
    }

    /// Sends a whole request and reads the whole answer.
    ///
    /// # Errors
    /// When the connection breaks, the answer is no HTTP, or it takes longer than 30 s.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        let answer = timeout(ANSWER_WITHIN, self.attempt(request)).await;
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(failure)) => {
                self.stream = None;
                Err(failure)
            }
            Err(_) => {
                self.stream = None;
                Err(format!("no answer within {} s", ANSWER_WITHIN.as_secs()).into())
            }
        }
    }

    async fn attempt(&mut self, request: &[u8]) -> Result<Answer> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
            self.buffer.clear();
        }
        self.stream
            .as_mut()
            .ok_or("not connected")?
            .write_all(request)
            .await?;
        let sent = Instant::now();
        if self.buffer.is_empty() {
            self.read_more().await?;
        }
        let waited = sent.elapsed();
        let (status, head_length, framing, closes) = self.read_head().await?;
        let head: Vec<u8> = self.buffer.drain(..head_length).collect();
        let body = match framing {
            Framing::Empty => Vec::new(),
            Framing::Length(length) => self.take(length).await?,
            Framing::Chunked => self.read_chunks().await?,
        };
        if closes {
            self.stream = None;
        }
        Ok(Answer {
            status,
            head,
            body,
            waited,
        })
    }

    async fn read_head(&mut self) -> Result<(u16, usize, Framing, bool)> {
        loop {
            let mut room = [httparse::EMPTY_HEADER; MOST_HEADERS];
            let mut parsed = httparse::Response::new(&mut room);
            if let httparse::Status::Complete(length) = parsed.parse(&self.buffer)? {
                let status = parsed.code.ok_or("no status")?;
                let value = |name: &str| {
                    parsed
                        .headers
                        .iter()
                        .find(|header| header.name.eq_ignore_ascii_case(name))
                        .and_then(|header| std::str::from_utf8(header.value).ok())
                };
                let framing = if matches!(status, 204 | 304) {
                    Framing::Empty
                } else if let Some(length) = value("content-length") {
                    Framing::Length(length.trim().parse()?)
                } else if value("transfer-encoding").is_some() {
                    Framing::Chunked
                } else {
                    Framing::Empty
                };
                let closes = value("connection").is_some_and(|v| v.eq_ignore_ascii_case("close"));
                return Ok((status, length, framing, closes));
            }
            self.read_more().await?;
        }
    }

    async fn read_chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.take_line().await?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16)?;
            body.extend(self.take(size).await?);
            self.take_line().await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.read_more().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn take_line(&mut self) -> Result<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.take(end + 2).await?;
                return Ok(String::from_utf8(line)?.trim_end().to_owned());
            }
            self.read_more().await?;
        }
    }

    async fn read_more(&mut self) -> Result<()> {
        let stream = self.stream.as_mut().ok_or("not connected")?;
        if stream.read_buf(&mut self.buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

/// A GET request for a path, with further header lines.
pub fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    request("GET", address, path, headers, "")
}

/// A page that must be there.
///
/// # Errors
/// When there is no answer, or one other than 200.
pub async fn fetch(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    let answer = Connection::to(address)
        .exchange(&get(address, path, headers))
        .await?;
    if answer.status == 200 {
        Ok(answer)
    } else {
        Err(format!("{path} answers {}", answer.status).into())
    }
}

/// A form posted from the program's own pages.
pub fn post_form(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    fields: &[(&str, &str)],
) -> Vec<u8> {
    let body = fields
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encoded(name), percent_encoded(value)))
        .collect::<Vec<_>>()
        .join("&");
    let origin = format!("http://{address}");
    let mut all = vec![
        // As a browser without script: the answer leads to a page.
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    all.extend_from_slice(headers);
    request("POST", address, path, &all, &body)
}

fn request(
    method: &str,
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    head.push_str(body);
    head.into_bytes()
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answering(answer: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut heard = [0; 1024];
            while stream.read(&mut heard).await.is_ok_and(|read| read > 0) {
                stream.write_all(answer).await.expect("an answer sent");
            }
        });
        address
    }

    #[tokio::test]
    async fn reads_bodies_of_known_length_on_one_connection() {
        let address =
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\nhello").await;
        let mut connection = Connection::to(address);
        for _ in 0..2 {
            let answer = connection
                .exchange(&get(address, "/", &[]))
                .await
                .expect("an answer");
            assert_eq!((answer.status, answer.text().as_str()), (200, "hello"));
            assert_eq!(answer.header("etag").as_deref(), Some("\"a\""));
        }
    }

    #[tokio::test]
    async fn joins_chunks() {
        let address = answering(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n there\r\n0\r\n\r\n",
        )
        .await;
        let answer = Connection::to(address)
            .exchange(&get(address, "/", &[]))
            .await
            .expect("an answer");
        assert_eq!(answer.text(), "hello there");
    }

    #[tokio::test]
    async fn a_304_has_no_body() {
        let address = answering(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 900\r\n\r\n").await;
        let answer = Connection::to(address)
            .exchange(&get(address, "/", &[]))
            .await
            .expect("an answer");
        assert_eq!((answer.status, answer.body.len()), (304, 0));
    }

    #[test]
    fn fields_are_encoded() {
        assert_eq!(percent_encoded("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }
}
