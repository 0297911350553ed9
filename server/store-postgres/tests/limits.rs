//! Limits that two nodes count together.

mod support;

use domain::pace::{Limits, Rate};
use sqlx::{Connection, PgConnection};
use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::Duration,
};
use store_contract::support::FixedChance;
use store_postgres::{PostgresLimits, PostgresStore};
use support::{address, open};
use test_postgres::Database;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const FIVE: Rate = Rate {
    name: "posting",
    count: NonZeroU32::new(5).expect("more than none"),
    per: MINUTE,
};

struct Node {
    store: PostgresStore,
    limits: PostgresLimits,
}

struct Scene {
    here: Node,
    there: Node,
    time: Arc<Mutex<Duration>>,
    url: String,
    _database: Database,
}

impl Scene {
    fn pass(&self, time: Duration) {
        *self.time.lock().expect("a time") += time;
    }

    /// How many rows a table has.
    async fn count(&self, of: &'static str) -> i64 {
        let mut database = PgConnection::connect(&self.url).await.expect("connected");
        sqlx::query_scalar(of)
            .fetch_one(&mut database)
            .await
            .expect("a count")
    }
}

/// Two nodes, each with its own chance, at one time of day: so far into a day
/// that an hour more is still the same day.
async fn scene() -> Scene {
    let (url, database) = address().await;
    let time = Arc::new(Mutex::new(DAY * 20_000));
    let node = async |seed: u32| {
        let clock = time.clone();
        let told = Arc::new(move || *clock.lock().expect("a time"));
        let store = open(&url).await;
        let limits = store.limits(Arc::new(FixedChance::seeded(seed)), Some(told));
        Node { store, limits }
    };
    Scene {
        here: node(1).await,
        there: node(2).await,
        time,
        url,
        _database: database,
    }
}

async fn asks(node: &Node, key: &str) -> Result<(), Duration> {
    node.limits.admit(FIVE, key).await.expect("an answer")
}

#[tokio::test]
async fn two_nodes_together_allow_no_more_than_one() {
    let scene = scene().await;
    let many = async |node: &Node| {
        let mut admitted = 0;
        for _ in 0..10 {
            admitted += u32::from(asks(node, "ana").await.is_ok());
        }
        admitted
    };
    let (here, there) = tokio::join!(many(&scene.here), many(&scene.there));
    assert_eq!(here + there, 5);
    assert_eq!(many(&scene.here).await, 0);
    assert!(asks(&scene.there, "ben").await.is_ok(), "each for himself");
    let other = Rate {
        name: "keeping",
        ..FIVE
    };
    let answer = scene.there.limits.admit(other, "ana").await;
    assert!(answer.expect("an answer").is_ok(), "another limit");
    scene.pass(MINUTE);
    let (here, there) = tokio::join!(many(&scene.here), many(&scene.there));
    assert_eq!(here + there, 5);
}

#[tokio::test]
async fn whoever_waited_as_long_as_told_may_go_on() {
    let scene = scene().await;
    for _ in 0..5 {
        assert_eq!(asks(&scene.here, "ana").await, Ok(()));
    }
    let wait = asks(&scene.there, "ana").await.expect_err("too often");
    assert!(wait <= FIVE.interval(), "{wait:?}");
    assert_eq!(
        asks(&scene.here, "ana").await,
        Err(wait),
        "asking costs nothing"
    );
    scene.pass(wait - Duration::from_micros(1));
    assert_eq!(
        asks(&scene.here, "ana").await,
        Err(Duration::from_micros(1))
    );
    scene.pass(Duration::from_micros(1));
    assert_eq!(asks(&scene.there, "ana").await, Ok(()));
    assert!(
        asks(&scene.here, "ana").await.is_err(),
        "one was made up for"
    );
}

#[tokio::test]
async fn a_slow_limit_counts_beside_a_quick_one() {
    let scene = scene().await;
    let daily = Rate {
        name: "posting a day",
        count: NonZeroU32::new(4).expect("more than none"),
        per: DAY,
    };
    let ask = async |node: &Node| node.limits.admit(daily, "ana").await.expect("an answer");
    for node in [&scene.here, &scene.there, &scene.here, &scene.there] {
        assert_eq!(ask(node).await, Ok(()));
    }
    let wait = ask(&scene.here).await.expect_err("too often");
    assert!(wait > DAY / 5 && wait <= DAY / 4, "{wait:?}");
    assert_eq!(asks(&scene.here, "ana").await, Ok(()));
    scene.pass(MINUTE);
    scene.here.limits.tidy().await.expect("tidied");
    assert!(ask(&scene.there).await.is_err(), "what counts is kept");
    scene.pass(wait - MINUTE);
    assert_eq!(ask(&scene.there).await, Ok(()));
}

#[tokio::test]
async fn the_servers_own_clock_counts_too() {
    let scene = scene().await;
    let chance = Arc::new(FixedChance::default());
    let limits = scene.here.store.limits(chance, None);
    let once = Rate {
        count: NonZeroU32::MIN,
        ..FIVE
    };
    let ask = async || limits.admit(once, "ana").await.expect("an answer");
    assert_eq!(ask().await, Ok(()));
    let wait = ask().await.expect_err("too often");
    assert!(wait > Duration::ZERO && wait <= MINUTE, "{wait:?}");
    limits.secret().await.expect("a secret");
    limits.tidy().await.expect("tidied");
    assert!(ask().await.is_err(), "what counts is kept");
}

#[tokio::test]
async fn a_clock_that_is_set_back_shuts_nobody_out() {
    let scene = scene().await;
    for _ in 0..5 {
        assert_eq!(asks(&scene.here, "ana").await, Ok(()));
    }
    *scene.time.lock().expect("a time") -= DAY;
    let wait = asks(&scene.here, "ana").await.expect_err("too often");
    assert!(wait <= FIVE.interval() * 2, "{wait:?}");
    scene.pass(wait);
    assert_eq!(asks(&scene.there, "ana").await, Ok(()));
}

#[tokio::test]
async fn all_nodes_have_one_secret_and_another_every_day() {
    let scene = scene().await;
    let both = async || {
        let (here, there) = tokio::join!(scene.here.limits.secret(), scene.there.limits.secret());
        let (here, there) = (here.expect("a secret"), there.expect("a secret"));
        assert_eq!(here, there);
        here
    };
    let first = both().await;
    scene.pass(Duration::from_secs(23 * 60 * 60));
    assert_eq!(both().await, first);
    scene.pass(Duration::from_secs(60 * 60));
    assert_ne!(both().await, first);
    let secrets = scene.count("SELECT count(*) FROM limit_secrets").await;
    assert_eq!(secrets, 1, "yesterday's is gone");
    scene.pass(DAY);
    scene.there.limits.tidy().await.expect("tidied");
    let secrets = scene.count("SELECT count(*) FROM limit_secrets").await;
    assert_eq!(secrets, 0, "it goes when nobody comes, too");
}

#[tokio::test]
async fn what_binds_nobody_is_let_go_of() {
    let scene = scene().await;
    assert_eq!(asks(&scene.here, "ana").await, Ok(()));
    scene.pass(MINUTE);
    assert_eq!(asks(&scene.here, "ben").await, Ok(()));
    scene.there.limits.tidy().await.expect("tidied");
    assert_eq!(scene.count("SELECT count(*) FROM limits").await, 1);
}

#[tokio::test]
async fn counts_reach_no_log_of_writes() {
    let scene = scene().await;
    let logged = "SELECT count(*) FROM pg_class WHERE relname IN ('limits', 'limit_secrets') \
                  AND relpersistence <> 'u'";
    assert_eq!(scene.count(logged).await, 0);
}

#[tokio::test]
async fn when_the_database_is_gone_nobody_is_admitted() {
    let scene = scene().await;
    scene.here.store.close().await;
    assert!(scene.here.limits.admit(FIVE, "ana").await.is_err());
    assert!(scene.here.limits.secret().await.is_err());
}
