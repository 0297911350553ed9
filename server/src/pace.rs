//! How often something may be done. It is counted under the writer's key, or
//! under a keyed hash of the address: by one program alone in its memory, whose
//! secret goes with it, or for all nodes in their database. The secret changes
//! every day. A limit counts at several speeds, so that neither a burst nor
//! patience gets far.

mod memory;

pub use domain::pace::Elapsed;
pub use memory::InMemory;

use crate::services::SystemChance;
use axum::http::HeaderMap;
use domain::{
    actor::Actor,
    pace::{Limits, Rate, Secret},
    store::Stored,
};
use sha2::{Digest, Sha256};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

/// Where a request comes from. It is never printed and never kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl Origin {
    /// IPv4 is itself, also where it is spelled as IPv6.
    pub const fn of(ip: IpAddr) -> Self {
        Self(ip.to_canonical())
    }

    /// The same for all who are counted together: IPv6 counts by /64.
    #[must_use]
    pub fn neighbours(self) -> Self {
        match self.0 {
            IpAddr::V4(_) => self,
            IpAddr::V6(ip) => {
                let network = ip.to_bits() & !u128::from(u64::MAX);
                Self(IpAddr::V6(Ipv6Addr::from_bits(network)))
            }
        }
    }
}

/// The limits of the house.
pub struct Pace {
    factor: u32,
    limits: Arc<dyn Limits>,
    /// For what is kept while the others cannot be asked.
    apart: Arc<dyn Limits>,
    trusted_proxy: Option<IpAddr>,
}

/// A limit at its speeds, the quickest first.
type Speeds = &'static [Rate];

const fn rate(name: &'static str, count: u32, seconds: u64) -> Rate {
    let Some(count) = NonZeroU32::new(count) else {
        panic!("a limit lets someone through");
    };
    Rate {
        name,
        count,
        per: Duration::from_secs(seconds),
    }
}

/// So many in a minute, in an hour and in a day.
macro_rules! speeds {
    ($name:literal: $minute:literal, $hour:literal, $day:literal) => {
        &[
            rate(concat!($name, " a minute"), $minute, 60),
            rate(concat!($name, " an hour"), $hour, 60 * 60),
            rate(concat!($name, " a day"), $day, 24 * 60 * 60),
        ]
    };
}

/// Whatever is not named below. Many guests can share one address.
const POSTING: Speeds = speeds!("posting": 20, 200, 800);
/// A draft is kept with each pause in typing.
const KEEPING: Speeds = speeds!("keeping": 90, 2_000, 12_000);
/// Proving who one is, by address.
const PROVING: Speeds = speeds!("proving": 10, 60, 300);
/// Trying passwords for one handle, from whatever addresses.
const GUESSING: Speeds = speeds!("guessing": 10, 30, 100);
/// Asking for help.
const ASKING: Speeds = speeds!("asking": 10, 60, 200);
/// What one browser may ask when others behind its address ask very often, and
/// what all such browsers may together.
const RESERVE: Speeds = speeds!("asking by reserve": 2, 4, 12);
const RESERVE_OF_ALL: Speeds = speeds!("the reserve of all": 30, 300, 3_000);
/// Opening calls by their codes, right or wrong: sixty bits are not guessed so.
const OPENING: Speeds = speeds!("opening": 60, 600, 6_000);
/// Reporting.
const REPORTING: Speeds = speeds!("reporting": 6, 30, 100);

impl Pace {
    /// `factor` times the usual.
    pub fn new(factor: u32, limits: Arc<dyn Limits>, trusted_proxy: Option<IpAddr>) -> Self {
        let begun = Instant::now();
        let elapsed = Arc::new(move || begun.elapsed());
        Self {
            factor,
            limits,
            apart: Arc::new(InMemory::new(Arc::new(SystemChance), elapsed)),
            trusted_proxy,
        }
    }

    /// Counts with these while the others cannot be asked.
    pub fn counting_apart(mut self, apart: Arc<dyn Limits>) -> Self {
        self.apart = apart;
        self
    }

    /// Where a request comes from.
    pub fn origin(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Origin {
        let peer = peer.map(|peer| peer.ip().to_canonical());
        let forwarded = || {
            let hops = headers
                .get_all("x-forwarded-for")
                .iter()
                .next_back()?
                .to_str()
                .ok()?;
            hops.rsplit(',').next()?.trim().parse().ok()
        };
        Origin::of(match peer {
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
        match verb {
            "accounts.join" | "accounts.recover" | "accounts.reset" => {
                self.admit(PROVING, &self.name_of(origin).await?).await
            }
            "accounts.join-by-passkey" | "accounts.show-passkey" | "accounts.confirm" => {
                self.admit(PROVING, &self.who(actor, origin).await?).await
            }
            "drafts.keep" => self.admit(KEEPING, &actor.writer().key()).await,
            "care.ask" | "care.write-back" | "care.still-waiting" => {
                self.check_asking(actor, origin).await
            }
            "care.open" => self.admit(OPENING, &self.name_of(origin).await?).await,
            "moderation.report" => self.admit(REPORTING, &self.who(actor, origin).await?).await,
            _ => self.admit(POSTING, &self.who(actor, origin).await?).await,
        }
    }

    /// May this handle's password be tried now? `known` is the mark of a browser
    /// on which its member has been signed in: it counts for itself, so that
    /// nobody who tries elsewhere, or shares its address, keeps that member out.
    ///
    /// # Errors
    ///
    /// As [`Pace::check`].
    pub async fn check_proof(
        &self,
        handle: &str,
        known: Option<&str>,
        origin: Origin,
    ) -> Stored<Result<(), u64>> {
        if let Some(mark) = known {
            let key = self.hidden(&[b"known", mark.as_bytes()]).await?;
            return self.admit(GUESSING, &key).await;
        }
        if let Err(wait) = self.admit(PROVING, &self.name_of(origin).await?).await? {
            return Ok(Err(wait));
        }
        let key = self.hidden(&[b"handle", handle.as_bytes()]).await?;
        self.admit(GUESSING, &key).await
    }

    /// Asking has limits of its own, and beyond them a reserve: whoever floods
    /// from an address does not silence the others behind it.
    async fn check_asking(&self, actor: &Actor, origin: Origin) -> Stored<Result<(), u64>> {
        let refused = self.admit(ASKING, &self.who(actor, origin).await?).await?;
        if refused.is_ok() || actor.member().is_some() {
            return Ok(refused);
        }
        let mine = self.admit(RESERVE, &actor.writer().key()).await?;
        if mine.is_err() {
            return Ok(mine);
        }
        self.admit(RESERVE_OF_ALL, "").await
    }

    /// May someone ask while the counts of all nodes cannot be asked? This
    /// program counts for itself then.
    pub async fn check_apart(&self, actor: &Actor, origin: Origin) -> Result<(), u64> {
        let apart = Self {
            limits: self.apart.clone(),
            apart: self.apart.clone(),
            ..*self
        };
        // What is counted in memory can be asked.
        apart.check_asking(actor, origin).await.unwrap_or(Ok(()))
    }

    /// A guest who drops the cookie is another guest: so by address.
    async fn who(&self, actor: &Actor, origin: Origin) -> Stored<String> {
        match actor {
            Actor::Member(_) => Ok(actor.writer().key()),
            Actor::Guest(_) => self.name_of(origin).await,
        }
    }

    /// Counts one more at every speed. A slower one that refuses has cost one
    /// of each quicker one, which is made up for by the time it says.
    async fn admit(&self, speeds: Speeds, key: &str) -> Stored<Result<(), u64>> {
        let mut made_up = Duration::ZERO;
        for usual in speeds {
            let count = usual.count.saturating_mul(self.factor());
            let rate = Rate { count, ..*usual };
            if let Err(wait) = self.limits.admit(rate, key).await? {
                return Ok(Err(wait.max(made_up).as_secs() + 1));
            }
            made_up = rate.interval();
        }
        Ok(Ok(()))
    }

    fn factor(&self) -> NonZeroU32 {
        NonZeroU32::new(self.factor).unwrap_or(NonZeroU32::MIN)
    }

    /// A name for where a request comes from, good for as long as the secret.
    async fn name_of(&self, origin: Origin) -> Stored<String> {
        match origin.neighbours().0 {
            IpAddr::V4(ip) => self.hidden(&[&ip.octets()[..]]).await,
            IpAddr::V6(ip) => self.hidden(&[&ip.octets()[..8]]).await,
        }
    }

    /// A name that does not lead back to what it is made of, and is another one
    /// tomorrow.
    async fn hidden(&self, parts: &[&[u8]]) -> Stored<String> {
        let mut sha = Sha256::new();
        sha.update(self.limits.secret().await?);
        for part in parts {
            sha.update(part);
            sha.update([0]);
        }
        Ok(sha
            .finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }

    /// The key under which today's names are made.
    ///
    /// # Errors
    ///
    /// When the counts cannot be asked.
    pub async fn key_of_the_day(&self) -> Stored<Secret> {
        self.limits.secret().await
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
    use domain::accounts::guests;
    use std::sync::Mutex;
    use store_contract::support::FixedChance;

    fn pace(trusted_proxy: Option<&str>, elapsed: Elapsed) -> Pace {
        let proxy = trusted_proxy.map(|proxy| proxy.parse().expect("an address"));
        let chance = Arc::new(FixedChance::default());
        Pace::new(1, Arc::new(InMemory::new(chance, elapsed)), proxy)
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
        assert_eq!(name(&pace, "::ffff:9.9.9.9", &none).await, plain);
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
        let guest = Actor::Guest(guests::from_secret("someone"));
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

    /// A pace whose time is told, and the hand that moves it.
    fn timed() -> (Pace, impl Fn(Duration)) {
        let passed = Arc::new(Mutex::new(Duration::ZERO));
        let clock = passed.clone();
        let pace = pace(None, Arc::new(move || *clock.lock().expect("a time")));
        let pass = move |time| *passed.lock().expect("a time") += time;
        (pace, pass)
    }

    fn address(pace: &Pace, last: u8) -> Origin {
        pace.origin(from(&format!("192.0.2.{last}")), &HeaderMap::new())
    }

    /// How many of a thousand tries are let through, one every `apart`.
    async fn admitted(
        pass: &impl Fn(Duration),
        apart: Duration,
        once: impl AsyncFn() -> bool,
    ) -> u32 {
        let mut admitted = 0;
        for _ in 0..1_000 {
            admitted += u32::from(once().await);
            pass(apart);
        }
        admitted
    }

    #[tokio::test]
    async fn patience_gets_no_further_than_the_day_allows() {
        let (pace, pass) = timed();
        let guest = Actor::Guest(guests::from_secret("someone"));
        let here = address(&pace, 7);
        let posts = async || {
            let answer = pace.check("comments.post", &guest, here).await;
            answer.expect("it is counted in memory").is_ok()
        };
        // A thousand in fifty minutes, then as many in seventeen hours.
        let quickly = admitted(&pass, Duration::from_secs(3), posts).await;
        assert!((300..=400).contains(&quickly), "{quickly}");
        let slowly = admitted(&pass, Duration::from_secs(60), posts).await;
        assert!((800..=1_000).contains(&slowly), "{slowly}");
        let quickly = admitted(&pass, Duration::from_secs(3), posts).await;
        assert!(quickly < 100, "the day is used up: {quickly}");
    }

    #[tokio::test]
    async fn guessing_is_slow_from_many_addresses_too() {
        let (pace, pass) = timed();
        let tries = async |last: u8, known: Option<&str>| {
            let origin = address(&pace, last);
            let answer = pace.check_proof("ana", known, origin).await;
            answer.expect("it is counted in memory")
        };
        let mut admitted = 0;
        for number in 0..240 {
            admitted += u32::from(tries(number, None).await.is_ok());
            pass(Duration::from_secs(10));
        }
        assert!((30..=60).contains(&admitted), "{admitted}");
        let mut last = Ok(());
        for number in 240..250 {
            last = tries(number, None).await;
        }
        let wait = last.expect_err("too often, whoever comes from wherever");
        // The member's own browser is let in, though others try all the time.
        assert_eq!(tries(250, Some("a mark")).await, Ok(()));
        // Nobody is kept out for good.
        pass(Duration::from_secs(wait));
        assert_eq!(tries(250, None).await, Ok(()));
        let other = pace.check_proof("ben", None, address(&pace, 250)).await;
        assert_eq!(other.expect("counted"), Ok(()), "each handle for itself");
    }

    #[tokio::test]
    async fn a_known_browser_does_not_wait_for_others_at_its_address() {
        let (pace, _) = timed();
        let here = address(&pace, 7);
        let mut last = Ok(());
        for number in 0..30 {
            let handle = format!("someone-{number}");
            let answer = pace.check_proof(&handle, None, here).await;
            last = answer.expect("it is counted in memory");
        }
        assert!(last.is_err(), "thirty in a moment from one address");
        let known = pace.check_proof("ana", Some("a mark"), here).await;
        assert_eq!(known.expect("counted"), Ok(()));
        for _ in 0..30 {
            let answer = pace.check_proof("ana", Some("a mark"), here).await;
            last = answer.expect("it is counted in memory");
        }
        assert!(last.is_err(), "it guesses no quicker than anyone");
    }

    #[tokio::test]
    async fn someone_behind_a_busy_address_can_still_ask_for_help() {
        let (pace, _) = timed();
        let here = address(&pace, 7);
        let does = async |verb, secret: &str| {
            let guest = Actor::Guest(guests::from_secret(secret));
            let answer = pace.check(verb, &guest, here).await;
            answer.expect("it is counted in memory").is_ok()
        };
        while does("comments.post", "flood").await {}
        assert!(does("care.ask", "first").await, "asking counts for itself");
        let mut asked = 0;
        while does("care.ask", "flood").await {
            asked += 1;
        }
        assert!((9..=11).contains(&asked), "{asked}");
        assert!(does("care.ask", "someone").await);
        assert!(does("care.ask", "someone").await);
        assert!(!does("care.ask", "someone").await);
        let mut others = 0;
        for number in 0..100 {
            others += u32::from(does("care.ask", &format!("other {number}")).await);
        }
        assert!(
            (20..=30).contains(&others),
            "the reserve has an end: {others}"
        );
    }

    #[tokio::test]
    async fn an_address_has_another_name_every_day() {
        let (pace, pass) = timed();
        let name = async || pace.name_of(address(&pace, 7)).await.expect("a name");
        let today = name().await;
        pass(Duration::from_secs(23 * 60 * 60));
        assert_eq!(name().await, today);
        pass(Duration::from_secs(60 * 60));
        assert_ne!(name().await, today);
    }
}
