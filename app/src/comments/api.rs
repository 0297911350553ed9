use super::{CommentView, ThreadView};
#[cfg(feature = "ssr")]
use super::{Standing, ThreadQuery};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    care::near::beside,
    ctx::{self, Form, Landing, Look},
    people::Shield,
    query::with_query,
};
#[cfg(feature = "ssr")]
use domain::{
    actor::Byline,
    comments::{self, Comment, CommentBody, CommentState, Part},
    ids::{CommentId, Subject},
    moderation::Thing,
    page::Cursor,
    refusal::{Faults, Field, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the composer sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CommentForm {
    pub page: String,
    pub key: String,
    /// `kind-id`.
    pub subject: String,
    /// The comment replied to; empty for the first level.
    pub parent: String,
    pub body: String,
    /// `handle` or `anonymous` from a member; empty from a guest.
    pub voice: String,
}

/// What the editor of a comment sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EditForm {
    pub page: String,
    pub key: String,
    pub id: String,
    pub body: String,
}

/// What taking back a comment sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TakeBackForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// A comment that was posted or edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    pub comment: CommentView,
}

/// A comment that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    pub id: String,
    /// Replies remain, and so does a gap.
    pub gap: bool,
    /// Where the thread is.
    pub page: String,
}

/// Posts a comment.
#[server(prefix = "/api", endpoint = "/comments/post")]
pub async fn post_comment(#[server(flatten)] form: CommentForm) -> Result<Posted, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            if !form.voice.is_empty() {
                work.actor.signed_in()?;
            }
            let new = form.parse()?;
            let held = work.waits(&[&form.body]).await?;
            let (unit, act) = work.parts();
            let id = match held {
                true => comments::post_held(unit, act, new).await?,
                false => comments::post(unit, act, new).await?,
            };
            Ok(Posted {
                comment: view_of(work, id).await?,
            })
        })
    })
    .await
}

/// Changes a comment.
#[server(prefix = "/api", endpoint = "/comments/edit")]
pub async fn edit_comment(#[server(flatten)] form: EditForm) -> Result<Posted, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: CommentId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let body = CommentBody::parse(&form.body)
                .map_err(|reason| Refusal::field(Field::Body, reason))?;
            let window = work.house.settings.edit_window;
            let held = work.waits_again(&[&form.body]);
            let (unit, act) = work.parts();
            comments::edit(unit, act, id, &body, window).await?;
            if held {
                unit.set_comment_state(id, CommentState::Held).await?;
            }
            Ok(Posted {
                comment: view_of(work, id).await?,
            })
        })
    })
    .await
}

/// Takes back a comment.
#[server(prefix = "/api", endpoint = "/comments/take-back")]
pub async fn take_back_comment(
    #[server(flatten)] form: TakeBackForm,
) -> Result<TakenBack, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: CommentId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            let now = act.now;
            let comment = comments::take_back(unit, act, id).await?;
            let gap = unit.comment(id).await?.is_some();
            let thread = unit.thread(comment.subject, now).await?;
            Ok(TakenBack {
                id: form.id,
                gap,
                page: thread.map_or_else(|| "/".to_owned(), |thread| thread.address),
            })
        })
    })
    .await
}

/// A page of the thread under something that everyone sees.
#[server(prefix = "/api", endpoint = "/comments/thread", protocol = crate::wire::Reads)]
pub async fn read_thread(
    subject: String,
    under: String,
    after: String,
) -> Result<ThreadView, AppError> {
    let subject: Subject = subject.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let thread = look.reader.thread(subject, look.now).await?;
    thread.ok_or(Refusal::NotFound)?;
    let query = ThreadQuery {
        under,
        after,
        ..ThreadQuery::default()
    };
    load_thread(&mut look, subject, true, query).await
}

/// The address of the page that holds a comment.
#[server(prefix = "/api", endpoint = "/comments/place", protocol = crate::wire::Reads)]
pub async fn place(id: String) -> Result<String, AppError> {
    let id: CommentId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut look = ctx::look().await?;
    let comment = look.reader.comment(id).await?.ok_or(Refusal::NotFound)?;
    if matches!(comment.state, CommentState::Held | CommentState::Hidden)
        && !comment.author.is(&look.actor)
        && !look.actor.has(domain::actor::Role::Moderator)
    {
        return Err(Refusal::NotFound.into());
    }
    let thread = look
        .reader
        .thread(comment.subject, look.now)
        .await?
        .ok_or(Refusal::NotFound)?;
    let place = look
        .reader
        .place_of(id, comments::BRANCH, comments::PAGE)
        .await?;
    let mut page = thread.address;
    if let Some(branch) = place.branch {
        page = with_query(&page, "under", &branch.to_string());
    }
    if let Some(cursor) = place.after {
        page = with_query(&page, "after", &cursor.0);
    }
    Ok(format!("{page}#comment-{id}"))
}

#[cfg(feature = "ssr")]
async fn view_of(
    work: &mut ctx::Work,
    id: CommentId,
) -> Result<CommentView, domain::refusal::Fault> {
    let comment = work.unit().comment(id).await?.ok_or(Refusal::NotFound)?;
    Ok(comment_view(
        &comment,
        &work.actor,
        work.now,
        work.house.settings.edit_window,
    ))
}

/// A comment as `actor` sees it. What they may not see is a gap to them.
#[cfg(feature = "ssr")]
pub fn comment_view(
    comment: &Comment,
    actor: &domain::actor::Actor,
    now: domain::clock::Timestamp,
    window: i64,
) -> CommentView {
    let mine = comment.author.is(actor);
    let view = CommentView {
        id: comment.id,
        parent: comment.parent,
        depth: comment.depth,
        byline: Byline::Former,
        day: comment.created_at.day(),
        edited: false,
        standing: Standing::Gap,
        html: String::new(),
        more_under: None,
        mine: false,
        why: None,
        source: None,
        near: None,
        away: None,
    };
    let standing = match comment.state {
        CommentState::Published => Standing::Published,
        CommentState::Held if mine => Standing::Held,
        CommentState::Hidden if mine => Standing::Hidden,
        CommentState::Held | CommentState::Hidden | CommentState::Gap => return view,
    };
    CommentView {
        byline: comment.author.byline(),
        edited: comment.edited_at.is_some(),
        standing,
        html: comment.html.clone(),
        mine,
        why: comment.why.clone().filter(|_| mine),
        source: comments::may_edit(comment, actor, now, window).then(|| comment.body.clone()),
        near: beside(
            mine,
            comment.edited_at.unwrap_or(comment.created_at),
            &comment.body,
        ),
        ..view
    }
}

/// A page of the thread under `subject`, as a part of a page's data. Only what
/// everyone sees can be commented on.
#[cfg(feature = "ssr")]
pub async fn load_thread(
    look: &mut Look,
    subject: Subject,
    is_published: bool,
    query: ThreadQuery,
) -> Result<ThreadView, AppError> {
    let after = (!query.after.is_empty()).then(|| Cursor(query.after.clone()));
    let branch: Option<CommentId> = query.under.parse().ok();
    let part = branch.map_or(
        Part::Whole {
            replies: comments::BRANCH,
        },
        Part::Branch,
    );
    let page = look
        .reader
        .thread_page(
            subject,
            part,
            look.actor.writer(),
            after.as_ref(),
            comments::PAGE,
        )
        .await?;
    // Nothing of it is there any more, or never was.
    if branch.is_some() && page.items.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let kept = match query.kept.starts_with("comments.") {
        true => look.kept(&query.kept).await?,
        false => None,
    };
    let posts = page
        .items
        .iter()
        .map(|comment| (Thing::Comment(comment.id), &comment.author));
    let shield = Shield::over(look, posts).await?;
    let (actor, now, window) = (&look.actor, look.now, look.settings.edit_window);
    Ok(ThreadView {
        subject: subject.to_string(),
        comments: page
            .items
            .iter()
            .map(|comment| {
                let view = comment_view(comment, actor, now, window);
                CommentView {
                    more_under: page
                        .cuts
                        .iter()
                        .find(|cut| cut.after == comment.id)
                        .map(|cut| cut.branch),
                    // A gap does not tell who stood there.
                    away: match view.standing {
                        Standing::Gap => None,
                        _ => shield.distance(Thing::Comment(comment.id), &comment.author),
                    },
                    ..view
                }
            })
            .collect(),
        is_branch: branch.is_some(),
        is_open: is_published && !page.locked,
        next: page.next.map(|cursor| cursor.0),
        continued: after.is_some(),
        handle: look.actor.member().map(|member| member.handle.clone()),
        query,
        kept,
    })
}

#[cfg(feature = "ssr")]
impl CommentForm {
    fn parse(&self) -> Result<comments::NewComment, Refusal> {
        let subject: Subject = self.subject.parse().map_err(|_| Refusal::NotFound)?;
        let parent = match self.parent.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Refusal::NotFound)?),
        };
        let mut faults = Faults::default();
        let body = faults.take(Field::Body, CommentBody::parse(&self.body));
        let anonymous = self.voice == "anonymous";
        faults.build(body.map(|body| comments::NewComment {
            subject,
            parent,
            body,
            anonymous,
        }))
    }
}

#[cfg(feature = "ssr")]
impl Form for CommentForm {
    const VERB: &'static str = "comments.post";

    fn form_name(&self) -> String {
        super::composer::composer_name(&self.subject, &self.parent)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for EditForm {
    const VERB: &'static str = "comments.edit";

    fn form_name(&self) -> String {
        super::composer::editor_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for TakeBackForm {
    const VERB: &'static str = "comments.take-back";
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        super::composer::take_back_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for Posted {
    fn landing(&self) -> String {
        format!("/comments/{}", self.comment.id)
    }
}

#[cfg(feature = "ssr")]
impl Landing for TakenBack {
    fn landing(&self) -> String {
        if self.gap {
            format!("/comments/{}", self.id)
        } else {
            format!("{}#replies", self.page)
        }
    }
}
