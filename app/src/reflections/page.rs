use super::{
    OwnReflection, ReflectionPageView,
    api::{Deleted, Edited, read_reflection},
    composer::{Editor, Remover, delete_name, editor_name},
};
use crate::{
    care::near::{Beside, Near},
    comments::{Thread, use_thread_query},
    moderation::{ReportLink, StandingNotice},
    people::{AwayLink, Veil},
    support::SupportBar,
    ui::{ByLine, ErrorPage, Heading, Icon, Loading, Prose, announce, focus},
    wire::Resource,
};
use domain::{
    actor::Byline,
    ids::ReflectionId,
    moderation::{Standing, Thing},
};
use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// `/reflections/{id}`: one answer with its thread.
pub(super) fn reflection_page() -> AnyView {
    let params = use_params_map();
    let query = use_thread_query();
    let key = move || {
        let id = params.with(|params| params.get("id").unwrap_or_default());
        (id, query.get())
    };
    let reflection = Resource::new(key, |(id, query)| read_reflection(id, query));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match reflection.await {
                    Ok(page) => view! { <Whole page /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Whole(page: ReflectionPageView) -> impl IntoView {
    let place = page.place;
    let (id, standing, mine) = (page.id, page.standing, page.own.is_some());
    let thing = Thing::Share(id.into());
    let is_member = page.thread.handle.is_some();
    let day = StoredValue::new(page.day);
    let words = RwSignal::new((page.byline, page.html, page.edited));
    let near = RwSignal::new(page.near);
    let byline = move || {
        let (byline, _, edited) = words.get();
        view! { <ByLine byline day=day.get_value() edited /> }
    };
    let prose = move || view! { <Prose html=words.get().1 lead=true /> };
    view! {
        <div class="spread">
            <div>
                <article class="piece" id=format!("reflection-{id}")>
                    <header class="piece-head">
                        <p class="kind">
                            <Icon name="reflection" />
                            "Reflection"
                        </p>
                        <p class="kicker">
                            <a href=place.address dir="auto">
                                {place.title}
                            </a>
                            <a href=format!("/prompts/{}", place.prompt)>"All answers"</a>
                        </p>
                        <Heading text=place.question typed=true />
                        {byline}
                    </header>
                    <StandingNotice standing mine why=page.why />
                    <Veil away=page.away>{prose}</Veil>
                    {move || near.get().map(|near| view! { <Beside near /> })}
                    {standing.is_published().then(|| view! { <SupportBar view=page.support /> })}
                    {page
                        .own
                        .map(|own| {
                            let editable = standing != Standing::Hidden;
                            view! { <OwnActions id own words near editable /> }
                        })}
                    {(!mine && standing.is_published())
                        .then(|| {
                            view! {
                                <div class="actions">
                                    <ReportLink thing label="Report this answer" />
                                    <AwayLink
                                        thing
                                        byline=words.get_untracked().0
                                        is_member
                                    />
                                </div>
                            }
                        })}
                </article>
                <Thread thread=page.thread />
            </div>
        </div>
    }
}

/// What may be open under one's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Edit,
    Delete,
}

#[component]
fn OwnActions(
    id: ReflectionId,
    own: OwnReflection,
    /// Who is named, the words, and whether they were edited.
    words: RwSignal<(Byline, String, bool)>,
    near: RwSignal<Option<Near>>,
    editable: bool,
) -> impl IntoView {
    let page = format!("/reflections/{id}");
    let open = RwSignal::new(use_query_map().with_untracked(|query| {
        if editable && (own.kept.is_some() || query.get_str("change").is_some()) {
            Open::Edit
        } else if query.get_str("remove").is_some() {
            Open::Delete
        } else {
            Open::Nothing
        }
    }));
    let navigate = use_navigate();
    let own = RwSignal::new(own);
    let edited = Callback::new(move |done: Edited| {
        open.set(Open::Nothing);
        words.set((done.byline, done.html, true));
        near.set(done.near);
        own.update(|own| {
            own.kept = None;
            own.source = done.source;
            own.anonymous = done.anonymous;
        });
        announce("Your change is kept.");
        focus(format!("reflection-{id}"));
    });
    let deleted = Callback::new(move |done: Deleted| {
        navigate(&done.page, Default::default());
        announce("Your answer is deleted.");
    });
    let toggle = move |what: Open, focused: String| {
        move |ev: MouseEvent| {
            if ev.ctrl_key() || ev.meta_key() || ev.shift_key() {
                return;
            }
            ev.prevent_default();
            if open.get_untracked() == what {
                open.set(Open::Nothing);
            } else {
                open.set(what);
                focus(focused.clone());
            }
        }
    };
    let (editor, remover) = (editor_name(&id.to_string()), delete_name(&id.to_string()));
    let links = view! {
        <div class="actions">
            {editable
                .then(|| {
                    view! {
                        <a
                            href=format!("{page}?change=1#{editor}")
                            rel="nofollow"
                            aria-expanded=move || (open.get() == Open::Edit).to_string()
                            on:click=toggle(Open::Edit, format!("{editor}-body"))
                        >
                            "Edit"
                        </a>
                    }
                })}
            <a
                href=format!("{page}?remove=1#{remover}")
                rel="nofollow"
                aria-expanded=move || (open.get() == Open::Delete).to_string()
                on:click=toggle(Open::Delete, remover.clone())
            >
                "Delete"
            </a>
        </div>
    };
    let forms = move || match open.get() {
        Open::Nothing => ().into_any(),
        Open::Edit => {
            view! { <Editor id own=own.get_untracked() page=page.clone() on_done=edited /> }
                .into_any()
        }
        Open::Delete => view! { <Remover id page=page.clone() on_done=deleted /> }.into_any(),
    };
    view! {
        {links}
        {forms}
    }
}
