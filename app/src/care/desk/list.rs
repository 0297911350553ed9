use super::{DeskView, HeldReplyView, LineView, api, hours::Hours};
use crate::{
    care::said::name_of,
    error::AppError,
    live::{Arrivals, DESK, What, listen},
    ui::{Empty, ErrorPage, Heading, Loading, focus},
    wire::Resource,
};
use domain::{
    care::{Closing, Origin, Severity},
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
                (
                    query.get_str("past").is_some(),
                    field("after"),
                    field("kept"),
                )
            })
        },
        |(past, after, kept)| api::load_desk(past, after, kept),
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
    let (calls, replies) = (view.calls.iter_mut(), view.replies.iter_mut());
    for ago in calls
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
    let shown = StoredValue::new((without_time(view.clone()), after));
    listen(What::Desk, DESK, move |_| {
        let (known, after) = shown.get_value();
        spawn_local(async move {
            if let Ok(view) = api::load_desk(known.past, after, String::new()).await {
                is_new.try_set(without_time(view) != known);
            }
        });
    });
    let come = move || is_new.get().then(|| "Show what is new".to_owned());
    let on_show = Callback::new(move |()| {
        again.run(());
        focus("calls".to_owned());
    });
    let waiting = match view.waiting {
        0 => "Nobody waits.".to_owned(),
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
    let past = view.past;
    let (heading, empty) = if past {
        ("Calls that do not wait", "No call has been answered yet.")
    } else {
        (
            "Calls that wait",
            "Nobody waits. Who asks for help comes here.",
        )
    };
    let more = view.next.map(|next| {
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
    let lines = view
        .calls
        .into_iter()
        .map(|call| view! { <Line call /> })
        .collect_view();
    let is_empty = lines.is_empty();
    view! {
        <div class="spread" data-live=DESK>
            <header class="page-head">
                <Heading text="The desk" />
                <p class="sentence">{waiting}</p>
                {waits}
                <p>
                    {if past {
                        view! { <a href="/care">"Calls that wait"</a> }.into_any()
                    } else {
                        view! { <a href="/care?past=true">"Calls that do not wait"</a> }.into_any()
                    }}
                </p>
            </header>
            <div>
                <Replies replies=view.replies />
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
                <Arrivals words=Signal::derive(come) on_show />
                {view.hours.map(|hours| view! { <Hours view=hours kept=view.kept /> })}
            </div>
        </div>
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
