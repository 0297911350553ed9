use super::{PromptAnswers, ReflectionView, Shown, api::Answered, composer::Composer};
use crate::{
    care::near::Beside,
    moderation::StandingNotice,
    people::Veil,
    support::SupportBar,
    ui::{ByLine, Icon, Prose, announce, focus},
};
use domain::ids::PromptId;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// One prompt of an article: the question, the place to answer it and the
/// newest answers.
#[component]
pub fn PromptReflections(
    /// From 1 on; the section is `#prompt-{number}`.
    number: u32,
    question: String,
    answers: PromptAnswers,
) -> impl IntoView {
    let prompt = answers.prompt;
    let shown = RwSignal::new(answers.reflections);
    let asked = question.clone();
    view! {
        <section class="prompt" id=format!("prompt-{number}")>
            <div class="ask">
                <h3 class="question" dir="auto">
                    {question}
                </h3>
                <AnswerHere
                    prompt
                    question=asked
                    anchor=format!("prompt-{number}")
                    handle=answers.handle
                    kept=answers.kept
                    shown
                />
            </div>
            <Answers shown plain=true />
            {answers
                .more
                .then(|| {
                    view! {
                        <p>
                            <a href=format!("/prompts/{prompt}")>
                                "All answers"
                                <span class="visually-hidden">{format!(" to question {number}")}</span>
                            </a>
                        </p>
                    }
                })}
        </section>
    }
}

/// The composer under a prompt; a new answer goes to the top of `shown`.
#[component]
pub fn AnswerHere(
    prompt: PromptId,
    question: String,
    /// The id of the element that the prompt stands in.
    anchor: String,
    handle: Option<String>,
    kept: Option<domain::drafts::Kept>,
    shown: RwSignal<Vec<ReflectionView>>,
) -> impl IntoView {
    let page = use_location().pathname.get_untracked();
    let Some(handle) = handle else {
        let next = format!("{page}%23{anchor}");
        return view! {
            <details class="open-here">
                <summary class="button">"Answer"</summary>
                <p>
                    "Members answer here, under a handle or anonymously. "
                    <a href=format!("/sign-in?next={next}")>"Sign in"</a> " or "
                    <a href="/join">"join"</a> ", then come back."
                </p>
            </details>
        }
        .into_any();
    };
    let opened = kept.is_some();
    let kept = StoredValue::new(kept);
    let handle = StoredValue::new(handle);
    let question = StoredValue::new(question);
    let page = StoredValue::new(page);
    let details = NodeRef::<leptos::html::Details>::new();
    // A new composer stands ready after each answer.
    let round = RwSignal::new(0_u32);
    let on_done = Callback::new(move |done: Answered| {
        let (id, standing) = (done.reflection.id, done.reflection.standing);
        shown.update(|shown| shown.insert(0, done.reflection));
        round.update(|round| *round += 1);
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
        announce(match standing.is_published() {
            true => "Your answer is posted.",
            false => "Thank you. Someone reads your answer first. Until then only you can see it.",
        });
        focus(format!("reflection-{id}"));
    });
    let composer = move || {
        let first = round.get() == 0;
        view! {
            <Composer
                prompt
                question=question.get_value()
                handle=handle.get_value()
                page=page.get_value()
                kept=if first { kept.get_value() } else { None }
                on_done
            />
        }
    };
    view! {
        <details class="open-here" node_ref=details open=opened>
            <summary class="button">"Answer"</summary>
            {composer}
        </details>
    }
    .into_any()
}

/// Answers, newest first. `plain`: all of one kind under a question.
#[component]
pub fn Answers(
    shown: RwSignal<Vec<ReflectionView>>,
    #[prop(optional)] plain: bool,
) -> impl IntoView {
    let class = if plain { "shares plain" } else { "shares" };
    move || {
        (!shown.with(Vec::is_empty)).then(|| {
            view! {
                <ol class=class>
                    <For each=move || shown.get() key=|shown| shown.id let:reflection>
                        <li>{article(reflection)}</li>
                    </For>
                </ol>
            }
        })
    }
}

fn article(reflection: ReflectionView) -> impl IntoView {
    let id = reflection.id;
    let href = format!("/reflections/{id}");
    let (words, more) = match reflection.shown {
        Shown::Whole(html) => (view! { <Prose html /> }.into_any(), false),
        Shown::Beginning(text) => (
            view! {
                <div class="prose" dir="auto">
                    <p>{text}</p>
                </div>
            }
            .into_any(),
            true,
        ),
    };
    view! {
        <article class="share reflection" id=format!("reflection-{id}")>
            <p class="kind">
                <Icon name="reflection" />
                "Reflection"
            </p>
            <StandingNotice standing=reflection.standing mine=reflection.mine why=None />
            <Veil away=reflection.away>{words}</Veil>
            {reflection.near.map(|near| view! { <Beside near /> })}
            <ByLine byline=reflection.byline day=reflection.day edited=reflection.edited>
                <a href=href>
                    {if more { "Read on" } else { "Open" }}
                    <span class="visually-hidden">" this answer and its replies"</span>
                </a>
            </ByLine>
            {reflection
                .standing
                .is_published()
                .then(|| view! { <SupportBar view=reflection.support /> })}
        </article>
    }
}
