use super::{Opening, StoryCard, StoryList, api::list_stories};
use crate::{
    people::Veil,
    ui::{ByLine, Empty, ErrorPage, Heading, Icon, Loading, Pager},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/stories`: the stories, newest first.
pub(super) fn stories_page() -> AnyView {
    let query = use_query_map();
    let after = move || query.with(|query| query.get("after").unwrap_or_default());
    let stories = Resource::new(after, list_stories);
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match stories.await {
                    Ok(list) => view! { <Stories list /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Stories(list: StoryList) -> impl IntoView {
    let pager = view! {
        <Pager
            at="/stories"
            next=list.next
            continued=list.continued
            newest="Newest stories"
            older="Older stories"
        />
    };
    let shares = if list.stories.is_empty() {
        view! {
            <Empty text="No one has told a story here yet. Yours can be the first, and it can be short." />
        }
        .into_any()
    } else {
        let cards = list
            .stories
            .into_iter()
            .map(|story| view! { <li><Card story /></li> })
            .collect_view();
        view! { <ul class="shares plain">{cards}</ul> }.into_any()
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Stories" />
                <p class="sentence">"What happened, in the words of those it happened to."</p>
                <a class="button" href="/stories/new">
                    "Share your story"
                </a>
            </header>
            <div>{shares} {pager}</div>
        </div>
    }
}

#[component]
fn Card(story: StoryCard) -> impl IntoView {
    let opening = match story.opening {
        Opening::Excerpt(text) => view! {
            <div class="prose" dir="auto">
                <p>{text}</p>
            </div>
        }
        .into_any(),
        Opening::ContentNote(note) => view! {
            <p>"Content note: " <span dir="auto">{note}</span></p>
        }
        .into_any(),
    };
    view! {
        <article class="share story" id=format!("story-{}", story.id)>
            <p class="kind">
                <Icon name="story" />
                "Story"
            </p>
            <Veil away=story.away>
                <h2 class="title" dir="auto">
                    <a href=format!("/stories/{}", story.id)>{story.title}</a>
                </h2>
                {opening}
            </Veil>
            <ByLine byline=story.byline day=story.day edited=story.edited />
        </article>
    }
}
