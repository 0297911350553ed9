use crate::ui::Prose;
#[cfg(feature = "ssr")]
use domain::care::{Entry, EntryKind, EntryState};
use domain::{actor::Byline, clock::Day};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Who says something in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// Whoever asked.
    Asker,
    /// Someone of the desk.
    Desk(Byline),
    /// A member whose reply was passed on, or whose own reply waits.
    Member(Byline),
}

/// Something that is said in a call, as it is shown to those who talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidView {
    pub number: u32,
    pub by: Speaker,
    pub day: Day,
    /// Sanitised; empty for someone who still waits.
    pub html: String,
    /// A reply of the viewer that nobody has passed on, or will.
    pub held: bool,
    pub declined: bool,
}

/// What `actor` may see of what is said: what is shown, and own replies. What
/// is between people of the desk is not among it.
#[cfg(feature = "ssr")]
pub(super) fn said(entries: &[Entry], actor: &domain::actor::Actor) -> Vec<SaidView> {
    entries
        .iter()
        .filter(|entry| entry.kind.is_said())
        .filter(|entry| match entry.state {
            EntryState::Shown => true,
            EntryState::Held | EntryState::Declined => entry.author.is(actor),
            EntryState::Gone => false,
        })
        .map(|entry| SaidView {
            number: entry.number,
            by: match entry.kind {
                EntryKind::Answer => Speaker::Desk(entry.author.byline()),
                EntryKind::Reply => Speaker::Member(entry.author.byline()),
                _ => Speaker::Asker,
            },
            day: entry.at.day(),
            html: entry.html.clone(),
            held: entry.state == EntryState::Held,
            declined: entry.state == EntryState::Declined,
        })
        .collect()
}

/// What is said, in its order.
#[component]
pub fn Said(
    said: RwSignal<Vec<SaidView>>,
    /// The viewer asked.
    own: bool,
) -> impl IntoView {
    view! {
        <ol class="lines">
            <For each=move || said.get() key=|said| (said.number, said.held) let:one>
                <OneSaid one own />
            </For>
        </ol>
    }
}

#[component]
fn OneSaid(one: SaidView, own: bool) -> impl IntoView {
    let (by, role) = match one.by {
        Speaker::Asker if own => ("You".to_owned(), None),
        Speaker::Asker => ("Someone".to_owned(), None),
        Speaker::Desk(byline) => (name_of(byline), Some("Peer supporter")),
        Speaker::Member(byline) => (name_of(byline), Some("Member")),
    };
    let waits = match (one.held, one.declined) {
        (true, _) => Some("A peer supporter reads this before they see it."),
        (_, true) => Some("A peer supporter did not pass this on."),
        _ => None,
    };
    let words = if one.html.is_empty() {
        view! { <p>"Still waits for an answer."</p> }.into_any()
    } else {
        view! { <Prose html=one.html /> }.into_any()
    };
    view! {
        <li id=format!("said-{}", one.number)>
            <p class="byline">
                <span class="by" dir="auto">
                    {by}
                </span>
                {role.map(|role| view! { <span>{role}</span> })}
                <time datetime=one.day.iso>{one.day.text}</time>
            </p>
            {words}
            {waits.map(|waits| view! { <p class="hint">{waits}</p> })}
        </li>
    }
}

/// A name as others read it.
pub fn name_of(byline: Byline) -> String {
    match byline {
        Byline::Member(handle) => handle,
        Byline::Guest(pseudonym) => format!("{pseudonym} (guest)"),
        Byline::Anonymous => "Anonymously".to_owned(),
        Byline::Former => "A former member".to_owned(),
    }
}
