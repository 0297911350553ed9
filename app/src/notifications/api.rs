#[cfg(feature = "ssr")]
use super::{LineView, PushView, TimesView};
use super::{NotificationsView, Unread};
#[cfg(feature = "ssr")]
use crate::ctx::{self, Form, Landing, Look};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::{
    ids::{MemberId, NotificationId},
    notifications::{self, COUNTED, KeptTimes, Kind, Notification, Place, Times},
    page::Cursor,
    push::{self, NewSubscription},
    refusal::{Faults, Field, Refusal},
    rituals::{COMMON_ZONES, Zone},
    watch::Minute,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What marking one line as read sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadForm {
    pub page: String,
    pub key: String,
    pub id: String,
    /// Which state of the line was seen.
    pub seen: String,
}

/// What marking all as read sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadAllForm {
    pub page: String,
    pub key: String,
    /// The newest line that was seen.
    pub seen: String,
}

/// What choosing sends: each kind by its name, `on` when ticked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChooseForm {
    pub page: String,
    pub key: String,
    pub answer: String,
    pub thanks: String,
    pub support: String,
    pub call_answered: String,
    pub decision: String,
    pub call_waits: String,
    pub caller_wrote: String,
    pub house: String,
}

/// What choosing when sends: times of day such as `07:30`, empty for none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TimesForm {
    pub page: String,
    pub key: String,
    /// From when it is quiet.
    pub from: String,
    /// Until when it is.
    pub until: String,
    /// `on` if calls for help are told all the same.
    pub calls: String,
    /// When they are told once a day.
    pub when: String,
    pub zone: String,
}

/// What a device sends that is to be told.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TellDeviceForm {
    pub page: String,
    pub key: String,
    /// Its address at the push service, and by what a message is sealed for it:
    /// a space between each. Like every field of this name it is never kept.
    pub secret: String,
}

/// What a device sends that is to be left alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaveDeviceForm {
    pub page: String,
    pub key: String,
}

/// It is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The line; empty for all of them, and for a choice.
    pub id: String,
    pub unread: u32,
}

/// Marks a line as read.
#[server(prefix = "/api", endpoint = "/notifications/read", output = crate::wire::Json)]
pub async fn read_line(#[server(flatten)] form: ReadForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: NotificationId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let seen = number(&form.seen)?;
            let (unit, act) = work.parts();
            notifications::mark_read(unit, act, id, seen).await?;
            done(work, form.id).await
        })
    })
    .await
}

/// Marks all as read that had come when the page was made.
#[server(prefix = "/api", endpoint = "/notifications/read-all")]
pub async fn read_all_lines(#[server(flatten)] form: ReadAllForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let seen = number(&form.seen)?;
            let (unit, act) = work.parts();
            notifications::mark_all_read(unit, act, seen).await?;
            done(work, String::new()).await
        })
    })
    .await
}

/// Chooses of what one is told.
#[server(prefix = "/api", endpoint = "/notifications/choose")]
pub async fn choose_kinds(#[server(flatten)] form: ChooseForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            notifications::want_only(unit, act, &form.wanted()).await?;
            done(work, String::new()).await
        })
    })
    .await
}

/// Chooses when one is told.
#[server(prefix = "/api", endpoint = "/notifications/times")]
pub async fn choose_times(#[server(flatten)] form: TimesForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let times = form.times()?;
            let (unit, act) = work.parts();
            notifications::choose_times(unit, act, times.as_ref()).await?;
            done(work, String::new()).await
        })
    })
    .await
}

/// Tells this device from now on.
#[server(prefix = "/api", endpoint = "/notifications/tell-device")]
pub async fn tell_device(#[server(flatten)] form: TellDeviceForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let new = NewSubscription::parse(&form.secret).ok_or(Refusal::NotFound)?;
            let device = work.exchange().device().await?;
            let hosts = work.house.settings.push.clone();
            let (unit, act) = work.parts();
            push::tell_device(unit, act, device, &new, &hosts).await?;
            done(work, String::new()).await
        })
    })
    .await
}

/// Leaves this device alone from now on.
#[server(prefix = "/api", endpoint = "/notifications/leave-device")]
pub async fn leave_device(#[server(flatten)] form: LeaveDeviceForm) -> Result<Done, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let device = work.exchange().device().await?;
            let (unit, act) = work.parts();
            push::leave_device_alone(unit, act, device).await?;
            done(work, String::new()).await
        })
    })
    .await
}

/// A member's list.
#[server(prefix = "/api", endpoint = "/notifications/list", protocol = crate::wire::Reads)]
pub async fn load_notifications(
    after: String,
    kept: String,
) -> Result<NotificationsView, AppError> {
    let mut look = ctx::look().await?;
    let member = look.actor.signed_in()?.clone();
    let place = match after.as_str() {
        "" => None,
        cursor => Some(Place::read(&Cursor(cursor.to_owned()))?),
    };
    let page = look
        .reader
        .notifications(member.id, place, notifications::PAGE)
        .await?;
    let unread = look.reader.unread_notifications(member.id, COUNTED).await?;
    let unwanted = look.reader.unwanted_notifications(member.id).await?;
    let times = look.reader.notification_times(member.id).await?;
    let in_form = match kept.starts_with("notifications.") {
        true => look.kept(&kept).await?,
        false => None,
    };
    let push = device_view(&mut look, member.id).await?;
    Ok(NotificationsView {
        push,
        times: times_view(times, Kind::CallWaits.comes_to(member.roles)),
        seen: page.items.first().map_or(0, |line| line.number),
        lines: page.items.into_iter().map(line_view).collect(),
        next: page.next.map(|cursor| cursor.0),
        continued: place.is_some(),
        unread,
        choices: Kind::ALL
            .into_iter()
            .filter(|kind| kind.comes_to(member.roles))
            .map(|kind| (kind, !unwanted.contains(&kind)))
            .collect(),
        kept: in_form.map(|in_form| (kept, in_form)),
    })
}

/// How much is new; none for a guest.
#[server(prefix = "/api", endpoint = "/notifications/unread", protocol = crate::wire::Reads)]
pub async fn count_unread() -> Result<Unread, AppError> {
    let mut look = ctx::look().await?;
    let Some(member) = look.actor.member() else {
        return Ok(Unread(None));
    };
    let unread = look.reader.unread_notifications(member.id, COUNTED).await?;
    Ok(Unread(Some(unread)))
}

/// How this device is told, if this house tells any.
#[cfg(feature = "ssr")]
async fn device_view(look: &mut Look, member: MemberId) -> Result<Option<PushView>, AppError> {
    if look.settings.push.is_empty() {
        return Ok(None);
    }
    let told = match ctx::exchange().device().await? {
        Some(device) => look.reader.is_device_told(member, device).await?,
        None => false,
    };
    let key = look.reader.push_key().await?;
    Ok(key.map(|key| PushView {
        key: key.public,
        told,
    }))
}

#[cfg(feature = "ssr")]
fn times_view(kept: Option<KeptTimes>, answers: bool) -> TimesView {
    let zones = COMMON_ZONES.map(str::to_owned).to_vec();
    let Some(KeptTimes { times, told }) = kept else {
        return TimesView {
            zones,
            answers,
            ..TimesView::default()
        };
    };
    TimesView {
        quiet: times
            .quiet
            .map(|(from, until)| (from.words(), until.words())),
        calls: times.calls,
        digest: times.digest.map(Minute::words),
        zone: times.zone.as_str().to_owned(),
        told: times.digest.map_or(0, |_| told),
        zones,
        answers,
    }
}

#[cfg(feature = "ssr")]
fn line_view(line: Notification) -> LineView {
    LineView {
        id: line.id.to_string(),
        kind: line.kind,
        address: line.address,
        count: line.count,
        unread: line.unread,
        seen: line.number,
        day: line.day.day(),
    }
}

#[cfg(feature = "ssr")]
fn number(seen: &str) -> Result<i64, Refusal> {
    seen.parse().map_err(|_| Refusal::NotFound)
}

#[cfg(feature = "ssr")]
async fn done(work: &mut ctx::Work, id: String) -> Result<Done, domain::refusal::Fault> {
    let member = work.actor.signed_in()?.id;
    let unread = work.unit().unread_notifications(member, COUNTED).await?;
    Ok(Done { id, unread })
}

#[cfg(feature = "ssr")]
impl TimesForm {
    fn times(&self) -> Result<Option<Times>, Refusal> {
        let is_set = |text: &String| !text.trim().is_empty();
        let is_quiet = is_set(&self.from) || is_set(&self.until);
        if !is_quiet && !is_set(&self.when) {
            return Ok(None);
        }
        let mut faults = Faults::default();
        let quiet = if is_quiet {
            let from = faults.take(Field::From, Minute::parse(&self.from));
            let until = faults.take(Field::Until, Minute::parse(&self.until));
            from.zip(until)
        } else {
            None
        };
        let digest = is_set(&self.when)
            .then(|| faults.take(Field::When, Minute::parse(&self.when)))
            .flatten();
        let zone = faults.take(Field::Zone, Zone::parse(&self.zone));
        Ok(Some(Times {
            zone: faults.build(zone)?,
            quiet,
            calls: is_set(&self.calls),
            digest,
        }))
    }
}

#[cfg(feature = "ssr")]
impl ChooseForm {
    fn wanted(&self) -> Vec<Kind> {
        let ticked = |kind: &Kind| {
            let field = match kind {
                Kind::Answer => &self.answer,
                Kind::Thanks => &self.thanks,
                Kind::Support => &self.support,
                Kind::CallAnswered => &self.call_answered,
                Kind::Decision => &self.decision,
                Kind::CallWaits => &self.call_waits,
                Kind::CallerWrote => &self.caller_wrote,
                Kind::House => &self.house,
            };
            !field.is_empty()
        };
        Kind::ALL.into_iter().filter(ticked).collect()
    }
}

/// Each says how it is to be, not what is to change: no earlier answer stands
/// for it.
#[cfg(feature = "ssr")]
macro_rules! forms {
    ($($form:ident $verb:literal),* $(,)?) => {$(
        impl Form for $form {
            const VERB: &'static str = $verb;
            const ONCE: bool = false;
            const EVEN_BARRED: bool = true;

            fn form_name(&self) -> String {
                $verb.to_owned()
            }

            fn page(&self) -> &str {
                &self.page
            }

            fn key(&self) -> &str {
                &self.key
            }
        }
    )*};
}

#[cfg(feature = "ssr")]
forms! {
    TellDeviceForm "notifications.tell-device",
    LeaveDeviceForm "notifications.leave-device",
    ReadAllForm "notifications.read-all",
    ChooseForm "notifications.choose",
    TimesForm "notifications.times",
}

#[cfg(feature = "ssr")]
impl Form for ReadForm {
    const VERB: &'static str = "notifications.read";
    const ONCE: bool = false;
    const EVEN_BARRED: bool = true;

    fn form_name(&self) -> String {
        read_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

/// The name of the form that marks a line as read.
pub fn read_name(id: &str) -> String {
    let plain = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let id = if plain { id } else { "unknown" };
    format!("notifications.read.{}", id.to_ascii_lowercase())
}

#[cfg(feature = "ssr")]
impl Landing for Done {
    fn landing(&self) -> String {
        "/me/notifications".to_owned()
    }
}
