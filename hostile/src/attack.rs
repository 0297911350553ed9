//! Sends many requests at once, and keeps everybody signed in meanwhile.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bench::Result;
use tokio::task::JoinSet;

use crate::ground::{Ground, is_signed_in, join, sign_in};
use crate::mutate::Generator;
use crate::program::Account;
use crate::send::send;
use crate::tally::Tally;

/// A guest who has only read, and one who has sent a form once.
const GUESTS: [&str; 3] = [
    "",
    "chorus-guest=8d3c1f02a4b65e7790ab12cd34ef5601.reads",
    "chorus-guest=8d3c1f02a4b65e7790ab12cd34ef5602",
];
/// So many members of one role are enough.
const MOST_OF_A_ROLE: usize = 2;

/// Everyone who sends: guests, members of every role, and at the end a newcomer who may sign out
/// and change the password.
pub struct People {
    address: SocketAddr,
    accounts: Vec<Account>,
    cookies: Vec<String>,
    newcomers: u32,
}

impl People {
    /// Signs in members of every role, and lets somebody join.
    ///
    /// # Errors
    /// When one of them is refused.
    pub async fn gather(address: SocketAddr, all: Vec<Account>) -> Result<Self> {
        let mut accounts: Vec<Account> = Vec::new();
        for account in all {
            let same = accounts.iter().filter(|other| other.roles == account.roles);
            if same.count() < MOST_OF_A_ROLE {
                accounts.push(account);
            }
        }
        let mut people = Self {
            address,
            cookies: GUESTS.map(str::to_owned).to_vec(),
            accounts,
            newcomers: 0,
        };
        for account in &people.accounts {
            people.cookies.push(sign_in(address, account).await?);
        }
        people.cookies.push(String::new());
        people.welcome().await?;
        Ok(people)
    }

    async fn welcome(&mut self) -> Result<()> {
        self.newcomers += 1;
        let handle = format!("newcomer-{}", self.newcomers);
        let cookie = join(self.address, &handle).await?;
        if let Some(last) = self.cookies.last_mut() {
            *last = cookie;
        }
        Ok(())
    }

    /// Signs in again whoever was signed out.
    ///
    /// # Errors
    /// When that is refused: nobody was to change these passwords.
    pub async fn renew(&mut self) -> Result<()> {
        for (place, account) in self.accounts.iter().enumerate() {
            let Some(cookie) = self.cookies.get_mut(GUESTS.len() + place) else {
                continue;
            };
            if !is_signed_in(self.address, cookie).await? {
                *cookie = sign_in(self.address, account).await?;
            }
        }
        let newcomer = self.cookies.last().cloned().unwrap_or_default();
        if !is_signed_in(self.address, &newcomer).await? {
            self.welcome().await?;
        }
        Ok(())
    }

    /// Their cookies, in the order of the list.
    pub fn cookies(&self) -> &[String] {
        &self.cookies
    }
}

/// Sends the requests of these numbers, so many at once, and adds what came of them.
///
/// # Errors
/// When this side breaks.
pub async fn attack(
    ground: &Arc<Ground>,
    generator: &Generator,
    numbers: Range<u64>,
    cookies: &[String],
    at_once: usize,
    tally: &mut Tally,
) -> Result<()> {
    let next = Arc::new(Mutex::new(numbers));
    let cookies: Arc<[String]> = cookies.into();
    let mut workers = JoinSet::new();
    for _ in 0..at_once {
        let (ground, generator) = (Arc::clone(ground), generator.clone());
        let (next, cookies) = (Arc::clone(&next), Arc::clone(&cookies));
        workers.spawn(async move {
            let mut done = Vec::new();
            loop {
                let number = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(number) = number else {
                    return done;
                };
                let mut shot = generator.shot(&ground, number);
                let cookie = cookies.get(shot.person).map_or("", String::as_str);
                let bytes = shot.bytes_with(cookie);
                let is_head = bytes.starts_with(b"HEAD ");
                let outcome = send(ground.address, &bytes, &shot.delivery, is_head).await;
                // Kept for whoever looks at a fault; sessions of a throwaway server are no secret.
                shot.bytes = bytes;
                if outcome.statuses.iter().all(|&status| status < 500) {
                    shot.bytes.truncate(4_096);
                }
                done.push((shot, outcome));
            }
        });
    }
    let mut all = Vec::new();
    while let Some(done) = workers.join_next().await {
        all.extend(done?);
    }
    all.sort_by_key(|(shot, _)| shot.index);
    for (shot, outcome) in all {
        tally.count(shot, &outcome);
    }
    Ok(())
}
