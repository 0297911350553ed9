//! Taking everything along, and being erased.

use crate::support::{Answer, Browser, TestApp, TestDatabase, TestMember, command::chorus};
use domain::{
    actor::{Role, Roles},
    clock::Timestamp,
    privacy::{Erased, GRACE, MENTIONS, NAMELESS, Named, SPREAD, TakenAlong},
    tables::Value,
};
use server::{database::Engine, housekeeping};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
};
use zip::ZipArchive;

const ERASE: &str = "/api/privacy/erase";
const EXPORT: &str = "/api/privacy/export";
const FILE: &str = "/me/export/my-data.zip";
const SHARE: &str = "/api/stories/share";
const POST: &str = "/api/comments/post";
const GOOD: &str = "correct horse battery";

fn form<'a>(when: &'a str, stays: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("page", "/me/erase"), ("when", when)];
    fields.extend(stays.iter().map(|kind| (*kind, "on")));
    fields
}

/// Someone who has proven a moment ago who they are.
async fn proven(app: &TestApp, handle: &str, roles: Roles) -> TestMember {
    let mut member = app.member_with(handle, roles).await;
    member.confirms().await;
    member
}

/// Tells a story as the hydrated page does; answers with its page.
async fn tells(by: &mut TestMember, title: &str, body: &str, voice: &str) -> String {
    let fields = [("title", title), ("body", body), ("voice", voice)];
    let answer = by.send(SHARE, &fields).await;
    let id = answer.is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    format!("/stories/{id}")
}

async fn says(by: &mut Browser, page: &str, body: &str, voice: &str) {
    let subject = format!("story-{}", page.rsplit('/').next().expect("an id"));
    let fields = [
        ("page", page),
        ("subject", subject.as_str()),
        ("body", body),
        ("voice", voice),
    ];
    by.send(POST, &fields).await.is(200);
}

async fn signs_in(app: &TestApp, handle: &str) -> Answer {
    let fields = [("page", "/sign-in"), ("handle", handle), ("password", GOOD)];
    let mut browser = app.guest().browser;
    browser.send("/api/accounts/sign-in", &fields).await
}

async fn house_keeps_itself(app: &TestApp) {
    let done = housekeeping::do_what_is_due(&app.house, &app.app.pace).await;
    assert!(done.contains(&housekeeping::ERASING), "{done:?}");
}

/// The files in a zip, by name.
pub fn unpacked(answer: &Answer) -> BTreeMap<String, String> {
    let mut zip = ZipArchive::new(Cursor::new(answer.bytes.to_vec())).expect("a zip");
    let mut files = BTreeMap::new();
    for number in 0..zip.len() {
        let mut file = zip.by_index(number).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        files.insert(file.name().to_owned(), text);
    }
    files
}

#[tokio::test]
async fn someone_takes_everything_along_without_script() {
    let app = TestApp::new().await;
    let mut ben = app.member("ben").await;
    let theirs = tells(&mut ben, "Ben's <day>", "Words of Ben.", "handle").await;
    let mut ana = proven(&app, "ana", Roles::default()).await;
    tells(&mut ana, "The bench", "It was *raining*.", "handle").await;
    tells(&mut ana, "The hall", "Nobody knew.", "anonymous").await;
    says(&mut ana, &theirs, "I know that day.", "handle").await;
    let draft = [
        ("form", "stories.new"),
        ("fields", "title=Half&body=A+sentence"),
    ];
    ana.send("/api/drafts/keep", &draft).await.is(200);
    let me = ana.get("/me").await;
    me.says("Export my data");
    ana.get("/me/export")
        .await
        .is(200)
        .says("Everything that is kept about you");
    let file = ana.post_form(EXPORT, &[("page", "/me/export")]).await;
    assert_eq!(file.address, FILE);
    assert_eq!(file.is(200).header("content-type"), "application/zip");
    assert_eq!(file.header("cache-control"), "no-store");
    let name = file.header("content-disposition");
    assert_eq!(name, "attachment; filename=\"my-data.zip\"");
    let files = unpacked(&file);
    let page = &files["index.html"];
    for said in [
        "<b dir=\"auto\">ana</b>",
        "The bench",
        "<em>raining</em>",
        "Posted anonymously",
        "I know that day.",
        "Ben's &lt;day&gt;</a>",
        "body: A sentence",
        "Firefox on Linux",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for (name, text) in &files {
        assert!(!text.contains("Words of Ben."), "{name}");
        for elsewhere in ["http:", "https:", "//"] {
            let loads = [format!("src=\"{elsewhere}"), format!("url({elsewhere}")];
            assert!(!loads.iter().any(|load| text.contains(load)), "{name}");
        }
        if name.ends_with(".json") {
            let rows: serde_json::Value = serde_json::from_str(text).expect(name);
            assert!(rows.is_array(), "{name}");
        }
    }
    let stories: serde_json::Value =
        serde_json::from_str(&files["data/stories.json"]).expect("JSON");
    let mut titles: Vec<&str> = stories
        .as_array()
        .expect("a list")
        .iter()
        .map(|story| story["title"].as_str().expect("a title"))
        .collect();
    titles.sort_unstable();
    assert_eq!(titles, ["The bench", "The hall"]);
    assert_eq!(stories[0]["created_at"], "2025-01-06T12:00:00Z");
}

#[tokio::test]
async fn nobody_gets_what_is_somebody_elses() {
    let app = TestApp::new().await;
    let mut ana = proven(&app, "ana", Roles::default()).await;
    tells(&mut ana, "The bench", "Words of Ana.", "anonymous").await;
    let mut ben = proven(&app, "ben", Roles::default()).await;
    let sent = ben.send(EXPORT, &[("page", "/me/export")]).await;
    assert_eq!(sent.is(200).json()["to"], FILE);
    let files = unpacked(ben.get(FILE).await.is(200));
    assert!(files.values().all(|text| !text.contains("Words of Ana.")));
    let mut guest = app.guest();
    guest.get("/me/export").await.is(401);
    guest.send(EXPORT, &[("page", "/me/export")]).await.is(401);
    let nothing = guest.get_without_following(FILE).await;
    assert_eq!(nothing.is(303).header("location"), "/me/export");
    // What was proven does not count for ever, and the file is not kept.
    app.pass(Timestamp::HOUR);
    let nothing = ana.get_without_following(FILE).await;
    assert_eq!(nothing.is(303).header("location"), "/me/export");
    ana.send(EXPORT, &[("page", "/me/export")]).await.is(401);
}

/// Whatever names a member in the database is in the file, or has a reason.
#[tokio::test]
async fn every_row_that_names_someone_is_in_the_file() {
    let app = TestApp::new().await;
    let all = Role::ALL.into_iter().fold(Roles::default(), Roles::with);
    let mut ana = proven(&app, "ana", all).await;
    let page = tells(&mut ana, "The bench", "Words.", "handle").await;
    says(&mut ana, &page, "More words.", "handle").await;
    let mut ben = app.member("ben").await;
    let thanks = [("to", "@ana"), ("body", "Words of Ben.")];
    ben.send("/api/shout-outs/post", &thanks).await.is(200);
    ana.send("/api/moderation/invite", &[("page", "/moderation")])
        .await
        .is(200);
    let draft = [("form", "stories.new"), ("fields", "body=Half")];
    ana.send("/api/drafts/keep", &draft).await.is(200);
    let files = unpacked(ana.get(FILE).await.is(200));
    let id = ana.member.id;
    let mut named = BTreeMap::new();
    let mut snapshot = app.database.tables().snapshot().await.expect("a snapshot");
    for table in snapshot.tables().await.expect("tables") {
        for row in snapshot.rows(&table, None, 1_000).await.expect("rows") {
            for (column, value) in table.columns.iter().zip(&row) {
                if let Value::Text(text) = value
                    && text.contains(&id.to_string())
                {
                    let place = (table.name.clone(), column.name.clone());
                    *named.entry(place).or_insert(0) += 1;
                }
            }
        }
    }
    assert!(named.len() > 6, "{named:?}");
    for ((table, column), count) in named {
        // The session library's own words about a session that is listed.
        if (table.as_str(), column.as_str()) == ("sessions", "record") {
            continue;
        }
        let mention = MENTIONS
            .iter()
            .find(|mention| mention.table == table && mention.column == column)
            .unwrap_or_else(|| panic!("{table}.{column} names a member"));
        if let TakenAlong::Without(_) = mention.taken_along {
            let rows: serde_json::Value =
                serde_json::from_str(&files[&format!("data/{}.json", mention.file_name())])
                    .expect("JSON");
            assert_eq!(
                rows.as_array().map(Vec::len),
                Some(count),
                "{table}.{column}"
            );
        }
    }
    for (name, text) in &files {
        for secret in ["Words of Ben.", "$fast$", GOOD] {
            assert!(!text.contains(secret), "{secret} is in {name}");
        }
    }
}

/// A new table has to say what becomes of its rows, and a new column too.
#[tokio::test]
async fn every_table_says_what_becomes_of_its_rows() {
    /// What a column is called that names somebody.
    const NAMES: [&str; 11] = [
        "member",
        "guest",
        "author",
        "owner",
        "editor",
        "writer",
        "by_id",
        "_by",
        "handle",
        "supporter",
        "who",
    ];
    /// Columns that only sound so, or name a guest.
    const OTHERS: [(&str, &str); 6] = [
        ("calls", "guest_id"),
        ("comments", "guest_id"),
        ("decisions", "guest_id"),
        ("reports", "guest_id"),
        ("members", "handle"),
        ("retired_handles", "handle"),
    ];
    let home = TestDatabase::on(Engine::Sqlite).await;
    let database = home.open().await;
    let mut snapshot = database.tables().snapshot().await.expect("a snapshot");
    let tables = snapshot.tables().await.expect("tables");
    drop(snapshot);
    let mut said: BTreeSet<&str> = MENTIONS.iter().map(|mention| mention.table).collect();
    said.extend(NAMELESS.iter().map(|(table, _)| *table));
    let there: BTreeSet<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(
        said, there,
        "domain::privacy::MENTIONS or NAMELESS says what becomes of each table's rows"
    );
    let mut columns: BTreeSet<(String, String)> = BTreeSet::new();
    for table in &tables {
        for column in &table.columns {
            if NAMES.iter().any(|name| column.name.contains(name)) {
                columns.insert((table.name.clone(), column.name.clone()));
            }
        }
    }
    let file = store_sqlite::file_of(home.url()).expect("a file");
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await.expect("the file");
    let pointing: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT t.name, k.\"from\", k.on_delete FROM sqlite_schema t \
         JOIN pragma_foreign_key_list(t.name) k \
         WHERE t.type = 'table' AND k.\"table\" = 'members'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the keys");
    connection.close().await.expect("closed");
    assert!(pointing.len() > 8, "{pointing:?}");
    for (table, column, on_delete) in pointing {
        let mention = MENTIONS
            .iter()
            .find(|mention| mention.table == table && mention.column == column);
        let mention = mention.unwrap_or_else(|| panic!("{table}.{column} points at members"));
        let expected = match mention.erased {
            Erased::Gone => "CASCADE",
            Erased::Nameless | Erased::Chosen(_) => "SET NULL",
            Erased::Not(_) => panic!("{table}.{column} cannot stay: it points at members"),
        };
        assert_eq!(on_delete, expected, "{table}.{column}");
        assert_eq!(mention.named, Named::ById);
    }
    for (table, column) in &columns {
        let known = MENTIONS
            .iter()
            .any(|mention| mention.table == table && mention.column == column)
            || OTHERS.contains(&(table.as_str(), column.as_str()));
        assert!(known, "{table}.{column} sounds as if it named somebody");
    }
    for mention in MENTIONS {
        let table = tables.iter().find(|table| table.name == mention.table);
        let columns = &table.expect("the table is there").columns;
        let has = |name: &str| columns.iter().any(|column| column.name == name);
        assert!(has(mention.column), "{}.{}", mention.table, mention.column);
        if let TakenAlong::Without(left_out) = mention.taken_along {
            for column in left_out {
                assert!(has(column), "{}.{column} is left out", mention.table);
            }
        }
    }
    let last = MENTIONS.last().expect("the account");
    assert_eq!((last.table, last.column), ("members", "id"));
    database.close().await;
}

#[tokio::test]
async fn someone_is_erased_at_once_without_script() {
    let app = TestApp::new().await;
    let mut ben = app.member("ben").await;
    let theirs = tells(&mut ben, "Ben's day", "Words of Ben.", "handle").await;
    let mut ana = proven(&app, "ana", Roles::default()).await;
    let goes = tells(&mut ana, "The bench", "It was raining.", "handle").await;
    says(&mut ana, &theirs, "I know that day.", "handle").await;
    ana.get("/me").await.says("Erase me");
    let sheet = ana.get("/me/erase").await;
    sheet.is(200).says("What may stay").says("In 14 days");
    let farewell = ana.post_form(ERASE, &form("now", &["comments"])).await;
    assert_eq!(farewell.address, "/farewell?at=once");
    farewell.is(200).says("Your account is erased.");
    ana.get("/me").await.says("You are here as a guest.");
    let mut guest = app.guest();
    guest.get(&goes).await.is(404);
    guest
        .get(&theirs)
        .await
        .says("I know that day.")
        .says("A former member");
    signs_in(&app, "ana").await.is(401);
    // The second time there is nobody.
    ana.send(ERASE, &form("now", &[])).await.is(401);
}

#[tokio::test]
async fn someone_has_fourteen_days_to_stay() {
    let app = TestApp::new().await;
    let mut ana = proven(&app, "ana", Roles::default()).await;
    let story = tells(&mut ana, "The bench", "It was raining.", "handle").await;
    let mut phone = ana.browser.clone();
    phone.cookies.insert(
        app.session_cookie().to_owned(),
        app.session(ana.member.id).await,
    );
    let farewell = ana.post_form(ERASE, &form("later", &["stories"])).await;
    assert_eq!(farewell.address, "/farewell");
    farewell.says("In 14 days your account is erased.");
    for browser in [&mut ana.browser, &mut phone] {
        browser.get("/me").await.says("You are here as a guest.");
    }
    app.pass(GRACE - Timestamp::HOUR);
    house_keeps_itself(&app).await;
    app.guest().get(&story).await.says("ana");
    signs_in(&app, "ana").await.is(200);
    app.pass(2 * Timestamp::HOUR);
    house_keeps_itself(&app).await;
    let mut back = app.guest().browser;
    back.cookies.insert(
        app.session_cookie().to_owned(),
        app.session(ana.member.id).await,
    );
    back.get("/me/erase")
        .await
        .is(200)
        .says("Signing in has called it off: your account stays.");
    // Asked again, and not called off.
    back.send(
        "/api/accounts/confirm",
        &[("page", "/me/confirm"), ("password", GOOD)],
    )
    .await
    .is(200);
    back.send(ERASE, &form("later", &["stories"])).await.is(200);
    app.pass(GRACE + Timestamp::MINUTE);
    signs_in(&app, "ana").await.is(401);
    house_keeps_itself(&app).await;
    app.guest()
        .get(&story)
        .await
        .is(200)
        .says("A former member")
        .keeps_silent_about("ana\"");
}

#[tokio::test]
async fn what_was_anonymous_goes_later_and_one_by_one() {
    let app = TestApp::new().await;
    let mut ana = proven(&app, "ana", Roles::default()).await;
    let named = tells(&mut ana, "The bench", "It was raining.", "handle").await;
    let mut hidden = Vec::new();
    for number in 0..4 {
        hidden.push(tells(&mut ana, &format!("Hush {number}"), "Words.", "anonymous").await);
    }
    ana.send(ERASE, &form("now", &[])).await.is(200);
    let mut guest = app.guest();
    guest.get(&named).await.is(404);
    for page in &hidden {
        guest.get(page).await.is(200).says("Anonymously");
    }
    let mut counts = BTreeSet::new();
    for _ in 0..=28 {
        app.pass(SPREAD / 28);
        house_keeps_itself(&app).await;
        let list = app.guest().get("/stories").await;
        counts.insert(list.count("Hush"));
    }
    assert!(counts.len() > 2, "they went together: {counts:?}");
    assert_eq!(counts.first(), Some(&0));
}

#[tokio::test]
async fn an_unlocked_device_alone_erases_nobody() {
    let app = TestApp::new().await;
    let mut ana = proven(&app, "ana", Roles::default()).await;
    app.pass(Timestamp::HOUR);
    ana.send(ERASE, &form("now", &[])).await.is(401);
    let asked = ana.post_form(ERASE, &form("now", &["rituals"])).await;
    assert!(
        asked.address.starts_with("/me/confirm?"),
        "{}",
        asked.address
    );
    // What was chosen stands in the form again afterwards.
    let back = ana.get("/me/erase?kept=privacy.erase").await;
    let rituals = back.body.split("name=\"rituals\"").nth(1).expect("a box");
    let rituals = rituals.split('>').next().expect("its end");
    assert!(rituals.contains("checked"), "{rituals}");
    ana.get("/me").await.says("ana").says("Nothing unfinished");
}

#[tokio::test]
async fn what_is_not_chosen_is_asked_again() {
    let app = TestApp::new().await;
    let mut ana = proven(&app, "ana", Roles::default()).await;
    for when in ["", "never"] {
        ana.send(ERASE, &form(when, &[])).await.is(422);
    }
    let back = ana.post_form(ERASE, &form("", &[])).await;
    back.says("Choose one of these.");
    ana.get("/me").await.says("ana");
}

#[tokio::test]
async fn the_only_host_is_told_what_to_do_first() {
    let app = TestApp::new().await;
    let host = Roles::default().with(Role::Host);
    let mut hanna = proven(&app, "hanna", host).await;
    hanna.send(ERASE, &form("now", &[])).await.is(409);
    let told = hanna.post_form(ERASE, &form("now", &[])).await;
    told.says("You are the only host.")
        .says("chorus grant HANDLE host");
    app.member_with("hugo", host).await;
    hanna.send(ERASE, &form("now", &[])).await.is(200);
    signs_in(&app, "hanna").await.is(401);
}

/// Deleted is deleted: in the file, in its log, and in a backup made afterwards.
#[tokio::test]
async fn nothing_of_someone_who_was_erased_is_left_in_the_files() {
    const WORDS: &str = "canarywords";
    let app = TestApp::at(TestDatabase::new().await, |_| {}).await;
    let mut ben = app.member("ben").await;
    let theirs = tells(&mut ben, "Ben's day", "Words of Ben.", "handle").await;
    let mut ana = proven(&app, "kestrelcanary", Roles::default()).await;
    for number in 0..30 {
        let body = format!("{WORDS} {number} {}", "rain ".repeat(200));
        tells(&mut ana, WORDS, &body, "handle").await;
        let said = format!("{WORDS} said {number}");
        says(&mut ana, &theirs, &said, "handle").await;
    }
    let draft = [("form", "stories.new"), ("fields", "body=canarywords+half")];
    ana.send("/api/drafts/keep", &draft).await.is(200);
    let canaries = [
        WORDS.to_owned(),
        "kestrelcanary".to_owned(),
        ana.member.id.to_string(),
    ];
    let holds = |bytes: &[u8], canary: &str| {
        let canary = canary.as_bytes();
        bytes.windows(canary.len()).any(|part| part == canary)
    };
    let before = app.place.bytes().await;
    assert!(canaries.iter().all(|canary| holds(&before, canary)));
    ana.send(ERASE, &form("now", &[])).await.is(200);
    house_keeps_itself(&app).await;
    let after = app.place.bytes().await;
    assert!(holds(&after, "Words of Ben."));
    // For a while it is remembered who was erased, by an identifier that leads
    // nowhere; and the log says who did what.
    for canary in &canaries[..2] {
        assert!(!holds(&after, canary), "{canary} is left");
    }
    if let Some(folder) = app.place.folder() {
        let backup = folder.join("backup.db");
        let path = backup.to_str().expect("plain text");
        chorus(app.place.url(), &["backup", path]).is_done();
        let backup = std::fs::read(&backup).expect("the backup");
        assert!(holds(&backup, "Words of Ben."));
        for canary in &canaries[..2] {
            assert!(!holds(&backup, canary), "{canary} is in the backup");
        }
    }
}

/// An older backup knows nothing of who went since.
#[tokio::test]
async fn who_was_erased_is_not_brought_back_by_a_backup() {
    let home = TestDatabase::on(Engine::Sqlite).await;
    let app = TestApp::at(home.clone(), |_| {}).await;
    let folder = home.folder().expect("a folder");
    let backup = folder.join("backup.db");
    let path = backup.to_str().expect("plain text");
    let mut ana = proven(&app, "ana", Roles::default()).await;
    let stays = tells(&mut ana, "The bench", "It was raining.", "handle").await;
    let mut ben = app.member("ben").await;
    tells(&mut ben, "Ben's day", "Words.", "handle").await;
    chorus(home.url(), &["backup", path]).is_done();
    ana.send(ERASE, &form("now", &["stories"])).await.is(200);
    app.database.close().await;
    drop(app);
    let done = chorus(home.url(), &["restore", "--replace", path]);
    assert!(
        done.is_done().stdout.contains("1 who were erased"),
        "{done:?}"
    );
    let app = TestApp::at(home, |_| {}).await;
    app.guest().get(&stays).await.says("ana");
    house_keeps_itself(&app).await;
    app.guest().get(&stays).await.says("A former member");
    signs_in(&app, "ana").await.is(401);
    signs_in(&app, "ben").await.is(200);
}
