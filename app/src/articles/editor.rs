use super::{
    EditorView,
    api::{
        self, DeleteArticle, DeskChanged, PreviewArticle, Saved, WriteArticle, delete_name,
        editor_name,
    },
};
use crate::{
    error::AppError,
    ui::{
        ErrorPage, FormState, Heading, Hidden, Loading, PostForm, Prose, Submit, TextArea,
        TextField, announce, focus,
    },
    wire::{Resource, ServerAction},
};
use domain::{
    articles::{
        ArticleBody, ArticleSummary, ArticleTitle, MAX_PROMPTS, SeriesTitle, Slug, Standing,
    },
    refusal::{Field, Refusal},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// Milliseconds without a stroke after which the preview is made anew.
#[cfg(feature = "hydrate")]
const PAUSE: u32 = 700;

/// `/editor/new` and `/editor/{id}`: writes an article.
pub(super) fn editor_page() -> AnyView {
    let params = use_params_map();
    let query = use_query_map();
    let key = move || {
        let id = params.with(|params| params.get("id").unwrap_or_default());
        let saved = query.with(|query| query.get("saved").is_some());
        (if id == "new" { String::new() } else { id }, saved)
    };
    let editor = Resource::new(key, |(id, saved)| api::open_article(id, saved));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match editor.await {
                    Ok(editor) => view! { <Writing editor /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// How the body reads, a moment after the last stroke.
#[derive(Clone, Copy)]
struct LivePreview {
    html: RwSignal<String>,
    #[cfg(feature = "hydrate")]
    stroke: StoredValue<u32>,
}

impl LivePreview {
    fn new(html: String) -> Self {
        Self {
            html: RwSignal::new(html),
            #[cfg(feature = "hydrate")]
            stroke: StoredValue::new(0),
        }
    }

    #[cfg(feature = "hydrate")]
    fn typed(self, body: String) {
        let stroke = self.stroke.get_value().wrapping_add(1);
        self.stroke.set_value(stroke);
        gloo::timers::callback::Timeout::new(PAUSE, move || {
            if self.stroke.try_get_value() != Some(stroke) {
                return;
            }
            leptos::task::spawn_local(async move {
                let form = api::ArticleForm {
                    body,
                    ..Default::default()
                };
                let preview = api::preview_article(form).await;
                // A later stroke brings its own.
                if let Ok(preview) = preview
                    && self.stroke.try_get_value() == Some(stroke)
                {
                    self.html.try_set(preview.html);
                }
            });
        })
        .forget();
    }

    #[cfg(not(feature = "hydrate"))]
    fn typed(self, _body: String) {}
}

#[component]
fn Writing(editor: EditorView) -> impl IntoView {
    let heading = if editor.id.is_empty() {
        "New article"
    } else {
        "Edit article"
    };
    let live = LivePreview::new(editor.preview.clone());
    let here = format!(
        "/editor/{}",
        if editor.id.is_empty() {
            "new"
        } else {
            &editor.id
        }
    );
    let links = (!editor.id.is_empty()).then(|| {
        let saved = editor.kept.is_some().then(|| {
            view! {
                <a href=format!("{here}?saved=1") rel="nofollow">
                    "Show the saved text instead"
                </a>
            }
        });
        view! {
            <p class="byline">
                <a href=editor.address.clone()>"See the article"</a>
                {saved}
            </p>
        }
    });
    let delete = editor
        .deletable
        .then(|| view! { <Delete id=editor.id.clone() title=editor.title.clone() /> });
    view! {
        <header class="page-head">
            <p class="kicker">
                <a href="/editor">"Editor"</a>
            </p>
            <Heading text=heading />
            {links}
        </header>
        <div class="desk">
            <WritingForm editor here live />
            <section class="preview" id="preview" aria-label="Preview" tabindex="-1">
                <p>"Preview"</p>
                {move || {
                    let html = live.html.get();
                    if html.is_empty() {
                        view! { <p class="hint">"What you write shows here as it will read."</p> }
                            .into_any()
                    } else {
                        view! { <Prose html /> }.into_any()
                    }
                }}
            </section>
        </div>
        {delete}
    }
}

#[component]
fn WritingForm(editor: EditorView, here: String, live: LivePreview) -> impl IntoView {
    let action = ServerAction::<WriteArticle>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |saved: Saved| {
        announce("The article is saved.");
        navigate(&saved.address, Default::default());
    });
    // What was typed belongs to the version it was typed over.
    let seen = editor
        .kept
        .as_ref()
        .and_then(|kept| kept.fields.get("seen").cloned())
        .unwrap_or(editor.seen);
    let typed = Callback::new(move |body: String| live.typed(body));
    let name = editor_name(&editor.id);
    let lists = (format!("{name}-all-series"), format!("{name}-zones"));
    let options = |all: Vec<String>| {
        all.into_iter()
            .map(|value| view! { <option value=value></option> })
            .collect_view()
    };
    let all_series = options(editor.all_series);
    let zones = options(editor.zones);
    let preview = PreviewArticle::url();
    view! {
        <PostForm
            action
            name=name
            class="sheet"
            page=here
            kept=editor.kept
            autosave=true
            label="Article"
            on_done
        >
            <Hidden name="id" value=editor.id />
            <Hidden name="seen" value=seen />
            <WriteOver address=editor.address />
            <TextField
                field=Field::Title
                label="Title"
                max=ArticleTitle::MAX
                value=editor.title
            />
            <div class="pair">
                <TextField
                    field=Field::Series
                    label="Series"
                    hint="Choose one, or type the name of a new one."
                    max=SeriesTitle::MAX
                    value=editor.series
                    list=lists.0.clone()
                />
                <TextField
                    field=Field::Week
                    label="Week"
                    hint="Its number in the series."
                    value=editor.week
                    optional=true
                />
            </div>
            <datalist id=lists.0.clone()>{all_series}</datalist>
            <TextArea
                field=Field::Summary
                label="Summary"
                hint="A sentence or two, for lists and feeds. Plain text."
                max=ArticleSummary::MAX
                value=editor.summary
                optional=true
            />
            <TextArea
                field=Field::Body
                label="Article"
                hint="Markdown: a blank line between paragraphs, ## before a heading, *soft* and **strong** words."
                max=ArticleBody::MAX
                value=editor.body
                tall=true
                on_input=typed
            />
            <TextArea
                field=Field::Prompts
                label="Prompts"
                hint=format!(
                    "Questions to answer, one a line, at most {MAX_PROMPTS}. One that somebody answered stays.",
                )
                value=editor.prompts
                optional=true
            />
            <TextField
                field=Field::Slug
                label="Address"
                hint="The end of its address: lower-case letters, digits and hyphens. Made from the title if you leave it empty."
                max=Slug::MAX
                value=editor.slug
                optional=true
                autocomplete="off"
            />
            <Appears standing=editor.standing since=editor.since.map(|day| day.text) />
            <div class="pair">
                <TextField
                    field=Field::When
                    label="Date and time"
                    hint="If it is to appear later."
                    kind="datetime-local"
                    value=editor.when
                    optional=true
                />
                <TextField
                    field=Field::Zone
                    label="Time zone"
                    hint="Such as Europe/London."
                    value="UTC"
                    list=lists.1.clone()
                    autocomplete="off"
                />
            </div>
            <datalist id=lists.1.clone()>{zones}</datalist>
            <div class="row">
                <Submit label="Save article" />
                // Without script it sends the form to the preview.
                <button
                    class="second"
                    formaction=preview
                    on:click=move |ev| {
                        ev.prevent_default();
                        focus("preview".to_owned());
                    }
                >
                    "Preview"
                </button>
            </div>
        </PostForm>
    }
}

/// When the article appears: field `publication`.
#[component]
fn Appears(standing: Standing, since: Option<String>) -> impl IntoView {
    let state = expect_context::<FormState>();
    let as_it_stands = match standing {
        Standing::Draft => "draft",
        Standing::Scheduled => "later",
        Standing::Published => "now",
    };
    let chosen = state.value("publication", as_it_stands);
    let draft = match standing {
        Standing::Published => "Take it back into drafts",
        Standing::Draft | Standing::Scheduled => "Keep it as a draft",
    };
    let now = match since {
        Some(day) => format!("Leave it published, since {day}"),
        None => "Publish it now".to_owned(),
    };
    let choice = move |value: &'static str, label: String| {
        view! {
            <label class="choice">
                <input type="radio" name="publication" value=value checked=chosen == value />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>"When it appears"</legend>
            {choice("draft", draft.to_owned())}
            {choice("now", now)}
            {choice("later", "Publish it later, at this time:".to_owned())}
        </fieldset>
    }
}

/// After someone else changed the article meanwhile: whether to write over it.
#[component]
fn WriteOver(address: String) -> impl IntoView {
    let state = expect_context::<FormState>();
    move || {
        let changed = matches!(state.error.get(), Some(AppError::Refused(Refusal::Changed)));
        changed.then(|| {
            view! {
                <div class="field">
                    <p>
                        <a href=address.clone() target="_blank" rel="external noopener">
                            "See how the article stands now, in a new tab"
                        </a>
                    </p>
                    <label class="choice">
                        <input type="checkbox" name="over" value="on" />
                        <span>"Save mine in place of it"</span>
                    </label>
                </div>
            }
        })
    }
}

/// Deletes an article that nobody can read, after asking.
#[component]
fn Delete(id: String, title: String) -> impl IntoView {
    let action = ServerAction::<DeleteArticle>::new();
    let (name, page) = (delete_name(&id), format!("/editor/{id}"));
    let navigate = use_navigate();
    let on_done = Callback::new(move |_: DeskChanged| {
        announce("The article is deleted.");
        navigate("/editor", Default::default());
    });
    view! {
        <details class="open-here">
            <summary class="button danger">"Delete"</summary>
            <PostForm
                action
                name=name
                class="composer"
                page=page
                label="Delete the article"
                on_done
            >
                <Hidden name="id" value=id />
                <p>
                    "Delete " <b dir="auto">{title}</b> "? It will be gone for good."
                </p>
                <div class="row">
                    <Submit label="Delete it" class="danger" />
                </div>
            </PostForm>
        </details>
    }
}
