//! What was kept in a journal comes to the desk: once, and with its own time.

use crate::support::{FixedChance, START, begin, commit, member, read};
use domain::{
    accounts::Session,
    actor::Writer,
    care::{Audience, Call, CallCode, CallKey, Entry as InCall, Origin, Queue},
    clock::Timestamp,
    ids::{CallId, Chance, DeviceId, EntryId, GuestId},
    journal::{Entry, Said, Sender, put_on_desk},
    store::Store,
};

fn entry(chance: &FixedChance, said: Said, body: &str, minutes: i64) -> Entry {
    Entry {
        at: START.plus(minutes * Timestamp::MINUTE),
        from: Sender {
            guest: GuestId::random(chance),
            session: None,
        },
        said,
        body: body.to_owned(),
    }
}

fn asked(chance: &FixedChance, code: &CallCode, minutes: i64) -> Entry {
    let said = Said::Asked {
        code: code.hash(),
        first: EntryId::random(chance),
        audience: Audience::Everyone,
    };
    entry(chance, said, "I need help.", minutes)
}

fn wrote(chance: &FixedChance, code: &CallCode, minutes: i64) -> Entry {
    let said = Said::WroteBack {
        id: EntryId::random(chance),
        key: CallKey::Code(code.hash()),
    };
    entry(chance, said, "Still here.", minutes)
}

fn code(chance: &FixedChance) -> CallCode {
    CallCode::from_bytes(&chance.bytes())
}

async fn put(store: &dyn Store, chance: &FixedChance, entry: &Entry) {
    let mut unit = begin(store).await;
    put_on_desk(&mut *unit, entry, chance).await.expect("put");
    commit(unit).await;
}

async fn opened(store: &dyn Store, code: &CallCode) -> (Call, Vec<InCall>) {
    let mut reader = read(store).await;
    let call = reader.call_by_code(&code.hash()).await.expect("read");
    let call = call.expect("it opens by its code");
    let entries = reader.entries(call.id, None, 10).await.expect("read");
    (call, entries)
}

async fn waiting(store: &dyn Store) -> u64 {
    read(store).await.waiting_count(Queue::Asked).await.expect("counted")
}

fn said(entries: &[InCall]) -> Vec<(&str, i64)> {
    let minutes = |entry: &InCall| entry.at.since(START) / Timestamp::MINUTE;
    entries
        .iter()
        .map(|entry| (entry.body.as_str(), minutes(entry)))
        .collect()
}

pub async fn what_was_kept_comes_to_the_desk_once_and_with_its_time(store: &dyn Store) {
    let chance = FixedChance::default();
    let code = code(&chance);
    let (first, more) = (asked(&chance, &code, 1), wrote(&chance, &code, 7));
    for _ in 0..2 {
        put(store, &chance, &first).await;
        put(store, &chance, &more).await;
    }
    assert_eq!(waiting(store).await, 1);
    let (call, entries) = opened(store, &code).await;
    assert_eq!(said(&entries), [("I need help.", 1), ("Still here.", 7)]);
    assert_eq!(call.waiting_since, Some(first.at));
    assert_eq!(call.created_at, first.at);
    assert_eq!((call.origin, call.audience), (Origin::Asked, Audience::Everyone));
}

/// Two nodes have a journal each, and the later words come first.
pub async fn whatever_comes_first_nothing_is_lost(store: &dyn Store) {
    let chance = FixedChance::default();
    let code = code(&chance);
    let (first, more) = (asked(&chance, &code, 1), wrote(&chance, &code, 7));
    for entry in [&more, &first, &more, &first] {
        put(store, &chance, entry).await;
    }
    assert_eq!(waiting(store).await, 1);
    let (_, entries) = opened(store, &code).await;
    assert_eq!(said(&entries), [("Still here.", 7), ("I need help.", 1)]);
}

/// A code that was written down wrongly, or an account that is signed out.
pub async fn words_for_no_call_are_a_call(store: &dyn Store) {
    let chance = FixedChance::default();
    let code = code(&chance);
    let by_code = wrote(&chance, &code, 2);
    let key = CallKey::Own(CallId::random(&chance));
    let id = EntryId::random(&chance);
    let by_account = entry(&chance, Said::WroteBack { id, key }, "Anyone?", 3);
    for _ in 0..2 {
        put(store, &chance, &by_code).await;
        put(store, &chance, &by_account).await;
    }
    assert_eq!(waiting(store).await, 2);
    let (call, entries) = opened(store, &code).await;
    assert_eq!(said(&entries), [("Still here.", 2)]);
    assert_eq!(call.audience, Audience::Supporters);
}

pub async fn whoever_was_signed_in_is_the_one_who_asked(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let session = Session {
        hash: "0a".repeat(32),
        device: DeviceId::random(&chance),
        member: Some(ana.id),
        record: "{}".to_owned(),
        name: "Firefox on Linux".to_owned(),
        created_at: START,
        last_used_at: START,
        expires_at: START.plus(Timestamp::DAY),
    };
    let mut unit = begin(store).await;
    unit.insert_session(&session).await.expect("signed in");
    commit(unit).await;
    for (hash, writer) in [
        (session.hash.clone(), Some(Writer::Member(ana.id))),
        ("0b".repeat(32), None),
    ] {
        let code = code(&chance);
        let mut entry = asked(&chance, &code, 1);
        entry.from.session = Some(hash);
        put(store, &chance, &entry).await;
        assert_eq!(opened(store, &code).await.0.writer, writer);
    }
}
