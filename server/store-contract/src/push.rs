//! Push: which devices are told, and what they are still to be told.

use crate::support::{FixedChance, START, begin, commit, member, read};
use domain::{
    accounts::Session,
    actor::{ActingMember, Actor},
    clock::Timestamp,
    ids::{DeviceId, PushId},
    notifications::{self, Address, COUNTED, KeptTimes, Kind, Times, choose_times, tell_digests},
    push::{
        self, AGAIN_AFTER, DeviceKeys, Endpoint, NewSubscription, Owed, PATIENCE, PushHosts,
        PushKey, Turn, What, turn,
    },
    refusal::{Fault, Refusal},
    rituals::Zone,
    store::{Act, Store},
    watch::{self, Days, Minute, Shift},
};

const DUE: Timestamp = START.plus(PATIENCE);

struct Scene<'s> {
    store: &'s dyn Store,
    chance: FixedChance,
    ana: ActingMember,
    ben: ActingMember,
}

async fn scene(store: &dyn Store) -> Scene<'_> {
    let chance = FixedChance::default();
    Scene {
        ana: member(store, &chance, "ana").await,
        ben: member(store, &chance, "ben").await,
        store,
        chance,
    }
}

fn subscription(name: &str) -> NewSubscription {
    let text = format!("https://web.push.apple.com/{name}");
    NewSubscription {
        endpoint: Endpoint::parse(&text).expect("an address"),
        keys: DeviceKeys {
            key: [4; 65],
            auth: [7; 16],
        },
    }
}

impl Scene<'_> {
    fn act<'a>(&'a self, actor: &'a Actor) -> Act<'a> {
        Act {
            actor,
            now: START,
            chance: &self.chance,
        }
    }

    /// A device that someone is signed in on.
    async fn device(&self, of: &ActingMember) -> DeviceId {
        let device = DeviceId::random(&self.chance);
        let session = Session {
            hash: device.to_string(),
            device,
            member: Some(of.id),
            record: "{}".to_owned(),
            name: "Firefox on Linux".to_owned(),
            created_at: START,
            last_used_at: START,
            expires_at: START.plus(Timestamp::DAY),
        };
        let mut unit = begin(self.store).await;
        unit.insert_session(&session).await.expect("a session");
        commit(unit).await;
        device
    }

    async fn tells(
        &self,
        of: &ActingMember,
        device: DeviceId,
        new: &NewSubscription,
    ) -> Result<(), Fault> {
        let actor = Actor::Member(of.clone());
        let mut unit = begin(self.store).await;
        let hosts = PushHosts::default();
        push::tell_device(&mut *unit, self.act(&actor), Some(device), new, &hosts).await?;
        commit(unit).await;
        Ok(())
    }

    async fn is_told(&self, of: &ActingMember, device: DeviceId) -> bool {
        let mut reader = read(self.store).await;
        reader.is_device_told(of.id, device).await.expect("read")
    }

    /// Something comes for Ana.
    async fn comes(&self, kind: Kind) {
        let actor = Actor::Member(self.ben.clone());
        let mut unit = begin(self.store).await;
        let address = Address::page("/stories");
        notifications::tell(&mut *unit, self.act(&actor), self.ana.id, kind, address)
            .await
            .expect("told");
        commit(unit).await;
    }

    async fn take(&self, now: Timestamp) -> Vec<Owed> {
        let mut unit = begin(self.store).await;
        let due = unit.take_due_pushes(now, 10).await.expect("taken");
        commit(unit).await;
        due
    }

    async fn chooses(&self, of: &ActingMember, times: Option<&Times>, now: Timestamp) {
        let actor = Actor::Member(of.clone());
        let act = Act {
            now,
            ..self.act(&actor)
        };
        let mut unit = begin(self.store).await;
        choose_times(&mut *unit, act, times).await.expect("chosen");
        commit(unit).await;
    }

    async fn times(&self, of: &ActingMember) -> Option<KeptTimes> {
        let mut reader = read(self.store).await;
        reader.notification_times(of.id).await.expect("read")
    }

    async fn turn(&self, owed: &Owed, now: Timestamp) -> Turn {
        let mut reader = read(self.store).await;
        turn(&mut *reader, owed, now).await.expect("asked")
    }

    async fn unread(&self) -> u32 {
        let mut reader = read(self.store).await;
        let unread = reader.unread_notifications(self.ana.id, COUNTED).await;
        unread.expect("counted")
    }

    async fn digests(&self, now: Timestamp) {
        let mut unit = begin(self.store).await;
        assert!(!tell_digests(&mut *unit, now).await.expect("told"));
        commit(unit).await;
    }

    async fn is_due(&self, now: Timestamp) -> bool {
        let mut reader = read(self.store).await;
        reader.is_push_due(now).await.expect("read")
    }
}

pub async fn each_device_is_told_once_of_what_came(store: &dyn Store) {
    let scene = scene(store).await;
    let (phone, desk) = (scene.device(&scene.ana).await, scene.device(&scene.ana).await);
    scene.comes(Kind::Answer).await;
    assert!(!scene.is_due(DUE).await, "no device is told");
    let (of_phone, of_desk) = (subscription("phone"), subscription("desk"));
    scene.tells(&scene.ana, phone, &of_phone).await.expect("told");
    scene.tells(&scene.ana, desk, &of_desk).await.expect("told");
    scene.comes(Kind::Answer).await;
    scene.comes(Kind::Answer).await;
    assert!(!scene.is_due(DUE.plus(-1)).await, "not yet");
    assert_eq!(scene.take(DUE.plus(-1)).await, []);
    assert!(scene.is_due(DUE).await);
    let due = scene.take(DUE).await;
    let mut endpoints: Vec<_> = due.iter().map(|owed| owed.to.endpoint.as_str()).collect();
    endpoints.sort_unstable();
    assert_eq!(endpoints, [of_desk.endpoint.as_str(), of_phone.endpoint.as_str()]);
    for owed in &due {
        assert_eq!(owed.what, What::Of(Kind::Answer));
        assert_eq!((owed.to.member, owed.tries), (scene.ana.id, 0));
        assert_eq!(owed.to.keys, of_desk.keys);
    }
    assert_eq!(scene.take(DUE).await, [], "it is taken");
    scene.comes(Kind::Answer).await;
    scene.comes(Kind::Thanks).await;
    let told: Vec<_> = scene.take(DUE).await.iter().map(|owed| owed.what).collect();
    assert_eq!(told, [What::Several, What::Several]);
}

pub async fn a_device_is_its_members_until_they_sign_out(store: &dyn Store) {
    let scene = scene(store).await;
    let phone = scene.device(&scene.ana).await;
    let new = subscription("phone");
    scene.tells(&scene.ana, phone, &new).await.expect("told");
    scene.tells(&scene.ana, phone, &new).await.expect("again");
    assert!(scene.is_told(&scene.ana, phone).await);
    assert!(!scene.is_told(&scene.ben, phone).await);
    let mut unit = begin(store).await;
    unit.drop_subscription_of(scene.ben.id, phone)
        .await
        .expect("it is not Ben's");
    commit(unit).await;
    assert!(scene.is_told(&scene.ana, phone).await);

    scene.comes(Kind::Answer).await;
    let mut unit = begin(store).await;
    unit.drop_devices(scene.ana.id, None).await.expect("signed out");
    commit(unit).await;
    assert!(!scene.is_told(&scene.ana, phone).await);
    assert!(!scene.is_due(DUE).await, "what was owed goes too");

    // Somebody else signs in on the same browser.
    let same = scene.device(&scene.ana).await;
    scene.tells(&scene.ana, same, &new).await.expect("told");
    let bens = scene.device(&scene.ben).await;
    scene.tells(&scene.ben, bens, &new).await.expect("told");
    assert!(!scene.is_told(&scene.ana, same).await);
    assert!(scene.is_told(&scene.ben, bens).await);
    let actor = Actor::Member(scene.ben.clone());
    let mut unit = begin(store).await;
    push::leave_device_alone(&mut *unit, scene.act(&actor), Some(bens))
        .await
        .expect("left alone");
    commit(unit).await;
    assert!(!scene.is_told(&scene.ben, bens).await);
}

pub async fn a_call_for_help_is_told_apart_from_the_rest(store: &dyn Store) {
    let scene = scene(store).await;
    let phone = scene.device(&scene.ana).await;
    let new = subscription("phone");
    scene.tells(&scene.ana, phone, &new).await.expect("told");
    for kind in [Kind::Answer, Kind::CallWaits, Kind::Support, Kind::CallWaits] {
        scene.comes(kind).await;
    }
    let mut told: Vec<_> = scene.take(DUE).await.iter().map(|owed| owed.what).collect();
    told.sort_unstable();
    assert_eq!(told, [What::Of(Kind::CallWaits), What::Several]);
    assert!(!scene.is_due(DUE).await, "each is taken");
}

pub async fn whoever_is_banned_is_told_nothing_more(store: &dyn Store) {
    let scene = scene(store).await;
    let (of_ana, of_ben) = (scene.device(&scene.ana).await, scene.device(&scene.ben).await);
    for (who, device, name) in [(&scene.ana, of_ana, "a"), (&scene.ben, of_ben, "b")] {
        let new = subscription(name);
        scene.tells(who, device, &new).await.expect("told");
    }
    let mut unit = begin(store).await;
    unit.drop_subscriptions(scene.ana.id).await.expect("gone");
    commit(unit).await;
    assert!(!scene.is_told(&scene.ana, of_ana).await);
    assert!(scene.is_told(&scene.ben, of_ben).await);
}

pub async fn only_known_push_services_are_kept(store: &dyn Store) {
    let scene = scene(store).await;
    let phone = scene.device(&scene.ana).await;
    let elsewhere = NewSubscription {
        endpoint: Endpoint::parse("https://example.org/phone").expect("an address"),
        ..subscription("phone")
    };
    let refused = scene.tells(&scene.ana, phone, &elsewhere).await;
    assert!(
        matches!(refused, Err(Fault::Refused(Refusal::UnknownPushService))),
        "{refused:?}"
    );
    assert!(!scene.is_told(&scene.ana, phone).await);
}

pub async fn a_device_that_could_not_be_told_is_tried_again(store: &dyn Store) {
    let scene = scene(store).await;
    let phone = scene.device(&scene.ana).await;
    let new = subscription("phone");
    scene.tells(&scene.ana, phone, &new).await.expect("told");
    scene.comes(Kind::Answer).await;
    let mut owed = scene.take(DUE).await.pop().expect("one");
    owed.tries = 1;
    let again = async |due| {
        let mut unit = begin(store).await;
        unit.owe_again(&owed, due).await.expect("owed");
        commit(unit).await;
    };
    let later = DUE.plus(AGAIN_AFTER);
    again(later).await;
    assert!(!scene.is_due(later.plus(-1)).await);
    assert_eq!(scene.take(later).await, [owed.clone()]);
    // What comes while it waits for another try is not kept waiting.
    again(later).await;
    scene.comes(Kind::Thanks).await;
    let due = scene.take(DUE).await;
    let told: Vec<_> = due.iter().map(|owed| (owed.what, owed.tries)).collect();
    assert_eq!(told, [(What::Several, 1)]);
    // Meanwhile something else came: it is told with that.
    scene.comes(Kind::Thanks).await;
    again(later).await;
    let told: Vec<_> = scene.take(DUE).await.iter().map(|owed| owed.what).collect();
    assert_eq!(told, [What::Of(Kind::Thanks)]);
    assert!(!scene.is_due(later).await);
    let mut unit = begin(store).await;
    unit.drop_subscription(owed.to.id).await.expect("gone");
    unit.drop_subscription(PushId::random(&scene.chance))
        .await
        .expect("it was never there");
    commit(unit).await;
    again(later).await;
    assert!(!scene.is_due(later).await, "it is gone");
}

pub async fn the_key_of_the_house_is_made_once(store: &dyn Store) {
    let key = |name: &str| PushKey {
        secret: format!("{name} secret"),
        public: name.to_owned(),
    };
    let found = async || read(store).await.push_key().await.expect("read");
    assert_eq!(found().await, None);
    for name in ["first", "second"] {
        let mut unit = begin(store).await;
        unit.keep_push_key(&key(name)).await.expect("kept");
        commit(unit).await;
        assert_eq!(found().await, Some(key("first")));
    }
}

/// The time of day at a moment, in UTC.
fn clock(at: Timestamp) -> Minute {
    let minutes = at.0.rem_euclid(Timestamp::DAY) / Timestamp::MINUTE;
    u16::try_from(minutes)
        .ok()
        .and_then(Minute::from_count)
        .expect("a time of day")
}

const HOUR: i64 = 60 * Timestamp::MINUTE;

/// It is quiet for an hour yet.
fn quiet() -> Times {
    Times {
        zone: Zone::parse("UTC").expect("a zone"),
        quiet: Some((clock(START.plus(-HOUR)), clock(START.plus(HOUR)))),
        calls: false,
        digest: None,
    }
}

pub async fn when_a_member_is_told_is_their_own_choice(store: &dyn Store) {
    let scene = scene(store).await;
    let quiet = quiet();
    scene.chooses(&scene.ana, Some(&quiet), START).await;
    let counted = Times {
        quiet: None,
        calls: true,
        digest: Some(clock(START)),
        ..quiet.clone()
    };
    let kept = |times: &Times| {
        Some(KeptTimes {
            times: times.clone(),
            told: 0,
        })
    };
    assert_eq!(scene.times(&scene.ana).await, kept(&quiet));
    assert_eq!(scene.times(&scene.ben).await, None);
    scene.chooses(&scene.ana, Some(&counted), START).await;
    assert_eq!(scene.times(&scene.ana).await, kept(&counted));
    scene.chooses(&scene.ben, None, START).await;
    assert_eq!(scene.times(&scene.ana).await, kept(&counted));
    scene.chooses(&scene.ana, None, START).await;
    assert_eq!(scene.times(&scene.ana).await, None);
    let guest = Actor::Guest(crate::support::guest(store, &scene.chance).await);
    let mut unit = begin(store).await;
    let refused = choose_times(&mut *unit, scene.act(&guest), None).await;
    assert!(matches!(
        refused,
        Err(Fault::Refused(Refusal::SignInFirst))
    ));
}

pub async fn quiet_hours_hold_back_what_comes(store: &dyn Store) {
    let scene = scene(store).await;
    let phone = scene.device(&scene.ana).await;
    let new = subscription("phone");
    scene.tells(&scene.ana, phone, &new).await.expect("told");
    scene.comes(Kind::Answer).await;
    scene.comes(Kind::CallWaits).await;
    let mut due = scene.take(DUE).await;
    due.sort_unstable_by_key(|owed| owed.what);
    let [answer, call] = &due[..] else {
        panic!("{due:?}");
    };
    assert_eq!(scene.turn(answer, DUE).await, Turn::Now);
    let mut times = quiet();
    scene.chooses(&scene.ana, Some(&times), START).await;
    let end = START.plus(HOUR);
    let held = Turn::At(end, What::Several);
    assert_eq!(scene.turn(answer, DUE).await, held);
    assert_eq!(scene.turn(call, DUE).await, held);
    assert_eq!(scene.turn(answer, end).await, Turn::Now);

    // Of calls they want to hear, but only while they are on duty.
    times.calls = true;
    scene.chooses(&scene.ana, Some(&times), START).await;
    assert_eq!(scene.turn(call, DUE).await, held);
    let mut unit = begin(store).await;
    let supporter = domain::actor::Roles::default().with(domain::actor::Role::PeerSupporter);
    unit.set_roles(scene.ana.id, supporter).await.expect("set");
    let actor = Actor::Member(ActingMember {
        roles: supporter,
        ..scene.ana.clone()
    });
    let all_day = Shift {
        days: Days::EVERY,
        from: clock(START),
        until: clock(START),
        zone: times.zone.clone(),
    };
    watch::add_shift(&mut *unit, scene.act(&actor), all_day)
        .await
        .expect("on duty");
    commit(unit).await;
    assert_eq!(scene.turn(call, DUE).await, Turn::Now);
    assert_eq!(scene.turn(answer, DUE).await, held);
    times.calls = false;
    scene.chooses(&scene.ana, Some(&times), START).await;
    assert_eq!(scene.turn(call, DUE).await, held);
}

pub async fn a_digest_is_told_once_a_day(store: &dyn Store) {
    let scene = scene(store).await;
    let phone = scene.device(&scene.ana).await;
    let new = subscription("phone");
    scene.tells(&scene.ana, phone, &new).await.expect("told");
    scene.comes(Kind::Answer).await;
    scene.take(DUE).await;
    let times = Times {
        digest: Some(clock(START)),
        quiet: None,
        ..quiet()
    };
    scene.chooses(&scene.ana, Some(&times), START).await;
    assert_eq!(scene.unread().await, 1, "that was told already");
    scene.comes(Kind::Thanks).await;
    scene.comes(Kind::Support).await;
    assert_eq!(scene.unread().await, 1, "the rest is to come");
    scene.comes(Kind::CallWaits).await;
    assert_eq!(scene.unread().await, 2, "but for a call");
    let mut due = scene.take(DUE).await;
    due.sort_unstable_by_key(|owed| owed.what);
    let [call, rest] = &due[..] else {
        panic!("{due:?}");
    };
    assert_eq!(scene.turn(call, DUE).await, Turn::Now);
    assert_eq!(scene.turn(rest, DUE).await, Turn::Never);

    scene.digests(DUE).await;
    assert_eq!(scene.take(DUE).await, [], "not yet");
    let tomorrow = START.plus(Timestamp::DAY);
    for _ in 0..2 {
        scene.digests(tomorrow).await;
    }
    assert_eq!(scene.unread().await, 4);
    assert_eq!(scene.times(&scene.ana).await.map(|kept| kept.told), Some(3));
    // What comes meanwhile hides nothing of it.
    scene.comes(Kind::Answer).await;
    let due = scene.take(tomorrow).await;
    let [owed] = &due[..] else {
        panic!("{due:?}");
    };
    assert_eq!(owed.what, What::Digest(3));
    assert_eq!(scene.turn(owed, tomorrow).await, Turn::Now);
    // It is told when the quiet ends.
    let times = Times {
        quiet: quiet().quiet,
        ..times
    };
    scene.chooses(&scene.ana, Some(&times), tomorrow).await;
    assert!(matches!(
        scene.turn(owed, tomorrow).await,
        Turn::At(_, What::Digest(3))
    ));
    let later = tomorrow.plus(2 * Timestamp::DAY);
    scene.digests(later).await;
    assert_eq!(scene.times(&scene.ana).await.map(|kept| kept.told), Some(1));
    scene.take(later).await;
    scene.digests(later.plus(Timestamp::DAY)).await;
    assert_eq!(scene.times(&scene.ana).await.map(|kept| kept.told), Some(0));
    assert_eq!(scene.take(later.plus(Timestamp::DAY)).await, []);
}

pub async fn whoever_has_read_everything_is_told_nothing(store: &dyn Store) {
    let scene = scene(store).await;
    let phone = scene.device(&scene.ana).await;
    let new = subscription("phone");
    scene.tells(&scene.ana, phone, &new).await.expect("told");
    scene.comes(Kind::Answer).await;
    let owed = scene.take(DUE).await.pop().expect("one");
    assert_eq!(scene.turn(&owed, DUE).await, Turn::Now);
    let mut unit = begin(store).await;
    unit.read_notifications(scene.ana.id, i64::MAX).await.expect("read");
    commit(unit).await;
    assert_eq!(scene.turn(&owed, DUE).await, Turn::Never);
    scene.comes(Kind::Answer).await;
    let mut unit = begin(store).await;
    unit.set_member_state(scene.ana.id, domain::accounts::MemberState::Waiting)
        .await
        .expect("shut out");
    commit(unit).await;
    assert_eq!(scene.turn(&owed, DUE).await, Turn::Never);
}
