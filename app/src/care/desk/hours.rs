//! When those who answer calls are here.

#[cfg(feature = "ssr")]
use crate::ctx::{self, Landing, Look};
use crate::{
    care::forms::{self, form},
    error::AppError,
    ui::{Empty, FormState, Hidden, PostForm, Submit, TextField, announce, focus, words},
    wire::ServerAction,
};
#[cfg(feature = "ssr")]
use domain::{
    care,
    ids::ShiftId,
    refusal::{Faults, Refusal},
    rituals::{COMMON_ZONES, Zone},
    watch::{self, Days, KeptShift, Minute, Shift},
};
use domain::{drafts::Kept, refusal::Field};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

/// The hours of the viewer, and who is here now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursView {
    pub shifts: Vec<ShiftView>,
    /// Handles of those who are on duty.
    pub here: Vec<String>,
    /// What days can be chosen: names and words.
    pub days: Vec<(String, String)>,
    /// Zones to suggest.
    pub zones: Vec<String>,
    /// The zone to begin with.
    pub zone: String,
}

/// Hours that come again every week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftView {
    pub id: String,
    pub words: String,
}

form! {
    /// Someone says when they are here.
    HoursForm, "care.on-duty" { kind, from, until, zone }
}

form! {
    /// Someone takes hours back.
    OffForm, "care.off-duty" {}
}

/// Done, on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDuty {}

/// Adds hours in which one answers calls.
#[server(prefix = "/api", endpoint = "/care/on-duty")]
pub async fn add_hours(#[server(flatten)] form: HoursForm) -> Result<OnDuty, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let mut faults = Faults::default();
            let days = faults.take(Field::Kind, Days::parse(&form.kind));
            let from = faults.take(Field::From, Minute::parse(&form.from));
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
            let (unit, act) = work.parts();
            care::on_desk(act.actor)?;
            let id: ShiftId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            watch::drop_shift(unit, act, id).await?;
            Ok(OnDuty {})
        })
    })
    .await
}

/// The viewer's hours, and who is here now. For those who answer calls.
#[server(prefix = "/api", endpoint = "/care/hours", protocol = crate::wire::Reads)]
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
    let zone = shifts.last().map(|kept| kept.shift.zone.as_str());
    Ok(HoursView {
        zone: zone.unwrap_or_default().to_owned(),
        shifts: shifts.iter().map(shift_view).collect(),
        here,
        days: Days::CHOICES
            .map(|(name, words, _)| (name.to_owned(), words.to_owned()))
            .to_vec(),
        zones: COMMON_ZONES.map(str::to_owned).to_vec(),
    })
}

#[cfg(feature = "ssr")]
fn shift_view(KeptShift { id, shift, .. }: &KeptShift) -> ShiftView {
    let next_day = if shift.until <= shift.from {
        " the next day"
    } else {
        ""
    };
    ShiftView {
        id: id.to_string(),
        words: format!(
            "{}, {} to {}{next_day}, {}",
            shift.days.words(),
            shift.from.words(),
            shift.until.words(),
            shift.zone.as_str()
        ),
    }
}

#[cfg(feature = "ssr")]
impl Landing for OnDuty {
    fn landing(&self) -> String {
        "/care#hours".to_owned()
    }
}

/// When the viewer is here, on the desk.
#[component]
pub(super) fn Hours(view: HoursView, kept: Option<(String, Kept)>) -> impl IntoView {
    let kept = kept.filter(|(form, _)| form == "care.on-duty");
    let kept = StoredValue::new(kept.map(|(_, kept)| kept));
    let view = RwSignal::new(view);
    let turn = RwSignal::new(0_u32);
    let read_again = move |said: &'static str| {
        Callback::new(move |_: OnDuty| {
            spawn_local(async move {
                if let Ok(hours) = read_hours().await {
                    view.set(hours);
                    turn.update(|turn| *turn += 1);
                    announce(said);
                    focus("hours".to_owned());
                }
            });
        })
    };
    let here = move || {
        view.with(|view| match view.here.as_slice() {
            [] => "Nobody is on duty now, and whoever asks is told so.".to_owned(),
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
            .map(|shift| view! { <Line shift on_done=read_again("These hours are taken back.") /> })
            .collect_view();
        view! { <ul class="lines">{lines}</ul> }.into_any()
    };
    let add = move || {
        let kept = (turn.get() == 0).then(|| kept.get_value()).flatten();
        let now = view.get_untracked();
        view! { <Add view=now kept on_done=read_again("Your hours are set.") /> }
    };
    view! {
        <section aria-labelledby="hours">
            <div class="section-head">
                <h2 id="hours" tabindex="-1">
                    "When you are here"
                </h2>
            </div>
            <p dir="auto">{here}</p>
            <p>
                "Those on duty are the first to be told when a call waits. Set only hours in which you look."
            </p>
            {mine}
            {add}
        </section>
    }
    .into_any()
}

#[component]
fn Line(shift: ShiftView, on_done: Callback<OnDuty>) -> impl IntoView {
    let action = ServerAction::<DropHours>::new();
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
fn Add(view: HoursView, kept: Option<Kept>, on_done: Callback<OnDuty>) -> impl IntoView {
    let action = ServerAction::<AddHours>::new();
    let zones = view
        .zones
        .into_iter()
        .map(|zone| view! { <option value=zone></option> })
        .collect_view();
    view! {
        <PostForm action name="care.on-duty" class="composer" page="/care" kept on_done>
            <DaysField days=view.days />
            <div class="pair">
                <TextField field=Field::From label="From" kind="time" />
                <TextField
                    field=Field::Until
                    label="Until"
                    hint="Past midnight, it ends the next day."
                    kind="time"
                />
            </div>
            <TextField
                field=Field::Zone
                label="Time zone"
                hint="Such as Europe/London."
                autocomplete="off"
                list="duty-zones"
                value=view.zone
            />
            <datalist id="duty-zones">{zones}</datalist>
            <div class="row">
                <Submit label="Set these hours" />
            </div>
        </PostForm>
    }
}

#[component]
fn DaysField(days: Vec<(String, String)>) -> impl IntoView {
    let state = expect_context::<FormState>();
    let field = Field::Kind;
    let id = state.id(field.name());
    let error_id = format!("{id}-error");
    let chosen = state.value(field.name(), "");
    let fault = Memo::new(move |_| {
        let error = state.error.get()?;
        Some(words::reason(field, error.refusal()?.of(field)?))
    });
    let described = {
        let error_id = error_id.clone();
        move || fault.with(Option::is_some).then(|| error_id.clone())
    };
    let choices = days
        .into_iter()
        .map(|(name, words)| {
            let selected = chosen == name;
            view! {
                <option value=name selected=selected>
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
