//! How often something may be done. It is counted under the writer's key, or
//! under a keyed hash of the address: by one program alone in its memory, whose
//! secret goes with it, or for all nodes in their database, whose secret changes
//! every day.

mod memory;

pub use domain::pace::Elapsed;
pub use memory::InMemory;

use axum::http::HeaderMap;
use domain::{
    actor::Actor,
    pace::{Limits, Rate},
    store::Stored,
};
use sha2::{Digest, Sha256};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
};

/// Where a request comes from. It is never printed and never kept.
#[derive(Clone, Copy)]
pub struct Origin(IpAddr);

/// The limits of the house.
pub struct Pace {
    posting: Rate,
    keeping: Rate,
    proving: Rate,
    limits: Arc<dyn Limits>,
    trusted_proxy: Option<IpAddr>,
}

impl Pace {
    /// `factor` times the usual.
    pub fn new(factor: u32, limits: Arc<dyn Limits>, trusted_proxy: Option<IpAddr>) -> Self {
        let rate = |name: &'static str, count: u32| Rate {
            name,
            per_minute: NonZeroU32::new(count.saturating_mul(factor)).unwrap_or(NonZeroU32::MIN),
        };
        Self {
            posting: rate("posting", 20),
            keeping: rate("keeping", 90),
            proving: rate("proving", 10),
            limits,
            trusted_proxy,
        }
    }

    /// Where a request comes from.
    pub fn origin(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Origin {
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
        Origin(match peer {
            Some(ip) if Some(ip) == self.trusted_proxy => forwarded().unwrap_or(ip),
            Some(ip) => ip,
            None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        })
    }

    /// May this be done now? Otherwise seconds to wait.
    ///
    /// # Errors
    ///
    /// When the counts cannot be asked. Whoever asks may not go on then: what
    /// would be written is kept in the same place, and a password is not to be
    /// guessed at for as long as nobody counts.
    pub async fn check(
        &self,
        verb: &'static str,
        actor: &Actor,
        origin: Origin,
    ) -> Stored<Result<(), u64>> {
        let (rate, key) = match verb {
            "accounts.sign-in" | "accounts.join" | "accounts.recover" | "accounts.reset" => {
                (self.proving, self.name_of(origin).await?)
            }
            "drafts.keep" => (self.keeping, actor.writer().key()),
            // A guest who drops the cookie is another guest: so by address.
            _ => match actor {
                Actor::Member(_) => (self.posting, actor.writer().key()),
                Actor::Guest(_) => (self.posting, self.name_of(origin).await?),
            },
        };
        let admitted = self.limits.admit(rate, &key).await?;
        Ok(admitted.map_err(|wait| wait.as_secs() + 1))
    }

    /// A name for where a request comes from, good for as long as the secret.
    /// IPv6 counts by /64.
    async fn name_of(&self, Origin(ip): Origin) -> Stored<String> {
        let mut sha = Sha256::new();
        sha.update(self.limits.secret().await?);
        match ip {
            IpAddr::V4(ip) => sha.update(ip.octets()),
            IpAddr::V6(ip) => sha.update(&ip.octets()[..8]),
        }
        Ok(sha
            .finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }

    /// Lets go of what no longer counts.
    ///
    /// # Errors
    ///
    /// When the counts cannot be asked.
    pub async fn tidy(&self) -> Stored<()> {
        self.limits.tidy().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::Mutex, time::Duration};

    fn pace(trusted_proxy: Option<&str>, elapsed: Elapsed) -> Pace {
        let proxy = trusted_proxy.map(|proxy| proxy.parse().expect("an address"));
        Pace::new(1, Arc::new(InMemory::new([7; 16], elapsed)), proxy)
    }

    fn no_time() -> Elapsed {
        Arc::new(|| Duration::ZERO)
    }

    fn from(address: &str) -> Option<SocketAddr> {
        Some(SocketAddr::new(address.parse().expect("an address"), 1))
    }

    async fn name(pace: &Pace, address: &str, headers: &HeaderMap) -> String {
        let origin = pace.origin(from(address), headers);
        pace.name_of(origin).await.expect("a name")
    }

    #[tokio::test]
    async fn a_forged_forwarding_header_changes_nothing() {
        let pace = pace(Some("10.0.0.1"), no_time());
        let none = HeaderMap::new();
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            "1.2.3.4, 5.6.7.8".parse().expect("a header"),
        );
        let plain = name(&pace, "9.9.9.9", &none).await;
        assert_eq!(name(&pace, "9.9.9.9", &headers).await, plain);
        assert_eq!(
            name(&pace, "10.0.0.1", &headers).await,
            name(&pace, "5.6.7.8", &none).await
        );
    }

    #[tokio::test]
    async fn whoever_waited_as_long_as_told_may_go_on() {
        let passed = Arc::new(Mutex::new(Duration::ZERO));
        let clock = passed.clone();
        let pace = pace(None, Arc::new(move || *clock.lock().expect("a time")));
        let guest = Actor::Guest(domain::accounts::guests::from_secret("someone"));
        let here = pace.origin(from("192.0.2.7"), &HeaderMap::new());
        let posts = async || {
            let answer = pace.check("comments.post", &guest, here).await;
            answer.expect("it is counted in memory")
        };
        let mut wait = None;
        for _ in 0..60 {
            wait = wait.or(posts().await.err());
        }
        let wait = wait.expect("nobody posts sixty times at once");
        assert!(posts().await.is_err());
        *passed.lock().expect("a time") += Duration::from_secs(wait);
        assert_eq!(posts().await, Ok(()));
        assert!(posts().await.is_err());
    }

    #[tokio::test]
    async fn neighbours_in_one_ipv6_network_are_one() {
        let pace = pace(None, no_time());
        let none = HeaderMap::new();
        assert_eq!(
            name(&pace, "2001:db8::1", &none).await,
            name(&pace, "2001:db8::ffff", &none).await
        );
        assert_ne!(
            name(&pace, "2001:db8::1", &none).await,
            name(&pace, "2001:db8:0:1::1", &none).await
        );
        assert!(!name(&pace, "192.0.2.7", &none).await.contains("192"));
    }
}
