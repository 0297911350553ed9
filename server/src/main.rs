//! The program `chorus`.

// View types nest deeply.
#![recursion_limit = "512"]

mod cli;

use clap::Parser;
use std::process::ExitCode;
use tikv_jemallocator::Jemalloc;

/// A page with fifty comments allocates 22,000 times: see decision 19.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

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
    match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chorus: {error}");
            ExitCode::FAILURE
        }
    }
}
