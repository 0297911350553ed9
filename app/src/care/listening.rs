//! Where help is, while someone writes. Only script listens, in the browser
//! itself: what is being written is sent nowhere for it.

use super::near::{Near, NearContacts};
use crate::ui::{Icon, SiteFiles, focus};
#[cfg(feature = "hydrate")]
use domain::care::recogniser;
#[cfg(feature = "hydrate")]
use gloo_net::http::Request;
use leptos::prelude::*;

/// How long nothing has to be typed before what is written is read.
#[cfg(feature = "hydrate")]
const PAUSE: u32 = 1_500;

/// Reads a field after each pause, until it has heard a call for help once.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only a browser types")
)]
pub struct Listening {
    heard: RwSignal<Heard>,
    stroke: StoredValue<u32>,
    files: StoredValue<SiteFiles>,
}

#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only a browser types")
)]
enum Heard {
    Nothing,
    Call(Option<Box<Near>>),
    /// It was read and put away.
    Seen,
}

impl Listening {
    pub fn begin() -> Self {
        Self {
            heard: RwSignal::new(Heard::Nothing),
            stroke: StoredValue::new(0),
            files: StoredValue::new(SiteFiles::present()),
        }
    }

    /// The field holds this now.
    pub fn typed(self, words: String) {
        #[cfg(feature = "hydrate")]
        {
            let stroke = self.stroke.get_value().wrapping_add(1);
            self.stroke.set_value(stroke);
            gloo::timers::callback::Timeout::new(PAUSE, move || {
                if self.stroke.try_get_value() == Some(stroke) {
                    leptos::task::spawn_local(self.read(words));
                }
            })
            .forget();
        }
        #[cfg(not(feature = "hydrate"))]
        drop(words);
    }

    /// Is what the recogniser knows there? It comes with the first pause, and is
    /// asked for again with the next one if it does not.
    #[cfg(feature = "hydrate")]
    async fn can_hear(self) -> bool {
        if !recogniser::has_learned()
            && let Some(files) = self.files.try_get_value()
            && let Some(texts) = fetched(&files).await
        {
            recogniser::learn(texts);
        }
        recogniser::has_learned()
    }

    #[cfg(feature = "hydrate")]
    async fn read(self, words: String) {
        if self.heard.try_get_untracked() != Some(Heard::Nothing)
            || !self.can_hear().await
            || !reads_like_call(words).await
        {
            return;
        }
        let help = super::api::read_contacts(String::new()).await.ok();
        let near = help.map(|help| Box::new(Near::from(help)));
        self.heard.try_set(Heard::Call(near));
    }
}

#[cfg(feature = "hydrate")]
async fn fetched(files: &SiteFiles) -> Option<[String; 3]> {
    let mut texts = [const { String::new() }; 3];
    for (text, file) in texts.iter_mut().zip(recogniser::FILES) {
        let answer = Request::get(&files.address(file)).send().await.ok()?;
        *text = answer.ok().then_some(answer)?.text().await.ok()?;
    }
    Some(texts)
}

/// A piece of its own: the recogniser comes to the browser when someone writes.
#[cfg(feature = "hydrate")]
#[leptos::lazy]
fn reads_like_call(words: String) -> bool {
    domain::care::recognise(&words).is_some()
}

/// The place where it is said, below the field.
#[component]
pub fn ListeningNotice(
    listening: Listening,
    /// The field's id: where the focus goes when the notice is put away.
    field: String,
) -> impl IntoView {
    let field = StoredValue::new(field);
    view! {
        <div role="status">
            {move || match listening.heard.get() {
                Heard::Nothing | Heard::Seen => None,
                Heard::Call(near) => {
                    Some(
                        view! {
                            <div class="notice kept near">
                                <Icon name="help" />
                                <div>
                                    <p>
                                        "It sounds as if there is a lot to carry. You can talk to someone now, and you can go on writing here."
                                    </p>
                                    <NearContacts near=near.map(|near| *near) />
                                    <button
                                        type="button"
                                        class="second"
                                        on:click=move |_| {
                                            listening.heard.set(Heard::Seen);
                                            focus(field.get_value());
                                        }
                                    >
                                        "Put this away"
                                    </button>
                                </div>
                            </div>
                        },
                    )
                }
            }}
        </div>
    }
}
