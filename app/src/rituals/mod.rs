//! Rituals: what people do together, when and where.

pub mod api;
mod form;
mod list;
mod single;

use crate::{care::near::Near, comments::ThreadView, support::SupportView, ui::ByLine};
use domain::{
    actor::Byline,
    clock::Day,
    drafts::Kept,
    ids::RitualId,
    moderation::{Standing, Why},
    people::Distance,
    rituals::RitualKind,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

crate::room::room!(rituals_room in shares::Rituals {
    RitualsPage => list::rituals_page,
    NewRitualPage => form::new_ritual_page,
    RitualPage => single::ritual_page,
    EditRitualPage => form::edit_ritual_page,
});

/// A ritual as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RitualView {
    pub id: RitualId,
    pub kind: RitualKind,
    pub title: String,
    /// Whole and sanitised on its own page; empty in a list.
    pub html: String,
    /// The first words, in a list; empty on its own page.
    pub excerpt: String,
    pub when: WhenView,
    pub place: Option<String>,
    pub link: LinkView,
    pub byline: Byline,
    pub day: Day,
    pub edited: bool,
    /// The viewer wrote it.
    pub mine: bool,
    pub standing: Standing,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
}

/// When a ritual takes place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhenView {
    /// For machines, in UTC.
    pub iso: String,
    /// In its own zone, which is named.
    pub text: String,
}

/// The link of a ritual as far as the viewer may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkView {
    /// There is none.
    Missing,
    /// There is one, and members see it.
    ForMembers,
    Shown(String),
}

/// A page of the list as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RitualsView {
    pub rituals: Vec<RitualView>,
    pub past: bool,
    pub next: Option<String>,
    /// It does not begin at the start.
    pub continued: bool,
}

/// One ritual with all that stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleView {
    pub ritual: RitualView,
    /// Where help is, if the viewer wrote it lately and it reads like a call.
    pub near: Option<Near>,
    /// Why it is held or hidden, if the viewer wrote it.
    pub why: Option<Why>,
    pub support: SupportView,
    pub thread: ThreadView,
}

/// What the form of a ritual needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetView {
    /// The member's handle.
    pub handle: String,
    /// Time zones to suggest.
    pub zones: Vec<String>,
    pub kept: Option<Kept>,
    pub source: RitualSource,
}

/// What is in the fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RitualSource {
    /// Empty for a new one.
    pub id: String,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub when: String,
    pub zone: String,
    pub place: String,
    pub link: String,
    pub anonymous: bool,
}

/// When, where and by whom.
#[component]
fn Facts(ritual: RitualView) -> impl IntoView {
    let next = format!("/sign-in?next=/rituals/{}", ritual.id);
    let place = ritual.place.map(|place| {
        view! {
            <dt>"Where"</dt>
            <dd dir="auto">{place}</dd>
        }
    });
    let link = match ritual.link {
        LinkView::Missing => ().into_any(),
        LinkView::ForMembers => view! {
            <dt>"Link"</dt>
            <dd>"Members see the link. " <a href=next>"Sign in"</a></dd>
        }
        .into_any(),
        LinkView::Shown(link) => {
            let href = link.clone();
            view! {
                <dt>"Link"</dt>
                <dd dir="auto">
                    <a href=href rel="external nofollow ugc noopener noreferrer">
                        {link}
                    </a>
                </dd>
            }
            .into_any()
        }
    };
    view! {
        <dl class="facts">
            <dt>"When"</dt>
            <dd>
                <time datetime=ritual.when.iso>{ritual.when.text}</time>
            </dd>
            {place}
            {link}
        </dl>
        <ByLine byline=ritual.byline day=ritual.day edited=ritual.edited />
    }
}
