use super::{
    AskView, AskingView, FirstContacts, WatchView,
    api::{self, AskForHelp, OpenCall, Way},
};
use crate::{
    care::help::{Withdrawal, cards},
    live::{ASKING, Arrivals, What, listen},
    ui::{
        Empty, ErrorPage, Heading, Icon, Loading, PostForm, Submit, TextArea, TextField, announce,
        focus,
    },
    wire::{Resource, ServerAction},
};
use domain::{care::CallBody, drafts::Kept, refusal::Field};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_query_map};

/// `/help/ask`: asking the people here.
pub(super) fn ask_page() -> AnyView {
    let query = use_query_map();
    let view = Resource::new(
        move || {
            query.with(|query| {
                let field = |name| query.get_str(name).unwrap_or_default().to_owned();
                (field("after"), field("kept"))
            })
        },
        |(after, kept)| api::read_asking(after, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => view! { <Asking view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Asking(view: AskView) -> impl IntoView {
    let kept = |form: &str| {
        let kept = view.kept.as_ref();
        kept.filter(|(name, _)| name == form)
            .map(|(_, kept)| kept.clone())
    };
    let (asks, opens) = (kept("care.ask"), kept("care.open"));
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Ask the people here" />
                <p class="sentence">
                    "Someone who has been there reads what you write. You need no account and no name."
                </p>
                <p>
                    "We are people, not a crisis service, and an answer can take a while. If it is urgent, call someone now."
                </p>
                {view.watch.map(|watch| view! { <WhoIsHere watch /> })}
            </header>
            <div>
                <Contacts contacts=view.contacts />
                <AskForm kept=asks />
                <Withdrawal />
                <CodeForm kept=opens />
                <PeopleAsking asking=view.asking next=view.next />
            </div>
        </div>
    }
}

/// Is somebody here to answer? If not, the contacts are.
#[component]
pub(super) fn WhoIsHere(watch: WatchView) -> impl IntoView {
    let words = match watch {
        WatchView::Here => "Somebody is on duty now, to answer.".to_owned(),
        WatchView::In(wait) => format!(
            "Nobody is on duty now. Somebody will be in about {wait}. The numbers on this page answer before that."
        ),
        WatchView::Nobody => {
            "Nobody is on duty now, and nobody has said when they will be. The numbers on this page answer at any hour that they name.".to_owned()
        }
    };
    view! { <p>{words}</p> }
}

/// Whom to turn to before anybody here answers.
#[component]
pub(super) fn Contacts(contacts: FirstContacts) -> impl IntoView {
    let emergency = contacts.emergency.map(|number| {
        view! {
            <a class="call first" href=number.href aria-label=format!("Call {}", number.text)>
                <Icon name="phone" />
                {number.text.clone()}
            </a>
        }
    });
    view! {
        <section aria-labelledby="now">
            <div class="section-head">
                <h2 id="now">"Someone is there now"</h2>
                <a href="/help">"All contacts"</a>
            </div>
            <ul class="contacts">
                <li>
                    <h3>"Emergency"</h3>
                    <p>{contacts.danger}</p>
                    {emergency}
                </li>
                {cards(contacts.lines)}
            </ul>
        </section>
    }
}

#[component]
fn AskForm(kept: Option<Kept>) -> impl IntoView {
    let action = ServerAction::<AskForHelp>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |way: Way| {
        navigate(&way.to, Default::default());
        announce("It is asked. Keep the code on this page.");
    });
    let everyone = kept
        .as_ref()
        .is_some_and(|kept| kept.text("audience") == "everyone");
    view! {
        <section aria-labelledby="asking">
            <div class="section-head">
                <h2 id="asking">"What do you need?"</h2>
            </div>
            <PostForm action name="care.ask" class="composer" page="/help/ask" kept on_done>
                <TextArea
                    field=Field::Body
                    label="Your words"
                    hint="As they come. A few are enough."
                    max=CallBody::MAX
                />
                <fieldset>
                    <legend>"Who may see it"</legend>
                    <label class="choice">
                        <input type="radio" name="audience" value="supporters" checked=!everyone />
                        <span>"Only peer supporters"</span>
                    </label>
                    <label class="choice">
                        <input type="radio" name="audience" value="everyone" checked=everyone />
                        <span>"Everyone"</span>
                        <span class="hint">
                            "It stands on this page, without a name, and members may reply."
                        </span>
                    </label>
                </fieldset>
                <div class="row">
                    <Submit label="Ask" />
                </div>
            </PostForm>
        </section>
    }
}

#[component]
fn CodeForm(kept: Option<Kept>) -> impl IntoView {
    let action = ServerAction::<OpenCall>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |way: Way| navigate(&way.to, Default::default()));
    view! {
        <section aria-labelledby="code">
            <div class="section-head">
                <h2 id="code">"Have a code?"</h2>
            </div>
            <PostForm
                action
                name="care.open"
                class="composer short"
                page="/help/ask"
                kept
                on_done
            >
                <TextField
                    field=Field::Code
                    label="Your code"
                    hint="Twelve letters and digits. Spaces and capitals do not matter."
                    max=40
                    autocomplete="off"
                />
                <div class="row">
                    <Submit label="Open" class="second" />
                </div>
            </PostForm>
        </section>
    }
}

/// A page of what people ask everyone, and where the next one begins.
type Asked = (Option<Vec<AskingView>>, Option<String>);

#[component]
fn PeopleAsking(asking: Option<Vec<AskingView>>, next: Option<String>) -> impl IntoView {
    let shown = RwSignal::new((asking, next));
    let come = RwSignal::new(None::<Asked>);
    let query = use_query_map().get_untracked();
    let after = StoredValue::new(query.get_str("after").unwrap_or_default().to_owned());
    listen(What::Asking, ASKING, move |_| {
        let reading = api::read_asking(after.get_value(), String::new());
        spawn_local(async move {
            let Ok(view) = reading.await else { return };
            let read = (view.asking, view.next);
            let is_new =
                read.0.is_some() && shown.try_with_untracked(|shown| *shown != read) == Some(true);
            come.try_set(is_new.then_some(read));
        });
    });
    let words = move || {
        come.with(Option::is_some)
            .then(|| "Show what is new".to_owned())
    };
    let on_show = Callback::new(move |()| {
        if let Some(read) = come.get_untracked() {
            shown.set(read);
            come.set(None);
            focus("people".to_owned());
        }
    });
    view! {
        <section aria-labelledby="people" data-live=ASKING>
            <div class="section-head">
                <h2 id="people">"People asking now"</h2>
            </div>
            {move || asked(shown.get())}
            <Arrivals words=Signal::derive(words) on_show />
        </section>
    }
}

fn asked((asking, next): Asked) -> impl IntoView {
    let list = match asking {
        None => view! { <p>"What others ask cannot be shown at the moment."</p> }.into_any(),
        Some(asking) if asking.is_empty() => {
            view! { <Empty text="Nobody asks everyone at the moment." /> }.into_any()
        }
        Some(asking) => {
            let lines = asking
                .into_iter()
                .map(|call| view! { <Line call /> })
                .collect_view();
            view! { <ul class="lines">{lines}</ul> }.into_any()
        }
    };
    let more = next.map(|next| {
        view! {
            <nav class="pager" aria-label="Pages of what people ask">
                <a href=format!("/help/ask?after={next}#people") rel="next">
                    "Earlier"
                </a>
            </nav>
        }
    });
    view! {
        {list}
        {more}
    }
}

#[component]
fn Line(call: AskingView) -> impl IntoView {
    let state = call.state();
    view! {
        <li>
            <h3 class="title" dir="auto">
                <a href=format!("/help/{}", call.id) rel="nofollow">
                    {call.words}
                </a>
            </h3>
            <p class="byline">
                <span class="by">"Someone"</span>
                <time datetime=call.day.iso>{call.day.text}</time>
                <span>{state}</span>
            </p>
        </li>
    }
}
