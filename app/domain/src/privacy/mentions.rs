//! Where the tables speak of a member. A test compares this with the database,
//! so that a new table has to say what becomes of its rows.

use super::Words;
use crate::ids::MemberId;

/// How a column names a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By identifier.
    ById,
    /// By the key of a writer: `m:` and the identifier.
    ByKey,
    /// As the log names members: by an identifier of its own, which only the
    /// account knows.
    InLog,
    /// By nothing: the column names a call for help that the member asked. Only
    /// what they said in it themselves counts.
    ByCall,
}

/// What someone who takes everything along gets of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenAlong {
    /// All of them, but for these columns: secrets, what others wrote, and what
    /// only the database needs.
    Without(&'static [&'static str]),
    /// Nothing, and why.
    Not(&'static str),
}

/// What becomes of the rows when someone is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// They go.
    Gone,
    /// They stay and name nobody.
    Nameless,
    /// As the person chose.
    Chosen(Words),
    /// They stay as they are, and why.
    Not(&'static str),
}

/// A column that names members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    pub table: &'static str,
    pub column: &'static str,
    pub named: Named,
    /// What the rows are, for people.
    pub title: &'static str,
    pub taken_along: TakenAlong,
    pub erased: Erased,
}

impl Mention {
    /// The name of its file among those that are taken along, without an ending.
    pub fn file_name(&self) -> String {
        self.title.to_lowercase().replace(' ', "-")
    }

    /// The member as the column holds it.
    pub fn key(&self, member: MemberId) -> String {
        match self.named {
            Named::ById | Named::ByCall | Named::InLog => member.to_string(),
            Named::ByKey => crate::actor::Writer::Member(member).key(),
        }
    }
}

const fn mention(
    table: &'static str,
    column: &'static str,
    title: &'static str,
    taken_along: TakenAlong,
    erased: Erased,
) -> Mention {
    Mention {
        table,
        column,
        named: Named::ById,
        title,
        taken_along,
        erased,
    }
}

const fn by_key(mention: Mention) -> Mention {
    Mention {
        named: Named::ByKey,
        ..mention
    }
}

const fn in_log(mention: Mention) -> Mention {
    Mention {
        named: Named::InLog,
        ..mention
    }
}

use Erased::{Chosen, Gone, Nameless};
use TakenAlong::{Not, Without};

const SECRET: TakenAlong = Not("the hash of a secret, of no use to anybody");
const LOG: Erased =
    Erased::Not("the log is not changed; what it calls the member leads nowhere any more");

/// Every column that names a member. The account itself comes last.
pub const MENTIONS: &[Mention] = &[
    mention(
        "stories",
        "member_id",
        "Stories",
        Without(&["member_id", "excerpt"]),
        Chosen(Words::Stories),
    ),
    mention(
        "reflections",
        "member_id",
        "Reflections",
        Without(&["member_id"]),
        Chosen(Words::Reflections),
    ),
    mention(
        "shout_outs",
        "member_id",
        "Shout-outs",
        Without(&["member_id", "to_member_id"]),
        Chosen(Words::ShoutOuts),
    ),
    mention(
        "rituals",
        "member_id",
        "Rituals",
        Without(&["member_id"]),
        Chosen(Words::Rituals),
    ),
    mention(
        "comments",
        "member_id",
        "Comments",
        Without(&["member_id", "guest_id", "path", "depth", "source"]),
        Chosen(Words::Comments),
    ),
    mention(
        "calls",
        "member_id",
        "Calls for help",
        Without(&[
            "member_id",
            "guest_id",
            "code",
            "claimed_by",
            "claimed_at",
            "handed_to",
            "escalated_at",
            "level",
        ]),
        Chosen(Words::Calls),
    ),
    Mention {
        named: Named::ByCall,
        ..mention(
            "call_entries",
            "call_id",
            "What you said in calls for help",
            Without(&["member_id", "decided_by"]),
            Erased::Not("it stays or goes with the call"),
        )
    },
    mention(
        "call_entries",
        "member_id",
        "Answers you gave to calls for help",
        Without(&["member_id", "decided_by"]),
        Nameless,
    ),
    mention(
        "call_entries",
        "decided_by",
        "Replies that you read for the desk",
        Without(&["member_id", "decided_by", "body", "html"]),
        Nameless,
    ),
    mention(
        "calls",
        "claimed_by",
        "Calls you look after",
        Not("it changes by the minute, and says what others asked"),
        Nameless,
    ),
    mention(
        "calls",
        "handed_to",
        "Calls that were handed to you",
        Not("it says what others asked"),
        Nameless,
    ),
    mention(
        "shifts",
        "member_id",
        "Hours in which you answer calls",
        Without(&["member_id"]),
        Gone,
    ),
    mention(
        "articles",
        "editor_id",
        "Articles you wrote for the house",
        Without(&["editor_id", "source"]),
        Nameless,
    ),
    by_key(mention(
        "drafts",
        "owner",
        "Drafts",
        Without(&["owner", "refusal"]),
        Gone,
    )),
    mention(
        "support",
        "member_id",
        "Support you gave",
        // Whether it is seen would tell of a block.
        Without(&["member_id", "unseen"]),
        Gone,
    ),
    mention(
        "shout_outs",
        "to_member_id",
        "Shout-outs that thank you",
        Without(&["member_id", "anonymous", "to_member_id", "body", "html"]),
        Nameless,
    ),
    mention(
        "sessions",
        "member_id",
        "Devices that are signed in",
        Without(&["member_id", "hash", "record", "device_id"]),
        Gone,
    ),
    mention(
        "passkeys",
        "member_id",
        "Passkeys",
        Without(&["member_id", "credential_id", "credential"]),
        Gone,
    ),
    mention(
        "notifications",
        "member_id",
        "What you were told",
        Without(&["member_id", "number"]),
        Gone,
    ),
    mention(
        "unwanted_notifications",
        "member_id",
        "What you do not want to be told",
        Without(&["member_id"]),
        Gone,
    ),
    mention(
        "aways",
        "member_id",
        "Whom you muted or blocked",
        Without(&["member_id", "other_id"]),
        Gone,
    ),
    mention(
        "aways",
        "other_id",
        "Who muted or blocked you",
        Not("others keep away without telling"),
        Nameless,
    ),
    mention(
        "invitations",
        "invited_by",
        "Invitations you made",
        Without(&["invited_by", "hash"]),
        Nameless,
    ),
    mention(
        "decisions",
        "member_id",
        "Decisions about your words",
        Without(&[
            "by_id",
            "member_id",
            "guest_id",
            "appeal_waits",
            "leaves_at",
        ]),
        Gone,
    ),
    mention(
        "decisions",
        "by_id",
        "Decisions you made as a moderator",
        // Not even whoever decided learns who wrote something anonymous.
        Without(&[
            "by_id",
            "member_id",
            "guest_id",
            "appeal",
            "appealed_at",
            "appeal_waits",
            "leaves_at",
        ]),
        Nameless,
    ),
    mention(
        "reveals",
        "asked_by",
        "What you asked of who wrote something",
        Without(&["asked_by", "agreed_by"]),
        Gone,
    ),
    mention(
        "reveals",
        "agreed_by",
        "What you agreed to learn of who wrote something",
        Without(&["asked_by", "agreed_by", "reason"]),
        Nameless,
    ),
    mention(
        "reports",
        "member_id",
        "What you reported",
        Without(&["member_id", "guest_id"]),
        // What the desk reads of it does not go with whoever sent it: that would
        // tell who it was.
        Nameless,
    ),
    in_log(mention(
        "audit",
        "by_id",
        "What you did for the house",
        Without(&["by_id"]),
        LOG,
    )),
    in_log(mention(
        "audit",
        "about",
        "What was done with your account",
        Without(&["by_id", "about"]),
        LOG,
    )),
    mention(
        "recovery_codes",
        "member_id",
        "Recovery codes",
        SECRET,
        Gone,
    ),
    mention("reset_links", "member_id", "Reset links", SECRET, Gone),
    by_key(mention(
        "once",
        "author",
        "Answers to forms",
        Not("copies of what stands elsewhere, kept for 30 days in case a form is sent twice"),
        Gone,
    )),
    mention(
        "erasures",
        "member_id",
        "Your wish to be erased",
        Without(&["member_id", "stays"]),
        Gone,
    ),
    mention(
        "erased",
        "member_id",
        "Who was erased",
        Not("it holds nobody who is still here"),
        Erased::Not("an older backup would bring the account back; after 90 days it goes"),
    ),
    mention(
        "notification_times",
        "member_id",
        "When you want to be told",
        Without(&["member_id", "digest_seen"]),
        Gone,
    ),
    mention(
        "push_subscriptions",
        "member_id",
        "Devices that are told when something comes",
        Without(&["member_id", "device_id", "device_key", "auth"]),
        Gone,
    ),
    mention(
        "members",
        "id",
        "Your account",
        Without(&["id", "skeleton", "password", "opaque_id"]),
        Gone,
    ),
];

/// Tables that name no member, each with what it holds.
pub const NAMELESS: &[(&str, &str)] = &[
    ("article_categories", "words about articles"),
    ("cases", "how many people reported a thing"),
    ("guests", "pseudonyms of people without an account"),
    ("house_pages", "what the house says of itself"),
    ("leaving", "posts whose author is forgotten"),
    ("prompts", "questions of articles"),
    (
        "push_keys",
        "the key by which push services know this house",
    ),
    (
        "pushes",
        "that a device is to be told of something, for seconds",
    ),
    ("retired_handles", "hashes of handles that rest"),
    ("series", "what articles are gathered in"),
    ("threads", "how many comments a thread has"),
];
