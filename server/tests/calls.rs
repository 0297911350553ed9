//! Calls for help, from whoever asks to the desk and back.

use crate::support::{Answer, Browser, Place, TestApp, TestGuest, TestMember};
use domain::{
    actor::{Role, Roles},
    care::{self, Origin, Post, Queue, Raise, Severity},
    clock::Timestamp,
    ids::CommentId,
};

const ASK: &str = "/api/care/ask";
const OPEN: &str = "/api/care/open";
const WRITE_BACK: &str = "/api/care/write-back";
const STILL: &str = "/api/care/still-waiting";
const HELPED: &str = "/api/care/helped";
const HIDE: &str = "/api/care/hide";
const REPLY: &str = "/api/care/reply";
const ANSWER: &str = "/api/care/answer";
const CLAIM: &str = "/api/care/claim";
const LET_GO: &str = "/api/care/let-go";
const HAND_OVER: &str = "/api/care/hand-over";
const ESCALATE: &str = "/api/care/escalate";
const CLOSE: &str = "/api/care/close";
const NO_CALL: &str = "/api/care/no-call";
const REOPEN: &str = "/api/care/reopen";
const CONFIRM: &str = "/api/care/confirm";
const DECLINE: &str = "/api/care/decline";

const WORDS: &str = "I cannot sleep and I want to drink.";
const ANSWERED: &str = "I am here. What is the hardest part tonight?";

/// Mara is a peer supporter.
struct Scene {
    app: TestApp,
    guest: TestGuest,
    mara: TestMember,
}

async fn scene() -> Scene {
    let app = TestApp::new().await;
    Scene {
        guest: app.guest(),
        mara: supporter(&app, "mara").await,
        app,
    }
}

async fn supporter(app: &TestApp, handle: &str) -> TestMember {
    app.member_with(handle, Roles::default().with(Role::PeerSupporter))
        .await
}

/// Asks without script; answers with the page that it leads to.
async fn ask(who: &mut Browser, words: &str, audience: &str) -> Answer {
    who.get("/help/ask").await.is(200);
    let fields = [
        ("page", "/help/ask"),
        ("body", words),
        ("audience", audience),
    ];
    let page = who.post_form(ASK, &fields).await;
    page.is(200).says(words).says("Your way back");
    page
}

fn code_of(page: &Answer) -> String {
    let code = page.address.strip_prefix("/help/").expect("a call's page");
    assert_eq!(code.len(), 14, "{code}");
    code.to_owned()
}

/// The id of the call that has waited longest.
async fn first_call(desk: &mut TestMember) -> String {
    let page = desk.fetch("/api/care/desk?sheet=asked&after=&kept=").await;
    page.is(200);
    page.json()["calls"][0]["id"]
        .as_str()
        .expect("a call")
        .to_owned()
}

async fn seen(desk: &mut TestMember, call: &str) -> String {
    let page = desk
        .fetch(&format!("/api/care/read?id={call}&before=&kept="))
        .await;
    page.is(200);
    page.json()["seen"].as_str().expect("a number").to_owned()
}

/// Does something about a call without script.
async fn does(desk: &mut TestMember, address: &str, call: &str, more: &[(&str, &str)]) -> Answer {
    let page = format!("/care/{call}");
    let fields = [&[("page", page.as_str()), ("id", call)], more].concat();
    desk.post_form(address, &fields).await
}

async fn answers(desk: &mut TestMember, call: &str) -> Answer {
    let seen = seen(desk, call).await;
    does(desk, ANSWER, call, &[("seen", &seen), ("body", ANSWERED)]).await
}

/// Says something as whoever asked, without script.
async fn says(who: &mut Browser, address: &str, code: &str, words: &str) -> Answer {
    let page = format!("/help/{code}");
    let open = who.get(&page).await;
    let (_, rest) = open
        .body
        .split_once("id=\"care.write-back.")
        .expect("the form");
    let id = rest.split('"').next().expect("an id").to_owned();
    let fields = [
        ("page", page.as_str()),
        ("secret", code),
        ("id", &id),
        ("body", words),
    ];
    who.post_form(address, &fields).await
}

#[tokio::test]
async fn a_guest_asks_and_is_answered_without_script() {
    let Scene {
        mut guest,
        mut mara,
        ..
    } = scene().await;
    guest.get("/help").await.says("Ask the people here");
    guest
        .get("/help/ask")
        .await
        .is(200)
        .says("988 Suicide & Crisis Lifeline")
        .says("Stopping alcohol or some medicines suddenly can be dangerous")
        .says("Have a code?")
        .says("Nobody asks everyone at the moment.");
    let page = ask(&mut guest, WORDS, "").await;
    page.says("It is with the peer supporters.")
        .says("988 Suicide & Crisis Lifeline");
    let code = code_of(&page);
    mara.get("/me").await.says("Answer calls for help");
    mara.get("/care")
        .await
        .is(200)
        .says("One call waits for an answer.")
        .says(WORDS)
        .says("Asked here");
    let call = first_call(&mut mara).await;
    mara.get(&format!("/care/{call}"))
        .await
        .is(200)
        .says(WORDS)
        .says("What helps")
        .says("Only they see it, and the desk.")
        .keeps_silent_about(&code);
    answers(&mut mara, &call).await.is(200).says(ANSWERED);
    mara.get("/care").await.says("Nobody waits.");
    guest
        .get(&page.address)
        .await
        .says("You have an answer.")
        .says(ANSWERED)
        .says("mara")
        .says("Peer supporter");
    says(&mut guest, WRITE_BACK, &code, "The nights.")
        .await
        .is(200)
        .says("The nights.")
        .says("It is with the peer supporters.");
    mara.get("/care")
        .await
        .says("One call waits for an answer.");
    mara.get("/me/notifications").await.is(200);
    let closed = says(&mut guest, HELPED, &code, "").await;
    closed.says("You closed this.");
    mara.get("/care?past=true").await.says("they say it helped");
    says(&mut guest, STILL, &code, "")
        .await
        .says("It is with the peer supporters.")
        .says("Still waits for an answer.");
}

#[tokio::test]
async fn the_hydrated_page_asks_and_answers_too() {
    let Scene {
        mut guest,
        mut mara,
        ..
    } = scene().await;
    guest.get("/help/ask").await;
    let fields = [("page", "/help/ask"), ("body", WORDS), ("audience", "")];
    let asked = guest.send(ASK, &fields).await;
    asked.is(200);
    let to = asked.json()["to"].as_str().expect("an address").to_owned();
    let code = to.strip_prefix("/help/").expect("a call's page").to_owned();
    let call = first_call(&mut mara).await;
    let seen = seen(&mut mara, &call).await;
    let page = format!("/care/{call}");
    let fields = [
        ("page", page.as_str()),
        ("id", &call),
        ("seen", &seen),
        ("body", ANSWERED),
    ];
    let done = mara.send(ANSWER, &fields).await;
    assert_eq!(done.is(200).json()["id"], call.as_str());
    let read = guest
        .fetch(&format!("/api/care/call?secret={code}&before=&kept="))
        .await;
    read.is(200);
    assert_eq!(read.json()["Own"]["standing"], "answered");
    let fields = [
        ("page", to.as_str()),
        ("secret", &code),
        ("body", "The nights."),
    ];
    let noted = guest.send(WRITE_BACK, &fields).await;
    noted.is(200).keeps_silent_about(&code);
}

#[tokio::test]
async fn whoever_has_the_code_comes_back_from_anywhere() {
    let Scene { app, mut guest, .. } = scene().await;
    let code = code_of(&ask(&mut guest, WORDS, "supporters").await);
    let mut other = app.guest();
    other.get("/help/ask").await;
    let mut types = async |typed: &str| {
        let fields = [("page", "/help/ask"), ("code", typed)];
        other.post_form(OPEN, &fields).await
    };
    let written_down = code.to_uppercase().replace('-', " ");
    let page = types(&format!("  {written_down} ")).await;
    assert_eq!(page.address, format!("/help/{code}"));
    page.is(200).says(WORDS);
    let wrong = types("abcd-efgh-jkmn").await;
    wrong
        .says("This code is not right")
        .keeps_silent_about(WORDS);
    types("").await.says("Enter the code.");
    types("nonsense").await.says("This code is not right");
}

#[tokio::test]
async fn nobody_else_opens_a_call() {
    let Scene {
        app,
        mut guest,
        mut mara,
    } = scene().await;
    ask(&mut guest, WORDS, "").await;
    let call = first_call(&mut mara).await;
    let mut ben = app.member("ben").await;
    for address in [
        format!("/help/{call}"),
        "/help/abcd-efgh-jkmn".to_owned(),
        "/help/nothing".to_owned(),
        format!("/help/{}", CommentId::random(app.chance())),
    ] {
        for browser in [&mut guest.browser, &mut mara.browser, &mut ben.browser] {
            let page = browser.get(&address).await;
            page.is(404).keeps_silent_about(WORDS);
        }
    }
    for (address, secret) in [
        (WRITE_BACK, call.as_str()),
        (STILL, "abcd-efgh-jkmn"),
        (HELPED, call.as_str()),
        (HIDE, "nothing"),
        (STILL, ""),
    ] {
        let fields = [
            ("page", "/help/ask"),
            ("secret", secret),
            ("body", "Words."),
        ];
        mara.send(address, &fields).await.is(404);
    }
}

#[tokio::test]
async fn the_page_of_a_call_stays_with_whoever_asked() {
    let app = TestApp::with(|settings| settings.indexed = true).await;
    let mut guest = app.guest();
    let page = ask(&mut guest, WORDS, "everyone").await;
    for answer in [&page, &guest.get("/help/ask").await] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
    }
    let before = app.app.finished.figures().hits();
    app.guest().get(&page.address).await.is(200);
    app.guest().get(&page.address).await.is(200);
    assert_eq!(app.app.finished.figures().hits(), before);
}

#[tokio::test]
async fn a_member_finds_what_they_asked_under_their_account() {
    let Scene { app, mut mara, .. } = scene().await;
    let mut ana = app.member("ana").await;
    ask(&mut ana, WORDS, "").await;
    let call = first_call(&mut mara).await;
    ana.get("/me").await.says("What you asked").says(WORDS);
    let own = ana.get(&format!("/help/{call}")).await;
    own.is(200)
        .says("What you asked")
        .keeps_silent_about("Your way back");
    app.member("ben")
        .await
        .get(&format!("/help/{call}"))
        .await
        .is(404);
    // The desk does not learn who it was.
    for page in [
        mara.get("/care").await,
        mara.get(&format!("/care/{call}")).await,
        mara.fetch(&format!("/api/care/read?id={call}&before=&kept="))
            .await,
    ] {
        page.is(200)
            .says(WORDS)
            .keeps_silent_about("ana")
            .keeps_silent_about(&ana.member.id.to_string());
    }
    answers(&mut mara, &call).await.says(ANSWERED);
    let told = ana.get("/me/notifications").await;
    assert!(
        told.body.contains(&format!("/help/{call}")),
        "{}",
        told.body
    );
    let fields = [
        ("page", own.address.as_str()),
        ("secret", &call),
        ("id", &call),
        ("body", "Thank you, and more."),
    ];
    let back = ana.post_form(WRITE_BACK, &fields).await;
    back.is(200).says("Thank you, and more.");
    let told = mara.get("/me/notifications").await;
    assert!(
        told.body.contains(&format!("/care/{call}")),
        "{}",
        told.body
    );
}

#[tokio::test]
async fn the_desk_is_open_to_those_who_answer() {
    let Scene { app, mut guest, .. } = scene().await;
    ask(&mut guest, WORDS, "").await;
    let roles = Roles::default();
    let mut mara = supporter(&app, "mia").await;
    let call = first_call(&mut mara).await;
    let page = format!("/care/{call}");
    for (handle, roles, status) in [
        ("moe", roles.with(Role::Moderator), 200),
        ("edda", roles.with(Role::Editor), 200),
        ("hal", roles.with(Role::Host), 403),
        ("ben", roles, 403),
    ] {
        let mut member = app.member_with(handle, roles).await;
        for address in ["/care", "/care?past=true", &page] {
            member.get(address).await.is(status);
        }
    }
    guest.get("/care").await.is(401).keeps_silent_about(WORDS);
    guest.get(&page).await.is(401).keeps_silent_about(WORDS);
    let mut ben = app.member("bob").await;
    for address in [
        ANSWER, CLAIM, LET_GO, HAND_OVER, ESCALATE, CLOSE, REOPEN, CONFIRM, DECLINE,
    ] {
        let fields = [
            ("page", page.as_str()),
            ("id", &call),
            ("seen", "1"),
            ("to", "mia"),
            ("kind", "no_call"),
            ("body", "Words."),
        ];
        ben.send(address, &fields).await.is(403);
        guest.send(address, &fields).await.is(401);
        let unknown = CommentId::random(app.chance()).to_string();
        let fields = fields.map(|(name, value)| match name {
            "id" => (name, unknown.as_str()),
            _ => (name, value),
        });
        mara.send(address, &fields).await.is(404);
    }
    mara.get("/care/nothing").await.is(404);
    mara.get("/care")
        .await
        .says("One call waits for an answer.");
}

#[tokio::test]
async fn what_was_written_meanwhile_is_not_settled() {
    let Scene {
        mut guest,
        mut mara,
        ..
    } = scene().await;
    let code = code_of(&ask(&mut guest, WORDS, "").await);
    let call = first_call(&mut mara).await;
    let old = seen(&mut mara, &call).await;
    says(&mut guest, WRITE_BACK, &code, "It is getting worse.").await;
    let page = does(
        &mut mara,
        CLOSE,
        &call,
        &[
            ("seen", &old),
            ("kind", "elsewhere"),
            ("body", "Her sister is there."),
        ],
    )
    .await;
    page.says("They have written meanwhile.")
        .says("It is getting worse.")
        .says("Her sister is there.");
    let page = does(
        &mut mara,
        ANSWER,
        &call,
        &[("seen", &old), ("body", ANSWERED)],
    )
    .await;
    page.says(ANSWERED).says("Waits for an answer.");
    mara.get("/care")
        .await
        .says("One call waits for an answer.");
    answers(&mut mara, &call).await;
    mara.get("/care").await.says("Nobody waits.");
    let new = seen(&mut mara, &call).await;
    let closed = does(
        &mut mara,
        CLOSE,
        &call,
        &[("seen", &new), ("kind", "settled")],
    )
    .await;
    closed.says("This call is closed.");
    guest
        .get(&format!("/help/{code}"))
        .await
        .says("A peer supporter closed this.")
        .keeps_silent_about("Her sister is there.");
    does(&mut mara, REOPEN, &call, &[])
        .await
        .says("Waits for an answer.");
}

#[tokio::test]
async fn two_supporters_see_each_other() {
    let Scene {
        app,
        mut guest,
        mut mara,
    } = scene().await;
    let mut noa = supporter(&app, "noa").await;
    ask(&mut guest, WORDS, "").await;
    let call = first_call(&mut mara).await;
    does(&mut mara, CLAIM, &call, &[])
        .await
        .says("Leave it to others");
    noa.get("/care").await.says("Looked after by mara");
    does(&mut noa, CLAIM, &call, &[])
        .await
        .says("Somebody else looks after this just now.");
    app.pass(11 * Timestamp::MINUTE);
    noa.get("/care").await.keeps_silent_about("Looked after by");
    does(&mut noa, CLAIM, &call, &[])
        .await
        .says("Leave it to others");
    does(&mut noa, LET_GO, &call, &[])
        .await
        .says("I look after this");
    let handed = [("to", "Mara"), ("body", "You know this better.")];
    does(&mut noa, HAND_OVER, &call, &handed)
        .await
        .says("You know this better.")
        .says("Handed to mara");
    let nobody = [("to", "ben"), ("body", "A note that stays.")];
    does(&mut noa, HAND_OVER, &call, &nobody)
        .await
        .says("A note that stays.");
    does(&mut noa, ESCALATE, &call, &[("body", "Please look.")])
        .await
        .says("Moderators were asked to look");
    does(&mut noa, ESCALATE, &call, &[("body", "")])
        .await
        .says("Write a few words first.");
    app.pass(2 * Timestamp::HOUR);
    answers(&mut noa, &call).await;
    noa.get("/care").await.says("within 2 hours");
}

#[tokio::test]
async fn a_members_reply_reaches_nobody_unread() {
    let Scene {
        app,
        mut guest,
        mut mara,
    } = scene().await;
    let code = code_of(&ask(&mut guest, WORDS, "everyone").await);
    let call = first_call(&mut mara).await;
    let public = format!("/help/{call}");
    let page = app.guest().get("/help/ask").await;
    page.says(WORDS)
        .says("Waits for an answer")
        .keeps_silent_about(&code);
    assert!(page.body.contains(&public));
    app.guest()
        .get(&public)
        .await
        .is(200)
        .says(WORDS)
        .says("Sign in to reply.")
        .keeps_silent_about(&code);
    let mut ana = app.member("ana").await;
    let reply = |words, voice| {
        [
            ("page", public.as_str()),
            ("id", call.as_str()),
            ("seen", "1"),
            ("body", words),
            ("voice", voice),
        ]
    };
    let said = ana
        .post_form(REPLY, &reply("I know these nights.", "anonymous"))
        .await;
    said.is(200)
        .says("I know these nights.")
        .says("A peer supporter reads this before they see it.");
    guest.get("/help/ask").await;
    guest
        .send(REPLY, &reply("Guests too?", "handle"))
        .await
        .is(401);
    for unread in [
        guest.get(&format!("/help/{code}")).await,
        app.guest().get(&public).await,
        app.member("ben").await.get(&public).await,
    ] {
        unread.is(200).keeps_silent_about("I know these nights.");
    }
    mara.get("/care")
        .await
        .says("Replies of members to read")
        .says("I know these nights.")
        .says("One call waits for an answer.");
    let desk = mara.get(&format!("/care/{call}")).await;
    desk.says("Pass it on as an answer")
        .keeps_silent_about("ana");
    let read = mara
        .fetch(&format!("/api/care/read?id={call}&before=&kept="))
        .await;
    let entry = read.json()["entries"][1]["id"]
        .as_str()
        .expect("an entry")
        .to_owned();
    let fields = [("page", "/care"), ("id", entry.as_str()), ("seen", "")];
    ana.send(CONFIRM, &fields).await.is(403);
    mara.post_form(CONFIRM, &fields).await.is(200);
    mara.send(DECLINE, &fields).await.is(409);
    mara.get("/care").await.says("Nobody waits.");
    guest
        .get(&format!("/help/{code}"))
        .await
        .says("I know these nights.")
        .says("You have an answer.")
        .keeps_silent_about("ana");
    let hidden = says(&mut guest, HIDE, &code, "").await;
    hidden.is(200);
    app.guest().get(&public).await.is(404);
    app.guest().get("/help/ask").await.keeps_silent_about(WORDS);
}

#[tokio::test]
async fn asking_twice_by_one_press_is_one_call() {
    let Scene {
        mut guest,
        mut mara,
        ..
    } = scene().await;
    guest.get("/help/ask").await;
    let fields = [
        ("page", "/help/ask"),
        ("key", "0123456789abcdef0123456789abcdef"),
        ("body", WORDS),
        ("audience", "supporters"),
    ];
    let first = guest.send(ASK, &fields).await;
    let second = guest.send(ASK, &fields).await;
    assert_eq!(first.is(200).json()["to"], second.is(200).json()["to"]);
    let plain = [
        ("page", "/help/ask"),
        ("body", "Other words."),
        ("audience", ""),
    ];
    let first = guest.post_form(ASK, &plain).await;
    let second = guest.post_form(ASK, &plain).await;
    assert_eq!(first.address, second.address);
    mara.get("/care").await.says("2 calls wait for an answer.");
    let call = first_call(&mut mara).await;
    let seen = seen(&mut mara, &call).await;
    for _ in 0..2 {
        let fields = [("seen", seen.as_str()), ("body", ANSWERED)];
        does(&mut mara, ANSWER, &call, &fields).await;
    }
    let page = mara.get(&format!("/care/{call}")).await;
    assert_eq!(page.count(ANSWERED), 1);
}

#[tokio::test]
async fn what_cannot_be_taken_comes_back() {
    let Scene {
        app: _app,
        mut guest,
        ..
    } = scene().await;
    guest.get("/help/ask").await;
    let long = "x".repeat(4001);
    for (body, audience, reason) in [
        ("", "", "Write a few words first."),
        ("\u{200B}", "everyone", "Write a few words first."),
        (long.as_str(), "", "There is room for 4000."),
        (WORDS, "nobody", "Choose one of these."),
    ] {
        let fields = [
            ("page", "/help/ask"),
            ("body", body),
            ("audience", audience),
        ];
        let page = guest.post_form(ASK, &fields).await;
        page.says(reason);
        guest.send(ASK, &fields).await.is(422);
    }
    let code = code_of(&ask(&mut guest, WORDS, "").await);
    let page = says(&mut guest, WRITE_BACK, &code, &long).await;
    page.says("There is room for 4000.").says(&long);
    assert!(page.address.starts_with(&format!("/help/{code}?kept=")));
}

#[tokio::test]
async fn the_code_is_kept_nowhere() {
    let Scene {
        app,
        mut guest,
        mut mara,
    } = scene().await;
    let code = code_of(&ask(&mut guest, WORDS, "everyone").await);
    // Also what went wrong, and what was sent twice.
    says(&mut guest, WRITE_BACK, &code, "").await;
    says(&mut guest, WRITE_BACK, &code, &"x".repeat(4001)).await;
    says(&mut guest, WRITE_BACK, &code, "More words.").await;
    says(&mut guest, STILL, &code, "").await;
    says(&mut guest, HIDE, &code, "").await;
    let call = first_call(&mut mara).await;
    answers(&mut mara, &call).await;
    says(&mut guest, HELPED, &code, "").await;
    let plain = code.replace('-', "");
    let bytes = app.place.bytes().await;
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("More words."), "the search finds what is there");
    for secret in [&code, &plain, &code.to_uppercase(), &plain.to_uppercase()] {
        assert!(!holds(secret), "{secret}");
    }
}

#[tokio::test]
async fn the_contacts_are_there_when_the_database_is_not() {
    let app = TestApp::new().await;
    let mut guest = app.guest();
    guest.get("/help/ask").await.is(200);
    app.database.close().await;
    guest
        .get("/help/ask")
        .await
        .is(200)
        .says("988 Suicide & Crisis Lifeline")
        .says("What others ask cannot be shown at the moment.");
}

/// Puts a comment on the desk.
async fn raise(app: &TestApp, story: &Place, comment: &str, writer: &TestMember) -> String {
    let actor = writer.actor();
    let raise = Raise {
        origin: Origin::Noticed,
        post: Post {
            subject: story.subject,
            comment: Some(comment.parse().expect("an id")),
        },
        writer: Some(actor.writer()),
        severity: Severity::Crisis,
        words: None,
    };
    let mut unit = app.begin().await;
    let id = care::raise(&mut *unit, app.act(&actor), raise)
        .await
        .expect("raised");
    unit.commit().await.expect("kept");
    id.to_string()
}

async fn comments(who: &mut Browser, story: &Place, parent: &str, words: &str) -> String {
    let subject = story.subject.to_string();
    let fields = [
        ("page", story.page.as_str()),
        ("subject", &subject),
        ("parent", parent),
        ("body", words),
        ("voice", "anonymous"),
    ];
    let said = who.send("/api/comments/post", &fields).await;
    said.is(200).json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[tokio::test]
async fn a_post_that_reads_like_a_call_is_answered_under_it() {
    let Scene { app, mut mara, .. } = scene().await;
    let ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let mut ana = app.member("ana").await;
    let comment = comments(&mut ana, &story, "", WORDS).await;
    let call = raise(&app, &story, &comment, &ana).await;
    mara.get("/care")
        .await
        .says("A post that reads like a call")
        .says("May be in danger")
        .says(WORDS);
    let page = mara.get(&format!("/care/{call}")).await;
    page.says(WORDS)
        .says("Anonymously")
        .says("It stands under the post")
        .keeps_silent_about("ana")
        .keeps_silent_about(&ana.member.id.to_string());
    assert!(page.body.contains(&format!("/comments/{comment}")));
    let json = mara
        .fetch(&format!("/api/care/read?id={call}&before=&kept="))
        .await;
    json.keeps_silent_about("ana")
        .keeps_silent_about(&ana.member.id.to_string());
    answers(&mut mara, &call).await.is(200).says(ANSWERED);
    app.guest()
        .get(&story.page)
        .await
        .says(ANSWERED)
        .says("mara");
    mara.get("/care").await.says("Nobody waits.");
    // She writes below it, and someone of the desk replies in the room.
    let more = comments(&mut ana, &story, &comment, "And it goes on.").await;
    mara.get("/care")
        .await
        .says("One call waits for an answer.");
    let subject = story.subject.to_string();
    let reply = [
        ("page", story.page.as_str()),
        ("subject", &subject),
        ("parent", &more),
        ("body", "I am still here."),
        ("voice", "handle"),
    ];
    mara.send("/api/comments/post", &reply).await.is(200);
    mara.get("/care").await.says("Nobody waits.");
    // Nobody answers for themselves, and what is taken back is closed.
    let fields = [("page", story.page.as_str()), ("id", comment.as_str())];
    ana.send("/api/comments/take-back", &fields).await.is(200);
    mara.get("/care?past=true").await.says("they took it back");
}

/// Puts a comment on the desk that was only noticed, and that nobody asked with.
async fn noticed(app: &TestApp, story: &Place, by: &mut TestMember, words: &str) -> String {
    let comment = comments(by, story, "", words).await;
    let post = Post {
        subject: story.subject,
        comment: Some(comment.parse().expect("an id")),
    };
    let mut reader = app.house.store.read().await.expect("a reader");
    let call = reader.call_about(post).await.expect("read");
    let call = call.expect("it reads like a call");
    assert_eq!((call.origin, call.queue), (Origin::Noticed, Queue::Noticed));
    call.id.to_string()
}

/// Can what was noticed be read at once?
fn is_unfolded(page: &Answer) -> bool {
    let (_, section) = page.body.split_once("id=\"noticed\"").expect("a section");
    let (_, details) = section.split_once("<details").expect("its list");
    let (tag, _) = details.split_once('>').expect("a tag");
    tag.split(' ').any(|word| word == "open")
}

const NOTICED: &str = "I can't stop drinking and I need help.";

#[tokio::test]
async fn what_was_only_noticed_stands_below_those_who_asked_and_is_closed_by_one_press() {
    let Scene {
        app,
        mut guest,
        mut mara,
    } = scene().await;
    let ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let mut ana = app.member("ana").await;
    let first = noticed(&app, &story, &mut ana, NOTICED).await;
    let second = noticed(&app, &story, &mut ana, "Please help me, I relapsed again.").await;
    // Nobody asked: it stands open.
    let page = mara.get("/care").await;
    page.says("Nobody who asked waits.")
        .says("2 texts to look at")
        .says(NOTICED);
    assert!(is_unfolded(&page));
    // Somebody asks, much later, and stands above it.
    app.pass(40 * Timestamp::MINUTE);
    ask(&mut guest, WORDS, "").await;
    let page = mara.get("/care").await;
    page.says("One call waits for an answer.")
        .says("2 texts to look at");
    assert!(!is_unfolded(&page));
    let place = |words: &str| page.body.find(words).expect("it is there");
    assert!(place(WORDS) < place(NOTICED));
    // One press, without script.
    let fields = [("page", "/care"), ("id", first.as_str()), ("seen", "1")];
    let page = mara.post_form(NO_CALL, &fields).await;
    assert_eq!(page.address, "/care?noticed=true#noticed");
    page.is(200)
        .says("One text to look at")
        .says("I relapsed again.")
        .keeps_silent_about(NOTICED)
        .keeps_silent_about(WORDS);
    // And as the hydrated page does; the second press changes nothing.
    for id in [&first, &second, &second] {
        let fields = [("page", "/care"), ("id", id.as_str()), ("seen", "1")];
        let sent = mara.send(NO_CALL, &fields).await;
        assert_eq!(sent.is(200).json()["id"], **id);
    }
    mara.get("/care?noticed=true")
        .await
        .says("Nothing that was noticed waits.");
    mara.get("/care")
        .await
        .says(WORDS)
        .keeps_silent_about("Noticed in the rooms");
    let past = mara.get("/care?past=true").await;
    past.says("no call for help").says(NOTICED);
}

#[tokio::test]
async fn who_may_be_in_danger_stands_between_those_who_asked_and_the_rest() {
    let Scene {
        app,
        mut guest,
        mut mara,
    } = scene().await;
    let ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let mut ana = app.member("ana").await;
    let danger = "I want to die. I can't do this anymore.";
    comments(&mut ana, &story, "", danger).await;
    noticed(&app, &story, &mut ana, NOTICED).await;
    ask(&mut guest, WORDS, "").await;
    let page = mara.get("/care").await;
    page.says("One call waits for an answer.")
        .says("Some may be in danger, by what they wrote");
    let place = |words: &str| page.body.find(words).expect("it is there");
    assert!(place(WORDS) < place("I want to die.") && place("I want to die.") < place(NOTICED));
    assert!(!is_unfolded(&page), "and they come first");
    // One press takes it out, and leads back to the others like it.
    let desk = mara.fetch("/api/care/desk?sheet=danger&after=&kept=").await;
    let line = desk.json()["apart"][0]["lines"][0].clone();
    let word = |value: &serde_json::Value| value.as_str().expect("words").to_owned();
    let (id, seen) = (word(&line["call"]["id"]), word(&line["seen"]));
    let fields = [("page", "/care"), ("id", id.as_str()), ("seen", &seen)];
    let page = mara.post_form(NO_CALL, &fields).await;
    assert_eq!(page.address, "/care?danger=true#danger");
    page.is(200)
        .says("Nothing that was noticed waits.")
        .keeps_silent_about(NOTICED);
}

#[tokio::test]
async fn only_the_desk_closes_what_was_noticed_and_only_what_it_has_read() {
    let Scene { app, mut mara, .. } = scene().await;
    let ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let mut ana = app.member("ana").await;
    let comment = comments(&mut ana, &story, "", NOTICED).await;
    let call = noticed(&app, &story, &mut ana, "I need help, please.").await;
    let fields = [("page", "/care"), ("id", call.as_str()), ("seen", "1")];
    ana.send(NO_CALL, &fields).await.is(403);
    app.guest().send(NO_CALL, &fields).await.is(401);
    let unknown = [
        ("page", "/care"),
        ("id", "0123456789abcdef0123456789abcdef"),
        ("seen", "1"),
    ];
    mara.send(NO_CALL, &unknown).await.is(404);
    // She changes her words after the page was made.
    app.pass(Timestamp::MINUTE);
    let subject = story.subject.to_string();
    let edit = [
        ("page", story.page.as_str()),
        ("subject", &subject),
        ("id", &comment),
        (
            "body",
            "I can't stop drinking and I need help. My mother died.",
        ),
        ("voice", "anonymous"),
    ];
    ana.send("/api/comments/edit", &edit).await.is(200);
    let desk = "/api/care/desk?sheet=noticed&after=&kept=";
    let lines = mara.fetch(desk).await.json()["apart"][0]["lines"].clone();
    let id = lines[0]["call"]["id"].as_str().expect("a call").to_owned();
    let stale = [("page", "/care"), ("id", id.as_str()), ("seen", "1")];
    let back = mara.post_form(NO_CALL, &stale).await;
    back.is(200)
        .says("My mother died.")
        .says("They have written meanwhile");
    assert!(is_unfolded(&back));
    let seen = lines[0]["seen"].as_str().expect("it is read at a glance");
    let read = [("page", "/care"), ("id", id.as_str()), ("seen", seen)];
    mara.send(NO_CALL, &read).await.is(200);
}

#[tokio::test]
async fn what_is_longer_than_a_glance_is_opened_before_it_is_closed() {
    let Scene { app, mut mara, .. } = scene().await;
    let ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let mut ana = app.member("ana").await;
    let long = format!(
        "{NOTICED} {}",
        "We painted the hall and had soup. ".repeat(30)
    );
    let call = noticed(&app, &story, &mut ana, &long).await;
    mara.get("/care")
        .await
        .says(NOTICED)
        .keeps_silent_about("Not a call");
    let page = format!("/care/{call}");
    mara.get(&page).await.says("Not a call");
    let seen = seen(&mut mara, &call).await;
    let closed = does(&mut mara, NO_CALL, &call, &[("seen", &seen)]).await;
    closed.is(200).says("Nothing that was noticed waits.");
    mara.get(&page).await.keeps_silent_about("Not a call");
}

#[tokio::test]
async fn what_is_noticed_counts_as_answered_like_every_call() {
    let Scene { app, mut mara, .. } = scene().await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let mut ana = app.member("ana").await;
    let call = noticed(&app, &story, &mut ana, NOTICED).await;
    let mut reader = app.house.store.read().await.expect("a reader");
    let known = reader.call(call.parse().expect("an id")).await;
    let post = known.expect("read").expect("it").post.expect("a post");
    drop(reader);
    let comment = post.comment.expect("a comment").to_string();
    // A member's reply is one once somebody of the desk has passed it on.
    comments(&mut ben, &story, &comment, "Thank you for the lovely soup.").await;
    mara.get("/care")
        .await
        .says("One text to look at")
        .says("Members replied");
    comments(&mut ana, &story, &comment, "We had soup on Sunday.").await;
    mara.get("/care")
        .await
        .says("They wrote more under it")
        .keeps_silent_about("Not a call");
    // Somebody of the desk answers: from now on it is one like every other.
    answers(&mut mara, &call).await.is(200).says(ANSWERED);
    mara.get("/care").await.says("Nobody waits.");
    comments(
        &mut ana,
        &story,
        &comment,
        "Who's bringing the cups on Thursday?",
    )
    .await;
    mara.get("/care")
        .await
        .says("One call waits for an answer.")
        .keeps_silent_about("Noticed in the rooms");
}

#[tokio::test]
async fn a_call_in_a_locked_thread_reaches_the_desk_and_nobody_else() {
    let Scene { app, mut mara, .. } = scene().await;
    let mut ben = app.member("ben").await;
    let story = app.story(&ben).await;
    let mut ana = app.member("ana").await;
    let mut unit = app.begin().await;
    unit.lock_thread(story.subject, true).await.expect("locked");
    unit.commit().await.expect("kept");
    let subject = story.subject.to_string();
    let fields = [
        ("page", story.page.as_str()),
        ("subject", &subject),
        ("body", NOTICED),
        ("voice", "handle"),
    ];
    for _ in 0..2 {
        let page = ana.post_form("/api/comments/post", &fields).await;
        page.is(200)
            .says("Waiting for review")
            .says("The peer supporters here will read what you wrote.");
        assert_eq!(page.count(NOTICED), 1);
    }
    // Anything else is still refused.
    let other = [&fields[..2], &[("body", "With you."), ("voice", "handle")]].concat();
    ana.send("/api/comments/post", &other).await.is(409);
    ben.get(&story.page).await.keeps_silent_about(NOTICED);
    mara.get("/care").await.says(NOTICED);
    // The desk answers it under it, and then everyone sees both.
    let desk = mara
        .fetch("/api/care/desk?sheet=noticed&after=&kept=")
        .await;
    let call = desk.json()["apart"][0]["lines"][0]["call"]["id"].clone();
    let call = call.as_str().expect("a call");
    answers(&mut mara, call).await.is(200).says(ANSWERED);
    ben.get(&story.page).await.says(NOTICED).says(ANSWERED);
}

#[tokio::test]
async fn a_call_of_ones_own_is_answered_by_others() {
    let Scene { app, mut mara, .. } = scene().await;
    ask(&mut mara, WORDS, "").await;
    mara.get("/care")
        .await
        .says("Your own. Others answer it.")
        .says("One call waits for an answer.");
    let mut noa = supporter(&app, "noa").await;
    let call = first_call(&mut noa).await;
    mara.get(&format!("/care/{call}")).await.is(403);
    let fields = [
        ("page", "/care"),
        ("id", call.as_str()),
        ("seen", "1"),
        ("body", "Words."),
    ];
    mara.send(ANSWER, &fields).await.is(403);
    answers(&mut noa, &call).await.is(200);
}

#[tokio::test]
async fn the_desk_counts_all_and_not_only_a_page() {
    let Scene {
        mut guest,
        mut mara,
        ..
    } = scene().await;
    guest.get("/help/ask").await;
    for number in 0..25 {
        let words = format!("Call number {number}.");
        let fields = [("page", "/help/ask"), ("body", &words), ("audience", "")];
        guest.send(ASK, &fields).await.is(200);
    }
    let page = mara.get("/care").await;
    page.says("25 calls wait for an answer.")
        .says("Who waits less long");
    assert_eq!(page.count("Asked here"), 20);
    let desk = mara.fetch("/api/care/desk?sheet=asked&after=&kept=").await;
    let next = desk.json()["next"].as_str().expect("a page").to_owned();
    let second = mara.get(&format!("/care?after={next}")).await;
    second.says("25 calls wait for an answer.");
    assert_eq!(second.count("Asked here"), 5);
    mara.get("/care?after=nonsense").await.is(404);
}
