//! What the house says when something cannot be done. One place for all of
//! it, so that the tone is one and a translator finds it.

use crate::error::AppError;
use domain::refusal::{Field, Reason, Refusal};

/// What is wrong with a field, and what to do.
pub fn reason(field: Field, reason: &Reason) -> String {
    match reason {
        Reason::Empty => match field {
            Field::Body => "Write a few words first.".into(),
            Field::Title => "Give it a title.".into(),
            Field::Handle => "Choose a handle.".into(),
            Field::Password | Field::NewPassword => "Enter a password.".into(),
            Field::To => "Say whom you want to thank.".into(),
            Field::When => "Say when it takes place.".into(),
            Field::From | Field::Until => "Enter a time.".into(),
            Field::Zone => "Say in which time zone.".into(),
            Field::Place => "Say where, or give a link.".into(),
            Field::Reason => "Say why. The person reads it.".into(),
            Field::Code => "Enter the code.".into(),
            Field::Name => "Give it a name.".into(),
            _ => "Fill this in.".into(),
        },
        Reason::TooLong { max, length } => {
            format!("This has {length} characters. There is room for {max}.")
        }
        Reason::TooShort { min } => format!("Use at least {min} characters."),
        Reason::NotAChoice => "Choose one of these.".into(),
        Reason::HandleShape => {
            "Use letters, digits and single hyphens, with a letter first.".into()
        }
        Reason::HandleTaken => {
            "This handle is taken, or looks too much like one that is. Choose another.".into()
        }
        Reason::HandleReserved => "This name is kept for the house. Choose another.".into(),
        Reason::PasswordCommon => {
            "Many people use this password, so it is easy to guess. Choose another.".into()
        }
        Reason::PasswordIsHandle => "The password is too close to the handle.".into(),
        Reason::WrongPassword => "This is not your password.".into(),
        Reason::WrongCode => "This code is not right, or was used before.".into(),
        Reason::NotAdult => "Chorus is for people of 18 and over. Confirm that you are.".into(),
        Reason::NotATime if matches!(field, Field::From | Field::Until) => {
            "Enter a time of day, such as 18:30.".into()
        }
        Reason::NotATime => "Enter a date and a time that exist in that time zone.".into(),
        Reason::NoSuchZone => "Choose a time zone from the list, such as Europe/London.".into(),
        Reason::NotALink => "A link begins with https:// or http://.".into(),
        Reason::SlugTaken => "Something has this address already. Choose another.".into(),
        Reason::SlugShape => "Use lower-case letters, digits and hyphens.".into(),
        Reason::TimePassed => "This time has passed. Choose one that is to come.".into(),
        Reason::NotAWeek { max } => format!("Use a whole number from 1 to {max}."),
        Reason::TooMany { max } => format!("There is room for {max}. Leave some out."),
        Reason::NotOnTheDesk => "This member does not answer calls for help.".into(),
        Reason::NotAnsweredYet => {
            "Nobody has answered yet. Answer first, or choose another reason.".into()
        }
        Reason::NoSuchMember => {
            "Nobody here has that handle. Leave out the @ to thank someone by another name.".into()
        }
    }
}

/// Why it was not done, and what to do.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid(_) => "Something needs another look. Your words are kept.".into(),
        Refusal::SignInFirst => "You are signed out. Your words are kept. Sign in, and go on.".into(),
        Refusal::ConfirmFirst => "First confirm that it is you. Then go on here.".into(),
        Refusal::NotAllowed => "This is not open to you.".into(),
        Refusal::NotFound => "This is no longer here.".into(),
        Refusal::TooLate => "The time to change this is over.".into(),
        Refusal::ThreadClosed => "This thread takes no more comments.".into(),
        Refusal::TooDeep => "This thread cannot go deeper. Reply a little further up.".into(),
        Refusal::JoiningClosed => "Nobody can join at present.".into(),
        Refusal::WaitingForApproval => {
            "Your account waits to be let in by someone who keeps the house. Try again later.".into()
        }
        Refusal::WrongPasskey => "This passkey did not work here. Try again, or sign in another way.".into(),
        Refusal::PasskeyIsThere => "There is a passkey for this account on that device already.".into(),
        Refusal::LastWayIn => {
            "This is your only way to sign in. Add another passkey or choose a password first.".into()
        }
        Refusal::WrongSignIn => "Handle and password do not go together.".into(),
        Refusal::TooOften { seconds } if *seconds > 90 * 60 => format!(
            "That was often in a short time. Try again in {} hours.",
            seconds.div_ceil(60 * 60)
        ),
        Refusal::TooOften { seconds } if *seconds > 90 => format!(
            "That was often in a short time. Try again in {} minutes.",
            seconds.div_ceil(60)
        ),
        Refusal::TooOften { seconds } => {
            format!("That was often in a short time. Try again in {seconds} seconds.")
        }
        Refusal::YouBlocked => {
            "You blocked whoever wrote this. Your words are kept. Unblock them first, under You.".into()
        }
        Refusal::Answered => {
            "People can read this or have answered it, so it is not deleted. Make it a draft instead.".into()
        }
        Refusal::WrittenMeanwhile => {
            "They have written meanwhile. Read it first. Your words are kept.".into()
        }
        Refusal::LookedAfter => "Somebody else looks after this just now.".into(),
        Refusal::OnlyHost => {
            "You are the only host. Let somebody follow you first: on the server, run chorus grant HANDLE host. Then come back.".into()
        }
        Refusal::Yours => "This is your own. Somebody else decides about it.".into(),
        Refusal::AnotherPerson => "You had a part in this. Somebody else goes on with it.".into(),
        Refusal::NeedsTwoHosts => {
            "This takes two hosts, and there is no other one. On the server, chorus grant HANDLE host makes somebody a host.".into()
        }
        Refusal::Appealed => "You have said something to this already. Somebody reads it.".into(),
        Refusal::Barred { until: Some(day) } => format!(
            "You cannot post here until {}. You can read, ask for help, and appeal under You.",
            day.text
        ),
        Refusal::Barred { until: None } => {
            "You cannot post here any more. You can read, ask for help, and appeal under You.".into()
        }
        Refusal::OtherWriter => "Somebody else is signed in here now.".into(),
        Refusal::UnknownPushService => {
            "This house does not talk to the service through which your browser is told. Your host can change that.".into()
        }
        Refusal::Changed => "Somebody else changed this meanwhile. Look again.".into(),
    }
}

/// What went wrong, and what to do.
pub fn error(error: &AppError) -> String {
    match error {
        AppError::Refused(broken) => refusal(broken),
        AppError::Trouble(id) => {
            format!("Something broke on our side. Your words are kept. Reference {id}.")
        }
        AppError::Unreadable => "We could not read what was sent. Try again.".into(),
        AppError::TooLarge => "That is more than fits. Make it shorter.".into(),
        AppError::Busy => {
            "More is going on here than we can keep up with. What you wrote is still here. Try again in a moment."
                .into()
        }
        AppError::NoRoom => {
            "There is no room left to keep anything new. Your words are still here. Please tell the host."
                .into()
        }
        AppError::NotKept => {
            "Your words could not be kept here, and nobody has read them. They are still on this page. Please turn to one of the contacts now, or try again in a moment."
                .into()
        }
        AppError::Waiting => {
            "Waiting to be sent. It is kept on this device, and goes by itself once there is a connection.".into()
        }
        AppError::Offline => {
            "It could not be sent. Your words are still here. Try again in a little while.".into()
        }
    }
}
