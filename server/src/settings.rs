//! What the host chooses: flags and `CHORUS_*` variables, one list for both.

use app::ctx::Settings;
use clap::Args;
use domain::{
    accounts::Joining, clock::Timestamp, holds::Holds, leave::NeutralSite, push::PushHosts,
    watch::Steps,
};
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// The options that every command knows.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where the community is kept: `sqlite:` and a path, whose file is made
    /// when it is missing, or `postgres://`, a user, a server and a database.
    #[arg(
        long = "database",
        env = "CHORUS_DATABASE_URL",
        default_value = "sqlite:data/chorus.db",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    pub database: String,
}

/// The options of `chorus serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// Address and port to listen on.
    #[arg(
        long,
        env = "CHORUS_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,

    /// Address and port for Prometheus to read metrics at, under /metrics.
    /// None if you say nothing. Whoever reaches it can read them: use a
    /// loopback address, as 127.0.0.1:9464.
    #[arg(long, env = "CHORUS_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,

    /// The community's name.
    #[arg(
        long,
        env = "CHORUS_SITE_NAME",
        default_value = "Chorus",
        value_name = "NAME"
    )]
    pub site_name: String,

    /// The address that people use, as in https://example.org. It decides
    /// whether cookies are for HTTPS only.
    #[arg(long, env = "CHORUS_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,

    /// Language and country, as in en-US: whose crisis contacts come first.
    #[arg(
        long,
        env = "CHORUS_LOCALE",
        default_value = "en-US",
        value_name = "LOCALE"
    )]
    pub locale: String,

    /// Let search engines keep what members post. Articles are always indexed.
    #[arg(long, env = "CHORUS_INDEX_POSTS")]
    pub index_posts: bool,

    /// Who may join: open, approval, invitation or closed.
    #[arg(
        long,
        env = "CHORUS_JOINING",
        default_value = "open",
        value_name = "WHO"
    )]
    pub joining: Joining,

    /// Which shares and comments of members someone who keeps the house reads
    /// before others see them (comments of guests always): first=N (of members of whom
    /// fewer posts can be read), links=N (with so many links), repeated (long
    /// texts that were posted before within a day), selling (that offer
    /// treatment for sale), or nothing.
    #[arg(
        long,
        env = "CHORUS_HOLD",
        default_value = "links=3,repeated,selling",
        value_name = "WHAT"
    )]
    pub hold: Holds,

    /// Minutes in which a comment can be edited.
    #[arg(
        long,
        env = "CHORUS_EDIT_MINUTES",
        default_value_t = 15,
        value_name = "MINUTES"
    )]
    pub edit_minutes: u32,

    /// The site that opens when someone has to leave the page at once: one that
    /// nobody asks about. HTTPS only.
    #[arg(
        long,
        env = "CHORUS_LEAVE_TO",
        default_value_t = NeutralSite::default(),
        value_name = "URL"
    )]
    pub leave_to: NeutralSite,

    /// A certificate chain (PEM) to serve HTTPS directly; needs --tls-key.
    #[arg(
        long,
        env = "CHORUS_TLS_CERT",
        requires = "tls_key",
        value_name = "FILE"
    )]
    pub tls_cert: Option<PathBuf>,

    /// The key (PEM) of --tls-cert.
    #[arg(
        long,
        env = "CHORUS_TLS_KEY",
        requires = "tls_cert",
        value_name = "FILE"
    )]
    pub tls_key: Option<PathBuf>,

    /// The address of the reverse proxy in front: only its X-Forwarded-For is
    /// believed, and only its last hop.
    #[arg(long, env = "CHORUS_TRUSTED_PROXY", value_name = "ADDRESS")]
    pub trusted_proxy: Option<IpAddr>,

    /// Take the service worker away again, and what it kept, from every device
    /// that comes by: if something is wrong with it. Words that wait to be sent
    /// stay where they are.
    #[arg(long, env = "CHORUS_WITHOUT_WORKER")]
    pub without_worker: bool,

    /// How many pages may hear of what is new, at once and from one address. The
    /// others look now and then.
    #[arg(
        long,
        env = "CHORUS_STREAMS_PER_ADDRESS",
        default_value_t = crate::live::FOR_ONE_ADDRESS,
        value_name = "COUNT"
    )]
    pub streams_per_address: usize,

    /// How much more than usual a person may do in a minute. For tests and
    /// measurements.
    #[arg(
        long,
        env = "CHORUS_PACE",
        default_value_t = 1,
        value_name = "FACTOR",
        hide = true
    )]
    pub pace: u32,

    /// FULL, or OFF for measurements only: then a crash loses posts.
    #[arg(
        long,
        env = "CHORUS_SQLITE_SYNCHRONOUS",
        default_value = "FULL",
        hide = true
    )]
    pub sqlite_synchronous: String,

    /// Minutes that a call for help waits before it rises: to those on duty,
    /// then to all peer supporters, then to moderators and hosts.
    #[arg(
        long,
        env = "CHORUS_CARE_MINUTES",
        default_value = "5,15,60",
        value_name = "MINUTES"
    )]
    pub care_minutes: Steps,

    /// A program that is run when calls for help rise, so that it tells people
    /// away from their browsers. It is told counts by its environment.
    #[arg(long, env = "CHORUS_ALERT_COMMAND", value_name = "PROGRAM")]
    pub alert_command: Option<PathBuf>,

    /// Push services that members' devices may be told through: hosts, `*.`
    /// before one for all below it. Nothing: no device is told.
    #[arg(
        long,
        env = "CHORUS_PUSH_HOSTS",
        default_value_t = PushHosts::default(),
        value_name = "HOSTS"
    )]
    pub push_hosts: PushHosts,

    /// The folder in which calls for help are kept while the database is away.
    /// If you say nothing, it is beside SQLite's file, or
    /// data/postgres.care-journal.
    #[arg(long, env = "CHORUS_CARE_JOURNAL", value_name = "FOLDER")]
    pub care_journal: Option<PathBuf>,

    /// A folder in which the server makes backups by itself, and in which
    /// nothing else lies. For SQLite.
    #[arg(long, env = "CHORUS_BACKUP_FOLDER", value_name = "FOLDER")]
    pub backup_folder: Option<PathBuf>,

    /// Hours from one backup to the next.
    #[arg(
        long,
        env = "CHORUS_BACKUP_EVERY",
        default_value_t = 24,
        value_parser = clap::value_parser!(u32).range(1..=8760),
        value_name = "HOURS"
    )]
    pub backup_every: u32,

    /// How many backups are kept; older ones are removed.
    #[arg(
        long,
        env = "CHORUS_BACKUP_KEEP",
        default_value_t = 7,
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        value_name = "NUMBER"
    )]
    pub backup_keep: u32,

    /// Fill an empty community with sample content and accounts. Loopback
    /// addresses only.
    #[arg(long)]
    pub sample: bool,

    /// The file that remembers the sample's accounts and their passwords. If
    /// you say nothing, it is beside SQLite's file, or
    /// data/postgres.sample-accounts.json.
    #[arg(
        long,
        env = "CHORUS_SAMPLE_ACCOUNTS",
        requires = "sample",
        value_name = "FILE"
    )]
    pub sample_accounts: Option<PathBuf>,
}

impl ServeOptions {
    /// Is the address that people use an HTTPS one?
    pub fn is_secure(&self) -> bool {
        self.tls_cert.is_some()
            || self
                .base_url
                .as_deref()
                .is_some_and(|url| url.starts_with("https://"))
    }

    /// Where calls for help are kept while the database, which may be SQLite's
    /// file, is away.
    pub fn journal_folder(&self, file: Option<&Path>) -> PathBuf {
        match (&self.care_journal, file) {
            (Some(chosen), _) => chosen.clone(),
            (None, Some(file)) => file.with_extension("care-journal"),
            (None, None) => PathBuf::from("data/postgres.care-journal"),
        }
    }

    /// What the app needs to know.
    pub fn settings(&self) -> Settings {
        let scheme = if self.tls_cert.is_some() {
            "https"
        } else {
            "http"
        };
        let base_url = self
            .base_url
            .clone()
            .unwrap_or_else(|| format!("{scheme}://{}", self.listen));
        Settings {
            site_name: self.site_name.clone(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            country: country(&self.locale),
            joining: self.joining,
            edit_window: i64::from(self.edit_minutes) * Timestamp::MINUTE,
            indexed: self.index_posts,
            leave_to: self.leave_to.clone(),
            holds: self.hold,
            push: self.push_hosts.clone(),
        }
    }
}

/// The country of a locale, in two lower-case letters; the world if it names
/// none.
fn country(locale: &str) -> String {
    locale
        .split(['-', '_', '.'])
        .nth(1)
        .filter(|country| country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic()))
        .map_or_else(|| "international".to_owned(), str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::country;

    #[test]
    fn the_locale_names_the_country() {
        assert_eq!(country("en-GB"), "gb");
        assert_eq!(country("de_AT.UTF-8"), "at");
        assert_eq!(country("eo"), "international");
        assert_eq!(country("en-../x"), "international");
    }
}
