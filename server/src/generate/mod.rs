//! `chorus generate`: a community of any size out of a seed, for measuring.
//!
//! Who is there and what they say hangs on the numbers alone, so the same
//! numbers give the same rows on every day and on both engines. Rows go in as
//! they are, in large batches and in the order of their indexes, with every
//! constraint in force; what is counted beside them is counted here.

mod articles;
mod dice;
mod people;
mod plan;
mod shares;
mod sheet;
mod threads;
mod words;

use crate::database::{self, Database, Engine, OpenError};
use articles::Articles;
use clap::Args;
use domain::{
    store::{StoreError, Stored},
    tables::{Row, Table, Tables},
};
use indicatif::{ProgressBar, ProgressStyle};
use people::People;
use plan::{Kind, MOST_EACH, Plan, SUBJECTS};
use shares::Shares;
use sheet::Sheet;
use std::{
    error::Error,
    fmt,
    io::{ErrorKind, Write},
};
use store_sqlite::Synchronous;
use threads::{Conversations, Said};
use words::Words;

/// How many rows are kept at once.
const BATCH: usize = 10_000;

/// The options of `chorus generate`.
#[derive(Debug, Clone, Copy, Args)]
pub struct GenerateOptions {
    /// Reflections, stories, shout-outs and rituals, all together.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=100_000_000))]
    pub shares: u64,

    /// Comments on them and on the articles, replies included.
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    pub comments: u64,

    /// The same numbers and the same seed give the same community.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// Why nothing, or not everything, was generated. Each reads as a sentence for
/// the host.
#[derive(Debug)]
pub enum GenerateError {
    /// The database cannot be opened.
    Open(OpenError),
    /// The database is of an older Chorus.
    Older(i64),
    /// There is a community in it.
    Taken,
    /// More comments than a thread can hold, on average.
    TooMany,
    /// The database did not do what it should.
    Store(StoreError),
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => write!(f, "{error}"),
            Self::Older(version) => write!(
                f,
                "the database is at version {version}, of an older Chorus: give an empty one"
            ),
            Self::Taken => write!(
                f,
                "the database holds a community already, and nothing was changed: give an empty \
                 one"
            ),
            Self::TooMany => write!(
                f,
                "so many comments need more shares: at most {MOST_EACH} to a share"
            ),
            Self::Store(error) => write!(
                f,
                "{error}. What was generated so far stays; begin again with an empty database"
            ),
        }
    }
}

impl Error for GenerateError {}

impl From<StoreError> for GenerateError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What is going on, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many shares and comments are to come.
    Filling(u64),
    /// So many more of them are kept.
    Kept(u64),
    /// The database gets ready to be read.
    Settling,
}

/// What was generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generated {
    pub members: u64,
    pub articles: u64,
    pub shares: u64,
    pub comments: u64,
    /// Rows of all tables together.
    pub rows: u64,
}

impl fmt::Display for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} members, {} articles, {} shares and {} comments were generated: {} rows. Nobody \
             can sign in as one of them; join, and make yourself the host with chorus grant.",
            self.members, self.articles, self.shares, self.comments, self.rows
        )
    }
}

/// Fills the database, and prints what came of it.
///
/// # Errors
///
/// A sentence for the host.
pub async fn run(url: &str, options: GenerateOptions) -> Result<(), Box<dyn Error>> {
    let mut bar = ProgressBar::hidden();
    let generated = generate(url, options, BATCH, &mut |step| match step {
        Step::Filling(things) => bar = self::bar(things),
        Step::Kept(things) => bar.inc(things),
        Step::Settling => bar.set_message("settling"),
    })
    .await;
    bar.finish_and_clear();
    // Whoever reads may have gone; the community is there all the same.
    match writeln!(std::io::stdout(), "{}", generated?) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// On a terminal's standard error; nowhere else is it drawn.
fn bar(things: u64) -> ProgressBar {
    let bar = ProgressBar::new(things).with_message("generating");
    let template = "{msg:10}  {bar:40} {human_pos} of {human_len} shares and comments, \
                    {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// As [`run`], without printing: `batch` rows at once, and `told` what goes on.
///
/// # Errors
///
/// As [`run`].
pub async fn generate(
    url: &str,
    options: GenerateOptions,
    batch: usize,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<Generated, GenerateError> {
    let plan = Plan {
        seed: options.seed,
        shares: options.shares,
        comments: options.comments,
    };
    if plan.comments > MOST_EACH * plan.count(Kind::Article).saturating_add(plan.shares) {
        return Err(GenerateError::TooMany);
    }
    let newest = Engine::of(url).map_err(GenerateError::Open)?.newest();
    let version = database::version(url).await.map_err(GenerateError::Open)?;
    if let Some(version) = version.filter(|version| *version < newest) {
        return Err(GenerateError::Older(version));
    }
    let database = Database::open(url, Synchronous::Full)
        .await
        .map_err(GenerateError::Open)?;
    let generated = fill(database.tables(), plan, batch, told).await;
    database.close().await;
    generated
}

/// Every sheet that is filled.
struct Sheets {
    people: People,
    articles: Articles,
    shares: Shares,
    conversations: Conversations,
}

impl Sheets {
    fn of(tables: &[Table]) -> Stored<Self> {
        Ok(Self {
            people: People::of(tables)?,
            articles: Articles::of(tables)?,
            shares: Shares::of(tables)?,
            conversations: Conversations::of(tables)?,
        })
    }

    fn all(&self) -> Vec<&Sheet> {
        let (articles, talk) = (&self.articles, &self.conversations);
        let mut all = vec![
            &self.people.members,
            &self.people.guests,
            &articles.series,
            &articles.articles,
            &articles.categories,
            &articles.prompts,
            &self.shares.support,
            &talk.threads,
            &talk.comments,
            &talk.decisions,
        ];
        all.extend(SUBJECTS[1..].iter().map(|kind| self.shares.sheet(*kind)));
        all
    }
}

async fn fill(
    tables: &dyn Tables,
    plan: Plan,
    batch: usize,
    told: &mut (dyn FnMut(Step) + Send),
) -> Result<Generated, GenerateError> {
    let mut snapshot = tables.snapshot().await?;
    let sheets = Sheets::of(&snapshot.tables().await?)?;
    for sheet in sheets.all() {
        if !snapshot.rows(&sheet.table, None, 1).await?.is_empty() {
            return Err(GenerateError::Taken);
        }
    }
    drop(snapshot);
    told(Step::Filling(plan.shares + plan.comments));
    let mut filling = Filling {
        tables,
        plan,
        batch: batch.max(1),
        words: Words::new(plan.seed),
        rows: 0,
        told,
    };
    filling.people(&sheets.people).await?;
    filling.articles(&sheets.articles).await?;
    for kind in &SUBJECTS[1..] {
        filling.shares(&sheets.shares, *kind).await?;
    }
    filling.threads(&sheets.conversations).await?;
    filling.support(&sheets.shares).await?;
    let rows = filling.rows;
    (filling.told)(Step::Settling);
    tables.settle().await?;
    Ok(Generated {
        members: plan.count(Kind::Member),
        articles: plan.count(Kind::Article),
        shares: plan.shares,
        comments: plan.comments,
        rows,
    })
}

struct Filling<'a> {
    tables: &'a dyn Tables,
    plan: Plan,
    batch: usize,
    words: Words,
    rows: u64,
    told: &'a mut (dyn FnMut(Step) + Send),
}

impl Filling<'_> {
    async fn people(&mut self, people: &People) -> Stored<()> {
        let plan = self.plan;
        let members = (0..plan.count(Kind::Member)).map(|which| people.member(&plan, which));
        self.put(&people.members, members).await?;
        let guests = (0..plan.count(Kind::Guest)).map(|which| Ok(people.guest(&plan, which)));
        self.put(&people.guests, guests).await
    }

    async fn articles(&mut self, articles: &Articles) -> Stored<()> {
        let plan = self.plan;
        let series = (0..plan.count(Kind::Series)).map(|which| Ok(articles.series(&plan, which)));
        self.put(&articles.series, series).await?;
        let numbers = 0..plan.count(Kind::Article);
        let mut words = Words::new(plan.seed);
        let written = numbers
            .clone()
            .map(|which| Ok(articles.article(&plan, which, &mut words)));
        self.put(&articles.articles, written).await?;
        let categories = numbers.map(|which| Ok(articles.category(&plan, which)));
        self.put(&articles.categories, categories).await?;
        let prompts = (0..plan.count(Kind::Prompt)).map(|which| Ok(articles.prompt(&plan, which)));
        self.put(&articles.prompts, prompts).await
    }

    async fn shares(&mut self, shares: &Shares, kind: Kind) -> Stored<()> {
        let count = self.plan.count(kind);
        let mut begun = 0;
        while begun < count {
            let end = count.min(begun + self.batch as u64);
            let rows: Vec<Row> = (begun..end)
                .map(|which| shares.row(&self.plan, kind, which, &mut self.words))
                .collect();
            self.keep(shares.sheet(kind), &rows).await?;
            (self.told)(Step::Kept(end - begun));
            begun = end;
        }
        Ok(())
    }

    async fn threads(&mut self, to: &Conversations) -> Stored<()> {
        let mut before = 0;
        let mut full: Option<Said> = None;
        let mut said = Said::default();
        for thread in self.plan.threads() {
            to.add(&self.plan, &thread, before, &mut self.words, &mut said);
            before += thread.comments;
            if said.comments.len() < self.batch {
                continue;
            }
            // Threads know nothing of each other, so two batches can go in side
            // by side where the engine can do that.
            match full.take() {
                None => full = Some(std::mem::take(&mut said)),
                Some(other) => {
                    let mine = std::mem::take(&mut said);
                    tokio::try_join!(
                        keep_said(self.tables, to, &other),
                        keep_said(self.tables, to, &mine)
                    )?;
                    self.count_said(&other);
                    self.count_said(&mine);
                }
            }
        }
        for rest in full.into_iter().chain([said]) {
            keep_said(self.tables, to, &rest).await?;
            self.count_said(&rest);
        }
        Ok(())
    }

    fn count_said(&mut self, said: &Said) {
        let rows = said.comments.len() + said.decisions.len() + said.threads.len();
        self.rows += rows as u64;
        (self.told)(Step::Kept(said.comments.len() as u64));
    }

    async fn support(&mut self, shares: &Shares) -> Stored<()> {
        let plan = self.plan;
        let all = SUBJECTS[1..].iter().flat_map(|kind| {
            (0..plan.count(*kind)).flat_map(move |which| shares.supports(&plan, *kind, which))
        });
        self.put(&shares.support, all.map(Ok)).await
    }

    async fn put(&mut self, sheet: &Sheet, rows: impl Iterator<Item = Stored<Row>>) -> Stored<()> {
        let mut gathered = Vec::new();
        for row in rows {
            gathered.push(row?);
            if gathered.len() == self.batch {
                self.keep(sheet, &gathered).await?;
                gathered.clear();
            }
        }
        self.keep(sheet, &gathered).await
    }

    async fn keep(&mut self, sheet: &Sheet, rows: &[Row]) -> Stored<()> {
        self.rows += rows.len() as u64;
        keep(self.tables, sheet, rows).await
    }
}

async fn keep(tables: &dyn Tables, sheet: &Sheet, rows: &[Row]) -> Stored<()> {
    if rows.is_empty() {
        return Ok(());
    }
    tables.insert(&sheet.table, rows).await
}

/// What was decided comes after what it was decided on.
async fn keep_said(tables: &dyn Tables, to: &Conversations, said: &Said) -> Stored<()> {
    keep(tables, &to.comments, &said.comments).await?;
    keep(tables, &to.decisions, &said.decisions).await?;
    keep(tables, &to.threads, &said.threads).await
}
