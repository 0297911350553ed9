use crate::ui::Icon;
use domain::{moderation::Thing, people::Distance};
use leptos::prelude::*;

/// Folds what the viewer keeps away from, with a way to open it.
#[component]
pub fn Veil(away: Option<Distance>, children: Children) -> impl IntoView {
    let words = match away {
        None => return children().into_any(),
        Some(Distance::Mute) => "From someone you muted",
        Some(Distance::Block) => "From someone you blocked",
    };
    view! {
        <details class="note">
            <summary>
                <Icon name="veil" />
                <span>{words}</span>
            </summary>
            {children()}
        </details>
    }
    .into_any()
}

/// The way to keep away from whoever wrote a thing. Guests have no name that
/// lasts, so there is none.
#[component]
pub fn AwayLink(
    thing: Thing,
    /// For those who hear the link.
    #[prop(into)]
    whom: String,
) -> impl IntoView {
    view! {
        <a
            href=format!("/people/{thing}")
            rel="nofollow"
            aria-label=format!("Mute or block {whom}")
        >
            "Mute or block"
        </a>
    }
}
