use super::{
    LineView, NotificationsView, UnreadNow,
    api::{self, ChooseKinds, Done, ReadAllLines, ReadForm, ReadLine, read_line, read_name},
    device::Device,
    times::When,
};
use crate::{
    error::AppError,
    ui::{Empty, ErrorPage, Heading, Hidden, Loading, Pager, PostForm, Submit, announce, focus},
    wire::{Resource, ServerAction},
};
use domain::{drafts::Kept, notifications::Kind};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const HERE: &str = "/me/notifications";

type List = Resource<Result<NotificationsView, AppError>>;

/// `/me/notifications`.
pub(super) fn notifications_page() -> AnyView {
    let query = use_query_map();
    let list = Resource::new(
        move || {
            query.with(|query| {
                let field = |name| query.get_str(name).unwrap_or_default().to_owned();
                (field("after"), field("kept"))
            })
        },
        |(after, kept)| api::load_notifications(after, kept),
    );
    let unread = UnreadNow::here();
    let here = Here { list, unread };
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(view) => view! { <Told view here /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// What the forms of the page have in common.
#[derive(Clone, Copy)]
struct Here {
    list: List,
    unread: UnreadNow,
}

impl Here {
    /// Takes over how much is new, and says what was done.
    fn settled(self, unread: u32, words: &str, place: String) {
        self.unread.set(Some(unread));
        announce(words);
        self.list.refetch();
        focus(place);
    }
}

#[component]
fn Told(view: NotificationsView, here: Here) -> impl IntoView {
    let NotificationsView {
        lines,
        next,
        continued,
        seen,
        unread,
        choices,
        times,
        push,
        kept,
    } = view;
    let kept_for = |form: &str| {
        let kept = kept.as_ref().filter(|(kept_for, _)| kept_for == form);
        kept.map(|(_, kept)| kept.clone())
    };
    let chosen_before = kept_for("notifications.choose");
    let timed_before = kept_for("notifications.times");
    let told_before = kept_for("notifications.tell-device");
    let is_new = unread > 0 || lines.iter().any(|line| line.unread);
    let told = (unread > 0 && times.told > 0)
        .then(|| format!("{}.", domain::notifications::since_yesterday(times.told)));
    let on_times = Callback::new(move |done: Done| {
        here.settled(done.unread, "Your times are kept.", "times".to_owned());
    });
    let content = if lines.is_empty() {
        view! {
            <Empty text="Nothing yet. When someone answers or thanks you, it is said here, in few words." />
        }
        .into_any()
    } else {
        let items = lines
            .into_iter()
            .map(|line| view! { <Line line here /> })
            .collect_view();
        view! { <ul class="lines">{items}</ul> }.into_any()
    };
    let pager = view! { <Pager at=HERE next continued newest="Newest" older="Older" /> };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Notifications" />
                <p class="sentence">
                    "What came for you. Only you see this, and it goes after three months."
                </p>
                {told.map(|told| view! { <p class="sentence">{told}</p> })}
                {(is_new && !continued).then(|| view! { <ReadAll seen here /> })}
            </header>
            <div>
                {content}
                {pager}
                <Choices choices kept=chosen_before here />
                <When times kept=timed_before on_done=on_times />
                {push
                    .map(|push| {
                        let again = Callback::new(move |()| here.list.refetch());
                        view! { <Device push kept=told_before again /> }
                    })}
            </div>
        </div>
    }
}

#[component]
fn Line(line: LineView, here: Here) -> impl IntoView {
    let LineView {
        id,
        kind,
        address,
        count,
        unread,
        seen,
        day,
    } = line;
    let words = words(kind, count, &address);
    let seen = seen.to_string();
    let form = StoredValue::new(ReadForm {
        page: HERE.to_owned(),
        key: String::new(),
        id: id.clone(),
        seen: seen.clone(),
    });
    // Who follows the link reads it.
    let followed = move |_| {
        if unread {
            let form = form.get_value();
            leptos::task::spawn_local(async move {
                if let Ok(done) = read_line(form).await {
                    here.unread.set(Some(done.unread));
                }
            });
        }
    };
    let title = format!("line-{id}");
    view! {
        <li>
            <div class="split">
                <div>
                    <h2 id=title.clone()>
                        <a href=address on:click=followed>
                            {words.clone()}
                        </a>
                    </h2>
                    <p class="byline">
                        {unread.then(|| view! { <span class="tag">"New"</span> })}
                        <time datetime=day.iso>{day.text}</time>
                    </p>
                </div>
                {unread.then(|| view! { <Read id seen words here /> })}
            </div>
        </li>
    }
}

#[component]
fn Read(id: String, seen: String, words: String, here: Here) -> impl IntoView {
    let action = ServerAction::<ReadLine>::new();
    let on_done = Callback::new(move |done: Done| {
        let place = format!("line-{}", done.id);
        here.settled(done.unread, "Marked as read.", place);
    });
    let name = read_name(&id);
    let (id, seen) = (StoredValue::new(id), StoredValue::new(seen));
    view! {
        <PostForm action name class="row" page=HERE label=words on_done>
            <Hidden name="id" value=id.get_value() />
            <Hidden name="seen" value=seen.get_value() />
            <Submit label="Mark as read" class="quiet" />
        </PostForm>
    }
}

#[component]
fn ReadAll(seen: i64, here: Here) -> impl IntoView {
    let action = ServerAction::<ReadAllLines>::new();
    let on_done = Callback::new(move |done: Done| {
        here.settled(done.unread, "All are marked as read.", "main".to_owned());
    });
    view! {
        <PostForm action name="notifications.read-all" class="row" page=HERE on_done>
            <Hidden name="seen" value=seen.to_string() />
            <Submit label="Mark all as read" class="second" />
        </PostForm>
    }
}

#[component]
fn Choices(choices: Vec<(Kind, bool)>, kept: Option<Kept>, here: Here) -> impl IntoView {
    let action = ServerAction::<ChooseKinds>::new();
    let on_done = Callback::new(move |done: Done| {
        here.settled(done.unread, "Your choice is kept.", "choices".to_owned());
    });
    let open = kept.is_some();
    let before = kept.clone();
    let boxes = choices
        .into_iter()
        .map(|(kind, wanted)| {
            let ticked = match &before {
                Some(kept) => !kept.text(kind.name()).is_empty(),
                None => wanted,
            };
            view! {
                <label class="choice">
                    <input type="checkbox" name=kind.name() value="on" checked=ticked />
                    <span>{choice(kind)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="choices">
            <div class="section-head">
                <h2 id="choices">"What you are told"</h2>
            </div>
            <details class="open-here" open=open>
                <summary class="button second">"Choose"</summary>
                <PostForm
                    action
                    name="notifications.choose"
                    class="composer"
                    page=HERE
                    kept
                    on_done
                >
                    <fieldset>
                        <legend>"Tell me when"</legend>
                        {boxes}
                    </fieldset>
                    <div class="row">
                        <Submit label="Keep my choice" />
                    </div>
                </PostForm>
            </details>
        </section>
    }
}

const fn choice(kind: Kind) -> &'static str {
    match kind {
        Kind::Answer => "someone answers what I shared or wrote",
        Kind::Thanks => "someone thanks me in a shout-out",
        Kind::Support => "someone gives support to what I shared",
        Kind::CallAnswered => "someone answers my call for help",
        Kind::Decision => "something of mine is decided on",
        Kind::CallWaits => "a call for help waits while I am on duty",
        Kind::CallerWrote => "someone whose call I answer writes back",
        Kind::House => "the house has something to say",
    }
}

/// What a line says: what came and how often, and no name.
fn words(kind: Kind, count: u32, address: &str) -> String {
    let what = match address.split('/').nth(1) {
        Some("stories") => "your story",
        Some("reflections") => "your reflection",
        Some("rituals") => "your ritual",
        Some("shout-outs") => "your shout-out",
        Some("comments") => "your comment",
        _ => "you",
    };
    match kind {
        Kind::Answer if count == 1 => format!("A new answer to {what}"),
        Kind::Answer => format!("{count} new answers to {what}"),
        Kind::Thanks => "Someone thanks you in a shout-out".to_owned(),
        Kind::Support => format!("New support for {what}"),
        Kind::CallAnswered if count == 1 => "A new answer to your call for help".to_owned(),
        Kind::CallAnswered => format!("{count} new answers to your call for help"),
        Kind::Decision => "A decision about something of yours".to_owned(),
        Kind::CallWaits if count == 1 => "A call for help waits".to_owned(),
        Kind::CallWaits => format!("{count} calls for help wait"),
        Kind::CallerWrote => "Someone whose call you answer wrote back".to_owned(),
        Kind::House => "A word from the house".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_came_and_how_often() {
        let story = "/stories/0123456789abcdef0123456789abcdef";
        assert_eq!(words(Kind::Answer, 1, story), "A new answer to your story");
        assert_eq!(words(Kind::Answer, 3, story), "3 new answers to your story");
        assert_eq!(
            words(Kind::Answer, 2, "/comments/0a"),
            "2 new answers to your comment"
        );
        assert_eq!(words(Kind::CallWaits, 1, "/care"), "A call for help waits");
        assert_eq!(
            words(Kind::Support, 2, "/rituals/0a"),
            "New support for your ritual"
        );
    }
}
