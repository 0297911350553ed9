use super::{
    NewStory,
    api::{ShareStory, Told, blank_story},
    form::{NEW, Preview, PreviewPane, StoryFields},
};
use crate::{
    ui::{ErrorPage, Heading, Icon, Loading, PostForm, announce},
    wire::{Resource, ServerAction},
};
use domain::drafts::Kept;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

/// `/stories/new`: the place to write a story.
pub(super) fn new_story_page() -> AnyView {
    let query = use_query_map();
    let preview = move || query.with(|query| query.get_str("preview").is_some());
    let blank = Resource::new(preview, blank_story);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match blank.await {
                    Ok(new) => view! { <Writing new /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Writing(new: NewStory) -> impl IntoView {
    let inner = match new.handle {
        Some(handle) => view! { <Form handle kept=new.kept preview=new.preview /> }.into_any(),
        None => view! { <SignInFirst kept=new.kept.is_some() /> }.into_any(),
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Share your story" />
                <p class="sentence">"It can be short, and it need not be finished."</p>
            </header>
            <div>{inner}</div>
        </div>
    }
}

#[component]
fn SignInFirst(kept: bool) -> impl IntoView {
    let text = if kept {
        "Your words are kept. Sign in on this browser and go on where you were."
    } else {
        "Members tell stories here, under a handle or anonymously. Sign in first, so that nothing you write gets lost."
    };
    view! {
        <div class="notice">
            <Icon name=if kept { "kept" } else { "info" } />
            <p>{text}</p>
        </div>
        <div class="row">
            <a class="button" href="/sign-in?next=/stories/new">
                "Sign in"
            </a>
            <a class="button second" href="/join?next=/stories/new">
                "Join"
            </a>
        </div>
    }
}

#[component]
fn Form(handle: String, kept: Option<Kept>, preview: Option<String>) -> impl IntoView {
    let action = ServerAction::<ShareStory>::new();
    let navigate = use_navigate();
    let preview = Preview::new(NEW.to_owned(), preview);
    let on_done = Callback::new(move |told: Told| {
        navigate(&format!("/stories/{}", told.id), Default::default());
        announce("Your story is shared.");
    });
    view! {
        <PostForm
            action
            name=NEW
            class="sheet"
            page="/stories/new"
            kept
            autosave=true
            label="Your story"
            on_done
        >
            <StoryFields handle preview submit="Share your story" />
        </PostForm>
        <PreviewPane preview />
    }
}
