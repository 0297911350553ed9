use super::Done;
#[cfg(feature = "ssr")]
use super::{form_name, forms};
#[cfg(feature = "ssr")]
use crate::ctx;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::{
    accounts::{self, keeper},
    ids::{DecisionId, MemberId},
    moderation::{self, DecisionReason, Reply, Ruling, Thing, Verdict},
    refusal::{Faults, Field, Reason, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form that decides about a thing sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DecideForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub thing: String,
    /// What was read.
    pub seen: String,
    /// A ruling.
    pub kind: String,
    pub reason: String,
}

/// What the button that locks a thread sends, or unlocks it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LockForm {
    pub page: String,
    pub key: String,
    /// `kind-id` of something that stands there.
    pub thing: String,
    /// `yes` or `no`.
    pub locked: String,
}

/// What the form that takes a decision back sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LiftForm {
    pub page: String,
    pub key: String,
    /// The decision.
    pub id: String,
    /// Empty for none.
    pub reason: String,
}

/// What the button that agrees to a ban sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    pub page: String,
    pub key: String,
    /// The decision.
    pub id: String,
}

/// What the form that answers an appeal sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplyForm {
    pub page: String,
    pub key: String,
    /// The decision.
    pub id: String,
    /// `lift` or `keep`.
    pub kind: String,
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

/// Decides about a thing and its author.
#[server(prefix = "/api", endpoint = "/moderation/decide")]
pub async fn decide_about(#[server(flatten)] form: DecideForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let verdict = form.parse()?;
            moderation::decide(unit, act, &verdict).await?;
            let to = match verdict.ruling {
                Ruling::Remove => DESK.to_owned(),
                _ => ctx::local(&form.page),
            };
            Ok(Done { to })
        })
    })
    .await
}

/// Lets the thread of a thing take comments or not.
#[server(prefix = "/api", endpoint = "/moderation/lock")]
pub async fn lock_thread(#[server(flatten)] form: LockForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let thing: Thing = form.thing.parse().map_err(|_| Refusal::NotFound)?;
            moderation::lock(unit, act, thing, form.locked == "yes").await?;
            Ok(Done {
                to: ctx::local(&form.page),
            })
        })
    })
    .await
}

/// Takes a decision back.
#[server(prefix = "/api", endpoint = "/moderation/lift")]
pub async fn lift_decision(#[server(flatten)] form: LiftForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: DecisionId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let because = optional(&form.reason)?;
            moderation::lift(unit, act, id, because.as_ref()).await?;
            Ok(Done {
                to: ctx::local(&form.page),
            })
        })
    })
    .await
}

/// Agrees to a ban.
#[server(prefix = "/api", endpoint = "/moderation/confirm")]
pub async fn confirm_ban(#[server(flatten)] form: ConfirmForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: DecisionId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            moderation::confirm(unit, act, id).await?;
            Ok(desk())
        })
    })
    .await
}

/// Answers an appeal.
#[server(prefix = "/api", endpoint = "/moderation/answer")]
pub async fn answer_appeal(#[server(flatten)] form: ReplyForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let reply = form.parse()?;
            moderation::answer(unit, act, &reply).await?;
            Ok(desk())
        })
    })
    .await
}

/// Lets in someone who waits.
#[server(prefix = "/api", endpoint = "/moderation/let-in")]
pub async fn let_member_in(#[server(flatten)] form: LetInForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: MemberId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            accounts::let_in(unit, act, id).await?;
            Ok(desk())
        })
    })
    .await
}

/// Turns away someone who waits.
#[server(prefix = "/api", endpoint = "/moderation/turn-away")]
pub async fn turn_member_away(#[server(flatten)] form: TurnAwayForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            keeper(act.actor)?;
            let id: MemberId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            accounts::turn_away(unit, act, id).await?;
            Ok(desk())
        })
    })
    .await
}

/// Makes an invitation. Its secret goes to the next page and is not kept.
#[server(prefix = "/api", endpoint = "/moderation/invite")]
pub async fn invite_someone(#[server(flatten)] form: InviteForm) -> Result<Done, AppError> {
    let secret = accounts::link_secret(&*ctx::house().chance);
    let handed_out = secret.clone();
    let done = ctx::mutate(&form, move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            accounts::invite(unit, act, &handed_out).await?;
            Ok(desk())
        })
    })
    .await?;
    ctx::exchange().pass_on(&format!("{INVITATION}{secret}"));
    Ok(done)
}

/// Marks an invitation among the secrets that are passed on.
#[cfg(feature = "ssr")]
pub(super) const INVITATION: &str = "invitation:";

#[cfg(feature = "ssr")]
const DESK: &str = "/moderation";

#[cfg(feature = "ssr")]
fn desk() -> Done {
    Done {
        to: DESK.to_owned(),
    }
}

/// What may be left out.
#[cfg(feature = "ssr")]
fn optional(reason: &str) -> Result<Option<DecisionReason>, Refusal> {
    match DecisionReason::parse(reason) {
        Ok(reason) => Ok(Some(reason)),
        Err(Reason::Empty) => Ok(None),
        Err(reason) => Err(Refusal::field(Field::Reason, reason)),
    }
}

#[cfg(feature = "ssr")]
impl DecideForm {
    fn parse(&self) -> Result<Verdict, Refusal> {
        let thing: Thing = self.thing.parse().map_err(|_| Refusal::NotFound)?;
        let mut faults = Faults::default();
        let ruling = faults.take(Field::Kind, self.kind.parse::<Ruling>());
        let reason = match DecisionReason::parse(&self.reason) {
            Err(Reason::Empty) if ruling.is_some_and(|ruling| !ruling.needs_a_reason()) => {
                Some(None)
            }
            reason => faults.take(Field::Reason, reason).map(Some),
        };
        faults.build(ruling.zip(reason).map(|(ruling, reason)| Verdict {
            thing,
            seen: self.seen.clone(),
            ruling,
            reason,
        }))
    }
}

#[cfg(feature = "ssr")]
impl ReplyForm {
    fn parse(&self) -> Result<Reply, Refusal> {
        let decision: DecisionId = self.id.parse().map_err(|_| Refusal::NotFound)?;
        let mut faults = Faults::default();
        let lift = faults.take(
            Field::Kind,
            match self.kind.as_str() {
                "lift" => Ok(true),
                "keep" => Ok(false),
                _ => Err(Reason::NotAChoice),
            },
        );
        let words = faults.take(Field::Reason, DecisionReason::parse(&self.reason));
        faults.build(lift.zip(words).map(|(lift, words)| Reply {
            decision,
            lift,
            words,
        }))
    }
}

#[cfg(feature = "ssr")]
forms! {
    DecideForm "moderation.decide" once true barred false |form| form_name("decide", &form.thing),
    // Says how it is to be, not what is to change.
    LockForm "moderation.lock" once false barred false |form| form_name("lock", &form.thing),
    LiftForm "moderation.lift" once true barred false |form| form_name("lift", &form.id),
    ConfirmForm "moderation.confirm" once true barred false |form| form_name("confirm", &form.id),
    ReplyForm "moderation.answer" once true barred false |form| form_name("answer", &form.id),
    LetInForm "moderation.let-in" once true barred false |form| form_name("let-in", &form.id),
    TurnAwayForm "moderation.turn-away" once true barred false |form| form_name("turn-away", &form.id),
    // It hands out a secret, which no earlier answer holds.
    InviteForm "moderation.invite" once false barred false |_| "moderation.invite".to_owned(),
}
