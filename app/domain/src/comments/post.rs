use super::{CommentBody, CommentState, CommentToInsert, MAX_DEPTH};
use crate::{
    accounts::guests,
    actor::{Actor, Author},
    care,
    ids::{CommentId, Subject},
    markdown, notifications, people,
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// What someone wants to say, and where.
#[derive(Debug, Clone)]
pub struct NewComment {
    pub subject: Subject,
    pub parent: Option<CommentId>,
    pub body: CommentBody,
    pub anonymous: bool,
}

/// Adds a comment. A guest's waits for review, and so does a call for help in a
/// locked thread, which takes nothing else.
pub async fn post(unit: &mut dyn Unit, act: Act<'_>, new: NewComment) -> Result<CommentId, Fault> {
    let state = usual(act);
    add(unit, act, new, state, None).await
}

/// Adds a comment that waits for review, whoever wrote it.
pub async fn post_held(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewComment,
) -> Result<CommentId, Fault> {
    add(unit, act, new, CommentState::Held, None).await
}

/// Adds a comment that answers a call for help at the desk, as far as it was
/// read there.
pub(crate) async fn post_as_read(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewComment,
    read: Option<care::Read>,
) -> Result<CommentId, Fault> {
    let state = usual(act);
    add(unit, act, new, state, read).await
}

const fn usual(act: Act<'_>) -> CommentState {
    match act.actor {
        Actor::Member(_) => CommentState::Published,
        Actor::Guest(_) => CommentState::Held,
    }
}

async fn add(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewComment,
    state: CommentState,
    read: Option<care::Read>,
) -> Result<CommentId, Fault> {
    let (subject, body) = (new.subject, new.body.clone());
    let id = place(unit, act, new, state, read.is_some()).await?;
    let from_desk = care::on_desk(act.actor).is_ok();
    care::hear(unit, act, (subject, id), from_desk, read).await?;
    care::notice_comment(unit, act, subject, id, body.as_str()).await?;
    Ok(id)
}

async fn place(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewComment,
    state: CommentState,
    answers_call: bool,
) -> Result<CommentId, Fault> {
    let thread = unit
        .thread(new.subject, act.now)
        .await?
        .ok_or(Refusal::NotFound)?;
    // A call for help is answered wherever it stands, and heard wherever it is
    // said: the desk reads it, and nobody else.
    let state = match thread.locked && !answers_call {
        true if care::recognise(new.body.as_str()).is_some() => CommentState::Held,
        true => return Err(Refusal::ThreadClosed.into()),
        false => state,
    };
    let mut above = None;
    if let Some(parent) = new.parent {
        let parent = unit.comment(parent).await?.ok_or(Refusal::NotFound)?;
        if parent.subject != new.subject || parent.state != CommentState::Published {
            return Err(Refusal::NotFound.into());
        }
        if parent.depth >= MAX_DEPTH {
            return Err(Refusal::TooDeep.into());
        }
        above = Some(parent);
    }
    let author = Author {
        writer: Some(act.actor.writer()),
        name: None,
        anonymous: new.anonymous && act.actor.member().is_some(),
    };
    let mut state = state;
    if !answers_call {
        let above = above.as_ref().map(|parent| &parent.author);
        match people::may_join(unit, act, new.subject, above, author.anonymous).await? {
            Ok(()) => {}
            // No block swallows a call for help: it is read, though not here.
            Err(_) if care::recognise(new.body.as_str()).is_some() => state = CommentState::Held,
            Err(refusal) => return Err(refusal.into()),
        }
    }
    if let Actor::Guest(guest) = act.actor {
        guests::remember(unit, *guest, act).await?;
    }
    let id = CommentId::random(act.chance);
    unit.insert_comment(&CommentToInsert {
        id,
        subject: new.subject,
        parent: new.parent,
        writer: act.actor.writer(),
        anonymous: author.anonymous,
        state,
        html: markdown::render(new.body.as_str()).into_string(),
        body: new.body.as_str().to_owned(),
        created_at: act.now,
    })
    .await?;
    if state == CommentState::Published {
        notifications::tell_of_answer(unit, act, new.subject, above.as_ref(), &author).await?;
    }
    Ok(id)
}
