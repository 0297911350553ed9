//! Shout-outs: the wall of thanks, and each of its pieces with its thread.

pub mod api;
mod composer;
mod single;
mod wall;

use crate::{care::near::Near, comments::ThreadView, support::SupportView};
use domain::{
    actor::Byline,
    clock::Day,
    drafts::Kept,
    ids::ShoutOutId,
    moderation::{Standing, Why},
    people::Distance,
};
use serde::{Deserialize, Serialize};

crate::room::room!(shout_outs_room in shares::ShoutOuts {
    WallPage => wall::wall_page,
    ShoutOutPage => single::shout_out_page,
});

/// A shout-out as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShoutOutView {
    pub id: ShoutOutId,
    /// Who is thanked.
    pub to: String,
    pub byline: Byline,
    pub day: Day,
    pub edited: bool,
    /// Sanitised.
    pub html: String,
    pub standing: Standing,
    /// What was typed, for its author.
    pub source: Option<ShoutOutSource>,
    /// The viewer is the member who is thanked.
    pub thanked: bool,
    /// The viewer keeps away from its author.
    pub away: Option<Distance>,
    /// Where help is, if the viewer wrote it lately and it reads like a call.
    pub near: Option<Near>,
}

/// What its author typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShoutOutSource {
    pub to: String,
    pub body: String,
    pub anonymous: bool,
}

/// A page of the wall as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallView {
    pub shout_outs: Vec<ShoutOutView>,
    pub next: Option<String>,
    /// It does not begin at the start.
    pub continued: bool,
    /// The viewer's handle; none for a guest.
    pub handle: Option<String>,
    pub kept: Option<Kept>,
}

/// One shout-out with all that stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleView {
    pub shout_out: ShoutOutView,
    /// Why it is held or hidden, if the viewer wrote it.
    pub why: Option<Why>,
    /// The viewer's handle; none for a guest.
    pub handle: Option<String>,
    pub kept: Option<Kept>,
    pub support: SupportView,
    pub thread: ThreadView,
}
