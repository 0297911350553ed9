//! A request before it becomes bytes, and how its bytes are handed over.

use std::time::Duration;

/// Fields by their names, in the order sent.
pub type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// How a request's fields travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// Behind the question mark.
    Query,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// As an object in JSON.
    Json,
    /// As a map in CBOR.
    Cbor,
    /// `multipart/form-data`.
    Multipart,
}

/// A request that is still in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, or what a mutation made of it.
    pub method: Vec<u8>,
    /// The path, without fields.
    pub target: Vec<u8>,
    /// As in `HTTP/1.1`.
    pub version: &'static str,
    /// In the order sent. The body's length comes on top.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// What the form holds.
    pub fields: Fields,
    /// How the fields travel.
    pub carrier: Carrier,
    /// Fields go out as they are, without percent-encoding.
    pub bare: bool,
    /// Takes the place of the body that the fields would make.
    pub body: Option<Vec<u8>>,
    /// Takes the place of the line that says the body's length.
    pub framing: Option<Vec<u8>>,
}

/// How the bytes are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The bytes are sent in so many pieces.
    pub pieces: usize,
    /// Between two pieces.
    pub pause: Duration,
    /// Nobody waits for the answer longer than this.
    pub leaves_after: Option<Duration>,
    /// The server may have cause to wait for more: the line is closed on this side after a while.
    pub may_wait: bool,
    /// So many answers are due.
    pub answers: usize,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            pieces: 1,
            pause: Duration::ZERO,
            leaves_after: None,
            may_wait: false,
            answers: 1,
        }
    }
}

impl Request {
    /// Puts a header in the place of those of its name, whose case is kept.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.remove(name);
        self.add(name, value);
    }

    /// Adds a header, whether there is one of that name or not.
    pub fn add(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.headers.push((name.into(), value.into()));
    }

    /// Takes out all headers of a name.
    pub fn remove(&mut self, name: &str) {
        self.headers
            .retain(|(found, _)| !found.eq_ignore_ascii_case(name.as_bytes()));
    }

    /// The first header of a name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value.as_slice())
    }

    /// All of it as it goes over the line.
    pub fn bytes(&self) -> Vec<u8> {
        let mut target = self.target.clone();
        let mut body = Vec::new();
        let mut kind: Option<&str> = None;
        match self.carrier {
            Carrier::Query if self.fields.is_empty() => {}
            Carrier::Query => {
                target.push(if target.contains(&b'?') { b'&' } else { b'?' });
                target.extend(urlencoded(&self.fields, self.bare));
            }
            Carrier::Form => {
                body = urlencoded(&self.fields, self.bare);
                kind = Some("application/x-www-form-urlencoded");
            }
            Carrier::Json => {
                body = json(&self.fields);
                kind = Some("application/json");
            }
            Carrier::Cbor => {
                body = cbor(&self.fields);
                kind = Some("application/cbor");
            }
            Carrier::Multipart => {
                body = multipart(&self.fields);
                kind = Some("multipart/form-data; boundary=edge");
            }
        }
        if let Some(own) = &self.body {
            body.clone_from(own);
        }
        let mut bytes = [
            &self.method[..],
            b" ",
            &target,
            b" ",
            self.version.as_bytes(),
        ]
        .concat();
        bytes.extend_from_slice(b"\r\n");
        for (name, value) in &self.headers {
            bytes.extend([&name[..], b": ", value, b"\r\n"].concat());
        }
        if let Some(kind) = kind
            && self.header("content-type").is_none()
        {
            bytes.extend(format!("content-type: {kind}\r\n").into_bytes());
        }
        match &self.framing {
            Some(own) => bytes.extend_from_slice(own),
            None if body.is_empty() && self.method == b"GET" => {}
            None => bytes.extend(format!("content-length: {}\r\n", body.len()).into_bytes()),
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend(body);
        bytes
    }
}

/// As a browser encodes a form, or with only what would end the line or the field left out.
pub fn urlencoded(fields: &Fields, bare: bool) -> Vec<u8> {
    let mut text = Vec::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push(b'&');
        }
        encode(&mut text, name, bare);
        text.push(b'=');
        encode(&mut text, value, bare);
    }
    text
}

fn encode(text: &mut Vec<u8>, part: &[u8], bare: bool) {
    for &byte in part {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(byte),
            _ if bare && !matches!(byte, b' ' | b'\r' | b'\n') => text.push(byte),
            b' ' => text.push(b'+'),
            other => text.extend(format!("%{other:02X}").into_bytes()),
        }
    }
}

/// Bytes that are no text stay as they are: that is no JSON, and meant so.
fn json(fields: &Fields) -> Vec<u8> {
    let quoted = |part: &[u8]| {
        let mut text = vec![b'"'];
        for &byte in part {
            match byte {
                b'"' | b'\\' => text.extend([b'\\', byte]),
                b'\n' => text.extend(b"\\n"),
                byte => text.push(byte),
            }
        }
        text.push(b'"');
        text
    };
    let pairs: Vec<Vec<u8>> = fields
        .iter()
        .map(|(name, value)| [quoted(name), quoted(value)].join(&b':'))
        .collect();
    [b"{", &pairs.join(&b',')[..], b"}"].concat()
}

fn cbor(fields: &Fields) -> Vec<u8> {
    let head = |kind: u8, length: usize| {
        let mut head = vec![kind << 5 | 26];
        head.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
        head
    };
    let mut bytes = head(5, fields.len());
    for part in fields.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend(head(3, part.len()));
        bytes.extend_from_slice(part);
    }
    bytes
}

fn multipart(fields: &Fields) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.extend_from_slice(b"--edge\r\ncontent-disposition: form-data; name=\"");
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(b"\"\r\n\r\n");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"--edge--\r\n");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(carrier: Carrier) -> Request {
        Request {
            method: b"POST".to_vec(),
            target: b"/api/a/b".to_vec(),
            version: "HTTP/1.1",
            headers: vec![(b"host".to_vec(), b"h".to_vec())],
            fields: vec![(b"body".to_vec(), b"a b\xff".to_vec())],
            carrier,
            bare: false,
            body: None,
            framing: None,
        }
    }

    #[test]
    fn a_form_is_sent_as_a_browser_would() {
        assert_eq!(
            String::from_utf8_lossy(&request(Carrier::Form).bytes()),
            "POST /api/a/b HTTP/1.1\r\nhost: h\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: 11\r\n\r\n\
             body=a+b%FF"
        );
    }

    #[test]
    fn a_query_has_no_body() {
        let mut request = request(Carrier::Query);
        request.method = b"GET".to_vec();
        assert_eq!(
            request.bytes(),
            b"GET /api/a/b?body=a+b%FF HTTP/1.1\r\nhost: h\r\n\r\n"
        );
    }

    #[test]
    fn other_carriers_hold_the_fields() {
        let mut plain = request(Carrier::Json);
        plain.fields = vec![(b"a".to_vec(), b"\"".to_vec())];
        assert!(plain.bytes().ends_with(b"{\"a\":\"\\\"\"}"));
        plain.carrier = Carrier::Cbor;
        let map = [
            0xba, 0, 0, 0, 1, 0x7a, 0, 0, 0, 1, b'a', 0x7a, 0, 0, 0, 1, b'"',
        ];
        assert!(plain.bytes().ends_with(&map));
    }
}
