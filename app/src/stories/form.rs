use super::api::PreviewStory;
#[cfg(feature = "hydrate")]
use super::api::{PreviewForm, preview_story};
#[cfg(feature = "hydrate")]
use crate::ui::{announce, focus};
use crate::{
    error::AppError,
    ui::{Prose, Submit, TextArea, TextField, Voice, words},
};
use domain::{
    refusal::Field,
    stories::{ContentNote, StoryBody, StoryTitle},
};
use leptos::{ev::MouseEvent, prelude::*, server_fn::ServerFn};

/// The name of the form of a new story.
pub const NEW: &str = "stories.new";

/// The name of the form that changes a story.
pub fn edit_name(id: &str) -> String {
    format!("stories.edit.{id}")
}

/// The name of the form that deletes a story.
pub fn delete_name(id: &str) -> String {
    format!("stories.delete.{id}")
}

/// How the words will read, a moment after the last stroke.
#[derive(Clone, Copy)]
pub struct Preview {
    form: StoredValue<String>,
    shown: RwSignal<Option<Result<String, AppError>>>,
    stroke: StoredValue<u32>,
}

impl Preview {
    /// For the form of this name; `shown` is what the server rendered.
    pub fn new(form: String, shown: Option<String>) -> Self {
        Self {
            form: StoredValue::new(form),
            shown: RwSignal::new(shown.map(Ok)),
            stroke: StoredValue::new(0),
        }
    }

    fn typed(self, body: String) {
        let stroke = self.stroke.get_value().wrapping_add(1);
        self.stroke.set_value(stroke);
        #[cfg(feature = "hydrate")]
        gloo::timers::callback::Timeout::new(500, move || {
            if self.stroke.try_get_value() == Some(stroke) {
                self.render(body, false);
            }
        })
        .forget();
        #[cfg(not(feature = "hydrate"))]
        drop(body);
    }

    /// Shows at once what the form holds, and goes there.
    fn asked(self) {
        self.stroke
            .update_value(|stroke| *stroke = stroke.wrapping_add(1));
        let id = self
            .form
            .with_value(|form| format!("{form}-{}", Field::Body.name()));
        #[cfg(feature = "hydrate")]
        {
            use wasm_bindgen::JsCast;
            let field = document().get_element_by_id(&id);
            if let Some(field) = field {
                self.render(
                    field
                        .unchecked_into::<web_sys::HtmlTextAreaElement>()
                        .value(),
                    true,
                );
            }
        }
        #[cfg(not(feature = "hydrate"))]
        drop(id);
    }

    #[cfg(feature = "hydrate")]
    fn render(self, body: String, go_there: bool) {
        let stroke = self.stroke.get_value();
        leptos::task::spawn_local(async move {
            let done = preview_story(PreviewForm {
                body,
                ..PreviewForm::default()
            })
            .await;
            if self.stroke.try_get_value() != Some(stroke) {
                return;
            }
            let failed = done.is_err();
            self.shown.try_set(Some(done));
            if go_there && !failed {
                announce("The preview is shown.");
                focus("preview".to_owned());
            }
        });
    }
}

/// The fields of a story, and its buttons.
#[component]
pub fn StoryFields(
    handle: String,
    preview: Preview,
    #[prop(optional, into)] title: String,
    #[prop(optional, into)] content_note: String,
    #[prop(optional, into)] body: String,
    #[prop(optional)] anonymous: bool,
    /// What the button says.
    submit: &'static str,
) -> impl IntoView {
    let on_input = Callback::new(move |body| preview.typed(body));
    view! {
        <TextField field=Field::Title label="Title" max=StoryTitle::MAX value=title />
        <TextArea
            field=Field::Body
            label="Your story"
            hint="Plain words are enough. An empty line makes a paragraph, *stars* make soft emphasis."
            max=StoryBody::MAX
            value=body
            tall=true
            on_input
            listens=true
        />
        <TextField
            field=Field::ContentNote
            label="Content note"
            hint="What a reader may want to know first, such as relapse or loss. The story then opens only when someone asks for it."
            max=ContentNote::MAX
            value=content_note
            optional=true
        />
        <Voice handle anonymous />
        <p class="hint">
            "Anonymous means that no page, list or reply shows your handle with it. You can still edit and delete it."
        </p>
        <div class="row">
            <Submit label=submit />
            <button
                class="second"
                formaction=PreviewStory::url()
                on:click=move |ev: MouseEvent| {
                    ev.prevent_default();
                    preview.asked();
                }
            >
                "Preview"
            </button>
        </div>
    }
}

/// The place of the preview, after the form.
#[component]
pub fn PreviewPane(preview: Preview) -> impl IntoView {
    move || {
        let inner = match preview.shown.get()? {
            Ok(html) if html.is_empty() => return None,
            Ok(html) => view! { <Prose html /> }.into_any(),
            Err(error) => view! { <p class="hint">{why_none(&error)}</p> }.into_any(),
        };
        Some(view! {
            <section class="preview" id="preview" aria-label="Preview">
                <p>"Preview"</p>
                {inner}
            </section>
        })
    }
}

fn why_none(error: &AppError) -> String {
    match error {
        AppError::Offline => "The preview needs a connection.".into(),
        error => words::error(error),
    }
}
