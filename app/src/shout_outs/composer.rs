use super::{
    ShoutOutSource,
    api::{ChangedShoutOut, EditShoutOut, OnTheWall, PostShoutOut, TakeDownShoutOut, TakenDown},
};
use crate::{
    ui::{Hidden, PostForm, Submit, TextArea, TextField, Voice},
    wire::ServerAction,
};
use domain::{drafts::Kept, refusal::Field, shout_outs::ShoutOutBody};
use leptos::prelude::*;

/// The name of the form that thanks someone.
pub const NEW: &str = "shout-outs.new";

/// The name of the form that edits a shout-out.
pub fn editor_name(id: &str) -> String {
    format!("shout-outs.edit.{id}")
}

/// The name of the form that takes down a shout-out.
pub fn take_down_name(id: &str) -> String {
    format!("shout-outs.take-down.{id}")
}

/// Thanks someone.
#[component]
pub fn Composer(
    handle: String,
    page: String,
    kept: Option<Kept>,
    on_done: Callback<OnTheWall>,
) -> impl IntoView {
    let action = ServerAction::<PostShoutOut>::new();
    view! {
        <PostForm
            action
            name=NEW
            class="composer"
            page
            kept
            autosave=true
            stays=true
            label="Say thank you"
            on_done
        >
            <Words source=ShoutOutSource {
                to: String::new(),
                body: String::new(),
                anonymous: false,
            } />
            <Voice handle />
            <div class="row">
                <Submit label="Put it on the wall" />
            </div>
        </PostForm>
    }
}

/// Changes a shout-out.
#[component]
pub fn Editor(
    id: String,
    source: ShoutOutSource,
    handle: String,
    page: String,
    kept: Option<Kept>,
    on_done: Callback<ChangedShoutOut>,
) -> impl IntoView {
    let action = ServerAction::<EditShoutOut>::new();
    let anonymous = source.anonymous;
    view! {
        <PostForm
            action
            name=editor_name(&id)
            class="composer"
            page
            kept
            label="Edit your shout-out"
            on_done
        >
            <Hidden name="id" value=id.clone() />
            <Words source />
            <Voice handle anonymous />
            <div class="row">
                <Submit label="Keep the change" />
            </div>
        </PostForm>
    }
}

/// To whom, and what for.
#[component]
fn Words(source: ShoutOutSource) -> impl IntoView {
    view! {
        // Room for the names that are too long: the server says how many
        // characters there are.
        <TextField
            field=Field::To
            label="To"
            hint="A member’s handle with an @ before it, or words for them. Please no full names."
            max=200
            value=source.to
        />
        <TextArea
            field=Field::Body
            label="What for"
            max=ShoutOutBody::MAX
            value=source.body
            listens=true
        />
    }
}

/// Takes down a shout-out, after asking.
#[component]
pub fn TakeDown(
    id: String,
    /// The viewer wrote it.
    mine: bool,
    page: String,
    on_done: Callback<TakenDown>,
) -> impl IntoView {
    let action = ServerAction::<TakeDownShoutOut>::new();
    let (label, question) = if mine {
        (
            "Delete",
            "Delete this shout-out? It and the replies to it will be gone.",
        )
    } else {
        (
            "Take it down",
            "Take this shout-out down? It and the replies to it will be gone, for everyone.",
        )
    };
    view! {
        <PostForm
            action
            name=take_down_name(&id)
            class="composer"
            page
            label="Take down this shout-out"
            on_done
        >
            <Hidden name="id" value=id.clone() />
            <p>{question}</p>
            <div class="row">
                <Submit label class="danger" />
            </div>
        </PostForm>
    }
}
