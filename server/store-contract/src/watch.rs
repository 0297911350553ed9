//! Who is here to answer calls for help, and what becomes of those that wait.

use crate::support::{FixedChance, START, begin, commit, member_with, read};
use domain::{
    accounts::MemberState,
    actor::{ActingMember, Actor, Role, Roles},
    care::{Audience, CallToInsert, Origin, Queue, Severity},
    clock::Timestamp,
    ids::{CallId, ShiftId},
    notifications::Kind,
    refusal::{Fault, Field, Reason, Refusal},
    rituals::Zone,
    store::{Act, Store},
    watch::{
        self, Days, Level, MOST_SHIFTS, Minute, Rank, Shift, Steps, Telling, Waiting, Watch,
    },
};

fn shift(days: &str, from: &str, until: &str) -> Shift {
    Shift {
        days: Days::parse(days).expect("days"),
        from: Minute::parse(from).expect("a time"),
        until: Minute::parse(until).expect("a time"),
        zone: Zone::parse("Europe/London").expect("a zone"),
    }
}

async fn supporter(store: &dyn Store, chance: &FixedChance, handle: &str) -> ActingMember {
    let roles = Roles::default().with(Role::PeerSupporter);
    member_with(store, chance, handle, roles, MemberState::Active).await
}

/// The member says when they are here.
async fn add(
    store: &dyn Store,
    chance: &FixedChance,
    member: &ActingMember,
    shift: Shift,
) -> Result<(), Fault> {
    let actor = Actor::Member(member.clone());
    let act = Act {
        actor: &actor,
        now: START,
        chance,
    };
    let mut unit = begin(store).await;
    watch::add_shift(&mut *unit, act, shift).await?;
    commit(unit).await;
    Ok(())
}

async fn watch_at(store: &dyn Store, now: Timestamp) -> Watch {
    watch::watch(&mut *read(store).await, now)
        .await
        .expect("an answer")
}

async fn call(store: &dyn Store, chance: &FixedChance, origin: Origin, at: Timestamp) -> CallId {
    let id = CallId::random(chance);
    let mut unit = begin(store).await;
    let call = CallToInsert {
        id,
        code: None,
        origin,
        severity: Severity::Call,
        audience: Audience::Supporters,
        post: None,
        writer: None,
        created_at: at,
    };
    unit.insert_call(&call).await.expect("a call");
    commit(unit).await;
    id
}

async fn waiting_in(store: &dyn Store, queue: Queue) -> Waiting {
    read(store).await.waiting(queue).await.expect("counted")
}

async fn waiting(store: &dyn Store) -> Waiting {
    waiting_in(store, Queue::Asked).await
}

async fn counts(store: &dyn Store) -> [u64; 4] {
    waiting(store).await.0.map(|rank| rank.count)
}

async fn rise(store: &dyn Store, now: Timestamp) -> Option<Level> {
    rise_in(store, Queue::Asked, now).await
}

async fn rise_in(store: &dyn Store, queue: Queue, now: Timestamp) -> Option<Level> {
    let mut unit = begin(store).await;
    // Other chance than that of the story.
    let chance = FixedChance::seeded(u32::try_from(now.since(START) / 1000).expect("soon"));
    let highest = watch::rise(&mut *unit, queue, Steps::default(), now, &chance)
        .await
        .expect("risen");
    commit(unit).await;
    highest
}

fn minutes(count: i64) -> Timestamp {
    START.plus(count * Timestamp::MINUTE)
}

/// START is a Monday at noon in London.
pub async fn hours_belong_to_whoever_set_them(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = supporter(store, &chance, "ana").await;
    let ben = supporter(store, &chance, "ben").await;
    assert_eq!(watch_at(store, START).await, Watch::Nobody);
    let monday = shift("monday", "11:00", "13:00");
    add(store, &chance, &ana, monday.clone()).await.expect("set");
    add(store, &chance, &ana, monday.clone()).await.expect("again");
    let evening = shift("weekdays", "18:00", "22:00");
    add(store, &chance, &ana, evening.clone()).await.expect("set");
    let kept = read(store).await.shifts_of(ana.id).await.expect("hours");
    assert_eq!(kept.len(), 2, "the same hours are there once");
    assert!(kept.iter().all(|kept| kept.member == ana.id));
    assert!(kept.iter().any(|kept| kept.shift == evening));
    assert!(read(store).await.shifts_of(ben.id).await.expect("hours").is_empty());
    assert_eq!(watch_at(store, START).await, Watch::Here);
    assert_eq!(watch_at(store, minutes(60)).await, Watch::From(minutes(360)));

    let noon = kept.iter().find(|kept| kept.shift == monday).expect("it is there").id;
    let mut unit = begin(store).await;
    assert!(!unit.drop_shift(ben.id, noon).await.expect("looked"), "not hers");
    let unknown = ShiftId::random(&chance);
    assert!(!unit.drop_shift(ana.id, unknown).await.expect("looked"));
    assert!(unit.drop_shift(ana.id, noon).await.expect("gone"));
    assert!(!unit.drop_shift(ana.id, noon).await.expect("gone before"));
    commit(unit).await;
    assert_eq!(watch_at(store, START).await, Watch::From(minutes(360)));
}

pub async fn hours_count_while_their_member_answers_calls(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = supporter(store, &chance, "ana").await;
    add(store, &chance, &ana, shift("every-day", "00:00", "00:00")).await.expect("set");
    assert_eq!(watch_at(store, START).await, Watch::Here);
    let mut unit = begin(store).await;
    unit.set_roles(ana.id, Roles::default()).await.expect("set");
    commit(unit).await;
    assert_eq!(watch_at(store, START).await, Watch::Nobody);
    let plain = ActingMember {
        roles: Roles::default(),
        ..ana
    };
    let refused = add(store, &chance, &plain, shift("monday", "08:00", "09:00")).await;
    assert!(matches!(refused, Err(Fault::Refused(Refusal::NotAllowed))));
}

pub async fn hours_have_their_bounds(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = supporter(store, &chance, "ana").await;
    for hour in 0..MOST_SHIFTS {
        let from = format!("{hour:02}:00");
        add(store, &chance, &ana, shift("monday", &from, "23:59")).await.expect("set");
    }
    let one_more = add(store, &chance, &ana, shift("sunday", "10:00", "11:00")).await;
    let Err(Fault::Refused(refusal)) = one_more else {
        panic!("{one_more:?}");
    };
    let max = MOST_SHIFTS;
    assert_eq!(refusal.of(Field::Kind), Some(&Reason::TooMany { max }));
}

pub async fn a_call_rises_when_it_has_waited_long_enough(store: &dyn Store) {
    let chance = FixedChance::default();
    assert_eq!(waiting(store).await, Waiting::default());
    for at in [0, 1, 50] {
        call(store, &chance, Origin::Asked, minutes(at)).await;
    }
    assert_eq!(rise(store, minutes(4)).await, None);
    assert_eq!(rise(store, minutes(5)).await, Some(Level::OnDuty));
    assert_eq!(counts(store).await, [2, 1, 0, 0]);
    assert_eq!(rise(store, minutes(5)).await, None, "it rises once");
    // Nobody looked for a long time: one goes straight to the top.
    assert_eq!(rise(store, minutes(60)).await, Some(Level::Keepers));
    assert_eq!(counts(store).await, [0, 1, 1, 1]);
    let all = waiting(store).await;
    let first = |at| Some(minutes(at));
    assert_eq!(all.0.map(|rank| rank.first), [None, first(50), first(1), first(0)]);
    assert_eq!(all.highest(), Some(Level::Keepers));
}

pub async fn more_people_are_told_with_each_level(store: &dyn Store) {
    let chance = FixedChance::default();
    let with = |role| Roles::default().with(role);
    let (here, away) = (
        supporter(store, &chance, "here").await,
        supporter(store, &chance, "away").await,
    );
    add(store, &chance, &here, shift("monday", "12:00", "13:00"))
        .await
        .expect("set");
    let active = MemberState::Active;
    let moderator = member_with(store, &chance, "moss", with(Role::Moderator), active).await;
    let host = member_with(store, &chance, "hilde", with(Role::Host), active).await;
    let editor = member_with(store, &chance, "edda", with(Role::Editor), active).await;
    let plain = member_with(store, &chance, "plain", Roles::default(), active).await;
    let everyone = [&here, &away, &moderator, &host, &editor, &plain];
    call(store, &chance, Origin::Asked, START).await;
    for (minute, told) in [
        (4, [0, 0, 0, 0, 0, 0]),
        (5, [1, 0, 0, 0, 0, 0]),
        (6, [1, 0, 0, 0, 0, 0]),
        (15, [2, 1, 0, 0, 0, 0]),
        // Nobody is on duty any more.
        (61, [3, 2, 1, 1, 0, 0]),
    ] {
        rise(store, minutes(minute)).await;
        let mut reader = read(store).await;
        for (member, count) in everyone.iter().zip(told) {
            let page = reader
                .notifications(member.id, None, 10)
                .await
                .expect("a list");
            let found: Vec<_> = page
                .items
                .iter()
                .map(|told| (told.kind, told.address.as_str(), told.count))
                .collect();
            let address = if member.id == host.id { "/guide" } else { "/care" };
            let expected = (count > 0).then_some((Kind::CallWaits, address, count));
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{}", member.handle);
        }
    }
}

pub async fn a_call_that_waits_anew_begins_below(store: &dyn Store) {
    let chance = FixedChance::default();
    let id = call(store, &chance, Origin::Asked, START).await;
    rise(store, minutes(20)).await;
    assert_eq!(counts(store).await, [0, 0, 1, 0]);
    let mut unit = begin(store).await;
    let mut call = unit.hold_call(id).await.expect("read").expect("there");
    // Somebody looks after it, and it waits as before.
    call.moved_at = minutes(21);
    unit.keep_call(&call).await.expect("kept");
    assert_eq!(unit.waiting(Queue::Asked).await.expect("counted").0[2].count, 1);
    call.waiting_since = None;
    unit.keep_call(&call).await.expect("kept");
    assert_eq!(unit.waiting(Queue::Asked).await.expect("counted"), Waiting::default());
    call.waiting_since = Some(minutes(30));
    unit.keep_call(&call).await.expect("kept");
    commit(unit).await;
    let fresh = Rank {
        count: 1,
        first: Some(minutes(30)),
    };
    assert_eq!(waiting(store).await.0[0], fresh);
    assert_eq!(rise(store, minutes(34)).await, None);
    assert_eq!(rise(store, minutes(35)).await, Some(Level::OnDuty));
}

pub async fn an_imported_call_never_rises(store: &dyn Store) {
    let chance = FixedChance::default();
    call(store, &chance, Origin::Imported, START).await;
    for queue in Queue::ALL {
        assert_eq!(rise_in(store, *queue, minutes(600_000)).await, None);
        assert_eq!(waiting_in(store, *queue).await, Waiting::default());
    }
    call(store, &chance, Origin::Worried, START).await;
    rise(store, minutes(600_000)).await;
    assert_eq!(counts(store).await, [0, 0, 0, 1]);
}

pub async fn what_was_only_noticed_rises_by_itself_and_later(store: &dyn Store) {
    let chance = FixedChance::default();
    call(store, &chance, Origin::Asked, minutes(100)).await;
    call(store, &chance, Origin::Noticed, START).await;
    let counts_in = async |queue| waiting_in(store, queue).await.0.map(|rank| rank.count);
    for (minute, risen, noticed) in [
        (119, None, [1, 0, 0, 0]),
        (120, Some(Level::OnDuty), [0, 1, 0, 0]),
        (359, None, [0, 1, 0, 0]),
        (360, Some(Level::Supporters), [0, 0, 1, 0]),
        (24 * 60, Some(Level::Keepers), [0, 0, 0, 1]),
        (48 * 60, None, [0, 0, 0, 1]),
    ] {
        assert_eq!(rise_in(store, Queue::Noticed, minutes(minute)).await, risen, "{minute}");
        assert_eq!(counts_in(Queue::Noticed).await, noticed, "{minute}");
        assert_eq!(counts_in(Queue::Asked).await, [1, 0, 0, 0], "{minute}");
    }
    // Danger rises as those do who asked.
    let mut unit = begin(store).await;
    let danger = CallToInsert {
        id: CallId::random(&chance),
        code: None,
        origin: Origin::Noticed,
        severity: Severity::Crisis,
        audience: Audience::Supporters,
        post: None,
        writer: None,
        created_at: minutes(100),
    };
    unit.insert_call(&danger).await.expect("a call");
    commit(unit).await;
    let risen = rise_in(store, Queue::Danger, minutes(105)).await;
    assert_eq!(risen, Some(Level::OnDuty));
    assert_eq!(counts_in(Queue::Danger).await, [0, 1, 0, 0]);
}

pub async fn however_many_wait_all_rise(store: &dyn Store) {
    let chance = FixedChance::default();
    let mut unit = begin(store).await;
    for n in 0..1200 {
        let call = CallToInsert {
            id: CallId::random(&chance),
            code: None,
            origin: Origin::Asked,
            severity: Severity::Call,
            audience: Audience::Supporters,
            post: None,
            writer: None,
            created_at: START.plus(n),
        };
        unit.insert_call(&call).await.expect("a call");
    }
    commit(unit).await;
    assert_eq!(rise(store, minutes(6)).await, Some(Level::OnDuty));
    assert_eq!(counts(store).await, [0, 1200, 0, 0]);
}

pub async fn how_it_stands_with_telling_is_kept(store: &dyn Store) {
    let telling = read(store).await.telling().await.expect("read");
    assert_eq!(telling, Telling::default());
    for telling in [
        Telling {
            owed_since: Some(START),
            told_at: None,
            failures: 2,
        },
        Telling {
            owed_since: None,
            told_at: Some(START),
            failures: 0,
        },
    ] {
        let mut unit = begin(store).await;
        unit.telling().await.expect("read");
        unit.keep_telling(&telling).await.expect("kept");
        commit(unit).await;
        assert_eq!(read(store).await.telling().await.expect("read"), telling);
    }
}
