use super::{
    ShoutOutView, WallView,
    api::{self, OnTheWall},
    composer::Composer,
};
use crate::care::near::Beside;
use crate::moderation::StandingNotice;
use crate::people::Veil;
use crate::ui::{ByLine, Empty, ErrorPage, Heading, Loading, Prose, announce, focus};
use crate::wire::Resource;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

/// `/shout-outs`: the wall of thanks.
pub(super) fn wall_page() -> AnyView {
    let query = use_query_map();
    let after = move || query.with(|query| query.get_str("after").unwrap_or_default().to_owned());
    let wall = Resource::new(after, api::read_wall);
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match wall.await {
                    Ok(wall) => view! { <Wall wall /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Wall(wall: WallView) -> impl IntoView {
    let WallView {
        shout_outs,
        next,
        continued,
        handle,
        kept,
    } = wall;
    let on_wall = RwSignal::new(shout_outs);
    let composer = match handle {
        Some(handle) => {
            // A new composer stands ready, closed, after each thanks.
            let round = RwSignal::new(0_u32);
            let navigate = use_navigate();
            let on_done = Callback::new(move |new: OnTheWall| {
                let (id, standing) = (new.shout_out.id, new.shout_out.standing);
                if continued {
                    navigate(&format!("/shout-outs#shout-out-{id}"), Default::default());
                    return;
                }
                on_wall.update(|wall| wall.insert(0, new.shout_out));
                round.update(|round| *round += 1);
                announce(match standing.is_published() {
                    true => "Your thanks are on the wall.",
                    false => "Someone reads your thanks first. Until then only you can see them.",
                });
                focus(format!("shout-out-{id}"));
            });
            let kept = StoredValue::new(kept);
            let handle = StoredValue::new(handle);
            (move || {
                let kept = if round.get() == 0 {
                    kept.get_value()
                } else {
                    None
                };
                let is_kept = kept.is_some();
                view! {
                    <details class="open-here" open=is_kept>
                        <summary class="button">"Say thank you"</summary>
                        <Composer
                            handle=handle.get_value()
                            page="/shout-outs".to_owned()
                            kept
                            on_done
                        />
                    </details>
                }
            })
            .into_any()
        }
        None => view! {
            <a class="button" href="/sign-in?next=/shout-outs">
                "Say thank you"
            </a>
        }
        .into_any(),
    };
    let pager = (continued || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {continued
                    .then(|| {
                        view! {
                            <a href="/shout-outs" rel="first">
                                "Newest thanks"
                            </a>
                        }
                    })}
                {next
                    .map(|next| {
                        view! {
                            <a href=format!("/shout-outs?after={next}") rel="next">
                                "Older thanks"
                            </a>
                        }
                    })}
            </nav>
        }
    });
    view! {
        <header class="page-head">
            <Heading text="The wall of thanks" />
            <p class="sentence">"A line for someone who drove, listened, cooked or waited."</p>
            {composer}
        </header>
        <Show
            when=move || on_wall.with(|wall| !wall.is_empty())
            fallback=|| {
                view! {
                    <Empty text="No one has been thanked here yet. Yours can be the first line." />
                }
            }
        >
            <ul class="wall">
                <For each=move || on_wall.get() key=|shout_out| shout_out.id let:shout_out>
                    <Brick shout_out />
                </For>
            </ul>
        </Show>
        {pager}
    }
}

#[component]
fn Brick(shout_out: ShoutOutView) -> impl IntoView {
    let id = shout_out.id;
    view! {
        <li id=format!("shout-out-{id}")>
            <article class="thanks">
                <h2 class="title" dir="auto">
                    <a href=format!("/shout-outs/{id}")>{shout_out.to}</a>
                </h2>
                <StandingNotice standing=shout_out.standing mine=shout_out.source.is_some() why=None />
                <Veil away=shout_out.away>
                    <Prose html=shout_out.html />
                </Veil>
                {shout_out.near.map(|near| view! { <Beside near /> })}
                <ByLine byline=shout_out.byline day=shout_out.day edited=shout_out.edited />
            </article>
        </li>
    }
}
