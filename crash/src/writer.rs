//! Someone who posts, and remembers what was acknowledged.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bench::Result;
use bench::http::{Answer, Connection};
use bench::posting::{Composer, Member, posted};

use tokio::time::sleep;

use crate::check::Sent;
use crate::nodes::Phase;
use crate::post::{Post, handle};

/// A bound for rounds on a fast machine.
const MOST_IN_A_ROUND: usize = 5_000;

/// How long someone waits before sending the same again.
const BEFORE_AGAIN: Duration = Duration::from_millis(50);

/// One person at one form.
pub struct Writer {
    /// Counted from 1.
    pub number: u32,
    /// What is known to have been sent.
    pub sent: Sent,
    composer: Composer,
}

/// How many posts were acknowledged to these writers.
pub fn acknowledged(writers: &[Writer]) -> u64 {
    writers
        .iter()
        .map(|writer| writer.sent.acknowledged.len() as u64)
        .sum()
}

impl Writer {
    /// Joins, and opens the form for comments on an article.
    ///
    /// # Errors
    /// When joining is refused or the article has no form.
    pub async fn join(address: SocketAddr, article: &str, number: u32) -> Result<Self> {
        let member = Member::join(address, &handle(number)).await?;
        Ok(Self {
            number,
            sent: Sent::default(),
            composer: member.composer(address, article).await?,
        })
    }

    /// Posts one comment after the other until one is not answered. A complaint comes back if that
    /// happens before `fallen` says that it may.
    pub async fn post_until(
        &mut self,
        address: SocketAddr,
        round: u32,
        fallen: &AtomicBool,
    ) -> Option<String> {
        let mut connection = Connection::to(address);
        for _ in 0..MOST_IN_A_ROUND {
            let post = self.next(round);
            if let Err(why) = self.send(&mut connection, address, post).await {
                let expected = fallen.load(Ordering::SeqCst);
                return (!expected).then(|| format!("not taken: {post} {why}"));
            }
        }
        None
    }

    /// Posts one comment after the other until it is over. What is not answered is sent again under
    /// the same key until it is; a complaint comes back for each time that nothing excuses.
    pub async fn post_through(
        &mut self,
        address: SocketAddr,
        round: u32,
        phase: &Phase,
    ) -> Vec<String> {
        let mut connection = Connection::to(address);
        let mut complaints = Vec::new();
        for _ in 0..MOST_IN_A_ROUND {
            if phase.is_over() {
                break;
            }
            let post = self.sent.unanswered.unwrap_or_else(|| self.next(round));
            let begun = phase.begin_request();
            if let Err(why) = self.send(&mut connection, address, post).await {
                if !phase.excuses(begun) {
                    complaints.push(format!("not taken: {post} {why}"));
                }
                sleep(BEFORE_AGAIN).await;
            }
        }
        complaints
    }

    /// Sends again what was not answered, under the same key. A complaint comes back if it is not
    /// taken now.
    pub async fn send_again(&mut self, address: SocketAddr) -> Option<String> {
        let post = self.sent.unanswered?;
        let mut connection = Connection::to(address);
        let sent = self.send(&mut connection, address, post).await;
        sent.err()
            .map(|why| format!("not taken the second time: {post} {why}"))
    }

    fn next(&self, round: u32) -> Post {
        Post {
            round,
            writer: self.number,
            number: self.sent.acknowledged.len() as u32 + 1,
        }
    }

    async fn send(
        &mut self,
        connection: &mut Connection,
        address: SocketAddr,
        post: Post,
    ) -> Result<()> {
        self.sent.unanswered = Some(post);
        let request = self
            .composer
            .comment(address, &post.to_string(), &post.key());
        let answer = connection.exchange(&request).await?;
        if !posted(&answer) {
            return Err(refusal(&answer).into());
        }
        self.sent.unanswered = None;
        self.sent.acknowledged.push(post);
        Ok(())
    }
}

fn refusal(answer: &Answer) -> String {
    let to = answer.header("location").unwrap_or_default();
    format!("(answered {} {to})", answer.status)
}
