use super::{
    HouseEditorView,
    api::{
        HouseChanged, HouseForm, PreviewHouse, RestoreHouse, ReviseHouse, editor_name, open_house,
        restore_name,
    },
};
use crate::{
    error::AppError,
    ui::{
        ErrorPage, FormState, Heading, Hidden, Loading, PostForm, Prose, Submit, TextArea,
        TextField, announce, focus, words,
    },
    wire::{self, Resource},
};
use domain::{
    drafts::Kept,
    house::{ChangeNote, HousePage, HouseText},
    refusal::{Field, Refusal},
};
use leptos::{ev::MouseEvent, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// `/house/{page}`: changes a page of the house.
pub(super) fn editor_page() -> AnyView {
    let params = use_params_map();
    let query = use_query_map();
    let key = move || {
        let name = params.with(|params| params.get("page").unwrap_or_default());
        let (saved, kept) = query.with(|query| {
            let kept = query.get("kept").unwrap_or_default();
            (query.get("saved").is_some(), kept)
        });
        (name, saved, kept)
    };
    let editor = Resource::new(key, |(name, saved, kept)| open_house(name, saved, kept));
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

#[component]
fn Writing(editor: HouseEditorView) -> impl IntoView {
    let page = editor.page;
    let here = format!("/house/{}", page.name());
    let preview = ServerAction::<PreviewHouse>::new();
    if let Some(html) = editor.preview.clone() {
        preview.value().set(Some(Ok(html)));
    }
    let saved = editor.kept.is_some().then(|| {
        view! {
            <a href=format!("{here}?saved=1") rel="nofollow">
                "Show the saved text instead"
            </a>
        }
    });
    let restore = editor.own.then(|| {
        let (seen, kept) = (editor.seen.clone(), editor.not_restored.clone());
        view! { <Restore page seen here=here.clone() kept /> }
    });
    view! {
        <header class="page-head">
            <p class="kicker">
                <a href="/house">"Pages of the house"</a>
            </p>
            <Heading text=page.title() />
            <p class="byline">
                <a href=page.address()>"See the page"</a>
                {saved}
            </p>
        </header>
        <Form editor here preview />
        <PreviewPane preview />
        {restore}
    }
}

#[component]
fn Form(
    editor: HouseEditorView,
    here: String,
    preview: ServerAction<PreviewHouse>,
) -> impl IntoView {
    let action = wire::ServerAction::<ReviseHouse>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |changed: HouseChanged| {
        announce("The page is saved.");
        navigate(&changed.address, Default::default());
    });
    let typed_over = |field: &str| {
        let kept = editor.kept.as_ref();
        kept.and_then(|kept| kept.fields.get(field).cloned())
    };
    // What was typed belongs to the version it was typed over.
    let seen = typed_over("seen").unwrap_or(editor.seen.clone());
    let body = RwSignal::new(typed_over("body").unwrap_or(editor.body.clone()));
    let typed = Callback::new(move |text| body.set(text));
    let show = move |ev: MouseEvent| {
        ev.prevent_default();
        let form = HouseForm {
            body: body.get_untracked(),
            ..HouseForm::default()
        };
        preview.dispatch(PreviewHouse { form });
    };
    let name = editor.page.name();
    view! {
        <PostForm
            action
            name=editor_name(name)
            class="sheet"
            page=here
            kept=editor.kept
            autosave=true
            label="Page"
            on_done
        >
            <Hidden name="name" value=name />
            <Hidden name="seen" value=seen />
            <WriteOver address=editor.page.address() />
            <TextArea
                field=Field::Body
                label="Text"
                hint="Markdown: a blank line between paragraphs, ## before a heading, - before a point, *soft* and **strong** words."
                max=HouseText::MAX
                value=editor.body
                tall=true
                on_input=typed
            />
            <TextField
                field=Field::Reason
                label="What you changed"
                hint="A few words for the log, so that other hosts know."
                max=ChangeNote::MAX
                optional=true
            />
            <div class="row">
                <Submit label="Save page" />
                <button class="second" formaction=PreviewHouse::url() on:click=show>
                    "Preview"
                </button>
            </div>
        </PostForm>
    }
}

/// After another host changed the page meanwhile: whether to write over it.
#[component]
fn WriteOver(address: &'static str) -> impl IntoView {
    let state = expect_context::<FormState>();
    move || {
        let changed = matches!(state.error.get(), Some(AppError::Refused(Refusal::Changed)));
        changed.then(|| {
            view! {
                <div class="field">
                    <p>
                        <a href=address target="_blank" rel="external noopener">
                            "See how the page stands now, in a new tab"
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

/// How the page will read, once that was asked for.
#[component]
fn PreviewPane(preview: ServerAction<PreviewHouse>) -> impl IntoView {
    Effect::new(move |before: Option<bool>| {
        let shown = preview.value().with(|value| matches!(value, Some(Ok(_))));
        // What came with the page is where its address leads.
        if before.is_some() && shown {
            announce("The preview is shown.");
            focus("preview".to_owned());
        }
        shown
    });
    move || {
        let inner = match preview.value().get()? {
            Ok(html) => view! { <Prose html /> }.into_any(),
            Err(error) => view! { <p class="hint">{words::error(&error)}</p> }.into_any(),
        };
        Some(view! {
            <section class="preview" id="preview" aria-label="Preview" tabindex="-1">
                <p>"Preview"</p>
                {inner}
            </section>
        })
    }
}

/// Puts back what came with Chorus, after asking.
#[component]
fn Restore(
    page: HousePage,
    seen: String,
    here: String,
    /// What came back when it could not be done.
    kept: Option<Kept>,
) -> impl IntoView {
    let action = wire::ServerAction::<RestoreHouse>::new();
    let open = kept.is_some();
    let navigate = use_navigate();
    let on_done = Callback::new(move |changed: HouseChanged| {
        announce("The page says again what came with Chorus.");
        navigate(&changed.address, Default::default());
    });
    view! {
        <details class="open-here" open=open>
            <summary class="button danger">"Put the first text back"</summary>
            <PostForm
                action
                name=restore_name(page.name())
                class="composer"
                page=here
                kept
                label="Put the first text back"
                on_done
            >
                <Hidden name="name" value=page.name() />
                <Hidden name="seen" value=seen />
                <p>"The page will say again what came with Chorus. What stands there now will be gone for good."</p>
                <div class="row">
                    <Submit label="Put it back" class="danger" />
                </div>
            </PostForm>
        </details>
    }
}
