use super::{
    StoryToEdit,
    api::{EditStory, Told, own_story},
    form::{Preview, PreviewPane, StoryFields, edit_name},
};
use crate::{
    ui::{ErrorPage, Heading, Hidden, Loading, PostForm, announce},
    wire::{Resource, ServerAction},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// `/stories/{id}/edit`: the place to change one's own story.
pub(super) fn edit_story_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let key = move || {
        let id = params.with(|params| params.get("id").unwrap_or_default());
        let asked = |name| query.with(|query| query.get_str(name).is_some());
        (id, asked("fresh"), asked("preview"))
    };
    let story = Resource::new(key, |(id, fresh, preview)| own_story(id, fresh, preview));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match story.await {
                    Ok(story) => view! { <Editing story /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Editing(story: StoryToEdit) -> impl IntoView {
    let id = story.id.to_string();
    let address = format!("/stories/{id}");
    let page = format!("{address}/edit");
    let name = edit_name(&id);
    let action = ServerAction::<EditStory>::new();
    let navigate = use_navigate();
    let preview = Preview::new(name.clone(), story.preview);
    let on_done = Callback::new(move |told: Told| {
        navigate(&format!("/stories/{}", told.id), Default::default());
        announce("Your change is kept.");
    });
    let fresh = story.kept.is_some().then(|| {
        view! {
            <p>
                <a href=format!("{page}?fresh=true") rel="nofollow">
                    "Begin again from the story as it stands"
                </a>
            </p>
        }
    });
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Edit your story" />
                <p class="sentence">
                    <a href=address>"Back to the story"</a>
                </p>
                {fresh}
            </header>
            <div>
                <PostForm
                    action
                    name
                    class="sheet"
                    page
                    kept=story.kept
                    autosave=true
                    label="Your story"
                    on_done
                >
                    <Hidden name="id" value=id />
                    <StoryFields
                        handle=story.handle
                        preview
                        title=story.title
                        content_note=story.content_note
                        body=story.body
                        anonymous=story.anonymous
                        submit="Keep the change"
                    />
                </PostForm>
                <PreviewPane preview />
            </div>
        </div>
    }
}
