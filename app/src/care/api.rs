use super::HelpView;
#[cfg(feature = "ssr")]
use super::{ContactView, CountryView, NumberView, asking::FirstContacts};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::{
    care::{self, Contact, FinderKind},
    clock::Day,
    refusal::Refusal,
};
use leptos::prelude::*;

/// The contacts of a country, or of the host's when none is named. Asks
/// neither the store nor the session.
#[server(prefix = "/api", endpoint = "/care/contacts", protocol = crate::wire::Reads)]
pub async fn read_contacts(country: String) -> Result<HelpView, AppError> {
    let settings = crate::ctx::house().settings;
    let code = match country.as_str() {
        "" => settings.country.clone(),
        code => code.to_ascii_lowercase(),
    };
    Ok(help_of(&code).ok_or(Refusal::NotFound)?)
}

/// The contacts of a country, by its code.
#[cfg(feature = "ssr")]
pub fn help_of(code: &str) -> Option<HelpView> {
    let contacts = care::for_country(code)?;
    let finders = |kind: FinderKind| {
        let finders = contacts.finders.iter();
        finders
            .filter(|finder| finder.kind == Some(kind))
            .map(contact)
            .collect()
    };
    Some(HelpView {
        name: contacts.name.clone(),
        danger: contacts.emergency.text.clone(),
        emergency: contacts.emergency.call.as_deref().map(tel),
        lines: contacts
            .crisis
            .iter()
            .chain(&contacts.support)
            .map(contact)
            .collect(),
        fellowships: contacts.fellowships.iter().map(contact).collect(),
        meetings: finders(FinderKind::Meetings),
        treatment: finders(FinderKind::Treatment),
        others: care::countries()
            .iter()
            .filter(|other| other.country != contacts.country)
            .map(|other| CountryView {
                code: other.code(),
                name: other.name.clone(),
                emergency: other.emergency.call.as_deref().map(tel),
            })
            .collect(),
    })
}

/// Whom to turn to at once, in the host's country.
#[cfg(feature = "ssr")]
pub(super) fn first_contacts() -> Result<FirstContacts, Refusal> {
    let country = crate::ctx::house().settings.country.clone();
    let contacts = care::for_country(&country).ok_or(Refusal::NotFound)?;
    Ok(FirstContacts {
        name: contacts.name.clone(),
        danger: contacts.emergency.text.clone(),
        emergency: contacts.emergency.call.as_deref().map(tel),
        lines: contacts.crisis.iter().map(contact).collect(),
    })
}

#[cfg(feature = "ssr")]
fn digits(number: &str) -> String {
    number
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect()
}

#[cfg(feature = "ssr")]
fn tel(number: &str) -> NumberView {
    NumberView {
        text: number.to_owned(),
        href: format!("tel:{}", digits(number)),
    }
}

#[cfg(feature = "ssr")]
fn sms(number: &str) -> NumberView {
    NumberView {
        text: number.to_owned(),
        href: format!("sms:{}", digits(number)),
    }
}

#[cfg(feature = "ssr")]
fn contact(contact: &Contact) -> ContactView {
    let host = contact.source.split('/').nth(2).unwrap_or_default();
    let hours = contact.hours.iter().cloned();
    let languages = (!contact.languages.is_empty()).then(|| contact.languages.join(", "));
    ContactView {
        name: contact.name.clone(),
        what: contact.what.clone(),
        call: contact.call.as_deref().map(tel),
        tty: contact.tty.as_deref().map(tel),
        text: contact.text.as_deref().map(sms),
        chat: contact.chat.clone(),
        hours: hours.chain(languages).collect::<Vec<_>>().join(". "),
        url: contact.url.clone(),
        source: contact.source.clone(),
        source_name: host.strip_prefix("www.").unwrap_or(host).to_owned(),
        checked: Day::parse(&contact.checked).unwrap_or_else(|| Day {
            iso: contact.checked.clone(),
            text: contact.checked.clone(),
        }),
    }
}
