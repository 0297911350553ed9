use super::{
    RevealView,
    api::{AgreeWhoWrote, AskWhoWrote, Done, form_name},
    thing_page::{Desk, InForm, kept_for},
};
use crate::{
    ui::{Hidden, PostForm, Submit, TextArea, announce, focus},
    wire::ServerAction,
};
use domain::{clock::Day, moderation::DecisionReason, refusal::Field};
use leptos::prelude::*;

/// Who wrote it: for hosts, of something anonymous.
#[component]
pub(super) fn Who(reveal: RevealView, thing: String, kept: InForm, desk: Desk) -> impl IntoView {
    let content = match reveal {
        RevealView::Unasked { alone: true } => view! {
            <p>
                "Two hosts can learn this together, for a reason. You are the only host, so nobody can."
            </p>
        }
        .into_any(),
        RevealView::Unasked { alone: false } => view! { <Ask thing kept desk /> }.into_any(),
        RevealView::Mine { day } => view! {
            <p>"You asked on " <Moment day /> ". Another host has to agree within a week."</p>
        }
        .into_any(),
        RevealView::Asked { reason, day } => view! { <Agree reason day thing desk /> }.into_any(),
        RevealView::Known { handle } => {
            let who = match handle {
                Some(handle) => view! { <b dir="auto">{handle}</b> }.into_any(),
                None => "A former member".into_any(),
            };
            view! {
                <p>{who} " wrote it. You see this for a day. Keep it to the two of you."</p>
            }
            .into_any()
        }
        RevealView::Others => view! { <p>"Two other hosts have learned who wrote it."</p> }.into_any(),
    };
    view! {
        <section aria-labelledby="who">
            <div class="section-head">
                <h2 id="who">"Who wrote it"</h2>
            </div>
            {content}
        </section>
    }
}

#[component]
fn Moment(day: Day) -> impl IntoView {
    view! { <time datetime=day.iso>{day.text}</time> }
}

fn done(desk: Desk) -> Callback<Done> {
    Callback::new(move |_: Done| {
        announce("It is done.");
        desk.refetch();
        focus("who".to_owned());
    })
}

#[component]
fn Ask(thing: String, kept: InForm, desk: Desk) -> impl IntoView {
    let action = ServerAction::<AskWhoWrote>::new();
    let name = form_name("ask-who", &thing);
    let kept = kept_for(kept, &name);
    let open = kept.is_some();
    view! {
        <p>
            "Nobody sees it. Two hosts can learn it together where somebody is in danger. Both steps stay in the log, and the author is told."
        </p>
        <details class="open-here" open=open>
            <summary class="button second">"Ask who wrote it"</summary>
            <PostForm
                action
                name
                class="composer"
                page=format!("/moderation/{thing}")
                kept
                label="Ask who wrote it"
                on_done=done(desk)
            >
                <Hidden name="thing" value=thing.clone() />
                <TextArea
                    field=Field::Reason
                    label="Why it has to be known"
                    hint="The other hosts read this, and the author too."
                    max=DecisionReason::MAX
                />
                <div class="row">
                    <Submit label="Ask another host" />
                </div>
            </PostForm>
        </details>
    }
}

#[component]
fn Agree(reason: String, day: Day, thing: String, desk: Desk) -> impl IntoView {
    let action = ServerAction::<AgreeWhoWrote>::new();
    view! {
        <p>"Another host asked on " <Moment day /> " who wrote it:"</p>
        <p dir="auto">{reason}</p>
        <p>
            "If you agree, the two of you see it for a day. That stays in the log, and the author is told."
        </p>
        <PostForm
            action
            name=form_name("agree-who", &thing)
            class="row"
            page=format!("/moderation/{thing}")
            label="Agree"
            on_done=done(desk)
        >
            <Hidden name="thing" value=thing.clone() />
            <Submit label="Agree to learn it" class="danger" />
        </PostForm>
    }
}
