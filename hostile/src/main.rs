//! Proves that hostile input is harmless: starts the program, sends it very many requests that no
//! browser would send, and looks for answers of 500 and above, panics, silence, memory that grows,
//! a server that does not stop, and a database that is no longer whole. All that is sent follows from a seed. All traffic stays
//! on the loopback address, every wait is bounded, and only the program that was started here is
//! ended.

mod attack;
mod functions;
mod ground;
mod mutate;
mod program;
mod self_test;
mod send;
mod tally;
mod texts;
mod wire;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::Result;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::attack::{People, attack};
use crate::functions::Addresses;
use crate::ground::Ground;
use crate::mutate::Generator;
use crate::program::Program;
use crate::tally::Tally;

/// After so many requests it is looked after the program and the people who send.
const ROUND: u64 = 1_000;
/// The most memory that the program may hold afterwards, in bytes. It keeps at most 32 MiB of
/// finished pages; the rest is room for what is under way, the database's cache and the allocator.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// The second half's most beside the first's, in hundredths, and some bytes for what varies.
const MOST_GROWTH: (u64, u64) = (125, 16 * 1024 * 1024);
/// Pages that are left while they are made, after the rest. What that breaks takes thousands.
const LEAVING: u64 = 12_000;
/// Few at once, so that each is in the midst of being made.
const LEAVING_AT_ONCE: usize = 2;
const MEBIBYTE: f64 = 1024.0 * 1024.0;
/// So many faults are shown whole; all of them are counted.
const MOST_SHOWN: usize = 40;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The program to attack.
    #[arg(long, default_value = "target/release/chorus")]
    program: PathBuf,
    /// A folder for its database, its log and the requests that broke something.
    #[arg(long, default_value = "target/hostile")]
    folder: PathBuf,
    /// The working copy whose addresses are attacked.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// How many requests.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    requests: u64,
    /// Repeats an earlier run's requests.
    #[arg(long)]
    seed: Option<u64>,
    /// Sends only the request of this number, and shows it.
    #[arg(long)]
    only: Option<u64>,
    /// Requests under way at once.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=200))]
    at_once: u16,
    /// Only proves that the attack finds faults, in servers of its own.
    #[arg(long)]
    self_test: bool,
    /// No round begins after so many minutes.
    #[arg(long, default_value_t = 240)]
    minutes: u64,
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
            eprintln!("hostile: {why}");
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

/// Runs what was asked for; true if nothing was found.
async fn everything(arguments: &Arguments) -> Result<bool> {
    let seed = arguments.seed.unwrap_or_else(rand::random);
    println!("hostile: seed {seed}");
    let addresses = Addresses::read(&arguments.root)?;
    println!(
        "hostile: {} server functions ({} of them take fields), {} pages",
        addresses.functions.len(),
        addresses.understood(),
        addresses.pages.len()
    );
    if arguments.only.is_none() {
        self_test::self_test(seed, &addresses).await?;
    }
    if arguments.self_test {
        return Ok(true);
    }
    let program = Program::start(&arguments.program, &arguments.folder.join("ground")).await?;
    let mut people = People::gather(program.address, program.accounts()?).await?;
    let ground = Ground::explore(program.address, addresses, people.cookies()).await?;
    println!(
        "hostile: {} people, {} addresses, {} forms, {} ids to start from",
        ground.people,
        ground.addresses.len(),
        ground.forms.values().map(Vec::len).sum::<usize>(),
        ground.ids.len()
    );
    let run = Run {
        ground: Arc::new(ground),
        generator: Generator::new(seed),
        seed,
        arguments,
    };
    let clean = run.all(&program, &mut people).await;
    match program.stop().await {
        Ok(()) => {
            println!("told to stop, it stopped");
            clean
        }
        Err(why) => {
            println!("FOUND  {why}");
            clean.map(|_| false)
        }
    }
}

/// One attack on one program.
struct Run<'a> {
    ground: Arc<Ground>,
    generator: Generator,
    seed: u64,
    arguments: &'a Arguments,
}

impl Run<'_> {
    async fn all(&self, program: &Program, people: &mut People) -> Result<bool> {
        let mut tally = Tally::default();
        let mut findings = Vec::new();
        let numbers = match self.arguments.only {
            Some(only) => {
                let shot = self.generator.shot(&self.ground, only);
                println!(
                    "{}: {:?}, sent as {}",
                    shot.aim, shot.mutations, shot.person
                );
                println!("{}", String::from_utf8_lossy(&shot.bytes));
                only..only + 1
            }
            None => 0..self.arguments.requests,
        };
        let until = Instant::now() + Duration::from_secs(60 * self.arguments.minutes);
        let mut memory = Vec::new();
        let mut known_trouble = 0;
        let mut start = numbers.start;
        while start < numbers.end && Instant::now() < until {
            let end = (start + ROUND).min(numbers.end);
            let at_once = usize::from(self.arguments.at_once);
            attack(
                &self.ground,
                &self.generator,
                start..end,
                people.cookies(),
                at_once,
                &mut tally,
            )
            .await?;
            if let Err(why) = program.alive().await {
                findings.push(format!("after request {}: {why}", end - 1));
                break;
            }
            memory.push(program.memory()?);
            let trouble = program.trouble()?;
            let now = trouble.panics.len() + trouble.errors.len();
            if now > known_trouble {
                println!(
                    "requests {start} to {}: the log has {} new lines of trouble",
                    end - 1,
                    now - known_trouble
                );
                known_trouble = now;
            }
            people.renew().await?;
            if end % (ROUND * 5) == 0 {
                let held = memory.last().map_or(0.0, |&bytes| bytes as f64 / MEBIBYTE);
                println!(
                    "{end} requests sent, {} answers of 500 and above, {held:.0} MiB held",
                    tally.broken
                );
            }
            start = end;
        }
        if self.arguments.only.is_none() && findings.is_empty() {
            findings.extend(self.leave(program, people, &mut tally).await?);
        }
        if start < numbers.end && findings.is_empty() {
            findings.push(format!(
                "only {} requests were sent in time",
                tally.requests
            ));
        }
        findings.extend(self.look(program, &tally, &memory).await?);
        print!("{tally}");
        self.show(&tally)?;
        for finding in &findings {
            println!("FOUND  {finding}");
        }
        println!(
            "hostile: seed {}: {} requests, {} answers of 500 and above, {} panics, {} without an \
             answer in time; slowest {:.1} s",
            self.seed,
            tally.requests,
            tally.broken,
            program.trouble()?.panics.len(),
            tally.silent,
            tally.slowest.as_secs_f64()
        );
        Ok(findings.is_empty() && tally.faults.is_empty())
    }

    /// Pages are asked for, and left while they are made.
    async fn leave(
        &self,
        program: &Program,
        people: &People,
        tally: &mut Tally,
    ) -> Result<Option<String>> {
        attack(
            &self.ground,
            &Generator::leaving(self.seed),
            0..LEAVING,
            people.cookies(),
            LEAVING_AT_ONCE,
            tally,
        )
        .await?;
        println!("{LEAVING} pages were left while they were made");
        let why = program.alive().await.err();
        Ok(why.map(|why| format!("after {LEAVING} pages were left: {why}")))
    }

    /// Everything but the answers: the server's own count, the log, memory and the database.
    async fn look(&self, program: &Program, tally: &Tally, memory: &[u64]) -> Result<Vec<String>> {
        let mut findings = Vec::new();
        match program.own_count().await {
            Ok(lines) => {
                let counted = lines
                    .into_iter()
                    .map(|line| format!("by the server's own count: {line}"));
                findings.extend(counted);
            }
            Err(why) => findings.push(format!("its own count cannot be read: {why}")),
        }
        let trouble = program.trouble()?;
        let lines = trouble.panics.iter().chain(&trouble.errors);
        findings.extend(
            lines
                .take(MOST_SHOWN)
                .map(|line| format!("in the log: {line}")),
        );
        println!(
            "log: {} panics, {} errors, {} warnings",
            trouble.panics.len(),
            trouble.errors.len(),
            trouble.warnings
        );
        findings.extend(grown(memory));
        match program.check().await {
            Ok(()) => println!("the database is whole"),
            Err(why) => findings.push(format!("the database is not whole: {why}")),
        }
        if tally.requests == 0 {
            findings.push("nothing was sent".to_owned());
        }
        Ok(findings)
    }

    /// Shows each fault with the line that sends it again, and keeps its bytes.
    fn show(&self, tally: &Tally) -> Result<()> {
        let folder = self.arguments.folder.join("faults");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        if !tally.faults.is_empty() {
            fs::create_dir_all(&folder)?;
        }
        for (place, fault) in tally.faults.iter().enumerate() {
            let shot = &fault.shot;
            let file = folder.join(format!("{}.request", shot.index));
            fs::write(&file, &shot.bytes)?;
            if place < MOST_SHOWN {
                println!(
                    "FOUND  request {} ({}; {}) {}\n       again: {}",
                    shot.index,
                    shot.aim,
                    shot.mutations.join(", "),
                    fault.what,
                    again(self.seed, shot.index, &self.arguments.program)
                );
            }
        }
        Ok(())
    }
}

fn again(seed: u64, index: u64, program: &Path) -> String {
    format!(
        "target/debug/hostile --program {} --seed {seed} --only {index}",
        program.display()
    )
}

/// Says what is wrong with the memory that was held after each round.
fn grown(memory: &[u64]) -> Option<String> {
    let most = |part: &[u64]| part.iter().copied().max().unwrap_or_default();
    let (first, second) = memory.split_at(memory.len() / 2);
    let (first, second) = (most(first), most(second));
    let last = memory.last().copied().unwrap_or_default();
    println!(
        "memory: most in the first half {:.0} MiB, in the second {:.0} MiB, at the end {:.0} MiB",
        first as f64 / MEBIBYTE,
        second as f64 / MEBIBYTE,
        last as f64 / MEBIBYTE
    );
    let (hundredths, more) = MOST_GROWTH;
    if last > MOST_MEMORY {
        return Some(format!(
            "{last} bytes of memory are held: more than {MOST_MEMORY}"
        ));
    }
    // Of a few rounds the first is always the one that warms up.
    (memory.len() >= 20 && second > first * hundredths / 100 + more)
        .then(|| format!("memory grows: {first} bytes in the first half, {second} in the second"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_may_vary_and_not_grow() {
        let mib = 1024 * 1024;
        assert!(grown(&[90 * mib; 30]).is_none());
        let growing: Vec<u64> = (0..40).map(|round| (40 + round * 4) * mib).collect();
        assert!(grown(&growing).is_some());
        assert!(grown(&[300 * mib]).is_some());
        assert!(grown(&[]).is_none());
    }

    #[tokio::test]
    async fn the_self_test_finds_both_faults() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let addresses = Addresses::read(&root).expect("the working copy");
        self_test::self_test(5, &addresses)
            .await
            .expect("both faults");
    }
}
