use crate::{ctx::Look, error::AppError};
use domain::{
    actor::{Author, Writer},
    ids::{MemberId, Subject},
    moderation::Thing,
    people::Distance,
};
use std::collections::HashMap;

/// From whose posts a viewer keeps away. What was signed is looked at by its
/// handle alone, and what is anonymous by the post alone, so that no fold on a
/// page tells who wrote something.
#[derive(Debug, Default)]
pub struct Shield {
    named: HashMap<MemberId, Distance>,
    things: HashMap<Thing, Distance>,
}

impl Shield {
    /// Looks at these posts. A guest keeps away from nobody.
    pub async fn over<'a>(
        look: &mut Look,
        posts: impl Iterator<Item = (Thing, &'a Author)>,
    ) -> Result<Self, AppError> {
        let Some(viewer) = look.actor.member().map(|member| member.id) else {
            return Ok(Self::default());
        };
        let (mut named, mut things) = (Vec::new(), Vec::new());
        for (thing, author) in posts.filter(|(_, author)| !author.is(&look.actor)) {
            match (author.anonymous, author.writer) {
                (true, _) => things.push(thing),
                (false, Some(Writer::Member(member))) => named.push(member),
                (false, _) => {}
            }
        }
        named.sort_unstable();
        named.dedup();
        let mut shield = Self::default();
        if !named.is_empty() {
            let away = look.reader.away_from_named(viewer, &named).await?;
            shield.named.extend(away);
        }
        if !things.is_empty() {
            let away = look.reader.away_from_things(viewer, &things).await?;
            shield.things.extend(away);
        }
        Ok(shield)
    }

    /// How far the viewer keeps away from whoever wrote one share.
    pub async fn from(
        look: &mut Look,
        share: Subject,
        author: &Author,
    ) -> Result<Option<Distance>, AppError> {
        let thing = Thing::Share(share);
        let shield = Self::over(look, [(thing, author)].into_iter()).await?;
        Ok(shield.distance(thing, author))
    }

    /// How far the viewer keeps away from whoever wrote this.
    pub fn distance(&self, thing: Thing, author: &Author) -> Option<Distance> {
        match (author.anonymous, author.writer) {
            (true, _) => self.things.get(&thing).copied(),
            (false, Some(Writer::Member(member))) => self.named.get(&member).copied(),
            (false, _) => None,
        }
    }
}
