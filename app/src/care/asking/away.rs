use super::{
    AwayView,
    api::{Noted, SendWords},
    ask_page::Contacts,
    own::Code,
};
use crate::{
    care::help::Withdrawal,
    ui::{Heading, Hidden, PostForm, Submit, TextArea, announce, focus},
};
use domain::{care::CallBody, refusal::Field};
use leptos::prelude::*;

/// What someone asked, while it cannot be read: what is kept of it, and a way
/// to say more.
#[component]
pub(super) fn Away(view: AwayView) -> impl IntoView {
    let address = format!("/help/{}", view.secret);
    let kept = RwSignal::new(view.kept);
    let sentence = move || {
        if kept.with(Vec::is_empty) {
            "This page cannot be opened just now. What you asked before is safe, and what you write now is kept here."
        } else {
            "Your words are kept here. They will reach the peer supporters as soon as the rest of this house answers again. You need not send them once more."
        }
    };
    let lines = move || {
        kept.get()
            .into_iter()
            .map(|body| {
                view! {
                    <li>
                        <p class="kept-words" dir="auto">
                            {body}
                        </p>
                    </li>
                }
            })
            .collect_view()
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
                <Show when=move || !kept.with(Vec::is_empty)>
                    <section aria-labelledby="said">
                        <div class="section-head">
                            <h2 id="said" tabindex="-1">
                                "What is kept here"
                            </h2>
                            <a href=address.clone() rel="external">
                                "Look again"
                            </a>
                        </div>
                        <ul class="lines">{lines}</ul>
                    </section>
                </Show>
                <More secret=view.secret kept />
                <Withdrawal />
            </div>
        </div>
    }
}

#[component]
fn More(secret: String, kept: RwSignal<Vec<String>>) -> impl IntoView {
    let action = ServerAction::<SendWords>::new();
    let secret = StoredValue::new(secret);
    let turn = RwSignal::new(0_u32);
    let on_done = Callback::new(move |_: Noted| {
        let sent = action.input().get_untracked();
        if let Some(sent) = sent {
            kept.update(|kept| kept.push(sent.form.body));
        }
        turn.update(|turn| *turn += 1);
        announce("It is kept.");
        focus("said".to_owned());
    });
    move || {
        turn.track();
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
}
