use super::{
    CommentView,
    api::{EditComment, PostComment, Posted, TakeBackComment, TakenBack},
};
use crate::{
    ui::{Hidden, PostForm, Submit, TextArea, Voice},
    wire::ServerAction,
};
use domain::{comments::CommentBody, drafts::Kept, ids::CommentId, refusal::Field};
use leptos::prelude::*;

/// The name of the form that replies to `parent`, or begins at the first
/// level.
pub fn composer_name(subject: &str, parent: &str) -> String {
    let parent = if parent.is_empty() { "root" } else { parent };
    format!("comments.{subject}.{parent}")
}

/// The name of the form that edits a comment.
pub fn editor_name(id: &str) -> String {
    format!("comments.edit.{id}")
}

/// The name of the form that takes back a comment.
pub fn take_back_name(id: &str) -> String {
    format!("comments.take-back.{id}")
}

/// Writes a comment.
#[component]
pub fn Composer(
    subject: String,
    parent: Option<CommentId>,
    /// The member's handle; none for a guest.
    handle: Option<String>,
    page: String,
    kept: Option<Kept>,
    on_done: Callback<Posted>,
) -> impl IntoView {
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    let action = ServerAction::<PostComment>::new();
    view! {
        <PostForm
            action
            name=composer_name(&subject, &parent)
            class="composer"
            page
            kept
            stays=true
            label=if parent.is_empty() { "Comment" } else { "Reply" }
            on_done
        >
            <Hidden name="subject" value=subject.clone() />
            <Hidden name="parent" value=parent.clone() />
            <TextArea
                field=Field::Body
                label=if parent.is_empty() { "Your comment" } else { "Your reply" }
                max=CommentBody::MAX
                listens=true
            />
            {match handle {
                Some(handle) => view! { <Voice handle /> }.into_any(),
                None => {
                    view! {
                        <p class="hint">
                            "You write as a guest, under a name that is made for you. Someone reads it first; until then only you see it."
                        </p>
                    }
                        .into_any()
                }
            }}
            <div class="row">
                <Submit label="Reply" />
            </div>
        </PostForm>
    }
}

/// Changes a comment.
#[component]
pub fn Editor(
    comment: CommentView,
    page: String,
    kept: Option<Kept>,
    on_done: Callback<Posted>,
) -> impl IntoView {
    let id = comment.id.to_string();
    let action = ServerAction::<EditComment>::new();
    view! {
        <PostForm
            action
            name=editor_name(&id)
            class="composer"
            page
            kept
            label="Edit your comment"
            on_done
        >
            <Hidden name="id" value=id.clone() />
            <TextArea
                field=Field::Body
                label="Your comment"
                max=CommentBody::MAX
                value=comment.source.clone().unwrap_or_default()
                listens=true
            />
            <div class="row">
                <Submit label="Keep the change" />
            </div>
        </PostForm>
    }
}

/// Takes back a comment, after asking.
#[component]
pub fn TakeBack(id: CommentId, page: String, on_done: Callback<TakenBack>) -> impl IntoView {
    let id = id.to_string();
    let action = ServerAction::<TakeBackComment>::new();
    view! {
        <PostForm
            action
            name=take_back_name(&id)
            class="composer"
            page
            label="Delete your comment"
            on_done
        >
            <Hidden name="id" value=id.clone() />
            <p>"Delete this comment? Its words will be gone. Replies to it stay."</p>
            <div class="row">
                <Submit label="Delete" class="danger" />
            </div>
        </PostForm>
    }
}
