use super::{
    Answerable,
    apart::NotACall,
    api::{
        AnswerCall, ClaimCall, CloseCall, Done, EscalateCall, HandCallOver, LetCallGo, NoCall,
        ReopenCall,
    },
    call::Open,
    guidance::Guidance,
    list::closing_words,
};
use crate::{
    care::forms,
    error::AppError,
    ui::{Hidden, PostForm, Submit, TextArea, TextField},
    wire::ServerAction,
};
use domain::{
    care::{CallBody, CallNote, Closing},
    refusal::Field,
};
use leptos::{prelude::*, server_fn::ServerFn};

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
    let kept = open.kept(&name);
    let on_done = open.done("Your answer is sent.");
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
    let is_noticed = Memo::new(move |_| open.view.with(|view| view.line.noticed));
    let no_call = move || is_noticed.get().then(|| view! { <NoCallHere open /> });
    let close = move || (!is_closed.get()).then(|| view! { <Close open /> });
    view! {
        <section aria-labelledby="ways">
            <div class="section-head">
                <h2 id="ways">"Look after it together"</h2>
            </div>
            <div class="row">{no_call} {claim}</div>
            <HandOver open />
            <Escalate open />
            {close}
        </section>
    }
}

/// Closes what was only noticed.
#[component]
fn NoCallHere(open: Open) -> impl IntoView {
    let seen = Signal::derive(move || open.view.with(|view| view.seen.clone()));
    let on_done = move |_: NoCall| open.read_again("It is closed: no call for help.");
    view! {
        <NotACall
            id=open.id.get_value()
            seen
            page=open.address()
            kept=open.kept.get_value()
            on_done
        />
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

/// A form about the call, folded until somebody asks for it.
#[component]
fn Folded<F>(
    open: Open,
    action: ServerAction<F>,
    verb: &'static str,
    /// What it does, on the button that opens it and the one that sends it.
    label: &'static str,
    /// What is said once it worked.
    said: &'static str,
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Error = AppError, Output = Done> + 'static,
{
    let name = forms::name(verb, &open.id.get_value());
    let kept = open.kept(&name);
    let is_open = kept.is_some();
    let details = NodeRef::<leptos::html::Details>::new();
    let on_done = Callback::new(move |_: Done| {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
        open.read_again(said);
    });
    view! {
        <details class="open-here" open=is_open node_ref=details>
            <summary class="button second">{label}</summary>
            <PostForm
                action
                name
                class="composer"
                page=open.address()
                kept
                stays=true
                on_done
            >
                <Hidden name="id" value=open.id.get_value() />
                {children()}
                <div class="row">
                    <Submit label />
                </div>
            </PostForm>
        </details>
    }
    .into_any()
}

#[component]
fn HandOver(open: Open) -> impl IntoView {
    let action = ServerAction::<HandCallOver>::new();
    view! {
        <Folded
            open
            action
            verb="care.hand-over"
            label="Hand it over"
            said="It is handed over."
        >
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
        </Folded>
    }
}

#[component]
fn Escalate(open: Open) -> impl IntoView {
    let action = ServerAction::<EscalateCall>::new();
    view! {
        <Folded
            open
            action
            verb="care.escalate"
            label="Ask the moderators"
            said="The moderators see that you ask them to look."
        >
            <TextArea
                field=Field::Body
                label="What they should look at"
                hint="Only the desk sees this."
                max=CallNote::MAX
            />
        </Folded>
    }
}

#[component]
fn Close(open: Open) -> impl IntoView {
    let kept = open.kept(&forms::name("care.close", &open.id.get_value()));
    let chosen = kept.map(|kept| kept.text("kind"));
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
        <Folded
            open
            action
            verb="care.close"
            label="Close it"
            said="It is closed."
        >
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
        </Folded>
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
