//! Accounts, sessions, and secrets that work once.

use crate::support::{FixedChance, START, begin, commit, member, member_with, read};
use domain::{
    accounts::{
        About, AuditEntry, Handle, Logged, LoggedAbout, LoggedBy, Member, MemberState, Session,
    },
    actor::{Role, Roles},
    clock::Timestamp,
    ids::{AuditId, DeviceId, InvitationId, MemberId, OpaqueId},
    page::{Mark, Page},
    store::Store,
};

fn handle(text: &str) -> Handle {
    Handle::parse(text).expect("a handle")
}

fn session(chance: &FixedChance, hash: &str, member: Option<MemberId>, at: Timestamp) -> Session {
    Session {
        hash: hash.to_owned(),
        device: DeviceId::random(chance),
        member,
        record: "{}".to_owned(),
        name: "Firefox on Linux".to_owned(),
        created_at: at,
        last_used_at: at,
        expires_at: START.plus(Timestamp::DAY),
    }
}

pub async fn a_handle_is_taken_once(store: &dyn Store) {
    let chance = FixedChance::default();
    member(store, &chance, "maria").await;
    for twin in ["maria", "Maria", "ma-ria", "mаria"] {
        let other = Member {
            id: MemberId::random(&chance),
            handle: twin.to_owned(),
            password: Some("$none$".to_owned()),
            roles: Roles::default(),
            state: MemberState::Active,
            barred_until: None,
            opaque: OpaqueId::random(&chance),
            created_at: START,
        };
        let mut unit = begin(store).await;
        assert!(
            !unit
                .insert_member(&other, &handle(twin))
                .await
                .expect("asked"),
            "{twin}"
        );
        assert!(
            unit.member(other.id).await.expect("read").is_none(),
            "{twin}"
        );
    }
}

pub async fn a_member_is_found_by_what_the_handle_looks_like(store: &dyn Store) {
    let chance = FixedChance::default();
    assert!(!read(store).await.any_member().await.expect("read"));
    let ana = member(store, &chance, "River-Stone").await;
    let mut reader = read(store).await;
    assert!(reader.any_member().await.expect("read"));
    let found = reader
        .member_by_skeleton(&handle("riverstone").skeleton())
        .await
        .expect("read")
        .expect("found");
    assert_eq!((found.id, found.handle.as_str()), (ana.id, "River-Stone"));
    let unknown = handle("somebody-else").skeleton();
    assert!(
        reader
            .member_by_skeleton(&unknown)
            .await
            .expect("read")
            .is_none()
    );
    assert!(
        reader
            .member(MemberId::random(&chance))
            .await
            .expect("read")
            .is_none()
    );
}

pub async fn whoever_waits_is_listed_until_let_in(store: &dyn Store) {
    let chance = FixedChance::default();
    member(store, &chance, "ana").await;
    let waiting = MemberState::Waiting;
    let ben = member_with(store, &chance, "ben", Roles::default(), waiting).await;
    let cleo = member_with(store, &chance, "cleo", Roles::default(), waiting).await;
    let mut unit = begin(store).await;
    assert_eq!(unit.waiting_members().await.expect("read").len(), 2);
    unit.set_member_state(ben.id, MemberState::Active)
        .await
        .expect("let in");
    let left: Vec<MemberId> = unit
        .waiting_members()
        .await
        .expect("read")
        .into_iter()
        .map(|member| member.id)
        .collect();
    assert_eq!(left, [cleo.id]);
    let ben = unit.member(ben.id).await.expect("read").expect("ben");
    assert_eq!(ben.state, MemberState::Active);
}

pub async fn an_account_that_was_not_let_in_goes(store: &dyn Store) {
    let chance = FixedChance::default();
    let waiting = MemberState::Waiting;
    let ben = member_with(store, &chance, "ben", Roles::default(), waiting).await;
    let mut unit = begin(store).await;
    unit.insert_session(&session(&chance, "s", Some(ben.id), START))
        .await
        .expect("a session");
    unit.replace_codes(ben.id, &["c".to_owned()])
        .await
        .expect("codes");
    unit.remove_member(ben.id).await.expect("gone");
    unit.remove_member(ben.id).await.expect("gone twice");
    commit(unit).await;
    let mut reader = read(store).await;
    assert!(reader.member(ben.id).await.expect("read").is_none());
    assert!(reader.waiting_members().await.expect("read").is_empty());
    assert!(reader.session("s", START).await.expect("read").is_none());
    assert_eq!(reader.codes_left(ben.id).await.expect("read"), 0);
    drop(reader);
    member(store, &chance, "ben").await;
}

pub async fn roles_and_password_are_kept(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let roles = Roles::default().with(Role::Editor).with(Role::Host);
    let mut unit = begin(store).await;
    unit.set_roles(ana.id, roles).await.expect("set");
    unit.set_password(ana.id, "$new$").await.expect("set");
    commit(unit).await;
    let mut reader = read(store).await;
    let found = reader.member(ana.id).await.expect("read").expect("ana");
    assert_eq!((found.roles, found.password.as_deref()), (roles, Some("$new$")));
    assert_eq!(found.created_at, START);
    let other = reader.member(ben.id).await.expect("read").expect("ben");
    assert_eq!(
        (other.roles, other.password.as_deref()),
        (Roles::default(), Some("$none$"))
    );
}

pub async fn a_session_is_found_until_it_expires(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let kept = session(&chance, "one", Some(ana.id), START);
    let nobody = session(&chance, "two", None, START);
    let mut unit = begin(store).await;
    unit.insert_session(&kept).await.expect("kept");
    unit.insert_session(&nobody).await.expect("kept");
    assert_eq!(
        unit.session("one", START).await.expect("read"),
        Some(kept.clone())
    );
    assert_eq!(
        unit.session("two", START).await.expect("read"),
        Some(nobody)
    );
    assert_eq!(unit.session("three", START).await.expect("read"), None);
    let last = kept.expires_at.plus(-1);
    assert!(unit.session("one", last).await.expect("read").is_some());
    assert_eq!(
        unit.session("one", kept.expires_at).await.expect("read"),
        None
    );
    assert!(
        unit.devices(ana.id, kept.expires_at)
            .await
            .expect("read")
            .is_empty()
    );
    assert_eq!(unit.forget_sessions(last).await.expect("forgotten"), 0);
    assert_eq!(
        unit.forget_sessions(kept.expires_at)
            .await
            .expect("forgotten"),
        2
    );
    assert_eq!(unit.session("one", START).await.expect("read"), None);
}

pub async fn a_session_that_was_signed_out_does_not_come_back(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let mut kept = session(&chance, "one", Some(ana.id), START);
    let mut unit = begin(store).await;
    unit.insert_session(&kept).await.expect("kept");
    kept.record = r#"{"day":"2025-01-07"}"#.to_owned();
    kept.last_used_at = START.plus(5);
    unit.update_session(&kept).await.expect("updated");
    assert_eq!(
        unit.session("one", START).await.expect("read"),
        Some(kept.clone())
    );
    unit.drop_session("one").await.expect("signed out");
    unit.drop_session("one").await.expect("signed out twice");
    // A request that was under way writes its session back.
    unit.update_session(&kept).await.expect("updated");
    assert_eq!(unit.session("one", START).await.expect("read"), None);
    assert!(unit.devices(ana.id, START).await.expect("read").is_empty());
}

pub async fn a_device_is_its_members_until_it_is_signed_out(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let hers = session(&chance, "hers", Some(ana.id), START);
    let nobodys = session(&chance, "nobodys", None, START);
    let mut unit = begin(store).await;
    for session in [&hers, &nobodys] {
        unit.insert_session(session).await.expect("kept");
    }
    for (device, now, owner) in [
        (hers.device, START, Some(ana.id)),
        (hers.device, hers.expires_at, None),
        (nobodys.device, START, None),
        (DeviceId::random(&chance), START, None),
    ] {
        let found = unit.device_owner(device, now).await.expect("read");
        assert_eq!(found, owner);
    }
    unit.drop_session("hers").await.expect("signed out");
    assert_eq!(
        unit.device_owner(hers.device, START).await.expect("read"),
        None
    );
}

pub async fn devices_are_listed_latest_first(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let mut unit = begin(store).await;
    for (hash, member, at) in [
        ("b", ana.id, 2),
        ("c", ana.id, 3),
        ("a", ana.id, 1),
        ("x", ben.id, 4),
    ] {
        let session = session(&chance, hash, Some(member), START.plus(at));
        unit.insert_session(&session).await.expect("kept");
    }
    let devices = unit.devices(ana.id, START.plus(9)).await.expect("read");
    let used: Vec<i64> = devices
        .iter()
        .map(|device| device.last_used_at.since(START))
        .collect();
    assert_eq!(used, [3, 2, 1]);
    assert_eq!(devices[0].name, "Firefox on Linux");
}

pub async fn nobody_signs_out_the_device_of_another(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let kept = session(&chance, "one", Some(ana.id), START);
    let mut unit = begin(store).await;
    unit.insert_session(&kept).await.expect("kept");
    assert!(!unit.drop_device(ben.id, kept.device).await.expect("asked"));
    assert!(
        !unit
            .drop_device(ana.id, DeviceId::random(&chance))
            .await
            .expect("asked")
    );
    assert!(unit.session("one", START).await.expect("read").is_some());
    assert!(unit.drop_device(ana.id, kept.device).await.expect("asked"));
    assert!(
        !unit
            .drop_device(ana.id, kept.device)
            .await
            .expect("asked twice")
    );
    assert!(unit.session("one", START).await.expect("read").is_none());
}

pub async fn all_devices_but_one_are_signed_out(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let here = session(&chance, "here", Some(ana.id), START);
    let mut unit = begin(store).await;
    unit.insert_session(&here).await.expect("kept");
    for (hash, member) in [("there", ana.id), ("elsewhere", ana.id), ("bens", ben.id)] {
        let other = session(&chance, hash, Some(member), START);
        unit.insert_session(&other).await.expect("kept");
    }
    unit.drop_devices(ana.id, Some(here.device))
        .await
        .expect("signed out");
    let left = |devices: Vec<domain::accounts::Device>| {
        devices
            .into_iter()
            .map(|device| device.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        left(unit.devices(ana.id, START).await.expect("read")),
        [here.device]
    );
    unit.drop_devices(ana.id, None).await.expect("signed out");
    assert!(unit.devices(ana.id, START).await.expect("read").is_empty());
    assert!(unit.session("bens", START).await.expect("read").is_some());
}

pub async fn a_recovery_code_works_once(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let mut unit = begin(store).await;
    let hashes = ["one".to_owned(), "two".to_owned()];
    unit.replace_codes(ana.id, &hashes).await.expect("codes");
    assert_eq!(unit.codes_left(ana.id).await.expect("read"), 2);
    assert!(!unit.use_code(ben.id, "one").await.expect("asked"));
    assert!(!unit.use_code(ana.id, "three").await.expect("asked"));
    assert!(unit.use_code(ana.id, "one").await.expect("asked"));
    assert!(!unit.use_code(ana.id, "one").await.expect("asked twice"));
    assert_eq!(unit.codes_left(ana.id).await.expect("read"), 1);
}

pub async fn new_codes_replace_the_old(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let mut unit = begin(store).await;
    unit.replace_codes(ana.id, &["old".to_owned()])
        .await
        .expect("codes");
    unit.replace_codes(ana.id, &["new".to_owned()])
        .await
        .expect("codes");
    assert!(!unit.use_code(ana.id, "old").await.expect("asked"));
    assert!(unit.use_code(ana.id, "new").await.expect("asked"));
    assert_eq!(unit.codes_left(ana.id).await.expect("read"), 0);
}

pub async fn a_reset_link_works_once_and_in_time(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let until = START.plus(Timestamp::HOUR);
    let mut unit = begin(store).await;
    unit.keep_reset_link(ana.id, "first", until)
        .await
        .expect("kept");
    unit.keep_reset_link(ana.id, "second", until)
        .await
        .expect("kept");
    assert_eq!(
        unit.use_reset_link("first", START).await.expect("asked"),
        None
    );
    assert_eq!(
        unit.use_reset_link("second", until)
            .await
            .expect("asked too late"),
        None
    );
    unit.keep_reset_link(ana.id, "third", until)
        .await
        .expect("kept");
    let in_time = until.plus(-1);
    assert_eq!(
        unit.reset_link("third", in_time).await.expect("read"),
        Some(ana.id)
    );
    assert_eq!(
        unit.reset_link("third", until)
            .await
            .expect("read too late"),
        None
    );
    assert_eq!(
        unit.use_reset_link("third", in_time).await.expect("asked"),
        Some(ana.id)
    );
    assert_eq!(
        unit.reset_link("third", in_time)
            .await
            .expect("read after use"),
        None
    );
    assert_eq!(
        unit.use_reset_link("third", in_time)
            .await
            .expect("asked twice"),
        None
    );
}

pub async fn an_invitation_works_once_and_in_time(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let until = START.plus(Timestamp::HOUR);
    let mut unit = begin(store).await;
    for (hash, by) in [("one", Some(ana.id)), ("two", None)] {
        let id = InvitationId::random(&chance);
        unit.insert_invitation(id, hash, by, until)
            .await
            .expect("kept");
    }
    assert!(!unit.use_invitation("three", START).await.expect("asked"));
    assert!(
        !unit
            .use_invitation("one", until)
            .await
            .expect("asked too late")
    );
    assert!(
        unit.use_invitation("one", until.plus(-1))
            .await
            .expect("asked")
    );
    assert!(
        !unit
            .use_invitation("one", START)
            .await
            .expect("asked twice")
    );
    assert!(unit.use_invitation("two", START).await.expect("asked"));
}

/// Notes that a member did something, or the house by itself, to somebody.
async fn note(store: &dyn Store, at: u32, by: Option<MemberId>, about: About) {
    let mut unit = begin(store).await;
    let entry = AuditEntry {
        id: AuditId::random(&FixedChance::seeded(at)),
        at: START.plus(at.into()),
        by,
        action: "accounts.reset-link".to_owned(),
        about,
        reason: (at == 3).then(|| "lost every code".to_owned()),
    };
    unit.audit(&entry).await.expect("kept");
    commit(unit).await;
}

pub async fn the_audit_log_is_read_newest_first(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await.id;
    for (at, by) in [(1, None), (3, Some(ana)), (2, None)] {
        note(store, at, by, About::Member(ana)).await;
    }
    let mut reader = read(store).await;
    let first = reader.log(None, 2).await.expect("a page");
    let at = |page: &Page<Logged>| -> Vec<i64> {
        let moments = page.items.iter().map(|entry| entry.at.since(START));
        moments.collect()
    };
    assert_eq!(at(&first), [3, 2]);
    let by = LoggedBy::Member("ana".into());
    assert_eq!((&first.items[0].by, &first.items[1].by), (&by, &LoggedBy::House));
    assert_eq!(first.items[0].reason.as_deref(), Some("lost every code"));
    let next = Mark::read(&first.next.expect("a next page")).expect("a cursor of ours");
    let last = reader.log(Some(next), 2).await.expect("a page");
    assert_eq!((at(&last), last.next), (vec![1], None));
}

/// The log speaks of a member by something that only the account knows: once it
/// is gone, nothing leads from the log to whom it was, or from one entry to
/// who is still here.
pub async fn the_log_names_nobody_who_is_gone(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await.id;
    let ben = member(store, &chance, "ben").await.id;
    let story = About::Other("story-0123456789abcdef0123456789abcdef".into());
    note(store, 1, Some(ana), About::Member(ben)).await;
    note(store, 2, Some(ben), About::Member(ana)).await;
    note(store, 3, Some(ana), story).await;
    let read_log = || async {
        let page = read(store).await.log(None, 9).await.expect("the log");
        let entries = page.items.into_iter();
        entries.map(|entry| (entry.by, entry.about)).collect::<Vec<_>>()
    };
    let story = LoggedAbout::Other("story-0123456789abcdef0123456789abcdef".into());
    let here = |handle: &str| (LoggedBy::Member(handle.into()), LoggedAbout::Member(handle.into()));
    let ((by_ana, to_ana), (by_ben, to_ben)) = (here("ana"), here("ben"));
    assert_eq!(
        read_log().await,
        [
            (by_ana.clone(), story.clone()),
            (by_ben.clone(), to_ana),
            (by_ana, to_ben.clone()),
        ]
    );
    let mut unit = begin(store).await;
    unit.forget_member(ana).await.expect("erased");
    commit(unit).await;
    assert_eq!(
        read_log().await,
        [
            (LoggedBy::Former, story),
            (by_ben, LoggedAbout::Former),
            (LoggedBy::Former, to_ben),
        ]
    );
}

pub async fn of_those_with_a_role_the_first_is_found(store: &dyn Store) {
    let chance = FixedChance::default();
    let editor = Roles::default().with(Role::Editor);
    let both = editor.with(Role::Host);
    assert_eq!(
        read(store)
            .await
            .first_with_role(Role::Editor)
            .await
            .expect("read"),
        None
    );
    member(store, &chance, "ana").await;
    member_with(store, &chance, "ben", editor, MemberState::Waiting).await;
    let cleo = member_with(store, &chance, "cleo", both, MemberState::Active).await;
    let mut reader = read(store).await;
    for role in [Role::Editor, Role::Host] {
        assert_eq!(
            reader.first_with_role(role).await.expect("read"),
            Some(cleo.id)
        );
    }
    assert_eq!(
        reader.first_with_role(Role::Moderator).await.expect("read"),
        None
    );
}
