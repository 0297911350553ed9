//! Measures a running Chorus beside a reference on the same machine in the same run, and writes
//! what it found to a Markdown file. All traffic stays on the loopback address, and every loop is
//! bounded in count and time.

mod disk;
mod measure;
mod process;
mod reference;
mod report;
mod rounds;
mod transfer;

use std::path::PathBuf;

use bench::Result;
use clap::{Parser, Subcommand};

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
    /// Answer every request with the bytes and headers of one page, from memory.
    Reference {
        /// The page to copy once at the start, such as http://127.0.0.1:3000/.
        #[arg(long)]
        from: String,
    },
}

/// Where things are.
#[derive(clap::Args)]
pub struct ReportArguments {
    /// The release program.
    #[arg(long, default_value = "target/release/chorus")]
    pub program: PathBuf,
    /// What the browser loaded, as `transfer.spec.ts` wrote it.
    #[arg(long, default_value = "target/bench/transfer.json")]
    pub transfer: PathBuf,
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
    #[arg(long, default_value_t = 3)]
    pub seconds: u64,
    /// Connections held open by the load.
    #[arg(long, default_value_t = 16)]
    pub connections: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Report(arguments) => measure::everything(&arguments).await,
        Command::Reference { from } => reference::serve(&from).await,
    }
}
