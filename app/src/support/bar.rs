use super::{
    SupportView, Viewer,
    api::{
        GiveForm, GiveSupport, TakeBackSupport, TakeBackSupportForm, give_support, read_support,
        take_back_support,
    },
};
use crate::{
    error::AppError,
    live::{What, listen},
    people::AwayLink,
    query::sign_in_first,
    ui::{announce, words},
};
use domain::{moderation::Thing, refusal::Refusal, support::SupportKind};
use leptos::{ev::MouseEvent, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_location, use_navigate};

/// The name of the form under a share; also the id of its element.
pub fn form_name(subject: &str) -> String {
    format!("support.{subject}")
}

const fn label(kind: SupportKind) -> &'static str {
    match kind {
        SupportKind::WithYou => "With you",
        SupportKind::ThankYou => "Thank you",
        SupportKind::ThisHelped => "This helped",
        SupportKind::Strength => "Strength",
    }
}

/// What the author reads of one kind.
fn told(kind: SupportKind, count: u64) -> String {
    let people = if count == 1 {
        "1 person".to_owned()
    } else {
        format!("{count} people")
    };
    let is = if count == 1 { "is" } else { "are" };
    match kind {
        SupportKind::WithYou => format!("{people} {is} with you."),
        SupportKind::ThankYou if count == 1 => format!("{people} thanks you."),
        SupportKind::ThankYou => format!("{people} thank you."),
        SupportKind::ThisHelped => format!("It helped {people}."),
        SupportKind::Strength if count == 1 => format!("{people} wishes you strength."),
        SupportKind::Strength => format!("{people} wish you strength."),
    }
}

/// The kind reactions under a share: buttons for others, the way to sign in
/// for guests, and for the author how many there are.
#[component]
pub fn SupportBar(view: SupportView) -> impl IntoView {
    match view.viewer {
        Viewer::Author => view! { <Told view /> }.into_any(),
        Viewer::Guest => view! { <Invitation subject=view.subject.to_string() /> }.into_any(),
        Viewer::Member => {
            let away = view.has_author.then(|| {
                view! {
                    <div class="actions">
                        <AwayLink thing=Thing::Share(view.subject) whom="whoever wrote this" />
                    </div>
                }
            });
            view! {
                <Buttons view />
                {away}
            }
            .into_any()
        }
    }
}

#[component]
fn Told(view: SupportView) -> impl IntoView {
    let counts = RwSignal::new(view.counts);
    let subject = view.subject.to_string();
    listen(What::Support, &subject.clone(), move |_| {
        let subject = subject.clone();
        leptos::task::spawn_local(async move {
            if let Ok(view) = read_support(subject).await {
                counts.try_set(view.counts);
            }
        });
    });
    let text = move || {
        let counts = counts.get();
        let text: Vec<String> = SupportKind::ALL
            .into_iter()
            .filter_map(|kind| counts.iter().find(|count| count.0 == kind))
            .map(|(kind, count)| told(*kind, *count))
            .collect();
        (!text.is_empty()).then(|| view! { <p class="hint">{text.join(" ")}</p> })
    };
    view! { {text} }
}

/// The page that is shown, without a form that was kept on it.
fn here() -> String {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let query = location.search.get_untracked();
    let query: Vec<&str> = query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("kept=") && !pair.starts_with("__"))
        .collect();
    if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

#[component]
fn Invitation(subject: String) -> impl IntoView {
    let id = form_name(&subject);
    let next = format!("{}#{id}", here());
    let address = StoredValue::new(sign_in_first(&next));
    let navigate = use_navigate();
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        navigate(&address.get_value(), Default::default());
    };
    let buttons = SupportKind::ALL
        .into_iter()
        .map(|kind| {
            view! {
                <button aria-description="Asks you to sign in first">{label(kind)}</button>
            }
        })
        .collect_view();
    view! {
        <form class="support" id=id method="get" action="/sign-in" on:submit=submit>
            <input type="hidden" name="next" value=next />
            {buttons}
        </form>
    }
}

#[component]
fn Buttons(view: SupportView) -> impl IntoView {
    let subject = StoredValue::new(view.subject.to_string());
    let page = StoredValue::new(here());
    let given = RwSignal::new(view.given);
    let pending = RwSignal::new(false);
    let refused = RwSignal::new(view.refusal.map(AppError::Refused));
    let navigate = use_navigate();
    let toggle = move |kind: SupportKind| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let was_given = given.with_untracked(|given| given.contains(&kind));
        let (page, subject) = (page.get_value(), subject.get_value());
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let kind_name = kind.name().to_owned();
            let key = String::new();
            let done = if was_given {
                let form = TakeBackSupportForm {
                    page: page.clone(),
                    key,
                    subject,
                    kind: kind_name,
                };
                take_back_support(form).await
            } else {
                let form = GiveForm {
                    page: page.clone(),
                    key,
                    subject,
                    kind: kind_name,
                };
                give_support(form).await
            };
            pending.try_set(false);
            match done {
                Ok(done) => {
                    given.try_set(done.given);
                    refused.try_set(None);
                    announce(if was_given {
                        "Taken back."
                    } else {
                        "Your support is sent."
                    });
                }
                Err(AppError::Refused(Refusal::SignInFirst)) => {
                    navigate(&sign_in_first(&page), Default::default());
                }
                Err(error) => {
                    announce(&words::error(&error));
                    refused.try_set(Some(error));
                }
            }
        });
    };
    let buttons = SupportKind::ALL
        .into_iter()
        .map(|kind| {
            let toggle = toggle.clone();
            let pressed = move || given.with(|given| given.contains(&kind));
            view! {
                <button
                    name="kind"
                    value=kind.name()
                    formaction=move || pressed().then_some(TakeBackSupport::url())
                    aria-pressed=move || pressed().to_string()
                    on:click=move |ev: MouseEvent| {
                        ev.prevent_default();
                        toggle(kind);
                    }
                >
                    {label(kind)}
                </button>
            }
        })
        .collect_view();
    view! {
        <form
            class="support"
            id=form_name(&subject.get_value())
            method="post"
            action=GiveSupport::url()
            aria-busy=move || pending.get().then_some("true")
        >
            <input type="hidden" name="page" value=page.get_value() />
            <input type="hidden" name="key" value="" />
            <input type="hidden" name="subject" value=subject.get_value() />
            {buttons}
            {move || {
                refused
                    .get()
                    .map(|error| view! { <p class="error">{words::error(&error)}</p> })
            }}
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_reads_how_many() {
        assert_eq!(told(SupportKind::WithYou, 1), "1 person is with you.");
        assert_eq!(told(SupportKind::WithYou, 3), "3 people are with you.");
        assert_eq!(told(SupportKind::ThankYou, 1), "1 person thanks you.");
        assert_eq!(told(SupportKind::ThisHelped, 2), "It helped 2 people.");
        assert_eq!(
            told(SupportKind::Strength, 2),
            "2 people wish you strength."
        );
    }
}
