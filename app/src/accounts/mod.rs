//! Accounts: joining, signing in and out, coming back, and one's own page.

pub mod api;
mod codes;
mod confirm;
#[cfg(feature = "ssr")]
mod forms;
mod join;
mod me;
pub mod passkeys;
mod recover;
mod sign_in;

use crate::{moderation::ToldCard, query::with_query};
use domain::{accounts::Joining, clock::Day, drafts::Kept, refusal::Refusal};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

crate::room::room!(accounts_room in own::Accounts {
    CodesPage => codes::codes_page,
    ConfirmPage => confirm::confirm_page,
    JoinPage => join::join_page,
    MePage => me::me_page,
    RecoverPage => recover::recover_page,
    ResetPage => recover::reset_page,
    SignInPage => sign_in::sign_in_page,
});

/// What the address of one of these pages says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoorQuery {
    /// Where to go afterwards.
    pub next: String,
    /// The secret of an invitation.
    pub invitation: String,
    /// The form whose text was kept.
    pub kept: String,
}

/// The query of the present page.
fn use_door_query() -> Memo<DoorQuery> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let field = |name| query.get_str(name).unwrap_or_default().to_owned();
            DoorQuery {
                next: field("next"),
                invitation: field("invitation"),
                kept: field("kept"),
            }
        })
    })
}

/// A path with these fields as its query; empty ones are left out.
fn address(path: &str, fields: &[(&str, &str)]) -> String {
    fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .fold(path.to_owned(), |address, (name, value)| {
            with_query(&address, name, value)
        })
}

/// What the pages at the door show: joining, signing in and coming back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorView {
    pub joining: Joining,
    /// Whoever is signed in already.
    pub handle: Option<String>,
    /// Passkeys can be used at the house's address.
    pub passkeys: bool,
    pub kept: Option<Kept>,
}

/// The page after joining, or after making new codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodesView {
    /// Empty once they were shown.
    pub codes: Vec<String>,
    pub signed_in: bool,
    /// A local path.
    pub next: String,
}

/// The page on which someone proves again who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmView {
    pub handle: String,
    pub has_password: bool,
    /// They have some, and these can be used at the house's address.
    pub has_passkeys: bool,
    /// A local path.
    pub next: String,
    pub kept: Option<Kept>,
}

/// `/me` as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeView {
    pub handle: String,
    pub is_editor: bool,
    /// Moderators and hosts.
    pub keeps_house: bool,
    pub is_host: bool,
    /// Is at the desk where calls for help are answered.
    pub answers_calls: bool,
    /// What they asked, newest first.
    pub asked: Vec<crate::care::asking::AskingView>,
    /// Why the member cannot post, if so.
    pub barred: Option<Refusal>,
    /// The newest decisions about the member's words, but for those that were
    /// taken back.
    pub decisions: Vec<ToldCard>,
    pub drafts: Vec<DraftView>,
    pub devices: Vec<DeviceView>,
    pub codes_left: u64,
    /// They have proven within the last minutes, on this device, who they are.
    pub stepped_up: bool,
    pub has_password: bool,
    /// None where passkeys cannot be used.
    pub passkeys: Option<PasskeysView>,
    /// What was kept for a form of this page, by the form's name.
    pub kept: Option<(String, Kept)>,
}

/// A member's passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeysView {
    pub passkeys: Vec<PasskeyView>,
    /// What one that is made now may be called.
    pub name: String,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyView {
    pub id: String,
    pub name: String,
    pub made: Day,
    pub last_used: Option<Day>,
}

/// Something unfinished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// Its first words.
    pub words: String,
    /// A local path.
    pub href: String,
    pub day: Day,
}

/// A device that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    pub id: String,
    pub name: String,
    pub is_this: bool,
    pub signed_in: Day,
    pub last_here: Day,
}
