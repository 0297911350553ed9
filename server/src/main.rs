//! The program `chorus`.

// View types nest deeply.
#![recursion_limit = "512"]

mod cli;

use clap::Parser;
use std::{process::ExitCode, time::Duration};
use tikv_jemallocator::Jemalloc;

/// A page with fifty comments allocates 22,000 times: see decision 19.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// How long work in the background may still take at the end.
const LAST_WAIT: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    cli.begin_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("chorus: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(cli.run());
    // All that matters is kept by now: what does not end is not waited for.
    runtime.shutdown_timeout(LAST_WAIT);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chorus: {error}");
            ExitCode::FAILURE
        }
    }
}
