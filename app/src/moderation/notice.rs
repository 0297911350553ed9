use crate::ui::Icon;
use domain::moderation::Standing;
use leptos::prelude::*;

/// Says over a share that not everyone sees how it stands.
#[component]
pub fn StandingNotice(
    standing: Standing,
    /// The viewer wrote it.
    mine: bool,
) -> impl IntoView {
    let words = match (standing, mine) {
        (Standing::Published, _) => return ().into_any(),
        (Standing::Held, true) => "Someone reads this first. Until then only you can see it.",
        (Standing::Held, false) => {
            "This waits for review. Only its author and those who keep the house see it."
        }
        (Standing::Hidden, true) => {
            "Someone who keeps the house took this out of sight. Only you can see it now."
        }
        (Standing::Hidden, false) => {
            "This is out of sight. Only its author and those who keep the house see it."
        }
    };
    view! {
        <div class="notice">
            <Icon name="info" />
            <p>{words}</p>
        </div>
    }
    .into_any()
}
