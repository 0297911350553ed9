//! Accounts: a handle is all that is asked.

crate::text! {
    /// The name that a person gives to a passkey.
    PasskeyName: line 1..=60,
}

/// The shortest and the longest password, in characters.
pub const PASSWORD: std::ops::RangeInclusive<usize> = 10..=200;

/// One-time recovery codes that are handed out together.
pub const RECOVERY_CODES: usize = 10;

/// Who may join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Joining {
    /// Anyone.
    #[default]
    Open,
    /// Anyone, once a host or moderator has let them in.
    Approval,
    /// Whoever has an invitation.
    Invitation,
    /// Nobody.
    Closed,
}

impl std::str::FromStr for Joining {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "approval" => Ok(Self::Approval),
            "invitation" => Ok(Self::Invitation),
            "closed" => Ok(Self::Closed),
            other => Err(format!(
                "{other} is not open, approval, invitation or closed"
            )),
        }
    }
}

/// What a browser is asked about a passkey.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Question {
    /// To be sent back with the answer.
    pub ask: crate::ids::AskId,
    /// The options of `navigator.credentials`, JSON.
    pub options: String,
}

mod handle;
pub use handle::Handle;

#[cfg(feature = "ssr")]
pub mod guests;
#[cfg(feature = "ssr")]
mod household;
#[cfg(feature = "ssr")]
mod join;
#[cfg(feature = "ssr")]
mod known;
#[cfg(feature = "ssr")]
mod passkeys;
#[cfg(feature = "ssr")]
mod password;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
mod recover;
#[cfg(feature = "ssr")]
pub(crate) mod secrets;
#[cfg(feature = "ssr")]
mod sign_in;
#[cfg(feature = "ssr")]
mod step_up;
#[cfg(feature = "ssr")]
pub(crate) use household::by_handle;
#[cfg(feature = "ssr")]
pub use household::{
    INVITATION_FOR, grant, invite, invite_from_console, keeper, let_in, sign_out_device,
    sign_out_others, turn_away,
};
#[cfg(feature = "ssr")]
pub use join::{JoinRequest, Joined, Newcomer, greet, join};
#[cfg(feature = "ssr")]
pub use known::{device_mark, knows_device};
#[cfg(feature = "ssr")]
pub use passkeys::*;
#[cfg(feature = "ssr")]
pub use password::Password;
#[cfg(feature = "ssr")]
pub use port::*;
#[cfg(feature = "ssr")]
pub use recover::{
    NewPassword, RESET_LINK_FOR, Reset, Return, change_password, choose_password, come_back,
    make_reset_link, open_reset_link, recover, replace_codes, reset, reset_link_works,
};
#[cfg(feature = "ssr")]
pub use secrets::{RecoveryCodes, link_secret};
#[cfg(feature = "ssr")]
pub use sign_in::{Proof, prove, prove_again, sign_in};
#[cfg(feature = "ssr")]
pub use step_up::{PROOF_COUNTS_FOR, confirm, stepped_up, still_signed_in};
