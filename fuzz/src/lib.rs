//! What takes text from outside, and what must hold whatever the text is. Each
//! entry takes any bytes and panics when something does not hold: `make fuzz`
//! hunts for such bytes for as long as one likes, `make test` tries a few
//! thousand that follow from seeds.

pub mod safe;

use domain::{care::recogniser, markdown};
use wordpress::Limits;

/// An entry: any bytes.
pub type Entry = fn(&[u8]);

/// All of them, by the names of their targets.
pub const ENTRIES: [(&str, Entry); 3] = [
    ("markdown", markdown),
    ("import", import),
    ("hearing", hearing),
];

/// Characters of an excerpt in these trials.
const EXCERPT: usize = 80;

/// What people write, rendered: only what may stay is in it.
pub fn markdown(data: &[u8]) {
    let source = String::from_utf8_lossy(data);
    renders_safely(&source);
    let excerpt = markdown::excerpt(&source, EXCERPT);
    // One more for the mark that something follows.
    assert!(excerpt.chars().count() <= EXCERPT + 1, "{excerpt:?}");
}

/// A file that says it comes from WordPress: read or refused, and what was read
/// is harmless as well.
pub fn import(data: &[u8]) {
    let limits = Limits {
        text: 1 << 16,
        items: 64,
        comments: 256,
        total: 1 << 18,
        ..Limits::default()
    };
    let Ok(export) = wordpress::read(data, &limits, &mut |_| {}) else {
        return;
    };
    for article in export.articles.iter().chain(&export.pages) {
        assert!(!article.title.is_empty() && !article.title.contains('\n'));
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(article.slug.bytes().all(plain), "{:?}", article.slug);
        renders_safely(&article.markdown);
        for comment in &article.comments {
            renders_safely(&comment.markdown);
        }
    }
}

/// What is listened to for calls for help: heard alike each time, in parts that
/// leave nothing out and whose number grows no faster than the text.
pub fn hearing(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert_eq!(recogniser::recognise(&text), recogniser::recognise(&text));
    let tokens = recogniser::read(&text);
    let parts: Vec<_> = recogniser::parts(&tokens).map(|(part, _)| part).collect();
    assert!(parts.len() <= 2 * tokens.len() + 2, "{}", parts.len());
    let read: usize = parts.iter().map(|part| part.len()).sum();
    assert!(read >= 2 * tokens.len(), "{read} of {}", tokens.len());
    assert!(read <= 6 * tokens.len(), "{read} of {}", tokens.len());
}

fn renders_safely(source: &str) {
    let html = markdown::render(source);
    if let Err(why) = safe::check(html.as_str()) {
        panic!("{why} in {:?}, rendered from {source:?}", html.as_str());
    }
}
