//! What is held or hidden is there for its author and for those who keep the
//! house, and for nobody else, on every page and in every answer.

use crate::{
    reflections::article,
    support::{Browser, TestApp, TestMember},
};
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    ids::Subject,
    moderation::Standing,
};

/// What everyone would read if they could.
const WORDS: &str = "a lantern on the pier";

/// A share and what can be asked about it.
struct Shared {
    subject: Subject,
    page: String,
    /// Where it would be listed.
    lists: Vec<String>,
    /// Its server function.
    read: String,
    edit: (&'static str, Vec<(&'static str, &'static str)>),
    delete: &'static str,
}

struct Scene {
    app: TestApp,
    ana: TestMember,
    shares: Vec<Shared>,
}

fn id_in(answer: &serde_json::Value) -> String {
    let found = ["/id", "/shout_out/id", "/reflection/id"]
        .iter()
        .find_map(|place| answer.pointer(place)?.as_str());
    found.expect("an id").to_owned()
}

/// One share of each kind by Ana.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let mut ana = app.member("ana").await;
    let [prompt, _] = article(&app, app.now()).await;
    let story = vec![
        ("title", "The pier"),
        ("body", WORDS),
        ("voice", "anonymous"),
    ];
    let thanks = vec![
        ("to", "the harbour"),
        ("body", WORDS),
        ("voice", "anonymous"),
    ];
    let ritual = vec![
        ("kind", "shared_meal"),
        ("title", "Soup"),
        ("body", WORDS),
        ("when", "2026-09-24T18:30"),
        ("zone", "Europe/London"),
        ("place", "The hall"),
        ("voice", "anonymous"),
    ];
    let answer = vec![("body", WORDS), ("voice", "anonymous")];
    let mut shares = Vec::new();
    for (kind, room, post, mut fields, lists) in [
        (
            "reflection",
            "reflections",
            "/api/reflections/answer",
            answer,
            vec![
                "/series/ordinary-days/the-hard-hour".to_owned(),
                format!("/prompts/{prompt}"),
            ],
        ),
        (
            "story",
            "stories",
            "/api/stories/share",
            story,
            vec!["/stories".to_owned()],
        ),
        (
            "shout_out",
            "shout-outs",
            "/api/shout-outs/post",
            thanks,
            vec!["/shout-outs".to_owned()],
        ),
        (
            "ritual",
            "rituals",
            "/api/rituals/post",
            ritual,
            vec!["/rituals".to_owned()],
        ),
    ] {
        let edit = fields.clone();
        let prompt = prompt.clone();
        if kind == "reflection" {
            fields.push(("prompt", prompt.leak()));
        }
        let id = id_in(&ana.send(post, &fields).await.is(200).json());
        let query = match kind {
            "ritual" | "shout_out" => ["under", "after", "reply", "edit", "delete", "kept"]
                .map(|name| format!("&query[{name}]="))
                .concat(),
            _ => String::new(),
        };
        shares.push(Shared {
            subject: format!("{kind}-{id}").parse().expect("a subject"),
            page: format!("/{room}/{id}"),
            lists,
            read: format!("/api/{room}/read?id={id}{query}"),
            edit: (
                match kind {
                    "reflection" => "/api/reflections/edit",
                    "story" => "/api/stories/edit",
                    "shout_out" => "/api/shout-outs/edit",
                    _ => "/api/rituals/edit",
                },
                edit,
            ),
            delete: match kind {
                "reflection" => "/api/reflections/delete",
                "story" => "/api/stories/delete",
                "shout_out" => "/api/shout-outs/take-down",
                _ => "/api/rituals/remove",
            },
        });
    }
    Scene { app, ana, shares }
}

impl Scene {
    async fn set(&self, share: &Shared, standing: Standing) {
        let mut unit = self.app.begin().await;
        unit.set_standing(share.subject, standing)
            .await
            .expect("set");
        unit.commit().await.expect("kept");
        self.later();
    }

    /// The same form is not taken for the one that was sent before.
    fn later(&self) {
        self.app.pass(Timestamp::HOUR);
    }

    async fn with(&self, handle: &str, role: Role) -> Browser {
        let roles = Roles::default().with(role);
        self.app.member_with(handle, roles).await.browser
    }
}

#[tokio::test]
async fn what_is_held_or_hidden_is_unknown_to_others() {
    let scene = scene().await;
    let mut author = scene.ana.browser.clone();
    let mut others = [
        scene.app.guest().browser,
        scene.app.member("ben").await.browser,
        scene.with("edda", Role::Editor).await,
        scene.with("pia", Role::PeerSupporter).await,
    ];
    let mut keepers = [
        scene.with("mod", Role::Moderator).await,
        scene.with("hanna", Role::Host).await,
    ];
    for share in &scene.shares {
        for browser in &mut others {
            browser.get(&share.page).await.is(200).says(WORDS);
            browser.fetch(&share.read).await.is(200);
            for list in share.lists.iter().map(String::as_str).chain(["/"]) {
                browser.get(list).await.is(200).says(WORDS);
            }
        }
        for standing in [Standing::Held, Standing::Hidden] {
            scene.set(share, standing).await;
            for browser in &mut others {
                browser
                    .get(&share.page)
                    .await
                    .is(404)
                    .keeps_silent_about(WORDS);
                browser
                    .fetch(&share.read)
                    .await
                    .is(404)
                    .keeps_silent_about(WORDS);
            }
            let everyone = others.iter_mut().chain(&mut keepers);
            for browser in everyone.chain([&mut author]) {
                for list in share.lists.iter().map(String::as_str).chain(["/"]) {
                    let page = browser.get(list).await;
                    let shown = page.words().matches(WORDS).count();
                    let rest = scene.shares.len() - 1;
                    let expected = if list == "/" { rest } else { 0 };
                    assert_eq!(shown, expected, "{standing:?} on {list}");
                }
            }
            let says = match standing {
                Standing::Held => "Someone reads this first",
                _ => "took this out of sight",
            };
            author.get(&share.page).await.is(200).says(WORDS).says(says);
            for keeper in &mut keepers {
                keeper
                    .get(&share.page)
                    .await
                    .is(200)
                    .says(WORDS)
                    .says("those who keep the house see it")
                    .keeps_silent_about("ana");
            }
        }
        scene.set(share, Standing::Published).await;
    }
}

#[tokio::test]
async fn nothing_is_added_to_what_not_everyone_sees() {
    let scene = scene().await;
    let mut ben = scene.app.member("ben").await;
    let mut ana = scene.ana.browser.clone();
    for share in &scene.shares {
        let subject = share.subject.to_string();
        let page = share.page.as_str();
        let comment = [("page", page), ("subject", &subject), ("body", "With you.")];
        let said = ben.send("/api/comments/post", &comment).await;
        let said = said.is(200).json()["comment"]["id"].clone();
        let said = said.as_str().expect("an id");
        for standing in [Standing::Held, Standing::Hidden] {
            scene.set(share, standing).await;
            for who in [&mut ben.browser, &mut ana] {
                let answer = who.send("/api/comments/post", &comment).await;
                answer.is(404);
                let kind = [("page", page), ("subject", &subject), ("kind", "with_you")];
                who.send("/api/support/give", &kind).await.is(404);
                who.get(&format!("/comments/{said}")).await.is(404);
            }
            ana.get(page)
                .await
                .says("With you.")
                .says("takes no more comments")
                .keeps_silent_about("Your comment");
        }
        // Whoever said something can take it back all the same.
        let back = [("page", "/"), ("id", said)];
        ben.send("/api/comments/take-back", &back).await.is(200);
        scene.set(share, Standing::Published).await;
    }
}

#[tokio::test]
async fn its_author_changes_what_waits_and_deletes_what_is_hidden() {
    let scene = scene().await;
    let mut ana = scene.ana.browser.clone();
    let mut ben = scene.app.member("ben").await.browser;
    let mut keeper = scene.with("mod", Role::Moderator).await;
    for share in &scene.shares {
        let id = share.subject.id.simple().to_string();
        let (edit, fields) = &share.edit;
        let fields = [&[("page", "/"), ("id", id.as_str())], fields.as_slice()].concat();
        let delete = [("page", "/"), ("id", id.as_str())];
        for (standing, own) in [(Standing::Held, 200), (Standing::Hidden, 409)] {
            scene.set(share, standing).await;
            ana.send(edit, &fields).await.is(own);
            for other in [&mut ben, &mut keeper] {
                other.send(edit, &fields).await.is(404);
                other.send(share.delete, &delete).await.is(404);
            }
        }
        let page = ana.get(&share.page).await;
        page.says("Delete").keeps_silent_about(">Edit<");
        ana.send(share.delete, &delete).await.is(200);
        ana.get(&share.page).await.is(404);
    }
}

#[tokio::test]
async fn a_locked_thread_is_read_and_not_added_to() {
    let scene = scene().await;
    let mut ben = scene.app.member("ben").await;
    let share = &scene.shares[1];
    let subject = share.subject.to_string();
    let comment = [
        ("page", share.page.as_str()),
        ("subject", &subject),
        ("body", "With you."),
    ];
    ben.send("/api/comments/post", &comment).await.is(200);
    let mut unit = scene.app.begin().await;
    unit.lock_thread(share.subject, true).await.expect("locked");
    unit.commit().await.expect("kept");
    scene.later();
    ben.get(&share.page)
        .await
        .says("With you.")
        .says("This thread takes no more comments.")
        .keeps_silent_about("Your comment")
        .keeps_silent_about("reply=");
    ben.send("/api/comments/post", &comment).await.is(409);
    // Without script the words are kept.
    let again = [
        ("page", share.page.as_str()),
        ("subject", &subject),
        ("body", "Another word."),
    ];
    let page = ben.post_form("/api/comments/post", &again).await;
    page.says("This thread takes no more comments.");
    let form = format!("comments.{subject}.root");
    let kept = page.field(&form, "body");
    assert_eq!(kept.as_deref(), Some("Another word."));
    let mut reader = scene.app.house.store.read().await.expect("a reader");
    let count = reader.comment_count(share.subject).await.expect("a count");
    assert_eq!(count, 1);
}
