use super::{Standing, Thing};
use crate::{
    actor::{Author, Writer},
    care,
    clock::Timestamp,
    comments::{Comment, CommentState},
    ids::{CommentId, PromptId, ReflectionId, RitualId, ShoutOutId, StoryId, Subject, SubjectKind},
    shout_outs::Thanked,
    store::{Act, Reader, Stored, Unit},
};

/// A thing as those who keep the house read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub thing: Thing,
    pub author: Author,
    pub standing: Standing,
    /// A story's or ritual's title, or whom a shout-out thanks.
    pub title: Option<String>,
    pub content_note: Option<String>,
    /// Sanitised.
    pub html: String,
    /// What else it says: where a ritual takes place, and its link.
    pub facts: Vec<String>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// What the comments below it, or beside it, hang under.
    pub thread: Subject,
    /// What it answers.
    pub answers: Answers,
}

impl Found {
    /// Can its author be told, suspended and banned? Of something anonymous it
    /// is always said: that its author's account is gone is nobody's business.
    pub fn by_member(&self) -> bool {
        self.author.anonymous || matches!(self.author.writer, Some(Writer::Member(_)))
    }
}

/// What a thing answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    Nothing,
    Prompt(PromptId),
    Subject(Subject),
    Comment(CommentId),
}

/// Looks for a thing, however it stands. What was taken back is not there.
pub async fn find(reader: &mut dyn Reader, thing: Thing) -> Stored<Option<Found>> {
    match thing {
        Thing::Comment(id) => Ok(reader.comment(id).await?.and_then(comment)),
        Thing::Share(subject) => share(reader, subject).await,
    }
}

fn comment(comment: Comment) -> Option<Found> {
    let standing = match comment.state {
        CommentState::Published => Standing::Published,
        CommentState::Held => Standing::Held,
        CommentState::Hidden => Standing::Hidden,
        CommentState::Gap => return None,
    };
    Some(Found {
        thing: Thing::Comment(comment.id),
        author: comment.author,
        standing,
        title: None,
        content_note: None,
        html: comment.html,
        facts: Vec::new(),
        created_at: comment.created_at,
        edited_at: comment.edited_at,
        thread: comment.subject,
        answers: comment
            .parent
            .map_or(Answers::Subject(comment.subject), Answers::Comment),
    })
}

async fn share(reader: &mut dyn Reader, subject: Subject) -> Stored<Option<Found>> {
    let (id, thing, thread) = (subject.id, Thing::Share(subject), subject);
    Ok(match subject.kind {
        SubjectKind::Article => None,
        SubjectKind::Story => {
            let found = reader.story(StoryId::from_uuid(id)).await?;
            found.map(|story| Found {
                thing,
                author: story.author,
                standing: story.standing,
                title: Some(story.title),
                content_note: story.content_note,
                html: story.html,
                facts: Vec::new(),
                created_at: story.created_at,
                edited_at: story.edited_at,
                thread,
                answers: Answers::Nothing,
            })
        }
        SubjectKind::Reflection => {
            let found = reader.reflection(ReflectionId::from_uuid(id)).await?;
            found.map(|reflection| Found {
                thing,
                author: reflection.author,
                standing: reflection.standing,
                title: None,
                content_note: None,
                html: reflection.html,
                facts: Vec::new(),
                created_at: reflection.created_at,
                edited_at: reflection.edited_at,
                thread,
                answers: Answers::Prompt(reflection.prompt),
            })
        }
        SubjectKind::ShoutOut => {
            let found = reader.shout_out(ShoutOutId::from_uuid(id)).await?;
            found.map(|shout_out| Found {
                thing,
                author: shout_out.author,
                standing: shout_out.standing,
                title: match shout_out.to {
                    Thanked::Member { handle, .. } => Some(handle),
                    Thanked::Name(name) => Some(name),
                    Thanked::Former => None,
                },
                content_note: None,
                html: shout_out.html,
                facts: Vec::new(),
                created_at: shout_out.created_at,
                edited_at: shout_out.edited_at,
                thread,
                answers: Answers::Nothing,
            })
        }
        SubjectKind::Ritual => {
            let found = reader.ritual(RitualId::from_uuid(id)).await?;
            found.map(|ritual| Found {
                thing,
                author: ritual.author,
                standing: ritual.standing,
                title: Some(ritual.text.title),
                content_note: None,
                html: ritual.text.html,
                facts: [ritual.text.place, ritual.text.link]
                    .into_iter()
                    .flatten()
                    .collect(),
                created_at: ritual.created_at,
                edited_at: ritual.edited_at,
                thread,
                answers: Answers::Nothing,
            })
        }
    })
}

/// Lets a thing be seen or not.
pub(super) async fn set_standing(
    unit: &mut dyn Unit,
    thing: Thing,
    standing: Standing,
) -> Stored<()> {
    match thing {
        Thing::Share(subject) => unit.set_standing(subject, standing).await,
        Thing::Comment(id) => {
            let state = match standing {
                Standing::Published => CommentState::Published,
                Standing::Held => CommentState::Held,
                Standing::Hidden => CommentState::Hidden,
            };
            unit.set_comment_state(id, state).await
        }
    }
}

/// Takes a thing out for good. Whoever asked for help in it still waits for an
/// answer.
pub(super) async fn remove(unit: &mut dyn Unit, act: Act<'_>, thing: Thing) -> Stored<()> {
    let subject = match thing {
        Thing::Share(subject) => subject,
        Thing::Comment(id) => {
            care::removed(unit, act, id).await?;
            return unit.remove_comment(id).await;
        }
    };
    let (kind, id) = (subject.kind, subject.id);
    let calls = care::leaving(unit, subject).await?;
    match kind {
        SubjectKind::Article => {}
        SubjectKind::Story => unit.remove_story(StoryId::from_uuid(id)).await?,
        SubjectKind::Reflection => unit.remove_reflection(ReflectionId::from_uuid(id)).await?,
        SubjectKind::ShoutOut => unit.remove_shout_out(ShoutOutId::from_uuid(id)).await?,
        SubjectKind::Ritual => unit.remove_ritual(RitualId::from_uuid(id)).await?,
    }
    calls.gone(unit, act).await
}
