//! Keeping away from people: Ana mutes and blocks Ben, who is not told and
//! cannot find out whom he writes to when nobody signs.

use crate::{
    privacy::unpacked,
    support::{Answer, Browser, TestApp, TestMember},
};
use domain::{
    actor::{Role, Roles},
    ids::Subject,
};

const KEEP_AWAY: &str = "/api/people/keep-away";
const LIFT: &str = "/api/people/lift";
const LIST: &str = "/me/people";
const POST: &str = "/api/comments/post";
const SHARE: &str = "/api/stories/share";
const THANK: &str = "/api/shout-outs/post";
const SUPPORT: &str = "/api/support/give";
const NOBODY: &str = "0123456789abcdef0123456789abcdef";

/// Ana and Ben have each told a story under the handle and one anonymously.
struct Scene {
    app: TestApp,
    ana: TestMember,
    ben: TestMember,
    of_ana: String,
    hidden_ana: String,
    of_ben: String,
    hidden_ben: String,
}

async fn tells(who: &mut Browser, title: &str, voice: &str) -> String {
    let fields = [("title", title), ("body", "It was one."), ("voice", voice)];
    let answer = who.send(SHARE, &fields).await;
    let id = answer.is(200).json()["id"]
        .as_str()
        .map(|id| id.replace('-', ""));
    id.expect("an id")
}

async fn scene() -> Scene {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let mut ben = app.member("ben").await;
    Scene {
        of_ana: tells(&mut ana, "Ana's bench", "handle").await,
        hidden_ana: tells(&mut ana, "A quiet bench", "anonymous").await,
        of_ben: tells(&mut ben, "Ben's hall", "handle").await,
        hidden_ben: tells(&mut ben, "A quiet hall", "anonymous").await,
        app,
        ana,
        ben,
    }
}

async fn keeps_away(who: &mut Browser, thing: &str, distance: &str) -> Answer {
    let page = format!("/people/{thing}");
    let fields = [
        ("page", page.as_str()),
        ("thing", thing),
        ("distance", distance),
    ];
    who.send(KEEP_AWAY, &fields).await
}

async fn says(who: &mut Browser, story: &str, parent: &str, voice: &str, body: &str) -> Answer {
    let (page, subject) = (format!("/stories/{story}"), format!("story-{story}"));
    let fields = [
        ("page", page.as_str()),
        ("subject", &subject),
        ("parent", parent),
        ("voice", voice),
        ("body", body),
    ];
    who.send(POST, &fields).await
}

async fn thanks(who: &mut Browser, to: &str, voice: &str) -> Answer {
    let fields = [
        ("page", "/shout-outs"),
        ("to", to),
        ("body", "Thank you for the soup."),
        ("voice", voice),
    ];
    who.send(THANK, &fields).await
}

fn line(list: &Answer, place: usize) -> String {
    let people = list.is(200).json();
    let id = people["people"][place]["id"].as_str().map(str::to_owned);
    id.expect("a line")
}

#[tokio::test]
async fn without_script_someone_mutes_and_unmutes() {
    let Scene {
        app: _app,
        mut ana,
        of_ben,
        ..
    } = scene().await;
    let story = ana.get(&format!("/stories/{of_ben}")).await;
    let about = format!("/people/story-{of_ben}");
    assert!(story.is(200).body.contains(&about));
    let page = ana.get(&about).await;
    page.is(200)
        .says("This is about ben")
        .says("They are not told")
        .says("Calls for help still reach the people who answer them");
    let thing = page.field("people.mute", "thing").expect("the thing");
    let fields = [
        ("page", about.as_str()),
        ("thing", &thing),
        ("distance", "mute"),
    ];
    let list = ana.post_form(KEEP_AWAY, &fields).await;
    assert_eq!(list.is(200).address, LIST);
    list.says("ben").says("Muted on");
    for page in ["/", "/stories", &format!("/stories/{of_ben}")] {
        let page = ana.get(page).await;
        page.is(200).says("From someone you muted").says("ben");
    }
    ana.get(&about).await.says("You muted them");
    // Blocking takes the place of muting.
    let fields = [
        ("page", about.as_str()),
        ("thing", &thing),
        ("distance", "block"),
    ];
    let list = ana.post_form(KEEP_AWAY, &fields).await;
    list.says("Blocked on").keeps_silent_about("Muted on");
    let id = line(&ana.fetch("/api/people/list?after=").await, 0);
    let lifting = [("page", LIST), ("id", id.as_str())];
    let list = ana.post_form(LIFT, &lifting).await;
    assert_eq!(list.is(200).address, LIST);
    list.says("Nobody.").keeps_silent_about("ben");
    ana.get("/stories")
        .await
        .keeps_silent_about("From someone you");
    // Sent twice, it is done once.
    ana.post_form(LIFT, &lifting).await.is(200).says("Nobody.");
}

#[tokio::test]
async fn everything_that_was_signed_is_folded_and_nothing_else() {
    let Scene {
        app,
        mut ana,
        mut ben,
        of_ana,
        of_ben,
        ..
    } = scene().await;
    let mut carla = app.member("carla").await;
    let ritual = [
        ("kind", "shared_meal"),
        ("title", "Soup of Ben"),
        ("body", "Bring a bowl."),
        ("when", "2026-09-24T18:30"),
        ("zone", "Europe/London"),
        ("place", "The hall"),
    ];
    ben.send("/api/rituals/post", &ritual).await.is(200);
    thanks(&mut ben, "the crew", "handle").await.is(200);
    says(&mut ben, &of_ana, "", "handle", "I know that bench.")
        .await
        .is(200);
    says(&mut ben, &of_ana, "", "anonymous", "Nobody says this.")
        .await
        .is(200);
    says(&mut carla, &of_ana, "", "handle", "Carla says this.")
        .await
        .is(200);
    keeps_away(&mut ana, &format!("story-{of_ben}"), "mute")
        .await
        .is(200);
    let folds = "From someone you muted";
    for (page, count) in [
        ("/stories".to_owned(), 1),
        ("/rituals".to_owned(), 1),
        ("/shout-outs".to_owned(), 1),
        (format!("/stories/{of_ana}"), 1),
        ("/".to_owned(), 3),
    ] {
        let seen = ana.get(&page).await;
        assert_eq!(seen.is(200).count(folds), count, "{page}");
        for other in [&mut ben, &mut carla] {
            other.get(&page).await.keeps_silent_about(folds);
        }
        app.guest().get(&page).await.keeps_silent_about(folds);
    }
}

/// A comment that is gone is nobody's: no data tells that somebody whom Ana muted
/// had written it.
#[tokio::test]
async fn a_gap_does_not_tell_who_stood_there() {
    let Scene {
        app,
        mut ana,
        mut ben,
        of_ben,
        ..
    } = scene().await;
    let mut carla = app.member("carla").await;
    let story = tells(&mut carla, "Carla's day", "handle").await;
    let bens = says(&mut ben, &story, "", "handle", "Ben was here.").await;
    let bens = bens.is(200).json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    says(&mut carla, &story, &bens, "handle", "So he was.")
        .await
        .is(200);
    keeps_away(&mut ana, &format!("story-{of_ben}"), "mute")
        .await
        .is(200);
    let thread = format!("/api/comments/thread?subject=story-{story}&under=&after=");
    let first = ana.fetch(&thread).await.is(200).json()["comments"][0].clone();
    assert_eq!(
        (&first["standing"], &first["away"]),
        (&"published".into(), &"mute".into())
    );
    let page = format!("/stories/{story}");
    let taking_back = [("page", page.as_str()), ("id", &bens)];
    ben.send("/api/comments/take-back", &taking_back)
        .await
        .is(200);
    let gone = ana.fetch(&thread).await.is(200).json()["comments"][0].clone();
    assert_eq!(
        (&gone["standing"], &gone["away"]),
        (&"gap".into(), &serde_json::Value::Null)
    );
    ana.get(&page)
        .await
        .says("This comment is no longer here")
        .keeps_silent_about("From someone you");
}

/// The way to keep away stands under what another member wrote, and nowhere else.
#[tokio::test]
async fn the_way_is_shown_to_members_under_what_others_wrote() {
    let Scene {
        app,
        mut ana,
        of_ana,
        hidden_ana,
        of_ben,
        hidden_ben,
        ..
    } = scene().await;
    let words = "Mute or block";
    for own in [&of_ana, &hidden_ana] {
        let page = ana.get(&format!("/stories/{own}")).await;
        page.is(200).keeps_silent_about(words);
    }
    for other in [&of_ben, &hidden_ben] {
        let address = format!("/stories/{other}");
        assert_eq!(ana.get(&address).await.is(200).count(words), 1);
        let page = app.guest().get(&address).await;
        page.is(200).keeps_silent_about(words);
    }
}

/// Someone who keeps away by an anonymous post learns nothing of its writer, and
/// what its writer signs stays as it was.
#[tokio::test]
async fn an_anonymous_post_is_one_line_that_names_nobody() {
    let Scene {
        app: _app,
        mut ana,
        ben,
        of_ben,
        hidden_ben,
        ..
    } = scene().await;
    let thing = format!("story-{hidden_ben}");
    let about = ana.get(&format!("/people/{thing}")).await;
    about
        .is(200)
        .says("whoever wrote this anonymous story")
        .says("You do not learn who it is")
        .keeps_silent_about("ben");
    for distance in ["mute", "block", "block"] {
        let done = keeps_away(&mut ana, &thing, distance).await;
        assert!(!done.is(200).body.contains("ben"));
    }
    let list = ana.fetch("/api/people/list?after=").await;
    assert_eq!(
        list.is(200).json()["people"].as_array().map(Vec::len),
        Some(1)
    );
    let id = ben.member.id.to_string();
    for page in [LIST, "/stories"] {
        let page = ana.get(page).await;
        assert!(!page.is(200).body.contains(&id));
    }
    assert!(!list.body.contains("ben") && !list.body.contains(&id));
    ana.get(LIST)
        .await
        .says("The writer of an anonymous story")
        .keeps_silent_about("ben");
    let stories = ana.get("/stories").await;
    assert_eq!(stories.count("From someone you blocked"), 1);
    ana.get(&format!("/stories/{of_ben}"))
        .await
        .keeps_silent_about("From someone you");
}

/// What Ben can read, as pages and as the data of pages, word for word.
async fn all_that_is_read(who: &mut Browser, scene: &[&str]) -> Vec<String> {
    let mut pages: Vec<String> = ["/", "/stories", "/shout-outs", "/rituals", "/me", LIST]
        .map(str::to_owned)
        .to_vec();
    pages.push("/me/notifications".to_owned());
    for story in scene {
        pages.push(format!("/stories/{story}"));
    }
    let mut read = Vec::new();
    for page in pages {
        let answer = who.get(&page).await;
        read.push(format!("{page} {}", answer.is(200).words()));
    }
    for story in scene {
        let data = who.fetch(&format!("/api/stories/read?id={story}")).await;
        read.push(data.is(200).body.clone());
    }
    let list = who.fetch("/api/stories/list?after=").await;
    read.push(list.is(200).body.clone());
    read
}

#[tokio::test]
async fn nothing_that_the_blocked_read_tells_them() {
    let Scene {
        app: _app,
        mut ana,
        mut ben,
        of_ana,
        hidden_ana,
        of_ben,
        hidden_ben,
    } = scene().await;
    let stories = [&of_ana, &hidden_ana, &of_ben, &hidden_ben].map(String::as_str);
    let before = all_that_is_read(&mut ben, &stories).await;
    for thing in [&of_ben, &hidden_ben] {
        keeps_away(&mut ana, &format!("story-{thing}"), "block")
            .await
            .is(200);
    }
    assert_eq!(all_that_is_read(&mut ben, &stories).await, before);
    // Support is given as ever, and only Ana does not hear of it.
    let (page, subject) = (format!("/stories/{of_ana}"), format!("story-{of_ana}"));
    let fields = [
        ("page", page.as_str()),
        ("subject", &subject),
        ("kind", "with_you"),
    ];
    let answer = ben.send(SUPPORT, &fields).await;
    assert_eq!(answer.is(200).json()["given"][0], "with_you");
    let own = ana.get(&format!("/stories/{of_ana}")).await;
    own.is(200).keeps_silent_about("is with you");
    // Nor does what he takes along.
    ben.confirms().await;
    let file = ben
        .post_form("/api/privacy/export", &[("page", "/me/export")])
        .await;
    let files = unpacked(&file);
    assert!(files["data/support-you-gave.json"].contains("with_you"));
    for (name, text) in files {
        let told = ["unseen", "block", "mute", "ana"]
            .iter()
            .find(|word| text.contains(**word));
        assert!(told.is_none() || name == "index.html", "{told:?} in {name}");
        assert!(!text.contains("unseen"), "{name}");
    }
    ana.get("/me/notifications")
        .await
        .is(200)
        .says("Nothing yet.");
}

/// An answer to Ana is refused in the words of a closed thread, and thanks in
/// those for a handle that nobody has.
#[tokio::test]
async fn the_blocked_hear_what_others_hear_elsewhere() {
    let Scene {
        app,
        mut ana,
        mut ben,
        of_ana,
        hidden_ana,
        of_ben,
        ..
    } = scene().await;
    let mut carla = app.member("carla").await;
    let closed = tells(&mut carla, "Closed", "handle").await;
    let open = tells(&mut carla, "Open", "handle").await;
    let mut unit = app.begin().await;
    let subject: Subject = format!("story-{closed}").parse().expect("a subject");
    unit.lock_thread(subject, true).await.expect("locked");
    unit.commit().await.expect("kept");
    let anas = says(&mut ana, &open, "", "handle", "I know it too.").await;
    let anas = anas.is(200).json()["comment"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    keeps_away(&mut ana, &format!("story-{of_ben}"), "block")
        .await
        .is(200);
    for voice in ["handle", "anonymous"] {
        let elsewhere = says(&mut ben, &closed, "", voice, "Words.").await;
        let refused = says(&mut ben, &of_ana, "", voice, "Words.").await;
        assert_eq!(
            (refused.status, &refused.body),
            (elsewhere.status, &elsewhere.body)
        );
        assert!(refused.is(409).body.contains("thread_closed"));
        says(&mut ben, &open, &anas, voice, "Words.").await.is(409);
        let elsewhere = thanks(&mut ben, "@nobody-here", voice).await;
        let refused = thanks(&mut ben, "@ana", voice).await;
        assert_eq!(
            (refused.status, &refused.body),
            (elsewhere.status, &elsewhere.body)
        );
        // Under what nobody signed everyone may speak, or it would be told whose
        // it is.
        let body = format!("Said by {voice}.");
        says(&mut ben, &hidden_ana, "", voice, &body).await.is(200);
        let body = format!("Carla's own thread, {voice}.");
        says(&mut ben, &open, "", voice, &body).await.is(200);
    }
    // What he typed is kept, also without script.
    let page = format!("/stories/{of_ana}");
    let fields = [
        ("page", page.as_str()),
        ("subject", &format!("story-{of_ana}")),
        ("voice", "handle"),
        ("body", "A long answer."),
    ];
    let back = ben.post_form(POST, &fields).await;
    back.is(200)
        .says("takes no more comments")
        .says("A long answer.");
    // And she does not speak to him either, and is told why.
    let refused = says(&mut ana, &of_ben, "", "handle", "Words.").await;
    assert!(refused.is(403).body.contains("you_blocked"));
    // Of everything that he signed she is told nothing.
    let told = ana.get("/me/notifications").await;
    assert_eq!(
        told.is(200).count("A new answer to your story"),
        1,
        "the anonymous one"
    );
}

/// Whatever a block would refuse: a call for help goes to the desk.
#[tokio::test]
async fn no_call_for_help_is_swallowed_by_a_block() {
    let Scene {
        app,
        mut ana,
        mut ben,
        of_ana,
        of_ben,
        ..
    } = scene().await;
    keeps_away(&mut ana, &format!("story-{of_ben}"), "block")
        .await
        .is(200);
    let words = "I need help with alcohol.";
    let kept = says(&mut ben, &of_ana, "", "handle", words).await;
    assert_eq!(kept.is(200).json()["comment"]["standing"], "held");
    let fields = [
        ("page", "/shout-outs"),
        ("to", "@ana"),
        ("body", "I cannot stop drinking, please help me."),
        ("voice", "handle"),
    ];
    let kept = ben.send(THANK, &fields).await;
    assert_eq!(kept.is(200).json()["shout_out"]["standing"], "held");
    let helper = Roles::default().with(Role::PeerSupporter);
    let mut sue = app.member_with("sue", helper).await;
    let desk = sue.get("/care").await;
    desk.is(200)
        .says(words)
        .says("I cannot stop drinking, please help me.");
    for page in [format!("/stories/{of_ana}"), "/shout-outs".to_owned()] {
        ana.get(&page).await.keeps_silent_about(words);
        app.guest().get(&page).await.keeps_silent_about(words);
    }
    ana.get("/me/notifications").await.says("Nothing yet.");
}

#[tokio::test]
async fn one_keeps_away_from_others_who_are_there() {
    let Scene {
        app,
        mut ana,
        mut ben,
        of_ana,
        of_ben,
        hidden_ben,
        ..
    } = scene().await;
    let mut guest = app.guest();
    guest.get("/help").await.is(200);
    let thing = format!("story-{of_ben}");
    keeps_away(&mut guest, &thing, "mute").await.is(401);
    guest.get(LIST).await.is(401).says("Sign in");
    guest.get(&format!("/people/{thing}")).await.is(401);
    keeps_away(&mut ana, &format!("story-{of_ana}"), "mute")
        .await
        .is(403);
    for unknown in [
        format!("story-{NOBODY}"),
        format!("comment-{of_ben}"),
        format!("article-{of_ben}"),
        "story".to_owned(),
        String::new(),
        "<b>-<b>".to_owned(),
    ] {
        keeps_away(&mut ana, &unknown, "mute").await.is(404);
    }
    ana.get(&format!("/people/story-{NOBODY}")).await.is(404);
    for nonsense in ["", "hug", "Mute"] {
        keeps_away(&mut ana, &thing, nonsense).await.is(422);
    }
    keeps_away(&mut ana, &format!("story-{hidden_ben}"), "block")
        .await
        .is(200);
    let id = line(&ana.fetch("/api/people/list?after=").await, 0);
    for unknown in [id.as_str(), NOBODY, "", "<b>"] {
        let fields = [("page", LIST), ("id", unknown)];
        ben.send(LIFT, &fields).await.is(404);
        guest.send(LIFT, &fields).await.is(401);
    }
    ben.get(LIST).await.is(200).says("Nobody.");
    ana.get(LIST).await.is(200).says("Unblock");
}
