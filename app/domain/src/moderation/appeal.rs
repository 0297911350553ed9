use super::{AppealWords, Decision, DecisionReason, Ruling, decide, lift};
use crate::{
    accounts::keeper,
    actor::Actor,
    clock::Timestamp,
    ids::DecisionId,
    refusal::{Fault, Refusal},
    store::{Act, Reader, Stored, Unit},
};

/// How long only somebody else than who decided answers an appeal, in
/// milliseconds.
const UNANSWERED: i64 = 7 * Timestamp::DAY;

/// Asks another person to look at a decision about oneself, once. Anyone else's
/// is unknown.
pub async fn appeal(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: DecisionId,
    words: &AppealWords,
) -> Result<(), Fault> {
    let decision = unit
        .decision(id)
        .await?
        .filter(|decision| decision.about == Some(act.actor.writer()))
        .filter(|decision| decision.ruling != Ruling::Publish)
        .ok_or(Refusal::NotFound)?;
    if decision.lifted_at.is_some() {
        return Err(Refusal::Changed.into());
    }
    // Nothing of it goes into the log of decisions: it would name the author.
    let day = act.now.day_began();
    match unit.keep_appeal(id, words.as_str(), day).await? {
        true => Ok(()),
        false => Err(Refusal::Appealed.into()),
    }
}

/// May this actor answer? Whoever decided may if nobody else keeps the house,
/// or if nobody else has answered for a week.
pub async fn may_answer(
    reader: &mut dyn Reader,
    actor: &Actor,
    decision: &Decision,
    now: Timestamp,
) -> Stored<bool> {
    let decided = decision.by.is_some() && decision.by == actor.member().map(|member| member.id);
    let waits_long = decision
        .appeal
        .as_ref()
        .is_some_and(|appeal| now.since(appeal.at) >= UNANSWERED);
    Ok(!decided || waits_long || decide::others(reader, decision, now).await?.is_empty())
}

/// What someone who keeps the house says to an appeal.
#[derive(Debug, Clone)]
pub struct Reply {
    pub decision: DecisionId,
    /// Take the decision back.
    pub lift: bool,
    pub words: DecisionReason,
}

/// Answers an appeal: not one's own, and not about one's own decision if there
/// is someone else.
pub async fn answer(unit: &mut dyn Unit, act: Act<'_>, reply: &Reply) -> Result<(), Fault> {
    keeper(act.actor)?;
    let decision = unit
        .decision(reply.decision)
        .await?
        .ok_or(Refusal::NotFound)?;
    if decision.appeal.is_none() {
        return Err(Refusal::NotFound.into());
    }
    if decision.about == Some(act.actor.writer()) {
        return Err(Refusal::Yours.into());
    }
    if !may_answer(unit, act.actor, &decision, act.now).await? {
        return Err(Refusal::AnotherPerson.into());
    }
    let answered = unit
        .answer_appeal(reply.decision, reply.words.as_str())
        .await?;
    if !answered {
        return match decision.lifted_at.is_some() == reply.lift {
            true => Ok(()),
            false => Err(Refusal::Changed.into()),
        };
    }
    if reply.lift {
        return lift(unit, act, reply.decision, Some(&reply.words)).await;
    }
    decide::tell_author(unit, act, &decision).await?;
    let words = Some(reply.words.as_str().to_owned());
    decide::note(unit, act, "moderation.uphold", decision.thing, words).await
}
