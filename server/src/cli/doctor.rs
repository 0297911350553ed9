use app::ctx::House;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use domain::{accounts::Joining, care};
use http_body_util::BodyExt;
use server::{
    App,
    database::Engine,
    journal::{self, FileJournal},
    pace::{InMemory, Pace},
    passkeys::RelyingParty,
    services::{Argon2id, SystemChance, SystemClock},
    settings::{Options, ServeOptions},
};
use std::{
    error::Error,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use store_sqlite::{SqliteStore, Synchronous};
use tower::ServiceExt;

/// Less than this free on the disk is a warning, in bytes.
const LITTLE: u64 = 1 << 30;

/// Less than this is a problem, in bytes.
const TOO_LITTLE: u64 = 64 << 20;

/// Files that every page needs.
const FILES: [&str; 6] = [
    "/pkg/chorus.css",
    "/pkg/chorus.js",
    "/start.js",
    "/leave.js",
    "/icons.svg",
    "/manifest.webmanifest",
];

/// What came of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    Ok(String),
    Warning(String),
    Problem(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok(text) => write!(f, "ok       {text}"),
            Self::Warning(text) => write!(f, "warning  {text}"),
            Self::Problem(text) => write!(f, "problem  {text}"),
        }
    }
}

use Finding::{Ok as Good, Problem, Warning};

/// Looks at everything, prints a line for each, and fails if there is a
/// problem.
pub async fn run(options: &Options, serve: &ServeOptions) -> Result<(), Box<dyn Error>> {
    let mut findings = Vec::new();
    match Engine::of(&options.database) {
        Ok(Engine::Sqlite) => {
            findings.extend(sqlite(&options.database).await);
            findings.extend(durability(serve));
        }
        Ok(Engine::Postgres) => findings.extend(postgres(&options.database).await),
        Err(error) => findings.push(Problem(format!("database: {error}"))),
    }
    findings.extend(site(serve).await);
    findings.push(address(serve));
    findings.extend(certificate(serve).await);
    findings.extend(metrics(serve));
    findings.push(contacts(serve));
    findings.push(journal(options, serve));
    findings.push(joining(serve));
    for finding in &findings {
        println!("{finding}");
    }
    let problems = findings
        .iter()
        .filter(|finding| matches!(finding, Problem(_)))
        .count();
    match problems {
        0 => Ok(()),
        1 => Err("there is one problem to mend".into()),
        count => Err(format!("there are {count} problems to mend").into()),
    }
}

async fn sqlite(url: &str) -> Vec<Finding> {
    match store_sqlite::file_of(url) {
        Ok(file) => {
            let mut findings = database(url, &file).await;
            findings.extend(storage(&folder_of(&file)).await);
            findings
        }
        Err(error) => vec![Problem(format!("database: {error}"))],
    }
}

async fn postgres(url: &str) -> Vec<Finding> {
    let inspection = match store_postgres::inspect(url).await {
        Ok(Some(inspection)) => inspection,
        Ok(None) => {
            return vec![Good(
                "database: it answers and is empty; chorus serve makes its tables".to_owned(),
            )];
        }
        Err(error) => return vec![Problem(format!("database: {error}"))],
    };
    let (version, newest) = (inspection.version, inspection.newest);
    let mut findings = vec![
        Good(format!(
            "database: PostgreSQL {} answers",
            inspection.server
        )),
        if version == newest {
            at_the_newest(version)
        } else {
            Warning(format!(
                "database: its tables are at version {version}; chorus serve brings them to \
                 {newest}. Keep a copy first, as pg_dump makes one"
            ))
        },
    ];
    if inspection.faults.is_empty() {
        findings.push(Good("database: it is sound".to_owned()));
    }
    findings.extend(
        inspection
            .faults
            .iter()
            .take(10)
            .map(|fault| Problem(format!("database: {fault}"))),
    );
    findings
}

fn at_the_newest(version: i64) -> Finding {
    Good(format!(
        "database: its tables are at version {version}, the newest"
    ))
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

async fn database(url: &str, file: &Path) -> Vec<Finding> {
    let file = file.display();
    let inspection = match store_sqlite::inspect(url).await {
        Ok(Some(inspection)) => inspection,
        Ok(None) => {
            return vec![Good(format!(
                "database: none yet; chorus serve makes {file}"
            ))];
        }
        Err(error) => return vec![Problem(format!("database: {file}: {error}"))],
    };
    let (version, newest) = (inspection.version, inspection.newest);
    let mut findings = vec![Good(format!("database: {file} opens"))];
    findings.push(if version == newest {
        at_the_newest(version)
    } else {
        Warning(format!(
            "database: its tables are at version {version}; chorus serve brings them to {newest} \
             and keeps a copy first"
        ))
    });
    findings.push(if inspection.journal == "wal" {
        Good("database: it uses the write-ahead log".to_owned())
    } else {
        Warning(format!(
            "database: its journal is {:?}; chorus serve switches to the write-ahead log",
            inspection.journal
        ))
    });
    if inspection.faults.is_empty() {
        findings.push(Good("database: it is sound".to_owned()));
    }
    for fault in inspection.faults.iter().take(10) {
        findings.push(Problem(format!(
            "database: damaged: {fault}; go back to a backup"
        )));
    }
    findings
}

async fn storage(folder: &Path) -> Vec<Finding> {
    let shown = folder.display();
    if !folder.exists() {
        return vec![Good(format!(
            "folder: {shown} is not there yet; chorus serve makes it"
        ))];
    }
    let mut findings = vec![match store_sqlite::try_folder(folder).await {
        Ok(true) => Good(format!(
            "folder: {shown} can be written, and the write-ahead log works"
        )),
        Ok(false) => Problem(format!(
            "folder: SQLite's write-ahead log does not work in {shown}; use a local disk"
        )),
        Err(error) => Problem(format!("folder: {shown} cannot be written: {error}")),
    }];
    findings.extend(space(folder));
    findings
}

#[cfg(unix)]
fn space(folder: &Path) -> Option<Finding> {
    let shown = folder.display();
    Some(match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let text = format!("disk: {} MB are free for {shown}", free >> 20);
            match free {
                ..TOO_LITTLE => Problem(text),
                TOO_LITTLE..LITTLE => Warning(text),
                _ => Good(text),
            }
        }
        Err(error) => Warning(format!("disk: free space of {shown} is unknown: {error}")),
    })
}

#[cfg(not(unix))]
fn space(_folder: &Path) -> Option<Finding> {
    None
}

/// Asks the program itself for the files of the site.
async fn site(serve: &ServeOptions) -> Vec<Finding> {
    let router = match empty_house(serve).await {
        Ok(router) => router,
        Err(error) => return vec![Warning(format!("site: it could not be tried: {error}"))],
    };
    let mut missing = Vec::new();
    for file in FILES {
        if !serves(&router, file).await {
            missing.push(file);
        }
    }
    vec![if missing.is_empty() {
        Good("site: style, scripts and icons are in the program".to_owned())
    } else {
        Problem(format!(
            "site: {} cannot be served; build with make build",
            missing.join(", ")
        ))
    }]
}

/// The router on a database that is thrown away.
async fn empty_house(serve: &ServeOptions) -> Result<Router, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}", folder.path().join("empty.db").display());
    let store = SqliteStore::open(&url, Synchronous::Off).await?;
    let journal = FileJournal::open(folder.path().join("journal"), Arc::new(SystemChance)).await;
    let settings = Arc::new(serve.settings());
    let house = House {
        store: Arc::new(store),
        journal: Arc::new(journal),
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        passwords: Arc::new(Argon2id::default()),
        passkeys: RelyingParty::of(&settings),
        settings,
    };
    let limits = InMemory::new(Arc::new(SystemChance), Arc::new(|| Duration::ZERO));
    Ok(server::router(App::new(
        house,
        Pace::new(1, Arc::new(limits), None),
        false,
    )))
}

async fn serves(router: &Router, file: &str) -> bool {
    let Ok(request) = Request::builder().uri(file).body(Body::empty()) else {
        return false;
    };
    let Ok(response) = router.clone().oneshot(request).await;
    let found = response.status() == StatusCode::OK;
    let whole = response.into_body().collect().await;
    found && whole.is_ok_and(|body| !body.to_bytes().is_empty())
}

fn address(serve: &ServeOptions) -> Finding {
    let settings = serve.settings();
    let base = &settings.base_url;
    let Ok(uri) = base.parse::<axum::http::Uri>() else {
        return Problem(format!(
            "address: {base:?} is not an address, as https://example.org is"
        ));
    };
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Problem(format!(
            "address: {base:?} is not an address, as https://example.org is"
        ));
    };
    if uri.path() != "/" || uri.query().is_some() {
        return Problem(format!(
            "address: {base} must be the first page, without a path"
        ));
    }
    match scheme {
        "https" => Good(format!("address: people come by {base}")),
        "http" if is_own_machine(host) && serve.listen.ip().is_loopback() => {
            Good(format!("address: {base}, on this machine only"))
        }
        "http" => Warning(format!(
            "address: {base} is plain HTTP off this machine: anyone on the way can read along. \
             Set --tls-cert and --tls-key, or put a proxy with HTTPS in front and set --base-url"
        )),
        other => Problem(format!("address: {other} is neither http nor https")),
    }
}

fn is_own_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

async fn certificate(serve: &ServeOptions) -> Option<Finding> {
    let (cert, key) = (serve.tls_cert.as_ref()?, serve.tls_key.as_ref()?);
    // It may have been installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let read = axum_server::tls_rustls::RustlsConfig::from_pem_file(cert, key).await;
    Some(match read {
        Ok(_) => Good(format!(
            "certificate: {} and its key can be read",
            cert.display()
        )),
        Err(error) => Problem(format!(
            "certificate: {} and {} cannot be used: {error}",
            cert.display(),
            key.display()
        )),
    })
}

fn metrics(serve: &ServeOptions) -> Option<Finding> {
    let address = serve.metrics_listen?;
    Some(match std::net::TcpListener::bind(address) {
        Ok(_) if address.ip().is_loopback() => {
            Good(format!("metrics: at http://{address}/metrics"))
        }
        Ok(_) => Warning(format!(
            "metrics: {address} can be reached from off this machine, and whoever reaches it can \
             read them; 127.0.0.1 cannot"
        )),
        Err(error) => Warning(format!(
            "metrics: {address} cannot be listened on: {error}. That is right only while chorus \
             serve runs"
        )),
    })
}

fn contacts(serve: &ServeOptions) -> Finding {
    let country = serve.settings().country;
    match care::countries()
        .iter()
        .find(|contacts| contacts.code() == country)
    {
        Some(contacts) if contacts.country.is_some() => Good(format!(
            "help: crisis contacts of {} come first",
            contacts.name
        )),
        _ => Warning(format!(
            "help: there are no crisis contacts for {}; /help begins with the international list",
            serve.locale
        )),
    }
}

/// Calls for help that came while the database was away.
fn journal(options: &Options, serve: &ServeOptions) -> Finding {
    let file = match Engine::of(&options.database) {
        Ok(Engine::Sqlite) => store_sqlite::file_of(&options.database).ok(),
        _ => None,
    };
    let folder = serve.journal_folder(file.as_deref());
    let shown = folder.display();
    match journal::count_in(&folder) {
        Ok(0) => Good(format!(
            "care: every call for help is on the desk; the journal in {shown} is empty"
        )),
        Ok(count) => Warning(format!(
            "care: {count} entries are in the journal in {shown}; chorus serve puts them on the \
             desk within seconds while the database answers"
        )),
        Err(error) => Problem(format!(
            "care: the journal in {shown} cannot be read: {error}"
        )),
    }
}

fn joining(serve: &ServeOptions) -> Finding {
    Good(
        match serve.joining {
            Joining::Open => "joining: open to anyone",
            Joining::Approval => "joining: a moderator or host lets people in at /moderation",
            Joining::Invitation => {
                "joining: by invitation, made at /moderation or by chorus invite"
            }
            Joining::Closed => "joining: closed",
        }
        .to_owned(),
    )
}

fn durability(serve: &ServeOptions) -> Option<Finding> {
    (!serve.sqlite_synchronous.eq_ignore_ascii_case("FULL")).then(|| {
        Warning("database: CHORUS_SQLITE_SYNCHRONOUS is not FULL: a crash loses posts".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::defaults;
    use domain::{
        care::{Audience, CallCode},
        clock::Timestamp,
        ids::{EntryId, GuestId},
        journal::{Entry, Journal, Said, Sender},
    };

    #[test]
    fn plain_http_off_this_machine_is_warned_of() {
        let mut serve = defaults();
        assert!(matches!(address(&serve), Good(_)));
        serve.listen = "0.0.0.0:3000".parse().expect("an address");
        assert!(matches!(address(&serve), Warning(_)));
        serve.base_url = Some("https://example.org".to_owned());
        assert!(matches!(address(&serve), Good(_)));
        for broken in ["example", "ftp://example.org", "https://example.org/a"] {
            serve.base_url = Some(broken.to_owned());
            assert!(matches!(address(&serve), Problem(_)), "{broken}");
        }
    }

    #[test]
    fn metrics_are_to_be_read_on_this_machine_at_a_free_address() {
        let mut serve = defaults();
        assert_eq!(metrics(&serve), None);
        serve.metrics_listen = Some("127.0.0.1:0".parse().expect("an address"));
        assert!(matches!(metrics(&serve), Some(Good(_))));
        serve.metrics_listen = Some("0.0.0.0:0".parse().expect("an address"));
        assert!(matches!(metrics(&serve), Some(Warning(_))));
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("an address");
        serve.metrics_listen = Some(taken.local_addr().expect("an address"));
        assert!(matches!(metrics(&serve), Some(Warning(_))));
    }

    #[test]
    fn a_country_without_contacts_is_warned_of() {
        let mut serve = defaults();
        assert!(matches!(contacts(&serve), Good(_)));
        serve.locale = "en-ZZ".to_owned();
        assert!(matches!(contacts(&serve), Warning(_)));
    }

    #[tokio::test]
    async fn calls_that_are_not_on_the_desk_are_warned_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut serve = defaults();
        serve.care_journal = Some(folder.path().join("journal"));
        let options = Options {
            database: format!("sqlite:{}", folder.path().join("none.db").display()),
        };
        assert!(matches!(journal(&options, &serve), Good(_)), "none yet");
        let kept = FileJournal::open(folder.path().join("journal"), Arc::new(SystemChance)).await;
        assert!(matches!(journal(&options, &serve), Good(_)), "an empty one");
        let entry = Entry {
            at: Timestamp(0),
            from: Sender {
                guest: GuestId::random(&SystemChance),
                session: None,
            },
            said: Said::Asked {
                code: CallCode::from_bytes(&[1; 16]).hash(),
                first: EntryId::random(&SystemChance),
                audience: Audience::Supporters,
            },
            body: "Is anybody there?".to_owned(),
        };
        kept.keep(entry).await.expect("kept");
        // The program that has it runs, and it is not taken from it.
        let Warning(words) = journal(&options, &serve) else {
            panic!("nothing is warned of");
        };
        assert!(words.contains("1 entries"), "{words}");
        assert_eq!(kept.waiting().0, 1);
    }

    #[tokio::test]
    async fn a_missing_certificate_is_a_problem() {
        let mut serve = defaults();
        assert_eq!(certificate(&serve).await, None);
        serve.tls_cert = Some("nowhere.pem".into());
        serve.tls_key = Some("nowhere.key".into());
        assert!(matches!(certificate(&serve).await, Some(Problem(_))));
    }

    #[tokio::test]
    async fn a_folder_is_tried_and_left_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let findings = storage(folder.path()).await;
        assert!(matches!(findings[0], Good(_)), "{findings:?}");
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("readable").count(),
            0
        );
    }

    #[tokio::test]
    async fn a_file_of_another_kind_is_a_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("notes.db");
        std::fs::write(&file, "this is no database, but a note to self".repeat(40)).expect("kept");
        let url = format!("sqlite:{}", file.display());
        assert!(matches!(database(&url, &file).await[..], [Problem(_)]));
        let none = folder.path().join("none.db");
        let url = format!("sqlite:{}", none.display());
        assert!(matches!(database(&url, &none).await[..], [Good(_)]));
        assert!(!none.exists());
    }

    #[tokio::test]
    async fn a_server_is_asked_the_same() {
        let (url, guard) = test_postgres::fresh_database().await;
        assert!(matches!(postgres(&url).await[..], [Good(_)]), "empty");
        store_postgres::PostgresStore::open(&url)
            .await
            .expect("begun")
            .close()
            .await;
        let findings = postgres(&url).await;
        let [Good(server), Good(version), ..] = &findings[..] else {
            panic!("{findings:?}");
        };
        assert!(server.contains("PostgreSQL"), "{server}");
        assert!(version.contains("the newest"), "{version}");
        drop(guard);
        assert!(matches!(postgres(&url).await[..], [Problem(_)]), "gone");
        let url = "postgres://ana:secret@127.0.0.1:1/chorus";
        let findings = postgres(url).await;
        let [Problem(words)] = &findings[..] else {
            panic!("{findings:?}");
        };
        assert!(words.contains("127.0.0.1:1"), "{words}");
        assert!(!words.contains("secret"), "{words}");
    }
}
