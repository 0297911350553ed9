use super::{
    AppealCard, BanView, CaseView, HeldView, QueueView, WaitingView,
    api::{
        self, AnswerAppeal, ConfirmBan, DecideAbout, DeskQuery, Done, InviteSomeone, LetMemberIn,
        TurnMemberAway, form_name,
    },
    thing_page::{Card, InForm, kept_for},
    words,
};
use crate::{
    error::AppError,
    live::{Arrivals, MODERATION, What, listen},
    query::with_query,
    ui::{
        Choice, Choices, Empty, ErrorPage, Heading, Hidden, Icon, Loading, PostForm, Submit,
        TextArea, announce, focus,
    },
    wire::{Resource, ServerAction},
};
use domain::{
    moderation::{DecisionReason, Ruling},
    refusal::Field,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use std::collections::HashSet;

type Queue = Resource<Result<QueueView, AppError>>;

/// `/moderation`.
pub(super) fn moderation_page() -> AnyView {
    let query = use_query_map();
    let queue = Resource::new(move || query.with(asked), api::load_queue);
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match queue.await {
                    Ok(view) => view! { <House view queue /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// What the address asks for.
fn asked(query: &ParamsMap) -> DeskQuery {
    let field = |name| query.get_str(name).unwrap_or_default().to_owned();
    DeskQuery {
        reported: field("reported"),
        after: field("after"),
        appeals: field("appeals"),
        kept: field("kept"),
        look: String::new(),
    }
}

/// What waits, each with a name of its own.
fn waiting(view: &QueueView) -> HashSet<String> {
    let reported = view.reported.iter();
    let reported = reported.map(|case| format!("{} by {}", case.card.thing, case.reports));
    let held = view
        .held
        .iter()
        .map(|held| format!("held {}", held.card.thing));
    let appeals = view.appeals.iter();
    let appeals = appeals.map(|appeal| format!("appeal {}", appeal.decision));
    let bans = view.bans.iter().map(|ban| format!("ban {}", ban.decision));
    let members = view.waiting.iter().map(|member| member.id.clone());
    reported
        .chain(held)
        .chain(appeals)
        .chain(bans)
        .chain(members)
        .collect()
}

/// Says when something waits that is not on the page.
#[component]
fn WhatComes(known: HashSet<String>, queue: Queue) -> impl IntoView {
    let is_new = RwSignal::new(false);
    let query = DeskQuery {
        kept: String::new(),
        look: "yes".to_owned(),
        ..use_query_map().with_untracked(asked)
    };
    let known = StoredValue::new(known);
    listen(What::Moderation, MODERATION, move |_| {
        let reading = api::load_queue(query.clone());
        spawn_local(async move {
            if let Ok(view) = reading.await
                && let Some(known) = known.try_get_value()
            {
                is_new.try_set(!waiting(&view).is_subset(&known));
            }
        });
    });
    let words = move || is_new.get().then(|| "Show what is new".to_owned());
    let on_show = Callback::new(move |()| {
        queue.refetch();
        focus("reported".to_owned());
    });
    view! { <Arrivals words=Signal::derive(words) on_show /> }
}

#[component]
fn House(view: QueueView, queue: Queue) -> impl IntoView {
    let known = waiting(&view);
    let kept: InForm = StoredValue::new(view.kept);
    view! {
        <div class="spread" data-live=MODERATION>
            <header class="page-head">
                <Heading text="Keep the house" />
                <p class="sentence">
                    "Read what waits here as you would want to be read."
                </p>
                <p class="sentence">
                    <a href="/moderation/log">"What was done so far"</a>
                </p>
            </header>
            <div>
                <WhatComes known queue />
                <Reported cases=view.reported next=view.more_reported />
                <Held held=view.held next=view.next />
                <Appeals appeals=view.appeals next=view.more_appeals kept queue />
                <Bans bans=view.bans queue />
                <Waiting waiting=view.waiting />
                <Invitations invitation=view.invitation queue />
            </div>
        </div>
    }
}

/// A link to the next page of one of the lists.
fn more(field: &str, next: Option<String>, label: &'static str) -> impl IntoView + use<> {
    let href = next.map(|next| with_query("/moderation", field, &next));
    href.map(|href| {
        view! {
            <nav class="pager" aria-label=label>
                <a href=href rel="next">
                    {label}
                </a>
            </nav>
        }
    })
}

#[component]
fn Reported(cases: Vec<CaseView>, next: Option<String>) -> impl IntoView {
    let lines = cases
        .into_iter()
        .map(|case| view! { <li><ReportedLine case /></li> })
        .collect_view();
    let content = if lines.is_empty() {
        view! { <p>"Nothing was reported."</p> }.into_any()
    } else {
        view! { <ul class="lines">{lines}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="reported">
            <div class="section-head">
                <h2 id="reported">"Reported"</h2>
            </div>
            {content}
            {more("reported", next, "More that was reported")}
        </section>
    }
}

#[component]
fn ReportedLine(case: CaseView) -> impl IntoView {
    let by = match case.reports {
        1 => "Reported by one person".to_owned(),
        count => format!("Reported by {count} people"),
    };
    let reasons: Vec<&str> = case.reasons.into_iter().map(words::report).collect();
    let says = format!("{by}: {}.", reasons.join(". "));
    let href = format!("/moderation/{}", case.card.thing);
    view! {
        <p class="state">{says}</p>
        <Card card=case.card />
        <div class="row">
            <a class="button" href=href>
                "Decide"
            </a>
        </div>
    }
}

#[component]
fn Held(held: Vec<HeldView>, next: Option<String>) -> impl IntoView {
    let held = RwSignal::new(held);
    let decided = Callback::new(move |seen: String| {
        held.update(|held| held.retain(|held| held.card.seen != seen));
        announce("Everyone can see it now.");
        focus("held".to_owned());
    });
    view! {
        <section aria-labelledby="held">
            <div class="section-head">
                <h2 id="held">"Waiting to be read"</h2>
            </div>
            <Show
                when=move || !held.with(Vec::is_empty)
                fallback=|| view! { <Empty text="Nothing waits. What guests write comes here first." /> }
            >
                <ul class="lines">
                    <For each=move || held.get() key=|held| held.card.seen.clone() let:held>
                        <li>
                            <HeldLine held decided />
                        </li>
                    </For>
                </ul>
            </Show>
            {more("after", next, "More that waits")}
        </section>
    }
}

#[component]
fn HeldLine(held: HeldView, decided: Callback<String>) -> impl IntoView {
    let publish = ServerAction::<DecideAbout>::new();
    let thing = held.card.thing.to_string();
    let seen = held.card.seen.clone();
    let href = format!("/moderation/{thing}");
    let gone = seen.clone();
    let on_done = Callback::new(move |_: Done| decided.run(gone.clone()));
    let buttons = match held.mine {
        true => view! {
            <p class="state">"This is your own. Somebody else decides about it."</p>
        }
        .into_any(),
        false => view! {
            <div class="row">
                <PostForm
                    action=publish
                    name=form_name("publish", &thing)
                    class="row"
                    page="/moderation"
                    on_done
                >
                    <Hidden name="thing" value=thing.clone() />
                    <Hidden name="seen" value=seen />
                    <Hidden name="kind" value=Ruling::Publish.name() />
                    <Submit label="Approve" />
                </PostForm>
                <a class="button second" href=href>
                    "Decide otherwise"
                </a>
            </div>
        }
        .into_any(),
    };
    view! {
        <Card card=held.card />
        {buttons}
    }
}

#[component]
fn Appeals(
    appeals: Vec<AppealCard>,
    next: Option<String>,
    kept: InForm,
    queue: Queue,
) -> impl IntoView {
    (!appeals.is_empty()).then(|| {
        let lines = appeals
            .into_iter()
            .map(|appeal| view! { <li><AppealLine appeal kept queue /></li> })
            .collect_view();
        view! {
            <section aria-labelledby="appeals">
                <div class="section-head">
                    <h2 id="appeals">"Seen differently by their authors"</h2>
                </div>
                <ul class="lines">{lines}</ul>
                {more("appeals", next, "More appeals")}
            </section>
        }
    })
}

#[component]
fn AppealLine(appeal: AppealCard, kept: InForm, queue: Queue) -> impl IntoView {
    let id = appeal.decision.to_string();
    let kind = words::thing(appeal.thing);
    let form = match appeal.for_others {
        true => view! { <p class="state">"Somebody else answers this."</p> }.into_any(),
        false => view! { <Answer id kept queue /> }.into_any(),
    };
    view! {
        <h3>{words::decided(appeal.ruling)}</h3>
        <p class="byline">
            <time datetime=appeal.day.iso>{appeal.day.text}</time>
            <a href=format!("/moderation/{}", appeal.thing)>{kind}</a>
        </p>
        <p>"Decided because: " <span dir="auto">{appeal.reason}</span></p>
        <p>"Its author says: " <span dir="auto">{appeal.words}</span></p>
        {form}
    }
}

#[component]
fn Answer(id: String, kept: InForm, queue: Queue) -> impl IntoView {
    let action = ServerAction::<AnswerAppeal>::new();
    let name = form_name("answer", &id);
    let kept = kept_for(kept, &name);
    let open = kept.is_some();
    let on_done = Callback::new(move |_: Done| {
        announce("It is answered.");
        queue.refetch();
        focus("main".to_owned());
    });
    let choices = vec![
        Choice {
            value: "lift",
            label: "Take the decision back",
            hint: "",
        },
        Choice {
            value: "keep",
            label: "Leave it as it was decided",
            hint: "",
        },
    ];
    view! {
        <details class="open-here" open=open>
            <summary class="button second">"Answer"</summary>
            <PostForm action name class="composer" page="/moderation" kept on_done>
                <Hidden name="id" value=id.clone() />
                <Choices field=Field::Kind legend="What shall be?" choices />
                <TextArea
                    field=Field::Reason
                    label="Your answer"
                    hint="Its author reads this."
                    max=DecisionReason::MAX
                />
                <div class="row">
                    <Submit label="Answer" />
                </div>
            </PostForm>
        </details>
    }
}

#[component]
fn Bans(bans: Vec<BanView>, queue: Queue) -> impl IntoView {
    (!bans.is_empty()).then(|| {
        let lines = bans
            .into_iter()
            .map(|ban| view! { <li><BanLine ban queue /></li> })
            .collect_view();
        view! {
            <section aria-labelledby="bans">
                <div class="section-head">
                    <h2 id="bans">"Bans that need a second person"</h2>
                </div>
                <p>
                    "They pass after a week if nobody agrees. Where one person keeps the house, they last after a day."
                </p>
                <ul class="lines">{lines}</ul>
            </section>
        }
    })
}

#[component]
fn BanLine(ban: BanView, queue: Queue) -> impl IntoView {
    let action = ServerAction::<ConfirmBan>::new();
    let id = ban.decision.to_string();
    let on_done = Callback::new(move |_: Done| {
        announce("The ban lasts now.");
        queue.refetch();
        focus("main".to_owned());
    });
    let form = match ban.for_others {
        true => view! { <p class="state">"Somebody else has to agree."</p> }.into_any(),
        false => view! {
            <PostForm
                action
                name=form_name("confirm", &id)
                class="row"
                page="/moderation"
                on_done
            >
                <Hidden name="id" value=id.clone() />
                <Submit label="Agree to the ban" class="danger" />
            </PostForm>
        }
        .into_any(),
    };
    view! {
        <h3>
            <a href=format!("/moderation/{}", ban.thing)>
                {format!("The author of this {}", words::thing(ban.thing))}
            </a>
        </h3>
        <p class="byline">
            <time datetime=ban.day.iso>{ban.day.text}</time>
        </p>
        <p dir="auto">{ban.reason}</p>
        {form}
    }
}

#[component]
fn Waiting(waiting: Vec<WaitingView>) -> impl IntoView {
    let waiting = RwSignal::new(waiting);
    let decided = Callback::new(move |(id, words): (String, &'static str)| {
        waiting.update(|waiting| waiting.retain(|member| member.id != id));
        announce(words);
        focus("waiting".to_owned());
    });
    view! {
        <section aria-labelledby="waiting">
            <div class="section-head">
                <h2 id="waiting">"People who wait to come in"</h2>
            </div>
            <Show
                when=move || !waiting.with(Vec::is_empty)
                fallback=|| view! { <p>"Nobody waits."</p> }
            >
                <ul class="lines">
                    <For each=move || waiting.get() key=|member| member.id.clone() let:member>
                        <WaitingMember member decided />
                    </For>
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn WaitingMember(member: WaitingView, decided: Callback<(String, &'static str)>) -> impl IntoView {
    let let_in = ServerAction::<LetMemberIn>::new();
    let turn_away = ServerAction::<TurnMemberAway>::new();
    let WaitingView { id, handle, day } = member;
    let (in_name, away_name) = (form_name("let-in", &id), form_name("turn-away", &id));
    let id = StoredValue::new(id);
    let is_in =
        Callback::new(move |_: Done| decided.run((id.get_value(), "They can sign in now.")));
    let is_gone = Callback::new(move |_: Done| {
        decided.run((id.get_value(), "Turned away. The handle is free again."));
    });
    view! {
        <li>
            <div class="split">
                <div>
                    <h3 dir="auto">{handle}</h3>
                    <p class="byline">
                        <span>"Since " <time datetime=day.iso>{day.text}</time></span>
                    </p>
                </div>
                <div class="row">
                    <PostForm
                        action=let_in
                        name=in_name
                        class="row"
                        page="/moderation"
                        on_done=is_in
                    >
                        <Hidden name="id" value=id.get_value() />
                        <Submit label="Let in" />
                    </PostForm>
                    <details class="open-here">
                        <summary class="button second">"Turn away"</summary>
                        <PostForm
                            action=turn_away
                            name=away_name
                            class="composer"
                            page="/moderation"
                            on_done=is_gone
                        >
                            <Hidden name="id" value=id.get_value() />
                            <p>"The account goes, and the handle is free again."</p>
                            <div class="row">
                                <Submit label="Turn them away" class="danger" />
                            </div>
                        </PostForm>
                    </details>
                </div>
            </div>
        </li>
    }
}

#[component]
fn Invitations(invitation: Option<String>, queue: Queue) -> impl IntoView {
    let action = ServerAction::<InviteSomeone>::new();
    let on_done = Callback::new(move |_: Done| {
        announce("The invitation is made.");
        queue.refetch();
        focus("invitation".to_owned());
    });
    let made = invitation.map(|address| {
        view! {
            <div class="notice kept">
                <Icon name="kept" />
                <div>
                    <p>
                        "Give this link to one person. It works once, for two weeks, and is shown only now."
                    </p>
                    <p class="codes">{address}</p>
                </div>
            </div>
        }
    });
    view! {
        <section aria-labelledby="invitation">
            <div class="section-head">
                <h2 id="invitation">"Invitations"</h2>
            </div>
            {made}
            <PostForm
                action
                name="moderation.invite"
                class="row"
                page="/moderation"
                on_done
            >
                <Submit label="Make an invitation" class="second" />
            </PostForm>
        </section>
    }
}
