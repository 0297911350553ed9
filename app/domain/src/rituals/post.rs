use super::{Moment, RitualBody, RitualKind, RitualText, RitualTitle, Venue};
use crate::{
    care,
    ids::RitualId,
    markdown,
    refusal::Fault,
    store::{Act, Unit},
};

/// What someone invites to.
#[derive(Debug, Clone)]
pub struct NewRitual {
    pub kind: RitualKind,
    pub title: RitualTitle,
    pub body: RitualBody,
    pub when: Moment,
    pub venue: Venue,
    pub anonymous: bool,
}

impl NewRitual {
    /// All that is said in it.
    pub(super) fn said(&self) -> String {
        format!("{}\n{}", self.title.as_str(), self.body.as_str())
    }

    /// As it is kept.
    pub(super) fn text(&self) -> RitualText {
        let Venue { place, link } = &self.venue;
        RitualText {
            kind: self.kind,
            title: self.title.as_str().to_owned(),
            body: self.body.as_str().to_owned(),
            html: markdown::render(self.body.as_str()).into_string(),
            when: self.when.clone(),
            place: place.as_ref().map(|place| place.as_str().to_owned()),
            link: link.as_ref().map(|link| link.as_str().to_owned()),
        }
    }
}

/// Shares a ritual.
pub async fn post(unit: &mut dyn Unit, act: Act<'_>, new: NewRitual) -> Result<RitualId, Fault> {
    let author = act.actor.signed_in()?.id;
    let id = RitualId::random(act.chance);
    unit.insert_ritual(id, author, new.anonymous, &new.text(), act.now)
        .await?;
    care::notice(unit, act, id, &new.said()).await?;
    Ok(id)
}
