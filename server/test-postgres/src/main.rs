//! Runs a command beside a throwaway PostgreSQL server, whose address it finds
//! in `CHORUS_TEST_POSTGRES`. The server and its files go with the command.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("usage: cargo run -p test-postgres -- COMMAND …");
        return ExitCode::FAILURE;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let url = runtime.block_on(test_postgres::server());
    let ended = Command::new(&program)
        .args(words)
        .env(test_postgres::GIVEN, url)
        .status();
    match ended {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", program.display());
            ExitCode::FAILURE
        }
    }
}
