//! `GET /live`: one answer that goes on, with a line for each thing that is new
//! at the places that a page has open.
//!
//! A line is a few words: what it is, where, and for a comment which one.
//!
//! ```text
//! id: 3f0c…
//! data: comment story-0123… 89ab…
//! ```
//!
//! A place that somebody may not see is never spoken of, and nobody is told that
//! it is there.

mod hub;
mod seats;

pub use hub::Hub;

use crate::{App, lane::OnlyHelp, sessions};
use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    accounts::{MemberState, guests, keeper},
    actor::{ActingMember, Actor, Roles},
    care::{self, CallKey},
    clock::Timestamp,
    ids::{CallId, MemberId, Subject},
    live::Place,
    refusal::Fault,
    store::{Reader, StoreError, Stored},
};
use futures_util::stream;
use hub::{Event, To, Told};
use seats::Seat;
use std::{collections::VecDeque, convert::Infallible, net::SocketAddr};
use tokio::sync::broadcast;
use tower_sessions::Session;

/// How many places one stream may be for: those of all tabs of a browser.
const PLACES: usize = 32;

/// After so many signs of life a stream ends: who may hear what is asked anew.
const BEATS: u32 = 180;

/// How many pages may listen from one address, unless the host says otherwise: a
/// clinic or a school may come by one.
pub const FOR_ONE_ADDRESS: usize = 200;

/// Begins the answer at once, so that the browser knows that it is heard.
const HELLO: Bytes = Bytes::from_static(b": hello\n\n");

/// It is not known what was missed.
const ANEW: Bytes = Bytes::from_static(b"data: anew\n\n");

/// Answers with what is new, as it comes.
pub async fn stream(State(app): State<App>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    if !is_of_our_pages(&request.headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if request.extensions.get::<OnlyHelp>().is_some() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    let from = app
        .pace
        .origin(peer.map(|ConnectInfo(peer)| *peer), &request.headers);
    let Some((seat, wire)) = app.live.listen(from).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    // Asked after the stream has begun: a session that ends from now on ends it.
    let mut listener = Listener::new(wire, seat);
    if let Err(error) = listener.may_hear(&app, &request).await {
        tracing::warn!(%error, "nobody knows who listens");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let last = last_heard(&request);
    match app.live.since(last.as_deref()) {
        Some(told) => {
            let missed = told.iter().filter(|told| listener.hears(told));
            let missed: Vec<Bytes> = missed.map(|told| told.bytes.clone()).collect();
            listener.waiting.extend(missed);
        }
        None => listener.waiting.push_back(ANEW),
    }
    let told = stream::unfold(listener, |mut listener| async move {
        let bytes = listener.next().await?;
        Some((Ok::<_, Infallible>(bytes), listener))
    });
    let mut response = Body::from_stream(told).into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // nginx would wait until it has more.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Does one of our own pages ask, as far as the browser says?
fn is_of_our_pages(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_none_or(|site| site == "same-origin")
}

/// The values of a field of the query. Places and ids need no decoding.
fn asked<'r>(request: &'r Parts, field: &str) -> impl Iterator<Item = &'r str> {
    request
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(move |pair| pair.split_once('=').filter(|(name, _)| *name == field))
        .map(|(_, value)| value)
}

/// The last line that the page has heard, by the browser's own header or, since a
/// page cannot set that, by the address.
fn last_heard(request: &Parts) -> Option<String> {
    let header = request.headers.get("last-event-id");
    header
        .and_then(|id| id.to_str().ok())
        .or_else(|| asked(request, "last").next())
        .map(str::to_owned)
}

/// The member of a session, by the session alone.
async fn signed_in(session: &Session) -> Stored<Option<MemberId>> {
    let member: Option<String> = session
        .get(sessions::MEMBER)
        .await
        .map_err(StoreError::new)?;
    Ok(member.and_then(|id| id.parse().ok()))
}

/// Whoever acts: an account that is let in, or nobody in particular.
async fn acting(reader: &mut dyn Reader, id: Option<MemberId>, now: Timestamp) -> Stored<Actor> {
    let member = match id {
        Some(id) => reader.member(id).await?,
        None => None,
    };
    Ok(match member {
        Some(member) if member.state == MemberState::Active => Actor::Member(ActingMember {
            id: member.id,
            roles: match member.barred(now) {
                Some(_) => Roles::default(),
                None => member.roles,
            },
            handle: member.handle,
        }),
        _ => Actor::Guest(guests::from_secret("")),
    })
}

/// Does the key open this very call?
async fn opens(reader: &mut dyn Reader, actor: &Actor, key: &CallKey, id: CallId) -> Stored<bool> {
    match care::own_call(reader, actor, key).await {
        Ok(call) => Ok(call.id == id),
        Err(Fault::Refused(_)) => Ok(false),
        Err(Fault::Store(error)) => Err(error),
    }
}

/// Whoever has a page open.
struct Listener {
    wire: broadcast::Receiver<Event>,
    /// What is said before anything else.
    waiting: VecDeque<Bytes>,
    threads: Vec<Subject>,
    calls: Vec<CallId>,
    desk: bool,
    moderation: bool,
    asking: bool,
    own: bool,
    member: Option<MemberId>,
    /// The hash of the session's secret.
    session: Option<String>,
    beats: u32,
    _seat: Seat,
}

impl Listener {
    fn new(wire: broadcast::Receiver<Event>, seat: Seat) -> Self {
        Self {
            wire,
            waiting: VecDeque::from([HELLO]),
            threads: Vec::new(),
            calls: Vec::new(),
            desk: false,
            moderation: false,
            asking: false,
            own: false,
            member: None,
            session: None,
            beats: 0,
            _seat: seat,
        }
    }

    /// Finds out which of the places that a page names this person may hear of.
    async fn may_hear(&mut self, app: &App, request: &Parts) -> Stored<()> {
        let session = request.extensions.get::<Session>();
        let session = session.filter(|_| app.cookies.has_session(&request.headers));
        let member = match session {
            Some(session) => signed_in(session).await?,
            None => None,
        };
        let mut reader = app.house.store.read().await?;
        let now = app.house.clock.now();
        let actor = acting(&mut *reader, member, now).await?;
        if let Some(member) = actor.member() {
            self.member = Some(member.id);
            self.session = session.and_then(Session::id).map(|id| sessions::hash(&id));
        }
        let places = asked(request, "at").take(PLACES);
        for place in places.filter_map(|place| place.parse().ok()) {
            match place {
                Place::Thread(subject) => {
                    if reader.thread(subject, now).await?.is_some() {
                        self.threads.push(subject);
                    }
                }
                Place::Call { id, code } => {
                    let key = code.map_or(CallKey::Own(id), |code| CallKey::Code(code.hash()));
                    if opens(&mut *reader, &actor, &key, id).await? {
                        self.calls.push(id);
                    }
                }
                Place::Desk => self.desk = care::on_desk(&actor).is_ok(),
                Place::Moderation => self.moderation = keeper(&actor).is_ok(),
                Place::Asking => self.asking = true,
                Place::Own => self.own = actor.member().is_some(),
            }
        }
        Ok(())
    }

    fn hears(&self, told: &Told) -> bool {
        match &told.to {
            To::Thread(subject) => self.threads.contains(subject),
            To::WhoeverAsked(call) => self.calls.contains(call),
            To::Desk => self.desk,
            To::Keepers => self.moderation,
            To::Asking => self.asking,
            To::Member(member) => self.own && self.member == Some(*member),
        }
    }

    /// What is told next; none when the stream ends.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(bytes) = self.waiting.pop_front() {
            return Some(bytes);
        }
        loop {
            // Who listens too slowly has missed something, perhaps the end of
            // their session: the stream ends, and the browser comes again.
            let event = self.wire.recv().await.ok()?;
            let is_over = match &event {
                Event::Told(told) if self.hears(told) => return Some(told.bytes.clone()),
                Event::Told(_) => false,
                Event::Beat(bytes) => {
                    self.beats += 1;
                    if self.beats < BEATS {
                        return Some(bytes.clone());
                    }
                    true
                }
                Event::SignedOut(session) => self.session.as_deref() == Some(session),
                Event::Standing(member) => self.member == Some(*member),
                Event::Ends => true,
            };
            if is_over {
                return None;
            }
        }
    }
}
