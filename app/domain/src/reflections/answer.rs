use super::{Reflection, ReflectionBody, ReflectionToInsert};
use crate::{
    care,
    ids::{PromptId, ReflectionId},
    markdown,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// What a member answers, and to which prompt.
#[derive(Debug, Clone)]
pub struct NewReflection {
    pub prompt: PromptId,
    pub body: ReflectionBody,
    pub anonymous: bool,
}

/// Answers a prompt of a published article.
pub async fn answer(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewReflection,
) -> Result<ReflectionId, Fault> {
    let member = act.actor.signed_in()?.id;
    let place = unit
        .prompt_place(new.prompt, act.now)
        .await?
        .ok_or(Refusal::NotFound)?;
    let id = ReflectionId::random(act.chance);
    unit.insert_reflection(&ReflectionToInsert {
        id,
        article: place.article,
        prompt: new.prompt,
        member,
        anonymous: new.anonymous,
        html: markdown::render(new.body.as_str()).into_string(),
        body: new.body.as_str().to_owned(),
        created_at: act.now,
    })
    .await?;
    care::notice(unit, act, id, new.body.as_str()).await?;
    Ok(id)
}

/// Changes one's own reflection, at any time.
pub async fn edit(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ReflectionId,
    body: &ReflectionBody,
    anonymous: bool,
) -> Result<(), Fault> {
    let reflection = known(unit, act, id).await?;
    reflection
        .standing
        .changed_by(&reflection.author, act.actor)?;
    let html = markdown::render(body.as_str());
    unit.edit_reflection(id, body.as_str(), html.as_str(), anonymous, act.now)
        .await?;
    care::notice(unit, act, id, body.as_str()).await
}

/// Deletes one's own reflection; answers with what it was.
pub async fn remove(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ReflectionId,
) -> Result<Reflection, Fault> {
    let reflection = known(unit, act, id).await?;
    reflection
        .standing
        .taken_back_by(&reflection.author, act.actor)?;
    let calls = care::leaving(unit, id.into()).await?;
    unit.remove_reflection(id).await?;
    calls.gone(unit, act).await?;
    Ok(reflection)
}

async fn known(unit: &mut dyn Unit, act: Act<'_>, id: ReflectionId) -> Result<Reflection, Fault> {
    act.actor.signed_in()?;
    unit.reflection(id).await?.ok_or(Refusal::NotFound.into())
}
