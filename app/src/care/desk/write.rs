use super::{
    Answerable,
    api::{
        AnswerCall, ClaimCall, CloseCall, Done, EscalateCall, HandCallOver, LetCallGo, ReopenCall,
    },
    call::Open,
    guidance::Guidance,
    list::closing_words,
};
use crate::{
    care::forms,
    ui::{Hidden, PostForm, Submit, TextArea, TextField, announce},
    wire::ServerAction,
};
use domain::{
    care::{CallBody, CallNote, Closing},
    refusal::Field,
};
use leptos::prelude::*;

/// How much of the call is on the page, for what is said about it.
#[component]
fn Seen(open: Open) -> impl IntoView {
    view! {
        <input
            type="hidden"
            name="seen"
            value=move || open.view.with(|view| view.seen.clone())
        />
    }
}

/// The field for an answer, with guidance beside it.
#[component]
pub(super) fn Answer(open: Open) -> impl IntoView {
    let action = ServerAction::<AnswerCall>::new();
    let name = forms::name("care.answer", &open.id.get_value());
    let first = open.turn.get_untracked() == 0;
    let kept = open.kept(&name).filter(|_| first);
    let on_done = Callback::new(move |_: Done| {
        open.turn.update(|turn| *turn += 1);
        open.read_again("Your answer is sent.");
    });
    let answerable = Memo::new(move |_| open.view.with(|view| view.answerable));
    let where_to = move || match answerable.get() {
        Answerable::Privately => "Only they see it, and the desk.",
        Answerable::Publicly => "Everyone sees it: they asked everyone.",
        Answerable::UnderPost => "It stands under the post, as a comment of yours.",
        Answerable::Publishing => {
            "The post waits for review. If you answer, everyone sees the post and your comment under it. If others should not see it, ask the moderators instead."
        }
        Answerable::Gone => "The post is not there any more, and nothing can be said under it.",
        Answerable::OutOfSight => {
            "A moderator took the post out of sight, and nothing can be said under it. Ask the moderators how to reach them."
        }
    };
    let can_answer = !matches!(
        answerable.get_untracked(),
        Answerable::Gone | Answerable::OutOfSight
    );
    let form = can_answer.then(|| {
        view! {
            <PostForm
                action
                name=name.clone()
                class="composer"
                page=open.address()
                kept
                stays=true
                on_done
            >
                <Hidden name="id" value=open.id.get_value() />
                <Seen open />
                <TextArea field=Field::Body label="Your answer" max=CallBody::MAX />
                <div class="row">
                    <Submit label="Answer" />
                </div>
            </PostForm>
        }
    });
    view! {
        <section aria-labelledby="answer">
            <div class="section-head">
                <h2 id="answer">"Answer"</h2>
            </div>
            <p>{where_to}</p>
            <Guidance />
            {form}
        </section>
    }
}

/// What else can be done about a call.
#[component]
pub(super) fn Ways(open: Open) -> impl IntoView {
    let is_closed = Memo::new(move |_| open.view.with(|view| view.line.closing.is_some()));
    let looks_after = Memo::new(move |_| open.view.with(|view| view.looks_after));
    let claim = move || {
        if is_closed.get() {
            view! { <Reopen open /> }.into_any()
        } else if looks_after.get() {
            view! { <LetGo open /> }.into_any()
        } else {
            view! { <Claim open /> }.into_any()
        }
    };
    let close = move || (!is_closed.get()).then(|| view! { <Close open /> });
    view! {
        <section aria-labelledby="ways">
            <div class="section-head">
                <h2 id="ways">"Look after it together"</h2>
            </div>
            <div class="row">{claim}</div>
            <HandOver open />
            <Escalate open />
            {close}
        </section>
    }
}

#[component]
fn Claim(open: Open) -> impl IntoView {
    let name = forms::name("care.claim", &open.id.get_value());
    let action = ServerAction::<ClaimCall>::new();
    view! {
        <PostForm
            action
            name=name.clone()
            class="row"
            page=open.address()
            kept=open.kept(&name)
            on_done=open.done("You look after this. Others see it for ten minutes.")
        >
            <Hidden name="id" value=open.id.get_value() />
            <Submit label="I look after this" class="second" />
        </PostForm>
    }
}

#[component]
fn LetGo(open: Open) -> impl IntoView {
    let action = ServerAction::<LetCallGo>::new();
    view! {
        <PostForm
            action
            name=forms::name("care.let-go", &open.id.get_value())
            class="row"
            page=open.address()
            on_done=open.done("It is left to others.")
        >
            <Hidden name="id" value=open.id.get_value() />
            <Submit label="Leave it to others" class="second" />
        </PostForm>
    }
}

#[component]
fn Reopen(open: Open) -> impl IntoView {
    let name = forms::name("care.reopen", &open.id.get_value());
    let action = ServerAction::<ReopenCall>::new();
    view! {
        <PostForm
            action
            name=name.clone()
            class="row"
            page=open.address()
            kept=open.kept(&name)
            on_done=open.done("It is open again.")
        >
            <Hidden name="id" value=open.id.get_value() />
            <Submit label="Open it again" class="second" />
        </PostForm>
    }
}

/// Shuts a place that opens, once its form has worked.
fn shut(open: Open, turn: RwSignal<u32>, words: &'static str) -> Callback<Done> {
    Callback::new(move |_: Done| {
        turn.update(|turn| *turn += 1);
        announce(words);
        open.read_again(words);
    })
}

#[component]
fn HandOver(open: Open) -> impl IntoView {
    let turn = RwSignal::new(0_u32);
    move || {
        let name = forms::name("care.hand-over", &open.id.get_value());
        let first = turn.get() == 0;
        let kept = open.kept(&name).filter(|_| first);
        let is_open = kept.is_some();
        let action = ServerAction::<HandCallOver>::new();
        view! {
            <details class="open-here" open=is_open>
                <summary class="button second">"Hand it over"</summary>
                <PostForm
                    action
                    name
                    class="composer"
                    page=open.address()
                    kept
                    on_done=shut(open, turn, "It is handed over.")
                >
                    <Hidden name="id" value=open.id.get_value() />
                    <TextField
                        field=Field::To
                        label="To whom"
                        hint="The handle of someone who answers calls."
                        max=60
                        autocomplete="off"
                    />
                    <TextArea
                        field=Field::Body
                        label="What they should know"
                        hint="Only the desk sees this."
                        max=CallNote::MAX
                    />
                    <div class="row">
                        <Submit label="Hand it over" />
                    </div>
                </PostForm>
            </details>
        }
    }
}

#[component]
fn Escalate(open: Open) -> impl IntoView {
    let turn = RwSignal::new(0_u32);
    move || {
        let name = forms::name("care.escalate", &open.id.get_value());
        let first = turn.get() == 0;
        let kept = open.kept(&name).filter(|_| first);
        let is_open = kept.is_some();
        let action = ServerAction::<EscalateCall>::new();
        view! {
            <details class="open-here" open=is_open>
                <summary class="button second">"Ask the moderators"</summary>
                <PostForm
                    action
                    name
                    class="composer"
                    page=open.address()
                    kept
                    on_done=shut(open, turn, "The moderators see that you ask them to look.")
                >
                    <Hidden name="id" value=open.id.get_value() />
                    <TextArea
                        field=Field::Body
                        label="What they should look at"
                        hint="Only the desk sees this."
                        max=CallNote::MAX
                    />
                    <div class="row">
                        <Submit label="Ask the moderators" />
                    </div>
                </PostForm>
            </details>
        }
    }
}

#[component]
fn Close(open: Open) -> impl IntoView {
    let name = forms::name("care.close", &open.id.get_value());
    let kept = open.kept(&name);
    let is_open = kept.is_some();
    let chosen = kept.as_ref().map(|kept| kept.text("kind"));
    let choices = Closing::CHOICES
        .into_iter()
        .map(|closing| {
            let checked = chosen.as_deref() == Some(closing.name());
            view! {
                <label class="choice">
                    <input type="radio" name="kind" value=closing.name() checked=checked />
                    <span>{sentence(closing_words(closing))}</span>
                </label>
            }
        })
        .collect_view();
    let action = ServerAction::<CloseCall>::new();
    view! {
        <details class="open-here" open=is_open>
            <summary class="button second">"Close it"</summary>
            <PostForm
                action
                name
                class="composer"
                page=open.address()
                kept
                on_done=open.done("It is closed.")
            >
                <Hidden name="id" value=open.id.get_value() />
                <Seen open />
                <fieldset>
                    <legend>"Why"</legend>
                    {choices}
                </fieldset>
                <TextArea
                    field=Field::Body
                    label="A word for the desk"
                    max=CallNote::MAX
                    optional=true
                />
                <div class="row">
                    <Submit label="Close it" />
                </div>
            </PostForm>
        </details>
    }
}

/// With a capital letter at its beginning.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
