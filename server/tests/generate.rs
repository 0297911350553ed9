//! `chorus generate`: a made-up community is like one that people wrote.

use crate::{
    copy::all_rows,
    support::{TestApp, TestDatabase},
};
use domain::{
    actor::Writer,
    clock::Timestamp,
    comments::Part,
    ids::{GuestId, Subject},
    tables::{Row, Snapshot, Value},
};
use server::{
    database::Engine,
    generate::{GenerateError, GenerateOptions, Generated, Step, generate},
    sample,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
const SMALL: GenerateOptions = GenerateOptions {
    shares: 120,
    comments: 900,
    seed: 4,
};

async fn generated(engine: Engine, options: GenerateOptions) -> TestDatabase {
    let place = TestDatabase::untouched_on(engine).await;
    fill(&place, options).await.expect("generated");
    place
}

async fn fill(place: &TestDatabase, options: GenerateOptions) -> Result<Generated, GenerateError> {
    // Batches that begin and end within everything.
    generate(place.url(), options, 37, &mut |_| {}).await
}

/// The rows of a table, each with its fields by their names.
async fn rows_of(snapshot: &mut dyn Snapshot, name: &str) -> Vec<BTreeMap<String, Value>> {
    let tables = snapshot.tables().await.expect("tables");
    let table = tables
        .iter()
        .find(|table| table.name == name)
        .expect("the table");
    let rows = snapshot.rows(table, None, 100_000).await.expect("rows");
    let names = |row: Row| {
        let columns = table.columns.iter().map(|column| column.name.clone());
        columns.zip(row).collect()
    };
    rows.into_iter().map(names).collect()
}

fn text<'r>(row: &'r BTreeMap<String, Value>, name: &str) -> &'r str {
    match &row[name] {
        Value::Text(text) => text,
        other => panic!("{name} is {other:?}"),
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_community_on_both_engines() {
    let first = all_rows(&generated(Engine::Sqlite, SMALL).await).await;
    assert!(first == all_rows(&generated(Engine::Sqlite, SMALL).await).await);
    assert!(first == all_rows(&generated(Engine::Postgres, SMALL).await).await);
    let other = GenerateOptions { seed: 5, ..SMALL };
    assert!(first != all_rows(&generated(Engine::Sqlite, other).await).await);
}

#[tokio::test]
async fn what_is_counted_is_what_is_there() {
    for engine in ENGINES {
        let place = TestDatabase::untouched_on(engine).await;
        let (mut filling, mut kept) = (0, 0);
        let mut watch = |step| match step {
            Step::Filling(things) => filling = things,
            Step::Kept(things) => kept += things,
            Step::Settling => {}
        };
        let told = generate(place.url(), SMALL, 50, &mut watch)
            .await
            .expect("generated");
        assert_eq!((filling, kept), (1020, 1020));
        let rows: u64 = all_rows(&place)
            .await
            .iter()
            .map(|(_, rows)| rows.len() as u64)
            .sum();
        assert_eq!(told.rows, rows);

        let database = place.open().await;
        let mut snapshot = database.tables().snapshot().await.expect("a snapshot");
        let mut shares = 0;
        for table in ["reflections", "stories", "shout_outs", "rituals"] {
            let rows = rows_of(&mut *snapshot, table).await;
            assert!(!rows.is_empty(), "{table}");
            shares += rows.len() as u64;
        }
        assert_eq!(shares, SMALL.shares);
        let comments = rows_of(&mut *snapshot, "comments").await;
        assert_eq!(comments.len() as u64, SMALL.comments);
        for state in ["published", "held", "refused", "gap"] {
            let found = comments.iter().any(|row| text(row, "state") == state);
            assert!(found, "no comment is {state}");
        }
        let mut counted: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
        for row in &comments {
            let counts = counted
                .entry((text(row, "subject_kind"), text(row, "subject_id")))
                .or_insert((1, 0));
            counts.0 += 1;
            counts.1 += i64::from(text(row, "state") == "published");
        }
        let threads = rows_of(&mut *snapshot, "threads").await;
        assert_eq!(threads.len(), counted.len());
        for row in &threads {
            let (next, published) = counted[&(text(row, "subject_kind"), text(row, "subject_id"))];
            assert_eq!(row["next"], Value::Number(next));
            assert_eq!(row["published"], Value::Number(published));
        }
        for name in ["support", "decisions", "article_categories", "prompts"] {
            assert!(!rows_of(&mut *snapshot, name).await.is_empty(), "{name}");
        }
        drop(snapshot);
        database.close().await;
    }
}

/// Threads read as the use cases write them: every page is the tree, depth
/// first, and nobody was answered by someone earlier.
#[tokio::test]
async fn threads_read_as_trees() {
    for engine in ENGINES {
        let place = generated(engine, SMALL).await;
        let database = place.open().await;
        let mut reader = database.store().read().await.expect("a reader");
        let nobody = GuestId::from_uuid("00000000000040008000000000000000".parse().expect("one"));
        let mut snapshot = database.tables().snapshot().await.expect("a snapshot");
        let threads = rows_of(&mut *snapshot, "threads").await;
        let mut seen = 0;
        for row in &threads {
            let subject: Subject =
                format!("{}-{}", text(row, "subject_kind"), text(row, "subject_id"))
                    .parse()
                    .expect("a subject");
            let (mut open, mut cursor, mut published) = (Vec::new(), None, 0);
            loop {
                let page = reader
                    .thread_page(
                        subject,
                        Part::Whole { replies: u32::MAX },
                        Writer::Guest(nobody),
                        cursor.as_ref(),
                        50,
                    )
                    .await
                    .expect("a page");
                for comment in page.items {
                    open.truncate(usize::from(comment.depth));
                    let above = open.last().map(|(id, _)| *id);
                    assert_eq!(comment.parent, above, "{subject:?}");
                    assert_eq!(open.len(), usize::from(comment.depth));
                    if let Some((_, at)) = open.last() {
                        assert!(*at < comment.created_at);
                    }
                    let rendered = domain::markdown::render(&comment.body).into_string();
                    assert_eq!(comment.html, rendered);
                    published +=
                        u64::from(comment.state == domain::comments::CommentState::Published);
                    open.push((comment.id, comment.created_at));
                    seen += 1;
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let counted = reader.comment_count(subject).await.expect("a count");
            assert_eq!(published, counted);
        }
        assert!(seen > 800, "{seen}");
        drop((snapshot, reader));
        database.close().await;
    }
}

#[tokio::test]
async fn its_pages_are_there_and_people_write_on() {
    let app = TestApp::at(generated(Engine::Sqlite, SMALL).await, |_| {}).await;
    // Everything has been written by now.
    app.pass(400 * Timestamp::DAY);
    let mut ana = app.member("ana").await;
    let mut found = BTreeSet::new();
    for page in [
        "/",
        "/series",
        "/stories",
        "/shout-outs",
        "/rituals",
        "/rituals?past=1",
    ] {
        let shown = ana.get(page).await;
        shown.is(200);
        found.extend(addresses(&shown.body));
    }
    for room in ["/stories/", "/shout-outs/", "/rituals/", "/series/"] {
        let mut inside = found.iter().filter(|address| address.starts_with(room));
        let page = inside.next().unwrap_or_else(|| panic!("nothing in {room}"));
        ana.get(page).await.is(200);
    }
    let story = found
        .iter()
        .find(|address| address.starts_with("/stories/") && !address.ends_with("/new"))
        .expect("a story");
    let subject = story.replacen("/stories/", "story-", 1);
    let comment = [
        ("page", story.as_str()),
        ("subject", &subject),
        ("body", "I read it twice."),
    ];
    ana.send("/api/comments/post", &comment).await.is(200);
    app.database.close().await;
}

fn addresses(page: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|address| {
            address
                .split(['?', '#'])
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_community_that_is_there_is_left_as_it_is() {
    for engine in ENGINES {
        let lived_in = TestApp::at(TestDatabase::on(engine).await, |_| {}).await;
        let folder = tempfile::tempdir().expect("a folder");
        sample::fill(&lived_in.house, &folder.path().join("accounts.json"))
            .await
            .expect("filled");
        lived_in.database.close().await;
        let place = &lived_in.place;
        let before = all_rows(place).await;
        let refused = fill(place, SMALL).await.expect_err("it is taken");
        assert!(matches!(refused, GenerateError::Taken), "{refused}");
        assert!(all_rows(place).await == before, "something was changed");

        // An empty community can be filled, and then no more.
        let empty = TestDatabase::on(engine).await;
        empty.open().await.close().await;
        fill(&empty, SMALL).await.expect("generated");
        let again = fill(&empty, SMALL).await.expect_err("it is taken");
        assert!(again.to_string().contains("holds a community already"));
    }
}

#[tokio::test]
async fn more_than_threads_can_hold_is_refused_before_anything_is_made() {
    let place = TestDatabase::untouched_on(Engine::Sqlite).await;
    let many = GenerateOptions {
        shares: 10,
        comments: 100_000,
        seed: 1,
    };
    let refused = fill(&place, many).await.expect_err("too many");
    assert!(matches!(refused, GenerateError::TooMany), "{refused}");
    let file = place.url().strip_prefix("sqlite:").expect("a file");
    assert!(!std::path::Path::new(file).exists());
}

#[test]
fn the_program_says_what_it_made_or_why_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("made.db").display());
    let ask = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_chorus"))
            .arg("generate")
            .args(words)
            .output()
            .expect("it runs")
    };
    let numbers = ["--shares", "20", "--comments", "30"];
    let made = ask(&[&numbers[..], &["--database", &url]].concat());
    let said = String::from_utf8(made.stdout).expect("plain text");
    assert!(made.status.success(), "{said}");
    assert!(said.contains("20 shares and 30 comments"), "{said}");
    assert!(made.stderr.is_empty(), "no bar where nobody watches");
    for (words, sentence) in [
        (["--database", url.as_str()], "holds a community already"),
        (
            ["--database", "postgres://ana:secret@127.0.0.1:1/chorus"],
            "127.0.0.1:1",
        ),
        (
            ["--database", "mysql://ana:secret@h/c"],
            "not a database address",
        ),
        (["--seed", "x"], "invalid value"),
    ] {
        let refused = ask(&[&numbers[..], &words].concat());
        assert!(!refused.status.success());
        assert!(refused.stdout.is_empty());
        let words = String::from_utf8(refused.stderr).expect("plain text");
        assert!(words.contains(sentence), "{words}");
        assert!(!words.contains("secret"), "{words}");
    }
}
