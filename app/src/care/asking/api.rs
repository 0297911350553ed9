#[cfg(feature = "ssr")]
use super::{
    AskView, AskingView, AwayView, CallStanding, CallView, OwnCallView, PublicCallView, WatchView,
};
#[cfg(not(feature = "ssr"))]
use super::{AskView, CallView};
use crate::{care::forms::form, error::AppError};
#[cfg(feature = "ssr")]
use crate::{
    care::{api::first_contacts, desk::api::ago, said::said},
    ctx::{self, Apart, Landing, Look},
};
#[cfg(feature = "ssr")]
use domain::{
    care::{
        self, Ask, Audience, Call, CallBody, CallCode, CallKey, Closing, Entry, EntryKind, Reply,
        WriteBack,
    },
    drafts::Kept,
    ids::{CallId, Chance, EntryId, MemberId},
    journal::Said,
    page::{Cursor, Postmark},
    refusal::{Fault, Faults, Field, Reason, Refusal},
    watch::{self, Watch},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

form! {
    /// What someone who asks for help sends.
    AskForm, "care.ask" { body, audience }, FOR_CARE = true, EVEN_BARRED = true
}

form! {
    /// A code that somebody typed.
    OpenForm, "care.open" { code }, ONCE = false, EVEN_BARRED = true
}

form! {
    /// More words of whoever asked.
    WriteBackForm, "care.write-back" { secret, body }, SECRET_PAGE = true, FOR_CARE = true, EVEN_BARRED = true
}

form! {
    /// Whoever asked still waits.
    StillForm, "care.still-waiting" { secret }, SECRET_PAGE = true, EVEN_BARRED = true
}

form! {
    /// It helped, or nothing is needed any more.
    HelpedForm, "care.helped" { secret }, SECRET_PAGE = true, EVEN_BARRED = true
}

form! {
    /// From now on only the desk sees it.
    HideForm, "care.hide" { secret }, SECRET_PAGE = true, EVEN_BARRED = true
}

form! {
    /// A member's reply to what everyone sees.
    ReplyForm, "care.reply" { seen, body, voice }
}

/// Where the call is. It leads nobody there but the browser that asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    seed: String,
}

/// Where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// A local path.
    pub to: String,
}

/// Done, in a call whose address is the form's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    id: String,
}

/// Asks for help. The answer that is kept for a second sending holds no secret:
/// the code is made of a seed and of what only this browser has.
#[server(prefix = "/api", endpoint = "/care/ask")]
pub async fn ask_for_help(#[server(flatten)] form: AskForm) -> Result<Way, AppError> {
    let seed = ctx::seed_of(&form);
    let code = code_of(&seed).hash();
    let asked = Asked { seed };
    let (apart, later) = (form.clone(), (code.clone(), asked.clone()));
    let asked = ctx::mutate_or_keep(
        &form.clone(),
        move || {
            let (body, audience) = read_ask(&apart)?;
            let (code, answer) = later;
            let first = EntryId::random(&*ctx::house().chance);
            let said = Said::Asked {
                code,
                first,
                audience,
            };
            Ok(Apart {
                words: Some((said, body)),
                answer,
            })
        },
        move |work| {
            Box::pin(async move {
                let (body, audience) = read_ask(&form)?;
                let (unit, act) = work.parts();
                let ask = Ask {
                    code,
                    body,
                    audience,
                };
                care::ask(unit, act, ask).await?;
                Ok(asked)
            })
        },
    )
    .await?;
    Ok(Way {
        to: asked.landing(),
    })
}

#[cfg(feature = "ssr")]
fn read_ask(form: &AskForm) -> Result<(CallBody, Audience), Refusal> {
    let mut faults = Faults::default();
    let body = faults.take(Field::Body, CallBody::parse(&form.body));
    let audience = match form.audience.as_str() {
        "" => Ok(Audience::default()),
        name => name.parse().map_err(|()| Reason::NotAChoice),
    };
    let audience = faults.take(Field::Kind, audience);
    faults.build(body.zip(audience))
}

/// Opens a call by its code. While nobody can look for it, its page says so.
#[server(prefix = "/api", endpoint = "/care/open")]
pub async fn open_call(#[server(flatten)] form: OpenForm) -> Result<Way, AppError> {
    let code = read_code(&form);
    let apart = code.clone();
    ctx::mutate_or_keep(
        &form,
        move || {
            Ok(Apart {
                words: None,
                answer: Way::to_call(&apart?),
            })
        },
        move |work| {
            Box::pin(async move {
                let code = code?;
                let found = work.unit().call_by_code(&code.hash()).await?;
                let is_kept = || {
                    !work
                        .house
                        .journal
                        .kept(&CallKey::Code(code.hash()))
                        .is_empty()
                };
                if found.is_none() && !is_kept() {
                    return Err(Refusal::field(Field::Code, Reason::WrongCode).into());
                }
                Ok(Way::to_call(&code))
            })
        },
    )
    .await
}

#[cfg(feature = "ssr")]
fn read_code(form: &OpenForm) -> Result<CallCode, Refusal> {
    let reason = match form.code.trim() {
        "" => Reason::Empty,
        _ => Reason::WrongCode,
    };
    CallCode::parse(&form.code).ok_or_else(|| Refusal::field(Field::Code, reason))
}

#[cfg(feature = "ssr")]
impl Way {
    fn to_call(code: &CallCode) -> Self {
        Self {
            to: format!("/help/{}", code.reveal()),
        }
    }
}

/// Says more in what one asked.
#[server(prefix = "/api", endpoint = "/care/write-back")]
pub async fn send_words(#[server(flatten)] form: WriteBackForm) -> Result<Noted, AppError> {
    let (key, address) = opened(&form.secret);
    let id = words_of(&ctx::seed_of(&form));
    let apart = (form.clone(), key.clone());
    let done = ctx::mutate_or_keep(
        &form.clone(),
        move || {
            let (form, key) = apart;
            let key = key.ok_or(Refusal::NotFound)?;
            let said = Said::WroteBack { id, key };
            Ok(Apart {
                words: Some((said, read_words(&form)?)),
                answer: Noted { id: form.id },
            })
        },
        move |work| {
            Box::pin(async move {
                let key = key.ok_or(Refusal::NotFound)?;
                let body = read_words(&form)?;
                let (unit, act) = work.parts();
                let id = care::write_back(unit, act, WriteBack { key, id, body }).await?;
                Ok(Noted { id: id.to_string() })
            })
        },
    )
    .await?;
    lead_to(&address);
    Ok(done)
}

#[cfg(feature = "ssr")]
fn read_words(form: &WriteBackForm) -> Result<CallBody, Refusal> {
    CallBody::parse(&form.body).map_err(|reason| Refusal::field(Field::Body, reason))
}

/// Says that an answer is still needed.
#[server(prefix = "/api", endpoint = "/care/still-waiting")]
pub async fn still_waiting(#[server(flatten)] form: StillForm) -> Result<Noted, AppError> {
    noted(&form, form.secret.clone(), |work, key| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::still_waiting(unit, act, &key).await
        })
    })
    .await
}

/// Closes what one asked.
#[server(prefix = "/api", endpoint = "/care/helped")]
pub async fn helped(#[server(flatten)] form: HelpedForm) -> Result<Noted, AppError> {
    noted(&form, form.secret.clone(), |work, key| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::helped(unit, act, &key).await
        })
    })
    .await
}

/// Lets only the desk see what one asked.
#[server(prefix = "/api", endpoint = "/care/hide")]
pub async fn hide_call(#[server(flatten)] form: HideForm) -> Result<Noted, AppError> {
    noted(&form, form.secret.clone(), |work, key| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::only_supporters(unit, act, &key).await
        })
    })
    .await
}

/// Replies to what someone asked everyone.
#[server(prefix = "/api", endpoint = "/care/reply")]
pub async fn reply_to_call(#[server(flatten)] form: ReplyForm) -> Result<Way, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.signed_in()?;
            let call: CallId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let body = CallBody::parse(&form.body)
                .map_err(|reason| Refusal::field(Field::Body, reason))?;
            let reply = Reply {
                call,
                body,
                anonymous: form.voice == "anonymous",
                seen: form.seen.parse().map_err(|_| Refusal::NotFound)?,
            };
            let (unit, act) = work.parts();
            care::reply(unit, act, reply).await?;
            Ok(Way {
                to: format!("/help/{call}#said"),
            })
        })
    })
    .await
}

/// What stands on `/help/ask`. The contacts come in any case.
#[server(prefix = "/api", endpoint = "/care/asking", protocol = crate::wire::Reads)]
pub async fn read_asking(after: String, kept: String) -> Result<AskView, AppError> {
    match ctx::in_time(asking(after, kept)).await {
        Err(error) if ctx::is_away(&error) => Ok(AskView {
            contacts: first_contacts()?,
            watch: None,
            asking: None,
            next: None,
            kept: None,
        }),
        read => read,
    }
}

/// What someone asked, by the code or the id in the address. While the store is
/// away, what is kept of it here.
#[server(prefix = "/api", endpoint = "/care/call", protocol = crate::wire::Reads)]
pub async fn read_call(secret: String, before: String, kept: String) -> Result<CallView, AppError> {
    let (key, code) = key_of(&secret).ok_or(Refusal::NotFound)?;
    let read = ctx::in_time(stored_call(key.clone(), code.clone(), before, kept)).await;
    let is_unknown = match &read {
        Err(AppError::Refused(Refusal::NotFound)) => true,
        Err(error) if ctx::is_away(error) => false,
        _ => return read,
    };
    let kept = kept_apart(&key);
    // Unknown, and kept here: it is on its way to the desk.
    if is_unknown && kept.is_empty() {
        return read;
    }
    let code = code.map(|code| code.reveal().to_owned());
    Ok(CallView::Away(Box::new(AwayView {
        secret: code.clone().unwrap_or(secret),
        code,
        kept,
        contacts: first_contacts()?,
    })))
}

/// What is kept of a call and not on the desk yet. By an id, which others can
/// know, only what came from this browser.
#[cfg(feature = "ssr")]
fn kept_apart(key: &CallKey) -> Vec<String> {
    let sender = ctx::exchange().sender();
    let entries = ctx::house().journal.kept(key).into_iter();
    entries
        .filter(|entry| matches!(key, CallKey::Code(_)) || entry.from == sender)
        .map(|entry| entry.body)
        .collect()
}

#[cfg(feature = "ssr")]
async fn stored_call(
    key: CallKey,
    code: Option<CallCode>,
    before: String,
    kept: String,
) -> Result<CallView, AppError> {
    let mut look = ctx::look().await?;
    let exchange = ctx::exchange();
    if code.is_some() {
        ctx::keep_pace(&*exchange, "care.open", &look.actor).await?;
    }
    let before = before.parse().ok();
    let own = care::own_call(&mut *look.reader, &look.actor, &key).await;
    match (own, key) {
        (Ok(call), key) => {
            let mut view = own_view(&mut look, call, code, before, &kept).await?;
            view.apart = kept_apart(&key);
            Ok(CallView::Own(Box::new(view)))
        }
        (Err(Fault::Refused(_)), CallKey::Own(id)) => {
            let call = look.reader.call(id).await?.ok_or(Refusal::NotFound)?;
            let view = public_view(&mut look, call, before, &kept).await?;
            Ok(CallView::Public(Box::new(view)))
        }
        (Err(fault), _) => Err(fault.into()),
    }
}

/// How what stands in an address opens a call: by the account, under the call's
/// id, or by a code, which is the second.
#[cfg(feature = "ssr")]
fn key_of(secret: &str) -> Option<(CallKey, Option<CallCode>)> {
    if let Ok(id) = secret.parse() {
        return Some((CallKey::Own(id), None));
    }
    let code = CallCode::parse(secret)?;
    Some((CallKey::Code(code.hash()), Some(code)))
}

#[cfg(feature = "ssr")]
fn code_of(seed: &str) -> CallCode {
    CallCode::from_bytes(&ctx::exchange().own_secret(&format!("call {seed}")))
}

/// The name of words that are about to be written: the same each time.
#[cfg(feature = "ssr")]
fn words_of(seed: &str) -> EntryId {
    struct Own([u8; 16]);
    impl Chance for Own {
        fn bytes(&self) -> [u8; 16] {
            self.0
        }
    }
    EntryId::random(&Own(ctx::exchange().own_secret(&format!("words {seed}"))))
}

#[cfg(feature = "ssr")]
async fn noted<F: ctx::Form + Clone>(
    form: &F,
    secret: String,
    run: impl for<'w> FnOnce(&'w mut ctx::Work, CallKey) -> ctx::Doing<'w, CallId> + Send + 'static,
) -> Result<Noted, AppError> {
    let (key, address) = opened(&secret);
    let done = ctx::mutate(form, move |work| {
        Box::pin(async move {
            let id = run(work, key.ok_or(Refusal::NotFound)?).await?;
            Ok(Noted { id: id.to_string() })
        })
    })
    .await?;
    lead_to(&address);
    Ok(done)
}

/// How a form opens its call, and where that is.
#[cfg(feature = "ssr")]
fn opened(secret: &str) -> (Option<CallKey>, String) {
    match key_of(secret) {
        Some((key, Some(code))) => (Some(key), format!("/help/{}#said", code.reveal())),
        Some((key, None)) => (Some(key), format!("/help/{secret}#said")),
        None => (None, "/help/ask".to_owned()),
    }
}

/// The answer of a form is kept, and so it does not hold the address.
#[cfg(feature = "ssr")]
fn lead_to(address: &str) {
    let exchange = ctx::exchange();
    if exchange.is_plain_form() {
        exchange.redirect(address);
    }
}

#[cfg(feature = "ssr")]
async fn asking(after: String, kept: String) -> Result<AskView, AppError> {
    let mut look = ctx::look().await?;
    let mark = match after.as_str() {
        "" => None,
        after => Some(Postmark::read(&Cursor(after.to_owned()))?),
    };
    let page = look.reader.public_calls(mark, care::PAGE).await?;
    Ok(AskView {
        contacts: first_contacts()?,
        watch: Some(watch_of(&mut look).await?),
        asking: Some(lines(&mut look, page.items).await?),
        next: page.next.map(|next| next.0),
        kept: kept_here(&mut look, kept).await?,
    })
}

#[cfg(feature = "ssr")]
async fn watch_of(look: &mut Look) -> Result<WatchView, AppError> {
    Ok(match watch::watch(&mut *look.reader, look.now).await? {
        Watch::Here => WatchView::Here,
        Watch::From(at) => WatchView::In(ago(at.since(look.now))),
        Watch::Nobody => WatchView::Nobody,
    })
}

/// What a member asked, newest first.
#[cfg(feature = "ssr")]
pub(crate) async fn asked_by(
    look: &mut Look,
    member: MemberId,
) -> Result<Vec<AskingView>, AppError> {
    let calls = look.reader.calls_of(member, care::PAGE).await?;
    lines(look, calls).await
}

#[cfg(feature = "ssr")]
async fn lines(look: &mut Look, calls: Vec<Call>) -> Result<Vec<AskingView>, AppError> {
    let mut lines = Vec::new();
    for call in calls {
        let first = look.reader.entries(call.id, Some(2), 1).await?;
        lines.push(AskingView {
            id: call.id.to_string(),
            words: first_words(&first),
            day: call.created_at.day(),
            waits: call.waiting_since.is_some(),
            closed: call.closed.is_some(),
        });
    }
    Ok(lines)
}

/// What was kept for a form of this room.
#[cfg(feature = "ssr")]
pub(in crate::care) async fn kept_here(
    look: &mut Look,
    form: String,
) -> Result<Option<(String, Kept)>, AppError> {
    if !form.starts_with("care.") {
        return Ok(None);
    }
    let kept = look.kept(&form).await?;
    Ok(kept.map(|kept| (form, kept)))
}

/// The first words of the last thing that whoever asked has said.
#[cfg(feature = "ssr")]
pub(in crate::care) fn first_words(entries: &[Entry]) -> String {
    let asked = |entry: &&Entry| entry.kind == EntryKind::Asked && !entry.body.is_empty();
    let body = entries.iter().rev().find(asked);
    domain::markdown::excerpt(body.map_or("", |entry| &entry.body), 160)
}

/// The entries of a page, and where the page before ends.
#[cfg(feature = "ssr")]
pub(in crate::care) async fn entries(
    look: &mut Look,
    call: CallId,
    before: Option<u32>,
) -> Result<(Vec<Entry>, Option<u32>), AppError> {
    let entries = look.reader.entries(call, before, care::ENTRIES).await?;
    let first = entries.first().map(|entry| entry.number);
    Ok((entries, first.filter(|number| *number > 1)))
}

#[cfg(feature = "ssr")]
async fn own_view(
    look: &mut Look,
    call: Call,
    code: Option<CallCode>,
    before: Option<u32>,
    kept: &str,
) -> Result<OwnCallView, AppError> {
    let (entries, before) = entries(look, call.id, before).await?;
    let id = call.id.to_string();
    let code = code.map(|code| code.reveal().to_owned());
    // Replies of members who were not passed on are not for whoever asked,
    // also if the same account wrote one.
    let nobody = domain::actor::Actor::Guest(ctx::exchange().guest());
    Ok(OwnCallView {
        secret: code.clone().unwrap_or_else(|| id.clone()),
        id,
        code,
        standing: match call.closed {
            None if call.waiting_since.is_some() => CallStanding::Waiting,
            None => CallStanding::Answered,
            Some((_, Closing::Helped | Closing::Withdrawn)) => CallStanding::ClosedByAsker,
            Some(_) => CallStanding::Closed,
        },
        watch: watch_of(look).await?,
        audience: call.audience,
        said: said(&entries, &nobody),
        before,
        apart: Vec::new(),
        contacts: first_contacts()?,
        kept: kept_here(look, kept.to_owned()).await?,
    })
}

#[cfg(feature = "ssr")]
async fn public_view(
    look: &mut Look,
    call: Call,
    before: Option<u32>,
    kept: &str,
) -> Result<PublicCallView, AppError> {
    if call.audience != Audience::Everyone || call.closed.is_some() {
        return Err(Refusal::NotFound.into());
    }
    let (entries, before) = entries(look, call.id, before).await?;
    Ok(PublicCallView {
        id: call.id.to_string(),
        said: said(&entries, &look.actor),
        before,
        seen: entries.last().map_or(0, |entry| entry.number),
        handle: look.actor.member().map(|member| member.handle.clone()),
        mine: call.is_own(&look.actor),
        kept: kept_here(look, kept.to_owned()).await?,
    })
}

#[cfg(feature = "ssr")]
impl Landing for Asked {
    fn landing(&self) -> String {
        format!("/help/{}", code_of(&self.seed).reveal())
    }
}

#[cfg(feature = "ssr")]
impl Landing for Way {
    fn landing(&self) -> String {
        self.to.clone()
    }
}

#[cfg(feature = "ssr")]
impl Landing for Noted {
    fn landing(&self) -> String {
        format!("/help/{}", self.id)
    }
}
