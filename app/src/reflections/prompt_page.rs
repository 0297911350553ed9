use super::{
    PromptPageView,
    api::list_reflections,
    list::{AnswerHere, Answers},
};
use crate::{
    ui::{Empty, ErrorPage, Heading, Loading},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/prompts/{prompt}`: every answer to one prompt.
pub(super) fn prompt_page() -> AnyView {
    let params = use_params_map();
    let query = use_query_map();
    let key = move || {
        let prompt = params.with(|params| params.get("prompt").unwrap_or_default());
        let field = |name| query.with(|query| query.get(name).unwrap_or_default());
        (prompt, field("after"), field("kept"))
    };
    let answers = Resource::new(key, |(prompt, after, kept)| {
        list_reflections(prompt, after, kept)
    });
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match answers.await {
                    Ok(page) => view! { <All page /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn All(page: PromptPageView) -> impl IntoView {
    let place = page.place;
    let address = format!("/prompts/{}", place.prompt);
    let shown = RwSignal::new(page.answers.reflections);
    let question = place.question.clone();
    let empty = move || {
        shown.with(Vec::is_empty).then(|| {
            view! { <Empty text="No one has answered yet. A sentence is enough." /> }
        })
    };
    let newest = page.continued.then(|| {
        view! {
            <a href=address.clone() rel="first">
                "Newest answers"
            </a>
        }
    });
    let older = page.next.map(|next| {
        view! {
            <a href=format!("{address}?after={next}") rel="next">
                "Older answers"
            </a>
        }
    });
    let pager = (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {newest}
                {older}
            </nav>
        }
    });
    view! {
        <div class="spread">
            <header class="page-head" id="question">
                <p class="kicker">
                    <a href=place.address dir="auto">
                        {place.title}
                    </a>
                </p>
                <Heading text=place.question typed=true />
            </header>
            <div>
                <AnswerHere
                    prompt=place.prompt
                    question
                    anchor="question".to_owned()
                    handle=page.answers.handle
                    kept=page.answers.kept
                    shown
                />
                {empty}
                <Answers shown plain=true />
                {pager}
            </div>
        </div>
    }
}
