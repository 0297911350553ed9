use super::{
    AwayView, CallView,
    api::{self, Noted, SendWords},
    ask_page::Contacts,
    own::Code,
};
use crate::{
    care::help::Withdrawal,
    ui::{Heading, Hidden, PostForm, Submit, TextArea, announce, focus},
    wire::ServerAction,
};
use domain::{care::CallBody, refusal::Field};
use leptos::{prelude::*, task::spawn_local};

/// What someone asked, while it cannot be read: what is kept of it, and a way
/// to say more. `on_back`: it can be read again.
#[component]
pub(super) fn Away(view: AwayView, on_back: Callback<()>) -> impl IntoView {
    let address = format!("/help/{}", view.secret);
    let words = RwSignal::new(view.kept);
    let sentence = if words.with_untracked(Vec::is_empty) {
        "This page cannot be opened just now. What you asked before is still there. You can write more here, and it is kept."
    } else {
        "Your words are kept. They reach the peer supporters as soon as the rest of this house answers again. You need not send them once more."
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="What you asked" />
                <p class="sentence">{sentence}</p>
                <p>"Nobody has read it yet. If it is urgent, call someone now."</p>
                {view.code.map(|code| view! { <Code code /> })}
            </header>
            <div>
                <Contacts contacts=view.contacts />
                <section aria-labelledby="said">
                    <div class="section-head">
                        <h2 id="said" tabindex="-1">
                            "What was said"
                        </h2>
                        <a href=address rel="external">
                            "Look again"
                        </a>
                    </div>
                    <KeptWords words />
                </section>
                <WriteMore secret=view.secret words on_back />
                <Withdrawal />
            </div>
        </div>
    }
}

/// What is kept until it can go to the desk.
#[component]
pub(super) fn KeptWords(words: RwSignal<Vec<String>>) -> impl IntoView {
    move || {
        let lines = words.get();
        (!lines.is_empty()).then(|| {
            let lines = lines
                .into_iter()
                .map(|words| {
                    view! {
                        <li>
                            <p class="as-typed" dir="auto">
                                {words}
                            </p>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <p class="hint">"Kept here, on the way to the peer supporters:"</p>
                <ul class="lines">{lines}</ul>
            }
        })
    }
}

#[component]
fn WriteMore(secret: String, words: RwSignal<Vec<String>>, on_back: Callback<()>) -> impl IntoView {
    let action = ServerAction::<SendWords>::new();
    let secret = StoredValue::new(secret);
    let on_done = Callback::new(move |_: Noted| {
        spawn_local(async move {
            let read = api::read_call(secret.get_value(), String::new(), String::new()).await;
            match read {
                Ok(CallView::Away(view)) => words.set(view.kept),
                _ => on_back.run(()),
            }
            announce("It is kept.");
            focus("said".to_owned());
        });
    });
    view! {
        <section aria-labelledby="more">
            <div class="section-head">
                <h2 id="more">"Write more"</h2>
            </div>
            <PostForm
                action
                name="care.write-back"
                class="composer"
                page=format!("/help/{}", secret.get_value())
                stays=true
                on_done
            >
                <Hidden name="secret" value=secret.get_value() />
                <TextArea field=Field::Body label="Your words" max=CallBody::MAX />
                <div class="row">
                    <Submit label="Write back" />
                </div>
            </PostForm>
        </section>
    }
}
