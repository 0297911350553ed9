use super::{ContactView, HelpView, NumberView, api};
use crate::{
    error::AppError,
    ui::{Heading, Icon, Loading},
    wire::Resource,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/help`: whom to turn to now.
///
/// Not a lazy route: its code comes with the first page, so that help opens
/// without a connection too.
#[component]
pub fn HelpPage() -> impl IntoView {
    let query = use_query_map();
    let country =
        move || query.with(|query| query.get_str("country").unwrap_or_default().to_owned());
    let contacts = Resource::new(country, api::read_contacts);
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match contacts.await {
                    Ok(help) => view! { <Help help /> }.into_any(),
                    Err(error) => view! { <WithoutContacts error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The contacts did not come. The browser itself may still have a copy of
/// this page, which its service worker keeps.
#[component]
fn WithoutContacts(error: AppError) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::ctx::exchange().status(error.status());
    let _ = error;
    // Only after a navigation within the page: otherwise it was the browser
    // that asked, and it would ask again for ever.
    #[cfg(feature = "hydrate")]
    if use_context::<crate::ui::page::Arrived>().is_some_and(|arrived| arrived.0.get_value()) {
        Effect::new(|| {
            let _ = window().location().replace("/help");
        });
    }
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Get help now" />
                <p class="sentence">
                    "If you or someone near you is in danger now, call the emergency number of the country you are in. In the European Union it is 112, from any phone, free of charge."
                </p>
            </header>
            <div>
                <Withdrawal />
                <p>
                    <a href="/help" rel="external">
                        "Open the list of contacts"
                    </a>
                </p>
            </div>
        </div>
    }
}

#[component]
fn Help(help: HelpView) -> impl IntoView {
    let HelpView {
        name,
        danger,
        emergency,
        lines,
        fellowships,
        meetings,
        treatment,
        others,
    } = help;
    let first = view! {
        <li>
            <h3>"Emergency"</h3>
            <p>{danger}</p>
            {emergency
                .map(|number| {
                    view! {
                        <a class="call first" href=number.href aria-label=format!("Call {}", number.text)>
                            <Icon name="phone" />
                            {number.text.clone()}
                        </a>
                    }
                })}
        </li>
    };
    let others = others
        .into_iter()
        .map(|country| {
            view! {
                <li>
                    <div class="split">
                        <a href=format!("/help?country={}", country.code)>{country.name}</a>
                        {country
                            .emergency
                            .map(|number| {
                                view! {
                                    <span>"Emergency " <a href=number.href>{number.text}</a></span>
                                }
                            })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Get help now" />
                <p class="sentence">
                    "If you or someone near you is in danger, call the emergency number. You do not need the right words."
                </p>
                <p>"Chorus is peer support. It is no treatment and no crisis service."</p>
                <p>
                    <a href="/help/ask">"Ask the people here"</a>
                </p>
            </header>
            <div>
                <section aria-labelledby="help-now">
                    <div class="section-head">
                        <h2 id="help-now">{name}</h2>
                        <a href="#countries" rel="external">
                            "Another country"
                        </a>
                    </div>
                    <ul class="contacts">{first} {cards(lines)}</ul>
                </section>
                <Withdrawal />
                <section aria-labelledby="fellowships">
                    <div class="section-head">
                        <h2 id="fellowships">"People who have been there"</h2>
                    </div>
                    <ul class="contacts">{cards(fellowships)}</ul>
                </section>
                <Finders id="meetings" heading="Find a meeting" finders=meetings />
                <Finders id="treatment" heading="Find treatment" finders=treatment />
                <section aria-labelledby="countries">
                    <div class="section-head">
                        <h2 id="countries">"Another country"</h2>
                    </div>
                    <ul class="lines">{others}</ul>
                </section>
            </div>
        </div>
    }
}

/// Stopping can be dangerous.
#[component]
pub(super) fn Withdrawal() -> impl IntoView {
    view! {
        <div class="notice warning">
            <Icon name="warning" />
            <div>
                <h2>"Before you stop"</h2>
                <p>
                    "Stopping alcohol or some medicines suddenly can be dangerous: it can cause seizures and hallucinations. Ask a doctor or a helpline first. If someone has a seizure, or sees or hears what is not there, call the emergency number."
                </p>
            </div>
        </div>
    }
}

#[component]
fn Finders(id: &'static str, heading: &'static str, finders: Vec<ContactView>) -> impl IntoView {
    (!finders.is_empty()).then(|| {
        view! {
            <section aria-labelledby=id>
                <div class="section-head">
                    <h2 id=id>{heading}</h2>
                </div>
                <ul class="contacts">{cards(finders)}</ul>
            </section>
        }
    })
}

pub(super) fn cards(contacts: Vec<ContactView>) -> impl IntoView {
    contacts
        .into_iter()
        .map(|contact| view! { <Card contact /> })
        .collect_view()
}

#[component]
fn Card(contact: ContactView) -> impl IntoView {
    let rings = contact.call.is_some() || contact.text.is_some() || contact.chat.is_some();
    let numbers = rings.then(|| {
        view! {
            <div class="row">
                {contact.call.map(|number| call(number, "Call", "phone", String::new()))}
                {contact
                    .text
                    .map(|number| {
                        let label = format!("Text {}", number.text);
                        call(number, "Text", "comment", label)
                    })}
                {contact
                    .chat
                    .map(|chat| {
                        view! {
                            <a class="button second" href=chat rel="external noreferrer">
                                "Chat"
                            </a>
                        }
                    })}
            </div>
        }
    });
    let tty = contact.tty.map(|number| {
        view! {
            <p>
                "TTY " <a href=number.href>{number.text}</a>
            </p>
        }
    });
    view! {
        <li>
            <h3>
                <a href=contact.url rel="external noreferrer">
                    {contact.name}
                </a>
            </h3>
            <p>{contact.what}</p>
            {(!contact.hours.is_empty()).then(|| view! { <p>{contact.hours}"."</p> })}
            {numbers}
            {tty}
            <p class="source">
                "Source: "
                <a href=contact.source rel="external noreferrer">
                    {contact.source_name}
                </a> ", checked " <time datetime=contact.checked.iso>{contact.checked.text}</time>
            </p>
        </li>
    }
}

/// A number as a large target. Without a label it reads as the number.
fn call(
    number: NumberView,
    verb: &'static str,
    icon: &'static str,
    label: String,
) -> impl IntoView {
    let said = format!("{verb} {}", number.text);
    let label = if label.is_empty() { number.text } else { label };
    view! {
        <a class="call" href=number.href aria-label=said>
            <Icon name=icon />
            {label}
        </a>
    }
}
