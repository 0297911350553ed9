//! Exports as WordPress writes them, and what becomes of them.

use wordpress::{Article, Commenter, Export, Limits, Reason, Status, Unfinished, read};

const WEEK: &str = include_str!("data/week.wxr.xml");
const MARCH_2: i64 = 1_772_442_000_000;
const HOUR: i64 = 3_600_000;

fn export(xml: &str) -> Export {
    read(xml.as_bytes(), &Limits::default(), &mut |_| {}).expect("a readable export")
}

fn refusal(xml: impl AsRef<[u8]>) -> (u64, Reason) {
    refusal_within(xml, &Limits::default())
}

fn refusal_within(xml: impl AsRef<[u8]>, limits: &Limits) -> (u64, Reason) {
    let error = read(xml.as_ref(), limits, &mut |_| {}).expect_err("a refused export");
    assert_eq!(
        error.to_string(),
        format!("line {}: {}", error.line, error.reason)
    );
    (error.line, error.reason)
}

/// An export of one item; the item begins on line 3.
fn around(items: &str) -> String {
    format!("<rss>\n<channel><wp:wxr_version>1.2</wp:wxr_version>\n{items}\n</channel>\n</rss>")
}

fn post(title: &str, body: &str, comment: &str) -> String {
    around(&format!(
        "<item><title><![CDATA[{title}]]></title><wp:post_id>1</wp:post_id>\
         <wp:post_type>post</wp:post_type><wp:status>publish</wp:status>\
         <content:encoded><![CDATA[{body}]]></content:encoded>\
         <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_approved>1</wp:comment_approved>\
         <wp:comment_content><![CDATA[{comment}]]></wp:comment_content></wp:comment></item>"
    ))
}

fn body(html: &str) -> Article {
    export(&post("A title", html, "")).articles.remove(0)
}

fn comment(text: &str) -> String {
    export(&post("A title", "", text))
        .articles
        .remove(0)
        .comments
        .remove(0)
        .markdown
}

fn rendered(markdown: &str) -> String {
    let mut html = String::new();
    let options = pulldown_cmark::Options::ENABLE_TABLES;
    pulldown_cmark::html::push_html(
        &mut html,
        pulldown_cmark::Parser::new_ext(markdown, options),
    );
    html
}

#[test]
fn a_week_with_everything_in_it() {
    let export = export(WEEK);
    let titles: Vec<_> = export.articles.iter().map(|a| a.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Tea at four & other anchors",
            "Behind a word",
            "Next spring",
            "A few words without a name."
        ]
    );
    let skipped = export.skipped;
    assert_eq!(
        (skipped.pings, skipped.menu_items, skipped.attachments),
        (1, 1, 1)
    );
    assert_eq!((skipped.pages, skipped.page_comments), (1, 1));
    assert_eq!((skipped.other_comments, skipped.other), (1, 1));

    let week = &export.articles[0];
    assert_eq!(week.source_id.as_str(), "https://harbour.example/?p=11");
    assert_eq!(week.slug, "tea-at-four");
    assert_eq!(week.status, Status::Published { at: MARCH_2 });
    assert_eq!(week.created_at, MARCH_2);
    assert_eq!(week.modified_at, MARCH_2 + 24 * HOUR);
    assert_eq!(week.categories, ["Anchors & buoys"]);
    assert_eq!(
        week.summary.as_deref(),
        Some("A day has corners. We put something warm in each.")
    );
    assert_eq!(
        week.prompts,
        ["What holds your afternoon?", "Who would you call first?"]
    );
    assert_eq!(
        week.markdown,
        "A day has corners. We put something warm in each.\n\n\
         ## What holds\n\n\
         - A kettle, and someone to share it with\n\
         - A walk as far as the water\n\n\
         Here is [who we are](https://harbour.example/about/).\n\n\
         [A blue kettle](https://pictures.example/kettle.jpg)\\\n\
         [Image](https://pictures.example/quay.jpg)\n\n\
         Before you go:\n\n\
         Thank you for reading."
    );

    let page = &export.pages[0];
    assert_eq!(
        (page.slug.as_str(), page.markdown.as_str()),
        ("about", "One line.")
    );
    assert_eq!(page.comments.len(), 1);
}

#[test]
fn protected_scheduled_and_draft_posts_say_so() {
    let export = export(WEEK);
    let [_, protected, scheduled, draft] = &export.articles[..] else {
        panic!("four articles, not {}", export.articles.len());
    };
    assert_eq!(protected.status, Status::Protected);
    assert_eq!(protected.slug, "about-2");
    let at = 1_806_559_200_000;
    assert_eq!(scheduled.status, Status::Scheduled { at });
    assert_eq!(scheduled.slug, "next-spring");
    assert_eq!(draft.status, Status::Draft);
    assert_eq!(draft.slug, "article-17");
    assert_eq!(draft.created_at, 1_767_600_000_000);
}

#[test]
fn comments_keep_their_thread_and_lose_their_people() {
    let export = export(WEEK);
    let comments = &export.articles[0].comments;
    let said: Vec<_> = comments.iter().map(|c| c.markdown.as_str()).collect();
    assert_eq!(
        said,
        [
            "An answer to the pingback.",
            "Four o'clock is \\*hard\\* for me \\<3\\\n\\# still here",
            "Sit with us on Tuesday.",
            "Thank you.",
        ]
    );
    let by = |words: &str| {
        comments
            .iter()
            .find(|c| c.markdown.starts_with(words))
            .expect("the comment")
    };
    let (asked, answered, thanked) = (by("Four"), by("Sit"), by("Thank"));
    assert_eq!(asked.parent, None);
    assert_eq!(answered.parent.as_ref(), Some(&asked.source_id));
    assert_eq!(thanked.parent.as_ref(), Some(&answered.source_id));
    assert_eq!(by("An answer").parent, None);
    assert_eq!(asked.at, MARCH_2 + HOUR);
    assert!(asked.approved && answered.approved && !thanked.approved);
    assert_eq!(answered.commenter, Commenter::Editor);
    assert!(matches!(asked.commenter, Commenter::Guest(_)));
    assert_eq!(asked.commenter, thanked.commenter);
    assert_ne!(asked.commenter, by("An answer").commenter);
}

#[test]
fn nothing_about_people_is_returned() {
    let shown = format!("{:?}", export(WEEK)).to_lowercase();
    for trace in ["canary", "mail.example", "203.0.113", "db8", "marigold"] {
        assert!(
            WEEK.to_lowercase().contains(trace),
            "{trace} is in the file"
        );
        assert!(!shown.contains(trace), "{trace} was kept");
    }
}

#[test]
fn reading_twice_gives_the_same() {
    assert_eq!(export(WEEK), export(WEEK));
}

#[test]
fn progress_ends_at_the_size_of_the_file() {
    let mut reports = Vec::new();
    read(WEEK.as_bytes(), &Limits::default(), &mut |bytes| {
        reports.push(bytes)
    })
    .expect("readable");
    assert_eq!(reports.last(), Some(&(WEEK.len() as u64)));
}

#[test]
fn a_file_in_small_pieces_reads_the_same() {
    let pieces = std::io::BufReader::with_capacity(3, WEEK.as_bytes());
    let export_of_pieces = read(pieces, &Limits::default(), &mut |_| {}).expect("readable");
    assert_eq!(export_of_pieces, export(WEEK));
}

#[test]
fn prompts_are_the_last_list_if_all_of_it_asks() {
    let with = body("<ul><li>a?</li></ul><p>x</p><ul><li>b?</li><li><p>c <b>d</b>?</p></li></ul>");
    assert_eq!(with.prompts, ["b?", "c d?"]);
    assert_eq!(with.markdown, "- a?\n\nx");

    let without = body("<ul><li>a?</li></ul><p>x</p><ul><li>b?</li><li>c.</li></ul>");
    assert!(without.prompts.is_empty());
    assert_eq!(without.markdown, "- a?\n\nx\n\n- b?\n- c.");

    let nested = body("<ul><li>a<ul><li>b?</li></ul></li></ul>");
    assert!(nested.prompts.is_empty());
    assert_eq!(nested.markdown, "- a\n  - b?");
}

#[test]
fn split_sections_and_entities_are_one_text() {
    let article = body("a ]]]]><![CDATA[> b");
    assert_eq!(article.markdown, "a ]]> b".replace(']', "\\]"));
    let xml = around(
        "<item><wp:post_type>post</wp:post_type>\
         <title>Bread &amp; <![CDATA[butter]]>&#33; &#x263A;</title></item>",
    );
    assert_eq!(export(&xml).articles[0].title, "Bread & butter! ☺");
}

#[test]
fn declarations_are_refused_whatever_they_hold() {
    for doctype in [
        "<!DOCTYPE rss>",
        "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>",
        "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE rss SYSTEM \"http://127.0.0.1/x.dtd\">",
        "<!DOCTYPE rss [<!ENTITY % p SYSTEM \"http://127.0.0.1/\"> %p;",
    ] {
        let (line, reason) = refusal(format!("<?xml version=\"1.0\"?>\n{doctype}\n{WEEK}"));
        assert_eq!(line, 2, "{doctype}");
        assert!(matches!(reason, Reason::Doctype), "{reason:?}");
    }
    let (line, reason) = refusal(around("<item>&lol;</item>"));
    assert_eq!(line, 3);
    assert!(matches!(reason, Reason::UnknownEntity(name) if name == "lol"));
}

#[test]
fn broken_files_give_the_line_and_the_reason() {
    let cut = |text: &str| {
        let at = WEEK.find(text).expect("in the file");
        let xml = &WEEK[..at];
        (refusal(xml), xml.matches('\n').count() as u64 + 1)
    };
    let ((line, reason), end) = cut("<guid isPermaLink");
    assert_eq!(line, end);
    assert!(matches!(reason, Reason::EndsEarly { open } if open == "item"));
    let ((line, reason), _) = cut("What holds your");
    assert_eq!(line, 15);
    assert!(matches!(reason, Reason::Unfinished(Unfinished::CData)));
    let ((_, reason), _) = cut("Link=\"false\"");
    assert!(matches!(reason, Reason::Unfinished(Unfinished::Tag)));

    let (line, reason) = refusal(around("<item>\n<title>x</item>"));
    assert_eq!(line, 4);
    assert!(
        matches!(reason, Reason::WrongEndTag { expected, found } if expected == "title" && found == "item")
    );
    assert!(matches!(
        refusal(around("a & b")),
        (3, Reason::BareAmpersand)
    ));
    assert!(matches!(refusal(around("&#0;")), (3, Reason::BadReference)));
    assert!(matches!(
        refusal(around("&#xD800;")),
        (3, Reason::BadReference)
    ));
    assert!(matches!(
        refusal(around("<a b=c d>")),
        (3, Reason::BadAttribute)
    ));
    assert!(matches!(refusal("</rss>"), (1, Reason::LoneEndTag(_))));
    assert!(matches!(
        refusal(format!("{WEEK}<rss/>")),
        (_, Reason::TextOutside)
    ));
    assert!(matches!(
        refusal(format!("{WEEK}x")),
        (_, Reason::TextOutside)
    ));
}

#[test]
fn other_files_are_refused() {
    assert!(matches!(refusal(""), (1, Reason::NotWordPress)));
    assert!(matches!(refusal("hello"), (1, Reason::NotWordPress)));
    assert!(matches!(
        refusal("<html><p>x</p></html>"),
        (1, Reason::NotWordPress)
    ));
    let feed = "<rss><channel><item><title>x</title></item></channel></rss>";
    assert!(matches!(refusal(feed), (1, Reason::NotWordPress)));
    assert!(matches!(
        refusal(b"\x1f\x8b\x08\x00"),
        (1, Reason::NotWordPress | Reason::NotUtf8)
    ));
    let latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss/>";
    assert!(matches!(refusal(latin), (1, Reason::NotUtf8)));
    let mut bytes = around("<item><title>@</title></item>").into_bytes();
    let at = bytes.iter().position(|&b| b == b'@').expect("the mark");
    bytes[at] = 0xFF;
    assert!(matches!(refusal(bytes), (3, Reason::NotUtf8)));
}

#[test]
fn limits_hold() {
    let small = Limits {
        depth: 8,
        text: 200,
        items: 2,
        comments: 1,
        total: 4000,
    };
    assert!(matches!(
        refusal_within(around(&"<a>".repeat(1000)), &small),
        (3, Reason::TooDeep(8))
    ));
    let long = around(&format!("<item><title>{}</title></item>", "x".repeat(300)));
    assert!(matches!(
        refusal_within(long, &small),
        (3, Reason::TextTooLong(200))
    ));
    let pieces = around(&format!(
        "<item><title>{}</title></item>",
        "x&amp;".repeat(150)
    ));
    assert!(matches!(
        refusal_within(pieces, &small),
        (3, Reason::TextTooLong(200))
    ));
    let tag = around(&format!("<item {}/>", "x".repeat(300)));
    assert!(matches!(
        refusal_within(tag, &small),
        (3, Reason::TextTooLong(200))
    ));
    let items = around(&"<item/>".repeat(3));
    assert!(matches!(
        refusal_within(items, &small),
        (3, Reason::TooManyItems(2))
    ));
    let comments = around(&format!("<item>{}</item>", "<wp:comment/>".repeat(2)));
    assert!(matches!(
        refusal_within(comments, &small),
        (3, Reason::TooManyComments(1))
    ));
    let whole = around(&"<b/>\n".repeat(2000));
    assert!(matches!(
        refusal_within(whole, &small),
        (_, Reason::FileTooLong(4000))
    ));
}

#[test]
fn characters_that_hide_or_turn_words_are_dropped() {
    let article = export(&post(
        "Hid\u{8}den\u{202E} word",
        "a\u{1}b\u{7F}c&#x202E;d",
        "x\0y",
    ))
    .articles
    .remove(0);
    assert_eq!(article.title, "Hidden word");
    assert_eq!(article.markdown, "abcd");
    assert_eq!(article.comments[0].markdown, "xy");
}

#[test]
fn scripts_come_out_harmless_wherever_they_stand() {
    for vector in [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"java\tscript:alert(1)\">x</a>",
        "<a href=\" &#106;avascript:alert(1)\">x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<form action=javascript:alert(1)><button>x</button></form>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<style>@import 'javascript:alert(1)'</style>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "[x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<pre>```\n<script>alert(1)</script>",
        "<code>`</code><script>alert(1)</script>",
        "<a href='https://example.org/)[x](javascript:alert(1)'>y</a>",
        "<img alt='](javascript:alert(1))' src='https://example.org/a.png'>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<!--><script>alert(1)</script>-->",
    ] {
        let article = export(&post(vector, vector, vector)).articles.remove(0);
        let shown = [
            rendered(&article.markdown),
            rendered(&article.comments[0].markdown),
        ];
        for html in shown {
            let tags: Vec<&str> = html.split('<').skip(1).collect();
            for tag in tags {
                let name = tag.trim_start_matches('/').split(['>', ' ']).next();
                assert!(
                    matches!(
                        name,
                        Some(
                            "p" | "a"
                                | "pre"
                                | "code"
                                | "table"
                                | "tr"
                                | "td"
                                | "thead"
                                | "th"
                                | "tbody"
                                | "br"
                                | "br/"
                        )
                    ),
                    "{vector} became {html}"
                );
                assert!(!tag.contains("href=\"javascript"), "{vector} became {html}");
                assert!(!tag.contains("href=\"data"), "{vector} became {html}");
            }
        }
        assert!(!article.title.is_empty());
        assert!(!article.title.contains('\n'));
    }
}

#[test]
fn titles_are_plain_text() {
    let title = |title| export(&post(title, "", "")).articles.remove(0).title;
    assert_eq!(
        title("<script>alert(1)</script>A <b>bold</b> one"),
        "A bold one"
    );
    assert_eq!(title("  spread \n over lines "), "spread over lines");
    assert_eq!(title("5 < 6 &amp; 7"), "5 < 6 & 7");
    assert_eq!(title("<script></script>"), "Untitled");
    let long = title(&"word ".repeat(100));
    assert!(long.ends_with(" word…"), "{long}");
    assert!((150..=200).contains(&long.chars().count()), "{long}");
}

#[test]
fn remote_images_become_words_and_a_link() {
    assert_eq!(
        body("<img src='https://example.org/a b.png' alt='A *red* door'>").markdown,
        "[A \\*red\\* door](https://example.org/a%20b.png)"
    );
    assert_eq!(
        body("<a href='https://example.org/big.jpg'><img src='https://example.org/small.jpg' alt='Door'></a>").markdown,
        "[Door](https://example.org/big.jpg)"
    );
    assert_eq!(
        body("<a href='https://example.org/give'><img src='https://example.org/b.png'></a>")
            .markdown,
        "[Image](https://example.org/give) ([image](https://example.org/b.png))"
    );
    assert_eq!(body("<img src='data:image/png;base64,AAAA'>").markdown, "");
    assert!(
        !rendered(&body("<p>Look!<img src='https://example.org/a.png' alt=''></p>").markdown)
            .contains("<img")
    );
}

#[test]
fn comments_show_as_typed() {
    assert_eq!(comment("a\nb\n\nc"), "a\\\nb\n\nc");
    assert_eq!(
        rendered(&comment("1. I <3 <sigh> *you* & _me_ #1 <b>truly</b>")),
        "<p>1. I &lt;3 &lt;sigh&gt; *you* &amp; _me_ #1 <strong>truly</strong></p>\n"
    );
}

#[test]
fn two_posts_of_one_id_keep_two_keys_and_slugs() {
    let item = "<item><title>Twice</title><guid>g</guid><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type></item>";
    let export = export(&around(&item.repeat(3)));
    let keys: std::collections::HashSet<_> = export.articles.iter().map(|a| &a.source_id).collect();
    let slugs: Vec<_> = export.articles.iter().map(|a| a.slug.as_str()).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(slugs, ["twice", "twice-2", "twice-3"]);
}

#[test]
fn no_mutilation_of_a_file_makes_the_reader_fail_badly() {
    let mut state = 0x1234_5678_9ABC_DEF0_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).expect("below a usize")
    };
    let mut refused = 0;
    for _ in 0..300 {
        let mut bytes = WEEK.as_bytes().to_vec();
        for _ in 0..=below(3) {
            let at = below(bytes.len());
            match below(3) {
                0 => bytes[at] = b"<>&;]!\"/\0\xFF"[below(10)],
                1 => bytes.truncate(at.max(1)),
                _ => {
                    let end = (at + below(40)).min(bytes.len());
                    bytes.drain(at..end);
                    bytes.push(b' ');
                }
            }
        }
        if let Err(error) = read(&bytes[..], &Limits::default(), &mut |_| {}) {
            refused += 1;
            let lines = bytes.iter().filter(|&&b| b == b'\n').count() as u64 + 1;
            assert!((1..=lines).contains(&error.line), "{error}");
        }
    }
    assert!(refused > 50, "only {refused} were refused");
}
