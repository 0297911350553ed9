use super::{SiteFiles, words};
use crate::error::AppError;
use domain::{actor::Byline, clock::Day, refusal::Refusal};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// A drawn icon from `/icons.svg`. Always beside words.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    let address = SiteFiles::present().address(&format!("/icons.svg#{name}"));
    view! {
        <svg aria-hidden="true">
            <use href=address></use>
        </svg>
    }
}

/// The one heading of a page. It sets the title; after a navigation in the
/// browser it takes the focus, so that a new page begins where people look and
/// listen; an address that names a place on the page begins there.
#[component]
pub fn Heading(
    /// What stands in the title bar and, without children, in the heading.
    #[prop(into)]
    text: String,
    /// Somebody typed it: their voice, their direction.
    #[prop(optional)]
    typed: bool,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::H1>::new();
    let arrived = use_context::<Arrived>();
    let said = text.clone();
    let hash = use_location().hash;
    Effect::new(move || {
        let Some(heading) = node.get() else { return };
        say_alive();
        if !arrived.is_some_and(|arrived| arrived.0.get_value()) {
            return;
        }
        match hash.get_untracked().strip_prefix('#') {
            Some(target) if !target.is_empty() => focus(target.to_owned()),
            _ => take_focus(heading.into(), 20),
        }
        announce(&said);
    });
    view! {
        <Title text=text.clone() />
        <h1
            node_ref=node
            tabindex="-1"
            class:title=typed
            dir=typed.then_some("auto")
        >
            {text}
        </h1>
    }
    .into_any()
}

/// Says on the document that script is in charge now: forms and links no longer
/// leave the page. Tests wait for it.
///
/// The heading says so because a page comes alive as a whole, later than the
/// layout around it: its piece of the program arrives by itself.
fn say_alive() {
    #[cfg(feature = "hydrate")]
    gloo::timers::callback::Timeout::new(0, || {
        let _ = gloo::utils::document_element().set_attribute("data-alive", "");
    })
    .forget();
}

/// Focuses an element as soon as it stands in the page: one that waited for
/// data is made before it is put there. Whoever writes already is left alone.
fn take_focus(element: leptos::web_sys::HtmlElement, tries: u8) {
    #[cfg(feature = "hydrate")]
    if element.is_connected() {
        if !somebody_writes() {
            let _ = element.focus();
        }
    } else if tries > 0 {
        gloo::timers::callback::Timeout::new(50, move || take_focus(element, tries - 1)).forget();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (element, tries);
}

#[cfg(feature = "hydrate")]
fn somebody_writes() -> bool {
    document().active_element().is_some_and(|active| {
        active
            .matches("main :is(input, textarea, select)")
            .unwrap_or(false)
    })
}

/// Has the person navigated since the first page was loaded?
#[derive(Clone, Copy)]
pub struct Arrived(pub StoredValue<bool>);

/// Says something once to people who listen to the page.
pub fn announce(words: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(status) = document().get_element_by_id("status") {
        status.set_text_content(Some(words));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = words;
}

/// Moves the focus to an element once it is there, and brings it into view.
pub fn focus(id: String) {
    look_for(id, 40);
}

fn look_for(id: String, tries: u8) {
    #[cfg(feature = "hydrate")]
    gloo::timers::callback::Timeout::new(30, move || {
        use wasm_bindgen::JsCast;
        let Some(element) = document().get_element_by_id(&id) else {
            if tries > 0 {
                look_for(id, tries - 1);
            }
            return;
        };
        if !element.has_attribute("tabindex") && !is_focusable(&element) {
            let _ = element.set_attribute("tabindex", "-1");
        }
        open_around(&element);
        element.scroll_into_view();
        if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
            let _ = element.focus();
        }
    })
    .forget();
    #[cfg(not(feature = "hydrate"))]
    let _ = (id, tries);
}

/// Opens what an element is folded into.
#[cfg(feature = "hydrate")]
fn open_around(element: &web_sys::Element) {
    let mut around = element.closest("details").ok().flatten();
    while let Some(details) = around {
        let _ = details.set_attribute("open", "");
        around = details
            .parent_element()
            .and_then(|parent| parent.closest("details").ok().flatten());
    }
}

#[cfg(feature = "hydrate")]
fn is_focusable(element: &web_sys::Element) -> bool {
    matches!(
        element.tag_name().as_str(),
        "A" | "BUTTON" | "INPUT" | "TEXTAREA" | "SELECT"
    )
}

/// What people wrote, as HTML that the server sanitised.
///
/// The one place that shows HTML unescaped: `html` must come from
/// `domain::markdown::render`, and nothing else may be given here.
#[component]
pub fn Prose(
    /// Sanitised on the server.
    #[prop(into)]
    html: String,
    #[prop(optional)] lead: bool,
) -> impl IntoView {
    view! { <div class="prose" class:lead=lead dir="auto" inner_html=html></div> }
}

/// Who wrote it, and on which day.
#[component]
pub fn ByLine(
    byline: Byline,
    day: Day,
    #[prop(optional)] edited: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let by = match byline {
        Byline::Member(handle) => handle,
        Byline::Guest(pseudonym) => format!("{pseudonym} (guest)"),
        Byline::Anonymous => "Anonymously".into(),
        Byline::Former => "A former member".into(),
    };
    view! {
        <p class="byline">
            <span class="by" dir="auto">
                {by}
            </span>
            <time datetime=day.iso>{day.text}</time>
            {edited.then(|| view! { <span class="edited">"edited"</span> })}
            {children.map(|children| children())}
        </p>
    }
    .into_any()
}

/// While something comes.
#[component]
pub fn Loading() -> impl IntoView {
    view! {
        <p class="loading">
            <Icon name="arcs" />
            <span>"One moment"</span>
        </p>
    }
}

/// A room where nobody has been yet.
#[component]
pub fn Empty(
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name="arcs" />
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// Without a connection the browser may still have a copy of the page that
/// somebody went to: the service worker shows it, or says that there is none.
fn look_for_a_copy(error: &AppError) {
    let arrived = use_context::<Arrived>().is_some_and(|arrived| arrived.0.get_value());
    // Only after a navigation within the page: otherwise it was the browser that
    // asked, and it would ask again for ever.
    #[cfg(feature = "hydrate")]
    if arrived && *error == AppError::Offline {
        let here = use_location();
        Effect::new(move || {
            let (path, query) = (here.pathname.get_untracked(), here.search.get_untracked());
            let query = if query.is_empty() {
                query
            } else {
                format!("?{query}")
            };
            let _ = window().location().replace(&format!("{path}{query}"));
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (arrived, error);
}

/// A page that says why there is nothing else on it.
#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    look_for_a_copy(&error);
    let (heading, text) = match &error {
        AppError::Refused(Refusal::NotFound) => (
            "There is nothing at this address",
            "It may have been taken back, or the link may be cut short.".to_owned(),
        ),
        AppError::Refused(Refusal::SignInFirst) => (
            "Sign in to come in here",
            "This room is for members.".to_owned(),
        ),
        AppError::Refused(Refusal::ConfirmFirst) => (
            "Confirm that it is you",
            "Some things ask once more who you are.".to_owned(),
        ),
        AppError::Refused(Refusal::NotAllowed) => (
            "This room is not open to you",
            "If you think it should be, sign in or ask a moderator.".to_owned(),
        ),
        AppError::Trouble(_) => (
            "Something broke on our side",
            "Try again in a little while.".to_owned(),
        ),
        other => ("That did not work", words::error(other)),
    };
    let id = match &error {
        AppError::Trouble(id) => Some(id.clone()),
        _ => None,
    };
    let first = match error.refusal() {
        Some(Refusal::SignInFirst) => Some(("/sign-in", "Sign in")),
        Some(Refusal::ConfirmFirst) => Some(("/me/confirm", "Confirm")),
        _ => None,
    };
    view! { <Oops status=error.status() heading text id first /> }
}

/// See [`ErrorPage`].
#[component]
pub fn Oops(
    status: u16,
    #[prop(into)] heading: String,
    #[prop(into)] text: String,
    id: Option<String>,
    /// What to do first: an address and what its button says.
    #[prop(optional_no_strip)]
    first: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::ctx::exchange().status(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
    view! {
        <div class="oops">
            <Icon name="arcs" />
            <Heading text=heading />
            <p class="sentence">{text}</p>
            <div class="row">
                {first.map(|(href, label)| view! { <a class="button" href=href>{label}</a> })}
                <a class=if first.is_some() { "button second" } else { "button" } href="/">
                    "Go to this week"
                </a>
            </div>
            {id.map(|id| view! { <p class="source">"Reference " {id}</p> })}
        </div>
    }
    .into_any()
}

/// The ways on in a list that reads newest first: to its beginning, and to its
/// next page. Nothing where the list is one page.
#[component]
pub fn Pager(
    /// The list's address.
    at: &'static str,
    /// Where the next page begins.
    next: Option<String>,
    /// It does not begin with the newest.
    continued: bool,
    newest: &'static str,
    older: &'static str,
) -> impl IntoView {
    let first = continued.then(|| {
        view! {
            <a href=at rel="first">
                {newest}
            </a>
        }
    });
    let next = next.map(|next| {
        view! {
            <a href=format!("{at}?after={next}") rel="next">
                {older}
            </a>
        }
    });
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {first}
                {next}
            </nav>
        }
    })
}
