use super::{DeviceKeys, Endpoint, NewSubscription, PushKey, What};
use crate::{
    clock::Timestamp,
    ids::{DeviceId, MemberId, PushId},
    store::Stored,
};
use async_trait::async_trait;

/// A device that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: PushId,
    pub member: MemberId,
    pub endpoint: Endpoint,
    pub keys: DeviceKeys,
}

/// What a device is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub to: Subscription,
    pub what: What,
    /// How often it was tried before.
    pub tries: u32,
}

/// Reads which devices are told.
#[async_trait]
pub trait PushReads: Send {
    /// Is this device of the member told?
    async fn is_device_told(&mut self, member: MemberId, device: DeviceId) -> Stored<bool>;

    /// Is any device to be told by now?
    async fn is_push_due(&mut self, now: Timestamp) -> Stored<bool>;

    /// The house's key for push services, as it was made.
    async fn push_key(&mut self) -> Stored<Option<PushKey>>;
}

/// Writes which devices are told, and what.
#[async_trait]
pub trait PushWrites: Send {
    /// Keeps the subscription of a device in place of an earlier one. It goes
    /// with the device's session. An address that someone else had is theirs no
    /// longer: it is one browser's.
    async fn keep_subscription(
        &mut self,
        id: PushId,
        member: MemberId,
        device: DeviceId,
        new: &NewSubscription,
        now: Timestamp,
    ) -> Stored<()>;

    /// Forgets the subscription of a device of this member.
    async fn drop_subscription_of(&mut self, member: MemberId, device: DeviceId) -> Stored<()>;

    /// Forgets all subscriptions of a member.
    async fn drop_subscriptions(&mut self, member: MemberId) -> Stored<()>;

    /// Forgets a subscription that leads nowhere any more.
    async fn drop_subscription(&mut self, id: PushId) -> Stored<()>;

    /// Notes that each device of a member is to be told of something at a
    /// moment, together with what it is owed already: at the earlier of the two
    /// moments, and as several if it is something else. What is urgent is owed
    /// apart from the rest.
    async fn owe_pushes(&mut self, member: MemberId, what: What, due: Timestamp) -> Stored<()>;

    /// Notes that a device could not be told and is tried again, unless it is to
    /// be told of something else anyway, or is gone.
    async fn owe_again(&mut self, owed: &Owed, due: Timestamp) -> Stored<()>;

    /// Takes out what is due, the longest due first, at most `limit`: whoever
    /// takes it tells it.
    async fn take_due_pushes(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<Owed>>;

    /// Keeps the house's key, unless there is one.
    async fn keep_push_key(&mut self, key: &PushKey) -> Stored<()>;
}
