use super::{
    AboutView,
    api::{self, KeepAway, KeptAway, away_name},
};
use crate::ui::{ErrorPage, Heading, Hidden, Loading, PostForm, Submit, announce};
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
    let is_anonymous = handle.is_none();
    let whom = match &handle {
        Some(handle) => view! { <bdi>{handle.clone()}</bdi> }.into_any(),
        None => format!("the writer of this anonymous {kind}").into_any(),
    };
    let now = distance.map(|distance| match distance {
        Distance::Mute => "You muted them.",
        Distance::Block => "You blocked them.",
    });
    let kept_for = |name: &str| {
        kept.as_ref()
            .filter(|(form, _)| form == name)
            .map(|(_, kept)| kept.clone())
    };
    let (mute_kept, block_kept) = (kept_for("people.mute"), kept_for("people.block"));
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Mute or block" />
                <p class="sentence">"You are about to keep away from " {whom} "."</p>
                {now.map(|now| view! { <p class="state">{now}</p> })}
                <a href=address>"Go back"</a>
            </header>
            <div>
                {is_anonymous
                    .then(|| {
                        view! {
                            <p>
                                "You do not learn who it is. So this folds this one post, and a block also stops what its writer says to you anonymously. What they write under a handle stays as it is."
                            </p>
                        }
                    })}
                <section aria-labelledby="mute">
                    <div class="section-head">
                        <h2 id="mute">"Mute"</h2>
                    </div>
                    <p>
                        "What they wrote is folded, and you can open it. They are not told."
                    </p>
                    <Away thing=thing.clone() distance=Distance::Mute kept=mute_kept />
                </section>
                <section aria-labelledby="block">
                    <div class="section-head">
                        <h2 id="block">"Block"</h2>
                    </div>
                    <p>
                        "As muted, and they cannot answer you, thank you by name or give you support. They are not told, but may notice. You cannot answer them either."
                    </p>
                    <p class="hint">
                        "Calls for help still reach those who answer them. If someone harms you, report it as well."
                    </p>
                    <Away thing distance=Distance::Block kept=block_kept />
                </section>
            </div>
        </div>
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
