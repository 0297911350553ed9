//! Comments from elsewhere and the people who wrote them.

use super::summary::{Fate, Summary};
use domain::{
    accounts::guests,
    actor::{Actor, Writer},
    care::{self, Origin, Post, Raise},
    clock::Timestamp,
    comments::{Comment as Kept, CommentBody, CommentState, ImportedComment, MAX_DEPTH},
    ids::{ArticleId, Chance, CommentId, GuestId, MemberId, Subject},
    markdown,
    refusal::Reason,
    store::{Act, Stored, Unit},
    text,
};
use std::collections::{HashMap, HashSet};
use wordpress::{Comment, Commenter, GuestKey, SourceId};

/// How often another pseudonym is tried when one is taken within a run.
const TRIES: usize = 32;

/// Where comments stand: under articles or under pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Article,
    Page,
}

/// A comment that others can answer.
#[derive(Debug, Clone, Copy)]
struct Place {
    id: CommentId,
    parent: Option<CommentId>,
    depth: u16,
}

impl Place {
    fn of(comment: &Kept) -> Self {
        Self {
            id: comment.id,
            parent: comment.parent,
            depth: comment.depth,
        }
    }

    /// For an answer to what stands at `above`. Threads elsewhere may nest
    /// deeper than here; what would be too deep stands beside what it answers.
    fn under(above: Option<Self>, id: CommentId) -> Self {
        match above {
            None => Self {
                id,
                parent: None,
                depth: 0,
            },
            Some(above) if above.depth >= MAX_DEPTH => Self { id, ..above },
            Some(above) => Self {
                id,
                parent: Some(above.id),
                depth: above.depth + 1,
            },
        }
    }
}

/// Brings comments in; one for each run, for it knows who is who.
pub(super) struct Threads<'a> {
    now: Timestamp,
    chance: &'a dyn Chance,
    /// Whoever writes the series here.
    editor: Option<MemberId>,
    guests: HashMap<GuestKey, GuestId>,
    pseudonyms: HashSet<String>,
}

impl<'a> Threads<'a> {
    pub(super) fn new(now: Timestamp, chance: &'a dyn Chance, editor: Option<MemberId>) -> Self {
        Self {
            now,
            chance,
            editor,
            guests: HashMap::new(),
            pseudonyms: HashSet::new(),
        }
    }

    /// Brings in those of an article's comments that are not here yet.
    pub(super) async fn bring_in(
        &mut self,
        unit: &mut dyn Unit,
        article: ArticleId,
        kind: Kind,
        comments: &[Comment],
        summary: &mut Summary,
    ) -> Stored<()> {
        let subject = Subject::from(article);
        let mut places: HashMap<&SourceId, Option<Place>> = HashMap::new();
        for comment in comments {
            let above = comment
                .parent
                .as_ref()
                .and_then(|parent| places.get(parent).copied().flatten());
            let count = match (kind, comment.approved) {
                (Kind::Page, _) => &mut summary.page_comments,
                (Kind::Article, true) => &mut summary.comments,
                (Kind::Article, false) => &mut summary.held,
            };
            let place =
                if let Some(kept) = unit.comment_by_source(comment.source_id.as_str()).await? {
                    count.add(Fate::AlreadyHere, 1);
                    Some(kept)
                        .filter(|kept| kept.subject == subject)
                        .as_ref()
                        .map(Place::of)
                } else if let Some(body) = words(&comment.markdown) {
                    let place = Place::under(above, CommentId::random(self.chance));
                    self.insert(unit, subject, place, comment, body).await?;
                    count.add(Fate::Imported, 1);
                    Some(place)
                } else {
                    summary.empty_comments.skipped += 1;
                    above
                };
            places.insert(&comment.source_id, place);
        }
        Ok(())
    }

    async fn insert(
        &mut self,
        unit: &mut dyn Unit,
        subject: Subject,
        place: Place,
        comment: &Comment,
        body: String,
    ) -> Stored<()> {
        let writer = match comment.commenter {
            Commenter::Editor => self.editor.map(Writer::Member),
            Commenter::Guest(key) => Some(Writer::Guest(self.guest(unit, key).await?)),
        };
        unit.insert_imported_comment(&ImportedComment {
            id: place.id,
            subject,
            parent: place.parent,
            writer,
            state: if comment.approved {
                CommentState::Published
            } else {
                CommentState::Held
            },
            html: markdown::render(&body).into_string(),
            body: body.clone(),
            created_at: Timestamp(comment.at),
            source: comment.source_id.as_str().to_owned(),
        })
        .await?;
        self.look_for_calls(unit, subject, place.id, writer, comment, &body)
            .await
    }

    /// A visitor's call for help comes to the desk, and what the site's own
    /// people said under one has answered it.
    async fn look_for_calls(
        &self,
        unit: &mut dyn Unit,
        subject: Subject,
        id: CommentId,
        writer: Option<Writer>,
        comment: &Comment,
        body: &str,
    ) -> Stored<()> {
        // The command line has no account.
        let actor = Actor::Guest(GuestId::random(self.chance));
        let act = Act {
            actor: &actor,
            now: self.now,
            chance: self.chance,
        };
        let is_own = matches!(comment.commenter, Commenter::Editor);
        care::commented(unit, act, subject, id, is_own).await?;
        if !is_own && let Some(severity) = care::recognise(body) {
            let raise = Raise {
                origin: Origin::Imported,
                post: Post {
                    subject,
                    comment: Some(id),
                },
                writer,
                severity,
                words: None,
            };
            care::raise(unit, act, raise).await?;
        }
        Ok(())
    }

    async fn guest(&mut self, unit: &mut dyn Unit, key: GuestKey) -> Stored<GuestId> {
        if let Some(guest) = self.guests.get(&key) {
            return Ok(*guest);
        }
        let guest = GuestId::random(self.chance);
        let pseudonym = self.pseudonym();
        unit.insert_guest(guest, &pseudonym, self.now).await?;
        self.guests.insert(key, guest);
        Ok(guest)
    }

    /// One that no other guest of this run has, as far as names reach.
    fn pseudonym(&mut self) -> String {
        let mut pseudonym = guests::pseudonym(self.chance);
        for _ in 0..TRIES {
            if self.pseudonyms.insert(pseudonym.clone()) {
                break;
            }
            pseudonym = guests::pseudonym(self.chance);
        }
        pseudonym
    }
}

/// What a comment says, if it says anything. One that is longer than what can
/// be posted here stays whole: people's words are not cut.
fn words(markdown: &str) -> Option<String> {
    match CommentBody::parse(markdown) {
        Ok(body) => Some(body.as_str().to_owned()),
        Err(Reason::TooLong { .. }) => Some(text::clean(markdown)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> CommentId {
        format!("{number:032x}").parse().expect("an id")
    }

    #[test]
    fn what_would_be_too_deep_stands_beside_what_it_answers() {
        let levels = usize::from(MAX_DEPTH) + 3;
        let mut line: Vec<Place> = Vec::new();
        for number in 0..levels {
            line.push(Place::under(line.last().copied(), id(number)));
        }
        assert_eq!((line[0].depth, line[0].parent), (0, None));
        assert_eq!((line[2].depth, line[2].parent), (2, Some(id(1))));
        let deepest = usize::from(MAX_DEPTH);
        for place in &line[deepest..] {
            assert_eq!(
                (place.depth, place.parent),
                (MAX_DEPTH, Some(id(deepest - 1)))
            );
        }
    }

    #[test]
    fn long_words_stay_whole_and_no_words_are_nothing() {
        let long = "word ".repeat(CommentBody::MAX);
        assert_eq!(words(&long).as_deref(), Some(long.trim()));
        assert_eq!(words(" Still here. \n").as_deref(), Some("Still here."));
        assert_eq!(words(" \u{200B}\n"), None);
    }
}
