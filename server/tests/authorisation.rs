//! Who may do and see what: every row of `authorisation.txt`, sent as everyone.
//!
//! The table is written by hand. Here is only how a row becomes a request, and
//! how what it is about is made: whoever adds an address adds its rows, and
//! whoever adds a kind of thing adds an arm to [`Scene::make`].

use crate::support::{Answer, Browser, TestApp, TestMember, values};
use domain::{
    accounts::{self, MemberState},
    actor::{Role, Roles},
    articles::{ArticleToInsert, PromptToPut, SeriesToInsert},
    clock::Timestamp,
    ids::{ArticleId, MemberId, PromptId, SeriesId},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// The columns of the table.
pub const PEOPLE: [&str; 7] = [
    "guest",
    "own",
    "member",
    "peer supporter",
    "moderator",
    "editor",
    "host",
];

const FORM: &str = "application/x-www-form-urlencoded";
const RITUAL: &str = "kind=shared_meal&title=Soup&body=Bring+a+bowl.&when=2026-09-24T18:30\
                      &zone=Europe/London&place=The+hall&link=";
const ARTICLE: &str = "series=Kitchen+table&week=7&title=The+hard+hour&summary=&body=Nearly+everyone.\
                       &prompts=When+is+yours%3F&publication=now&when=&zone=UTC";
const THREAD: &str =
    "query[after]=&query[under]=&query[reply]=&query[edit]=&query[delete]=&query[kept]=";

pub struct Row {
    pub expected: [char; PEOPLE.len()],
    /// `PAGE`, `GET` or `POST`.
    pub kind: String,
    pub address: String,
    pub fields: String,
    pub text: String,
}

impl Row {
    pub fn read(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let mut word = || {
            words
                .next()
                .unwrap_or_else(|| panic!("{text:?} is cut short"))
        };
        let expected = [(); PEOPLE.len()].map(|()| {
            let letter = word();
            let mut letters = letter.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) if "yYrspnuc".contains(letter) => letter,
                _ => panic!("{letter:?} in {text:?} is none of the letters"),
            }
        });
        let (kind, address) = (word().to_owned(), word().to_owned());
        Self {
            expected,
            kind,
            address,
            fields: words.next().unwrap_or_default().to_owned(),
            text: text.to_owned(),
        }
    }
}

pub fn rows() -> Vec<Row> {
    file("authorisation.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(Row::read)
        .collect()
}

fn file(name: &str) -> String {
    let path = format!("{}/tests/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Addresses without a row, and rows without an address.
pub fn strangers() -> [Vec<String>; 2] {
    let (functions, pages) = (file("addresses.txt"), file("pages.txt"));
    let on_file: BTreeSet<String> = functions
        .lines()
        .map(str::to_owned)
        .chain(pages.lines().map(|page| format!("PAGE {page}")))
        .collect();
    let in_table: BTreeSet<String> = rows()
        .iter()
        .map(|row| match row.kind.as_str() {
            "PAGE" => {
                let path = row.address.split('?').next().unwrap_or_default();
                format!("PAGE {}", pattern(path, &pages).unwrap_or(path))
            }
            kind => format!("{kind} {}", row.address),
        })
        .collect();
    let apart = |one: &BTreeSet<String>, other| one.difference(other).cloned().collect();
    [apart(&on_file, &in_table), apart(&in_table, &on_file)]
}

/// The page of the router that a path belongs to: of those that fit, the one
/// with the most words in common.
fn pattern<'p>(path: &str, pages: &'p str) -> Option<&'p str> {
    let path: Vec<&str> = path.split('/').collect();
    let common = |page: &str| {
        let page: Vec<&str> = page.split('/').collect();
        let fits = page.len() == path.len()
            && page
                .iter()
                .zip(&path)
                .all(|(ours, word)| ours == word || ours.starts_with('{'));
        let equal = page.iter().zip(&path).filter(|(ours, word)| ours == word);
        fits.then(|| equal.count())
    };
    pages
        .lines()
        .filter_map(|page| Some((common(page)?, page)))
        .max()
        .map(|(_, page)| page)
}

#[test]
fn a_path_belongs_to_the_page_that_says_most_of_it() {
    let pages = "/\n/stories\n/stories/new\n/stories/{id}\n/stories/{id}/edit\n";
    for (path, page) in [
        ("/", Some("/")),
        ("/stories/new", Some("/stories/new")),
        ("/stories/{story}", Some("/stories/{id}")),
        ("/stories/{story}/edit", Some("/stories/{id}/edit")),
        ("/stories/{story}/other", None),
    ] {
        assert_eq!(pattern(path, pages), page, "{path}");
    }
}

/// What a row is about, made for one request, and whose it is.
pub struct Scene<'a> {
    app: &'a TestApp,
    owner: Browser,
    /// What was made so far, by its name in the table.
    made: BTreeMap<String, String>,
    /// What nobody but its owner may see, unless the table says so.
    pub private: Vec<String>,
    member: TestMember,
}

impl<'a> Scene<'a> {
    pub async fn new(app: &'a TestApp) -> Self {
        let member = newcomer(app, Roles::default()).await;
        Self {
            app,
            owner: member.browser.clone(),
            made: BTreeMap::new(),
            private: Vec::new(),
            member,
        }
    }

    /// Puts what was made in the place of each name in braces.
    pub async fn fill(&mut self, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("a name in braces");
            let value = match self.made.get(name) {
                Some(value) => value.clone(),
                None => Box::pin(self.make(name)).await,
            };
            self.made.insert(name.to_owned(), value.clone());
            filled.push_str(before);
            filled.push_str(&value);
            rest = after;
        }
        filled + rest
    }

    async fn make(&mut self, name: &str) -> String {
        match name {
            "proven" => String::new(),
            "thread" => THREAD.to_owned(),
            "ritual_form" => RITUAL.to_owned(),
            "article_form" => ARTICLE.to_owned(),
            "handle" => self.member.member.handle.clone(),
            "new_handle" => handle(self.app),
            "reset_secret" => self.reset_link().await,
            "recovery_code" => self.recovery_code().await,
            "device" => self.device().await,
            "passkey" => self.passkey().await,
            "away" => self.away().await,
            "waiting_member" => self.waiting_member().await.to_string(),
            "series" | "series_id" | "article" | "article_id" | "prompt" => {
                self.article(name, Some(self.app.now())).await
            }
            "scheduled_article" => {
                let later = self.app.now().plus(Timestamp::DAY);
                self.article("article", Some(later)).await
            }
            "draft_article" => self.article("article", None).await,
            "draft_article_id" => self.article("article_id", None).await,
            "unpublished_prompt" => self.article("prompt", None).await,
            "unpublished_series" => self.article("series", None).await,
            "story" => self.share("stories/share", "title=A+day", "id").await,
            "supported_story" => self.supported_story().await,
            "reflection" => {
                let prompt = self.fill("prompt={prompt}").await;
                self.share("reflections/answer", &prompt, "reflection/id")
                    .await
            }
            "shout_out" => {
                self.share("shout-outs/post", "to=The+crew", "shout_out/id")
                    .await
            }
            "ritual" => self.share("rituals/post", RITUAL, "id").await,
            "notification" => self.notification("id").await,
            "newest" => self.notification("seen").await,
            "house_version" => self.house_version().await,
            "thanks_to_own" => self.thanks_to_own().await,
            "comment" => {
                let story = self.fill("subject=story-{story}").await;
                self.share("comments/post", &story, "comment/id").await
            }
            "held_comment" => self.held_comment().await,
            "seen_held_comment" => self.seen("comment-{held_comment}").await,
            "seen_story" => {
                let anonymous = self.made.get("anonymous_story").cloned();
                match anonymous {
                    Some(story) => self.app.seen(&format!("story-{story}")).await,
                    None => self.seen("story-{story}").await,
                }
            }
            "decision" => self.decided("warn").await,
            "suspension" => self.decided("suspend_7").await,
            "ban" => self.decided("ban").await,
            "appealed" => {
                let decision = self.decided("warn").await;
                let fields = format!("id={decision}&body=Please+look+again.");
                sent(&mut self.owner, "moderation/appeal", &fields).await;
                decision
            }
            "another_host" => {
                newcomer(self.app, Roles::default().with(Role::Host)).await;
                String::new()
            }
            "asked_who" => {
                let story = self.fill("thing=story-{anonymous_story}").await;
                self.fill("{another_host}").await;
                let mut host = self.person("host").await;
                prove(&mut host).await;
                let fields = format!("{story}&reason=In+danger");
                sent(&mut host, "moderation/ask-who", &fields).await;
                String::new()
            }
            "story_with_held_comment" => {
                self.fill("{held_comment}").await;
                self.made["story"].clone()
            }
            "call" | "code" | "public_call" | "public_code" | "closed_call" => {
                self.call(name).await
            }
            "supporter" => {
                let roles = Roles::default().with(Role::PeerSupporter);
                newcomer(self.app, roles).await.member.handle
            }
            "held_reply" => self.held_reply().await,
            "shift" => self.shift().await,
            "kept_story" => {
                self.private.push("Not for others yet".to_owned());
                let fields = "form=stories.new&fields=body%3DNot+for+others+yet";
                sent(&mut self.owner, "drafts/keep", fields).await;
                String::new()
            }
            other => match other.strip_prefix("anonymous_") {
                Some(share) => {
                    self.private = vec![
                        self.member.member.handle.clone(),
                        self.member.member.id.to_string(),
                    ];
                    self.made.insert("voice".to_owned(), "anonymous".to_owned());
                    Box::pin(self.make(share)).await
                }
                None => panic!("{other} is not known: add it to Scene::make"),
            },
        }
    }

    /// Something that the owner shares; its id is at `path` in the answer.
    async fn share(&mut self, address: &str, fields: &str, path: &str) -> String {
        let voice = self.made.get("voice").map_or("handle", String::as_str);
        let body = match fields.contains("&body=") {
            true => "",
            false => "&body=Words+of+mine.",
        };
        let fields = format!("{fields}{body}&voice={voice}");
        let answer = sent(&mut self.owner, address, &fields).await;
        id_at(&answer, path)
    }

    /// What a guest wrote under somebody's story, and nobody has read.
    async fn held_comment(&mut self) -> String {
        let story = self.fill("{story}").await;
        self.owner = visitor(self.app).await;
        self.private.push("For the keepers first".to_owned());
        let fields = format!("subject=story-{story}&body=For+the+keepers+first");
        id_at(
            &sent(&mut self.owner, "comments/post", &fields).await,
            "comment/id",
        )
    }

    /// What someone who decides about a thing has read.
    async fn seen(&mut self, thing: &str) -> String {
        let thing = Box::pin(self.fill(thing)).await;
        self.app.seen(&thing).await
    }

    /// What a moderator decides about the owner's story.
    async fn decided(&mut self, ruling: &str) -> String {
        let story = Box::pin(self.fill("story-{story}")).await;
        let seen = self.app.seen(&story).await;
        let mut moderator = self.person("moderator").await;
        self.private.push("For its author".to_owned());
        let fields = format!("thing={story}&seen={seen}&kind={ruling}&reason=For+its+author");
        sent(&mut moderator, "moderation/decide", &fields).await;
        self.app.last_decision(&story).await
    }

    /// Somebody else's, under which the owner has left a kind reaction.
    async fn supported_story(&mut self) -> String {
        let mut teller = newcomer(self.app, Roles::default()).await.browser;
        let fields = "title=A+day&body=Words+of+theirs.&voice=handle";
        let story = id_at(&sent(&mut teller, "stories/share", fields).await, "id");
        let fields = format!("subject=story-{story}&kind=with_you");
        sent(&mut self.owner, "support/give", &fields).await;
        story
    }

    /// The version of the house's rules, which a host has written anew.
    async fn house_version(&self) -> String {
        let mut host = self.person("host").await;
        let fields = "name=rules&over=on&body=Be+kind.&reason=Shorter";
        sent(&mut host, "house/revise", fields).await;
        let open = "/api/house/open?name=rules&saved=false&kept=";
        let seen = &host.fetch(open).await.is(200).json()["seen"];
        seen.as_str().expect("a version").to_owned()
    }

    /// What the owner is told, because somebody has thanked them: its id, or which
    /// state of it is the newest.
    async fn notification(&mut self, asked: &str) -> String {
        self.fill("{thanks_to_own}").await;
        let list = "/api/notifications/list?after=&kept=";
        let told = self.owner.fetch(list).await;
        let line = &told.is(200).json()["lines"][0];
        let id = line["id"].as_str().expect("a line").to_owned();
        self.private.push(id.clone());
        match asked {
            "id" => id,
            _ => line["seen"].to_string(),
        }
    }

    /// Somebody else's shout-out that names the owner.
    async fn thanks_to_own(&self) -> String {
        let mut giver = newcomer(self.app, Roles::default()).await.browser;
        let handle = &self.member.member.handle;
        let fields = format!("to=@{handle}&body=Thank+you.&voice=handle");
        let answer = sent(&mut giver, "shout-outs/post", &fields).await;
        id_at(&answer, "shout_out/id")
    }

    async fn article(&mut self, asked: &str, published_at: Option<Timestamp>) -> String {
        let chance = self.app.chance();
        let slug = handle(self.app);
        let is_public = published_at.is_some_and(|at| at <= self.app.now());
        let known = match (is_public, self.made.get("series")) {
            (false, Some(_)) if asked == "article" => self.made.get("series_id").cloned(),
            _ => None,
        };
        let series = match &known {
            Some(id) => id.parse().expect("an id"),
            None => SeriesId::random(chance),
        };
        let (id, prompt) = (ArticleId::random(chance), PromptId::random(chance));
        let title = if is_public {
            "The hard hour"
        } else {
            "Not ready for anyone"
        };
        let article = ArticleToInsert {
            id,
            series,
            slug: slug.clone(),
            week: None,
            title: title.to_owned(),
            summary: String::new(),
            body: title.to_owned(),
            html: format!("<p>{title}</p>"),
            published_at,
            created_at: self.app.now(),
            updated_at: self.app.now(),
            editor: None,
            source: None,
            categories: Vec::new(),
            prompts: vec![PromptToPut {
                id: prompt,
                text: "When is yours?".to_owned(),
            }],
        };
        let mut unit = self.app.begin().await;
        if known.is_none() {
            let series = SeriesToInsert {
                id: series,
                slug: slug.clone(),
                title: format!("Series {slug}"),
                summary: String::new(),
                created_at: self.app.now(),
            };
            unit.insert_series(&series).await.expect("a series");
        }
        unit.insert_article(&article).await.expect("an article");
        unit.commit().await.expect("kept");
        if is_public {
            for (name, value) in [
                ("series", slug.clone()),
                ("series_id", series.to_string()),
                ("article", slug.clone()),
                ("article_id", id.to_string()),
                ("prompt", prompt.to_string()),
            ] {
                self.made.insert(name.to_owned(), value);
            }
        } else {
            self.private.push(title.to_owned());
        }
        match asked {
            "series" | "article" => slug,
            "series_id" => series.to_string(),
            "article_id" => id.to_string(),
            _ => prompt.to_string(),
        }
    }

    /// What the owner asks: its id, or its code.
    async fn call(&mut self, asked: &str) -> String {
        let (audience, words) = match asked {
            "public_call" | "public_code" => ("everyone", "For+whoever+reads"),
            _ => {
                self.private.push("For the desk alone".to_owned());
                ("supporters", "For+the+desk+alone")
            }
        };
        let fields = format!("body={words}&audience={audience}");
        let answer = sent(&mut self.owner, "care/ask", &fields).await;
        let to = answer.json()["to"].as_str().expect("a way").to_owned();
        let code = to.strip_prefix("/help/").expect("a code").to_owned();
        if asked == "closed_call" {
            sent(&mut self.owner, "care/helped", &format!("secret={code}")).await;
        }
        if asked == "code" || asked == "public_code" {
            return code;
        }
        let mut reader = self.app.house.store.read().await.expect("a reader");
        let calls = reader.calls_of(self.member.member.id, 1).await;
        calls.expect("calls")[0].id.to_string()
    }

    /// Hours of somebody else who answers calls.
    async fn shift(&mut self) -> String {
        let roles = Roles::default().with(Role::PeerSupporter);
        let mut desk = newcomer(self.app, roles).await;
        let fields = "kind=sunday&from=09:00&until=11:00&zone=UTC";
        sent(&mut desk.browser, "care/on-duty", fields).await;
        let mut reader = self.app.house.store.read().await.expect("a reader");
        let shifts = reader.shifts_of(desk.member.id).await.expect("hours");
        shifts[0].id.to_string()
    }

    /// What the owner replied to somebody who asked everyone, and nobody has
    /// read.
    async fn held_reply(&mut self) -> String {
        let mut asker = newcomer(self.app, Roles::default()).await;
        let fields = "body=Is+anybody+there&audience=everyone";
        sent(&mut asker.browser, "care/ask", fields).await;
        let mut reader = self.app.house.store.read().await.expect("a reader");
        let calls = reader.calls_of(asker.member.id, 1).await.expect("calls");
        let fields = format!("id={}&seen=1&body=I+am&voice=handle", calls[0].id);
        sent(&mut self.owner, "care/reply", &fields).await;
        let mut entries = reader.entries(calls[0].id, None, 1).await.expect("entries");
        entries.pop().expect("the reply").id.to_string()
    }

    async fn reset_link(&self) -> String {
        let mut unit = self.app.begin().await;
        let whose = &self.member.member.handle;
        let made = accounts::make_reset_link(&mut *unit, self.app.chance(), self.app.now(), whose);
        let secret = made.await.expect("a link");
        unit.commit().await.expect("kept");
        secret
    }

    async fn recovery_code(&mut self) -> String {
        prove(&mut self.owner).await;
        sent(&mut self.owner, "accounts/renew-codes", "").await;
        let codes = self.owner.fetch("/api/accounts/codes?next=").await;
        let code = codes.is(200).json()["codes"][0].as_str().map(str::to_owned);
        code.expect("a code")
    }

    /// Another device of the owner.
    async fn device(&mut self) -> String {
        self.app.session(self.member.member.id).await;
        let me = self.owner.fetch("/api/accounts/me?kept=").await;
        let me = me.is(200).json();
        let devices = me["devices"].as_array().expect("devices");
        let other = devices.iter().find(|device| device["is_this"] == false);
        let id = other.expect("another device")["id"]
            .as_str()
            .expect("an id");
        self.private.push(id.to_owned());
        id.to_owned()
    }

    /// A passkey of the owner, who has a password too.
    async fn passkey(&mut self) -> String {
        let passkey = self.app.passkey(self.member.member.id).await;
        self.private.extend([passkey.id.to_string(), passkey.name]);
        passkey.id.to_string()
    }

    /// The owner has muted somebody: that line of their list.
    async fn away(&mut self) -> String {
        let mut teller = newcomer(self.app, Roles::default()).await.browser;
        let fields = "title=A+day&body=Words+of+theirs.&voice=handle";
        let story = id_at(&sent(&mut teller, "stories/share", fields).await, "id");
        let fields = format!("thing=story-{story}&distance=mute");
        sent(&mut self.owner, "people/keep-away", &fields).await;
        let list = self.owner.fetch("/api/people/list?after=").await;
        let id = id_at(&list, "people/0/id");
        self.private.push(id.clone());
        id
    }

    async fn waiting_member(&self) -> MemberId {
        let id = newcomer(self.app, Roles::default()).await.member.id;
        let mut unit = self.app.begin().await;
        unit.set_member_state(id, MemberState::Waiting)
            .await
            .expect("a state");
        unit.commit().await.expect("kept");
        id
    }

    /// The browser of one of the people.
    pub async fn person(&self, name: &str) -> Browser {
        let role = match name {
            "own" => return self.owner.clone(),
            "guest" => return visitor(self.app).await,
            "member" => None,
            "peer supporter" => Some(Role::PeerSupporter),
            "moderator" => Some(Role::Moderator),
            "editor" => Some(Role::Editor),
            _ => Some(Role::Host),
        };
        let roles = role.map_or_else(Roles::default, |role| Roles::default().with(role));
        newcomer(self.app, roles).await.browser
    }
}

/// A handle that nobody has.
fn handle(app: &TestApp) -> String {
    let id = MemberId::random(app.chance()).to_string();
    format!("p{}", &id[id.len() - 12..])
}

async fn newcomer(app: &TestApp, roles: Roles) -> TestMember {
    app.member_with(&handle(app), roles).await
}

async fn visitor(app: &TestApp) -> Browser {
    let mut guest = app.guest();
    guest.get("/help").await.is(200);
    guest.browser
}

/// A member gives their password again; a guest has none.
async fn prove(browser: &mut Browser) {
    let password = "password=correct+horse+battery".to_owned();
    browser
        .send_body("/api/accounts/confirm", FORM, password)
        .await;
}

/// Sends a form as the hydrated page does; it works.
async fn sent(by: &mut Browser, address: &str, fields: &str) -> Answer {
    let answer = by
        .send_body(&format!("/api/{address}"), FORM, fields.to_owned())
        .await;
    answer.is(200);
    answer
}

fn id_at(answer: &Answer, path: &str) -> String {
    let json = answer.json();
    let id = json.pointer(&format!("/{path}")).and_then(|id| id.as_str());
    id.unwrap_or_else(|| panic!("no {path} in {}", answer.body))
        .replace('-', "")
}

/// The letter that an answer would have in the table.
pub fn letter(
    answer: &Answer,
    changed: bool,
    tells: bool,
    shows_only: bool,
) -> Result<char, String> {
    let status = answer.status.as_u16();
    let letter = match status {
        200..=399 if changed && shows_only => return Err("it changed something".to_owned()),
        200..=399 if changed || shows_only => 'y',
        200..=399 => 'r',
        401 if ["confirm_first", "/me/confirm"]
            .iter()
            .any(|it| answer.body.contains(it)) =>
        {
            'p'
        }
        401 => 's',
        403 => 'n',
        404 => 'u',
        409 | 422 => 'c',
        other => return Err(format!("{other}: {}", answer.body)),
    };
    match (letter, changed, tells) {
        ('y', _, true) => Ok('Y'),
        (_, _, true) => Err(format!(
            "{letter}, and it tells what is private: {}",
            answer.body
        )),
        ('y', ..) | (_, false, _) => Ok(letter),
        (_, true, _) => Err(format!("{letter}, and it changed something")),
    }
}

/// Sends one row as one person; the answer's letter.
async fn try_row(app: &TestApp, row: &Row, person: &str) -> Result<char, String> {
    let mut scene = Scene::new(app).await;
    let address = scene.fill(&row.address).await;
    let fields = scene.fill(&row.fields).await;
    let mut browser = scene.person(person).await;
    if row.fields.contains("{proven}") {
        prove(&mut browser).await;
    }
    // What a refused form brought is kept for the one who sent it.
    let all = || values(&app.database, &[]);
    let but_kept = || values(&app.database, &["drafts"]);
    let before = (all().await, but_kept().await);
    let answer = match row.kind.as_str() {
        "PAGE" => browser.get_without_following(&address).await,
        "GET" => browser.fetch(&format!("{address}?{fields}")).await,
        "POST" => browser.send_body(&address, FORM, fields).await,
        other => panic!("{other} is no kind of row"),
    };
    let changed = match answer.status.is_success() {
        true => all().await != before.0,
        false => but_kept().await != before.1,
    };
    let tells = scene.private.iter().any(|text| answer.body.contains(text));
    letter(&answer, changed, tells, row.kind != "POST")
}

/// An empty community at an address where browsers know passkeys.
pub async fn house() -> TestApp {
    TestApp::with(|settings| settings.base_url = "http://localhost:3000".to_owned()).await
}

/// Sends a row as everyone; what was not as expected.
async fn surprises(row: &Row) -> Vec<String> {
    let app = house().await;
    let mut found = Vec::new();
    for (person, expected) in PEOPLE.into_iter().zip(row.expected) {
        let seen = try_row(&app, row, person).await;
        if seen != Ok(expected) {
            let seen = seen.map_or_else(|why| why, String::from);
            found.push(format!("{person}: {expected}, but {seen}"));
        }
    }
    if found.is_empty() {
        found
    } else {
        vec![format!("{}\n    {}", row.text, found.join("\n    "))]
    }
}

#[tokio::test]
async fn everyone_is_answered_as_the_table_says() {
    let rows = rows();
    let mut found = Vec::new();
    for row in &rows {
        found.extend(surprises(row).await);
    }
    println!(
        "{} requests, {} rows with unexpected answers",
        rows.len() * PEOPLE.len(),
        found.len()
    );
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[tokio::test]
async fn what_the_table_does_not_promise_is_found() {
    for wrong in [
        // Somebody may not do what they do.
        "y y y y y y y  POST /api/stories/edit id={story}&title=A&body=B",
        // Something changes that should not.
        "r r r r r r r  POST /api/comments/post subject=story-{story}&body=Words",
        // Something private is told.
        "s s n n y n y  GET /api/moderation/queue after=&kept=&{held_comment}",
        "y y y y y y y  PAGE /stories/{anonymous_story}",
        // Something private is not told to those who need it.
        "u Y Y Y Y Y Y  PAGE /stories/{story}",
    ] {
        let found = surprises(&Row::read(wrong)).await;
        assert_eq!(found.len(), 1, "{wrong} was taken as true");
    }
}
