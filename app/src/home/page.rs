use super::{HomeView, ShareView, ThisWeek, api};
use crate::{
    articles::week_label,
    people::Veil,
    ui::{ByLine, Empty, ErrorPage, Heading, Icon, Loading},
    wire::Resource,
};
use domain::ids::SubjectKind;
use leptos::prelude::*;
use leptos_meta::Meta;

/// `/`: this week.
pub(super) fn home_page() -> AnyView {
    let home = Resource::new(|| (), |()| api::read_home());
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match home.await {
                    Ok(home) => view! { <Home home /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Home(home: HomeView) -> impl IntoView {
    let this_week = match home.this_week {
        Some(week) => view! { <Week week /> }.into_any(),
        None => view! {
            <header class="page-head">
                <Heading text="This week" />
            </header>
            <Empty text="This week’s article is not here yet. Your story can be the first thing that is.">
                <a class="button" href="/stories/new">
                    "Share your story"
                </a>
            </Empty>
        }
        .into_any(),
    };
    view! {
        {this_week}
        <Newest shares=home.shares />
    }
}

#[component]
fn Week(week: ThisWeek) -> impl IntoView {
    let prompts = (!week.prompts.is_empty()).then(|| {
        let items = week
            .prompts
            .into_iter()
            .map(|prompt| {
                let href = format!("{}#prompt-{}", week.address, prompt.number);
                view! {
                    <li class="ask">
                        <h3 class="question" dir="auto">
                            <a href=href.clone()>{prompt.text.clone()}</a>
                        </h3>
                        <a class="button second" href=href>
                            "Answer" <span class="visually-hidden">": " {prompt.text}</span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section class="spread ruled" aria-labelledby="questions">
                <div class="margin">
                    <h2 id="questions">"Questions this week"</h2>
                </div>
                <ol class="prompts">{items}</ol>
            </section>
        }
    });
    view! {
        {(!week.lead.is_empty())
            .then(|| view! { <Meta name="description" content=week.lead.clone() /> })}
        <section class="this-week">
            <Icon name="arcs" />
            <p class="kicker">
                {week.week.map(|week| view! { <span>{week_label(week)}</span> })}
                <a href=week.series_address>{week.series_title}</a>
            </p>
            <Heading text=week.title typed=true />
            {(!week.lead.is_empty())
                .then(|| {
                    view! {
                        <div class="prose" dir="auto">
                            <p>{week.lead}</p>
                        </div>
                    }
                })}
            <div class="row">
                <a class="button" href=week.address.clone()>
                    "Read this week’s article"
                </a>
                <a class="button second" href="/stories/new">
                    "Share your story"
                </a>
            </div>
        </section>
        {prompts}
    }
}

#[component]
fn Newest(shares: Vec<ShareView>) -> impl IntoView {
    (!shares.is_empty()).then(|| {
        let items = shares.into_iter().map(share).collect_view();
        view! {
            <section class="spread ruled" aria-labelledby="newest">
                <div class="margin">
                    <h2 id="newest">"Newest shares"</h2>
                    <p>
                        <a href="/stories">"All stories"</a>
                    </p>
                    <p class="hint only-wide">
                        "Someone drove, listened, cooked or waited. It takes a line."
                    </p>
                    <a class="button second only-wide" href="/shout-outs">
                        "Say thank you"
                    </a>
                </div>
                <ul class="shares">{items}</ul>
            </section>
        }
    })
}

fn share(share: ShareView) -> impl IntoView {
    let (class, icon, kind) = match share.kind {
        SubjectKind::Story | SubjectKind::Article => ("share story", "story", "Story"),
        SubjectKind::ShoutOut => ("share shout-out", "shout-out", "Shout-out"),
        SubjectKind::Ritual => ("share ritual", "ritual", "Ritual"),
        SubjectKind::Reflection => ("share reflection", "reflection", "Reflection"),
    };
    let title = match (share.kind, share.title.as_str()) {
        (SubjectKind::ShoutOut, "") => "To someone who is no longer here".to_owned(),
        (SubjectKind::ShoutOut, to) => format!("To {to}"),
        (_, "") => kind.to_owned(),
        (_, title) => title.to_owned(),
    };
    let words = view! {
        <div class="prose" dir="auto">
            <p>{share.excerpt}</p>
        </div>
    };
    let words = if share.content_note.is_empty() {
        words.into_any()
    } else {
        view! {
            <details class="note">
                <summary>
                    <Icon name="veil" />
                    <span>"Content note: " <span dir="auto">{share.content_note}</span></span>
                </summary>
                {words}
            </details>
        }
        .into_any()
    };
    view! {
        <li>
            <article class=class>
                <p class="kind">
                    <Icon name=icon />
                    {kind}
                </p>
                <Veil away=share.away>
                    <h3 class="title" dir="auto">
                        <a href=share.address>{title}</a>
                    </h3>
                    {words}
                </Veil>
                <ByLine byline=share.byline day=share.day />
            </article>
        </li>
    }
}
