//! Accounts: a handle is all that is asked.

crate::text! {
    /// The name that a person gives to a device they are signed in on.
    DeviceName: line 1..=60,
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

mod handle;
pub use handle::Handle;

#[cfg(feature = "ssr")]
pub mod guests;
#[cfg(feature = "ssr")]
mod port;
#[cfg(feature = "ssr")]
pub use port::*;
