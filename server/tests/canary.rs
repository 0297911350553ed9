//! We hold little. What a browser tells about a person on the way, and each
//! secret that was handed out, is looked for afterwards wherever Chorus writes:
//! the database and its log of writes, a backup or a dump of it, the program's
//! log, its metrics.

use crate::support::{
    TestDatabase,
    command::chorus,
    program::{Program, ask, free_address},
    urlencoded,
};
use server::database::Engine;
use std::{collections::BTreeMap, fs, process::Command};

/// Where the browser comes from, as the proxy says.
const ADDRESS: &str = "203.0.113.77";
/// What nobody has to give, and somebody may type all the same.
const EMAIL: &str = "canary.person@mail.example";
/// What the browser says it is: its kind is kept, its text never.
const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64; canary-build-7f3a9) Gecko/20100101 Firefox/128.0";
const AGENTS_OWN: &str = "canary-build-7f3a9";
/// In an address: what was looked for, and where people came from.
const QUERY: &str = "canary-query-51c8";
const REFERER: &str = "canary-referer-e20b";
const PASSWORD: &str = "canary harbour lantern 7";
/// What people say to each other. It is in the database, and nowhere else.
const STORY: &str = "canarystorywords told in a kitchen";
const COMMENT: &str = "canarycommentwords said underneath";
const CALL: &str = "canarycallwords is anybody there";
const REFUSED: &str = "canaryrefusedwords with no place to go";

/// A browser that tells everything it can.
struct Talkative {
    program: Program,
    cookies: BTreeMap<String, String>,
}

impl Talkative {
    fn ask(&mut self, method: &str, path: &str, accept: &str, body: &str) -> String {
        let origin = "http://chorus.test";
        let referer = format!("{origin}/?from={REFERER}&mail={EMAIL}");
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = pairs.join("; ");
        let headers = [
            ("User-Agent", AGENT),
            ("X-Forwarded-For", ADDRESS),
            ("From", EMAIL),
            ("Referer", &referer),
            ("Origin", origin),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", accept),
            ("Cookie", &cookies),
        ];
        let answer = ask(self.program.address, method, path, &headers, body);
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else {
                continue;
            };
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) = value.split(';').next().and_then(|c| c.split_once('='))
            {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    fn open(&mut self, path: &str) -> String {
        let path = format!("{path}?asked={QUERY}&mail={EMAIL}");
        self.ask("GET", &path, "text/html", "")
    }

    /// As a form without script.
    fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        self.ask("POST", path, "text/html", &urlencoded(fields))
    }

    /// As the hydrated page.
    fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        self.ask("POST", path, "application/json", &urlencoded(fields))
    }
}

fn place_of(bytes: &[u8], canary: &str) -> Option<usize> {
    bytes
        .windows(canary.len())
        .position(|part| part == canary.as_bytes())
}

fn holds(bytes: &[u8], canary: &str) -> bool {
    place_of(bytes, canary).is_some()
}

/// Where it is in one of these forms, as percent-encoding is one.
fn traces(bytes: &[u8], canary: &str, place: &str) -> Vec<String> {
    let encoded = urlencoded(&[("", canary)]);
    let forms = [canary, encoded.trim_start_matches('=')];
    let found = |form: &&str| {
        let at = place_of(bytes, form)?;
        let around = &bytes[at.saturating_sub(200)..bytes.len().min(at + 200)];
        let around = String::from_utf8_lossy(around);
        Some(format!("{form} is in {place}: …{around}…"))
    };
    forms.iter().filter_map(found).collect()
}

/// Every secret that the house has handed out to this browser: its cookies, new
/// recovery codes, and links for somebody without a password or an account.
fn secrets(browser: &mut Talkative, url: &str) -> Vec<String> {
    let renewed = browser.send("/api/accounts/renew-codes", &[("password", PASSWORD)]);
    assert!(renewed.starts_with("HTTP/1.1 200"), "{renewed}");
    let handed_out = browser.ask("GET", "/api/accounts/codes?next=", "application/json", "");
    let codes: Vec<String> = handed_out
        .split('"')
        .filter(|word| word.len() == 14 && word.matches('-').count() == 2)
        .map(str::to_owned)
        .collect();
    assert_eq!(codes.len(), 10, "{handed_out}");
    let link = |words: &[&str]| {
        let said = chorus(url, words);
        let line = said.is_done().stdout.trim_end().to_owned();
        let secret = line
            .rsplit(['/', '='])
            .next()
            .unwrap_or_default()
            .to_owned();
        assert!(secret.len() > 20, "{line}");
        secret
    };
    let links = [link(&["reset-link", "wren"]), link(&["invite"])];
    let cookies = browser.cookies.values();
    let cookies: Vec<String> = cookies
        .map(|value| value.trim_end_matches(".reads").to_owned())
        .filter(|value| value.len() > 10)
        .collect();
    assert!(cookies.len() >= 2, "{:?}", browser.cookies);
    cookies.into_iter().chain(codes).chain(links).collect()
}

/// Asks for help, comes back by the code and writes more; answers with the code.
fn asks(browser: &mut Talkative) -> String {
    let fields = [("page", "/help/ask"), ("body", CALL)];
    let asked = browser.send("/api/care/ask", &fields);
    let code = asked
        .split("/help/")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let code = code.expect("a way back").to_owned();
    let page = format!("/help/{code}");
    let shown = browser.ask("GET", &page, "text/html", "");
    assert!(shown.contains(CALL), "{shown}");
    browser.form("/api/care/open", &[("page", "/help/ask"), ("code", &code)]);
    for body in ["And more.", ""] {
        let more = [("page", page.as_str()), ("secret", &code), ("body", body)];
        browser.form("/api/care/write-back", &more);
    }
    code
}

/// What a host keeps elsewhere: a backup of SQLite, a dump of PostgreSQL.
fn copy_of(place: &TestDatabase) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("copy");
    match Engine::of(place.url()).expect("an address") {
        Engine::Sqlite => {
            let name = file.to_str().expect("plain text");
            chorus(place.url(), &["backup", name]).is_done();
        }
        Engine::Postgres => {
            // Beside the server's own programs, or where the system has it.
            let beside = test_postgres::programs().expect("the programs");
            let dump = Some(beside.join("pg_dump")).filter(|dump| dump.exists());
            let made = Command::new(dump.unwrap_or_else(|| "pg_dump".into()))
                .args(["--no-unlogged-table-data", "--file"])
                .arg(&file)
                .arg(place.url())
                .status();
            assert!(made.is_ok_and(|made| made.success()), "no dump was made");
        }
    }
    fs::read(&file).expect("the copy")
}

#[tokio::test]
async fn what_a_browser_tells_about_a_person_is_written_nowhere() {
    let place = TestDatabase::new().await;
    let metrics = free_address();
    let settings = [
        ("CHORUS_METRICS_LISTEN", metrics.to_string()),
        ("CHORUS_TRUSTED_PROXY", "127.0.0.1".to_owned()),
        ("CHORUS_LOG", "debug".to_owned()),
        ("CHORUS_LOG_FORMAT", "json".to_owned()),
    ];
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut browser = Talkative {
        program: Program::start(place.url(), &settings),
        cookies: BTreeMap::new(),
    };
    // A guest looks around.
    for path in [
        "/",
        "/help",
        "/stories",
        "/nowhere",
        "/sign-in",
        "/sitemap.xml",
        "/start.js",
    ] {
        browser.open(path);
    }
    // Someone takes the handle for an e-mail address, then joins.
    let sign_in = [
        ("page", "/sign-in"),
        ("handle", EMAIL),
        ("password", PASSWORD),
    ];
    browser.send("/api/accounts/sign-in", &sign_in);
    let joining = |handle| {
        [
            ("page", "/join"),
            ("handle", handle),
            ("password", PASSWORD),
            ("adult", "on"),
        ]
    };
    browser.send("/api/accounts/join", &joining(EMAIL));
    let joined = browser.form("/api/accounts/join", &joining("wren"));
    assert!(joined.starts_with("HTTP/1.1 303"), "{joined}");
    // A member tells a story and talks underneath; some of it goes wrong.
    let told = browser.send(
        "/api/stories/share",
        &[
            ("page", "/stories/new"),
            ("key", ""),
            ("title", "A morning"),
            ("body", STORY),
            ("voice", "handle"),
        ],
    );
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    let story = told
        .split("\"id\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let story = story.expect("the story's id").to_owned();
    let page = format!("/stories/{story}");
    let subject = format!("story-{story}");
    let comment = |subject, body| {
        [
            ("page", "/stories"),
            ("key", ""),
            ("subject", subject),
            ("parent", ""),
            ("body", body),
        ]
    };
    let said = browser.send("/api/comments/post", &comment(&subject, COMMENT));
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    let refused = browser.send("/api/comments/post", &comment("story-none", REFUSED));
    assert!(refused.starts_with("HTTP/1.1 4"), "{refused}");
    browser.send("/api/nothing/here", &comment(&subject, REFUSED));
    browser.open(&page);
    browser.open("/me");
    let mut secrets = secrets(&mut browser, place.url());
    let code = asks(&mut browser);
    secrets.extend([code.replace('-', ""), code]);
    let open = place.bytes().await;
    let metrics = ask(metrics, "GET", "/metrics", &[], "");
    assert!(metrics.contains("/stories/{id}"), "{metrics}");
    let copy = copy_of(&place);
    let log = browser.program.stop();
    let closed = place.bytes().await;

    // The search finds what is there.
    for words in [STORY, COMMENT, CALL] {
        assert!(holds(&open, words) || holds(&closed, words), "{words}");
    }
    assert!(
        log.contains("\"answered\"") && log.contains("/stories/{id}"),
        "{log}"
    );
    for line in log.lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(
            event["level"].is_string() && event["timestamp"].is_string(),
            "{line}"
        );
    }
    assert!(holds(&copy, STORY), "the copy has what the database has");
    let mut told = Vec::new();
    let secrets = secrets.iter().map(String::as_str);
    let person = [ADDRESS, EMAIL, AGENTS_OWN, QUERY, REFERER, PASSWORD];
    for canary in person.into_iter().chain(secrets.clone()) {
        told.extend(traces(&open, canary, "the open database and its log"));
        told.extend(traces(&closed, canary, "the closed database"));
        told.extend(traces(&copy, canary, "the backup"));
    }
    let talk = [
        ADDRESS, EMAIL, AGENTS_OWN, QUERY, REFERER, PASSWORD, STORY, COMMENT, CALL, REFUSED,
    ];
    let own = ["canary", "127.0.0.1", "wren", story.as_str()];
    for canary in talk.into_iter().chain(own).chain(secrets) {
        told.extend(traces(log.as_bytes(), canary, "the log"));
        told.extend(traces(metrics.as_bytes(), canary, "the metrics"));
    }
    assert!(told.is_empty(), "{told:#?}");
}
