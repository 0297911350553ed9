use super::{
    CallView, PublicCallView,
    api::{self, ReplyToCall, Way},
};
use crate::{
    care::{
        forms,
        said::{Said, SaidView},
    },
    query::sign_in_first,
    ui::{Heading, Hidden, PostForm, Submit, TextArea, Voice, announce, focus},
    wire::ServerAction,
};
use domain::{care::CallBody, drafts::Kept, refusal::Field};
use leptos::{prelude::*, task::spawn_local};

/// What someone asked everyone, as others see it.
#[component]
pub(super) fn PublicCall(view: PublicCallView) -> impl IntoView {
    let said = RwSignal::new(view.said);
    let seen = RwSignal::new(view.seen);
    let address = format!("/help/{}", view.id);
    let earlier = view.before.map(|before| {
        view! {
            <p>
                <a href=format!("{address}?before={before}#said")>"Earlier words"</a>
            </p>
        }
    });
    let answer = match view.handle {
        _ if view.mine => view! {
            <p>
                "You asked this. " <a href="/me">"Your page"</a> " leads to your own view of it."
            </p>
        }
        .into_any(),
        None => view! {
            <p>
                <a href=sign_in_first(&address)>"Sign in"</a> " to reply."
            </p>
        }
        .into_any(),
        Some(handle) => view! { <Answer id=view.id handle kept=view.kept said seen /> }.into_any(),
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Someone asks" />
                <p class="sentence">"They asked everyone. Nobody here knows who they are."</p>
            </header>
            <div>
                <section aria-labelledby="said">
                    <div class="section-head">
                        <h2 id="said">"What was said"</h2>
                    </div>
                    {earlier}
                    <Said said own=false />
                </section>
                {answer}
            </div>
        </div>
    }
}

#[component]
fn Answer(
    id: String,
    handle: String,
    kept: Option<(String, Kept)>,
    said: RwSignal<Vec<SaidView>>,
    seen: RwSignal<u32>,
) -> impl IntoView {
    let action = ServerAction::<ReplyToCall>::new();
    let name = forms::name("care.reply", &id);
    let kept = kept.filter(|(form, _)| *form == name).map(|(_, kept)| kept);
    let secret = id.clone();
    let on_done = Callback::new(move |_: Way| {
        let secret = secret.clone();
        spawn_local(async move {
            let read = api::read_call(secret, String::new(), String::new()).await;
            if let Ok(CallView::Public(view)) = read {
                said.set(view.said);
                seen.set(view.seen);
                announce("It is sent.");
                focus("said".to_owned());
            }
        });
    });
    view! {
        <section aria-labelledby="reply">
            <div class="section-head">
                <h2 id="reply">"Reply"</h2>
            </div>
            <PostForm
                action
                name
                class="composer"
                page=format!("/help/{id}")
                kept
                stays=true
                on_done
            >
                <Hidden name="id" value=id.clone() />
                <input type="hidden" name="seen" value=move || seen.get().to_string() />
                <TextArea
                    field=Field::Body
                    label="Your reply"
                    hint="A peer supporter reads it before they do. Listen, say that you are there, and promise nothing."
                    max=CallBody::MAX
                />
                <Voice handle />
                <div class="row">
                    <Submit label="Reply" />
                </div>
            </PostForm>
        </section>
    }
}
