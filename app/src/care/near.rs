//! Where help is, beside what reads like a call for it. Only whoever wrote it
//! is shown this.

use super::{ContactView, HelpView, NumberView};
use crate::ui::Icon;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Whom to turn to first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    pub emergency: Option<NumberView>,
    pub lines: Vec<ContactView>,
}

/// So few that they are read.
const LINES: usize = 2;

impl From<HelpView> for Near {
    fn from(mut help: HelpView) -> Self {
        help.lines.truncate(LINES);
        Self {
            emergency: help.emergency,
            lines: help.lines,
        }
    }
}

/// What stands beside a post, if the viewer wrote it lately and it reads like a
/// call for help. What they see at the desk is not asked: nobody learns here
/// whether a call is closed.
#[cfg(feature = "ssr")]
pub fn beside(mine: bool, written_at: domain::clock::Timestamp, words: &str) -> Option<Near> {
    use domain::care::{BESIDE_FOR, recognise};
    if !mine {
        return None;
    }
    let house = crate::ctx::house();
    let is_new = house.clock.now().since(written_at) < BESIDE_FOR;
    if !is_new || recognise(words).is_none() {
        return None;
    }
    super::api::help_of(&house.settings.country).map(Near::from)
}

/// The first contacts, after something was posted.
#[component]
pub fn Beside(near: Near) -> impl IntoView {
    view! {
        <aside class="notice kept near" aria-label="Where help is">
            <Icon name="help" />
            <div>
                <p>
                    "It sounds as if there is a lot to carry. The peer supporters here will read what you wrote."
                </p>
                <NearContacts near=Some(near) />
            </div>
        </aside>
    }
}

/// Numbers and links. Without contacts, the way to them.
#[component]
pub fn NearContacts(near: Option<Near>) -> impl IntoView {
    let contacts = near.map(|near| {
        let emergency = near.emergency.map(|number| {
            view! {
                <li>
                    "In danger now: " <a href=number.href>{number.text}</a>
                </li>
            }
        });
        let lines = near
            .lines
            .into_iter()
            .map(|line| {
                let number = line.call.or(line.text).map(|number| {
                    view! {
                        ": "
                        <a href=number.href>{number.text}</a>
                    }
                });
                view! {
                    <li>
                        {line.name} {number}
                    </li>
                }
            })
            .collect_view();
        view! { <ul>{emergency} {lines}</ul> }
    });
    view! {
        {contacts}
        <p>
            <a href="/help">"Get help now"</a>
            " or "
            <a href="/help/ask">"ask the people here"</a>
        </p>
    }
}
