use super::{
    ContextView, DeskView, EarlierView, ReportView, ThingCard,
    api::{self, DecideAbout, Done, LiftDecision, LockThread, form_name},
    reveal::Who,
    words,
};
use crate::{
    error::AppError,
    ui::{
        ByLine, Choice, Choices, ErrorPage, Heading, Hidden, Loading, PostForm, Prose, Submit,
        TextArea, TextField, announce, focus,
    },
    wire::{Resource, ServerAction},
};
use domain::{
    actor::Byline,
    drafts::Kept,
    moderation::{DecisionReason, Ruling, Standing},
    refusal::Field,
};
use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

pub(super) type Desk = Resource<Result<DeskView, AppError>>;

/// `/moderation/{thing}`: one thing, to decide about it.
pub(super) fn thing_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let desk = Resource::new(
        move || {
            let thing = params.with(|params| params.get("thing").unwrap_or_default());
            let kept = query.with(|query| query.get_str("kept").unwrap_or_default().to_owned());
            (thing, kept)
        },
        |(thing, kept)| api::load_thing(thing, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match desk.await {
                    Ok(view) => view! { <Whole view desk /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Whole(view: DeskView, desk: Desk) -> impl IntoView {
    let DeskView {
        card,
        context,
        reports,
        decisions,
        locked,
        mine,
        by_member,
        reveal,
        kept,
    } = view;
    let kind = words::thing(card.thing);
    let thing = card.thing.to_string();
    let seen = card.seen.clone();
    let kept = StoredValue::new(kept);
    let forms = match mine {
        true => view! {
            <p class="state">"This is your own. Somebody else decides about it."</p>
        }
        .into_any(),
        false => view! { <Decide thing=thing.clone() seen by_member kept desk /> }.into_any(),
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text=format!("Decide about this {kind}") />
                <p class="sentence">
                    <a href="/moderation">"Back to what waits"</a>
                </p>
            </header>
            <div>
                {context.map(|context| view! { <Context context /> })}
                <section aria-labelledby="thing">
                    <div class="section-head">
                        <h2 id="thing">{format!("The {kind}")}</h2>
                    </div>
                    <article class="share">
                        <Card card />
                    </article>
                </section>
                <Reports reports />
                {forms}
                {reveal.map(|reveal| view! { <Who reveal thing=thing.clone() kept desk /> })}
                <Lock thing locked desk />
                <Earlier decisions kept desk />
            </div>
        </div>
    }
}

/// A thing as it is read before something is decided.
#[component]
pub(super) fn Card(card: ThingCard) -> impl IntoView {
    let kind = words::thing(card.thing);
    let stands = match card.standing {
        Standing::Published => "Everyone sees it.",
        Standing::Held => "It waits. Only its author and those who keep the house see it.",
        Standing::Hidden => {
            "It is out of sight. Only its author and those who keep the house see it."
        }
    };
    view! {
        <ByLine byline=card.byline day=card.day>
            <a href=card.thing.address() rel="nofollow">
                {kind}
            </a>
        </ByLine>
        {card.title.map(|title| view! { <h3 class="title" dir="auto">{title}</h3> })}
        {card
            .content_note
            .map(|note| view! { <p>"Content note: " <span dir="auto">{note}</span></p> })}
        <Prose html=card.html />
        {card.facts.into_iter().map(|fact| view! { <p dir="auto">{fact}</p> }).collect_view()}
        <p class="state">{stands}</p>
    }
}

fn by(byline: Byline) -> String {
    match byline {
        Byline::Member(name) | Byline::Guest(name) => name,
        Byline::Anonymous => "Someone anonymous".into(),
        Byline::Former => "A former member".into(),
    }
}

#[component]
fn Context(context: ContextView) -> impl IntoView {
    let said = context.comment.map(|(byline, html)| {
        view! {
            <p class="byline">
                <span class="by" dir="auto">
                    {by(byline)}
                </span>
            </p>
            <Prose html />
        }
    });
    view! {
        <section aria-labelledby="context">
            <div class="section-head">
                <h2 id="context">"What it answers"</h2>
            </div>
            {context.title.map(|title| view! { <p class="title" dir="auto">{title}</p> })}
            {said}
            <p>
                <a href=context.address rel="nofollow">
                    "See where it stands"
                </a>
            </p>
        </section>
    }
}

#[component]
fn Reports(reports: Vec<ReportView>) -> impl IntoView {
    (!reports.is_empty()).then(|| {
        let lines = reports
            .into_iter()
            .map(|report| {
                view! {
                    <li>
                        <h3>{words::report(report.reason)}</h3>
                        <p dir="auto">{report.words}</p>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section aria-labelledby="reports">
                <div class="section-head">
                    <h2 id="reports">"What was reported"</h2>
                </div>
                <ul class="lines">{lines}</ul>
            </section>
        }
    })
}

pub(super) type InForm = StoredValue<Option<(String, Kept)>>;

pub(super) fn kept_for(kept: InForm, form: &str) -> Option<Kept> {
    kept.with_value(|kept| {
        kept.as_ref()
            .filter(|(name, _)| name == form)
            .map(|(_, kept)| kept.clone())
    })
}

#[component]
fn Decide(thing: String, seen: String, by_member: bool, kept: InForm, desk: Desk) -> impl IntoView {
    let action = ServerAction::<DecideAbout>::new();
    let name = form_name("decide", &thing);
    let page = format!("/moderation/{thing}");
    let here = page.clone();
    let navigate = use_navigate();
    let on_done = Callback::new(move |done: Done| {
        announce("It is decided.");
        if done.to == here {
            desk.refetch();
            focus("decide".to_owned());
        } else {
            navigate(&done.to, Default::default());
        }
    });
    let asked = use_query_map().with_untracked(|query| {
        let name = query.get_str("words").unwrap_or_default();
        words::template(name).unwrap_or_default()
    });
    let choices = Ruling::CHOICES
        .into_iter()
        .filter(|ruling| by_member || !ruling.is_about_the_author())
        .map(|ruling| {
            let (label, hint) = words::choice(ruling);
            Choice {
                value: ruling.name(),
                label,
                hint,
            }
        })
        .collect();
    let field = format!("{name}-reason");
    let templates = words::TEMPLATES
        .into_iter()
        .map(|(template, label, text)| {
            let field = field.clone();
            view! {
                <li>
                    <a
                        href=format!("{page}?words={template}#{field}")
                        rel="nofollow"
                        on:click=move |ev: MouseEvent| fill(&ev, &field, text)
                    >
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="decide">
            <div class="section-head">
                <h2 id="decide">"What shall be?"</h2>
            </div>
            <PostForm
                action
                name=name.clone()
                class="sheet"
                page=page.clone()
                kept=kept_for(kept, &name)
                label="Decide"
                on_done
            >
                <Hidden name="thing" value=thing.clone() />
                <Hidden name="seen" value=seen />
                <Choices field=Field::Kind legend="Choose one" choices />
                <TextArea
                    field=Field::Reason
                    label="Why"
                    hint="Its author reads this. Say what it was, and what they can do now."
                    max=DecisionReason::MAX
                    value=asked
                />
                <p class="hint">"Words to begin from:"</p>
                <ul class="row">{templates}</ul>
                <div class="row">
                    <Submit label="Decide" />
                </div>
            </PostForm>
        </section>
    }
}

/// Puts words into a field without leaving the page.
fn fill(ev: &MouseEvent, field: &str, words: &str) {
    if ev.ctrl_key() || ev.meta_key() || ev.shift_key() {
        return;
    }
    ev.prevent_default();
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let found = document().get_element_by_id(field);
        if let Some(area) = found.and_then(|found| {
            found
                .dyn_into::<leptos::web_sys::HtmlTextAreaElement>()
                .ok()
        }) {
            area.set_value(words);
        }
        focus(field.to_owned());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (field, words);
}

#[component]
fn Lock(thing: String, locked: bool, desk: Desk) -> impl IntoView {
    let action = ServerAction::<LockThread>::new();
    let on_done = Callback::new(move |_: Done| {
        announce("It is done.");
        desk.refetch();
        focus("thread".to_owned());
    });
    let (says, label, change) = match locked {
        true => ("It takes no more comments.", "Let it take comments", "no"),
        false => ("It takes comments.", "Lock the thread", "yes"),
    };
    view! {
        <section aria-labelledby="thread">
            <div class="section-head">
                <h2 id="thread">"Its thread"</h2>
            </div>
            <p>{says}</p>
            <PostForm
                action
                name=form_name("lock", &thing)
                class="row"
                page=format!("/moderation/{thing}")
                on_done
            >
                <Hidden name="thing" value=thing.clone() />
                <Hidden name="locked" value=change />
                <Submit label=label class="second" />
            </PostForm>
        </section>
    }
}

#[component]
fn Earlier(decisions: Vec<EarlierView>, kept: InForm, desk: Desk) -> impl IntoView {
    (!decisions.is_empty()).then(|| {
        let lines = decisions
            .into_iter()
            .map(|earlier| view! { <li><EarlierLine earlier kept desk /></li> })
            .collect_view();
        view! {
            <section aria-labelledby="earlier">
                <div class="section-head">
                    <h2 id="earlier">"Decided before"</h2>
                </div>
                <ul class="lines">{lines}</ul>
            </section>
        }
    })
}

#[component]
fn EarlierLine(earlier: EarlierView, kept: InForm, desk: Desk) -> impl IntoView {
    let about = match earlier.here {
        true => "about this".to_owned(),
        false => format!(
            "about another {} by this author",
            earlier.kind.replace('_', "-")
        ),
    };
    let until = earlier
        .until
        .map(|day| view! { <span>"until " <time datetime=day.iso>{day.text}</time></span> });
    let lift = earlier.lasts.then(|| {
        let id = earlier.decision.to_string();
        view! { <Lift id kept desk /> }
    });
    view! {
        <h3>{words::decided(earlier.ruling)}</h3>
        <p class="byline">
            <time datetime=earlier.day.iso>{earlier.day.text}</time>
            <span>{about}</span>
            {until}
            {earlier.lifted.then(|| view! { <span>"taken back"</span> })}
        </p>
        <p dir="auto">{earlier.reason}</p>
        {lift}
    }
}

#[component]
fn Lift(id: String, kept: InForm, desk: Desk) -> impl IntoView {
    let action = ServerAction::<LiftDecision>::new();
    let name = form_name("lift", &id);
    let kept = kept_for(kept, &name);
    let open = kept.is_some();
    let page = use_params_map().with_untracked(|params| {
        let thing = params.get("thing").unwrap_or_default();
        format!("/moderation/{thing}")
    });
    let on_done = Callback::new(move |_: Done| {
        announce("It is taken back.");
        desk.refetch();
        focus("earlier".to_owned());
    });
    view! {
        <details class="open-here" open=open>
            <summary class="button second">"Take it back"</summary>
            <PostForm action name class="composer" page kept on_done>
                <Hidden name="id" value=id.clone() />
                <TextField
                    field=Field::Reason
                    label="Why"
                    hint="Its author reads this."
                    max=DecisionReason::MAX
                    optional=true
                />
                <div class="row">
                    <Submit label="Take it back" />
                </div>
            </PostForm>
        </details>
    }
}
