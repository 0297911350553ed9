//! The server behind the databases.

use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::sync::OnceCell;

/// The variable that names a server to use instead of a cluster of our own: an
/// address of a user who may make databases.
pub const GIVEN: &str = "CHORUS_TEST_POSTGRES";

/// Starts the server and waits for its own input to end: it does when the test
/// process is gone, however it went. Then the server and its files go too.
const WATCH: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=300 \
    $3 >"$2/log" 2>&1 </dev/null &
cat >/dev/null
kill -QUIT $!
wait $!
rm -rf "$2"
"#;

/// What a test writes may go with the machine.
const QUICK: &str = "-c shared_buffers=64MB -c fsync=off -c full_page_writes=off";
/// What is acknowledged is on the disk, as with a server that people rely on.
const DURABLE: &str = "-c shared_buffers=512MB -c max_wal_size=4GB";

pub(crate) static IS_DURABLE: AtomicBool = AtomicBool::new(false);

struct Cluster {
    url: String,
    /// Holds the other end of what the watcher waits for.
    _watcher: Child,
}

pub(crate) fn is_there() -> bool {
    is_given() || programs().is_some()
}

pub(crate) fn is_given() -> bool {
    given().is_some()
}

fn given() -> Option<String> {
    std::env::var(GIVEN).ok().filter(|url| !url.is_empty())
}

/// The address of the server, as a user who may make databases.
pub(crate) async fn url() -> &'static str {
    static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
    static ADDRESS: OnceCell<String> = OnceCell::const_new();
    ADDRESS
        .get_or_init(|| async {
            match given() {
                Some(url) => url,
                None => CLUSTER.get_or_init(start).await.url.clone(),
            }
        })
        .await
}

/// Whoever is to own the cluster: PostgreSQL refuses to run as root.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

async fn start() -> Cluster {
    let programs = programs().unwrap_or_else(|| {
        panic!(
            "PostgreSQL is not installed: install it (Debian: apt-get install postgresql), \
             or give the address of a server in {GIVEN}"
        )
    });
    let folder = tempfile::Builder::new()
        .prefix("chorus-postgres-")
        .tempdir()
        .expect("a folder")
        .keep();
    let owner = owner(&folder);
    if let Some(Owner { user, group }) = owner {
        chown(&folder, Some(user), Some(group)).expect("the folder's owner");
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o711)).expect("the folder's mode");
    make(&programs, &folder, owner);
    let watcher = watch(&programs, &folder, owner);
    let url = format!(
        "postgres://postgres@localhost/postgres?host={}&sslmode=disable",
        folder.display()
    );
    wait_for(&url, &folder).await;
    Cluster {
        url,
        _watcher: watcher,
    }
}

/// The folder of `initdb`, `postgres`, `pg_dump` and the others: from the path, else the newest where
/// Debian puts them.
pub fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut installed: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    installed.sort_by_key(|folder| std::cmp::Reverse(version_of(folder)));
    std::env::split_paths(&path)
        .chain(installed)
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// 15 for `…/15/bin`.
fn version_of(folder: &Path) -> u32 {
    folder
        .parent()
        .and_then(Path::file_name)
        .and_then(|version| version.to_str()?.parse().ok())
        .unwrap_or(0)
}

/// The user to run as, if we are root.
fn owner(folder: &Path) -> Option<Owner> {
    if fs::metadata(folder).expect("the folder").uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = |name: &str| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some(Owner {
            user: numbers.next()?.ok()?,
            group: numbers.next()?.ok()?,
        })
    };
    let owner = named("postgres").or_else(|| named("nobody"));
    Some(owner.expect("a user who is not root"))
}

fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path, owner: Option<Owner>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C");
    if let Some(Owner { user, group }) = owner {
        command.uid(user).gid(group);
    }
    command
}

fn make(programs: &Path, folder: &Path, owner: Option<Owner>) {
    let made = command(programs.join("initdb"), folder, owner)
        .arg("--pgdata")
        .arg(folder.join("data"))
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
        .args(["--locale=C", "--no-sync"])
        .stdin(Stdio::null())
        .output()
        .expect("initdb runs");
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "initdb: {said}");
}

fn watch(programs: &Path, folder: &Path, owner: Option<Owner>) -> Child {
    command("sh", folder, owner)
        .args(["-c", WATCH, "sh"])
        .arg(programs)
        .arg(folder)
        .arg(match IS_DURABLE.load(Ordering::Acquire) {
            true => DURABLE,
            false => QUICK,
        })
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is for the tests; it outlives them by a moment.
        .process_group(0)
        .spawn()
        .expect("the server starts")
}

async fn wait_for(url: &str, folder: &Path) {
    let options: PgConnectOptions = url.parse().expect("an address");
    for _ in 0..600 {
        if options.connect().await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("the server does not answer: {log}");
}
