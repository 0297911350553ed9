use super::{
    Facts, RitualView, SingleView,
    api::{self, RemoveRitual, RemovedRitual},
    form::removal_name,
};
use crate::{
    care::near::Beside,
    comments::{Thread, use_thread_query},
    moderation::{ReportLink, StandingNotice},
    people::{AwayLink, Veil},
    support::SupportBar,
    ui::{ErrorPage, Heading, Hidden, Icon, Loading, PostForm, Prose, Submit, announce, focus},
    wire::{Resource, ServerAction},
};
use domain::moderation::{Standing, Thing};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

/// `/rituals/{id}`: one ritual, with its thread.
pub(super) fn ritual_page() -> AnyView {
    let params = use_params_map();
    let query = use_thread_query();
    let key = move || {
        (
            params.with(|params| params.get("id").unwrap_or_default()),
            query.get(),
        )
    };
    let single = Resource::new(key, |(id, query)| api::read_ritual(id, query));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match single.await {
                    Ok(single) => view! { <Single single /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Single(single: SingleView) -> impl IntoView {
    let SingleView {
        ritual,
        near,
        why,
        support,
        thread,
    } = single;
    let asks =
        thread.query.delete == "1" || thread.query.kept == removal_name(&ritual.id.to_string());
    let actions = ritual.mine.then(|| {
        let editable = ritual.standing != Standing::Hidden;
        view! { <Actions id=ritual.id.to_string() asks editable /> }
    });
    let RitualView {
        title,
        html,
        standing,
        mine,
        away,
        byline,
        ..
    } = ritual.clone();
    let thing = Thing::Share(ritual.id.into());
    let is_member = thread.handle.is_some();
    let report = (!mine && standing.is_published()).then(|| {
        view! {
            <div class="actions">
                <ReportLink thing label="Report this ritual" />
                <AwayLink thing byline is_member />
            </div>
        }
    });
    view! {
        <div class="spread">
            <div>
                <article class="piece ritual">
                    <header class="piece-head">
                        <p class="kind">
                            <Icon name="ritual" />
                            {ritual.kind.label()}
                        </p>
                        <Heading text=title typed=true />
                    </header>
                    <StandingNotice standing mine why />
                    <Facts ritual />
                    <Veil away>
                        <Prose html />
                    </Veil>
                    {near.map(|near| view! { <Beside near /> })}
                    {standing.is_published().then(|| view! { <SupportBar view=support /> })}
                    {actions}
                    {report}
                </article>
                <Thread thread />
            </div>
        </div>
    }
}

/// What its author can do with it. Deleting asks once.
#[component]
fn Actions(
    id: String,
    /// The question is open.
    asks: bool,
    editable: bool,
) -> impl IntoView {
    let page = format!("/rituals/{id}");
    let open = RwSignal::new(asks);
    let navigate = use_navigate();
    let on_done = Callback::new(move |_: RemovedRitual| {
        announce("The ritual is deleted.");
        navigate("/rituals", Default::default());
    });
    let form = StoredValue::new(removal_name(&id));
    let toggle = move |ev: leptos::ev::MouseEvent| {
        if ev.ctrl_key() || ev.meta_key() || ev.shift_key() {
            return;
        }
        ev.prevent_default();
        open.update(|open| *open = !*open);
        if open.get_untracked() {
            focus(form.get_value());
        }
    };
    let question = {
        let (id, page) = (id.clone(), page.clone());
        move || {
            let (id, page) = (id.clone(), page.clone());
            let action = ServerAction::<RemoveRitual>::new();
            open.get().then(|| {
                view! {
                    <PostForm
                        action
                        name=form.get_value()
                        class="composer"
                        page
                        label="Delete your ritual"
                        on_done
                    >
                        <Hidden name="id" value=id />
                        <p>"Delete this ritual? It and the replies to it will be gone."</p>
                        <div class="row">
                            <Submit label="Delete" class="danger" />
                        </div>
                    </PostForm>
                }
            })
        }
    };
    view! {
        <div class="actions">
            {editable
                .then(|| {
                    view! {
                        <a href=format!("{page}/edit") rel="nofollow">
                            "Edit"
                        </a>
                    }
                })}
            <a
                href=format!("{page}?delete=1#{}", form.get_value())
                rel="nofollow"
                aria-expanded=move || open.get().to_string()
                on:click=toggle
            >
                "Delete"
            </a>
        </div>
        {question}
    }
}
