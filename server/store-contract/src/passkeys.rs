//! Passkeys, and what browsers are asked about them.

use crate::support::{FixedChance, START, begin, commit, guest, member, read};
use domain::{
    accounts::{Handle, Member, MemberState, Passkey, PasskeyAsk, Purpose},
    actor::Roles,
    clock::Timestamp,
    ids::{AskId, GuestId, MemberId, OpaqueId, PasskeyId},
    store::{Store, Unit},
};

fn passkey(chance: &FixedChance, owner: MemberId, credential_id: &str, at: i64) -> Passkey {
    Passkey {
        id: PasskeyId::random(chance),
        owner,
        credential_id: credential_id.to_owned(),
        credential: r#"{"counter":1}"#.to_owned(),
        name: "Ana's téléphone".to_owned(),
        created_at: START.plus(at),
        last_used_at: None,
    }
}

fn ask(chance: &FixedChance, browser: GuestId, purpose: Purpose) -> PasskeyAsk {
    PasskeyAsk {
        id: AskId::random(chance),
        browser,
        purpose,
        state: r#"{"challenge":"x"}"#.to_owned(),
        expires_at: START.plus(Timestamp::MINUTE),
    }
}

async fn names(unit: &mut dyn Unit, owner: MemberId) -> Vec<String> {
    let passkeys = unit.passkeys(owner).await.expect("read");
    passkeys
        .into_iter()
        .map(|passkey| passkey.credential_id)
        .collect()
}

pub async fn passkeys_are_listed_oldest_first(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let mut unit = begin(store).await;
    for (owner, name, at) in [
        (ana.id, "second", 2),
        (ana.id, "first", 1),
        (ben.id, "of-ben", 0),
        (ana.id, "third", 3),
    ] {
        let passkey = passkey(&chance, owner, name, at);
        assert!(unit.insert_passkey(&passkey).await.expect("kept"));
    }
    assert_eq!(
        names(&mut *unit, ana.id).await,
        ["first", "second", "third"]
    );
    assert_eq!(names(&mut *unit, ben.id).await, ["of-ben"]);
    let nobody = MemberId::random(&chance);
    assert!(names(&mut *unit, nobody).await.is_empty());
}

pub async fn a_credential_is_known_once(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let hers = passkey(&chance, ana.id, "one", 0);
    let mut unit = begin(store).await;
    assert!(unit.insert_passkey(&hers).await.expect("kept"));
    let same = passkey(&chance, ben.id, "one", 1);
    assert!(!unit.insert_passkey(&same).await.expect("asked"));
    commit(unit).await;
    let mut reader = read(store).await;
    let found = reader.passkey_by_credential("one").await.expect("read");
    assert_eq!(found, Some(hers));
    for other in ["One", "two", ""] {
        let found = reader.passkey_by_credential(other).await.expect("read");
        assert_eq!(found, None, "{other:?}");
    }
}

pub async fn a_passkey_is_used_as_it_was_read_or_not_at_all(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let read = passkey(&chance, ana.id, "one", 0);
    let other = passkey(&chance, ana.id, "two", 1);
    let used = Passkey {
        credential: r#"{"counter":2}"#.to_owned(),
        last_used_at: Some(START.day_began()),
        ..read.clone()
    };
    let mut unit = begin(store).await;
    for passkey in [&read, &other] {
        unit.insert_passkey(passkey).await.expect("kept");
    }
    assert!(unit.use_passkey(&read, &used).await.expect("used"));
    let kept = unit.passkeys(ana.id).await.expect("read");
    assert_eq!(kept, [used.clone(), other]);
    // Someone has used it meanwhile: what was read is not so any more.
    assert!(!unit.use_passkey(&read, &used).await.expect("asked"));
    unit.remove_passkey(used.id).await.expect("removed");
    unit.remove_passkey(used.id).await.expect("removed twice");
    assert!(!unit.use_passkey(&used, &used).await.expect("asked"));
    assert_eq!(names(&mut *unit, ana.id).await, ["two"]);
}

pub async fn passkeys_go_with_their_member(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let mut unit = begin(store).await;
    let hers = passkey(&chance, ana.id, "one", 0);
    unit.insert_passkey(&hers).await.expect("kept");
    unit.remove_member(ana.id).await.expect("gone");
    commit(unit).await;
    let mut reader = read(store).await;
    let found = reader.passkey_by_credential("one").await.expect("read");
    assert_eq!(found, None);
}

pub async fn someone_can_be_without_a_password(store: &dyn Store) {
    let chance = FixedChance::default();
    let handle = Handle::parse("ana").expect("a handle");
    let ana = Member {
        id: MemberId::random(&chance),
        handle: "ana".to_owned(),
        password: None,
        roles: Roles::default(),
        state: MemberState::Active,
        barred_until: None,
        opaque: OpaqueId::random(&chance),
        created_at: START,
    };
    let mut unit = begin(store).await;
    assert!(unit.insert_member(&ana, &handle).await.expect("kept"));
    commit(unit).await;
    let password = async || {
        let found = read(store).await.member(ana.id).await.expect("read");
        found.expect("ana").password
    };
    assert_eq!(password().await, None);
    let mut unit = begin(store).await;
    unit.set_password(ana.id, "$new$").await.expect("set");
    commit(unit).await;
    assert_eq!(password().await.as_deref(), Some("$new$"));
}

pub async fn a_question_is_for_one_browser_and_answered_once(store: &dyn Store) {
    let chance = FixedChance::default();
    let here = guest(store, &chance).await;
    // A browser from which nobody has written is not among the guests.
    let there = GuestId::random(&chance);
    let nobody_yet = MemberId::random(&chance);
    for purpose in [
        Purpose::Join(nobody_yet),
        Purpose::Add(nobody_yet),
        Purpose::SignIn,
        Purpose::Confirm(nobody_yet),
    ] {
        let asked = ask(&chance, there, purpose);
        let mut unit = begin(store).await;
        unit.keep_passkey_ask(&asked).await.expect("kept");
        let last = asked.expires_at.plus(-1);
        for (id, browser, now, found) in [
            (asked.id, there, last, Some(asked.clone())),
            (asked.id, there, asked.expires_at, None),
            (asked.id, here, last, None),
            (AskId::random(&chance), there, last, None),
        ] {
            let ask = unit.passkey_ask(id, browser, now).await.expect("read");
            assert_eq!(ask, found);
        }
        let late = asked.expires_at;
        assert!(!unit.use_passkey_ask(asked.id, late).await.expect("asked"));
        assert!(unit.use_passkey_ask(asked.id, last).await.expect("used"));
        assert!(!unit.use_passkey_ask(asked.id, last).await.expect("asked"));
    }
}

pub async fn questions_are_forgotten_when_it_is_too_late(store: &dyn Store) {
    let chance = FixedChance::default();
    let browser = GuestId::random(&chance);
    let asked = ask(&chance, browser, Purpose::SignIn);
    let mut unit = begin(store).await;
    unit.keep_passkey_ask(&asked).await.expect("kept");
    let last = asked.expires_at.plus(-1);
    assert_eq!(unit.forget_passkey_asks(last).await.expect("asked"), 0);
    let found = unit.passkey_ask(asked.id, browser, last).await;
    assert_eq!(found.expect("read"), Some(asked.clone()));
    let late = asked.expires_at;
    assert_eq!(unit.forget_passkey_asks(late).await.expect("forgotten"), 1);
    let found = unit.passkey_ask(asked.id, browser, last).await;
    assert_eq!(found.expect("read"), None);
}
