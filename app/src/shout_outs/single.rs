use super::{
    ShoutOutView, SingleView,
    api::{self, ChangedShoutOut, TakenDown},
    composer::{Editor, TakeDown, editor_name, take_down_name},
};
use crate::{
    care::near::Beside,
    comments::{Thread, use_thread_query},
    moderation::{ReportLink, StandingNotice},
    people::{AwayLink, Veil},
    support::SupportBar,
    ui::{ByLine, ErrorPage, Heading, Icon, Loading, Prose, announce, focus},
    wire::Resource,
};
use domain::{
    drafts::Kept,
    moderation::{Standing, Thing},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

/// `/shout-outs/{id}`: one piece of the wall, with its thread.
pub(super) fn shout_out_page() -> AnyView {
    let params = use_params_map();
    let query = use_thread_query();
    let key = move || {
        (
            params.with(|params| params.get("id").unwrap_or_default()),
            query.get(),
        )
    };
    let single = Resource::new(key, |(id, query)| api::read_shout_out(id, query));
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

/// What may be open under the shout-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Edit,
    TakeDown,
}

#[component]
fn Single(single: SingleView) -> impl IntoView {
    let SingleView {
        shout_out,
        why,
        handle,
        kept,
        support,
        thread,
    } = single;
    let id = shout_out.id.to_string();
    let thing = Thing::Share(shout_out.id.into());
    let (standing, mine) = (shout_out.standing, shout_out.source.is_some());
    let may_edit = mine && standing != Standing::Hidden;
    let may_take_down = mine || shout_out.thanked;
    let query = &thread.query;
    let open = if may_edit && (query.edit == "1" || query.kept == editor_name(&id)) {
        Open::Edit
    } else if may_take_down && (query.delete == "1" || query.kept == take_down_name(&id)) {
        Open::TakeDown
    } else {
        Open::Nothing
    };
    let is_member = thread.handle.is_some();
    let shown = RwSignal::new(shout_out);
    let to = Memo::new(move |_| shown.with(|shown| format!("To {}", shown.to)));
    let words = move || {
        let ShoutOutView {
            html,
            byline,
            day,
            edited,
            near,
            away,
            ..
        } = shown.get();
        view! {
            <ByLine byline day edited />
            <Veil away>
                <Prose html lead=true />
            </Veil>
            {near.map(|near| view! { <Beside near /> })}
        }
    };
    let report = (!mine && standing.is_published()).then(|| {
        view! {
            <ReportLink thing label="Report this shout-out" />
            <AwayLink thing byline=shown.get_untracked().byline is_member />
        }
    });
    view! {
        <div class="spread">
            <div>
                <article class="piece">
                    <header class="piece-head">
                        <p class="kind">
                            <Icon name="shout-out" />
                            "Shout-out"
                        </p>
                        {move || view! { <Heading text=to.get() typed=true /> }}
                    </header>
                    <StandingNotice standing mine why />
                    {words}
                    {standing.is_published().then(|| view! { <SupportBar view=support /> })}
                    {match may_take_down {
                        true => view! { <Actions shown open handle kept>{report}</Actions> }.into_any(),
                        false => view! { <div class="actions">{report}</div> }.into_any(),
                    }}
                </article>
                <Thread thread />
            </div>
        </div>
    }
}

/// What its author, or the member who is thanked, can do with it.
#[component]
fn Actions(
    shown: RwSignal<ShoutOutView>,
    open: Open,
    handle: Option<String>,
    kept: Option<Kept>,
    /// What others can do with it as well.
    children: Children,
) -> impl IntoView {
    let first = shown.get_untracked();
    let id = StoredValue::new(first.id.to_string());
    let page = StoredValue::new(format!("/shout-outs/{}", first.id));
    let mine = first.source.is_some();
    let editable = mine && first.standing != Standing::Hidden;
    let handle = StoredValue::new(handle.unwrap_or_default());
    let kept = StoredValue::new(kept);
    let open = RwSignal::new(open);
    let navigate = use_navigate();
    let changed = Callback::new(move |done: ChangedShoutOut| {
        shown.set(done.shout_out);
        open.set(Open::Nothing);
        kept.set_value(None);
        announce("Your change is kept.");
        focus("shout-out-actions".to_owned());
    });
    let taken_down = Callback::new(move |_: TakenDown| {
        announce("The shout-out is taken down.");
        navigate("/shout-outs", Default::default());
    });
    let toggle = move |what: Open| {
        move |ev: leptos::ev::MouseEvent| {
            if ev.ctrl_key() || ev.meta_key() || ev.shift_key() {
                return;
            }
            ev.prevent_default();
            let now = open.get_untracked();
            open.set(if now == what { Open::Nothing } else { what });
            if now != what {
                focus(match what {
                    Open::Edit => format!("{}-body", editor_name(&id.get_value())),
                    _ => take_down_name(&id.get_value()),
                });
            }
        }
    };
    let opened = move || match open.get() {
        Open::Nothing => ().into_any(),
        Open::Edit => shown
            .get_untracked()
            .source
            .map(|source| {
                view! {
                    <Editor
                        id=id.get_value()
                        source
                        handle=handle.get_value()
                        page=page.get_value()
                        kept=kept.get_value()
                        on_done=changed
                    />
                }
            })
            .into_any(),
        Open::TakeDown => view! {
            <TakeDown id=id.get_value() mine page=page.get_value() on_done=taken_down />
        }
        .into_any(),
    };
    view! {
        <div class="actions" id="shout-out-actions">
            {editable
                .then(|| {
                    view! {
                        <a
                            href=format!("{}?edit=1#{}", page.get_value(), editor_name(&id.get_value()))
                            rel="nofollow"
                            aria-expanded=move || (open.get() == Open::Edit).to_string()
                            on:click=toggle(Open::Edit)
                        >
                            "Edit"
                        </a>
                    }
                })}
            <a
                href=format!("{}?delete=1#{}", page.get_value(), take_down_name(&id.get_value()))
                rel="nofollow"
                aria-expanded=move || (open.get() == Open::TakeDown).to_string()
                on:click=toggle(Open::TakeDown)
            >
                {if mine { "Delete" } else { "Take it down" }}
            </a>
            {children()}
        </div>
        {opened}
    }
}
