//! Push: which devices are told, and what they are still to be told.

use crate::support::{FixedChance, START, begin, commit, member, read};
use domain::{
    accounts::Session,
    actor::{ActingMember, Actor},
    clock::Timestamp,
    ids::{DeviceId, PushId},
    notifications::{self, Address, Kind},
    push::{
        self, AGAIN_AFTER, DeviceKeys, Endpoint, NewSubscription, Owed, PATIENCE, PushHosts,
        PushKey,
    },
    refusal::{Fault, Refusal},
    store::{Act, Store},
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
        assert_eq!(owed.kind, Some(Kind::Answer));
        assert_eq!((owed.to.member, owed.tries), (scene.ana.id, 0));
        assert_eq!(owed.to.keys, of_desk.keys);
    }
    assert_eq!(scene.take(DUE).await, [], "it is taken");
    scene.comes(Kind::Answer).await;
    scene.comes(Kind::Thanks).await;
    let kinds: Vec<_> = scene.take(DUE).await.iter().map(|owed| owed.kind).collect();
    assert_eq!(kinds, [None, None], "of several kinds");
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
    let mut kinds: Vec<_> = scene.take(DUE).await.iter().map(|owed| owed.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [None, Some(Kind::CallWaits)]);
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
    assert_eq!(due.iter().map(|owed| (owed.kind, owed.tries)).collect::<Vec<_>>(), [(None, 1)]);
    // Meanwhile something else came: it is told with that.
    scene.comes(Kind::Thanks).await;
    again(later).await;
    let due = scene.take(DUE).await;
    assert_eq!(due.iter().map(|owed| owed.kind).collect::<Vec<_>>(), [Some(Kind::Thanks)]);
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
