//! What a person may be told when something did not work. Everything else is
//! logged whole under an id and never leaves the server.

use crate::wire::Written;
use domain::refusal::Refusal;
#[cfg(feature = "ssr")]
use domain::store::StoreError;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Deserializer, Serialize};

/// Why a server function did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// A rule of the house.
    Refused(Refusal),
    /// Something broke here; the log has the cause under this id.
    Trouble(#[serde(deserialize_with = "reference")] String),
    /// The request could not be read.
    Unreadable,
    /// More was sent than is taken.
    TooLarge,
    /// More is being posted than can be kept just now.
    Busy,
    /// There is no room left to keep anything new.
    NoRoom,
    /// What must reach people could not be kept at all.
    NotKept,
    /// The answer did not arrive: the line, or the server, is down.
    Offline,
    /// As before; the service worker has the form, and sends it when it can.
    Waiting,
}

/// The id in the log: hexadecimal digits. The framework reads errors from any
/// page's address, and nobody may put words of their own into our mouth.
fn reference<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let ours = text.len() <= 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    Ok(if ours { text } else { "none".to_owned() })
}

impl AppError {
    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => match refusal {
                Refusal::Invalid(_) | Refusal::TooDeep => 422,
                Refusal::SignInFirst
                | Refusal::ConfirmFirst
                | Refusal::WrongSignIn
                | Refusal::WrongPasskey => 401,
                Refusal::NotAllowed
                | Refusal::WaitingForApproval
                | Refusal::JoiningClosed
                | Refusal::Yours
                | Refusal::AnotherPerson
                | Refusal::YouBlocked
                | Refusal::UnknownPushService
                | Refusal::Barred { .. } => 403,
                Refusal::NotFound => 404,
                Refusal::TooLate
                | Refusal::ThreadClosed
                | Refusal::Changed
                | Refusal::Answered
                | Refusal::WrittenMeanwhile
                | Refusal::LookedAfter
                | Refusal::OnlyHost
                | Refusal::NeedsTwoHosts
                | Refusal::Appealed
                | Refusal::PasskeyIsThere
                | Refusal::LastWayIn
                | Refusal::OtherWriter => 409,
                Refusal::TooOften { .. } => 429,
            },
            Self::Trouble(_) | Self::Offline => 500,
            Self::Unreadable => 400,
            Self::TooLarge => 413,
            Self::Busy | Self::NotKept | Self::Waiting => 503,
            Self::NoRoom => 507,
        }
    }

    /// The broken rule, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl FromServerFnError for AppError {
    type Encoder = Written;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::Unreadable,
            // What was sent is not UTF-8, or is longer than what is taken.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(why) if why.contains("length limit") => {
                Self::TooLarge
            }
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(_) => Self::Unreadable,
            #[cfg(feature = "ssr")]
            other => crate::ctx::trouble(&other),
            #[cfg(not(feature = "ssr"))]
            _ => Self::Offline,
        }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::ui::words::error(self))
    }
}

impl std::error::Error for AppError {}

#[cfg(feature = "ssr")]
impl From<domain::refusal::Fault> for AppError {
    fn from(fault: domain::refusal::Fault) -> Self {
        match fault {
            domain::refusal::Fault::Refused(refusal) => Self::Refused(refusal),
            domain::refusal::Fault::Store(error) => error.into(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::Full => {
                tracing::error!("the disk is full: nothing new can be kept");
                Self::NoRoom
            }
            StoreError::Broken(_) => crate::ctx::trouble(&error),
        }
    }
}
