//! What is new, while a page is open.
//!
//! A page names its places in `data-live`, and [`listen`]s. `/live.js` comes with
//! the first of them, hears for all tabs of the browser, and says each line as an
//! event of the document. Without script there is nothing of this.

use leptos::prelude::*;

/// What is a member's own: notifications, support.
pub const OWN: &str = "own";

/// The desk.
pub const DESK: &str = "desk";

/// What waits for those who keep the house.
pub const MODERATION: &str = "moderation";

/// What people ask everyone.
pub const ASKING: &str = "asking";

/// What can be new at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Comment,
    Support,
    Call,
    Desk,
    Moderation,
    Asking,
    Own,
}

impl What {
    /// Its word in a line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Support => "support",
            Self::Call => "call",
            Self::Desk => "desk",
            Self::Moderation => "moderation",
            Self::Asking => "asking",
            Self::Own => "own",
        }
    }
}

/// Calls `heard` when something is new at a place, with the name of the thing if
/// there is one, and without any when the page has to look for itself. A code
/// behind the place's name is for the server alone.
pub fn listen(what: What, place: &str, heard: impl Fn(Option<&str>) + 'static) {
    #[cfg(feature = "hydrate")]
    in_browser::listen(what, place, heard);
    #[cfg(not(feature = "hydrate"))]
    let _ = (what, place, heard);
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use super::What;
    use crate::ui::SiteFiles;
    use gloo::events::EventListener;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    const SCRIPT: &str = "live-script";

    pub fn listen(what: What, place: &str, heard: impl Fn(Option<&str>) + 'static) {
        let place = place.split('.').next().unwrap_or_default().to_owned();
        let files = SiteFiles::present();
        // Once the page is there: on the server nobody listens.
        Effect::new({
            let heard = std::rc::Rc::new(heard);
            move || {
                let (place, heard) = (place.clone(), heard.clone());
                let listener = EventListener::new(&document(), "live", move |event| {
                    let line = event.dyn_ref::<web_sys::CustomEvent>();
                    let Some(line) = line.and_then(|event| event.detail().as_string()) else {
                        return;
                    };
                    let mut words = line.split(' ');
                    let kind = words.next().unwrap_or_default();
                    if kind == "anew" {
                        heard(None);
                    } else if kind == what.word() && words.next() == Some(&*place) {
                        heard(words.next());
                    }
                });
                StoredValue::new_local(listener);
                look(files.clone());
            }
        });
        let files = SiteFiles::present();
        on_cleanup(move || look(files));
    }

    /// The places on the page are others than before, or will be in a moment. The
    /// script comes with the first.
    fn look(files: SiteFiles) {
        gloo::timers::callback::Timeout::new(50, move || {
            let place = document().query_selector("[data-live]").ok().flatten();
            if place.is_some() && document().get_element_by_id(SCRIPT).is_none() {
                begin(&files);
            }
            if let Ok(event) = web_sys::Event::new("live:look") {
                let _ = document().dispatch_event(&event);
            }
        })
        .forget();
    }

    fn begin(files: &SiteFiles) {
        let (Ok(script), Some(head)) = (document().create_element("script"), document().head())
        else {
            return;
        };
        script.set_id(SCRIPT);
        let _ = script.set_attribute("src", &files.address("/live.js"));
        let _ = head.append_child(&script);
    }
}

/// The line that says what is new here, and brings it. It has a place of its own,
/// so that it moves nothing.
#[component]
pub fn Arrivals(
    /// None while nothing is new.
    words: Signal<Option<String>>,
    on_show: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="arrivals no-print" role="status">
            {move || {
                words
                    .get()
                    .map(|words| {
                        view! {
                            <button type="button" on:click=move |_| on_show.run(())>
                                {words}
                            </button>
                        }
                    })
            }}
        </div>
    }
}
