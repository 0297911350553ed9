use crate::{database::Database, pages::Pages};
use axum_server::Handle;
use domain::care::Figures;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::Unit,
};
use std::{
    fmt::{self, Error},
    sync::Arc,
};
use store_sqlite::{Spread, SqliteStore};

/// What others count, asked for when somebody looks.
pub struct House {
    pub database: Database,
    pub connections: Handle,
    pub pages: Arc<Pages>,
}

/// How it stands with calls for help.
#[derive(Debug)]
pub struct Desk {
    /// Entries of this program's journal that are not on the desk yet.
    pub journal: usize,
    /// None while the database does not say.
    pub figures: Option<Figures>,
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("House").finish_non_exhaustive()
    }
}

impl Collector for House {
    fn encode(&self, mut to: DescriptorEncoder) -> Result<(), Error> {
        let connections = self.connections.connection_count();
        gauge(
            &mut to,
            "connections",
            "Connections that are open",
            connections as u64,
        )?;
        self.pages(&mut to)?;
        match &self.database {
            Database::Sqlite(store) => {
                pools(&mut to, &[("readers", store.readers())])?;
                writer(&mut to, store)
            }
            Database::Postgres(store) => {
                let use_of = [("readers", store.readers()), ("writers", store.writers())];
                pools(&mut to, &use_of)
            }
        }
    }
}

impl House {
    fn pages(&self, to: &mut DescriptorEncoder) -> Result<(), Error> {
        let figures = self.pages.figures();
        for (name, help, value) in [
            (
                "page_hits",
                "Requests that found their page finished",
                figures.hits(),
            ),
            (
                "page_misses",
                "Requests that had to wait for their page",
                figures.misses(),
            ),
            (
                "page_renders",
                "Pages that were rendered for everyone",
                figures.renders(),
            ),
        ] {
            counter(to, name, help, value)?;
        }
        gauge(
            to,
            "pages",
            "Finished pages in memory, each encoding for itself",
            self.pages.counted(),
        )?;
        let size = ConstGauge::new(self.pages.weighed());
        size.encode(to.encode_descriptor(
            "pages_size",
            "What finished pages take up, about",
            Some(&Unit::Bytes),
            size.metric_type(),
        )?)
    }
}

impl Collector for Desk {
    fn encode(&self, mut to: DescriptorEncoder) -> Result<(), Error> {
        gauge(
            &mut to,
            "care_journal_entries",
            "Entries of this program's care journal that are not on the desk yet",
            self.journal as u64,
        )?;
        let Some(figures) = self.figures else {
            return Ok(());
        };
        gauge(
            &mut to,
            "calls_waiting",
            "Calls for help that wait for an answer, without what was only noticed",
            figures.waiting,
        )?;
        gauge(
            &mut to,
            "danger_waiting",
            "Words that were noticed as danger to life, and that nobody has answered or closed",
            figures.danger,
        )?;
        gauge(
            &mut to,
            "noticed_waiting",
            "Words that were only noticed as calls for help, and that nobody has answered or closed",
            figures.noticed,
        )?;
        let Some(waits) = figures.first_answers else {
            return Ok(());
        };
        let mut family = to.encode_descriptor(
            "first_answer",
            "Until calls for help were first answered, in the last 30 days",
            Some(&Unit::Seconds),
            MetricType::Gauge,
        )?;
        for (quantile, wait) in [("0.5", waits.median), ("0.95", waits.most)] {
            let labels = [("quantile", quantile)];
            let seconds = ConstGauge::new(wait / 1000);
            seconds.encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

/// The one writer of SQLite.
fn writer(to: &mut DescriptorEncoder, store: &SqliteStore) -> Result<(), Error> {
    gauge(
        to,
        "writes_waiting",
        "Units of work that wait for the writer or work",
        store.waiting() as u64,
    )?;
    let figures = store.figures();
    histogram(
        to,
        ("commit_units", "Units of work that one commit kept", None),
        figures.batches(),
        (1.0, figures.units() as f64),
    )?;
    histogram(
        to,
        (
            "commit_duration",
            "How long a commit took: nearly all of it is the disk",
            Some(&Unit::Seconds),
        ),
        figures.times(),
        (1e-6, figures.nanoseconds() as f64 * 1e-9),
    )
}

/// Connections to the database: open ones, and those without work.
fn pools(to: &mut DescriptorEncoder, pools: &[(&str, (u32, usize))]) -> Result<(), Error> {
    let mut family = to.encode_descriptor(
        "database_connections",
        "Connections to the database, by what they are for and whether they work",
        None,
        MetricType::Gauge,
    )?;
    for (pool, (open, idle)) in pools {
        let idle = *idle as u64;
        let busy = u64::from(*open).saturating_sub(idle);
        for (state, count) in [("busy", busy), ("idle", idle)] {
            let labels = [("pool", *pool), ("state", state)];
            ConstGauge::new(count).encode(family.encode_family(&labels)?)?;
        }
    }
    Ok(())
}

fn gauge(to: &mut DescriptorEncoder, name: &str, help: &str, value: u64) -> Result<(), Error> {
    let gauge = ConstGauge::new(value);
    gauge.encode(to.encode_descriptor(name, help, None, gauge.metric_type())?)
}

fn counter(to: &mut DescriptorEncoder, name: &str, help: &str, value: u64) -> Result<(), Error> {
    let counter = ConstCounter::new(value);
    counter.encode(to.encode_descriptor(name, help, None, counter.metric_type())?)
}

/// `scale` turns a bound into the unit, and `sum` is in the unit already.
fn histogram(
    to: &mut DescriptorEncoder,
    (name, help, unit): (&str, &str, Option<&Unit>),
    spread: &Spread,
    (scale, sum): (f64, f64),
) -> Result<(), Error> {
    let buckets: Vec<(f64, u64)> = spread
        .counts()
        .map(|(bound, count)| {
            (
                bound.map_or(f64::INFINITY, |bound| bound as f64 * scale),
                count,
            )
        })
        .collect();
    let count = buckets.iter().map(|(_, count)| count).sum();
    to.encode_descriptor(name, help, unit, MetricType::Histogram)?
        .encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
}
