use super::{ContentNote, EXCERPT, Story, StoryBody, StoryText, StoryTitle};
use crate::{
    care,
    ids::StoryId,
    markdown,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// A story as a member gives it.
#[derive(Debug, Clone)]
pub struct StoryWords {
    pub title: StoryTitle,
    /// Empty for none.
    pub content_note: ContentNote,
    pub body: StoryBody,
    pub anonymous: bool,
}

impl StoryWords {
    /// All that is said in it.
    fn said(&self) -> String {
        format!("{}\n{}", self.title.as_str(), self.body.as_str())
    }

    fn text(&self) -> StoryText {
        let note = self.content_note.as_str();
        StoryText {
            anonymous: self.anonymous,
            title: self.title.as_str().to_owned(),
            content_note: (!note.is_empty()).then(|| note.to_owned()),
            excerpt: markdown::excerpt(self.body.as_str(), EXCERPT),
            body: self.body.as_str().to_owned(),
            html: markdown::render(self.body.as_str()).into_string(),
        }
    }
}

/// Shares a story.
pub async fn share(
    unit: &mut dyn Unit,
    act: Act<'_>,
    words: &StoryWords,
) -> Result<StoryId, Fault> {
    let member = act.actor.signed_in()?.id;
    let id = StoryId::random(act.chance);
    unit.insert_story(id, member, &words.text(), act.now)
        .await?;
    care::notice(unit, act, id, &words.said()).await?;
    Ok(id)
}

/// Changes one's own story, at any time.
pub async fn edit(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: StoryId,
    words: &StoryWords,
) -> Result<(), Fault> {
    let story = known(unit, act, id).await?;
    story.standing.changed_by(&story.author, act.actor)?;
    unit.edit_story(id, &words.text(), act.now).await?;
    care::notice(unit, act, id, &words.said()).await
}

/// Deletes one's own story.
pub async fn remove(unit: &mut dyn Unit, act: Act<'_>, id: StoryId) -> Result<(), Fault> {
    let story = known(unit, act, id).await?;
    story.standing.taken_back_by(&story.author, act.actor)?;
    let calls = care::leaving(unit, id.into()).await?;
    unit.remove_story(id).await?;
    calls.gone(unit, act).await?;
    Ok(())
}

async fn known(unit: &mut dyn Unit, act: Act<'_>, id: StoryId) -> Result<Story, Fault> {
    act.actor.signed_in()?;
    unit.story(id).await?.ok_or(Refusal::NotFound.into())
}
