use super::*;
use crate::services::SystemChance;
use domain::{
    care::{Audience, CallCode, CodeHash},
    ids::{EntryId, GuestId},
    journal::{Said, Sender},
};

fn code(name: u8) -> CodeHash {
    // A letter of a code is five bits of a byte.
    let mut bytes = [name; 16];
    bytes[0] = name >> 5;
    CallCode::from_bytes(&bytes).hash()
}

fn asked(name: u8, at: i64) -> Entry {
    Entry {
        at: Timestamp(at),
        from: Sender {
            guest: GuestId::random(&SystemChance),
            session: None,
        },
        said: Said::Asked {
            code: code(name),
            first: EntryId::random(&SystemChance),
            audience: Audience::Supporters,
        },
        body: "I need help.\n\"Now\", please \u{1F49A}".to_owned(),
    }
}

fn wrote(name: u8, id: EntryId, at: i64) -> Entry {
    Entry {
        said: Said::WroteBack {
            id,
            key: CallKey::Code(code(name)),
        },
        body: "Still here.".to_owned(),
        ..asked(name, at)
    }
}

fn words() -> EntryId {
    EntryId::random(&SystemChance)
}

async fn journal(folder: &Path) -> FileJournal {
    FileJournal::open(folder.join("journal"), Arc::new(SystemChance)).await
}

async fn keep(journal: &FileJournal, entry: &Entry) {
    journal.keep(entry.clone()).await.expect("kept");
}

fn files(folder: &Path, ending: &str) -> usize {
    let files = fs::read_dir(folder.join("journal")).expect("a folder");
    files
        .filter(|file| {
            let path = file.as_ref().expect("a file").path();
            path.extension().is_some_and(|found| found == ending)
        })
        .count()
}

#[tokio::test]
async fn what_a_killed_program_kept_is_taken_over_by_the_next() {
    let place = tempfile::tempdir().expect("a folder");
    let first = journal(place.path()).await;
    let (call, more) = (asked(1, 1), wrote(1, words(), 2));
    keep(&first, &call).await;
    keep(&first, &more).await;
    keep(&first, &asked(2, 3)).await;
    // A node beside it leaves it alone.
    let beside = journal(place.path()).await;
    assert_eq!(beside.waiting(), (0, None));
    drop(first);
    beside.take_over().await;
    assert_eq!(beside.waiting(), (3, Some(Timestamp(1))));
    assert_eq!(
        beside.kept(&CallKey::Code(code(1))),
        [call.clone(), more.clone()]
    );
    beside.let_go(&[call, more]).await.expect("let go");
    assert_eq!(
        files(place.path(), ENDING),
        2,
        "one entry still stands there"
    );
    let rest = beside.entries();
    beside.let_go(&rest).await.expect("let go");
    assert_eq!(files(place.path(), ENDING), 1, "only its own");
    beside.close().await;
    assert_eq!(files(place.path(), ENDING), 0);
}

#[tokio::test]
async fn what_is_on_the_desk_is_not_found_again() {
    let place = tempfile::tempdir().expect("a folder");
    let first = journal(place.path()).await;
    keep(&first, &asked(1, 1)).await;
    first.let_go(&first.entries()).await.expect("let go");
    keep(&first, &asked(2, 2)).await;
    drop(first);
    let next = journal(place.path()).await;
    assert_eq!(next.waiting(), (1, Some(Timestamp(2))));
    assert!(next.kept(&CallKey::Code(code(1))).is_empty());
}

#[tokio::test]
async fn what_is_sent_twice_is_kept_once() {
    let place = tempfile::tempdir().expect("a folder");
    let journal = journal(place.path()).await;
    keep(&journal, &asked(1, 1)).await;
    keep(&journal, &asked(1, 9)).await;
    let same = words();
    keep(&journal, &wrote(1, same, 2)).await;
    keep(&journal, &wrote(1, same, 10)).await;
    keep(&journal, &wrote(1, words(), 3)).await;
    let moments: Vec<i64> = journal.entries().iter().map(|entry| entry.at.0).collect();
    assert_eq!(moments, [1, 2, 3]);
}

#[tokio::test]
async fn many_at_once_are_all_kept() {
    let place = tempfile::tempdir().expect("a folder");
    let first = Arc::new(journal(place.path()).await);
    let keeping = (0..200_u8).map(|n| {
        let first = first.clone();
        tokio::spawn(async move { first.keep(asked(n, i64::from(n))).await })
    });
    for kept in keeping.collect::<Vec<_>>() {
        kept.await.expect("no panic").expect("kept");
    }
    drop(first);
    let next = journal(place.path()).await;
    let moments: Vec<i64> = next.entries().iter().map(|entry| entry.at.0).collect();
    assert_eq!(moments, (0..200).collect::<Vec<i64>>());
}

#[tokio::test]
async fn an_entry_of_a_later_version_is_kept_aside() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("journal");
    fs::create_dir(&folder).expect("a folder");
    let mut sheet = Sheet::begin(&folder.join("left.jsonl")).expect("begun");
    sheet.append(r#"{"said":{"sung":{}}}"#).expect("kept");
    drop(sheet);
    let journal = journal(place.path()).await;
    assert_eq!(journal.waiting(), (0, None));
    assert_eq!(files(place.path(), "damaged"), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn where_nothing_can_be_written_nothing_is_said_to_be_kept() {
    let place = tempfile::tempdir().expect("a folder");
    // Not a folder, whoever asks: modes mean nothing to root.
    fs::write(place.path().join("journal"), "a file").expect("written");
    let journal = journal(place.path()).await;
    journal.keep(asked(1, 1)).await.expect_err("no room");
    assert_eq!(journal.waiting(), (0, None));
    fs::remove_file(place.path().join("journal")).expect("gone");
    keep(&journal, &asked(1, 1)).await;
    assert_eq!(files(place.path(), ENDING), 1);
}
