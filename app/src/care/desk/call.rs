use super::{
    DeskCallView, EntryView, PostView, What,
    api::{self, ConfirmReply, DeclineReply, Done},
    list::{Facts, closing_words},
    write::{Answer, Ways},
};
use crate::{
    care::{forms, said::name_of},
    live::{Arrivals, DESK, What as New, listen},
    ui::{ByLine, ErrorPage, Heading, Hidden, Loading, PostForm, Prose, Submit, announce, focus},
    wire::{Resource, ServerAction},
};
use domain::drafts::Kept;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/care/{id}`: one call, and what can be done about it.
pub(super) fn call_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let call = Resource::new(
        move || {
            let id = params.with(|params| params.get("id").unwrap_or_default());
            query.with(|query| {
                let field = |name| query.get_str(name).unwrap_or_default().to_owned();
                (id, field("before"), field("kept"))
            })
        },
        |(id, before, kept)| api::read_desk_call(id, before, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match call.await {
                    Ok(view) => view! { <Call view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The call on the page. What is typed on it stays when it is read again.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) view: RwSignal<DeskCallView>,
    pub(super) id: StoredValue<String>,
    pub(super) kept: StoredValue<Option<(String, Kept)>>,
    /// Where the entries on the page end, as the address says it.
    before: StoredValue<String>,
    /// What has come and is not shown yet.
    come: RwSignal<Option<DeskCallView>>,
}

impl Open {
    pub(super) fn address(self) -> String {
        format!("/care/{}", self.id.get_value())
    }

    /// What was kept for a form of this page.
    pub(super) fn kept(self, form: &str) -> Option<Kept> {
        self.kept.with_value(|kept| {
            let kept = kept.as_ref().filter(|(name, _)| name == form);
            kept.map(|(_, kept)| kept.clone())
        })
    }

    /// What is done once a form has worked: the call is read again, and `words`
    /// are said.
    pub(super) fn done(self, words: &'static str) -> Callback<Done> {
        Callback::new(move |_: Done| self.read_again(words))
    }

    pub(super) fn read_again(self, words: &'static str) {
        spawn_local(async move {
            let id = self.id.get_value();
            let read = api::read_desk_call(id, String::new(), String::new()).await;
            if let Ok(view) = read {
                self.before.set_value(String::new());
                self.show(view);
                announce(words);
                focus("said".to_owned());
            }
        });
    }

    fn show(self, view: DeskCallView) {
        self.view.set(view);
        self.come.set(None);
    }

    /// Looks whether the call is still as it is shown.
    fn look(self) {
        spawn_local(async move {
            let (id, before) = (self.id.get_value(), self.before.get_value());
            let Ok(view) = api::read_desk_call(id, before, String::new()).await else {
                return;
            };
            let is_new = self.view.try_with_untracked(|shown| {
                without_time(shown.clone()) != without_time(view.clone())
            });
            self.come.try_set((is_new == Some(true)).then_some(view));
        });
    }

    /// Shows what has come, and goes to the first of it.
    fn show_what_came(self) {
        let Some(view) = self.come.get_untracked() else {
            return;
        };
        let last = self.view.with_untracked(last_number);
        let new = view.entries.iter().find(|entry| entry.number > last);
        let place = new.map_or_else(
            || "said".to_owned(),
            |entry| format!("said-{}", entry.number),
        );
        self.show(view);
        focus(place);
    }
}

fn last_number(view: &DeskCallView) -> u32 {
    view.entries.last().map_or(0, |entry| entry.number)
}

/// What of a call is news: not how long ago things were.
fn without_time(mut view: DeskCallView) -> DeskCallView {
    view.kept = None;
    view.line.ago.clear();
    for entry in &mut view.entries {
        entry.ago.clear();
    }
    view
}

#[component]
fn Call(view: DeskCallView) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let before = query.get_str("before").unwrap_or_default().to_owned();
    let open = Open {
        id: StoredValue::new(view.line.id.clone()),
        kept: StoredValue::new(view.kept.clone()),
        before: StoredValue::new(before),
        come: RwSignal::new(None),
        view: RwSignal::new(view),
    };
    listen(New::Desk, DESK, move |_| open.look());
    let come = move || {
        open.come
            .with(Option::is_some)
            .then(|| "Show what is new".to_owned())
    };
    let post = move || {
        let post = open.view.with(|view| view.post.clone());
        post.map(|post| view! { <Post post /> })
    };
    let earlier = move || {
        let before = open.view.with(|view| view.before);
        before.map(|before| {
            let address = format!("{}?before={before}#said", open.address());
            view! {
                <p>
                    <a href=address>"Earlier in this call"</a>
                </p>
            }
        })
    };
    let state = move || {
        open.view
            .with(|view| match (view.line.closing, view.waits) {
                (Some(_), _) => "This call is closed.",
                (None, true) => "Waits for an answer.",
                (None, false) => "Answered. It waits again when they write.",
            })
    };
    view! {
        <div class="spread" data-live=DESK>
            <header class="page-head">
                <Heading text="A call for help" />
                <p class="sentence">{state}</p>
                {move || view! { <Facts call=open.view.with(|view| view.line.clone()) /> }}
                <p>
                    <a href="/care">"Back to the desk"</a>
                </p>
            </header>
            <div>
                {post}
                <section aria-labelledby="said">
                    <div class="section-head">
                        <h2 id="said">"What was said and done"</h2>
                    </div>
                    {earlier}
                    <ol class="lines">
                        <For
                            each=move || open.view.with(|view| view.entries.clone())
                            key=|entry| (entry.id.clone(), format!("{:?}", entry.what))
                            let:entry
                        >
                            <Entry entry open />
                        </For>
                    </ol>
                    <Arrivals
                        words=Signal::derive(come)
                        on_show=Callback::new(move |()| open.show_what_came())
                    />
                </section>
                <Answer open />
                <Ways open />
            </div>
        </div>
    }
}

#[component]
fn Post(post: PostView) -> impl IntoView {
    let title = post.title.map(|title| {
        view! {
            <h3 class="title" dir="auto">
                {title}
            </h3>
        }
    });
    view! {
        <section aria-labelledby="post">
            <div class="section-head">
                <h2 id="post">"The post"</h2>
                <a href=post.address rel="nofollow">
                    "Where it stands"
                </a>
            </div>
            <ByLine byline=post.byline day=post.day />
            {title}
            <Prose html=post.html />
        </section>
    }
}

#[component]
fn Entry(entry: EntryView, open: Open) -> impl IntoView {
    let by = entry.by.map_or_else(|| "Someone".to_owned(), name_of);
    let what = match entry.what {
        What::Asked => "asked".to_owned(),
        What::Still => "still waits".to_owned(),
        What::Worry => "is worried about whoever wrote this".to_owned(),
        What::Answer => "answered".to_owned(),
        What::Reply => "replied".to_owned(),
        What::HeldReply => "replied; nobody has passed it on".to_owned(),
        What::DeclinedReply => "replied; it was not passed on".to_owned(),
        What::HandedOver => "handed it over".to_owned(),
        What::Escalated => "asked the moderators to look".to_owned(),
        What::Closed(closing) => format!("closed it: {}", closing_words(closing)),
        What::Reopened => "opened it again".to_owned(),
        What::Gone => "took this back".to_owned(),
    };
    let words = (!entry.html.is_empty()).then(|| view! { <Prose html=entry.html /> });
    let place = entry.address.map(|address| {
        view! {
            <a href=address rel="nofollow">
                "Where it stands"
            </a>
        }
    });
    let decide = entry.decides.then(|| {
        view! { <Decide id=entry.id version=entry.version open /> }
    });
    view! {
        <li id=format!("said-{}", entry.number)>
            <p class="byline">
                <span class="by" dir="auto">
                    {by}
                </span>
                <span>{what}</span>
                <span>{entry.ago} " ago"</span>
                {place}
            </p>
            {words}
            {decide}
        </li>
    }
}

/// Passes a member's reply on, or not.
#[component]
fn Decide(id: String, version: String, open: Open) -> impl IntoView {
    let (confirm, decline) = (
        ServerAction::<ConfirmReply>::new(),
        ServerAction::<DeclineReply>::new(),
    );
    let names = (
        forms::name("care.confirm", &id),
        forms::name("care.decline", &id),
    );
    let kept = (open.kept(&names.0), open.kept(&names.1));
    let id = StoredValue::new(id);
    view! {
        <div class="row">
            <PostForm
                action=confirm
                name=names.0
                class="row"
                page=open.address()
                kept=kept.0
                on_done=open.done("It is passed on, and counts as an answer.")
            >
                <Hidden name="id" value=id.get_value() />
                <Hidden name="seen" value=version.clone() />
                <Submit label="Pass it on as an answer" />
            </PostForm>
            <PostForm
                action=decline
                name=names.1
                class="row"
                page=open.address()
                kept=kept.1
                on_done=open.done("It is not passed on.")
            >
                <Hidden name="id" value=id.get_value() />
                <Submit label="Do not pass it on" class="second" />
            </PostForm>
        </div>
    }
}
