//! Rounds of posting, crashing, starting again and looking.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bench::Result;
use bench::chorus::{Chorus, Durability, Running};
use bench::posting::newest_article;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::check::{Comment, check};
use crate::database;
use crate::ground::Ground;
use crate::tally::Tally;
use crate::writer::{Writer, acknowledged};

/// So many rounds share a database: its log and its tables grow, and each round looks at all of it.
const ROUNDS_A_DATABASE: u32 = 25;
/// So many rounds are told of in one line.
const ROUNDS_A_LINE: u32 = 10;
/// The soonest that a crash comes.
const SOONEST: Duration = Duration::from_millis(20);
/// In one of so many rounds the program also crashes while it starts again,
const CRASHES_AT_START: u32 = 4;
/// within this time.
const START: Duration = Duration::from_millis(80);
/// Faults that are written out for a round; all are counted.
const MOST_FAULTS_SHOWN: usize = 10;

/// What to run.
pub struct Plan {
    /// A word for the lines that are printed.
    pub name: &'static str,
    /// The program to break.
    pub program: PathBuf,
    /// How SQLite confirms a commit.
    pub durability: Durability,
    /// People who post at once.
    pub writers: u32,
    /// The latest that a crash comes, counted from the first post.
    pub latest: Duration,
    /// Where chance begins.
    pub seed: u64,
    /// When no further round begins.
    pub until: Instant,
    /// Where databases with faults are kept, if they are of interest.
    pub keep: Option<PathBuf>,
}

impl Plan {
    fn chance(&self, round: u32) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_add(u64::from(round)))
    }
}

/// Runs rounds for as long as `more` says so of what came of the earlier ones.
///
/// # Errors
/// When a community cannot be set up, or the time is over.
pub async fn run<G: Ground>(
    plan: &Plan,
    fresh: impl Fn() -> Result<G>,
    more: impl Fn(&Tally) -> bool,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut current: Option<Community<G>> = None;
    let mut round = 0;
    while more(&tally) {
        round += 1;
        if Instant::now() > plan.until {
            return Err(format!("{}: the time was over after {tally}", plan.name).into());
        }
        let mut community = match current.take() {
            Some(community) => community,
            None => Community::begin(plan, fresh()?).await?,
        };
        let outcome = community.round(round, plan).await?;
        tally += &outcome.tally;
        if round.is_multiple_of(ROUNDS_A_LINE) {
            println!("{}: {tally}", plan.name);
        }
        if !outcome.tally.is_clean() {
            outcome.show(plan, round);
            community
                .end(plan.keep.as_deref(), plan.name, round)
                .await?;
        } else if round.is_multiple_of(ROUNDS_A_DATABASE) {
            community.end(None, plan.name, round).await?;
        } else {
            current = Some(community);
        }
    }
    if let Some(community) = current {
        community.end(None, plan.name, round).await?;
    }
    if !round.is_multiple_of(ROUNDS_A_LINE) {
        println!("{}: {tally}", plan.name);
    }
    Ok(tally)
}

/// What came of a round.
#[derive(Default)]
struct Outcome {
    tally: Tally,
    faults: Vec<String>,
}

impl Outcome {
    fn refused(&mut self, complaints: Vec<String>) {
        self.tally.refused += complaints.len() as u64;
        self.faults.extend(complaints);
    }

    fn damaged(&mut self, how: String) {
        self.tally.damaged = 1;
        self.faults.push(how);
    }

    fn show(&self, plan: &Plan, round: u32) {
        if plan.keep.is_none() {
            return;
        }
        println!(
            "{}: faults in round {round}, seed {}:",
            plan.name, plan.seed
        );
        for fault in self.faults.iter().take(MOST_FAULTS_SHOWN) {
            println!("  {fault}");
        }
        if self.faults.len() > MOST_FAULTS_SHOWN {
            println!("  and {} more", self.faults.len() - MOST_FAULTS_SHOWN);
        }
    }
}

/// A database, its program and its writers.
struct Community<G> {
    running: Option<Running>,
    chorus: Chorus,
    ground: G,
    writers: Vec<Writer>,
    before: Vec<Comment>,
}

impl<G: Ground> Community<G> {
    async fn begin(plan: &Plan, mut ground: G) -> Result<Self> {
        let chorus = Chorus::at(&plan.program, ground.folder(), plan.durability)?;
        let running = chorus.start().await?;
        let address = running.address;
        let article = newest_article(address).await?;
        let mut joining = JoinSet::new();
        for number in 1..=plan.writers {
            let article = article.clone();
            joining.spawn(async move { Writer::join(address, &article, number).await });
        }
        let mut writers = Vec::new();
        while let Some(joined) = joining.join_next().await {
            writers.push(joined??);
        }
        ground.settle();
        let before = database::read(&ground.readable()?).await?.comments;
        Ok(Self {
            running: Some(running),
            chorus,
            ground,
            writers,
            before,
        })
    }

    async fn round(&mut self, round: u32, plan: &Plan) -> Result<Outcome> {
        let rng = &mut plan.chance(round);
        let before = acknowledged(&self.writers);
        let mut outcome = Outcome::default();
        outcome.tally.rounds = 1;
        outcome.refused(self.post_until_it_falls(round, rng, plan.latest).await?);
        self.ground.rise(rng)?;
        if rng.random_ratio(1, CRASHES_AT_START) {
            self.fall_at_start(rng).await?;
        }
        match self.chorus.start().await {
            Ok(running) => {
                self.running = Some(running);
                outcome.refused(self.send_again().await?);
                self.look(&mut outcome).await?;
            }
            Err(why) => outcome.damaged(why.to_string()),
        }
        outcome.tally.acknowledged = acknowledged(&self.writers) - before;
        Ok(outcome)
    }

    async fn post_until_it_falls(
        &mut self,
        round: u32,
        rng: &mut StdRng,
        latest: Duration,
    ) -> Result<Vec<String>> {
        let running = self.running.take().ok_or("nothing is running")?;
        let address = running.address;
        let fallen = Arc::new(AtomicBool::new(false));
        let mut posting = JoinSet::new();
        for mut writer in self.writers.drain(..) {
            let fallen = Arc::clone(&fallen);
            posting.spawn(async move {
                let complaint = writer.post_until(address, round, &fallen).await;
                (writer, complaint)
            });
        }
        sleep(rng.random_range(SOONEST..=latest.max(SOONEST))).await;
        fallen.store(true, Ordering::SeqCst);
        self.ground.fall();
        running.stop().await?;
        self.gather(posting).await
    }

    async fn fall_at_start(&mut self, rng: &mut StdRng) -> Result<()> {
        let launched = self.chorus.launch()?;
        sleep(rng.random_range(Duration::ZERO..=START)).await;
        self.ground.fall();
        launched.stop().await?;
        self.ground.rise(rng)
    }

    async fn send_again(&mut self) -> Result<Vec<String>> {
        let address = self.running.as_ref().ok_or("nothing is running")?.address;
        let mut sending = JoinSet::new();
        for mut writer in self.writers.drain(..) {
            sending.spawn(async move {
                let complaint = writer.send_again(address).await;
                (writer, complaint)
            });
        }
        self.gather(sending).await
    }

    async fn gather(&mut self, mut busy: JoinSet<(Writer, Option<String>)>) -> Result<Vec<String>> {
        let mut complaints = Vec::new();
        while let Some(done) = busy.join_next().await {
            let (writer, complaint) = done?;
            self.writers.push(writer);
            complaints.extend(complaint);
        }
        Ok(complaints)
    }

    async fn look(&self, outcome: &mut Outcome) -> Result<()> {
        match database::read(&self.ground.readable()?).await {
            Ok(reading) => {
                let sent = self.writers.iter().map(|writer| &writer.sent);
                let faults = check(&self.before, sent, &reading.comments);
                outcome.tally.count(&faults);
                outcome.faults.extend(faults.into_sentences());
                if !reading.damage.is_empty() {
                    outcome.damaged(reading.damage.join("; "));
                }
            }
            Err(why) => outcome.damaged(format!("the database cannot be read: {why}")),
        }
        Ok(())
    }

    /// Ends the program; the database's files are kept if a folder is given for them.
    async fn end(self, keep: Option<&Path>, name: &str, round: u32) -> Result<()> {
        if let Some(running) = self.running {
            running.stop().await?;
        }
        if let Some(keep) = keep {
            let to = keep.join(format!("{name}-round-{round}"));
            copy_files(&self.ground.readable()?, &to)?;
            println!("{name}: the database is kept in {}", to.display());
        }
        Ok(())
    }
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
