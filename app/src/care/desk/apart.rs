//! What was only noticed: apart from those who asked, and quick to close.

use super::{
    ApartView, LineView, NoticedLineView,
    api::{CloseAsNoCall, NoCall},
    list::Facts,
};
use crate::{
    care::forms,
    ui::{Empty, Hidden, PostForm, Submit},
    wire::ServerAction,
};
use domain::{care::Queue, drafts::Kept};
use leptos::prelude::*;

/// The verb of the form that closes one.
const VERB: &str = "care.no-call";

/// The id of the element that a call's line begins with.
pub(super) fn element(id: &str) -> String {
    format!("noticed-{id}")
}

/// What was only noticed, of one queue.
#[component]
pub(super) fn Apart(
    view: RwSignal<ApartView>,
    /// Others wait above, for whom one comes first.
    folded: bool,
    /// The page that this stands on.
    page: String,
    /// What was kept for a form of the page.
    kept: Option<(String, Kept)>,
    /// One was closed.
    on_closed: Callback<NoCall>,
) -> impl IntoView {
    let kept = kept.filter(|(form, _)| form.starts_with(VERB));
    let is_open = !folded || kept.is_some();
    let (page, kept) = (StoredValue::new(page), StoredValue::new(kept));
    let queue = view.with_untracked(|view| view.queue);
    let (heading, says) = match queue {
        Queue::Danger => (
            "They may be in danger",
            "These posts read like danger to life. Not all are, and nobody asked for help here: read them first.",
        ),
        Queue::Asked | Queue::Noticed => (
            "Noticed in the rooms",
            "These posts read like a call for help, and nobody asked for it here. Some are one: answer it. The others can be closed.",
        ),
    };
    let count = move || match view.with(|view| view.count) {
        1 => "One text to look at".to_owned(),
        count => format!("{count} texts to look at"),
    };
    let is_empty = Memo::new(move |_| view.with(|view| view.lines.is_empty()));
    let more = move || {
        let next = view.with(|view| view.next.clone());
        next.map(|next| {
            view! {
                <nav class="pager" aria-label="Pages of what was noticed">
                    <a href=format!("/care?{}=true&after={next}", queue.name()) rel="next">
                        "Noticed later"
                    </a>
                </nav>
            }
        })
    };
    let lines = move || {
        if is_empty.get() {
            return view! { <Empty text="Nothing that was noticed waits." /> }.into_any();
        }
        view! {
            <details class="open-here" open=is_open>
                <summary class="button second">{count}</summary>
                <ul class="lines">
                    <For
                        each=move || view.with(|view| view.lines.clone())
                        key=|line| (line.call.id.clone(), line.seen.clone())
                        let:line
                    >
                        <Line line page=page.get_value() kept=kept.get_value() on_closed />
                    </For>
                </ul>
                {more}
            </details>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby=queue.name()>
            <div class="section-head">
                <h2 id=queue.name()>{heading}</h2>
            </div>
            <p>{says}</p>
            {lines}
        </section>
    }
}

#[component]
fn Line(
    line: NoticedLineView,
    page: String,
    kept: Option<(String, Kept)>,
    on_closed: Callback<NoCall>,
) -> impl IntoView {
    let LineView {
        id, words, mine, ..
    } = line.call.clone();
    let title = if mine {
        view! { <span id=element(&id)>"Your own. Others answer it."</span> }.into_any()
    } else {
        view! {
            <a id=element(&id) href=format!("/care/{id}")>
                {words}
            </a>
        }
        .into_any()
    };
    let text = line.text.map(|text| view! { <p dir="auto">{text}</p> });
    let close = line.seen.map(|seen| {
        view! { <NotACall id seen page kept on_done=on_closed /> }
    });
    view! {
        <li>
            <h3 class="title" dir="auto">
                {title}
            </h3>
            {text}
            <Facts call=line.call />
            {close}
        </li>
    }
}

/// Closes it with one press.
#[component]
pub(super) fn NotACall(
    id: String,
    #[prop(into)] seen: Signal<String>,
    page: String,
    kept: Option<(String, Kept)>,
    #[prop(into)] on_done: Callback<NoCall>,
) -> impl IntoView {
    let action = ServerAction::<CloseAsNoCall>::new();
    let name = forms::name(VERB, &id);
    let kept = kept.filter(|(form, _)| *form == name).map(|(_, kept)| kept);
    view! {
        <PostForm action name class="row" page kept on_done>
            <Hidden name="id" value=id />
            <input type="hidden" name="seen" value=move || seen.get() />
            <Submit label="Not a call" class="second" />
        </PostForm>
    }
}
