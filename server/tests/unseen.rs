//! Nobody learns who posted anonymously, nor in which minute anybody posted:
//! every page and every answer of a server function is looked through.

use crate::{
    authorisation::rows,
    support::{Answer, Browser, TestApp, TestMember},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    actor::{Role, Roles},
    articles::{ArticleToInsert, PromptToPut, SeriesToInsert},
    clock::Timestamp,
    ids::{ArticleId, PromptId, SeriesId},
};
use std::collections::BTreeMap;

/// The one who is to stay unknown.
const HANDLE: &str = "kestrel-canary";

/// Addresses of machines.
const MACHINES: [&str; 3] = ["/feed.atom", "/series/days/feed.atom", "/sitemap.xml"];

struct Scene {
    app: TestApp,
    /// What the names in braces stand for.
    names: BTreeMap<&'static str, String>,
    /// Moments at which somebody posted; those of the named one come first.
    moments: Vec<Timestamp>,
    of_others: usize,
    hidden: TestMember,
    named: TestMember,
}

impl Scene {
    fn filled(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.names {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// Somebody posts, at a moment that no other number can be taken for.
    async fn posts(
        &mut self,
        who: Who,
        address: &str,
        fields: &[(&str, &str)],
    ) -> serde_json::Value {
        self.app.pass(Timestamp::HOUR + 113_011);
        self.moments.push(self.app.now());
        let filled: Vec<(&str, String)> = fields
            .iter()
            .map(|(name, value)| (*name, self.filled(value)))
            .collect();
        let fields: Vec<(&str, &str)> = filled
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let who = match who {
            Who::Hidden => &mut self.hidden,
            Who::Named => &mut self.named,
        };
        who.send(address, &fields).await.is(200).json()
    }
}

#[derive(Clone, Copy)]
enum Who {
    Hidden,
    Named,
}

fn id(answer: &serde_json::Value) -> String {
    let id = ["comment", "reflection", "shout_out"]
        .iter()
        .find_map(|kind| answer.get(*kind))
        .unwrap_or(answer)["id"]
        .as_str();
    id.expect("an id").replace('-', "")
}

async fn article(app: &TestApp) -> (ArticleId, PromptId) {
    let chance = app.chance();
    let (series, article) = (SeriesId::random(chance), ArticleId::random(chance));
    let prompt = PromptId::random(chance);
    let mut unit = app.begin().await;
    unit.insert_series(&SeriesToInsert {
        id: series,
        slug: "days".into(),
        title: "Days".into(),
        summary: String::new(),
        created_at: app.now(),
    })
    .await
    .expect("a series");
    unit.set_current_series(series).await.expect("current");
    unit.insert_article(&ArticleToInsert {
        id: article,
        series,
        slug: "one".into(),
        week: Some(1),
        title: "One".into(),
        summary: String::new(),
        body: "Words.".into(),
        html: "<p>Words.</p>".into(),
        published_at: Some(app.now()),
        created_at: app.now(),
        updated_at: app.now(),
        editor: None,
        source: None,
        categories: Vec::new(),
        prompts: vec![PromptToPut {
            id: prompt,
            text: "What helps?".into(),
        }],
    })
    .await
    .expect("an article");
    unit.commit().await.expect("kept");
    (article, prompt)
}

/// Somebody posts one of each kind anonymously, and talks under all of it.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let hidden = app.member(HANDLE).await;
    let named = app.member("named").await;
    let (article, prompt) = article(&app).await;
    let thread =
        "query[after]=&query[under]=&query[reply]=&query[edit]=&query[delete]=&query[kept]=";
    let mut scene = Scene {
        app,
        names: BTreeMap::from([
            ("series", "days".to_owned()),
            ("article", "one".to_owned()),
            ("article_id", article.to_string()),
            ("prompt", prompt.to_string()),
            ("thread", thread.to_owned()),
            // What else makes a page somebody's own adds nothing here.
            ("device", String::new()),
            ("notification", String::new()),
            ("kept_story", String::new()),
        ]),
        moments: Vec::new(),
        of_others: 0,
        hidden,
        named,
    };
    // A few under a handle, so that lists have a second page.
    for number in 0..21 {
        let body = format!("Number {number}.");
        let story = [("title", body.as_str()), ("body", &body)];
        let posted = scene.posts(Who::Named, "/api/stories/share", &story).await;
        scene.names.insert("story", id(&posted));
        let answer = [("prompt", "{prompt}"), ("body", &body)];
        scene
            .posts(Who::Named, "/api/reflections/answer", &answer)
            .await;
        let thanks = [("to", "somebody"), ("body", &body)];
        scene
            .posts(Who::Named, "/api/shout-outs/post", &thanks)
            .await;
    }
    let fields = [("subject", "story-{story}"), ("body", "Said.")];
    let posted = scene.posts(Who::Named, "/api/comments/post", &fields).await;
    scene.names.insert("comment", id(&posted));
    scene.of_others = scene.moments.len();
    let voice = ("voice", "anonymous");
    for (name, address, fields) in [
        (
            "anonymous_story",
            "/api/stories/share",
            vec![("title", "A day"), ("body", "Told by nobody.")],
        ),
        (
            "anonymous_reflection",
            "/api/reflections/answer",
            vec![("prompt", "{prompt}"), ("body", "Answered by nobody.")],
        ),
        (
            "anonymous_shout_out",
            "/api/shout-outs/post",
            vec![("to", "@named"), ("body", "Thanked by nobody.")],
        ),
        (
            "anonymous_ritual",
            "/api/rituals/post",
            vec![
                ("kind", "shared_meal"),
                ("title", "Soup"),
                ("body", "Cooked by nobody."),
                ("when", "2026-09-24T18:30"),
                ("zone", "Europe/London"),
                ("place", "The hall"),
            ],
        ),
    ] {
        let mut fields = fields;
        fields.push(voice);
        let posted = scene.posts(Who::Hidden, address, &fields).await;
        scene.names.insert(name, id(&posted));
    }
    for subject in [
        "article-{article_id}",
        "story-{anonymous_story}",
        "reflection-{anonymous_reflection}",
        "shout_out-{anonymous_shout_out}",
        "ritual-{anonymous_ritual}",
        "story-{story}",
    ] {
        let fields = [("subject", subject), ("body", "Said by nobody."), voice];
        let posted = scene
            .posts(Who::Hidden, "/api/comments/post", &fields)
            .await;
        scene.names.insert("comment", id(&posted));
    }
    let support = [("subject", "story-{story}"), ("kind", "with_you")];
    scene
        .posts(Who::Hidden, "/api/support/give", &support)
        .await;
    // The clock goes on: what is now is no moment at which somebody posted.
    scene.app.pass(Timestamp::DAY + 7_013);
    scene
}

/// Every address that can be asked for: the rows of the table of who may see
/// what that are about something in the scene.
fn addresses(scene: &Scene) -> Vec<String> {
    let mut addresses: Vec<String> = MACHINES.map(str::to_owned).to_vec();
    for row in rows() {
        let address = match row.kind.as_str() {
            "POST" => continue,
            _ if row.fields.is_empty() => row.address,
            _ => format!("{}?{}", row.address, row.fields),
        };
        let filled = scene.filled(&address);
        if !filled.contains('{') {
            addresses.push(filled);
        }
    }
    assert!(addresses.len() > 50, "{addresses:#?}");
    addresses
}

/// Links to further pages of a list.
fn further(answer: &Answer) -> Vec<String> {
    let body = answer.body.replace("&amp;", "&");
    body.split('"')
        .filter(|link| link.starts_with('/') && link.contains("after="))
        .map(str::to_owned)
        .collect()
}

/// The spellings of a moment to the minute or finer.
fn spellings(at: Timestamp) -> Vec<String> {
    let exact = at.rfc3339();
    // A cursor that holds it begins so.
    let cursor = BASE64_URL_SAFE_NO_PAD.encode(at.0.to_be_bytes());
    vec![
        at.0.to_string(),
        (at.0 / 1000).to_string(),
        exact[..16].to_owned(),
        exact[11..16].to_owned(),
        cursor[..10].to_owned(),
    ]
}

fn everything(answer: &Answer) -> String {
    let mut text = answer.body.clone();
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        text.push_str(&format!("\n{name}: {value}"));
    }
    text
}

struct Walk<'s> {
    scene: &'s Scene,
    canaries: Vec<String>,
    found: Vec<String>,
    seen: usize,
}

impl Walk<'_> {
    async fn go(&mut self, who: &str, browser: &mut Browser) {
        let mut ahead = addresses(self.scene);
        let mut done = Vec::new();
        while let Some(address) = ahead.pop() {
            if done.contains(&address) {
                continue;
            }
            let answer = browser.get_without_following(&address).await;
            let status = answer.status.as_u16();
            assert!(status < 500 && status != 400, "{address}: {}", answer.body);
            self.seen += usize::from(status == 200);
            ahead.extend(further(&answer));
            let text = everything(&answer);
            for canary in &self.canaries {
                if let Some(at) = text.find(canary.as_str()) {
                    let around: String = text[..at].chars().rev().take(80).collect();
                    let around: String = around.chars().rev().collect();
                    self.found
                        .push(format!("{who}, {address}: {around}[{canary}]"));
                }
            }
            done.push(address);
        }
    }
}

#[tokio::test]
async fn nobody_learns_who_posted_anonymously_nor_when_anybody_did() {
    let scene = scene().await;
    let id = scene.hidden.member.id;
    let mut canaries = vec![
        HANDLE.to_owned(),
        id.to_string(),
        id.uuid().hyphenated().to_string(),
        BASE64_URL_SAFE_NO_PAD.encode(id.uuid().as_bytes()),
    ];
    canaries.extend(scene.moments.iter().copied().flat_map(spellings));
    let all = Role::ALL.into_iter().fold(Roles::default(), Roles::with);
    let mut guest = scene.app.guest().browser;
    let mut other = scene.app.member("other").await.browser;
    let mut keeper = scene.app.member_with("keeper", all).await.browser;
    let mut walk = Walk {
        scene: &scene,
        canaries,
        found: Vec::new(),
        seen: 0,
    };
    walk.go("a guest", &mut guest).await;
    walk.go("another member", &mut other).await;
    walk.go("who keeps the house", &mut keeper).await;
    // Whoever was thanked, answered and supported; their own minutes they may know.
    let mut named = scene.named.browser.clone();
    let own = scene.moments.iter().copied().take(scene.of_others);
    let own: Vec<String> = own.flat_map(spellings).collect();
    walk.canaries.retain(|canary| !own.contains(canary));
    walk.go("the named one", &mut named).await;
    assert!(walk.seen > 120, "only {} were seen", walk.seen);
    assert!(walk.found.is_empty(), "{:#?}", walk.found);
}

#[tokio::test]
async fn the_walk_finds_what_is_there() {
    let scene = scene().await;
    let mut hidden = scene.hidden.browser.clone();
    let mut walk = Walk {
        scene: &scene,
        canaries: vec![HANDLE.to_owned()],
        found: Vec::new(),
        seen: 0,
    };
    walk.go("who is hidden", &mut hidden).await;
    for own in ["/me", "/api/stories/blank?preview=false", "/stories/new"] {
        let told = walk
            .found
            .iter()
            .any(|found| found.contains(&format!(", {own}:")));
        assert!(told, "{own} greets nobody: {:#?}", walk.found);
    }
}
