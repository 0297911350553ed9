//! Who is acting, and one unit of work for what they do. Only on the server.
//!
//! This is the one place that asks Leptos for its context: server functions
//! call [`look`] to read and [`mutate`] to write.

use crate::{
    error::AppError,
    query::{confirm_first, sign_in_first, with_query},
};
use async_trait::async_trait;
use domain::{
    accounts::{self, Handle, Joining, Passkeys, Passwords},
    actor::{ActingMember, Actor, Roles, Writer},
    care::CallBody,
    clock::{Clock, Timestamp},
    drafts::{Fields, FormName, Kept, NEVER_KEPT},
    holds::{self, Holds, Scales},
    ids::{Chance, DeviceId, GuestId, MemberId, Subject},
    journal::{Entry, Journal, Said, Sender},
    leave::NeutralSite,
    moderation::{self, Standing, Thing, Why},
    once::{self, OnceKey},
    pace::Secret,
    privacy,
    push::PushHosts,
    refusal::{Fault, Refusal},
    store::{Act, Reader, Store, StoreError, Stored, Unit},
};
use leptos::prelude::{expect_context, use_context};
use serde::{Serialize, de::DeserializeOwned};
use std::{error::Error, fmt::Write, future::Future, pin::Pin, sync::Arc, time::Duration};

/// What the host has chosen.
#[derive(Debug, Clone)]
pub struct Settings {
    pub site_name: String,
    /// Without a slash at the end.
    pub base_url: String,
    /// Two letters: whose crisis contacts come first.
    pub country: String,
    pub joining: Joining,
    /// How long a comment can be edited, in milliseconds.
    pub edit_window: i64,
    /// May search engines keep what members post?
    pub indexed: bool,
    /// Where whoever leaves the page at once goes.
    pub leave_to: NeutralSite,
    /// What is read before others see it.
    pub holds: Holds,
    /// Through which push services devices may be told.
    pub push: PushHosts,
}

/// What the composition root gives to every request.
#[derive(Clone)]
pub struct House {
    pub store: Arc<dyn Store>,
    /// Where calls for help are kept while the store is away.
    pub journal: Arc<dyn Journal>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub passwords: Arc<dyn Passwords>,
    /// None where no browser knows passkeys, for want of HTTPS or a name.
    pub passkeys: Option<Arc<dyn Passkeys>>,
    pub settings: Arc<Settings>,
}

impl House {
    /// What asks for passkeys; there is nothing of the kind where they cannot be
    /// used.
    pub fn passkeys(&self) -> Result<&Arc<dyn Passkeys>, Refusal> {
        self.passkeys.as_ref().ok_or(Refusal::NotFound)
    }
}

/// One request and the answer to it, as far as the app may touch them.
#[async_trait]
pub trait Exchange: Send + Sync {
    /// The browser, when nobody is signed in on it.
    fn guest(&self) -> GuestId;

    /// Was the form sent by the browser itself, without script?
    fn is_plain_form(&self) -> bool;

    /// Whose words the form brings, by [`once::mark`]: none if those of whoever
    /// is here now.
    fn written_by(&self) -> Option<String>;

    /// Answers with another address. Local paths only.
    fn redirect(&self, to: &str);

    /// Answers with this status.
    fn status(&self, code: u16);

    /// Lets scripts with this nonce run on the page.
    fn allow_scripts(&self, nonce: &str);

    /// Names this request in the log.
    fn request_id(&self) -> String;

    /// Bytes that only this browser can be given, the same each time for the
    /// same seed. Nothing that is kept leads to them.
    fn own_secret(&self, seed: &str) -> [u8; 16];

    /// Who sends this, as far as it is known without the store.
    fn sender(&self) -> Sender;

    /// As [`Exchange::pace`], counted without the store: for what is kept while
    /// that is away.
    async fn pace_apart(&self) -> Result<(), u64>;

    /// May this be done again so soon? Otherwise seconds to wait.
    async fn pace(&self, verb: &'static str, actor: &Actor) -> Stored<Result<(), u64>>;

    /// May a password for this handle be tried so soon? `known`: the mark of a
    /// browser that its member was signed in on. Otherwise seconds to wait.
    async fn pace_of_proof(&self, handle: &str, known: Option<&str>) -> Stored<Result<(), u64>>;

    /// A key that is the same for everyone today, and another one tomorrow.
    async fn key_of_the_day(&self) -> Stored<Secret>;

    /// The mark of whoever was signed in on this browser last.
    fn known_mark(&self) -> Option<String>;

    /// Leaves such a mark; it stays when they sign out.
    fn leave_mark(&self, mark: &str);

    /// Who is signed in, by the session alone.
    async fn member(&self) -> Stored<Option<MemberId>>;

    /// The device of the session.
    async fn device(&self) -> Stored<Option<DeviceId>>;

    /// Kind of browser and system in a few words.
    fn browser_name(&self) -> String;

    /// When whoever is signed in has last proven on this device who they are.
    async fn proven_at(&self) -> Stored<Option<Timestamp>>;

    /// Remembers on this device, and no other, that it was proven just now.
    async fn confirm(&self) -> Stored<()>;

    /// Begins a session under a new secret. To sign in is to prove it.
    async fn sign_in(&self, member: MemberId) -> Stored<()>;

    /// Ends the session, and lets the browser be another guest from now on.
    async fn sign_out(&self) -> Stored<()>;

    /// Hands a secret to the next page that this browser opens, and to nobody
    /// else: it travels in a cookie that lasts five minutes and is not kept here.
    fn pass_on(&self, secret: &str);

    /// The secret that was passed on.
    fn passed_on(&self) -> Option<String>;

    /// Forgets the secret that was passed on.
    fn forget_passed_on(&self);

    /// Gives typed text back on a page of its own: the last resort when it
    /// cannot even be kept.
    fn hand_back(&self, fields: &Fields, error: &AppError);
}

/// The services of the house.
pub fn house() -> House {
    expect_context()
}

/// The present exchange.
pub fn exchange() -> Arc<dyn Exchange> {
    expect_context()
}

/// Logs the cause whole and answers with the id to find it by.
pub fn trouble(error: &dyn Error) -> AppError {
    let id = use_context::<Arc<dyn Exchange>>()
        .map_or_else(|| "none".to_owned(), |exchange| exchange.request_id());
    let mut causes = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(causes, ": {cause}");
        source = cause.source();
    }
    tracing::error!(id, error = causes, "a request failed");
    AppError::Trouble(id)
}

/// Who is acting, and until when they cannot post.
struct Who {
    actor: Actor,
    barred: Option<Timestamp>,
}

/// Resolves who is acting. A session of someone who is not, or no longer, let
/// in counts as nobody's. Someone who cannot post has no part in keeping the
/// house either.
///
/// `member` is what [`Exchange::member`] says, asked before `reader` was begun:
/// the session has a reader of its own, and whoever holds one while waiting
/// for another can wait for ever.
async fn resolve(
    exchange: &dyn Exchange,
    member: Option<MemberId>,
    reader: &mut dyn Reader,
    now: Timestamp,
) -> Stored<Who> {
    let member = match member {
        Some(id) => reader.member(id).await?,
        None => None,
    };
    Ok(match member {
        Some(member) if member.state == domain::accounts::MemberState::Active => {
            let barred = member.barred(now);
            let roles = match barred {
                Some(_) => Roles::default(),
                None => member.roles,
            };
            Who {
                actor: Actor::Member(ActingMember {
                    id: member.id,
                    handle: member.handle,
                    roles,
                }),
                barred,
            }
        }
        _ => Who {
            actor: Actor::Guest(exchange.guest()),
            barred: None,
        },
    })
}

/// A look at the house: what a page reads with.
pub struct Look {
    pub reader: Box<dyn Reader>,
    pub actor: Actor,
    /// Until when whoever looks cannot post.
    pub barred: Option<Timestamp>,
    pub now: Timestamp,
    pub settings: Arc<Settings>,
    proven_at: Option<Timestamp>,
}

/// Begins to read.
pub async fn look() -> Result<Look, AppError> {
    look_at(house(), &*exchange()).await
}

/// As [`look`], where Leptos has no context.
pub async fn look_at(house: House, exchange: &dyn Exchange) -> Result<Look, AppError> {
    let member = exchange.member().await?;
    let proven_at = match member {
        Some(_) => exchange.proven_at().await?,
        None => None,
    };
    let mut reader = house.store.read().await?;
    let now = house.clock.now();
    let who = resolve(exchange, member, &mut *reader, now).await?;
    Ok(Look {
        reader,
        actor: who.actor,
        barred: who.barred,
        now,
        settings: house.settings,
        proven_at,
    })
}

impl Look {
    /// The member, if they have proven within the last minutes who they are: for
    /// reading what an unlocked device alone must not show. A form says
    /// [`Form::STEP_UP`] instead.
    pub fn stepped_up(&self) -> Result<&ActingMember, Refusal> {
        accounts::stepped_up(&self.actor, self.proven_at, self.now)
    }

    /// Why a share is held or hidden, for its author.
    pub async fn why(
        &mut self,
        share: Subject,
        mine: bool,
        standing: Standing,
    ) -> Result<Option<Why>, AppError> {
        if !mine || standing.is_published() {
            return Ok(None);
        }
        Ok(self.reader.why(Thing::Share(share)).await?)
    }

    /// What was kept for a form: under the account, or from before signing in
    /// on this browser.
    pub async fn kept(&mut self, form: &str) -> Result<Option<Kept>, AppError> {
        let Some(form) = FormName::parse(form) else {
            return Ok(None);
        };
        let kept = self.reader.draft(self.actor.writer(), &form).await?;
        if kept.is_some() || self.actor.member().is_none() {
            return Ok(kept);
        }
        let guest = Writer::Guest(exchange().guest());
        Ok(self.reader.draft(guest, &form).await?)
    }
}

/// A form of the house, as its server function receives it.
pub trait Form: Serialize + Send + Sync {
    /// `room.verb`.
    const VERB: &'static str;

    /// The name under which what was typed is kept.
    fn form_name(&self) -> String;

    /// The page that the form stands on: a local path with its query.
    fn page(&self) -> &str;

    /// The key that the hydrated form made; empty without script.
    fn key(&self) -> &str;

    /// The handle whose password it brings to be tried.
    fn proves(&self) -> Option<&str> {
        None
    }

    /// Is the answer kept, so that the same form sent again does nothing? Not
    /// for signing in, which proves something anew each time.
    const ONCE: bool = true;

    /// Must whoever sends it have proven within the last minutes who they are?
    /// For what an unlocked device alone must not do.
    const STEP_UP: bool = false;

    /// Has it a place in the store's line where others would be told that it is
    /// busy?
    const FOR_CARE: bool = false;

    /// Is the address of its page a secret? Then it is not kept with the words.
    const SECRET_PAGE: bool = false;

    /// May someone send it who cannot post for now? What someone does to take
    /// words back, to look after an account, to appeal and to be helped.
    const EVEN_BARRED: bool = false;
}

/// What happens to the session once the unit of work is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Afterwards {
    #[default]
    Stay,
    SignIn(MemberId),
    /// Whoever is signed in has proven who they are.
    Confirm,
    SignOut,
}

/// Where someone without script goes after it worked.
pub trait Landing {
    /// A local path.
    fn landing(&self) -> String;
}

/// A unit of work with all that its use cases are told.
pub struct Work {
    unit: Box<dyn Unit>,
    pub actor: Actor,
    pub now: Timestamp,
    pub house: House,
    pub afterwards: Afterwards,
    exchange: Arc<dyn Exchange>,
}

impl Work {
    /// The unit, and who acts when.
    pub fn parts(&mut self) -> (&mut dyn Unit, Act<'_>) {
        let act = Act {
            actor: &self.actor,
            now: self.now,
            chance: &*self.house.chance,
        };
        (&mut *self.unit, act)
    }

    /// The unit alone.
    pub fn unit(&mut self) -> &mut dyn Unit {
        &mut *self.unit
    }

    /// Do new words of this actor wait until someone has read them? It is
    /// remembered that they were said.
    pub async fn waits(&mut self, words: &[&str]) -> Stored<bool> {
        let scales = Scales {
            holds: self.house.settings.holds,
            key: self.exchange.key_of_the_day().await?,
        };
        let (unit, act) = self.parts();
        holds::weigh_new(unit, act, &scales, words).await
    }

    /// Do words of this actor wait, now that they were changed?
    pub fn waits_again(&mut self, words: &[&str]) -> bool {
        let holds = self.house.settings.holds;
        holds::weigh_again(self.parts().1, &holds, words)
    }

    /// Holds a share until someone who keeps the house has read it.
    pub async fn hold(&mut self, share: impl Into<Subject>) -> Stored<()> {
        self.unit.set_standing(share.into(), Standing::Held).await
    }

    /// The exchange, for signing in and out.
    pub fn exchange(&self) -> &dyn Exchange {
        &*self.exchange
    }
}

/// What a use case answers while it works.
pub type Doing<'w, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'w>>;

/// Does what a form asks: once, in one unit of work, and so that nothing typed
/// is lost when it cannot be done.
///
/// Sent again under the same key it answers as before and does nothing. When
/// it fails without script, what was typed is kept and the browser goes back
/// to the page, where the form shows it again with the reason beside the field.
pub async fn mutate<F, T>(
    form: &F,
    run: impl for<'w> FnOnce(&'w mut Work) -> Doing<'w, T> + Send,
) -> Result<T, AppError>
where
    F: Form,
    T: Serialize + DeserializeOwned + Landing + Send,
{
    mutate_after(
        form,
        |_| Box::pin(async { Ok(()) }),
        move |work, ()| run(work),
    )
    .await
}

/// What is known before a unit of work is begun.
pub struct Ahead {
    pub actor: Actor,
    pub now: Timestamp,
    pub house: House,
}

/// As [`mutate`], with something slow that is done first: the store has one
/// writer, and nobody else should wait for a password to be hashed.
pub async fn mutate_after<F, P, T>(
    form: &F,
    prepare: impl for<'a> FnOnce(&'a Ahead) -> Doing<'a, P> + Send,
    run: impl for<'w> FnOnce(&'w mut Work, P) -> Doing<'w, T> + Send,
) -> Result<T, AppError>
where
    F: Form,
    P: Send,
    T: Serialize + DeserializeOwned + Landing + Send,
{
    let exchange = exchange();
    let done = attempt(form, exchange.clone(), prepare, run).await;
    go_on(form, &*exchange, &done).await;
    done
}

/// Leads on where it worked, and back with what was typed where it did not.
async fn go_on<F: Form, T: Landing>(form: &F, exchange: &dyn Exchange, done: &Result<T, AppError>) {
    match done {
        Ok(answer) if exchange.is_plain_form() => exchange.redirect(&answer.landing()),
        Err(error) if exchange.is_plain_form() => give_back(form, exchange, error).await,
        // The way to prove who one is leads away from the form, and back to what
        // is kept here.
        Err(AppError::Refused(Refusal::SignInFirst | Refusal::ConfirmFirst)) => {
            keep_form(form, exchange, None).await;
        }
        _ => {}
    }
}

/// How long the store may take with what must reach people, before it counts as
/// away.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the store says, if it says it in time.
pub async fn in_time<T>(asking: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    tokio::time::timeout(PATIENCE, asking)
        .await
        .unwrap_or_else(|_| Err(trouble(&StoreError::new("it does not answer in time"))))
}

/// Is it the store that could not do it?
pub const fn is_away(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Trouble(_) | AppError::Busy | AppError::NoRoom
    )
}

/// What is done in place of what the store could not do.
pub struct Apart<T> {
    /// What is kept in the journal, if there is something to keep.
    pub words: Option<(Said, CallBody)>,
    pub answer: T,
}

/// As [`mutate`], for words that must reach people: what the store cannot take
/// in time is kept in the journal, and put on the desk later.
///
/// The store may have taken it after all, a moment too late. So `run` and
/// `apart` have to give it the same name.
pub async fn mutate_or_keep<F, T>(
    form: &F,
    apart: impl FnOnce() -> Result<Apart<T>, Refusal> + Send,
    run: impl for<'w> FnOnce(&'w mut Work) -> Doing<'w, T> + Send,
) -> Result<T, AppError>
where
    F: Form,
    T: Serialize + DeserializeOwned + Landing + Send,
{
    let exchange = exchange();
    let at = house().clock.now();
    let done = in_time(attempt(
        form,
        exchange.clone(),
        |_| Box::pin(async { Ok(()) }),
        move |work, ()| run(work),
    ))
    .await;
    let done = match done {
        Err(error) if is_away(&error) => keep_apart(&*exchange, at, apart).await,
        done => done,
    };
    let going = tokio::time::timeout(PATIENCE, go_on(form, &*exchange, &done));
    if going.await.is_err()
        && let Err(error) = &done
        && exchange.is_plain_form()
    {
        exchange.hand_back(&fields_of(form), error);
    }
    done
}

async fn keep_apart<T>(
    exchange: &dyn Exchange,
    at: Timestamp,
    apart: impl FnOnce() -> Result<Apart<T>, Refusal>,
) -> Result<T, AppError> {
    let Apart { words, answer } = apart()?;
    let Some((said, body)) = words else {
        return Ok(answer);
    };
    exchange
        .pace_apart()
        .await
        .map_err(|seconds| Refusal::TooOften { seconds })?;
    let entry = Entry {
        at,
        from: exchange.sender(),
        said,
        body: body.as_str().to_owned(),
    };
    let house = house();
    match tokio::time::timeout(PATIENCE, house.journal.keep(entry)).await {
        Ok(Ok(())) => Ok(answer),
        Ok(Err(error)) => {
            tracing::error!(%error, "a call for help could not be kept");
            Err(AppError::NotKept)
        }
        Err(_) => {
            tracing::error!("a call for help could not be kept in time");
            Err(AppError::NotKept)
        }
    }
}

/// Names what a form is about to make: the same when it is sent again, and
/// nothing that leads back to the form.
pub fn seed_of<F: Form>(form: &F) -> String {
    let (exchange, now) = (exchange(), house().clock.now());
    let key = once_key(form, &Actor::Guest(exchange.guest()), now);
    // What a form says without a key may be said again later.
    let slot = if has_key(form) {
        0
    } else {
        now.0.div_euclid(once::DERIVED_FOR)
    };
    format!("{}-{slot}", key.digest)
}

async fn attempt<F, P, T>(
    form: &F,
    exchange: Arc<dyn Exchange>,
    prepare: impl for<'a> FnOnce(&'a Ahead) -> Doing<'a, P> + Send,
    run: impl for<'w> FnOnce(&'w mut Work, P) -> Doing<'w, T> + Send,
) -> Result<T, AppError>
where
    F: Form,
    P: Send,
    T: Serialize + DeserializeOwned + Send,
{
    let house = house();
    let now = house.clock.now();
    let member = exchange.member().await?;
    let Who { actor, barred } = {
        let mut reader = house.store.read().await?;
        resolve(&*exchange, member, &mut *reader, now).await?
    };
    if exchange
        .written_by()
        .is_some_and(|mark| mark != once::mark(actor.writer()))
    {
        return Err(Refusal::OtherWriter.into());
    }
    let key = once_key(form, &actor, now);
    match form.proves() {
        Some(handle) => keep_pace_of_proof(&*exchange, &house, handle).await?,
        None => keep_pace(&*exchange, F::VERB, &actor).await?,
    }
    let device = if F::STEP_UP {
        accounts::stepped_up(&actor, exchange.proven_at().await?, now)?;
        exchange.device().await?
    } else {
        None
    };
    let ahead = Ahead { actor, now, house };
    let prepared = prepare(&ahead).await?;
    let unit = if F::FOR_CARE {
        ahead.house.store.begin_for_care().await?
    } else {
        ahead.house.store.begin().await?
    };
    let mut work = Work {
        unit,
        actor: ahead.actor,
        now,
        house: ahead.house,
        afterwards: Afterwards::Stay,
        exchange: exchange.clone(),
    };
    if F::ONCE
        && let Some(answer) = work.unit.earlier_answer(&key).await?
    {
        return serde_json::from_str(&answer).map_err(|error| trouble(&error));
    }
    // Here, so that no server function can forget it.
    if let Some(until) = barred.filter(|_| !F::EVEN_BARRED) {
        return Err(moderation::barred(until).into());
    }
    if F::STEP_UP {
        let (unit, act) = work.parts();
        accounts::still_signed_in(unit, act, device).await?;
    }
    let answer = run(&mut work, prepared).await?;
    if let Afterwards::SignIn(member) = work.afterwards {
        privacy::call_off(&mut *work.unit, member, now).await?;
    }
    if F::ONCE {
        let text = serde_json::to_string(&answer).map_err(|error| trouble(&error))?;
        work.unit.keep_answer(&key, &text, now).await?;
    }
    if let Some(name) = FormName::parse(&form.form_name()) {
        work.unit.drop_draft(work.actor.writer(), &name).await?;
        work.unit
            .drop_draft(Writer::Guest(exchange.guest()), &name)
            .await?;
    }
    let mark = match work.afterwards {
        Afterwards::SignIn(member) => work.unit.member(member).await?,
        _ => None,
    };
    let mark = mark.as_ref().and_then(accounts::device_mark);
    work.unit.commit().await?;
    if let Some(mark) = mark {
        exchange.leave_mark(&mark);
    }
    match work.afterwards {
        Afterwards::Stay => {}
        Afterwards::SignIn(member) => exchange.sign_in(member).await?,
        Afterwards::Confirm => exchange.confirm().await?,
        Afterwards::SignOut => exchange.sign_out().await?,
    }
    Ok(answer)
}

/// Refuses what is done too often. When nobody can say how often it was, it is
/// not done either: it would have been written where the counts are.
pub async fn keep_pace(
    exchange: &dyn Exchange,
    verb: &'static str,
    actor: &Actor,
) -> Result<(), AppError> {
    let allowed = exchange.pace(verb, actor).await?;
    Ok(allowed.map_err(|seconds| Refusal::TooOften { seconds })?)
}

/// As [`keep_pace`], for trying a password. A browser that its member was signed
/// in on does not wait for strangers.
async fn keep_pace_of_proof(
    exchange: &dyn Exchange,
    house: &House,
    handle: &str,
) -> Result<(), AppError> {
    let known = match exchange.known_mark() {
        Some(mark) => {
            let mut reader = house.store.read().await?;
            accounts::knows_device(&mut *reader, handle, &mark)
                .await?
                .then_some(mark)
        }
        None => None,
    };
    let handle = Handle::parse(handle).map_or_else(|_| String::new(), |handle| handle.skeleton());
    let allowed = exchange.pace_of_proof(&handle, known.as_deref()).await?;
    Ok(allowed.map_err(|seconds| Refusal::TooOften { seconds })?)
}

fn has_key(form: &impl Form) -> bool {
    (16..=64).contains(&form.key().len())
}

fn once_key<F: Form>(form: &F, actor: &Actor, now: Timestamp) -> OnceKey {
    if has_key(form) {
        OnceKey::sent(actor.writer(), F::VERB, form.key(), now)
    } else {
        let fields = serde_json::to_string(form).unwrap_or_default();
        OnceKey::derived(actor.writer(), F::VERB, &fields, now)
    }
}

/// The form's fields, without what is never kept.
fn fields_of(form: &impl Serialize) -> Fields {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(form) else {
        return Fields::new();
    };
    fields
        .into_iter()
        .filter(|(name, _)| !NEVER_KEPT.contains(&name.as_str()))
        .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Keeps what was typed, without script, and goes back to `place` on the page:
/// for a button of a form that does not send it, such as "Preview".
pub async fn turn_back<F: Form>(form: &F, place: &str) -> Result<(), AppError> {
    let exchange = exchange();
    let (page, name) = (local(form.page()), form.form_name());
    let form_name = FormName::parse(&name).ok_or(Refusal::NotFound)?;
    keep(
        &*exchange,
        &form_name,
        Kept {
            fields: fields_of(form),
            refusal: None,
        },
    )
    .await?;
    exchange.redirect(&format!("{}#{place}", with_query(&page, "kept", &name)));
    Ok(())
}

/// What was typed goes back to its page, with the reason why it was not taken.
pub async fn give_back<F: Form>(form: &F, exchange: &dyn Exchange, error: &AppError) {
    let (page, name) = (local(form.page()), form.form_name());
    let kept = match error.refusal() {
        Some(refusal) => keep_form(form, exchange, Some(refusal)).await,
        None => false,
    };
    if !kept {
        return exchange.hand_back(&fields_of(form), error);
    }
    let back = format!("{}#{name}", with_query(&page, "kept", &name));
    exchange.redirect(&match error.refusal() {
        Some(Refusal::SignInFirst) => sign_in_first(&back),
        Some(Refusal::ConfirmFirst) => confirm_first(&back),
        _ => back,
    });
}

/// Keeps what was typed with the reason why it was not taken; false if it
/// could not be kept.
async fn keep_form<F: Form>(form: &F, exchange: &dyn Exchange, refusal: Option<&Refusal>) -> bool {
    let Some(name) = FormName::parse(&form.form_name()) else {
        return false;
    };
    let mut kept = Kept {
        fields: fields_of(form),
        refusal: refusal.cloned(),
    };
    if !F::SECRET_PAGE {
        kept.fields
            .insert(Kept::PAGE.to_owned(), local(form.page()));
    }
    keep(exchange, &name, kept).await.is_ok()
}

async fn keep(exchange: &dyn Exchange, name: &FormName, kept: Kept) -> Result<(), AppError> {
    let house = house();
    let now = house.clock.now();
    let member = exchange.member().await?;
    let mut unit = house.store.begin().await?;
    let who = resolve(exchange, member, &mut *unit, now).await?;
    let owner = who.actor.writer();
    unit.keep_draft(owner, name, &kept, now).await?;
    Ok(unit.commit().await?)
}

/// The address if it is a path in this house, otherwise the first page. No
/// fragment.
pub fn local(address: &str) -> String {
    let path = address.split('#').next().unwrap_or_default();
    let safe = path.starts_with('/')
        && !path.starts_with("//")
        && path
            .bytes()
            .all(|b| (0x21..0x7f).contains(&b) && b != b'\\' && b != b'"');
    if safe {
        path.to_owned()
    } else {
        "/".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_out_of_the_house() {
        assert_eq!(local("/stories/new?a=b#c"), "/stories/new?a=b");
        for outside in [
            "https://example.org",
            "//example.org",
            "/\\example.org",
            "javascript:alert(1)",
            "",
            "/a\r\nSet-Cookie: x",
            "/ä",
        ] {
            assert_eq!(local(outside), "/", "{outside}");
        }
    }

    #[test]
    fn secrets_are_never_kept() {
        #[derive(Serialize)]
        struct Join {
            handle: String,
            password: String,
            key: String,
        }
        let fields = fields_of(&Join {
            handle: "river-stone".into(),
            password: "a secret".into(),
            key: "k".into(),
        });
        assert_eq!(fields.len(), 1);
        assert_eq!(fields["handle"], "river-stone");
    }
}
