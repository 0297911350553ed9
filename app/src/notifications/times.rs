//! When a member is told: quiet hours, and once a day in place of each time.

use super::{
    TimesView,
    api::{ChooseTimes, Done},
};
use crate::{
    ui::{PostForm, Submit, TextField},
    wire::ServerAction,
};
use domain::{drafts::Kept, refusal::Field};
use leptos::prelude::*;

#[component]
pub(super) fn When(
    times: TimesView,
    /// What was kept for the form.
    kept: Option<Kept>,
    on_done: Callback<Done>,
) -> impl IntoView {
    let action = ServerAction::<ChooseTimes>::new();
    let words = words(&times);
    let open = kept.is_some();
    let (from, until) = times.quiet.unwrap_or_default();
    let calls = kept
        .as_ref()
        .map_or(times.calls, |kept| !kept.text("calls").is_empty());
    let zones = times
        .zones
        .into_iter()
        .map(|zone| view! { <option value=zone></option> })
        .collect_view();
    view! {
        <section aria-labelledby="times">
            <div class="section-head">
                <h2 id="times">"When you are told"</h2>
            </div>
            <p>{words}</p>
            <details class="open-here" open=open>
                <summary class="button second">"Choose when"</summary>
                <PostForm
                    action
                    name="notifications.times"
                    class="composer"
                    page="/me/notifications"
                    kept
                    on_done
                >
                    <div class="pair">
                        <TextField
                            field=Field::From
                            label="Quiet from"
                            kind="time"
                            value=from
                            optional=true
                        />
                        <TextField
                            field=Field::Until
                            label="Quiet until"
                            kind="time"
                            value=until
                            optional=true
                        />
                    </div>
                    {times
                        .answers
                        .then(|| {
                            view! {
                                <label class="choice">
                                    <input
                                        type="checkbox"
                                        name="calls"
                                        value="on"
                                        checked=calls
                                    />
                                    <span>
                                        "Calls for help reach me all the same while I am on duty"
                                    </span>
                                </label>
                            }
                        })}
                    <TextField
                        field=Field::When
                        label="Once a day, at"
                        hint="In place of each time something comes."
                        kind="time"
                        value=times.digest.unwrap_or_default()
                        optional=true
                    />
                    <TextField
                        field=Field::Zone
                        label="Time zone"
                        hint="Such as Europe/London."
                        autocomplete="off"
                        list="told-zones"
                        value=times.zone
                    />
                    <datalist id="told-zones">{zones}</datalist>
                    <div class="row">
                        <Submit label="Keep these times" />
                    </div>
                </PostForm>
            </details>
        </section>
    }
}

/// What is chosen, as people read it.
fn words(times: &TimesView) -> String {
    let told = match &times.digest {
        Some(at) if times.answers => {
            format!("Once a day at {at}. Calls for help are told at once.")
        }
        Some(at) => format!("Once a day at {at}."),
        None => "Each time something comes.".to_owned(),
    };
    match &times.quiet {
        Some((from, until)) => {
            format!("{told} Quiet from {from} to {until}; what comes then is told afterwards.")
        }
        None => told,
    }
}
