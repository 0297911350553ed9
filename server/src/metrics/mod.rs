//! What the program counts of itself, for Prometheus, on a port of its own.
//!
//! Nothing here can hold anything of a person: labels come from a closed list
//! of route templates, methods and statuses, and everything else is a number.

mod collector;
mod listen;
mod requests;

pub use listen::{bind, serve};
pub use requests::{answered, measure};

use crate::{App, database::Database};
use axum::http::{Method, StatusCode};
use axum_server::Handle;
use collector::{Desk, House};
use domain::{
    care::{self, Figures},
    store::Stored,
};
use leptos::server_fn::axum::server_fn_paths;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::ConstGauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};
use std::{collections::HashSet, fmt, sync::Arc, time::Duration};

/// What a request came to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: Arc<str>,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OnRoute {
    route: Arc<str>,
}

/// Counts, and says what it counted.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<OnRoute, Histogram, fn() -> Histogram>,
    routes: HashSet<Arc<str>>,
    files: Arc<str>,
    unknown: Arc<str>,
    pages: Arc<crate::pages::Pages>,
    house: app::ctx::House,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// From half a millisecond to half a minute.
fn buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 3.0, 11))
}

impl Metrics {
    /// For this app. `database` is where it is kept, `connections` knows how
    /// many people are connected.
    pub fn new(app: &App, database: Database, connections: Handle) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let requests = Family::<Answered, Counter>::default();
        registry.register(
            "requests",
            "Requests answered, by route, method and status",
            requests.clone(),
        );
        let durations = Family::new_with_constructor(buckets as fn() -> Histogram);
        registry.register_with_unit(
            "request_duration",
            "From a request's arrival until its answer begins",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register(
            "build",
            "What runs",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        registry.register_with_unit(
            "start_time",
            "When it was started, since 1970",
            Unit::Seconds,
            ConstGauge::new(app.house.clock.now().0 / 1000),
        );
        let pages = app.finished.clone();
        registry.register_collector(Box::new(House {
            database,
            connections,
            pages: pages.clone(),
        }));
        Self {
            registry,
            requests,
            durations,
            routes: routes(app),
            files: "file".into(),
            unknown: "unknown".into(),
            pages,
            house: app.house.clone(),
        }
    }

    /// Counts an answer. `route` is the template that the router matched; none
    /// if there is nothing at that address.
    fn count(&self, route: Option<&str>, method: &Method, status: StatusCode, took: Duration) {
        let route = match route {
            None => &self.unknown,
            Some(route) => match self.routes.get(route) {
                Some(route) => route,
                None if route.starts_with(FUNCTIONS) => &self.unknown,
                None => &self.files,
            },
        };
        let answered = Answered {
            route: route.clone(),
            method: match *method {
                Method::GET => "GET",
                Method::HEAD => "HEAD",
                Method::POST => "POST",
                _ => "other",
            },
            status: status.as_u16(),
        };
        self.requests.get_or_create(&answered).inc();
        let on_route = OnRoute {
            route: route.clone(),
        };
        self.durations
            .get_or_create(&on_route)
            .observe(took.as_secs_f64());
    }

    async fn desk(&self) -> Desk {
        let figures = tokio::time::timeout(PATIENCE, self.figures()).await;
        Desk {
            journal: self.house.journal.waiting().0,
            figures: figures.ok().and_then(Result::ok),
        }
    }

    async fn figures(&self) -> Stored<Figures> {
        let mut reader = self.house.store.read().await?;
        care::figures(&mut *reader, self.house.clock.now()).await
    }

    /// Everything, in the OpenMetrics text format.
    pub async fn text(&self) -> Result<String, fmt::Error> {
        // Its size is counted a little later than it changes.
        self.pages.size().await;
        let mut out = String::new();
        text::encode_registry(&mut out, &self.registry)?;
        // Last, since it takes a connection, which is not to be counted.
        let mut desk = Registry::with_prefix(PREFIX);
        desk.register_collector(Box::new(self.desk().await));
        text::encode_registry(&mut out, &desk)?;
        text::encode_eof(&mut out)?;
        Ok(out)
    }
}

/// What stands before the name of each.
const PREFIX: &str = "chorus";

/// The longest that the database may take to say how the desk is doing.
const PATIENCE: Duration = Duration::from_secs(2);

/// The address of every server function begins with this.
const FUNCTIONS: &str = "/api/";

/// What a route can be called.
fn routes(app: &App) -> HashSet<Arc<str>> {
    let functions = server_fn_paths().map(|(path, _)| path.to_owned());
    let machines = crate::machines::ROUTES.map(str::to_owned);
    app.pages()
        .into_iter()
        .chain(functions)
        .chain(machines)
        .map(Arc::from)
        .collect()
}
