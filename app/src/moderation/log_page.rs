use super::{LogAbout, LogLine, LogView, LogWho, api, words};
use crate::{
    ui::{Empty, ErrorPage, Heading, Loading, Pager},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/moderation/log`: what was done in the house, by whom, and why.
pub(super) fn log_page() -> AnyView {
    let query = use_query_map();
    let after = move || query.with(|query| query.get_str("after").unwrap_or_default().to_owned());
    let log = Resource::new(after, api::load_log);
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match log.await {
                    Ok(view) => view! { <Log view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Log(view: LogView) -> impl IntoView {
    let lines = if view.lines.is_empty() {
        view! { <Empty text="Nothing was done yet." /> }.into_any()
    } else {
        let lines = view
            .lines
            .into_iter()
            .map(|line| view! { <li><Line line /></li> })
            .collect_view();
        view! { <ul class="lines">{lines}</ul> }.into_any()
    };
    let pager = view! {
        <Pager
            at="/moderation/log"
            next=view.next
            continued=view.continued
            newest="Newest"
            older="Older"
        />
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="The log" />
                <p class="sentence">
                    "What was done in the house, by whom, and why. Nothing in it can be changed."
                </p>
                <p class="sentence">
                    <a href="/moderation">"Back to what waits"</a>
                </p>
            </header>
            <div>{lines} {pager}</div>
        </div>
    }
}

#[component]
fn Line(line: LogLine) -> impl IntoView {
    let by = match line.by {
        LogWho::House => view! { <span>"By the house itself"</span> }.into_any(),
        who => view! { <span>"By " {name(who)}</span> }.into_any(),
    };
    let about = match line.about {
        LogAbout::Who(who) => view! { <span>"About " {name(who)}</span> }.into_any(),
        LogAbout::Thing(thing) => view! {
            <a href=format!("/moderation/{thing}")>{words::thing(thing)}</a>
        }
        .into_any(),
        LogAbout::Other => ().into_any(),
    };
    view! {
        <h2>{words::action(&line.action)}</h2>
        <p class="byline">
            <time datetime=line.day.iso>{line.day.text}</time>
            {by}
            {about}
        </p>
        {line.reason.map(|reason| view! { <p dir="auto">{reason}</p> })}
    }
}

fn name(who: LogWho) -> AnyView {
    match who {
        LogWho::Member(handle) => view! { <span dir="auto">{handle}</span> }.into_any(),
        LogWho::House => "the house".into_any(),
        LogWho::Former => "a former member".into_any(),
    }
}
