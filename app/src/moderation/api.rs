use super::QueueView;
#[cfg(feature = "ssr")]
use super::{HeldView, WaitingView};
#[cfg(feature = "ssr")]
use crate::ctx::{self, Form, Landing};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::{
    accounts::{self, keeper},
    clock::Timestamp,
    comments::Comment,
    ids::{CommentId, MemberId, SubjectKind},
    moderation::{self, RefusalReason},
    page::{Cursor, Postmark},
    refusal::{Field, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the buttons under a held comment send.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApproveForm {
    pub page: String,
    pub key: String,
    pub id: String,
    /// Which version of the words was read.
    pub seen: String,
}

/// What the form for refusing sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RefuseForm {
    pub page: String,
    pub key: String,
    pub id: String,
    pub seen: String,
    pub reason: String,
}

/// What the button for letting someone in sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LetInForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// What the button for turning someone away sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TurnAwayForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// What the button for an invitation sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    pub page: String,
    pub key: String,
}

/// It is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The comment or the account; empty for an invitation.
    pub id: String,
}

/// Lets everyone see a held comment.
#[server(prefix = "/api", endpoint = "/moderation/approve")]
pub async fn approve_comment(#[server(flatten)] form: ApproveForm) -> Result<Decided, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: CommentId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            moderation::approve(unit, act, id, version(&form.seen)?).await?;
            Ok(Decided { id: form.id })
        })
    })
    .await
}

/// Refuses a held comment, with a reason for its writer.
#[server(prefix = "/api", endpoint = "/moderation/refuse")]
pub async fn refuse_comment(#[server(flatten)] form: RefuseForm) -> Result<Decided, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: CommentId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let reason = RefusalReason::parse(&form.reason)
                .map_err(|reason| Refusal::field(Field::Reason, reason))?;
            moderation::refuse(unit, act, id, &reason, version(&form.seen)?).await?;
            Ok(Decided { id: form.id })
        })
    })
    .await
}

/// Lets in someone who waits.
#[server(prefix = "/api", endpoint = "/moderation/let-in")]
pub async fn let_member_in(#[server(flatten)] form: LetInForm) -> Result<Decided, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: MemberId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            accounts::let_in(unit, act, id).await?;
            Ok(Decided { id: form.id })
        })
    })
    .await
}

/// Turns away someone who waits.
#[server(prefix = "/api", endpoint = "/moderation/turn-away")]
pub async fn turn_member_away(#[server(flatten)] form: TurnAwayForm) -> Result<Decided, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: MemberId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            accounts::turn_away(unit, act, id).await?;
            Ok(Decided { id: form.id })
        })
    })
    .await
}

/// Makes an invitation. Its secret goes to the next page and is not kept.
#[server(prefix = "/api", endpoint = "/moderation/invite")]
pub async fn invite_someone(#[server(flatten)] form: InviteForm) -> Result<Decided, AppError> {
    let secret = accounts::link_secret(&*ctx::house().chance);
    let handed_out = secret.clone();
    let done = ctx::mutate(&form, move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            accounts::invite(unit, act, &handed_out).await?;
            Ok(Decided { id: String::new() })
        })
    })
    .await?;
    ctx::exchange().pass_on(&format!("{INVITATION}{secret}"));
    Ok(done)
}

/// What waits.
#[server(prefix = "/api", endpoint = "/moderation/queue", input = server_fn::codec::GetUrl)]
pub async fn load_queue(after: String, kept: String) -> Result<QueueView, AppError> {
    let mut look = ctx::look().await?;
    keeper(&look.actor)?;
    let mark = match after.as_str() {
        "" => None,
        cursor => Some(Postmark::read(&Cursor(cursor.to_owned()))?),
    };
    let held = look.reader.held_comments(mark, moderation::PAGE).await?;
    let waiting = look.reader.waiting_members().await?;
    let in_form = if kept.starts_with("moderation.") {
        look.kept(&kept).await?
    } else {
        None
    };
    let exchange = ctx::exchange();
    let invitation = exchange
        .passed_on()
        .and_then(|carried| carried.strip_prefix(INVITATION).map(str::to_owned));
    if invitation.is_some() {
        exchange.forget_passed_on();
    }
    Ok(QueueView {
        next: held.next.map(|cursor| cursor.0),
        held: held.items.iter().map(held_view).collect(),
        waiting: waiting
            .into_iter()
            .map(|member| WaitingView {
                id: member.id.to_string(),
                handle: member.handle,
                day: member.created_at.day(),
            })
            .collect(),
        invitation: invitation
            .map(|secret| format!("{}/join?invitation={secret}", look.settings.base_url)),
        kept: in_form.map(|in_form| (kept, in_form)),
    })
}

/// Marks an invitation among the secrets that are passed on.
#[cfg(feature = "ssr")]
const INVITATION: &str = "invitation:";

#[cfg(feature = "ssr")]
fn held_view(comment: &Comment) -> HeldView {
    let thing = match comment.subject.kind {
        SubjectKind::Article => "an article",
        SubjectKind::Reflection => "a reflection",
        SubjectKind::Story => "a story",
        SubjectKind::ShoutOut => "a shout-out",
        SubjectKind::Ritual => "a ritual",
    };
    let (place, about) = match comment.parent {
        Some(parent) => (parent, format!("in reply to a comment on {thing}")),
        None => (comment.id, format!("on {thing}")),
    };
    HeldView {
        id: comment.id.to_string(),
        byline: comment.author.byline(),
        day: comment.created_at.day(),
        place: format!("/comments/{place}"),
        about,
        html: comment.html.clone(),
        seen: comment
            .edited_at
            .map(|at| at.0.to_string())
            .unwrap_or_default(),
    }
}

/// When the words that were read had last been changed.
#[cfg(feature = "ssr")]
fn version(seen: &str) -> Result<Option<Timestamp>, Refusal> {
    match seen {
        "" => Ok(None),
        millis => millis
            .parse()
            .map(|at| Some(Timestamp(at)))
            .map_err(|_| Refusal::Changed),
    }
}

#[cfg(feature = "ssr")]
impl Landing for Decided {
    fn landing(&self) -> String {
        "/moderation".to_owned()
    }
}

#[cfg(feature = "ssr")]
macro_rules! forms {
    ($($form:ident $verb:literal $once:literal $name:expr),* $(,)?) => {$(
        impl Form for $form {
            const VERB: &'static str = $verb;
            const ONCE: bool = $once;

            fn form_name(&self) -> String {
                let name: fn(&Self) -> String = $name;
                name(self)
            }

            fn page(&self) -> &str {
                &self.page
            }

            fn key(&self) -> &str {
                &self.key
            }
        }
    )*};
}

#[cfg(feature = "ssr")]
forms! {
    ApproveForm "moderation.approve" true |form| form_name("approve", &form.id),
    RefuseForm "moderation.refuse" true |form| form_name("refuse", &form.id),
    LetInForm "moderation.let-in" true |form| form_name("let-in", &form.id),
    TurnAwayForm "moderation.turn-away" true |form| form_name("turn-away", &form.id),
    // It hands out a secret, which no earlier answer holds.
    InviteForm "moderation.invite" false |_| "moderation.invite".to_owned(),
}

/// The name of a form about one comment or account.
pub fn form_name(verb: &str, id: &str) -> String {
    let plain = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let id = if plain {
        id.to_ascii_lowercase()
    } else {
        "unknown".to_owned()
    };
    format!("moderation.{verb}.{id}")
}
