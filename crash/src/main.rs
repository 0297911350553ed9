//! Proves that an acknowledged post is never lost: writers post through the program's own forms
//! while it is killed, or while its disk loses the power, and afterwards every post that was
//! acknowledged must be there once and in order. `docs/crash-tests.md` says what this shows and
//! what it does not. All traffic stays on the loopback address, every loop is bounded, and only
//! programs that were started here are ended.

mod check;
mod database;
#[cfg(target_os = "linux")]
mod disk;
mod ground;
mod nodes;
mod post;
#[cfg(target_os = "linux")]
mod power;
mod rounds;
mod tally;
mod writer;

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bench::Result;
use bench::chorus::Durability;
use clap::{Parser, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use crate::ground::Plain;
use crate::rounds::{Plan, run};
use crate::tally::Tally;

/// With `synchronous=OFF` this many rounds are enough to lose something.
#[cfg(target_os = "linux")]
const MOST_CARELESS_ROUNDS: u64 = 20;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Kill and unsynced, the second where a file system can be mounted over FUSE.
    All,
    /// The program is killed.
    Kill,
    /// The power is cut: writes that were not synced are lost.
    Unsynced,
    /// Three nodes on PostgreSQL, behind nginx: one is stopped, another one killed.
    Nodes,
}

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The program to break.
    #[arg(long, default_value = "target/release/chorus")]
    program: PathBuf,
    /// A folder for the databases.
    #[arg(long, default_value = "target/crash")]
    folder: PathBuf,
    /// How it crashes.
    #[arg(long, value_enum, default_value_t = Kind::All)]
    kind: Kind,
    /// Rounds of each kind.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    rounds: u64,
    /// People who post at once.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=50))]
    writers: u32,
    /// Repeats an earlier run's moments and losses.
    #[arg(long)]
    seed: Option<u64>,
    /// The latest moment of a crash in each round, in milliseconds.
    #[arg(long, default_value_t = 1_500)]
    latest: u64,
    /// nginx, for the nodes. If you say nothing, it is looked for.
    #[arg(long)]
    nginx: Option<PathBuf>,
    /// No round begins after so many minutes.
    #[arg(long, default_value_t = 240)]
    minutes: u64,
}

/// What came of a kind.
enum Verdict {
    Run(Tally),
    #[cfg_attr(not(target_os = "linux"), expect(dead_code))]
    ProvesNothing(Tally),
    NotRun(String),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = tokio::select! {
        outcome = everything(&arguments) => outcome,
        () = told_to_stop() => Err("stopped before the end".into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("crash: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn told_to_stop() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Runs what was asked for and prints the line that sums it up; true if every promise held.
async fn everything(arguments: &Arguments) -> Result<bool> {
    fs::create_dir_all(&arguments.folder)?;
    let _alone = alone_in(arguments)?;
    let seed = arguments.seed.unwrap_or_else(rand::random);
    println!("crash: seed {seed}");
    let mut verdicts = Vec::new();
    if matches!(arguments.kind, Kind::All | Kind::Kill) {
        verdicts.push(kill(arguments, seed).await?);
    }
    if matches!(arguments.kind, Kind::All | Kind::Unsynced) {
        verdicts.push(unsynced(arguments, seed).await?);
    }
    if arguments.kind == Kind::Nodes {
        verdicts.push(Verdict::Run(nodes(arguments, seed).await?));
    }
    Ok(sum_up(&verdicts, arguments.kind))
}

/// Two runs in one folder would remove each other's databases.
fn alone_in(arguments: &Arguments) -> Result<File> {
    let lock = File::create(arguments.folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let folder = arguments.folder.display();
            Err(format!("another run is using {folder}: give this one another --folder").into())
        }
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn sum_up(verdicts: &[Verdict], kind: Kind) -> bool {
    let mut tally = Tally::default();
    let (mut holds, mut missing) = (true, "");
    for verdict in verdicts {
        match verdict {
            Verdict::Run(own) => tally += own,
            Verdict::ProvesNothing(own) => {
                tally += own;
                holds = false;
            }
            Verdict::NotRun(why) => {
                println!("unsynced: not run: {why}.");
                holds &= kind != Kind::Unsynced;
                missing = "; unsynced: not run";
            }
        }
    }
    println!("crash: {tally}{missing}");
    holds && tally.is_clean()
}

fn plan(arguments: &Arguments, seed: u64, name: &'static str) -> Plan {
    Plan {
        name,
        program: arguments.program.clone(),
        durability: Durability::Full,
        writers: arguments.writers,
        latest: Duration::from_millis(arguments.latest),
        seed,
        until: Instant::now() + Duration::from_secs(60 * arguments.minutes),
        keep: Some(arguments.folder.join("faults")),
    }
}

async fn nodes(arguments: &Arguments, seed: u64) -> Result<Tally> {
    let plan = nodes::Plan {
        program: arguments.program.clone(),
        nginx: arguments.nginx.clone(),
        folder: arguments.folder.join("nodes"),
        writers: arguments.writers,
        latest: Duration::from_millis(arguments.latest),
        seed,
        rounds: arguments.rounds,
        until: Instant::now() + Duration::from_secs(60 * arguments.minutes),
    };
    nodes::run(&plan).await
}

async fn kill(arguments: &Arguments, seed: u64) -> Result<Verdict> {
    let folder = arguments.folder.join("kill");
    let plan = plan(arguments, seed, "kill");
    let more = |tally: &Tally| tally.rounds < arguments.rounds;
    let tally = run(&plan, || Plain::fresh(&folder), more).await?;
    Ok(Verdict::Run(tally))
}

#[cfg(target_os = "linux")]
async fn unsynced(arguments: &Arguments, seed: u64) -> Result<Verdict> {
    use crate::power::PowerCut;

    let folder = arguments.folder.join("unsynced");
    if let Err(why) = PowerCut::fresh(&folder) {
        let why = format!("no file system can be mounted here over FUSE ({why})");
        return Ok(Verdict::NotRun(why));
    }
    let careful = plan(arguments, seed, "unsynced");
    let more = |tally: &Tally| tally.rounds < arguments.rounds;
    let tally = run(&careful, || PowerCut::fresh(&folder), more).await?;

    let careless = Plan {
        durability: Durability::Off,
        keep: None,
        ..plan(arguments, seed, "unsynced, synchronous=OFF")
    };
    let rounds = arguments.rounds.min(MOST_CARELESS_ROUNDS);
    let more = |tally: &Tally| {
        tally.rounds < rounds || (tally.lost == 0 && tally.rounds < MOST_CARELESS_ROUNDS)
    };
    let careless = run(&careless, || PowerCut::fresh(&folder), more).await?;
    if careless.lost == 0 {
        println!("unsynced: nothing was lost with synchronous=OFF, so this test proves nothing.");
        return Ok(Verdict::ProvesNothing(tally));
    }
    println!("unsynced: with synchronous=OFF posts are lost, as they must be: the test bites.");
    Ok(Verdict::Run(tally))
}

#[cfg(not(target_os = "linux"))]
async fn unsynced(_: &Arguments, _: u64) -> Result<Verdict> {
    Ok(Verdict::NotRun("it needs FUSE on Linux".to_owned()))
}
