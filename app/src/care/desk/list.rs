use super::{
    ApartView, DeskView, HeldReplyView, LineView, Sheet,
    apart::{Apart, element},
    api::{self, NoCall},
    hours::Hours,
};
use crate::{
    care::said::name_of,
    error::AppError,
    live::{Arrivals, DESK, What, listen},
    query::with_query,
    ui::{Empty, ErrorPage, Heading, Loading, announce, focus},
    wire::Resource,
};
use domain::{
    care::{Closing, Origin, Queue, Severity},
    refusal::Refusal,
    watch::Level,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

/// `/care`: who waits.
pub(super) fn list_page() -> AnyView {
    let query = use_query_map();
    let desk = Resource::new(
        move || {
            query.with(|query| {
                let field = |name| query.get_str(name).unwrap_or_default().to_owned();
                let sheet = if query.get_str("past").is_some() {
                    Sheet::Past
                } else if query.get_str("danger").is_some() {
                    Sheet::Danger
                } else if query.get_str("noticed").is_some() {
                    Sheet::Noticed
                } else {
                    Sheet::Asked
                };
                (sheet, field("after"), field("kept"))
            })
        },
        |(sheet, after, kept)| api::load_desk(sheet, after, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match desk.await {
                    Ok(view) => {
                        view! { <Desk view again=Callback::new(move |()| desk.refetch()) /> }
                            .into_any()
                    }
                    Err(error) => view! { <Closed error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// What of the desk is news: not how long ago things were.
fn without_time(mut view: DeskView) -> DeskView {
    view.waits = None;
    view.hours = None;
    view.kept = None;
    let apart = view.apart.iter_mut().flat_map(|apart| &mut apart.lines);
    let noticed = apart.map(|line| &mut line.call);
    let (calls, replies) = (view.calls.iter_mut(), view.replies.iter_mut());
    for ago in calls
        .chain(noticed)
        .map(|call| &mut call.ago)
        .chain(replies.map(|reply| &mut reply.ago))
    {
        ago.clear();
    }
    view
}

/// The desk does not open. Whoever keeps the house learns who it is open to.
#[component]
fn Closed(error: AppError) -> impl IntoView {
    let guide = (error.refusal() == Some(&Refusal::NotAllowed)).then(|| {
        view! {
            <p>
                "Peer supporters, moderators and editors answer calls for help here. " <a href="/guide">
                    "The guide for hosts"
                </a> " says more about these roles and their rota."
            </p>
        }
    });
    view! {
        <ErrorPage error />
        {guide}
    }
}

#[component]
fn Desk(
    view: DeskView,
    /// Reads it again.
    again: Callback<()>,
) -> impl IntoView {
    let is_new = RwSignal::new(false);
    let query = use_query_map().get_untracked();
    let after = query.get_str("after").unwrap_or_default().to_owned();
    let sheet = view.sheet;
    let page = match (sheet, after.as_str()) {
        (Sheet::Danger, "") => "/care?danger=true".to_owned(),
        (Sheet::Danger, after) => with_query("/care?danger=true", "after", after),
        (Sheet::Noticed, "") => "/care?noticed=true".to_owned(),
        (Sheet::Noticed, after) => with_query("/care?noticed=true", "after", after),
        _ => "/care".to_owned(),
    };
    let counts = |queue: Queue| {
        view.apart
            .iter()
            .any(|it| it.queue == queue && it.count > 0)
    };
    let has_danger = counts(Queue::Danger);
    let is_calm = !has_danger && !counts(Queue::Noticed);
    let known = StoredValue::new(without_time(view.clone()));
    let after = StoredValue::new(after);
    let read = move || api::load_desk(sheet, after.get_value(), String::new());
    listen(What::Desk, DESK, move |_| {
        spawn_local(async move {
            if let Ok(view) = read().await {
                let view = without_time(view);
                is_new.try_set(
                    known
                        .try_with_value(|known| view != *known)
                        .unwrap_or(false),
                );
            }
        });
    });
    let apart = StoredValue::new(
        view.apart
            .into_iter()
            .map(RwSignal::new)
            .collect::<Vec<_>>(),
    );
    let on_closed = Callback::new(move |closed: NoCall| {
        let of_queue = |view: &ApartView| view.queue == closed.queue;
        let signals = apart.get_value();
        let place = signals
            .iter()
            .find(|apart| apart.with_untracked(of_queue))
            .and_then(|apart| apart.try_update(|apart| take_out(apart, &closed.id)));
        announce("It is closed: no call for help.");
        focus(match place.flatten() {
            Some(next) => element(&next),
            None => closed.queue.name().to_owned(),
        });
        // What was on the next page comes up.
        spawn_local(async move {
            if let Ok(view) = read().await {
                let timeless = without_time(view.clone());
                known.try_update_value(|known| known.apart = timeless.apart);
                for (apart, now) in signals.iter().zip(view.apart) {
                    apart.try_set(now);
                }
            }
        });
    });
    let come = move || is_new.get().then(|| "Show what is new".to_owned());
    let on_show = Callback::new(move |()| {
        again.run(());
        focus(match sheet {
            Sheet::Asked | Sheet::Past => "calls".to_owned(),
            Sheet::Danger => Queue::Danger.name().to_owned(),
            Sheet::Noticed => Queue::Noticed.name().to_owned(),
        });
    });
    let waiting = match view.waiting {
        0 if is_calm && sheet == Sheet::Asked => "Nobody waits.".to_owned(),
        0 => "Nobody who asked waits.".to_owned(),
        1 => "One call waits for an answer.".to_owned(),
        count => format!("{count} calls wait for an answer."),
    };
    let waits = view.waits.map(|(middle, most)| {
        view! {
            <p>
                "In the last 30 days half of those who asked had a first answer within "
                {middle} ", and 19 of 20 within " {most} "."
            </p>
        }
    });
    let kept = StoredValue::new(view.kept);
    let is_busy = sheet == Sheet::Asked && (view.waiting > 0 || has_danger);
    let sections = {
        let shown = apart.get_value().into_iter().filter(|view| {
            sheet != Sheet::Asked || view.with_untracked(|view| !view.lines.is_empty())
        });
        shown
            .map(|view| {
                let folded = is_busy && view.with_untracked(|view| view.queue == Queue::Noticed);
                view! { <Apart view folded page=page.clone() kept=kept.get_value() on_closed /> }
            })
            .collect_view()
    };
    view! {
        <div class="spread" data-live=DESK>
            <header class="page-head">
                <Heading text="The desk" />
                <p class="sentence">{waiting}</p>
                {has_danger
                    .then(|| {
                        view! {
                            <p>
                                <a href="#danger" rel="external">
                                    "Some may be in danger, by what they wrote"
                                </a>
                            </p>
                        }
                    })}
                {waits}
                <p>
                    {if sheet == Sheet::Asked {
                        view! { <a href="/care?past=true">"Calls that do not wait"</a> }.into_any()
                    } else {
                        view! { <a href="/care">"Calls that wait"</a> }.into_any()
                    }}
                </p>
            </header>
            <div>
                <Replies replies=view.replies />
                {matches!(sheet, Sheet::Asked | Sheet::Past)
                    .then(|| {
                        view! { <Calls calls=view.calls next=view.next past=sheet == Sheet::Past /> }
                    })}
                <Arrivals words=Signal::derive(come) on_show />
                {sections}
                {view
                    .hours
                    .map(|hours| view! { <Hours view=hours kept=kept.get_value() /> })}
            </div>
        </div>
    }
}

/// Takes out what was closed; answers with what stands in its place.
fn take_out(noticed: &mut ApartView, closed: &str) -> Option<String> {
    let place = noticed
        .lines
        .iter()
        .position(|line| line.call.id == closed)?;
    noticed.lines.remove(place);
    noticed.count = noticed.count.saturating_sub(1);
    let last = noticed.lines.len().checked_sub(1)?;
    let next = noticed.lines.get(place.min(last))?;
    Some(next.call.id.clone())
}

/// Calls that wait, or that do not.
#[component]
fn Calls(calls: Vec<LineView>, next: Option<String>, past: bool) -> impl IntoView {
    let (heading, empty) = if past {
        ("Calls that do not wait", "No call has been answered yet.")
    } else {
        (
            "Calls that wait",
            "Nobody who asked waits. Who asks for help comes here.",
        )
    };
    let more = next.map(|next| {
        let address = if past {
            format!("/care?past=true&after={next}")
        } else {
            format!("/care?after={next}")
        };
        view! {
            <nav class="pager" aria-label="Pages of calls">
                <a href=address rel="next">
                    {if past { "Earlier calls" } else { "Who waits less long" }}
                </a>
            </nav>
        }
    });
    let lines = calls
        .into_iter()
        .map(|call| view! { <Line call /> })
        .collect_view();
    let is_empty = lines.is_empty();
    view! {
        <section aria-labelledby="calls">
            <div class="section-head">
                <h2 id="calls">{heading}</h2>
            </div>
            {if is_empty {
                view! { <Empty text=empty /> }.into_any()
            } else {
                view! { <ul class="lines">{lines}</ul> }.into_any()
            }}
            {more}
        </section>
    }
}

#[component]
fn Replies(replies: Vec<HeldReplyView>) -> impl IntoView {
    (!replies.is_empty()).then(|| {
        let lines = replies
            .into_iter()
            .map(|reply| {
                view! {
                    <li>
                        <h3 class="title" dir="auto">
                            <a href=format!("/care/{}#said", reply.call)>{reply.words}</a>
                        </h3>
                        <p class="byline">
                            <span class="by" dir="auto">
                                {name_of(reply.byline)}
                            </span>
                            <span>{reply.ago} " ago"</span>
                        </p>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section aria-labelledby="replies">
                <div class="section-head">
                    <h2 id="replies">"Replies of members to read"</h2>
                </div>
                <ul class="lines">{lines}</ul>
            </section>
        }
    })
}

#[component]
fn Line(call: LineView) -> impl IntoView {
    let words = call.words.clone();
    let title = if call.mine {
        view! { <span>"Your own. Others answer it."</span> }.into_any()
    } else {
        view! { <a href=format!("/care/{}", call.id)>{words}</a> }.into_any()
    };
    view! {
        <li>
            <h3 class="title" dir="auto">
                {title}
            </h3>
            <Facts call />
        </li>
    }
}

/// What is known of a call at a glance.
#[component]
pub(super) fn Facts(call: LineView) -> impl IntoView {
    let when = match call.closing {
        Some(closing) => format!("Closed {} ago: {}", call.ago, closing_words(closing)),
        None => call.ago,
    };
    let crisis = (call.severity == Severity::Crisis).then(|| {
        view! { <span class="tag">"May be in danger"</span> }
    });
    view! {
        <p class="byline">
            {crisis}
            <span>{when}</span>
            <span>{origin_words(call.origin)}</span>
            {call
                .looked_after
                .map(|handle| view! { <span>"Looked after by " <bdi>{handle}</bdi></span> })}
            {call
                .handed_to
                .map(|handle| view! { <span>"Handed to " <bdi>{handle}</bdi></span> })}
            {call.escalated.then(|| view! { <span>"Moderators were asked to look"</span> })}
            {call.level.map(|level| view! { <span>{level_words(level)}</span> })}
            {call.wrote_more.then(|| view! { <span>"They wrote more under it"</span> })}
            {call.replied.then(|| view! { <span>"Members replied"</span> })}
        </p>
    }
}

const fn origin_words(origin: Origin) -> &'static str {
    match origin {
        Origin::Asked => "Asked here",
        Origin::Noticed => "A post that reads like a call",
        Origin::Worried => "Someone is worried",
        Origin::Imported => "Brought in from elsewhere",
    }
}

/// Who was told because it waits.
const fn level_words(level: Level) -> &'static str {
    match level {
        Level::OnDuty => "Those on duty were told",
        Level::Supporters => "All peer supporters were told",
        Level::Keepers => "Moderators and hosts were told",
    }
}

/// Why a call was closed.
pub(super) const fn closing_words(closing: Closing) -> &'static str {
    match closing {
        Closing::Settled => "answered, and nothing is open",
        Closing::NoReply => "answered, and they have not come back",
        Closing::Elsewhere => "others are with them",
        Closing::NoCall => "no call for help",
        Closing::Unreachable => "an answer cannot reach them",
        Closing::Helped => "they say it helped",
        Closing::Withdrawn => "they need no answer any more",
        Closing::TakenBack => "they took it back",
    }
}
