//! How often something may be done. Counts live in memory only, under the
//! writer's key and under a keyed hash of the address, whose key is made at
//! start and goes with the program.

use axum::http::HeaderMap;
use domain::actor::Actor;
use governor::{
    Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DefaultKeyedStateStore,
};
use sha2::{Digest, Sha256};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

/// How long it is since a moment that stays the same while the program runs.
pub type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;

#[derive(Clone)]
struct Stopwatch(Elapsed);

impl Clock for Stopwatch {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        (self.0)().into()
    }
}

type Limiter =
    RateLimiter<String, DefaultKeyedStateStore<String>, Stopwatch, NoOpMiddleware<Nanos>>;

/// The limits of the house.
pub struct Pace {
    posting: Limiter,
    keeping: Limiter,
    proving: Limiter,
    clock: Stopwatch,
    secret: [u8; 16],
    trusted_proxy: Option<IpAddr>,
}

impl Pace {
    /// `factor` times the usual.
    pub fn new(
        factor: u32,
        secret: [u8; 16],
        trusted_proxy: Option<IpAddr>,
        elapsed: Elapsed,
    ) -> Self {
        let clock = Stopwatch(elapsed);
        let per_minute = |count: u32| {
            let count =
                NonZeroU32::new(count.saturating_mul(factor).max(1)).unwrap_or(NonZeroU32::MIN);
            let store = DefaultKeyedStateStore::default();
            RateLimiter::new(Quota::per_minute(count), store, clock.clone())
        };
        Self {
            posting: per_minute(20),
            keeping: per_minute(90),
            proving: per_minute(10),
            clock,
            secret,
            trusted_proxy,
        }
    }

    /// A name for where a request comes from, good until the program ends.
    /// IPv6 counts by /64.
    pub fn address(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> String {
        let peer = peer.map(|peer| peer.ip());
        let forwarded = || {
            let hops = headers
                .get_all("x-forwarded-for")
                .iter()
                .next_back()?
                .to_str()
                .ok()?;
            hops.rsplit(',').next()?.trim().parse().ok()
        };
        let ip = match peer {
            Some(ip) if Some(ip) == self.trusted_proxy => forwarded().unwrap_or(ip),
            Some(ip) => ip,
            None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let mut sha = Sha256::new();
        sha.update(self.secret);
        match ip {
            IpAddr::V4(ip) => sha.update(ip.octets()),
            IpAddr::V6(ip) => sha.update(&ip.octets()[..8]),
        }
        sha.finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// May this be done now? Otherwise seconds to wait.
    pub fn check(&self, verb: &'static str, actor: &Actor, address: &str) -> Result<(), u64> {
        let (limiter, key) = match verb {
            "accounts.sign-in" | "accounts.join" | "accounts.recover" | "accounts.reset" => {
                (&self.proving, address.to_owned())
            }
            "drafts.keep" => (&self.keeping, actor.writer().key()),
            // A guest who drops the cookie is another guest: so by address.
            _ => match actor {
                Actor::Member(_) => (&self.posting, actor.writer().key()),
                Actor::Guest(_) => (&self.posting, address.to_owned()),
            },
        };
        limiter
            .check_key(&key)
            .map_err(|not_until| not_until.wait_time_from(self.clock.now()).as_secs() + 1)
    }

    /// Lets go of what no longer counts.
    pub fn tidy(&self) {
        for limiter in [&self.posting, &self.keeping, &self.proving] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_time() -> Elapsed {
        Arc::new(|| Duration::ZERO)
    }

    fn from(address: &str) -> Option<SocketAddr> {
        Some(SocketAddr::new(address.parse().expect("an address"), 1))
    }

    #[test]
    fn a_forged_forwarding_header_changes_nothing() {
        let pace = Pace::new(
            1,
            [7; 16],
            Some("10.0.0.1".parse().expect("an address")),
            no_time(),
        );
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            "1.2.3.4, 5.6.7.8".parse().expect("a header"),
        );
        let plain = pace.address(from("9.9.9.9"), &HeaderMap::new());
        assert_eq!(pace.address(from("9.9.9.9"), &headers), plain);
        assert_eq!(
            pace.address(from("10.0.0.1"), &headers),
            pace.address(from("5.6.7.8"), &HeaderMap::new())
        );
    }

    #[test]
    fn whoever_waited_as_long_as_told_may_go_on() {
        let passed = Arc::new(std::sync::Mutex::new(Duration::ZERO));
        let clock = passed.clone();
        let pace = Pace::new(
            1,
            [7; 16],
            None,
            Arc::new(move || *clock.lock().expect("a time")),
        );
        let guest = Actor::Guest(domain::accounts::guests::from_secret("someone"));
        let posts = || pace.check("comments.post", &guest, "here");
        let wait = (0..60)
            .find_map(|_| posts().err())
            .expect("nobody posts sixty times at once");
        assert!(posts().is_err());
        *passed.lock().expect("a time") += Duration::from_secs(wait);
        assert_eq!(posts(), Ok(()));
        assert!(posts().is_err());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one() {
        let pace = Pace::new(1, [7; 16], None, no_time());
        let none = HeaderMap::new();
        assert_eq!(
            pace.address(from("2001:db8::1"), &none),
            pace.address(from("2001:db8::ffff"), &none)
        );
        assert_ne!(
            pace.address(from("2001:db8::1"), &none),
            pace.address(from("2001:db8:0:1::1"), &none)
        );
        assert!(!pace.address(from("192.0.2.7"), &none).contains("192"));
    }
}
