//! When those who answer calls are here.

#[cfg(feature = "ssr")]
use crate::ctx::{self, Landing, Look};
use crate::{
    care::forms::{self, form},
    error::AppError,
    ui::{Empty, FormState, Hidden, PostForm, Submit, TextField, announce, focus, words},
};
#[cfg(feature = "ssr")]
use domain::{
    care,
    ids::ShiftId,
    refusal::{Faults, Refusal},
    rituals::Zone,
    watch::{self, Days, KeptShift, Minute, Shift},
};
use domain::{refusal::Field, rituals::COMMON_ZONES, watch::DAYS};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

/// The hours of the viewer, and who is here now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursView {
    pub shifts: Vec<ShiftView>,
    /// Handles of those who are on duty.
    pub here: Vec<String>,
}

/// Hours that come again every week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftView {
    pub id: String,
    pub words: String,
    /// The zone, to begin the next with.
    pub zone: String,
}

form! {
    /// Someone says when they are here.
    HoursForm, "care.on-duty" { kind, when, until, zone }
}

form! {
    /// Someone takes hours back.
    OffForm, "care.off-duty" {}
}

/// Done, on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDuty {}

#[cfg(feature = "ssr")]
impl Landing for OnDuty {
    fn landing(&self) -> String {
        "/care#hours".to_owned()
    }
}

/// Adds hours in which one answers calls.
#[server(prefix = "/api", endpoint = "/care/on-duty")]
pub async fn add_hours(#[server(flatten)] form: HoursForm) -> Result<OnDuty, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let mut faults = Faults::default();
            let days = faults.take(Field::Kind, Days::parse(&form.kind));
            let from = faults.take(Field::When, Minute::parse(&form.when));
            let until = faults.take(Field::Until, Minute::parse(&form.until));
            let zone = faults.take(Field::Zone, Zone::parse(&form.zone));
            let all = days.zip(from).zip(until).zip(zone);
            let (((days, from), until), zone) = faults.build(all)?;
            let shift = Shift {
                days,
                from,
                until,
                zone,
            };
            watch::add_shift(unit, act, shift).await?;
            Ok(OnDuty {})
        })
    })
    .await
}

/// Takes hours back.
#[server(prefix = "/api", endpoint = "/care/off-duty")]
pub async fn drop_hours(#[server(flatten)] form: OffForm) -> Result<OnDuty, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: ShiftId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            watch::drop_shift(unit, act, id).await?;
            Ok(OnDuty {})
        })
    })
    .await
}

/// The viewer's hours, and who is here now. For those who answer calls.
#[server(prefix = "/api", endpoint = "/care/hours", input = server_fn::codec::GetUrl)]
pub async fn read_hours() -> Result<HoursView, AppError> {
    hours(&mut ctx::look().await?).await
}

#[cfg(feature = "ssr")]
pub(super) async fn hours(look: &mut Look) -> Result<HoursView, AppError> {
    let member = care::on_desk(&look.actor)?.id;
    let shifts = look.reader.shifts_of(member).await?;
    let mut here = Vec::new();
    for id in watch::on_duty(&mut *look.reader, look.now).await? {
        here.extend(look.reader.member(id).await?.map(|member| member.handle));
    }
    Ok(HoursView {
        shifts: shifts.iter().map(shift_view).collect(),
        here,
    })
}

#[cfg(feature = "ssr")]
fn shift_view(kept: &KeptShift) -> ShiftView {
    let Shift {
        days,
        from,
        until,
        zone,
    } = &kept.shift;
    let overnight = if until <= from { " the next day" } else { "" };
    ShiftView {
        id: kept.id.to_string(),
        words: format!(
            "{}, {} to {}{overnight} ({})",
            days.words(),
            from.words(),
            until.words(),
            zone.as_str()
        ),
        zone: zone.as_str().to_owned(),
    }
}

/// When the viewer is here, on the desk.
#[component]
pub(super) fn Hours(view: HoursView, kept: Option<(String, domain::drafts::Kept)>) -> impl IntoView {
    let view = RwSignal::new(view);
    let read_again = move |said: &'static str| {
        spawn_local(async move {
            if let Ok(hours) = read_hours().await {
                view.set(hours);
                announce(said);
                focus("hours".to_owned());
            }
        });
    };
    let here = move || {
        view.with(|view| match view.here.as_slice() {
            [] => "Nobody is on duty now. Who asks is told so.".to_owned(),
            here => format!("On duty now: {}.", here.join(", ")),
        })
    };
    let mine = move || {
        let shifts = view.with(|view| view.shifts.clone());
        if shifts.is_empty() {
            return view! { <Empty text="You have set no hours." /> }.into_any();
        }
        let lines = shifts
            .into_iter()
            .map(|shift| view! { <Line shift read_again /> })
            .collect_view();
        view! { <ul class="lines">{lines}</ul> }.into_any()
    };
    let kept = kept.filter(|(form, _)| form == "care.on-duty");
    let zone = view.with_untracked(|view| {
        let last = view.shifts.last();
        last.map_or_else(String::new, |shift| shift.zone.clone())
    });
    view! {
        <section aria-labelledby="hours">
            <div class="section-head">
                <h2 id="hours" tabindex="-1">
                    "When you are here"
                </h2>
            </div>
            <p>{here}</p>
            <p>
                "Those on duty are the first to be told when a call waits. Set only hours in which you look."
            </p>
            {mine}
            <Add kept=kept.map(|(_, kept)| kept) zone read_again />
        </section>
    }
    .into_any()
}

#[component]
fn Line(
    shift: ShiftView,
    read_again: impl Fn(&'static str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let action = ServerAction::<DropHours>::new();
    let on_done = Callback::new(move |_: OnDuty| read_again("The hours are taken back."));
    let label = format!("Take back: {}", shift.words);
    view! {
        <li>
            <div class="split">
                <span>{shift.words}</span>
                <PostForm
                    action
                    name=forms::name("care.off-duty", &shift.id)
                    class="row"
                    page="/care"
                    label
                    on_done
                >
                    <Hidden name="id" value=shift.id.clone() />
                    <Submit label="Take back" class="second" />
                </PostForm>
            </div>
        </li>
    }
}

#[component]
fn Add(
    kept: Option<domain::drafts::Kept>,
    zone: String,
    read_again: impl Fn(&'static str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let action = ServerAction::<AddHours>::new();
    let on_done = Callback::new(move |_: OnDuty| read_again("The hours are set."));
    let zones = COMMON_ZONES
        .into_iter()
        .map(|zone| view! { <option value=zone></option> })
        .collect_view();
    view! {
        <PostForm action name="care.on-duty" class="composer" page="/care" kept on_done>
            <DaysField />
            <div class="pair">
                <TextField field=Field::When label="From" kind="time" />
                <TextField
                    field=Field::Until
                    label="Until"
                    hint="Earlier than the beginning means the next day."
                    kind="time"
                />
            </div>
            <TextField
                field=Field::Zone
                label="Time zone"
                hint="Such as Europe/London."
                autocomplete="off"
                list="duty-zones"
                value=zone
            />
            <datalist id="duty-zones">{zones}</datalist>
            <div class="row">
                <Submit label="Set these hours" />
            </div>
        </PostForm>
    }
}

#[component]
fn DaysField() -> impl IntoView {
    let state = expect_context::<FormState>();
    let field = Field::Kind;
    let id = state.id(field.name());
    let error_id = format!("{id}-error");
    let chosen = state.value(field.name(), DAYS[0].0);
    let fault = Memo::new(move |_| {
        let error = state.error.get()?;
        Some(words::reason(field, error.refusal()?.of(field)?))
    });
    let described = {
        let error_id = error_id.clone();
        move || fault.with(Option::is_some).then(|| error_id.clone())
    };
    let choices = DAYS
        .into_iter()
        .map(|(name, words)| {
            view! {
                <option value=name selected=chosen == name>
                    {words}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>"Days"</label>
            <select id=id name=field.name() aria-describedby=described>
                {choices}
            </select>
            {move || {
                fault.get().map(|text| view! { <p class="error" id=error_id.clone()>{text}</p> })
            }}
        </div>
    }
}
