use super::{
    AboutView,
    api::{self, KeepAway, KeptAway, away_name},
};
use crate::{
    ui::{ErrorPage, Heading, Hidden, Loading, PostForm, Submit, announce},
    wire::{Resource, ServerAction},
};
use domain::{drafts::Kept, people::Distance};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// `/people/{thing}`: mutes or blocks whoever wrote a thing.
pub(super) fn about_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let about = Resource::new(
        move || {
            let thing =
                params.with(|params| params.get_str("thing").unwrap_or_default().to_owned());
            let kept = query.with(|query| query.get_str("kept").unwrap_or_default().to_owned());
            (thing, kept)
        },
        |(thing, kept)| api::load_about(thing, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match about.await {
                    Ok(about) => view! { <About about /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn About(about: AboutView) -> impl IntoView {
    let AboutView {
        thing,
        handle,
        kind,
        distance,
        address,
        kept,
    } = about;
    let words = match handle {
        Some(_) => &SIGNED,
        None => &ANONYMOUS,
    };
    let whom = match handle {
        Some(handle) => view! { <bdi>{handle}</bdi> }.into_any(),
        None => {
            format!("whoever wrote this anonymous {kind}. You do not learn who it is").into_any()
        }
    };
    let report = format!("/report/{thing}");
    let part = move |here: Distance| {
        let (title, what) = match here {
            Distance::Mute => ("Mute", words.mute),
            Distance::Block => ("Block", words.block),
        };
        let kept = kept
            .clone()
            .and_then(|(form, kept)| (form == away_name(here.name())).then_some(kept));
        let way = match distance == Some(here) {
            true => view! { <Now distance=here /> }.into_any(),
            false => view! { <Away thing=thing.clone() distance=here kept /> }.into_any(),
        };
        view! {
            <section aria-labelledby=here.name()>
                <div class="section-head">
                    <h2 id=here.name()>{title}</h2>
                </div>
                <p>{what}</p>
                {way}
            </section>
        }
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Mute or block" />
                <p class="sentence">"This is about " {whom} "."</p>
                <p class="sentence">
                    <a href=address rel="nofollow">
                        {format!("Back to the {kind}")}
                    </a>
                </p>
            </header>
            <div>
                {Distance::ALL.map(part)}
                <p class="hint">
                    "They are not told. Calls for help still reach the people who answer them. If someone harms you, "
                    <a href=report rel="nofollow">
                        "report it"
                    </a> " as well."
                </p>
            </div>
        </div>
    }
}

/// What muting and blocking do, by how the writer was met.
struct Words {
    mute: &'static str,
    block: &'static str,
}

const SIGNED: Words = Words {
    mute: "What they sign is folded for you, and you can open it.",
    block: "As muted. Also, they cannot answer you or thank you by name, and support they give does not reach you. They may notice. You cannot answer them either.",
};

const ANONYMOUS: Words = Words {
    mute: "This post is folded for you, and you can open it.",
    block: "As muted. Also, its writer cannot answer you or thank you by name while they post anonymously. They may notice. What they sign stays as it is, so that nobody learns who it is.",
};

/// How it is already, and where that can be changed.
#[component]
fn Now(distance: Distance) -> impl IntoView {
    let (state, way) = match distance {
        Distance::Mute => ("You muted them. ", "Unmute them on your list"),
        Distance::Block => ("You blocked them. ", "Unblock them on your list"),
    };
    view! {
        <p>
            <span class="state">{state}</span>
            <a href="/me/people">{way}</a>
        </p>
    }
}

#[component]
fn Away(thing: String, distance: Distance, kept: Option<Kept>) -> impl IntoView {
    let action = ServerAction::<KeepAway>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |_: KeptAway| {
        announce(match distance {
            Distance::Mute => "Muted.",
            Distance::Block => "Blocked.",
        });
        navigate("/me/people", Default::default());
    });
    let page = format!("/people/{thing}");
    let thing = StoredValue::new(thing);
    view! {
        <PostForm action name=away_name(distance.name()) class="row" page kept on_done>
            <Hidden name="thing" value=thing.get_value() />
            <Hidden name="distance" value=distance.name() />
            <Submit
                label=match distance {
                    Distance::Mute => "Mute them",
                    Distance::Block => "Block them",
                }
                class="second"
            />
        </PostForm>
    }
}
