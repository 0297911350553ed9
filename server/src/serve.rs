//! `chorus serve`: opens the community and answers until it is told to stop.

use crate::{
    App,
    backup::{self, Schedule},
    database::Database,
    pace::Pace,
    router,
    sample::SampleAccount,
    services::{Argon2id, SystemChance, SystemClock},
    settings::{Options, ServeOptions},
};
use app::ctx::House;
use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use domain::{
    clock::Timestamp,
    once,
    store::{Store, Stored},
};
use std::{
    error::Error,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use store_sqlite::Synchronous;

/// How long a request that is under way may still take when the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// How long a draft is kept after its last stroke, in milliseconds.
const DRAFTS_KEPT_FOR: i64 = 180 * Timestamp::DAY;

/// Runs the server.
pub async fn run(options: Options, serve: ServeOptions) -> Result<(), Box<dyn Error>> {
    if serve.sample && !serve.listen.ip().is_loopback() {
        return Err(
            "sample accounts are for trying things out: --sample needs a loopback \
                    address such as 127.0.0.1:3000"
                .into(),
        );
    }
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
    let house = House {
        store: database.store(),
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        passwords: Arc::new(Argon2id::default()),
        settings: Arc::new(serve.settings()),
    };
    let accounts = if serve.sample {
        crate::sample::fill(&house, &sample_note(&serve, database.file())).await?
    } else {
        Vec::new()
    };
    let begun = Instant::now();
    let pace = Pace::new(
        serve.pace,
        house.chance.bytes(),
        serve.trusted_proxy,
        Arc::new(move || begun.elapsed()),
    );
    let app = App::new(house.clone(), pace, serve.is_secure());
    let keeping = tokio::spawn(keep_house(house.clone(), app.pace.clone()));
    let backups = schedule.map(|schedule| {
        let keeping = backup::keep(schedule, options.database.clone(), house.clock.clone());
        tokio::spawn(keeping)
    });

    let handle = Handle::new();
    tokio::spawn(stop_when_told(handle.clone()));
    tokio::spawn(greet(handle.clone(), serve.clone(), accounts));
    let served = listen(&serve, handle, router(app)).await;
    keeping.abort();
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
    router: Router,
) -> Result<(), Box<dyn Error>> {
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
            axum_server::from_tcp_rustls(listener, config)
                .map(|acceptor| acceptor.acceptor(axum_server::accept::NoDelayAcceptor::new()))
                .handle(handle)
                .serve(service)
                .await?;
        }
        // Streamed pages on kept-alive connections would wait for delayed
        // acknowledgements without TCP_NODELAY.
        _ => {
            axum_server::from_tcp(listener)
                .acceptor(axum_server::accept::NoDelayAcceptor::new())
                .handle(handle)
                .serve(service)
                .await?;
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
    println!("Chorus is at {scheme}://{address}");
    if !accounts.is_empty() {
        println!("\nSample accounts (this machine only):");
        for SampleAccount {
            roles,
            handle,
            password,
        } in accounts
        {
            println!("  {roles:<16} {handle:<20} {password}");
        }
        println!("\nPress Ctrl+C to stop.");
    }
}

async fn stop_when_told(handle: Handle) {
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
    tracing::info!("stopping; requests under way are still answered");
    handle.graceful_shutdown(Some(GRACE));
}

/// Lets go of what is no longer needed, once an hour.
async fn keep_house(house: House, pace: Arc<Pace>) {
    let mut hour = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hour.tick().await;
        pace.tidy();
        if let Err(error) = forget(&*house.store, house.clock.now()).await {
            tracing::error!(%error, "old sessions, drafts and keys could not be removed");
        }
    }
}

async fn forget(store: &dyn Store, now: Timestamp) -> Stored<()> {
    let mut unit = store.begin().await?;
    unit.forget_sessions(now).await?;
    unit.forget_answers(now.plus(-once::KEPT_FOR)).await?;
    unit.forget_drafts(now.plus(-DRAFTS_KEPT_FOR)).await?;
    unit.commit().await
}
