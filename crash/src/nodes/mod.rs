//! Three nodes behind a proxy, of which one is always being stopped, killed or started again while
//! people post through the proxy.

mod node;
mod phase;
mod proxy;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::Result;
use bench::http::{Connection, get};
use bench::posting::newest_article;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::check::{Comment, check};
use crate::database;
use crate::ground::empty;
use crate::tally::Tally;
use crate::writer::{Writer, acknowledged};

use node::{House, Node, free_address};
pub use phase::Phase;
use proxy::{NODES, Proxy};

/// Faults that are written out for a round; all are counted.
const MOST_FAULTS_SHOWN: usize = 10;
/// So many who only read come along.
const READERS: usize = 2;

/// What to run.
pub struct Plan {
    /// The program of the nodes.
    pub program: PathBuf,
    /// The proxy, if it is not where one looks for it.
    pub nginx: Option<PathBuf>,
    /// For the proxy's files and the nodes' logs; it is emptied.
    pub folder: PathBuf,
    /// People who post at once.
    pub writers: u32,
    /// The longest pause between two things that are done to a node.
    pub latest: Duration,
    /// Where chance begins.
    pub seed: u64,
    /// How many rounds.
    pub rounds: u64,
    /// When no further round begins.
    pub until: Instant,
}

/// Runs the rounds.
///
/// # Errors
/// When PostgreSQL or nginx is missing, the nodes cannot be set up, or the time is over.
pub async fn run(plan: &Plan) -> Result<Tally> {
    let nginx = proxy::program(plan.nginx.as_deref())?;
    if !test_postgres::is_there() {
        return Err(format!(
            "PostgreSQL is not there, on which the nodes run: install it (Debian: apt-get install \
             postgresql), or give the address of a server in {}",
            test_postgres::GIVEN
        )
        .into());
    }
    let mut cluster = Cluster::begin(plan, &nginx).await?;
    let mut tally = Tally::default();
    for round in 1..=u32::try_from(plan.rounds)? {
        if Instant::now() > plan.until {
            return Err(format!("nodes: the time was over after {tally}").into());
        }
        let (own, faults) = cluster.round(plan, round).await?;
        tally += &own;
        println!("nodes: {tally}");
        show(&faults);
    }
    cluster.end().await?;
    Ok(tally)
}

fn show(faults: &[String]) {
    for fault in faults.iter().take(MOST_FAULTS_SHOWN) {
        println!("  {fault}");
    }
    if faults.len() > MOST_FAULTS_SHOWN {
        println!("  and {} more", faults.len() - MOST_FAULTS_SHOWN);
    }
}

/// The nodes, their proxy, and who posts. What is let go first stands first.
struct Cluster {
    nodes: Vec<Node>,
    proxy: Proxy,
    article: String,
    writers: Vec<Writer>,
    before: Vec<Comment>,
    url: String,
    _database: test_postgres::Database,
}

impl Cluster {
    async fn begin(plan: &Plan, nginx: &Path) -> Result<Self> {
        empty(&plan.folder)?;
        let folder = plan.folder.canonicalize()?;
        let program = plan
            .program
            .canonicalize()
            .map_err(|error| format!("{}: {error}", plan.program.display()))?;
        let (url, database) = test_postgres::fresh_database().await;
        let addresses = [free_address()?, free_address()?, free_address()?];
        let house = House {
            program,
            database: url.clone(),
            address: free_address()?,
            folder: folder.clone(),
        };
        let mut nodes = Vec::new();
        for (number, address) in addresses.into_iter().enumerate() {
            let mut node = Node::new(&house, number + 1, address);
            node.start(number == 0).await?;
            nodes.push(node);
        }
        let proxy = Proxy::before(nginx, &folder, house.address, &addresses).await?;
        let article = newest_article(proxy.address).await?;
        let mut writers = Vec::new();
        for number in 1..=plan.writers {
            writers.push(Writer::join(proxy.address, &article, number).await?);
        }
        let before = database::comments_on_server(&url).await?;
        Ok(Self {
            nodes,
            proxy,
            article,
            writers,
            before,
            url,
            _database: database,
        })
    }

    async fn round(&mut self, plan: &Plan, round: u32) -> Result<(Tally, Vec<String>)> {
        let rng = &mut StdRng::seed_from_u64(plan.seed.wrapping_add(u64::from(round)));
        let before = acknowledged(&self.writers);
        let phase = Arc::new(Phase::default());
        let address = self.proxy.address;
        let mut posting = JoinSet::new();
        for mut writer in self.writers.drain(..) {
            let phase = Arc::clone(&phase);
            posting.spawn(async move {
                let complaints = writer.post_through(address, round, &phase).await;
                (writer, complaints)
            });
        }
        let mut reading = JoinSet::new();
        for _ in 0..READERS {
            let (phase, article) = (Arc::clone(&phase), self.article.clone());
            reading.spawn(async move { read(address, &article, &phase).await });
        }
        let done = self.stop_and_kill(plan, rng, &phase).await;
        phase.end();
        let mut faults = Vec::new();
        while let Some(gone) = posting.join_next().await {
            let (mut writer, complaints) = gone?;
            faults.extend(complaints);
            faults.extend(writer.send_again(address).await);
            self.writers.push(writer);
        }
        while let Some(gone) = reading.join_next().await {
            faults.extend(gone?);
        }
        done?;
        let mut tally = Tally {
            rounds: 1,
            acknowledged: acknowledged(&self.writers) - before,
            refused: faults.len() as u64,
            ..Tally::default()
        };
        let found = database::comments_on_server(&self.url).await?;
        let sent = self.writers.iter().map(|writer| &writer.sent);
        let missed = check(&self.before, sent, &found);
        tally.count(&missed);
        faults.extend(missed.into_sentences());
        Ok((tally, faults))
    }

    /// One node is stopped as for a new version, and nothing may fail; then another one is killed.
    async fn stop_and_kill(&mut self, plan: &Plan, rng: &mut StdRng, phase: &Phase) -> Result<()> {
        let mut order: Vec<usize> = (0..NODES).collect();
        order.shuffle(rng);
        let mut pause = || sleep(rng.random_range(Duration::ZERO..=plan.latest));
        pause().await;
        let stopped = &mut self.nodes[order[0]];
        stopped.stop().await?;
        pause().await;
        stopped.start(false).await?;
        pause().await;
        phase.begin_killing();
        let killed = &mut self.nodes[order[1]];
        killed.kill().await?;
        pause().await;
        killed.start(false).await?;
        pause().await;
        Ok(())
    }

    async fn end(mut self) -> Result<()> {
        for node in &mut self.nodes {
            node.stop().await?;
        }
        Ok(())
    }
}

/// Opens pages until it is over; what is not shown though nothing was killed comes back.
async fn read(address: SocketAddr, article: &str, phase: &Phase) -> Vec<String> {
    let mut connection = Connection::to(address);
    let mut complaints = Vec::new();
    for path in ["/", "/help", article].into_iter().cycle() {
        if phase.is_over() {
            break;
        }
        let begun = phase.begin_request();
        let why = match connection.exchange(&get(address, path, &[])).await {
            Ok(answer) if answer.status == 200 => None,
            Ok(answer) => Some(format!("answered {}", answer.status)),
            Err(why) => Some(why.to_string()),
        };
        if let Some(why) = why
            && !phase.excuses(begun)
        {
            complaints.push(format!("not shown: {path} ({why})"));
        }
        sleep(Duration::from_millis(20)).await;
    }
    complaints
}
