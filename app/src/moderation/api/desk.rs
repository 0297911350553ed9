#[cfg(feature = "ssr")]
use super::{card, decide::INVITATION, reveal::reveal_view};
#[cfg(feature = "ssr")]
use crate::{
    ctx::{self, Look},
    moderation::{
        AppealCard, BanView, CaseView, ContextView, EarlierView, HeldView, ReportView, WaitingView,
    },
};
use crate::{
    error::AppError,
    moderation::{DeskView, QueueView},
};
#[cfg(feature = "ssr")]
use domain::{
    accounts::keeper,
    actor::{Byline, Writer},
    moderation::{self, Answers, Case, Decision, FOR_EVER, Found, Thing},
    page::{Cursor, Mark, Page, Postmark},
    refusal::Refusal,
    store::Stored,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Where each list of the desk begins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeskQuery {
    pub reported: String,
    pub after: String,
    pub appeals: String,
    /// The form whose text was kept.
    pub kept: String,
    /// Anything, if a page that is open looks whether something is new: what is
    /// shown once is left for whoever asked for it.
    pub look: String,
}

/// What waits.
#[server(prefix = "/api", endpoint = "/moderation/queue", protocol = crate::wire::Reads)]
pub async fn load_queue(#[server(flatten)] query: DeskQuery) -> Result<QueueView, AppError> {
    let mut look = ctx::look().await?;
    keeper(&look.actor)?;
    let page = moderation::PAGE;
    let reported = look.reader.cases(mark(&query.reported)?, page).await?;
    let after = match query.after.as_str() {
        "" => None,
        cursor => Some(Postmark::read(&Cursor(cursor.to_owned()))?),
    };
    let held = look.reader.held(after, page).await?;
    let appeals = look.reader.appealed(mark(&query.appeals)?, page).await?;
    let bans = look.reader.waiting_bans(look.now, 100).await?;
    let waiting = look.reader.waiting_members().await?;
    let invitation = match query.look.is_empty() {
        true => passed_on_invitation(),
        false => None,
    };
    Ok(QueueView {
        more_reported: next(&reported),
        reported: case_views(&mut look, reported.items).await?,
        next: next(&held),
        held: held_views(&mut look, held.items).await?,
        more_appeals: next(&appeals),
        appeals: appeal_cards(&mut look, appeals.items).await?,
        bans: bans.into_iter().map(|ban| ban_view(&look, ban)).collect(),
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
        kept: kept(&mut look, &query.kept).await?,
    })
}

/// The invitation that this browser has just made.
#[cfg(feature = "ssr")]
fn passed_on_invitation() -> Option<String> {
    let exchange = ctx::exchange();
    let carried = exchange.passed_on()?;
    let invitation = carried.strip_prefix(INVITATION)?.to_owned();
    exchange.forget_passed_on();
    Some(invitation)
}

/// A thing, to decide about it.
#[server(prefix = "/api", endpoint = "/moderation/thing", protocol = crate::wire::Reads)]
pub async fn load_thing(thing: String, form: String) -> Result<DeskView, AppError> {
    let mut look = ctx::look().await?;
    keeper(&look.actor)?;
    let thing: Thing = thing.parse().map_err(|_| Refusal::NotFound)?;
    let found = moderation::find(&mut *look.reader, thing)
        .await?
        .ok_or(Refusal::NotFound)?;
    let decisions = earlier(&mut look, &found).await?;
    let reports = look.reader.reports(thing).await?;
    Ok(DeskView {
        context: context(&mut look, &found).await?,
        locked: look.reader.is_locked(found.thread).await?,
        mine: found.author.is(&look.actor),
        by_member: found.by_member(),
        reveal: reveal_view(&mut look, &found).await?,
        card: card(&mut *look.reader, found).await?,
        reports: reports
            .into_iter()
            .map(|report| ReportView {
                reason: report.reason,
                words: report.words,
            })
            .collect(),
        decisions,
        kept: kept(&mut look, &form).await?,
    })
}

#[cfg(feature = "ssr")]
fn mark(after: &str) -> Result<Option<Mark>, Refusal> {
    match after {
        "" => Ok(None),
        cursor => Mark::read(&Cursor(cursor.to_owned())).map(Some),
    }
}

#[cfg(feature = "ssr")]
fn next<T>(page: &Page<T>) -> Option<String> {
    page.next.as_ref().map(|cursor| cursor.0.clone())
}

#[cfg(feature = "ssr")]
async fn kept(
    look: &mut Look,
    form: &str,
) -> Result<Option<(String, domain::drafts::Kept)>, AppError> {
    if !form.starts_with("moderation.") {
        return Ok(None);
    }
    let kept = look.kept(form).await?;
    Ok(kept.map(|kept| (form.to_owned(), kept)))
}

#[cfg(feature = "ssr")]
async fn case_views(look: &mut Look, cases: Vec<Case>) -> Stored<Vec<CaseView>> {
    let mut views = Vec::with_capacity(cases.len());
    for case in cases {
        let Some(found) = moderation::find(&mut *look.reader, case.thing).await? else {
            continue;
        };
        let reports = look.reader.reports(case.thing).await?;
        let mut reasons: Vec<_> = reports.into_iter().map(|report| report.reason).collect();
        reasons.sort();
        reasons.dedup();
        views.push(CaseView {
            card: card(&mut *look.reader, found).await?,
            reports: case.reports,
            reasons,
        });
    }
    Ok(views)
}

#[cfg(feature = "ssr")]
async fn held_views(look: &mut Look, things: Vec<Thing>) -> Stored<Vec<HeldView>> {
    let mut views = Vec::with_capacity(things.len());
    for thing in things {
        let Some(found) = moderation::find(&mut *look.reader, thing).await? else {
            continue;
        };
        views.push(HeldView {
            mine: found.author.is(&look.actor),
            card: card(&mut *look.reader, found).await?,
        });
    }
    Ok(views)
}

#[cfg(feature = "ssr")]
async fn appeal_cards(look: &mut Look, decisions: Vec<Decision>) -> Stored<Vec<AppealCard>> {
    let mut cards = Vec::with_capacity(decisions.len());
    for decision in decisions {
        let own = decision.about == Some(look.actor.writer());
        let (reader, actor) = (&mut *look.reader, &look.actor);
        let may = moderation::may_answer(reader, actor, &decision, look.now).await?;
        let Some(appeal) = decision.appeal else {
            continue;
        };
        cards.push(AppealCard {
            decision: decision.id,
            thing: decision.thing,
            ruling: decision.ruling,
            reason: decision.reason.unwrap_or_default(),
            words: appeal.words,
            day: appeal.at.day(),
            for_others: own || !may,
        });
    }
    Ok(cards)
}

#[cfg(feature = "ssr")]
fn ban_view(look: &Look, ban: Decision) -> BanView {
    let reader = look.actor.writer();
    let asked = ban.by.map(Writer::Member);
    BanView {
        decision: ban.id,
        thing: ban.thing,
        reason: ban.reason.unwrap_or_default(),
        day: ban.at.day(),
        for_others: asked == Some(reader) || ban.about == Some(reader),
    }
}

/// What was decided about this thing; and about others with the same name
/// under them, if there is a name under it.
#[cfg(feature = "ssr")]
async fn earlier(look: &mut Look, found: &Found) -> Stored<Vec<EarlierView>> {
    let mut decisions = look
        .reader
        .decisions_about(found.thing, moderation::PAGE)
        .await?;
    if let (false, Some(writer)) = (found.author.anonymous, found.author.writer) {
        let others = look.reader.decisions_on(writer, moderation::PAGE).await?;
        let new = |other: &Decision| decisions.iter().all(|known| known.id != other.id);
        let others: Vec<Decision> = others.into_iter().filter(new).collect();
        decisions.extend(others);
    }
    decisions.sort_by_key(|decision| std::cmp::Reverse((decision.at, decision.id)));
    let now = look.now;
    Ok(decisions
        .into_iter()
        .map(|decision| EarlierView {
            decision: decision.id,
            ruling: decision.ruling,
            here: decision.thing == found.thing,
            kind: decision.thing.kind().to_owned(),
            day: decision.at.day(),
            until: decision
                .until
                .filter(|until| *until != FOR_EVER)
                .map(|until| until.day()),
            lifted: decision.lifted_at.is_some(),
            lasts: decision.bars(now),
            reason: decision.reason.unwrap_or_default(),
        })
        .collect())
}

#[cfg(feature = "ssr")]
async fn context(look: &mut Look, found: &Found) -> Stored<Option<ContextView>> {
    let context = match found.answers {
        Answers::Nothing => None,
        Answers::Prompt(prompt) => {
            let place = look.reader.prompt_place(prompt, look.now).await?;
            place.map(|place| ContextView {
                address: place.address,
                title: Some(place.question),
                comment: None,
            })
        }
        Answers::Comment(id) => {
            let above = look.reader.comment(id).await?;
            above.map(|above| ContextView {
                address: format!("/comments/{id}"),
                title: None,
                comment: Some((above.author.byline(), above.html)),
            })
        }
        Answers::Subject(subject) => {
            let share = Thing::named(
                subject.kind.name(),
                domain::ids::CommentId::from_uuid(subject.id),
            );
            let title = match share {
                Ok(share) => moderation::find(&mut *look.reader, share)
                    .await?
                    .and_then(|share| share.title),
                Err(_) => None,
            };
            let thread = look.reader.thread(subject, look.now).await?;
            thread.map(|thread| ContextView {
                address: thread.address,
                title,
                comment: None::<(Byline, String)>,
            })
        }
    };
    Ok(context)
}
