//! The requests: each well formed at first, then changed by a few mutations. All that a request is
//! follows from the seed and its number.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::ground::Ground;
use crate::texts;
use crate::wire::{Carrier, Delivery, Request};

/// A little more than the server takes (512 KiB).
const OVER_THE_LIMIT: usize = 600 * 1024;
/// The server's limit, and its neighbours.
const AT_THE_LIMIT: [usize; 5] = [524_287, 524_288, 524_289, 1_048_576, 65_536];
const GIVEN_METHODS: [&str; 14] = [
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "G\u{0}T",
    "",
    "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
];

/// A request with its bytes, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// Its number.
    pub index: u64,
    /// Who sends it, as a place in the list of people.
    pub person: usize,
    /// What it was before it was changed, as in `POST /api/stories/share`.
    pub aim: String,
    /// The names of the mutations.
    pub mutations: Vec<&'static str>,
    /// What goes over the line. [`COOKIE`] stands where the person's cookie belongs.
    pub bytes: Vec<u8>,
    /// How it goes.
    pub delivery: Delivery,
}

/// Stands for the cookie of whoever sends: sessions differ from run to run, requests do not.
pub const COOKIE: &[u8] = b"@@cookie@@";

/// A change to a request in parts.
type Change = fn(&mut Request, &Ground, &mut StdRng);

/// Changes to fields.
const OF_FIELDS: [(&str, Change); 13] = [
    ("field missing", field_missing),
    ("field doubled", field_doubled),
    ("field huge", field_huge),
    ("field empty", field_empty),
    ("field with odd bytes", field_odd),
    ("field with another's id", field_id),
    ("field with a cursor", field_cursor),
    ("field with a moment", field_moment),
    ("field with deep Markdown", field_markdown),
    ("field renamed or nested", field_renamed),
    ("very many fields", fields_many),
    ("percent-encoding broken", percent_broken),
    ("other content type", carrier),
];

/// Changes to the rest of a request.
const OF_REQUESTS: [(&str, Change); 20] = [
    ("wrong method", method),
    ("cookies broken", cookies),
    ("conditional headers", conditional),
    ("range", range),
    ("accept-encoding", accept_encoding),
    ("accept", accept),
    ("origin and fetch metadata", origin),
    ("host", host),
    ("forwarded for", forwarded),
    ("long path", long_path),
    ("long query", long_query),
    ("odd path", odd_path),
    ("other's id in the path", id_in_path),
    ("query of a page", page_query),
    ("header flood", header_flood),
    ("header with odd bytes", header_odd),
    ("content type nonsense", content_type),
    ("body at the limit", body_at_limit),
    ("HTTP/1.0", version),
    ("upgrade and expect", upgrade),
];

/// A change to the bytes.
type Harm = fn(&mut Vec<u8>, &mut Delivery, &mut StdRng);

/// Changes to the bytes, and to how they go.
const OF_BYTES: [(&str, Harm); 13] = [
    ("bytes flipped", flip),
    ("bytes cut out", cut),
    ("bytes put in", insert),
    ("truncated", truncate),
    ("random bytes", random_bytes),
    ("smuggling", smuggle),
    ("chunked", chunked),
    ("chunked and broken", chunked_broken),
    ("pipelined", pipelined),
    ("slow", slow),
    ("HTTP/2", http2),
    ("line endings", line_endings),
    ("length wrong", length_wrong),
];

/// What the requests are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Changed in all ways.
    Mutated,
    /// Pages as a browser asks for them, by somebody who leaves while they are made. A render that
    /// nobody waits for any more is taken apart while its parts still run.
    Leaving,
}

/// Makes requests by their numbers.
#[derive(Debug, Clone)]
pub struct Generator {
    seed: u64,
    kind: Kind,
}

impl Generator {
    /// The same seed on the same ground gives the same requests.
    pub fn new(seed: u64) -> Self {
        let kind = Kind::Mutated;
        Self { seed, kind }
    }

    /// As [`Generator::new`], for requests of [`Kind::Leaving`].
    pub fn leaving(seed: u64) -> Self {
        let kind = Kind::Leaving;
        Self { seed, kind }
    }

    /// The request of that number.
    pub fn shot(&self, ground: &Ground, index: u64) -> Shot {
        // The multiplier parts neighbours: their generators would begin alike.
        let own = self.seed ^ index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut rng = StdRng::seed_from_u64(own);
        let rng = &mut rng;
        let (mut request, person) = match self.kind {
            Kind::Mutated => start(ground, rng),
            Kind::Leaving => (known_page(ground, rng), WRITER),
        };
        let aim = format!(
            "{} {}",
            String::from_utf8_lossy(&request.method),
            String::from_utf8_lossy(&request.target)
        );
        if self.kind == Kind::Leaving {
            let patience = Duration::from_micros(rng.random_range(0..4_000));
            return Shot {
                index,
                person,
                aim,
                mutations: vec!["left while it was made"],
                bytes: request.bytes(),
                delivery: Delivery {
                    leaves_after: Some(patience),
                    ..Delivery::default()
                },
            };
        }
        let mut mutations = Vec::new();
        let takes_fields = !request.fields.is_empty();
        for _ in 0..[0, 1, 1, 1, 2, 2, 3].choose(rng).copied().unwrap_or(1) {
            let (name, change) = if takes_fields && rng.random_ratio(2, 3) {
                pick(&OF_FIELDS, rng)
            } else {
                pick(&OF_REQUESTS, rng)
            };
            change(&mut request, ground, rng);
            mutations.push(name);
        }
        let mut bytes = request.bytes();
        let mut delivery = Delivery::default();
        // Leaving is the commonest of all: everyone who clicks twice does it.
        if rng.random_ratio(1, 12) {
            abandoned(&mut bytes, &mut delivery, rng);
            mutations.push("abandoned");
        } else if rng.random_ratio(1, 5) {
            let (name, harm) = pick(&OF_BYTES, rng);
            harm(&mut bytes, &mut delivery, rng);
            mutations.push(name);
        }
        if mutations.is_empty() {
            mutations.push("none");
        }
        // These may take the body's length away, or make the server wait for it.
        let frames = [
            "wrong method",
            "header with odd bytes",
            "upgrade and expect",
            "HTTP/1.0",
        ];
        delivery.may_wait |= mutations.iter().any(|name| frames.contains(name));
        Shot {
            index,
            person,
            aim,
            mutations,
            bytes,
            delivery,
        }
    }
}

impl Shot {
    /// The bytes with the person's cookie in its place.
    pub fn bytes_with(&self, cookie: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes.len() + cookie.len());
        let mut rest = self.bytes.as_slice();
        while let Some(place) = find(rest, COOKIE) {
            bytes.extend_from_slice(&rest[..place]);
            bytes.extend_from_slice(cookie.as_bytes());
            rest = &rest[place + COOKIE.len()..];
        }
        bytes.extend_from_slice(rest);
        bytes
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn pick<T: Copy>(from: &[(&'static str, T)], rng: &mut StdRng) -> (&'static str, T) {
    from[rng.random_range(0..from.len())]
}

/// A guest who has sent a form once: no page is kept for this guest, each is rendered.
const WRITER: usize = 2;

/// A page that is there, as a browser asks for it.
fn known_page(ground: &Ground, rng: &mut StdRng) -> Request {
    let is_page = |path: &&String| !path.contains('.') && !path.contains('?');
    let pages: Vec<&String> = ground.addresses.iter().filter(is_page).collect();
    let mut request = blank(ground, rng);
    request.target = pages.choose(rng).map_or("/", |path| path.as_str()).into();
    request.set("accept", "text/html");
    request
}

/// A request as a browser would send it.
fn start(ground: &Ground, rng: &mut StdRng) -> (Request, usize) {
    let mut person = rng.random_range(0..ground.people);
    let mut request = blank(ground, rng);
    match rng.random_range(0..100) {
        0..62 => person = function(&mut request, ground, person, rng),
        62..80 => request.target = page(ground, rng),
        _ => {
            let address = ground.addresses.choose(rng);
            request.target = address.map(|path| path.clone().into()).unwrap_or_default();
        }
    }
    (request, person)
}

/// A request for nothing yet, with what every browser sends.
fn blank(ground: &Ground, rng: &mut StdRng) -> Request {
    let mut request = Request {
        method: b"GET".to_vec(),
        target: Vec::new(),
        version: "HTTP/1.1",
        headers: Vec::new(),
        fields: Vec::new(),
        carrier: Carrier::Query,
        bare: false,
        body: None,
        framing: None,
    };
    request.add("host", ground.address.to_string());
    let accept = ["text/html,*/*;q=0.8", "application/json"];
    request.add("accept", *accept.choose(rng).unwrap_or(&"*/*"));
    if rng.random_ratio(1, 2) {
        request.add("accept-encoding", "gzip, deflate, br, zstd");
    }
    request.add(
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
    );
    request.add("cookie", COOKIE);
    request
}

/// A call of a server function; says who makes it.
fn function(request: &mut Request, ground: &Ground, person: usize, rng: &mut StdRng) -> usize {
    let mut function = ground.functions.choose(rng);
    // Passwords are slow to check, and meant so: a share of them is enough.
    let slow = |fields: &[String]| fields.iter().any(|name| name.contains("password"));
    for _ in 0..2 {
        if function.is_some_and(|function| slow(&function.fields)) {
            function = ground.functions.choose(rng);
        }
    }
    let Some(function) = function else {
        return person;
    };
    request.method = function.method.clone().into();
    request.target = function.path.clone().into();
    let seen = ground
        .forms
        .get(&function.path)
        .and_then(|forms| forms.choose(rng));
    let mut fields: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for name in &function.fields {
        fields.insert(name.clone(), value(ground, name, rng));
    }
    if let Some(form) = seen.filter(|_| rng.random_ratio(2, 3)) {
        for (name, held) in &form.fields {
            if !held.is_empty() {
                fields.insert(name.clone(), held.clone().into());
            }
        }
    }
    if fields.contains_key("key") {
        fields.insert("key".to_owned(), uuid(rng).into());
    }
    request.fields = fields
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    if function.method == "GET" {
        return person;
    }
    request.carrier = Carrier::Form;
    request.add("origin", format!("http://{}", ground.address));
    request.add("sec-fetch-site", "same-origin");
    // Whoever signs out, gets another password or is erased is somebody else from then on: the last
    // one in the list is there for that.
    let of_ones_own = ["/api/accounts/", "/api/privacy/"];
    if person > 2
        && of_ones_own
            .iter()
            .any(|room| function.path.starts_with(room))
    {
        ground.people - 1
    } else {
        person
    }
}

/// Something that a field of that name may hold.
fn value(ground: &Ground, name: &str, rng: &mut StdRng) -> Vec<u8> {
    let seen: Vec<&String> = ground
        .values
        .get(name)
        .into_iter()
        .flatten()
        .filter(|value| !value.is_empty())
        .collect();
    match (seen.choose(rng), rng.random_range(0..8)) {
        (Some(seen), 0..6) => seen.as_bytes().to_vec(),
        (None, 0..3) => b"I am glad that **you** are here.".to_vec(),
        (_, 0..5) => id(ground, rng),
        (_, 5) => b"true".to_vec(),
        (_, 6) => Vec::new(),
        _ => format!("words {}", rng.random_range(0..1_000_000)).into_bytes(),
    }
}

fn id(ground: &Ground, rng: &mut StdRng) -> Vec<u8> {
    ground.ids.choose(rng).cloned().unwrap_or_default().into()
}

fn uuid(rng: &mut StdRng) -> String {
    let (high, low): (u64, u64) = (rng.random(), rng.random());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// The address of a page, with something in the place of each name in braces.
fn page(ground: &Ground, rng: &mut StdRng) -> Vec<u8> {
    let Some(pattern) = ground.pages.choose(rng) else {
        return b"/".to_vec();
    };
    let parts: Vec<Vec<u8>> = pattern
        .split('/')
        .map(
            |part| match (part.starts_with('{'), rng.random_range(0..8)) {
                (false, _) => part.as_bytes().to_vec(),
                (true, 0..5) => id(ground, rng),
                (true, 5) => b"new".to_vec(),
                (true, 6) => texts::cursor(rng),
                (true, _) => percent(&texts::odd(rng)),
            },
        )
        .collect();
    parts.join(&b'/')
}

fn percent(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| format!("%{byte:02x}").into_bytes())
        .collect()
}

fn some_field<'a>(
    request: &'a mut Request,
    rng: &mut StdRng,
) -> Option<&'a mut (Vec<u8>, Vec<u8>)> {
    let count = request.fields.len();
    let place = rng.random_range(0..count.max(1));
    request.fields.get_mut(place)
}

fn set_field(request: &mut Request, rng: &mut StdRng, value: Vec<u8>) {
    if let Some(field) = some_field(request, rng) {
        field.1 = value;
    }
}

fn field_missing(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let kept = rng.random_range(0..4);
    request.fields.retain(|_| rng.random_range(0..4) < kept);
}

fn field_doubled(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    if let Some(field) = some_field(request, rng) {
        let mut again = field.clone();
        if rng.random_ratio(1, 2) {
            again.1 = texts::odd(rng);
        }
        request.fields.push(again);
    }
}

fn field_huge(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let most = match request.carrier {
        Carrier::Query => 60_000,
        _ => OVER_THE_LIMIT,
    };
    let value = texts::long(rng, most);
    set_field(request, rng, value);
}

fn field_empty(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    set_field(request, rng, Vec::new());
}

fn field_odd(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let value = texts::odd(rng);
    if let Some(field) = some_field(request, rng) {
        if rng.random_ratio(1, 2) {
            field.1 = value;
        } else {
            let place = rng.random_range(0..=field.1.len());
            field.1.splice(place..place, value);
        }
    }
}

fn field_id(request: &mut Request, ground: &Ground, rng: &mut StdRng) {
    let mut value = id(ground, rng);
    match rng.random_range(0..8) {
        0 => value.reverse(),
        1 => value.truncate(rng.random_range(0..32)),
        2 => value.extend(value.clone()),
        3 => value.make_ascii_uppercase(),
        4 => value = uuid(rng).into(),
        5 => {
            let kinds = [
                "article-",
                "story-",
                "ritual-",
                "reflection-",
                "shout-out-",
                "call-",
                "-",
            ];
            let kind = kinds.choose(rng).copied().unwrap_or_default();
            value = [kind.as_bytes(), &value].concat();
        }
        _ => {}
    }
    set_field(request, rng, value);
}

fn field_cursor(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let value = texts::cursor(rng);
    match request
        .fields
        .iter_mut()
        .find(|(name, _)| name.ends_with(b"after"))
    {
        Some(field) => field.1 = value,
        None => set_field(request, rng, value),
    }
}

fn field_moment(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let value = texts::moment(rng);
    set_field(request, rng, value);
}

fn field_markdown(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let value = texts::markdown(rng);
    match request.fields.iter_mut().find(|(name, _)| name == b"body") {
        Some(field) => field.1 = value,
        None => set_field(request, rng, value),
    }
}

fn field_renamed(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let odd = texts::odd(rng);
    let depth = 1 << rng.random_range(0..10);
    let kind = rng.random_range(0..5);
    if let Some((name, _)) = some_field(request, rng) {
        match kind {
            0 => *name = odd,
            1 => name.extend(b"[]"),
            2 => name.extend(b"[a]".repeat(depth)),
            3 => name.extend(b"[".repeat(depth)),
            _ => name.extend(b"[99999999999999999999]"),
        }
    }
}

fn fields_many(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let most = if request.carrier == Carrier::Query {
        3_000
    } else {
        30_000
    };
    let Some(field) = some_field(request, rng).cloned() else {
        return;
    };
    let same = rng.random_ratio(1, 2);
    for number in 0..rng.random_range(1..most) {
        let name = if same {
            field.0.clone()
        } else {
            format!("a{number}").into_bytes()
        };
        request.fields.push((name, Vec::new()));
    }
}

fn percent_broken(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let broken: [&[u8]; 9] = [
        b"%",
        b"%%",
        b"%0",
        b"%zz",
        b"%u0041",
        b"%C3",
        b"%00",
        b"%ED%A0%80",
        b"%FF%FE",
    ];
    let broken = broken.choose(rng).copied().unwrap_or_default();
    request.bare = true;
    if let Some(field) = some_field(request, rng) {
        let part = if rng.random_ratio(1, 5) {
            &mut field.0
        } else {
            &mut field.1
        };
        part.extend_from_slice(broken);
    }
}

fn carrier(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let all = [
        Carrier::Query,
        Carrier::Form,
        Carrier::Json,
        Carrier::Cbor,
        Carrier::Multipart,
    ];
    request.carrier = all.choose(rng).copied().unwrap_or(Carrier::Json);
    if rng.random_ratio(1, 3) {
        request.add("content-type", "application/x-www-form-urlencoded");
    }
}

fn method(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    request.method = GIVEN_METHODS.choose(rng).copied().unwrap_or("PUT").into();
}

fn cookies(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let own = COOKIE.to_vec();
    match rng.random_range(0..8) {
        0 => request.add("cookie", own),
        1 => request.add("cookie", texts::odd(rng)),
        2 => request.set("cookie", [&own[..], b"; ", &own].concat()),
        3 => request.set("cookie", [&own[..], b"x"].concat()),
        4 => request.set("cookie", b"chorus=AAAA; chorus-guest=\"; ;=;==,".to_vec()),
        5 => {
            let value = texts::long(rng, 60_000);
            request.set("cookie", [b"chorus=", &value[..]].concat());
        }
        6 => request.set(
            "cookie",
            "chorus-guest=%00%ff; ".repeat(rng.random_range(1..1_000)),
        ),
        _ => {
            let value = texts::odd(rng);
            request.set(
                "cookie",
                [b"chorus-guest=", &value[..], b"; chorus-once=", &value].concat(),
            );
        }
    }
}

fn conditional(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let names = [
        "if-none-match",
        "if-match",
        "if-modified-since",
        "if-unmodified-since",
        "if-range",
    ];
    let name = names.choose(rng).copied().unwrap_or_default();
    match rng.random_range(0..6) {
        0 => request.add(name, "*"),
        1 => request.add(name, "W/\"a\", \"b\", \"".repeat(rng.random_range(1..500))),
        2 => request.add(name, "Mon, 30 Feb 9999 25:61:61 GMT"),
        3 => request.add(name, "Thu, 01 Jan 0000 00:00:00 GMT"),
        4 => request.add(name, "\"XmuLEMiqZ7QhBSVCRLm8sQ\""),
        _ => request.add(name, texts::odd(rng)),
    }
}

fn range(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let ranges = [
        "bytes=0-0",
        "bytes=-1",
        "bytes=5-1",
        "bytes=0-",
        "bytes=-",
        "bytes=999999999999-",
        "bytes=0-18446744073709551615",
        "bytes=-18446744073709551616",
        "items=0-5",
        "bytes",
        "",
    ];
    let range = match rng.random_range(0..5) {
        0 => format!("bytes={}", "0-,".repeat(rng.random_range(1..3_000))),
        _ => (*ranges.choose(rng).unwrap_or(&"bytes=0-")).to_owned(),
    };
    request.add("range", range);
}

fn accept_encoding(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let all = [
        "identity;q=0",
        "*;q=0",
        "br;q=NaN",
        "gzip;q=-1, br;q=99",
        "zstd",
        "deflate",
        "gzip",
        "br",
        ";;;,,,",
        "gzip;q=0.00000000000000000000001",
        "\"br\"",
        "BR, GZIP",
        "",
    ];
    match rng.random_range(0..4) {
        0 => request.set(
            "accept-encoding",
            "br;q=1,".repeat(rng.random_range(1..3_000)),
        ),
        1 => request.set("accept-encoding", texts::odd(rng)),
        _ => request.set("accept-encoding", *all.choose(rng).unwrap_or(&"br")),
    }
}

fn accept(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let all = [
        "*/*",
        "text/html",
        "application/cbor",
        "application/octet-stream",
        "image/*",
        "",
        "/",
        ";",
        "text/html;q=banana",
        "application/json, text/html",
    ];
    let names = [
        "accept",
        "accept-language",
        "accept-charset",
        "user-agent",
        "referer",
    ];
    let name = *names.choose(rng).unwrap_or(&"accept");
    match rng.random_range(0..3) {
        0 => request.set(name, texts::odd(rng)),
        1 => request.set(name, texts::long(rng, 30_000)),
        _ => request.set(name, *all.choose(rng).unwrap_or(&"*/*")),
    }
}

fn origin(request: &mut Request, ground: &Ground, rng: &mut StdRng) {
    let here = format!("http://{}", ground.address);
    let origins = [
        "null",
        "",
        "http://evil.example",
        "https://",
        "http://[::1",
        "://",
        "http://a@b:c",
        &here,
        "HTTP://127.0.0.1:99999999",
    ];
    let sites = [
        "same-origin",
        "cross-site",
        "none",
        "same-site",
        "",
        "SAME-ORIGIN",
        "x",
    ];
    if rng.random_ratio(1, 4) {
        request.remove("origin");
    } else {
        request.set("origin", *origins.choose(rng).unwrap_or(&""));
    }
    if rng.random_ratio(1, 3) {
        request.remove("sec-fetch-site");
    } else {
        request.set("sec-fetch-site", *sites.choose(rng).unwrap_or(&""));
    }
    match rng.random_range(0..4) {
        0 => request.set(
            "referer",
            format!("{here}/stories?__err=eyJhIjoxfQ&__path=/api/a/b"),
        ),
        1 => request.set("referer", texts::odd(rng)),
        2 => request.set(
            "referer",
            [b"http://".to_vec(), texts::long(rng, 20_000)].concat(),
        ),
        _ => request.add("origin", "null"),
    }
}

fn host(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let hosts = [
        "",
        "a b",
        "[::1",
        "h:99999999",
        "evil.example",
        "h:",
        ":80",
        "a,b",
        "%00",
        "h/../x",
    ];
    match rng.random_range(0..5) {
        0 => request.remove("host"),
        1 => request.add("host", "other"),
        2 => request.set("host", texts::odd(rng)),
        3 => request.set("host", texts::long(rng, 9_000)),
        _ => request.set("host", *hosts.choose(rng).unwrap_or(&"")),
    }
}

fn forwarded(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let names = [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "x-forwarded-host",
        "x-forwarded-proto",
    ];
    let values = [
        "",
        ",",
        "::1",
        "999.1.1.1",
        "1.2.3.4, , ,",
        "unknown",
        "[::]:0",
        "10.0.0.1%eth0",
    ];
    let name = *names.choose(rng).unwrap_or(&"forwarded");
    match rng.random_range(0..4) {
        0 => request.add(name, texts::odd(rng)),
        1 => request.add(name, "1.2.3.4,".repeat(rng.random_range(1..4_000))),
        _ => request.add(name, *values.choose(rng).unwrap_or(&"")),
    }
}

fn long_path(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let part = ["/a", "a", "/..", "/.", "//", "/%2e%2e", "%61"]
        .choose(rng)
        .copied();
    let times = 1 << rng.random_range(1..16);
    request
        .target
        .extend(part.unwrap_or("a").repeat(times).into_bytes());
    request.target.truncate(70_000);
}

fn long_query(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let parts = [
        "a=b&",
        "&",
        "=",
        "after=A&",
        "?",
        "%26",
        "kept=stories.new&",
        "a",
        "__err=e30&",
    ];
    let times = 1 << rng.random_range(1..15);
    request.target.push(b'?');
    request
        .target
        .extend(parts.choose(rng).unwrap_or(&"a").repeat(times).into_bytes());
    request.target.truncate(70_000);
}

fn odd_path(request: &mut Request, ground: &Ground, rng: &mut StdRng) {
    let here = ground.address;
    match rng.random_range(0..12) {
        0 => request.target = [b"http://evil.example", &request.target[..]].concat(),
        1 => {
            request.target =
                format!("http://{here}{}", String::from_utf8_lossy(&request.target)).into()
        }
        2 => request.target = b"*".to_vec(),
        3 => request.target = b"".to_vec(),
        4 => request.target = [b"/", &request.target[..]].concat(),
        5 => request.target = percent(&request.target),
        6 => request.target.extend(b"/../../../../etc/passwd"),
        7 => request.target.extend(b"%2f..%2f%00.html"),
        8 => request.target.extend(b"#frag\\back|pipe"),
        9 => request.target.extend(percent(&texts::odd(rng))),
        10 => request.target.extend(texts::odd(rng)),
        _ => request.target.make_ascii_uppercase(),
    }
}

fn id_in_path(request: &mut Request, ground: &Ground, rng: &mut StdRng) {
    let mut parts: Vec<Vec<u8>> = request
        .target
        .split(|&byte| byte == b'/')
        .map(Into::into)
        .collect();
    let other = match rng.random_range(0..4) {
        0 => texts::cursor(rng),
        1 => percent(&texts::odd(rng)),
        _ => id(ground, rng),
    };
    if let Some(last) = parts.last_mut() {
        *last = other;
    }
    request.target = parts.join(&b'/');
}

/// What pages read behind the question mark: names that forms and functions use.
fn page_query(request: &mut Request, ground: &Ground, rng: &mut StdRng) {
    let functions: Vec<&String> = ground
        .functions
        .iter()
        .flat_map(|function| &function.fields)
        .collect();
    let own = [
        "kept", "after", "under", "reply", "edit", "delete", "next", "preview", "__err", "__path",
    ];
    for _ in 0..rng.random_range(1..4) {
        let name = match rng.random_range(0..3) {
            0 => functions.choose(rng).map_or("a", |name| name.as_str()),
            _ => own.choose(rng).copied().unwrap_or("kept"),
        };
        let value = match rng.random_range(0..6) {
            0 => texts::cursor(rng),
            1 => percent(&texts::odd(rng)),
            2 => percent(&texts::moment(rng)),
            3 => value(ground, name, rng)
                .iter()
                .flat_map(|byte| percent(&[*byte]))
                .collect(),
            _ => id(ground, rng),
        };
        let mark = if request.target.contains(&b'?') {
            b"&"
        } else {
            b"?"
        };
        request
            .target
            .extend([mark, name.as_bytes(), b"=", &value].concat());
    }
}

fn header_flood(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let value = texts::long(rng, 2_000);
    for number in 0..1 << rng.random_range(1..10) {
        request.add(&format!("x-flood-{number}"), value.clone());
    }
}

fn header_odd(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let names: [&[u8]; 8] = [
        b"",
        b" x",
        b"x y",
        b"x\0",
        b"\xff",
        b"content-length",
        b"transfer-encoding",
        b"connection",
    ];
    let name = names.choose(rng).copied().unwrap_or_default();
    request.headers.push((name.into(), texts::odd(rng)));
}

fn content_type(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let kinds = [
        "",
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded;;;",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/octet-stream",
        "image/svg+xml",
        "a/b/c",
        "application/vnd.msgpack",
        "text/event-stream",
    ];
    match rng.random_range(0..4) {
        0 => request.set("content-type", texts::odd(rng)),
        1 => request.add(
            "content-encoding",
            *["gzip", "br", "x", ""].choose(rng).unwrap_or(&"x"),
        ),
        _ => request.set("content-type", *kinds.choose(rng).unwrap_or(&"")),
    }
}

fn body_at_limit(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let length = AT_THE_LIMIT.choose(rng).copied().unwrap_or_default();
    let mut body = b"body=".to_vec();
    body.resize(length, b"a%+&=\0"[rng.random_range(0..6)]);
    request.body = Some(body);
}

fn version(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    let versions = [
        "HTTP/1.0", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "", "http/1.1",
    ];
    request.version = *versions.choose(rng).unwrap_or(&"HTTP/1.0");
    if rng.random_ratio(1, 2) {
        request.add("connection", "keep-alive");
    }
}

fn upgrade(request: &mut Request, _: &Ground, rng: &mut StdRng) {
    match rng.random_range(0..5) {
        0 => {
            request.add("connection", "upgrade");
            request.add("upgrade", "websocket");
            request.add("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
        }
        1 => {
            request.add("connection", "Upgrade, HTTP2-Settings");
            request.add("upgrade", "h2c");
            request.add("http2-settings", "AAMAAABkAAQAAP__");
        }
        2 => request.add("expect", "100-continue"),
        3 => request.add("expect", texts::odd(rng)),
        _ => request.add("connection", "close, keep-alive, host, cookie"),
    }
}

#[expect(
    clippy::ptr_arg,
    reason = "it is one of a list of changes, and others need a Vec"
)]
fn flip(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    for _ in 0..1 << rng.random_range(0..5) {
        // Mostly in the head: a long body would take all of it.
        let most = if rng.random_ratio(2, 3) {
            bytes.len().min(400)
        } else {
            bytes.len()
        };
        let place = rng.random_range(0..most.max(1));
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << rng.random_range(0..8);
        }
    }
}

fn cut(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let from = rng.random_range(0..bytes.len().max(1));
    let to = (from + rng.random_range(1..64)).min(bytes.len());
    bytes.drain(from.min(to)..to);
}

fn insert(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let place = rng.random_range(0..=bytes.len());
    bytes.splice(place..place, texts::odd(rng));
}

fn truncate(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    bytes.truncate(rng.random_range(0..bytes.len().max(1)));
}

fn random_bytes(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let length = rng.random_range(1..2_000);
    *bytes = (0..length).map(|_| rng.random()).collect();
    if rng.random_ratio(1, 3) {
        bytes.splice(0..0, *b"GET / HTTP/1.1\r\n");
    }
}

/// The head without its last, empty line, and the body.
fn parted(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    match find(bytes, b"\r\n\r\n") {
        Some(end) => (bytes[..end + 2].to_vec(), bytes[end + 4..].to_vec()),
        None => (bytes.to_vec(), Vec::new()),
    }
}

/// The head without the lines that say how long the body is.
fn unframed(head: &[u8]) -> Vec<u8> {
    let lines = head.split_inclusive(|&byte| byte == b'\n');
    lines
        .filter(|line| !line.to_ascii_lowercase().starts_with(b"content-length:"))
        .flatten()
        .copied()
        .collect()
}

const INNER: &[u8] = b"GET /help HTTP/1.1\r\nhost: inner\r\n\r\n";

/// Two lengths that contradict each other, and a second request where they disagree.
fn smuggle(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let (head, body) = parted(bytes);
    let mut head = unframed(&head);
    let lines: [&[u8]; 12] = [
        b"content-length: 4\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: chunked\r\ncontent-length: 4\r\n",
        b"content-length: 0\r\ncontent-length: 44\r\n",
        b"content-length: 5, 5\r\n",
        b"content-length: +5\r\n",
        b"content-length: -1\r\n",
        b"content-length: 18446744073709551616\r\n",
        b"transfer-encoding: identity, chunked\r\n",
        b"transfer-encoding: chunked, chunked\r\n",
        b"transfer-encoding: \x0bchunked\r\n",
        b"transfer-encoding : chunked\r\n",
        b"transfer-encoding:\r\n chunked\r\n",
    ];
    head.extend_from_slice(lines.choose(rng).copied().unwrap_or_default());
    head.extend_from_slice(b"\r\n");
    let inner = [b"0\r\n\r\n", INNER, &body].concat();
    *bytes = [head, inner].concat();
}

fn in_chunks(body: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = Vec::new();
    let size = rng.random_range(1..=body.len().clamp(1, 40_000));
    for chunk in body.chunks(size.max(body.len() / 500 + 1)) {
        let extension = ["", ";a=b", ";a=\"\r\n\"", "  "].choose(rng).copied();
        let line = format!("{:x}{}\r\n", chunk.len(), extension.unwrap_or_default());
        bytes.extend(line.into_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n");
    if rng.random_ratio(1, 4) {
        bytes.extend_from_slice(b"x-trailer: a\r\ncookie: b\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

fn chunked(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let (head, body) = parted(bytes);
    let mut head = unframed(&head);
    head.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
    *bytes = [head, in_chunks(&body, rng)].concat();
}

fn chunked_broken(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    chunked(bytes, delivery, rng);
    let (mut head, body) = parted(bytes);
    head.extend_from_slice(b"\r\n");
    let broken: [&[u8]; 8] = [
        b"ffffffffffffffff\r\n",
        b"10000000000000000\r\n",
        b"-1\r\n",
        b"zz\r\n",
        b"0x5\r\nhello\r\n",
        b"5\nhello\n",
        b"\r\n\r\n",
        b"5;",
    ];
    let mut own: Vec<u8> = broken.choose(rng).copied().unwrap_or_default().into();
    if own == b"5;" {
        own.extend(b"a".repeat(20_000));
    }
    *bytes = [head, own, body].concat();
}

/// The same once more, and again, before any answer.
fn pipelined(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    let times = if bytes.len() > 20_000 {
        2
    } else {
        rng.random_range(2..8)
    };
    delivery.may_wait = true;
    delivery.answers = times;
    *bytes = bytes.repeat(times);
}

fn slow(_: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.pieces = rng.random_range(2..30);
    delivery.pause = Duration::from_millis(rng.random_range(1..20));
}

fn abandoned(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.leaves_after = Some(Duration::from_micros(rng.random_range(0..6_000)));
    if rng.random_ratio(1, 6) {
        bytes.truncate(rng.random_range(0..bytes.len().max(1)));
    }
}

/// A connection of HTTP/2 without TLS, whose frames are then harmed.
fn http2(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let path: Vec<u8> = bytes
        .split(|&byte| byte == b' ')
        .nth(1)
        .unwrap_or(b"/")
        .into();
    let path = &path[..path.len().min(120)];
    let length = u8::try_from(path.len()).unwrap_or_default();
    let mut block = vec![0x82, 0x86, 0x41, 1, b'h', 0x44, length];
    block.extend_from_slice(path);
    if rng.random_ratio(1, 4) {
        block.extend(texts::odd(rng));
    }
    let mut frames = frame(4, 0, 0, &[]);
    frames.extend(frame(1, 5, 1, &block));
    for _ in 0..rng.random_range(0..6) {
        let payload: Vec<u8> = (0..rng.random_range(0..20)).map(|_| rng.random()).collect();
        let stream = rng.random_range(0..5);
        frames.extend(frame(
            rng.random_range(0..12),
            rng.random(),
            stream,
            &payload,
        ));
    }
    if rng.random_ratio(1, 2) {
        flip(&mut frames, delivery, rng);
    }
    *bytes = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &frames[..]].concat();
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .unwrap_or_default()
        .to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

fn line_endings(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let (head, body) = parted(bytes);
    let ends: [&[u8]; 4] = [b"\n", b"\r", b"\r\n ", b"\r\r\n"];
    let end = ends.choose(rng).copied().unwrap_or_default();
    let mut other = Vec::new();
    for line in head.split(|&byte| byte == b'\n') {
        other.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        other.extend_from_slice(end);
    }
    *bytes = [other, body].concat();
}

fn length_wrong(bytes: &mut Vec<u8>, delivery: &mut Delivery, rng: &mut StdRng) {
    delivery.may_wait = true;
    let (head, body) = parted(bytes);
    let mut head = unframed(&head);
    let lengths = [
        0,
        1,
        body.len() / 2,
        body.len() + 1,
        body.len() + 100_000,
        usize::MAX,
    ];
    let length = lengths.choose(rng).copied().unwrap_or_default();
    head.extend(format!("content-length: {length}\r\n\r\n").into_bytes());
    *bytes = [head, body].concat();
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::functions::Function;
    use crate::ground::Form;

    /// A small community to aim at.
    pub fn small_ground(address: &str) -> Ground {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form {
            action: "/api/stories/share".to_owned(),
            fields: vec![pair("page", "/stories/new"), pair("body", "")],
        };
        Ground {
            address: address.parse().expect("an address"),
            functions: vec![
                Function {
                    method: "POST".to_owned(),
                    path: "/api/stories/share".to_owned(),
                    fields: ["page", "key", "body"].map(str::to_owned).to_vec(),
                },
                Function {
                    method: "GET".to_owned(),
                    path: "/api/stories/list".to_owned(),
                    fields: vec!["after".to_owned()],
                },
            ],
            addresses: ["/", "/feed.atom"].map(str::to_owned).to_vec(),
            pages: ["/stories/{id}", "/help"].map(str::to_owned).to_vec(),
            forms: BTreeMap::from([("/api/stories/share".to_owned(), vec![form])]),
            values: BTreeMap::from([("page".to_owned(), vec!["/stories/new".to_owned()])]),
            ids: vec!["0123456789abcdef0123456789abcdef".to_owned()],
            people: 5,
        }
    }

    #[test]
    fn a_request_follows_from_its_seed_and_number() {
        let ground = small_ground("127.0.0.1:1");
        let shot = |seed, index| Generator::new(seed).shot(&ground, index);
        for index in 0..500 {
            assert_eq!(shot(7, index), shot(7, index));
        }
        let differing = (0..100).filter(|&index| shot(7, index) != shot(8, index));
        assert!(differing.count() > 90);
    }

    #[test]
    fn requests_are_bounded_and_every_mutation_comes_up() {
        let ground = small_ground("127.0.0.1:1");
        let generator = Generator::new(1);
        let mut seen = std::collections::BTreeSet::new();
        for index in 0..6_000 {
            let shot = generator.shot(&ground, index);
            assert!(
                shot.bytes.len() < 6_000_000,
                "{} {:?}",
                shot.bytes.len(),
                shot.mutations
            );
            let waits = shot.delivery.pause * u32::try_from(shot.delivery.pieces).expect("few");
            assert!(waits < Duration::from_secs(1) && shot.person < ground.people);
            seen.extend(shot.mutations);
        }
        let names = OF_FIELDS.iter().map(|(name, _)| *name);
        let names = names.chain(OF_REQUESTS.iter().map(|(name, _)| *name));
        for name in names.chain(OF_BYTES.iter().map(|(name, _)| *name)) {
            assert!(seen.contains(name), "{name}");
        }
        assert!(seen.contains("abandoned"));
    }

    #[test]
    fn the_cookie_is_put_in_its_place() {
        let ground = small_ground("127.0.0.1:1");
        let mut shot = Generator::new(1).shot(&ground, 0);
        shot.bytes = [b"a: ", COOKIE, b"; ", COOKIE, b"\r\n"].concat();
        assert_eq!(shot.bytes_with("x=1"), b"a: x=1; x=1\r\n");
    }

    #[test]
    fn chunks_join_to_the_body() {
        let mut rng = StdRng::seed_from_u64(3);
        let mut bytes = b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello".to_vec();
        chunked(&mut bytes, &mut Delivery::default(), &mut rng);
        let (head, body) = parted(&bytes);
        assert!(find(&head, b"content-length").is_none());
        assert!(find(&head, b"transfer-encoding: chunked\r\n").is_some());
        assert!(find(&body, b"0\r\n").is_some());
    }

    #[test]
    fn people_who_are_needed_do_not_sign_out() {
        let mut ground = small_ground("127.0.0.1:1");
        for function in &mut ground.functions {
            function.path = "/api/accounts/sign-out".to_owned();
        }
        ground.people = 9;
        for index in 0..500 {
            let shot = Generator::new(2).shot(&ground, index);
            if shot.aim.starts_with("POST") {
                assert!(shot.person < 3 || shot.person == 8);
            }
        }
    }
}
