//! nginx as `docs/deployment/nginx-nodes.conf` has it, in the foreground.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use bench::Result;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::sleep;

const DOCUMENTED: &str = include_str!("../../../docs/deployment/nginx-nodes.conf");
/// The nodes that the documented configuration names.
const NAMED: [&str; NODES] = ["10.0.0.11:3000", "10.0.0.12:3000", "10.0.0.13:3000"];
/// How many they are.
pub const NODES: usize = 3;
/// Where nginx is when it is not on the path; the last is where `scripts/setup.sh` lays it out.
const PLACES: [&str; 3] = [
    "/usr/sbin/nginx",
    "/usr/local/sbin/nginx",
    "target/nginx/usr/sbin/nginx",
];
const START_WITHIN: Duration = Duration::from_secs(30);

/// The program, if it is there.
///
/// # Errors
/// With a sentence that says how to get it.
pub fn program(given: Option<&Path>) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = match given {
        Some(given) => given.is_file().then(|| given.to_owned()),
        None => std::env::split_paths(&path)
            .map(|folder| folder.join("nginx"))
            .chain(PLACES.map(PathBuf::from))
            .find(|place| place.is_file()),
    };
    found.ok_or_else(|| {
        "nginx is not there, behind which the nodes are tested: scripts/setup.sh test fetches it, \
         or say where it is with --nginx"
            .into()
    })
}

/// A running nginx, ended when it is let go.
pub struct Proxy {
    _child: Child,
    /// Where people come to.
    pub address: SocketAddr,
}

impl Proxy {
    /// Starts it before the nodes; `address` has to be free.
    ///
    /// # Errors
    /// When it does not listen within half a minute; its own words are in `nginx.log`.
    pub async fn before(
        program: &Path,
        folder: &Path,
        address: SocketAddr,
        nodes: &[SocketAddr; NODES],
    ) -> Result<Self> {
        let aside = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        fs::write(folder.join("site.conf"), site(nodes, address, aside)?)?;
        fs::write(folder.join("nginx.conf"), AROUND)?;
        let log = File::create(folder.join("nginx.log"))?;
        let mut child = Command::new(program.canonicalize()?)
            .arg("-p")
            .arg(folder)
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let started = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            let ended = child.try_wait()?.is_some();
            if ended || started.elapsed() > START_WITHIN {
                let said = fs::read_to_string(folder.join("nginx.log")).unwrap_or_default();
                return Err(format!("nginx does not listen: {}", said.trim()).into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(Self {
            _child: child,
            address,
        })
    }
}

/// What stands around a site. One process, so that none is left behind; all paths are within the
/// folder that nginx is given.
const AROUND: &str = "daemon off;
master_process off;
pid nginx.pid;
error_log error.log warn;
events { worker_connections 1024; }
http {
    client_body_temp_path body;
    proxy_temp_path proxied;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}
";

/// The documented configuration with other ports and paths, and without TLS. All else is as it is.
fn site(nodes: &[SocketAddr; NODES], address: SocketAddr, aside: SocketAddr) -> Result<String> {
    let mut site = String::new();
    for line in DOCUMENTED.lines() {
        let directive = line.trim();
        if directive.starts_with('#') || directive.starts_with("ssl_") {
            continue;
        }
        let line = match directive {
            "listen 80;" => format!("listen {aside};"),
            "listen 443 ssl http2;" => format!("listen {address};"),
            "error_log /dev/null crit;" => "error_log error.log warn;".to_owned(),
            _ if directive.starts_with("listen [::]:") => continue,
            _ if directive.starts_with("access_log /") => {
                "access_log access.log chorus_nodes;".to_owned()
            }
            _ => NAMED
                .iter()
                .zip(nodes)
                .fold(line.to_owned(), |line, (named, node)| {
                    line.replace(named, &node.to_string())
                }),
        };
        site.push_str(&line);
        site.push('\n');
    }
    for left in ["10.0.0.", "ssl", "[::]", "/var/"] {
        if site.contains(left) {
            return Err(format!("{left:?} of nginx-nodes.conf is unknown to this test").into());
        }
    }
    for node in nodes {
        if !site.contains(&format!("server {node} ")) {
            return Err(format!("nginx-nodes.conf has no place for the node at {node}").into());
        }
    }
    Ok(site)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn the_documented_site_is_changed_in_ports_paths_and_tls_only() {
        let site = site(&[at(1), at(2), at(3)], at(4), at(5)).expect("a site");
        for line in [
            "    server 127.0.0.1:1 max_fails=1 fail_timeout=2s;",
            "    server 127.0.0.1:3 max_fails=1 fail_timeout=2s;",
            "listen 127.0.0.1:4;",
            "        proxy_next_upstream error timeout non_idempotent;",
        ] {
            assert!(site.lines().any(|found| found == line), "{line}\n{site}");
        }
    }

    #[test]
    fn a_proxy_that_is_not_there_is_a_sentence() {
        let error = program(Some(Path::new("/no/such/nginx"))).expect_err("nothing");
        assert!(error.to_string().contains("nginx is not there"), "{error}");
    }
}
