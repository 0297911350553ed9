use super::{
    OwnReflection,
    api::{AnswerPrompt, Answered, DeleteReflection, Deleted, EditReflection, Edited},
};
use crate::{
    ui::{Hidden, PostForm, Submit, TextArea, Voice},
    wire::ServerAction,
};
use domain::{
    drafts::Kept,
    ids::{PromptId, ReflectionId},
    reflections::ReflectionBody,
    refusal::Field,
};
use leptos::prelude::*;

/// The name of the form that answers a prompt.
pub fn composer_name(prompt: &str) -> String {
    format!("reflections.{prompt}")
}

/// The name of the form that edits a reflection.
pub fn editor_name(id: &str) -> String {
    format!("reflections.edit.{id}")
}

/// The name of the form that deletes a reflection.
pub fn delete_name(id: &str) -> String {
    format!("reflections.delete.{id}")
}

/// Answers a prompt.
#[component]
pub fn Composer(
    prompt: PromptId,
    question: String,
    handle: String,
    page: String,
    kept: Option<Kept>,
    on_done: Callback<Answered>,
) -> impl IntoView {
    let prompt = prompt.to_string();
    let action = ServerAction::<AnswerPrompt>::new();
    view! {
        <PostForm
            action
            name=composer_name(&prompt)
            class="composer"
            page
            kept
            label=format!("Your answer to: {question}")
            on_done
        >
            <Hidden name="prompt" value=prompt.clone() />
            <TextArea field=Field::Body label="Your answer" max=ReflectionBody::MAX listens=true />
            <Voice handle />
            <div class="row">
                <Submit label="Share your answer" />
            </div>
        </PostForm>
    }
}

/// Changes a reflection.
#[component]
pub fn Editor(
    id: ReflectionId,
    own: OwnReflection,
    page: String,
    on_done: Callback<Edited>,
) -> impl IntoView {
    let id = id.to_string();
    let action = ServerAction::<EditReflection>::new();
    view! {
        <PostForm
            action
            name=editor_name(&id)
            class="composer"
            page
            kept=own.kept
            label="Edit your answer"
            on_done
        >
            <Hidden name="id" value=id.clone() />
            <TextArea
                field=Field::Body
                label="Your answer"
                max=ReflectionBody::MAX
                value=own.source
                listens=true
            />
            <Voice handle=own.handle anonymous=own.anonymous />
            <div class="row">
                <Submit label="Keep the change" />
            </div>
        </PostForm>
    }
}

/// Deletes a reflection, after asking.
#[component]
pub fn Remover(id: ReflectionId, page: String, on_done: Callback<Deleted>) -> impl IntoView {
    let id = id.to_string();
    let action = ServerAction::<DeleteReflection>::new();
    view! {
        <PostForm
            action
            name=delete_name(&id)
            class="composer"
            page
            label="Delete your answer"
            on_done
        >
            <Hidden name="id" value=id.clone() />
            <p>"Delete this answer? Its words and the replies to it will be gone."</p>
            <div class="row">
                <Submit label="Delete" class="danger" />
            </div>
        </PostForm>
    }
}
