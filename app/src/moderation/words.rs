//! What is said about reports and decisions.

use domain::{
    clock::Day,
    moderation::{ReportReason, Ruling, Thing},
};

/// What a thing is called.
pub fn thing(thing: Thing) -> &'static str {
    kind(thing.kind())
}

/// What a thing of this kind is called.
pub fn kind(name: &str) -> &'static str {
    match name {
        "reflection" => "reflection",
        "story" => "story",
        "shout_out" => "shout-out",
        "ritual" => "ritual",
        _ => "comment",
    }
}

/// A reason to report something, as people choose it.
pub const fn report(reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Worried => "I am worried about this person",
        ReportReason::Methods => "It tells how to take something or hurt oneself",
        ReportReason::Reveals => "It says who someone is",
        ReportReason::Harms => "It harms or insults someone",
        ReportReason::Sells => "It sells treatment or goods",
        ReportReason::Spam => "It is spam",
        ReportReason::SomethingElse => "Something else",
    }
}

/// A ruling, as those who keep the house choose it, with what it does.
pub const fn choice(ruling: Ruling) -> (&'static str, &'static str) {
    match ruling {
        Ruling::Publish => ("Everyone may see it", "What was reported is settled."),
        Ruling::Hold => (
            "Hold it",
            "Its author and you see it, until it is decided on again.",
        ),
        Ruling::Hide => (
            "Take it out of sight",
            "Its author still sees it. This can be undone.",
        ),
        Ruling::Remove => (
            "Remove it for good",
            "The thread under a share goes with it. This cannot be undone.",
        ),
        Ruling::Warn => ("Tell its author", "Nothing else happens."),
        Ruling::Suspend1 => ("Suspend its author for a day", CANNOT_POST),
        Ruling::Suspend7 => ("Suspend its author for a week", CANNOT_POST),
        Ruling::Suspend30 => ("Suspend its author for 30 days", CANNOT_POST),
        Ruling::Ban => (
            "Ban its author",
            "They cannot post from now on. It lasts once a second person agrees.",
        ),
        Ruling::Reveal => ("Learn who wrote it", "Two hosts ask for it together."),
    }
}

const CANNOT_POST: &str = "They can read, ask for help and appeal, and cannot post.";

/// What was decided, in a few words.
pub const fn decided(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Publish => "Everyone may see it",
        Ruling::Hold => "Held",
        Ruling::Hide => "Taken out of sight",
        Ruling::Remove => "Removed",
        Ruling::Warn => "Author told",
        Ruling::Suspend1 => "Suspended for a day",
        Ruling::Suspend7 => "Suspended for a week",
        Ruling::Suspend30 => "Suspended for 30 days",
        Ruling::Ban => "Banned",
        Ruling::Reveal => "Two hosts learned who wrote it",
    }
}

/// What a decision means for its author.
pub fn told(ruling: Ruling, kind: &str, until: Option<&Day>, waits: bool) -> String {
    match (ruling, until) {
        (Ruling::Publish, _) => format!("Everyone may see your {kind}."),
        (Ruling::Hold, _) => {
            format!("Your {kind} waits until it has been read again. Until then only you see it.")
        }
        (Ruling::Hide, _) => {
            format!("Your {kind} was taken out of sight. Only you can see it now.")
        }
        (Ruling::Remove, _) => format!("Your {kind} was removed."),
        (Ruling::Warn, _) => format!("Someone who keeps the house has a word about your {kind}."),
        (Ruling::Reveal, _) => {
            format!("Two people who host this place have learned that your {kind} is yours.")
        }
        (Ruling::Ban, _) if waits => {
            "You cannot post here for now. A second person looks at this before it lasts.".into()
        }
        (_, Some(day)) => format!("You cannot post here until {}.", day.text),
        (_, None) => "You cannot post here any more.".into(),
    }
}

/// What was done, as the log names it.
pub fn action(name: &str) -> String {
    if let Some(ruling) = name
        .strip_prefix("moderation.")
        .and_then(|name| name.parse().ok())
    {
        return decided(ruling).into();
    }
    match name {
        "accounts.invite" => "Invitation made",
        "accounts.let-in" => "Let in",
        "accounts.turn-away" => "Turned away",
        "accounts.reset-link" => "Link made to come back in",
        "accounts.reset" => "Came back in by a link",
        "articles.import" => "Articles imported",
        "care.publish" => "Shown to everyone, with an answer",
        "house.revise" => "Page of the house changed",
        "house.restore" => "Page of the house restored",
        "moderation.ask-who" => "A host asked who wrote it",
        "moderation.lift" => "Decision taken back",
        "moderation.uphold" => "Decision kept after an appeal",
        "moderation.confirm" => "Ban agreed to",
        "moderation.lock" => "Thread locked",
        "moderation.unlock" => "Thread unlocked",
        other => return role(other).unwrap_or_else(|| other.to_owned()),
    }
    .into()
}

fn role(action: &str) -> Option<String> {
    let given = action.strip_prefix("accounts.grant.");
    let taken = action.strip_prefix("accounts.revoke.");
    let (done, role) = given
        .map(|role| ("Given", role))
        .or(taken.map(|role| ("Taken back", role)))?;
    Some(format!("{done}: the role of {}", role.replace('_', " ")))
}

/// Words to begin from, by a name and a label. Whoever decides changes them.
pub const TEMPLATES: [(&str, &str, &str); 5] = [
    (
        "names",
        "Names someone",
        "It says who someone is. Here nobody is named without having been asked. You can share it again without the name.",
    ),
    (
        "sells",
        "Sells something",
        "It offers something for sale. Nothing is sold here, neither treatment nor goods. If something helped you, tell how it was, without a link.",
    ),
    (
        "methods",
        "Tells how",
        "It tells how something is taken or done, and that can put others at risk. You can tell it again without the details.",
    ),
    (
        "harms",
        "Hurts someone",
        "It can hurt someone here. You can say that you see things differently, and leave the person out of it.",
    ),
    (
        "spam",
        "Does not belong here",
        "It was posted several times, or has little to do with this place.",
    ),
];

/// The words of a template.
pub fn template(name: &str) -> Option<&'static str> {
    TEMPLATES
        .iter()
        .find(|(known, ..)| *known == name)
        .map(|(.., words)| *words)
}
