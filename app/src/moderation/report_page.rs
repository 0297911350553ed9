use super::{
    ReportSheet,
    api::{self, Done, ReportThing, form_name},
    words,
};
use crate::{
    error::AppError,
    ui::{
        ByLine, Choice, Choices, ErrorPage, Heading, Hidden, Icon, Loading, PostForm, Submit,
        TextArea, announce,
    },
    wire::{Resource, ServerAction},
};
use domain::{
    moderation::{ReportReason, ReportWords},
    refusal::Field,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/report/{thing}`: tells those who keep the house of something.
pub(super) fn report_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let sheet = Resource::new(
        move || {
            let thing = params.with(|params| params.get("thing").unwrap_or_default());
            let kept = query.with(|query| query.get_str("kept").unwrap_or_default().to_owned());
            (thing, kept)
        },
        |(thing, kept)| api::load_report(thing, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match sheet.await {
                    Ok(view) => view! { <Whole view sheet /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

type Sheet = Resource<Result<ReportSheet, AppError>>;

#[component]
fn Whole(view: ReportSheet, sheet: Sheet) -> impl IntoView {
    let address = view.thing.address();
    let kind = words::thing(view.thing);
    let title = view
        .title
        .clone()
        .map(|title| view! { <p class="title" dir="auto">{title}</p> });
    let byline = view.byline.clone();
    let day = view.day.clone();
    let inner = match view.reported {
        Some(reason) => view! { <Thanks reason /> }.into_any(),
        None => view! { <Form view sheet /> }.into_any(),
    };
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text=format!("Report this {kind}") />
                {title}
                <ByLine byline day />
                <p class="sentence">
                    <a href=address rel="nofollow">
                        {format!("Back to the {kind}")}
                    </a>
                </p>
            </header>
            <div>{inner}</div>
        </div>
    }
}

#[component]
fn Thanks(reason: ReportReason) -> impl IntoView {
    let worried = reason == ReportReason::Worried;
    view! {
        <div class="notice kept">
            <Icon name="kept" />
            <div>
                <p>
                    "Thank you. Someone who keeps the house reads it. Nobody is told who reported it."
                </p>
                {worried
                    .then(|| {
                        view! {
                            <p>
                                "If somebody may be in danger now, "
                                <a href="/help">"these people can be reached at once"</a> "."
                            </p>
                        }
                    })}
            </div>
        </div>
    }
}

#[component]
fn Form(view: ReportSheet, sheet: Sheet) -> impl IntoView {
    let thing = view.thing.to_string();
    let action = ServerAction::<ReportThing>::new();
    let on_done = Callback::new(move |_: Done| {
        announce("Thank you. Someone who keeps the house reads it.");
        sheet.refetch();
    });
    let choices = ReportReason::ALL
        .into_iter()
        .map(|reason| Choice {
            value: reason.name(),
            label: words::report(reason),
            hint: match reason {
                ReportReason::Worried => "People who help look after them. It is no complaint.",
                _ => "",
            },
        })
        .collect();
    view! {
        <PostForm
            action
            name=form_name("report", &thing)
            class="sheet"
            page=format!("/report/{thing}")
            kept=view.kept
            label="Report"
            on_done
        >
            <Hidden name="thing" value=thing.clone() />
            <Choices field=Field::Kind legend="What is it about?" choices />
            <TextArea
                field=Field::Body
                label="What else should we know?"
                hint="Only those who keep the house read it."
                max=ReportWords::MAX
                optional=true
            />
            <div class="row">
                <Submit label="Report it" />
            </div>
        </PostForm>
    }
}
