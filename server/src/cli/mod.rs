//! The command line: one file a command.

mod accounts;
mod backup;
mod check;
mod doctor;
mod log;
mod restore;

use self::log::LogFormat;
use clap::{Args, Parser, Subcommand};
use server::{
    backup::{BackupOptions, RestoreOptions},
    copy::CopyOptions,
    generate::GenerateOptions,
    import::ImportOptions,
    settings::{Options, ServeOptions},
};
use std::{error::Error, net::SocketAddr};

/// A community for people in recovery, hosted by themselves.
///
/// Every option can also be set by the variable in brackets after it.
#[derive(Debug, Parser)]
#[command(
    name = "chorus",
    version,
    propagate_version = false,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    options: Options,

    /// How the log on standard error is written.
    #[arg(
        long,
        env = "CHORUS_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT",
        value_enum,
        global = true
    )]
    log_format: LogFormat,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the community and answer until told to stop.
    Serve(Box<ServeOptions>),

    /// Bring in what was written elsewhere.
    #[command(subcommand, arg_required_else_help = true)]
    Import(Import),

    /// Give a member a role, or take it away.
    Grant(accounts::GrantOptions),

    /// Make a link by which a member who lost every recovery code comes back
    /// in. It works once, for a day.
    ResetLink(accounts::ResetLinkOptions),

    /// Make an invitation to join. It works once, for two weeks.
    Invite(Address),

    /// Copy the whole community into another database, on either engine.
    ///
    /// Sessions, drafts and the audit log come along. The other database has to
    /// be empty, or hold what an earlier run of the same copy left there: then
    /// it goes on from there. In the end both are compared. Stop chorus serve
    /// before: what is written meanwhile does not come along.
    Copy(CopyOptions),

    /// Fill an empty database with a made-up community of any size, for
    /// measuring.
    Generate(GenerateOptions),

    /// Write the whole community, as it is at this moment, into one file.
    ///
    /// Nobody is disturbed: chorus serve may be running. The file gets its name
    /// when it is whole and was checked. For SQLite; PostgreSQL has pg_dump.
    Backup(BackupOptions),

    /// Put a backup in the place of the database.
    ///
    /// The backup is checked first, and chorus serve has to be stopped. A
    /// community that is there already stays where it is, unless --replace is
    /// given: then it is kept beside the new one. For SQLite; PostgreSQL has
    /// pg_restore.
    Restore(RestoreOptions),

    /// Read the whole database and say whether it holds together.
    ///
    /// Changes nothing; chorus serve may be running. Ends with an error if
    /// something is wrong.
    Check,

    /// Say what is wrong with the set-up, the database and the settings.
    ///
    /// Changes nothing. Ends with an error if something has to be mended.
    Doctor(Box<ServeOptions>),
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Bring in a WordPress export with its comments.
    Wordpress(ImportOptions),
}

/// Where the community can be reached, for the links that are printed.
#[derive(Debug, Clone, Args)]
pub struct Address {
    /// The address that people use, as in https://example.org.
    #[arg(long, env = "CHORUS_BASE_URL", value_name = "URL")]
    base_url: Option<String>,

    /// Address and port that the server listens on, if there is no base URL.
    #[arg(
        long,
        env = "CHORUS_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "ADDRESS"
    )]
    listen: SocketAddr,
}

impl Address {
    /// A page's whole address.
    fn of(&self, path: &str) -> String {
        match &self.base_url {
            Some(base) => format!("{}{path}", base.trim_end_matches('/')),
            None => format!("http://{}{path}", self.listen),
        }
    }
}

impl Cli {
    /// Logs from now on, in the form that was asked for.
    pub fn begin_log(&self) {
        self.log_format.begin(match self.command {
            Command::Serve(_) => "info,memory_serve=warn",
            // Copying has long statements, and they would be printed whole.
            _ => "warn,sqlx=error",
        });
    }

    /// Does what was asked.
    ///
    /// # Errors
    ///
    /// A sentence for whoever runs the server.
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let options = self.options;
        match self.command {
            Command::Serve(serve) => server::serve::run(options, *serve).await,
            Command::Import(Import::Wordpress(import)) => {
                server::import::run(&options, import).await
            }
            Command::Grant(grant) => accounts::grant(&options, &grant).await,
            Command::ResetLink(link) => accounts::reset_link(&options, &link).await,
            Command::Invite(address) => accounts::invite(&options, &address).await,
            Command::Copy(copy) => server::copy::run(&copy).await,
            Command::Generate(generate) => server::generate::run(&options.database, generate).await,
            Command::Backup(backup) => backup::run(&options, &backup).await,
            Command::Restore(restore) => restore::run(&options, &restore).await,
            Command::Check => check::run(&options).await,
            Command::Doctor(serve) => doctor::run(&options, &serve).await,
        }
    }
}

/// How the server is set up if nobody says anything.
#[cfg(test)]
fn defaults() -> ServeOptions {
    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        serve: ServeOptions,
    }
    Alone::parse_from(["chorus"]).serve
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_is_well_formed_and_says_what_it_does() {
        let command = Cli::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands() {
            assert!(sub.get_about().is_some(), "{}", sub.get_name());
        }
    }

    #[test]
    fn links_lead_to_where_people_come_in() {
        let listen = "127.0.0.1:4000".parse().expect("an address");
        let at = |base: Option<&str>| Address {
            base_url: base.map(str::to_owned),
            listen,
        };
        assert_eq!(at(None).of("/join"), "http://127.0.0.1:4000/join");
        assert_eq!(
            at(Some("https://example.org/")).of("/join"),
            "https://example.org/join"
        );
    }
}
