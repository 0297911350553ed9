use super::{
    CallStanding, CallView, OwnCallView, WatchView,
    api::{self, Helped, HideCall, Noted, SendWords, StillWaiting},
    ask_page::{Contacts, WhoIsHere},
    away::KeptWords,
};
use crate::{
    care::{
        forms,
        help::Withdrawal,
        said::{Said, SaidView},
    },
    live::{Arrivals, What, listen},
    ui::{Heading, Hidden, Icon, PostForm, Submit, TextArea, announce, focus},
    wire::ServerAction,
};
use domain::{
    care::{Audience, CallBody},
    drafts::Kept,
    refusal::Field,
};
use leptos::{prelude::*, task::spawn_local};

/// What changes while the page is open; the forms stay as they are.
#[derive(Clone, Copy)]
struct Open {
    said: RwSignal<Vec<SaidView>>,
    apart: RwSignal<Vec<String>>,
    standing: RwSignal<CallStanding>,
    watch: RwSignal<WatchView>,
    audience: RwSignal<Audience>,
    /// What has come and is not shown yet.
    come: RwSignal<Option<OwnCallView>>,
    secret: StoredValue<String>,
    id: StoredValue<String>,
}

impl Open {
    fn address(self) -> String {
        format!("/help/{}", self.secret.get_value())
    }

    /// Reads again what is said, and leaves alone what is being typed.
    fn read_again(self, words: &'static str) {
        spawn_local(async move {
            let read = api::read_call(self.secret.get_value(), String::new(), String::new()).await;
            match read {
                Ok(CallView::Own(view)) => self.show(*view),
                Ok(CallView::Away(view)) => self.apart.set(view.kept),
                _ => return,
            }
            announce(words);
            focus("said".to_owned());
        });
    }

    fn show(self, view: OwnCallView) {
        self.said.set(view.said);
        self.apart.set(view.apart);
        self.standing.set(view.standing);
        self.watch.set(view.watch);
        self.audience.set(view.audience);
        self.come.set(None);
    }

    /// Looks whether something has come that is not shown.
    fn look(self) {
        spawn_local(async move {
            let read = api::read_call(self.secret.get_value(), String::new(), String::new()).await;
            let Ok(CallView::Own(view)) = read else {
                return;
            };
            let last = |said: &[SaidView]| said.last().map(|said| said.number);
            let shown = self.said.try_with_untracked(|said| last(said));
            let is_new = shown.is_some_and(|shown| shown != last(&view.said))
                || self.standing.try_get_untracked() != Some(view.standing);
            self.come.try_set(is_new.then_some(*view));
        });
    }

    /// Shows what has come, and goes to the first of it.
    fn show_what_came(self) {
        let Some(view) = self.come.get_untracked() else {
            return;
        };
        let known = |number| {
            self.said
                .with_untracked(|said| said.iter().any(|said| said.number == number))
        };
        let new = view.said.iter().find(|said| !known(said.number));
        let place = new.map_or_else(|| "said".to_owned(), |said| format!("said-{}", said.number));
        self.show(view);
        focus(place);
    }
}

#[component]
pub(super) fn OwnCall(view: OwnCallView) -> impl IntoView {
    let open = Open {
        said: RwSignal::new(view.said),
        apart: RwSignal::new(view.apart),
        standing: RwSignal::new(view.standing),
        watch: RwSignal::new(view.watch),
        audience: RwSignal::new(view.audience),
        come: RwSignal::new(None),
        secret: StoredValue::new(view.secret),
        id: StoredValue::new(view.id),
    };
    let place = match &view.code {
        Some(code) => format!("call-{}.{code}", open.id.get_value()),
        None => format!("call-{}", open.id.get_value()),
    };
    listen(What::Call, &place, move |_| open.look());
    let come = move || {
        open.come
            .with(Option::is_some)
            .then(|| "Show what is new".to_owned())
    };
    let earlier = view.before.map(|before| {
        let address = format!("{}?before={before}#said", open.address());
        view! {
            <p>
                <a href=address>"Earlier words"</a>
            </p>
        }
    });
    let here = move || {
        let waits = open.standing.get() == CallStanding::Waiting;
        waits.then(|| view! { <WhoIsHere watch=open.watch.get() /> })
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="What you asked" />
                <p class="sentence">{move || standing_words(open.standing.get())}</p>
                {here}
                {view.code.map(|code| view! { <Code code /> })}
            </header>
            <div>
                <section aria-labelledby="said" data-live=place>
                    <div class="section-head">
                        <h2 id="said">"What was said"</h2>
                        <a href=open.address() rel="external">
                            "Look for answers"
                        </a>
                    </div>
                    {earlier}
                    <Said said=open.said own=true />
                    <KeptWords words=open.apart />
                    <Arrivals
                        words=Signal::derive(come)
                        on_show=Callback::new(move |()| open.show_what_came())
                    />
                </section>
                <WriteMore open kept=view.kept />
                <Ways open />
                <Contacts contacts=view.contacts />
                <Withdrawal />
            </div>
        </div>
    }
}

const fn standing_words(standing: CallStanding) -> &'static str {
    match standing {
        CallStanding::Waiting => {
            "It is with the peer supporters. Their answer appears on this page."
        }
        CallStanding::Answered => "You have an answer. Write back if you need more.",
        CallStanding::ClosedByAsker => "You closed this. Write back, and it opens again.",
        CallStanding::Closed => "A peer supporter closed this. Write back, and it opens again.",
    }
}

/// The way back to this page.
#[component]
pub(super) fn Code(code: String) -> impl IntoView {
    view! {
        <div class="notice kept">
            <Icon name="kept" />
            <div>
                <h2>"Your way back"</h2>
                <p>
                    "Keep this page as a bookmark, or write down the code and enter it under Ask the people here. Whoever has it can read this and write as you, and nobody can send it to you again."
                </p>
                <p class="codes">{code}</p>
            </div>
        </div>
    }
}

/// The kept words, if they are of this form.
fn kept_for(kept: Option<(String, Kept)>, form: &str) -> Option<Kept> {
    kept.filter(|(name, _)| name == form).map(|(_, kept)| kept)
}

#[component]
fn WriteMore(open: Open, kept: Option<(String, Kept)>) -> impl IntoView {
    let action = ServerAction::<SendWords>::new();
    let name = forms::name("care.write-back", &open.id.get_value());
    let kept = kept_for(kept, &name);
    let on_done = Callback::new(move |_: Noted| open.read_again("It is sent."));
    let hint = move || {
        (open.audience.get() == Audience::Everyone)
            .then(|| view! { <p class="hint">"Everyone can see this conversation."</p> })
    };
    view! {
        <section aria-labelledby="more">
            <div class="section-head">
                <h2 id="more">"Write back"</h2>
            </div>
            <PostForm action name class="composer" page=open.address() kept stays=true on_done>
                <Hidden name="id" value=open.id.get_value() />
                <Hidden name="secret" value=open.secret.get_value() />
                {hint}
                <TextArea field=Field::Body label="Your words" max=CallBody::MAX />
                <div class="row">
                    <Submit label="Write back" />
                </div>
            </PostForm>
        </section>
    }
}

/// What can be said without words.
#[component]
fn Ways(open: Open) -> impl IntoView {
    let done = move |words: &'static str| Callback::new(move |_: Noted| open.read_again(words));
    let (helped, still, hide) = (
        ServerAction::<Helped>::new(),
        ServerAction::<StillWaiting>::new(),
        ServerAction::<HideCall>::new(),
    );
    let fields = move || {
        view! {
            <Hidden name="id" value=open.id.get_value() />
            <Hidden name="secret" value=open.secret.get_value() />
        }
    };
    let closes = move || {
        let label = match open.standing.get() {
            CallStanding::Waiting => "I need no answer any more",
            CallStanding::Answered => "This helped, thank you",
            CallStanding::ClosedByAsker | CallStanding::Closed => return None,
        };
        Some(view! {
            <PostForm
                action=helped
                name=forms::name("care.helped", &open.id.get_value())
                class="row"
                page=open.address()
                on_done=done("It is closed. You can open it again by writing.")
            >
                {fields()}
                <Submit label class="second" />
            </PostForm>
        })
    };
    let waits = move || {
        view! {
            <PostForm
                action=still
                name=forms::name("care.still-waiting", &open.id.get_value())
                class="row"
                page=open.address()
                on_done=done("The peer supporters see that you still wait.")
            >
                {fields()}
                <Submit label="I am still waiting" class="second" />
            </PostForm>
        }
    };
    let hides = move || {
        (open.audience.get() == Audience::Everyone).then(|| {
            view! {
                <PostForm
                    action=hide
                    name=forms::name("care.hide", &open.id.get_value())
                    class="row"
                    page=open.address()
                    on_done=done("Only peer supporters see it now.")
                >
                    {fields()}
                    <Submit label="Let only peer supporters see it" class="second" />
                </PostForm>
            }
        })
    };
    view! { <div class="row">{closes} {waits} {hides}</div> }
}
