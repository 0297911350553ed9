use super::{
    PeopleView, PersonView,
    api::{self, KeptAway, LiftDistance, lift_name},
};
use crate::{
    ui::{Empty, ErrorPage, Heading, Hidden, Loading, Pager, PostForm, Submit, announce, focus},
    wire::{Resource, ServerAction},
};
use domain::people::Distance;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const HERE: &str = "/me/people";

/// `/me/people`.
pub(super) fn list_page() -> AnyView {
    let query = use_query_map();
    let people = Resource::new(
        move || query.with(|query| query.get_str("after").unwrap_or_default().to_owned()),
        api::load_people,
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match people.await {
                    Ok(view) => view! { <People view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn People(view: PeopleView) -> impl IntoView {
    let PeopleView {
        people,
        next,
        continued,
    } = view;
    let people = RwSignal::new(people);
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Muted and blocked" />
                <p class="sentence">
                    "Only you see this. Whoever wrote something anonymously is here by that one post, and nobody learns who it is."
                </p>
            </header>
            <div>
                <Show
                    when=move || !people.with(Vec::is_empty)
                    fallback=|| {
                        view! {
                            <Empty text="Nobody. Under what others write there is a way to mute or block them." />
                        }
                    }
                >
                    <ul class="lines">
                        <For each=move || people.get() key=|person| person.id.clone() let:person>
                            <Person person people />
                        </For>
                    </ul>
                </Show>
                <Pager at=HERE next continued newest="Newest" older="Older" />
            </div>
        </div>
    }
}

#[component]
fn Person(person: PersonView, people: RwSignal<Vec<PersonView>>) -> impl IntoView {
    let PersonView {
        id,
        whom,
        is_handle,
        distance,
        since,
    } = person;
    let action = ServerAction::<LiftDistance>::new();
    let lifted = id.clone();
    let on_done = Callback::new(move |_: KeptAway| {
        people.update(|people| people.retain(|person| person.id != lifted));
        announce("Lifted.");
        focus("main".to_owned());
    });
    let state = match distance {
        Distance::Mute => "Muted on ",
        Distance::Block => "Blocked on ",
    };
    let label = match distance {
        Distance::Mute => format!("Unmute: {whom}"),
        Distance::Block => format!("Unblock: {whom}"),
    };
    let verb = match distance {
        Distance::Mute => "Unmute",
        Distance::Block => "Unblock",
    };
    let name = lift_name(&id);
    let id = StoredValue::new(id);
    view! {
        <li>
            <div class="split">
                <div>
                    <h2 dir=is_handle.then_some("auto")>{whom}</h2>
                    <p class="byline">
                        <span>{state} <time datetime=since.iso>{since.text}</time></span>
                    </p>
                </div>
                <PostForm action name class="row" page=HERE label on_done>
                    <Hidden name="id" value=id.get_value() />
                    <Submit label=verb class="second" />
                </PostForm>
            </div>
        </li>
    }
}
