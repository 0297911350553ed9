use super::{
    RitualSource, SheetView,
    api::{self, EditRitual, PostRitual, SharedRitual},
};
use crate::{
    error::AppError,
    ui::{
        Choice, Choices, ErrorPage, FormState, Heading, Hidden, Loading, PostForm, Submit,
        TextArea, TextField, Voice, announce,
    },
    wire::{Resource, ServerAction},
};
use domain::{
    refusal::Field,
    rituals::{RitualBody, RitualKind},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

/// The name of the form: of a new ritual without an id, else of the one that
/// is changed.
pub fn sheet_name(id: &str) -> String {
    match id {
        "" => "rituals.new".to_owned(),
        id => format!("rituals.edit.{id}"),
    }
}

/// The name of the form that deletes a ritual.
pub fn removal_name(id: &str) -> String {
    format!("rituals.remove.{id}")
}

/// `/rituals/new`
pub(super) fn new_ritual_page() -> AnyView {
    let sheet = Resource::new(|| (), |()| api::ritual_sheet(String::new()));
    sheet_page(sheet)
}

/// `/rituals/{id}/edit`
pub(super) fn edit_ritual_page() -> AnyView {
    let params = use_params_map();
    let id = move || {
        // Never empty: that would be a new one.
        params.with(|params| params.get("id").unwrap_or_else(|| "-".to_owned()))
    };
    let sheet = Resource::new(id, api::ritual_sheet);
    sheet_page(sheet)
}

fn sheet_page(sheet: Resource<Result<SheetView, AppError>>) -> AnyView {
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match sheet.await {
                    Ok(sheet) => view! { <Sheet sheet /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Sheet(sheet: SheetView) -> impl IntoView {
    let SheetView {
        handle,
        zones,
        kept,
        source,
    } = sheet;
    let navigate = use_navigate();
    let is_new = source.id.is_empty();
    let on_done = Callback::new(move |done: SharedRitual| {
        announce(if is_new {
            "Your ritual is shared."
        } else {
            "Your change is kept."
        });
        navigate(&format!("/rituals/{}", done.id), Default::default());
    });
    let name = sheet_name(&source.id);
    let anonymous = source.anonymous;
    let id = source.id.clone();
    let (heading, form) = if is_new {
        let action = ServerAction::<PostRitual>::new();
        let form = view! {
            <PostForm
                action
                name
                class="sheet"
                page="/rituals/new"
                kept
                autosave=true
                on_done
            >
                <Fields source zones />
                <Voice handle />
                <div class="row">
                    <Submit label="Share your ritual" />
                </div>
            </PostForm>
        };
        ("Share a ritual", form.into_any())
    } else {
        let action = ServerAction::<EditRitual>::new();
        let form = view! {
            <PostForm
                action
                name
                class="sheet"
                page=format!("/rituals/{id}/edit")
                kept
                autosave=true
                on_done
            >
                <Hidden name="id" value=id.clone() />
                <Fields source zones />
                <Voice handle anonymous />
                <div class="row">
                    <Submit label="Keep the change" />
                    <a class="button second" href=format!("/rituals/{id}")>
                        "Leave it as it was"
                    </a>
                </div>
            </PostForm>
        };
        ("Edit your ritual", form.into_any())
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text=heading />
                <p class="sentence">
                    "A meal, a check-in or something to make together: what it is, when, and where."
                </p>
            </header>
            {form}
        </div>
    }
}

#[component]
fn Fields(source: RitualSource, zones: Vec<String>) -> impl IntoView {
    let list = expect_context::<FormState>().id("zones");
    let options = zones
        .into_iter()
        .map(|zone| view! { <option value=zone></option> })
        .collect_view();
    view! {
        <Kind chosen=source.kind />
        // Room for what is too long: the server says how many characters
        // there are.
        <TextField field=Field::Title label="What is it called?" max=400 value=source.title />
        <TextArea
            field=Field::Body
            label="What happens there?"
            hint="What people can bring, and what they need not."
            max=RitualBody::MAX
            value=source.body
            listens=true
        />
        <div class="pair">
            <TextField
                field=Field::When
                label="When"
                hint="Date and time, as the clock there shows it."
                kind="datetime-local"
                value=source.when
            />
            <TextField
                field=Field::Zone
                label="Time zone"
                hint="Such as Europe/London."
                autocomplete="off"
                list=list.clone()
                value=source.zone
            />
        </div>
        <datalist id=list>{options}</datalist>
        <TextField
            field=Field::Place
            label="Where"
            hint="Everyone can read this. A place, a link, or both."
            max=1000
            optional=true
            value=source.place
        />
        <TextField
            field=Field::Link
            label="Link"
            hint="Only members see it."
            kind="url"
            max=1000
            optional=true
            value=source.link
        />
    }
}

/// Which kind of ritual it is.
#[component]
fn Kind(chosen: String) -> impl IntoView {
    let choices = RitualKind::ALL
        .into_iter()
        .map(|kind| Choice {
            value: kind.name(),
            label: kind.label(),
            hint: "",
        })
        .collect();
    view! { <Choices field=Field::Kind legend="What kind of ritual?" choices chosen /> }
}
