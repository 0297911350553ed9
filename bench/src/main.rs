//! Measures a running Chorus beside a reference on the same machine in the same run, and writes
//! what it found to a Markdown file. All traffic stays on the loopback address, and every loop is
//! bounded in count and time.

mod compare;
mod disk;
mod engine;
mod lighthouse;
mod live;
mod measure;
mod reading;
mod reference;
mod report;
mod rounds;
mod scale;
mod transfer;
mod visitor;
mod writing;

use std::path::PathBuf;

use bench::Result;
use clap::{Parser, Subcommand};
use engine::Engine;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure everything, print it and write it down.
    Report(ReportArguments),
    /// Measure only what a page costs in a large community beside a small one, and print it.
    Scale(ReportArguments),
    /// Measure only what open pages that listen cost, and print it.
    Live(ReportArguments),
    /// Answer with a bare event stream.
    BareEvents,
    /// Answer every request with the bytes and headers of one page, from memory.
    Reference {
        /// The page to copy once at the start, such as http://127.0.0.1:3000/.
        #[arg(long)]
        from: String,
        /// The cookies that it is asked with.
        #[arg(long, default_value = visitor::READER)]
        cookie: String,
    },
}

/// Where things are.
#[derive(Clone, clap::Args)]
pub struct ReportArguments {
    /// The release program.
    #[arg(long, default_value = "target/release/chorus")]
    pub program: PathBuf,
    /// What the browser loaded, as `transfer.spec.ts` wrote it.
    #[arg(long, default_value = "target/bench/transfer.json")]
    pub transfer: PathBuf,
    /// What Lighthouse said, as `lighthouse.spec.ts` wrote it.
    #[arg(long, default_value = "target/bench/lighthouse.json")]
    pub lighthouse: PathBuf,
    /// A folder for databases, on the disk that is to be measured.
    #[arg(long, default_value = "target/bench/data")]
    pub folder: PathBuf,
    /// The report.
    #[arg(long, default_value = "docs/benchmarks.md")]
    pub out: PathBuf,
    /// Interleaved rounds of each comparison.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Seconds of load in each round.
    #[arg(long, default_value_t = 2)]
    pub seconds: u64,
    /// Connections held open by the load of reads.
    #[arg(long, default_value_t = 16)]
    pub connections: usize,
    /// Connections on which comments are posted.
    #[arg(long, default_value_t = 64)]
    pub writers: usize,
    /// Shares of the large community.
    #[arg(long, default_value_t = 20_000)]
    pub shares: u64,
    /// Comments of the large community.
    #[arg(long, default_value_t = 200_000)]
    pub comments: u64,
    /// Open pages that listen.
    #[arg(long, default_value_t = 10_000)]
    pub listeners: usize,
    /// Measure this engine only.
    #[arg(long)]
    pub engine: Option<Engine>,
    /// A page whose table of figures is written anew.
    #[arg(long)]
    pub figures: Option<PathBuf>,
}

impl ReportArguments {
    /// The engines that are measured.
    pub fn engines(&self) -> Vec<Engine> {
        match self.engine {
            Some(engine) => vec![engine],
            None => vec![Engine::Sqlite, Engine::Postgres],
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Report(arguments) => measure::everything(&arguments).await,
        Command::Scale(arguments) => measure::scale(&arguments).await,
        Command::Live(arguments) => measure::live(&arguments).await,
        Command::BareEvents => live::bare().await,
        Command::Reference { from, cookie } => reference::serve(&from, &cookie).await,
    }
}
