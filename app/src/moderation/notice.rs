use crate::ui::Icon;
use domain::moderation::{Standing, Thing, Why};
use leptos::prelude::*;

/// Says over a share that not everyone sees how it stands, and its author why.
#[component]
pub fn StandingNotice(
    standing: Standing,
    /// The viewer wrote it.
    mine: bool,
    why: Option<Why>,
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
            <div>
                <p>{words}</p>
                {why.map(|why| view! { <Reason why /> })}
            </div>
        </div>
    }
    .into_any()
}

/// Why something is held or hidden, and the way to say something to it.
#[component]
pub fn Reason(why: Why) -> impl IntoView {
    view! {
        <p>"The reason: " <span dir="auto">{why.reason}</span></p>
        <p>
            <a href=format!("/me/decisions/{}", why.decision) rel="nofollow">
                "If you see it differently"
            </a>
        </p>
    }
}

/// The way to report something, for everyone but its author.
#[component]
pub fn ReportLink(
    thing: Thing,
    /// What it is, for those who hear the link.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <a href=format!("/report/{thing}") rel="nofollow" aria-label=label>
            "Report"
        </a>
    }
}
