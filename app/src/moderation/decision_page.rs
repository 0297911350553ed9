use super::{
    AppealView, DecisionView,
    api::{self, AppealDecision, Done, form_name},
    words,
};
use crate::{
    error::AppError,
    ui::{ErrorPage, Heading, Hidden, Loading, PostForm, Submit, TextArea, announce, focus},
    wire::{Resource, ServerAction},
};
use domain::{drafts::Kept, ids::DecisionId, moderation::AppealWords, refusal::Field};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

type Decided = Resource<Result<DecisionView, AppError>>;

/// `/me/decisions/{id}`: one decision, and what its author can do about it.
pub(super) fn decision_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let decided = Resource::new(
        move || {
            let id = params.with(|params| params.get("id").unwrap_or_default());
            let kept = query.with(|query| query.get_str("kept").unwrap_or_default().to_owned());
            (id, kept)
        },
        |(id, kept)| api::load_decision(id, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match decided.await {
                    Ok(view) => view! { <Whole view decided /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Whole(view: DecisionView, decided: Decided) -> impl IntoView {
    let told = view.told;
    let kind = words::thing(told.thing);
    let says = words::told(told.ruling, kind, told.until.as_ref(), told.waits);
    let place = view.there.then(|| {
        view! {
            <p class="sentence">
                <a href=told.thing.address() rel="nofollow">
                    {format!("Look at your {kind}")}
                </a>
            </p>
        }
    });
    let said = match (view.appeal, told.lifted) {
        (Some(appeal), _) => view! { <Said appeal /> }.into_any(),
        (None, true) => ().into_any(),
        (None, false) => view! { <Appeal id=told.decision kept=view.kept decided /> }.into_any(),
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="A decision about your words" />
                {place}
            </header>
            <div>
                <section aria-labelledby="decision">
                    <div class="section-head">
                        <h2 id="decision">{says}</h2>
                    </div>
                    <p class="byline">
                        <time datetime=told.day.iso>{told.day.text}</time>
                        {told.lifted.then(|| view! { <span>"Taken back"</span> })}
                    </p>
                    <p dir="auto">{told.reason}</p>
                </section>
                {said}
            </div>
        </div>
    }
}

/// What was said to it, and the answer.
#[component]
fn Said(appeal: AppealView) -> impl IntoView {
    let answer = match appeal.answer {
        Some(answer) => view! {
            <p>"The answer:"</p>
            <p dir="auto">{answer}</p>
        }
        .into_any(),
        None => view! { <p>"Somebody reads it. The answer comes here."</p> }.into_any(),
    };
    view! {
        <section aria-labelledby="appeal">
            <div class="section-head">
                <h2 id="appeal">"What you said to it"</h2>
            </div>
            <p class="byline">
                <time datetime=appeal.day.iso>{appeal.day.text}</time>
            </p>
            <p dir="auto">{appeal.words}</p>
            {answer}
        </section>
    }
}

#[component]
fn Appeal(id: DecisionId, kept: Option<Kept>, decided: Decided) -> impl IntoView {
    let id = id.to_string();
    let action = ServerAction::<AppealDecision>::new();
    let on_done = Callback::new(move |_: Done| {
        announce("Thank you. Somebody reads it.");
        decided.refetch();
        focus("appeal".to_owned());
    });
    view! {
        <section aria-labelledby="appeal">
            <div class="section-head">
                <h2 id="appeal">"If you see it differently"</h2>
            </div>
            <p>
                "Say so here, once. Somebody else than who decided reads it, if there is anybody else, and answers."
            </p>
            <PostForm
                action
                name=form_name("appeal", &id)
                class="sheet"
                page=format!("/me/decisions/{id}")
                kept
                label="Say something to the decision"
                on_done
            >
                <Hidden name="id" value=id.clone() />
                <TextArea
                    field=Field::Body
                    label="What should they know?"
                    max=AppealWords::MAX
                />
                <div class="row">
                    <Submit label="Send it" />
                </div>
            </PostForm>
        </section>
    }
}
