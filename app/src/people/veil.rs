use crate::ui::Icon;
use domain::{actor::Byline, moderation::Thing, people::Distance};
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

/// The way to keep away from whoever wrote a thing, for members. Guests have no
/// name that lasts, so nobody can keep away from one.
#[component]
pub fn AwayLink(thing: Thing, byline: Byline, is_member: bool) -> impl IntoView {
    let whom = match byline {
        Byline::Member(handle) => handle,
        Byline::Anonymous => "whoever wrote this".to_owned(),
        Byline::Guest(_) | Byline::Former => return None,
    };
    is_member.then(|| {
        view! {
            <a
                href=format!("/people/{thing}")
                rel="nofollow"
                aria-label=format!("Mute or block {whom}")
            >
                "Mute or block"
            </a>
        }
    })
}
