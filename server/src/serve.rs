//! `chorus serve`: opens the community and answers until it is told to stop.

use crate::{
    App,
    alert::Alert,
    backup::{self, Schedule},
    connections::{self, Door, Room},
    database::Database,
    housekeeping,
    journal::FileJournal,
    live,
    metrics::{self, Metrics},
    pace::Pace,
    passkeys::RelyingParty,
    push::Pusher,
    router,
    sample::SampleAccount,
    services::{Argon2id, SystemChance, SystemClock},
    settings::{Options, ServeOptions},
    stopping::Stopping,
    watch::Watcher,
};
use app::ctx::House;
use axum::Router;
use axum_server::{Handle, accept::NoDelayAcceptor, tls_rustls::RustlsConfig};
use domain::ids::Chance;
use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use store_sqlite::Synchronous;
use tokio::sync::watch;

/// How long a request that is under way may still take when the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// Runs the server.
pub async fn run(options: Options, serve: ServeOptions) -> Result<(), Box<dyn Error>> {
    if serve.sample && !serve.listen.ip().is_loopback() {
        return Err(
            "sample accounts are for trying things out: --sample needs a loopback \
                    address such as 127.0.0.1:3000"
                .into(),
        );
    }
    let for_metrics = match serve.metrics_listen {
        Some(address) => Some(metrics::bind(address).await?),
        None => None,
    };
    let synchronous = match serve.sqlite_synchronous.to_ascii_uppercase().as_str() {
        "FULL" => Synchronous::Full,
        "OFF" => {
            tracing::warn!("synchronous=OFF: a crash loses posts; for measurements only");
            Synchronous::Off
        }
        other => return Err(format!("synchronous is FULL or OFF, not {other:?}").into()),
    };
    let schedule = schedule(&options, &serve)?;
    let (database, _alone) = Database::open_to_serve(&options.database, synchronous).await?;
    if let Some(schedule) = &schedule {
        schedule.make_folder()?;
    }
    let folder = serve.journal_folder(database.file());
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let journal = Arc::new(FileJournal::open(folder, chance.clone()).await);
    let settings = Arc::new(serve.settings());
    let house = House {
        store: database.store(),
        journal: journal.clone(),
        clock: Arc::new(SystemClock),
        chance,
        passwords: Arc::new(Argon2id::default()),
        passkeys: RelyingParty::of(&settings),
        settings,
    };
    let accounts = if serve.sample {
        crate::sample::fill(&house, &sample_note(&serve, database.file())).await?
    } else {
        Vec::new()
    };
    let limits = database.limits(house.chance.clone(), None);
    let pace = Pace::new(serve.pace, limits, serve.trusted_proxy);
    let mut app = App::new(house.clone(), pace, serve.is_secure());
    app.keeps_offline = !serve.without_worker;
    app.live = Arc::new(live::Hub::new(
        house.store.clone(),
        house.clock.clone(),
        app.stopping.clone(),
        serve.streams_per_address,
    ));
    let watcher = Watcher {
        house: house.clone(),
        journal: journal.clone(),
        alert: serve.alert_command.clone().map(Alert::new),
        steps: serve.care_minutes,
        alerts: app.alerts.clone(),
    };
    let watching = tokio::spawn(async move { watcher.keep().await });
    let pushing =
        (!serve.push_hosts.is_empty()).then(|| tokio::spawn(Pusher::new(house.clone()).keep()));
    let keeping = tokio::spawn(housekeeping::keep_house(house.clone(), app.pace.clone()));
    let backups = schedule.map(|schedule| {
        let keeping = backup::keep(schedule, options.database.clone(), house.clock.clone());
        tokio::spawn(keeping)
    });

    let handle = Handle::new();
    let measuring = for_metrics.map(|listener| {
        let metrics = Arc::new(Metrics::new(&app, database.clone(), handle.clone()));
        app.metrics = Some(metrics.clone());
        tokio::spawn(metrics::serve(listener, metrics))
    });
    let (closing, told) = watch::channel(false);
    tokio::spawn(stop_when_told(
        handle.clone(),
        app.stopping.clone(),
        closing,
    ));
    tokio::spawn(greet(handle.clone(), serve.clone(), accounts));
    let under_way = app.under_way.clone();
    let served = listen(&serve, handle, told, router(app)).await;
    // Some have nobody who waits for them any more.
    under_way.close();
    if tokio::time::timeout(GRACE, under_way.wait()).await.is_err() {
        tracing::warn!(
            requests = under_way.len(),
            "given up after the grace period"
        );
    }
    keeping.abort();
    watching.abort();
    if let Some(pushing) = pushing {
        pushing.abort();
    }
    journal.close().await;
    if let Some(measuring) = measuring {
        measuring.abort();
    }
    if let Some(backups) = backups {
        backups.abort();
    }
    database.close().await;
    served
}

/// The backups that the server makes by itself.
fn schedule(options: &Options, serve: &ServeOptions) -> Result<Option<Schedule>, Box<dyn Error>> {
    let Some(folder) = &serve.backup_folder else {
        return Ok(None);
    };
    let schedule = Schedule::new(
        &options.database,
        folder,
        serve.backup_every,
        serve.backup_keep,
    )?;
    Ok(Some(schedule))
}

/// Where the sample's accounts are noted: beside SQLite's file, unless the host
/// chose another place.
fn sample_note(serve: &ServeOptions, file: Option<&Path>) -> PathBuf {
    match (&serve.sample_accounts, file) {
        (Some(chosen), _) => chosen.clone(),
        (None, Some(file)) => file.with_extension("sample-accounts.json"),
        (None, None) => PathBuf::from("data/postgres.sample-accounts.json"),
    }
}

async fn listen(
    serve: &ServeOptions,
    handle: Handle,
    stopping: watch::Receiver<bool>,
    router: Router,
) -> Result<(), Box<dyn Error>> {
    let room = Room::new(handle.clone());
    let router = room.clone().before(router);
    let door = Door::new(stopping, router.clone(), room);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let listener = std::net::TcpListener::bind(serve.listen)
        .map_err(|error| format!("cannot listen on {}: {error}", serve.listen))?;
    listener.set_nonblocking(true)?;
    match (&serve.tls_cert, &serve.tls_key) {
        (Some(cert), Some(key)) => {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let config = RustlsConfig::from_pem_file(cert, key)
                .await
                .map_err(|error| format!("the certificate or its key cannot be read: {error}"))?;
            let mut server = axum_server::from_tcp_rustls(listener, config)
                .map(|acceptor| acceptor.acceptor(NoDelayAcceptor::new()))
                .handle(handle);
            connections::bound_silence(server.http_builder());
            server.serve(service).await?;
        }
        _ => {
            let mut server = axum_server::from_tcp(listener)
                .acceptor(door)
                .handle(handle);
            connections::bound_silence(server.http_builder());
            server.serve(service).await?;
        }
    }
    Ok(())
}

async fn greet(handle: Handle, serve: ServeOptions, accounts: Vec<SampleAccount>) {
    let Some(address) = handle.listening().await else {
        return;
    };
    let scheme = if serve.tls_cert.is_some() {
        "https"
    } else {
        "http"
    };
    // Whoever started it may not be listening: that is no reason to stop.
    let _ = write_greeting(&format!("{scheme}://{address}"), &accounts);
}

fn write_greeting(address: &str, accounts: &[SampleAccount]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Chorus is at {address}")?;
    if !accounts.is_empty() {
        writeln!(out, "\nSample accounts (this machine only):")?;
        for SampleAccount {
            roles,
            handle,
            password,
        } in accounts
        {
            writeln!(out, "  {roles:<16} {handle:<20} {password}")?;
        }
        writeln!(out, "\nPress Ctrl+C to stop.")?;
    }
    out.flush()
}

/// Told to stop, the server takes no new connections, answers what it has taken,
/// and closes those on which nothing is asked.
async fn stop_when_told(handle: Handle, stopping: Stopping, closing: watch::Sender<bool>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        ) else {
            return;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    stopping.begin();
    tracing::info!("stopping; requests under way are still answered");
    closing.send_replace(true);
    tokio::time::sleep(connections::HANDOVER).await;
    handle.graceful_shutdown(Some(GRACE));
    // Whoever is still to say a first word waits for the end of this.
    closing.closed().await;
}
