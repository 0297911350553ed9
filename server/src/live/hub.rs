//! One place in the program that hears of what is new, and says it to all who
//! listen: each line is made once, and shared.

use super::seats::{Seat, Seats};
use crate::{connections, pace::Origin, stopping::Stopping};
use axum::body::Bytes;
use domain::{
    clock::Clock,
    comments::CommentState,
    ids::{CallId, MemberId, Subject},
    live::{KEPT_FOR, KeptNews, News, Position},
    store::{Reader, Store, StoreError, Stored},
};
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::sync::{Mutex, broadcast};

/// How soon what this program has written is told.
const TICK: Duration = Duration::from_millis(50);

/// How soon what another program has written is told.
const ASK_AGAIN: Duration = Duration::from_millis(400);

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often everybody gets a sign of life: proxies close what is silent.
const BEAT: Duration = Duration::from_secs(20);
const BEAT_BYTES: Bytes = Bytes::from_static(b":\n\n");

/// The most news that are read at once. Who brings in more, at once, tells of
/// nothing in particular.
const AT_ONCE: u32 = 1_000;

/// How many lines someone may be behind.
const BEHIND: usize = 256;

/// How many lines are remembered for those whose line broke.
const REMEMBERED: usize = 1_024;

/// Whom a line concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Whoever has this thread open.
    Thread(Subject),
    /// Whoever asked for help.
    WhoeverAsked(CallId),
    /// Those who answer calls.
    Desk,
    /// Those who keep the house.
    Keepers,
    /// Whoever has open what people ask everyone.
    Asking,
    /// One member.
    Member(MemberId),
}

/// A line, as everybody whom it concerns gets it.
#[derive(Debug)]
pub struct Told {
    id: String,
    pub to: To,
    pub bytes: Bytes,
    at: Instant,
}

/// What those who listen are sent.
#[derive(Debug, Clone)]
pub enum Event {
    Told(Arc<Told>),
    /// A sign of life.
    Beat(Bytes),
    /// A session is over.
    SignedOut(Arc<str>),
    /// A member may do something else than before.
    Standing(MemberId),
    /// All streams end: something may have been missed, or the server stops.
    Ends,
}

/// Where everything new comes by. It asks the store as long as somebody listens.
pub struct Hub {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    stopping: Stopping,
    wire: broadcast::Sender<Event>,
    remembered: RwLock<VecDeque<Arc<Told>>>,
    is_awake: Mutex<bool>,
    seats: Arc<Seats>,
}

impl Hub {
    /// Asleep. Of the connections that there is room for a quarter is left to those
    /// who ask for something, and one address gets at most `for_one`; who finds no
    /// place looks for news now and then.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        stopping: Stopping,
        for_one: usize,
    ) -> Self {
        let in_all = connections::room() / 4 * 3;
        Self {
            store,
            clock,
            stopping,
            wire: broadcast::channel(BEHIND).0,
            remembered: RwLock::default(),
            is_awake: Mutex::new(false),
            seats: Arc::new(Seats::new(in_all, for_one)),
        }
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.wire.receiver_count()
    }

    /// Begins to listen: what is new from now on comes by. None if there is no
    /// place, the server stops or the store is away.
    pub async fn listen(
        self: &Arc<Self>,
        from: Origin,
    ) -> Option<(Seat, broadcast::Receiver<Event>)> {
        if self.stopping.has_begun() {
            return None;
        }
        let seat = self.seats.take(from)?;
        let wire = self.wire.subscribe();
        let mut is_awake = self.is_awake.lock().await;
        if !*is_awake {
            let position = match self.wake().await {
                Ok(position) => position,
                Err(error) => {
                    tracing::warn!(%error, "nobody hears what is new");
                    return None;
                }
            };
            *is_awake = true;
            tokio::spawn(self.clone().tell(position));
        }
        Some((seat, wire))
    }

    /// The lines after the one of this id, or all that are remembered; none if
    /// that one is not remembered any more.
    pub fn since(&self, id: Option<&str>) -> Option<Vec<Arc<Told>>> {
        let remembered = self
            .remembered
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let heard = match id {
            Some(id) => remembered.iter().position(|told| told.id == id)? + 1,
            None => 0,
        };
        Some(remembered.iter().skip(heard).cloned().collect())
    }

    /// Reads what is still kept, so that whoever comes from another node finds
    /// where they were.
    async fn wake(&self) -> Stored<Position> {
        self.remember(VecDeque::clear);
        Ok(match self.ask(Position::START).await? {
            Asked::All(position, events) => {
                for event in &events {
                    self.keep(event);
                }
                position
            }
            Asked::TooMuch(position) => position,
        })
    }

    /// Tells what is new until nobody listens, or the server stops.
    async fn tell(self: Arc<Self>, mut position: Position) {
        let mut kept = self.store.kept_units();
        let (mut asked, mut beat) = (Instant::now(), Instant::now());
        let mut was_away = false;
        let mut time = tokio::time::interval(TICK);
        loop {
            time.tick().await;
            if self.stopping.has_begun() {
                self.send(Event::Ends);
                return;
            }
            if self.listeners() == 0 {
                let mut is_awake = self.is_awake.lock().await;
                if self.listeners() == 0 {
                    *is_awake = false;
                    return;
                }
            }
            if beat.elapsed() >= BEAT {
                beat = Instant::now();
                self.send(Event::Beat(BEAT_BYTES));
            }
            // Counted before asking: what is kept meanwhile is asked for again.
            let kept_now = self.store.kept_units();
            if kept_now == kept && asked.elapsed() < ASK_AGAIN {
                continue;
            }
            kept = kept_now;
            asked = Instant::now();
            match self.ask(position).await {
                Ok(Asked::All(reached, events)) => {
                    position = reached;
                    for event in events {
                        self.keep(&event);
                        self.send(event);
                    }
                    // The store may have lost what it had not told yet.
                    if std::mem::take(&mut was_away) {
                        self.send(Event::Ends);
                    }
                }
                Ok(Asked::TooMuch(reached)) => {
                    position = reached;
                    self.remember(VecDeque::clear);
                    self.send(Event::Ends);
                }
                Err(error) if was_away => tracing::debug!(%error, "still nobody hears what is new"),
                Err(error) => {
                    tracing::warn!(%error, "nobody hears what is new");
                    was_away = true;
                }
            }
        }
    }

    /// Asks for what came after a position.
    async fn ask(&self, after: Position) -> Stored<Asked> {
        let asking = async {
            let mut reader = self.store.read().await?;
            let news = reader.news_after(after, AT_ONCE).await?;
            if news.len() >= AT_ONCE as usize {
                return Ok(Asked::TooMuch(reader.news_position().await?));
            }
            let reached = news.last().map_or(after, |last| last.position);
            let mut events = Vec::new();
            for news in once_each(news) {
                events.extend(self.event(&mut *reader, news).await?);
            }
            Ok(Asked::All(reached, events))
        };
        tokio::time::timeout(PATIENCE, asking)
            .await
            .map_err(StoreError::new)?
    }

    /// Whom news concern, if they still concern anybody: what cannot be seen is
    /// not spoken of.
    async fn event(&self, reader: &mut dyn Reader, kept: KeptNews) -> Stored<Option<Event>> {
        let (to, line) = match kept.news {
            News::SignedOut(session) => return Ok(Some(Event::SignedOut(session.into()))),
            News::Standing(member) => return Ok(Some(Event::Standing(member))),
            News::Comment { under, id } => {
                let comment = reader.comment(id).await?;
                let is_shown = comment.is_some_and(|found| found.state == CommentState::Published);
                if !is_shown || reader.thread(under, self.clock.now()).await?.is_none() {
                    return Ok(None);
                }
                (To::Thread(under), format!("comment {under} {id}"))
            }
            News::Support(subject) => match reader.share_author(subject).await? {
                Some(author) => (To::Member(author.member), format!("support {subject}")),
                None => return Ok(None),
            },
            News::Call(id) => (To::WhoeverAsked(id), format!("call call-{id}")),
            News::Desk => (To::Desk, "desk desk".to_owned()),
            News::Moderation => (To::Keepers, "moderation moderation".to_owned()),
            News::Asking => (To::Asking, "asking asking".to_owned()),
            News::Notifications(member) => (To::Member(member), "own own".to_owned()),
        };
        Ok(Some(Event::Told(Arc::new(Told {
            bytes: format!("id: {}\ndata: {line}\n\n", kept.id).into(),
            id: kept.id,
            to,
            at: Instant::now(),
        }))))
    }

    /// To whoever listens; to nobody, if nobody does.
    fn send(&self, event: Event) {
        let _ = self.wire.send(event);
    }

    /// Remembers a line for those whose own line broke.
    fn keep(&self, event: &Event) {
        let Event::Told(told) = event else { return };
        let is_old =
            |told: &Arc<Told>| told.at.elapsed().as_millis() > KEPT_FOR.unsigned_abs().into();
        self.remember(|remembered| {
            while remembered.len() >= REMEMBERED || remembered.front().is_some_and(is_old) {
                remembered.pop_front();
            }
            remembered.push_back(told.clone());
        });
    }

    fn remember(&self, change: impl FnOnce(&mut VecDeque<Arc<Told>>)) {
        change(
            &mut self
                .remembered
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}

/// How far an answer of the store has led.
enum Asked {
    All(Position, Vec<Event>),
    /// More than can be told one by one.
    TooMuch(Position),
}

/// What was told several times is told once, where it came last.
fn once_each(news: Vec<KeptNews>) -> Vec<KeptNews> {
    let mut seen = HashSet::new();
    let mut news: Vec<_> = news
        .into_iter()
        .rev()
        .filter(|kept| seen.insert(kept.news.clone()))
        .collect();
    news.reverse();
    news
}
