//! Chorus's server: what `chorus serve` runs and what the tests build.

// View types nest deeply.
#![recursion_limit = "512"]

pub mod alert;
pub mod backup;
mod connections;
mod cookies;
pub mod copy;
pub mod database;
mod exchange;
mod export;
pub mod files;
pub mod generate;
mod headers;
pub mod housekeeping;
pub mod import;
pub mod journal;
pub mod lane;
pub mod live;
mod machines;
pub mod metrics;
pub mod offline;
pub mod pace;
pub mod pages;
pub mod passkeys;
mod plain;
mod problem;
pub mod push;
pub mod sample;
pub mod serve;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod stopping;
mod under_way;
mod unread;
pub mod watch;

use app::{
    ctx::{Exchange, House},
    notifications::Unread,
};
use axum::{
    Router,
    extract::{FromRef, Request, State},
    http::{StatusCode, request::Parts},
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use cookies::Cookies;
use exchange::WebExchange;
use files::Files;
use leptos::{
    nonce::Nonce,
    prelude::{LeptosOptions, provide_context, take_context, use_context},
};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions,
    generate_route_list_with_exclusions_and_ssg_and_context, handle_server_fns_with_context,
    render_app_async_with_context,
};
use metrics::Metrics;
use pace::Pace;
use pages::Pages;
use std::{sync::Arc, time::Duration};
use stopping::Stopping;
use tokio_util::task::TaskTracker;
use tower_http::{
    catch_panic::CatchPanicLayer,
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration as CookieDuration},
};

/// The most that a request may bring, in bytes: the longest story, with every
/// character as three percent-encoded bytes, and the rest of its form.
pub const BODY_LIMIT: usize = 512 * 1024;

/// How long someone waits for an answer, and an answer for the next bytes of what
/// it is an answer to.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long someone stays signed in without coming by, in days.
const SESSION_DAYS: i64 = 30;

/// What every request needs.
#[derive(Clone)]
pub struct App {
    pub house: House,
    pub pace: Arc<Pace>,
    /// Finished pages for people who have written nothing here.
    pub finished: Arc<Pages>,
    /// Counts what is answered, if the host wants to know.
    pub metrics: Option<Arc<Metrics>>,
    pub stopping: Stopping,
    /// Tells open pages what is new.
    pub live: Arc<live::Hub>,
    /// Requests that are being answered.
    pub under_way: TaskTracker,
    /// How it stands with telling people of calls that wait.
    pub alerts: Arc<watch::Alerts>,
    /// Whose turn it is, among those who ask for anything but help.
    pub turns: lane::Turns,
    pub files: Files,
    /// May pages be kept on people's devices?
    pub keeps_offline: bool,
    cookies: Cookies,
    options: LeptosOptions,
    routes: Arc<Vec<AxumRouteListing>>,
}

impl App {
    /// `secure`: people come by HTTPS.
    pub fn new(house: House, pace: Pace, secure: bool) -> Self {
        let options = LeptosOptions::builder()
            .output_name("chorus")
            .site_root("target/site")
            .build();
        let for_routes = house.clone();
        let (routes, _) =
            generate_route_list_with_exclusions_and_ssg_and_context(app::App, None, move || {
                provide_context(for_routes.clone())
            });
        let finished = Pages::new(house.store.clone(), house.clock.clone());
        let stopping = Stopping::default();
        let live = live::Hub::new(
            house.store.clone(),
            house.clock.clone(),
            stopping.clone(),
            live::FOR_ONE_ADDRESS,
        );
        Self {
            house,
            pace: Arc::new(pace),
            finished: Arc::new(finished),
            metrics: None,
            stopping,
            live: Arc::new(live),
            under_way: TaskTracker::new(),
            alerts: Arc::default(),
            turns: lane::Turns::default(),
            files: Files::embedded(),
            keeps_offline: true,
            cookies: Cookies { secure },
            options,
            routes: Arc::new(routes),
        }
    }

    /// The addresses of pages, as the router has them.
    pub fn pages(&self) -> Vec<String> {
        self.routes
            .iter()
            .map(|route| route.path().to_owned())
            .collect()
    }

    /// A request that went through the middleware, as the app sees it.
    fn exchange(&self, parts: &Parts, response: ResponseOptions) -> Option<WebExchange> {
        WebExchange::new(
            parts,
            response,
            self.pace.clone(),
            self.house.clock.clone(),
            self.house.chance.clone(),
            self.cookies,
        )
    }

    /// What server functions and pages find in their context.
    fn context(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let app = self.clone();
        move || {
            provide_context(app.house.clone());
            provide_context(app.files.place());
            let parts = use_context::<Parts>();
            let response = use_context::<ResponseOptions>();
            if parts
                .as_ref()
                .is_some_and(|parts| parts.extensions.get::<pages::ForEveryone>().is_some())
            {
                take_context::<Nonce>();
            }
            if let Some(unread) = parts
                .as_ref()
                .and_then(|parts| parts.extensions.get::<Unread>())
            {
                provide_context(*unread);
            }
            if let (Some(parts), Some(response)) = (parts, response)
                && let Some(exchange) = app.exchange(&parts, response)
            {
                provide_context::<Arc<dyn Exchange>>(Arc::new(exchange));
            }
        }
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.options.clone()
    }
}

/// Everything that Chorus answers.
pub fn router(app: App) -> Router {
    let sessions = sessions::Sessions::new(
        app.house.store.clone(),
        app.house.clock.clone(),
        app.house.chance.clone(),
    );
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(app.cookies.session_name())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(app.cookies.secure)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(CookieDuration::days(SESSION_DAYS)));
    // On each router that matches, since only they know the route.
    let measured = middleware::from_fn_with_state(app.metrics.clone(), metrics::measure);
    let people = Router::new()
        .route("/api/{*function}", any(functions))
        .route("/me/export/my-data.zip", get(export::download))
        .leptos_routes_with_context(&app, app.routes.to_vec(), app.context(), app::shell)
        .fallback(unknown)
        .layer(middleware::from_fn_with_state(app.clone(), unread::count))
        .layer(middleware::from_fn(offline::name_member))
        .layer(session_layer.clone())
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(
            app.clone(),
            under_way::to_the_end,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), lane::in_turn))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(CsrfLayer::new())
        .layer(RequestBodyTimeoutLayer::new(PATIENCE))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), headers::arrive))
        .layer(middleware::from_fn(pages::pack))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            headers::keep_lengths_quiet,
        ))
        .layer(measured.clone())
        .with_state(app.clone());
    // It goes on and on: nothing that waits for the end of an answer has to do
    // with it.
    let live = Router::new()
        .route("/live", get(live::stream))
        .layer(session_layer)
        .with_state(app.clone());
    let machines = Router::new()
        .route("/healthz", get(machines::healthz))
        .route("/readyz", get(machines::readyz))
        .route("/robots.txt", get(machines::robots))
        .route("/sitemap.xml", get(machines::sitemap))
        .route("/feed.atom", get(machines::feed))
        .route("/offline", get(plain::offline))
        .route("/sw.js", get(offline::worker))
        .route("/series/{series}/feed.atom", get(machines::series_feed))
        .layer(middleware::from_fn(pages::pack))
        .with_state(app.clone());
    Router::new()
        .merge(machines)
        .merge(live)
        .merge(app.files.router())
        .layer(measured)
        .fallback_service(people)
        .layer(middleware::from_fn(headers::only_this_server))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            headers::protect,
        ))
        .layer(middleware::from_fn_with_state(Arc::new(app), pages::answer))
}

async fn functions(State(app): State<App>, request: Request) -> Response {
    handle_server_fns_with_context(app.context(), request)
        .await
        .into_response()
}

async fn unknown(State(app): State<App>, request: Request) -> Response {
    render_app_async_with_context(app.context(), app::shell)(request).await
}
