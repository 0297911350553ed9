use super::{
    StoryView,
    api::{DeleteStory, StoryDeleted, read_story},
    form::delete_name,
};
use crate::{
    care::near::Beside,
    comments::{Thread, use_thread_query},
    moderation::{ReportLink, StandingNotice},
    people::{AwayLink, Veil},
    support::SupportBar,
    ui::{
        ByLine, ErrorPage, Heading, Hidden, Icon, Loading, PostForm, Prose, Submit, announce, focus,
    },
    wire::{Resource, ServerAction},
};
use domain::{
    ids::StoryId,
    moderation::{Standing, Thing},
};
use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// `/stories/{id}`: one story with its thread.
pub(super) fn story_page() -> AnyView {
    let params = use_params_map();
    let query = use_thread_query();
    let key = move || {
        let id = params.with(|params| params.get("id").unwrap_or_default());
        (id, query.get())
    };
    let story = Resource::new(key, |(id, query)| read_story(id, query));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match story.await {
                    Ok(story) => view! { <Whole story /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Whole(story: StoryView) -> impl IntoView {
    let standing = story.standing;
    let html = story.html;
    let words = match story.content_note {
        Some(note) => view! {
            <details class="note">
                <summary>
                    <Icon name="veil" />
                    <span>"Content note: " <span dir="auto">{note}</span></span>
                </summary>
                <Prose html lead=true />
            </details>
        }
        .into_any(),
        None => view! { <Prose html lead=true /> }.into_any(),
    };
    let actions = story
        .mine
        .then(|| view! { <OwnActions id=story.id editable=standing != Standing::Hidden /> });
    let thing = Thing::Share(story.id.into());
    let is_member = story.thread.handle.is_some();
    let report = (!story.mine && standing.is_published()).then(|| {
        view! {
            <div class="actions">
                <ReportLink thing label="Report this story" />
                <AwayLink thing byline=story.byline.clone() is_member />
            </div>
        }
    });
    view! {
        <div class="spread">
            <div>
                <article class="piece">
                    <header class="piece-head">
                        <p class="kind">
                            <Icon name="story" />
                            "Story"
                        </p>
                        <Heading text=story.title typed=true />
                        <ByLine byline=story.byline day=story.day edited=story.edited />
                    </header>
                    <StandingNotice standing mine=story.mine why=story.why />
                    <Veil away=story.away>{words}</Veil>
                    {story.near.map(|near| view! { <Beside near /> })}
                    {standing.is_published().then(|| view! { <SupportBar view=story.support /> })}
                    {actions}
                    {report}
                </article>
                <Thread thread=story.thread />
            </div>
        </div>
    }
}

#[component]
fn OwnActions(id: StoryId, editable: bool) -> impl IntoView {
    let address = format!("/stories/{id}");
    let name = delete_name(&id.to_string());
    let asked = use_query_map().with_untracked(|query| query.get_str("remove").is_some());
    let open = RwSignal::new(asked);
    let navigate = use_navigate();
    let on_done = Callback::new(move |_: StoryDeleted| {
        navigate("/stories", Default::default());
        announce("Your story is deleted.");
    });
    let focused = name.clone();
    let toggle = move |ev: MouseEvent| {
        if ev.ctrl_key() || ev.meta_key() || ev.shift_key() {
            return;
        }
        ev.prevent_default();
        open.update(|open| *open = !*open);
        if open.get_untracked() {
            focus(focused.clone());
        }
    };
    let question_page = address.clone();
    let question = move || {
        open.get()
            .then(|| view! { <Remover id page=question_page.clone() on_done /> })
    };
    view! {
        <div class="actions">
            {editable.then(|| view! { <a href=format!("{address}/edit")>"Edit"</a> })}
            <a
                href=format!("{address}?remove=true#{name}")
                rel="nofollow"
                aria-expanded=move || open.get().to_string()
                on:click=toggle
            >
                "Delete"
            </a>
        </div>
        {question}
    }
}

#[component]
fn Remover(id: StoryId, page: String, on_done: Callback<StoryDeleted>) -> impl IntoView {
    let id = id.to_string();
    let action = ServerAction::<DeleteStory>::new();
    view! {
        <PostForm
            action
            name=delete_name(&id)
            class="composer"
            page
            label="Delete your story"
            on_done
        >
            <Hidden name="id" value=id.clone() />
            <p>"Delete this story? Its words and the replies to it will be gone."</p>
            <div class="row">
                <Submit label="Delete" class="danger" />
            </div>
        </PostForm>
    }
}
