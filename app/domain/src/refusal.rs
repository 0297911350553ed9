//! Why something was not done: the closed list of what a person may be told.

use crate::clock::Day;
use serde::{Deserialize, Serialize};

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Body,
    Title,
    Summary,
    Slug,
    ContentNote,
    To,
    Kind,
    When,
    From,
    Until,
    Zone,
    Place,
    Link,
    Week,
    Prompts,
    Series,
    Handle,
    Password,
    NewPassword,
    Adult,
    Code,
    Invitation,
    Reason,
    Name,
}

impl Field {
    /// The name in the form; also the suffix of the element's id.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Slug => "slug",
            Self::ContentNote => "content_note",
            Self::To => "to",
            Self::Kind => "kind",
            Self::When => "when",
            Self::From => "from",
            Self::Until => "until",
            Self::Zone => "zone",
            Self::Place => "place",
            Self::Link => "link",
            Self::Week => "week",
            Self::Prompts => "prompts",
            Self::Series => "series",
            Self::Handle => "handle",
            Self::Password => "password",
            Self::NewPassword => "new_password",
            Self::Adult => "adult",
            Self::Code => "code",
            Self::Invitation => "invitation",
            Self::Reason => "reason",
            Self::Name => "name",
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Empty,
    /// Characters.
    TooLong {
        max: usize,
        length: usize,
    },
    /// Characters.
    TooShort {
        min: usize,
    },
    /// Not one of the choices.
    NotAChoice,
    /// A handle has a wrong shape.
    HandleShape,
    /// A handle is taken, or looks too much like one that is.
    HandleTaken,
    /// A handle is kept for the house.
    HandleReserved,
    /// A password is among the well-known ones.
    PasswordCommon,
    /// A password holds the handle.
    PasswordIsHandle,
    /// Not the password of whoever is signed in.
    WrongPassword,
    /// A code or a link is wrong, used or too old.
    WrongCode,
    /// The person did not confirm to be 18 or over.
    NotAdult,
    /// Not a date and time that exists there.
    NotATime,
    /// Not a time zone of the IANA database.
    NoSuchZone,
    /// Not a link that begins with http:// or https://.
    NotALink,
    /// Something has this address already.
    SlugTaken,
    /// Not lower-case letters, digits and hyphens.
    SlugShape,
    /// No member has that handle.
    NoSuchMember,
    /// A moment that is not to come any more.
    TimePassed,
    /// Not a whole number of a week, from 1 on.
    NotAWeek {
        max: u16,
    },
    /// More than there is room for.
    TooMany {
        max: usize,
    },
    /// The member with that handle does not answer calls for help.
    NotOnTheDesk,
    /// Nobody has answered the call yet.
    NotAnsweredYet,
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    pub field: Field,
    pub reason: Reason,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Fields to mend.
    Invalid(Vec<FieldFault>),
    /// Only members may do this, and nobody is signed in.
    SignInFirst,
    /// The member has to prove again who they are, on this device.
    ConfirmFirst,
    /// This member may not do this.
    NotAllowed,
    /// There is no such thing, or it is not for this person to see.
    NotFound,
    /// The time in which this could be done is over.
    TooLate,
    /// The thread takes no more comments.
    ThreadClosed,
    /// The thread cannot nest deeper.
    TooDeep,
    /// Nobody can join at present.
    JoiningClosed,
    /// A host has still to let this person in.
    WaitingForApproval,
    /// Handle and password do not go together.
    WrongSignIn,
    /// A passkey is not known, does not fit, or came too late.
    WrongPasskey,
    /// The device has a passkey for this account already.
    PasskeyIsThere,
    /// Without it nobody could sign in to this account any more.
    LastWayIn,
    /// Too many tries; seconds until the next.
    TooOften { seconds: u64 },
    /// Somebody else changed it meanwhile.
    Changed,
    /// Whoever asks has blocked the one whom it would come to.
    YouBlocked,
    /// People can read it or have answered it, so it is not deleted.
    Answered,
    /// Whoever asked for help has written since the page was read.
    WrittenMeanwhile,
    /// Somebody else looks after this call just now.
    LookedAfter,
    /// The only host cannot go before somebody follows.
    OnlyHost,
    /// It is this person's own, and somebody else has to decide.
    Yours,
    /// This person has had a part in it, and somebody else has to go on.
    AnotherPerson,
    /// One host alone may not do it, and there is no other.
    NeedsTwoHosts,
    /// This person has appealed already.
    Appealed,
    /// This member cannot write here for now: until a day, or for good.
    Barred { until: Option<Day> },
    /// Somebody else wrote it, on this device, than is here now.
    OtherWriter,
    /// This house does not talk to the push service of this browser.
    UnknownPushService,
}

impl Refusal {
    /// One field is wrong.
    pub fn field(field: Field, reason: Reason) -> Self {
        Self::Invalid(vec![FieldFault { field, reason }])
    }

    /// What is wrong with a field, if it is among the faults.
    pub fn of(&self, field: Field) -> Option<&Reason> {
        match self {
            Self::Invalid(faults) => faults
                .iter()
                .find(|fault| fault.field == field)
                .map(|fault| &fault.reason),
            _ => None,
        }
    }
}

/// Gathers faults while a form is read, so that a person is told all at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldFault>);

impl Faults {
    /// The value, or a fault that is kept for [`Faults::finish`].
    pub fn take<T>(&mut self, field: Field, value: Result<T, Reason>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(reason) => {
                self.0.push(FieldFault { field, reason });
                None
            }
        }
    }

    /// The refusal, if there was a fault.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Invalid(self.0))
        }
    }

    /// The form's value if all its fields were good: `None` means that one
    /// was not, and then the faults say which.
    pub fn build<T>(self, value: Option<T>) -> Result<T, Refusal> {
        self.finish()?;
        value.ok_or(Refusal::Invalid(Vec::new()))
    }
}

/// Why a use case did not end well: a rule, or the store.
#[cfg(feature = "ssr")]
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("refused: {0:?}")]
    Refused(Refusal),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

#[cfg(feature = "ssr")]
impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
