//! `chorus import wordpress`, from the file to the database and again.

use crate::support::TestDatabase;
use domain::{
    accounts::{Handle, Member, MemberState},
    actor::{Byline, Role, Roles, Writer},
    articles::{Article, SeriesTitle, Standing},
    care::{Origin, Queue},
    clock::{Clock, Timestamp},
    comments::{Comment, CommentBody, CommentState, MAX_DEPTH, Part},
    ids::{GuestId, MemberId, OpaqueId, Subject},
    store::Reader,
};
use server::{
    database::{Database, version},
    import::{Count, ImportOptions, Summary, bring_in},
    services::SystemChance,
};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

const HARBOUR: &str = include_str!("data/harbour.xml");
const VECTORS: &str = include_str!("data/vectors.xml");
const LAMP: &str = "https://harbour.example/?p=11";

/// The day of the imports: 2026-06-01.
const NOW: Timestamp = Timestamp(1_780_272_000_000);

struct June;

impl Clock for June {
    fn now(&self) -> Timestamp {
        NOW
    }
}

const fn count(imported: u64, already_here: u64, skipped: u64) -> Count {
    Count {
        imported,
        already_here,
        skipped,
    }
}

/// A database in which there may be no community yet, and a folder of exports.
struct Desk {
    place: TestDatabase,
    folder: TempDir,
}

impl Desk {
    async fn new() -> Self {
        Self {
            place: TestDatabase::untouched().await,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn url(&self) -> &str {
        self.place.url()
    }

    async fn is_begun(&self) -> bool {
        version(self.url()).await.expect("looked").is_some()
    }

    fn options(&self, xml: &str) -> ImportOptions {
        let file = self.folder.path().join("export.xml");
        fs::write(&file, xml).expect("a file");
        ImportOptions {
            file,
            series: SeriesTitle::parse("Harbour evenings").expect("a title"),
            dry_run: false,
            pages: false,
        }
    }

    async fn run(&self, options: &ImportOptions) -> Result<Summary, String> {
        bring_in(self.url(), options, &June, &SystemChance)
            .await
            .map_err(|error| error.to_string())
    }

    async fn import(&self, xml: &str) -> Summary {
        self.run(&self.options(xml)).await.expect("imported")
    }

    async fn open(&self) -> Database {
        self.place.open().await
    }

    async fn read(&self) -> Box<dyn Reader> {
        self.open().await.store().read().await.expect("a reader")
    }

    /// A member with a role.
    async fn member(&self, handle: &str, role: Role) {
        let parsed = Handle::parse(handle).expect("a handle");
        let database = self.open().await;
        let mut unit = database.store().begin().await.expect("a unit of work");
        let member = Member {
            id: MemberId::random(&SystemChance),
            handle: handle.to_owned(),
            password: Some("none".to_owned()),
            roles: Roles::default().with(role),
            state: MemberState::Active,
            barred_until: None,
            opaque: OpaqueId::random(&SystemChance),
            created_at: NOW,
        };
        assert!(unit.insert_member(&member, &parsed).await.expect("kept"));
        unit.commit().await.expect("kept");
        database.close().await;
    }
}

async fn article(reader: &mut dyn Reader, slug: &str) -> Article {
    reader
        .article_at("harbour-evenings", slug)
        .await
        .expect("read")
        .unwrap_or_else(|| panic!("no {slug}"))
}

/// What a passer-by sees of a thread.
async fn thread(reader: &mut dyn Reader, article: &Article) -> Vec<Comment> {
    let passer_by = Writer::Guest(GuestId::random(&SystemChance));
    reader
        .thread_page(
            Subject::from(article.id),
            Part::Whole { replies: u32::MAX },
            passer_by,
            None,
            500,
        )
        .await
        .expect("read")
        .items
}

async fn comment(reader: &mut dyn Reader, source: &str) -> Comment {
    reader
        .comment_by_source(source)
        .await
        .expect("read")
        .expect("a comment")
}

/// An export of one article whose comments are given.
fn with_comments(slug: &str, guid: &str, comments: &str) -> String {
    format!(
        "<rss><channel><wp:wxr_version>1.2</wp:wxr_version><item><title>{slug}</title>\
         <guid>{guid}</guid><wp:post_id>1</wp:post_id><wp:post_name>{slug}</wp:post_name>\
         <wp:post_date_gmt>2026-03-02 09:00:00</wp:post_date_gmt>\
         <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>{comments}</item>\
         </channel></rss>"
    )
}

fn reply(id: usize, parent: usize, words: &str) -> String {
    format!(
        "<wp:comment><wp:comment_id>{id}</wp:comment_id>\
         <wp:comment_parent>{parent}</wp:comment_parent>\
         <wp:comment_author_email>a@mail.example</wp:comment_author_email>\
         <wp:comment_date_gmt>2026-03-02 10:00:00</wp:comment_date_gmt>\
         <wp:comment_approved>1</wp:comment_approved>\
         <wp:comment_content>{words}</wp:comment_content></wp:comment>"
    )
}

#[tokio::test]
async fn an_export_comes_in_with_its_comments() {
    let desk = Desk::new().await;
    let summary = desk.import(HARBOUR).await;
    assert_eq!(
        summary,
        Summary {
            published: count(1, 0, 0),
            drafts: count(1, 0, 0),
            scheduled: count(1, 0, 0),
            protected: count(1, 0, 0),
            comments: count(4, 0, 0),
            held: count(1, 0, 0),
            empty_comments: count(0, 0, 1),
            prompts: count(2, 0, 0),
            categories: count(2, 0, 0),
            pages: count(0, 0, 1),
            page_comments: count(0, 0, 1),
            pings: count(0, 0, 1),
            menu_items: count(0, 0, 1),
            attachments: count(0, 0, 1),
            other_comments: count(0, 0, 1),
            other: count(0, 0, 1),
        }
    );

    let mut reader = desk.read().await;
    let lamp = article(&mut *reader, "lamp-in-the-window").await;
    assert_eq!(lamp.title, "The lamp in the window");
    assert_eq!(lamp.summary, "A light for whoever is late.");
    assert_eq!(
        lamp.published_at.map(Timestamp::rfc3339).as_deref(),
        Some("2026-03-02T09:00:00Z")
    );
    assert!(!lamp.html.contains("<img") && lamp.html.contains("A lamp behind a curtain"));
    assert!(
        !lamp.body.contains("Who leaves"),
        "prompts are not said twice: {}",
        lamp.body
    );
    let prompts = reader.prompts(lamp.id).await.expect("read");
    let prompts: Vec<&str> = prompts.iter().map(|prompt| prompt.text.as_str()).collect();
    assert_eq!(
        prompts,
        [
            "Who leaves a lamp on for you?",
            "Where do you go when the evening is long?"
        ]
    );
    assert_eq!(
        reader.categories(lamp.id).await.expect("read"),
        ["Evenings & nights", "Home"]
    );
    assert!(
        lamp.series.current,
        "the first series of the house stands on the first page"
    );

    let draft = article(&mut *reader, "half-a-thought").await;
    let protected = article(&mut *reader, "behind-a-word").await;
    let scheduled = article(&mut *reader, "a-spring-far-away").await;
    assert_eq!(draft.standing(NOW), Standing::Draft);
    assert_eq!(protected.standing(NOW), Standing::Draft);
    assert_eq!(scheduled.standing(NOW), Standing::Scheduled);
    assert_eq!(
        scheduled.published_at.map(Timestamp::rfc3339).as_deref(),
        Some("2099-04-01T06:00:00Z")
    );
}

#[tokio::test]
async fn a_thread_keeps_its_shape_and_what_was_held_stays_held() {
    let desk = Desk::new().await;
    desk.import(HARBOUR).await;
    let mut reader = desk.read().await;
    let lamp = article(&mut *reader, "lamp-in-the-window").await;
    let seen: Vec<(String, u16)> = thread(&mut *reader, &lamp)
        .await
        .into_iter()
        .map(|comment| (comment.body, comment.depth))
        .collect();
    let expected = [
        ("My sister does, every Friday.", 0),
        ("There is always a chair.", 1),
        ("The walk along the quay helps.", 0),
        // What it answered had no words, so it answers what that answered.
        ("Which quay?", 1),
    ];
    assert_eq!(
        seen,
        expected.map(|(words, depth)| (words.to_owned(), depth))
    );
    assert_eq!(
        reader
            .comment_count(Subject::from(lamp.id))
            .await
            .expect("read"),
        4
    );
    let held = comment(&mut *reader, &format!("{LAMP}#comment-53")).await;
    assert_eq!((held.state, held.depth), (CommentState::Held, 2));
}

#[tokio::test]
async fn one_address_is_one_pseudonym_and_another_is_another() {
    let desk = Desk::new().await;
    desk.import(HARBOUR).await;
    let mut reader = desk.read().await;
    let mut names = Vec::new();
    for number in [51, 53, 54, 56] {
        let comment = comment(&mut *reader, &format!("{LAMP}#comment-{number}")).await;
        match comment.author.byline() {
            Byline::Guest(name) => names.push(name),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((&names[0], &names[0]), (&names[1], &names[2]));
    assert_ne!(names[0], names[3]);
}

#[tokio::test]
async fn comments_from_an_account_belong_to_the_editor() {
    let source = format!("{LAMP}#comment-52");
    let nobody = Desk::new().await;
    nobody.import(HARBOUR).await;
    let by = comment(&mut *nobody.read().await, &source)
        .await
        .author
        .byline();
    assert_eq!(by, Byline::Former);

    let hosted = Desk::new().await;
    hosted.member("quayside", Role::Host).await;
    hosted.import(HARBOUR).await;
    let by = comment(&mut *hosted.read().await, &source)
        .await
        .author
        .byline();
    assert_eq!(by, Byline::Member("quayside".into()));

    let edited = Desk::new().await;
    edited.member("quayside", Role::Host).await;
    edited.member("lamplighter", Role::Editor).await;
    edited.import(HARBOUR).await;
    let by = comment(&mut *edited.read().await, &source)
        .await
        .author
        .byline();
    assert_eq!(by, Byline::Member("lamplighter".into()));
}

#[tokio::test]
async fn of_the_founding_page_one_call_is_open() {
    let desk = Desk::new().await;
    let own = "<wp:comment_parent>1</wp:comment_parent>";
    let answer = reply(
        2,
        1,
        "You are not alone. If you need help with it, come here.",
    )
    .replace(
        own,
        &format!("{own}<wp:comment_user_id>1</wp:comment_user_id>"),
    );
    let first = reply(1, 0, "I need help with alcohol abuse.");
    let third = reply(
        3,
        0,
        "I need help with alcohol abuse.i am going through a divorce which has a put an extra \
         strain on Mt sobriety.",
    );
    let guid = "https://harbour.example/?p=3";
    let export = with_comments("week-3", guid, &(first + &answer + &third));
    // A second run does not put them there again.
    for _ in 0..2 {
        desk.import(&export).await;
        let mut reader = desk.read().await;
        let waiting = reader.waiting_calls(Queue::Noticed, None, 9).await;
        let waiting = waiting.expect("a page").items;
        assert_eq!(waiting.len(), 1);
        for (queue, count) in [(Queue::Noticed, 1), (Queue::Asked, 0)] {
            assert_eq!(reader.waiting_count(queue).await.expect("a count"), count);
        }
        let open = comment(&mut *reader, &format!("{guid}#comment-3")).await;
        let post = waiting[0].post.expect("a post");
        assert_eq!(post.comment, Some(open.id));
        assert_eq!(
            (waiting[0].origin, waiting[0].waiting_since),
            (Origin::Imported, Some(NOW))
        );
        let settled = reader.settled_calls(None, 9).await.expect("a page").items;
        let answered = comment(&mut *reader, &format!("{guid}#comment-1")).await;
        assert_eq!(settled.len(), 1);
        let post = settled[0].post.expect("a post");
        assert_eq!(post.comment, Some(answered.id));
        assert!(settled[0].answered_at.is_some() && settled[0].closed.is_none());
    }
}

#[tokio::test]
async fn a_second_run_brings_nothing_twice() {
    let desk = Desk::new().await;
    desk.import(HARBOUR).await;
    let before = desk.place.bytes().await;
    let summary = desk.import(HARBOUR).await;
    assert_eq!(summary.articles(), count(0, 4, 0));
    assert_eq!(summary.all_comments(), count(0, 5, 0));
    assert_eq!(summary.prompts, count(0, 2, 0));
    assert_eq!(summary.categories, count(0, 2, 0));
    assert_eq!(summary.pages, count(0, 0, 1));
    assert!(!summary.is_new());
    assert!(
        desk.place.bytes().await == before,
        "the database has changed"
    );
    let mut reader = desk.read().await;
    let lamp = article(&mut *reader, "lamp-in-the-window").await;
    assert_eq!(
        reader
            .comment_count(Subject::from(lamp.id))
            .await
            .expect("read"),
        4
    );
    let audit = reader.log(None, 10).await.expect("read").items;
    let actions: Vec<&str> = audit.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["articles.import"]);
}

#[tokio::test]
async fn a_later_run_adds_new_comments_to_what_is_here() {
    let desk = Desk::new().await;
    let first = with_comments("quay", "https://quay.example/1", &reply(1, 0, "One."));
    let later = reply(1, 0, "One.") + &reply(2, 1, "Two.") + &reply(3, 2, "Three.");
    let later = with_comments("quay", "https://quay.example/1", &later);
    desk.import(&first).await;
    let summary = desk.import(&later).await;
    assert_eq!(summary.articles(), count(0, 1, 0));
    assert_eq!(summary.all_comments(), count(2, 1, 0));
    let mut reader = desk.read().await;
    let quay = article(&mut *reader, "quay").await;
    let depths: Vec<u16> = thread(&mut *reader, &quay)
        .await
        .iter()
        .map(|comment| comment.depth)
        .collect();
    assert_eq!(depths, [0, 1, 2]);
}

#[tokio::test]
async fn pages_come_in_when_they_are_asked_for() {
    let desk = Desk::new().await;
    let mut options = desk.options(HARBOUR);
    options.pages = true;
    let summary = desk.run(&options).await.expect("imported");
    assert_eq!(summary.pages, count(1, 0, 0));
    assert_eq!(summary.page_comments, count(1, 0, 0));
    assert_eq!(summary.articles(), count(4, 0, 0));
    let mut reader = desk.read().await;
    let page = article(&mut *reader, "about-the-harbour").await;
    assert_eq!(page.body, "We meet by the water.");
    assert_eq!(thread(&mut *reader, &page).await.len(), 1);
}

#[tokio::test]
async fn an_address_that_is_taken_gets_a_number() {
    let desk = Desk::new().await;
    for number in 1..=3 {
        let guid = format!("https://quay.example/{number}");
        desk.import(&with_comments("quay", &guid, "")).await;
    }
    let mut reader = desk.read().await;
    for (slug, guid) in [("quay", "1"), ("quay-2", "2"), ("quay-3", "3")] {
        let source = article(&mut *reader, slug).await.source;
        assert_eq!(source, Some(format!("https://quay.example/{guid}")));
    }
}

#[tokio::test]
async fn a_dry_run_counts_and_keeps_nothing() {
    let desk = Desk::new().await;
    let mut options = desk.options(HARBOUR);
    options.dry_run = true;
    let without_database = desk.run(&options).await.expect("tried");
    assert!(!desk.is_begun().await, "a dry run begins no community");

    desk.open().await.close().await;
    let before = desk.place.bytes().await;
    let with_database = desk.run(&options).await.expect("tried");
    assert!(
        desk.place.bytes().await == before,
        "the database has changed"
    );
    assert_eq!(with_database, without_database);
    assert_eq!(with_database, desk.import(HARBOUR).await);
}

#[tokio::test]
async fn a_broken_file_says_where_and_changes_nothing() {
    let desk = Desk::new().await;
    let half = &HARBOUR[..HARBOUR.find("<title>A spring far away").expect("a place")];
    let options = desk.options(half);
    let error = desk.run(&options).await.expect_err("it is cut in two");
    let line = half.lines().count();
    let place = format!("{}:line {line}: ", options.file.display());
    assert!(
        error.starts_with(&place),
        "{error} does not begin with {place}"
    );
    assert!(error.len() > place.len(), "it gives a reason");
    assert!(!desk.is_begun().await);

    desk.import(&with_comments("quay", "https://quay.example/1", ""))
        .await;
    let before = desk.place.bytes().await;
    for broken in [
        half.to_owned(),
        HARBOUR.replace("<rss", "<!DOCTYPE rss><rss"),
        String::new(),
    ] {
        desk.run(&desk.options(&broken))
            .await
            .expect_err("it is refused");
        assert!(
            desk.place.bytes().await == before,
            "the database has changed"
        );
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let desk = Desk::new().await;
    let mut options = desk.options("");
    options.file = desk.folder.path().join("elsewhere.xml");
    let error = desk.run(&options).await.expect_err("there is no such file");
    assert!(error.contains("elsewhere.xml"), "{error}");
    assert!(!desk.is_begun().await);
}

#[tokio::test]
async fn nothing_of_a_person_but_the_words_is_on_the_disk() {
    let desk = Desk::new().await;
    // Someone else has the database open, so that its log stays.
    let open = desk.open().await;
    let mut reader = open.store().read().await.expect("a reader");
    assert!(!reader.any_member().await.expect("read"));
    let mut options = desk.options(HARBOUR);
    options.pages = true;
    desk.run(&options).await.expect("imported");
    if let Some(file) = open.file() {
        assert!(file.with_extension("db-wal").exists());
    }

    let bytes = desk.place.bytes().await.to_ascii_lowercase();
    let holds = |words: &str| {
        let words = words.to_ascii_lowercase();
        bytes
            .windows(words.len())
            .any(|part| part == words.as_bytes())
    };
    assert!(
        holds("My sister does, every Friday."),
        "the words are there"
    );
    assert!(HARBOUR.contains("canary") && HARBOUR.contains("203.0.113.77"));
    for secret in [
        "canary",
        "mail.example",
        "203.0.113.77",
        "2001:db8::77",
        "Marigold",
    ] {
        assert!(!holds(secret), "{secret} is in the database");
    }
}

#[tokio::test]
async fn scripts_do_no_harm() {
    let desk = Desk::new().await;
    desk.import(VECTORS).await;
    let mut reader = desk.read().await;
    let tricks = article(&mut *reader, "tricks").await;
    let comments = thread(&mut *reader, &tricks).await;
    assert_eq!(comments.len(), 1);
    assert!(tricks.html.contains("Before.") && tricks.html.contains("After."));
    assert!(comments[0].html.contains("Hello."));
    for html in [&tricks.html, &comments[0].html] {
        for tag in tags(html) {
            let name = tag
                .trim_start_matches('/')
                .split_whitespace()
                .next()
                .unwrap_or_default();
            assert!(
                [
                    "p",
                    "br",
                    "a",
                    "em",
                    "strong",
                    "code",
                    "pre",
                    "ul",
                    "ol",
                    "li",
                    "blockquote",
                    "hr"
                ]
                .contains(&name),
                "<{tag}> in {html}"
            );
            for harm in [" on", "style", "javascript:", "vbscript:", "data:", "src"] {
                assert!(!tag.contains(harm), "<{tag}> in {html}");
            }
        }
    }
    assert_eq!(reader.categories(tricks.id).await.expect("read").len(), 1);
}

/// What stands between `<` and `>`, in lower case.
fn tags(html: &str) -> Vec<String> {
    html.split('<')
        .skip(1)
        .map(|rest| {
            rest.split('>')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        })
        .collect()
}

#[tokio::test]
async fn a_thread_that_is_too_deep_ends_in_a_row() {
    let desk = Desk::new().await;
    let levels = usize::from(MAX_DEPTH) + 4;
    let comments: String = (1..=levels)
        .map(|number| reply(number, number - 1, "Still here."))
        .collect();
    let deep = with_comments("deep", "https://deep.example/1", &comments);
    assert_eq!(
        desk.import(&deep).await.comments,
        count(levels as u64, 0, 0)
    );
    let mut reader = desk.read().await;
    let article = article(&mut *reader, "deep").await;
    let depths: Vec<u16> = thread(&mut *reader, &article)
        .await
        .iter()
        .map(|comment| comment.depth)
        .collect();
    assert_eq!(
        depths[..=usize::from(MAX_DEPTH)],
        (0..=MAX_DEPTH).collect::<Vec<_>>()
    );
    assert_eq!(depths[usize::from(MAX_DEPTH)..], [MAX_DEPTH; 4]);
}

#[tokio::test]
async fn long_words_are_not_cut() {
    let desk = Desk::new().await;
    let long = "word ".repeat(CommentBody::MAX);
    desk.import(&with_comments(
        "long",
        "https://long.example/1",
        &reply(1, 0, &long),
    ))
    .await;
    let mut reader = desk.read().await;
    let kept = comment(&mut *reader, "https://long.example/1#comment-1").await;
    assert_eq!(kept.body, long.trim());
}

#[tokio::test]
async fn a_series_is_found_by_its_name_and_the_current_one_stays() {
    let desk = Desk::new().await;
    desk.import(&with_comments("one", "https://quay.example/1", ""))
        .await;
    let mut options = desk.options(&with_comments("two", "https://quay.example/2", ""));
    for name in ["harbour EVENINGS", "harbour-evenings"] {
        options.series = SeriesTitle::parse(name).expect("a title");
        desk.run(&options).await.expect("imported");
    }
    options = desk.options(&with_comments("three", "https://quay.example/3", ""));
    options.series = SeriesTitle::parse("Mornings").expect("a title");
    desk.run(&options).await.expect("imported");
    let mut reader = desk.read().await;
    let all = reader.all_series().await.expect("read");
    assert_eq!(all.len(), 2);
    let current = reader
        .current_series()
        .await
        .expect("read")
        .expect("a series");
    assert_eq!(current.title, "Harbour evenings");
}

/// The program as a host runs it.
fn chorus(desk: &Desk, file: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chorus"))
        .args([
            "import",
            "wordpress",
            "--series",
            "Harbour evenings",
            "--database",
            desk.url(),
        ])
        .args(more)
        .arg(file)
        .output()
        .expect("it runs")
}

#[tokio::test]
async fn the_program_prints_a_table_or_the_place_of_the_fault() {
    let desk = Desk::new().await;
    let file = desk.options(HARBOUR).file;
    for (more, dry, row) in [
        (
            &["--dry-run"][..],
            true,
            "articles                         4             0         0",
        ),
        (
            &[],
            false,
            "articles                         4             0         0",
        ),
        (
            &["--dry-run"],
            true,
            "articles                         0             4         0",
        ),
    ] {
        let output = chorus(&desk, &file, more);
        let said = String::from_utf8(output.stdout).expect("plain text");
        assert!(output.status.success());
        assert!(said.lines().any(|line| line == row), "{said}");
        assert_eq!(said.contains("dry run"), dry, "{said}");
        assert!(output.stderr.is_empty(), "no bar where nobody watches");
    }
    let file = desk.options("<rss>\n<channel>\n<item>").file;
    let output = chorus(&desk, &file, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).expect("plain text");
    let place = format!("{}:line 3: ", file.display());
    assert!(said.contains(&place), "{said}");
}
